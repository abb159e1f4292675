"""What a sample of scores says: quantiles, intervals by patient, paired tests.

Objects of one patient resemble each other, so what is uncertain is which
patients came: intervals resample patients with all their objects, and paired
tests compare patients' means. Where a figure is not defined (one patient, no
difference, an infinite distance in a mean) it is None, shown as "n/a".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ROUNDS = 2000
"""Bootstrap samples."""

LEVEL = 0.95

FEW_PATIENTS = 10
"""Below this many patients a percentile interval is known to be too narrow."""

LEAST_PAIRS = 5
"""Patients with a difference below which a signed-rank test cannot say anything."""


@dataclass(frozen=True)
class Summary:
    """A sample of one score.

    Attributes:
        objects, patients: How many.
        median, q1, q3: Over objects; infinite distances take part as infinite.
        mean: Over objects; None if one is infinite.
        low, high: 95 % bootstrap interval of the mean, by patient; None for
            fewer than two patients.
        infinite: Objects whose distance is infinite: an empty mask.
    """

    objects: int
    patients: int
    median: float
    q1: float
    q3: float
    mean: float | None
    low: float | None
    high: float | None
    infinite: int

    def to_dict(self) -> dict[str, Any]:
        """Plain data; infinite quantiles as None, told by ``infinite``."""
        return {k: None if v == np.inf else v for k, v in asdict(self).items()}


@dataclass(frozen=True)
class Comparison:
    """One network against another on the same objects.

    Attributes:
        objects, patients: How many pairs.
        median: Of the objects' differences, ours less theirs.
        mean, low, high: Of the same, with a 95 % bootstrap interval by patient.
        better, worse: Objects on which ours is above, below.
        p: Two-sided Wilcoxon signed-rank test of the patients' mean
            differences; None for fewer than five that differ.
        p_holm: The same, corrected for all rows of its table after Holm.
    """

    objects: int
    patients: int
    median: float
    mean: float
    low: float | None
    high: float | None
    better: int
    worse: int
    p: float | None
    p_holm: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def quantile(values: Sequence[float] | Floats, share: float) -> float:
    """Linearly interpolated, as ``numpy.quantile``, but with infinite values where they belong."""
    ordered = np.sort(np.asarray(values, float))
    place = share * (len(ordered) - 1)
    low, rest = int(np.floor(place)), place - np.floor(place)
    if rest == 0 or ordered[low] == np.inf:
        return float(ordered[low])
    return float(ordered[low] * (1 - rest) + ordered[low + 1] * rest)


def summarise(
    values: Sequence[float] | Floats, patients: Sequence[Hashable], *, seed: int, rounds: int = ROUNDS
) -> Summary:
    """Summary of a score of objects, one value and one patient each.

    Raises:
        ValueError: If there are none, or one is NaN: no metric of ours is.
    """
    array = _checked(values)
    mean = low = high = None
    if np.isfinite(array).all():
        mean = float(array.mean())
        interval = bootstrap_mean(array, patients, seed=seed, rounds=rounds)
        low, high = interval if interval else (None, None)
    return Summary(
        objects=len(array),
        patients=len(set(patients)),
        median=quantile(array, 0.5),
        q1=quantile(array, 0.25),
        q3=quantile(array, 0.75),
        mean=mean,
        low=low,
        high=high,
        infinite=int(np.isinf(array).sum()),
    )


def _checked(values: Sequence[float] | Floats) -> Floats:
    array = np.asarray(values, float)
    if len(array) == 0 or np.isnan(array).any():
        raise ValueError(
            f"a summary needs numbers; {len(array)} came, {int(np.isnan(array).sum())} of them NaN"
        )
    return array


def _per_patient(values: Floats, patients: Sequence[Hashable]) -> tuple[Floats, Floats]:
    """Sum and number of each patient's values, in order of first appearance."""
    numbers: dict[Hashable, int] = {}
    index = np.array([numbers.setdefault(p, len(numbers)) for p in patients])
    counts = np.bincount(index)
    return np.bincount(index, weights=values).astype(np.float64), counts.astype(np.float64)


