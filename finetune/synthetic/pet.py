"""PET-like pictures: mild uptake in the body, hot organs and lesions, counting noise and blur."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic.drawing import Grid, between, displayed, fractal, grid, soft, star
from finetune.synthetic.sample import Floats, Rng, Sample
from finetune.synthetic.visible import keep_visible

_ORGANS = ("brain", "heart", "bladder", "kidney")
_NAMES = {1: "lesion"} | {n + 2: name for n, name in enumerate(_ORGANS)}
_BORDER = 0.45
"""Share of a spot's own height above what is around it at which it is outlined."""


def make(rng: Rng) -> Sample:
    """A whole body from the front, or a slice across a trunk or limb."""
    whole = rng.random() < 0.4
    long = int(rng.integers(256, 512))
    shape = (long, int(long * between(rng, 0.4, 0.6))) if whole else (int(rng.integers(128, 420)),) * 2
    g = grid(rng, (max(int(shape[0]), 128), max(int(shape[1]), 128)), 0.04)
    uptake = np.full(g.shape, 0.02, np.float32)
    spots = _front(rng, g, uptake) if whole else _across(rng, g, uptake)
    spread = between(rng, 1.0, 4.5) if whole else between(rng, 1.5, 5.0)
    uptake *= 1 + between(rng, 0.05, 0.3) * fractal(rng, g.shape, 2.0)
    uptake = ndimage.gaussian_filter(np.maximum(uptake, 0), spread)
    labels = np.zeros(g.shape, np.uint8)
    for value, cover, height in spots:
        own = ndimage.gaussian_filter(cover * height, spread)
        around = float(np.median(uptake[own > 0.1 * own.max()])) if own.max() > 0 else 0.0
        uptake = np.maximum(uptake, ndimage.gaussian_filter(cover, spread) * uptake) + own
        if own.max() > 1.2 * around + 0.1:
            labels[(own > _BORDER * own.max()) & (own > 0.05)] = value
    picture = displayed(rng, _counted(rng, uptake, spread), 0.2, 0.12)
    return Sample(picture, [keep_visible(picture, labels, _NAMES)], "pet")


Spot = tuple[int, Floats, float]


def _front(rng: Rng, g: Grid, uptake: Floats) -> list[Spot]:
    """A standing body: head, trunk, limbs; brain, heart, kidneys and bladder may be hot."""
    bottom = g.limits[1]
    tall = bottom * between(rng, 0.85, 0.97)
    parts = [
        ((0, -0.86 * tall), (0.2, 0.12 * tall)),
        ((0, -0.35 * tall), (between(rng, 0.42, 0.55), 0.42 * tall)),
        ((0, 0.02 * tall), (between(rng, 0.38, 0.5), 0.2 * tall)),
        *(((s * 0.22, 0.55 * tall), (0.17, 0.48 * tall)) for s in (-1, 1)),
        *(((s * 0.62, -0.25 * tall), (0.12, 0.42 * tall)) for s in (-1, 1)),
    ]
    for centre, radii in parts:
        cover = soft(star(rng, g, centre, radii, 0, 0.03, 4), 3)
        np.maximum(uptake, cover * between(rng, 0.25, 0.4), out=uptake)
    for centre, radii, level in (
        ((-0.18, -0.3 * tall), (0.2, 0.1 * tall), between(rng, 0.5, 0.9)),
        ((0.25, -0.3 * tall), (0.09, 0.07 * tall), between(rng, 0.4, 0.7)),
        ((0.17, -0.52 * tall), (0.15, 0.14 * tall), between(rng, 0.1, 0.2)),
        ((-0.17, -0.52 * tall), (0.15, 0.14 * tall), between(rng, 0.1, 0.2)),
    ):
        cover = soft(star(rng, g, centre, radii, None, 0.08), 3)
        uptake += cover * (level - uptake)
    spots: list[Spot] = []
    places: dict[str, list[tuple[tuple[float, float], tuple[float, float]]]] = {
        "brain": [((0, -0.89 * tall), (0.15, 0.075 * tall))],
        "heart": [((0.1, -0.5 * tall), (0.12, 0.07 * tall))],
        "kidney": [((s * 0.22, -0.18 * tall), (0.07, 0.06 * tall)) for s in (-1, 1)],
        "bladder": [((0, 0.06 * tall), (between(rng, 0.08, 0.16), between(rng, 0.03, 0.07) * tall))],
    }
    for number, name in enumerate(_ORGANS):
        if rng.random() < 0.7:
            height = between(rng, 1.0, 4.0)
            spots += [(number + 2, soft(star(rng, g, c, r, 0, 0.05), 2), height) for c, r in places[name]]
    for _ in range(int(rng.integers(1, 8))):
        place = (between(rng, -0.35, 0.35), between(rng, -0.75, 0.75) * tall)
        spots += _lesion(rng, g, place, between(rng, 0.04, 0.2), uptake, spots)
    return spots


