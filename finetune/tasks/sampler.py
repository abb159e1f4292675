"""Which slices make up step *n*: a pure function of (seed, n).

Nothing is shuffled in place and no state is kept, so a resumed run sees
exactly what an uninterrupted one would have seen, and a process can draw its
own share of a step without asking the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from finetune.config import SamplerConfig
from finetune.data.store import SliceRef, Store
from medsam.errors import InputError

Generator = np.random.Generator

_PERMUTATION = 0x0DE2
"""Keeps the generators of epochs apart from those of samples."""


class Sampler:
    """Draws modality, then data set, patient and slice; or every slice once an epoch.

    Attributes:
        chance: (len(refs),) float64, how probable each is in one draw.
    """

    def __init__(self, store: Store, refs: Sequence[SliceRef], config: SamplerConfig, seed: int) -> None:
        """Count what there is to draw.

        Args:
            store: Where the refs' cases are.
            refs: What is drawn: slices with all their objects, or one object
                each (then the objects of a slice share its chance evenly).
            config: How.
            seed: Of the order and of the samples' generators.

        Raises:
            InputError: If there is nothing to draw.
        """
        if not refs:
            raise InputError(
                "Training draws objects of the split train; the store holds none. Prepare it again with some."
            )
        self._seed = seed
        self._count = len(refs)
        self._every = config.order == "every"
        if self._every:
            self.chance = np.full(len(refs), 1 / len(refs))
        else:
            self.chance = _chances(store, refs, config)
        self._edges = np.cumsum(self.chance)
        self._edges /= self._edges[-1]

    def draw(self, step: int, count: int) -> list[tuple[int, Generator]]:
        """The samples of a step.

        Args:
            step: From 0.
            count: Samples of a step; the same at every step of a run.

        Returns:
            For each an index into ``refs`` and its own generator, made from
            (seed, step, position in the step): whoever varies a sample by it
            gets the same whatever else is drawn.
        """
        generators = [np.random.default_rng([self._seed, step, position]) for position in range(count)]
        if self._every:
            first = step * count
            indices = [self._of_stream(first + position) for position in range(count)]
        else:
            # A first number of exactly 1 does not occur, but the last edge may round to below it.
            found = np.searchsorted(self._edges, [rng.random() for rng in generators], side="right")
            indices = np.minimum(found, self._count - 1).tolist()
        return list(zip(indices, generators, strict=True))

    def _of_stream(self, position: int) -> int:
        """Entry ``position`` of one endless row of permutations, one an epoch."""
        epoch, place = divmod(position, self._count)
        return int(_permutation(self._seed, epoch, self._count)[place])


@lru_cache(maxsize=4)
def _permutation(seed: int, epoch: int, count: int) -> npt.NDArray[np.int64]:
    return np.random.default_rng([seed, epoch, _PERMUTATION, 1]).permutation(count)


def _chances(store: Store, refs: Sequence[SliceRef], config: SamplerConfig) -> npt.NDArray[np.float64]:
    """Probability of each ref when drawn level by level."""
    numbers: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, ref in enumerate(refs):
        numbers[ref.case, ref.slice].append(number)
    # modality -> data set -> patient -> slices
    tree: dict[str, dict[str, dict[str, list[tuple[int, int]]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    weights: dict[tuple[int, int], float] = {}
    objects: dict[tuple[str, str], int] = defaultdict(int)
    for key, members in numbers.items():
        case = store.cases[key[0]]
        weights[key] = 1.0 if case.slices[key[1]].axis == 2 else config.other_axes
        if weights[key] > 0:
            tree[case.modality][case.dataset][case.group].append(key)
            objects[case.modality, case.dataset] += sum(len(refs[n].objects) for n in members)
    if not tree:
        raise InputError(
            "Every slice to train on lies along another axis, and sampler.other_axes is 0."
            " Set it above 0, or prepare slices along the third axis."
        )
    of_modality = {m: sum(objects[m, d] for d in datasets) for m, datasets in tree.items()}
    chance = np.zeros(len(refs))
    for modality, share in _shares(of_modality, config.modality_power).items():
        of_dataset = {d: objects[modality, d] for d in tree[modality]}
        for dataset, part in _weighed(_shares(of_dataset, config.dataset_power), config.weights).items():
            patients = tree[modality][dataset]
            for slices in patients.values():
                total = sum(weights[key] for key in slices)
                for key in slices:
                    members = numbers[key]
                    own = share * part / len(patients) * weights[key] / total
                    chance[members] = own / len(members)
    return chance / chance.sum()


def _shares(counts: dict[str, int], power: float) -> dict[str, float]:
    total = sum(n**power for n in counts.values())
    return {name: n**power / total for name, n in counts.items()}


def _weighed(shares: dict[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """Shares times their data sets' factors, again adding up to one.

    Raises:
        InputError: If every data set of a modality has the factor 0.
    """
    found = {}
    for name, share in shares.items():
        factors = [factor for pattern, factor in weights.items() if fnmatchcase(name, pattern)]
        found[name] = share * (factors[-1] if factors else 1.0)
    total = sum(found.values())
    if total <= 0:
        raise InputError(
            f"Of each modality something is drawn; sampler.weights gives {' and '.join(shares)} 0."
            " Name them in leave_out instead."
        )
    return {name: share / total for name, share in found.items()}
