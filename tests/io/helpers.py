"""Small helpers of the io tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medsam.errors import MedSAMError
from medsam.io import read_volume
from medsam.volume import Volume


def refused(call: Callable[[], object], error: type[MedSAMError], *parts: str) -> MedSAMError:
    """The error a call raises; its message must hold every part and end as a sentence."""
    with pytest.raises(error) as caught:
        call()
    message = str(caught.value)
    for part in parts:
        assert part in message, message
    assert message.endswith("."), message
    assert not re.search(r"(?<![A-Za-z])/\w", message), f"a path in: {message}"
    return caught.value


def same_volume(found: Volume, expected: Volume, tolerance_mm: float = 1e-3) -> None:
    """Assert equal values and place."""
    np.testing.assert_array_equal(found.array, expected.array)
    assert found.geometry.is_close(expected.geometry, tolerance_mm), (found.affine, expected.affine)


def noted(volume: Volume, part: str) -> bool:
    """Whether one of the notes holds ``part``."""
    return any(part in note for note in volume.notes)


def read(path: Path | Sequence[Path], **kwargs: Any) -> Volume:
    """``read_volume`` of a path or of several."""
    return read_volume(path if isinstance(path, Path) else list(path), **kwargs)
