"""Preparing a volume: every slice of a plane is encoded, so that masks on it appear at once."""

from __future__ import annotations

import queue
from dataclasses import dataclass, field
from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal

from medsam.engine.jobs import (
    Failed,
    ModelInfo,
    Priority,
    SliceKey,
    SliceProgress,
    SliceState,
    WorkerLost,
)
from medsam.intensity import Window
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.controllers.pace import Pace, usual_pace
from medsam.ui.controllers.prefetch import SLICE_BYTES, Prefetch, nearest_first
from medsam.ui.controllers.slices import SliceStates
from medsam.ui.errors import Action
from medsam.ui.timers import single_shot
from medsam.volume import Plane

_WINDOW_RESTS_MS = 400
_IN_MEMORY = 128
"""Slices of a network of 1024 pixels that every worker keeps in memory at the least."""


@dataclass
class Preparation:
    """One run over the slices of a plane.

    Attributes:
        axis, window, count: What is encoded.
        start: The slice it spreads out from.
        model: That encodes; another one ends the run.
        done: Slices that are encoded.
        tokens: Of the requests that are not answered, with their slices.
        pace: Seconds a slice.
        over: Lets the thread of the banner end.
    """

    axis: int
    window: Window | None
    count: int
    start: int
    model: tuple[str, str, str]
    done: set[int] = field(default_factory=set)
    tokens: dict[int, int] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)
    over: queue.SimpleQueue[None] = field(default_factory=queue.SimpleQueue)
    task: Task | None = None

    @property
    def seconds_left(self) -> float | None:
        """For the slices that remain, at the pace of the latest; None where nothing is known of it."""
        seconds = self.pace.seconds
        return None if seconds is None else seconds * (self.count - len(self.done))

    def note_done(self, index: int) -> None:
        """A slice is encoded."""
        self.pace.note_ready(index)
        self.done.add(index)


