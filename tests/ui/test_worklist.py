"""Working through many cases with real keys: draw, next, saved and read back, done, flagged, restart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QInputDialog, QMessageBox

from medsam.document.worklist import CaseState
from medsam.document.worklist_file import NAME
from medsam.errors import WriteError
from medsam.io import read_label_map, write_label_map, write_volume
from medsam.ui import translation
from medsam.ui.language_switch import forget, renew
from tests.phantoms import ct_phantom
from tests.ui.window_support import answering, button, drag, settle, view_of

DONE, OPEN, BEGUN, FLAGGED = (
    CaseState.DONE,
    CaseState.NOT_STARTED,
    CaseState.IN_PROGRESS,
    CaseState.FLAGGED,
)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Three small scans; sorted by name, case10 would come before case2."""
    folder = tmp_path / "set"
    folder.mkdir()
    for seed, name in enumerate(("case1", "case2", "case10")):
        write_volume(folder / f"{name}.nii.gz", ct_phantom((40, 36, 6), seed=seed))
    return folder


def open_list(window, qtbot, path):
    """Open a list and wait for its first case."""
    with qtbot.waitSignal(window.worklist.settled, timeout=20_000):
        window.worklist.open(path)
    settle()


def press(window, qtbot, key, modifiers=Qt.ControlModifier):
    """Press a key in the panes and wait until a case is open, or stays."""
    # Shortcuts work in the active window only, and a bare screen activates none by itself.
    QApplication.setActiveWindow(window)
    settle()
    with qtbot.waitSignal(window.worklist.settled, timeout=20_000):
        QTest.keyClick(window.view.current, key, modifiers)
    settle()


def draw(window, box=(8, 8, 24, 22)):
    """Draw a box on the axial view by mouse."""
    drag(view_of(window), box[:2], box[2:])


def name(window) -> str:
    return window.worklist.current[0]


def states(window) -> list[CaseState]:
    return [case.state for case in window.worklist.worklist.cases]


def stored(folder, qtbot=None) -> dict:
    data = json.loads((folder / NAME).read_text())
    return {case["image"]: case for case in data["cases"]}


def test_next_saves_to_a_file_that_reads_back_and_asks_nothing(window, qtbot, folder):
    open_list(window, qtbot, folder)
    assert name(window) == "case1.nii.gz"
    assert window.workplace.side.currentWidget() is window.worklist.panel
    draw(window)
    drawn = window.session.annotation.label_map.copy()
    assert drawn.any() and window.session.is_modified and states(window)[0] is BEGUN
    press(window, qtbot, Qt.Key_PageDown)
    assert name(window) == "case2.nii.gz" and not window.session.is_modified
    saved, _ = read_label_map(folder / "case1_mask.nii.gz", window.session.volume.geometry)
    assert np.array_equal(saved, drawn)
    assert window.session.annotation.is_empty
    press(window, qtbot, Qt.Key_PageDown)
    assert name(window) == "case10.nii.gz"
    assert not (folder / "case2_mask.nii.gz").exists(), "nothing was drawn there"
    press(window, qtbot, Qt.Key_PageUp)
    press(window, qtbot, Qt.Key_PageUp)
    assert name(window) == "case1.nii.gz"
    assert np.array_equal(window.session.annotation.label_map, drawn) and not window.session.is_modified
    assert window.session.target == folder / "case1_mask.nii.gz"


def test_done_and_next_walks_the_unfinished_cases(window, qtbot, folder):
    open_list(window, qtbot, folder)
    draw(window)
    press(window, qtbot, Qt.Key_Return)
    assert (name(window), states(window)) == ("case2.nii.gz", [DONE, OPEN, OPEN])
    press(window, qtbot, Qt.Key_PageDown)
    press(window, qtbot, Qt.Key_Return)
    assert (name(window), states(window)) == ("case2.nii.gz", [DONE, OPEN, DONE]), "once round"
    empty, _ = read_label_map(folder / "case10_mask.nii.gz", window.session.volume.geometry)
    assert not empty.any(), "a finished case has a mask, and be it an empty one"
    press(window, qtbot, Qt.Key_Return)
    assert states(window) == [DONE, DONE, DONE]
    assert "3 of 3 done" in window.worklist.panel.totals.text()
    press(window, qtbot, Qt.Key_PageDown, Qt.ControlModifier | Qt.ShiftModifier)
    assert name(window) == "case2.nii.gz"
    qtbot.waitUntil(lambda: stored(folder)["case2.nii.gz"]["state"] == "done")


def test_one_scan_under_two_names_is_two_cases(window, qtbot, tmp_path):
    for reading in ("first/a.nii.gz", "second/a.nii.gz", "second/b.nii.gz"):
        (tmp_path / reading).parent.mkdir(exist_ok=True)
        write_volume(tmp_path / reading, ct_phantom((40, 36, 6)))
    open_list(window, qtbot, tmp_path)
    draw(window)
    for other in ("second/a.nii.gz", "second/b.nii.gz"):
        press(window, qtbot, Qt.Key_PageDown)
        assert name(window) == other and window.session.annotation.is_empty


