"""The page "Speed and storage": precision, encoding ahead, and the encoded slices on the disk."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QMessageBox, QWidget

from medsam.engine.jobs import EmbeddingsKept, WorkerReady
from medsam.ui import settings
from medsam.ui.controllers.models import ModelsController
from medsam.ui.engine_bridge import EngineBridge
from medsam.ui.panels.preferences_speed import IDLE, SPARE, SpeedPage
from medsam.ui.precision_words import PRECISION, in_use_text
from medsam.ui.timers import single_shot

LIMIT = "embeddings/limit"
"""Setting: most bytes of encoded slices on the disk; -1 leaves it to the worker."""

_SETTLE_MS = 700


class SpeedController(QObject):
    """Tells every new worker what the settings say, and lets the page change that.

    Signals:
        cleared: The encoded slices are gone, on the disk and in the worker.
        ahead_chosen: What is encoded ahead, and when, was chosen anew.
    """

    cleared = pyqtSignal()
    ahead_chosen = pyqtSignal()

    def __init__(self, bridge: EngineBridge, models: ModelsController, parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge, self._models, self._window = bridge, models, parent
        self._page: SpeedPage | None = None
        self._kept: EmbeddingsKept | None = None
        self._precisions: tuple[str, ...] = ()
        self._clearing: int | None = None
        # A turned wheel passes through limits that nobody meant, and files deleted for them do not come back.
        self._limit_rests = single_shot(self, self._send_limit, _SETTLE_MS)
        bridge.ready.connect(self._ready)
        bridge.embeddings_told.connect(self._told)
        models.title_changed.connect(lambda _: self._show_model())

    def page(self) -> QWidget:
        """Make the page; the preferences keep it."""
        page = SpeedPage()
        page.precision_chosen.connect(self._choose_precision)
        page.idle_chosen.connect(self._choose_idle)
        page.spare_chosen.connect(self._choose_sparing)
        page.limit_chosen.connect(self._choose_limit)
        page.folder_requested.connect(self.open_folder)
        page.clear_requested.connect(self.ask_clear)
        page.look_requested.connect(self.look)
        self._page = page
        if self._precisions:
            page.set_precisions(self._precisions)
        self._show_model()
        if self._kept is not None:
            page.show_kept(self._kept)
        return page

    def look(self) -> None:
        """Ask what lies on the disk; the page shows it when the worker answers."""
        if self._bridge.client is not None:
            self._bridge.client.keep_embeddings()

    def open_folder(self) -> None:
        """Show the folder of the encoded slices."""
        if self._kept is not None:
            folder = Path(self._kept.folder)
            # It is made with the first slice; before that there is its parent.
            while not folder.exists() and folder != folder.parent:
                folder = folder.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def ask_clear(self) -> None:
        """Delete the encoded slices, if the user says so twice."""
        box = QMessageBox(self._page.window() if self._page is not None else self._window)
        box.setIcon(QMessageBox.Warning)
        box.setWindowTitle(self.tr("Delete the encoded slices"))
        box.setText(self.tr("Delete every encoded slice on the disk?"))
        box.setInformativeText(
            self.tr("Images, masks and models stay. Slices are encoded again when they are needed.")
        )
        box.setStandardButtons(QMessageBox.Yes | QMessageBox.Cancel)
        box.button(QMessageBox.Yes).setText(self.tr("Delete all"))
        box.setDefaultButton(QMessageBox.Cancel)
        if box.exec() == QMessageBox.Yes and self._bridge.client is not None:
            self._clearing = self._bridge.client.keep_embeddings(clear=True)

    # --- what the page chooses ------------------------------------------------------

    def _choose_precision(self, precision: str) -> None:
        settings.remember(PRECISION, precision)
        self._models.reload()

    def _choose_idle(self, wanted: bool) -> None:
        settings.remember(IDLE, wanted)
        self.ahead_chosen.emit()

    def _choose_sparing(self, wanted: bool) -> None:
        settings.remember(SPARE, wanted)
        self.ahead_chosen.emit()

    def _choose_limit(self, max_bytes: int) -> None:
        # As text: as a number it may be too large for the file of the settings.
        settings.remember(LIMIT, str(max_bytes))
        self._limit_rests.start()

    def _send_limit(self) -> None:
        if self._bridge.client is not None:
            self._bridge.client.keep_embeddings(self._limit())

    def _limit(self) -> int | None:
        text = str(settings.value(LIMIT, ""))
        return int(text) if text.isdigit() else None

    # --- what the worker says ---------------------------------------------------------

    def _ready(self, message: WorkerReady) -> None:
        self._precisions = message.precisions
        if self._page is not None:
            self._page.set_precisions(message.precisions)
        self._send_limit()

    def _told(self, message: EmbeddingsKept) -> None:
        self._kept = message
        if self._page is not None and not self._limit_rests.isActive():
            self._page.show_kept(message)
        if message.token == self._clearing:
            self._clearing = None
            self.cleared.emit()

    def _show_model(self) -> None:
        if self._page is not None:
            self._page.show_in_use(in_use_text(self._models.info, self._models.is_coming))