class PrepareController(QObject):
    """The command "Prepare this volume", its banner and the buttons beside the strips.

    Everything the user does goes first: these requests have the lowest
    priority, and the worker breaks them off for any other.

    Signals:
        limit_requested: The user wants to let the disk keep more.
    """

    limit_requested = pyqtSignal()

    def __init__(self, bench: Bench, states: SliceStates, prefetch: Prefetch) -> None:
        super().__init__(bench.window)
        self._session, self._actions = bench.session, bench.actions
        self._bridge, self._view = bench.bridge, bench.view
        self._area, self._states, self._prefetch = bench.area, states, prefetch
        self._tasks, self._presenter, self._theme = bench.tasks, bench.presenter, bench.theme
        self._now: Preparation | None = None
        self._next: list[SliceView] = []
        prefetch.is_held = lambda: self._now is not None
        self._window_rests = single_shot(self, self._check_window, _WINDOW_RESTS_MS)
        bench.actions.on("prepare", self.start)
        for pane in bench.area.panes.values():
            pane.prepare.clicked.connect(partial(self._clicked, pane.view))
        bench.bridge.progressed.connect(self._progressed)
        bench.bridge.failed.connect(self._failed)
        bench.bridge.lost.connect(self._lost)
        bench.bridge.model_loaded.connect(lambda message: self._model_loaded(message.info))
        bench.session.opened.connect(self._opened)
        bench.view.window_changed.connect(lambda _: self._window_rests.start())
        bench.view.slice_changed.connect(lambda *_: self._enable())
        bench.theme.changed.connect(self._refresh_icons)
        self._refresh_icons()
        self._enable()

    @property
    def running(self) -> Preparation | None:
        """The run that is going on."""
        return self._now

    def start(self, view: SliceView | None = None) -> None:
        """Encode every slice of a plane, the nearest first.

        Args:
            view: Of the plane; None for the one in use.
        """
        view = view or self._view.current
        model, frame = self._bridge.model, view.frame
        if self._now is not None:
            self._queue_up(view)
            return
        if self._reason() or model is None or frame is None:
            return
        run = Preparation(frame.axis, self._view.window, frame.count, view.index, _identity(model))
        run.pace = Pace(usual_pace("-".join(run.model)))
        self._now = run
        self._prefetch.pause()
        run.task = self._tasks.start(
            self._title(view.plane),
            lambda task: run.over.get(),
            lambda _: None,
            lambda error: self._presenter.error(error),
            on_stopped=lambda: self._stopped(run),
            stop=self.tr("Stop"),
        )
        self._warn_of_limit(run)
        self._ask(run)
        self._enable()
        self._report()

    def _queue_up(self, view: SliceView) -> None:
        """Prepare another plane once the present one is done."""
        if self._can_queue(view):
            self._next.append(view)
            self._enable()
            self._report()

    def _can_queue(self, view: SliceView) -> bool:
        run, frame = self._now, view.frame
        return run is not None and frame is not None and frame.axis != run.axis and view not in self._next

    def _warn_of_limit(self, run: Preparation) -> None:
        """Say beforehand that not all of it will be kept."""
        room = max(self._prefetch.limit // SLICE_BYTES, _IN_MEMORY)
        if room < run.count:
            self._presenter.warning(
                self.tr(
                    "Only about {0} of the {1} slices can be kept; the others are encoded again later."
                ).format(room, run.count),
                (self.tr("Change the limit…"), self.limit_requested.emit),
            )

    def stop(self) -> None:
        """End the run; what is encoded stays."""
        if self._now is not None and self._now.task is not None:
            self._now.task.cancel()

    def begin_anew(self) -> None:
        """What was encoded is gone: go through all of it again."""
        if self._now is not None:
            self._ask(self._now)
            self._report()

    def _ask(self, run: Preparation) -> None:
        """Ask for every slice that is not ready."""
        client = self._bridge.client
        client.cancel(*run.tokens)
        run.tokens.clear()
        run.done.clear()
        for index in nearest_first(run.count, run.start, self._prefetch.step):
            key = self._bridge.key(run.axis, index, run.window)
            if key is None:
                return
            if self._states.state(run.axis, index, run.window) is SliceState.READY:
                run.done.add(index)
            else:
                run.tokens[client.encode(key, Priority.REST)] = index
        self._end_if_done()

    # --- what happens meanwhile ---------------------------------------------------

    def _progressed(self, message: SliceProgress) -> None:
        run = self._now
        if run is None or not self._is_of(run, message.slice):
            return
        if message.state is SliceState.READY:
            index = message.slice.index
            run.note_done(index)
            run.tokens = {token: n for token, n in run.tokens.items() if n != index}
            self._report()
            self._end_if_done()
        elif message.state is SliceState.ENCODING:
            run.pace.note_progress(message.slice.index, message.fraction)
            self._report(message.fraction)

    def _end_if_done(self) -> None:
        run = self._now
        if run is not None and len(run.done) == run.count:
            waiting, self._next = self._next, []
            self._end()
            self._presenter.news(
                self.tr("All {0} slices are prepared: masks on them appear at once.").format(run.count)
            )
            for view in waiting:
                self.start(view)

    def _failed(self, message: Failed) -> None:
        run = self._now
        if run is None:
            return
        if message.token in run.tokens:
            self._end()
            self._presenter.error(message.sentence)
        elif self._bridge.model is None:
            # After a loss no model came back; its failure is told by others.
            self._end_with(self.tr("Preparing ended: no model is in use; {0} of {1} slices were prepared."))

    def _lost(self, message: WorkerLost) -> None:
        run = self._now
        if run is None:
            self._enable()
        elif message.restarting:
            run.done.clear()
            run.pace.break_off()
            self._report()
        else:
            self._end_with(
                self.tr(
                    "Preparing ended because the model's process stopped; {0} of {1} slices were prepared."
                )
            )

    def _model_loaded(self, info: ModelInfo) -> None:
        run = self._now
        if run is None:
            self._enable()
        elif run.model == _identity(info):
            # The same one again, after its process was lost: what is on the disk is ready quickly.
            self._ask(run)
            self._report()
        else:
            self._end_with(
                self.tr(
                    "Preparing ended because the model was changed; {0} of {1} slices were prepared for the"
                    " one before."
                )
            )

    def _opened(self) -> None:
        if self._now is None:
            self._enable()
        else:
            self._end_with(
                self.tr("Preparing ended because another image is open; {0} of {1} slices were prepared.")
                if self._session.volume is not None
                else self.tr("Preparing ended because the image was closed; {0} of {1} slices were prepared.")
            )

    def _check_window(self) -> None:
        if self._now is not None and self._view.window != self._now.window:
            again = (self.tr("Prepare through this window"), self.start)
            self._end_with(
                self.tr(
                    "Preparing ended because the window was changed; {0} of {1} slices were prepared through"
                    " the one before."
                ),
                again,
            )

    def _stopped(self, run: Preparation) -> None:
        """By the button of the banner, or because the window closes."""
        run.over.put(None)
        if self._now is run:
            view = self._view.view_of_axis(run.axis)
            again = None if view is None else (self.tr("Go on"), partial(self.start, view))
            self._end_with(self.tr("Preparing was stopped; {0} of {1} slices are prepared."), again)

    def _end_with(self, text: str, action: Action | None = None) -> None:
        run = self._now
        assert run is not None
        done = len(run.done)
        self._end()
        sentence = text.format(done, run.count)
        if action is not None:
            self._presenter.info(sentence, action)
        else:
            self._presenter.news(sentence)

    def _end(self) -> None:
        run, self._now = self._now, None
        self._next.clear()
        if run is None:
            return
        run.pace.remember("-".join(run.model))
        if run.tokens and self._bridge.client is not None:
            self._bridge.client.cancel(*run.tokens)
        run.over.put(None)
        self._prefetch.pause()
        self._enable()

    def _is_of(self, run: Preparation, key: SliceKey) -> bool:
        mine = (self._bridge.volume_id, run.axis, run.window)
        return (key.volume_id, key.axis, key.window) == mine

    # --- what is shown --------------------------------------------------------------

    def _report(self, fraction: float = 0.0) -> None:
        run = self._now
        if run is None or run.task is None:
            return
        done = len(run.done)
        text = self.tr("{0} of {1}").format(done, run.count)
        if not self._bridge.is_ready:
            text = self.tr("{0}, waiting for the model's process").format(text)
        elif run.seconds_left is not None:
            text = self.tr("{0}, {1}").format(text, self.say_left(run.seconds_left))
        if self._next:
            more = self.tr("then another plane") if len(self._next) == 1 else self.tr("then two more planes")
            text = self.tr("{0}, {1}").format(text, more)
        run.task.reported.emit((done + fraction) / run.count, text)

    def say_left(self, seconds: float) -> str:
        """A time for people."""
        minutes = round(seconds / 60)
        if seconds < 60:
            return self.tr("less than a minute left")
        if minutes < 90:
            return self.tr("about {0} min left").format(minutes)
        return self.tr("about {0} h left").format(f"{minutes // 60}:{minutes % 60:02d}")

    def _title(self, plane: Plane) -> str:
        volume = self._session.volume
        if volume is not None and volume.is_picture:
            return self.tr("Preparing the pictures:")
        return {
            Plane.AXIAL: self.tr("Preparing the axial slices:"),
            Plane.CORONAL: self.tr("Preparing the coronal slices:"),
            Plane.SAGITTAL: self.tr("Preparing the sagittal slices:"),
        }[plane]

    def _reason(self) -> str:
        """Why nothing can be prepared now; "" if it can."""
        model = self._bridge.model
        if self._session.volume is None:
            return self.tr("Open an image first.")
        if model is None:
            return self.tr("No model is in use yet.")
        if not model.needs_encoding:
            return self.tr("{0} needs no preparing: its masks appear at once.").format(model.title)
        if self._now is not None:
            return self.tr("Slices are being prepared already.")
        return ""

    def _enable(self) -> None:
        reason = self._reason()
        self._actions.set_enabled("prepare", not reason, reason)
        model = self._bridge.model
        encodes = model is not None and model.needs_encoding
        for pane in self._area.panes.values():
            several = pane.view.frame is not None and pane.view.frame.count > 1
            pane.prepare.setVisible(encodes and several)
            if self._can_queue(pane.view):
                told = self.tr("Prepare every slice of this plane, too, once the other one is done")
                pane.prepare.setEnabled(True)
            else:
                told = reason or self.tr("Prepare every slice of this plane")
                pane.prepare.setEnabled(not reason)
            pane.prepare.setToolTip(told)

    def _clicked(self, view: SliceView, _checked: bool) -> None:
        self.start(view)

    def _refresh_icons(self) -> None:
        for pane in self._area.panes.values():
            pane.prepare.setIcon(self._theme.icon("mdi6.fast-forward"))


def _identity(model: ModelInfo) -> tuple[str, str, str]:
    return model.sha256, model.precision, model.device
