"""The arithmetic of dragging boxes: snapping, limits, handles. No widgets, no state.

Boxes are in pixel edges of the shown picture and always whole numbers after a
drag; hit tests are in logical pixels of the view, so that a handle is as easy
to catch at every zoom.
"""

from __future__ import annotations

import math

from medsam.prompts import Box

Handle = tuple[int, int]
"""Which edges follow the mouse: -1 left or top, +1 right or bottom, 0 neither; (0, 0) moves the box."""

MOVE: Handle = (0, 0)
CORNERS: tuple[Handle, ...] = ((-1, -1), (1, -1), (-1, 1), (1, 1))
SIDES: tuple[Handle, ...] = ((0, -1), (0, 1), (-1, 0), (1, 0))

LEAST_SIDE = 2.0
"""Pixels of the picture: a smaller box says nothing to a network."""

REACH = 7.0
"""Logical pixels around a handle's middle that still catch it."""

FRESH_REACH = 4.5
"""The same for a box that was just drawn: the handle's own square, for the next box may begin beside it."""

_ROOM_FOR_SIDES = 36.0
"""Logical pixels a side must have for a handle in its middle."""


def snapped(x: float, y: float, shape_hw: tuple[int, int]) -> tuple[float, float]:
    """The nearest corner of pixels on the picture."""
    h, w = shape_hw
    return min(max(float(math.floor(x + 0.5)), 0.0), float(w)), min(
        max(float(math.floor(y + 0.5)), 0.0), float(h)
    )


def rubber_band(
    start: tuple[float, float], end: tuple[float, float], shape_hw: tuple[int, int]
) -> Box | None:
    """The box between two shown points; None if it is smaller than ``LEAST_SIDE``."""
    box = Box.from_corners(*snapped(*start, shape_hw), *snapped(*end, shape_hw))
    return box if min(box.width, box.height) >= LEAST_SIDE else None


def resized(box: Box, handle: Handle, x: float, y: float, shape_hw: tuple[int, int]) -> Box:
    """``box`` with the handle's edges at a shown point; it never turns over or shrinks away."""
    x, y = snapped(x, y, shape_hw)
    x0 = min(x, box.x1 - LEAST_SIDE) if handle[0] < 0 else box.x0
    x1 = max(x, box.x0 + LEAST_SIDE) if handle[0] > 0 else box.x1
    y0 = min(y, box.y1 - LEAST_SIDE) if handle[1] < 0 else box.y0
    y1 = max(y, box.y0 + LEAST_SIDE) if handle[1] > 0 else box.y1
    return Box(x0, y0, x1, y1)


def moved(box: Box, dx: float, dy: float, shape_hw: tuple[int, int]) -> Box:
    """``box`` moved by whole pixels, kept on the picture with its size."""
    h, w = shape_hw
    dx = min(max(float(math.floor(dx + 0.5)), -box.x0), w - box.x1)
    dy = min(max(float(math.floor(dy + 0.5)), -box.y0), h - box.y1)
    return Box(box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy)


def handles_of(view_box: Box) -> tuple[Handle, ...]:
    """The handles that a box of this size in the view has room for."""
    sides = [h for h in SIDES if (view_box.width if h[0] == 0 else view_box.height) >= _ROOM_FOR_SIDES]
    return CORNERS + tuple(sides)


def handle_position(view_box: Box, handle: Handle) -> tuple[float, float]:
    """Where a handle's middle lies in the view."""
    cx, cy = view_box.center
    return cx + handle[0] * view_box.width / 2, cy + handle[1] * view_box.height / 2


def hit(view_box: Box, vx: float, vy: float, reach: float = REACH, *, body: bool = True) -> Handle | None:
    """What of a box lies at a place of the view: a handle, ``MOVE`` inside, or nothing.

    Inside a small box the handles give way, so that its middle still moves it.

    Args:
        view_box: In logical pixels of the view.
        vx, vy: The place.
        reach: Logical pixels around a handle's middle that catch it.
        body: Whether the inside counts.
    """
    inner_x, inner_y = min(reach, view_box.width / 4), min(reach, view_box.height / 4)
    for handle in handles_of(view_box):
        px, py = handle_position(view_box, handle)
        if _near(vx - px, handle[0], inner_x, reach) and _near(vy - py, handle[1], inner_y, reach):
            return handle
    inside = view_box.x0 <= vx <= view_box.x1 and view_box.y0 <= vy <= view_box.y1
    return MOVE if inside and body else None


def _near(offset: float, side: int, inner: float, reach: float) -> bool:
    """Whether an offset from a handle is caught; towards the box's inside only as far as ``inner``."""
    if side == 0:
        return abs(offset) <= reach
    return -inner <= offset * side <= reach
