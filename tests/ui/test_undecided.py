"""Masks that nobody accepted and boxes without a mask: no image takes their place unasked."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtWidgets import QMessageBox

from medsam.prompts import Box
from medsam.ui.controllers.candidates import PREVIEW
from tests.phantoms import ct_phantom
from tests.ui.window_support import answering, button, drag, ellipse, settle, show_volume, view_of

BOX, OTHER = Box(10, 12, 30, 36), Box(36, 30, 50, 44)
ACCEPT, REJECT, STAY = QMessageBox.Yes, QMessageBox.Discard, QMessageBox.Cancel


def draw(window, box):
    """Draw on the axial view by mouse."""
    drag(view_of(window), (box.x0, box.y0), (box.x1, box.y1))


@pytest.fixture
def waiting(window, tmp_path):
    """A window with two masks that wait to be accepted, and nothing in the document."""
    show_volume(window, ct_phantom())
    window.segmentation.candidates.set_mode(PREVIEW)
    draw(window, BOX)
    draw(window, OTHER)
    assert len(window.segmentation.queue) == 2 and not window.session.is_modified
    return window


def replace(window):
    """Close the image as the menu does."""
    window.actions_["close"].trigger()
    settle()


def test_whoever_stays_has_everything_as_it_was(waiting):
    volume = waiting.session.volume
    with answering(button(STAY)) as said:
        replace(waiting)
    (text,) = said
    assert text.startswith("2 masks in ") and waiting.session.volume is volume
    assert [item.is_offered for item in waiting.segmentation.queue] == [True, True]


def test_accepted_they_are_ink_that_is_asked_about_like_any_other(waiting):
    view = view_of(waiting)
    both = ellipse(view, BOX) | ellipse(view, OTHER)

    def press(dialog):
        button(ACCEPT if dialog.button(ACCEPT) is not None else STAY)(dialog)

    with answering(press) as said:
        replace(waiting)
    assert len(said) == 2 and "not saved" in said[1]
    annotation = waiting.session.annotation
    painted = annotation.slice_labels(view.frame.axis, view.index) > 0
    assert np.array_equal(painted, both) and not len(waiting.segmentation.queue)


def test_rejected_they_hold_nothing_back(waiting):
    with answering(button(REJECT)) as said:
        replace(waiting)
    assert len(said) == 1 and waiting.session.volume is None


def test_a_lock_keeps_them_and_the_image(waiting):
    annotation = waiting.session.annotation
    waiting.label_panel.model.change(0, text="lock", locked=True)
    with answering(button(ACCEPT)) as said:
        replace(waiting)
    assert len(said) == 1 and waiting.session.annotation is annotation
    assert "locked" in waiting.banners.texts[-1] and len(waiting.segmentation.queue) == 2


def test_opening_another_image_and_the_end_of_the_program_ask_as_well(waiting, tmp_path):
    other = tmp_path / "other.nii.gz"
    with answering(button(STAY)) as said:
        waiting.files.open(other)
        waiting.files.open_sample("torso", "Torso")
        waiting.close()
    assert len(said) == 3 and all("2 masks" in text for text in said)
    assert waiting.isVisible() and not waiting.files.is_opening
    with answering(button(REJECT)):
        waiting.close()
    assert not waiting.isVisible()


def test_boxes_without_a_mask_are_asked_about_once(new_window, maker):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    show_volume(window, ct_phantom())
    draw(window, BOX)
    assert len(window.segmentation.queue) == 1
    with answering(button(STAY)) as said:
        replace(window)
    assert "no mask yet" in said[0] and window.session.volume is not None
    maker.engine.deliver()
    settle()
    assert window.session.annotation.label_map.any(), "it came after all"
    draw(window, OTHER)
    window.session.mark_saved(None)
    with answering(button(REJECT)) as said:
        replace(window)
    assert len(said) == 1 and window.session.volume is None


def test_what_is_drawn_while_a_file_is_read_is_asked_about(window, tmp_path, qtbot):
    from medsam.io import write_label_map

    volume = ct_phantom()
    path = write_label_map(tmp_path / "other.nii.gz", np.zeros(volume.shape, np.uint16), volume.geometry)
    show_volume(window, volume)
    window.segmentation.candidates.set_mode(PREVIEW)
    with answering(button(STAY)) as said:
        window.files.open(path)
        draw(window, BOX)
        qtbot.waitUntil(lambda: bool(said), timeout=30_000)
    assert "A mask in " in said[0] and window.session.volume is volume
    assert len(window.segmentation.queue) == 1
