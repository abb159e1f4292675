"""Diameters of masks: exact against brute force over every corner of every pixel."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp

from medsam.document.callipers import (
    diameters,
    furthest_apart,
    hull_of_mask,
    opposite_corners,
)

SQUARE = np.eye(3)[:, :2]


def corners(mask: np.ndarray) -> np.ndarray:
    a, b = np.nonzero(mask)
    return np.concatenate([np.stack([a + p, b + q], axis=1) for p in (0, 1) for q in (0, 1)])


def outside(hull: list[tuple[int, int]], points: np.ndarray) -> int:
    """How many points lie outside of a hull walked around to the left."""
    h = np.array(hull)
    edge = np.roll(h, -1, axis=0) - h
    way = points[:, None] - h[None]
    return int(((edge[None, :, 0] * way[..., 1] - edge[None, :, 1] * way[..., 0]) < 0).any(axis=1).sum())


def chord(points: np.ndarray, along: np.ndarray, across: np.ndarray, at: float) -> float:
    """Length of a convex polygon's cut at a distance along a direction, edge by edge."""
    way, rise = points @ along, points @ across
    hits = []
    for i in range(len(points)):
        (a, b), (r, s) = (way[i - 1], way[i]), (rise[i - 1], rise[i])
        if min(a, b) - 1e-9 <= at <= max(a, b) + 1e-9:
            share = np.clip((at - a) / (b - a), 0, 1) if abs(b - a) > 1e-12 else None
            hits += [r, s] if share is None else [r + share * (s - r)]
    return max(hits) - min(hits) if hits else 0.0


masks = stnp.arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12))).filter(np.any)
sides = st.floats(0.1, 5.0)
grids = st.tuples(sides, sides, st.floats(-2.0, 2.0), st.floats(-2.0, 2.0)).map(
    lambda v: np.array([[v[0], v[2]], [0.0, v[1]], [v[3], 0.5]])
)


class TestHull:
    @given(masks)
    def test_it_holds_every_pixel_and_has_no_idle_corner(self, mask: np.ndarray) -> None:
        hull = hull_of_mask(mask)
        points = corners(mask)
        assert outside(hull, points) == 0
        assert set(hull) <= {(a, b) for a, b in points.tolist()}
        h = np.array(hull)
        before, after = h - np.roll(h, 1, axis=0), np.roll(h, -1, axis=0) - h
        assert (before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0] > 0).all()

    def test_an_empty_mask_has_none(self) -> None:
        assert hull_of_mask(np.zeros((4, 5), bool)) == []
        assert diameters([], SQUARE) is None


class TestDiameters:
    @given(masks, grids)
    @settings(deadline=None)
    def test_the_long_one_is_the_longest_of_all(self, mask: np.ndarray, grid: np.ndarray) -> None:
        long, _ = diameters(hull_of_mask(mask), grid)
        points = corners(mask) @ grid.T
        apart = np.linalg.norm(points[:, None] - points[None], axis=2)
        assert long.length == pytest.approx(apart.max(), rel=1e-9)
        assert np.linalg.norm(grid @ (np.array(long.end) - long.start)) == pytest.approx(long.length)

    @given(masks, grids)
    @settings(deadline=None)
    def test_the_short_one_is_the_longest_cut_at_right_angles(
        self, mask: np.ndarray, grid: np.ndarray
    ) -> None:
        hull = hull_of_mask(mask)
        long, short = diameters(hull, grid)
        plane = np.linalg.qr(grid)[1]
        points = np.array(hull) @ plane.T
        a, b = plane @ np.array(long.start), plane @ np.array(long.end)
        along = (b - a) / np.linalg.norm(b - a)
        across = np.array([-along[1], along[0]])
        cuts = [chord(points, along, across, at) for at in np.linspace(a @ along, b @ along, 60)]
        cuts += [chord(points, along, across, at) for at in points @ along]
        assert short.length == pytest.approx(max(cuts), rel=1e-6, abs=1e-6)
        c, d = plane @ np.array(short.start), plane @ np.array(short.end)
        assert abs((d - c) @ along) < 1e-6 * long.length
        # They cross: the long axis runs between the ends of the short one.
        assert ((c - a) @ across) * ((d - a) @ across) <= 1e-6 * long.length**2

    @given(masks)
    def test_callipers_find_every_pair_that_could_be_longest(self, mask: np.ndarray) -> None:
        hull = np.array(hull_of_mask(mask), float)
        pairs = {frozenset(p) for p in opposite_corners(hull_of_mask(mask))}
        for turn in np.linspace(0, math.pi, 24, endpoint=False):
            # A pair that is longest after a stretch in one direction lies between parallels, too.
            along = np.array([math.cos(turn), math.sin(turn)])
            stretched = hull + 3.0 * np.outer(hull @ along, along)
            apart = np.linalg.norm(stretched[:, None] - stretched[None], axis=2)
            best = max(apart[tuple(p)] for p in pairs)
            assert best == pytest.approx(apart.max())

    def test_a_pixel_and_a_bar_have_the_size_of_their_edges(self) -> None:
        long, short = diameters(hull_of_mask(np.ones((1, 1), bool)), SQUARE)
        assert (long.length, short.length) == (pytest.approx(2**0.5), pytest.approx(2**0.5))
        long, short = diameters(hull_of_mask(np.ones((4, 1), bool)), SQUARE)
        assert long.length == pytest.approx(17**0.5)

    def test_a_disc_is_as_long_as_it_is_wide(self) -> None:
        a, b = np.ogrid[:101, :101]
        long, short = diameters(hull_of_mask((a - 50) ** 2 + (b - 50) ** 2 <= 40**2), SQUARE * 0.5)
        assert 40.0 <= long.length <= 40.0 + 0.5 * 2**0.5
        assert 40.0 <= short.length <= long.length + 1e-9

    def test_a_ring_is_measured_across_its_hole(self) -> None:
        a, b = np.ogrid[:41, :41]
        far = (a - 20) ** 2 + (b - 20) ** 2
        disc, ring = far <= 15**2, (far <= 15**2) & (far >= 10**2)
        assert diameters(hull_of_mask(ring), SQUARE) == diameters(hull_of_mask(disc), SQUARE)


class TestInSpace:
    @given(st.integers(0, 2**32 - 1), st.integers(1, 200), st.sampled_from([1, 2, 3]))
    @settings(deadline=None, max_examples=40)
    def test_the_furthest_points_are_found(self, seed: int, count: int, dimensions: int) -> None:
        points = np.random.default_rng(seed).normal(size=(count, 3))
        points[:, dimensions:] = 0.0  # on a line, in a plane, in space
        first, last, length = furthest_apart(points)
        apart = np.linalg.norm(points[:, None] - points[None], axis=2)
        assert length == pytest.approx(apart.max())
        assert apart[first, last] == pytest.approx(apart.max())
