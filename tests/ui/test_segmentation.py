"""From a mouse drag to a mask in the document and on the screen, and back."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QPushButton, QToolButton

from medsam.engine.jobs import Cancel, Encode, MaskPatch, ModelLoaded, Predict, WorkerLost
from medsam.prompts import Box
from medsam.ui.panels.banners import Banner
from medsam.volume import Plane, stored_slice
from tests.fakes import ellipse_mask, fake_model_info
from tests.phantoms import ct_phantom, grey16_picture, oblique_volume, reoriented, rgb_picture
from tests.ui.canvas_helpers import Mouse
from tests.ui.canvas_helpers import place as canvas_place
from tests.ui.window_support import (
    colour_at,
    drag,
    ellipse,
    hold,
    hover,
    place,
    settle,
    show_volume,
    view_of,
)

BOXES = {
    Plane.AXIAL: Box(10, 12, 30, 36),
    Plane.CORONAL: Box(12, 4, 34, 15),
    Plane.SAGITTAL: Box(8, 3, 30, 14),
}


def draw(view, box):
    """Draw a box by mouse."""
    drag(view, (box.x0, box.y0), (box.x1, box.y1))


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("orientation", ["LPS", "RAS", "PSR"])
def test_drawn_box_paints_the_right_voxels_and_pixels(window, plane, orientation):
    show_volume(window, reoriented(ct_phantom(), orientation))
    view = view_of(window, plane)
    box = BOXES[plane]
    x, y = box.center
    before = colour_at(view, x + 2, y + 2)
    draw(view, box)

    expected = np.zeros(view.volume.shape, np.uint16)
    stored_slice(expected, view.frame.axis, view.index)[ellipse(view, box)] = 1
    np.testing.assert_array_equal(window.session.annotation.label_map, expected)
    red, _, blue = colour_at(view, x + 2, y + 2)
    assert before[0] == before[2] and red > blue + 30, "the label is orange over grey"


def test_drawn_box_is_kept_with_the_window_on_show(window):
    show_volume(window, ct_phantom())
    QTest.keyClick(window, Qt.Key_3, Qt.AltModifier)
    draw(view_of(window), BOXES[Plane.AXIAL])
    (prompt,) = window.session.annotation.prompts.values()
    assert prompt.box == view_of(window).frame.box_to_stored(BOXES[Plane.AXIAL])
    assert (prompt.window.level, prompt.window.width) == (400, 1800)


def test_undo_and_redo_restore_bit_for_bit(window):
    show_volume(window, ct_phantom())
    annotation = window.session.annotation
    draw(view_of(window), BOXES[Plane.AXIAL])
    after = annotation.label_map.copy()
    assert window.actions_["undo"].text() == "&Undo box on slice 11"
    QTest.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    assert not annotation.label_map.any() and not annotation.prompts
    QTest.keyClick(window, Qt.Key_Y, Qt.ControlModifier)
    np.testing.assert_array_equal(annotation.label_map, after)
    QTest.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    QTest.keyClick(window, Qt.Key_Z, Qt.ControlModifier | Qt.ShiftModifier)
    np.testing.assert_array_equal(annotation.label_map, after)
    assert len(annotation.prompts) == 1


def test_adjusted_handle_replaces_the_mask_as_one_step(window):
    show_volume(window, ct_phantom())
    view, annotation = view_of(window), window.session.annotation
    draw(view, BOXES[Plane.AXIAL])
    first = annotation.label_map.copy()
    drag(view, (30, 36), (38, 44))
    (prompt,) = annotation.prompts.values()
    assert view.frame.box_from_stored(prompt.box) == Box(10, 12, 38, 44)
    now = annotation.slice_labels(view.frame.axis, view.index)
    np.testing.assert_array_equal(now == 1, ellipse(view, Box(10, 12, 38, 44)))
    window.actions_["undo"].trigger()
    np.testing.assert_array_equal(annotation.label_map, first)


def test_delete_removes_box_and_mask_and_undo_brings_them_back(window):
    show_volume(window, ct_phantom())
    view, annotation = view_of(window), window.session.annotation
    draw(view, BOXES[Plane.AXIAL])
    painted = annotation.label_map.copy()
    assert window.actions_["delete_box"].isEnabled()
    QTest.keyClick(view, Qt.Key_Delete)
    settle()
    assert not annotation.label_map.any() and not annotation.prompts
    assert not window.actions_["delete_box"].isEnabled()
    window.actions_["undo"].trigger()
    np.testing.assert_array_equal(annotation.label_map, painted)


def test_box_of_another_slice_is_not_deleted_unseen(window):
    show_volume(window, ct_phantom())
    view = view_of(window)
    draw(view, BOXES[Plane.AXIAL])
    view.set_index(view.index + 3)
    settle()
    assert not window.actions_["delete_box"].isEnabled()
    window.segmentation.delete_selected()
    assert len(window.session.annotation.prompts) == 1


def test_click_without_drag_does_nothing(window, maker):
    show_volume(window, ct_phantom())
    view = view_of(window)
    QTest.mouseClick(view, Qt.LeftButton, Qt.NoModifier, place(view, 20, 20))
    settle()
    assert not maker.engine.asked(Predict)
    assert not window.session.is_modified and window.banners.texts == []


@pytest.mark.parametrize("picture", [grey16_picture, rgb_picture])
def test_pictures_have_one_pane_and_take_boxes(window, maker, picture):
    show_volume(window, picture())
    assert [v.plane for v in window.view.views] == [Plane.AXIAL]
    assert not window.area.panes[Plane.CORONAL].isVisible()
    draw(view_of(window), Box(12, 14, 40, 40))
    (request,) = [r for r in maker.engine.asked(Predict) if not r.channel]
    assert (request.slice.window is None) == view_of(window).volume.is_rgb
    assert window.session.annotation.label_map.any()


def test_oblique_volume_takes_boxes_in_every_plane(window):
    show_volume(window, oblique_volume())
    for plane in Plane:
        view = view_of(window, plane)
        draw(view, Box(6, 3, 20, 10))
        labels = window.session.annotation.slice_labels(view.frame.axis, view.index)
        assert labels[ellipse(view, Box(6, 3, 20, 10))].all()


def test_preview_follows_the_drag_and_commits_on_release_only(window, maker):
    show_volume(window, ct_phantom())
    view = view_of(window)
    hold(view, (10, 12), (28, 34))
    assert [r.channel for r in maker.engine.asked(Predict)][-1] == "live"
    assert not window.session.annotation.label_map.any()
    QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, 28, 34))
    settle()
    assert window.session.annotation.label_map.any()


def test_preview_of_one_pane_is_not_shown_in_another(new_window, maker):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    axial, coronal = view_of(window), view_of(window, Plane.CORONAL)
    hold(axial, (10, 12), (28, 34))
    maker.engine.deliver()
    settle()
    assert window.segmentation.display.live.patch is not None
    QTest.mouseRelease(axial, Qt.LeftButton, Qt.NoModifier, place(axial, 28, 34))
    hold(coronal, (10, 4), (28, 14))
    assert window.segmentation.display.live.patch is None
    QTest.mouseRelease(coronal, Qt.LeftButton, Qt.NoModifier, place(coronal, 28, 14))
    maker.engine.deliver()
    settle()
    assert len(window.session.annotation.prompts) == 2 and window.banners.texts == []


def test_escape_while_dragging_leaves_everything(window, maker):
    show_volume(window, ct_phantom())
    view = view_of(window)
    hold(view, (10, 12), (28, 34))
    QTest.keyClick(view, Qt.Key_Escape)
    QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, 28, 34))
    settle()
    assert not window.session.annotation.label_map.any() and not window.session.is_modified


def test_locked_label_refuses_a_box_with_a_sentence(window):
    show_volume(window, ct_phantom())
    window.label_panel.model.change(0, text="lock label", locked=True)
    draw(view_of(window), BOXES[Plane.AXIAL])
    assert not window.session.annotation.label_map.any()
    assert "locked" in window.banners.texts[-1]


def test_failed_box_stays_with_the_reason_and_can_be_tried_again(window, maker):
    show_volume(window, ct_phantom())
    maker.engine.failures = ["There is not enough memory for this slice."]
    view = view_of(window)
    window.segmentation.tool.drawn.emit(view, BOXES[Plane.AXIAL])
    settle()
    assert window.banners.texts == ["There is not enough memory for this slice."]
    assert [b for _, b, _ in window.segmentation.tool.boxes(view)] == [BOXES[Plane.AXIAL]]
    window.segmentation.retry()
    settle()
    assert window.session.annotation.label_map.any()


def test_empty_answer_paints_nothing_and_says_so(window, maker):
    show_volume(window, ct_phantom())
    maker.engine.answer = lambda prompts, shape_hw: np.zeros(shape_hw, bool)
    draw(view_of(window), BOXES[Plane.AXIAL])
    assert "found nothing" in window.banners.texts[-1]
    assert not window.session.is_modified


def test_second_box_does_not_lose_the_first_while_both_wait(new_window, maker):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    view = view_of(window)
    for box in (Box(8, 8, 20, 20), Box(34, 30, 50, 44)):
        window.segmentation.draw(view, box)
    assert len(window.segmentation.queue) == 2
    maker.engine.deliver()
    settle()
    labels = window.session.annotation.slice_labels(2, view.index)
    assert labels[ellipse(view, Box(8, 8, 20, 20))].all() and labels[ellipse(view, Box(34, 30, 50, 44))].all()


def test_box_drawn_before_the_model_is_answered_later(new_window, maker):
    maker.mode = "told"
    window = new_window()
    show_volume(window, ct_phantom())
    draw(view_of(window), BOXES[Plane.AXIAL])
    assert "waits for the model" in window.status.currentMessage()
    assert not window.session.annotation.label_map.any()
    maker.engine.deliver()
    settle()
    maker.engine.deliver()
    settle()
    assert window.session.annotation.label_map.any()
    assert window.status.currentMessage() == "Quality 0.90"


def test_draft_is_shown_but_only_the_exact_mask_is_kept(new_window, maker):
    def embedding(engine):
        engine.models["medsam_zoom"] = fake_model_info("big")
        engine.draft_first = True

    maker.mode, maker.prepare = "told", embedding
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    window.segmentation.draw(view_of(window), BOXES[Plane.AXIAL])
    seen = []
    window.bridge.answered.connect(lambda answer: seen.append((answer.draft, window.session.is_modified)))
    maker.engine.deliver()
    settle()
    assert seen == [(True, False), (False, True)]
    assert window.session.annotation.label_map.any()


def test_deleted_label_discards_the_box_that_was_computed_for_it(new_window, maker):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    window.label_panel.model.add()
    window.segmentation.draw(view_of(window), BOXES[Plane.AXIAL])
    window.label_panel.model.remove(1)
    maker.engine.deliver()
    settle()
    assert not window.session.annotation.label_map.any()
    assert not window.segmentation.queue


def test_box_without_any_model_says_what_to_do_and_is_answered_after_it(new_window, maker):
    maker.prepare = lambda engine: engine.models.update(medsam_zoom="The weights are not here.")
    window = new_window()
    show_volume(window, ct_phantom())
    draw(view_of(window), BOXES[Plane.AXIAL])
    assert "Choose a model" in window.banners.texts[-1]
    window.models.use("other_zoom")
    settle()
    assert window.session.annotation.label_map.any()


def test_undone_box_does_not_come_back_through_its_adjustment(new_window, maker):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    view = view_of(window)
    window.segmentation.draw(view, BOXES[Plane.AXIAL])
    maker.engine.deliver()
    settle()
    window.segmentation.adjust(view, Box(10, 12, 38, 44), 1)
    window.actions_["undo"].trigger()
    maker.engine.deliver()
    settle()
    assert not window.session.annotation.label_map.any() and not window.segmentation.queue


def test_model_that_encodes_prepares_the_slice_in_view_and_ahead(new_window, maker, qtbot):
    maker.prepare = lambda engine: engine.models.update(medsam_zoom=fake_model_info("big"))
    window = new_window()
    show_volume(window, ct_phantom())
    view = view_of(window)
    qtbot.waitUntil(lambda: len(maker.engine.asked(Encode)) >= 5)
    assert [r.slice.index for r in maker.engine.asked(Encode)][:5] == [10, 11, 12, 13, 9]
    view.set_index(5)
    qtbot.waitUntil(lambda: any(r.slice.index == 5 for r in maker.engine.asked(Encode)))
    indices = [r.slice.index for r in maker.engine.asked(Encode)]
    assert indices[indices.index(5) :][:5] == [5, 4, 3, 2, 6], "downwards, the walk's direction"
    before = {r.token for r in maker.engine.asked(Encode)[:5]}
    assert any(set(r.tokens) == before for r in maker.engine.asked(Cancel)), "and nobody else's"


def test_lost_worker_is_told_and_the_work_goes_on(window, maker):
    show_volume(window, ct_phantom())
    draw(view_of(window), BOXES[Plane.AXIAL])
    painted = window.session.annotation.label_map.copy()
    sentence = "The model's process ended (out of memory) and is started again."
    maker.engine.emit(WorkerLost(sentence, True))
    settle()
    assert window.banners.texts == [sentence]
    np.testing.assert_array_equal(window.session.annotation.label_map, painted)
    window.segmentation.draw(view_of(window), Box(36, 30, 50, 44))
    assert window.segmentation.queue.unsent
    maker.engine.load_model("medsam_zoom")
    settle()
    assert len(window.session.annotation.prompts) == 2


def test_worker_that_stays_down_keeps_the_boxes_and_starts_again_on_demand(window, maker):
    show_volume(window, ct_phantom())
    maker.engine.emit(WorkerLost("The model's process failed too often and stays down.", False))
    settle()
    window.segmentation.draw(view_of(window), BOXES[Plane.AXIAL])
    assert len(window.segmentation.queue.unsent) == 1
    window.models._restart()
    settle()
    assert window.session.annotation.label_map.any()


def test_opening_another_image_forgets_what_was_computed(new_window, maker):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    window.segmentation.draw(view_of(window), BOXES[Plane.AXIAL])
    show_volume(window, ct_phantom(seed=1))
    maker.engine.deliver()
    settle()
    assert not window.session.annotation.label_map.any()
    assert window.segmentation.tool.boxes(view_of(window)) == ()


def test_over_the_selected_box_the_status_line_says_how_to_draw_a_new_one(window):
    show_volume(window, ct_phantom())
    view, annotation = view_of(window), window.session.annotation
    draw(view, BOXES[Plane.AXIAL])
    hover(view, 20, 20)
    assert "Ctrl + drag" not in window.status.currentMessage(), "the next box may begin inside of this one"
    QTest.mouseClick(view, Qt.LeftButton, Qt.NoModifier, place(view, 20, 20))
    hover(view, 20, 20)
    assert "Ctrl + drag" in window.status.currentMessage()
    hover(view, 50, 50)
    assert window.status.currentMessage() == ""
    hover(view, 20, 20)
    QApplication.sendEvent(view, QEvent(QEvent.Leave))
    assert window.status.currentMessage() == ""
    Mouse(view).drag(canvas_place(view, 20, 20), canvas_place(view, 40, 44), modifiers=Qt.ControlModifier)
    settle()
    boxes = [view.frame.box_from_stored(prompt.box) for prompt in annotation.prompts.values()]
    assert boxes == [BOXES[Plane.AXIAL], Box(20, 20, 40, 44)]


def test_what_was_said_of_a_failed_box_goes_with_the_failure(window, maker):
    show_volume(window, ct_phantom())
    view = view_of(window)
    for way_out in ("delete", "adjust", "again"):
        maker.engine.failures = ["There is not enough memory."] * 50  # the live masks of the drag fail too
        draw(view, BOXES[Plane.AXIAL])
        maker.engine.failures = []
        assert window.banners.texts == ["There is not enough memory."]
        if way_out == "delete":
            QTest.keyClick(view, Qt.Key_Delete)
        elif way_out == "adjust":
            drag(view, (30, 36), (38, 44))
        else:
            window.segmentation.retry()
        settle()
        assert not window.banners.texts, way_out
        while window.session.undo.can_undo:
            window.session.undo.undo()
        window.segmentation.cancel()
        view.set_index(view.index + 1)


def test_refusal_of_a_locked_label_goes_once_another_is_drawn(window):
    show_volume(window, ct_phantom())
    view, model = view_of(window), window.label_panel.model
    model.change(0, text="lock", locked=True)
    draw(view, BOXES[Plane.AXIAL])
    assert len(window.banners.texts) == 1
    model.change(0, text="unlock", locked=False)
    draw(view, BOXES[Plane.AXIAL])
    assert not window.banners.texts
    assert window.session.annotation.label_map.any()


def test_box_does_not_wait_for_a_model_that_is_back(new_window, maker):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    draw(view_of(window), BOXES[Plane.AXIAL])
    maker.engine.emit(WorkerLost("It ended. It starts again.", True))
    settle()
    assert "waits for the model" in window.status.currentMessage()
    maker.engine.emit(ModelLoaded(99, fake_model_info(), 0.1))
    settle()
    assert window.status.currentMessage() == "The mask is being computed…"


def test_label_locked_while_its_mask_is_computed_keeps_the_box(new_window, maker):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    view, model = view_of(window), window.label_panel.model
    draw(view, BOXES[Plane.AXIAL])
    model.change(0, text="lock", locked=True)
    maker.engine.deliver()
    settle()
    assert "locked" in window.banners.texts[0]
    assert not window.session.annotation.label_map.any()
    assert [box for _, box, _ in window.segmentation.tool.boxes(view)] == [BOXES[Plane.AXIAL]]
    model.change(0, text="unlock", locked=False)
    window.segmentation.retry()
    maker.engine.deliver()
    settle()
    assert window.session.annotation.label_map.any() and not window.banners.texts


@pytest.mark.parametrize("way", ["hidden", "deleted"])
def test_draft_of_a_label_that_went_away_is_not_shown(new_window, maker, way):
    def embedding(engine):
        engine.models["medsam_zoom"] = fake_model_info("big")
        engine.draft_first = True

    maker.mode, maker.prepare = "told", embedding
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    view, model = view_of(window), window.label_panel.model
    QTest.keyClick(window, Qt.Key_N)
    bare_colour = colour_at(view, 20, 20)
    draw(view, BOXES[Plane.AXIAL])
    (item,) = window.segmentation.queue
    item.draft = MaskPatch.from_full(np.ones(stored_slice(view.volume.array, 2, 0).shape, bool))
    window.segmentation.refresh()
    assert colour_at(view, 20, 20) != bare_colour
    if way == "hidden":
        model.change(1, text="hide", visible=False)
    else:
        model.remove(1)
    assert colour_at(view, 20, 20) == bare_colour
    assert not window.segmentation.tool.boxes(view)
    window.session.undo.undo()
    assert colour_at(view, 20, 20) != bare_colour, "it is still to come"


def test_drawing_with_a_hidden_label_shows_it(window):
    show_volume(window, ct_phantom())
    view, model = view_of(window), window.label_panel.model
    model.change(0, text="hide", visible=False)
    draw(view, BOXES[Plane.AXIAL])
    red, _, blue = colour_at(view, 22, 26)
    assert model.label(0).visible and red > blue + 30


class TestNothingHere:
    """The model says that there is nothing in a box: the box and the guess stay, and the user decides."""

    BOX = BOXES[Plane.AXIAL]

    @pytest.fixture
    def view(self, window, maker):
        """A view with a box that the model found nothing in."""
        show_volume(window, ct_phantom())
        maker.engine.says_nothing = True
        draw(view_of(window), self.BOX)
        return view_of(window)

    def press(self, window):
        """Press the button of the newest message."""
        QTest.mouseClick(window.banners.findChildren(Banner)[-1].findChild(QPushButton), Qt.LeftButton)
        settle()

    def test_it_is_said_with_a_way_out_and_nothing_is_painted(self, window, view):
        (text,) = window.banners.texts
        assert "found nothing in the box on slice 11" in text and "guess" in text
        assert not window.session.annotation.label_map.any() and not window.session.is_modified
        assert [b for _, b, _ in window.segmentation.tool.boxes(view)] == [self.BOX]
        assert window.status.currentMessage() == ""

    def test_one_row_speaks_of_the_newest_guess_and_a_click_on_another_box_of_its_own(self, window, view):
        QTest.keyClick(view, Qt.Key_Up)
        settle()
        draw(view, self.BOX)
        assert len(window.segmentation.queue) == 2
        (text,) = window.banners.texts
        assert "slice 12" in text
        QTest.keyClick(view, Qt.Key_Down)
        settle()
        QTest.mouseClick(view, Qt.LeftButton, Qt.NoModifier, place(view, *self.BOX.center))
        settle()
        (text,) = window.banners.texts
        assert "slice 11" in text

    def test_the_guess_is_seen_and_its_button_takes_it_as_one_step(self, window, view):
        x, y = self.BOX.center
        red, _, blue = colour_at(view, x + 2, y + 2)
        assert red > blue + 15, "the guess is orange over grey"
        self.press(window)
        labels = window.session.annotation.slice_labels(view.frame.axis, view.index)
        np.testing.assert_array_equal(labels == 1, ellipse(view, self.BOX))
        assert not window.banners.texts and not window.segmentation.queue
        assert len(window.session.annotation.prompts) == 1
        QTest.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
        assert not window.session.annotation.label_map.any()

    def test_a_key_takes_it_too(self, window, view, qtbot):
        QTest.keyClick(window, Qt.Key_U, Qt.AltModifier)
        qtbot.waitUntil(lambda: window.session.annotation.label_map.any())

    def test_the_box_can_be_corrected_instead(self, window, maker, view):
        maker.engine.says_nothing = False
        drag(view, (30, 36), (38, 44))
        assert not window.banners.texts
        labels = window.session.annotation.slice_labels(view.frame.axis, view.index)
        np.testing.assert_array_equal(labels == 1, ellipse(view, Box(10, 12, 38, 44)))

    def test_or_deleted_with_its_guess(self, window, view):
        x, y = self.BOX.center
        QTest.keyClick(view, Qt.Key_Delete)
        settle()
        assert not window.banners.texts and not window.segmentation.queue
        red, _, blue = colour_at(view, x + 2, y + 2)
        assert abs(red - blue) < 10

    def test_a_closed_message_comes_again_with_the_box(self, window, view):
        QTest.mouseClick(window.banners.findChildren(Banner)[-1].findChild(QToolButton), Qt.LeftButton)
        settle()
        for x, y, count in ((55, 50, 0), (20, 20, 1), (20, 20, 1)):
            QTest.mouseClick(view, Qt.LeftButton, Qt.NoModifier, place(view, x, y))
            settle()
            assert len(window.banners.texts) == count
        self.press(window)
        assert window.session.annotation.label_map.any()

    def test_one_message_is_for_all_such_boxes_of_a_slice(self, window, view):
        draw(view, Box(36, 30, 50, 44))
        assert len(window.banners.texts) == 1
        self.press(window)
        assert len(window.session.annotation.prompts) == 2 and not window.banners.texts

    def test_an_adjusted_box_keeps_its_mask_until_the_guess_is_taken(self, window, maker, view):
        self.press(window)
        before = window.session.annotation.label_map.copy()
        drag(view, (30, 36), (38, 44))
        np.testing.assert_array_equal(window.session.annotation.label_map, before)
        self.press(window)
        labels = window.session.annotation.slice_labels(view.frame.axis, view.index)
        np.testing.assert_array_equal(labels == 1, ellipse(view, Box(10, 12, 38, 44)))
        assert len(window.session.annotation.prompts) == 1

    def test_while_dragging_nothing_is_shown_for_nothing(self, window, view):
        hold(view, (36, 30), (50, 44))
        assert window.segmentation.display.live.patch is None
        QTest.keyClick(view, Qt.Key_Escape)
        QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, 50, 44))

    def test_another_image_of_another_size_shows_nothing_of_it(self, window, maker):
        show_volume(window, rgb_picture())
        maker.engine.says_nothing = True
        draw(window.view.current, Box(4, 4, 12, 12))
        assert len(window.segmentation.queue) == 1
        said = []
        window.presenter.message.connect(lambda kind, text, action: said.append(text))
        show_volume(window, grey16_picture((37, 21)))
        assert said == [] and not window.segmentation.queue

    def test_a_label_locked_meanwhile_costs_neither_box_nor_guess(self, window, view):
        window.label_panel.model.change(0, text="lock", locked=True)
        self.press(window)
        assert not window.session.annotation.label_map.any()
        assert "locked" in window.banners.texts[-1]
        window.label_panel.model.change(0, text="unlock", locked=False)
        self.press(window)
        assert window.session.annotation.label_map.any() and not window.banners.texts

    def test_a_mask_without_a_pixel_offers_no_guess(self, window, maker):
        show_volume(window, ct_phantom())
        maker.engine.answer = lambda prompts, shape_hw: np.zeros(shape_hw, bool)
        draw(view_of(window), self.BOX)
        assert window.banners.texts == ["The model found nothing in the box on slice 11."]
        maker.engine.answer = ellipse_mask
        self.press(window)
        assert window.session.annotation.label_map.any()
