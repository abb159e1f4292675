"""Looking costs little: only what changed is painted, once, and it looks as if all had been."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PyQt5.QtGui import QPaintEvent, QRegion, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.document import ChangeLabel, SetVoxels
from medsam.intensity import Window, to_uint8
from medsam.ui.canvas.label_overlay import LabelOverlay
from medsam.ui.canvas.rendering import grey_image, windowed_image
from medsam.ui.canvas.transform import ViewTransform
from medsam.volume import Plane
from tests.phantoms import ct_phantom
from tests.ui.canvas_helpers import Mouse, array_of, labelled, picture_of, ramp_volume, shown_view
from tests.ui.window_support import drag, place, settle, show_volume, view_of


class Paints(QObject):
    """The regions that widgets are asked to paint, one for each time."""

    def __init__(self, *widgets) -> None:
        super().__init__()
        self.regions: list[tuple[QObject, QRegion]] = []
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note."""
        if isinstance(event, QPaintEvent):
            self.regions.append((watched, QRegion(event.region())))
        return False

    def of(self, widget) -> QRegion:
        """Everything that one of them painted."""
        whole = QRegion()
        for watched, region in self.regions:
            if watched is widget:
                whole += region
        return whole


@contextmanager
def painted(*widgets):
    """Collects what is painted meanwhile."""
    settle()
    watch = Paints(*widgets)
    yield watch
    settle()
    for widget in widgets:
        widget.removeEventFilter(watch)


def pixels(region: QRegion) -> int:
    """How many pixels a region holds."""
    return sum(rect.width() * rect.height() for rect in region.rects())


def inside(region: QRegion, shape_hw: tuple[int, int]) -> np.ndarray:
    """A region as a mask (H, W)."""
    mask = np.zeros(shape_hw, bool)
    for rect in region.rects():
        mask[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1] = True
    return mask


