"""Through the window: work is there again, is warned about while it is not kept, and can be begun anew."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QFileDialog, QMessageBox, QPushButton

from medsam.document import case_disk
from medsam.document.case_recovery import open_case
from medsam.io import read_label_map, write_volume
from medsam.prompts import Box
from medsam.ui import settings
from medsam.ui.case_places import SUFFIX, cases_folder
from medsam.ui.panels.preferences import BESIDE, PLACE
from tests.phantoms import ct_phantom
from tests.ui.test_files import draw, open_path, save
from tests.ui.window_support import answering, button, settle, show_volume

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scan(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    return write_volume(folder / "scan.nii.gz", ct_phantom())


def leave(window, answer=QMessageBox.Discard):
    """Close the image through its action and answer the question."""
    with answering(button(answer)) as said:
        window.actions_["close"].trigger()
    settle()
    return said


def files_in(folder):
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def cases():
    return [name for name in files_in(cases_folder()) if name.endswith(SUFFIX)]


def press(banner, words):
    """Press a banner's button."""
    found = next(b for b in banner.findChildren(QPushButton) if b.text() == words)
    QTest.mouseClick(found, Qt.LeftButton)


def banner_of(window, start):
    return next(b for b in window.banners._messages if b.text.startswith(start))


def test_work_kept_for_later_is_here_again_with_its_steps(window, qtbot, scan):
    open_path(window, qtbot, scan)
    draw(window)
    draw(window, Box(36, 30, 50, 44))
    painted = window.session.annotation.label_map.copy()
    words = [window.session.undo.text(n) for n in range(2)]
    said = leave(window)
    assert len(said) == 1 and "not saved" in said[0]
    assert window.session.annotation is None
    assert len(cases()) == 1 and files_in(scan.parent) == ["scan.nii.gz"]

    open_path(window, qtbot, scan)
    np.testing.assert_array_equal(window.session.annotation.label_map, painted)
    assert len(window.session.annotation.prompts) == 2 and window.isWindowModified()
    assert [window.session.undo.text(n) for n in range(2)] == words
    (text,) = [t for t in window.banners.texts if t.startswith("Your work of")]
    assert text.endswith("is here again: 2 steps, 1 label.") and window.cases.announced == text
    window.actions_["undo"].trigger()
    window.actions_["undo"].trigger()
    assert not window.session.annotation.label_map.any()
    window.actions_["redo"].trigger()
    assert window.session.annotation.label_map.any()


def test_the_question_offers_to_keep_and_saves_or_stays(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    draw(window)
    seen = {}

    def look(dialog):
        seen.update({w: dialog.button(w).text() for w in (QMessageBox.Save, QMessageBox.Discard)})
        seen["more"] = dialog.informativeText()
        QTest.mouseClick(dialog.button(QMessageBox.Cancel), Qt.LeftButton)

    with answering(look):
        window.actions_["close"].trigger()
    assert seen[QMessageBox.Save] == "Save mask" and seen[QMessageBox.Discard] == "Keep for later"
    assert "here again" in seen["more"] and window.session.annotation is not None
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(scan.parent / "m.nii.gz"), ""))
    with qtbot.waitSignal(window.saving.saved, timeout=20_000):
        leave(window, QMessageBox.Save)
    settle()
    assert window.session.annotation is None
    open_path(window, qtbot, scan)
    assert not window.isWindowModified(), "what a file holds is still what it holds"
    np.testing.assert_array_equal(
        read_label_map(scan.parent / "m.nii.gz")[0], window.session.annotation.label_map
    )


def test_without_a_case_the_question_is_the_old_one(window, scan):
    show_volume(window, ct_phantom())
    draw(window)
    texts = []

    def look(dialog):
        texts.append(dialog.button(QMessageBox.Discard).text())
        QTest.mouseClick(dialog.button(QMessageBox.Discard), Qt.LeftButton)

    with answering(look):
        window.actions_["close"].trigger()
    assert texts == ["Don't save"] and window.banners.standing is None


def test_looking_at_an_image_leaves_nothing(window, qtbot, scan):
    open_path(window, qtbot, scan)
    window.actions_["close"].trigger()
    settle()
    assert cases() == [] and files_in(cases_folder()) == [] and files_in(scan.parent) == ["scan.nii.gz"]


