"""Shows in every view what an operation on a mask would make of a label."""

from __future__ import annotations

import numpy as np

from medsam.document import PaintRule
from medsam.document.operations.whole_mask import Outcome
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.controllers.overlap import OverlapPreview
from medsam.ui.controllers.view import ViewController
from medsam.ui.session import Session
from medsam.volume import stored_slice


class MaskPreview:
    """Keeps the previews of the views in step with an outcome."""

    def __init__(self, session: Session, views: ViewController, overlap: OverlapPreview) -> None:
        self._session, self._views, self._overlap = session, views, overlap
        self._outcome: Outcome | None = None
        self._label_id = 0

    def show(self, outcome: Outcome | None, label_id: int = 0, rule: PaintRule | None = None) -> None:
        """Lay an outcome over every view that it reaches; None shows nothing any more."""
        self._outcome, self._label_id = outcome, label_id
        self._overlap.clear()
        for view in self._views.views:
            self.show_in(view)
        if outcome is not None and outcome.taken:
            self._overlap.show_block(outcome.region, outcome.mask, label_id, rule)

    def show_again(self) -> None:
        """Others took their previews away, and this one with them."""
        if self._outcome is not None:
            for view in self._views.views:
                self.show_in(view)

    def show_in(self, view: SliceView) -> None:
        """Bring one view up to date: the label on its slice as it would be afterwards."""
        annotation, frame, outcome = self._session.annotation, view.frame, self._outcome
        if outcome is None or annotation is None or frame is None:
            view.set_preview(None)
            return
        part = outcome.region[frame.axis]
        if not part.start <= view.index < part.stop:
            view.set_preview(None)
            return
        now = annotation.slice_labels(frame.axis, view.index)
        x, y = (outcome.region[a] for a in range(3) if a != frame.axis)
        if outcome.parts is not None:
            # What leaves the label, in a colour that is nobody's.
            mask = np.zeros(now.shape, bool)
            mask[y, x] = stored_slice(outcome.parts, frame.axis, view.index - part.start) > 1
            view.set_preview(mask, 0)
            return
        mask = now == self._label_id
        mask[y, x] = stored_slice(outcome.mask, frame.axis, view.index - part.start)
        view.set_preview(mask, self._label_id)
