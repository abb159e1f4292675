"""How an imitated user asks for an object while a network is scored.

``box``: one box, each coordinate moved by normal noise. ``point``: one click
at the maximum of the distance transform of the truth, scored twice: the
model's own choice among its candidates, and the best of them as an oracle
would choose. ``clicks``: that first click, then corrective ones, each in the
middle of the largest error and signed by its kind.

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
from finetune.scores.scoring import Scorer
from finetune.tasks.prompting import centre_point, corrective_click
from medsam.prompts import MaskPrompt, Points, Prompts

Mask = npt.NDArray[np.bool_]
Kind = Literal["box", "point", "clicks"]
KINDS: tuple[Kind, ...] = ("box", "point", "clicks")


@dataclass(frozen=True)
class Protocol:
    """The imitated user.

    Attributes:
        kind: See the module.
        noise: Standard deviation of a box's coordinates over its side, both directions.
        seed: Of the noise and of the draw of objects.
        clicks: How many at most, of "clicks".
    """

    kind: Kind = "box"
    noise: float = 0.05
    seed: int = 1
    clicks: int = 9

    @property
    def needs(self) -> tuple[str, ...]:
        """Kinds of prompts a model must take."""
        return ("box",) if self.kind == "box" else ("points",)

    def sentence(self, scorer: Scorer) -> str:
        """What was asked, for the header of a report."""
        if self.kind == "box":
            return (
                f"One box an object: the truth's tight box, each of its four coordinates moved by normal"
                f" noise of {self.noise:.0%} of that side, in both directions, clipped to the picture."
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
        oracle: (H, W), the best candidate by the truth; only of "point".
        rounds: Dice after each click; only of "clicks".
    """

    mask: Mask
    estimated: float
    oracle: Mask | None = None
    rounds: tuple[float, ...] = ()


def ask(scorer: Scorer, protocol: Protocol, target: Target, truth: Mask) -> Answer:
    """Ask a model for one object; a pure function of the target, the protocol and the weights."""
    picture = target.picture()
    if protocol.kind == "box":
        found = scorer.predict(picture, Prompts(box=target.box))
        return Answer(found.masks[0], float(found.scores[0]))
    if protocol.kind == "point":
        found = scorer.predict(picture, Prompts(points=Points.of([centre_point(truth)])))
        best = max(range(len(found.masks)), key=lambda n: dice(found.masks[n], truth))
        return Answer(found.masks[0], float(found.scores[0]), oracle=found.masks[best])
    return _click(scorer, protocol.clicks, picture, truth)


def _click(scorer: Scorer, clicks: int, picture: npt.NDArray[np.uint8], truth: Mask) -> Answer:
    places, signs = [centre_point(truth)], [True]
    previous: MaskPrompt | None = None
    rounds: list[float] = []
    while True:
        found = scorer.predict(picture, Prompts(None, Points(tuple(places), tuple(signs)), previous))
        mask = found.masks[0]
        rounds.append(dice(mask, truth))
        if len(rounds) == clicks or rounds[-1] == 1.0:
            # Nobody clicks on a mask without an error: it stays what it is.
            rounds += [1.0] * (clicks - len(rounds))
            return Answer(mask, float(found.scores[0]), rounds=tuple(rounds))
        x, y, positive = corrective_click(truth, mask, None)
        places.append((x, y))
        signs.append(positive)
        if scorer.takes("mask"):
            previous = MaskPrompt(found.logits[0])