def test_a_moved_and_renamed_image_finds_its_work(window, qtbot, scan, tmp_path):
    open_path(window, qtbot, scan)
    draw(window)
    painted = window.session.annotation.label_map.copy()
    leave(window)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = Path(shutil.move(scan, elsewhere / "other name.nii.gz"))
    open_path(window, qtbot, moved)
    np.testing.assert_array_equal(window.session.annotation.label_map, painted)


def test_beside_the_image_where_that_is_preferred(window, qtbot, scan):
    settings.remember(PLACE, BESIDE)
    open_path(window, qtbot, scan)
    draw(window)
    leave(window)
    assert files_in(scan.parent) == ["scan.medsamcase", "scan.nii.gz"] and cases() == []
    renamed = scan.rename(scan.with_name("renamed.nii.gz"))
    open_path(window, qtbot, renamed)
    assert window.session.annotation.label_map.any()
    assert window.cases.held.name == "scan.medsamcase"
    leave(window)
    # Another image of the same name does not touch it.
    write_volume(scan, ct_phantom(shape=(40, 36, 8)))
    open_path(window, qtbot, scan)
    assert not window.session.annotation.label_map.any() and window.banners.standing is None
    draw(window)
    leave(window)
    names = files_in(scan.parent)
    assert len([n for n in names if n.endswith(SUFFIX)]) == 2 and "scan.medsamcase" in names


def test_a_folder_that_cannot_be_written_leaves_work_in_the_programs_own(window, qtbot, scan, monkeypatch):
    settings.remember(PLACE, BESIDE)
    true_access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: Path(path) != scan.parent and true_access(path, mode)
    )
    open_path(window, qtbot, scan)
    draw(window)
    assert window.session.history.is_stored and window.banners.standing is None
    leave(window)
    assert len(cases()) == 1 and files_in(scan.parent) == ["scan.nii.gz"]


def test_work_begun_elsewhere_is_found_whatever_the_preference(window, qtbot, scan):
    open_path(window, qtbot, scan)
    draw(window)
    leave(window)
    settings.remember(PLACE, BESIDE)
    open_path(window, qtbot, scan)
    assert window.session.annotation.label_map.any()
    assert files_in(scan.parent) == ["scan.nii.gz"]


def test_starting_again_and_bringing_the_work_back(window, qtbot, scan):
    open_path(window, qtbot, scan)
    assert not window.actions_["case_restart"].isEnabled()
    draw(window)
    painted = window.session.annotation.label_map.copy()
    leave(window)
    open_path(window, qtbot, scan)
    press(banner_of(window, "Your work of"), "Start again without it")
    qtbot.waitUntil(lambda: not window.session.annotation.label_map.any(), timeout=10_000)
    settle()
    assert not window.isWindowModified() and window.actions_["case_take_back"].isEnabled()
    draw(window, Box(36, 30, 50, 44))
    second = window.session.annotation.label_map.copy()
    press(banner_of(window, "You started again"), "Bring it back")
    qtbot.waitUntil(lambda: np.array_equal(window.session.annotation.label_map, painted), timeout=10_000)
    window.actions_["case_take_back"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(window.session.annotation.label_map, second), timeout=10_000)
    settle()
    assert window.session.history.is_stored
    leave(window)
    open_path(window, qtbot, scan)
    np.testing.assert_array_equal(window.session.annotation.label_map, second)
    assert not window.actions_["case_take_back"].isEnabled()


def test_opening_the_open_image_again_keeps_its_work(window, qtbot, scan):
    open_path(window, qtbot, scan)
    draw(window)
    painted = window.session.annotation.label_map.copy()
    with answering(button(QMessageBox.Discard)):
        open_path(window, qtbot, scan)
    np.testing.assert_array_equal(window.session.annotation.label_map, painted)
    assert window.session.history.is_stored and window.banners.standing is None
    draw(window, Box(36, 30, 50, 44))
    assert window.session.history.is_stored


