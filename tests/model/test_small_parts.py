"""Devices and descriptions of preprocessing."""

from __future__ import annotations

import pytest
import torch

from medsam.errors import ModelError
from medsam.model.devices import available_devices, pick_device
from medsam.model.preprocessing import PREPROCESSING, Preprocessing


def test_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available_devices()[-1] == "cpu"
    assert pick_device("cpu") == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert pick_device("auto") == torch.device("cpu")
    with pytest.raises(ModelError, match="--device cpu"):
        pick_device("cuda")
    with pytest.raises(ModelError, match="auto, cpu, cuda, mps"):
        pick_device("gpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert pick_device("auto") == torch.device("cuda")


@pytest.mark.parametrize("kind", PREPROCESSING)
def test_preprocessing_survives_a_round_trip(kind: str) -> None:
    pp = PREPROCESSING[kind]
    assert pp.kind == kind
    assert Preprocessing.from_dict(pp.to_dict()) == pp


BROKEN = [{}, {"kind": "sam", "size": "big"}, {"kind": "x", "size": 3}, {"kind": "sam", "size": 0}]


@pytest.mark.parametrize("values", BROKEN)
def test_broken_preprocessing_is_a_sentence(values: dict) -> None:
    with pytest.raises(ModelError):
        Preprocessing.from_dict(values)
