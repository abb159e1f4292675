"""A window whose dragged boxes are timed: the parts of ``live_drag``."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PyQt5.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PyQt5.QtGui import QMouseEvent, QPaintEvent
from PyQt5.QtWidgets import QApplication

from medsam.document import Annotation
from medsam.engine.client import EngineClient
from medsam.engine.jobs import MaskAnswer, MaskPatch, Message, Priority, SliceProgress, SliceState
from medsam.intensity import CT_PRESETS
from medsam.prompts import Box, Prompts
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.controllers.prompt_display import PromptDisplay
from medsam.ui.errors import Presenter
from medsam.ui.main_window import MainWindow
from medsam.ui.theme import Theme
from medsam.volume import Plane
from pretrain.catalogue import DEFAULT
from tests.phantoms import ct_phantom

PATIENCE = 600.0
BOX = (180.0, 170.0, 300.0, 290.0)
"""As it is drawn, in the shown picture."""

REACH = 44.0
"""Pixels of the circle that the corner is dragged along: every move is another box."""

BEAT_MS = 2
ALONE = 12
"""Decodes before and after a drag."""

AHEAD = 4
"""Slices asked for ahead."""


@dataclass
class Drag:
    """What happened to the moves of one drag.

    Attributes:
        posted: When each move was made.
        painted: When a mask for it, or for a newer one, was on the screen; 0 while none is.
        handled: Number of the move that the window knows of.
        asked: Of each request's token, the move that its box is of.
        answered: Tokens of the masks that came.
        seen: Tokens of the masks that were painted.
        inside: Seconds that the worker spent on each.
        pause: The longest for which the event loop did nothing else.
        came: When the latest mask came.
        aside: Seconds that the drag's very first mask took beside the decode.
    """

    posted: list[float] = field(default_factory=list)
    painted: list[float] = field(default_factory=list)
    handled: int = -1
    asked: dict[int, int] = field(default_factory=dict)
    answered: set[int] = field(default_factory=set)
    seen: list[int] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    pause: float = 0.0
    came: float = 0.0
    aside: float = 0.0

    def paint(self, token: int, now: float) -> None:
        """The mask of a request was painted."""
        if token not in self.asked or (self.seen and self.seen[-1] == token):
            return
        self.seen.append(token)
        for n in range(self.asked[token], -1, -1):
            if self.painted[n]:
                break
            self.painted[n] = now

    @property
    def waits(self) -> list[float]:
        """Seconds from every move to its mask."""
        return [there - made for made, there in zip(self.posted, self.painted, strict=True) if there]


class Notes:
    """Listens at the window's seams: requests, answers, paints and the event loop.

    Attributes:
        is_random: The network's weights are. Its mask is some 4,000 specks, whose
            outlines take longer to paint than any object's; an ellipse in the box
            takes their place once the worker's answer has come.
    """

    def __init__(self) -> None:
        self.drag = Drag()
        self.is_random = False
        self.states: dict[Any, SliceState] = {}
        self.client: EngineClient | None = None
        self.display: PromptDisplay | None = None
        self._tokens: dict[int, tuple[Any, int]] = {}
        self._latest: dict[int, MaskAnswer] = {}
        self._boxes: dict[int, Box] = {}

    def engine(self, on_message: Callable[[Message], None]) -> EngineClient:
        """A client that tells of its requests and answers."""
        notes = self

        class Told(EngineClient):
            def predict(self, *given: Any, **options: Any) -> int:
                token = super().predict(*given, **options)
                if given[1].box is not None:
                    notes._boxes[token] = given[1].box
                if options.get("channel"):
                    notes.drag.asked[token] = notes.drag.handled
                return token

        def hear(message: Message) -> None:
            if isinstance(message, MaskAnswer):
                message = self._as_of_an_object(message)
                self.hear(message)
            elif isinstance(message, SliceProgress):
                self.states[message.slice] = message.state
            on_message(message)

        self.client = Told(hear)
        return self.client

    def _as_of_an_object(self, answer: MaskAnswer) -> MaskAnswer:
        box = self._boxes.get(answer.token)
        if not self.is_random or box is None or not answer.masks:
            return answer
        masks = [ellipse_in(box, mask.shape_hw) for mask in answer.masks]
        return replace(answer, masks=tuple(masks), empty=False)

    def hear(self, answer: MaskAnswer) -> None:
        """A mask came from the worker."""
        self._latest[answer.token] = answer
        if answer.masks:
            # The mask itself is kept, so that no other gets its number.
            self._tokens[id(answer.masks[0])] = (answer.masks[0], answer.token)
        if answer.token in self.drag.asked:
            self.drag.answered.add(answer.token)
            self.drag.inside.append(answer.seconds)
            self.drag.came = time.perf_counter()

    def has_answer(self, token: int) -> bool:
        """Whether the mask of a request came."""
        return token in self._latest

    def answer_to(self, token: int) -> MaskAnswer | None:
        """The mask of a request, if it came."""
        return self._latest.get(token)

    def watch_paints(self) -> Callable[[], None]:
        """Note which live mask every paint of a pane shows; returns what ends that."""
        paint = SliceView.paintEvent

        def stop() -> None:
            SliceView.paintEvent = paint  # type: ignore[method-assign]

        def painted(view: Any, event: QPaintEvent) -> None:
            paint(view, event)
            live = self.display.live if self.display is not None else None
            if live is not None and live.view is view and live.patch is not None:
                _, token = self._tokens.get(id(live.patch), (None, -1))
                self.drag.paint(token, time.perf_counter())

        SliceView.paintEvent = painted  # type: ignore[method-assign,assignment]
        return stop


def ellipse_in(box: Box, shape_hw: tuple[int, int]) -> MaskPatch:
    """The ellipse that touches a box's sides, in a picture."""
    x0, y0 = max(int(box.x0), 0), max(int(box.y0), 0)
    x1, y1 = min(round(box.x1), shape_hw[1]), min(round(box.y1), shape_hw[0])
    (x, y), (rows, cols) = box.center, np.mgrid[y0:y1, x0:x1] + 0.5
    inside = ((cols - x) / box.width) ** 2 + ((rows - y) / box.height) ** 2 <= 0.25
    return MaskPatch(x0, y0, inside, shape_hw)


