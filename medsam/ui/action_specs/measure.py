"""Measuring: rulers, angles, and the table of figures."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "tool_ruler",
            translate("Actions", "&Ruler"),
            "mdi6.ruler",
            ("V",),
            translate("Actions", "Measure a length: drag from end to end; Del deletes the selected one"),
            True,
        ),
        Spec(
            "tool_angle",
            translate("Actions", "&Angle"),
            "mdi6.angle-acute",
            ("Shift+V",),
            translate("Actions", "Measure an angle: click an end, the corner and the other end"),
            True,
        ),
        Spec(
            "save_measurements",
            translate("Actions", "Save &measurements…"),
            "mdi6.file-delimited-outline",
            ("Ctrl+Shift+M",),
            translate("Actions", "Save the figures of all labels, rulers and angles as a CSV file"),
        ),
    ]
