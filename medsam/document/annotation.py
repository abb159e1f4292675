"""What the user made of a volume: label map, labels and prompts. Qt-free, torch-free.

The document is the only truth. Everything that changes it is an edit
(``medsam.document.edits``); ``apply`` carries one out, tells the observers
what changed, and returns the step that was done, whose inverse takes it back
bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from medsam.document.deltas import Region, Step, VoxelDelta
from medsam.document.label_table import Label, LabelTable, default_colour
from medsam.document.prompt import Prompt
from medsam.document.rulers import Ruler
from medsam.errors import GeometryError
from medsam.volume import Volume, stored_slice

if TYPE_CHECKING:
    from medsam.document.edits import Edit

LabelMap = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit changed.

    Attributes:
        kind: "voxels", "labels", "prompts", "rulers" or "active".
        region: For voxels, the block (I, J, K) that may differ.
    """

    kind: Literal["voxels", "labels", "prompts", "rulers", "active"]
    region: Region | None = None


Observer = Callable[[Change], None]


class Annotation:
    """Label map, label table and prompts of one volume.

    Args:
        volume: What is annotated.
        label_map: Integers of the volume's shape to start from; copied.
            None starts empty.
        labels: Names and colours; labels that the map uses and the table
            lacks are added. An annotation always has at least one label.

    Attributes:
        prompts, rulers: By id, oldest first; only edits change them.
        revision: Goes up with every step: work begun on a snapshot looks at it
            before its result is applied.

    Raises:
        GeometryError: If the shapes differ.
    """

    def __init__(
        self, volume: Volume, label_map: npt.NDArray[Any] | None = None, labels: LabelTable | None = None
    ) -> None:
        self.volume = volume
        # Fortran order: slices along the third axis, which are painted most, are
        # contiguous, and the flat index of a voxel is that of ``VoxelDelta``.
        self._map: LabelMap = np.zeros(volume.shape, np.uint16, order="F")
        if label_map is not None:
            if label_map.shape != volume.shape:
                raise GeometryError(
                    f"A label map has the size of its image, {volume.shape}; {label_map.shape} came."
                )
            self._map[...] = label_map
        self.labels = labels or LabelTable()
        self._filled = [np.zeros(n, np.int64) for n in volume.shape]
        for value in self._survey() if label_map is not None else ():
            if value not in self.labels:
                self.labels._insert(len(self.labels), Label(value, f"Label {value}", default_colour(value)))
        if not len(self.labels):
            self.labels._insert(0, self.labels.proposal())
        self.prompts: dict[int, Prompt] = {}
        self.rulers: dict[int, Ruler] = {}
        self.active_label = next(iter(self.labels)).id
        self.revision = 0
        self._observers: list[Observer] = []

    @property
    def label_map(self) -> LabelMap:
        """Read-only view, uint16, (I, J, K), 0 = background."""
        view = self._map.view()
        view.setflags(write=False)
        return view

    def slice_labels(self, axis: int, index: int) -> LabelMap:
        """Read-only stored picture (H, W) of the label map."""
        return stored_slice(self.label_map, axis, index)

    def has_mask(self, axis: int, index: int) -> bool:
        """Whether any label lies on a stored slice."""
        return bool(self._filled[axis][index])

    def slices_with_labels(self, axis: int) -> npt.NDArray[np.bool_]:
        """For every slice along ``axis``, whether any label lies on it."""
        return self._filled[axis] > 0

    @property
    def is_empty(self) -> bool:
        """Whether no voxel has a label."""
        return not self._filled[2].any()

    def prompts_on(self, axis: int, index: int) -> tuple[Prompt, ...]:
        """The prompts of one stored slice, oldest first."""
        return tuple(p for p in self.prompts.values() if (p.axis, p.index) == (axis, index))

    def next_prompt_id(self) -> int:
        """A number that no prompt of this annotation has."""
        return max(self.prompts, default=0) + 1

    def rulers_on(self, axis: int, index: int) -> tuple[Ruler, ...]:
        """The rulers and angles of one stored slice, oldest first."""
        return tuple(r for r in self.rulers.values() if (r.axis, r.index) == (axis, index))

    def next_ruler_id(self) -> int:
        """A number that no ruler of this annotation has."""
        return max(self.rulers, default=0) + 1

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Call ``observer`` after every change; the returned function ends that."""
        self._observers.append(observer)

        def unsubscribe() -> None:
            if observer in self._observers:
                self._observers.remove(observer)

        return unsubscribe

    def set_active_label(self, label_id: int) -> None:
        """Choose the label that tools paint. A choice of the user's, not an edit.

        Raises:
            InputError: If there is no such label.
        """
        if self.labels.get(label_id).id != self.active_label:
            self.active_label = label_id
            self._tell(Change("active"))

    def apply(self, edit: Edit) -> Step:
        """Carry out an edit and return what was done; its ``inverse()`` takes it back."""
        step = Step(edit.text, edit.carry_out(self))
        self.revision += 1
        for change in step.changes():
            self._tell(change)
        if self.active_label not in self.labels:
            self.set_active_label(next(iter(self.labels)).id)
        return step

    def _survey(self) -> list[int]:
        """Count the labelled voxels of every slice anew; returns the labels that are used, ascending."""
        used = np.zeros(2**16, bool)
        self._filled = [np.zeros(n, np.int64) for n in self._map.shape]
        # Slice by slice: sorting the whole map takes seconds, and empty slices cost nothing.
        for k in np.flatnonzero([self._map[:, :, n].any() for n in range(self._map.shape[2])]).tolist():
            values = self._map[:, :, k]
            used[values] = True
            filled = values > 0
            self._filled[0] += np.count_nonzero(filled, axis=1)
            self._filled[1] += np.count_nonzero(filled, axis=0)
            self._filled[2][k] = np.count_nonzero(filled)
        return [int(value) for value in np.flatnonzero(used) if value]

    def _tell(self, change: Change) -> None:
        for observer in tuple(self._observers):
            observer(change)

    def _write(self, region: Region, values: LabelMap) -> VoxelDelta:
        """Put values into a block and return what that changed."""
        block = self._map[region]
        delta = VoxelDelta.between(region, block, np.asarray(values, np.uint16), self._map.shape)
        self._put(delta)
        return delta

    def _put(self, delta: VoxelDelta) -> None:
        """Write a delta's new values where it changed something."""
        if delta.shape != self._map.shape:
            raise GeometryError(
                f"A step belongs to an image of its own size, {delta.shape}; this one has {self._map.shape}."
            )
        if not delta.count:
            return
        runs = delta.unpacked()
        runs.write(self._map.reshape(-1, order="F"))
        for counts, gained in zip(self._filled, runs.gained(delta.shape), strict=True):
            counts += gained
