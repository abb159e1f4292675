"""The measurement of a graphics card, as far as it goes without one."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import torch

from benchmarks import gpu

CPU = torch.device("cpu")


class Seconds(gpu.Clock):
    """A clock on which every call takes a second a picture."""

    def __init__(self) -> None:
        super().__init__(CPU)
        self.latest = 0.0

    def __call__(self, run: Any) -> float:
        self.latest = 0.0
        run()
        return self.latest


def test_without_a_card_it_says_so_and_ends_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["gpu"])
    assert gpu.main() == 0
    assert capsys.readouterr().out.startswith("not measured: no graphics card")


def test_sides_take_turns_and_the_first_rounds_do_not_count() -> None:
    order: list[str] = []
    sides = {name: lambda name=name: order.append(name) or name for name in "ab"}  # type: ignore[misc]
    took, gave = gpu.in_turn(sides, 2, gpu.Clock(CPU))
    assert order == ["a", "b"] * 5
    assert {name: len(seconds) for name, seconds in took.items()} == {"a": 2, "b": 2}
    assert gave == {"a": "a", "b": "b"}


def test_batches_grow_until_memory_ends_and_the_best_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Seconds()

    def encode(batch: torch.Tensor) -> torch.Tensor:
        if len(batch) > 4:
            raise torch.OutOfMemoryError("CUDA out of memory")
        clock.latest = {1: 1.0, 2: 1.0, 4: 3.0}[len(batch)]
        return batch

    best = gpu.throughput({"ours": encode}, torch.zeros(1, 3, 4, 4), 64, 3, clock)
    assert best == {"ours": (2, [0.5] * 3)}
    said = capsys.readouterr().out
    assert "memory ended" in said and "2.0 (" in said


def test_other_faults_of_a_batch_are_not_hidden() -> None:
    def encode(batch: torch.Tensor) -> torch.Tensor:
        raise KeyError("a fault")

    with pytest.raises(KeyError):
        gpu.throughput({"ours": encode}, torch.zeros(1, 3, 4, 4), 2, 1, gpu.Clock(CPU))


def test_operations_are_counted_without_computing() -> None:
    assert 30e9 < gpu.operations("lite") < 120e9


def test_a_share_is_of_the_rate_in_the_same_format(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rates = {torch.float32: 1e12, torch.bfloat16: 4e12}
    monkeypatch.setattr(gpu, "matrix_rate", lambda dtype, clock, side: rates[dtype])
    best = {"exact, as written": (2, [2.0]), "fast, as written": (8, [0.5])}
    gpu.shares(best, 10**12, gpu.Clock(CPU))
    said = capsys.readouterr().out
    assert "exact: 0.5 T/s in batches of 2, 50 %" in said and "fast: 2.0 T/s in batches of 8, 50 %" in said


def test_the_rate_is_operations_by_time() -> None:
    assert gpu.matrix_rate(torch.float32, gpu.Clock(CPU), 64) > 1e6
