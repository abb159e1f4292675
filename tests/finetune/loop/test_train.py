"""The loop: the same steps however often it stops, however it is cut, and a sentence for every end."""

from __future__ import annotations

import csv
import errno
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import finetune.loop.checkpoint
import finetune.loop.live
from finetune.config import Recipe, recipe_from_dict
from finetune.loop.checkpoint import BEST, CHECKPOINT, RECIPE, SCORES, STEPS, RunFolder, read_content
from finetune.loop.live import Progress
from finetune.loop.train import Outcome, train
from finetune.tasks.base import Validation
from medsam.errors import Cancelled, InputError, ModelError, WriteError
from tests.finetune.micro_task import MicroTask, micro_recipe

TIMES = ("samples_per_second", "clock")


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves and TensorBoard have tests of their own; without them a run takes a tenth of a second."""
    monkeypatch.setattr(finetune.loop.live, "draw_curves", lambda folder, path, title: None)
    monkeypatch.setattr(finetune.loop.live, "LOOKS_SHOWN", 1)
    monkeypatch.setattr("finetune.loop.record.LOOKS_SHOWN", 1)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)


class Run:
    """A run folder, and what was said about it."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.said: list[str] = []
        self.tasks: list[MicroTask] = []

    def go(self, recipe: Recipe, *, stop_at: int = 0, dropout: float = 0.3, **kwargs: Any) -> Outcome:
        """Train, asked to stop before step ``stop_at`` + 1."""
        taken: list[int] = []

        def make(device: torch.device) -> MicroTask:
            self.tasks.append(MicroTask(recipe, device, dropout=dropout))
            return self.tasks[-1]

        return train(
            make,
            recipe,
            self.out,
            report=self.said.append,
            is_cancelled=lambda: bool(stop_at) and bool(taken) and taken[-1] >= stop_at,
            progress=lambda p: taken.append(p.step),
            device="cpu",
            **kwargs,
        )

    def go_in_pieces(self, recipe: Recipe, stops: tuple[int, ...], **kwargs: Any) -> Outcome:
        """Train, stopped after each of ``stops``."""
        for stop in stops:
            with pytest.raises(Cancelled):
                self.go(recipe, stop_at=stop, **kwargs)
        return self.go(recipe, **kwargs)

    def content(self, name: str = CHECKPOINT) -> dict[str, Any]:
        return read_content(self.out / name)

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(newline="", encoding="utf-8") as handle:
            return [{k: v for k, v in row.items() if k not in TIMES} for row in csv.DictReader(handle)]


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], Run]:
    return lambda name: Run(tmp_path / name)


def assert_same(one: Any, other: Any, where: str = "") -> None:
    """Bit for bit, whatever they hold."""
    assert type(one) is type(other), where
    if isinstance(one, torch.Tensor):
        assert one.dtype == other.dtype and torch.equal(one, other), where
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for key in one:
            assert_same(one[key], other[key], f"{where}/{key}")
    elif isinstance(one, list):
        assert len(one) == len(other), where
        for n, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same(a, b, f"{where}/{n}")
    else:
        assert one == other, where


@pytest.mark.parametrize(
    ("settings", "stops"),
    [
        ({}, (5,)),
        ({}, (1, 3, 7, 11)),
        ({"accumulate": 2}, (4, 9)),
        ({"bfloat16": True, "optimizer": "adam", "schedule": "linear", "decay_steps": 4}, (7,)),
        ({"ema": 0.0, "clip": 0.0, "validate_every": 0, "save_every": 0}, (7,)),
    ],
    ids=["once", "often, between validations", "accumulated", "adam in bfloat16", "no mean"],
)
def test_resuming_equals_never_having_stopped(
    run: Callable[[str], Run], settings: dict[str, Any], stops: tuple[int, ...]
) -> None:
    """Weights, mean, optimiser, counters, best weights and tables; dropout's draws as well."""
    recipe = micro_recipe(**settings)
    whole, pieces = run("whole"), run("pieces")
    assert whole.go(recipe) == pieces.go_in_pieces(recipe, stops)
    assert_same(whole.content(), pieces.content())
    assert_same(whole.content(BEST), pieces.content(BEST))
    for name in (STEPS, SCORES):
        assert whole.rows(name) == pieces.rows(name)
    assert [int(r["step"]) for r in whole.rows(STEPS)] == [10, 12]
    assert (whole.out / RECIPE).read_text() == (pieces.out / RECIPE).read_text()


