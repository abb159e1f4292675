"""What is seen and how."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "overlay",
            translate("Actions", "Show &masks"),
            "mdi6.layers-outline",
            ("X",),
            translate("Actions", "Show or hide masks and boxes"),
            True,
        ),
        Spec(
            "fit",
            translate("Actions", "&Fit"),
            "mdi6.fit-to-page-outline",
            ("F",),
            translate("Actions", "Fit the pictures into their panes"),
        ),
        Spec(
            "centre",
            translate("Actions", "C&entre on the crosshair"),
            "",
            ("Shift+C",),
            translate("Actions", "Bring the crosshair to the middle of every pane"),
        ),
        Spec(
            "smooth",
            translate("Actions", "S&mooth pixels"),
            "",
            ("I",),
            translate("Actions", "Interpolate magnified pixels, or show them as squares"),
            True,
        ),
        Spec(
            "reset_view",
            translate("Actions", "&Reset view"),
            "mdi6.restore",
            ("R",),
            translate("Actions", "Fit, middle slices, and the window the image opened with"),
        ),
    ]
