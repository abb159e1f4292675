"""What the engine knows of every slice: encoding ahead of the eye, and the strips that show it."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QTimer

from medsam.document import Change
from medsam.engine.jobs import Priority, SliceKey, SliceProgress, SliceState
from medsam.intensity import Window
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.controllers.view import ViewController
from medsam.ui.engine_bridge import EngineBridge
from medsam.ui.panels.view_area import ViewArea
from medsam.ui.session import Session

_SETTLE_MS = 180
_AHEAD, _BEHIND = 3, 1


class SliceStates(QObject):
    """Keeps the state of every slice under the present model and window.

    A model that must encode starts on the slice in view, then on its
    neighbours in the direction of the walk, as soon as the eye rests.
    """

    def __init__(
        self,
        session: Session,
        bridge: EngineBridge,
        area: ViewArea,
        view: ViewController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._area = session, bridge, area
        self._view = view
        self._states: dict[tuple[int, Window | None], list[SliceState]] = {}
        self._step = 1
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_SETTLE_MS)
        self._rest.timeout.connect(self.encode_ahead)
        bridge.progressed.connect(self._progressed)
        bridge.model_loaded.connect(lambda _: self._forget())
        bridge.lost.connect(lambda _: self._forget())
        bridge.volume_attached.connect(self._forget)
        session.changed.connect(self._follow)
        session.opened.connect(self._forget)
        view.slice_changed.connect(self._walked)
        view.window_changed.connect(lambda _: self._window_changed())

    def is_quick(self, axis: int, index: int, window: Window | None) -> bool:
        """Whether a prompt on this slice is answered without an encode."""
        model = self._bridge.model
        if model is None:
            return False
        return not model.needs_encoding or self._of(axis, window)[index] is SliceState.READY

    def encode_ahead(self) -> None:
        """Ask for the slice in view and its neighbours; drop what was asked for before."""
        bridge = self._bridge
        model, client = bridge.model, bridge.client
        if model is None or client is None or not model.needs_encoding or bridge.volume_id is None:
            return
        view = self._view.current
        if view.frame is None:
            return
        client.cancel_encodes()
        axis, window = view.frame.axis, self._view.window
        steps = [
            0,
            *(n * self._step for n in range(1, _AHEAD + 1)),
            *(-n * self._step for n in range(1, _BEHIND + 1)),
        ]
        states = self._of(axis, window)
        for step in steps:
            index = view.index + step
            if 0 <= index < view.frame.count and states[index] is not SliceState.READY:
                priority = Priority.VIEW if step == 0 else Priority.NEIGHBOUR
                client.encode(SliceKey(bridge.volume_id, axis, index, window), priority)

    def refresh(self) -> None:
        """Bring every strip up to date."""
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
        states = self._of(frame.axis, self._view.window)
        masks = annotation.slices_with_labels(frame.axis)
        strip = self._area.pane_of(view).strip
        strip.set_states(states)
        strip.set_masks(masks)

    def _walked(self, view: SliceView, step: int) -> None:
        view.set_busy(None)
        if view is self._view.current:
            self._step = step
            self._rest.start()

    def _window_changed(self) -> None:
        if self._session.volume is not None:
            self.refresh()
            self._rest.start()

    def _forget(self) -> None:
        self._states.clear()
        if self._session.volume is not None:
            self.refresh()
            self._rest.start()

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
                self._refresh_view(view)
            self._show_busy(view, message)

    def _show_busy(self, view: SliceView, message: SliceProgress) -> None:
        if message.slice.index != view.index:
            return
        if message.state is SliceState.ENCODING:
            view.set_busy(self.tr("Preparing this slice…"), message.fraction)
        else:
            view.set_busy(None)
