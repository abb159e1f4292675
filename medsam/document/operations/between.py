"""Fill between slices: the shapes of two drawn slices blend into each other.

The signed distance to the outline is blended from one slice to the next.
Parts of the two slices that lie over each other belong together and are moved
onto a common centre first, so that an oblique vessel becomes an oblique
vessel and not two stumps; parts without a counterpart take the nearest free
one; what is left over ends at its own slice.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from medsam.document.operations.regions import bounds_of

Mask = npt.NDArray[np.bool_]
Pair = tuple[Mask, Mask]


def fill_between(
    mask: Mask,
    axis: int,
    spacing: tuple[float, float, float],
    tell: Callable[[float], None] = lambda share: None,
) -> Mask:
    """A mask with every gap between two drawn slices filled.

    Args:
        mask: (I, J, K); slices without a voxel along ``axis`` are gaps.
        axis: Across the slices.
        spacing: Along i, j, k in mm.
        tell: Called with the share of the work that is done; may raise to stop.

    Returns:
        A copy; the drawn slices are as they were, and nothing is added
        before the first and after the last.
    """
    result = mask.copy()
    bounds = bounds_of(mask)
    if bounds is None:
        return result
    first_axis, second_axis = (a for a in range(3) if a != axis)
    across = (spacing[first_axis], spacing[second_axis])
    pictures, written = (np.moveaxis(array[bounds], axis, 0) for array in (mask, result))
    drawn = np.flatnonzero(pictures.any(axis=(1, 2)))
    for done, (first, last) in enumerate(itertools.pairwise(drawn)):
        tell(done / len(drawn))
        if last - first > 1:
            blended = blend(pictures[first], pictures[last], int(last - first - 1), across)
            written[first + 1 : last] = blended
    return result


def blend(before: Mask, after: Mask, count: int, spacing: tuple[float, float]) -> Mask:
    """The slices between two drawn ones.

    Args:
        before, after: Two pictures of one shape.
        count: How many slices lie between them, evenly spaced.
        spacing: Along the axes of the pictures, mm.

    Returns:
        (count, *shape) bool.
    """
    result = np.zeros((count, *before.shape), bool)
    shares = np.arange(1, count + 1) / (count + 1)
    for one, other in _pairs(before, after, spacing):
        block = bounds_of(one | other)
        assert block is not None
        steps = _blend_pair(one[block], other[block], shares, spacing)
        for picture, step in zip(result, steps, strict=True):
            picture[block] |= step
    return result


def _blend_pair(
    one: Mask, other: Mask, shares: npt.NDArray[np.float64], spacing: tuple[float, float]
) -> Mask:
    from scipy import ndimage

    move = _centre(other) - _centre(one)
    # As wide as the way to the common centre, so that real distances are carried in from every side.
    margin = [int(np.ceil(abs(way))) + 2 for way in move]
    wide = [(n, n) for n in margin]
    first, second = (_signed_distance(np.pad(m, wide), spacing) for m in (one, other))
    result = np.zeros((len(shares), *one.shape), bool)
    for n, share in enumerate(shares):
        # Both shapes are carried to the common centre of this slice.
        here = ndimage.shift(first, move * share, order=1, mode="nearest")
        there = ndimage.shift(second, move * (share - 1), order=1, mode="nearest")
        inside = (1 - share) * here + share * there > 0
        result[n] = inside[tuple(slice(n, -n) for n in margin)]
    return result


def _signed_distance(mask: Mask, spacing: tuple[float, float]) -> npt.NDArray[np.float64]:
    """Distance to the outline in mm, positive inside; the outline lies half a pixel off the centres."""
    from scipy import ndimage

    inside = ndimage.distance_transform_edt(mask, sampling=spacing)
    outside = ndimage.distance_transform_edt(~mask, sampling=spacing)
    half = min(spacing) / 2
    return np.where(mask, inside - half, half - outside)


def _pairs(before: Mask, after: Mask, spacing: tuple[float, float]) -> list[Pair]:
    """Parts of the two pictures that belong together, each a mask in either picture."""
    from scipy import ndimage

    first, n_first = ndimage.label(before, np.ones((3, 3)))
    second, n_second = ndimage.label(after, np.ones((3, 3)))
    both = before & after
    links = {(int(a), int(b)) for a, b in zip(first[both], second[both], strict=True)}
    groups = _joined(links)
    lonely_first = set(range(1, n_first + 1)) - {a for a, _ in links}
    lonely_second = set(range(1, n_second + 1)) - {b for _, b in links}
    steps = np.array(spacing)
    centres = {
        (side, n): _centre(numbers == n) * steps
        for side, numbers, lonely in ((0, first, lonely_first), (1, second, lonely_second))
        for n in lonely
    }
    apart = sorted(
        (float(np.linalg.norm(centres[0, a] - centres[1, b])), a, b)
        for a in lonely_first
        for b in lonely_second
    )
    for _, a, b in apart:
        if a in lonely_first and b in lonely_second:
            lonely_first.remove(a)
            lonely_second.remove(b)
            groups.append(({a}, {b}))
    return [(np.isin(first, list(a)), np.isin(second, list(b))) for a, b in groups]


def _joined(links: set[tuple[int, int]]) -> list[tuple[set[int], set[int]]]:
    """Overlaps as groups that share no part."""
    groups: list[tuple[set[int], set[int]]] = []
    for a, b in sorted(links):
        mine: tuple[set[int], set[int]] = ({a}, {b})
        rest = []
        for group in groups:
            if group[0] & mine[0] or group[1] & mine[1]:
                mine = (mine[0] | group[0], mine[1] | group[1])
            else:
                rest.append(group)
        groups = [*rest, mine]
    return groups


def _centre(mask: Mask) -> npt.NDArray[np.float64]:
    """Mean index of the set pixels."""
    return np.argwhere(mask).mean(axis=0)
