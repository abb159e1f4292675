"""Adapting the model in use to a user's own outlines, within some minutes, with scores before and after.

The held-out cases are scored first with the present model and last with the
adapted one, asked with the very same boxes. A SAM network learns by tier A, a
zoom network by a short run at a low rate; how many slices are encoded and how
many steps are taken follows from what a slice and a step take on this machine.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from finetune.adapt.cases import Part, checked_pairs, hold_out, make_store, split_off, spread
from finetune.adapt.job import Job, file_name
from finetune.adapt.scores import NOISE, compared, on_card
from finetune.adapt.stages import Say, Stages
from finetune.config import Recipe, read_recipe
from finetune.data.store import SliceRef, Store
from finetune.data.targets import MOST_PER_CASE, Target, targets
from finetune.loop.cost import measure
from finetune.loop.live import Progress
from finetune.loop.train import train
from finetune.memory import keep_memory
from finetune.release.export import write_weights
from finetune.release.model_card import model_card
from finetune.release.runs import network_of, read_run
from finetune.scores.metrics import dice
from finetune.scores.scoring import Scorer
from finetune.tasks.base import Task
from finetune.tasks.choose import make_task
from medsam.errors import Cancelled
from medsam.model.build import load_model
from medsam.model.devices import pick_device
from medsam.prompts import Prompts

MOST_TESTED, MOST_LEARNED, MOST_CHOSEN_BY = 120, 2000, 12
"""Slices to test on, to learn from, and to choose the weights by."""

VALIDATIONS = 8
LEAST_STEPS, MOST_STEPS = 10, 4000

_TEST_SHARE, _ENCODE_SHARE = 0.15, 0.4
_IN_ALL = 0.95
"""Shares of the minutes: scoring once, encoding, and all that is planned."""
_LATE = 1.15
"""Times the planned seconds: training ends then whatever the step."""
_CHOSEN_BY = (
    "On slices of the cases that it learned from, by which these weights were chosen: it does not tell how"
    " good they are on others."
)
_EMBEDDINGS_BYTES = 512 << 20


def adapt(job: Job, say: Say, is_cancelled: Callable[[], bool] = lambda: False) -> Path:
    """Adapt; returns the file of the adapted weights.

    Args:
        say: Told events, as ``medsam.engine.training_client`` reads them.
        is_cancelled: Asked often.

    Raises:
        MedSAMError: Whatever stands in the way, in a sentence.
        Cancelled: If asked to stop.
    """
    return _Adaptation(job, say, is_cancelled).run()


@dataclass(frozen=True)
class _Split:
    """Which slices are for what."""

    train: list[SliceRef]
    val: list[SliceRef]
    test: list[SliceRef]

    def part_of(self, store: Store) -> Part:
        """The store of these slices."""
        named = (("train", self.train), ("val", self.val), ("test", self.test))
        return Part(store, [(split, ref) for split, refs in named for ref in refs])


class _Adaptation:
    """One job from its files to its weights."""

    def __init__(self, job: Job, say: Say, is_cancelled: Callable[[], bool]) -> None:
        self._job, self._say, self._is_cancelled = job, say, is_cancelled
        self._folder = Path(job.out_folder)
        self._since = time.monotonic()
        self._budget = job.minutes * 60 * _IN_ALL
        self._stages = Stages(say)

    def run(self) -> Path:
        """Go all the way; the file of the adapted weights."""
        job = self._job
        checked_pairs(job.pairs)
        keep_memory()
        torch.set_num_threads(job.threads)
        device = pick_device(job.device)
        loaded = load_model(job.model, device.type)
        scorer = Scorer(loaded, _EMBEDDINGS_BYTES)
        scorer.require(["box"], "of adapting")
        kind = "zoom" if loaded.card.kind == "zoom" else "sam"
        recipe = self._recipe(kind)
        store, by_patient = self._read(recipe)
        learned, tested = hold_out(store, job.seed)
        split = self._choose(scorer, kind, store, learned, tested)
        part = split.part_of(store)
        asked = self._asked(part)
        before, seconds = self._score(scorer, asked, "measure")
        task = self._task(recipe, part, device, len(split.train) + len(split.val))
        run, steps = self._train(task, seconds, device)
        best = read_run(run)
        _take(scorer, best.state)
        after, _ = self._score(scorer, asked, "check", seconds)
        scores = compared(asked, before, after, by_patient)
        self._tell("save", 0.0, left=0.0, at_once=True)
        card = model_card(best, job.title)
        # The file travels; the folders of this machine do not.
        card["recipe"] = {**card["recipe"], "model": loaded.card.title}
        card["evaluation"] = on_card(scores)
        card["validation"]["sentence"] = _CHOSEN_BY
        file = write_weights(network_of(best), self._folder / file_name(job), card)
        self._say({"event": "scores", **scores})
        cases = {part.cases[ref.case].id for ref in part.slices("train")}
        self._say({"event": "done", "file": str(file), "trained_on": len(cases), "steps": steps})
        return file

    # --- stages -----------------------------------------------------------------

    def _recipe(self, kind: str) -> Recipe:
        name = "adapt-zoom" if kind == "zoom" else "adapt-decoder"
        said = [f"model={json.dumps(self._job.model)}", f"train.seed={self._job.seed}"]
        return read_recipe(name, [*said, f"train.threads={self._job.threads}"])

    def _read(self, recipe: Recipe) -> tuple[Store, bool]:
        folder = self._folder / "store"
        count = len(self._job.pairs)

        def ticked() -> bool:
            done = min(_folders_in(folder / "cases"), count)
            self._tell("read", done / count, done, count)
            return self._is_cancelled()

        self._tell("read", 0.0, 0, count, at_once=True)
        store, skipped, by_patient = make_store(
            self._job.pairs, folder, recipe.prepare, report=lambda line: None, is_cancelled=ticked
        )
        for name, sentence in skipped.items():
            self._say({"event": "skipped", "name": name, "text": sentence})
        return store, by_patient

    def _choose(
        self, scorer: Scorer, kind: str, store: Store, learned: Sequence[int], tested: Sequence[int]
    ) -> _Split:
        """Slices for each purpose: as many as can be encoded in the time, if they must be."""
        most_tested, most_learned = MOST_TESTED, MOST_LEARNED
        if kind == "sam" and not self._job.steps:
            self._tell("measure", 0.0, at_once=True)
            seconds = self._seconds_a_slice(scorer, store, tested)
            most_tested = _between(2, _TEST_SHARE * self._budget / seconds, MOST_TESTED)
            most_learned = _between(2, _ENCODE_SHARE * self._budget / seconds, MOST_LEARNED)
        train, val = split_off(spread(store, learned, most_learned), MOST_CHOSEN_BY)
        return _Split(train, val, spread(store, tested, most_tested))

    def _seconds_a_slice(self, scorer: Scorer, store: Store, cases: Sequence[int]) -> float:
        (ref,) = spread(store, cases, 1)
        (target, *_) = targets(Part(store, [("test", ref)]), "test", NOISE, self._job.seed, least_area=1)
        start = time.monotonic()
        scorer.predict(target.picture(), Prompts(target.box))
        return max(time.monotonic() - start, 1e-3)

    def _asked(self, part: Part) -> list[Target]:
        """What both models are asked on the held-out cases, slice by slice."""
        found = targets(part, "test", NOISE, self._job.seed, most_per_case=MOST_PER_CASE, least_area=1)
        return sorted(found, key=lambda t: (t.case, t.object.slice, t.number))

    def _score(
        self, scorer: Scorer, asked: Sequence[Target], stage: str, seconds: float | None = None
    ) -> tuple[list[float], float]:
        """Dice of each target, and the seconds it took; ``seconds`` are those expected, if it is the end."""
        start = time.monotonic()
        scores = []
        for number, target in enumerate(asked):
            share = number / len(asked)
            left = None if seconds is None else seconds * (1 - share)
            self._tell(stage, share, number, len(asked), left=left, at_once=number == 0)
            self._stop_if_asked()
            mask = scorer.masks(target.picture(), Prompts(target.box))[0]
            scores.append(dice(mask, target.truth()))
        return scores, time.monotonic() - start

    def _task(self, recipe: Recipe, part: Part, device: torch.device, slices: int) -> Task:
        """The training's task; a SAM network's slices are encoded here."""

        def ticked() -> bool:
            self._tell("encode", self._stages.seconds / max(_ENCODE_SHARE * self._budget, 1e-3))
            return self._is_cancelled()

        self._tell("encode", 0.0, 0, 0, at_once=True)
        return make_task(
            recipe, part, device, beside=self._folder, report=lambda line: None, is_cancelled=ticked
        )

    def _train(self, task: Task, check_seconds: float, device: torch.device) -> tuple[Path, int]:
        self._tell("train", 0.0, at_once=True)
        task.recipe = recipe = self._with_steps(task, check_seconds)
        steps = recipe.train.steps

        # A folder of its own: a job that is given again is another run.
        run = Path(tempfile.mkdtemp(prefix="run-", dir=self._folder))
        taken = [0]

        def told(progress: Progress) -> None:
            taken[0] = progress.step
            left = progress.seconds_left
            left = left + check_seconds if left is not None else None
            self._tell("train", progress.fraction, progress.step, steps, left=left)

        try:
            train(
                lambda _: task,
                recipe,
                run,
                report=lambda line: None,
                is_cancelled=lambda: self._is_cancelled() or self._is_late(check_seconds),
                progress=told,
                device=device.type,
                shows=False,
            )
        except Cancelled:
            # The minutes are a promise: on a machine that became slower the best so far has to do.
            if self._is_cancelled():
                raise
        return run, taken[0]

    def _is_late(self, check_seconds: float) -> bool:
        return not self._job.steps and self._elapsed + check_seconds > self._budget * _LATE

    def _with_steps(self, task: Task, check_seconds: float) -> Recipe:
        """The recipe with as many steps as fit into what is left of the time."""
        steps = self._job.steps
        if not steps:
            start = time.monotonic()
            task.validate()
            validation = time.monotonic() - start
            seconds = measure(task, task.cost()).step_seconds
            left = self._budget - self._elapsed - check_seconds - (VALIDATIONS + 1) * validation
            steps = _between(LEAST_STEPS, left / max(seconds * 1.1, 1e-4), MOST_STEPS)
        config = dataclasses.replace(
            task.recipe.train,
            steps=steps,
            warm_up=min(task.recipe.train.warm_up, max(steps // 5, 1)),
            # A mean over the last eighth of the run, however short it is.
            ema=max(0.0, min(0.98, 1 - 8 / steps)),
            save_every=steps,
            validate_every=max(steps // VALIDATIONS, 1),
        )
        return dataclasses.replace(task.recipe, train=config)

    # --- time -------------------------------------------------------------------

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._since

    def _tell(
        self,
        stage: str,
        share: float,
        done: int = 0,
        total: int = 0,
        *,
        left: float | None = None,
        at_once: bool = False,
    ) -> None:
        if left is None and not self._job.steps:
            left = max(self._budget - self._elapsed, 0.0)
        self._stages.tell(stage, share, done, total, left=left, at_once=at_once)

    def _stop_if_asked(self) -> None:
        if self._is_cancelled():
            raise Cancelled("The adaptation was stopped.")


def _between(least: int, value: float, most: int) -> int:
    return int(min(max(value, least), most))


def _folders_in(folder: Path) -> int:
    try:
        return sum(not path.name.startswith(".") for path in folder.iterdir())
    except OSError:
        return 0


def _take(scorer: Scorer, state: dict[str, Tensor]) -> None:
    """Put trained entries into a scorer's network.

    Tier A leaves the encoder as it is, so the embeddings that the scorer kept stay right.
    """
    network = scorer.loaded.network
    device = next(network.parameters()).device
    surplus = network.load_state_dict({k: v.to(device) for k, v in state.items()}, strict=False)
    assert not surplus.unexpected_keys, surplus.unexpected_keys[:3]
    scorer.refresh()