def test_labels_go_along_to_the_next_case(window, qtbot, folder):
    open_list(window, qtbot, folder)
    model = window.label_panel.model
    model.add()
    model.setData(model.index(1, 2), "tumour", Qt.EditRole)
    settle()
    table = [(label.id, label.name, label.color) for label in window.session.annotation.labels]
    assert "tumour" in str(table)
    window.session.annotation.set_active_label(2)
    model.change(1, text="lock", locked=True)
    press(window, qtbot, Qt.Key_PageDown)
    annotation = window.session.annotation
    assert not annotation.labels.locked_ids, "a lock protects what was drawn, and here nothing is"
    assert [(label.id, label.name, label.color) for label in annotation.labels] == table
    assert annotation.active_label == 2 and not window.session.is_modified


def test_a_mask_that_lies_there_is_opened_with_its_names(window, qtbot, folder):
    volume = ct_phantom((40, 36, 6))
    values = np.zeros(volume.shape, np.uint16)
    values[5:9, 5:9, 2] = 3
    write_label_map(folder / "case1_mask.nii.gz", values, volume.geometry, names={3: "cyst"})
    open_list(window, qtbot, folder)
    annotation = window.session.annotation
    assert np.array_equal(annotation.label_map, values) and annotation.labels.get(3).name == "cyst"
    assert not window.session.is_modified and states(window)[0] is OPEN


def test_a_save_that_fails_keeps_the_case_and_the_ink(window, qtbot, folder, monkeypatch):
    open_list(window, qtbot, folder)
    draw(window)
    drawn = window.session.annotation.label_map.copy()

    def refuse(path, *_, **__):
        raise WriteError(f"{path.name} may not be written there by this user. Choose another folder.")

    with monkeypatch.context() as patch:
        patch.setattr("medsam.io.write_label_map", refuse)
        press(window, qtbot, Qt.Key_Return)
    assert name(window) == "case1.nii.gz" and states(window)[0] is BEGUN
    assert np.array_equal(window.session.annotation.label_map, drawn) and window.session.is_modified
    said = " ".join(window.banners.texts)
    assert "case1_mask.nii.gz may not be written" in said and "Nothing is lost" in said
    press(window, qtbot, Qt.Key_Return)
    assert name(window) == "case2.nii.gz" and states(window)[0] is DONE


def test_a_damaged_image_is_told_and_the_open_case_stays(window, qtbot, folder):
    (folder / "case2.nii.gz").write_bytes((folder / "case2.nii.gz").read_bytes()[:400])
    open_list(window, qtbot, folder)
    draw(window)
    press(window, qtbot, Qt.Key_PageDown)
    assert name(window) == "case1.nii.gz" and (folder / "case1_mask.nii.gz").exists()
    assert any("case2" in text for text in window.banners.texts)


def test_a_missing_image_is_skipped_and_kept_in_the_list(window, qtbot, folder):
    open_list(window, qtbot, folder)
    window.worklist.storing.now()
    (folder / "case2.nii.gz").unlink()
    with qtbot.waitSignal(window.worklist.settled, timeout=20_000):
        window.worklist.reload()
    settle()
    assert len(window.worklist.worklist) == 3 and name(window) == "case1.nii.gz"
    press(window, qtbot, Qt.Key_PageDown)
    assert name(window) == "case10.nii.gz"
    window.worklist.go(("case2.nii.gz", ""))
    assert any("case2.nii.gz is not there" in text for text in window.banners.texts)


def test_a_mask_that_cannot_be_read_is_never_written_over(window, qtbot, folder):
    (folder / "case1_mask.nii.gz").write_bytes(b"not a mask")
    open_list(window, qtbot, folder)
    assert any("case1_mask-2.nii.gz" in text for text in window.banners.texts)
    draw(window)
    press(window, qtbot, Qt.Key_PageDown)
    assert (folder / "case1_mask.nii.gz").read_bytes() == b"not a mask"
    assert (folder / "case1_mask-2.nii.gz").exists()
    press(window, qtbot, Qt.Key_PageUp)
    assert not window.session.annotation.is_empty


def test_states_notes_and_the_place_come_back_after_a_restart(new_window, qtbot, folder, monkeypatch):
    window = new_window()
    open_list(window, qtbot, folder)
    draw(window)
    press(window, qtbot, Qt.Key_Return)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("edge unclear", True))
    QApplication.setActiveWindow(window)
    QTest.keyClick(window.view.current, Qt.Key_F, Qt.ControlModifier | Qt.ShiftModifier)
    assert window.worklist.panel.note.isVisible() and window.worklist.panel.note.text() == "edge unclear"
    press(window, qtbot, Qt.Key_PageDown)
    draw(window)
    with answering(button(QMessageBox.Save)):
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    again = new_window()
    open_list(again, qtbot, folder)
    assert states(again) == [DONE, FLAGGED, BEGUN]
    assert name(again) == "case10.nii.gz", "what was begun last is open"
    assert again.worklist.worklist.cases[1].note == "edge unclear"
    assert not again.session.annotation.is_empty


