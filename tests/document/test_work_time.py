"""Time at work: pauses over a minute and other programs do not count."""

from __future__ import annotations

from medsam.document.work_time import LONGEST_PAUSE, WorkTime


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_signs_of_work_run_the_clock():
    clock = Clock()
    time = WorkTime(clock)
    time.touch()
    clock.now += 5
    assert time.take() == 0 and not time.is_running
    time.start()
    for _ in range(4):
        clock.now += 10
        time.touch()
    assert time.take() == 40
    assert time.take() == 0


def test_a_long_pause_counts_a_minute_and_no_more():
    clock = Clock()
    time = WorkTime(clock)
    time.start()
    clock.now += 3600
    assert time.take() == 0, "a pause that lasts still is nobody's work yet"
    time.touch()
    clock.now += 1
    time.touch()
    assert time.take() == LONGEST_PAUSE + 1


def test_other_programs_do_not_count():
    clock = Clock()
    time = WorkTime(clock)
    time.start()
    clock.now += 3
    time.stop()
    clock.now += 30
    time.touch()
    time.start()
    time.start()
    clock.now += 2
    time.stop()
    assert time.take() == 5
