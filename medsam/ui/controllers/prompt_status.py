"""What the status line says of the prompts: what is computed, how good it came out, what a drag would do."""

from __future__ import annotations

from PyQt5.QtCore import QObject

from medsam.ui.bench import Bench
from medsam.ui.controllers.models import ModelsController
from medsam.ui.controllers.segmentation import SegmentationController

_QUALITY_MS = 10_000


class PromptStatus(QObject):
    """Shows its own sentences and takes back only those."""

    def __init__(self, bench: Bench, segmentation: SegmentationController, models: ModelsController) -> None:
        super().__init__(bench.window)
        self._bridge, self._models = bench.bridge, models
        self._presenter, self._status = bench.presenter, bench.status
        self._no_model = self._hint = self._quality = self._waiting = ""
        segmentation.waiting_changed.connect(self._say_waiting)
        segmentation.hint_changed.connect(self._say_hint)
        segmentation.quality_said.connect(self._say_quality)
        bench.session.opened.connect(self._forget_quality)
        models.loaded.connect(lambda _: bench.presenter.withdraw(self._no_model))

    def _say_waiting(self, count: int) -> None:
        before, self._waiting = self._waiting, ""
        if count and self._bridge.model is None and not self._models.is_coming:
            text = self.tr("No model is loaded, so there is no mask yet. Choose a model, and it comes.")
            self._no_model = text
            self._presenter.warning(text, (self.tr("Choose a model…"), self._models.show_picker))
        elif count and self._bridge.model is None:
            several = self.tr("{0} objects wait for the model")
            text = several if count > 1 else self.tr("The object waits for the model")
            self._waiting = text.format(count)
        elif count:
            several = self.tr("{0} masks are being computed…")
            text = several if count > 1 else self.tr("The mask is being computed…")
            self._waiting = text.format(count)
        if self._waiting:
            self._status.showMessage(self._waiting)
        elif before and self._status.currentMessage() == before:
            self._status.showMessage(self._hint)

    def _say_quality(self, text: str) -> None:
        self._quality = text
        self._status.showMessage(text, _QUALITY_MS)

    def _forget_quality(self) -> None:
        """What was said of another image's mask is not true of this one."""
        if self._quality and self._status.currentMessage() == self._quality:
            self._status.clearMessage()

    def _say_hint(self, text: str) -> None:
        current = self._status.currentMessage()
        if text and current in ("", self._quality):
            self._status.showMessage(text)
        elif not text and current == self._hint:
            self._status.clearMessage()
        self._hint = text
