"""What every test gets: a quiet Qt, one thread, folders of its own, and a look at what it leaves behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psutil
import pytest
from hypothesis import settings

# Before a test imports torch or makes the application: both read their environment once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

ROOT = Path(__file__).resolve().parents[1]
_XDG = {
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
}
_USER_FOLDERS = pytest.StashKey[Path]()
_SECONDS_TO_LEAVE = 5.0

# A slow machine is no failure, and a run that cannot be repeated is no test.
settings.register_profile("project", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("project")

_numbers = count()


def pytest_configure(config: pytest.Config) -> None:
    """Turn the user's folders away before the first import can remember them."""
    folder = Path(tempfile.mkdtemp(prefix="medsam-tests-"))
    config.stash[_USER_FOLDERS] = folder
    for name, sub in _XDG.items():
        os.environ[name] = str(folder / sub)
    os.environ.pop("MEDSAM_WEIGHTS", None)
    # A test that counts encodings must not find another's on the disk.
    os.environ["MEDSAM_EMBEDDINGS_BYTES"] = "0"
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared data beside the checkout, or a skip where there is none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared data is not beside this checkout")
    return folder


@pytest.fixture(autouse=True)
def own_folders(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data and cache folders that belong to this test alone."""
    folder = pytestconfig.stash[_USER_FOLDERS] / str(next(_numbers))
    folder.mkdir()
    for name, sub in _XDG.items():
        monkeypatch.setenv(name, str(folder / sub))
    monkeypatch.delenv("MEDSAM_WEIGHTS", raising=False)
    core = sys.modules.get("PyQt5.QtCore")
    if core is not None:
        # QSettings reads the environment once a process, so it is told again.
        for kind in (core.QSettings.NativeFormat, core.QSettings.IniFormat):
            core.QSettings.setPath(kind, core.QSettings.UserScope, str(folder / "config"))
    return folder


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a child process or an open window."""
    threads, children = set(threading.enumerate()), _children()
    yield
    left = [_say_thread(t) for t in _threads_left(threads)]
    left += [_say_process(p) for p in _children_left(children)]
    left += _windows_left()
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


def _threads_left(before: set[threading.Thread]) -> list[threading.Thread]:
    new = [t for t in threading.enumerate() if t not in before and not t.daemon and t.is_alive()]
    for thread in new:
        thread.join(_SECONDS_TO_LEAVE)
    return [t for t in new if t.is_alive()]


def _children() -> set[psutil.Process]:
    # The quick answer, where the system has one: this is asked twice a test.
    with contextlib.suppress(OSError):
        lists = [file.read_text() for file in Path("/proc/self/task").glob("*/children")]
        if lists and not any(lists):
            return set()
    return set(psutil.Process().children(recursive=True))


def _children_left(before: set[psutil.Process]) -> list[psutil.Process]:
    new = [p for p in _children() - before if not _is_resource_tracker(p)]
    _, alive = psutil.wait_procs(new, timeout=_SECONDS_TO_LEAVE)
    for process in alive:
        process.kill()
    return list(alive)


def _is_resource_tracker(process: psutil.Process) -> bool:
    """Python starts one for shared memory and keeps it until the end."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE or "resource_tracker" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return True


def _windows_left() -> list[str]:
    widgets = sys.modules.get("PyQt5.QtWidgets")
    app = widgets.QApplication.instance() if widgets is not None else None
    if not isinstance(app, widgets.QApplication if widgets is not None else ()):
        return []
    left = []
    for widget in app.topLevelWidgets():
        # A tooltip fades away by a timer of Qt's own.
        if widget.isVisible() and widget.metaObject().className() != "QTipLabel":
            left.append(f"window {type(widget).__name__} {widget.windowTitle()!r}")
            widget.hide()
    return left


def _say_thread(thread: threading.Thread) -> str:
    return f"thread {thread.name!r}"


def _say_process(process: psutil.Process) -> str:
    return f"process {process.pid}"
