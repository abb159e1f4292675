"""Pictures of a report that need no library but Pillow: SVG charts and cut-outs with outlines."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from medsam.prompts import Box

Mask = npt.NDArray[np.bool_]

COLORS = {
    "truth": "#2dd4bf",
    "network": "#f97316",
    "against": "#a78bfa",
    "oracle": "#facc15",
    "ellipse": "#64748b",
    "box": "#cbd5e1",
    "otsu": "#38bdf8",
    "grabcut": "#f472b6",
}
"""Of outlines and bars; teal, orange and violet stay apart for colour-blind eyes."""

CUTOUT = 240
"""Longest side of a cut-out in pixels."""

BINS = 20


def box_plot(summary: dict[str, Any], start: float = 0.0) -> str:
    """Quartiles as a bar, median as a line, mean with its interval as a dot with whiskers.

    Args:
        start: Left end of the axis; the right one is 1.
    """
    width, height = 130, 16

    def x(value: float) -> float:
        return round(2 + (value - start) / (1 - start) * (width - 4), 1)

    q1, median, q3 = (x(summary[k]) for k in ("q1", "median", "q3"))
    parts = [
        f'<line class="axis" x1="{x(start)}" x2="{x(1)}" y1="8" y2="8"/>',
        f'<rect class="bar" x="{q1}" y="3" width="{max(q3 - q1, 1):.1f}" height="10"/>',
        f'<line class="median" x1="{median}" x2="{median}" y1="2" y2="14"/>',
    ]
    if summary["low"] is not None:
        parts.append(
            f'<line class="interval" x1="{x(summary["low"])}" x2="{x(summary["high"])}" y1="8" y2="8"/>'
        )
    if summary["mean"] is not None:
        parts.append(f'<circle class="mean" cx="{x(summary["mean"])}" cy="8" r="2.5"/>')
    return _svg(width, height, parts, f"median {summary['median']:.3f}")


def histogram(scores: dict[str, Sequence[float]], names: dict[str, str]) -> str:
    """How many objects reach which Dice, a panel a method, one scale for all."""
    counts = {m: np.histogram(values, BINS, (0, 1))[0] for m, values in scores.items()}
    top = max(int(c.max()) for c in counts.values())
    width, panel, left = 640, 110, 46
    step = (width - left - 10) / BINS
    parts: list[str] = []
    for n, (method, count) in enumerate(counts.items()):
        base = n * panel + panel - 22
        for b, value in enumerate(count):
            height = value / top * (panel - 40)
            if value:
                parts.append(
                    f'<rect x="{left + b * step + 1:.1f}" y="{base - height:.1f}" width="{step - 2:.1f}"'
                    f' height="{height:.1f}" fill="{COLORS[method]}"><title>{value} objects with Dice'
                    f" {b / BINS:.2f} to {(b + 1) / BINS:.2f}</title></rect>"
                )
        parts.append(f'<line class="axis" x1="{left}" x2="{width - 10}" y1="{base}" y2="{base}"/>')
        parts.append(f'<text x="{left}" y="{n * panel + 12}" class="name">{escape(names[method])}</text>')
        parts.append(f'<text x="{left - 6}" y="{base - panel + 44}" text-anchor="end">{top}</text>')
        parts.append(f'<text x="{left - 6}" y="{base}" text-anchor="end">0</text>')
        for tick in range(0, 11, 2):
            at = left + tick / 10 * (width - left - 10)
            parts.append(f'<text x="{at:.1f}" y="{base + 13}" text-anchor="middle">{tick / 10:.1f}</text>')
    label = "Number of objects by Dice"
    return _svg(width, panel * len(counts), parts, label)


def click_chart(tables: dict[str, list[dict[str, Any]]], names: dict[str, str]) -> str:
    """Dice over the number of clicks: median as a line, quartiles as a band, mean as dots."""
    width, height, left, bottom = 640, 260, 46, 34
    clicks = [row["click"] for rows in tables.values() for row in rows]
    first, count = min(clicks), max(clicks) - min(clicks) + 1

    def x(click: int) -> float:
        return left + (click - first + 0.5) / count * (width - left - 10)

    def y(value: float) -> float:
        return 10 + (1 - value) * (height - bottom - 10)

    parts = []
    for tick in range(0, 11, 2):
        at = y(tick / 10)
        parts.append(f'<line class="grid" x1="{left}" x2="{width - 10}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text x="{left - 6}" y="{at + 4:.1f}" text-anchor="end">{tick / 10:.1f}</text>')
    for n, (name, rows) in enumerate(tables.items()):
        color = COLORS[name]
        upper = [f"{x(r['click']):.1f},{y(r['q3']):.1f}" for r in rows]
        lower = [f"{x(r['click']):.1f},{y(r['q1']):.1f}" for r in reversed(rows)]
        line = " ".join(f"{x(r['click']):.1f},{y(r['median']):.1f}" for r in rows)
        parts.append(f'<polygon points="{" ".join(upper + lower)}" fill="{color}" opacity="0.2"/>')
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(r["click"]):.1f}" cy="{y(r["mean"]):.1f}" r="3" fill="{color}"/>' for r in rows
        ]
        parts.append(
            f'<text x="{width - 14}" y="{height - bottom - 14 - 16 * n}" text-anchor="end" class="name"'
            f' style="fill:{color}">{escape(names[name])}</text>'
        )
    for click in range(first, first + count):
        parts.append(f'<text x="{x(click):.1f}" y="{height - 18}" text-anchor="middle">{click}</text>')
    parts.append(f'<text x="{(left + width) / 2}" y="{height - 3}" text-anchor="middle">clicks</text>')
    return _svg(width, height, parts, "Dice by number of clicks")


def roc_chart(curves: dict[str, Sequence[tuple[float, float]]], names: dict[str, str]) -> str:
    """Boxes on background answered "nothing here" over objects refused, a line a network."""
    width, height, left, bottom = 420, 360, 46, 40

    def x(value: float) -> float:
        return left + value * (width - left - 14)

    def y(value: float) -> float:
        return 10 + (1 - value) * (height - bottom - 10)

    parts = []
    for tick in range(0, 11, 2):
        share = tick / 10
        parts.append(
            f'<line class="grid" x1="{left}" x2="{x(1):.1f}" y1="{y(share):.1f}" y2="{y(share):.1f}"/>'
        )
        parts.append(f'<text x="{left - 6}" y="{y(share) + 4:.1f}" text-anchor="end">{share:.1f}</text>')
        parts.append(f'<text x="{x(share):.1f}" y="{height - 22}" text-anchor="middle">{share:.1f}</text>')
    for n, (name, points) in enumerate(curves.items()):
        line = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLORS[name]}" stroke-width="2"/>')
        parts.append(
            f'<text x="{x(1):.1f}" y="{height - bottom - 10 - 16 * n}" text-anchor="end" class="name"'
            f' style="fill:{COLORS[name]}">{escape(names[name])}</text>'
        )
    parts.append(f'<text x="{x(0.5):.1f}" y="{height - 4}" text-anchor="middle">objects refused</text>')
    return _svg(width, height, parts, "Background answered nothing here over objects refused")


def _svg(width: int, height: int, parts: Sequence[str], label: str) -> str:
    return (
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def cutout(picture: npt.NDArray[np.uint8], masks: dict[str, Mask], box: Box | None) -> str:
    """``cutout_image`` as a data address for a page."""
    out = io.BytesIO()
    cutout_image(picture, masks, box).save(out, "JPEG", quality=88, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


def cutout_image(
    picture: npt.NDArray[np.uint8], masks: dict[str, Mask], box: Box | None, side: int = CUTOUT
) -> Image.Image:
    """The surroundings of an object with outlines.

    Args:
        picture: (H, W) or (H, W, 3).
        masks: By names of ``COLORS``, (H, W) each; one has a pixel, or there is a box.
        box: What the network was given, drawn thin.
        side: Longest side in pixels.
    """
    x0, y0, x1, y1 = _surroundings(masks, box, (picture.shape[0], picture.shape[1]))
    scale = side / max(x1 - x0, y1 - y0)
    size = max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale))
    image = Image.fromarray(np.ascontiguousarray(picture[y0:y1, x0:x1])).convert("RGB")
    smooth = Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.BICUBIC
    pixels = np.array(image.resize(size, smooth))
    for name, mask in masks.items():
        part = Image.fromarray(np.ascontiguousarray(mask[y0:y1, x0:x1])).convert("L")
        inside = np.array(part.resize(size, Image.Resampling.NEAREST)) > 127
        pixels[_edge(inside)] = _rgb(COLORS[name])
    image = Image.fromarray(pixels)
    if box is not None:
        corners = [(v - o) * scale for v, o in zip(box.xyxy, (x0, y0, x0, y0), strict=True)]
        ImageDraw.Draw(image).rectangle(corners, outline="white")
    return image


def _surroundings(masks: dict[str, Mask], box: Box | None, hw: tuple[int, int]) -> tuple[int, int, int, int]:
    boxes = [Box.from_mask(mask) for mask in masks.values() if mask.any()] + ([box] if box else [])
    x0, y0 = min(b.x0 for b in boxes), min(b.y0 for b in boxes)
    x1, y1 = max(b.x1 for b in boxes), max(b.y1 for b in boxes)
    margin = max(6.0, 0.25 * max(x1 - x0, y1 - y0))
    return (
        max(0, int(x0 - margin)),
        max(0, int(y0 - margin)),
        min(hw[1], int(np.ceil(x1 + margin))),
        min(hw[0], int(np.ceil(y1 + margin))),
    )


def _edge(inside: Mask) -> Mask:
    """The innermost two pixels of a mask along its edge."""
    core = np.pad(inside, 2)
    for _ in range(2):
        core = np.pad(
            core[1:-1, 1:-1] & core[:-2, 1:-1] & core[2:, 1:-1] & core[1:-1, :-2] & core[1:-1, 2:], 1
        )
    return inside & ~core[2:-2, 2:-2]


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
