"""MRI-like slices: tissues in random contrast, coil shading, ghosts of motion, Rician noise."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic import phantom
from finetune.synthetic.drawing import between, displayed, fractal, grain, smooth, some_shape
from finetune.synthetic.sample import Floats, Rng, Sample
from finetune.synthetic.visible import keep_visible


def make(rng: Rng) -> Sample:
    """One slice of a heart, a head or an abdomen."""
    shape = some_shape(rng, 160, 460, 1.4)
    body = phantom.new_body(rng, shape, between(rng, 0.01, 0.05), between(rng, 1.0, 2.5))
    scenes = (phantom.heart_short_axis, phantom.head, phantom.abdomen)
    scenes[int(rng.choice(3, p=[0.5, 0.25, 0.25]))](rng, body)
    values = _values(rng)
    canvas = np.zeros(shape, np.float32)
    texture = fractal(rng, shape, 2.0)
    rough = between(rng, 0.03, 0.2)
    for tissue, cover in body.covers:
        wobble = 1 + texture * (rough if tissue in ("lung", "mesentery", "marrow") else 0.05)
        canvas += cover * (values[tissue] * wobble - canvas)
    picture = displayed(rng, _scanned(rng, canvas), 0.3)
    return Sample(picture, [keep_visible(picture, body.labels, body.names, 0.65, clear=0.7)], "mri")


def _values(rng: Rng) -> dict[str, float]:
    """Signal of each tissue, 0 to 1: any contrast that keeps neighbours apart."""
    values = {f"organ {n}": between(rng, 0.1, 0.8) for n in range(5)}
    dark_fluid = rng.random() < 0.4
    blood = between(rng, 0.02, 0.15) if rng.random() < 0.25 else between(rng, 0.55, 1.0)
    muscle = between(rng, 0.12, 0.35)
    values["organ 0"] = muscle * between(rng, 0.8, 1.4) if blood > 0.5 else between(rng, 0.3, 0.6)
    return values | {
        "fat": between(rng, 0.6, 1.1) if rng.random() < 0.7 else between(rng, 0.1, 0.3),
        "muscle": muscle,
        "mesentery": between(rng, 0.2, 0.8),
        "bone": between(rng, 0.0, 0.08),
        "marrow": between(rng, 0.3, 0.8),
        "lung": between(rng, 0.02, 0.1),
        "vessel": blood,
        "fluid": between(rng, 0.02, 0.15) if dark_fluid else between(rng, 0.8, 1.1),
        "lesion": between(rng, 0.05, 0.3),
        "bright lesion": between(rng, 0.7, 1.1),
        "contrast": between(rng, 0.6, 1.0),
        "air": 0.0,
    }


def _scanned(rng: Rng, canvas: Floats) -> Floats:
    """Blur or truncation, shading, ghosts and noise of the magnitude, 0 to 255."""
    shape = canvas.shape
    canvas = canvas * np.exp(between(rng, 0.02, 0.3) * smooth(rng, (int(shape[0]), int(shape[1])), 2))
    if rng.random() < 0.4:
        spectrum = np.fft.fftshift(np.fft.fft2(canvas))
        for axis in (0, 1):
            lost = int(shape[axis] * between(rng, 0.05, 0.24))
            ends = np.moveaxis(spectrum, axis, 0)
            ends[:lost] = 0
            ends[shape[axis] - lost :] = 0
        canvas = np.abs(np.fft.ifft2(np.fft.ifftshift(spectrum))).astype(np.float32)
    else:
        canvas = ndimage.gaussian_filter(canvas, between(rng, 0.3, 1.2), truncate=3)
    if rng.random() < 0.3:
        axis, shift = int(rng.integers(2)), int(rng.integers(8, 70))
        ghost = np.roll(canvas, shift, axis) + np.roll(canvas, -shift, axis)
        canvas = canvas + between(rng, 0.02, 0.12) * ndimage.gaussian_filter(ghost, 1.0)
    noise = float(np.exp(rng.uniform(np.log(0.004), np.log(0.07))))
    real = canvas + noise * grain(rng, (int(shape[0]), int(shape[1])), between(rng, 0, 0.6))
    canvas = np.hypot(real, noise * rng.standard_normal(shape))
    top = float(np.percentile(canvas, between(rng, 98.0, 99.8)))
    return 255 * canvas / max(top, 1e-3)
