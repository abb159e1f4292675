"""Sets of labels through the window: loaded, saved, refused; no voxel changes."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtWidgets import QFileDialog

from medsam.document import Label, SetLabels
from medsam.document.label_sets import read_label_set
from medsam.ui import first_labels, settings
from medsam.ui.controllers.files import prepare
from tests.phantoms import ct_phantom
from tests.ui.window_support import answering, drag, show_volume, view_of


@pytest.fixture
def labels(window):
    """A window with a box painted in label 1."""
    show_volume(window, ct_phantom())
    drag(view_of(window), (10, 12), (30, 36))
    return window.labels


def table(window):
    """Numbers and names."""
    return [(label.id, label.name) for label in window.session.annotation.labels]


def test_a_set_is_taken_in_as_one_step(window, labels, tmp_path):
    path = tmp_path / "organs.label"
    path.write_text('1 255 0 0 1 1 1 "Liver"\n7 0 255 0 1 1 1 "Spleen"\n')
    before, steps = window.session.annotation.label_map.copy(), window.session.undo.count()
    with answering(lambda dialog: dialog.accept()) as said:
        labels.load(path)
    assert said[0] == "Load label set"
    assert table(window) == [(1, "Liver"), (7, "Spleen")]
    np.testing.assert_array_equal(window.session.annotation.label_map, before)
    assert window.session.undo.count() == steps + 1
    window.actions_["undo"].trigger()
    assert table(window) == [(1, "Label 1")]


def test_the_dialog_says_what_will_happen(window, labels, tmp_path):
    window.session.push(SetLabels((Label(1, "Spleen", (1, 2, 3)), Label(2, "Gut", (1, 2, 3)))))
    path = tmp_path / "organs.json"
    path.write_text('[{"name": "spleen", "id": 2}, {"name": "Liver", "id": 3}]')
    seen = []

    def choose(dialog):
        seen.append(dialog.effect.text())
        dialog.by_name.setChecked(True)
        dialog.drop.setChecked(True)
        seen.append(dialog.effect.text())
        dialog.accept()

    with answering(choose):
        labels.load(path)
    assert seen[0].startswith("1 of them are here already")
    assert table(window) == [(1, "spleen"), (3, "Liver")], "Gut is unused and goes"


def test_a_set_without_numbers_is_matched_by_name(window, labels, tmp_path):
    path = tmp_path / "names.json"
    path.write_text('[{"name": "Liver"}]')
    seen = []

    def look(dialog):
        seen.append((dialog.by_number.isEnabled(), dialog.match))
        dialog.reject()

    with answering(look):
        labels.load(path)
    assert seen == [(False, "name")] and table(window) == [(1, "Label 1")]


def test_a_bad_file_is_one_sentence_and_no_step(window, labels, tmp_path):
    path = tmp_path / "bad.label"
    path.write_text("# x\n1 2 oops\n")
    steps = window.session.undo.count()
    labels.load(path)
    (text,) = window.banners.texts
    assert text.startswith("bad.label, line 2") and window.session.undo.count() == steps


def test_save_adds_the_ending_of_the_chosen_kind(window, labels, tmp_path, monkeypatch):
    answer = (str(tmp_path / "mine"), "ITK-SNAP label descriptions (*.label)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answer)
    window.actions_["save_labels"].trigger()
    (entry,) = read_label_set(tmp_path / "mine.label")
    assert (entry.id, entry.name) == (1, "Label 1")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "mine.label"), ""))
    with answering(lambda dialog: dialog.accept()):
        window.actions_["load_labels"].trigger()
    assert table(window) == [(1, "Label 1")]


class TestFirstLabels:
    def open_anew(self):
        """Open an image as the window does."""
        return [(x.id, x.name) for x in prepare(ct_phantom(), None).annotation.labels]

    def test_new_images_begin_with_the_labels_that_were_kept(self, window, labels):
        assert not window.actions_["forget_labels"].isEnabled()
        assert self.open_anew() == [(1, "Label 1")]
        table = (Label(2, "Leber, rechts", (1, 2, 3), locked=True), Label(9, "Milz", (4, 5, 6)))
        window.session.push(SetLabels(table))
        window.actions_["keep_labels"].trigger()
        assert self.open_anew() == [(2, "Leber, rechts"), (9, "Milz")]
        assert window.actions_["forget_labels"].isEnabled()
        window.actions_["forget_labels"].trigger()
        assert self.open_anew() == [(1, "Label 1")]

    def test_nothing_is_locked_or_hidden_from_the_start(self, window, labels):
        first_labels.remember([Label(3, "Aorta", (1, 2, 3), visible=False, locked=True, style="outline")])
        (label,) = first_labels.first_labels()
        assert label == Label(3, "Aorta", (1, 2, 3), style="outline")

    def test_damaged_settings_are_passed_over(self, window, labels):
        settings.remember("labels/first", "{broken")
        assert self.open_anew() == [(1, "Label 1")]
