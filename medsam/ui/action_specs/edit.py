"""Undo is the history's; here are the rest of the edits."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "delete_box",
            translate("Actions", "&Delete box"),
            "mdi6.trash-can-outline",
            ("Del", "Backspace"),
            translate("Actions", "Delete the selected box and its mask"),
        ),
        Spec(
            "history",
            translate("Actions", "&History"),
            "mdi6.history",
            ("H",),
            translate("Actions", "Every step so far; go back to any of them"),
        ),
        Spec(
            "cancel",
            translate("Actions", "S&top"),
            "",
            ("Esc",),
            translate("Actions", "Stop what is being drawn or computed"),
        ),
    ]