def test_a_run_that_died_after_its_checkpoint_writes_nothing_twice(run: Callable[[str], Run]) -> None:
    """What was logged after the checkpoint is taken out and comes again."""
    recipe = micro_recipe(steps=40, save_every=20, validate_every=10)
    whole, dying = run("whole"), run("dying")
    whole.go(recipe)

    def die(progress: Progress) -> None:
        if progress.step == 37:
            raise RuntimeError("power cut")

    def make(device: torch.device) -> MicroTask:
        return MicroTask(recipe, device, dropout=0.3)

    with pytest.raises(RuntimeError, match="power cut"):
        train(make, recipe, dying.out, report=dying.said.append, progress=die, device="cpu")
    with (dying.out / STEPS).open("a") as handle:
        handle.write("38,9.5")  # torn in the middle of a row
    assert dying.content()["step"] == 20
    assert int(dying.rows(SCORES)[-1]["step"]) == 30
    dying.go(recipe)
    assert_same(whole.content(), dying.content())
    assert whole.rows(STEPS) == dying.rows(STEPS)
    assert whole.rows(SCORES) == dying.rows(SCORES)


@pytest.mark.parametrize("accumulate", [2, 4, 8])
def test_a_batch_in_parts_takes_the_steps_of_a_whole_one(run: Callable[[str], Run], accumulate: int) -> None:
    whole, parts = run("whole"), run("parts")
    whole.go(micro_recipe(ema=0.5), dropout=0.0)
    parts.go(micro_recipe(ema=0.5, accumulate=accumulate), dropout=0.0)
    assert sorted(set(whole.tasks[0].asked)) == sorted(set(parts.tasks[0].asked))
    for group in ("trained", "average"):
        for name, tensor in whole.content()[group].items():
            torch.testing.assert_close(parts.content()[group][name], tensor, rtol=1e-4, atol=1e-5)
    for one, other in zip(whole.rows(STEPS), parts.rows(STEPS), strict=True):
        assert float(one["loss"]) == pytest.approx(float(other["loss"]), rel=1e-4)


def test_every_sample_of_every_step_is_drawn_once(run: Callable[[str], Run]) -> None:
    """After the first step, which the estimate looks at as well."""
    found = run("a")
    found.go(micro_recipe(steps=7))
    later = [a for a in found.tasks[0].asked if a[0] > 0]
    assert sorted(later) == [(step, n) for step in range(1, 7) for n in range(8)]


def test_the_best_weights_are_the_averaged_ones_of_the_best_validation(run: Callable[[str], Run]) -> None:
    found = run("a")
    outcome = found.go(micro_recipe(steps=60, validate_every=12))
    scores = {int(r["step"]): float(r["mean"]) for r in found.rows(SCORES)}
    best = found.content(BEST)
    assert outcome.best == max(scores.values(), key=float) or abs(outcome.best - max(scores.values())) < 1e-6
    assert scores[best["step"]] == pytest.approx(best["dice"], abs=1e-6)
    assert best["step"] == outcome.best_step
    assert outcome.best > 0.8
    assert set(best) == {"state", "facts", "recipe", "step", "dice", "table"}
    assert recipe_from_dict(best["recipe"]) == micro_recipe(steps=60, validate_every=12)
    again = MicroTask(micro_recipe(), torch.device("cpu"))
    again.network.load_state_dict(best["state"])
    assert again.validate().mean == pytest.approx(best["dice"], abs=1e-6)
    if best["step"] == 60:
        assert_same(best["state"], found.content()["average"])


