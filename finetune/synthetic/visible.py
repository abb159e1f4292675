"""Which drawn objects a person would find and outline: the others are no fair question."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from finetune.synthetic.sample import Bools, Bytes, Floats, LabelMap

LEAST_AREA = 60
"""Pixels; smaller parts are dropped."""
_SIDES = np.ones((3, 3), bool)
_STEP = 8.0
"""Grey levels across a border that can be seen on any screen."""
_CLEAR = 0.5
"""Step over the noise of single pixels about it."""
_SEEN = 0.6
"""Share of an object's border that has to be seen."""


def keep_visible(
    picture: Bytes, labels: Bytes, names: dict[int, str], seen: float = _SEEN, clear: float = _CLEAR
) -> LabelMap:
    """The label map with each connected part gone that is too small or whose border cannot be seen.

    Args:
        picture: (H, W) or (H, W, 3), as finished.
        seen: Share of the border that must show a step.
        clear: What a step has to be over the noise of single pixels about it.
    """
    kept = labels.copy()
    channels = picture[..., None] if picture.ndim == 2 else picture
    for value in names:
        parts, _ = ndimage.label(labels == value, structure=_SIDES)
        for number, (rows, columns) in enumerate(ndimage.find_objects(parts), 1):
            pad = 12
            area = (
                slice(max(rows.start - pad, 0), rows.stop + pad),
                slice(max(columns.start - pad, 0), columns.stop + pad),
            )
            part = parts[area] == number
            if part.sum() < LEAST_AREA or border_seen(channels[area].astype(np.float32), part, clear) < seen:
                kept[area][part] = 0
    present = {v: n for v, n in names.items() if (kept == v).any()}
    return LabelMap(kept, present)


def border_seen(picture: Floats, mask: Bools, clear: float = _CLEAR) -> float:
    """Share of a mask's border across which (H, W, C) values differ clearly; 0 to 1."""
    sigma = float(np.clip(0.06 * np.sqrt(mask.sum()), 1.2, 4.0))
    border = mask & ~ndimage.binary_erosion(mask, _SIDES, border_value=1)
    if not border.any():
        return 0.0
    inside = mask.astype(np.float32)
    weights = [np.maximum(_blur(w, sigma), 1e-4) for w in (inside, 1 - inside)]
    seen = np.zeros(mask.shape, bool)
    for channel in picture.transpose(2, 0, 1):
        means, spreads = [], []
        for weight, total in zip((inside, 1 - inside), weights, strict=True):
            mean = _blur(channel * weight, sigma) / total
            means.append(mean)
            spreads.append(np.maximum(_blur(channel**2 * weight, sigma) / total - mean**2, 0))
        noise = np.sqrt((spreads[0] + spreads[1]) / 2)
        seen |= np.abs(means[0] - means[1]) > np.maximum(_STEP, clear * noise)
    return float(seen[border].mean())


def _blur(field: Floats, sigma: float) -> Floats:
    return ndimage.gaussian_filter(field, sigma, truncate=2.5)
