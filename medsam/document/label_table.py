"""The labels of an annotation: what the integers of its label map mean."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from medsam.errors import InputError

Colour = tuple[int, int, int]
Style = Literal["both", "fill", "outline"]
STYLES: tuple[Style, ...] = ("both", "fill", "outline")

COLOUR_BLIND_SAFE: tuple[Colour, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (204, 121, 167),
    (213, 94, 0),
    (0, 114, 178),
    (165, 240, 210),
    (0, 105, 90),
    (180, 15, 30),
    (180, 195, 135),
    (60, 135, 255),
    (90, 225, 225),
    (180, 30, 135),
    (75, 120, 75),
    (225, 150, 165),
    (105, 0, 255),
    (45, 135, 120),
    (195, 240, 150),
    (105, 150, 75),
)
"""Okabe and Ito's set (2008) without black, ordered for contrast on grey; then, one by one, the
colour that lies farthest from all before it, as the worst off of four kinds of eyes sees it."""

LARGEST_ID = 65_535
"""What fits the label map's 16 bits."""


@dataclass(frozen=True, slots=True)
class Label:
    """One row of the table.

    Attributes:
        id: Value in the label map, 1..65535.
        name: For people; need not be unique.
        color: Red, green, blue, 0..255.
        visible: Whether the window shows it.
        locked: A barrier: no tool and no network changes its voxels.
        opacity: Of the filled overlay, 0..1.
        style: What is drawn: the filled area, its outline, or both.
    """

    id: int
    name: str
    color: Colour
    visible: bool = True
    locked: bool = False
    opacity: float = 0.45
    style: Style = "both"

    def __post_init__(self) -> None:
        if not 1 <= self.id <= LARGEST_ID:
            raise InputError(f"A label's number lies between 1 and {LARGEST_ID}; {self.id} came.")
        if not self.name.strip():
            raise InputError("A label needs a name; the one given is empty.")
        if not 0.0 <= self.opacity <= 1.0:
            raise InputError(f"Opacity lies between 0 and 1; {self.opacity:g} came.")
        if self.style not in STYLES:
            raise InputError(f"A label is drawn as {', '.join(STYLES)}; {self.style} came.")


class LabelTable:
    """Labels in the order in which the user sees them.

    Only edits change it (``medsam.document.edits``); everyone else reads.
    """

    def __init__(self, labels: tuple[Label, ...] = ()) -> None:
        self._labels: list[Label] = list(labels)

    def __iter__(self) -> Iterator[Label]:
        return iter(tuple(self._labels))

    def __len__(self) -> int:
        return len(self._labels)

    def __contains__(self, label_id: object) -> bool:
        return any(label.id == label_id for label in self._labels)

    def get(self, label_id: int) -> Label:
        """The label of that number.

        Raises:
            InputError: If there is none.
        """
        return self._labels[self.position(label_id)]

    def position(self, label_id: int) -> int:
        """Row of a label, from 0; ``InputError`` if there is none."""
        for row, label in enumerate(self._labels):
            if label.id == label_id:
                return row
        raise InputError(f"There is no label {label_id} in the table.")

    def next_id(self) -> int:
        """The smallest free number."""
        taken = {label.id for label in self._labels}
        return next(n for n in range(1, LARGEST_ID + 2) if n not in taken)

    def proposal(self, name: str | None = None) -> Label:
        """A new label with a free number, a colour of its own and a plain name."""
        number = self.next_id()
        return Label(number, name or f"Label {number}", default_colour(number))

    @property
    def locked_ids(self) -> tuple[int, ...]:
        """Numbers of the labels that nothing may change."""
        return tuple(label.id for label in self._labels if label.locked)

    def as_tuple(self) -> tuple[Label, ...]:
        """All rows, in order."""
        return tuple(self._labels)

    def _reset(self, labels: tuple[Label, ...]) -> None:
        self._labels = list(labels)

    def _insert(self, row: int, label: Label) -> None:
        self._labels.insert(row, label)


def default_colour(number: int) -> Colour:
    """Colour of the ``number``-th label (from 1): the safe set of twenty, then spread hues."""
    if number <= len(COLOUR_BLIND_SAFE):
        return COLOUR_BLIND_SAFE[number - 1]
    # The golden ratio keeps any number of further hues apart from each other.
    hue = (number * 0.618_033_988_75) % 1.0
    r, g, b = colorsys.hsv_to_rgb(hue, 0.65, 0.95)
    return round(r * 255), round(g * 255), round(b * 255)
