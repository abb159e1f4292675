"""What the left mouse button does."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "tool_box",
            translate("Actions", "&Box"),
            "mdi6.vector-square",
            ("B",),
            translate("Actions", "Draw a box around an object"),
            True,
        ),
        Spec(
            "tool_crosshair",
            translate("Actions", "&Crosshair"),
            "mdi6.crosshairs",
            ("C",),
            translate("Actions", "Move the crosshair through all planes"),
            True,
        ),
    ]
