"""The magic wand: grows a region from a seed, live, and paints it on release.

On a slice the region is computed at once. In the volume it is computed beside
the window; until it has come, its part on the slice in view is shown as a
draft, and a release waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject

from medsam.document import (
    Annotation,
    Edit,
    LabelTable,
    allowed,
    erase_block_edit,
    erase_edit,
    paint_block_edit,
    paint_edit,
)
from medsam.document.operations.growing import Grown, grow_region, noise_around
from medsam.document.operations.regions import Block
from medsam.document.statistics import length_unit, slice_area, volume_mm3
from medsam.errors import Cancelled, InputError
from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.wand import WandTool
from medsam.ui.controllers.ink import Ink, Latest, Stop, pixel_at
from medsam.ui.panels.options_shapes import WandOptions
from medsam.volume import PlaneFrame, Volume, stored_slice

Barrier = Callable[[Block], npt.NDArray[np.bool_]]

_PIXELS_TO_SPAN = 1500.0
"""Logical pixels of a drag that cover the whole range of the data."""

_NOISES, _NOISES_EVENED = 1.4, 1.0
"""Deviations of the noise that a tolerance spans; fewer where the neighbours vote on every voxel."""

_LEAST_SHARE = 0.02
"""Of the window's width: the least tolerance."""

_FIRST_SHARE = 0.03
"""Of the range: the first tolerance for an image."""


@dataclass
class _Seed:
    """A seed and what grows from it.

    Attributes:
        view, frame, index, pixel: Where: row and column of the stored picture.
        erases: The region will be erased.
        annotation, revision: The state of the document it was begun in.
        flat: On the slice.
        block: In the volume, for the tolerance ``block_for``.
        accepted: It was released and waits for ``block``.
    """

    view: SliceView
    frame: PlaneFrame
    index: int
    pixel: tuple[int, int]
    erases: bool
    annotation: Annotation
    revision: int
    flat: Grown | None = None
    block: Grown | None = None
    block_for: float | None = None
    accepted: bool = False

    @property
    def voxel(self) -> tuple[int, int, int]:
        """The seed in the volume."""
        row, col = self.pixel
        ijk = [col, row]
        ijk.insert(self.frame.axis, self.index)
        return ijk[0], ijk[1], ijk[2]


