"""The benchmark of training measures what it says it does, on a network of seconds."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from benchmarks import decoder_training


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> argparse.Namespace:
    """A micro network, one thread, few samples."""
    monkeypatch.setattr(decoder_training, "STEPS", dict.fromkeys(decoder_training.SIDES, 1))
    monkeypatch.setattr(decoder_training, "BATCH", {"cpu": dict.fromkeys(decoder_training.SIDES, 2)})
    store = decoder_training.phantoms(tmp_path)
    return argparse.Namespace(
        arch="micro", device="cpu", threads=1, objects=1, rounds=1, store=store, full=False
    )


@pytest.mark.parametrize("side", ["cached", "reencoding", "full"])
def test_a_side_takes_real_steps(side: str, asked: argparse.Namespace) -> None:
    found = decoder_training.ours(side, asked)
    assert found["sample"] > 0
    assert ("embedding" in found) == (side == "cached")


def test_the_table_names_every_side_with_its_ratio(
    asked: argparse.Namespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {"cached": {"sample": 0.5, "embedding": 3.0}, "reencoding": {"sample": 60.0}, "published": None}
    monkeypatch.setattr(decoder_training, "run", lambda side, args, store: answers[side])
    asked.arch = "vit_b"
    decoder_training.report(asked, asked.store)
    said = capsys.readouterr().out
    assert "120.0" in said and "not measured" in said and "3 s for its embedding" in said
    assert "full" not in said
