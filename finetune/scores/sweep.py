"""What sloppier or better boxes cost: the same objects asked for with several amounts of noise.

The noise of an object's box comes from its case and the seed alone, so from
one amount to the next each box moves in the same direction, only farther.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from finetune.data.targets import Target, targets
from finetune.scores.evaluate import Clock, Evaluation
from finetune.scores.metrics import dice
from finetune.scores.selection import selected
from finetune.scores.statistics import bootstrap_mean_of_means, mean_of_means, means_of_modalities
from medsam.errors import Cancelled

Dices = dict[str, list[float]]


def sweep(
    result: Evaluation,
    noises: Sequence[float],
    report: Callable[[str], None] = print,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> list[dict[str, Any]]:
    """A row for each amount of noise, the evaluation's own among them, in ascending order.

    Each tells by method the mean Dice over modalities with its interval, that
    mean less the evaluation's (``change``), and each modality's mean.

    Args:
        result: Of the protocol "box"; its objects are not asked for again.
        noises: Further amounts.

    Raises:
        Cancelled: If ``is_cancelled`` said so.
    """
    own = result.protocol.noise
    asked = [o.target for o in result.objects]
    found: dict[float, tuple[list[Target], Dices]] = {
        own: (asked, {m: [o.scores[m].dice for o in result.objects] for m in result.methods})
    }
    for noise in noises:
        if noise not in found:
            found[noise] = _ask(result, noise, report, is_cancelled)
    keys = [t.key for t in asked]
    base = {m: mean_of_means(values, keys) for m, values in found[own][1].items()}
    return [_row(result, noise, *found[noise], base) for noise in sorted(found)]


def _ask(
    result: Evaluation, noise: float, report: Callable[[str], None], is_cancelled: Callable[[], bool]
) -> tuple[list[Target], Dices]:
    settings, protocol = result.settings, replace(result.protocol, noise=noise)
    again = Evaluation(result.store, result.scorer, result.against, protocol, settings)
    asked = targets(
        selected(result.store, settings.split, settings.datasets),
        settings.split,
        noise,
        protocol.seed,
        most_per_case=settings.per_case,
        least_area=settings.least_area,
    )
    report(f"the same objects with boxes of {noise:.0%} noise")
    clock = Clock(len(asked), report)
    scores: Dices = {m: [] for m in result.methods}
    for target in asked:
        if is_cancelled():
            raise Cancelled("scoring was stopped")
        truth, (masks, _) = target.truth(), again.masks(target)
        for method in result.methods:
            scores[method].append(dice(masks[method], truth))
        clock.tick()
    return asked, scores


def _row(
    result: Evaluation, noise: float, asked: Sequence[Target], scores: Dices, base: dict[str, float]
) -> dict[str, Any]:
    keys = [t.key for t in asked]
    patients = [(t.record.dataset, t.record.group) for t in asked]
    seed = result.protocol.seed
    means = {m: mean_of_means(values, keys) for m, values in scores.items()}
    return {
        "noise": noise,
        "is_main": noise == result.protocol.noise,
        "objects": len(asked),
        "mean": means,
        "interval": {m: bootstrap_mean_of_means(v, keys, patients, seed=seed) for m, v in scores.items()},
        "change": {m: mean - base[m] for m, mean in means.items()},
        "modalities": {m: means_of_modalities(v, keys) for m, v in scores.items()},
    }