class MoveFilter(QObject):
    """Says which move of the drag the window is told of."""

    def __init__(self, notes: Notes, parent: QObject) -> None:
        super().__init__(parent)
        self._notes = notes

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count moves; hold none up."""
        if event.type() == QEvent.MouseMove and event.timestamp():
            self._notes.drag.handled = event.timestamp() - 1
        return False


class Bench:
    """A window with a phantom and a model."""

    def __init__(self, app: QApplication, model: str, title: str, shape: tuple[int, int, int]) -> None:
        """Open, load and, where the model encodes, encode the slice in view."""
        self.app, self.title, self.notes = app, title, Notes()
        self.notes.is_random = model != DEFAULT
        self._stop_watching = self.notes.watch_paints()
        self.window = MainWindow(Theme(app), Presenter(), model=model, engine=self.notes.engine)
        self.notes.display = self.window.segmentation.display
        self.window.resize(1360, 860)
        self.window.show()
        self.wait(lambda: self.window.bridge.model is not None, "the model")
        volume = ct_phantom(shape)
        self.window.session.open(Annotation(volume), None, CT_PRESETS["soft tissue"])
        self.window.view.choose_tool("box")
        self.view = self.window.area.panes[Plane.AXIAL].view
        self._filter = MoveFilter(self.notes, self.view)
        self.view.installEventFilter(self._filter)
        self.next_slice = 0
        self.encodes = bool(self.window.bridge.model and self.window.bridge.model.needs_encoding)
        if self.encodes:
            key = self.key(self.view.index)
            self.wait(lambda: self.notes.states.get(key) is SliceState.READY, "the slice's encoding")
        self.draw()

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Let the window live until something has happened."""
        end = time.perf_counter() + PATIENCE
        while not done():
            self.app.processEvents(QEventLoop.AllEvents, 20)
            time.sleep(0.002)
            if time.perf_counter() > end:
                sys.exit(f"{self.title}: no word of {what}")

    def key(self, index: int) -> Any:
        """An axial slice, as the engine names it."""
        assert self.view.frame is not None
        return self.window.bridge.key(self.view.frame.axis, index, self.window.view.window)

    def at(self, x: float, y: float) -> QPoint:
        """A place of the shown picture on the pane."""
        return self.view.shown_to_view(x, y).toPoint()

    def event(self, kind: QEvent.Type, at: QPoint, number: int = 0) -> QMouseEvent:
        """A mouse event; ``number`` tells moves apart."""
        button = Qt.NoButton if kind == QEvent.MouseMove else Qt.LeftButton
        held = Qt.NoButton if kind == QEvent.MouseButtonRelease else Qt.LeftButton
        event = QMouseEvent(
            kind, QPointF(at), QPointF(self.view.mapToGlobal(at)), button, held, Qt.NoModifier
        )
        event.setTimestamp(number)
        return event

    def send(self, kind: QEvent.Type, at: QPoint) -> None:
        """A mouse event now, and what follows from it."""
        QApplication.sendEvent(self.view, self.event(kind, at))
        self.app.processEvents()

    def draw(self) -> None:
        """The box that will be dragged, with its mask in the document."""
        count = len(self.prompts)
        start, end = self.at(*BOX[:2]), self.at(*BOX[2:])
        self.send(QEvent.MouseButtonPress, start)
        for n in range(1, 6):
            self.send(QEvent.MouseMove, start + (end - start) * n / 5)
        self.send(QEvent.MouseButtonRelease, end)
        self.wait(lambda: len(self.prompts) > count or self.has_failed, "the first mask")
        self.quiet()

    @property
    def has_failed(self) -> bool:
        """Whether the first box got no mask, which random weights may say."""
        return any(item.reason for item in self.window.segmentation.queue)

    @property
    def prompts(self) -> Any:
        """Of the document."""
        assert self.window.session.annotation is not None
        return self.window.session.annotation.prompts

    def quiet(self) -> None:
        """Until the worker owes nothing."""
        assert self.notes.client is not None
        self.wait(lambda: not self.notes.client.busy, "the end of the work")  # type: ignore[union-attr]

    def alone(self) -> list[float]:
        """Seconds of single decodes that nothing disturbs."""
        assert self.notes.client is not None
        self.quiet()
        taken = []
        for n in range(ALONE):
            box = Box(BOX[0], BOX[1], BOX[2] + n, BOX[3] - n)
            token = self.notes.client.predict(
                self.key(self.view.index), Prompts(box), draft=False, rough=True
            )
            self.wait(partial(self.notes.has_answer, token), "a mask")
            answer = self.notes.answer_to(token)
            assert answer is not None
            taken.append(answer.seconds)
        return taken

    # --- the drag -----------------------------------------------------------

    def drag(self, rate: int, seconds: float) -> Drag:
        """Take the lower right corner and drag it round and round, then go back and give up with Esc."""
        corner = self.at(*BOX[2:])
        first = self.notes.drag = Drag()
        self.send(QEvent.MouseButtonPress, corner)
        begin = time.perf_counter()
        self.send(QEvent.MouseMove, corner + QPoint(14, 14))
        self.wait(self.has_live, "the live mask")
        drag = self.notes.drag = Drag(aside=first.came - begin - first.inside[0])
        self._turn(drag, rate, seconds)
        self.view.cancel_drag()
        self.send(QEvent.MouseButtonRelease, corner)
        self.notes.drag = Drag()
        return drag

    def has_live(self) -> bool:
        """Whether the mask of what is dragged is on show."""
        live = self.window.segmentation.display.live
        return live is not None and live.patch is not None

    def _turn(self, drag: Drag, rate: int, seconds: float) -> None:
        count = int(rate * seconds)
        step = 2.5 / REACH
        path = [
            self.at(BOX[2] + REACH * np.sin(n * step), BOX[3] + REACH * (1 - np.cos(n * step)))
            for n in range(1, count + 1)
        ]
        events = [self.event(QEvent.MouseMove, at, n + 1) for n, at in enumerate(path)]
        drag.painted = [0.0] * count
        loop = QEventLoop()
        hand = threading.Thread(target=_post, args=(self.view, events, drag, 1 / rate), daemon=True)
        beats = [time.perf_counter()]

        def beat() -> None:
            now = time.perf_counter()
            drag.pause = max(drag.pause, now - beats[0] - BEAT_MS / 1000)
            beats[0] = now
            late = not hand.is_alive() and now - drag.posted[-1] > PATIENCE / 100
            if late or (not hand.is_alive() and drag.painted[-1]):
                loop.quit()

        timer = QTimer()
        timer.setTimerType(Qt.PreciseTimer)
        timer.timeout.connect(beat)
        timer.start(BEAT_MS)
        hand.start()
        loop.exec_()
        timer.stop()

    # --- what the worker does besides -------------------------------------------

    def nothing(self) -> Callable[[], None]:
        """It waits."""
        return lambda: None

    def ahead(self) -> Callable[[], None]:
        """It encodes slices that nobody looks at; returns what ends that."""
        client = self.notes.client
        assert client is not None
        keys = [self.key(self.next_slice + n) for n in range(AHEAD)]
        self.next_slice += AHEAD
        tokens = [client.encode(key, Priority.NEIGHBOUR) for key in keys]
        self.wait(lambda: self.notes.states.get(keys[0]) is SliceState.ENCODING, "an encoding")
        return lambda: client.cancel(*tokens)

    def prepare(self) -> Callable[[], None]:
        """It prepares the volume; returns what ends that."""
        self.window.prepare.start()
        self.wait(lambda: SliceState.ENCODING in self.notes.states.values(), "the preparation")
        return self.window.prepare.stop

    def close(self) -> None:
        """End window and worker."""
        self.window.close_unasked()
        self.app.processEvents()
        self._stop_watching()


def _post(view: SliceView, events: list[QMouseEvent], drag: Drag, interval: float) -> None:
    """The hand: an event at its time, whatever the window does."""
    begin = time.perf_counter() + 0.05
    for n, event in enumerate(events):
        wait = begin + n * interval - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        drag.posted.append(time.perf_counter())
        QCoreApplication.postEvent(view, event)
