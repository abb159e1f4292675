"""Whether a network says "nothing here" of a box on background, and only there.

Background boxes come from ``finetune.data.empty``. Beside them the objects'
noisy boxes of the same split are asked for, each of which must not be refused.
A box is *certain* where all that is visible is labelled or nothing distinct is
to be seen; in the others a network may rightly see what nobody labelled.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from finetune.data.empty import EmptyTarget, empty_targets
from finetune.data.store import Store
from finetune.data.targets import Target, targets
from finetune.scores.evaluate import Clock, Settings, require_askable
from finetune.scores.protocols import Protocol, ask_box
from finetune.scores.scoring import Scorer
from medsam.errors import Cancelled, InputError

PER_CASE = 4
"""Background boxes of one case at most."""


@dataclass(frozen=True)
class Said:
    """A network's answer to one box.

    Attributes:
        nothing: "Nothing here".
        presence: Its estimate that there is something; 0 where its mask has no pixel.
    """

    nothing: bool
    presence: float


@dataclass(frozen=True)
class Asked:
    """One box and every network's answer ("network", "against").

    Attributes:
        target: On background, or an object's.
        said: By network.
    """

    target: EmptyTarget | Target
    said: dict[str, Said]

    @property
    def on_background(self) -> bool:
        """Whether "nothing here" is right."""
        return isinstance(self.target, EmptyTarget)

    @property
    def certain(self) -> bool:
        """Whether it counts in the headline; an object always does."""
        return self.target.certain if isinstance(self.target, EmptyTarget) else True

    @property
    def patient(self) -> tuple[str, str]:
        """Who it is of."""
        return self.target.record.dataset, self.target.record.group


@dataclass
class EmptyEvaluation:
    """All answers, and what they were got by.

    Attributes:
        store, scorer, against, protocol, settings: As given.
        boxes: On background, in the store's order.
        objects: Likewise.
        milliseconds: Of each question to the network.
    """

    store: Store
    scorer: Scorer
    against: Scorer | None
    protocol: Protocol
    settings: Settings
    boxes: list[Asked] = field(default_factory=list)
    objects: list[Asked] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    @property
    def networks(self) -> dict[str, Scorer]:
        """Those that were asked, by name."""
        return {"network": self.scorer, **({"against": self.against} if self.against else {})}

    def ask(self, target: EmptyTarget | Target) -> Asked:
        """Every network's answer to a box."""
        said = {}
        for name, scorer in self.networks.items():
            start = time.perf_counter()
            answer = ask_box(scorer, target.picture(), target.box)
            if name == "network":
                self.milliseconds.append((time.perf_counter() - start) * 1000)
            there = bool(np.any(answer.mask))
            said[name] = Said(answer.refused or not there, answer.presence if there else 0.0)
        return Asked(target, said)


def evaluate_empty(
    store: Store,
    scorer: Scorer,
    protocol: Protocol,
    settings: Settings,
    *,
    against: Scorer | None = None,
    report: Callable[[str], None] = print,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> EmptyEvaluation:
    """Ask for boxes on background and for the objects of a split.

    Raises:
        InputError: If the split has neither, or as ``finetune.scores.evaluate.evaluate``.
        Cancelled: If ``is_cancelled`` said so.
    """
    chosen = require_askable(store, (scorer, against), protocol, settings)
    result = EmptyEvaluation(store, scorer, against, protocol, settings)
    background = empty_targets(chosen, settings.split, protocol.seed, PER_CASE)
    objects = targets(
        chosen,
        settings.split,
        protocol.noise,
        protocol.seed,
        most_per_case=settings.per_case,
        least_area=settings.least_area,
    )
    if not background or not objects:
        raise InputError(
            f"Scoring needs boxes on background and objects of at least {settings.least_area} pixels; the"
            f" split {settings.split} has {len(background)} and {len(objects)}. Choose another --split, or"
            " prepare cases for it."
        )
    report(f"{len(background)} boxes on background, {len(objects)} objects")
    clock = Clock(len(background) + len(objects), report)
    for into, members in ((result.boxes, background), (result.objects, objects)):
        for target in members:
            if is_cancelled():
                raise Cancelled("scoring was stopped")
            into.append(result.ask(target))
            clock.tick()
    return result