def test_the_next_case_waits_in_memory(window, qtbot, folder):
    open_list(window, qtbot, folder)
    qtbot.waitUntil(lambda: window.worklist.ahead.ready == ("case2.nii.gz", ""), timeout=10_000)
    (folder / "case2.nii.gz").unlink()
    write_volume(folder / "case2.nii.gz", ct_phantom((30, 36, 6)))
    press(window, qtbot, Qt.Key_PageDown)
    assert window.session.volume.shape == (30, 36, 6), "a file that changed since is read again"


def test_a_folder_of_scans_that_is_dropped_is_offered_as_a_list(window, qtbot, folder):
    with (
        answering(button(QMessageBox.Yes)) as said,
        qtbot.waitSignal(window.worklist.settled, timeout=20_000),
    ):
        window.files.open(folder)
    settle()
    assert said == ["set holds 3 images."] and name(window) == "case1.nii.gz"
    window.worklist.storing.now()
    with qtbot.waitSignal(window.worklist.settled, timeout=20_000):
        window.files.open(folder)
    assert len(said) == 1, "a known list is opened unasked"


def test_an_image_opened_past_the_list_is_no_case_while_its_mask_could_be_lost(window, qtbot, folder):
    open_list(window, qtbot, folder)
    draw(window)
    press(window, qtbot, Qt.Key_PageDown)
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        window.files.open(folder / "case1.nii.gz")
    settle()
    assert window.worklist.current is None and window.session.target is None
    assert not window.actions_["case_done"].isEnabled()
    assert "Open a case of the list first." in window.actions_["case_done"].toolTip()


def test_states_filter_the_list(window, qtbot, folder):
    open_list(window, qtbot, folder)
    panel = window.worklist.panel
    window.worklist.say_state(("case2.nii.gz", ""), DONE)
    panel.states.setCurrentIndex(panel.states.findText("Unfinished"))
    assert [panel.filter.index(r, 1).data() for r in range(panel.filter.rowCount())] == [
        "case1",
        "case10",
    ]
    panel.search.setText("case9")
    assert panel.filter.rowCount() == 0 and panel.empty.isVisible()


def test_a_case_is_opened_and_its_state_said_in_the_list(window, qtbot, folder):
    open_list(window, qtbot, folder)
    panel = window.worklist.panel
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.filter.index(2, 1))
    with qtbot.waitSignal(window.worklist.settled, timeout=20_000):
        QTest.keyClick(panel.view, Qt.Key_Return)
    assert name(window) == "case10.nii.gz"
    menu = panel.make_menu(("case1.nii.gz", ""))
    next(a for a in menu.actions() if a.text() == "Done").trigger()
    assert states(window)[0] is DONE


def test_two_windows_share_one_list(new_window, qtbot, folder):
    one, two = new_window(), new_window()
    open_list(one, qtbot, folder)
    open_list(two, qtbot, folder)
    one.worklist.say_state(("case10.nii.gz", ""), DONE)
    two.worklist.say_state(("case2.nii.gz", ""), DONE)
    qtbot.waitUntil(lambda: stored(folder)["case10.nii.gz"]["state"] == "done")
    qtbot.waitUntil(lambda: stored(folder)["case2.nii.gz"]["state"] == "done")
    QApplication.setActiveWindow(two)
    two.worklist.say_state(("case1.nii.gz", ""), BEGUN)
    qtbot.waitUntil(lambda: states(two) == [BEGUN, DONE, DONE])


def test_finished_cases_are_offered_for_adapting(window, qtbot, folder):
    window.actions_["adapt"].trigger()
    dialog = window.adapt.dialog
    assert not dialog.choose.finished.isVisible(), "there is no list"
    open_list(window, qtbot, folder)
    for _ in range(2):
        draw(window)
        press(window, qtbot, Qt.Key_Return)
    window.actions_["adapt"].trigger()
    settle()
    assert "(2)" in dialog.choose.finished.text()
    QTest.mouseClick(dialog.choose.finished, Qt.LeftButton)
    assert [(case.name, case.mask.name) for case in dialog.choose.ticked] == [
        ("case1.nii.gz", "case1_mask.nii.gz"),
        ("case2.nii.gz", "case2_mask.nii.gz"),
    ]
    dialog.hide()


def test_a_case_that_comes_back_as_it_was_is_no_news(window, qtbot, folder):
    open_list(window, qtbot, folder)
    draw(window)
    press(window, qtbot, Qt.Key_PageDown)
    press(window, qtbot, Qt.Key_PageUp)
    assert window.banners.texts == [] and window.session.undo.count() > 0, "with its steps"
    window.actions_["undo"].trigger()
    assert window.session.annotation.is_empty


def test_the_list_goes_along_into_another_language(window, qtbot, folder):
    open_list(window, qtbot, folder)
    draw(window)
    translation.choose(translation.CHINESE)
    new = renew(window)
    try:
        settle()
        assert new.worklist.current == ("case1.nii.gz", "") and window.worklist.worklist is None
        press(new, qtbot, Qt.Key_Return)
        assert name(new) == "case2.nii.gz" and states(new)[0] is DONE
        assert (folder / "case1_mask.nii.gz").exists()
    finally:
        new.close_unasked()
        new.deleteLater()
        forget()
        settle()
