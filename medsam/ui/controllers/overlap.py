"""What a preview would take from neighbouring labels: hatched in the views, named in the status line.

A tool that shows what it is about to do calls ``show`` with every new preview
and ``clear`` when the preview goes or is accepted::

    window.overlap.show(view, mask, label_id)   # stored picture (H, W) of the view's slice
    window.overlap.show_block(region, mask, label_id)   # voxels, for what changes the volume
    window.overlap.clear(view)   # or clear() for all views
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, pyqtSignal

from medsam.document import Annotation, PaintRule, allowed, taken
from medsam.document.deltas import Region
from medsam.errors import InputError
from medsam.ui.bench import Bench
from medsam.ui.canvas.label_overlay import extent
from medsam.ui.canvas.overlap_hatch import OverlapHatch
from medsam.ui.canvas.slice_view import SliceView
from medsam.volume import stored_shape_hw, stored_slice

Mask = npt.NDArray[np.bool_]
_MOST_NAMED = 3


@dataclass(frozen=True)
class _Block:
    region: Region
    lost: npt.NDArray[np.uint16]


class OverlapPreview(QObject):
    """Shows what an action would take, before it does.

    What the rule in force (``session.rule``) and locked labels keep out is
    not taken and therefore not shown. A preview on a slice goes when the view
    leaves the slice; one of a block is shown wherever it reaches.

    Signals:
        said(text): What would be taken, in words; "" when there is nothing.
    """

    said = pyqtSignal(str)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.window)
        self._session, self._views, self._status = bench.session, bench.view, bench.status
        self._hatches: dict[SliceView, OverlapHatch] = {}
        self._slices: dict[SliceView, dict[int, int]] = {}
        self._block: _Block | None = None
        self._text = ""
        bench.session.opened.connect(self.clear)
        bench.view.slice_changed.connect(lambda view, _: self._slice_left(view))

    @property
    def text(self) -> str:
        """What the status line says now."""
        return self._text

    def show(
        self, view: SliceView, mask_hw: Mask, label_id: int, rule: PaintRule | None = None
    ) -> dict[int, int]:
        """Show what painting a mask on the slice of a view would take.

        Args:
            view: Where the preview is.
            mask_hw: Stored picture (H, W) of the view's present slice.
            label_id: What would be painted.
            rule: In force; the session's by default.

        Returns:
            Pixels that each other label would lose, by number.
        """
        annotation, frame = self._session.annotation, view.frame
        rect = extent(mask_hw)
        if annotation is None or frame is None or rect is None:
            self.clear(view)
            return {}
        x0, y0, x1, y1 = rect
        cut = (slice(y0, y1), slice(x0, x1))
        labels = annotation.slice_labels(frame.axis, view.index)[cut]
        raw = stored_slice(annotation.volume.array, frame.axis, view.index)[cut]
        lost = self._lost(annotation, labels, raw, mask_hw[cut], label_id, rule)
        losses = taken(lost, lost > 0, 0)
        picture = np.zeros(mask_hw.shape, np.uint16)
        picture[cut] = lost
        self._block = None
        self._slices = {view: losses}
        for other in tuple(self._hatches):
            if other is not view:
                self._hatches[other].set_lost(None, {})
        self._hatch(view).set_lost(frame.from_stored(picture) if losses else None, _colors(annotation))
        self._say(annotation, losses)
        return losses

    def show_block(
        self, region: Region, mask: Mask, label_id: int, rule: PaintRule | None = None
    ) -> dict[int, int]:
        """Show what painting a block of voxels would take, in every view.

        Args:
            region: The block (I, J, K), steps of one.
            mask: Bool, shape of the block.
            label_id: What would be painted.
            rule: In force; the session's by default.

        Returns:
            Voxels that each other label would lose, by number.
        """
        annotation = self._session.annotation
        if annotation is None:
            return {}
        self.clear()
        raw = annotation.volume.array[region]
        lost = self._lost(annotation, annotation.label_map[region], raw, mask, label_id, rule)
        losses = taken(lost, lost > 0, 0)
        if losses:
            self._block = _Block(region, lost)
            for view in self._views.views:
                self._show_block_in(view)
        self._say(annotation, losses)
        return losses

    def clear(self, view: SliceView | None = None) -> None:
        """Show nothing any more, in one view or in all; a block goes from all of them."""
        if view is None or self._block is not None:
            self._slices, self._block = {}, None
            for hatch in self._hatches.values():
                hatch.set_lost(None, {})
        elif self._slices.pop(view, None) is not None:
            self._hatch(view).set_lost(None, {})
        if not self._slices and self._block is None:
            self._tell("")

    def words(self, losses: Mapping[int, int], unit: str = "") -> str:
        """The sentence for the status line, largest losses first."""
        annotation = self._session.annotation
        if annotation is None or not losses:
            return ""
        ranked = sorted(losses.items(), key=lambda item: -item[1])
        parts = [
            self.tr("{0} {1} from {2}").format(f"{count:,}", unit, _name(annotation, number))
            for number, count in ranked[:_MOST_NAMED]
        ]
        if len(ranked) > _MOST_NAMED:
            parts.append(self.tr("and from {0} more labels").format(len(ranked) - _MOST_NAMED))
        return self.tr("Would take {0}").format(", ".join(parts))

    def _lost(
        self,
        annotation: Annotation,
        labels: npt.NDArray[np.uint16],
        raw: npt.NDArray[np.generic],
        mask: Mask,
        label_id: int,
        rule: PaintRule | None,
    ) -> npt.NDArray[np.uint16]:
        rule = self._session.rule if rule is None else rule
        hit = mask & (labels != 0) & (labels != label_id)
        if hit.any():
            hit &= allowed(rule, labels, raw, annotation.labels, label_id)
        return np.where(hit, labels, np.uint16(0))

    def _slice_left(self, view: SliceView) -> None:
        if self._block is not None:
            self._show_block_in(view)
        elif view in self._slices:
            self.clear(view)

    def _show_block_in(self, view: SliceView) -> None:
        annotation, frame, block = self._session.annotation, view.frame, self._block
        if annotation is None or frame is None or block is None:
            return
        first, last, _ = block.region[frame.axis].indices(frame.count)
        if not first <= view.index < last:
            self._hatch(view).set_lost(None, {})
            return
        picture = np.zeros(stored_shape_hw(annotation.volume.shape, frame.axis), np.uint16)
        x, y = (block.region[a] for a in range(3) if a != frame.axis)
        picture[y, x] = stored_slice(block.lost, frame.axis, view.index - first)
        self._hatch(view).set_lost(frame.from_stored(picture), _colors(annotation))

    def _hatch(self, view: SliceView) -> OverlapHatch:
        if view not in self._hatches:
            self._hatches[view] = OverlapHatch(view)
        return self._hatches[view]

    def _say(self, annotation: Annotation, losses: Mapping[int, int]) -> None:
        unit = self.tr("px") if annotation.volume.is_picture or self._block is None else self.tr("voxels")
        self._tell(self.words(losses, unit))

    def _tell(self, text: str) -> None:
        if text == self._text:
            return
        if text:
            self._status.showMessage(text)
        elif self._status.currentMessage() == self._text:
            self._status.clearMessage()
        self._text = text
        self.said.emit(text)


def _colors(annotation: Annotation) -> dict[int, tuple[int, int, int]]:
    return {label.id: label.color for label in annotation.labels}


def _name(annotation: Annotation, number: int) -> str:
    try:
        return annotation.labels.get(number).name
    except InputError:
        return str(number)
