"""Puts the parts of the worklist into a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QCoreApplication

from medsam.ui.controllers.carry_over import CarryOver
from medsam.ui.controllers.worklist import WorklistController
from medsam.ui.controllers.worklist_adapt import ListForAdapting
from medsam.ui.controllers.worklist_offer import ListOffer
from medsam.ui.panels.worklist import WorklistPanel

if TYPE_CHECKING:
    from medsam.ui.main_window import MainWindow

translate = QCoreApplication.translate

_IN_PANEL = ("open_worklist", "open_table", "case_previous", "case_next", "case_done", "case_flag")


def add_worklist(window: MainWindow) -> WorklistController:
    """Add the tab "Cases" and what works behind it; every tool and every other tab is there already."""
    panel = WorklistPanel(window.theme, {name: window.actions_[name] for name in _IN_PANEL})
    window.workplace.add_tab("cases", translate("MainWindow", "Cases"), panel)
    carry = CarryOver(window.bench, window.workplace)
    carry.begin()
    worklist = WorklistController(
        window.bench, window.files, window.saving, window.segmentation, panel, carry
    )
    offer = ListOffer(window.bench, window.files, worklist.open)
    window.files.offer = offer.consider
    many = translate("WelcomePage", "Work through many cases…")
    window.welcome.add_link(many, window.actions_["open_worklist"])
    ListForAdapting(window.adapt, worklist, window.actions_)
    # Every case of a list comes back as it was left: that is no news as it is for a single image.
    window.files.opened.connect(lambda: _keep_quiet(window, worklist))
    worklist.loaded.connect(lambda: window.workplace.show_tab("cases") if worklist.worklist else None)
    return worklist


def _keep_quiet(window: MainWindow, worklist: WorklistController) -> None:
    if worklist.current is not None and not window.session.is_modified:
        window.presenter.withdraw(window.cases.announced)
