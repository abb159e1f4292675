"""Slices as the inference thread meets them: their pictures, and the watch over one being encoded."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.engine.jobs import SliceKey
from medsam.errors import InputError
from medsam.intensity import EIGHT_BIT, to_uint8
from medsam.volume import stored_slice

Picture = npt.NDArray[np.uint8]

_PROGRESS_SECONDS = 0.1


class Watch:
    """The ``check`` of one encoding: counts steps, tells progress, looks up.

    Args:
        usual: Steps of the encoding before; 0 if that is not known.
        tell: Called with a fraction now and then.
        look_up: Called at every step; may raise.
    """

    def __init__(self, usual: int, tell: Callable[[float], None], look_up: Callable[[], None]) -> None:
        self.steps = 0
        self._usual = usual
        self._tell = tell
        self._look_up = look_up
        self._told = -1.0

    def __call__(self) -> None:
        self._look_up()
        now = time.perf_counter()
        if now - self._told >= _PROGRESS_SECONDS:
            self._told = now
            # How many steps an encoding has is known from the one before.
            self._tell(min(self.steps / self._usual, 0.99) if self._usual else 0.0)
        self.steps += 1


def slice_picture(array: npt.NDArray[Any] | None, key: SliceKey) -> Picture:
    """Cut a stored slice picture and bring it through its window: 8 bit, read-only, its own memory.

    Args:
        array: (I, J, K) or (I, J, K, 3) voxels; None if no volume is open.
        key: Axis, index and window.

    Raises:
        InputError: If there is no volume, slice or window to do it with.
    """
    if array is None:
        raise InputError("A mask needs an image; none is open. Open one first.")
    if not (0 <= key.axis <= 2 and 0 <= key.index < array.shape[key.axis]):
        raise InputError(f"The image has no slice {key.index} along axis {key.axis}.")
    raw = stored_slice(array, key.axis, key.index)
    if raw.ndim == 2:
        window = key.window or (EIGHT_BIT if raw.dtype == np.uint8 else None)
        if window is None:
            raise InputError("A grey slice needs a window (level and width) to become a picture; none came.")
        raw = to_uint8(raw, window)
    picture = np.array(raw, dtype=np.uint8, order="C")
    picture.flags.writeable = False
    return picture
