"""Slices encoded together on a card, giving way, and what is told when the card does not do.

``tests.pretend_card`` stands in for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch

from medsam.engine import worker_models
from medsam.engine.jobs import (
    Encode,
    Failed,
    LoadModel,
    MaskAnswer,
    Message,
    ModelChanged,
    ModelLoaded,
    Predict,
    Priority,
    SetVolume,
    SliceKey,
    SliceProgress,
    SliceState,
)
from medsam.engine.logs import engine_logger
from medsam.engine.loss import EXIT_CARD_LOST
from medsam.engine.shared_voxels import OwnedBlock
from medsam.engine.worker_inference import Inference
from medsam.engine.worker_models import Models
from medsam.engine.worker_queue import JobQueue
from medsam.inference.predictor import EmbeddingPredictor
from medsam.intensity import Window
from medsam.model.build import LoadedModel
from medsam.prompts import Box, Prompts
from tests.fakes import TinyWeights
from tests.pretend_card import CARD, FULL, PretendCard, failing

LOST = RuntimeError("CUDA error: an illegal memory access was encountered")
SLICES = 12


class Bench:
    """An inference without a thread on a volume of twelve slices, with a model on the card."""

    def __init__(self, card: PretendCard) -> None:
        self.card = card
        self.sent: list[Message] = []
        self.queue = JobQueue()
        self.loads: list[str] = []
        self.load_error: Exception | None = None
        self.models = Models(self._load, "", engine_logger())
        self.inference = Inference(self.sent.append, self.queue, self.models)
        voxels = np.random.default_rng(0).integers(-500, 500, (30, 40, SLICES), dtype=np.int16)
        self.block = OwnedBlock(voxels)
        self.queue.put(SetVolume(1, self.block.description))
        self.queue.put(LoadModel(1, "tiny", "cuda", "exact"))

    def _load(self, name: str, device: str) -> LoadedModel:
        self.loads.append(device)
        loaded = TinyWeights.sam(name)
        if device == "cpu":
            return loaded
        if self.load_error is not None:
            raise self.load_error
        return self.card.put(loaded)

    def run(self) -> list[Message]:
        """Work off all that waits; what was sent meanwhile."""
        begin = len(self.sent)
        while self.queue.waiting():
            job = self.queue.take()
            assert job is not None
            self.inference._carry_out(job)
        return self.sent[begin:]

    def ask(self, *indices: int, priority: Priority = Priority.REST) -> None:
        """Ask for slices; the token of each is 10 more than its index."""
        for index in indices:
            self.queue.put(Encode(10 + index, key(index), priority))

    def warm(self, *indices: int) -> list[int]:
        """Encode so many slices that batches are known; from then on, the sizes of batches."""
        self.ask(*indices, priority=Priority.VIEW)
        self.run()
        return self.fail(FULL, lambda x: False)

    def fail(self, error: Exception, when: Callable[[torch.Tensor], bool]) -> list[int]:
        """Let the encoder fail; see ``failing``."""
        predictor = self.models.active
        return failing(predictor.network, error, when, lambda: predictor.device == CARD)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(worker_models, "available_devices", lambda: ["cuda", "cpu"])
    made = Bench(PretendCard(monkeypatch, free=4))
    yield made
    made.inference._let_go()
    made.block.close()


def key(index: int = 0) -> SliceKey:
    return SliceKey(1, 2, index, Window(0, 1000))


def ready(messages: list[Message]) -> list[int]:
    """Indices of slices told ready, in order."""
    told = [m for m in messages if isinstance(m, SliceProgress) and m.state is SliceState.READY]
    return [m.slice.index for m in told]


def test_the_rest_is_encoded_together_and_told_slice_by_slice(bench: Bench) -> None:
    bench.run()
    sizes = bench.warm(0, 1)
    bench.ask(*range(2, SLICES))
    told = bench.run()
    assert sizes == [4, 4, 2]
    assert ready(told) == list(range(2, SLICES))
    begun = [m.slice.index for m in told if isinstance(m, SliceProgress) and m.state is SliceState.ENCODING]
    assert begun == list(range(2, SLICES))
    assert not bench.queue.wants(key(5))


def test_what_somebody_looks_at_is_not_made_to_wait_for_others(bench: Bench) -> None:
    bench.run()
    sizes = bench.warm(0, 1)
    bench.ask(2, 3, priority=Priority.NEIGHBOUR)
    bench.ask(4, 5)
    bench.run()
    assert sizes == [1, 1, 2]


def test_a_prompt_goes_between_two_batches(bench: Bench) -> None:
    bench.run()
    bench.warm(0, 1)
    asked: list[int] = []

    def look(x: torch.Tensor) -> bool:
        if len(x) > 1 and not asked:
            asked.append(1)
            bench.queue.put(Predict(99, key(9), Prompts(Box(4, 5, 20, 30)), draft=False))
        return False

    bench.fail(FULL, look)
    bench.ask(*range(2, SLICES))
    told = bench.run()
    answer = next(n for n, m in enumerate(told) if isinstance(m, MaskAnswer))
    assert ready(told[:answer]) == [2, 3, 4, 5, 9], "one batch, then the slice that was pointed at"
    assert sorted(ready(told)) == sorted([*range(2, SLICES), 9])


def test_a_run_that_gives_way_puts_the_others_back(bench: Bench) -> None:
    bench.run()
    sizes = bench.warm(0, 1)
    bench.ask(*range(2, 6))
    job = bench.queue.take()
    assert job is not None
    bench.ask(0, priority=Priority.VIEW)  # more urgent, and comes before the batch has begun
    bench.models.cache.clear()
    bench.inference._ready.clear()
    bench.inference._carry_out(job)
    assert sizes == [] and len(bench.queue.waiting()) == 5
    bench.run()
    assert sizes == [1, 4]


def test_cancelling_reaches_what_is_encoded_together(bench: Bench) -> None:
    bench.run()
    bench.warm(0, 1)
    calls: list[int] = []

    def cancel(x: torch.Tensor) -> bool:
        calls.append(len(x))
        bench.queue.cancel((12, 13, 14, 15))
        return len(calls) == 1

    sizes = bench.fail(KeyError("a fault"), cancel)
    bench.ask(*range(2, 6))
    told = bench.run()
    assert sizes == [4], "what was cancelled meanwhile is not begun again"
    assert isinstance(told[-1], SliceProgress) and ready(told) == []


def test_a_fault_of_one_slice_fails_its_request_alone(bench: Bench) -> None:
    bench.run()
    bench.warm(0, 1)
    bench.ask(2, 3, 99)
    told = bench.run()
    assert ready(told) == [2, 3]
    assert [m.token for m in told if isinstance(m, Failed)] == [109]


def test_a_full_card_halves_the_batch_and_nobody_is_told(bench: Bench) -> None:
    bench.run()
    bench.warm(0, 1)
    sizes = bench.fail(FULL, lambda x: len(x) > 2)
    bench.ask(*range(2, SLICES))
    told = bench.run()
    assert sizes == [4, 2, 2, 2, 2, 2]
    assert ready(told) == list(range(2, SLICES))
    assert not any(isinstance(m, (Failed, ModelChanged)) for m in told)


def test_a_card_too_small_is_left_and_said_once(bench: Bench) -> None:
    bench.run()
    bench.warm(0, 1)
    bench.fail(FULL, lambda x: True)
    bench.ask(*range(2, 6))
    bench.queue.put(Predict(99, key(7), Prompts(Box(4, 5, 20, 30)), draft=False))
    told = bench.run()
    changes = [m for m in told if isinstance(m, ModelChanged)]
    assert len(changes) == 1 and "on the CPU from now on" in changes[0].sentence
    assert changes[0].info.device == "cpu" and changes[0].info == bench.models.info
    assert [m.token for m in told if isinstance(m, MaskAnswer)] == [99]
    assert sorted(ready(told)) == [2, 3, 4, 5, 7]
    assert not any(isinstance(m, Failed) for m in told)
    assert bench.loads == ["cuda"], "nothing was read again"


def test_another_precision_makes_slices_unready(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.queue.put(LoadModel(2, "tiny", "cuda", "fast"))
    bench.run()
    bench.warm(0, 1)
    predictor = bench.models.active
    assert isinstance(predictor, EmbeddingPredictor) and predictor.precision == "fast"
    computed = predictor.network.image_encoder.on_card
    real = computed.embed
    monkeypatch.setattr(computed, "embed", lambda tokens: real(tokens) * float("inf"))
    bench.ask(2, priority=Priority.VIEW)
    told = bench.run()
    kinds = [(m.slice.index, m.state) for m in told if isinstance(m, SliceProgress) and not m.fraction]
    assert {(0, SliceState.NONE), (1, SliceState.NONE)} <= set(kinds)
    change = next(m for m in told if isinstance(m, ModelChanged))
    assert change.info.precision == "exact" and ready(told) == [2]
    assert told.index(change) < len(told) - 1, "the slice is ready after the change, and stays so"


@pytest.mark.parametrize(("error", "why"), [(FULL, "too little memory"), (LOST, "does not work")])
def test_a_model_that_does_not_get_onto_the_card_is_loaded_beside_it(
    bench: Bench, error: Exception, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_models, "release", lambda device: None)
    bench.load_error = error
    loaded, changed = bench.run()
    assert isinstance(loaded, ModelLoaded) and loaded.info.device == "cpu"
    assert isinstance(changed, ModelChanged) and why in changed.sentence
    assert bench.loads == ["cuda", "cpu"]


def test_other_errors_of_loading_are_told_as_they_are(bench: Bench) -> None:
    bench.load_error = MemoryError()
    bench.loads.clear()
    bench.queue.put(LoadModel(2, "tiny", "cpu"))
    bench.run()
    assert bench.loads == ["cpu"]


def test_a_lost_card_ends_the_process_and_answers_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Models, "uses_card", True)
    bench.run()
    bench.fail(LOST, lambda x: True)
    bench.ask(2)
    begin = len(bench.sent)
    assert bench.inference.run() == EXIT_CARD_LOST
    assert not any(isinstance(m, Failed) for m in bench.sent[begin:])


def test_the_same_words_mean_less_without_a_card(bench: Bench) -> None:
    bench.run()
    bench.fail(LOST, lambda x: True)
    bench.ask(2)
    assert [m.token for m in bench.run() if isinstance(m, Failed)] == [12]
