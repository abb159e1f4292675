"""Tools that all kinds draw with: bent grids, outlines, noise of natural spectra, and what a display does."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from finetune.synthetic.sample import Bytes, Floats, Rng

_ANGLES = 720


@dataclass(frozen=True)
class Grid:
    """Coordinates that shapes are drawn in; bending them bends every shape alike.

    Attributes:
        x, y: (H, W) float32; the shorter side of the picture runs from -1 to 1.
        pixel: Side of a pixel in the same units.
    """

    x: Floats
    y: Floats
    pixel: float

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return int(self.x.shape[0]), int(self.x.shape[1])

    @property
    def limits(self) -> tuple[float, float]:
        """Half the width and half the height, in the grid's units."""
        return self.shape[1] * self.pixel / 2, self.shape[0] * self.pixel / 2


def grid(rng: Rng, shape: tuple[int, int], bend: float = 0.0) -> Grid:
    """A grid, bent smoothly by about ``bend`` of its units."""
    height, width = shape
    pixel = 2.0 / min(shape)
    x = np.broadcast_to(((np.arange(width) - (width - 1) / 2) * pixel).astype(np.float32), shape)
    y = np.broadcast_to(((np.arange(height) - (height - 1) / 2) * pixel).astype(np.float32)[:, None], shape)
    if bend:
        x = x + np.float32(bend) * smooth(rng, shape, 3)
        y = y + np.float32(bend) * smooth(rng, shape, 3)
    return Grid(x, y, pixel)


def smooth(rng: Rng, shape: tuple[int, int], knots: int) -> Floats:
    """(H, W) smooth random field of about ``knots`` bumps a side; mean 0, deviation about 1."""
    coarse = rng.standard_normal((knots + 3, knots + 3)).astype(np.float32)
    rows = np.linspace(1, knots + 1, shape[0], dtype=np.float32)
    columns = np.linspace(1, knots + 1, shape[1], dtype=np.float32)
    first = ndimage.map_coordinates(coarse, np.meshgrid(rows, np.arange(knots + 3), indexing="ij"), order=3)
    field = ndimage.map_coordinates(first, np.meshgrid(np.arange(shape[0]), columns, indexing="ij"), order=3)
    return (field * 1.5).astype(np.float32)


def fractal(rng: Rng, shape: tuple[int, int], power: float, stretch: float = 1.0) -> Floats:
    """(H, W) noise whose power spectrum falls with frequency ** -power; mean 0, deviation 1.

    Args:
        stretch: Above 1 draws the texture out along the rows.
    """
    height, width = shape
    fy = np.fft.fftfreq(height)[:, None]
    fx = np.fft.rfftfreq(width)[None] * stretch
    frequency = np.hypot(fy, fx)
    frequency[0, 0] = 1
    spectrum = np.fft.rfft2(rng.standard_normal(shape)) * frequency ** (-power / 2)
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, s=shape)
    return (field / max(float(field.std()), 1e-9)).astype(np.float32)


def grain(rng: Rng, shape: tuple[int, int], sigma: float | tuple[float, float]) -> Floats:
    """(H, W) noise of grains of about ``sigma`` pixels; deviation 1."""
    field = rng.standard_normal(shape).astype(np.float32)
    if np.max(sigma) > 0.3:
        field = ndimage.gaussian_filter(field, sigma, mode="wrap", truncate=3)
    return field / max(float(field.std()), 1e-9)


