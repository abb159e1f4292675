"""CT-like slices: bodies in Hounsfield units, with noise, streaks from metal and a display's window."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic import phantom
from finetune.synthetic.drawing import between, displayed, fractal, grain, some_shape
from finetune.synthetic.sample import Floats, Rng, Sample
from finetune.synthetic.visible import keep_visible


def make(rng: Rng) -> Sample:
    """One slice of an abdomen, a chest or a head."""
    shape = some_shape(rng, 200, 512, 1.4)
    body = phantom.new_body(rng, shape, between(rng, 0.01, 0.05), between(rng, 1.0, 2.2))
    scene = (phantom.abdomen, phantom.chest, phantom.head)[int(rng.choice(3, p=[0.6, 0.25, 0.15]))]
    scene(rng, body)
    values = _values(rng)
    canvas = np.full(shape, -1000.0, np.float32)
    texture = fractal(rng, shape, 1.6)
    for tissue, cover in body.covers:
        wobble = texture * (40 if tissue in ("lung", "mesentery", "marrow") else 4)
        canvas += cover * (values[tissue] + wobble - canvas)
    canvas = _scanned(rng, canvas, body.g.pixel)
    level, width = _window(rng, scene is phantom.chest, scene is phantom.head)
    picture = displayed(rng, 255 * ((canvas - level) / width + 0.5), 0.25)
    return Sample(picture, [keep_visible(picture, body.labels, body.names, 0.7, clear=0.7)], "ct")


def _values(rng: Rng) -> dict[str, float]:
    """Hounsfield units of each tissue, with or without contrast agent."""
    phase = between(rng, 0, 1) if rng.random() < 0.6 else 0.0
    organs = {f"organ {n}": between(rng, 35, 65) + phase * between(rng, 0, 110) for n in range(5)}
    return organs | {
        "fat": between(rng, -120, -85),
        "muscle": between(rng, 40, 65) + 15 * phase,
        "mesentery": between(rng, -110, -50),
        "bone": between(rng, 350, 900),
        "marrow": between(rng, 120, 280),
        "lung": between(rng, -900, -780),
        "vessel": between(rng, 40, 60) + phase * between(rng, 60, 230),
        "fluid": between(rng, 0, 20),
        "lesion": between(rng, 5, 35),
        "bright lesion": between(rng, 60, 90) + phase * between(rng, 60, 150),
        "contrast": between(rng, 200, 500),
        "air": -1000.0,
    }


def _scanned(rng: Rng, canvas: Floats, pixel: float) -> Floats:
    """Blur, correlated noise, streaks."""
    canvas = ndimage.gaussian_filter(canvas, between(rng, 0.3, 1.1), truncate=3)
    noise = float(np.exp(rng.uniform(np.log(4), np.log(40))))
    canvas = canvas + noise * grain(rng, canvas.shape, between(rng, 0.4, 1.2))
    if rng.random() < 0.2:
        rows, columns = np.indices(canvas.shape, dtype=np.float32)
        places = np.argwhere(canvas > -200)
        row, column = places[int(rng.integers(len(places)))] if len(places) else (8, 8)
        away = np.hypot(rows - row, columns - column) * pixel
        angle = np.arctan2(rows - row, columns - column)
        rays = sum(np.cos(int(rng.integers(1, 15)) * 2 * angle + between(rng, 0, 6)) for _ in range(5))
        canvas = canvas + between(rng, 2, 16) * rays / (0.15 + away)
        canvas[away < between(rng, 0.015, 0.04)] = 3000
    return canvas


def _window(rng: Rng, chest: bool, head: bool) -> tuple[float, float]:
    if chest and rng.random() < 0.4:
        return between(rng, -650, -500), between(rng, 1200, 1600)
    if head and rng.random() < 0.5:
        return between(rng, 35, 50), between(rng, 90, 180)
    if rng.random() < 0.6:
        return 40.0, 400.0
    return between(rng, 20, 80), between(rng, 250, 600)
