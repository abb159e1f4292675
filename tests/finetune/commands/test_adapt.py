"""``python -m finetune adapt`` as the window starts it: lines, exit codes, an end when nobody listens."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from finetune.__main__ import main
from medsam.engine.training_client import BETTER, SAME, WORSE, Progress, TrainingProcess
from medsam.errors import Cancelled, EngineError
from medsam.model.build import load_model
from tests.finetune.adapt.support import job, write_job, write_pictures, zoom_file

ROOT = Path(__file__).resolve().parents[3]


def test_process_adapts_and_the_client_understands_it(tmp_path):
    """The one true run: process, lines, client and file together."""
    told = job(write_pictures(tmp_path / "in", 4), zoom_file(tmp_path), tmp_path / "out", steps=2)
    events: list = []
    outcome = TrainingProcess(write_job(tmp_path / "job.json", told), events.append).run()
    assert outcome.file.parent == tmp_path / "out" and load_model(outcome.file).card.title == "Mine"
    assert outcome.scores.verdict in (BETTER, SAME, WORSE) and outcome.scores.rows[0].label == "Nodule"
    assert (outcome.trained_on, outcome.steps) == (3, 2)
    assert {e.stage for e in events if isinstance(e, Progress)} >= {"read", "train", "check"}


def test_failure_crosses_in_its_own_words(tmp_path):
    told = job(write_pictures(tmp_path / "in", 2), tmp_path / "gone.safetensors", tmp_path / "out")
    with pytest.raises(EngineError, match=r"gone\.safetensors"):
        TrainingProcess(write_job(tmp_path / "job.json", told), lambda _: None).run()


def test_cancel_reaches_a_run_in_the_middle(tmp_path):
    told = job(write_pictures(tmp_path / "in", 4), zoom_file(tmp_path), tmp_path / "out", steps=100_000)
    begun = threading.Event()
    ended: list = []

    def hear(event) -> None:
        if isinstance(event, Progress) and event.stage == "train" and event.done:
            begun.set()

    process = TrainingProcess(write_job(tmp_path / "job.json", told), hear)

    def work() -> None:
        try:
            process.run()
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(120)
    process.cancel()
    thread.join(60)
    assert isinstance(ended[0], Cancelled) and list((tmp_path / "out").glob("*.safetensors")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe of POSIX")
def test_process_ends_when_the_window_is_gone(tmp_path):
    told = job(write_pictures(tmp_path / "in", 4), zoom_file(tmp_path), tmp_path / "out", steps=100_000)
    path = write_job(tmp_path / "job.json", told)
    process = subprocess.Popen(
        [sys.executable, "-m", "finetune", "adapt", str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["stage"] == "train":
            break
    process.stdout.close()
    process.stdin.close()
    assert process.wait(60) == 130


def test_every_line_is_an_event_and_the_last_one_the_error(tmp_path, capfd, monkeypatch):
    # This process is the tests', which stay as urgent as they are.
    monkeypatch.setattr("finetune.commands.adapt._be_polite", lambda: None)
    told = job(write_pictures(tmp_path / "in", 1), "medsam_zoom", tmp_path / "out")
    assert main(["adapt", str(write_job(tmp_path / "job.json", told))]) == 2
    captured = capfd.readouterr()
    lines = [json.loads(line) for line in captured.out.splitlines()]
    assert lines[-1]["event"] == "error" and "at least two" in lines[-1]["text"]
    assert "at least two" in captured.err and "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (MemoryError(), "not enough memory"),
        (OSError(28, "No space left on device", "/x/y/masks.bin"), "masks.bin: No space left"),
        (ModuleNotFoundError("no", name="pydantic"), "package pydantic"),
    ],
)
def test_what_the_machine_lacks_is_a_sentence(tmp_path, capfd, monkeypatch, error, word):
    def fail(*_):
        raise error

    monkeypatch.setattr("finetune.adapt.adaptation.adapt", fail)
    monkeypatch.setattr("finetune.commands.adapt._be_polite", lambda: None)
    told = job(write_pictures(tmp_path / "in", 2), "medsam_zoom", tmp_path / "out")
    assert main(["adapt", str(write_job(tmp_path / "job.json", told))]) == 1
    (line,) = capfd.readouterr().out.splitlines()
    assert word in json.loads(line)["text"] and "unchanged" in json.loads(line)["text"]