def bootstrap_mean(
    values: Sequence[float] | Floats, patients: Sequence[Hashable], *, seed: int, rounds: int = ROUNDS
) -> tuple[float, float] | None:
    """Percentile interval of the mean over objects when patients are drawn anew with all their objects.

    Returns:
        Limits of the 95 % interval; None for fewer than two patients.
    """
    sums, counts = _per_patient(np.asarray(values, float), patients)
    if len(sums) < 2:
        return None
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=rounds)
    return _interval((drawn @ sums) / (drawn @ counts))


def bootstrap(
    statistic: Callable[[npt.NDArray[np.int64]], float | None],
    patients: Sequence[Hashable],
    *,
    seed: int,
    rounds: int = ROUNDS // 2,
) -> tuple[float, float] | None:
    """Percentile interval of any statistic of objects when patients are drawn anew with all their objects.

    Args:
        statistic: Of the numbers of the objects drawn; samples in which it is None are left out.

    Returns:
        Limits of the 95 % interval; None for fewer than two patients, or
        where fewer than half of the samples have a statistic.
    """
    numbers: dict[Hashable, list[int]] = defaultdict(list)
    for number, patient in enumerate(patients):
        numbers[patient].append(number)
    if len(numbers) < 2:
        return None
    members = [np.array(mine) for mine in numbers.values()]
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(len(members), size=len(members)) for _ in range(rounds))
    found = [statistic(np.concatenate([members[n] for n in sample])) for sample in drawn]
    values = np.array([value for value in found if value is not None])
    return _interval(values) if 2 * len(values) >= rounds else None


def wilson(count: int, total: int) -> tuple[float, float] | None:
    """Wilson's 95 % interval of a share, each of ``total`` counted as independent; None of none."""
    if total == 0:
        return None
    z, share = 1.959963984540054, count / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def auc(higher: Sequence[float] | Floats, lower: Sequence[float] | Floats) -> float | None:
    """Area under the ROC curve: how often a value of ``higher`` exceeds one of ``lower``, ties by half.

    None where one of them is empty or all values are the same.
    """
    from scipy.stats import rankdata

    values = np.concatenate([np.asarray(higher, float), np.asarray(lower, float)])
    if len(higher) == 0 or len(lower) == 0 or np.ptp(values) == 0:
        return None
    ranks = rankdata(values)[: len(higher)].sum()
    return float((ranks - len(higher) * (len(higher) + 1) / 2) / (len(higher) * len(lower)))


def _interval(means: Floats) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    return float(np.quantile(means, tail)), float(np.quantile(means, 1 - tail))


def mean_of_means(values: Sequence[float], keys: Sequence[tuple[str, str]]) -> float:
    """Mean over modalities of the data sets' means over objects; keys are (modality, data set)."""
    array = np.asarray(values, float)
    sets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        sets[key].append(number)
    return float(_over_modalities({k: np.array(array[n].mean()) for k, n in sets.items()}))


