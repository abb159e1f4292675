"""Puts what encodes ahead, and the page of the preferences about it, into a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QCoreApplication

from medsam.ui.controllers.kept_slices import KeptSlices
from medsam.ui.controllers.prefetch import Prefetch
from medsam.ui.controllers.prepare import PrepareController
from medsam.ui.controllers.speed import SpeedController

if TYPE_CHECKING:
    from medsam.ui.main_window import MainWindow

translate = QCoreApplication.translate


def add_speed(window: MainWindow) -> PrepareController:
    """Add prefetching, "Prepare this volume" and the page "Speed and storage"."""
    KeptSlices(window.bench)
    prefetch = Prefetch(window.bench, window.slices)
    prepare = PrepareController(window.bench, window.slices, prefetch)
    speed = SpeedController(window.bridge, window.models, window)
    title = translate("MainWindow", "Speed and storage")
    window.preferences.add_page(title, speed.page)
    prepare.limit_requested.connect(lambda: window.preferences.show(title))
    speed.ahead_chosen.connect(prefetch.encode_ahead)
    speed.cleared.connect(window.slices.forget)
    speed.cleared.connect(prefetch.encode_ahead)
    speed.cleared.connect(prepare.begin_anew)
    return prepare
