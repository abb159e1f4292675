"""When a dead worker is started again, and what is said."""

from __future__ import annotations

import pytest

from medsam.engine.loss import EXIT_CANNOT_START, EXIT_CARD_LOST, LossRecord, say_loss


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_third_death_within_a_minute_is_the_last() -> None:
    record = LossRecord(Clock())
    assert [record.add(-9, on_card=False) for _ in range(3)] == [True, True, False]


def test_deaths_far_apart_are_forgiven() -> None:
    clock = Clock()
    record = LossRecord(clock)
    for _ in range(5):
        assert record.add(-9, on_card=False)
        clock.now += 31


def test_a_worker_that_cannot_start_is_not_started_again() -> None:
    assert not LossRecord().add(EXIT_CANNOT_START, on_card=False)


def test_the_card_is_avoided_after_two_deaths_on_it() -> None:
    record = LossRecord(Clock())
    record.add(1, on_card=True)
    assert not record.avoid_card
    record.add(1, on_card=True)
    assert record.avoid_card
    record.clear()
    assert not record.avoid_card
    assert record.add(1, on_card=False)


@pytest.mark.parametrize(
    ("code", "restarting", "words"),
    [
        (-9, True, ["out of memory", "starts again", "labels are safe"]),
        (-11, True, ["SIGSEGV", "starts again"]),
        (1, True, ["exit code 1", "starts again"]),
        (0xC0000005, True, ["0xc0000005"]),
        (-9, False, ["out of memory", "stays down", "smaller model"]),
        (EXIT_CARD_LOST, True, ["graphics card or its driver", "starts again", "labels are safe"]),
        (EXIT_CANNOT_START, False, ["cannot start", "doctor"]),
    ],
)
def test_the_sentence_names_cause_and_remedy(code: int, restarting: bool, words: list[str]) -> None:
    sentence = say_loss(code, restarting, avoid_card=False)
    for word in words:
        assert word in sentence


def test_the_sentence_says_where_it_goes_on() -> None:
    assert "on the CPU" in say_loss(-9, True, avoid_card=True)
