"""Tests of labels and previews over a slice, on the pixels of the view."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QRect
from PyQt5.QtWidgets import QApplication

from medsam.document import ChangeLabel, SetVoxels
from medsam.intensity import EIGHT_BIT, Window, to_uint8
from medsam.ui.canvas.slice_view import SliceView
from medsam.volume import Plane, Volume
from tests.phantoms import ct_phantom, reoriented
from tests.ui.canvas_helpers import (
    array_of,
    bare,
    black_picture,
    color_at,
    labelled,
    painted_areas,
    picture_of,
    place,
    ramp_volume,
    shown_view,
)

WIDE = Window(0, 65_536)


class TestLabels:
    def scene(self, qtbot, plane=Plane.AXIAL):
        volume = Volume(np.full((40, 30, 12), 100, np.uint8), np.diag([-1, -1, 1, 1.0]), modality="MR")
        annotation = labelled(volume, ((10, 20), (8, 16), (4, 9)))
        view = shown_view(qtbot, volume, plane, annotation=annotation)
        bare(view)
        view.set_window(EIGHT_BIT)
        return view, annotation

    def blended(self, annotation, grey=100):
        label = annotation.labels.get(1)
        return [round(label.opacity * c + (1 - label.opacity) * grey) for c in label.color]

    def test_a_labelled_voxel_is_blended_with_its_labels_colour(self, qtbot):
        view, annotation = self.scene(qtbot)
        image = picture_of(view)
        np.testing.assert_allclose(
            color_at(image, *place(view, 15.5, 12.5)), self.blended(annotation), atol=2
        )
        assert color_at(image, *place(view, 5.5, 12.5)) == (100, 100, 100)
        view.set_index(10)
        assert color_at(picture_of(view), *place(view, 15.5, 12.5)) == (100, 100, 100)

    def test_the_outline_has_the_full_colour(self, qtbot):
        view, annotation = self.scene(qtbot)
        x, y = place(view, 15.5, 8)
        column = [color_at(picture_of(view), x, round(y) + d) for d in (-1, 0, 1)]
        assert annotation.labels.get(1).color in column

    def test_hidden_labels_and_hidden_overlay_show_the_picture(self, qtbot):
        view, annotation = self.scene(qtbot)
        at = place(view, 15.5, 12.5)
        view.set_overlay_visible(False)
        assert color_at(picture_of(view), *at) == (100, 100, 100)
        view.set_overlay_visible(True)
        annotation.apply(ChangeLabel(replace(annotation.labels.get(1), visible=False)))
        assert color_at(picture_of(view), *at) == (100, 100, 100)

    def test_an_edit_paints_only_what_changed(self, qtbot):
        view, annotation = self.scene(qtbot)
        picture_of(view)
        region = (slice(25, 28), slice(20, 22), slice(6, 7))
        before = array_of(picture_of(view)).astype(int)
        with painted_areas(view) as areas:
            annotation.apply(SetVoxels(region, np.ones((3, 2, 1), np.uint16)))
        assert len(areas) == 1
        (x0, y0), (x1, y1) = place(view, 25, 20), place(view, 28, 22)
        assert areas[0].left() <= x0 and areas[0].right() >= x1 - 1
        assert areas[0].width() <= x1 - x0 + 9 and areas[0].height() <= y1 - y0 + 9
        assert view._layers.labels.recomputed == 6
        after = array_of(picture_of(view)).astype(int)
        rows, cols = np.nonzero((before != after).any(axis=2))
        assert rows.min() >= areas[0].top() and rows.max() <= areas[0].bottom()
        assert cols.min() >= areas[0].left() and cols.max() <= areas[0].right()
        np.testing.assert_allclose(
            after[int((y0 + y1) / 2), int((x0 + x1) / 2)], self.blended(annotation), atol=2
        )

    def test_painting_a_part_gives_the_same_picture_as_painting_all(self, qtbot):
        view, annotation = self.scene(qtbot)
        picture_of(view)
        for region in (
            (slice(0, 11), slice(0, 9), slice(3, 9)),
            (slice(15, 39), slice(10, 12), slice(0, 12)),
        ):
            annotation.apply(SetVoxels(region, np.full([s.stop - s.start for s in region], 1, np.uint16)))
            part = array_of(picture_of(view))
            view._layers.mark_stale(view.rect())
            view.refresh()
            np.testing.assert_array_equal(array_of(picture_of(view)), part)

    @pytest.mark.parametrize("slices", [slice(0, 2), slice(4, 6), slice(7, 12)])
    def test_an_edit_on_another_slice_paints_nothing(self, qtbot, slices):
        view, annotation = self.scene(qtbot)
        assert view.index == 6
        ones = np.ones((5, 5, slices.stop - slices.start), np.uint16)
        picture_of(view)
        with painted_areas(view) as areas:
            annotation.apply(SetVoxels((slice(0, 5), slice(0, 5), slices), ones))
        assert areas == []

    @pytest.mark.parametrize("plane", list(Plane))
    def test_the_changed_part_is_found_in_flipped_planes(self, qtbot, plane):
        volume = reoriented(Volume(np.zeros((20, 16, 12), np.int16), np.diag([-1, -1, 1, 1.0])), "RAI")
        view = shown_view(qtbot, volume, plane, annotation=labelled(volume, ((0, 1), (0, 1), (0, 1))))
        picture_of(view)
        region = tuple(slice(n // 2, n // 2 + 3) for n in volume.shape)
        with painted_areas(view) as areas:
            view.annotation.apply(SetVoxels(region, np.ones((3, 3, 3), np.uint16)))
        x, y, _ = view.frame.from_voxel([n // 2 + 1 for n in volume.shape])
        px, py = place(view, x, y)
        assert areas[0].contains(round(px), round(py))
        assert color_at(picture_of(view), px, py) != color_at(picture_of(view), *place(view, 1.5, 1.5))

    def test_a_view_that_is_gone_is_not_told(self, qtbot):
        volume = ramp_volume()
        annotation = labelled(volume, ((0, 3), (0, 3), (0, 3)))
        view = SliceView()
        view.set_scene(volume, Plane.AXIAL, annotation)
        assert len(annotation._observers) == 1
        view.deleteLater()
        QApplication.sendPostedEvents(view, QEvent.DeferredDelete)
        assert annotation._observers == []

    def test_another_annotation_replaces_the_first(self, qtbot):
        view, first = self.scene(qtbot)
        second = labelled(view.volume, ((0, 3), (0, 3), (6, 7)))
        view.set_scene(view.volume, Plane.AXIAL, second)
        assert first._observers == [] and len(second._observers) == 1
        assert color_at(picture_of(view), *place(view, 15.5, 12.5)) == (100, 100, 100)


class TestPreview:
    @pytest.mark.parametrize("orientation", ["LPS", "RAS", "PSR", "IAL"])
    @pytest.mark.parametrize("plane", list(Plane))
    def test_a_stored_mask_is_shown_in_its_place(self, qtbot, orientation, plane):
        volume = reoriented(ct_phantom((24, 20, 9), noise=0), orientation)
        view = shown_view(qtbot, volume, plane)
        bare(view)
        plain = picture_of(view)
        h, w = view.frame.shape_hw
        mask = np.zeros((h, w), bool)
        mask[h // 2 : h // 2 + 2, w // 2 : w // 2 + 3] = True
        view.set_preview(view.frame.to_stored(mask), 0, draft=False)
        marked = picture_of(view)
        inside = place(view, w // 2 + 1.5, h // 2 + 0.9)
        assert color_at(marked, *inside) != color_at(plain, *inside)
        for x, y in ((w // 2 - 1.5, h // 2 + 0.9), (w // 2 + 1.5, h // 2 - 1.5)):
            outside = place(view, x, y)
            assert color_at(marked, *outside) == color_at(plain, *outside)

    def test_drafts_are_fainter_than_the_final_mask(self, qtbot):
        view = shown_view(qtbot, black_picture())
        mask = np.zeros((40, 60), bool)
        mask[10:30, 10:50] = True
        view.set_preview(mask, 0, draft=True)
        draft = color_at(picture_of(view), *place(view, 30.5, 20.5))
        view.set_preview(mask, 0, draft=False)
        final = color_at(picture_of(view), *place(view, 30.5, 20.5))
        assert 0 < sum(draft) < sum(final)

    def test_it_goes_with_its_slice(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        bare(view)
        view.set_window(WIDE)
        view.set_preview(np.ones((30, 40), bool), 0)
        view.set_index(2)
        value = int(to_uint8(np.array([1 + 20 + 1500 + 5000]), WIDE)[0])
        assert color_at(picture_of(view), *place(view, 20.5, 15.5)) == (value,) * 3


def test_a_preview_repaints_only_where_it_is_and_was(qtbot, monkeypatch):
    view = shown_view(qtbot, ramp_volume())
    stale = []
    monkeypatch.setattr(view._layers, "mark_stale", lambda area: stale.append(QRect(area)))
    view.set_preview(None)
    assert stale == []
    mask = np.zeros((30, 40), bool)
    mask[4:8, 5:9] = True
    view.set_preview(mask, 1)
    picture = view.transform.picture_box()
    (area,) = stale
    assert area.width() * area.height() < 0.1 * picture.width * picture.height
    stale.clear()
    view.set_preview(None)
    assert stale == [area]


def test_a_part_painted_again_is_as_if_all_had_been(qtbot):
    annotation = labelled(ramp_volume(), ((5, 30), (4, 25), (0, 12)))
    view = shown_view(qtbot, annotation.volume, annotation=annotation)
    plain = array_of(picture_of(view))
    mask = np.zeros((30, 40), bool)
    mask[6:20, 8:21] = True
    view.set_preview(mask, 1)
    picture_of(view)
    view.set_preview(None)
    np.testing.assert_array_equal(array_of(picture_of(view)), plain)
