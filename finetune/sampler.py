"""Which objects make up step *n*: a pure function of (seed, n).

Nothing is shuffled and no state is kept, so a resumed run sees exactly what
an uninterrupted one would have seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from finetune.config import SamplerConfig
from medsam.errors import InputError


class Sampler:
    """Draws modality, then source, then group, then object."""

    def __init__(self, objects: Sequence[dict[str, Any]], config: SamplerConfig, seed: int) -> None:
        """Count the objects of a manifest.

        Raises:
            InputError: If there is none.
        """
        if not objects:
            raise InputError("Training needs at least one object; the store holds none. Prepare it again.")
        self._seed = seed
        weights = np.array([1.0 if o["axis"] == 2 else config.other_axes for o in objects])
        tree: dict[str, dict[str, dict[str, list[int]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        for i, o in enumerate(objects):
            tree[o["modality"]][o["source"]][o["group"]].append(i)
        counts = {
            m: sum(len(members) for groups in sources.values() for members in groups.values())
            for m, sources in tree.items()
        }
        total = sum(n**config.modality_power for n in counts.values())
        chance = np.zeros(len(objects))
        for m, sources in tree.items():
            for groups in sources.values():
                for members in groups.values():
                    share = counts[m] ** config.modality_power / total / len(sources) / len(groups)
                    own = weights[members]
                    chance[members] = share * own / max(own.sum(), 1e-12)
        self._edges = np.cumsum(chance) / chance.sum()
        self.chance = chance / chance.sum()
        """Probability of each object, in the manifest's order."""

    def draw(self, step: int, count: int) -> tuple[npt.NDArray[np.int64], np.random.Generator]:
        """Indices of the objects of ``step``, and the generator for their variations."""
        rng = np.random.default_rng([self._seed, step])
        index = np.searchsorted(self._edges, rng.random(count), side="right")
        return np.minimum(index, len(self._edges) - 1), rng