def _across(rng: Rng, g: Grid, uptake: Floats) -> list[Spot]:
    """A slice of a trunk, or of two limbs."""
    right = g.limits[0]
    limbs = rng.random() < 0.4
    middles = [(-0.45, 0.0), (0.45, 0.0)] if limbs else [(0.0, 0.0)]
    for middle in middles:
        radii = (
            (between(rng, 0.3, 0.42), between(rng, 0.35, 0.6))
            if limbs
            else (0.85 * right, between(rng, 0.5, 0.8))
        )
        cover = soft(star(rng, g, middle, radii, 0, 0.04, 4), 3)
        np.maximum(uptake, cover * between(rng, 0.2, 0.45), out=uptake)
        for _ in range(int(rng.integers(1, 5))):
            place = (middle[0] + between(rng, -0.5, 0.5) * radii[0], between(rng, -0.4, 0.4) * radii[1])
            cover = soft(
                star(rng, g, place, (between(rng, 0.08, 0.25), between(rng, 0.08, 0.2)), None, 0.1), 3
            )
            uptake += cover * (between(rng, 0.05, 0.7) - uptake)
    spots: list[Spot] = []
    for _ in range(int(rng.integers(1, 4))):
        middle = middles[int(rng.integers(len(middles)))]
        place = (middle[0] + between(rng, -0.2, 0.2), between(rng, -0.3, 0.3))
        spots += _lesion(rng, g, place, between(rng, 0.06, 0.42), uptake, spots)
    return spots


def _lesion(
    rng: Rng, g: Grid, place: tuple[float, float], size: float, uptake: Floats, others: list[Spot]
) -> list[Spot]:
    """A hot lesion, some with a cold centre, well apart from others; none where there is no body."""
    inside = star(rng, g, place, (size * between(rng, 0.7, 1.4), size), None, 0.12)
    mask = inside > -6
    if uptake[inside > 0].size < 30 or uptake[inside > 0].min() < 0.1:
        return []
    if any((cover[mask] > 0.1).any() for _, cover, _ in others):
        return []
    cover = soft(inside, 2)
    if size > 0.15 and rng.random() < 0.35:
        depth = np.clip(inside / max(float(inside.max()), 1.0), 0, 1)
        cover = cover * (1 - 0.5 * soft(inside - 0.55 * float(inside.max()), 3) * depth)
    cover = cover * (1 + 0.15 * fractal(rng, g.shape, 2.5))
    return [(1, np.maximum(cover, 0), between(rng, 0.9, 4.0))]


def _counted(rng: Rng, uptake: Floats, spread: float) -> Floats:
    """Counts of a scan, filtered as a reconstruction is, in a display's range."""
    counts = float(np.exp(rng.uniform(np.log(15), np.log(400))))
    counted = rng.poisson(np.maximum(uptake, 0) * counts).astype(np.float32) / counts
    seen = ndimage.gaussian_filter(counted, between(rng, 0.4, 0.9) * min(spread, 2.0))
    top = float(np.percentile(seen, between(rng, 99.2, 99.95)))
    return 255 * np.clip(seen / max(top, 0.3), 0, None)
