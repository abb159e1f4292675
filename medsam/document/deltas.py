"""Facts about what changed: compact, reversible, the same for undo, redo and the journal.

An edit (``medsam.document.edits``) is a wish; carrying it out yields deltas,
which hold what was there before and after. A step is the deltas of one action.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from medsam.document.runs import Runs, pack, runs_between, unpack
from medsam.errors import GeometryError
from medsam.volume import stored_shape_hw

if TYPE_CHECKING:
    from medsam.document.annotation import Annotation, Change, LabelMap
    from medsam.document.label_table import Label
    from medsam.document.prompt import Prompt
    from medsam.document.rulers import Ruler

Region = tuple[slice, slice, slice]


@dataclass(frozen=True, eq=False)
class VoxelDelta:
    """Voxels whose label changed, as runs over the label map flattened in Fortran order.

    Attributes:
        shape: Of the label map, (I, J, K).
        bounds: The least block that holds every changed voxel.
        count: How many changed.
        runs: zlib of, for n runs, n uint32 gaps between the end of a run and
            the start of the next, n uint32 lengths, n uint16 values before
            and n uint16 values after, little endian, one array after another.
        flipped: Whether before and after have changed places.
    """

    shape: tuple[int, int, int]
    bounds: Region
    count: int
    runs: bytes
    flipped: bool = False

    @classmethod
    def between(
        cls, region: Region, before: LabelMap, after: LabelMap, shape: tuple[int, int, int]
    ) -> VoxelDelta:
        """What turns ``before`` into ``after``.

        Args:
            region: The block of the label map that both show; steps of one.
            before, after: uint16, shape of ``region``.
            shape: Of the whole label map.

        Raises:
            GeometryError: If the blocks have another shape than the region, or
                the map more voxels than 32 bits count.
        """
        ends = [part.indices(n)[:2] for part, n in zip(region, shape, strict=True)]
        size = tuple(max(stop - start, 0) for start, stop in ends)
        if before.shape != size or after.shape != size:
            raise GeometryError(f"A block has the size of its region, {size}; {after.shape} came.")
        if np.prod(shape, dtype=np.int64) >= 2**32:
            raise GeometryError("A label map has fewer than 4294967296 voxels; this image has more.")
        runs = runs_between((ends[0][0], ends[1][0], ends[2][0]), before, after, shape)
        return cls(shape, runs.bounds(shape), runs.voxels, pack(runs))

    def reversed(self) -> VoxelDelta:
        """The delta that takes this one back."""
        return replace(self, flipped=not self.flipped)

    def unpacked(self) -> Runs:
        """The runs, with what was before and after.

        Raises:
            CaseFileError: If the bytes are damaged.
        """
        runs = unpack(self.runs)
        return runs.swapped() if self.flipped else runs

    def in_slice(self, axis: int, index: int) -> tuple[npt.NDArray[np.bool_], LabelMap]:
        """Which pixels of a stored slice picture (H, W) changed, and what they were before.

        Values are meaningless where nothing changed.
        """
        shape_hw = stored_shape_hw(self.shape, axis)
        where, before = np.zeros(shape_hw, bool), np.zeros(shape_hw, np.uint16)
        runs = self.unpacked()
        place = list(np.unravel_index(runs.flat(), self.shape, order="F"))
        here = place.pop(axis) == index
        x, y = (part[here] for part in place)
        where[y, x], before[y, x] = True, np.repeat(runs.old, runs.lengths)[here]
        return where, before

    def renumbered(self, numbers: Mapping[int, int]) -> VoxelDelta:
        """The same change after labels became others; itself if it knows none of them.

        Where a label and what it was painted over became one, the voxels stay
        in the delta with the same value before and after.
        """
        if not self.values_used() & numbers.keys():
            return self
        runs = self.unpacked()
        both = np.concatenate([runs.old, runs.new])
        renumbered = both.copy()
        for before, after in numbers.items():
            renumbered[both == before] = after
        n = len(runs)
        changed = Runs(runs.starts, runs.lengths, renumbered[:n], renumbered[n:])
        return VoxelDelta(self.shape, self.bounds, self.count, pack(changed))

    def values_used(self) -> set[int]:
        """Every label that voxels had or got; 0 included."""
        runs = self.unpacked()
        return set(np.unique(np.concatenate([runs.old, runs.new])).tolist())

    def put(self, annotation: Annotation) -> None:
        """Write the new values into an annotation's label map."""
        annotation._put(self)

    def changes(self) -> tuple[Change, ...]:
        """What observers must look at again."""
        from medsam.document.annotation import Change

        return (Change("voxels", self.bounds),)


