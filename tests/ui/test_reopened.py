"""A case whose slices were encoded, opened again by another window over another worker process."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from medsam.cli import embed
from medsam.cli.main import main
from medsam.engine.client import EngineClient
from medsam.engine.jobs import SliceState
from medsam.io import read_volume, write_volume
from medsam.ui import settings
from medsam.ui.controllers import prefetch
from medsam.ui.panels.preferences_speed import IDLE
from medsam.ui.precision_words import PRECISION
from tests.engine.tiny_worker import COUNTED
from tests.fakes import TinyWeights
from tests.phantoms import ct_phantom
from tests.ui.window_support import drag, settle, show_volume, view_of

SHAPE = (48, 40, 6)


@pytest.fixture
def count(monkeypatch, tmp_path):
    """How many encodings there were in all worker processes so far."""
    path = tmp_path / "encodings"
    path.touch()
    monkeypatch.setenv(COUNTED, str(path))
    monkeypatch.setenv("MEDSAM_EMBEDDINGS", str(tmp_path / "embeddings"))
    monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", str(10**9))
    monkeypatch.setenv("MEDSAM_THREADS", "1")
    # Timing a loaded machine may choose another precision in the second run.
    settings.remember(PRECISION, "exact")
    return lambda: path.stat().st_size


@pytest.fixture
def open_case(new_window, monkeypatch, qtbot, count):
    """Opens the case in a window over a fresh worker process with tiny networks."""
    command = [sys.executable, "-m", "tests.engine.tiny_worker"]
    monkeypatch.setattr(
        "tests.ui.window_support.EngineMaker.__call__",
        lambda self, on_message: EngineClient(on_message, command=command),
    )

    def make(volume=None):
        window = new_window(model="tiny")
        qtbot.waitUntil(lambda: window.bridge.model is not None, timeout=60_000)
        show_volume(window, volume or ct_phantom(SHAPE))
        return window

    return make


def strip(window):
    """The strip of the axial plane."""
    return window.area.panes[view_of(window).plane].strip


def ready(window):
    """The axial slices that the strip shows as ready."""
    return {n for n in range(SHAPE[2]) if strip(window).state(n) is SliceState.READY}


def prepare(window, qtbot):
    """Prepare the axial plane, and wait until the strip is full."""
    window.actions_["prepare"].trigger()
    qtbot.waitUntil(
        lambda: all(strip(window).state(n) is SliceState.READY for n in range(SHAPE[2])), timeout=60_000
    )


def masks(window, qtbot):
    """Draw a box on every slice; the masks that come."""
    found = []
    view = view_of(window)
    for index in range(SHAPE[2]):
        view.set_index(index)
        drag(view, (8, 8), (34, 30))
        qtbot.waitUntil(lambda n=index: len(window.session.annotation.prompts) > n, timeout=60_000)
        qtbot.waitUntil(lambda: not window.segmentation.queue.running, timeout=60_000)
        settle()
        found.append(window.session.annotation.slice_labels(view.frame.axis, index).copy())
    return found


def test_masks_on_a_case_opened_again_need_no_encoding(open_case, count, qtbot, monkeypatch):
    first = open_case()
    prepare(first, qtbot)
    assert count() == SHAPE[2]
    before = masks(first, qtbot)
    assert count() == SHAPE[2] and any(mask.any() for mask in before)
    first.close_unasked()
    # Nothing is asked to be encoded ahead: what the strip shows was found, not made.
    settings.remember(IDLE, False)
    monkeypatch.setattr(prefetch.Prefetch, "encode_ahead", lambda self: None)
    second = open_case()
    qtbot.waitUntil(lambda: ready(second) == set(range(SHAPE[2])), timeout=60_000)
    assert count() == SHAPE[2], "finding them encodes none"
    after = masks(second, qtbot)
    assert count() == SHAPE[2], "not one slice was encoded again"
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


def test_slices_of_the_command_embed_are_ready_in_the_window(open_case, count, qtbot, monkeypatch, tmp_path):
    path = tmp_path / "scan.nii.gz"
    write_volume(path, ct_phantom(SHAPE))
    monkeypatch.setattr("medsam.model.load_model", lambda model, device: TinyWeights.sam("tiny"))
    monkeypatch.setattr("medsam.inference.allocator.keep_memory", lambda: False)
    monkeypatch.setattr(embed, "step_back", lambda: None)
    assert main(["embed", str(path), "--precision", "exact"]) == 0
    monkeypatch.setattr(prefetch.Prefetch, "encode_ahead", lambda self: None)
    settings.remember(IDLE, False)
    window = open_case(read_volume(path))
    qtbot.waitUntil(lambda: ready(window) == set(range(SHAPE[2])), timeout=60_000)
    assert any(mask.any() for mask in masks(window, qtbot)) and count() == 0


def test_slices_that_were_damaged_meanwhile_are_encoded_again_and_alike(open_case, count, qtbot, tmp_path):
    first = open_case()
    prepare(first, qtbot)
    before, made = masks(first, qtbot), count()
    first.close_unasked()
    for n, path in enumerate(sorted((tmp_path / "embeddings").rglob("*.emb"))):
        data = bytearray(path.read_bytes())
        if n % 3 == 0:
            data[len(data) // 2] ^= 0x10
        path.write_bytes(data[: len(data) // 2] if n % 3 == 1 else data)
    second = open_case()
    after = masks(second, qtbot)
    assert count() == made + SHAPE[2] - SHAPE[2] // 3, "the third part was whole"
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    assert not second.banners.texts


def test_another_precision_shows_none_of_them_ready(open_case, count, qtbot, monkeypatch):
    first = open_case()
    prepare(first, qtbot)
    first.close_unasked()
    monkeypatch.setattr(prefetch.Prefetch, "encode_ahead", lambda self: None)
    settings.remember(PRECISION, "fastest")
    settings.remember(IDLE, False)
    second = open_case()
    asked = []
    second.bridge.progressed.connect(lambda m: asked.append(m.slice.index))
    qtbot.wait(600)
    assert second.bridge.model.precision == "fastest" and not ready(second) and not asked


def test_deleted_slices_are_encoded_again(open_case, count, qtbot):
    window = open_case()
    prepare(window, qtbot)
    window.bridge.client.keep_embeddings(clear=True)
    told = []
    window.bridge.embeddings_told.connect(told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=60_000)
    window.slices.forget()
    assert told[-1].count == 0
    before = count()
    prepare(window, qtbot)
    # The slice in view is still in the predictor's hands.
    assert count() - before >= SHAPE[2] - 1
