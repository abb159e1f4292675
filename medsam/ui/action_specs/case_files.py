"""The case that keeps unfinished work."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate

MENU = ("case_restart", "case_take_back", "case_folder")


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "case_restart",
            translate("Actions", "Start again &without this work"),
            "",
            (),
            translate("Actions", "Begin the open image anew; the former work can be brought back"),
        ),
        Spec(
            "case_take_back",
            translate("Actions", "&Bring the former work back"),
            "",
            (),
            translate("Actions", "Go on with what was there before you started again"),
        ),
        Spec(
            "case_folder",
            translate("Actions", "&Manage kept work…"),
            "",
            (),
            translate("Actions", "Open the folder of the case files, to copy or delete them"),
        ),
    ]