def test_no_patience_is_left_after_validations_without_progress(
    run: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([0.5, 0.6, 0.55, 0.6, 0.59, 0.9])
    monkeypatch.setattr(MicroTask, "validate", lambda self: Validation(next(scores), {"ct": 0.5}, 1))
    found = run("a")
    outcome = found.go(micro_recipe(steps=100, validate_every=2, patience=3))
    assert (outcome.step, outcome.best, outcome.stopped_early, outcome.best_step) == (10, 0.6, True, 4)
    assert "stopped early at step 10: 3 validations without a better Dice" in found.said[-1]
    assert found.content()["step"] == 10
    # The same command again stays where it is; more patience goes on.
    assert found.go(micro_recipe(steps=100, validate_every=2, patience=3)).step == 10
    with pytest.raises(Cancelled):
        found.go(micro_recipe(steps=100, validate_every=2, patience=4), stop_at=12)
    assert found.content()["best"] == 0.9


def test_weights_to_start_from_are_scored_before_the_first_step(
    run: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And stay the best where training does not improve on them."""
    scores = iter([0.9, 0.5, 0.6])
    monkeypatch.setattr(MicroTask, "validate", lambda self: Validation(next(scores), {"ct": 0.5}, 1))
    facts = MicroTask.facts
    monkeypatch.setattr(MicroTask, "facts", lambda self: {**facts(self), "model_sha256": "ff"})
    found = run("a")
    outcome = found.go(micro_recipe())
    assert (outcome.first, outcome.best, outcome.best_step) == (0.9, 0.9, 0)
    assert "did not improve" in found.said[-1]
    assert found.rows(SCORES)[0]["step"] == "0"
    begun = MicroTask(micro_recipe(), torch.device("cpu")).final_state()
    assert_same(found.content(BEST)["state"], begun)


def test_a_loss_that_is_no_number_ends_the_run_and_spoils_nothing(
    run: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = micro_recipe(save_every=4)
    healthy = run("healthy")
    with pytest.raises(Cancelled):
        healthy.go(recipe, stop_at=4)
    batch = MicroTask.batch

    def poisoned(self: MicroTask, step: int, part: int, parts: int) -> Any:
        pictures, masks = batch(self, step, part, parts)
        return (pictures * float("nan") if step == 6 else pictures), masks

    monkeypatch.setattr(MicroTask, "batch", poisoned)
    found = run("a")
    with pytest.raises(ModelError) as caught:
        found.go(recipe)
    text = str(caught.value)
    assert "step 7" in text and "loss is nan" in text and "checkpoint of step 4" in text
    assert "lower train.rate (now 0.05)" in text
    assert_same(healthy.content(), found.content())


def test_a_gradient_that_is_no_number_is_seen_before_it_reaches_the_weights(
    run: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    task_maker = MicroTask.__init__

    def with_hook(self: MicroTask, *args: Any, **kwargs: Any) -> None:
        task_maker(self, *args, **kwargs)
        steps = iter(range(1000))
        next(self.network.parameters()).register_hook(lambda g: g / 0 if next(steps) > 8 else g)

    monkeypatch.setattr(MicroTask, "__init__", with_hook)
    found = run("a")
    with pytest.raises(ModelError, match="gradient is"):
        found.go(micro_recipe(save_every=1, clip=0))
    assert all(torch.isfinite(t).all() for t in found.content()["trained"].values())


class Disk:
    """A disk that is full while ``full`` is set: torch, tables and pictures meet it alike."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        save, append = torch.save, Path.open

        def saving(content: Any, handle: Any, **kwargs: Any) -> None:
            if self.full:
                handle.write = self._fail
            save(content, handle, **kwargs)

        def opening(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if self.full and mode == "ab":
                raise OSError(errno.ENOSPC, "No space left on device")
            return append(path, mode, *args, **kwargs)

        monkeypatch.setattr(finetune.loop.checkpoint.torch, "save", saving)
        monkeypatch.setattr(Path, "open", opening)

    @staticmethod
    def _fail(data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_once_and_training_goes_on(
    run: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = micro_recipe(steps=40, save_every=5, validate_every=10)
    whole = run("whole")
    whole.go(recipe)
    disk, found = Disk(monkeypatch), run("full")

    def fill(progress: Progress) -> None:
        disk.full = 8 <= progress.step < 24

    def make(device: torch.device) -> MicroTask:
        return MicroTask(recipe, device, dropout=0.3)

    train(make, recipe, found.out, report=found.said.append, progress=fill, device="cpu")
    told = [line for line in found.said if "the disk is full" in line]
    assert len(told) == 1 and "Training goes on" in told[0]
    assert any("can be written again" in line for line in found.said)
    assert_same(whole.content(), found.content())
    assert_same(whole.content(BEST), found.content(BEST))
    assert whole.rows(STEPS) == found.rows(STEPS)
    assert whole.rows(SCORES) == found.rows(SCORES)


def test_a_disk_that_stays_full_ends_with_the_checkpoint_before(
    run: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = micro_recipe(save_every=4)
    disk, found = Disk(monkeypatch), run("full")

    def fill(progress: Progress) -> None:
        disk.full = progress.step >= 6

    def make(device: torch.device) -> MicroTask:
        return MicroTask(recipe, device, dropout=0.3)

    with pytest.raises(WriteError, match=r"of step 12, could not be written; the one of step 4 is there"):
        train(make, recipe, found.out, report=found.said.append, progress=fill, device="cpu")
    assert found.content()["step"] == 4
    assert not list(found.out.glob("*.part"))
    disk.full = False
    whole = run("whole")
    whole.go(recipe)
    found.go(recipe)
    assert_same(whole.content(), found.content())


def test_a_folder_that_cannot_be_written_is_refused(
    run: Callable[[str], Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(WriteError, match=r"run cannot be written: .*Choose another with --out"):
        Run(tmp_path / "file" / "run").go(micro_recipe())

    def forbidden(path: Path, *args: Any, **kwargs: Any) -> Any:
        raise PermissionError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(WriteError, match="writing there is not allowed"):
        run("locked").go(micro_recipe())


def test_a_folder_belongs_to_one_run_at_a_time(run: Callable[[str], Run]) -> None:
    found = run("a")
    owner = RunFolder(found.out, found.said.append)
    with pytest.raises(InputError, match=r"a is in use by process \d+ on .*--out"):
        found.go(micro_recipe())
    owner.close()
    assert found.go(micro_recipe()).step == 12


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"rate": 1e-3}, r"train\.rate was 0\.05 and is now 0\.001"),
        ({"seed": 5}, r"train\.seed was 2026"),
        ({"steps": 20}, r"train\.steps was 12 and is now 20 \(its cosine schedule depends on it\)"),
        ({"steps": 6}, r"train\.steps was 12 and is now 6 \(it has already taken 8\)"),
        ({"accumulate": 2}, r"train\.accumulate"),
    ],
)
def test_a_run_does_not_go_on_with_another_recipe(
    run: Callable[[str], Run], changed: dict[str, Any], named: str
) -> None:
    found = run("a")
    with pytest.raises(Cancelled):
        found.go(micro_recipe(), stop_at=8)
    before = (found.out / CHECKPOINT).read_bytes()
    with pytest.raises(InputError, match=named):
        found.go(micro_recipe(**changed))
    assert (found.out / CHECKPOINT).read_bytes() == before


def test_a_run_does_not_go_on_with_other_data(
    run: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = run("a")
    with pytest.raises(Cancelled):
        found.go(micro_recipe(), stop_at=8)
    facts = MicroTask.facts
    monkeypatch.setattr(MicroTask, "facts", lambda self: {**facts(self), "store_sha256": "other"})
    with pytest.raises(InputError, match="the prepared store changed"):
        found.go(micro_recipe())


def test_settings_that_touch_no_step_may_change(run: Callable[[str], Run]) -> None:
    found, whole = run("a"), run("whole")
    with pytest.raises(Cancelled):
        found.go(micro_recipe(), stop_at=8)
    found.go(micro_recipe(patience=9, save_every=3, validate_every=4))
    whole.go(micro_recipe())
    assert_same(whole.content()["trained"], found.content()["trained"])


def test_more_threads_round_otherwise_and_it_is_said(run: Callable[[str], Run]) -> None:
    found = run("a")
    with pytest.raises(Cancelled):
        found.go(micro_recipe(), stop_at=8)
    try:
        found.go(micro_recipe(threads=2))
    finally:
        torch.set_num_threads(1)
    assert any("1 thread and goes on with 2: results equal up to rounding" in line for line in found.said)


@pytest.mark.parametrize("schedule", [{"schedule": "constant"}, {"schedule": "linear", "decay_steps": 4}])
def test_a_run_may_be_lengthened_where_the_rates_so_far_stay(
    run: Callable[[str], Run], schedule: dict[str, Any]
) -> None:
    whole, found = run("whole"), run("a")
    whole.go(micro_recipe(steps=16, **schedule))
    with pytest.raises(Cancelled):
        found.go(micro_recipe(steps=12, **schedule), stop_at=8)
    found.go(micro_recipe(steps=16, **schedule))
    assert_same(whole.content()["trained"], found.content()["trained"])


def test_a_damaged_checkpoint_is_a_sentence(run: Callable[[str], Run]) -> None:
    found = run("a")
    found.go(micro_recipe())
    path = found.out / CHECKPOINT
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(InputError, match=r"checkpoint\.pt is damaged"):
        found.go(micro_recipe())


def test_stopping_saves_and_says_how_to_go_on(run: Callable[[str], Run]) -> None:
    found = run("a")
    with pytest.raises(Cancelled):
        found.go(micro_recipe(save_every=100), stop_at=3)
    assert "stopped at step 3; the same command goes on from there" in found.said
    assert found.content()["step"] == 3
    assert json.loads((found.out / RECIPE).read_text())["train"]["steps"] == 12


def test_memory_that_does_not_suffice_is_a_sentence(
    run: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def batch(self: MicroTask, step: int, part: int, parts: int) -> Any:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(MicroTask, "batch", batch)
    with pytest.raises(ModelError, match=r"did not suffice for 8 samples at once.*train\.accumulate"):
        run("a").go(micro_recipe())


def test_a_batch_is_shared_evenly(run: Callable[[str], Run]) -> None:
    from finetune.loop.distributed import Processes

    with pytest.raises(InputError, match=r"multiple of processes × train\.accumulate \(3 × 2\); 8 came"):
        run("a").go(micro_recipe(accumulate=2), processes=Processes(0, 3))


def test_the_progress_tells_what_there_is_to_know(run: Callable[[str], Run]) -> None:
    seen: list[Progress] = []
    recipe = micro_recipe()
    train(
        lambda device: MicroTask(recipe, device),
        recipe,
        run("a").out,
        report=lambda line: None,
        progress=seen.append,
        device="cpu",
    )
    assert [p.step for p in seen] == list(range(1, 13))
    assert seen[-1].fraction == 1.0
    assert seen[3].epoch == 1.0
    assert seen[3].best == -1 and seen[-1].best >= 0
    assert all(p.loss > 0 and p.memory_bytes > 0 for p in seen)
