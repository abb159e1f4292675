"""Parts of a shown slice as blocks of voxels, and back: where a change lies, and how it looks with ink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from medsam.volume import PlaneFrame, stored_slice

if TYPE_CHECKING:
    from medsam.document import Annotation
    from medsam.ui.canvas.ink import Ink

Rect = tuple[int, int, int, int]
Region = tuple[slice, slice, slice]


def rect_of_region(frame: PlaneFrame, index: int, region: Region) -> Rect | None:
    """The part of a slice in a block of voxels: ``x0, y0, x1, y1`` of the shown picture, or None."""
    ends = [part.indices(n)[:2] for part, n in zip(region, frame.shape, strict=True)]
    first, last = ends[frame.axis]
    (x0, x1), (y0, y1) = ends[frame.x_axis], ends[frame.y_axis]
    if not first <= index < last or x1 <= x0 or y1 <= y0:
        return None
    return _flipped(frame, (x0, y0, x1, y1))


def rect_of_labels(annotation: Annotation, frame: PlaneFrame, index: int) -> Rect | None:
    """A part of a slice beside which it has no labels, by what is counted anyway; None if it has none."""
    region = []
    for axis in range(3):
        used = np.flatnonzero(annotation.slices_with_labels(axis))
        region.append(slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(0, 0))
    if not annotation.has_mask(frame.axis, index):
        return None
    return rect_of_region(frame, index, (region[0], region[1], region[2]))


def region_of_rect(frame: PlaneFrame, index: int, rect: Rect) -> Region:
    """The voxels of a part of a slice, one slice thick."""
    x0, y0, x1, y1 = _flipped(frame, rect)
    sides = [slice(index, index + 1)] * 3
    sides[frame.x_axis], sides[frame.y_axis] = slice(x0, x1), slice(y0, y1)
    return sides[0], sides[1], sides[2]


def with_ink(
    frame: PlaneFrame, index: int, ink: Ink, rect: Rect, labels: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """The labels of a part of a slice as they will be with ink on them.

    Args:
        frame, index: The slice.
        ink: May lie elsewhere.
        rect: The part.
        labels: Of the part, (h, w) of the shown picture; not changed.
    """
    region = ink.stroke.region
    seen = rect_of_region(frame, index, region) if region is not None else None
    if seen is None:
        return labels
    # A whole slice may be asked for: only where the ink lies is there anything to compute.
    x0, y0 = max(rect[0], seen[0]), max(rect[1], seen[1])
    x1, y1 = min(rect[2], seen[2]), min(rect[3], seen[3])
    if x0 >= x1 or y0 >= y1:
        return labels
    there = (slice(y0 - rect[1], y1 - rect[1]), slice(x0 - rect[0], x1 - rect[0]))
    block = np.expand_dims(frame.to_stored(labels[there]).swapaxes(0, 1), frame.axis)
    after = ink.over(region_of_rect(frame, index, (x0, y0, x1, y1)), block)
    result = labels.copy()
    result[there] = frame.from_stored(stored_slice(after, frame.axis, 0))
    return result


def _flipped(frame: PlaneFrame, rect: Rect) -> Rect:
    """A rectangle of the array as one of the shown picture; its own inverse."""
    (x0, y0, x1, y1), (h, w) = rect, frame.shape_hw
    if frame.flip_x:
        x0, x1 = w - x1, w - x0
    if frame.flip_y:
        y0, y1 = h - y1, h - y0
    return x0, y0, x1, y1
