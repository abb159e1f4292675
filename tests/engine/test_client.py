"""The client and a real worker process with tiny networks: round trips, losses, tidy ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from medsam.engine import client as client_module
from medsam.engine.client import EngineClient
from medsam.engine.jobs import (
    Failed,
    MaskAnswer,
    Message,
    ModelLoaded,
    Priority,
    SliceKey,
    SliceProgress,
    SliceState,
    WorkerLost,
    WorkerReady,
)
from medsam.errors import EngineError
from medsam.intensity import Window
from medsam.prompts import Box, MaskPrompt, Points, Prompts
from medsam.volume import Volume
from pretrain.catalogue import DEFAULT

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
PROMPTS = Prompts(Box(4, 5, 20, 30))
DEADLY = Prompts(Box(13, 5, 20, 30))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends processes with POSIX signals")


def tiny_command(pace: float = 0.0) -> list[str]:
    """A worker with the models of ``tests.engine.tiny_worker``."""
    return [sys.executable, "-m", "tests.engine.tiny_worker", str(pace)]


def light_command() -> list[str]:
    """A worker without networks, see ``tests.engine.light_worker``."""
    return [sys.executable, "-m", "tests.engine.light_worker"]


class Inbox:
    """Messages of a client, and waiting for the one that matters."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._condition = threading.Condition()

    def __call__(self, message: Message) -> None:
        with self._condition:
            self.messages.append(message)
            self._condition.notify_all()

    def wait(self, wanted: Callable[[Any], bool]) -> Any:
        """The first message that is wanted, past or to come."""

        def find() -> Message | None:
            return next((m for m in self.messages if wanted(m)), None)

        with self._condition:
            found = self._condition.wait_for(find, PATIENCE)
        assert found is not None, self.messages
        return found

    def wait_kind(self, kind: type, **fields: Any) -> Any:
        """The first message of a kind with these fields."""
        return self.wait(lambda m: isinstance(m, kind) and all(getattr(m, k) == v for k, v in fields.items()))

    def wait_state(self, key: SliceKey, state: SliceState) -> Any:
        """The first word of a slice being in a state."""
        return self.wait_kind(SliceProgress, slice=key, state=state)

    def answers(self) -> list[tuple[int, bool]]:
        """Tokens of the masks so far, and whether each was a draft."""
        with self._condition:
            return [(m.token, m.draft) for m in self.messages if isinstance(m, MaskAnswer)]

    def clear(self) -> None:
        with self._condition:
            self.messages.clear()


def make_volume(seed: int = 0, shape: tuple[int, int, int] = (30, 40, 8)) -> Volume:
    voxels = np.random.default_rng(seed).integers(-500, 500, shape, dtype=np.int16)
    return Volume(voxels, np.eye(4), modality="MR")


def key(volume_id: int, index: int = 0) -> SliceKey:
    return SliceKey(volume_id, 2, index, Window(0, 1000))


class Desk:
    """A running client, its inbox and one volume."""

    def __init__(self, command: list[str]) -> None:
        self.inbox = Inbox()
        self.client = EngineClient(self.inbox, command=command)
        self.client.start()
        self.volume = make_volume()
        self._volumes = 0

    def fresh(self, model: str = "tiny") -> int:
        """Another volume, never seen before, and a model; the volume's id. Earlier messages are gone."""
        self._volumes += 1
        self.volume = make_volume(self._volumes)
        volume_id = self.client.set_volume(self.volume)
        token = self.client.load_model(model)
        self.inbox.wait_kind(ModelLoaded, token=token)
        self.inbox.clear()
        return volume_id


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Quiet threads, and logs out of the way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDSAM_THREADS", "1")
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.chdir(ROOT)
        yield


@pytest.fixture(scope="module")
def shared_desk(folders: None) -> Iterator[Desk]:
    """One worker for the tests that leave it well."""
    desk = Desk(tiny_command(pace=0.01))
    # It must be there before the first test looks which processes are.
    desk.inbox.wait_kind(WorkerReady)
    yield desk
    desk.client.close()


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    return shared_desk


