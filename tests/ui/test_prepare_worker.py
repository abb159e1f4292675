"""Preparing through a real worker process: prompts go first, and a killed worker is no end."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from medsam.engine.client import EngineClient
from medsam.engine.jobs import SliceState
from tests.phantoms import ct_phantom
from tests.ui.window_support import drag, settle, show_volume, view_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends a process with a POSIX signal")

COUNT = 6
STEP_SECONDS = 0.01
"""An encoding has a hundred steps."""


@pytest.fixture
def window(new_window, monkeypatch, qtbot, tmp_path):
    """A window over a worker whose encoder takes a second, and which keeps what it encoded on the disk."""
    monkeypatch.setenv("MEDSAM_EMBEDDINGS", str(tmp_path / "embeddings"))
    monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", str(10**9))
    monkeypatch.setenv("MEDSAM_THREADS", "1")
    command = [sys.executable, "-m", "tests.engine.tiny_worker", str(STEP_SECONDS)]
    monkeypatch.setattr(
        "tests.ui.window_support.EngineMaker.__call__",
        lambda self, on_message: EngineClient(on_message, command=command),
    )
    made = new_window(model="slow")
    qtbot.waitUntil(lambda: made.bridge.model is not None, timeout=60_000)
    show_volume(made, ct_phantom((48, 40, COUNT)))
    return made


def ready(window) -> set[int]:
    """The axial slices that are ready."""
    strip = window.area.panes[view_of(window).plane].strip
    return {n for n in range(COUNT) if strip.state(n) is SliceState.READY}


def test_box_on_the_last_slice_goes_before_the_rest(window, qtbot):
    window.actions_["prepare"].trigger()
    qtbot.waitUntil(lambda: bool(ready(window)), timeout=60_000)
    view = view_of(window)
    last = max(set(range(COUNT)) - ready(window), key=lambda n: abs(n - view.index))
    view.set_index(last)
    drag(view, (8, 8), (34, 30))
    qtbot.waitUntil(lambda: bool(window.session.annotation.prompts), timeout=60_000)
    qtbot.waitUntil(lambda: not window.segmentation.queue.running, timeout=60_000)
    settle()
    assert last in ready(window) and window.prepare.running is not None, "the others are not ready yet"
    qtbot.waitUntil(lambda: window.prepare.running is None, timeout=60_000)
    assert ready(window) == set(range(COUNT))


def test_killed_worker_goes_on_where_it_was(window, qtbot):
    window.actions_["prepare"].trigger()
    qtbot.waitUntil(lambda: len(ready(window)) >= 2, timeout=60_000)
    os.kill(window.bridge.client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: window.bridge.model is None, timeout=60_000)
    assert window.prepare.running is not None
    qtbot.waitUntil(lambda: window.prepare.running is None, timeout=60_000)
    assert ready(window) == set(range(COUNT)) and "All 6 slices" in " ".join(window.banners.texts)
