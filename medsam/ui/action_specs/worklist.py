"""Working through many cases."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate

MENU: tuple[str | None, ...] = (
    "open_worklist",
    "open_table",
    None,
    "case_done",
    "case_next",
    "case_previous",
    "case_next_open",
    None,
    "case_flag",
    None,
    "worklist_reload",
    "worklist_close",
)
"""Entries of the menu "Cases"."""


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "open_worklist",
            translate("Actions", "&Work through a folder…"),
            "mdi6.clipboard-list-outline",
            ("Ctrl+Shift+W",),
            translate("Actions", "Open all images of a folder as a list of cases"),
        ),
        Spec(
            "open_table",
            translate("Actions", "Work through a &table…"),
            "mdi6.table",
            (),
            translate("Actions", "Open the images that a CSV table lists as cases"),
        ),
        Spec(
            "case_done",
            translate("Actions", "&Done and next"),
            "mdi6.check-bold",
            ("Ctrl+Return", "Ctrl+Enter"),
            translate("Actions", "Save the mask, call the case done and open the next unfinished one"),
        ),
        Spec(
            "case_next",
            translate("Actions", "&Next case"),
            "mdi6.chevron-right",
            ("Ctrl+PgDown",),
            translate("Actions", "Save the mask and open the next case"),
        ),
        Spec(
            "case_previous",
            translate("Actions", "&Previous case"),
            "mdi6.chevron-left",
            ("Ctrl+PgUp",),
            translate("Actions", "Save the mask and open the case before"),
        ),
        Spec(
            "case_next_open",
            translate("Actions", "Next &unfinished case"),
            "mdi6.chevron-double-right",
            ("Ctrl+Shift+PgDown",),
            translate("Actions", "Save the mask and open the next case that is not done"),
        ),
        Spec(
            "case_flag",
            translate("Actions", "&Flag with a note…"),
            "mdi6.flag-outline",
            ("Ctrl+Shift+F",),
            translate("Actions", "Set the case aside with a note for later"),
        ),
        Spec(
            "worklist_reload",
            translate("Actions", "&Look for new cases"),
            "",
            (),
            translate("Actions", "Read the folder or table of the list again"),
        ),
        Spec(
            "worklist_close",
            translate("Actions", "&Close the list"),
            "",
            (),
            translate("Actions", "Close the list of cases; the open image stays"),
        ),
    ]