@pytest.fixture
def own_desk(folders: None) -> Iterator[Desk]:
    """A worker with networks that the test may end."""
    desk = Desk(tiny_command(pace=0.01))
    yield desk
    desk.client.close()


@pytest.fixture
def light_desk(folders: None) -> Iterator[Desk]:
    """A worker without networks that the test may end."""
    desk = Desk(light_command())
    yield desk
    desk.client.close()


@pytest.mark.parametrize("model", ["tiny", "tiny_points", "tiny_zoom"])
def test_candidates_come_through_the_process(desk: Desk, model: str) -> None:
    volume_id = desk.fresh(model)
    prompts = PROMPTS
    if model == "tiny_points":
        mask = np.zeros((40, 30), bool)
        mask[6:20, 5:18] = True
        prompts = Prompts(PROMPTS.box, Points.of([(9, 12)], [(25, 35)]), MaskPrompt.from_mask(mask))
    token = desk.client.predict(key(volume_id), prompts, candidates=3)
    answer = desk.inbox.wait_kind(MaskAnswer, token=token, draft=False)
    assert 1 <= len(answer.masks) == len(answer.scores) <= 3
    assert 0 <= answer.agreement <= 1
    assert answer.disagreement.full().shape == (40, 30)


def test_a_box_becomes_a_mask_of_the_stored_slice(desk: Desk) -> None:
    volume_id = desk.fresh("tiny_zoom")
    token = desk.client.predict(key(volume_id), PROMPTS)
    answer = desk.inbox.wait_kind(MaskAnswer, token=token)
    assert not answer.draft
    assert answer.masks[0].shape_hw == (40, 30)
    assert not desk.client.busy
    assert desk.client.model is not None
    assert desk.client.model.name == "tiny_zoom"


def test_the_mask_is_the_one_computed_in_this_process(desk: Desk) -> None:
    from medsam.inference.predictor import make_predictor
    from medsam.intensity import to_uint8
    from medsam.volume import stored_slice
    from tests.fakes import TinyWeights

    volume_id = desk.fresh("tiny")
    token = desk.client.predict(key(volume_id, 3), PROMPTS, draft=False)
    answer = desk.inbox.wait_kind(MaskAnswer, token=token)
    predictor = make_predictor(TinyWeights.sam())
    predictor.set_image(to_uint8(stored_slice(desk.volume.array, 2, 3), Window(0, 1000)))
    expected = predictor.predict(PROMPTS)
    assert np.mean(answer.masks[0].full() != expected.masks[0]) < 0.01
    assert answer.scores == pytest.approx(expected.scores.tolist(), abs=1e-4)


def test_a_draft_comes_before_the_real_mask(desk: Desk) -> None:
    volume_id = desk.fresh("tiny")
    token = desk.client.predict(key(volume_id), PROMPTS)
    desk.inbox.wait_kind(MaskAnswer, token=token, draft=False)
    assert desk.inbox.answers() == [(token, True), (token, False)]


def test_three_candidates_come_best_first(desk: Desk) -> None:
    volume_id = desk.fresh("tiny_points")
    token = desk.client.predict(key(volume_id), PROMPTS, draft=False)
    answer = desk.inbox.wait_kind(MaskAnswer, token=token)
    assert len(answer.masks) == 3
    assert len(answer.scores) == 3


def test_a_wrong_file_is_a_sentence_and_the_model_in_use_stays(desk: Desk) -> None:
    volume_id = desk.fresh("tiny_zoom")
    token = desk.client.load_model("wrong.pth")
    failed = desk.inbox.wait_kind(Failed, token=token)
    assert failed.sentence == "The file wrong.pth holds other weights: 3 keys are missing."
    answer = desk.client.predict(key(volume_id), PROMPTS)
    desk.inbox.wait_kind(MaskAnswer, token=answer)