class WandController(QObject):
    """Carries out what the magic wand asks."""

    def __init__(self, bench: Bench, ink: Ink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._views, self._ink = bench.session, bench.view, ink
        self._latest = Latest(bench.tasks, self)
        self._seed: _Seed | None = None
        self.tool = WandTool(self)
        self.options = WandOptions()
        self.tool.may_begin = self._may_begin
        self.tool.seeded.connect(self._begin)
        self.tool.tuned.connect(self._tune)
        self.tool.accepted.connect(self._accept)
        self.tool.given_up.connect(self._give_up)
        self.options.tolerance_chosen.connect(self._choose)
        bench.session.opened.connect(self._open)

    # --- what the user does ------------------------------------------------

    def _open(self) -> None:
        """Offer numbers that suit the values of this image."""
        self._latest.drop()
        self._seed = None
        volume = self._session.volume
        self.options.scope.set_volume_possible(volume is not None and min(volume.shape) > 1)
        if volume is None:
            return
        span = 255.0 if volume.is_rgb else self._views.current.value_span
        whole = volume.array.dtype.kind in "iu"
        decimals = 0 if whole else int(np.clip(3 - np.floor(np.log10(span)), 0, 6))
        self.tool.step, self.tool.decimals = span / _PIXELS_TO_SPAN, decimals
        self.tool.tolerance = round(span * _FIRST_SHARE, decimals)
        step = max(10.0**-decimals, round(span / 200, decimals))
        self.options.set_unit(volume.unit, decimals, step, length_unit(volume))
        self.options.show_tolerance(self.tool.tolerance)

    def _may_begin(self, view: SliceView) -> bool:
        waits = self._seed is not None and self._seed.accepted
        return not waits and self._ink.may_begin(view)

    def _choose(self, tolerance: float) -> None:
        self.tool.tolerance = tolerance

    def _begin(self, view: SliceView, x: float, y: float, erases: bool) -> None:
        annotation = self._session.annotation
        if annotation is None or view.frame is None:
            return
        pixel = pixel_at(view, x, y)
        self._seed = _Seed(view, view.frame, view.index, pixel, erases, annotation, annotation.revision)
        if self.options.auto.isChecked():
            self.tool.begin_with(self._suggested(self._seed))
            self.options.show_tolerance(self.tool.tolerance)
        self._grow()

    def _suggested(self, seed: _Seed) -> float:
        """What the noise around a seed asks for, at least a small share of the window."""
        picture = stored_slice(seed.annotation.volume.array, seed.frame.axis, seed.index)
        window = self._views.window
        least = _LEAST_SHARE * (window.width if window is not None else 255.0)
        factor = _NOISES_EVENED if self.options.smooth.isChecked() else _NOISES
        return max(factor * noise_around(picture, seed.pixel), least)

    def _tune(self, tolerance: float) -> None:
        self.options.show_tolerance(tolerance)
        if self._seed is not None:
            self._grow()

    def _give_up(self, view: SliceView) -> None:
        self._latest.drop()
        self._seed = None
        self._ink.show(view, None)

    def _accept(self, view: SliceView) -> None:
        seed = self._seed
        if seed is None:
            return
        if seed.flat is None:
            self._end(seed)
        elif not self.options.scope.in_volume or seed.block_for == self.tool.tolerance:
            self._paint(seed)
        else:
            seed.accepted = True

    # --- growing -----------------------------------------------------------

    def _grow(self) -> None:
        seed = self._seed
        assert seed is not None
        volume = seed.annotation.volume
        tolerance, radius = self.tool.tolerance, self.options.radius.value()
        smooth = self.options.smooth.isChecked()
        x_axis, y_axis = (a for a in range(3) if a != seed.frame.axis)
        spacing = volume.geometry.spacing
        try:
            seed.flat = grow_region(
                stored_slice(volume.array, seed.frame.axis, seed.index),
                seed.pixel,
                tolerance,
                spacing=(spacing[y_axis], spacing[x_axis]),
                radius_mm=radius,
                smooth=smooth,
                may=self._barrier(seed, flat=True),
            )
        except InputError as error:
            seed.flat = None
            self._ink.show(seed.view, None)
            self.tool.set_note(str(error))
            return
        in_volume = self.options.scope.in_volume
        shape = seed.annotation.slice_labels(seed.frame.axis, seed.index).shape
        self._show(seed, seed.flat.full(shape), draft=in_volume)
        self._say(seed, seed.flat, comes=in_volume)
        if in_volume:
            barrier = self._barrier(seed, flat=False)
            work = partial(_grow_block, volume, seed.voxel, tolerance, radius, smooth, barrier)
            self._latest.ask(work, partial(self._take_block, seed, tolerance), partial(self._fail, seed))

    def _barrier(self, seed: _Seed, *, flat: bool) -> Barrier | None:
        """Where the region may go: locked labels and the rule stop it; erasing stops nowhere."""
        if seed.erases:
            return None
        annotation, rule = seed.annotation, self._session.rule
        label_id, table = annotation.active_label, LabelTable(annotation.labels.as_tuple())
        labels, raw = annotation.label_map, annotation.volume.array
        if flat:
            labels, raw = (stored_slice(array, seed.frame.axis, seed.index) for array in (labels, raw))
        return lambda block: allowed(rule, labels[block], raw[block], table, label_id)

    def _take_block(self, seed: _Seed, tolerance: float, block: Grown) -> None:
        if seed is not self._seed:
            return
        seed.block, seed.block_for = block, tolerance
        if seed.accepted:
            self._paint(seed)
            return
        shape = seed.annotation.slice_labels(seed.frame.axis, seed.index).shape
        mask = np.zeros(shape, bool)
        part = block.block[seed.frame.axis]
        if part.start <= seed.index < part.stop:
            x, y = (block.block[a] for a in range(3) if a != seed.frame.axis)
            mask[y, x] = stored_slice(block.mask, seed.frame.axis, seed.index - part.start)
        self._show(seed, mask)
        self._say(seed, block)

    def _fail(self, seed: _Seed, error: BaseException) -> None:
        if seed is not self._seed:
            return
        if seed.accepted:
            self._end(seed)
            if not isinstance(error, Cancelled):
                self._ink.refuse(seed.view, error)
        elif not isinstance(error, Cancelled):
            seed.flat = None
            self.tool.set_note(str(error))

    def _show(self, seed: _Seed, mask: npt.NDArray[np.bool_], *, draft: bool = False) -> None:
        label = self._ink.label
        if seed.view.index == seed.index and label is not None:
            self._ink.show(seed.view, mask, erases=label.id if seed.erases else 0, draft=draft)

    def _say(self, seed: _Seed, grown: Grown, *, comes: bool = False) -> None:
        """The numbers at the mouse."""
        volume = seed.annotation.volume
        number = f"{self.tool.tolerance:.{self.tool.decimals}f}"
        parts = [f"± {number} {volume.unit}".rstrip()]
        if comes:
            parts.append(self.tr("growing through the volume…"))
        elif not grown.count:
            parts.append(self.tr("may not be painted here"))
        elif grown.mask.ndim == 3:
            millilitres = volume_mm3(volume, grown.count) / 1000
            parts.append(self.tr("{0} mL").format(f"{millilitres:.2f}"))
        elif not volume.has_scale:
            parts.append(self.tr("{0} px").format(f"{grown.count:,}"))
        else:
            area = slice_area(volume, seed.frame.axis, grown.count)
            parts.append(self.tr("{0} mm²").format(f"{area:,.0f}"))
        if grown.is_cut and not comes:
            parts.append(self.tr("cut off at the radius"))
        self.tool.set_note("   ".join(parts))

    # --- the end -----------------------------------------------------------

    def _paint(self, seed: _Seed) -> None:
        self._end(seed)
        annotation, rule = self._session.annotation, self._session.rule
        if annotation is not seed.annotation:
            return
        if annotation.revision != seed.revision:
            self._ink.explain(seed.view, self.tr("The labels changed meanwhile; press again."))
            return
        label = annotation.active_label
        text = self.tr("erase by magic wand") if seed.erases else self.tr("magic wand")

        def make(annotation: Annotation) -> Edit:
            if seed.block is not None and self.options.scope.in_volume:
                i, j, k = seed.block.block
                if seed.erases:
                    return erase_block_edit(annotation, (i, j, k), seed.block.mask, rule, text, label)
                return paint_block_edit(annotation, (i, j, k), seed.block.mask, label, rule, text)
            assert seed.flat is not None
            mask = seed.flat.full(annotation.slice_labels(seed.frame.axis, seed.index).shape)
            if seed.erases:
                return erase_edit(annotation, seed.frame.axis, seed.index, mask, rule, text, label)
            return paint_edit(annotation, seed.frame.axis, seed.index, mask, label, rule, text)

        if seed.erases:
            nothing = self.tr("The region holds nothing of the active label that may be erased.")
        else:
            nothing = self.tr("The region holds no voxel that may be painted.")
        self._ink.push(seed.view, make, nothing, paints=0 if seed.erases else label)

    def _end(self, seed: _Seed) -> None:
        self._latest.drop()
        self._seed = None
        self._ink.show(seed.view, None)


def _grow_block(
    volume: Volume,
    voxel: tuple[int, int, int],
    tolerance: float,
    radius: float,
    smooth: bool,
    barrier: Barrier | None,
    stop: Stop,
) -> Grown:
    """The region in the volume; runs in a thread."""
    return grow_region(
        volume.array,
        voxel,
        tolerance,
        spacing=volume.geometry.spacing,
        radius_mm=radius,
        smooth=smooth,
        may=barrier,
        tell=stop,
    )
