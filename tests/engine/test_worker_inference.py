"""What the inference thread does, and how a running encoding gives way: one step at a time, no process."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from medsam.engine import worker_queue
from medsam.engine.jobs import (
    EmbeddingsKept,
    Encode,
    Failed,
    KeepEmbeddings,
    LoadModel,
    LookedUp,
    LookUp,
    MaskAnswer,
    Message,
    ModelLoaded,
    Predict,
    Priority,
    SetVolume,
    SharePatch,
    SliceKey,
    SliceProgress,
    SliceState,
)
from medsam.engine.logs import engine_logger
from medsam.engine.shared_voxels import OwnedBlock
from medsam.engine.worker_inference import Inference
from medsam.engine.worker_models import Models
from medsam.engine.worker_queue import JobQueue
from medsam.engine.worker_slices import slice_picture
from medsam.errors import InputError, WeightsMismatch
from medsam.intensity import EIGHT_BIT, Window, to_uint8
from medsam.prompts import Box, MaskPrompt, Points, Prompts
from tests.fakes import TinyWeights

PROMPTS = Prompts(Box(4, 5, 20, 30))
STEPS = 5


class Bench:
    """An inference without a thread: ``run`` works the queue off; the tiny encoder takes five steps.

    ``at_step[n]`` is called before step n of the next encoding (counted over
    all encodings), which is when another thread could have put a request.
    """

    def __init__(self, draft_name: str = "tiny_zoom") -> None:
        self.sent: list[Message] = []
        self.queue = JobQueue()
        self.at_step: dict[int, Callable[[], Any]] = {}
        self.steps = 0
        self.models = Models(self._load, draft_name, engine_logger())
        self.steps_at_masks: list[int] = []
        self.inference = Inference(self._send, self.queue, self.models)
        voxels = np.random.default_rng(0).integers(-500, 500, (30, 40, 6), dtype=np.int16)
        self.block = OwnedBlock(voxels)
        self.queue.put(SetVolume(1, self.block.description))
        self.queue.put(LoadModel(100, "tiny"))

    def _send(self, message: Message) -> None:
        self.sent.append(message)
        if isinstance(message, MaskAnswer):
            self.steps_at_masks.append(self.steps)

    def _load(self, name: str, device: str) -> Any:
        if name == "tiny_zoom":
            return TinyWeights.zoom()
        if name == "tiny_zoom_clicks":
            return TinyWeights.zoom_with_clicks()
        if name == "sure_of_nothing":
            return TinyWeights.zoom_with_clicks(nothing_below=1.0)
        if name == "wrong":
            raise WeightsMismatch("This file holds other weights.")
        loaded = TinyWeights.sam(name, "sam", 3) if name == "general" else TinyWeights.sam(name)
        forward = loaded.network.image_encoder.forward

        def stepwise(x: Any, check: Callable[[], None]) -> Any:
            if name == "hungry":
                raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
            if name == "buggy":
                raise KeyError("an inner fault")
            for _ in range(STEPS):
                self.at_step.pop(self.steps, lambda: None)()
                self.steps += 1
                check()
            return forward(x)

        loaded.network.image_encoder.forward = stepwise
        return loaded

    def run(self) -> list[Message]:
        """Work off all that waits; what was sent meanwhile, without progress of encodings."""
        begin = len(self.sent)
        while self.queue.waiting():
            job = self.queue.take()
            assert job is not None
            self.inference._carry_out(job)
        return [m for m in self.sent[begin:] if getattr(m, "state", None) is not SliceState.ENCODING]

    def close(self) -> None:
        self.inference._let_go()
        self.block.close()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    made.run()
    yield made
    made.close()


def key(index: int = 0) -> SliceKey:
    return SliceKey(1, 2, index, Window(0, 1000))


def predict(token: int, index: int = 0, priority: Priority = Priority.VIEW, **fields: Any) -> Predict:
    return Predict(token, key(index), PROMPTS, priority, **fields)


def story(messages: list[Message]) -> list[Any]:
    """Messages in short: (token, draft?) of masks, (index, state) of slices."""
    short: list[Any] = []
    for message in messages:
        if isinstance(message, MaskAnswer):
            short.append((message.token, "draft" if message.draft else "mask"))
        elif isinstance(message, SliceProgress):
            short.append((message.slice.index, message.state.value))
        else:
            short.append(message)
    return short


def test_a_model_says_what_it_is() -> None:
    bench = Bench()
    (message,) = bench.run()
    bench.close()
    assert isinstance(message, ModelLoaded)
    assert (message.token, message.info.name, message.info.kind) == (100, "tiny", "embedding")
    assert message.info.needs_encoding
    assert message.info.device == "cpu"


def test_a_first_box_gets_a_draft_then_the_real_mask(bench: Bench) -> None:
    bench.queue.put(predict(1))
    messages = bench.run()
    assert story(messages) == [(1, "draft"), (0, "ready"), (1, "mask")]
    final = messages[-1]
    assert isinstance(final, MaskAnswer)
    assert final.masks[0].shape_hw == (40, 30)


def test_a_box_on_an_encoded_slice_gets_the_mask_alone(bench: Bench) -> None:
    bench.queue.put(Encode(1, key(), Priority.VIEW))
    assert story(bench.run()) == [(0, "ready")]
    bench.queue.put(predict(2))
    assert story(bench.run()) == [(2, "mask")]


def test_candidates_come_with_their_agreement_in_draft_and_mask(bench: Bench) -> None:
    bench.queue.put(predict(1, candidates=3))
    answers = [m for m in bench.run() if isinstance(m, MaskAnswer)]
    assert [answer.draft for answer in answers] == [True, False]
    for answer in answers:
        assert 1 <= len(answer.masks) == len(answer.scores) <= 3
        assert answer.agreement is not None and 0 <= answer.agreement <= 1
        assert answer.disagreement is not None and answer.disagreement.shape_hw == (40, 30)
        full = answer.disagreement.full()
        assert full.shape == (40, 30) and full.dtype == np.uint8
        np.testing.assert_array_equal(SharePatch.from_full(full).values, answer.disagreement.values)
        assert pickle.loads(pickle.dumps(answer)).agreement == answer.agreement


def test_one_candidate_is_answered_without_a_second_look(bench: Bench) -> None:
    bench.queue.put(predict(1))
    answer = bench.run()[-1]
    assert isinstance(answer, MaskAnswer)
    assert len(answer.masks) == 1 and answer.agreement is None and answer.disagreement is None


def test_three_heads_are_offered_as_they_are() -> None:
    bench = Bench()
    bench.queue.put(LoadModel(100, "general"))
    mask = np.zeros((40, 30), bool)
    mask[5:20, 5:20] = True
    told = Prompts(PROMPTS.box, Points.of([(10, 10)], [(25, 35)]), MaskPrompt.from_mask(mask))
    bench.queue.put(Predict(1, key(), told, candidates=3, draft=False))
    answer = bench.run()[-1]
    bench.close()
    assert isinstance(answer, MaskAnswer)
    assert 1 <= len(answer.masks) <= 3 and answer.agreement is not None


def test_no_draft_where_none_is_wanted(bench: Bench) -> None:
    bench.queue.put(predict(1, draft=False))
    assert story(bench.run()) == [(0, "ready"), (1, "mask")]


def test_masks_do_not_depend_on_how_the_slice_came_to_be_encoded(bench: Bench) -> None:
    bench.queue.put(predict(1))
    fresh = bench.run()[-1]
    bench.queue.put(predict(2, index=3))
    bench.run()
    bench.queue.put(predict(3))
    again = bench.run()[-1]
    assert isinstance(fresh, MaskAnswer)
    assert isinstance(again, MaskAnswer)
    assert np.array_equal(fresh.masks[0].full(), again.masks[0].full())
    assert fresh.scores == again.scores


def test_progress_is_told_and_known_from_the_second_encoding_on(bench: Bench) -> None:
    for index in (0, 1):
        bench.queue.put(Encode(1, key(index), Priority.VIEW))
    bench.run()
    fractions = [m.fraction for m in bench.sent if isinstance(m, SliceProgress)]
    assert fractions[0] == 0.0
    assert fractions[-1] == 1.0


def test_a_cancelled_encoding_stops_at_the_next_step(bench: Bench) -> None:
    bench.queue.put(Encode(1, key(), Priority.VIEW))
    bench.at_step[2] = lambda: bench.queue.cancel((1,))
    assert story(bench.run()) == [(0, "none")]
    assert bench.steps == 3


def test_an_encoding_cancelled_and_asked_for_again_goes_on_where_it_was(bench: Bench) -> None:
    bench.queue.put(Encode(1, key(), Priority.NEIGHBOUR))

    def look_ahead_anew() -> None:
        bench.queue.cancel((1,))
        bench.queue.put(Encode(2, key(), Priority.VIEW))

    bench.at_step[2] = look_ahead_anew
    # It has the new request's priority now, so a lesser one does not interrupt it.
    bench.at_step[3] = lambda: bench.queue.put(Encode(3, key(4), Priority.HOVERED))
    assert story(bench.run()) == [(0, "ready"), (0, "ready"), (4, "ready")]
    assert bench.steps == 2 * STEPS


def test_cancelling_the_encodings_ahead_spares_a_prediction_that_encodes(bench: Bench) -> None:
    bench.queue.put(predict(1, draft=False))
    bench.queue.put(Encode(2, key(), Priority.NEIGHBOUR))
    bench.at_step[2] = lambda: bench.queue.cancel((2,))
    assert story(bench.run()) == [(0, "ready"), (1, "mask")]


def test_an_encoding_stands_aside_for_a_drag_and_waits_for_its_next_request(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_queue, "DRAG_SECONDS", 600.0)
    bench.queue.put(Encode(1, key(), Priority.VIEW))
    bench.run()
    bench.queue.put(Encode(2, key(5), Priority.NEIGHBOUR))
    before = bench.steps

    hand = {3: {"channel": "drag"}, 4: {"channel": "drag"}, 5: {"settles": "drag"}}

    def drag(token: int = 3) -> None:
        bench.queue.put(predict(token, draft=False, **hand[token]))

    def answered(message: Message) -> None:
        send(message)
        if isinstance(message, MaskAnswer) and message.token + 1 in hand:
            threading.Timer(0.005, drag, (message.token + 1,)).start()

    send, bench.inference._send = bench.inference._send, answered
    bench.at_step[before + 2] = drag
    masks = [m.token for m in bench.run() if isinstance(m, MaskAnswer)]
    assert masks == [3, 4, 5]
    # All of them between two steps: none waited for the encoding to go on.
    assert bench.steps_at_masks == [before + 3] * 3
    assert bench.steps == before + STEPS


def test_a_box_in_view_interrupts_a_lesser_encoding_which_is_made_up_for(bench: Bench) -> None:
    bench.queue.put(Encode(1, key(5), Priority.NEIGHBOUR))
    bench.at_step[2] = lambda: bench.queue.put(predict(2, draft=False))
    assert story(bench.run()) == [(5, "queued"), (0, "ready"), (2, "mask"), (5, "ready")]


def test_a_slice_coming_into_view_interrupts_a_lesser_encoding(bench: Bench) -> None:
    bench.queue.put(Encode(1, key(5), Priority.NEIGHBOUR))
    bench.at_step[2] = lambda: bench.queue.put(Encode(2, key(4), Priority.VIEW))
    assert story(bench.run()) == [(5, "queued"), (4, "ready"), (5, "ready")]


def test_the_very_slice_coming_into_view_is_not_begun_again(bench: Bench) -> None:
    bench.queue.put(Encode(1, key(5), Priority.NEIGHBOUR))
    bench.at_step[2] = lambda: bench.queue.put(Encode(2, key(5), Priority.VIEW))
    bench.at_step[3] = lambda: bench.queue.put(Encode(3, key(4), Priority.HOVERED))
    assert story(bench.run()) == [(5, "ready"), (5, "ready"), (4, "ready")]
    assert bench.steps == 2 * STEPS


def test_a_box_on_an_encoded_slice_is_answered_while_another_encodes(bench: Bench) -> None:
    bench.queue.put(Encode(1, key(0), Priority.VIEW))
    bench.run()
    bench.queue.put(Encode(2, key(5), Priority.NEIGHBOUR))
    bench.at_step[STEPS + 2] = lambda: bench.queue.put(predict(3))
    assert story(bench.run()) == [(3, "mask"), (5, "ready")]
    assert bench.steps == 2 * STEPS


def test_the_slice_that_encoded_meanwhile_is_the_right_one_afterwards(bench: Bench) -> None:
    bench.queue.put(predict(1, index=5))
    alone = bench.run()[-1]
    bench.queue.put(Encode(2, key(0), Priority.VIEW))
    bench.run()
    bench.models.cache.clear()
    bench.queue.put(predict(3, index=5, draft=False))
    bench.at_step[2 * STEPS + 2] = lambda: bench.queue.put(predict(4, index=0))
    crossed = bench.run()[-1]
    assert isinstance(alone, MaskAnswer)
    assert isinstance(crossed, MaskAnswer)
    assert crossed.token == 3
    assert np.array_equal(alone.masks[0].full(), crossed.masks[0].full())


def test_boxes_drawn_during_the_encoding_get_drafts_at_once(bench: Bench) -> None:
    bench.queue.put(predict(1))
    bench.at_step[2] = lambda: bench.queue.put(predict(2))
    bench.at_step[3] = lambda: bench.queue.put(predict(3, priority=Priority.REST))
    assert story(bench.run()) == [
        (1, "draft"),
        (2, "draft"),
        (0, "ready"),
        (1, "mask"),
        (2, "mask"),
        (3, "mask"),
    ]


def test_another_model_interrupts_and_answers(bench: Bench) -> None:
    bench.queue.put(predict(1, draft=False))
    bench.at_step[2] = lambda: bench.queue.put(LoadModel(9, "tiny_zoom"))
    messages = bench.run()
    assert isinstance(messages[1], ModelLoaded)
    assert story(messages[2:]) == [(1, "mask")]
    bench.queue.put(Encode(2, key(), Priority.VIEW))
    assert story(bench.run()) == [(0, "ready")]


def test_another_volume_stops_the_encoding_and_old_slices_are_not_answered(bench: Bench) -> None:
    other = OwnedBlock(np.zeros((8, 9, 2), np.uint8))
    bench.queue.put(predict(1))
    bench.at_step[2] = lambda: bench.queue.put(SetVolume(2, other.description))
    assert story(bench.run()) == [(1, "draft"), (0, "none")]
    bench.queue.put(predict(3))
    bench.queue.put(Predict(4, SliceKey(2, 0, 0, EIGHT_BIT), Prompts(Box(1, 0, 5, 2)), draft=False))
    assert story(bench.run())[-1] == (4, "mask")
    assert not any(isinstance(m, MaskAnswer) and m.token == 3 for m in bench.sent)
    bench.close()
    other.close()


def test_weights_that_do_not_load_leave_the_model_in_use(bench: Bench) -> None:
    bench.queue.put(LoadModel(7, "wrong"))
    bench.queue.put(predict(8))
    messages = bench.run()
    assert messages[0] == Failed(7, "This file holds other weights.")
    assert story(messages)[-1] == (8, "mask")


@pytest.mark.parametrize(
    ("model", "words"),
    [("hungry", "Memory ran out"), ("buggy", "unexpected KeyError")],
)
def test_failures_become_a_sentence_and_the_worker_goes_on(bench: Bench, model: str, words: str) -> None:
    bench.queue.put(LoadModel(7, model))
    bench.queue.put(predict(8, draft=False))
    failed = bench.run()[1]
    assert isinstance(failed, Failed)
    assert failed.token == 8
    assert words in failed.sentence
    bench.queue.put(LoadModel(9, "tiny"))
    bench.queue.put(predict(10))
    assert story(bench.run())[-1] == (10, "mask")


def test_an_unexpected_failure_goes_to_the_log_with_its_traceback(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(bench.inference._log, "error", written.append)
    bench.queue.put(LoadModel(7, "buggy"))
    bench.queue.put(predict(8, draft=False))
    bench.run()
    assert len(written) == 1
    assert "Traceback" in written[0]
    assert "an inner fault" in written[0]


@pytest.mark.parametrize(
    ("prompts", "words"),
    [
        (Prompts(), "nothing came"),
        (Prompts(Box(100, 100, 120, 120)), "at least 1 pixel"),
        (Prompts(Box(1, 1, 9, 9), Points.of([(2, 2)])), "takes a box"),
    ],
)
def test_a_prompt_that_asks_nothing_fails_before_anything_is_encoded(
    bench: Bench, prompts: Prompts, words: str
) -> None:
    bench.queue.put(Predict(1, key(), prompts))
    messages = bench.run()
    assert isinstance(messages[0], Failed)
    assert words in messages[0].sentence
    assert bench.steps == 0


def test_without_a_model_a_box_says_so() -> None:
    bench = Bench()
    bench.queue.cancel((100,))
    bench.queue.put(predict(1))
    messages = bench.run()
    bench.close()
    assert isinstance(messages[0], Failed)
    assert "none is loaded" in messages[0].sentence


def test_no_draft_model_means_no_drafts_and_no_failure() -> None:
    bench = Bench(draft_name="wrong")
    bench.run()
    bench.queue.put(predict(1))
    assert story(bench.run()) == [(0, "ready"), (1, "mask")]
    bench.close()


EVERYTHING = Prompts(
    Box(4, 5, 20, 30), Points.of([(10, 12)], [(3, 3)]), MaskPrompt(np.eye(40, 30, dtype=np.float32) - 0.5)
)


@pytest.mark.parametrize("draft_name", ["tiny_zoom", "tiny_zoom_clicks"])
def test_a_draft_of_points_comes_from_a_model_that_takes_them(draft_name: str) -> None:
    bench = Bench(draft_name)
    bench.queue.put(LoadModel(101, "general"))
    bench.run()
    for token, prompts in enumerate((EVERYTHING, Prompts(points=Points.of([(10, 12)]))), start=1):
        bench.queue.put(Predict(token, key(token), prompts))
        drafts = [entry for entry in story(bench.run()) if entry[1] == "draft"]
        assert drafts == ([(token, "draft")] if draft_name == "tiny_zoom_clicks" else [])
    bench.close()


def test_a_draft_that_cannot_be_made_does_not_spoil_the_real_mask() -> None:
    bench = Bench("tiny_zoom_clicks")
    bench.queue.put(LoadModel(101, "general"))
    bench.run()
    # SAM takes a click off the object alone; the zoom network would not know where to look.
    bench.queue.put(Predict(1, key(), Prompts(points=Points.of([], [(10, 12)]))))
    assert story(bench.run()) == [(0, "ready"), (1, "mask")]
    bench.close()


def test_points_and_a_previous_mask_reach_the_predictor(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    bench.queue.put(LoadModel(101, "tiny_zoom_clicks"))
    bench.run()
    came: list[Prompts] = []
    predict_ = bench.models.active.predict
    monkeypatch.setattr(bench.models.active, "predict", lambda p, **how: came.append(p) or predict_(p, **how))
    bench.queue.put(Predict(1, key(), pickle.loads(pickle.dumps(EVERYTHING))))
    assert story(bench.run()) == [(1, "mask")]
    (prompts,) = came
    assert (prompts.box, prompts.points) == (EVERYTHING.box, EVERYTHING.points)
    assert prompts.mask is not None and EVERYTHING.mask is not None
    assert np.array_equal(prompts.mask.logits, EVERYTHING.mask.logits)
    bench.close()


def test_nothing_here_comes_with_the_guess() -> None:
    bench = Bench()
    bench.queue.put(LoadModel(101, "sure_of_nothing"))
    bench.run()
    bench.queue.put(Predict(1, key(), PROMPTS))
    (answer,) = bench.run()
    assert isinstance(answer, MaskAnswer)
    assert answer.empty and len(answer.masks) == 1
    bench.queue.put(Predict(2, key(), Prompts(Box(4, 5, 20, 30), Points.of([(10, 12)]))))
    (told,) = bench.run()
    assert isinstance(told, MaskAnswer)
    assert told.empty is not bool(told.masks[0].mask.any())
    bench.close()


@pytest.mark.parametrize(("axis", "shape"), [(0, (7, 6)), (1, (7, 5)), (2, (6, 5))])
def test_a_slice_picture_is_the_stored_slice_through_the_window(axis: int, shape: tuple[int, int]) -> None:
    array = np.arange(5 * 6 * 7, dtype=np.int16).reshape(5, 6, 7)
    picture = slice_picture(array, SliceKey(1, axis, 2, Window(100, 200)))
    assert picture.shape == shape
    x, y = 1, 3
    voxel = {0: array[2, x, y], 1: array[x, 2, y], 2: array[x, y, 2]}[axis]
    assert picture[y, x] == to_uint8(np.array([voxel]), Window(100, 200))[0]


def test_embeddings_are_limited_and_cleared_and_told(bench: Bench, monkeypatch, tmp_path) -> None:
    bench.models.files.folder = tmp_path
    bench.queue.put(KeepEmbeddings(1, max_bytes=10**9))
    bench.queue.put(Encode(2, key(0), Priority.REST))
    bench.queue.put(Encode(3, key(1), Priority.REST))
    bench.run()
    bench.queue.put(KeepEmbeddings(4))
    bench.run()
    told = [m for m in bench.sent if isinstance(m, EmbeddingsKept)]
    assert [(m.token, m.count, m.max_bytes) for m in told] == [(1, 0, 10**9), (4, 2, 10**9)]
    assert told[1].bytes > 0 and told[1].folder == str(tmp_path)
    bench.queue.put(KeepEmbeddings(5, clear=True))
    bench.run()
    assert bench.sent[-1].count == 0 and not list(tmp_path.rglob("*.emb"))
    assert not bench.inference.knows(key(0)), "a cleared slice is encoded again"


def test_a_look_at_the_embeddings_is_answered_while_a_slice_is_encoded(bench: Bench) -> None:
    bench.at_step[2] = lambda: bench.queue.put(KeepEmbeddings(9))
    bench.queue.put(Encode(1, key(0), Priority.VIEW))
    bench.run()
    kinds = [type(m) for m in bench.sent]
    assert kinds.index(EmbeddingsKept) < len(kinds) - 1 and bench.sent[-1].state is SliceState.READY
    assert bench.steps == STEPS, "nothing was begun again"


def test_what_another_run_encoded_is_not_encoded_again(tmp_path) -> None:
    steps = []
    for _ in range(2):
        bench = Bench()
        bench.models.files.folder, bench.models.files.max_bytes = tmp_path, 10**9
        bench.queue.put(Encode(1, key(0), Priority.VIEW))
        bench.run()
        steps.append(bench.steps)
        assert isinstance(bench.sent[-1], SliceProgress) and bench.sent[-1].state is SliceState.READY
        bench.block.close()
    assert steps == [STEPS, 0]


def test_a_slice_picture_has_its_own_read_only_memory() -> None:
    array = np.zeros((4, 5, 2), np.uint8)
    picture = slice_picture(array, SliceKey(1, 2, 0, EIGHT_BIT))
    assert not np.shares_memory(picture, array)
    assert not picture.flags.writeable
    colour = slice_picture(np.zeros((4, 5, 2, 3), np.uint8), SliceKey(1, 2, 0, None))
    assert colour.shape == (5, 4, 3)


@pytest.mark.parametrize(
    ("array", "wrong", "words"),
    [
        (None, SliceKey(1, 2, 0, None), "none is open"),
        (np.zeros((4, 5, 2), np.int16), SliceKey(1, 2, 2, EIGHT_BIT), "no slice 2"),
        (np.zeros((4, 5, 2), np.int16), SliceKey(1, 2, 0, None), "needs a window"),
    ],
)
def test_slices_that_cannot_be_shown_are_refused(
    array: np.ndarray | None, wrong: SliceKey, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        slice_picture(array, wrong)


def look_up(token: int, *indices: int, priority: Priority = Priority.REST) -> LookUp:
    return LookUp(token, tuple(key(n) for n in indices), priority)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """A folder for embeddings, in which another session encoded the slices 1 and 4."""
    monkeypatch.setenv("MEDSAM_EMBEDDINGS", str(tmp_path))
    monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", str(10**9))
    before = Bench()
    for n in (1, 4):
        before.queue.put(Encode(n, key(n), Priority.VIEW))
    before.run()
    before.close()


def test_a_look_up_finds_what_another_session_encoded_and_encodes_nothing(kept: None) -> None:
    bench = Bench()
    bench.run()
    bench.queue.put(look_up(9, *range(6)))
    assert story(bench.run()) == [(1, "ready"), (4, "ready"), LookedUp(9)] and bench.steps == 0
    assert bench.inference.knows(key(4)) and not bench.inference.knows(key(2))
    bench.queue.put(predict(10, 4))
    assert story(bench.run()) == [(10, "mask")] and bench.steps == 0, "no draft, no encoding"
    bench.close()


def test_a_damaged_embedding_that_a_look_up_told_ready_is_encoded_at_the_box(kept: None, tmp_path) -> None:
    bench = Bench()
    bench.run()
    bench.queue.put(predict(8, 4))
    (whole,) = (m for m in bench.run() if isinstance(m, MaskAnswer))
    for path in tmp_path.rglob("*.emb"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    later = Bench()
    later.run()
    later.queue.put(look_up(9, 4))
    later.run()
    later.queue.put(predict(10, 4))
    sent = later.run()
    assert story(sent) == [(10, "draft"), (4, "ready"), (10, "mask")] and later.steps == STEPS
    assert np.array_equal(sent[-1].masks[0].full(), whole.masks[0].full())
    bench.close()
    later.close()


def test_a_box_goes_before_the_rest_of_a_look_up(kept: None) -> None:
    bench = Bench()
    bench.run()
    send, asked = bench.inference._send, []

    def ask_once(message: Message) -> None:
        send(message)
        if not asked and isinstance(message, SliceProgress):
            asked.append(bench.queue.put(predict(10, 1)))

    bench.inference._send = ask_once
    bench.queue.put(look_up(9, *range(6)))
    assert story(bench.run()) == [(1, "ready"), (10, "mask"), (4, "ready"), LookedUp(9)]
    bench.close()


def test_a_look_up_is_answered_beside_an_encoding_that_nobody_waits_for(kept: None) -> None:
    bench = Bench()
    bench.run()
    bench.at_step[1] = lambda: bench.queue.put(look_up(9, *range(6)))
    bench.queue.put(Encode(1, key(0), Priority.REST))
    assert story(bench.run()) == [(1, "ready"), (4, "ready"), LookedUp(9), (0, "ready")]
    bench.at_step[6] = lambda: bench.queue.put(look_up(10, 1))
    bench.queue.put(Encode(2, key(2), Priority.VIEW))
    assert story(bench.run()) == [(2, "ready"), (1, "ready"), LookedUp(10)], "the eye goes first"
    bench.at_step[11] = lambda: bench.queue.put(look_up(11, 1, priority=Priority.VIEW))
    bench.queue.put(Encode(3, key(3), Priority.VIEW))
    assert story(bench.run()) == [(1, "ready"), LookedUp(11), (3, "ready")], "unless it looks at this plane"
    bench.at_step[16] = lambda: bench.queue.put(look_up(12, 1, priority=Priority.VIEW))
    bench.queue.put(predict(13, 5, draft=False))
    assert story(bench.run()) == [(5, "ready"), (13, "mask"), (1, "ready"), LookedUp(12)], (
        "a box waits for none"
    )
    bench.close()


def test_a_look_up_of_another_volume_or_without_a_model_tells_nothing(kept: None) -> None:
    bench = Bench()
    bench.queue.cancel((100,))
    assert bench.models.info is None
    bench.queue.put(look_up(9, 1))
    assert story(bench.run()) == [LookedUp(9)]
    bench.queue.put(LoadModel(101, "tiny"))
    bench.run()
    bench.queue.put(look_up(10, 1))
    bench.queue.put(SetVolume(2, bench.block.description))
    assert story(bench.run()) == []
    bench.close()
