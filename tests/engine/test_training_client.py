"""The training process as the window sees it: its words, its end, a cancel; and the files around it."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import psutil
import pytest

from medsam.engine import training_client
from medsam.engine.training_client import (
    BETTER,
    SAME,
    WORSE,
    Outcome,
    Progress,
    Scores,
    Skipped,
    TrainingProcess,
    install_weights,
    make_work_folder,
    remove_work_folder,
    training_threads,
    write_job,
)
from medsam.errors import Cancelled, EngineError, WriteError
from tests.engine.fake_trainer import DIE, DONE, FAIL, HANG, NAME, WAIT, command, progress, scores

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends processes with POSIX signals")


class Run:
    """A process with a script, and what it said."""

    def __init__(self, folder: Path, script: list) -> None:
        job = write_job(folder, {"out_folder": str(folder)})
        self.events: list = []
        self.spoke = threading.Event()
        self.process = TrainingProcess(job, self._take, command=command(folder, script))

    def _take(self, event) -> None:
        self.events.append(event)
        self.spoke.set()

    def fail(self) -> str:
        """The sentence it ends with."""
        with pytest.raises(EngineError) as caught:
            self.process.run()
        return str(caught.value)


def test_a_run_brings_progress_scores_and_weights(tmp_path):
    run = Run(
        tmp_path,
        [
            progress("read", 0.1, seconds_left=None),
            {"event": "skipped", "name": "a", "text": "a holds nothing."},
            progress(),
            scores(),
            DONE,
        ],
    )
    outcome = run.process.run()
    assert isinstance(outcome, Outcome) and outcome.file.read_bytes() == b"weights"
    assert outcome.skipped == (Skipped("a", "a holds nothing."),)
    assert (outcome.trained_on, outcome.steps) == (5, 20)
    assert [type(e) for e in run.events] == [Progress, Skipped, Progress, Scores]
    assert run.events[0].seconds_left is None and run.events[2].seconds_left == 61.0
    assert outcome.scores.rows[0].label == "Liver"


def test_lines_that_are_no_events_are_passed_over(tmp_path):
    run = Run(
        tmp_path,
        [
            "a library greets",
            "3",
            '{"event": "progress"}',
            {"event": "news"},
            scores(),
            DONE,
        ],
    )
    assert run.process.run().scores.objects == 12
    assert [type(e) for e in run.events] == [Scores]


def test_a_failure_is_said_in_its_own_words(tmp_path):
    sentence = "At least two cases are needed; one came."
    assert Run(tmp_path, [{"event": "error", "text": sentence}, FAIL]).fail() == sentence


def test_being_killed_is_said_as_want_of_memory(tmp_path):
    said = Run(tmp_path, [progress(), DIE]).fail()
    assert "out of memory" in said and "unchanged" in said


def test_an_odd_end_is_said_with_its_code(tmp_path):
    assert "exit code 7" in Run(tmp_path, [scores(), FAIL]).fail()


def test_an_end_without_a_result_is_a_failure(tmp_path):
    assert "exit code 0" in Run(tmp_path, [progress()]).fail()
    assert "exit code 0" in Run(tmp_path, [DONE]).fail()


def test_a_command_that_is_not_there_is_said(tmp_path):
    job = write_job(tmp_path, {})
    with pytest.raises(EngineError, match="could not be started"):
        TrainingProcess(job, lambda _: None, command=[str(tmp_path / "nothing")]).run()


@pytest.mark.parametrize("how", [WAIT, HANG])
def test_cancel_ends_the_process_also_one_that_does_not_listen(tmp_path, monkeypatch, how):
    monkeypatch.setattr(training_client, "_POLITE_SECONDS", 0.3)
    run = Run(tmp_path, [progress(), how])
    ended: list = []

    def work() -> None:
        try:
            run.process.run()
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert run.spoke.wait(60)
    pid = run.process.pid
    run.process.cancel()
    thread.join(60)
    assert isinstance(ended[0], Cancelled)
    assert pid is not None and not psutil.pid_exists(pid) and run.process.pid is None


def test_cancel_before_the_start_starts_nothing(tmp_path):
    run = Run(tmp_path, [DONE])
    run.process.cancel()
    with pytest.raises(Cancelled):
        run.process.run()
    assert not (tmp_path / NAME).exists()


def test_process_has_half_of_the_cores(monkeypatch):
    for cores, threads in ((None, 1), (1, 1), (2, 1), (8, 4)):
        monkeypatch.setattr(os, "cpu_count", lambda n=cores: n)
        assert training_threads() == threads


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [(0.80, 0.86, BETTER), (0.80, 0.803, SAME), (0.80, 0.797, SAME), (0.80, 0.70, WORSE)],
)
def test_verdict_needs_more_than_noise(before, after, verdict):
    assert Scores(before, after, (), 10, 2, 5, 5, False).verdict == verdict


# --- files --------------------------------------------------------------------


def test_work_folders_are_new_and_old_ones_go(own_folders):
    first = make_work_folder()
    os.utime(first, (1, 1))
    second = make_work_folder()
    assert second.is_dir() and not first.exists()
    remove_work_folder(second)
    assert not second.exists()


def test_no_room_for_work_is_a_sentence(own_folders, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(WriteError, match="cannot be written to"):
        make_work_folder()


def test_job_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(WriteError, match="could not be prepared"):
        write_job(tmp_path / "absent", {})


def test_weights_move_into_the_models_folder_under_a_free_name(tmp_path):
    folder = tmp_path / "models" / "own"
    for expected in ("a.safetensors", "a-2.safetensors", "a-3.safetensors"):
        file = tmp_path / "a.safetensors"
        file.write_bytes(expected.encode())
        target = install_weights(file, folder)
        assert target == folder / expected and target.read_bytes() == expected.encode()
        assert not file.exists()
    assert sorted(p.suffix for p in folder.iterdir()) == [".safetensors"] * 3


def test_folder_that_takes_nothing_leaves_the_weights_where_they_are(tmp_path):
    (tmp_path / "models").write_text("in the way")
    file = tmp_path / "a.safetensors"
    file.write_bytes(b"weights")
    with pytest.raises(WriteError, match="Nothing is lost"):
        install_weights(file, tmp_path / "models")
    assert file.read_bytes() == b"weights"