def test_two_windows_and_one_case(new_window, qtbot, scan):
    first, second = new_window(), new_window()
    open_path(first, qtbot, scan)
    draw(first)
    painted = first.session.annotation.label_map.copy()
    open_path(second, qtbot, scan)
    np.testing.assert_array_equal(second.session.annotation.label_map, painted)
    warning = second.banners.standing
    assert str(os.getpid()) in warning.text and "another window" in warning.text
    assert "in memory only" in warning.text and first.banners.standing is None
    draw(second, Box(36, 30, 50, 44))
    assert not second.session.history.is_stored and second.banners.standing is warning
    mine = second.session.annotation.label_map.copy()
    press(warning, "Try again")
    qtbot.waitUntil(lambda: "That did not help yet." in second.banners.texts)
    assert second.banners.standing is not None
    leave(first)
    press(second.banners.standing, "Try again")
    qtbot.waitUntil(lambda: second.banners.standing is None, timeout=10_000)
    assert second.session.history.is_stored
    leave(second)
    open_path(first, qtbot, scan)
    np.testing.assert_array_equal(first.session.annotation.label_map, mine)


def test_a_full_disk_is_told_at_once_and_kept_once_there_is_room(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    draw(window)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(case_disk, "_write", full)
        draw(window, Box(36, 30, 50, 44))
        settle()
        warning = window.banners.standing
        assert warning.text.startswith("The disk is full") and not window.session.history.is_stored
        assert [b.text() for b in warning.buttons] == ["Try again", "Save mask as…"]
        window.banners.clear_messages()
        assert window.banners.standing is warning, "nobody can close it"
        draw(window, Box(20, 40, 30, 50))
        press(warning, "Try again")
        qtbot.waitUntil(lambda: "That did not help yet." in window.banners.texts)
        painted = window.session.annotation.label_map.copy()
        # The question tells the truth while nothing is kept.
        texts = []

        def look(dialog):
            texts.append(dialog.button(QMessageBox.Discard).text())
            QTest.mouseClick(dialog.button(QMessageBox.Cancel), Qt.LeftButton)

        with answering(look):
            window.actions_["close"].trigger()
        assert texts == ["Don't save"]
    press(window.banners.standing, "Try again")
    qtbot.waitUntil(lambda: window.banners.standing is None, timeout=10_000)
    assert "Your work is kept on the disk again." in window.banners.texts
    leave(window)
    open_path(window, qtbot, scan)
    np.testing.assert_array_equal(window.session.annotation.label_map, painted)
    assert len(window.session.history) == 3


def test_what_could_not_be_kept_is_tried_again_by_itself(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    window.cases._timer.setInterval(30)
    with monkeypatch.context() as patch:
        patch.setattr(case_disk, "_write", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
        draw(window)
        settle()
        assert window.banners.standing is not None
    qtbot.waitUntil(lambda: window.banners.standing is None, timeout=10_000)
    assert window.session.history.is_stored
    assert window.banners.texts == ["Your work is kept on the disk again."]


def test_opening_a_case_file_opens_its_image_or_names_it(window, qtbot, scan, tmp_path):
    settings.remember(PLACE, BESIDE)
    open_path(window, qtbot, scan)
    draw(window)
    leave(window)
    case = scan.with_name("scan.medsamcase")
    open_path(window, qtbot, case)
    assert window.session.source == scan and window.session.annotation.label_map.any()
    leave(window)
    alone = Path(shutil.copy(case, tmp_path / "alone.medsamcase"))
    with qtbot.waitSignal(window.files.failed) as told:
        window.files.open(alone)
    assert "alone.medsamcase keeps the work on scan.nii.gz" in told.args[0]
    alone.write_bytes(b"nothing")
    with qtbot.waitSignal(window.files.failed) as told:
        window.files.open(alone)
    assert "not a case file" in told.args[0] and window.session.annotation is None


def test_ink_on_a_closed_case_is_warned_about(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    draw(window)
    # Its case was closed to be opened again, and that failed.
    window.session.history.close()
    assert window.banners.standing is None
    draw(window, Box(36, 30, 50, 44))
    assert "not kept any more" in window.banners.standing.text
    assert [b.text() for b in window.banners.standing.buttons] == ["Save mask as…"]
    window.actions_["undo"].trigger()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(scan.parent / "m.nii.gz"), ""))
    with qtbot.waitSignal(window.saving.saved, timeout=20_000):
        press(window.banners.standing, "Save mask as…")


def test_a_folder_that_may_not_be_written_is_told_when_the_image_opens(window, qtbot, scan, monkeypatch):
    from medsam.document.case_lock import CaseLock

    def refuse(self):
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(CaseLock, "acquire", refuse)
    open_path(window, qtbot, scan)
    assert "The case file of scan.nii.gz may not be written" in window.banners.standing.text
    draw(window)
    assert window.session.annotation.label_map.any()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(scan.parent / "m.nii.gz"), ""))
    with qtbot.waitSignal(window.saving.saved, timeout=20_000):
        press(window.banners.standing, "Save mask as…")
    assert (scan.parent / "m.nii.gz").exists() and window.banners.standing is not None
    window.actions_["close"].trigger()
    settle()
    assert window.banners.standing is None


