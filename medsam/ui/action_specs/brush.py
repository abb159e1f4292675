"""Brush and eraser, and their tip."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "tool_brush",
            translate("Actions", "B&rush"),
            "mdi6.brush",
            ("D",),
            translate("Actions", "Paint the active label; the right button erases"),
            True,
        ),
        Spec(
            "tool_eraser",
            translate("Actions", "&Eraser"),
            "mdi6.eraser",
            ("E",),
            translate("Actions", "Erase; the right button paints"),
            True,
        ),
        Spec(
            "brush_smaller",
            translate("Actions", "S&maller brush"),
            "mdi6.minus-circle-outline",
            ("[",),
            translate("Actions", "Make the brush smaller by a fifth"),
        ),
        Spec(
            "brush_larger",
            translate("Actions", "&Larger brush"),
            "mdi6.plus-circle-outline",
            ("]",),
            translate("Actions", "Make the brush larger by a fifth"),
        ),
        Spec(
            "brush_sphere",
            translate("Actions", "&Sphere"),
            "mdi6.sphere",
            ("Shift+D",),
            translate("Actions", "Paint a sphere through the neighbouring slices"),
            True,
        ),
        Spec(
            "brush_adaptive",
            translate("Actions", "&Adaptive"),
            "mdi6.auto-fix",
            ("Shift+B",),
            translate("Actions", "Stay within the intensity under the beginning of the stroke"),
            True,
        ),
    ]
