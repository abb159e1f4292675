"""The overlap preview: what would be taken is counted, named and hatched, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medsam.document import ChangeLabel, Label, PaintRule, SetLabels, paint_block_edit
from medsam.volume import Plane, stored_shape_hw
from tests.phantoms import ct_phantom
from tests.ui.window_support import colour_at, settle, show_volume, view_of


@pytest.fixture
def overlap(window):
    """A window with labels 1 and 2 side by side in a block of the middle slices; 3 takes from them."""
    show_volume(window, ct_phantom())
    window.session.push(SetLabels(tuple(Label(n, f"L{n}", (40 * n, 200, 9)) for n in (1, 2, 3))))
    annotation = window.session.annotation
    k = view_of(window).index
    for number, i in ((1, 10), (2, 20)):
        region = (slice(i, i + 10), slice(10, 30), slice(k - 1, k + 2))
        window.session.push(paint_block_edit(annotation, region, np.ones((10, 20, 3), bool), number))
    settle()
    return window.overlap


def box_mask(view, x0, y0, x1, y1):
    """A stored picture's mask with one rectangle."""
    mask = np.zeros(stored_shape_hw(view.volume.shape, view.frame.axis), bool)
    mask[y0:y1, x0:x1] = True
    return mask


def hatched(overlap, view):
    """Pixels hatched in a view; 0 while the hatch is hidden."""
    hatch = overlap._hatch(view)
    return hatch.pixels if hatch.isVisible() else 0


def test_losses_are_counted_named_and_hatched(window, overlap):
    view = view_of(window)
    at = view.frame.point_from_stored(15.5, 15.5)
    free = view.frame.point_from_stored(5.5, 15.5)
    before = colour_at(view, *at), colour_at(view, *free)
    losses = overlap.show(view, box_mask(view, 4, 12, 22, 20), 3)
    assert losses == {1: 80, 2: 16}
    assert hatched(overlap, view) == 96
    assert window.status.currentMessage() == "Would take 80 px from L1, 16 px from L2"
    assert colour_at(view, *at) != before[0] and colour_at(view, *free) == before[1]
    overlap.clear(view)
    assert colour_at(view, *at) == before[0]
    assert window.status.currentMessage() == "" and hatched(overlap, view) == 0


def test_what_rule_and_locks_keep_out_is_not_taken(window, overlap):
    view, mask = view_of(window), None
    mask = box_mask(view, 4, 12, 22, 20)
    session = window.session
    session.push(ChangeLabel(replace(session.annotation.labels.get(1), locked=True)))
    assert overlap.show(view, mask, 3) == {2: 16}
    session.set_rule(PaintRule("background"))
    assert overlap.show(view, mask, 3) == {}
    assert hatched(overlap, view) == 0 and overlap.text == ""
    session.set_rule(PaintRule("label", 2))
    assert overlap.show(view, mask, 3) == {2: 16}
    session.set_rule(PaintRule(intensity=(1e6, 1e7)))
    assert overlap.show(view, mask, 3) == {}


def test_the_labels_own_pixels_are_not_taken(window, overlap):
    view = view_of(window)
    assert overlap.show(view, box_mask(view, 4, 12, 22, 20), 1) == {2: 16}
    assert overlap.show(view, np.zeros(stored_shape_hw(view.volume.shape, 2), bool), 1) == {}


def test_another_slice_takes_the_preview_away(window, overlap):
    view = view_of(window)
    overlap.show(view, box_mask(view, 4, 12, 22, 20), 3)
    view.set_index(view.index + 1)
    assert hatched(overlap, view) == 0 and overlap.text == ""


def test_a_block_is_shown_in_every_plane_and_follows_the_slices(window, overlap):
    axial, sagittal = view_of(window), view_of(window, Plane.SAGITTAL)
    k = axial.index
    sagittal.set_index(12)
    region = (slice(12, 22), slice(12, 20), slice(k, k + 3))
    losses = overlap.show_block(region, np.ones((10, 8, 3), bool), 3)
    assert losses == {1: 8 * 8 * 2, 2: 2 * 8 * 2}
    assert overlap.text == "Would take 128 voxels from L1, 32 voxels from L2"
    assert hatched(overlap, axial) == 80 and hatched(overlap, sagittal) == 16
    axial.set_index(k + 1)
    assert hatched(overlap, axial) == 80
    axial.set_index(k + 2)
    assert hatched(overlap, axial) == 0, "labels 1 and 2 end before this slice"
    sagittal.set_index(23)
    assert hatched(overlap, sagittal) == 0
    overlap.clear()
    assert overlap.text == ""


def test_hatching_follows_zoom_and_size(window, overlap):
    view = view_of(window)
    overlap.show(view, box_mask(view, 12, 12, 16, 16), 3)
    at = view.frame.point_from_stored(14, 14)
    hatch = overlap._hatch(view)
    view.zoom_by(2.0)
    settle()
    image = hatch.grab().toImage()
    place = view.shown_to_view(*at).toPoint()
    assert image.pixelColor(place).alpha() == 255
    view.resize(view.width() - 40, view.height() - 30)
    settle()
    assert hatch.size() == view.size()


def test_closing_the_image_ends_everything(window, overlap):
    view = view_of(window)
    overlap.show(view, box_mask(view, 4, 12, 22, 20), 3)
    window.session.open(None)
    settle()
    assert hatched(overlap, view) == 0 and overlap.text == ""


def test_many_losers_are_summed_up(window, overlap):
    window.session.push(SetLabels(tuple(Label(n, f"L{n}", (1, 2, 3)) for n in range(1, 8))))
    text = overlap.words({1: 5, 2: 4000, 3: 1, 4: 2, 5: 3}, "px")
    assert text == "Would take 4,000 px from L2, 5 px from L1, 3 px from L5, and from 2 more labels"
