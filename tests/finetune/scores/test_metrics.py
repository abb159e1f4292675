"""Scores against closed forms, brute force and MONAI."""

from __future__ import annotations

import math

import numpy as np
import pytest

from finetune.scores.metrics import (
    dice,
    hd95,
    iou,
    nsd,
    outline,
    surface_distances,
)

# What MONAI says to itself of its own arguments.
pytestmark = pytest.mark.filterwarnings("ignore:monai.metrics.utils:FutureWarning")


def _disc(radius: float, side: int = 201, x: float = 0.0) -> np.ndarray:
    yy, xx = np.mgrid[:side, :side] - (side - 1) / 2
    return (xx - x) ** 2 + yy**2 <= radius**2


def _ball(radius: float, side: int = 61) -> np.ndarray:
    grid = np.mgrid[:side, :side, :side] - (side - 1) / 2
    return (grid**2).sum(0) <= radius**2


def _blobs(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Random masks with every code of neighbours in them."""
    return np.random.default_rng(seed).random(shape) < 0.45


def test_dice_and_iou_of_known_masks() -> None:
    a, b = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    assert dice(a, b) == iou(a, b) == 1.0
    a[0] = True
    assert dice(a, b) == iou(a, b) == 0.0
    b[:, 0] = True
    assert dice(a, b) == pytest.approx(2 / 8)
    assert iou(a, b) == pytest.approx(1 / 7)


def test_outlines_of_one_pixel_and_one_voxel() -> None:
    pixel = np.zeros((5, 5), bool)
    pixel[2, 2] = True
    # Marching squares cuts the corners: a rhombus through the middles of the four sides.
    assert outline(pixel, (1, 1)).sizes.sum() == pytest.approx(4 * math.sqrt(0.5))
    assert outline(pixel, (3, 4)).sizes.sum() == pytest.approx(4 * 2.5)
    assert len(outline(pixel, (1, 1)).points) == 4
    voxel = np.zeros((3, 3, 3), bool)
    voxel[1, 1, 1] = True
    assert outline(voxel, (1, 1, 1)).sizes.sum() == pytest.approx(8 * math.sqrt(3) / 8)


def test_the_border_of_the_picture_is_outline_too() -> None:
    full = np.ones((10, 6), bool)
    assert outline(full, (1, 1)).sizes.sum() == pytest.approx(2 * 9 + 2 * 5 + 4 * math.sqrt(0.5))
    assert outline(full, (2, 1)).points.max(axis=0).tolist() == [20, 6]


def test_a_flat_face_has_its_area_and_its_length() -> None:
    square = np.zeros((40, 40), bool)
    square[10:30, 10:30] = True
    assert outline(square, (0.5, 0.5)).sizes.sum() == pytest.approx(0.5 * (4 * 19 + 4 * math.sqrt(0.5)))
    cube = np.zeros((14, 14, 14), bool)
    cube[2:12, 2:12, 2:12] = True
    area = outline(cube, (2, 2, 2)).sizes.sum() / 4
    # Six faces of 9×9, twelve edges of nine diagonals, eight cut corners.
    assert area == pytest.approx(6 * 81 + 12 * 9 * math.sqrt(0.5) + 8 * math.sqrt(3) / 8)


def test_a_mask_and_its_complement_share_one_surface() -> None:
    mask = np.pad(_blobs((6, 6, 6), 1), 2)
    inside = outline(mask, (1, 2, 3)).sizes.sum()
    box = outline(np.ones_like(mask), (1, 2, 3)).sizes.sum()
    assert outline(~mask, (1, 2, 3)).sizes.sum() == pytest.approx(inside + box)


def test_disc_in_a_disc() -> None:
    inner, outer = _disc(40), _disc(46)
    distances = surface_distances(inner, outer, (1, 1))
    assert distances.hausdorff(95) == pytest.approx(6, abs=0.8)
    assert distances.nsd(4) == 0.0
    assert distances.nsd(8) == 1.0
    # Half the radius: no part of the outline is near, though a slab of one voxel would say .43.
    assert nsd(_disc(20), _disc(40), (1, 1), 2) == 0.0
    assert nsd(_disc(20), _disc(40), (0.05, 0.05), 2) == 1.0


def test_ball_in_a_ball_in_millimetres() -> None:
    inner, outer = _ball(16), _ball(20)
    assert hd95(inner, outer, (2, 2, 2)) == pytest.approx(8, abs=1.5)
    assert nsd(inner, outer, (2, 2, 2), 4) == 0.0
    assert nsd(inner, outer, (2, 2, 2), 12) == 1.0


@pytest.mark.parametrize("axis", [0, 1])
def test_shifted_square(axis: int) -> None:
    square = np.zeros((60, 60), bool)
    square[20:40, 20:40] = True
    shifted = np.roll(square, 3, axis)
    spacing = (0.5, 2.0)
    assert hd95(square, shifted, spacing) == pytest.approx(3 * spacing[axis])
    assert dice(square, shifted) == pytest.approx(17 / 20)
    assert nsd(square, shifted, spacing, 3 * spacing[axis]) == 1.0
    # Where the two lie on each other: both sides along the shift, but for three elements and a corner.
    along, across, corner = spacing[axis], spacing[1 - axis], np.hypot(*spacing) / 2
    near = 2 * (17 * along + corner)
    assert nsd(square, shifted, spacing, 0.4) == pytest.approx(
        near / (2 * 19 * along + 2 * 19 * across + 4 * corner)
    )


@pytest.mark.parametrize("shape", [(12, 12), (8, 8, 8)])
def test_empty_masks_have_scores(shape: tuple[int, ...]) -> None:
    empty, some = np.zeros(shape, bool), np.zeros(shape, bool)
    some[(slice(2, 5),) * len(shape)] = True
    ones = (1.0,) * len(shape)
    assert nsd(empty, empty, ones, 2) == 1.0 and hd95(empty, empty, ones) == 0.0
    for ours, truth in ((empty, some), (some, empty)):
        assert nsd(ours, truth, ones, 1e6) == 0.0
        assert hd95(ours, truth, ones) == math.inf
    assert nsd(some, some, ones, 0) == 1.0 and hd95(some, some, ones) == 0.0


def test_a_rounding_error_does_not_leave_the_tolerance() -> None:
    square = np.zeros((40, 40), bool)
    square[5:20, 5:20] = True
    spacing = (0.1, 0.1)
    assert nsd(square, np.roll(square, 3, 0), spacing, 0.3) == 1.0


def test_a_slab_is_refused_for_what_it_is_not() -> None:
    with pytest.raises(ValueError, match="spacing"):
        outline(np.ones((4, 4, 1), bool), (1, 1))


def _brute(ours: np.ndarray, truth: np.ndarray, spacing: tuple[float, ...]) -> tuple[float, float]:
    """Directed weighted 95 % distances by comparing all with all."""
    a, b = outline(ours, spacing), outline(truth, spacing)
    all_pairs = np.linalg.norm(a.points[:, None] - b.points[None], axis=2)
    answers = []
    for nearest, sizes in ((all_pairs.min(1), a.sizes), (all_pairs.min(0), b.sizes)):
        order = np.argsort(nearest)
        share = sizes[order].cumsum() / sizes.sum()
        answers.append(nearest[order][np.argmax(share >= 0.95)])
    return answers[0], answers[1]


@pytest.mark.parametrize("shape, spacing", [((15, 17), (1.3, 0.7)), ((7, 8, 6), (1.0, 0.6, 2.5))])
def test_hausdorff_equals_brute_force(shape: tuple[int, ...], spacing: tuple[float, ...]) -> None:
    for seed in range(4):
        ours, truth = _blobs(shape, seed) & _blobs(shape, seed + 50), _blobs(shape, seed + 9)
        assert hd95(ours, truth, spacing) == pytest.approx(max(_brute(ours, truth, spacing)))


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.7, 1.1, 3.0)])
def test_every_surface_element_equals_monais(spacing: tuple[float, ...]) -> None:
    utils = pytest.importorskip("monai.metrics.utils")
    from finetune.scores.metrics import _element_sizes

    theirs = utils.create_table_neighbour_code_to_surface_area(spacing)[0]
    np.testing.assert_allclose(_element_sizes(spacing), np.asarray(theirs).ravel(), rtol=1e-5, atol=1e-9)
    flat = utils.create_table_neighbour_code_to_contour_length(spacing[:2])[0]
    np.testing.assert_allclose(_element_sizes(spacing[:2]), np.asarray(flat).ravel(), rtol=1e-5)


@pytest.mark.parametrize(
    "shape, spacing", [((30, 26), (1.0, 1.0)), ((30, 26), (0.8, 1.7)), ((12, 14, 10), (0.9, 1.2, 3.0))]
)
@pytest.mark.parametrize("tolerance", [0.0, 1.0, 2.5])
def test_surface_dice_equals_monais(
    shape: tuple[int, ...], spacing: tuple[float, ...], tolerance: float
) -> None:
    torch = pytest.importorskip("torch")
    metrics = pytest.importorskip("monai.metrics")
    rng = np.random.default_rng(3)
    truth = np.zeros(shape, bool)
    truth[tuple(slice(n // 4, 3 * n // 4) for n in shape)] = True
    truth &= rng.random(shape) < 0.9
    ours = np.roll(truth, 1, 0) ^ (rng.random(shape) < 0.03)
    theirs = metrics.compute_surface_dice(
        *(torch.from_numpy(m)[None, None].float() for m in (ours, truth)),
        class_thresholds=[tolerance],
        include_background=True,
        spacing=list(spacing),
        use_subvoxels=True,
    )
    assert nsd(ours, truth, spacing, tolerance) == pytest.approx(float(theirs[0, 0]), abs=1e-5)
