"""What a run needs is told before it starts, and told truly."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

import finetune.loop.cost
from finetune.loop.cost import measure, report_cost
from finetune.tasks.base import Cost
from medsam.errors import InputError
from tests.finetune.micro_task import MicroTask, micro_recipe


def task(**train: object) -> MicroTask:
    """With statistics, which a pass would move."""
    found = MicroTask(micro_recipe(**train), torch.device("cpu"))
    assert isinstance(found.network, nn.Sequential)
    found.network.insert(1, nn.BatchNorm2d(4))
    return found


def memory(monkeypatch: pytest.MonkeyPatch, *, free: int, total: int) -> None:
    answer = SimpleNamespace(available=free, total=total)
    monkeypatch.setattr(finetune.loop.cost.psutil, "virtual_memory", lambda: answer)


def test_measuring_changes_nothing() -> None:
    found = task()
    before = {n: t.clone() for n, t in found.network.state_dict().items()}
    estimate = measure(found, found.cost())
    assert estimate.step_seconds > 0
    for name, tensor in found.network.state_dict().items():
        assert torch.equal(tensor, before[name])
    assert all(p.grad is None for p in found.network.parameters())


def test_memory_and_time_are_told() -> None:
    said: list[str] = []
    report_cost(task(), said.append)
    text = "\n".join(said)
    assert "parameters are trained; about 9.5 MiB of memory are needed" in text
    assert "Pictures of 16 pixels." in text
    assert "12 steps of 8 samples at about" in text and "validation not counted" in text


def test_what_cannot_fit_is_refused_with_what_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    memory(monkeypatch, free=4 << 20, total=8 << 20)
    with pytest.raises(
        InputError, match=r"needs about 9\.5 MiB of memory and this machine has 8\.0 MiB"
    ) as caught:
        report_cost(task(), lambda line: None)
    assert "raise train.accumulate, set train.bfloat16=true or lower train.batch" in str(caught.value)


def test_what_may_not_fit_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    memory(monkeypatch, free=4 << 20, total=1 << 30)
    said: list[str] = []
    report_cost(task(), said.append)
    assert any("more than is free now" in line for line in said)


def test_a_long_step_is_judged_by_one_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finetune.loop.cost, "_LONG_PASS", 0.0)
    found = task(accumulate=2)
    estimate = measure(found, Cost(1, 1, 1, 1.0))
    assert estimate.note == "measured on one sample"
    assert {position for _, position in found.asked} == {0}
