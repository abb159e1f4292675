"""Frames over a pipe, and what an end in the middle looks like."""

from __future__ import annotations

import io
import os
import pickle
import threading

import numpy as np
import pytest

from medsam.engine.jobs import MaskAnswer, MaskPatch, SliceKey
from medsam.engine.wire import Channel


def test_objects_come_out_as_they_went_in() -> None:
    pipe = io.BytesIO()
    sender = Channel(io.BytesIO(), pipe)
    key = SliceKey(1, 2, 3, None)
    answer = MaskAnswer(7, key, (MaskPatch.from_full(np.eye(5, dtype=bool)),), (0.5,))
    sender.send(answer)
    sender.send("second")
    receiver = Channel(io.BytesIO(pipe.getvalue()), io.BytesIO())
    got = receiver.receive()
    assert (got.token, got.slice, got.scores) == (7, key, (0.5,))
    assert np.array_equal(got.masks[0].full(), np.eye(5, dtype=bool))
    assert receiver.receive() == "second"
    with pytest.raises(EOFError):
        receiver.receive()


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (3, 5), (129, 257)])
def test_a_mask_passes_as_bits(shape: tuple[int, int]) -> None:
    mask = np.random.default_rng(0).random(shape) > 0.4
    payload = pickle.dumps(MaskPatch(4, 2, mask, (300, 400)), protocol=5)
    assert len(payload) < 300 + mask.size / 8
    got = pickle.loads(payload)
    assert (got.x0, got.y0, got.shape_hw, got.mask.dtype) == (4, 2, (300, 400), np.bool_)
    np.testing.assert_array_equal(got.mask, mask)


@pytest.mark.parametrize("kept", [0, 3, 8, 20])
def test_a_frame_cut_short_is_the_end(kept: int) -> None:
    pipe = io.BytesIO()
    Channel(io.BytesIO(), pipe).send("a message that will be cut")
    with pytest.raises(EOFError):
        Channel(io.BytesIO(pipe.getvalue()[:kept]), io.BytesIO()).receive()


def test_threads_do_not_mix_their_frames() -> None:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader, os.fdopen(write, "wb") as writer:
        channel = Channel(reader, writer)
        texts = [str(n) * 50_000 for n in range(4)]
        threads = [threading.Thread(target=channel.send, args=(text,)) for text in texts]
        for thread in threads:
            thread.start()
        got = [channel.receive() for _ in texts]
        for thread in threads:
            thread.join()
    assert sorted(got) == sorted(texts)


def test_closing_the_writer_tells_the_other_side() -> None:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader:
        channel = Channel(reader, os.fdopen(write, "wb"))
        channel.close_writer()
        channel.close_writer()
        with pytest.raises(EOFError):
            channel.receive()
        with pytest.raises(ValueError, match="closed"):
            channel.send("late")
