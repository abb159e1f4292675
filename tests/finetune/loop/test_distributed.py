"""Two real processes over gloo: the steps of one, nothing lost or repeated, and no orphan that waits."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from finetune.loop.checkpoint import read_content
from finetune.loop.distributed import Processes
from finetune.loop.train import train
from medsam.errors import InputError
from tests.finetune.micro_task import MicroTask, micro_recipe

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).parents[1] / "distributed_run.py"
_TIMEOUT = 240
"""Seconds: what hangs is ended; starting four processes takes a minute where others work too."""

pytestmark = pytest.mark.timeout(900)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Group:
    """The processes of a run, as torchrun would start them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "run"
        self.started: list[subprocess.Popen[str]] = []

    def start(self, world: int, **told: Any) -> list[subprocess.Popen[str]]:
        """Start them; the processes in the order of their ranks."""
        told = {"train": {}, "out": str(self.out), "notes": str(self.folder), **told}
        port = free_port()
        started = []
        for rank in range(world):
            env = {
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "OMP_NUM_THREADS": "1",
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": str(port),
                "RANK": str(rank),
                "WORLD_SIZE": str(world),
                "LOCAL_RANK": str(rank),
            }
            command = [sys.executable, str(SCRIPT), json.dumps(told)]
            started.append(
                subprocess.Popen(
                    command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
                )
            )
        self.started += started
        return started

    def finish(self, world: int, **told: Any) -> list[tuple[int, str]]:
        """Exit codes and what was said, by rank."""
        return [self.end(process) for process in self.start(world, **told)]

    @staticmethod
    def end(process: subprocess.Popen[str]) -> tuple[int, str]:
        """Wait for a process; its exit code and what it said."""
        said, _ = process.communicate(timeout=_TIMEOUT)
        return process.returncode, said

    def note(self, name: str) -> Any:
        return json.loads((self.folder / f"{name}.json").read_text())

    def wait_for(self, path: Path) -> None:
        until = time.monotonic() + _TIMEOUT
        while not path.exists():
            assert time.monotonic() < until, f"{path.name} never came"
            time.sleep(0.05)


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    found = Group(tmp_path)
    yield found
    for process in found.started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=_TIMEOUT)


SETTINGS = {"steps": 8, "accumulate": 2, "ema": 0.5, "save_every": 100, "validate_every": 0}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Group, list[tuple[int, str]]]:
    """A run of two processes that nothing interrupts, with exit codes and what was said."""
    found = Group(tmp_path_factory.mktemp("whole"))
    return found, found.finish(2, train=SETTINGS)


def test_two_processes_take_the_steps_of_one_with_the_whole_batch(
    whole: tuple[Group, list[tuple[int, str]]], tmp_path: Path
) -> None:
    """Same weights after all steps, both processes alike, and only the first one speaks."""
    two, ends = whole
    assert [code for code, _ in ends] == [0, 0], ends
    assert "done after 8 steps" in ends[0][1]
    assert ends[1][1] == ""
    recipe = micro_recipe(**{**SETTINGS, "accumulate": 1})
    train(lambda d: MicroTask(recipe, d), recipe, tmp_path / "one", report=lambda line: None, device="cpu")
    single, double = (read_content(out / "checkpoint.pt") for out in (tmp_path / "one", two.out))
    assert (single["processes"], double["processes"]) == (1, 2)
    for part in ("trained", "average"):
        for name, tensor in single[part].items():
            torch.testing.assert_close(double[part][name], tensor, rtol=1e-4, atol=1e-5)
    assert two.note("weights-0") == two.note("weights-1")


def test_processes_share_the_batch_without_loss_or_repetition(
    whole: tuple[Group, list[tuple[int, str]]],
) -> None:
    """After the first step, which the first process also looks at for its estimate."""
    seen = [[tuple(a) for a in whole[0].note(f"asked-{rank}") if a[0] > 0] for rank in (0, 1)]
    assert not set(seen[0]) & set(seen[1])
    assert sorted(seen[0] + seen[1]) == [(step, n) for step in range(1, 8) for n in range(8)]


def test_a_killed_process_ends_the_others_with_a_sentence_and_the_run_goes_on(
    group: Group, tmp_path: Path, whole: tuple[Group, list[tuple[int, str]]]
) -> None:
    """kill -9 in the middle of a step: the steps before it are saved, the end is the uninterrupted one's."""
    first, second = group.start(2, train=SETTINGS, pause_at=5)
    group.wait_for(tmp_path / "waiting")
    time.sleep(0.5)
    second.kill()
    code, said = group.end(first)
    assert code == 2
    assert "Process 0 of 2 lost touch with the others" in said
    assert "the same command goes on from the last checkpoint" in said
    assert "Traceback" not in said
    stopped = read_content(group.out / "checkpoint.pt")["step"]
    # Process 1 waits in the batch of step 5 (counted from 0), which it makes ahead during step 4.
    assert stopped in (4, 5)
    assert f"step {stopped} is saved" in said
    (code, said), _ = group.finish(2, train=SETTINGS)
    assert code == 0, said
    assert f"going on from step {stopped} of 8" in said
    resumed = read_content(group.out / "checkpoint.pt")["trained"]
    for name, tensor in read_content(whole[0].out / "checkpoint.pt")["trained"].items():
        assert torch.equal(resumed[name], tensor)


def test_the_first_process_killed_ends_the_second(group: Group, tmp_path: Path) -> None:
    first, second = group.start(2, train={"steps": 8}, pause_at=5, pause_rank=0)
    group.wait_for(tmp_path / "waiting")
    time.sleep(0.5)
    first.kill()
    code, said = group.end(second)
    assert code == 2
    assert "Process 1 of 2 lost touch with the others" in said


def test_a_process_that_fails_says_why_and_ends_the_others(group: Group) -> None:
    (code, said), (other_code, other_said) = group.finish(2, train={"steps": 8}, fail_at=4)
    assert (code, other_code) == (2, 2)
    assert "lost touch with the others" in said
    assert other_said == "A picture of the store is damaged.\n"


def test_all_stop_at_the_same_step_and_are_refused_together(group: Group) -> None:
    """And what the first one says for all is said once."""
    (code, said), (other_code, other_said) = group.finish(2, train={"steps": 50}, stop_at=7)
    assert (code, other_code) == (130, 130)
    assert "stopped at step 7; the same command goes on from there" in said
    assert other_said == ""
    (code, said), (other_code, other_said) = group.finish(2, train={"steps": 50, "rate": 1.0})
    assert (code, other_code) == (2, 2)
    assert "train.rate was 0.05 and is now 1.0" in said
    assert other_said == ""
    recipe = micro_recipe(steps=50)
    heard: list[str] = []
    train(lambda d: MicroTask(recipe, d), recipe, group.out, report=heard.append, device="cpu")
    assert "going on from step 7 of 50" in heard
    assert any("it ran in 2 processes and goes on in 1: the same samples" in line for line in heard)


def test_one_process_needs_no_group(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    alone = Processes.from_environment("cpu")
    assert (alone.rank, alone.world, alone.is_first) == (0, 1, True)
    assert alone.any(True) and not alone.any(False)
    assert alone.first(lambda: 5) == 5
    assert torch.equal(alone.mean(torch.ones(2)), torch.ones(2))
    module = torch.nn.Linear(1, 1)
    assert alone.wrap(module, torch.device("cpu")) is module
    alone.close()


def test_half_an_announcement_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv("RANK", raising=False)
    with pytest.raises(InputError, match="torchrun"):
        Processes.from_environment("cpu")