def test_encodings_are_told_and_done_in_order_of_priority(desk: Desk) -> None:
    volume_id = desk.fresh("slow")
    running = key(volume_id, 0)
    desk.client.encode(running, Priority.VIEW)
    desk.inbox.wait_state(running, SliceState.ENCODING)
    tokens = [
        desk.client.encode(key(volume_id, 1), Priority.REST),
        desk.client.encode(key(volume_id, 2), Priority.NEIGHBOUR),
    ]
    desk.inbox.wait_state(key(volume_id, 1), SliceState.QUEUED)
    desk.inbox.wait_state(key(volume_id, 2), SliceState.ENCODING)
    # Slice 1 was asked for first and waits still.
    assert not any(
        isinstance(m, SliceProgress) and m.slice.index == 1 and m.state is SliceState.ENCODING
        for m in desk.inbox.messages
    )
    desk.client.cancel(*tokens)
    desk.inbox.wait_state(key(volume_id, 1), SliceState.NONE)
    desk.inbox.wait_state(key(volume_id, 2), SliceState.NONE)
    assert not desk.client.busy


def test_a_running_encoding_is_cancelled(desk: Desk) -> None:
    volume_id = desk.fresh("slow")
    token = desk.client.encode(key(volume_id, 5))
    desk.inbox.wait_state(key(volume_id, 5), SliceState.ENCODING)
    desk.client.cancel(token)
    desk.inbox.wait_state(key(volume_id, 5), SliceState.NONE)
    assert not desk.client.busy


def test_a_dragged_box_skips_what_it_cannot_keep_up_with(desk: Desk) -> None:
    volume_id = desk.fresh("slow")
    desk.client.encode(key(volume_id, 6))
    desk.inbox.wait_state(key(volume_id, 6), SliceState.ENCODING)
    # The worker is busy on another slice, so these wait and replace each other.
    tokens = [
        desk.client.predict(key(volume_id, 7), PROMPTS, priority=Priority.REST, channel="drag", draft=False)
        for _ in range(10)
    ]
    last = desk.client.predict(key(volume_id, 6), PROMPTS, draft=False)
    desk.inbox.wait_kind(MaskAnswer, token=tokens[-1])
    assert desk.inbox.answers() == [(last, False), (tokens[-1], False)]
    assert not desk.client.busy


def test_a_cancelled_prediction_is_never_answered(desk: Desk) -> None:
    volume_id = desk.fresh("slow")
    token = desk.client.predict(key(volume_id, 1), PROMPTS, draft=False)
    desk.inbox.wait_state(key(volume_id, 1), SliceState.ENCODING)
    desk.client.cancel(token)
    desk.inbox.wait_state(key(volume_id, 1), SliceState.NONE)
    desk.client.load_model("tiny_zoom")
    other = desk.client.predict(key(volume_id, 1), PROMPTS)
    desk.inbox.wait_kind(MaskAnswer, token=other)
    assert desk.inbox.answers() == [(other, False)]


def test_another_volume_voids_what_was_asked_of_the_last(desk: Desk) -> None:
    volume_id = desk.fresh("slow")
    desk.client.predict(key(volume_id), PROMPTS, draft=False)
    desk.inbox.wait_state(key(volume_id), SliceState.ENCODING)
    following = desk.fresh("tiny_zoom")
    assert following != volume_id
    token = desk.client.predict(key(following), PROMPTS)
    desk.inbox.wait_kind(MaskAnswer, token=token)
    assert desk.inbox.answers() == [(token, False)]


def test_a_killed_worker_is_replaced_and_owes_what_it_owed(own_desk: Desk) -> None:
    desk = own_desk
    volume_id = desk.fresh("slow")
    encoded = desk.client.encode(key(volume_id, 4), Priority.NEIGHBOUR)
    token = desk.client.predict(key(volume_id, 2), PROMPTS, draft=False)
    desk.inbox.wait_state(key(volume_id, 2), SliceState.ENCODING)
    first = desk.client.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    lost = desk.inbox.wait_kind(WorkerLost)
    assert lost.restarting
    assert "out of memory" in lost.sentence
    assert desk.client.busy
    desk.inbox.wait_kind(MaskAnswer, token=token)
    assert desk.client.pid not in (None, first)
    # The voxels did not have to be copied again, and the encoding is made up for.
    desk.inbox.wait_state(key(volume_id, 4), SliceState.READY)
    assert encoded != token
    assert not desk.client.busy
    assert [type(m) for m in desk.inbox.messages].count(ModelLoaded) == 1