def test_a_damaged_case_says_what_is_missing(window, qtbot, scan):
    open_path(window, qtbot, scan)
    draw(window)
    first = window.session.annotation.label_map.copy()
    draw(window, Box(36, 30, 50, 44))
    leave(window)
    path = cases_folder() / cases()[0]
    data = path.read_bytes()
    at = data.rindex(b'"kind":"step"')
    path.write_bytes(data[: at + 100])
    open_path(window, qtbot, scan)
    np.testing.assert_array_equal(window.session.annotation.label_map, first)
    assert "The last action was not written to the end and is missing." in window.banners.texts
    assert window.session.history.is_stored


def test_a_foreign_file_in_its_place_is_left_alone(window, qtbot, scan):
    settings.remember(PLACE, BESIDE)
    open_path(window, qtbot, scan)
    draw(window)
    leave(window)
    path = scan.with_name("scan.medsamcase")
    settle()
    good = path.read_bytes()
    path.write_bytes(good[:12] + b"\x09\x00\x00\x00" + good[16:])
    open_path(window, qtbot, scan)
    # A case of a later version cannot be told from another image's, so a new one gets a name of its own.
    assert not window.session.annotation.label_map.any()
    assert window.cases.held != path and window.session.history.is_stored
    settings.remember(PLACE, "data")
    leave(window)


def test_a_newer_case_is_named_and_kept(window, qtbot, scan):
    open_path(window, qtbot, scan)
    draw(window)
    leave(window)
    path = cases_folder() / cases()[0]
    good = path.read_bytes()
    newer = good[:12] + b"\x09\x00\x00\x00" + good[16:]
    path.write_bytes(newer)
    open_path(window, qtbot, scan)
    assert "later version of this program" in window.banners.standing.text
    draw(window)
    assert path.read_bytes() == newer


def test_a_mask_changed_elsewhere_becomes_one_more_step(window, qtbot, scan, monkeypatch):
    from medsam.io import write_label_map
    from medsam.ui.controllers.files import prepare

    open_path(window, qtbot, scan)
    draw(window)
    mine = window.session.annotation.label_map.copy()
    target = save(window, qtbot, monkeypatch, scan.parent / "m.nii.gz")
    volume = window.session.volume
    window.actions_["close"].trigger()
    settle()
    theirs = np.zeros(volume.shape, np.uint16)
    theirs[2:9, 3:8, 4] = 1
    write_label_map(target, theirs, volume.geometry)
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        window.files.open_by("scan", lambda _: prepare(volume, scan, theirs), window.saving.settle)
    settle()
    np.testing.assert_array_equal(window.session.annotation.label_map, theirs)
    assert not window.isWindowModified()
    window.actions_["undo"].trigger()
    np.testing.assert_array_equal(window.session.annotation.label_map, mine)


def test_unsaved_work_wins_over_the_mask_beside_the_image(window, qtbot, scan):
    from medsam.ui.controllers.files import prepare

    open_path(window, qtbot, scan)
    draw(window)
    mine, volume = window.session.annotation.label_map.copy(), window.session.volume
    leave(window)
    theirs = np.zeros(volume.shape, np.uint16)
    theirs[0, 0, 0] = 1
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        window.files.open_by("scan", lambda _: prepare(volume, scan, theirs), window.saving.settle)
    settle()
    np.testing.assert_array_equal(window.session.annotation.label_map, mine)
    assert window.isWindowModified()


