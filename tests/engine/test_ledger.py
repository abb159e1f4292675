"""Which answers are let through, and what is asked again after a loss."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medsam.engine.jobs import (
    Encode,
    Failed,
    LoadModel,
    MaskAnswer,
    ModelChanged,
    ModelLoaded,
    Predict,
    Priority,
    SliceKey,
    SliceProgress,
    SliceState,
    WorkerReady,
)
from medsam.engine.ledger import Ledger
from medsam.prompts import Box, Prompts
from tests.fakes import fake_model_info

PROMPTS = Prompts(Box(0, 0, 2, 2))


def key(index: int = 0, volume: int = 1) -> SliceKey:
    return SliceKey(volume, 2, index, None)


def answer(token: int, draft: bool = False) -> MaskAnswer:
    return MaskAnswer(token, key(), (), (), draft=draft)


def predict(token: int, channel: str = "") -> Predict:
    return Predict(token, key(), PROMPTS, channel=channel)


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.set_volume(1)
    return made


def test_tokens_never_repeat(ledger: Ledger) -> None:
    assert len({ledger.next_token() for _ in range(10)}) == 10


def test_an_answer_is_let_through_once(ledger: Ledger) -> None:
    ledger.owe(predict(1))
    assert ledger.busy
    assert ledger.accept(answer(1))
    assert not ledger.busy
    assert not ledger.accept(answer(1))


def test_a_draft_leaves_the_real_answer_owed(ledger: Ledger) -> None:
    ledger.owe(predict(1))
    assert ledger.accept(answer(1, draft=True))
    assert ledger.busy
    assert ledger.accept(answer(1))


def test_a_cancelled_answer_is_dropped(ledger: Ledger) -> None:
    ledger.owe(predict(1))
    ledger.cancel((1,))
    assert not ledger.accept(answer(1, draft=True))
    assert not ledger.accept(answer(1))
    assert not ledger.accept(Failed(1, "late"))


def test_answers_of_another_volume_are_dropped(ledger: Ledger) -> None:
    ledger.owe(predict(1))
    ledger.owe(LoadModel(2, "a"))
    ledger.set_volume(2)
    assert not ledger.accept(answer(1))
    assert not ledger.accept(SliceProgress(key(volume=1), SliceState.READY))
    assert ledger.accept(SliceProgress(key(volume=2), SliceState.READY))
    assert ledger.accept(ModelLoaded(2, fake_model_info(), 0.1))


def test_an_answer_settles_earlier_requests_of_its_channel(ledger: Ledger) -> None:
    for token in (1, 2, 3):
        ledger.owe(predict(token, "drag"))
    ledger.owe(predict(4))
    assert ledger.accept(answer(2))
    assert not ledger.accept(answer(1))
    assert ledger.accept(answer(3))
    assert ledger.accept(answer(4))
    assert not ledger.busy


def test_a_running_request_still_answers_while_a_newer_one_waits(ledger: Ledger) -> None:
    ledger.owe(predict(1, "drag"))
    ledger.owe(predict(2, "drag"))
    assert ledger.accept(answer(1))


def test_ready_settles_every_encode_of_the_slice(ledger: Ledger) -> None:
    ledger.owe(Encode(1, key(5), Priority.REST))
    ledger.owe(Encode(2, key(5), Priority.VIEW))
    ledger.owe(Encode(3, key(6), Priority.VIEW))
    ledger.accept(SliceProgress(key(5), SliceState.ENCODING))
    assert ledger.busy
    ledger.accept(SliceProgress(key(5), SliceState.READY))
    ledger.cancel((3,))
    assert not ledger.busy


def test_cancel_of_a_drag_takes_along_what_its_newest_request_replaced(ledger: Ledger) -> None:
    for token in (1, 2, 3):
        ledger.owe(predict(token, "drag"))
    ledger.owe(predict(4))
    assert ledger.cancel((3,)) == (3, 1, 2)
    assert not ledger.accept(answer(1))
    assert ledger.accept(answer(4))
    assert not ledger.busy


def test_what_a_drag_came_to_settles_its_requests_and_one_that_runs_still_answers(ledger: Ledger) -> None:
    for token in (1, 2):
        ledger.owe(predict(token, "drag"))
    ledger.owe(replace(predict(3), settles="drag"))
    assert ledger.accept(answer(1))
    assert ledger.accept(answer(3))
    assert not ledger.busy


def test_a_drag_that_fails_owes_nothing_more(ledger: Ledger) -> None:
    for token in (1, 2):
        ledger.owe(predict(token, "drag"))
    assert ledger.accept(Failed(2, "no"))
    assert not ledger.busy


def test_a_fresh_worker_is_not_asked_for_what_a_drag_has_left_behind(ledger: Ledger) -> None:
    for token in (1, 2):
        ledger.owe(predict(token, "drag"))
    ledger.owe(replace(predict(3), settles="drag"))
    ledger.owe(predict(4, "drag"))
    assert [request.token for request in ledger.replay()] == [3, 4]


def test_only_the_last_model_asked_for_counts(ledger: Ledger) -> None:
    ledger.owe(LoadModel(1, "a"))
    ledger.owe(LoadModel(2, "b"))
    assert not ledger.accept(ModelLoaded(1, fake_model_info("a"), 0.1))
    assert ledger.model is None
    assert ledger.accept(ModelLoaded(2, fake_model_info("b"), 0.1))
    assert ledger.model is not None
    assert ledger.model.name == "b"


def test_a_failure_settles_its_request_and_one_without_token_is_always_shown(ledger: Ledger) -> None:
    ledger.owe(predict(1))
    assert ledger.accept(Failed(1, "no"))
    assert not ledger.busy
    assert ledger.accept(Failed(None, "no"))
    assert ledger.accept(WorkerReady(1))


def test_replay_tells_the_model_in_use_then_what_is_owed(ledger: Ledger) -> None:
    ledger.owe(LoadModel(1, "a", "cuda"))
    ledger.accept(ModelLoaded(1, fake_model_info("a"), 0.1))
    ledger.owe(Encode(2, key(), Priority.REST))
    ledger.owe(predict(3, "drag"))
    ledger.owe(predict(4, "drag"))
    ledger.owe(predict(5))
    requests = ledger.replay()
    assert [type(r).__name__ for r in requests] == ["LoadModel", "Encode", "Predict", "Predict"]
    assert [r.token for r in requests] == [1, 2, 4, 5]  # type: ignore[union-attr]
    # The model is owed again, so that its failure would be heard.
    assert ledger.accept(Failed(1, "the file is gone"))


def test_replay_prefers_the_model_that_was_being_loaded(ledger: Ledger) -> None:
    ledger.owe(LoadModel(1, "a"))
    ledger.accept(ModelLoaded(1, fake_model_info("a"), 0.1))
    ledger.owe(LoadModel(2, "b"))
    assert ledger.replay() == [LoadModel(2, "b")]


def test_replay_avoids_the_card_when_told(ledger: Ledger) -> None:
    ledger.owe(LoadModel(1, "a", "cuda"))
    assert ledger.replay(avoid_card=True) == [LoadModel(1, "a", "cpu")]


def test_a_loss_takes_back_what_was_said_of_slices(ledger: Ledger) -> None:
    ledger.accept(SliceProgress(key(1), SliceState.READY))
    ledger.accept(SliceProgress(key(2), SliceState.ENCODING))
    ledger.accept(SliceProgress(key(3), SliceState.NONE))
    ledger.owe(Encode(1, key(2), Priority.VIEW))
    assert ledger.forget_states() == [
        SliceProgress(key(1), SliceState.NONE),
        SliceProgress(key(2), SliceState.QUEUED),
    ]


def test_giving_up_fails_everything_owed(ledger: Ledger) -> None:
    ledger.owe(predict(1))
    ledger.owe(LoadModel(2, "a"))
    assert ledger.fail_all("down") == [Failed(1, "down"), Failed(2, "down")]
    assert not ledger.busy


def test_a_model_that_left_the_card_does_not_go_back_there_by_itself(ledger: Ledger) -> None:
    load = LoadModel(ledger.next_token(), "medsam", "auto", "fast")
    ledger.owe(load)
    ledger.accept(ModelLoaded(load.token, fake_model_info("medsam", device="cuda"), 0.1))
    now = fake_model_info("medsam", device="cpu")
    assert ledger.accept(ModelChanged(now, "The graphics card has too little memory."))
    assert ledger.model == now
    assert ledger.replay() == [replace(load, device="cpu")]
