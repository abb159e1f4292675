"""What the engine knows of every slice, and the strips that show it."""

from __future__ import annotations

import time

from PyQt5.QtCore import QObject

from medsam.document import Change
from medsam.engine.jobs import SliceProgress, SliceState
from medsam.intensity import Window
from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.timers import single_shot

_LOOK_EVERY = 0.06
"""Seconds; less than half of what an encoding stands aside for."""


class SliceStates(QObject):
    """Keeps the state of every slice under the present model and window."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.window)
        self._session, self._bridge, self._area = bench.session, bench.bridge, bench.area
        self._view = bench.view
        self._states: dict[tuple[int, Window | None], list[SliceState]] = {}
        # Hundreds of slices may change at once: the strips are painted once for all.
        self._soon = single_shot(self, self.refresh)
        self._told_look = 0.0
        bench.bridge.progressed.connect(self._progressed)
        bench.bridge.model_loaded.connect(lambda _: self.forget())
        bench.bridge.lost.connect(lambda _: self.forget())
        bench.bridge.volume_attached.connect(self.forget)
        bench.session.changed.connect(self._follow)
        bench.session.opened.connect(self.forget)
        bench.view.slice_changed.connect(lambda view, _: view.set_busy(None))
        bench.view.window_changed.connect(lambda _: self.refresh())
        bench.view.slice_changed.connect(lambda *_: self._tell_look())
        bench.view.window_changed.connect(lambda _: self._tell_look())

    def _tell_look(self) -> None:
        """Let the engine know that somebody looks around, some times a second."""
        now, client = time.monotonic(), self._bridge.client
        if client is not None and now - self._told_look > _LOOK_EVERY:
            self._told_look = now
            client.look()

    def is_quick(self, axis: int, index: int, window: Window | None) -> bool:
        """Whether a prompt on this slice is answered without an encode."""
        model = self._bridge.model
        if model is None:
            return False
        return not model.needs_encoding or self._of(axis, window)[index] is SliceState.READY

    def state(self, axis: int, index: int, window: Window | None) -> SliceState:
        """What the engine said last of a slice of the open volume."""
        return self._of(axis, window)[index]

    def refresh(self) -> None:
        """Bring every strip up to date."""
        self._soon.stop()
        for view in self._view.views:
            self._refresh_view(view)

    def _of(self, axis: int, window: Window | None) -> list[SliceState]:
        volume = self._session.volume
        count = volume.shape[axis] if volume is not None else 0
        # Not stored: a dragged window passes through hundreds that nothing is known of.
        return self._states.get((axis, window)) or [SliceState.NONE] * count

    def _refresh_view(self, view: SliceView) -> None:
        annotation, frame = self._session.annotation, view.frame
        if annotation is None or frame is None:
            return
        masks = annotation.slices_with_labels(frame.axis)
        strip = self._area.pane_of(view).strip
        strip.set_states(self._states.get((frame.axis, self._view.window), []))
        strip.set_masks(masks)

    def forget(self) -> None:
        """Nothing is known of any slice any more."""
        self._states.clear()
        self.refresh()

    def _follow(self, change: Change) -> None:
        annotation = self._session.annotation
        if change.kind != "voxels" or annotation is None:
            return
        # Only what a stroke can change, for this is done at every step of an undo.
        for view in self._view.views:
            if view.frame is not None:
                self._area.pane_of(view).strip.set_masks(annotation.slices_with_labels(view.frame.axis))

    def _progressed(self, message: SliceProgress) -> None:
        key = message.slice
        if key.volume_id != self._bridge.volume_id or self._session.volume is None:
            return
        states = self._states.setdefault((key.axis, key.window), self._of(key.axis, key.window))
        changed = states[key.index] is not message.state
        states[key.index] = message.state
        view = self._view.view_of_axis(key.axis)
        if view is not None and key.window == self._view.window:
            if changed:
                self._soon.start(0)
            self._show_busy(view, message)

    def _show_busy(self, view: SliceView, message: SliceProgress) -> None:
        if message.slice.index != view.index:
            return
        if message.state is SliceState.ENCODING:
            view.set_busy(self.tr("Preparing this slice…"), message.fraction)
        else:
            view.set_busy(None)
