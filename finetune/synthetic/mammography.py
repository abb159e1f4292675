"""Mammography-like pictures: fat and gland texture within a breast's outline, pectoral muscle, masses."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic.drawing import Grid, between, displayed, fractal, grid, line, soft, star
from finetune.synthetic.sample import Bools, Bytes, Floats, Rng, Sample
from finetune.synthetic.visible import keep_visible

_NAMES = {1: "mass", 2: "pectoral muscle"}
_DENSE = 0.55
"""Of the glands, from which on their disc has a border."""


def make(rng: Rng) -> Sample:
    """One view or a part of one: mass and pectoral muscle in one map, the gland disc in another."""
    close = bool(rng.random() < 0.35)
    if close:
        side = int(rng.integers(200, 420))
        shape = (side, side)
    else:
        shape = (int(rng.integers(360, 600)), int(rng.integers(220, 360)))
    g = grid(rng, shape, 0.04)
    texture = fractal(rng, g.shape, between(rng, 2.4, 3.4))
    labels = np.zeros(g.shape, np.uint8)
    breast = np.full(g.shape, 1e3, np.float32) if close else _outline(rng, g)
    canvas: Floats = between(rng, 60, 95) + between(rng, 5, 12) * texture
    canvas, gland, density = _glands(rng, g, canvas)
    gland[breast <= 2] = 0
    canvas = canvas + _threads(rng, g)
    if not close and rng.random() < 0.7:
        muscle = _muscle(rng, g)
        tone = between(rng, 100, 165) + 7 * fractal(rng, g.shape, 2.5, 1.0)
        cover = soft(muscle, between(rng, 4, 16)) * between(rng, 0.75, 1.0)
        canvas = canvas + cover * (np.maximum(tone, canvas + 10) - canvas)
        labels[(muscle > 0) & (breast > 0)] = 2
        gland[muscle > 0] = 0
    _masses(rng, g, canvas, labels, breast)
    rim = np.clip(breast / between(rng, 12, 50), 0, 1) ** between(rng, 0.4, 0.8)
    picture: Floats = np.where(breast > -1, canvas * rim, 0) + between(rng, 4, 18)
    picture = _filmed(rng, picture, breast > 0)
    way = -1 if rng.random() < 0.5 else 1
    labels, gland = (np.ascontiguousarray(a[:, ::way]) for a in (labels, gland))
    seen = displayed(rng, np.ascontiguousarray(picture[:, ::way]), 0.4, 0.05)
    maps = [keep_visible(seen, labels, _NAMES, 0.6, clear=0.8)]
    if density > _DENSE:
        maps.append(keep_visible(seen, gland, {1: "fibroglandular tissue"}, 0.6))
    return Sample(seen, maps, "mammography")


def _outline(rng: Rng, g: Grid) -> Floats:
    """Pixels inside the breast, which hangs on the left."""
    right, bottom = g.limits
    centre = (-right, between(rng, 0.1, 0.4) * bottom)
    radii = (right * between(rng, 1.3, 1.85), bottom * between(rng, 0.75, 1.3))
    return star(rng, g, centre, radii, 0.0, 0.03, 4)


def _glands(rng: Rng, g: Grid, canvas: Floats) -> tuple[Floats, Bytes, float]:
    """The canvas with patches of glands in it, where they are dense, and how dense they are at most."""
    centre = (between(rng, -0.3, 0.1) * g.limits[0], between(rng, 0.0, 0.3))
    mixture = star(rng, g, centre, (between(rng, 0.45, 0.8), between(rng, 0.45, 0.8)), None, 0.12)
    density = between(rng, 0.25, 1.0)
    patches = fractal(rng, g.shape, between(rng, 2.0, 3.0), between(rng, 0.7, 1.5))
    amount = soft(mixture + 0.05 / g.pixel * patches, between(rng, 10, 50)) * density
    canvas = canvas + amount * (50 + between(rng, 10, 24) * patches)
    disc = ndimage.gaussian_filter(amount, 3) > 0.5 * density
    return canvas, disc.astype(np.uint8), density


def _muscle(rng: Rng, g: Grid) -> Floats:
    """Pixels inside the triangle at the chest wall's upper corner, with a curved edge."""
    right, bottom = g.limits
    wide, deep = between(rng, 0.4, 1.1) * right, between(rng, 0.6, 1.3) * bottom
    u, v = (g.x + right) / wide, (g.y + bottom) / deep
    edge = 1 - u - v + between(rng, -0.15, 0.25) * np.sin(np.pi * np.clip(u, 0, 1))
    return (edge / np.hypot(1 / wide, 1 / deep) / g.pixel).astype(np.float32)


def _threads(rng: Rng, g: Grid) -> Floats:
    """Vessels and ligaments."""
    right, bottom = g.limits
    total = np.zeros(g.shape, np.float32)
    for _ in range(int(rng.integers(2, 8))):
        start = np.array([between(rng, -right, right), between(rng, -bottom, bottom)])
        steps = rng.normal(0, 0.05, (30, 2)).cumsum(0) * 0.3 + np.array(
            [between(rng, -0.05, 0.05), between(rng, -0.05, 0.05)]
        )
        inside = line(g, start + steps.cumsum(0), g.pixel * between(rng, 0.5, 1.6))
        total += soft(inside, 2.0) * between(rng, 6, 20)
    return total


def _masses(rng: Rng, g: Grid, canvas: Floats, labels: Bytes, breast: Floats) -> None:
    """Round, lobed or rayed densities within the breast, in place."""
    right, bottom = g.limits
    for _ in range(int(rng.integers(1, 4))):
        centre = (between(rng, -0.8, 0.7) * right, between(rng, -0.6, 0.8) * bottom)
        radius = between(rng, 0.06, 0.3)
        kind = int(rng.integers(3))
        inside = star(
            rng,
            g,
            centre,
            (radius * between(rng, 0.7, 1.3), radius),
            None,
            (0.04, 0.13, 0.1)[kind],
            (4, 6, 9)[kind],
            (0, 0, int(rng.integers(6, 16)))[kind],
        )
        mask = inside > 0
        if (mask & (breast < 6)).any() or (labels[mask] > 0).any() or not mask.any():
            continue
        cover = soft(inside, between(rng, 2, 5 if kind < 2 else 8))
        dome = 0.6 + 0.4 * np.sqrt(np.clip(inside / max(float(inside.max()), 1), 0, 1))
        own = 1 + 0.1 * fractal(rng, g.shape, 2.5)
        canvas += cover * dome * own * between(rng, 18, 60)
        labels[mask] = 1


def _filmed(rng: Rng, picture: Floats, breast: Bools) -> Floats:
    """Grain, calcifications and a range of a film."""
    picture = ndimage.gaussian_filter(picture, between(rng, 0.3, 1.2))
    if rng.random() < 0.4:
        places = np.argwhere(breast)
        centre = places[int(rng.integers(len(places)))]
        for row, column in (centre + rng.normal(0, 9, (int(rng.integers(4, 16)), 2))).astype(int):
            if 0 <= row < breast.shape[0] - 2 and 0 <= column < breast.shape[1] - 2 and breast[row, column]:
                picture[row : row + int(rng.integers(1, 3)), column : column + int(rng.integers(1, 3))] += 70
    picture = picture + between(rng, 0.5, 5) * rng.standard_normal(picture.shape).astype(np.float32)
    top = max(float(np.percentile(picture, 99.7)), 1.0)
    return picture * (between(rng, 170, 250) / top)
