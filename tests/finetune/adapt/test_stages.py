"""Telling how far an adaptation is: bar and minutes agree, and nothing goes back."""

from __future__ import annotations

from typing import Any

import pytest

from finetune.adapt import stages
from finetune.adapt.stages import Stages


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [100.0]
    monkeypatch.setattr(stages.time, "monotonic", lambda: now[0])
    return now


def test_bar_is_the_share_of_the_time_where_that_is_known(clock: list[float]) -> None:
    events: list[dict[str, Any]] = []
    told = Stages(events.append)
    for passed, stage, left in ((0, "read", 100), (10, "train", 90), (50, "train", 50), (90, "check", 10)):
        clock[0] = 100.0 + passed
        told.tell(stage, 0.5, left=left)
    told.tell("save", 0.0, left=0.0)
    assert [e["fraction"] for e in events] == [0.0, 0.1, 0.5, 0.9, 1.0]


def test_bar_follows_the_stages_where_no_time_is_known_and_never_goes_back(clock: list[float]) -> None:
    events: list[dict[str, Any]] = []
    told = Stages(events.append)
    told.tell("read", 0.5)
    told.tell("train", 0.0)
    clock[0] += 1
    told.tell("train", 0.1, left=99.0)
    assert [e["fraction"] for e in events] == [0.04, 0.3, 0.3]


def test_more_is_not_told_than_anybody_reads(clock: list[float]) -> None:
    events: list[dict[str, Any]] = []
    told = Stages(events.append)
    for _ in range(5):
        told.tell("read", 0.5)
    told.tell("read", 0.6, at_once=True)
    assert len(events) == 2 and told.seconds == 0.0
