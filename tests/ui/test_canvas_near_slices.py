"""Slices across a volume's memory are the same ones, read several at a time."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PyQt5.QtWidgets import QApplication

from medsam.document import SetVoxels
from medsam.ui.canvas import near_slices
from medsam.ui.canvas.near_slices import AT_ONCE, NearSlices
from medsam.ui.canvas.rendering import compact
from medsam.ui.canvas.slice_blocks import rect_of_labels
from medsam.volume import Plane, Volume
from tests.phantoms import reoriented
from tests.ui.canvas_helpers import array_of, labelled, picture_of, shown_view

read = near_slices._read

SHAPE = (21, 17, 19)
AFFINE = np.diag([-1.0, -1.0, 2.0, 1.0])


@pytest.fixture(autouse=True)
def small_caches(monkeypatch):
    """As if even a small volume were larger than the processor's cache."""
    monkeypatch.setattr(near_slices, "_FEW_BYTES", 0)


def volume_of(order="F", dtype=np.int16, orientation="LPS") -> Volume:
    """Voxels of which no two are the same, in one of two orders of memory."""
    array = np.arange(np.prod(SHAPE)).reshape(SHAPE).astype(dtype)
    volume = reoriented(Volume(array, AFFINE, modality="MR", name="numbers"), orientation)
    return Volume(np.array(volume.array, order=order), volume.affine, modality="MR", name="numbers")


@pytest.mark.parametrize("orientation", ["LPS", "RAI", "SLA"])
@pytest.mark.parametrize("order", ["F", "C"])
def test_every_slice_of_every_plane_is_the_volumes(order, orientation):
    volume = volume_of(order, orientation=orientation)
    near = NearSlices()
    for plane in Plane:
        frame = volume.geometry.plane_frame(plane)
        for index in [*range(frame.count), *reversed(range(frame.count)), 3, 16, 0]:
            found = near.shown(volume.array, frame, index)
            np.testing.assert_array_equal(found, frame.shown(volume.array, index))


def test_another_volume_is_read_anew():
    volume, near = volume_of(), NearSlices()
    frame = volume.geometry.plane_frame(Plane.SAGITTAL)
    near.shown(volume.array, frame, 2)
    other = np.asfortranarray(volume.array + 1)
    np.testing.assert_array_equal(near.shown(other, frame, 2), frame.shown(other, 2))


def test_a_walk_reads_the_memory_once_for_several_slices():
    volume, near = volume_of(), NearSlices()
    frame = volume.geometry.plane_frame(Plane.SAGITTAL)
    blocks = {id(near.shown(volume.array, frame, n).base) for n in range(AT_ONCE)}
    assert len(blocks) == 1
    assert not any(np.shares_memory(near.shown(volume.array, frame, n), volume.array) for n in range(AT_ONCE))


@pytest.mark.parametrize("step", [1, -1, 3, -8])
def test_what_a_walk_comes_to_is_read_ahead(step, monkeypatch):
    volume, near, by = volume_of(), NearSlices(), []
    monkeypatch.setattr(
        near_slices, "_read", lambda *of: (by.append(threading.current_thread()), read(*of))[1]
    )
    frame = volume.geometry.plane_frame(Plane.SAGITTAL)
    walk = range(0, frame.count) if step > 0 else range(frame.count - 1, -1, -1)
    for index in walk[:: abs(step)]:
        found = near.shown(volume.array, frame, index)
        np.testing.assert_array_equal(found, frame.shown(volume.array, index))
    here = by.count(threading.current_thread())
    # The first block, and with steps of a whole block the second, for one step foretells nothing.
    assert here <= 2 and len(by) > here


def test_values_that_changed_are_read_anew_also_those_read_ahead():
    volume, near = volume_of(), NearSlices()
    array, frame = volume.array, volume.geometry.plane_frame(Plane.SAGITTAL)
    for index in range(5):
        near.shown(array, frame, index)
    assert near._coming is not None
    array += 1
    near.forget()
    for index in (5, 8, 16, 0):
        np.testing.assert_array_equal(near.shown(array, frame, index), frame.shown(array, index))


@pytest.mark.parametrize("plane", [Plane.AXIAL, Plane.CORONAL])
def test_slices_that_lie_together_are_not_copied(plane):
    volume, near = volume_of(), NearSlices()
    frame = volume.geometry.plane_frame(plane)
    assert np.shares_memory(near.shown(volume.array, frame, 4), volume.array)


