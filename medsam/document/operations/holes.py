"""Fill what a mask encloses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from medsam.document.operations.regions import bounds_of

Mask = npt.NDArray[np.bool_]


def fill_holes(mask: Mask, slices_along: int | None = None) -> Mask:
    """A mask with its holes filled: what no way along faces connects to the picture's edge.

    Args:
        mask: 2D or 3D.
        slices_along: Axis whose slices are filled one by one, each as a 2D
            picture; None fills what is closed in all dimensions.
    """
    result = mask.copy()
    block = bounds_of(mask)
    if block is None:
        return result
    part = mask[block]
    if slices_along is None:
        result[block] = _filled(part)
        return result
    written = np.moveaxis(result[block], slices_along, 0)
    for index, picture in enumerate(np.moveaxis(part, slices_along, 0)):
        if picture.any():
            written[index] = _filled(picture)
    return result


def _filled(part: Mask) -> Mask:
    """A block without holes."""
    from scipy import ndimage

    # In a margin of background, all that is open to the edge of the block is one region: the corner's.
    numbers, _ = ndimage.label(np.pad(~part, 1, constant_values=True))
    outside = numbers[(0,) * part.ndim]
    return np.asarray(numbers != outside)[(slice(1, -1),) * part.ndim]
