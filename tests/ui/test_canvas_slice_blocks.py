"""Parts of shown slices and blocks of voxels, in every orientation."""

from __future__ import annotations

import numpy as np
import pytest

from medsam.document.operations.brush import Brush, Stroke
from medsam.ui.canvas.ink import Ink
from medsam.ui.canvas.slice_blocks import rect_of_region, region_of_rect, with_ink
from medsam.volume import Plane, Volume
from tests.phantoms import ct_phantom, reoriented

ORIENTATIONS = ["LPS", "RAS", "PSR", "IAL", "SRP"]


def frame_of(orientation: str, plane: Plane) -> tuple[Volume, object]:
    volume = reoriented(ct_phantom((12, 10, 8), noise=0), orientation)
    return volume, volume.geometry.plane_frame(plane)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("plane", list(Plane))
def test_a_rectangle_and_its_voxels_are_the_same_pixels(orientation, plane):
    volume, frame = frame_of(orientation, plane)
    index, rect = frame.count // 2, (1, 2, 4, 7)
    region = region_of_rect(frame, index, rect)
    where = np.zeros(volume.shape, bool)
    where[region] = True
    shown = np.zeros(frame.shape_hw, bool)
    shown[2:7, 1:4] = True
    np.testing.assert_array_equal(frame.shown(where, index), shown)
    assert where.sum() == shown.sum()
    assert rect_of_region(frame, index, region) == rect
    assert rect_of_region(frame, index + 1, region) is None


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_ink_of_any_plane_lies_right_in_every_other(orientation, plane, axis):
    volume, frame = frame_of(orientation, plane)
    labels = np.random.default_rng(0).integers(0, 3, volume.shape).astype(np.uint16)
    stroke = Stroke(
        volume,
        axis,
        volume.shape[axis] // 2,
        Brush(5, "px", "sphere"),
        lambda region: np.ones([part.stop - part.start for part in region], bool),
    )
    stroke.move_to(3, 4)
    stroke.move_to(6, 5)
    ink = Ink(stroke, 7, 7)
    after = labels.copy()
    after[stroke.region][stroke.mask] = 7
    for index in range(frame.count):
        h, w = frame.shape_hw
        for x0, y0, x1, y1 in ((0, 0, w, h), (2, 1, 6, 5), (w - 2, h - 2, w, h)):
            part = (slice(y0, y1), slice(x0, x1))
            before = frame.shown(labels, index)[part]
            seen = with_ink(frame, index, ink, (x0, y0, x1, y1), before)
            np.testing.assert_array_equal(seen, frame.shown(after, index)[part])
    assert not (labels == 7).any()
