"""Cache size and what counts as running out of memory."""

from __future__ import annotations

import psutil
import pytest
import torch

from medsam.engine.logs import engine_logger
from medsam.engine.worker_models import Models, cache_bytes
from medsam.errors import ModelError
from medsam.model.card import is_out_of_memory
from medsam.prompts import Box, Points, Prompts
from tests.fakes import TinyWeights

BOX = Prompts(Box(1, 1, 9, 9))


@pytest.mark.parametrize(("gib", "mib"), [(1, 256), (8, 1024), (256, 2048)])
def test_the_cache_takes_an_eighth_of_the_memory_within_limits(
    gib: int, mib: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = psutil.virtual_memory()._replace(total=gib * 2**30)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    assert cache_bytes() == mib * 2**20


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_out_of_memory_is_recognised(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_drafts_are_for_boxes_on_embedding_models_alone() -> None:
    made = {"tiny": TinyWeights.sam(), "zoom": TinyWeights.zoom()}
    models = Models(lambda name, device: made[name], "zoom", engine_logger())
    assert models.draft_for(BOX) is None
    models.load("tiny", "cpu")
    models.prepare_draft()
    assert models.draft_for(BOX) is not None
    assert models.draft_for(Prompts(Box(1, 1, 9, 9), Points.of([(2, 2)]))) is None
    assert models.draft_for(Prompts(points=Points.of([(2, 2)]))) is None
    models.load("zoom", "cpu")
    assert models.draft_for(BOX) is None


def test_a_failed_load_keeps_the_model_in_use() -> None:
    def load(name: str, device: str) -> object:
        if name != "tiny":
            raise ModelError("no such model")
        return TinyWeights.sam()

    models = Models(load, "", engine_logger())  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="none is loaded"):
        _ = models.active
    info = models.load("tiny", "cpu")
    with pytest.raises(ModelError, match="no such model"):
        models.load("other", "cpu")
    assert models.info == info
    assert models.active.card.name == "tiny"
