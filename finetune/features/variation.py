"""Other versions of a whole slice: moved, and with other intensities.

A flipped embedding is not the embedding of the flipped picture, so what a SAM
encoder shall learn to see varied must be varied before it. A variation is
drawn once and then says the same of a picture and of its masks.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from finetune.config import GeometryConfig, IntensityConfig, Recipe
from finetune.data.modalities import Modality, modality
from finetune.data.store import CaseRecord
from finetune.features.augment import vary_pictures

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class SliceVariation:
    """One way to see a slice.

    The order is: mirror, turn, tilt and zoom about the middle (which keep the
    frame), intensities.

    Attributes:
        shape_hw: Of the slices it takes.
        flip: Left and right change places.
        turns: Quarter turns against the clock.
        degrees: Of the tilt.
        scale: Above 1 things look larger.
        color: Whether colours carry meaning.
        intensity, seed: What may happen to the intensities, and what decides it.
    """

    shape_hw: tuple[int, int]
    flip: bool = False
    turns: int = 0
    degrees: float = 0.0
    scale: float = 1.0
    color: bool = False
    intensity: IntensityConfig = dataclasses.field(default_factory=IntensityConfig)
    seed: int = 0

    @property
    def is_identity(self) -> bool:
        """Whether everything stays as it is."""
        return not (self.flip or self.turns or self._warps or self._recolours)

    @property
    def out_shape_hw(self) -> tuple[int, int]:
        """Of what it gives: rows and columns change places with an odd number of turns."""
        h, w = self.shape_hw
        return (w, h) if self.turns % 2 else (h, w)

    def picture(self, picture_u8: Picture) -> Picture:
        """The varied picture, 8 bit, of ``out_shape_hw``; its darkest value where nothing was."""
        moved = self._mirrored(picture_u8)
        if not (self._warps or self._recolours):
            return np.ascontiguousarray(moved)
        planes = torch.from_numpy(np.array(moved, np.float32)).reshape(*moved.shape[:2], -1)
        x = planes.permute(2, 0, 1)[None]
        if self._warps:
            ground = float(picture_u8.min())
            x = self._warped(x - ground) + ground
        if self._recolours:
            color = np.array([self.color and x.shape[1] == 3])
            rng = np.random.default_rng(self.seed)
            x = vary_pictures(x / 255, color, self.intensity, rng) * 255
        result = x[0].permute(1, 2, 0).round().clamp(0, 255).byte().numpy()
        return np.ascontiguousarray(result.reshape(moved.shape))

    def mask(self, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_] | npt.NDArray[np.float32]:
        """An (H, W) mask of the slice, of ``out_shape_hw``.

        Bool where no tilt or zoom blurs its border, else the covered share of
        each pixel, 0..1. Little or nothing may be left of it in the frame.
        """
        moved = self._mirrored(mask)
        if not self._warps:
            return np.ascontiguousarray(moved, bool)
        soft = self._warped(torch.from_numpy(np.array(moved, np.float32))[None, None])
        return soft[0, 0].numpy()

    @property
    def _warps(self) -> bool:
        return self.degrees != 0.0 or self.scale != 1.0

    @property
    def _recolours(self) -> bool:
        return any(dataclasses.astuple(self.intensity))

    def _mirrored(self, array: npt.NDArray) -> npt.NDArray:
        return np.rot90(array[:, ::-1] if self.flip else array, self.turns)

    def _warped(self, x: torch.Tensor) -> torch.Tensor:
        """(1, C, H, W) tilted and zoomed about its middle; 0 where nothing was."""
        h, w = x.shape[2:]
        angle = math.radians(self.degrees)
        cos, sin = math.cos(angle) / self.scale, math.sin(angle) / self.scale
        # From a place in the result to where it was, in coordinates of -1..1 along each side.
        back = torch.tensor([[[cos, -sin * h / w, 0.0], [sin * w / h, cos, 0.0]]], dtype=torch.float32)
        grid = F.affine_grid(back, [1, 1, h, w], align_corners=False)
        return F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def identity(shape_hw: tuple[int, int]) -> SliceVariation:
    """The slice as it is."""
    return SliceVariation(shape_hw)


def draw_variation(
    rng: np.random.Generator,
    geometry: GeometryConfig,
    intensity: IntensityConfig,
    kind: Modality,
    shape_hw: tuple[int, int],
) -> SliceVariation:
    """A variation at random; a modality that has an up and a left is neither mirrored nor turned."""
    flip = rng.random() < geometry.flip and kind.mirrored
    turned = rng.random() < geometry.quarter_turns and kind.mirrored
    turns = int(rng.integers(1, 4)) if turned else 0
    tilt = rng.uniform(-geometry.degrees, geometry.degrees) if rng.random() < geometry.rotate else 0.0
    low, high = geometry.scale
    scale = float(math.exp(rng.uniform(math.log(low), math.log(high)))) if low != high else float(low)
    return SliceVariation(
        shape_hw=shape_hw,
        flip=flip,
        turns=turns,
        degrees=float(tilt),
        scale=scale,
        color=kind.color,
        intensity=intensity,
        seed=int(rng.integers(2**63)),
    )


def variant(recipe: Recipe, case: CaseRecord, slice_number: int, k: int) -> SliceVariation:
    """Version ``k`` of a case's slice: 0 is the slice as it is, the others a function of ``embed.seed``."""
    shape_hw = case.slices[slice_number].shape_hw
    if k == 0:
        return identity(shape_hw)
    rng = np.random.default_rng([recipe.embed.seed, k, slice_number, *case.id.encode()])
    return draw_variation(rng, recipe.geometry, recipe.intensity, modality(case.modality), shape_hw)