def test_a_worker_that_dies_of_every_job_is_given_up_and_revived_by_a_load(light_desk: Desk) -> None:
    desk = light_desk
    volume_id = desk.fresh()
    token = desk.client.predict(key(volume_id), DEADLY)
    given_up = desk.inbox.wait_kind(WorkerLost, restarting=False)
    assert "stays down" in given_up.sentence
    desk.inbox.wait_kind(Failed, token=token)
    assert [m.restarting for m in desk.inbox.messages if isinstance(m, WorkerLost)] == [True, True, False]
    refused = desk.client.predict(key(volume_id), PROMPTS)
    desk.inbox.wait_kind(Failed, token=refused)
    assert desk.client.pid is None
    desk.inbox.clear()
    desk.client.load_model("another")
    token = desk.client.predict(key(volume_id), PROMPTS)
    desk.inbox.wait_kind(MaskAnswer, token=token)


def test_after_two_deaths_on_a_graphics_card_the_model_goes_on_on_the_cpu(light_desk: Desk) -> None:
    desk = light_desk
    volume_id = desk.fresh("card")
    assert desk.client.model is not None
    assert desk.client.model.device == "cuda"
    token = desk.client.predict(key(volume_id), PROMPTS)
    desk.inbox.wait_kind(MaskAnswer, token=token)
    assert desk.client.model.device == "cpu"
    lost = [m for m in desk.inbox.messages if isinstance(m, WorkerLost)]
    assert ["on the CPU" in m.sentence for m in lost] == [False, True]
    again = desk.client.load_model("card")
    assert desk.inbox.wait_kind(ModelLoaded, token=again).info.device == "cpu"


def test_what_a_lost_worker_had_encoded_is_taken_back(light_desk: Desk) -> None:
    desk = light_desk
    volume_id = desk.fresh()
    desk.client.encode(key(volume_id, 3))
    desk.inbox.wait_state(key(volume_id, 3), SliceState.READY)
    token = desk.client.predict(key(volume_id), DEADLY)
    desk.inbox.wait_kind(WorkerLost)
    desk.inbox.wait_state(key(volume_id, 3), SliceState.NONE)
    desk.client.cancel(token)


def test_close_leaves_no_process_no_thread_and_no_shared_memory(folders: None) -> None:
    before = threading.active_count()
    desk = Desk(tiny_command(pace=0.01))
    volume_id = desk.fresh("slow")
    desk.client.encode(key(volume_id))
    desk.inbox.wait_state(key(volume_id), SliceState.ENCODING)
    process = psutil.Process(desk.client.pid)
    assert desk.client._block is not None
    name = desk.client._block.description.name
    desk.client.close()
    assert not process.is_running()
    assert desk.client.pid is None
    assert threading.active_count() == before
    with pytest.raises(FileNotFoundError):
        shared_memory.SharedMemory(name=name)
    desk.client.close()
    with pytest.raises(EngineError, match="make a new one"):
        desk.client.start()


def test_closing_before_the_worker_is_up_ends_it_too(folders: None) -> None:
    inbox = Inbox()
    client = EngineClient(inbox, command=tiny_command())
    client.start()
    client.set_volume(make_volume())
    client.close()
    assert client.pid is None
    assert inbox.messages == []


def test_closing_a_client_that_never_started_is_fine() -> None:
    client = EngineClient(Inbox())
    client.set_volume(make_volume())
    client.close()


