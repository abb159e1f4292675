"""Choosing among candidates with real keys and clicks: after the release, and before anything is painted."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.document import PaintRule, paint_edit
from medsam.engine.jobs import MaskPatch, Predict
from medsam.prompts import Box
from medsam.ui import settings
from medsam.ui.controllers import candidate_view
from medsam.ui.controllers.candidates import PREVIEW, RELEASE, SETTING
from medsam.ui.panels.candidate_strip import THUMBNAIL
from tests.fakes import other_masks
from tests.phantoms import ct_phantom, grey16_picture, rgb_picture
from tests.ui.window_support import colour_at, drag, ellipse, hold, place, settle, show_volume, view_of

BOX, OTHER = Box(10, 12, 30, 36), Box(36, 30, 50, 44)


@pytest.fixture
def offering(new_window, maker):
    """A window whose engine offers three masks, with a volume."""
    maker.prepare = lambda engine: setattr(engine, "offers", 3)
    window = new_window()
    show_volume(window, ct_phantom())
    return window


@pytest.fixture
def previewing(offering):
    """The same; masks wait to be accepted."""
    offering.segmentation.candidates.set_mode(PREVIEW)
    return offering


def draw(window, box=BOX):
    """Draw on the axial view by mouse."""
    drag(view_of(window), (box.x0, box.y0), (box.x1, box.y1))
    return view_of(window)


def press(view, code, modifiers=Qt.NoModifier):
    QTest.keyClick(view, code, modifiers)
    settle()


def mask_of(window):
    view = view_of(window)
    return window.session.annotation.slice_labels(view.frame.axis, view.index) > 0


def masks_for(window, box=BOX):
    """What the engine offers for a box, in its order."""
    full = ellipse(view_of(window), box)
    return [full, *other_masks(full)]


def block(window, box, label_id, text="brush"):
    """Paint a rectangle of the view by hand."""
    view, annotation = view_of(window), window.session.annotation
    mask = np.zeros(mask_of(window).shape, bool)
    b = view.frame.box_to_stored(box)
    mask[int(b.y0) : int(b.y1), int(b.x0) : int(b.x1)] = True
    window.session.push(paint_edit(annotation, view.frame.axis, view.index, mask, label_id, text=text))
    settle()
    return mask


class TestOnRelease:
    def test_three_are_asked_for_and_the_first_is_painted(self, offering, maker):
        draw(offering)
        (request,) = [r for r in maker.engine.asked(Predict) if not r.channel]
        assert request.candidates == 3
        assert all(r.candidates == 1 for r in maker.engine.asked(Predict) if r.channel), "drags want one"
        np.testing.assert_array_equal(mask_of(offering), masks_for(offering)[0])

    def test_tab_exchanges_the_mask_within_the_same_step(self, offering):
        view, masks = draw(offering), masks_for(offering)
        for n in (1, 2, 0, 1):
            press(view, Qt.Key_Tab)
            np.testing.assert_array_equal(mask_of(offering), masks[n])
            assert offering.session.undo.count() == 1
        press(view, Qt.Key_Backtab, Qt.ShiftModifier)
        np.testing.assert_array_equal(mask_of(offering), masks[0])
        assert offering.session.undo.text(0) == "box on slice 11"
        press(view, Qt.Key_Tab)
        QTest.keyClick(offering, Qt.Key_Z, Qt.ControlModifier)
        settle()
        assert not mask_of(offering).any() and not offering.session.annotation.prompts
        QTest.keyClick(offering, Qt.Key_Y, Qt.ControlModifier)
        settle()
        np.testing.assert_array_equal(mask_of(offering), masks[1])
        assert len(offering.session.annotation.prompts) == 1

    def test_after_other_steps_the_exchange_is_a_step_of_its_own(self, offering):
        view, masks = draw(offering), masks_for(offering)
        block(offering, Box(44, 8, 50, 12), 1)
        before = offering.session.annotation.label_map.copy()
        press(view, Qt.Key_Tab)
        assert offering.session.undo.count() == 3
        np.testing.assert_array_equal(mask_of(offering)[masks[0]], masks[1][masks[0]])
        offering.actions_["undo"].trigger()
        np.testing.assert_array_equal(offering.session.annotation.label_map, before)

    def test_an_earlier_prompt_still_has_its_candidates(self, offering):
        view = draw(offering)
        draw(offering, OTHER)
        QTest.mouseClick(view, Qt.LeftButton, Qt.NoModifier, place(view, 20, 24))
        settle()
        press(view, Qt.Key_Tab)
        masks = masks_for(offering)
        np.testing.assert_array_equal(mask_of(offering)[masks[0]], masks[1][masks[0]])
        assert mask_of(offering)[masks_for(offering, OTHER)[0]].all()

    def test_neighbours_come_back_when_a_smaller_mask_is_taken(self, offering):
        QTest.keyClick(offering, Qt.Key_N)
        settle()
        block(offering, Box(12, 14, 28, 34), 2)
        offering.session.annotation.set_active_label(1)
        before = offering.session.annotation.label_map.copy()
        view, masks = draw(offering), masks_for(offering)
        press(view, Qt.Key_Tab)
        labels = offering.session.annotation.slice_labels(view.frame.axis, view.index)
        np.testing.assert_array_equal(labels == 1, masks[1])
        outside = ~masks[1]
        expected = before[:, :, view.index].T
        np.testing.assert_array_equal(labels[outside], expected[outside])

    def test_a_changed_box_forgets_the_old_candidates(self, offering):
        view = draw(offering)
        press(view, Qt.Key_Tab)
        drag(view, (30, 36), (38, 44))
        masks = masks_for(offering, Box(10, 12, 38, 44))
        np.testing.assert_array_equal(mask_of(offering), masks[0])
        press(view, Qt.Key_Tab)
        np.testing.assert_array_equal(mask_of(offering), masks[1])
        offering.actions_["undo"].trigger()
        np.testing.assert_array_equal(mask_of(offering), masks_for(offering)[1])

    def test_locks_and_the_rule_hold_for_every_candidate(self, offering):
        QTest.keyClick(offering, Qt.Key_N)
        settle()
        wall = block(offering, Box(12, 14, 16, 34), 2)
        offering.label_panel.model.change(1, text="lock", locked=True)
        offering.session.annotation.set_active_label(1)
        view = draw(offering)
        for _ in range(3):
            press(view, Qt.Key_Tab)
            labels = offering.session.annotation.slice_labels(view.frame.axis, view.index)
            assert (labels[wall] == 2).all()

    def test_without_an_offer_tab_walks_through_the_controls(self, offering):
        view = view_of(offering)
        view.setFocus()
        press(view, Qt.Key_Tab)
        assert QApplication.focusWidget() is not view
        assert not offering.actions_["candidate_next"].isEnabled()
        assert "one mask only" in offering.actions_["candidate_next"].toolTip()

    def test_tab_stays_in_the_picture_while_masks_are_computed(self, offering, maker):
        maker.engine.mode = "told"
        view = view_of(offering)
        view.setFocus()
        draw(offering)
        press(view, Qt.Key_Tab)
        assert QApplication.focusWidget() is view
        maker.engine.deliver()
        settle()
        press(view, Qt.Key_Tab)
        np.testing.assert_array_equal(mask_of(offering), masks_for(offering)[1])

    def test_tab_in_the_side_panel_never_changes_a_mask(self, offering):
        draw(offering)
        before = mask_of(offering)
        offering.window_panel.setFocus()
        offering.choice.options.mode.setFocus()
        QTest.keyClick(offering.choice.options.mode, Qt.Key_Tab)
        settle()
        np.testing.assert_array_equal(mask_of(offering), before)


class TestAfterALook:
    def test_nothing_is_painted_until_enter(self, previewing):
        view, masks = draw(previewing), masks_for(previewing)
        assert not mask_of(previewing).any() and not previewing.session.is_modified
        press(view, Qt.Key_Tab)
        assert not mask_of(previewing).any()
        press(view, Qt.Key_Return)
        np.testing.assert_array_equal(mask_of(previewing), masks[1])
        assert previewing.session.undo.count() == 1 and not previewing.segmentation.queue

    def test_the_mask_on_show_is_seen(self, previewing):
        view = view_of(previewing)
        previewing.actions_["candidate_shade"].setChecked(False)
        bare = colour_at(view, 22, 26)
        draw(previewing)
        seen = colour_at(view, 22, 26)
        assert seen[0] - seen[2] > bare[0] - bare[2] + 15
        press(view, Qt.Key_Escape)
        assert colour_at(view, 22, 26) == bare

    def test_escape_rejects_mask_and_box(self, previewing):
        view = draw(previewing)
        press(view, Qt.Key_Escape)
        assert not previewing.segmentation.queue and not previewing.segmentation.tool.boxes(view)
        assert not mask_of(previewing).any() and not previewing.session.is_modified

    def test_a_draft_never_blocks(self, previewing):
        view = draw(previewing)
        draw(previewing, OTHER)
        assert len(previewing.segmentation.queue) == 2 and not mask_of(previewing).any()
        press(view, Qt.Key_Return)
        np.testing.assert_array_equal(mask_of(previewing), masks_for(previewing, OTHER)[0])
        press(view, Qt.Key_Return)
        both = masks_for(previewing)[0] | masks_for(previewing, OTHER)[0]
        np.testing.assert_array_equal(mask_of(previewing), both)

    def test_rejecting_a_changed_box_keeps_the_one_before(self, previewing):
        view = draw(previewing)
        press(view, Qt.Key_Return)
        before = previewing.session.annotation.label_map.copy()
        drag(view, (30, 36), (38, 44))
        np.testing.assert_array_equal(previewing.session.annotation.label_map, before)
        press(view, Qt.Key_Escape)
        np.testing.assert_array_equal(previewing.session.annotation.label_map, before)
        (prompt,) = previewing.session.annotation.prompts.values()
        assert view.frame.box_from_stored(prompt.box) == BOX
        assert [b for _, b, _ in previewing.segmentation.tool.boxes(view)] == [BOX]

    def test_buttons_of_the_options_do_the_same(self, previewing):
        draw(previewing)
        options = previewing.choice.options
        assert options.accept.isVisible() and options.reject.isVisible()
        QTest.mouseClick(options.reject, Qt.LeftButton)
        settle()
        assert not previewing.segmentation.queue and not options.reject.isVisible()
        draw(previewing)
        QTest.mouseClick(options.next, Qt.LeftButton)
        QTest.mouseClick(options.accept, Qt.LeftButton)
        settle()
        np.testing.assert_array_equal(mask_of(previewing), masks_for(previewing)[1])

    def test_what_would_be_taken_is_hatched_and_named(self, previewing):
        QTest.keyClick(previewing, Qt.Key_N)
        settle()
        taken = block(previewing, Box(12, 14, 20, 34), 2)
        previewing.session.annotation.set_active_label(1)
        view, masks = draw(previewing), masks_for(previewing)
        lost = int((taken & masks[0]).sum())
        assert f"{lost:,}" in previewing.overlap.text and "Label 2" in previewing.overlap.text
        press(view, Qt.Key_Escape)
        assert previewing.overlap.text == ""

    def test_the_preview_keeps_to_the_rule(self, previewing):
        QTest.keyClick(previewing, Qt.Key_N)
        settle()
        block(previewing, Box(12, 14, 20, 34), 2)
        previewing.session.annotation.set_active_label(1)
        previewing.session.set_rule(PaintRule("background"))
        view = draw(previewing)
        assert previewing.overlap.text == ""
        press(view, Qt.Key_Return)
        labels = previewing.session.annotation.slice_labels(view.frame.axis, view.index)
        np.testing.assert_array_equal(labels == 1, masks_for(previewing)[0] & (labels != 2))

    def test_an_offer_of_another_slice_is_not_accepted_unseen(self, previewing):
        view = draw(previewing)
        view.set_index(view.index + 2)
        settle()
        press(view, Qt.Key_Return)
        assert len(previewing.segmentation.queue) == 1 and not previewing.session.is_modified
        view.set_index(view.index - 2)
        settle()
        press(view, Qt.Key_Return)
        assert mask_of(previewing).any()

    def test_a_label_locked_meanwhile_costs_no_box(self, previewing):
        view = draw(previewing)
        previewing.label_panel.model.change(0, text="lock", locked=True)
        press(view, Qt.Key_Return)
        assert "locked" in previewing.banners.texts[-1] and len(previewing.segmentation.queue) == 1
        assert not mask_of(previewing).any()

    def test_what_was_let_go_of_still_waits_for_enter_or_escape(self, previewing):
        view = draw(previewing)
        draw(previewing, OTHER)
        QTest.keyClick(previewing, Qt.Key_P, Qt.ShiftModifier)
        settle()
        assert previewing.segmentation.display.selected is None
        press(view, Qt.Key_Escape)
        press(view, Qt.Key_Return)
        np.testing.assert_array_equal(mask_of(previewing), masks_for(previewing)[0])

    def test_hidden_masks_are_not_accepted_unseen(self, previewing):
        view = draw(previewing)
        QTest.keyClick(previewing, Qt.Key_X)
        settle()
        press(view, Qt.Key_Return)
        assert not mask_of(previewing).any() and not previewing.choice.strip(view).isVisible()
        QTest.keyClick(previewing, Qt.Key_X)
        settle()
        assert previewing.choice.strip(view).isVisible()

    def test_opening_another_image_forgets_the_offer(self, previewing):
        draw(previewing)
        show_volume(previewing, ct_phantom(seed=1))
        assert not previewing.segmentation.queue and previewing.segmentation.candidates.offer is None

    def test_another_tool_leaves_the_offer_waiting(self, previewing):
        view = draw(previewing)
        previewing.view.choose_tool("crosshair")
        settle()
        press(view, Qt.Key_Return)
        assert not mask_of(previewing).any() and len(previewing.segmentation.queue) == 1
        previewing.view.choose_tool("box")
        settle()
        press(view, Qt.Key_Return)
        assert mask_of(previewing).any()


class TestStripAndShade:
    @pytest.mark.parametrize("picture", [ct_phantom, grey16_picture, rgb_picture])
    def test_a_thumbnail_is_clicked(self, offering, picture):
        show_volume(offering, picture())
        view = draw(offering)
        strip = offering.choice.strip(view)
        assert strip.isVisible() and len(strip._thumbnails) == 3
        assert strip.geometry().right() <= view.width() and strip.geometry().top() >= 0
        assert "quality 0.80" in strip._thumbnails[1].accessibleName()
        QTest.mouseClick(strip._thumbnails[2], Qt.LeftButton)
        settle()
        np.testing.assert_array_equal(mask_of(offering), masks_for(offering)[2])
        assert [t.isChecked() for t in strip._thumbnails] == [False, False, True]

    def test_it_goes_with_the_selection_the_slice_and_the_tool(self, offering):
        view = draw(offering)
        strip = offering.choice.strip(view)
        view.set_index(view.index + 1)
        settle()
        assert not strip.isVisible()
        view.set_index(view.index - 1)
        settle()
        assert strip.isVisible()
        offering.view.choose_tool("crosshair")
        assert not strip.isVisible()
        offering.view.choose_tool("box")
        assert strip.isVisible()
        press(view, Qt.Key_Escape)
        assert not strip.isVisible()

    def test_it_lies_beside_the_object_and_makes_way_for_the_mouse(self, offering):
        view = view_of(offering)
        for box in (Box(40, 2, 62, 20), Box(2, 2, 20, 20), Box(10, 30, 30, 50)):
            draw(offering, box)
            strip = offering.choice.strip(view)
            area = view.transform.box_to_view(box)
            assert strip.isVisible()
            at = strip.geometry()
            apart = at.right() < area.x0 or at.left() > area.x1 or at.bottom() < area.y0 or at.top() > area.y1
            assert apart, box
        view.zoom_by(6.0)
        assert view.rect().contains(strip.geometry()), "where there is no free corner, in any"
        hold(view, (20, 20), (24, 24))
        assert not strip.isVisible()
        QTest.keyClick(view, Qt.Key_Escape)
        QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, 24, 24))
        assert strip.isVisible()

    def test_a_single_mask_needs_no_strip(self, offering, maker):
        maker.engine.offers = 1
        view = draw(offering)
        assert not offering.choice.strip(view).isVisible()
        assert offering.choice.options.quality.text() == "Quality 0.90"

    def test_quality_and_agreement_are_said(self, offering):
        draw(offering)
        agreement = offering.segmentation.candidates.offer.answer.agreement
        text = f"Quality 0.90, candidates agree {round(100 * agreement)} %"
        assert offering.choice.options.quality.text() == text
        assert offering.status.currentMessage() == text
        press(view_of(offering), Qt.Key_Tab)
        assert offering.status.currentMessage() == text.replace("0.90", "0.80")

    def test_the_quality_of_a_mask_is_not_said_of_the_next_image(self, offering):
        draw(offering)
        assert offering.status.currentMessage().startswith("Quality")
        show_volume(offering, rgb_picture())
        assert offering.status.currentMessage() == ""

    def test_disagreement_is_shaded_where_masks_differ_and_can_be_switched_off(self, offering):
        view = draw(offering)
        masks = [view.frame.from_stored(m) for m in masks_for(offering)]
        differ = np.argwhere(masks[0] & ~masks[1] & ~masks[2])
        y, x = differ[len(differ) // 2]
        with_shade = colour_at(view, x + 0.5, y + 0.5)
        offering.actions_["candidate_shade"].trigger()
        without = colour_at(view, x + 0.5, y + 0.5)
        assert with_shade[2] > without[2] + 30, "bluish over orange"
        same = np.argwhere(masks[0] & masks[1] & masks[2])
        y, x = same[len(same) // 2]
        plain = colour_at(view, x + 0.5, y + 0.5)
        offering.actions_["candidate_shade"].trigger()
        assert colour_at(view, x + 0.5, y + 0.5) == plain

    def test_no_shade_while_another_box_is_dragged(self, offering):
        view = draw(offering)
        hold(view, (36, 30), (50, 44))
        assert offering.segmentation.shapes.shade_of(view) is None
        QTest.keyClick(view, Qt.Key_Escape)
        QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, 50, 44))
        settle()
        assert offering.segmentation.shapes.shade_of(view) is not None


class TestMode:
    def test_it_is_chosen_in_the_options_and_remembered(self, offering, new_window):
        options = offering.choice.options
        options.mode.setCurrentIndex(options.mode.findData(PREVIEW))
        options.mode.activated.emit(options.mode.currentIndex())
        assert settings.value(SETTING) == PREVIEW
        assert new_window().segmentation.candidates.mode == PREVIEW
        offering.segmentation.candidates.set_mode(RELEASE)
        assert options.mode.currentData() == RELEASE

    def test_an_unknown_setting_is_the_default(self, new_window):
        settings.remember(SETTING, "somehow")
        assert new_window().segmentation.candidates.mode == RELEASE

    def test_offers_that_wait_are_kept_when_the_mode_changes(self, previewing):
        view = draw(previewing)
        previewing.segmentation.candidates.set_mode(RELEASE)
        assert not mask_of(previewing).any()
        press(view, Qt.Key_Return)
        assert mask_of(previewing).any()


def test_drafts_have_a_preview_and_the_final_masks_the_choice(new_window, maker):
    from tests.fakes import fake_model_info

    def embedding(engine):
        engine.models["medsam_zoom"] = fake_model_info("big")
        engine.draft_first, engine.offers = True, 3

    maker.prepare = embedding
    window = new_window()
    show_volume(window, ct_phantom())
    seen = []
    window.bridge.answered.connect(lambda a: seen.append((a.draft, len(a.masks), a.agreement is not None)))
    window.segmentation.draw(view_of(window), BOX)
    settle()
    assert seen == [(True, 3, True), (False, 3, True)]
    assert isinstance(window.segmentation.candidates.offer.answer.masks[1], MaskPatch)


@pytest.mark.parametrize("side", [2 * THUMBNAIL, 40])
def test_thumbnail_holds_its_own_pixels_whatever_its_size(qapp, monkeypatch, side):
    words: list[np.ndarray] = []
    as_image = candidate_view.argb_image
    monkeypatch.setattr(candidate_view, "argb_image", lambda array: words.append(array) or as_image(array))
    mask = np.ones((side, side), bool)
    rgb = np.full((side, side, 3), 80.0, np.float32)
    image = candidate_view._thumbnail(rgb, mask, mask, (255, 160, 0), 1.0, 1.0)
    shown = image.pixelColor(5, 5).rgb()
    words[0][:] = 0
    assert (image.width(), image.height()) == (2 * THUMBNAIL, 2 * THUMBNAIL)
    assert image.pixelColor(5, 5).rgb() == shown != 0