def test_a_saved_mask_without_a_case_begins_one(window, qtbot, scan):
    from medsam.ui.controllers.files import prepare

    volume = ct_phantom()
    mask = np.zeros(volume.shape, np.uint16)
    mask[2:9, 3:8, 4] = 1
    for n in range(2):
        with qtbot.waitSignal(window.files.opened, timeout=20_000):
            window.files.open_by("scan", lambda _: prepare(volume, scan, mask), window.saving.settle)
        settle()
        np.testing.assert_array_equal(window.session.annotation.label_map > 0, mask > 0)
        if n == 0:
            draw(window)
            window.actions_["undo"].trigger()
            assert not window.isWindowModified()
            window.actions_["close"].trigger()
            settle()
    assert len(window.session.history) == 1


def test_a_cancelled_opening_lets_go_of_the_case(window, qtbot, scan):
    open_path(window, qtbot, scan)
    draw(window)
    leave(window)
    path = cases_folder() / cases()[0]
    window.files.open(scan)
    window.files.give_up()
    window.tasks.shutdown()
    settle()
    restored = open_case(path, ct_phantom())
    assert restored.case.error is None
    restored.case.close()


def test_samples_have_cases_too(window, qtbot):
    with qtbot.waitSignal(window.files.opened, timeout=30_000):
        window.files.open_sample("ct_small", "Sample CT")
    settle()
    draw(window)
    painted = window.session.annotation.label_map.copy()
    leave(window)
    with qtbot.waitSignal(window.files.opened, timeout=30_000):
        window.files.open_sample("ct_small", "Sample CT")
    settle()
    np.testing.assert_array_equal(window.session.annotation.label_map, painted)


def test_closing_the_window_closes_the_case(new_window, qtbot, scan):
    window = new_window()
    open_path(window, qtbot, scan)
    draw(window)
    with answering(button(QMessageBox.Discard)):
        window.close()
    settle()
    assert files_in(cases_folder()) == cases() != []
    again = new_window()
    open_path(again, qtbot, scan)
    assert again.session.annotation.label_map.any() and again.session.history.is_stored


def test_the_folder_of_kept_work_opens(window, qtbot, scan, monkeypatch):
    from medsam.ui.controllers import cases_on_disk

    opened = []
    monkeypatch.setattr(
        cases_on_disk.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile())
    )
    window.actions_["case_folder"].trigger()
    assert opened == [str(cases_folder())] and cases_folder().is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
def test_a_killed_window_restores_to_the_last_action(window, qtbot, scan, tmp_path):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PyQt5.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from medsam.prompts import Box\n"
        "from medsam.ui.errors import Presenter\n"
        "from medsam.ui.main_window import MainWindow\n"
        "from medsam.ui.theme import Theme\n"
        "from tests.ui.window_support import EngineMaker, drag, settle, view_of\n"
        "window = MainWindow(Theme(app), Presenter(), engine=EngineMaker())\n"
        "window.resize(1200, 760)\n"
        "window.show()\n"
        "def go():\n"
        "    n = 0\n"
        "    while True:\n"
        "        x, y = 8 + n % 5 * 8, 8 + n // 5 % 4 * 9\n"
        "        drag(view_of(window), (x, y), (x + 6, y + 7))\n"
        "        n += 1\n"
        "        print(n, len(window.session.history), flush=True)\n"
        "window.files.opened.connect(go)\n"
        "window.files.open(Path(sys.argv[1]))\n"
        "app.exec_()\n"
    )
    log = (tmp_path / "stderr").open("wb")
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(scan)], cwd=ROOT, stdout=subprocess.PIPE, stderr=log
    )
    told = 0
    try:
        for line in child.stdout:
            told = int(line.split()[1])
            if told >= 7:
                break
    finally:
        child.send_signal(signal.SIGKILL)
        rest = [int(line.split()[1]) for line in child.stdout if line.endswith(b"\n")]
        child.wait()
        child.stdout.close()
        log.close()
    told = max([told, *rest])
    assert told >= 7, (tmp_path / "stderr").read_text()
    open_path(window, qtbot, scan)
    assert window.session.history.is_stored and window.banners.standing is None
    assert len(window.session.history) in (told, told + 1)
    assert len(window.session.annotation.prompts) == len(window.session.history)
