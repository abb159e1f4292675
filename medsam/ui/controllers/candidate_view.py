"""Shows the candidates of the selected prompt: thumbnails in the view, quality in the row of options."""

from __future__ import annotations

from functools import partial, reduce

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, QRectF, Qt
from PyQt5.QtGui import QImage, QKeySequence

from medsam.document import Label
from medsam.engine.jobs import MaskAnswer
from medsam.intensity import to_uint8
from medsam.ui.bench import Bench
from medsam.ui.canvas.rendering import argb_image, rect_of
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.point_painting import shade_color
from medsam.ui.controllers import prompt_words
from medsam.ui.controllers.candidates import PREVIEW, RELEASE, Offer
from medsam.ui.controllers.segmentation import SegmentationController
from medsam.ui.panels.candidate_strip import THUMBNAIL, CandidateStrip
from medsam.ui.panels.options_prompts import PromptOptions
from medsam.volume import stored_slice

_AROUND = 0.2
"""What a thumbnail shows around the candidates, over their size."""

_LEAST_AROUND = 4
_REACH = 12.0
"""Logical pixels about a point that the strip leaves free."""

_STRENGTH = 0.45


class CandidateView(QObject):
    """Keeps strip and options in step with the offer.

    Attributes:
        options: The row for the box and the points tool.
    """

    def __init__(self, bench: Bench, segmentation: SegmentationController) -> None:
        super().__init__(bench.window)
        self._session, self._actions, self._view = bench.session, bench.actions, bench.view
        self._segmentation, self._chooser = segmentation, segmentation.candidates
        self._strips: dict[SliceView, CandidateStrip] = {}
        self._shown: tuple[MaskAnswer, SliceView, tuple[int, int, int]] | None = None
        self.options = PromptOptions(bench.actions, bench.theme, (RELEASE, PREVIEW))
        self.options.set_mode(self._chooser.mode)
        self.options.mode_chosen.connect(self._chooser.set_mode)
        self.options.reject_requested.connect(segmentation.reject)
        self._chooser.mode_changed.connect(self.options.set_mode)
        self._chooser.offer_changed.connect(self._show)
        bench.view.tool_chosen.connect(self.options.set_tool)

    @property
    def strips(self) -> list[CandidateStrip]:
        """Every strip that was made so far."""
        return list(self._strips.values())

    def strip(self, view: SliceView) -> CandidateStrip:
        """The strip of a view."""
        if view not in self._strips:
            strip = self._strips[view] = CandidateStrip(view)
            strip.chosen.connect(self._chooser.choose)
            strip.set_about(partial(self._about, view))
            view.view_changed.connect(strip.place)
        return self._strips[view]

    def _show(self, offer: Offer | None) -> None:
        annotation = self._session.annotation
        if offer is None or annotation is None or offer.label_id not in annotation.labels:
            self._clear()
            self.options.set_offer("", 0, 0, is_pending=False)
            return
        answer, count = offer.answer, len(offer.answer.masks)
        self.options.set_offer(
            prompt_words.quality(answer, offer.chosen), offer.chosen, count, is_pending=offer.is_pending
        )
        view = self._segmentation.display.view_at(answer.slice.axis, answer.slice.index)
        if view is None or (count < 2 and not offer.is_pending):
            self._clear()
            return
        strip = self.strip(view)
        color = annotation.labels.get(offer.label_id).color
        if self._shown is None or self._shown[0] is not answer or self._shown[1:] != (view, color):
            self._clear()
            self._shown = (answer, view, color)
            images = thumbnails(view, answer, annotation.labels.get(offer.label_id))
            words = [f"{score:.2f}" for score in answer.scores]
            strip.show_candidates(images, words, self._names(answer, words))
        strip.set_chosen(offer.chosen, self._hint(offer))

    def _about(self, view: SliceView) -> QRectF | None:
        """Where the prompt lies whose candidates are shown."""
        offer = self._chooser.offer
        shown = self._segmentation.shapes.find(view, offer.prompt_id) if offer is not None else None
        if shown is None:
            return None
        parts = [rect_of(view.transform.box_to_view(shown.outline))] if shown.outline is not None else []
        for x, y in shown.points.xy if shown.points is not None else ():
            at = view.shown_to_view(x, y)
            parts.append(QRectF(at.x() - _REACH, at.y() - _REACH, 2 * _REACH, 2 * _REACH))
        return reduce(QRectF.united, parts) if parts else None

    def _names(self, answer: MaskAnswer, words: list[str]) -> list[str]:
        """What screen readers and tooltips say of the candidates."""
        first = answer.masks[0].full()
        names = []
        for n, word in enumerate(words):
            text = self.tr("Candidate {0} of {1}, quality {2}").format(n + 1, len(words), word)
            if n:
                share = overlap(first, answer.masks[n].full())
                more = self.tr("{0} % like the first; what differs is tinted").format(round(100 * share))
                text = f"{text}\n{more}"
            names.append(text)
        return names

    def _hint(self, offer: Offer) -> str:
        name = "accept" if offer.is_pending else "candidate_next"
        keys = self._actions[name].shortcut().toString(QKeySequence.NativeText)
        if offer.is_pending:
            return self.tr("{0} accepts, Esc rejects").format(keys)
        return self.tr("{0}: another mask").format(keys) if keys else ""

    def _clear(self) -> None:
        self._shown = None
        for strip in self._strips.values():
            strip.clear()