def test_a_stopped_worker_is_killed_on_close(folders: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_POLITE_SECONDS", 0.1)
    inbox = Inbox()
    client = EngineClient(inbox, command=light_command())
    client.start()
    inbox.wait_kind(WorkerReady)
    process = psutil.Process(client.pid)
    process.suspend()
    client.close()
    assert not process.is_running()


def test_a_worker_that_cannot_start_is_given_up_at_once(folders: None) -> None:
    inbox = Inbox()
    client = EngineClient(inbox, command=[sys.executable, "-c", "raise SystemExit(3)"])
    client.start()
    lost = inbox.wait_kind(WorkerLost)
    client.close()
    assert not lost.restarting
    assert "doctor" in lost.sentence


def test_a_worker_that_lacks_a_library_says_which(folders: None, tmp_path: Path) -> None:
    script = tmp_path / "lacking.py"
    script.write_text(
        "import sys; sys.modules['torch'] = None\n"
        "from medsam.engine.worker import main; raise SystemExit(main())\n"
    )
    inbox = Inbox()
    client = EngineClient(inbox, command=[sys.executable, str(script)])
    client.start()
    lost = inbox.wait_kind(WorkerLost)
    client.close()
    assert not lost.restarting
    assert "torch" in lost.sentence
    assert "doctor" in lost.sentence
    assert inbox.messages == [lost]


def test_a_command_that_does_not_exist_is_given_up(folders: None, tmp_path: Path) -> None:
    inbox = Inbox()
    client = EngineClient(inbox, command=[str(tmp_path / "nothing")])
    client.start()
    inbox.wait_kind(WorkerLost, restarting=False)
    client.close()


def test_a_failing_listener_does_not_end_the_reading(folders: None) -> None:
    inbox = Inbox()

    def listen(message: Message) -> None:
        inbox(message)
        raise ValueError("a fault of the window")

    client = EngineClient(listen, command=light_command())
    client.start()
    client.load_model("a")
    inbox.wait_kind(ModelLoaded)
    client.close()


def test_the_worker_ends_when_the_window_dies(folders: None) -> None:
    window = (
        "import sys, time; from medsam.engine.client import EngineClient;"
        f"client = EngineClient(lambda m: print(client.pid, flush=True), command={tiny_command()!r});"
        "client.start(); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", window], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        worker = psutil.Process(int(process.stdout.readline()))
        process.kill()
    psutil.wait_procs([worker], timeout=PATIENCE)
    assert not worker.is_running()


def test_the_real_worker_loads_the_embedded_weights_and_refuses_a_wrong_file(
    folders: None, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.pth"
    wrong.write_bytes(b"no weights at all")
    inbox = Inbox()
    client = EngineClient(inbox)
    client.start()
    volume_id = client.set_volume(make_volume())
    failed = inbox.wait_kind(Failed, token=client.load_model(str(wrong)))
    loaded = inbox.wait_kind(ModelLoaded, token=client.load_model(DEFAULT))
    answer = inbox.wait_kind(MaskAnswer, token=client.predict(key(volume_id), PROMPTS))
    client.close()
    assert "wrong.pth" in failed.sentence
    assert str(tmp_path) not in failed.sentence
    assert loaded.info.kind == "zoom"
    assert answer.masks[0].shape_hw == (40, 30)


def test_requests_return_at_once_and_wait_for_the_worker(folders: None) -> None:
    inbox = Inbox()
    client = EngineClient(inbox, command=light_command())
    volume_id = client.set_volume(make_volume())
    client.load_model("a")
    token = client.predict(key(volume_id), PROMPTS)
    dropped = client.predict(key(volume_id), PROMPTS)
    client.cancel(dropped)
    assert client.busy
    assert client.pid is None
    client.start()
    inbox.wait_kind(MaskAnswer, token=token)
    client.close()
    assert inbox.answers() == [(token, False)]
    assert isinstance(inbox.messages[0], WorkerReady)


def test_the_window_side_imports_no_torch() -> None:
    code = "import sys, medsam.engine.client; print('torch' in sys.modules, 'PyQt5' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["False", "False"]
