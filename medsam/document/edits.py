"""What can be done to an annotation. Carrying an edit out yields what it changed.

An edit is a wish: a value that a tool builds and ``Annotation.apply`` carries
out. What comes back are deltas (``medsam.document.deltas``), which undo, redo
and the journal share. Edits of pictures and masks are built in
``medsam.document.painting``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from medsam.document.annotation import Annotation, LabelMap
from medsam.document.deltas import Delta, LabelsDelta, PromptDelta, Region, RulerDelta
from medsam.document.label_table import Label, default_colour
from medsam.document.prompt import Prompt
from medsam.document.rulers import Ruler
from medsam.errors import GeometryError, InputError, LockedError


class Edit(Protocol):
    """One undoable action."""

    @property
    def text(self) -> str:
        """What the undo menu calls it."""

    def carry_out(self, annotation: Annotation) -> tuple[Delta, ...]:
        """Change the annotation and say what changed. Called by ``apply`` only."""


@dataclass(frozen=True, eq=False)
class SetVoxels:
    """Put ``values`` (uint16, shape of ``region``) into the label map."""

    region: Region
    values: LabelMap
    text: str = "paint"

    def carry_out(self, annotation: Annotation) -> tuple[Delta, ...]:
        """See ``Edit``."""
        return (annotation._write(self.region, self.values),)


@dataclass(frozen=True)
class SetLabels:
    """Put another label table in the place of the present one.

    Every label that voxels or prompts use must stay in it; whoever takes one
    away takes those away as well, in one ``Compound``.
    """

    labels: tuple[Label, ...]
    text: str = "labels"

    def carry_out(self, annotation: Annotation) -> tuple[Delta, ...]:
        """See ``Edit``."""
        if not self.labels:
            raise InputError("An annotation keeps at least one label; the new table has none.")
        numbers = [label.id for label in self.labels]
        if len(set(numbers)) != len(numbers):
            raise InputError("Every label has a number of its own; the new table has one twice.")
        delta = LabelsDelta(annotation.labels.as_tuple(), self.labels)
        delta.put(annotation)
        return (delta,)


@dataclass(frozen=True)
class AddLabel:
    """Add a label to the table, at the end or at ``row``."""

    label: Label
    row: int | None = None
    text: str = "add label"

    def carry_out(self, annotation: Annotation) -> tuple[Delta, ...]:
        """See ``Edit``."""
        if self.label.id in annotation.labels:
            raise InputError(f"Every label has a number of its own; {self.label.id} is taken.")
        rows = list(annotation.labels)
        rows.insert(len(rows) if self.row is None else self.row, self.label)
        return SetLabels(tuple(rows)).carry_out(annotation)


@dataclass(frozen=True)
class ChangeLabel:
    """Put another row in the place of the label with the same number."""

    label: Label
    text: str = "change label"

    def carry_out(self, annotation: Annotation) -> tuple[Delta, ...]:
        """See ``Edit``."""
        row = annotation.labels.position(self.label.id)
        rows = list(annotation.labels)
        rows[row] = self.label
        return SetLabels(tuple(rows)).carry_out(annotation)


@dataclass(frozen=True)
class SetPrompt:
    """Add a prompt, put another in its place (same id), or remove it (``prompt`` None)."""

    prompt_id: int
    prompt: Prompt | None
    text: str = "prompt"

    def carry_out(self, annotation: Annotation) -> tuple[Delta, ...]:
        """See ``Edit``."""
        delta = PromptDelta(self.prompt_id, annotation.prompts.get(self.prompt_id), self.prompt)
        delta.put(annotation)
        return (delta,)


@dataclass(frozen=True)
class SetRuler:
    """Add a ruler or angle, put another in its place (same id), or remove it (``ruler`` None)."""

    ruler_id: int
    ruler: Ruler | None
    text: str = "ruler"

    def carry_out(self, annotation: Annotation) -> tuple[Delta, ...]:
        """See ``Edit``."""
        delta = RulerDelta(self.ruler_id, annotation.rulers.get(self.ruler_id), self.ruler)
        delta.put(annotation)
        return (delta,)


@dataclass(frozen=True, eq=False)
class Compound:
    """Several edits as one step; undone in the opposite order."""

    edits: tuple[Edit, ...]
    text: str

    def carry_out(self, annotation: Annotation) -> tuple[Delta, ...]:
        """See ``Edit``. If one part fails, the parts before it are taken back."""
        done: list[Delta] = []
        try:
            for edit in self.edits:
                done.extend(edit.carry_out(annotation))
        except Exception:
            for delta in reversed(done):
                delta.reversed().put(annotation)
            raise
        return tuple(done)


def load_label_map_edit(
    annotation: Annotation, label_map: npt.NDArray[Any], names: dict[int, str], text: str = "load mask"
) -> Compound:
    """The edit that puts a whole label map in the place of the present one.

    Labels that the table lacks are added; prompts are forgotten, because what
    they painted is gone.

    Raises:
        GeometryError: If the size differs.
        InputError: If values do not fit 16 bits, or a locked label would change.
    """
    if label_map.shape != annotation.volume.shape:
        raise GeometryError(
            f"A label map has the size of its image, {annotation.volume.shape}; {label_map.shape} came."
        )
    if label_map.size and (label_map.min() < 0 or label_map.max() > 65_535):
        raise InputError(
            f"Labels are whole numbers from 0 to 65535; {label_map.min()} to {label_map.max()} came."
        )
    values = label_map.astype(np.uint16, order="F")
    now = annotation.label_map
    for locked in annotation.labels.locked_ids:
        if not np.array_equal(now == locked, values == locked):
            name = annotation.labels.get(locked).name
            raise LockedError(f'Loading would change the locked label "{name}"; unlock it first.', locked)
    edits: list[Edit] = [SetPrompt(p, None, text) for p in annotation.prompts]
    table = {label.id: label for label in annotation.labels}
    for value in (int(v) for v in np.unique(values) if v):
        name = names.get(value, "").strip() or f"Label {value}"
        if value not in table:
            edits.append(AddLabel(Label(value, name, default_colour(value)), text=text))
        elif value in names and table[value].name != name:
            edits.append(ChangeLabel(replace(table[value], name=name), text))
    region = (slice(0, now.shape[0]), slice(0, now.shape[1]), slice(0, now.shape[2]))
    return Compound((*edits, SetVoxels(region, values, text)), text)
