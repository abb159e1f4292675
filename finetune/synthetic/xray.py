"""Radiographs: chests with two lungs, ribs and a heart's silhouette; limbs with long bones."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic.drawing import (
    Grid,
    between,
    displayed,
    fractal,
    grain,
    grid,
    line,
    smooth,
    soft,
    star,
)
from finetune.synthetic.sample import Bytes, Floats, Rng, Sample
from finetune.synthetic.visible import keep_visible

_CHEST = {1: "right lung", 2: "left lung", 3: "heart and mediastinum"}


def make(rng: Rng) -> Sample:
    """A chest from the front, or a limb."""
    return _chest(rng) if rng.random() < 0.65 else _limb(rng)


def _chest(rng: Rng) -> Sample:
    side = int(rng.integers(256, 512))
    g = grid(rng, (side, int(side * between(rng, 0.9, 1.25))), 0.03)
    right, bottom = g.limits
    wide, high = right * between(rng, 0.78, 0.95), bottom
    body = star(rng, g, (0, 0.25), (wide * 1.05, high * 1.3), 0, 0.03, 4)
    density = between(rng, 0.9, 1.2) * soft(body, 8) * (1 + 0.1 * smooth(rng, g.shape, 2))
    middle = _mediastinum(rng, g, wide, high)
    lungs = [_lung(rng, g, wide, high, s, middle) for s in (-1, 1)]
    for inside in lungs:
        depth = np.clip(inside / (0.3 / g.pixel), 0, 1) ** 0.5
        density -= between(rng, 0.38, 0.55) * soft(inside, between(rng, 2, 5)) * (0.72 + 0.28 * depth)
    if rng.random() < 0.35:
        haze = np.clip(smooth(rng, g.shape, 3) - 0.3, 0, 1) * (np.maximum(*lungs) > 0)
        density += between(rng, 0.05, 0.2) * ndimage.gaussian_filter(haze.astype(np.float32), 4)
    density += between(rng, 0.0, 0.1) * soft(middle, between(rng, 2, 6))
    _markings(rng, g, density, lungs, wide, high)
    _ribs(rng, g, density, wide, high)
    density += between(rng, 0.03, 0.1) * soft(star(rng, g, (0, 0), (0.06, high * 1.3), 0, 0.02), 6)
    density += 0.05 * soft(star(rng, g, (0, -high * 0.6), (0.035, high * 0.45), 0, 0.03), 4) * -1.6
    density *= soft(body + 4, 6)
    labels = np.zeros(g.shape, np.uint8)
    labels[middle > 0] = 3
    for value, inside in enumerate(lungs, 1):
        labels[inside > 0] = value
    picture = _exposed(rng, density)
    return Sample(picture, [keep_visible(picture, labels, _CHEST, 0.5)], "xray")


def _lung(rng: Rng, g: Grid, wide: float, high: float, side: int, middle: Floats) -> Floats:
    """Pixels inside one lung: narrow at the top, a dome below, hollowed by the heart."""
    top, low = -high * between(rng, 0.72, 0.85), high * between(rng, 0.3, 0.6)
    t = np.clip((g.y - top) / (low - top), 0, 1)
    outer = wide * between(rng, 0.8, 0.9) * np.sin(np.pi * (0.12 + 0.46 * t)) ** between(rng, 0.4, 0.7)
    inner = 0.07 + 0.05 * (1 - t)
    x = g.x * side
    dome = (
        low
        - 0.2 * high * ((x - wide * 0.42) / (wide * 0.42)) ** 2
        + 0.14 * high * (x > wide * 0.5) * ((x - wide * 0.5) / (wide * 0.4))
    )
    cap = top + 0.5 * high * np.clip((x - wide * 0.34) / (wide * 0.5), -1, 1) ** 2
    inside = np.minimum.reduce([outer - x, x - inner, dome - g.y, g.y - cap]) / g.pixel
    return np.minimum(inside, -middle).astype(np.float32)


def _mediastinum(rng: Rng, g: Grid, wide: float, high: float) -> Floats:
    upper = star(rng, g, (0, -high * 0.3), (between(rng, 0.1, 0.17), high * 0.6), 0, 0.05, 6)
    size = between(rng, 0.26, 0.42) * wide
    place = (between(rng, 0.06, 0.16) * wide, high * between(rng, 0.16, 0.3))
    heart = star(rng, g, place, (size * 1.15, size * 0.85), between(rng, 0.3, 0.7), 0.04, 5)
    knob = star(rng, g, (0.1, -high * 0.33), (0.1, 0.09), 0, 0.05)
    inside = np.maximum.reduce([upper, heart, knob])
    limits = np.minimum(high * 0.52 - g.y, g.y + high * 0.75) / g.pixel
    return np.minimum(inside, limits)


def _markings(rng: Rng, g: Grid, density: Floats, lungs: list[Floats], wide: float, high: float) -> None:
    """Vessels from the hila, in place."""
    for side, inside in zip((-1, 1), lungs, strict=True):
        total = np.zeros(g.shape, np.float32)
        for _ in range(10):
            way = np.array([side * between(rng, 0.01, 0.05) * wide, between(rng, -0.05, 0.06) * high])
            start = np.array([side * 0.16 * wide, -0.02 * high])
            points = start + (way + rng.normal(0, 0.008, (14, 2))).cumsum(0)
            total = np.maximum(total, soft(line(g, points, 0.006), 2.5))
        density += between(rng, 0.04, 0.1) * ndimage.gaussian_filter(total * (inside > 0), 0.8)


def _ribs(rng: Rng, g: Grid, density: Floats, wide: float, high: float) -> None:
    """Ribs behind and in front, and the clavicles, in place."""
    strength = between(rng, 0.05, 0.16)
    gap = between(rng, 0.14, 0.19) * high
    for side in (-1, 1):
        x = np.clip(g.x * side / (wide * 0.88), 0, 1.05)
        rise = 0.18 * high * np.sin(np.pi * np.clip(x, 0, 1) * 0.9) - 0.33 * high * x**2.2
        phase = ((g.y + high * 0.95 + rise) / gap) % 1.0
        thick = between(rng, 0.22, 0.3)
        band = np.clip((thick - np.abs(phase - 0.5)) * gap / g.pixel / 2, 0, 1)
        rim = np.clip(1 - np.abs(np.abs(phase - 0.5) - thick) * gap / g.pixel / 3, 0, 1)
        reach = (x > 0.06) & (x < 1.0) & (g.x * side > 0) & (g.y < high * 0.75)
        density += ndimage.gaussian_filter(strength * (band + 0.5 * rim) * reach, 1.0)
        start = np.array([side * 0.06, -high * between(rng, 0.56, 0.66)])
        end = np.array([side * wide * 0.85, -high * between(rng, 0.68, 0.82)])
        points = np.linspace(start, end, 12) + np.sin(np.linspace(0, np.pi * 2, 12))[:, None] * [0, 0.02]
        inside = line(g, points, between(rng, 0.025, 0.035))
        density += (strength * 1.3) * soft(inside, 3) + 0.06 * soft(3 - np.abs(inside - 2), 2)


def _limb(rng: Rng) -> Sample:
    """One or two long bones with a cortex, and a joint, in soft tissue."""
    shape = (int(rng.integers(256, 512)), int(rng.integers(160, 360)))
    g = grid(rng, shape, 0.04)
    right, bottom = g.limits
    density = between(rng, 0.3, 0.5) * soft(star(rng, g, (0, 0), (right * 0.8, bottom * 1.8), 0, 0.04, 4), 8)
    labels = np.zeros(g.shape, np.uint8)
    count = int(rng.integers(1, 4))
    tilt = between(rng, -0.2, 0.2)
    for number in range(count):
        middle = right * (0.0 if count == 1 else (-0.42, 0.42, 0.0)[number] + between(rng, -0.05, 0.05))
        thick = right * between(rng, 0.12, 0.2) * (1.3 if count == 1 else 0.85)
        _bone(rng, g, density, labels, middle, thick, tilt, number)
    picture = _exposed(rng, density)
    return Sample(
        picture, [keep_visible(picture, labels, {n + 1: f"bone {n + 1}" for n in range(3)})], "xray"
    )


def _bone(
    rng: Rng, g: Grid, density: Floats, labels: Bytes, middle: float, thick: float, tilt: float, number: int
) -> None:
    bottom = g.limits[1]
    low, high = -bottom * between(rng, 0.5, 1.2), bottom * between(rng, 0.5, 1.2)
    t = np.clip((g.y - low) / (high - low), 0, 1)
    flare = between(rng, 0.5, 1.1)
    width = thick * (0.8 + flare * (np.exp(-((t / 0.12) ** 2)) + np.exp(-(((1 - t) / 0.12) ** 2))))
    x = g.x - middle - tilt * g.y
    ends = np.minimum(g.y - low, high - g.y) - between(rng, 0.1, 0.5) * x**2 / thick
    inside = (np.minimum(width - np.abs(x), ends) / g.pixel).astype(np.float32)
    inside = np.where(labels > 0, -1.0, inside).astype(np.float32)
    if (inside > 0).sum() < 100:
        return
    rim = np.exp(-(((inside - 4) / between(rng, 2.5, 5)) ** 2))
    own = 1 + 0.12 * fractal(rng, g.shape, 1.8)
    density += soft(inside, 2) * (between(rng, 0.22, 0.4) * own + between(rng, 0.1, 0.3) * rim)
    labels[inside > 0] = number + 1


def _exposed(rng: Rng, density: Floats) -> Bytes:
    """Scatter, grain and a range of a detector; bone is bright as a rule."""
    density = density + 0.02 * fractal(rng, density.shape, 2.2)
    density = ndimage.gaussian_filter(density, between(rng, 0.4, 1.6))
    density = density + between(rng, 0.003, 0.025) * grain(rng, density.shape, between(rng, 0.0, 0.8))
    low, high = np.percentile(density, [between(rng, 0.2, 2), between(rng, 99, 99.9)])
    return displayed(rng, 255 * (density - low) / max(float(high - low), 0.05), 0.4, 0.08)
