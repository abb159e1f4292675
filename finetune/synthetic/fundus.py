"""Fundus photographs: a tree of vessels from a bright disc with its cup, exudates, a round field."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic.drawing import Grid, between, displayed, fractal, grid, paint, smooth, soft, star
from finetune.synthetic.sample import Floats, Rng, Sample
from finetune.synthetic.visible import keep_visible


def make(rng: Rng) -> Sample:
    """One eye: disc and exudates in one map, the cup in another."""
    side = int(rng.integers(256, 512))
    g = grid(rng, (side, int(side * between(rng, 1.0, 1.5))), 0.004)
    zoom = between(rng, 0.8, 2.2)
    disc_at = (between(rng, -0.55, 0.55) / (1 if zoom < 1.4 else 2.5), between(rng, -0.2, 0.2))
    red, green, blue = between(rng, 130, 215), between(rng, 55, 115), between(rng, 15, 70)
    light = np.maximum(1 + 0.18 * smooth(rng, g.shape, 2) + 0.04 * fractal(rng, g.shape, 2.2), 0.1)
    picture = np.stack([c * light ** between(rng, 0.8, 1.6) for c in (red, green, blue)], -1)
    macula = np.exp(-((g.x + np.sign(disc_at[0]) * 0.5 * zoom) ** 2 + g.y**2) / 0.05)
    picture *= 1 - 0.3 * macula[..., None]
    spots = _spots(rng, g, disc_at, zoom)
    yellow = np.array([between(rng, 215, 250), between(rng, 190, 230), between(rng, 90, 150)])
    paint(picture, spots[..., None] * between(rng, 0.6, 0.95), yellow)
    size = between(rng, 0.1, 0.15) * zoom
    disc = star(rng, g, disc_at, (size * between(rng, 0.85, 1.0), size), between(rng, -0.2, 0.2), 0.025, 5)
    inner = size * between(rng, 0.3, 0.7)
    offset = (disc_at[0] + between(rng, -0.12, 0.12) * size, disc_at[1] + between(rng, -0.12, 0.12) * size)
    cup = np.minimum(star(rng, g, offset, (inner * between(rng, 0.85, 1.1), inner), 0, 0.05, 5), disc - 3)
    pale = np.array([between(rng, 225, 255), between(rng, 160, 205), between(rng, 80, 150)])
    paint(picture, soft(disc, between(rng, 3, 9))[..., None] * between(rng, 0.7, 0.95), pale)
    paint(
        picture, soft(cup, between(rng, 3, 9))[..., None] * between(rng, 0.5, 0.9), np.array([255, 240, 205])
    )
    vessels = _vessels(rng, g, disc_at, size)
    picture *= 1 - vessels[..., None] * np.array([0.3, 0.6, 0.5]) * between(rng, 0.7, 1.1)
    return _seen(rng, g, picture, (disc, spots, cup))


def _spots(rng: Rng, g: Grid, disc_at: tuple[float, float], zoom: float) -> Floats:
    """(H, W) cover of exudates away from the disc, 0 to 1."""
    spots = np.zeros(g.shape, np.float32)
    for _ in range(int(rng.integers(0, 9))):
        place = (between(rng, -0.7, 0.7), between(rng, -0.7, 0.7))
        size = between(rng, 0.02, 0.09)
        if np.hypot(place[0] - disc_at[0], place[1] - disc_at[1]) > 0.3 * zoom:
            inside = star(rng, g, place, (size * between(rng, 0.7, 1.6), size), None, 0.15)
            spots = np.maximum(spots, soft(inside, 2.5))
    return spots


def _vessels(rng: Rng, g: Grid, start: tuple[float, float], size: float) -> Floats:
    """(H, W) cover of a branching tree, 0 to 1."""
    right, bottom = g.limits
    cover = np.zeros(g.shape, np.float32)
    stack = []
    for number in range(int(rng.integers(6, 12))):
        up = -1 if number % 2 else 1
        way = up * between(rng, 0.6, 2.5)
        stack.append(
            (
                start[0] + rng.normal(0, size / 4),
                start[1] + rng.normal(0, size / 4),
                way,
                between(rng, 0.07, 0.15) * size,
                0,
            )
        )
    by_width: dict[int, np.ndarray] = {}
    while stack:
        x, y, way, wide, depth = stack.pop()
        bend = rng.normal(0, 0.03)
        for _ in range(int(rng.integers(25, 70))):
            way += bend * 0.5 + rng.normal(0, 0.08)
            x, y = x + 0.02 * np.cos(way), y + 0.02 * np.sin(way)
            key = next((k for k in (2, 3, 5) if wide / g.pixel <= k), 8)
            canvas = by_width.setdefault(key, np.zeros(g.shape, bool))
            for part in np.linspace(0, 1, 8):
                column = int((x - part * 0.02 * np.cos(way) + right) / g.pixel)
                row = int((y - part * 0.02 * np.sin(way) + bottom) / g.pixel)
                if 0 <= row < g.shape[0] and 0 <= column < g.shape[1]:
                    canvas[row, column] = True
            wide *= 0.992
        if depth < 3 and wide > 0.3 * g.pixel:
            for turn in (-1, 1):
                stack.append(
                    (x, y, way + turn * between(rng, 0.2, 0.6), wide * between(rng, 0.6, 0.9), depth + 1)
                )
    for key, canvas in by_width.items():
        away = ndimage.distance_transform_edt(~canvas)
        cover = np.maximum(cover, np.clip(key / 2 + 0.5 - away, 0, 1)).astype(np.float32)
    return ndimage.gaussian_filter(cover, between(rng, 0.5, 1.2))


def _seen(rng: Rng, g: Grid, picture: Floats, parts: tuple[Floats, Floats, Floats]) -> Sample:
    disc, spots, cup = parts
    field = soft(between(rng, 0.9, 1.25) / g.pixel - np.hypot(g.x, g.y) / g.pixel, 4)
    picture = ndimage.gaussian_filter(picture, (*(between(rng, 0.3, 1.5),) * 2, 0)) * field[..., None]
    picture = picture + between(rng, 1, 7) * rng.standard_normal(picture.shape)
    seen = displayed(rng, picture.astype(np.float32), 0.6)
    first = np.zeros(g.shape, np.uint8)
    first[spots > 0.5] = 2
    first[disc > 0] = 1
    first[field < 0.5] = 0
    second = ((cup > 0) & (field > 0.5)).astype(np.uint8)
    maps = [
        keep_visible(seen, first, {1: "optic disc", 2: "exudate"}),
        keep_visible(seen, second, {1: "optic cup"}, 0.5),
    ]
    return Sample(seen, maps, "fundus")
