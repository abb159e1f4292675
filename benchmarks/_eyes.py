"""A real window with a scan and a user who looks at it, 60 frames a second; and what his frames take."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PyQt5.QtCore import QEvent, QObject
from PyQt5.QtGui import QPaintEvent
from PyQt5.QtWidgets import QApplication

from benchmarks._phantoms import phantom
from medsam.engine.jobs import Priority, SliceProgress, SliceState
from medsam.intensity import Window
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.errors import Presenter
from medsam.ui.main_window import MainWindow
from medsam.ui.theme import Theme
from medsam.volume import Plane
from tests.fakes import FakeEngine

FRAME = 1 / 60
PATIENCE = 600.0
FIRST = 8
"""Frames that are not counted: what is made once, is made there."""


@dataclass(frozen=True)
class Frames:
    """What the frames of one kind of event took, in milliseconds.

    Attributes:
        median, p99: On the clock, from the moment the event was due.
        cpu, cpu_p99: Of the window's thread.
        late: Share that took more than 1/60 s.
        painted: Median share of the panes' pixels that were painted.
    """

    median: float
    p99: float
    cpu: float
    cpu_p99: float
    late: float
    painted: float

    @classmethod
    def of(cls, clock: list[float], cpu: list[float], painted: list[float]) -> Frames:
        """Sum up seconds and shares, one a frame."""
        wall, own = np.array(clock) * 1000, np.array(cpu) * 1000
        late = float((wall > FRAME * 1000).mean())
        return cls(*_middle_and_end(wall), *_middle_and_end(own), late, float(np.median(painted)))


def _middle_and_end(values: np.ndarray) -> tuple[float, float]:
    return float(np.median(values)), float(np.percentile(values, 99))


class PaintWatch(QObject):
    """Adds up the pixels that panes are asked to paint."""

    def __init__(self, views: list[SliceView]) -> None:
        super().__init__()
        self.pixels = 0
        for view in views:
            view.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Count; hold nothing up."""
        if isinstance(event, QPaintEvent):
            rects = event.region().rects() if event.region().rectCount() else [event.rect()]
            self.pixels += sum(rect.width() * rect.height() for rect in rects)
        return False


class Eyes:
    """A window with a scan, and a user who looks at it.

    Attributes:
        window: The real one.
        encoded: Slices that the worker has finished.
    """

    def __init__(self, app: QApplication, size: int, model: Path | None) -> None:
        """Open the window and the scan; with a model, start its worker and load it."""
        self.app, self.encoded = app, 0
        engine = None if model is not None else lambda on_message: FakeEngine(on_message)
        name = str(model) if model is not None else None
        self.window: Any = MainWindow(Theme(app), Presenter(), model=name, engine=engine)
        self.window.resize(1366, 768)
        self.window.show()
        if model is not None:
            self._wait(lambda: self.window.bridge.model is not None, "The model was not loaded")
        _, annotation = phantom(size, size)
        self.annotation = annotation
        self.window.session.open(annotation, None, Window(60, 400))
        self.window.bridge.progressed.connect(self._count)
        self.views: list[SliceView] = self.window.view.views
        self.watch = PaintWatch(self.views)
        self.settle()

    def settle(self, seconds: float = 0.5) -> None:
        """Let everything happen that is queued or soon due."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.turn()
            time.sleep(0.005)

    def turn(self) -> None:
        """One turn of the event loop: what is queued, and the paints that follow from it."""
        self.app.processEvents()
        self.app.sendPostedEvents()
        self.app.processEvents()

    def keep_encoding(self) -> None:
        """Ask for every slice, and wait until the worker is at the second one."""
        bridge, view = self.window.bridge, self.view(Plane.AXIAL)
        assert view.frame is not None
        for index in range(view.frame.count):
            bridge.client.encode(bridge.key(view.frame.axis, index, self.window.view.window), Priority.REST)
        self._wait(lambda: self.encoded > 0, "No slice was encoded")

    def encoding_seconds(self, seconds: float) -> float:
        """Seconds a slice while nobody does anything for some time; infinite if none was finished."""
        before = self.encoded
        self.settle(seconds)
        return seconds / (self.encoded - before) if self.encoded > before else math.inf

    def view(self, plane: Plane) -> SliceView:
        """The pane of a plane."""
        return self.window.area.panes[plane].view

    def close(self) -> None:
        """End the worker and the window."""
        self.window.close_unasked()
        self.window.deleteLater()
        self.app.sendPostedEvents(None, QEvent.DeferredDelete)

    def time_frames(self, act: Callable[[int], None], count: int) -> Frames:
        """Do ``act(n)`` 60 times a second; each is a frame with all that follows from it."""
        clock, cpu, painted = [], [], []
        whole = sum(view.width() * view.height() for view in self.views if view.isVisible())
        due = time.perf_counter() + FRAME
        for n in range(FIRST + count):
            self.turn()
            time.sleep(max(due - time.perf_counter(), 0.0))
            own, self.watch.pixels = time.thread_time(), 0
            act(n)
            self.turn()
            now = time.perf_counter()
            if n >= FIRST:
                clock.append(now - due)
                cpu.append(time.thread_time() - own)
                painted.append(self.watch.pixels / whole)
            # Nothing queues up behind a late frame: a hand goes on from what it sees.
            due = max(due + FRAME, now)
        return Frames.of(clock, cpu, painted)

    def _count(self, message: SliceProgress) -> None:
        self.encoded += message.state is SliceState.READY

    def _wait(self, condition: Callable[[], bool], complaint: str) -> None:
        end = time.perf_counter() + PATIENCE
        while not condition():
            if time.perf_counter() > end:
                self.window.close_unasked()
                sys.exit(f"{complaint} within {PATIENCE:.0f} s.")
            self.turn()
            time.sleep(0.01)
