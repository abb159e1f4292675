"""Masks as outlines on a plain ground, so that a failure can be shown without the picture it was made on.

The page is SVG. Its elements carry the light colours; a style sheet with a
class for each gives the dark ones to a reader that prefers them, and the
window swaps them by the same classes (``medsam.ui.panels.model_card_page``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

from medsam.prompts import Box

Mask = npt.NDArray[np.bool_]

COLUMNS = 4
WIDTH = 880
"""Of a page, in its own units."""

_GAP, _DRAWING, _CAPTION, _LEGEND = 12, 148, 60, 34
_TILE = (WIDTH - (COLUMNS + 1) * _GAP) / COLUMNS
_MARGIN = 0.12
"""Around what is shown, of its longer side."""

_SMOOTH = 0.3
"""How far a simplified outline may lie beside the true one, in the page's units."""

COLOURS = {
    "page": ("fill", "#ffffff", "#191b1f"),
    "tile": ("fill", "#f1f3f6", "#26292f"),
    "text": ("fill", "#1b1f24", "#e4e7eb"),
    "muted": ("fill", "#57606b", "#a2a9b4"),
    "area": ("fill", "#0d9488", "#2dd4bf"),
    "truth": ("stroke", "#0d9488", "#2dd4bf"),
    "network": ("stroke", "#c2410c", "#fb923c"),
    "box": ("stroke", "#6b7280", "#8d95a3"),
}
"""By class: what it colours, on a light page, on a dark one. Teal and orange stay apart for every eye."""


@dataclass(frozen=True)
class Example:
    """One object, with what is written under it.

    Attributes:
        title, source, label: What is written under it, a line each.
        truth, network: (H, W) of the same picture.
        box: That was given, in the image frame.
    """

    title: str
    source: str
    label: str
    truth: Mask
    network: Mask
    box: Box


def page(examples: Sequence[Example], label: str) -> str:
    """All examples as one SVG picture.

    Args:
        label: What a reader who cannot see it is told.
    """
    rows = -(-len(examples) // COLUMNS)
    height = _LEGEND + rows * (_DRAWING + _CAPTION + _GAP) + _GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" font-family="Helvetica, Arial, sans-serif" role="img">',
        f"<title>{escape(label)}</title>",
        _style(),
        f'<rect {_paint("page")} width="{WIDTH}" height="{height}"/>',
        *_legend(),
    ]
    for number, example in enumerate(examples):
        x = _GAP + number % COLUMNS * (_TILE + _GAP)
        y = _LEGEND + _GAP + number // COLUMNS * (_DRAWING + _CAPTION + _GAP)
        parts += _tile(example, x, y)
    return "\n".join([*parts, "</svg>", ""])


def _style() -> str:
    dark = "".join(f".{name}{{{what}:{dark}}}" for name, (what, _, dark) in COLOURS.items())
    return f"<style>@media (prefers-color-scheme: dark){{{dark}}}</style>"


def _paint(name: str) -> str:
    """The attributes of a class, its light colour among them."""
    what, light, _ = COLOURS[name]
    shape = {
        "area": ' fill-opacity="0.22" fill-rule="evenodd"',
        "truth": ' fill="none" stroke-width="1.3"',
        "network": ' fill="none" stroke-width="2.2" stroke-linejoin="round"',
        "box": ' fill="none" stroke-width="1.2" stroke-dasharray="4,3"',
    }.get(name, "")
    return f'class="{name}" {what}="{light}"{shape}'


def _legend() -> list[str]:
    middle = _LEGEND / 2 + 5
    parts = []
    for x, names, text in (
        (_GAP, ("area", "truth"), "reference"),
        (_GAP + 120, ("network",), "model"),
        (_GAP + 220, ("box",), "box that was given"),
    ):
        for name in names:
            parts.append(f'<rect {_paint(name)} x="{x}" y="{middle - 7:g}" width="22" height="13"/>')
        parts.append(f'<text {_paint("text")} x="{x + 30}" y="{middle + 4:g}" font-size="13">{text}</text>')
    return parts


def _tile(example: Example, x: float, y: float) -> list[str]:
    size = f'width="{_TILE:g}" height="{_DRAWING + _CAPTION}"'
    parts = [f'<rect {_paint("tile")} x="{x:g}" y="{y:g}" {size} rx="5"/>']
    frame = _Frame.around(example, x, y)
    truth, network = frame.path(example.truth), frame.path(example.network)
    for name, path in (("area", truth), ("truth", truth), ("network", network)):
        if path:
            parts.append(f'<path {_paint(name)} d="{path}"/>')
    (x0, y0), (x1, y1) = frame.place(example.box.x0, example.box.y0), frame.place(*example.box.xyxy[2:])
    parts.append(
        f'<rect {_paint("box")} x="{x0:.1f}" y="{y0:.1f}" width="{x1 - x0:.1f}" height="{y1 - y0:.1f}"/>'
    )
    below = y + _DRAWING
    lines = (("text", example.title, 17), ("muted", example.source, 34), ("muted", example.label, 50))
    for name, text, line in lines:
        weight = 600 if name == "text" else 400
        parts.append(
            f'<text {_paint(name)} x="{x + 10:g}" y="{below + line:g}" font-size="11.5"'
            f' font-weight="{weight}">{escape(_short(text))}</text>'
        )
    return parts


def _short(text: str, longest: int = 30) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


@dataclass(frozen=True)
class _Frame:
    """Where a part of a picture lies on the page: its left upper corner, and page units a pixel."""

    left: float
    top: float
    x: float
    y: float
    scale: float

    @classmethod
    def around(cls, example: Example, x: float, y: float) -> _Frame:
        """The frame that shows box, truth and network whole, in the middle of a tile's drawing."""
        x0, y0, x1, y1 = example.box.xyxy
        for mask in (example.truth, example.network):
            if mask.any():
                rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
                x0, y0 = min(x0, float(columns[0])), min(y0, float(rows[0]))
                x1, y1 = max(x1, float(columns[-1]) + 1), max(y1, float(rows[-1]) + 1)
        margin = _MARGIN * max(x1 - x0, y1 - y0)
        scale = min(_TILE / (x1 - x0 + 2 * margin), _DRAWING / (y1 - y0 + 2 * margin))
        centre = (x + _TILE / 2, y + _DRAWING / 2)
        return cls((x0 + x1) / 2, (y0 + y1) / 2, centre[0], centre[1], scale)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the picture on the page."""
        return self.x + (x - self.left) * self.scale, self.y + (y - self.top) * self.scale

    def path(self, mask: Mask) -> str:
        """The outlines of a mask, holes among them, as an SVG path; "" for an empty one."""
        from skimage.measure import approximate_polygon, find_contours

        parts = []
        # A ring of background closes the outlines of what touches the picture's border.
        for contour in find_contours(np.pad(mask, 1).astype(np.float32), 0.5):
            points = np.array([self.place(column - 0.5, row - 0.5) for row, column in contour])
            points = approximate_polygon(points, _SMOOTH)
            if len(points) >= 4:
                corners = "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1])
                parts.append(f"M{corners}Z")
        return "".join(parts)
