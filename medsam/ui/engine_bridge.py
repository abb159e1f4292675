"""The engine as Qt sees it: messages of its reader thread arrive as signals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QObject, Qt, pyqtSignal

from medsam.engine.jobs import (
    EmbeddingsKept,
    Failed,
    MaskAnswer,
    Message,
    ModelChanged,
    ModelInfo,
    ModelLoaded,
    SliceKey,
    SliceProgress,
    WorkerLost,
    WorkerReady,
)
from medsam.intensity import Window
from medsam.ui.errors import Presenter
from medsam.ui.relay import Relay
from medsam.volume import Volume

EngineFactory = Callable[[Callable[[Message], None]], Any]


def real_engine(on_message: Callable[[Message], None]) -> Any:
    """The client of a worker process."""
    from medsam.engine.client import EngineClient

    return EngineClient(on_message)


class EngineBridge(QObject):
    """Owns the engine's client; everything of it that the window hears passes here.

    Attributes:
        client: The ``EngineClient``; None before ``start`` and after ``close``.
        volume_id: Of the volume the worker holds; None while there is none.
        model: What is loaded; None while nothing is.
        is_ready: Whether the worker listens.
        is_down: Whether it failed too often and waits for ``start``.

    Signals carry the message of the same name in ``medsam.engine.jobs``;
    ``volume_attached`` says that prompts on the new volume may be sent.
    """

    ready = pyqtSignal(object)
    model_loaded = pyqtSignal(object)
    model_changed = pyqtSignal(object)
    progressed = pyqtSignal(object)
    answered = pyqtSignal(object)
    failed = pyqtSignal(object)
    lost = pyqtSignal(object)
    embeddings_told = pyqtSignal(object)
    volume_attached = pyqtSignal()
    _arrived = pyqtSignal(object)

    def __init__(
        self, presenter: Presenter, factory: EngineFactory | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._factory = factory or real_engine
        self.client: Any = None
        self.volume_id: int | None = None
        self.model: ModelInfo | None = None
        self.is_ready = self.is_down = False
        self._volume: Volume | None = None
        self._arrived.connect(self._dispatch, Qt.QueuedConnection)

    def start(self) -> None:
        """Start the worker, or try again after it stayed down; it gets the open volume."""
        self.is_down = False
        try:
            if self.client is None:
                self.client = self._factory(Relay(self, self._arrived))
            self.client.start()
        except Exception as error:  # without an engine the window still shows and saves
            self.client = None
            self._presenter.error(error)
            return
        if self.volume_id is None:
            self.attach(self._volume)

    def close(self) -> None:
        """End the worker; no signal follows."""
        self._arrived.disconnect(self._dispatch)
        if self.client is not None:
            client, self.client = self.client, None
            client.close()

    def attach(self, volume: Volume | None) -> None:
        """Give the worker a volume; ``volume_attached`` follows once prompts on it can be sent."""
        self._volume, self.volume_id = volume, None
        if self.client is not None:
            volume_id = self.client.set_volume(volume)
            if volume is not None:
                self.volume_id = volume_id
                self.volume_attached.emit()

    def key(self, axis: int, index: int, window: Window | None) -> SliceKey | None:
        """How to name a slice to the engine; None while a prompt on it cannot be answered."""
        if self.client is None or self.model is None or self.volume_id is None:
            return None
        return SliceKey(self.volume_id, axis, index, window)

    def _dispatch(self, message: Message) -> None:
        if isinstance(message, WorkerReady):
            self.is_ready = True
            self.ready.emit(message)
        elif isinstance(message, ModelLoaded):
            self.model = message.info
            self.model_loaded.emit(message)
        elif isinstance(message, ModelChanged):
            self.model = message.info
            self.model_changed.emit(message)
        elif isinstance(message, SliceProgress):
            self.progressed.emit(message)
        elif isinstance(message, MaskAnswer):
            self.answered.emit(message)
        elif isinstance(message, EmbeddingsKept):
            self.embeddings_told.emit(message)
        elif isinstance(message, Failed):
            self.failed.emit(message)
        elif isinstance(message, WorkerLost):
            self.is_ready, self.is_down, self.model = False, not message.restarting, None
            self.lost.emit(message)
