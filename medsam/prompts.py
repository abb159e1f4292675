"""What a user can point at: boxes, points and masks, all in the image frame.

The image frame is that of one slice picture of shape (H, W), rows down.
Coordinates are pixel *edges*: pixel (0, 0) covers 0..1 in x and y, so a box
over the first two columns and three rows is ``Box(0, 0, 2, 3)``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medsam.errors import PromptError


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixel edges; ``x1`` and ``y1`` are exclusive."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        # Boxes are made hundreds of times a frame, and a sum is finite only if every number is.
        if not math.isfinite(self.x0 + self.y0 + self.x1 + self.y1) and not all(
            map(math.isfinite, self.xyxy)
        ):
            raise PromptError(f"A box needs four finite numbers; {self.xyxy} came.")

    @classmethod
    def from_corners(cls, ax: float, ay: float, bx: float, by: float) -> Box:
        """The box between two opposite corners, given in any order."""
        return cls(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    @classmethod
    def from_text(cls, text: str) -> Box:
        """Read ``"x0,y0,x1,y1"``.

        Raises:
            PromptError: If there are not four numbers.
        """
        parts = text.replace(";", ",").split(",")
        try:
            values = [float(p) for p in parts]
        except ValueError:
            values = []
        if len(values) != 4:
            raise PromptError(
                f'A box is four numbers, x0,y0,x1,y1; "{text}" came. Example: --box 40,52,110,96'
            )
        return cls(*values)

    @classmethod
    def from_mask(cls, mask: npt.NDArray[np.bool_]) -> Box:
        """The tightest box around a mask of shape (H, W).

        Raises:
            PromptError: If the mask is empty.
        """
        rows = np.flatnonzero(mask.any(axis=1))
        cols = np.flatnonzero(mask.any(axis=0))
        if rows.size == 0:
            raise PromptError("A box around a mask needs at least one pixel; the mask is empty.")
        return cls(float(cols[0]), float(rows[0]), float(cols[-1] + 1), float(rows[-1] + 1))

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        """``(x0, y0, x1, y1)``."""
        return (self.x0, self.y0, self.x1, self.y1)

    @property
    def width(self) -> float:
        """Extent along x in pixels; negative if the corners are swapped."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent along y in pixels; negative if the corners are swapped."""
        return self.y1 - self.y0

    @property
    def center(self) -> tuple[float, float]:
        """``(x, y)`` of the middle."""
        return ((self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2)

    def clipped(self, shape_hw: tuple[int, int]) -> Box:
        """The part of the box inside a picture of ``shape_hw`` (may be empty)."""
        h, w = shape_hw
        x0, x1 = (min(max(v, 0.0), float(w)) for v in (self.x0, self.x1))
        y0, y1 = (min(max(v, 0.0), float(h)) for v in (self.y0, self.y1))
        return Box(x0, y0, x1, y1)

    def require_area(self, shape_hw: tuple[int, int], least: float = 1.0) -> Box:
        """Clip to the picture and insist that something is left.

        Args:
            shape_hw: Size of the picture, rows and columns.
            least: Smallest width and height in pixels.

        Raises:
            PromptError: If the box is inverted, outside, or too small.
        """
        if self.width < 0 or self.height < 0:
            raise PromptError(
                f"A box runs from its upper left to its lower right corner; {_say(self)} is inverted."
                " Swap x0 with x1 or y0 with y1."
            )
        inside = self.clipped(shape_hw)
        if inside.width < least or inside.height < least:
            h, w = shape_hw
            raise PromptError(
                f"A box must cover at least {least:g} pixel of the {w}×{h} picture;"
                f" {_say(self)} does not. Drag a larger box around the object."
            )
        return inside


def _say(box: Box) -> str:
    return ",".join(f"{v:g}" for v in box.xyxy)


@dataclass(frozen=True, slots=True)
class Points:
    """Clicks in the image frame, each on the object or on what is not it.

    Attributes:
        xy: One ``(x, y)`` a point, in pixel edges (the centre of pixel
            (0, 0) is ``(0.5, 0.5)``).
        positive: One flag a point: True for the object, False for background.
    """

    xy: tuple[tuple[float, float], ...]
    positive: tuple[bool, ...]

    def __post_init__(self) -> None:
        if len(self.xy) != len(self.positive):
            raise PromptError(
                f"Every point needs a sign; {len(self.xy)} points and {len(self.positive)} signs came."
            )

    @classmethod
    def of(
        cls, positive: Iterable[tuple[float, float]], negative: Iterable[tuple[float, float]] = ()
    ) -> Points:
        """Points from two lists of ``(x, y)``."""
        pos, neg = tuple(positive), tuple(negative)
        return cls(pos + neg, (True,) * len(pos) + (False,) * len(neg))

    @classmethod
    def from_text(cls, text: str) -> Points:
        """Read ``"x/y+ x/y-"``: places on the object (+) and off it (-), separated by spaces.

        Raises:
            PromptError: If a place is written otherwise.
        """
        places, positive = [], []
        for word in text.split():
            numbers = word[:-1].split("/")
            try:
                x, y = (float(number) for number in numbers)
            except ValueError:
                x = y = math.nan
            if not (math.isfinite(x) and math.isfinite(y)) or word[-1] not in "+-":
                raise PromptError(
                    f'A point is x/y+ on the object or x/y- off it; "{word}" came. Example: 52/60+ 70.5/80-'
                )
            places.append((x, y))
            positive.append(word[-1] == "+")
        return cls(tuple(places), tuple(positive))


@dataclass(frozen=True, slots=True)
class MaskPrompt:
    """A previous mask, or a network's low-resolution logits, as a hint.

    Attributes:
        logits: Float array of shape (h, w) covering the whole slice picture;
            positive inside the object.
    """

    logits: npt.NDArray[np.float32]

    @classmethod
    def from_mask(cls, mask: npt.NDArray[np.bool_], sure: float = 10.0) -> MaskPrompt:
        """A drawn (H, W) mask as logits: ``sure`` inside of the object, ``-sure`` outside."""
        return cls(np.where(mask, np.float32(sure), np.float32(-sure)))


@dataclass(frozen=True, slots=True)
class Prompts:
    """Everything said about one object on one slice."""

    box: Box | None = None
    points: Points | None = None
    mask: MaskPrompt | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """Which of "box", "points" and "mask" were given."""
        points = self.points if self.points and self.points.xy else None
        given = {"box": self.box, "points": points, "mask": self.mask}
        return frozenset(kind for kind, value in given.items() if value is not None)

    def require_something(self) -> None:
        """Raise ``PromptError`` if nothing was pointed at."""
        if not self.kinds:
            raise PromptError("A mask needs a box, a point or a previous mask to start from; nothing came.")