def thumbnails(view: SliceView, answer: MaskAnswer, label: Label) -> list[QImage]:
    """Cut-outs of the slice about all candidates, each with one mask in the label's colour."""
    frame, volume = view.frame, view.volume
    assert frame is not None and volume is not None
    rows, cols = _around(answer)
    # A thumbnail needs no more pixels than it has.
    step = max(min(rows.stop - rows.start, cols.stop - cols.start) // (4 * THUMBNAIL), 1)
    cut = (slice(rows.start, rows.stop, step), slice(cols.start, cols.stop, step))
    part = frame.from_stored(stored_slice(volume.array, frame.axis, view.index)[cut])
    masks = [frame.from_stored(patch.full()[cut]) for patch in answer.masks]
    grey = part if part.ndim == 3 or view.window is None else to_uint8(part, view.window)
    rgb = (grey if grey.ndim == 3 else np.repeat(grey[..., None], 3, axis=2)).astype(np.float32)
    sx, sy = frame.spacing_xy
    return [_thumbnail(rgb, mask, masks[0], label.color, sx, sy) for mask in masks]


def overlap(a: npt.NDArray[np.bool_], b: npt.NDArray[np.bool_]) -> float:
    """IoU of two masks, 0..1."""
    return float(np.count_nonzero(a & b)) / max(int(np.count_nonzero(a | b)), 1)


def _around(answer: MaskAnswer) -> tuple[slice, slice]:
    """Rows and columns of the stored picture about all candidates, with some room."""
    h, w = answer.masks[0].shape_hw
    sides = []
    for start, extent, length in (("y0", 0, h), ("x0", 1, w)):
        used = [(getattr(p, start), getattr(p, start) + p.mask.shape[extent]) for p in answer.masks]
        used = [(a, b) for a, b in used if b > a] or [(0, length)]
        first, last = min(a for a, _ in used), max(b for _, b in used)
        more = max(round((last - first) * _AROUND), _LEAST_AROUND)
        sides.append(slice(max(first - more, 0), min(last + more, length)))
    return sides[0], sides[1]


def _thumbnail(
    rgb: npt.NDArray[np.float32],
    mask: npt.NDArray[np.bool_],
    first: npt.NDArray[np.bool_],
    color: tuple[int, int, int],
    sx: float,
    sy: float,
) -> QImage:
    """The mask in the label's colour; what it lacks or has more than the first stands out."""
    mixed = rgb.copy()
    mixed[mask] = (1 - _STRENGTH) * mixed[mask] + _STRENGTH * np.array(color, np.float32)
    differs = mask ^ first
    other = np.array(shade_color(color), np.float32)
    mixed[differs & mask] = 0.25 * mixed[differs & mask] + 0.75 * other
    mixed[differs & ~mask] = 0.65 * mixed[differs & ~mask] + 0.35 * other
    r, g, b = (mixed[..., n].astype(np.uint32) for n in range(3))
    words = np.ascontiguousarray(0xFF000000 | (r << 16) | (g << 8) | b, dtype=np.uint32)
    h, w = mask.shape
    scale = 2 * THUMBNAIL / max(w * sx, h * sy)
    width, height = max(round(w * sx * scale), 1), max(round(h * sy * scale), 1)
    # An image that has this size already comes back as it is, over words that are about to be freed.
    return argb_image(words).scaled(width, height, Qt.IgnoreAspectRatio, Qt.SmoothTransformation).copy()
