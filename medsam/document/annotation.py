"""What the user made of a volume: label map, labels and prompts. Qt-free, torch-free.

The document is the only truth. Everything that changes it is an edit
(``medsam.document.edits``); ``apply`` carries one out, tells the observers
what changed, and returns the inverse edit, which restores it bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from medsam.document.label_table import Label, LabelTable, default_colour
from medsam.errors import GeometryError
from medsam.intensity import Window
from medsam.prompts import Box
from medsam.volume import Volume, stored_slice

if TYPE_CHECKING:
    from medsam.document.edits import Edit

Region = tuple[slice, slice, slice]
LabelMap = npt.NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class PromptBox:
    """A box that was turned into a mask, and what lay under that mask.

    Attributes:
        id: Number of its own within the annotation.
        axis, index: The stored slice picture it lies on.
        box: In that picture's frame.
        label_id: The label it paints.
        window: What the network saw the slice through; None for colour.
        region: Where its mask was painted, voxels (I, J, K).
        painted: Bool, shape of ``region``: the voxels it changed.
        under: uint16, shape of ``region``: values before it painted.
    """

    id: int
    axis: int
    index: int
    box: Box
    label_id: int
    window: Window | None = None
    region: Region | None = None
    painted: npt.NDArray[np.bool_] | None = None
    under: LabelMap | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit changed.

    Attributes:
        kind: "voxels", "labels", "prompts" or "active".
        region: For voxels, the block (I, J, K) that may differ.
    """

    kind: Literal["voxels", "labels", "prompts", "active"]
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

    Raises:
        GeometryError: If the shapes differ.
    """

    def __init__(
        self, volume: Volume, label_map: npt.NDArray[Any] | None = None, labels: LabelTable | None = None
    ) -> None:
        self.volume = volume
        # Slices along the third axis are what is painted most: keep them contiguous.
        self._map: LabelMap = np.zeros(volume.shape, np.uint16, order="F")
        if label_map is not None:
            if label_map.shape != volume.shape:
                raise GeometryError(
                    f"A label map has the size of its image, {volume.shape}; {label_map.shape} came."
                )
            self._map[...] = label_map
        self.labels = labels or LabelTable()
        for value in (int(v) for v in np.unique(self._map) if v):
            if value not in self.labels:
                self.labels._insert(len(self.labels), Label(value, f"Label {value}", default_colour(value)))
        if not len(self.labels):
            self.labels._insert(0, self.labels.proposal())
        self.boxes: dict[int, PromptBox] = {}
        self.active_label = next(iter(self.labels)).id
        self._observers: list[Observer] = []
        filled = self._map > 0
        self._filled = [np.count_nonzero(filled, axis=tuple(b for b in range(3) if b != a)) for a in range(3)]

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

    def boxes_on(self, axis: int, index: int) -> tuple[PromptBox, ...]:
        """The prompts of one stored slice, oldest first."""
        return tuple(b for b in self.boxes.values() if (b.axis, b.index) == (axis, index))

    def next_box_id(self) -> int:
        """A number that no prompt of this annotation has."""
        return max(self.boxes, default=0) + 1

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

    def apply(self, edit: Edit) -> Edit:
        """Carry out an edit and return the one that takes it back."""
        inverse = edit.carry_out(self)
        for change in edit.changes():
            self._tell(change)
        if self.active_label not in self.labels:
            self.set_active_label(next(iter(self.labels)).id)
        return inverse

    def _tell(self, change: Change) -> None:
        for observer in tuple(self._observers):
            observer(change)

    def _write(self, region: Region, values: LabelMap) -> LabelMap:
        """Put values into a region, keep the counts right, return what was there."""
        block = self._map[region]
        before = block.copy(order="K")
        gained = (values > 0).astype(np.int64) - (before > 0)
        for axis in range(3):
            others = tuple(b for b in range(3) if b != axis)
            self._filled[axis][region[axis]] += gained.sum(axis=others)
        block[...] = values
        return before
