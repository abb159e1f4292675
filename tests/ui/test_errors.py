"""Failures become sentences, logs keep the rest, paths stay out of both."""

from __future__ import annotations

import logging
import sys
import threading

import pytest
from PyQt5.QtCore import Qt, QTimer

from medsam.errors import Cancelled, ReadError
from medsam.ui.errors import Presenter, install_excepthook, start_logging, stop_logging, without_folders
from tests.ui.window_support import settle


@pytest.fixture
def presenter(qapp):
    """A presenter whose messages are kept."""
    made = Presenter()
    made.seen = []
    made.message.connect(lambda kind, text, action: made.seen.append((kind, text)))
    return made


def test_our_errors_are_shown_as_they_are(presenter):
    presenter.error(ReadError("scan.nii is empty; copy it again."))
    assert presenter.seen == [("error", "scan.nii is empty; copy it again.")]


def test_cancelled_is_no_failure(presenter):
    assert presenter.error(Cancelled("stopped")) == "" and presenter.seen == []


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (MemoryError(), "memory"),
        (PermissionError(13, "Permission denied", "/home/someone/a.nii"), "a.nii: Permission denied."),
        (KeyError("x"), "KeyError"),
    ],
)
def test_other_errors_become_a_sentence_without_a_folder(presenter, error, part):
    sentence = presenter.error(error)
    assert part in sentence and "/home" not in sentence and "Traceback" not in sentence


def test_exception_in_a_slot_is_one_sentence_and_the_program_goes_on(window):
    def fail():
        raise RuntimeError("a fault of ours")

    QTimer.singleShot(0, fail)
    settle()
    settle()
    assert len(window.banners.texts) == 1 and "RuntimeError" in window.banners.texts[0]
    assert window.isVisible()


def test_exception_in_a_thread_is_shown(window):
    def fail():
        raise ReadError("The thread failed.")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    settle()
    assert window.banners.texts == ["The thread failed."]


def test_hook_is_put_back(presenter):
    before = sys.excepthook
    undo = install_excepthook(presenter)
    assert sys.excepthook is not before
    undo()
    assert sys.excepthook is before


def test_log_holds_the_traceback_but_no_folder(presenter, tmp_path):
    path = tmp_path / "log" / "medsam.log"
    handler = start_logging(path)
    try:
        raise ValueError("cannot use /home/Mary Smith/scans/head.nii today")
    except ValueError as error:
        presenter.error(error)
    stop_logging(handler)
    text = path.read_text()
    assert "ValueError" in text and "head.nii" in text and "test_errors.py" in text
    assert "Mary" not in text and "/home" not in text


def test_log_rotates(tmp_path, monkeypatch):
    monkeypatch.setattr("medsam.ui.errors._LOG_BYTES", 300)
    handler = start_logging(tmp_path / "medsam.log")
    for n in range(30):
        logging.getLogger("medsam.ui").warning("line %d %s", n, "x" * 60)
    stop_logging(handler)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["medsam.log", "medsam.log.1", "medsam.log.2", "medsam.log.3"]


def test_log_that_cannot_be_written_is_no_failure(tmp_path):
    (tmp_path / "file").write_text("")
    assert start_logging(tmp_path / "file" / "medsam.log") is None


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("in /a/b/c.nii now", "in c.nii now"),
        (r"C:\Users\Ann Lee\x.dcm", "x.dcm"),
        ("40/400 and 3/4", "40/400 and 3/4"),
    ],
)
def test_paths_are_cut_to_names(text, cut):
    assert without_folders(text) == cut


def test_messages_do_not_pile_up(window, qtbot):
    for n in range(5):
        window.presenter.warning(f"message {n}")
    window.presenter.warning("message 4")
    assert window.banners.texts == ["message 2", "message 3", "message 4"]
    banner = window.banners._messages[-1]
    qtbot.mouseClick(banner._close, Qt.LeftButton)
    assert window.banners.texts == ["message 2", "message 3"]


def test_action_of_a_message_is_done_once(window, qtbot):
    done = []
    window.presenter.error("It failed.", ("Try again", lambda: done.append(1)))
    settle()
    (button,) = [
        b for b in window.banners._messages[0].children() if getattr(b, "text", str)() == "Try again"
    ]
    qtbot.mouseClick(button, Qt.LeftButton)
    assert done == [1] and window.banners.texts == []
