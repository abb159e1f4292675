"""What a slice takes: breaks, sleep, batches and slices that were there already do not mislead."""

from __future__ import annotations

import pytest

from medsam.ui import settings
from medsam.ui.controllers import pace
from medsam.ui.controllers.pace import Pace, usual_pace


@pytest.fixture
def clock(monkeypatch):
    """Seconds that a test sets."""
    now = [100.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])

    def go(seconds: float) -> None:
        now[0] += seconds

    return go


def encode(learnt: Pace, index: int, seconds: float, clock) -> None:
    learnt.note_progress(index, 0.0)
    clock(seconds)
    learnt.note_ready(index)


def test_first_estimate_comes_with_the_first_slice_and_before_from_earlier(clock):
    assert Pace().seconds is None and Pace(3.0).seconds == 3.0
    learnt = Pace(3.0)
    learnt.note_progress(1, 0.0)
    clock(0.5)
    learnt.note_progress(1, 0.25)
    assert learnt.seconds == 2.0, "by the part of it that is done"
    clock(2.0)
    learnt.note_ready(1)
    assert learnt.seconds == learnt.learnt == 2.5


def test_slices_that_were_there_are_not_counted(clock):
    learnt = Pace()
    for index in range(50):
        clock(0.02)
        learnt.note_ready(index)
    assert learnt.seconds is None
    encode(learnt, 50, 4.0, clock)
    assert learnt.seconds == 4.0


def test_time_in_which_an_encoding_stood_aside_is_not_counted(clock):
    learnt = Pace()
    learnt.note_progress(1, 0.0)
    clock(1.5)
    learnt.note_progress(1, 0.6)
    clock(300.0)  # somebody drew boxes; then it begins anew
    learnt.note_progress(1, 0.0)
    clock(2.0)
    learnt.note_ready(1)
    assert learnt.seconds == 2.0


def test_one_slice_that_slept_with_the_machine_counts_little(clock):
    learnt = Pace()
    encode(learnt, 0, 8 * 3600.0, clock)
    encode(learnt, 1, 2.0, clock)
    assert learnt.seconds == 2.0
    for index in range(2, 6):
        encode(learnt, index, 2.2, clock)
    encode(learnt, 6, 5000.0, clock)
    assert learnt.seconds == pytest.approx(2.2)


def test_slices_that_were_encoded_together_share_their_time(clock):
    learnt = Pace()
    for first in (0, 8):
        for index in range(first, first + 8):
            learnt.note_progress(index, 0.0)
        clock(4.0)
        for index in range(first, first + 8):
            learnt.note_ready(index)
    assert learnt.seconds == pytest.approx(0.5)


def test_lost_worker_leaves_what_was_learnt(clock):
    learnt = Pace()
    encode(learnt, 0, 2.0, clock)
    learnt.note_progress(1, 0.5)
    learnt.break_off()
    clock(60.0)
    learnt.note_ready(1)
    assert learnt.seconds == 2.0


def test_what_was_learnt_is_known_to_the_next_run(clock):
    assert usual_pace("a-fast-cpu") is None
    learnt = Pace()
    learnt.remember("a-fast-cpu")
    assert usual_pace("a-fast-cpu") is None, "nothing was learnt"
    encode(learnt, 0, 2.5, clock)
    learnt.remember("a-fast-cpu")
    assert usual_pace("a-fast-cpu") == 2.5 and usual_pace("a-exact-cpu") is None
    settings.remember("embeddings/pace/a-fast-cpu", "no number")
    assert usual_pace("a-fast-cpu") is None
