"""Retinal B-scans: stacked layers with a pit, fluid, vessels' shadows and speckle."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic.drawing import between, displayed, grid, smooth, soft, star
from finetune.synthetic.sample import Bytes, Floats, LabelMap, Rng, Sample
from finetune.synthetic.visible import keep_visible

_FLUID = 20


def make(rng: Rng) -> Sample:
    """One B-scan, its layers and fluid in one map and the whole retina in another."""
    dim = rng.random() < 0.45
    if dim or rng.random() < 0.3:
        shape = (int(rng.integers(400, 900)), int(rng.integers(180, 320)))
    else:
        shape = (int(rng.integers(240, 480)), int(rng.integers(300, 512)))
    edges = _edges(rng, shape)
    count = len(edges) - 1
    rows = np.arange(shape[0], dtype=np.float32)[:, None]
    labels = np.zeros(shape, np.uint8)
    echo = np.full(shape, between(rng, 0.004, 0.02), np.float32)
    levels = _levels(rng, count)
    if dim:
        levels = [0.45 * level**0.6 for level in levels]
    for number in range(count):
        cover = np.clip(rows - edges[number] + 0.5, 0, 1) * np.clip(edges[number + 1] - rows + 0.5, 0, 1)
        echo += cover * (levels[number] - echo)
        labels[(rows >= edges[number]) & (rows < edges[number + 1])] = number + 1
    below = np.maximum(rows - edges[-1], 0)
    choroid = between(rng, 0.05, 0.4) * np.exp(-below / (shape[0] * between(rng, 0.05, 0.18)))
    echo = np.where(below > 0, choroid * (1 + 0.4 * smooth(rng, shape, 14)) + 0.01, echo)
    whole = (labels > 0).astype(np.uint8)
    _fluid(rng, echo, labels, edges)
    echo *= _shade(rng, shape, edges)
    picture = _finished(rng, np.maximum(echo, 0), dim)
    names = {n + 1: f"retinal layer {n + 1}" for n in range(count)} | {_FLUID: "fluid"}
    maps = [
        keep_visible(picture, labels, names, clear=0.35),
        keep_visible(picture, whole, {1: "retina"}, clear=0.35),
    ]
    return Sample(picture, _with_wide_layers(maps), "oct")


def _edges(rng: Rng, shape: tuple[int, int]) -> list[Floats]:
    """Rows of the layers' borders for each column, from the top."""
    height, width = shape
    count = int(rng.integers(6, 10))
    t = np.linspace(-1, 1, width, dtype=np.float32)
    total = height * between(rng, 0.22, 0.5)
    top = height * between(rng, 0.15, 0.4) + height * between(rng, -0.12, 0.12) * t
    top = top + height * between(rng, -0.06, 0.08) * t**2 + 0.012 * height * smooth(rng, (2, width), 4)[0]
    if rng.random() < 0.4:
        top = top - height * between(rng, 0.05, 0.35) * np.abs(t - between(rng, -0.5, 0.5)) ** 1.4
        top = top + max(0.06 * height - float(top.min()), 0)
    shares = rng.uniform(0.5, 1.6, count)
    shares[0] *= between(rng, 0.8, 2.5)
    shares /= shares.sum()
    pit = np.zeros(width, np.float32)
    if rng.random() < 0.6:
        pit = between(rng, 0.3, 0.9) * np.exp(
            -(((t - between(rng, -0.4, 0.4)) / between(rng, 0.12, 0.3)) ** 2)
        )
    inner = max(count // 2, 2)
    thick = []
    for number in range(count):
        change = 1 + 0.15 * smooth(rng, (2, width), 4)[0]
        if number < inner:
            change = change * (1 - pit)
        thick.append(np.maximum(total * shares[number] * change, 2.0))
    lost = sum((total * shares[n] - thick[n] for n in range(inner)), np.zeros(width))
    edges = [top + np.maximum(lost, 0)]
    for one in thick:
        edges.append(edges[-1] + one)
    lift = (
        between(rng, 0.0, 0.06)
        * height
        * np.exp(-(((t - between(rng, -0.7, 0.7)) / between(rng, 0.08, 0.25)) ** 2))
    )
    return [e - lift for e in edges]


def _levels(rng: Rng, count: int) -> list[float]:
    """Reflectivity of each layer; neighbours differ clearly, the first and last are bright as a rule."""
    bright = rng.random() < 0.85
    levels = []
    for _ in range(count):
        levels.append(between(rng, 0.35, 0.9) if bright else between(rng, 0.06, 0.2))
        bright = not bright if rng.random() < 0.85 else bright
        if len(levels) > 1 and abs(np.log(levels[-1] / levels[-2])) < 0.4:
            levels[-1] = levels[-2] * (2.0 if levels[-2] < 0.4 else 0.4)
    if rng.random() < 0.7:
        levels[-1] = between(rng, 0.8, 1.1)
        if levels[-2] > 0.45:
            levels[-2] = between(rng, 0.1, 0.3)
    return levels


def _fluid(rng: Rng, echo: Floats, labels: Bytes, edges: list[Floats]) -> None:
    """Dark pockets within the layers, in place."""
    if rng.random() > 0.6:
        return
    shape = labels.shape
    height, width = int(shape[0]), int(shape[1])
    g = grid(rng, (height, width), 0.02)
    dark = between(rng, 0.005, 0.05)
    for _ in range(int(rng.integers(1, 7))):
        column = int(rng.integers(int(0.1 * width), int(0.9 * width)))
        top, bottom = float(edges[1][column]), float(edges[-1][column])
        row = between(rng, top + 0.15 * (bottom - top), bottom - 0.1 * (bottom - top))
        ry = between(rng, 0.05, 0.28) * (bottom - top) * g.pixel
        rx = ry * between(rng, 0.8, 3.0)
        centre = ((column - width / 2) * g.pixel, (row - height / 2) * g.pixel)
        inside = star(rng, g, centre, (rx, ry), between(rng, -0.2, 0.2), 0.06)
        inside = np.minimum(inside, np.where(labels > 0, 1e3, -1e3))
        cover = soft(inside, between(rng, 1.0, 2.5))
        echo += cover * (dark - echo)
        labels[inside > 0] = _FLUID


def _shade(rng: Rng, shape: tuple[int, int], edges: list[Floats]) -> Floats:
    """Light lost below vessels and towards the sides."""
    height, width = shape
    columns = np.arange(width, dtype=np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None]
    light = np.clip(1 + 0.25 * smooth(rng, (2, width), 3)[0], 0.4, 1.5)
    out = np.broadcast_to(light, shape).astype(np.float32).copy()
    for _ in range(int(rng.integers(0, 6))):
        away = (columns - rng.uniform(0, width)) / rng.uniform(2, 7)
        dark = between(rng, 0.3, 0.8) * np.exp(-(away**2))
        out *= 1 - dark * np.clip((rows - edges[1]) / 6, 0, 1)
    return out


def _finished(rng: Rng, echo: Floats, dim: bool) -> Bytes:
    """Speckle, logarithm and a display's range; a dim scan has speckle drawn out downwards, and a floor."""
    if dim:
        speckle = rng.gamma(1.0, 1.0, echo.shape).astype(np.float32)
        grain = (between(rng, 0.7, 3.0), between(rng, 0.25, 0.6))
        seen = ndimage.gaussian_filter((echo + between(rng, 0.005, 0.03)) * speckle, grain)
        floor = between(rng, 0.002, 0.02)
        low, high = np.log(floor * between(rng, 0.7, 1.2)), np.log(between(rng, 1.0, 3.0))
        return displayed(rng, 255 * (np.log(seen + floor) - low) / (high - low), 0.3, 0.05)
    looks = float(rng.choice([1.0, 2.0, 4.0, 10.0, 25.0]))
    speckle = rng.gamma(looks, 1 / looks, echo.shape).astype(np.float32)
    seen = ndimage.gaussian_filter(echo * speckle, (between(rng, 0.3, 1.0), between(rng, 0.3, 1.2)))
    floor = between(rng, 0.005, 0.03)
    decibel = np.log(seen + floor)
    low, high = np.log(floor), np.log(between(rng, 1.1, 3.0))
    if rng.random() < 0.3:
        return displayed(rng, 255 * np.sqrt(np.clip(seen / between(rng, 0.9, 1.6), 0, 1)), 0.3, 0.12)
    return displayed(rng, 255 * (decibel - low) / (high - low), 0.3, 0.12)


def _with_wide_layers(maps: list[LabelMap]) -> list[LabelMap]:
    """Without layers that are but slivers: a person outlines a band that has some thickness."""
    layers = maps[0]
    labels = layers.labels.copy()
    for value in layers.names:
        if value != _FLUID:
            parts, _ = ndimage.label(labels == value, structure=np.ones((3, 3), bool))
            for number, place in enumerate(ndimage.find_objects(parts), 1):
                part = parts[place] == number
                if part.sum() / max(part.any(0).sum(), 1) < 5 or part.shape[1] < 20:
                    labels[place][part] = 0
    names = {v: n for v, n in layers.names.items() if (labels == v).any()}
    return [LabelMap(labels, names), *maps[1:]]
