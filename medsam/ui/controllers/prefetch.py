"""Encoding ahead of the eye: the slice in view, its neighbours, and the rest while nobody does anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PyQt5.QtCore import QEvent, QObject
from PyQt5.QtWidgets import QApplication

from medsam.engine.jobs import EmbeddingsKept, Failed, Priority, SliceKey, SliceProgress, SliceState
from medsam.ui import battery, settings
from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.controllers.slices import SliceStates
from medsam.ui.panels.preferences_speed import IDLE, SPARE
from medsam.ui.timers import single_shot

SLICE_BYTES = 2_000_000
"""What the embedding of a slice takes on the disk at the most, for a network of 1024 pixels: that of white
noise takes 1.85 MB, a network's less."""

_SETTLE_MS = 180
_IDLE_MS = 1500
_BATTERY_MS = 60_000
"""Between two looks at a battery that was too low to go on."""
_HANDS = (QEvent.MouseButtonPress, QEvent.MouseButtonDblClick, QEvent.TabletPress, QEvent.Wheel)
_AHEAD, _BEHIND = 3, 1
_AT_ONCE = 2
"""Slices of the rest that are asked for: the worker has the next one as soon as it is done with one."""

_AT_ONCE_ON_CARD = 32
"""The same where a graphics card encodes: it takes several together."""


def nearest_first(count: int, index: int, step: int = 1) -> Iterator[int]:
    """All slices, outwards from one; of two as near the one in the direction ``step`` first."""
    yield index
    for distance in range(1, count):
        for at in (index + step * distance, index - step * distance):
            if 0 <= at < count:
                yield at


class Prefetch(QObject):
    """Asks for slices before anybody needs them.

    As soon as the eye rests: the slice in view, then its neighbours in the
    direction of the walk. Later, one after another, the rest of the plane in
    view, if the disk may keep it all; whatever the user does stops that at once,
    and it does not begin while a button is held. On a battery that is low only
    the slice in view is asked for.

    Attributes:
        is_held: Asked before the rest is encoded; true while somebody else sees to it.
        limit: Bytes that encoded slices may take on the disk.
    """

    def __init__(self, bench: Bench, states: SliceStates) -> None:
        super().__init__(bench.window)
        self._session, self._bridge = bench.session, bench.bridge
        self._view, self._states = bench.view, states
        self.is_held: Callable[[], bool] = lambda: False
        self._near: list[int] = []
        self._rest: dict[int, SliceKey] = {}
        self._is_resting = self._has_failed = False
        self.limit = 0
        self.step = 1
        self._settle = single_shot(self, self.encode_ahead, _SETTLE_MS)
        self._idle = single_shot(self, self.encode_rest, _IDLE_MS)
        bench.bridge.model_loaded.connect(lambda _: self._begin_anew())
        bench.bridge.volume_attached.connect(self._begin_anew)
        bench.bridge.embeddings_told.connect(self._take_limit)
        bench.bridge.progressed.connect(self._progressed)
        bench.bridge.failed.connect(self._failed)
        bench.bridge.lost.connect(lambda _: self.pause())
        bench.view.slice_changed.connect(self._walked)
        bench.view.window_changed.connect(lambda _: self._move())
        bench.session.changed.connect(lambda _: self.pause())
        for pane in bench.area.panes.values():
            pane.view.installEventFilter(self)

    def key(self, index: int) -> SliceKey | None:
        """A slice of the plane in view; None while a model that encodes cannot be asked."""
        model, frame = self._bridge.model, self._view.current.frame
        if model is None or not model.needs_encoding or frame is None or self._session.volume is None:
            return None
        return self._bridge.key(frame.axis, index, self._view.window)

    def encode_ahead(self) -> None:
        """Ask for the slice in view and its neighbours; drop what was asked for before."""
        client, view = self._bridge.client, self._view.current
        self._drop_near()
        if client is None or view.frame is None or self.key(view.index) is None:
            return
        steps = [0]
        if not spares_battery():
            steps += [n * self.step for n in range(1, _AHEAD + 1)]
            steps += [-n * self.step for n in range(1, _BEHIND + 1)]
        for step in steps:
            index = view.index + step
            # The one in view is asked for in any case: read from the disk it is at hand before the first box.
            if 0 <= index < view.frame.count and (step == 0 or not self._is_ready(index)):
                priority = Priority.VIEW if step == 0 else Priority.NEIGHBOUR
                self._near.append(client.encode(self.key(index), priority))
        self.pause()

    def encode_rest(self) -> None:
        """Go on with the slices of the plane in view, nearest first, if that is wanted and fits."""
        frame = self._view.current.frame
        wanted = bool(settings.value(IDLE, True)) and not self._has_failed and not self.is_held()
        if not wanted or frame is None or frame.count * SLICE_BYTES > self.limit:
            return
        if QApplication.mouseButtons():
            self._idle.start(_IDLE_MS)
        elif spares_battery():
            self._idle.start(_BATTERY_MS)
        else:
            self._is_resting = True
            self._ask_on()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hands at work on a view: leave the cores to them."""
        if self._is_resting and event.type() in _HANDS:
            self.pause()
        return super().eventFilter(watched, event)

    def pause(self) -> None:
        """Leave the rest alone until nobody has done anything for a while."""
        self._is_resting = False
        tokens = tuple(self._rest)
        self._rest.clear()
        if tokens and self._bridge.client is not None:
            self._bridge.client.cancel(*tokens)
        self._idle.start(_IDLE_MS)

    def _ask_on(self) -> None:
        client, view = self._bridge.client, self._view.current
        if client is None or view.frame is None or self.key(view.index) is None:
            return
        if spares_battery():
            self.pause()
            return
        asked = set(self._rest.values())
        model = self._bridge.model
        most = _AT_ONCE if model is None or model.device == "cpu" else _AT_ONCE_ON_CARD
        for index in nearest_first(view.frame.count, view.index, self.step):
            if len(self._rest) >= most:
                return
            key = self.key(index)
            if key is not None and key not in asked and not self._is_ready(index):
                self._rest[client.encode(key, Priority.REST)] = key

    def _is_ready(self, index: int) -> bool:
        frame = self._view.current.frame
        return (
            frame is not None and self._states.state(frame.axis, index, self._view.window) is SliceState.READY
        )

    def _drop_near(self) -> None:
        if self._near and self._bridge.client is not None:
            self._bridge.client.cancel(*self._near)
        self._near = []

    def _walked(self, view: SliceView, step: int) -> None:
        if view is self._view.current:
            if step != self.step:
                # What lies behind now is not waited for until the eye rests.
                self._drop_near()
            self.step = step
            self._move()

    def _move(self) -> None:
        """Something else is in view."""
        self.pause()
        if self._session.volume is not None:
            self._settle.start()

    def _begin_anew(self) -> None:
        self._has_failed = False
        self._move()

    def _take_limit(self, message: EmbeddingsKept) -> None:
        self.limit = message.max_bytes
        if not self._is_resting:
            self._idle.start(_IDLE_MS)

    def _progressed(self, message: SliceProgress) -> None:
        if message.state is SliceState.READY and self._is_resting:
            self._rest = {t: key for t, key in self._rest.items() if key != message.slice}
            self._ask_on()

    def _failed(self, message: Failed) -> None:
        if message.token in self._rest:
            # What failed for one slice would fail for the next one.
            self._has_failed = True
            self.pause()


def spares_battery() -> bool:
    """Whether the battery is low and to be spared, as the user wants it."""
    if not settings.value(SPARE, True):
        return False
    found = battery.read()
    return found is not None and found.is_low
