"""Ultrasound-like pictures: layers of speckle, dark lesions, cysts, nerves, vessels and shadows."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic.drawing import (
    Grid,
    between,
    displayed,
    fractal,
    grid,
    smooth,
    soft,
    some_shape,
    star,
)
from finetune.synthetic.sample import Bytes, Floats, Rng, Sample
from finetune.synthetic.visible import keep_visible

_NAMES = {1: "lesion", 2: "cyst", 3: "vessel", 4: "nerve"}


def make(rng: Rng) -> Sample:
    """One picture of a linear or curved probe."""
    g = grid(rng, some_shape(rng, 256, 512, 1.4), 0.03)
    right, bottom = g.limits
    echo = _tissue(rng, g)
    labels = np.zeros(g.shape, np.uint8)
    gain = np.ones(g.shape, np.float32)
    for _ in range(int(rng.integers(1, 6))):
        centre = (between(rng, -0.65, 0.65) * right, between(rng, -0.55, 0.6) * bottom)
        _structure(rng, g, echo, labels, gain, centre)
    for _ in range(int(rng.integers(0, 3))):
        away = (g.x - between(rng, -right, right)) / between(rng, 0.03, 0.15)
        start = between(rng, -1, 0.8) * bottom
        gain *= 1 - between(rng, 0.4, 0.9) * np.exp(-(away**2)) * np.clip((g.y - start) * 8, 0, 1)
    depth = (g.y + bottom) / (2 * bottom)
    gain *= np.exp(-between(rng, 0.0, 2.2) * depth) * (1 + 0.1 * smooth(rng, g.shape, 3))
    seen = _probed(rng, echo * np.maximum(gain, 0.02))
    if rng.random() < 0.35:
        _fan(rng, g, seen, labels)
    picture = displayed(rng, seen, 0.5)
    return Sample(picture, [keep_visible(picture, labels, _NAMES, 0.5, clear=0.55)], "ultrasound")


def _tissue(rng: Rng, g: Grid) -> Floats:
    """Echo of skin, fat, fibres and muscle in layers, amplitude."""
    bottom = g.limits[1]
    echo = between(rng, 0.12, 0.35) * np.exp(
        between(rng, 0.3, 0.9) * fractal(rng, g.shape, 2.0, between(rng, 0.2, 0.7))
    )
    wave = 0.08 * smooth(rng, g.shape, 3)
    depth = g.y + bottom + wave
    top = between(rng, 0.03, 0.12)
    echo = np.where(depth < top, between(rng, 0.5, 1.0), echo)
    for _ in range(int(rng.integers(2, 7))):
        place = between(rng, 0.1, 1.6)
        echo = np.where(depth > place, echo * np.exp(rng.normal(0, 0.45)), echo)
        if rng.random() < 0.7:
            echo = echo + between(rng, 0.2, 1.0) * np.exp(
                -(((depth - place) / between(rng, 0.006, 0.02)) ** 2)
            )
    for _ in range(int(rng.integers(5, 60))):
        start = np.array([between(rng, -1, 1) * g.limits[0], between(rng, -1, 1) * bottom])
        way = np.array([between(rng, 0.02, 0.05), between(rng, -0.012, 0.012)])
        points = start + (way + rng.normal(0, 0.004, (int(rng.integers(3, 16)), 2))).cumsum(0)
        echo = echo + between(rng, 0.15, 0.8) * _streak(g, points)
    return echo.astype(np.float32)


def _streak(g: Grid, points: Floats) -> Floats:
    """A thin bright line (coarse: no distance map)."""
    right, bottom = g.limits
    along = np.linspace(0, len(points) - 1, 40 * len(points))
    columns = ((np.interp(along, np.arange(len(points)), points[:, 0]) + right) / g.pixel).astype(int)
    rows = ((np.interp(along, np.arange(len(points)), points[:, 1]) + bottom) / g.pixel).astype(int)
    kept = (rows >= 1) & (rows < g.shape[0] - 1) & (columns >= 0) & (columns < g.shape[1])
    out = np.zeros(g.shape, np.float32)
    out[rows[kept], columns[kept]] = 1
    out[rows[kept] + 1, columns[kept]] = 0.7
    return out


def _structure(
    rng: Rng, g: Grid, echo: Floats, labels: Bytes, gain: Floats, centre: tuple[float, float]
) -> None:
    """A lesion, cyst, vessel or nerve, in place, if there is room."""
    what = int(rng.choice([1, 1, 2, 3, 4, 4]))
    size = between(rng, 0.08, 0.38) * (1.0, 0.8, 0.6, 0.7)[what - 1]
    flat = between(rng, 1.0, 2.0) if what in (1, 4) else between(rng, 1.0, 1.4)
    rough = (between(rng, 0.04, 0.16), 0.03, 0.02, 0.08)[what - 1]
    inside = star(rng, g, centre, (size * flat, size), between(rng, -0.4, 0.4), rough)
    if (labels[inside > -4] > 0).any():
        return
    around = float(np.median(echo[np.abs(inside) < 6])) if (np.abs(inside) < 6).any() else 0.2
    cover = soft(inside, between(rng, 1.5, 6 if what == 1 else 2.5))
    behind = np.exp(-(((g.x - centre[0]) / (0.85 * size * flat)) ** 4)) * np.clip(
        (g.y - centre[1] - 0.5 * size) * 4, 0, 1
    )
    if what == 1:
        bright = rng.random() < 0.15
        level = around * (between(rng, 3.0, 6.0) if bright else between(rng, 0.03, 0.25))
        echo += cover * (level * np.exp(0.35 * fractal(rng, g.shape, 1.8)) - echo)
        gain *= 1 + between(rng, -0.7, 0.4) * behind * (inside < 0)
    elif what == 2:
        echo += cover * (between(rng, 0.0, 0.03) * around - echo)
        gain *= 1 + between(rng, 0.3, 1.5) * behind * (inside < 0)
    elif what == 3:
        echo += cover * (between(rng, 0.0, 0.12) * around - echo)
        echo += between(rng, 0.3, 1.0) * np.exp(-(((inside + 3) / 2.5) ** 2))
    else:
        cells = fractal(rng, g.shape, 0.6) + 0.6 * np.sin(g.x * between(rng, 50, 90)) * np.sin(
            g.y * between(rng, 50, 90)
        )
        cells = ndimage.gaussian_filter(cells, between(rng, 1.2, 2.2))
        honeycomb = around * between(rng, 1.0, 2.5) * np.exp(2.5 * cells)
        echo += cover * (honeycomb - echo)
        echo += around * between(rng, 3, 8) * np.exp(-(((inside - 4) / 3.5) ** 2))
    labels[inside > 0] = what


def _probed(rng: Rng, echo: Floats) -> Floats:
    """Speckle as waves make it, then the logarithm, 0 to 255."""
    grain = (between(rng, 0.4, 1.2), between(rng, 0.7, 2.2))
    amplitude = np.sqrt(np.maximum(echo, 0))
    parts = [
        ndimage.gaussian_filter(
            rng.standard_normal(echo.shape).astype(np.float32) * amplitude, grain, truncate=3
        )
        for _ in range(2)
    ]
    power = parts[0] ** 2 + parts[1] ** 2
    power *= 4 * np.pi * grain[0] * grain[1]
    calm = between(rng, 0.0, 2.4)
    if calm > 0.4:
        power = ndimage.gaussian_filter(power, calm, truncate=3)
    decibel = 10 * np.log10(power + 1e-5)
    span = between(rng, 22, 42)
    top = float(np.percentile(decibel, between(rng, 99, 99.9)))
    return 255 * np.clip(1 + (decibel - top) / span, 0, 1)


def _fan(rng: Rng, g: Grid, seen: Floats, labels: Bytes) -> None:
    """Cut to a sector, in place."""
    bottom = g.limits[1]
    apex = -bottom - between(rng, 0.2, 0.9)
    half = between(rng, 0.45, 0.8)
    angle, far = np.arctan2(g.x, g.y - apex), np.hypot(g.x, g.y - apex)
    out = (
        (np.abs(angle) > half) | (far > bottom * 2 - 0.05 + (-bottom - apex)) | (far < -bottom - apex + 0.02)
    )
    seen[out] = 0
    parts, _ = ndimage.label(labels)
    for number in np.unique(parts[out]):
        # What the sector cuts is dark on both sides of the cut: nobody could tell where it ends.
        labels[parts == number] = 0
