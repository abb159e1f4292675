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
    from scipy import ndimage

    result = mask.copy()
    block = bounds_of(mask)
    if block is None:
        return result
    part = mask[block]
    # A margin of background: a hole open to the edge of the block is open to the outside.
    if slices_along is None:
        filled = ndimage.binary_fill_holes(np.pad(part, 1))
        result[block] = filled[(slice(1, -1),) * mask.ndim]
        return result
    written = np.moveaxis(result[block], slices_along, 0)
    for index, picture in enumerate(np.moveaxis(part, slices_along, 0)):
        if picture.any():
            written[index] = ndimage.binary_fill_holes(np.pad(picture, 1))[1:-1, 1:-1]
    return result
