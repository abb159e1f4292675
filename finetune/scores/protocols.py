"""How an imitated user asks for an object while a network is scored.

``box``: one box, each coordinate moved by normal noise. ``point``: one click
at the maximum of the distance transform of the truth, scored twice: the
model's own choice among its candidates, and the best of them as an oracle
would choose. ``clicks``: that first click, then corrective ones, each in the
middle of the largest error and signed by its kind. ``corrections``: a noisy
box, then corrective clicks beside it. ``empty``: boxes on background beside
the objects' noisy boxes (``finetune.scores.empty``).

The truth is what places clicks, so their scores are those of a patient and
skilled user; that belongs beside every figure, and ``Protocol.sentence`` says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from finetune.data.targets import Target
from finetune.scores.metrics import dice
from finetune.scores.scoring import Prediction, Scorer
from finetune.tasks.prompting import centre_point, corrective_click
from medsam.prompts import Box, MaskPrompt, Points, Prompts

Mask = npt.NDArray[np.bool_]
Picture = npt.NDArray[np.uint8]
Kind = Literal["box", "point", "clicks", "corrections", "empty"]
KINDS: tuple[Kind, ...] = ("box", "point", "clicks", "corrections", "empty")

CLICKS: dict[str, int] = {"clicks": 9, "corrections": 3}
"""How many are placed at most where nothing else is asked for."""

_NEEDS: dict[str, tuple[str, ...]] = {
    "point": ("points",),
    "clicks": ("points",),
    "corrections": ("box", "points"),
}


@dataclass(frozen=True)
class Protocol:
    """The imitated user.

    Attributes:
        kind: See the module.
        noise: Standard deviation of a box's coordinates over its side, both directions.
        seed: Of the noise and of the draw of objects.
        clicks: How many at most, of "clicks" and "corrections".
    """

    kind: Kind = "box"
    noise: float = 0.05
    seed: int = 1
    clicks: int = 9

    @property
    def needs(self) -> tuple[str, ...]:
        """Kinds of prompts a model must take."""
        return _NEEDS.get(self.kind, ("box",))

    @property
    def boxed(self) -> bool:
        """Whether a noisy box is given."""
        return "box" in self.needs

    @property
    def first_round(self) -> int:
        """Clicks before the first answer."""
        return 0 if self.kind == "corrections" else 1

    def sentence(self, scorer: Scorer) -> str:
        """What was asked, for the header of a report."""
        box = (
            f"One box an object: the truth's tight box, each of its four coordinates moved by normal"
            f" noise of {self.noise:.0%} of that side, in both directions, clipped to the picture."
        )
        if self.kind == "box":
            return box
        if self.kind == "empty":
            return (
                f"{box} Beside them boxes of the same sizes on background, holding no labelled pixel: how"
                ' often each is answered "nothing here".'
            )
        count = scorer.candidates
        choice = f"the best of its {count} candidates by its own estimate" if count > 1 else "its only mask"
        if self.kind == "point":
            oracle = f"the best of the {count} by the truth" if count > 1 else "the same mask"
            return (
                "One click an object, at the maximum of the distance transform of the truth. The network's"
                f" mask is {choice}; the oracle's is {oracle}."
            )
        memory = "the previous logits" if scorer.takes("mask") else "no previous mask (the model takes none)"
        if self.kind == "corrections":
            return (
                f"{box} Then up to {self.clicks} corrective clicks, each in the middle of the largest error"
                " (positive where the object was missed, negative else), box and all clicks given again with"
                f" {memory}. The mask is {choice}; scores are those after {_clicks(self.clicks)} unless a"
                " table says otherwise."
            )
        return (
            f"Up to {self.clicks} clicks an object: the first at the maximum of the distance transform of the"
            " truth, each next one in the middle of the largest error (positive where the object was missed,"
            f" negative else), all clicks given again with {memory}. The mask is {choice}; scores are those"
            f" after click {self.clicks} unless a table says otherwise."
        )


@dataclass(frozen=True)
class Answer:
    """What came back for one object.

    Attributes:
        mask: (H, W), the model's own choice.
        estimated: Its own estimate of that mask's IoU.
        refused: Whether it says "nothing here"; the mask is its best guess all the same.
        presence: Its own estimate that there is something; 1 where it cannot tell.
        oracle: (H, W), the best candidate by the truth; only of "point".
        rounds: Dice after each click; of "corrections" also before the first.
    """

    mask: Mask
    estimated: float
    refused: bool = False
    presence: float = 1.0
    oracle: Mask | None = None
    rounds: tuple[float, ...] = ()


def ask(scorer: Scorer, protocol: Protocol, target: Target, truth: Mask) -> Answer:
    """Ask a model for one object; a pure function of the target, the protocol and the weights."""
    picture = target.picture()
    if protocol.kind in ("box", "empty"):
        return ask_box(scorer, picture, target.box)
    if protocol.kind == "point":
        found = scorer.predict(picture, Prompts(points=Points.of([centre_point(truth)])))
        best = max(range(len(found.masks)), key=lambda n: dice(found.masks[n], truth))
        return _answer(found, oracle=found.masks[best])
    if protocol.kind == "corrections":
        return _click(scorer, Prompts(box=target.box), protocol.clicks + 1, picture, truth)
    return _click(scorer, Prompts(points=Points.of([centre_point(truth)])), protocol.clicks, picture, truth)


def ask_box(scorer: Scorer, picture: Picture, box: Box) -> Answer:
    """Ask a model for what a box holds."""
    return _answer(scorer.predict(picture, Prompts(box=box)))


def _answer(found: Prediction, oracle: Mask | None = None, rounds: tuple[float, ...] = ()) -> Answer:
    presence = float(found.presence)
    return Answer(found.masks[0], float(found.scores[0]), found.empty, presence, oracle, rounds)


def _click(scorer: Scorer, first: Prompts, count: int, picture: Picture, truth: Mask) -> Answer:
    """Answer to ``first``, then to a corrective click more each time: ``count`` answers."""
    places = list(first.points.xy) if first.points else []
    signs = list(first.points.positive) if first.points else []
    prompts, rounds = first, []
    while True:
        found = scorer.predict(picture, prompts)
        mask = found.masks[0]
        rounds.append(dice(mask, truth))
        if len(rounds) == count or rounds[-1] == 1.0:
            # Nobody clicks on a mask without an error: it stays what it is.
            rounds += [1.0] * (count - len(rounds))
            return _answer(found, rounds=tuple(rounds))
        x, y, positive = corrective_click(truth, mask, None)
        places.append((x, y))
        signs.append(positive)
        previous = MaskPrompt(found.logits[0]) if scorer.takes("mask") else None
        prompts = Prompts(first.box, Points(tuple(places), tuple(signs)), previous)


def _clicks(count: int) -> str:
    return "1 click" if count == 1 else f"{count} clicks"
