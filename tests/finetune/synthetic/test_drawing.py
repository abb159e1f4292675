"""Grids, outlines, textures and the display."""

from __future__ import annotations

import numpy as np
import pytest

from finetune.synthetic.drawing import displayed, fractal, grain, grid, line, paint, smooth, soft, star


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_a_grid_runs_from_minus_one_to_one_along_the_shorter_side(rng: np.random.Generator) -> None:
    g = grid(rng, (100, 150))
    assert g.limits == pytest.approx((1.5, 1.0))
    assert g.y[0, 0] == pytest.approx(-g.y[-1, 0])
    assert g.y[-1, 0] - g.y[0, 0] == pytest.approx(2 - g.pixel)
    bent = grid(rng, (100, 150), 0.05)
    away = np.hypot(bent.x - g.x, bent.y - g.y)
    assert 0.01 < away.mean() < 0.2


def test_a_star_without_bumps_is_an_ellipse(rng: np.random.Generator) -> None:
    g = grid(rng, (200, 200))
    inside = star(rng, g, (0.1, -0.2), (0.5, 0.3), 0.0, rough=0.0)
    assert (inside > 0).sum() * g.pixel**2 == pytest.approx(np.pi * 0.5 * 0.3, rel=0.01)
    rows, columns = np.nonzero(inside > 0)
    assert columns.mean() == pytest.approx(99.5 + 0.1 / g.pixel, abs=0.5)
    assert rows.mean() == pytest.approx(99.5 - 0.2 / g.pixel, abs=0.5)
    # A circle's field is the distance to its edge.
    circle = star(rng, g, (0, 0), (0.5, 0.5), rough=0.0)
    assert circle[100, 100] == pytest.approx(50, abs=1)
    assert circle[100, 149 - 10] == pytest.approx(10, abs=1)


def test_spikes_reach_outwards(rng: np.random.Generator) -> None:
    g = grid(rng, (200, 200))
    rayed = star(rng, g, (0, 0), (0.4, 0.4), rough=0.0, spikes=8) > 0
    plain = star(rng, g, (0, 0), (0.4, 0.4), rough=0.0) > 0
    assert not (plain & ~rayed).any()
    assert rayed.sum() > 1.02 * plain.sum()


def test_soft_covers_half_on_the_edge() -> None:
    cover = soft(np.array([-5.0, -1.0, 0.0, 1.0, 5.0]), 4)
    assert cover.tolist() == [0, 0.25, 0.5, 0.75, 1]
    canvas = np.full(5, 10.0)
    paint(canvas, cover, 20.0)
    assert canvas.tolist() == [10, 12.5, 15, 17.5, 20]


def test_a_line_is_as_wide_as_asked(rng: np.random.Generator) -> None:
    g = grid(rng, (100, 100))
    inside = line(g, np.array([[-0.8, 0.0], [0.8, 0.0]]), 0.1) > 0
    assert inside[:, 50].sum() == pytest.approx(2 * 0.1 / g.pixel, abs=1.5)
    assert not inside[:, 2].any()
    assert not (line(g, np.array([[3.0, 3.0], [4.0, 4.0]]), 0.1) > 0).any()


def test_textures_have_the_spectra_they_are_asked_for(rng: np.random.Generator) -> None:
    rough, calm = (fractal(rng, (128, 128), power) for power in (0.0, 3.0))
    for field in (rough, calm):
        assert field.mean() == pytest.approx(0, abs=1e-3)
        assert field.std() == pytest.approx(1, abs=1e-3)
    # Neighbours of white noise differ by the root of 2 deviations, those of 1/f^3 hardly.
    assert np.diff(rough).std() == pytest.approx(2**0.5, rel=0.05)
    assert np.diff(calm).std() < 0.3
    assert grain(rng, (64, 64), 2.0).std() == pytest.approx(1, abs=1e-3)
    assert np.abs(np.diff(smooth(rng, (100, 100), 3), axis=0)).max() < 0.5


def test_a_display_shows_eight_bit(rng: np.random.Generator) -> None:
    values = np.linspace(-50, 300, 64 * 64).reshape(64, 64)
    shown = displayed(rng, values, jpeg=0.0)
    assert shown.dtype == np.uint8
    assert shown.min() == 0
    assert shown.max() == 255
    assert (np.diff(shown.astype(int).ravel()) >= 0).all()
    inverted = displayed(rng, values, jpeg=0.0, invert=1.0)
    assert inverted[0, 0] == 255
    coded = displayed(rng, np.dstack([values] * 3), jpeg=1.0)
    assert coded.shape == (64, 64, 3)
    assert abs(coded.astype(int) - coded.astype(int).mean(-1, keepdims=True)).max() < 12
