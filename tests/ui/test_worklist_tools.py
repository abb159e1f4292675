"""What goes along between cases and runs, reading ahead, time, and how lists are offered."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PIL import Image
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QMessageBox, QPushButton

from medsam.document.work_time import WorkTime
from medsam.document.worklist import CaseState
from medsam.document.worklist_file import NAME
from medsam.errors import WriteError
from medsam.intensity import CT_PRESETS
from medsam.io import read_label_map, write_label_map, write_volume
from medsam.ui import settings
from medsam.ui.background import TaskRunner
from medsam.ui.controllers import worklist, worklist_read
from medsam.ui.controllers.work_clock import WorkClock
from medsam.ui.controllers.worklist_read import ReadAhead, Request, target_of
from medsam.ui.panels.worklist_words import hours, minutes
from medsam.volume import Plane
from tests.phantoms import ct_phantom, grey_picture, write_ct_series
from tests.ui.test_worklist import draw, folder, name, open_list, press, states
from tests.ui.window_support import answering, button, settle

__all__ = ["folder"]


def test_tool_window_and_pane_go_along(window, qtbot, folder):
    open_list(window, qtbot, folder)
    window.view.choose_tool("brush")
    window.view.set_window(CT_PRESETS["lung"])
    window.view.toggle_alone(window.area.panes[Plane.CORONAL].view)
    press(window, qtbot, Qt.Key_PageDown)
    assert window.view.tool_name == "brush" and window.view.window == CT_PRESETS["lung"]
    assert window.area.alone is Plane.CORONAL
    window.view.reset_window()
    press(window, qtbot, Qt.Key_PageDown)
    assert window.view.window == window.session.initial_window


def test_tool_window_and_tab_come_back_in_the_next_run(new_window, qtbot, folder):
    window = new_window()
    open_list(window, qtbot, folder)
    window.view.choose_tool("brush")
    window.view.set_window(CT_PRESETS["bone"])
    window.workplace.show_tab("history")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    again = new_window()
    assert again.view.tool_name == "brush"
    assert again.workplace.side.currentWidget() is again.history_panel
    open_list(again, qtbot, folder)
    assert again.view.window == CT_PRESETS["bone"]


def test_a_box_without_a_mask_holds_the_case(new_window, maker, qtbot, folder):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    open_list(window, qtbot, folder)
    draw(window)
    assert len(window.segmentation.queue) == 1
    QApplication.setActiveWindow(window)
    QTest.keyClick(window.view.current, Qt.Key_PageDown, Qt.ControlModifier)
    settle()
    assert name(window) == "case1.nii.gz" and "as soon as they have one" in " ".join(window.banners.texts)
    with qtbot.waitSignal(window.worklist.settled, timeout=20_000):
        maker.engine.deliver()
    assert name(window) == "case2.nii.gz" and (folder / "case1_mask.nii.gz").exists()


def test_quick_presses_end_where_they_say(window, qtbot, folder):
    open_list(window, qtbot, folder)
    draw(window)
    QApplication.setActiveWindow(window)
    settle()
    for key in (Qt.Key_Return, Qt.Key_PageDown, Qt.Key_PageDown):
        QTest.keyClick(window.view.current, key, Qt.ControlModifier)
    qtbot.waitUntil(lambda: not window.files.is_opening and not window.worklist.leaving.is_waiting)
    settle()
    assert states(window)[0] is CaseState.DONE, "the first press is not forgotten"
    assert name(window) in ("case2.nii.gz", "case10.nii.gz")
    assert (folder / "case1_mask.nii.gz").exists()


def test_going_back_to_the_open_case_gives_the_other_up(window, qtbot, folder):
    open_list(window, qtbot, folder)
    draw(window)
    window.worklist.go(("case10.nii.gz", ""))
    window.worklist.go(("case1.nii.gz", ""))
    qtbot.waitUntil(lambda: not window.files.is_opening and not window.saving.is_saving)
    settle()
    assert name(window) == "case1.nii.gz" and window.session.undo.count() == 1


def request(path) -> Request:
    return Request((path.name, ""), path)


def test_reading_ahead_leaves_the_memory_alone(qtbot, tmp_path, monkeypatch):
    write_volume(tmp_path / "a.nii.gz", ct_phantom((40, 36, 6)))
    tasks = TaskRunner()
    ahead = ReadAhead(tasks)
    with monkeypatch.context() as patch:
        patch.setattr(worklist_read, "room", lambda: 1000.0)
        ahead.want(request(tmp_path / "a.nii.gz"))
        with qtbot.waitSignal(tasks.ended, timeout=10_000):
            pass
        assert ahead.ready is None
    ahead.want(request(tmp_path / "a.nii.gz"))
    qtbot.waitUntil(lambda: ahead.ready is not None, timeout=10_000)
    assert ahead.take(request(tmp_path / "b.nii.gz")) is None and ahead.ready is None, "dropped, not used"
    ahead.want(request(tmp_path / "a.nii.gz"))
    ahead.drop()
    assert ahead.take(request(tmp_path / "a.nii.gz")) is None
    tasks.shutdown()


@pytest.mark.parametrize(
    ("mask", "goes_to"),
    [
        ("m.nrrd", "m.nrrd"),
        ("m.mha", "m.mha"),
        ("m.png", "scan_mask.nii.gz"),
        ("m.dcm", "scan_mask.nii.gz"),
        (None, "scan_mask.nii.gz"),
    ],
)
def test_masks_are_saved_where_they_lie_if_that_format_can_be_written(tmp_path, mask, goes_to):
    volume = ct_phantom((8, 9, 4))
    asked = Request(("", ""), tmp_path / "scan.nii.gz", mask=tmp_path / mask if mask else None)
    assert target_of(asked, volume) == tmp_path / goes_to
    (tmp_path / goes_to).touch()
    assert target_of(asked, volume, "it cannot be read") != tmp_path / goes_to


def test_pictures_keep_a_picture_as_their_mask(tmp_path):
    asked = Request(("", ""), tmp_path / "a.jpg", wanted=tmp_path / "labels" / "a.png")
    assert target_of(asked, grey_picture()) == tmp_path / "labels" / "a.png"
    assert target_of(Request(("", ""), tmp_path / "a.jpg"), grey_picture()) == tmp_path / "a_mask.png"


def test_time_runs_while_somebody_works(window, qtbot, folder):
    now = [0.0]
    clock = window.worklist.clock
    clock.time = WorkTime(lambda: now[0])
    QApplication.setActiveWindow(window)
    open_list(window, qtbot, folder)
    QApplication.setActiveWindow(window)
    clock.look()
    now[0] += 30
    draw(window)
    clock.look()
    work = window.worklist.worklist
    assert work[window.worklist.current].seconds == 30
    now[0] += 500
    clock.touch()
    clock.look()
    assert work[window.worklist.current].seconds == 90, "a long pause counts a minute"
    assert "1:30" in str(window.worklist.panel.model.index(0, 2).data())


def test_a_clock_without_a_case_does_not_run(window):
    clock = WorkClock(window, WorkTime(lambda: 5.0))
    heard = []
    clock.worked.connect(heard.append)
    clock.touch()
    clock.look()
    clock.run(False)
    assert heard == [] and not clock.time.is_running


def test_pictures_open_as_a_stack_and_the_list_is_offered(window, qtbot, tmp_path):
    for n in range(3):
        Image.fromarray(np.full((20, 30), 40 * n, np.uint8)).save(tmp_path / f"{n}.png")
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        window.files.open(tmp_path)
    settle()
    assert window.session.volume.shape == (30, 20, 3)
    assert any("holds 3 images" in text for text in window.banners.texts)
    assert window.worklist.worklist is None


def test_scans_that_were_dropped_may_stay_closed(window, qtbot, folder):
    with answering(button(QMessageBox.Cancel)) as said:
        window.files.open(folder)
        qtbot.waitUntil(lambda: said != [], timeout=20_000)
    settle()
    assert window.worklist.worklist is None and window.session.annotation is None


def test_a_table_opens_as_a_list_with_its_states_and_names(window, qtbot, folder):
    (folder / "todo.csv").write_text(
        "image;state;labels\ncase10.nii.gz;done;\ncase2.nii.gz;;1=spleen|4=cyst\n"
    )
    with qtbot.waitSignal(window.worklist.settled, timeout=20_000):
        window.files.open(folder / "todo.csv")
    settle()
    assert name(window) == "case2.nii.gz" and states(window) == [CaseState.DONE, CaseState.NOT_STARTED]
    assert [(label.id, label.name) for label in window.session.annotation.labels] == [
        (1, "spleen"),
        (4, "cyst"),
    ]


def test_times_in_words():
    assert [minutes(s) for s in (0, 59, 187, 3661)] == ["", "0:59", "3:07", "1:01:01"]
    assert [hours(s) for s in (90, 11_520)] == ["2 min", "3:12 h"]


def test_a_damaged_case_is_stepped_over_the_next_time(window, qtbot, folder):
    whole = (folder / "case2.nii.gz").read_bytes()
    (folder / "case2.nii.gz").write_bytes(whole[: len(whole) // 2])
    open_list(window, qtbot, folder)
    press(window, qtbot, Qt.Key_PageDown)
    assert name(window) == "case1.nii.gz"
    press(window, qtbot, Qt.Key_PageDown)
    assert name(window) == "case10.nii.gz"
    assert "case2" in window.worklist.panel.model.index(1, 0).data(Qt.ToolTipRole).splitlines()[1]
    press(window, qtbot, Qt.Key_Return)
    assert name(window) == "case1.nii.gz", "what cannot be opened cannot be finished"


def test_the_program_ends_without_a_question_about_a_case(window, qtbot, folder):
    open_list(window, qtbot, folder)
    draw(window)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert (folder / "case1_mask.nii.gz").exists()


def test_a_full_disk_holds_nobody_in_the_program(window, qtbot, folder, monkeypatch):
    open_list(window, qtbot, folder)
    draw(window)

    def refuse(path, *_, **__):
        raise WriteError(f"The disk is full: {path.name} was not written.")

    monkeypatch.setattr("medsam.io.write_label_map", refuse)
    with answering(button(QMessageBox.Discard)) as said:
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert len(said) == 1


def test_a_folder_of_one_scan_and_its_mask_is_that_scan(window, qtbot, tmp_path):
    volume = ct_phantom((40, 36, 6))
    write_volume(tmp_path / "scan.nii.gz", volume)
    write_label_map(tmp_path / "scan_mask.nii.gz", np.ones(volume.shape, np.uint8), volume.geometry)
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        window.files.open(tmp_path)
    assert window.session.source == tmp_path / "scan.nii.gz" and window.banners.texts == []


def test_the_list_and_not_its_cases_is_remembered(window, qtbot, folder):
    open_list(window, qtbot, folder)
    press(window, qtbot, Qt.Key_PageDown)
    assert settings.recent_files() == [folder]
    link = next(b for b in window.welcome.findChildren(QPushButton) if "many cases" in b.text())
    assert link.toolTip() == window.actions_["open_worklist"].toolTip()


def test_what_another_person_saved_meanwhile_is_not_written_over(window, qtbot, folder):
    open_list(window, qtbot, folder)
    draw(window)
    (folder / "case1_mask.nii.gz").write_bytes(b"another person's")
    press(window, qtbot, Qt.Key_PageDown)
    assert (folder / "case1_mask.nii.gz").read_bytes() == b"another person's"
    assert (folder / "case1_mask-2.nii.gz").exists() and name(window) == "case2.nii.gz"
    assert any("case1_mask-2.nii.gz" in text for text in window.banners.texts)
    press(window, qtbot, Qt.Key_PageUp)
    draw(window, (4, 4, 30, 30))
    press(window, qtbot, Qt.Key_PageDown)
    assert not (folder / "case1_mask-3.nii.gz").exists(), "our own mask may be written again"


def test_namesakes_have_masks_of_their_own(window, qtbot, tmp_path):
    for seed, suffix in enumerate((".nii.gz", ".nrrd")):
        write_volume(tmp_path / f"a{suffix}", ct_phantom((40, 36, 6), seed=seed))
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 50), np.uint8)).save(tmp_path / "a.png")
    open_list(window, qtbot, tmp_path)
    for _ in range(3):
        draw(window)
        press(window, qtbot, Qt.Key_Return)
    masks = sorted(p.name for p in tmp_path.glob("*mask*"))
    assert masks == ["a-nrrd_mask.nii.gz", "a-png_mask.png", "a_mask.nii.gz"]
    window.worklist.storing.now()
    with qtbot.waitSignal(window.worklist.settled, timeout=20_000):
        window.worklist.reload()
    assert len(window.worklist.worklist) == 3 and states(window) == [CaseState.DONE] * 3


def test_a_folder_that_is_itself_dicom_is_a_list_of_its_series(window, qtbot, tmp_path):
    study = tmp_path / "study"
    study.mkdir()
    for number in (1, 2):
        files = write_ct_series(
            tmp_path / f"s{number}", ct_phantom((40, 36, 4), seed=number), uid=f"1.2.{number}"
        )
        for file in files:
            file.rename(study / f"{number}-{file.name}")
    open_list(window, qtbot, study)
    draw(window)
    press(window, qtbot, Qt.Key_Return)
    assert window.worklist.current == (".", "1.2.2") and window.session.annotation.is_empty
    assert window.worklist.worklist.name(window.worklist.current).startswith("study · ")
    assert len(list(tmp_path.glob("study-*_mask.nii.gz"))) == 1


def test_a_damaged_list_is_told_when_its_first_case_is_open(window, qtbot, folder):
    (folder / NAME).write_text("{")
    open_list(window, qtbot, folder)
    assert any("damaged" in text for text in window.banners.texts) and states(window)[0] is not None


def test_a_list_whose_first_case_is_damaged_begins_with_the_next(window, qtbot, folder):
    whole = (folder / "case1.nii.gz").read_bytes()
    (folder / "case1.nii.gz").write_bytes(whole[: len(whole) // 2])
    open_list(window, qtbot, folder)
    assert name(window) == "case2.nii.gz" and any("case1" in text for text in window.banners.texts)


def test_what_is_drawn_while_the_next_case_is_read_is_saved_too(window, qtbot, folder, monkeypatch):
    open_list(window, qtbot, folder)
    draw(window, (4, 4, 14, 14))
    gate = threading.Event()
    real = worklist.make_document

    def slow(*args):
        gate.wait(20)
        return real(*args)

    monkeypatch.setattr(worklist, "make_document", slow)
    window.worklist.step(1)
    qtbot.waitUntil(lambda: window.files.is_opening, timeout=10_000)
    draw(window, (20, 18, 36, 32))
    drawn = window.session.annotation.label_map.copy()
    with qtbot.waitSignal(window.worklist.settled, timeout=20_000):
        gate.set()
    assert name(window) == "case2.nii.gz"
    saved, _ = read_label_map(folder / "case1_mask.nii.gz", window.session.volume.geometry)
    assert np.array_equal(saved, drawn)


def test_the_program_ends_with_a_box_that_has_no_mask(new_window, maker, qtbot, folder):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    open_list(window, qtbot, folder)
    draw(window, (4, 4, 14, 14))
    maker.engine.deliver()
    draw(window, (20, 18, 36, 32))
    assert window.session.is_modified and len(window.segmentation.queue) == 1
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