@dataclass(frozen=True)
class LabelsDelta:
    """The whole label table, before and after."""

    before: tuple[Label, ...]
    after: tuple[Label, ...]

    def reversed(self) -> LabelsDelta:
        """The delta that takes this one back."""
        return LabelsDelta(self.after, self.before)

    def put(self, annotation: Annotation) -> None:
        """Put the new table in the place of the old one."""
        annotation.labels._reset(self.after)

    def changes(self) -> tuple[Change, ...]:
        """What observers must look at again."""
        from medsam.document.annotation import Change

        return (Change("labels"),)


@dataclass(frozen=True)
class PromptDelta:
    """One prompt, before and after; None where there is none."""

    prompt_id: int
    before: Prompt | None
    after: Prompt | None

    def reversed(self) -> PromptDelta:
        """The delta that takes this one back."""
        return PromptDelta(self.prompt_id, self.after, self.before)

    def put(self, annotation: Annotation) -> None:
        """Add, replace or remove the prompt; they stay in the order of their numbers."""
        prompts = annotation.prompts
        if self.after is None:
            prompts.pop(self.prompt_id, None)
            return
        younger = [n for n in prompts if n > self.prompt_id]
        prompts[self.prompt_id] = self.after
        for n in sorted(younger):
            prompts[n] = prompts.pop(n)

    def changes(self) -> tuple[Change, ...]:
        """What observers must look at again."""
        from medsam.document.annotation import Change

        return (Change("prompts"),)


@dataclass(frozen=True)
class RulerDelta:
    """One ruler or angle, before and after; None where there is none."""

    ruler_id: int
    before: Ruler | None
    after: Ruler | None

    def reversed(self) -> RulerDelta:
        """The delta that takes this one back."""
        return RulerDelta(self.ruler_id, self.after, self.before)

    def put(self, annotation: Annotation) -> None:
        """Add, replace or remove the ruler; they stay in the order of their numbers."""
        rulers = annotation.rulers
        rulers.pop(self.ruler_id, None)
        if self.after is not None:
            rulers[self.ruler_id] = self.after
            for n in sorted(n for n in rulers if n > self.ruler_id):
                rulers[n] = rulers.pop(n)

    def changes(self) -> tuple[Change, ...]:
        """What observers must look at again."""
        from medsam.document.annotation import Change

        return (Change("rulers"),)


Delta = VoxelDelta | LabelsDelta | PromptDelta | RulerDelta


@dataclass(frozen=True, eq=False)
class Step:
    """What one action did. It is an edit as well: carrying it out does it again."""

    text: str
    deltas: tuple[Delta, ...] = field(default=())

    def inverse(self) -> Step:
        """The step that takes this one back."""
        return Step(self.text, tuple(delta.reversed() for delta in reversed(self.deltas)))

    def carry_out(self, annotation: Annotation) -> tuple[Delta, ...]:
        """Do it to an annotation that is as it was before. Called by ``apply`` only."""
        for delta in self.deltas:
            delta.put(annotation)
        return self.deltas

    def changes(self) -> tuple[Change, ...]:
        """What observers must look at again."""
        return tuple(change for delta in self.deltas for change in delta.changes())

    def labels(self) -> tuple[int, ...]:
        """Numbers of the labels it touched, ascending."""
        return tuple(sorted({label for delta in self.deltas for label in _labels_of(delta)} - {0}))

    def place(self) -> tuple[int, int] | None:
        """Axis and index of the one stored slice it is about; None if it is about several or none."""
        for delta in self.deltas:
            if isinstance(delta, PromptDelta | RulerDelta):
                mark = delta.after or delta.before
                if mark is not None:
                    return mark.axis, mark.index
        blocks = [d.bounds for d in self.deltas if isinstance(d, VoxelDelta) and d.count]
        if len(blocks) != 1:
            return None
        # Of a block one voxel thick along several axes, the third axis is what people look along.
        thin = [a for a in (2, 1, 0) if blocks[0][a].stop - blocks[0][a].start == 1]
        return (thin[0], blocks[0][thin[0]].start) if thin else None


def _labels_of(delta: Delta) -> Iterator[int]:
    if isinstance(delta, VoxelDelta):
        yield from delta.values_used()
    elif isinstance(delta, LabelsDelta):
        before, after = {la.id: la for la in delta.before}, {la.id: la for la in delta.after}
        yield from (n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
    elif isinstance(delta, PromptDelta):
        yield from (p.label_id for p in (delta.before, delta.after) if p is not None)
