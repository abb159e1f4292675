"""Filling outlines: which pixels' centres lie inside polygons of one plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_NESTED_SHARE = 0.98


def fill_polygon(xy: Points, shape_hw: tuple[int, int]) -> Mask:
    """Pixels whose centres lie inside one polygon by the even-odd rule.

    Edges are half open, so of two polygons that share an edge every centre
    belongs to exactly one. A keyhole's two coinciding edges cancel out. Parts
    outside of the picture are cut off, not folded in.

    Args:
        xy: (N, 2) corners, pixel centres on whole numbers; closed by itself.
        shape_hw: Rows and columns.
    """
    h, w = shape_hw
    ends = np.roll(xy, -1, axis=0)
    # Every edge runs downwards: one value for an edge and its way back, so that keyholes close exactly.
    swap = (xy[:, 1] > ends[:, 1]) | ((xy[:, 1] == ends[:, 1]) & (xy[:, 0] > ends[:, 0]))
    upper, lower = np.where(swap[:, None], ends, xy), np.where(swap[:, None], xy, ends)
    first = np.clip(np.ceil(upper[:, 1]), 0, h).astype(np.intp)
    counts = np.clip(np.ceil(lower[:, 1]), 0, h).astype(np.intp) - first
    edge = np.repeat(np.arange(len(xy)), counts)
    rows = np.arange(edge.size) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    along = (rows - upper[edge, 1]) / (lower[edge, 1] - upper[edge, 1])
    crossing = upper[edge, 0] + along * (lower[edge, 0] - upper[edge, 0])
    columns = np.clip(np.ceil(crossing), 0, w).astype(np.intp)
    toggles = np.bincount(rows * (w + 1) + columns, minlength=h * (w + 1)).reshape(h, w + 1) & 1
    return np.cumsum(toggles, axis=1)[:, :w] % 2 == 1


def fill_outlines(outlines: Sequence[Points], exclusive: Sequence[bool], shape_hw: tuple[int, int]) -> Mask:
    """All outlines of one structure in one plane, holes left open.

    Outlines that are declared exclusive (DICOM's CLOSEDPLANAR_XOR) toggle
    what they cover. Of the others (CLOSED_PLANAR), the standard wants holes
    as keyholes, in one outline; many planning systems write the hole as an
    outline of its own instead. An outline that lies wholly inside another
    would change nothing as a further part, so it is taken as a hole, and one
    inside the hole as an island; outlines that only overlap are united, where
    toggling would punch a hole that nobody drew. The same outline twice
    counts once.

    Args:
        outlines: (N, 2) each, as ``fill_polygon``.
        exclusive: One flag an outline.
        shape_hw: Rows and columns.
    """
    full = np.zeros(shape_hw, bool)
    if not outlines:
        return full
    # Most structures are small: only their surroundings are filled.
    low = np.floor(np.min([xy.min(axis=0) for xy in outlines], axis=0))
    high = np.ceil(np.max([xy.max(axis=0) for xy in outlines], axis=0)) + 1
    x0, y0 = np.clip(low, 0, (shape_hw[1], shape_hw[0])).astype(int)
    x1, y1 = np.clip(high, (x0, y0), (shape_hw[1], shape_hw[0])).astype(int)
    moved = [xy - (x0, y0) for xy in outlines]
    full[y0:y1, x0:x1] = _fill(moved, exclusive, (int(y1 - y0), int(x1 - x0)))
    return full


def _fill(outlines: Sequence[Points], exclusive: Sequence[bool], shape_hw: tuple[int, int]) -> Mask:
    union = np.zeros(shape_hw, bool)
    toggled = np.zeros(shape_hw, bool)
    plain = []
    for xy, is_exclusive in zip(outlines, exclusive, strict=True):
        if is_exclusive:
            toggled ^= fill_polygon(xy, shape_hw)
        else:
            plain.append(xy)
    for xy in sorted(_once(plain), key=_area, reverse=True):
        mask = fill_polygon(xy, shape_hw)
        covered = int(np.count_nonzero(mask & union))
        if covered and covered >= _NESTED_SHARE * np.count_nonzero(mask):
            union &= ~mask
        else:
            union |= mask
    return union | toggled


def _once(outlines: Sequence[Points]) -> list[Points]:
    """Without copies, whichever corner they start from and whichever way they run."""
    if len(outlines) < 2:
        return list(outlines)
    seen: dict[bytes, Points] = {}
    for xy in outlines:
        # Adding zero turns -0.0 into 0.0, whose bytes differ.
        seen.setdefault((np.unique(np.round(xy, 3), axis=0) + 0.0).tobytes(), xy)
    return list(seen.values())


def _area(xy: Points) -> float:
    x, y = xy[:, 0], xy[:, 1]
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
