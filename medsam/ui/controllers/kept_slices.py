"""Finding what was encoded before: the strips show it as soon as an image is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject

from medsam.engine.jobs import Priority
from medsam.intensity import Window
from medsam.ui.timers import single_shot

if TYPE_CHECKING:
    from medsam.ui.bench import Bench

_SOON_MS, _WINDOW_RESTS_MS = 50, 400


class KeptSlices(QObject):
    """Asks the engine which slices lie on the disk, once a plane and window.

    Nothing is encoded for it, and everything else goes first.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.window)
        self._session, self._bridge = bench.session, bench.bridge
        self._area, self._view = bench.area, bench.view
        self._asked: set[tuple[int, Window | None]] = set()
        self._soon = single_shot(self, self.look_up, _SOON_MS)
        bench.bridge.model_loaded.connect(lambda _: self.begin_anew())
        bench.bridge.volume_attached.connect(self.begin_anew)
        # A dragged window passes through hundreds that nobody meant.
        bench.view.window_changed.connect(lambda _: self._soon.start(_WINDOW_RESTS_MS))

    def begin_anew(self) -> None:
        """Nothing is known of any slice any more: look again."""
        self._asked.clear()
        self._soon.start(_SOON_MS)

    def look_up(self) -> None:
        """Ask about the planes that were not asked about through the present window; the one in use first."""
        model, client = self._bridge.model, self._bridge.client
        if model is None or not model.needs_encoding or client is None or self._session.volume is None:
            return
        window = self._view.window
        views = sorted(self._view.views, key=lambda view: view is not self._view.current)
        for view in views:
            frame = view.frame
            if frame is None or (frame.axis, window) in self._asked:
                continue
            keys = [self._bridge.key(frame.axis, index, window) for index in range(frame.count)]
            if all(keys):
                self._asked.add((frame.axis, window))
                # Before the slice in view is encoded: it takes a moment, and may save that.
                client.look_up(keys, Priority.VIEW if view is self._view.current else Priority.REST)