class TestCrosshair:
    """Its lines move over a picture that stays."""

    @pytest.mark.parametrize(
        "ijk",
        [(11, 12, 6), (10, 17, 6), (31, 3, 6), (10.4, 12.3, 6), (0, 0, 6), (39, 29, 2), (10, 12, 3), None],
    )
    def test_all_that_looks_otherwise_is_painted_and_little_else(self, qtbot, ijk):
        view = shown_view(
            qtbot, ramp_volume(), annotation=labelled(ramp_volume(), ((5, 20), (4, 20), (2, 9)))
        )
        view.set_crosshair((10, 12, 6))
        before = array_of(picture_of(view))
        with painted(view) as paints:
            view.set_crosshair(ijk)
        after = array_of(picture_of(view))
        differs = (before != after).any(axis=2)
        region = paints.of(view)
        assert not (differs & ~inside(region, differs.shape)).any()
        assert pixels(region) < 0.15 * differs.size
        assert differs.any() == (ijk != (10, 12, 3))

    def test_a_hidden_one_moves_unseen(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.set_crosshair_visible(False)
        with painted(view) as paints:
            view.set_crosshair((3, 4, 5))
        assert paints.regions == []

    def test_the_other_panes_paint_little_while_one_scrolls(self, window):
        show_volume(window, ct_phantom())
        views = {plane: view_of(window, plane) for plane in Plane}
        with painted(*views.values()) as paints:
            views[Plane.AXIAL].set_index(views[Plane.AXIAL].index + 1)
        assert pixels(paints.of(views[Plane.AXIAL])) == pixels(QRegion(views[Plane.AXIAL].rect()))
        for plane in (Plane.CORONAL, Plane.SAGITTAL):
            region = paints.of(views[plane])
            assert 0 < pixels(region) < 0.15 * pixels(QRegion(views[plane].rect()))


class TestComingLate:
    """What queued up while the program was busy is painted once."""

    def test_many_turns_of_the_wheel_are_one_paint(self, window):
        show_volume(window, ct_phantom())
        view = view_of(window)
        start = view.index
        at = QPointF(view.rect().center())
        with painted(view) as paints:
            for _ in range(6):
                event = QWheelEvent(
                    at, QPointF(view.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120),
                    Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False,
                )  # fmt: skip
                QApplication.postEvent(view, event)
        assert abs(view.index - start) == 6
        assert len(paints.regions) == 1

    def test_the_engine_is_told_that_slices_and_windows_go_by_some_times_a_second(self, window):
        show_volume(window, ct_phantom())
        settle()
        states, engine = window.slices, window.bridge.client
        before, states._told_look = engine.looks, 0.0
        for _ in range(3):
            window.view.walk(1)
        assert engine.looks == before + 1
        states._told_look = 0.0
        window.view.set_window(Window(10, 20))
        assert engine.looks == before + 2

    def test_slices_that_nobody_saw_are_not_read(self, window, monkeypatch):
        show_volume(window, ct_phantom())
        view = view_of(window, Plane.SAGITTAL)
        settle()
        read = []
        shown = view._near.shown
        monkeypatch.setattr(view._near, "shown", lambda *what: read.append(what[2]) or shown(*what))
        for index in (3, 4, 5, 6):
            view.set_index(index)
        settle()
        assert read == [6]


class TestChanges:
    """Brush, masks and looks."""

    def test_a_dab_paints_only_around_it(self, window):
        show_volume(window, ct_phantom())
        view = view_of(window)
        window.view.choose_tool("brush")
        window.painting.settings.set_diameter(6.0)
        at = place(view, 30, 28)
        mouse = Mouse(view).press(at.x(), at.y())
        with painted(view) as paints:
            mouse.move(at.x() + 3, at.y())
        assert 0 < pixels(paints.of(view)) < 0.05 * view.width() * view.height()
        mouse.release()

    def test_a_mask_paints_only_where_it_comes(self, window):
        show_volume(window, ct_phantom())
        view = view_of(window)
        drag(view, (20, 20), (30, 30))
        annotation = window.session.annotation
        assert annotation.slice_labels(view.frame.axis, view.index).any()
        region = (slice(40, 44), slice(40, 44), slice(view.index, view.index + 1))
        with painted(*(view_of(window, plane) for plane in Plane)) as paints:
            annotation.apply(SetVoxels(region, np.ones((4, 4, 1), np.uint16)))
        for plane in Plane:
            pane = view_of(window, plane)
            assert pixels(paints.of(pane)) < 0.05 * pane.width() * pane.height()
        assert paints.of(view).contains(place(view, 42, 42))

    def test_another_opacity_reads_no_labels(self, qtbot):
        annotation = labelled(ramp_volume(), ((5, 20), (4, 20), (2, 9)))
        view = shown_view(qtbot, annotation.volume, annotation=annotation)
        picture_of(view)
        label = annotation.labels.get(1)
        annotation.apply(ChangeLabel(replace(label, opacity=0.9, color=(1, 200, 30))))
        faded = array_of(picture_of(view))
        assert view._layers.labels.recomputed == 0
        view.refresh()
        np.testing.assert_array_equal(faded, array_of(picture_of(view)))
        assert view._layers.labels.recomputed > 0

    def test_another_name_paints_no_slice(self, qtbot):
        annotation = labelled(ramp_volume(), ((5, 20), (4, 20), (2, 9)))
        view = shown_view(qtbot, annotation.volume, annotation=annotation)
        with painted(view) as paints:
            annotation.apply(ChangeLabel(replace(annotation.labels.get(1), name="liver")))
        assert paints.regions == []
        annotation.apply(ChangeLabel(replace(annotation.labels.get(1), visible=False)))
        with painted(view) as paints:
            annotation.apply(ChangeLabel(replace(annotation.labels.get(1), visible=True)))
        assert pixels(paints.of(view)) == view.width() * view.height()

    def test_another_look_tells_the_table_of_that_row_alone(self, window):
        annotation = labelled(ct_phantom(), ((3, 9), (3, 9), (3, 9)))
        region = (slice(20, 22), slice(20, 22), slice(2, 3))
        annotation.apply(SetVoxels(region, np.ones((2, 2, 1), np.uint16)))
        window.session.open(annotation, None, Window(40, 400))
        QTest.qWait(10)
        model = window.label_panel.model
        told = []
        model.dataChanged.connect(lambda first, last, _: told.append((first.row(), last.row())))
        label = annotation.labels.get(1)
        annotation.apply(ChangeLabel(replace(label, color=(9, 8, 7))))
        row = [la.id for la in annotation.labels].index(1)
        assert told and set(told) == {(row, row)}
        told.clear()
        annotation.apply(ChangeLabel(replace(label, color=(9, 8, 7), opacity=0.11)))
        assert told == [], "no column shows the opacity"
        assert model.label(row).opacity == 0.11


class TestSameValues:
    """The quick ways give what the plain ones give."""

    @pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.uint8, np.int32, np.float32, ">i2"])
    @pytest.mark.parametrize("window", [Window(40, 400), Window(-3.5, 1), Window(900, 70_000)])
    def test_a_windowed_image_is_the_formula(self, dtype, window):
        rng = np.random.default_rng(0)
        low, high = (
            (0, 255) if dtype == np.uint8 else (0, 65_535) if dtype == np.uint16 else (-32_768, 32_767)
        )
        raw = rng.integers(low, high, (300, 241)).astype(dtype)[::-1, ::2]
        image = windowed_image(raw, window)
        assert image.format() == grey_image(to_uint8(raw, window)).format()
        small = np.stack([to_uint8(row, window) for row in raw])
        np.testing.assert_array_equal(array_of(image), np.repeat(small[..., None], 3, axis=2))

    def test_an_image_outlives_what_it_was_made_of(self):
        images = [windowed_image(np.full((90, 70), n, np.int16), Window(50, 100)) for n in range(100)]
        assert [array_of(image)[0, 0, 0] for image in images] == [int(n / 100 * 255) for n in range(100)]

    def test_lines_are_drawn_alike_with_and_without_qts_own_array(self, qapp, monkeypatch):
        from PyQt5.QtGui import QImage, QPainter

        from medsam.ui.canvas import label_overlay

        ids = np.zeros((40, 50), np.uint16)
        ids[5:20, 6:31], ids[14:33, 20:44] = 1, 2
        transform = ViewTransform.fitted((40, 50), (1.0, 1.5), (333.0, 222.0))

        def drawn() -> np.ndarray:
            image = QImage(333, 222, QImage.Format_RGB32)
            image.fill(0x555555)
            overlay = LabelOverlay()
            overlay.set_styles({1: ((255, 0, 0), 0.3), 2: ((0, 255, 90), 0.6)})
            overlay.set_picture(ids)
            painter = QPainter(image)
            overlay.paint(painter, transform, 1.0)
            painter.end()
            return array_of(image)

        first = drawn()
        monkeypatch.setattr(label_overlay, "sip", object())
        np.testing.assert_array_equal(drawn(), first)
        assert (first != 0x55).any()
