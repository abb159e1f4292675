"""Figures on grounds in colour: textures, smooth blobs, weak borders, occlusion; skin, mucosa, cells."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic.drawing import (
    Grid,
    between,
    displayed,
    fractal,
    grid,
    line,
    paint,
    smooth,
    soft,
    some_shape,
    star,
)
from finetune.synthetic.sample import Bytes, Floats, Rng, Sample
from finetune.synthetic.visible import keep_visible


def make(rng: Rng) -> Sample:
    """One picture of a skin, a mucosa or a field of cells."""
    g = grid(rng, some_shape(rng, 200, 512, 1.4), 0.04)
    modality = str(rng.choice(["dermoscopy", "endoscopy", "pathology"], p=[0.35, 0.4, 0.25]))
    ground, figure = _colours(rng, modality)
    picture = _texture(rng, g, ground, between(rng, 0.02, 0.14))
    labels = np.zeros(g.shape, np.uint8)
    if modality == "pathology":
        _cells(rng, g, picture, labels, figure)
        names = {v: "cell" for v in range(1, 256) if (labels == v).any()}
    else:
        if modality == "endoscopy":
            _folds(rng, g, picture)
        _blobs(rng, g, picture, labels, figure, modality)
        names = {1: "lesion" if modality == "dermoscopy" else "polyp"}
    if modality == "dermoscopy" and rng.random() < 0.5:
        _hairs(rng, g, picture)
    seen = displayed(rng, _camera(rng, g, picture, modality), 0.6)
    return Sample(seen, [keep_visible(seen, labels, names)], modality)


def _colours(rng: Rng, modality: str) -> tuple[Floats, Floats]:
    """Mean colours of ground and figure, 0 to 255."""
    if modality == "dermoscopy":
        ground = np.array([between(rng, 190, 240), between(rng, 140, 200), between(rng, 120, 200)])
        tone = between(rng, 0.25, 0.85)
        return ground, ground * np.array([tone**0.7, tone, tone**1.1])
    if modality == "endoscopy":
        ground = np.array([between(rng, 150, 225), between(rng, 70, 140), between(rng, 50, 110)])
        return ground, np.clip(ground * rng.uniform(0.75, 1.35, 3), 20, 250)
    ground = np.array([between(rng, 190, 245), between(rng, 140, 225), between(rng, 190, 240)])
    if rng.random() < 0.2:
        return rng.uniform(5, 40) * np.ones(3), np.array([rng.uniform(120, 220)] * 3)
    return ground, np.array([between(rng, 60, 150), between(rng, 30, 110), between(rng, 100, 190)])


def _texture(rng: Rng, g: Grid, colour: Floats, amount: float) -> Floats:
    """(H, W, 3) a colour with a texture of its own."""
    power = between(rng, 1.2, 3.0)
    field = fractal(rng, g.shape, power, between(rng, 0.5, 2.0))
    field = field + between(rng, 0, 0.7) * fractal(rng, g.shape, between(rng, 0.3, 1.5))
    tint = rng.uniform(0.5, 1.5, 3)
    return (colour * np.maximum(1 + amount * field[..., None] * tint, 0.05)).astype(np.float32)


def _blobs(rng: Rng, g: Grid, picture: Floats, labels: Bytes, colour: Floats, modality: str) -> None:
    """One lesion of skin, or some bulging polyps, in place."""
    right, bottom = g.limits
    count = 1 if modality == "dermoscopy" else int(rng.integers(1, 4))
    for _ in range(count):
        size = between(rng, 0.2, 0.7) if modality == "dermoscopy" else between(rng, 0.14, 0.5)
        centre = (between(rng, -0.4, 0.4) * right, between(rng, -0.4, 0.4) * bottom)
        rough = between(rng, 0.03, 0.14)
        inside = star(
            rng, g, centre, (size * between(rng, 0.75, 1.4), size), None, rough, int(rng.integers(4, 14))
        )
        if (labels[inside > -5] > 0).any():
            continue
        own = _texture(rng, g, colour, between(rng, 0.05, 0.3))
        width = between(rng, 2, 18) if modality == "dermoscopy" else between(rng, 1.5, 5)
        if modality == "endoscopy":
            own = _bulge(rng, g, own, inside, centre, size)
            shadow = ndimage.gaussian_filter(soft(inside + 6, 4), between(rng, 3, 8))
            picture *= 1 - between(rng, 0.1, 0.4) * shadow[..., None]
        paint(picture, soft(inside, width)[..., None] * between(rng, 0.75, 1), own)
        labels[inside > 0] = 1


def _bulge(
    rng: Rng, g: Grid, own: Floats, inside: Floats, centre: tuple[float, float], size: float
) -> Floats:
    """Light on a swelling: bright to one side, with glints."""
    turn = between(rng, 0, 2 * np.pi)
    towards = ((g.x - centre[0]) * np.cos(turn) + (g.y - centre[1]) * np.sin(turn)) / size
    depth = np.sqrt(np.clip(inside / max(float(inside.max()), 1), 0, 1))
    own = own * (1 + 0.25 * towards.clip(-1.5, 1.5) + 0.2 * (depth - 0.5))[..., None]
    for _ in range(int(rng.integers(0, 5))):
        place = (centre[0] + between(rng, -0.5, 0.5) * size, centre[1] + between(rng, -0.5, 0.5) * size)
        glint = soft(star(rng, g, place, (between(rng, 0.01, 0.06), between(rng, 0.01, 0.03)), None, 0.2), 2)
        own = own + glint[..., None] * (250 - own)
    return own


def _folds(rng: Rng, g: Grid, picture: Floats) -> None:
    """Folds, a dark way onwards and vessels of a mucosa, in place."""
    ridges = smooth(rng, g.shape, int(rng.integers(3, 6)))
    picture *= (1 + between(rng, 0.05, 0.22) * np.cos(ridges * between(rng, 2, 5)))[..., None]
    centre = (between(rng, -1, 1), between(rng, -1, 1))
    far = np.hypot(g.x - centre[0], g.y - centre[1])
    if rng.random() < 0.6:
        picture *= (1 - between(rng, 0.4, 0.95) * np.exp(-((far / between(rng, 0.25, 0.6)) ** 2)))[..., None]
    for _ in range(int(rng.integers(0, 6))):
        start = rng.uniform(-1, 1, 2)
        points = start + (rng.normal(0, 0.03, 2) + rng.normal(0, 0.02, (20, 2))).cumsum(0)
        picture *= 1 - between(rng, 0.1, 0.3) * soft(line(g, points, 0.006), 2)[..., None] * np.array(
            [0.3, 1, 1]
        )


def _cells(rng: Rng, g: Grid, picture: Floats, labels: Bytes, colour: Floats) -> None:
    """Nuclei or cells, each a label of its own, in place; they may touch and overlap."""
    right, bottom = g.limits
    size = between(rng, 0.05, 0.16)
    count = int(np.clip(rng.uniform(0.1, 0.5) * right * bottom / size**2, 3, 60))
    for number in range(1, count + 1):
        own_size = size * between(rng, 0.6, 1.4)
        centre = (between(rng, -1, 1) * right, between(rng, -1, 1) * bottom)
        inside = star(
            rng, g, centre, (own_size * between(rng, 0.7, 1.3), own_size), None, between(rng, 0.02, 0.1), 6
        )
        mask = inside > 0
        if not mask.any() or (labels[mask] > 0).mean() > 0.15:
            continue
        tone = colour * rng.uniform(0.8, 1.2)
        grainy = 1 + between(rng, 0.03, 0.2) * fractal(rng, (64, 64), 1.5)
        rows, columns = np.nonzero(inside > -6)
        area = (
            slice(int(rows.min()), int(rows.max()) + 1),
            slice(int(columns.min()), int(columns.max()) + 1),
        )
        repeat = (-(-(area[0].stop - area[0].start) // 64), -(-(area[1].stop - area[1].start) // 64))
        own = np.tile(grainy, repeat)[: area[0].stop - area[0].start, : area[1].stop - area[1].start]
        cover = soft(inside[area], between(rng, 1, 4))[..., None] * between(rng, 0.6, 1)
        rim = np.exp(-((inside[area] / 2.0) ** 2))[..., None] * between(rng, 0, 0.4)
        paint(picture[area], cover, tone * (own[..., None] - rim))
        labels[mask] = number


def _hairs(rng: Rng, g: Grid, picture: Floats) -> None:
    for _ in range(int(rng.integers(2, 10))):
        turn = between(rng, 0, 2 * np.pi) + rng.normal(0, 0.03, 30).cumsum()
        points = rng.uniform(-1, 1, 2) + 0.05 * np.stack([np.cos(turn), np.sin(turn)], 1).cumsum(0)
        cover = soft(line(g, points, g.pixel * between(rng, 0.5, 1.4)), 1.5)[..., None]
        paint(picture, cover * between(rng, 0.5, 0.95), np.array([40.0, 30, 30]))


def _camera(rng: Rng, g: Grid, picture: Floats, modality: str) -> Floats:
    """Shading, corners, blur and noise."""
    picture = picture * (1 + between(rng, 0.02, 0.2) * smooth(rng, g.shape, 2))[..., None]
    far = np.hypot(g.x, g.y) / np.hypot(*g.limits)
    if modality != "pathology" and rng.random() < 0.6:
        picture = picture * soft((between(rng, 0.75, 1.0) - far) / g.pixel, between(rng, 2, 60))[..., None]
    sigma = between(rng, 0.2, 1.8)
    picture = ndimage.gaussian_filter(picture, (sigma, sigma, 0), truncate=3)
    return (picture + between(rng, 0.5, 8) * rng.standard_normal(picture.shape)).astype(np.float32)