def star(
    rng: Rng,
    g: Grid,
    centre: tuple[float, float],
    radii: tuple[float, float],
    angle: float | None = None,
    rough: float = 0.08,
    waves: int = 7,
    spikes: int = 0,
) -> Floats:
    """(H, W) how many pixels inside (above 0) or outside a random closed outline each pixel is, about.

    Args:
        centre, radii: x, y in the grid's units.
        angle: Of the first radius to the rows; None draws one.
        rough: Size of the outline's bumps over its radius.
        waves: Bumps of the finest of its waves.
        spikes: Thin rays that reach outwards.
    """
    turn = rng.uniform(0, np.pi) if angle is None else angle
    dx, dy = g.x - np.float32(centre[0]), g.y - np.float32(centre[1])
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    u, v = (cos * dx + sin * dy) / np.float32(radii[0]), (cos * dy - sin * dx) / np.float32(radii[1])
    rho = np.hypot(u, v)
    theta = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    outline = np.ones(_ANGLES)
    for k in range(2, waves + 1):
        outline += rough * rng.normal() / k**0.7 * np.cos(k * theta + rng.uniform(0, 2 * np.pi))
    for _ in range(spikes):
        away = np.angle(np.exp(1j * (theta - rng.uniform(0, 2 * np.pi))))
        outline += rng.uniform(0.2, 0.7) * np.exp(-((away / rng.uniform(0.04, 0.1)) ** 2))
    outline = np.maximum(outline, 0.35).astype(np.float32)
    edge = np.ones_like(rho)
    near = rho < outline.max() + 0.1
    places = (np.arctan2(v[near], u[near]) * (_ANGLES / (2 * np.pi))).astype(np.int32) % _ANGLES
    edge[near] = outline[places]
    return (edge - rho) * np.float32(np.sqrt(radii[0] * radii[1]) / g.pixel)


def soft(inside: Floats, width: float = 1.0) -> Floats:
    """Share of each pixel inside an outline that is blurred over ``width`` pixels."""
    return np.clip(inside / max(width, 1e-3) + 0.5, 0, 1)


def paint(canvas: Floats, cover: Floats, value: Floats | float) -> None:
    """Cover a canvas, in place."""
    canvas += cover * (value - canvas)


def line(g: Grid, points: Floats, half_width: float) -> Floats:
    """(H, W) pixels inside (above 0) a curve of a certain half width (units) through (N, 2) points x, y."""
    rows, columns = g.shape
    right, bottom = g.limits
    steps = max(int(np.abs(np.diff(points, axis=0)).sum() / g.pixel) * 2, 2)
    along = np.linspace(0, len(points) - 1, steps)
    x = np.interp(along, np.arange(len(points)), points[:, 0])
    y = np.interp(along, np.arange(len(points)), points[:, 1])
    column, row = ((x + right) / g.pixel).astype(int), ((y + bottom) / g.pixel).astype(int)
    kept = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    free = np.ones(g.shape, bool)
    free[row[kept], column[kept]] = False
    if free.all():
        return np.full(g.shape, -1e3, np.float32)
    away = ndimage.distance_transform_edt(free).astype(np.float32)
    return half_width / g.pixel - away


def displayed(rng: Rng, picture: Floats, jpeg: float = 0.4, invert: float = 0.0) -> Bytes:
    """Values about 0 to 255 as a display's 8 bit: sometimes other gamma, inverted, JPEG and back."""
    unit = np.clip(picture / 255, 0, 1)
    if rng.random() < 0.4:
        unit = unit ** np.float32(np.exp(rng.uniform(-0.3, 0.3)))
    if rng.random() < invert:
        unit = 1 - unit
    out = np.round(unit * 255).astype(np.uint8)
    if rng.random() < jpeg:
        buffer = io.BytesIO()
        Image.fromarray(out).save(buffer, "JPEG", quality=int(rng.integers(45, 95)))
        out = np.asarray(Image.open(buffer))
    return out


def some_shape(rng: Rng, low: int = 160, high: int = 512, aspect: float = 1.5) -> tuple[int, int]:
    """Height and width between two limits, one up to ``aspect`` times the other."""
    long = int(np.exp(rng.uniform(np.log(low), np.log(high))))
    short = max(int(long / rng.uniform(1, aspect)), 128)
    return (long, short) if rng.random() < 0.5 else (short, long)


def between(rng: Rng, low: float, high: float) -> float:
    """A number between two limits, as a plain float."""
    return float(rng.uniform(low, high))