def test_compact_copies_only_what_lies_apart():
    array = np.zeros((40, 30, 20), np.int16, order="F")
    colour = np.zeros((8, 9, 3), np.uint8)
    assert np.shares_memory(compact(array[:, :, 3].T[::-1]), array)
    assert not np.shares_memory(compact(array[3].T), array)
    assert compact(array[3].T).strides[1] == 2
    assert np.shares_memory(compact(colour.swapaxes(0, 1)), colour)
    assert compact(array[3, :0].T).size == 0


def test_a_view_shows_the_slices_it_walks_through(qtbot):
    volume = volume_of()
    view = shown_view(qtbot, volume, Plane.SAGITTAL, annotation=labelled(volume, ((3, 9), (2, 9), (4, 12))))
    other = shown_view(qtbot, Volume(np.array(volume.array, order="C"), AFFINE), Plane.SAGITTAL)
    other.set_window(view.window)
    other.set_scene(other.volume, Plane.SAGITTAL, labelled(other.volume, ((3, 9), (2, 9), (4, 12))))
    for index in (0, 1, 7, 8, 15, 20, 2):
        for each in (view, other):
            each.set_index(index)
        np.testing.assert_array_equal(array_of(picture_of(view)), array_of(picture_of(other)))


def test_an_empty_view_keeps_nothing_of_the_volume(qtbot):
    view = shown_view(qtbot, volume_of(), Plane.SAGITTAL)
    picture_of(view)
    assert view._near._kept is not None
    view.set_scene(None)
    assert view._near._kept is None and view._near._array is None


class TestLabelBounds:
    """Where a slice can have labels at all."""

    def test_nothing_is_labelled_beside_them(self):
        rng = np.random.default_rng(0)
        volume = volume_of(orientation="RAI")
        annotation = labelled(volume, ((0, 0), (0, 0), (0, 0)))
        for _ in range(12):
            first = [int(rng.integers(0, n)) for n in SHAPE]
            region = tuple(slice(a, min(a + 3, n)) for a, n in zip(first, volume.shape, strict=True))
            size = tuple(part.stop - part.start for part in region)
            annotation.apply(SetVoxels(region, rng.integers(0, 2, size).astype(np.uint16)))
            for plane in Plane:
                frame = volume.geometry.plane_frame(plane)
                for index in range(frame.count):
                    picture = frame.shown(annotation.label_map, index).copy()
                    rect = rect_of_labels(annotation, frame, index)
                    assert (rect is None) == (not picture.any())
                    if rect is not None:
                        picture[rect[1] : rect[3], rect[0] : rect[2]] = 0
                        assert not picture.any()

    def test_labels_that_change_beside_the_slice_are_seen_when_it_comes_to_them(self, qtbot):
        volume = volume_of()
        view = shown_view(
            qtbot, volume, Plane.SAGITTAL, annotation=labelled(volume, ((3, 9), (2, 9), (4, 12)))
        )
        for index in (3, 4, 5):
            view.set_index(index)
            picture_of(view)
        assert view._near_labels._kept is not None and view._near_labels._coming is not None
        view.annotation.apply(
            SetVoxels((slice(6, 9), slice(3, 8), slice(5, 9)), np.full((3, 5, 4), 2, np.uint16))
        )
        other = shown_view(qtbot, volume, Plane.SAGITTAL, annotation=view.annotation)
        for index in (6, 8):
            for each in (view, other):
                each.set_index(index)
            np.testing.assert_array_equal(array_of(picture_of(view)), array_of(picture_of(other)))

    def test_labels_that_come_before_the_first_paint_are_seen(self, qtbot):
        volume = volume_of()
        view = shown_view(qtbot, volume, annotation=labelled(volume, ((0, 2), (0, 2), (9, 10))))
        view.set_index(5)
        view.annotation.apply(
            SetVoxels((slice(15, 20), slice(12, 16), slice(5, 6)), np.ones((5, 4, 1), np.uint16))
        )
        QApplication.processEvents()
        shown = array_of(picture_of(view)).astype(int)
        view.set_overlay_visible(False)
        bare = array_of(picture_of(view)).astype(int)
        assert (shown != bare).any()
