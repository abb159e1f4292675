"""What may be painted over: chosen on a card, told by a chip, obeyed by tools."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QToolButton

from medsam.document import (
    EVERYTHING,
    Label,
    PaintRule,
    SetLabels,
    default_colour,
    paint_block_edit,
    remove_labels_edit,
)
from medsam.intensity import Window
from medsam.ui.panels.rule_control import rule_text
from medsam.volume import Volume
from tests.phantoms import ct_phantom
from tests.ui.window_support import drag, hover, settle, show_volume, view_of


@pytest.fixture
def labels(window):
    """A window with liver and vessel; the liver has a block of the middle slices; vessel is active."""
    show_volume(window, ct_phantom())
    table = (Label(1, "Liver", default_colour(1)), Label(2, "Vessel", default_colour(2)))
    window.session.push(SetLabels(table))
    k = view_of(window).index
    region = (slice(10, 30), slice(10, 30), slice(k - 1, k + 2))
    ones = np.ones((20, 20, 3), bool)
    window.session.push(paint_block_edit(window.session.annotation, region, ones, 1))
    window.session.annotation.set_active_label(2)
    settle()
    return window.labels


def press(button):
    """Click a button of the card."""
    QTest.mouseClick(button, Qt.LeftButton, Qt.NoModifier, button.rect().center() / 4)
    settle()


@pytest.mark.parametrize("side", ["another tab", "hidden"])
def test_where_no_button_is_seen_the_card_opens_over_the_picture(window, labels, side):
    if side == "hidden":
        window.actions_["side_panel"].trigger()
    else:
        window.workplace.show_tab("history")
    settle()
    view = view_of(window)
    assert not labels.rule_button.isVisible()
    QTest.keyClick(view, Qt.Key_U)
    settle()
    card = labels.card
    picture = view.rect().translated(view.mapToGlobal(view.rect().topLeft()))
    assert card.isVisible() and picture.contains(card.frameGeometry().center())
    assert picture.top() <= card.y()
    # Where the card is wider than the picture, it begins where the picture does.
    is_wider = card.width() > picture.width()
    gap = card.x() - picture.left() if is_wider else card.frameGeometry().right() - picture.right()
    assert abs(gap) < 30
    QTest.keyClick(card.choices.checkedButton(), Qt.Key_Escape)
    settle()
    assert not card.isVisible()


def test_every_choice_is_taken_at_once(window, labels):
    card = labels.card
    window.actions_["paint_rule"].trigger()
    assert card.isVisible() and card.everything.isChecked() and not card.label.isEnabled()
    press(card.background)
    assert window.session.rule == PaintRule("background")
    press(card.inside)
    assert window.session.rule == PaintRule("label", 1), "the label that is not being painted"
    card.label.setCurrentIndex(1)
    card.label.activated.emit(1)
    assert window.session.rule == PaintRule("label", 2)
    press(card.reset)
    assert window.session.rule == EVERYTHING and card.everything.isChecked()
    QTest.keyClick(card, Qt.Key_Escape)
    assert not card.isVisible()


def test_the_range_begins_with_the_present_window_and_keeps_its_order(window, labels):
    card, session = labels.card, window.session
    window.view.set_window(Window(50, 200))
    labels.show_rule()
    press(card.ranged)
    assert session.rule == PaintRule(intensity=(-50, 150)) and card.unit.text() == "HU"
    card.low.setValue(300)
    assert session.rule.intensity == (300, 300)
    window.view.set_window(Window(0, 1000))
    press(card.from_window)
    assert session.rule.intensity == (-500, 500)
    press(card.ranged)
    assert session.rule == EVERYTHING
    card.close()


def test_typing_a_range(window, labels):
    labels.show_rule()
    press(labels.card.ranged)
    field = labels.card.high.lineEdit()
    field.selectAll()
    QTest.keyClicks(field, "77")
    QTest.keyClick(field, Qt.Key_Return)
    assert window.session.rule.intensity[1] == 77
    field.selectAll()
    QTest.keyClicks(field, "88")
    labels.card.close()
    assert window.session.rule.intensity[1] == 88, "what was typed counts though Enter was not pressed"


def test_the_chip_says_what_holds_and_ends_it(window, labels):
    chip = labels.chip
    assert not chip.isVisible() and labels.rule_button.text().startswith("Paint over")
    window.session.set_rule(PaintRule("label", 1, (-50, 200)))
    settle()
    assert chip.isVisible() and chip.text.full_text() == "Only inside Liver, −50..200 HU"
    assert "Only inside Liver" in labels.rule_button.text()
    assert window.actions_["no_rule"].isEnabled()
    QTest.mouseClick(chip, Qt.LeftButton)
    assert labels.card.isVisible()
    labels.card.close()
    QTest.mouseClick(chip.close_button, Qt.LeftButton)
    settle()
    assert window.session.rule == EVERYTHING and not chip.isVisible()
    no_rule = window.actions_["no_rule"]
    assert not no_rule.isEnabled() and "no limits now" in no_rule.toolTip()


def test_the_chip_leaves_the_other_buttons_their_place(window, labels):
    window.label_panel.model.change(0, text="x", name="A name that is far too long for any toolbar " * 3)
    bar = window.actions_.toolbar
    for width in (1024, 1366, 1600):
        window.resize(width, 700)
        window.session.set_rule(EVERYTHING)
        settle()
        assert not bar.findChild(QToolButton, "qt_toolbar_ext_button").isVisible()
        window.session.set_rule(PaintRule("label", 1, (-50, 200)))
        settle()
        assert not bar.findChild(QToolButton, "qt_toolbar_ext_button").isVisible(), width
        assert labels.chip.close_button.isVisible()


def test_what_is_disabled_says_why(window, labels):
    labels.show_rule()
    card = labels.card
    for widget in (card.label, card.low, card.high, card.from_window, card.reset):
        assert not widget.isEnabled() and widget.toolTip()
    card.close()


def test_words_follow_the_name_of_the_label(window, labels):
    window.session.set_rule(PaintRule("label", 1))
    window.label_panel.model.change(0, text="x", name="Leber")
    assert labels.chip.text.full_text() == "Only inside Leber"
    window.label_panel.model.change(0, text="x", name="Right kidney with hilum and pelvis")
    window.session.set_rule(PaintRule("label", 1, (0, 1)))
    assert labels.chip.text.full_text() == "Only inside Right kidney with hil…, 0..1 HU"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (EVERYTHING, "Everything unlocked"),
        (PaintRule("background"), "Only unlabelled voxels"),
        (PaintRule("background", intensity=(0, 1.5)), "Only unlabelled voxels, 0..1.5"),
        (PaintRule(intensity=(-3, 9)), "Only values −3..9"),
        (PaintRule("label", 7), "Only inside 7"),
    ],
)
def test_words(rule, text):
    assert rule_text(rule, None) == text


def test_a_rule_about_a_deleted_label_ends_with_it(window, labels):
    session = window.session
    session.set_rule(PaintRule("label", 1, (0, 9)))
    session.push(remove_labels_edit(session.annotation, [1]))
    assert session.rule == PaintRule(intensity=(0, 9))


def test_shift_y_paints_inside_the_label_under_the_mouse_and_again_everywhere(window, labels):
    view = view_of(window)
    hover(view, *view.frame.point_from_stored(20.5, 20.5))
    view.setFocus()
    QTest.keyClick(view, Qt.Key_Y, Qt.ShiftModifier)
    assert window.session.rule == PaintRule("label", 1)
    QTest.keyClick(view, Qt.Key_Y, Qt.ShiftModifier)
    assert window.session.rule == EVERYTHING


def test_a_box_takes_only_what_the_rule_allows(window, labels):
    view, annotation = view_of(window), window.session.annotation
    window.session.set_rule(PaintRule("label", 1))
    before = annotation.label_map.copy()
    a, b = view.frame.point_from_stored(5, 5), view.frame.point_from_stored(25, 25)
    drag(view, a, b)
    painted = annotation.label_map == 2
    assert painted.any() and (before[painted] == 1).all()


def test_another_image_begins_without_limits(window, labels):
    window.session.set_rule(PaintRule("label", 1))
    window.session.open(None)
    settle()
    assert not labels.chip.isVisible()
    show_volume(window, ct_phantom())
    assert window.session.rule == EVERYTHING


def test_real_numbers_keep_their_fractions(window, labels):
    volume = Volume(np.linspace(0, 1, 4096, dtype=np.float32).reshape(16, 16, 16), np.eye(4), modality="MR")
    show_volume(window, volume)
    labels.show_rule()
    press(labels.card.ranged)
    assert labels.card.low.decimals() == 3
    labels.card.high.setValue(0.125)
    assert window.session.rule.intensity[1] == 0.125
    labels.card.close()