def means_of_modalities(values: Sequence[float], keys: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Each modality's mean over its data sets' means over objects; what ``mean_of_means`` is the mean of."""
    array = np.asarray(values, float)
    members: dict[str, list[tuple[float, tuple[str, str]]]] = defaultdict(list)
    for value, key in zip(array.tolist(), keys, strict=True):
        members[key[0]].append((value, key))
    return {
        modality: mean_of_means([value for value, _ in mine], [key for _, key in mine])
        for modality, mine in sorted(members.items())
    }


def _over_modalities(means: dict[tuple[str, str], npt.NDArray[Any]]) -> npt.NDArray[Any]:
    modalities: dict[str, list[npt.NDArray[Any]]] = defaultdict(list)
    for (modality, _), mean in means.items():
        modalities[modality].append(mean)
    return np.mean([np.mean(m, axis=0) for m in modalities.values()], axis=0)


def bootstrap_mean_of_means(
    values: Sequence[float],
    keys: Sequence[tuple[str, str]],
    patients: Sequence[Hashable],
    *,
    seed: int,
    rounds: int = ROUNDS,
) -> tuple[float, float] | None:
    """Interval of ``mean_of_means``, patients drawn anew within their data set and kinds of pictures.

    A patient seen in two modalities is drawn into both or neither. A stratum
    of one patient stays as it is, which makes the interval too narrow; of
    such strata alone it is None.
    """
    kinds: dict[Hashable, set[tuple[str, str]]] = defaultdict(set)
    for patient, key in zip(patients, keys, strict=True):
        kinds[patient].add(key)
    strata: dict[tuple[tuple[str, str], ...], list[Hashable]] = defaultdict(list)
    for patient, mine in kinds.items():
        strata[tuple(sorted(mine))].append(patient)
    if all(len(members) < 2 for members in strata.values()):
        return None
    rng = np.random.default_rng(seed)
    drawn: dict[Hashable, npt.NDArray[Any]] = {}
    for _, members in sorted(strata.items()):
        counts = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=rounds)
        drawn.update(zip(members, counts.T, strict=True))
    sums: dict[tuple[str, str], npt.NDArray[Any]] = defaultdict(lambda: np.zeros(rounds))
    numbers: dict[tuple[str, str], npt.NDArray[Any]] = defaultdict(lambda: np.zeros(rounds))
    for value, key, patient in zip(values, keys, patients, strict=True):
        sums[key] = sums[key] + value * drawn[patient]
        numbers[key] = numbers[key] + drawn[patient]
    return _interval(_over_modalities({key: sums[key] / numbers[key] for key in sums}))


def compare(
    ours: Sequence[float] | Floats,
    theirs: Sequence[float] | Floats,
    patients: Sequence[Hashable],
    *,
    seed: int,
    rounds: int = ROUNDS,
) -> Comparison:
    """Paired comparison of a score that is higher for the better mask.

    Raises:
        ValueError: If there are none, or one is NaN.
    """
    differences = _checked(ours) - _checked(theirs)
    sums, counts = _per_patient(differences, patients)
    interval = bootstrap_mean(differences, patients, seed=seed, rounds=rounds)
    return Comparison(
        objects=len(differences),
        patients=len(sums),
        median=float(np.median(differences)),
        mean=float(differences.mean()),
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        better=int((differences > 0).sum()),
        worse=int((differences < 0).sum()),
        p=signed_rank(sums / counts),
    )


def signed_rank(differences: Floats) -> float | None:
    """Two-sided Wilcoxon signed-rank p; None for fewer than five that are not zero."""
    differences = differences[differences != 0]
    if len(differences) < LEAST_PAIRS:
        return None
    from scipy.stats import wilcoxon

    return float(wilcoxon(differences).pvalue)


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Holm's correction of several p values; None stays None and does not count."""
    known = sorted((p, n) for n, p in enumerate(ps) if p is not None)
    corrected: list[float | None] = [None] * len(ps)
    highest = 0.0
    for rank, (p, number) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        corrected[number] = highest
    return corrected


def bins(values: Sequence[str], parts: int = 3) -> Callable[[str], str]:
    """How to name a value of an attribute in a table.

    A column of more than eight different numbers (an age) is cut into
    ``parts`` of about equal size; every other value stands for itself, and an
    empty one is "not stated".

    Args:
        values: One a patient, so that no patient weighs more than another.
    """
    numbers = [_number(v) for v in values if v.strip()]
    known = np.array([n for n in numbers if n is not None])
    if len(known) < len(numbers) or len(np.unique(known)) <= 8:
        return lambda value: value.strip() or "not stated"
    edges = np.unique(np.quantile(known, np.linspace(0, 1, parts + 1)))

    def name(value: str) -> str:
        number = _number(value)
        if number is None:
            return "not stated"
        place = int(np.clip(np.searchsorted(edges, number, side="right") - 1, 0, len(edges) - 2))
        last = place == len(edges) - 2
        return f"{edges[place]:.4g} to {'' if last else 'below '}{edges[place + 1]:.4g}"

    return name


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().rstrip("Yy"))
    except ValueError:
        return None
    return number if np.isfinite(number) else None
