"""Real networks resume as exactly as the loop promises: the tiers of SAM."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

import finetune.loop.live
from finetune.config import Recipe, recipe_from_dict
from finetune.loop.checkpoint import read_content
from finetune.loop.train import train
from finetune.tasks.sam import make_sam_task
from medsam.errors import Cancelled
from tests.finetune.loop.test_train import assert_same
from tests.finetune.micro_sam import MICRO
from tests.finetune.phantom_store import write_phantoms


def recipe(tier: str) -> Recipe:
    """Points, clicks and rounds of masks are drawn as well."""
    return recipe_from_dict(
        {
            "name": "micro",
            "tier": tier,
            "network": MICRO,
            "prompts": {"objects": 2, "point": 0.5, "clicks": 1, "mask_rounds": 1},
            "train": {
                "batch": 4,
                "accumulate": 2,
                "steps": 4,
                "warm_up": 1,
                "validate_every": 4,
                "threads": 1,
            },
        }
    )


@pytest.mark.parametrize("tier", ["A", "C", "D"])
def test_a_stopped_run_equals_an_uninterrupted_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tier: str
) -> None:
    monkeypatch.setattr(finetune.loop.live, "draw_curves", lambda folder, path, title: None)
    monkeypatch.setattr("finetune.loop.record.LOOKS_SHOWN", 1)
    nothing = SimpleNamespace(step_seconds=0)
    monkeypatch.setattr("finetune.loop.train.report_cost", lambda *args, **kwargs: nothing)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    (tmp_path / "store").mkdir()
    store = write_phantoms(tmp_path / "store")
    plan = recipe(tier)
    steps: list[int] = [0]

    def go(out: str, stop_at: int) -> None:
        steps[:] = [0]
        train(
            lambda device: make_sam_task(plan, store, device, reencode=tier == "A"),
            plan,
            tmp_path / out,
            report=lambda line: None,
            is_cancelled=lambda: 0 < stop_at <= steps[-1],
            progress=lambda p: steps.append(p.step),
            device="cpu",
        )

    go("whole", 0)
    with pytest.raises(Cancelled):
        go("pieces", 2)
    begun = read_content(tmp_path / "pieces" / "checkpoint.pt")["trained"]
    go("pieces", 0)
    for name in ("checkpoint.pt", "best.pt"):
        assert_same(read_content(tmp_path / "whole" / name), read_content(tmp_path / "pieces" / name))
    ended = read_content(tmp_path / "pieces" / "checkpoint.pt")["trained"]
    assert all(not torch.equal(ended[n], begun[n]) for n in ended if "lora" in n or "output_upscaling.0" in n)
