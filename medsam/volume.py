"""An image in space: raw values, where they lie, and how planes cut them.

World frame: RAS+ in mm, as nibabel: +x to the patient's Right, +y Anterior,
+z Superior. ``affine`` maps voxel *centres* ``(i, j, k)`` to the world.
DICOM's and ITK's LPS is turned to RAS once, in ``medsam.io``.

Three frames meet here, so names carry one: ``_ijk`` voxel indices of the
array as stored, ``_mm`` world, ``_xy`` pixel edges of a slice picture.

Two kinds of slice picture exist. The *stored* picture of array axis ``a`` at
index ``k`` keeps the array's order: x runs along the lower of the other two
axes, y along the higher. Networks, the command line and label edits use it.
The *shown* picture is the same pixels, transposed and flipped so that the
patient lies as radiologists expect; ``PlaneFrame`` turns one into the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import GeometryError
from medsam.intensity import Window, looks_like_ct
from medsam.prompts import Box

Array = npt.NDArray[Any]

_POSITIVE, _NEGATIVE = "RAS", "LPI"
_OTHER_AXES = {0: (1, 2), 1: (0, 2), 2: (0, 1)}


class Plane(str, Enum):
    """An anatomical plane, named by what it cuts across."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"

    @property
    def world_axis(self) -> int:
        """World axis across the plane: 2 (S) axial, 1 (A) coronal, 0 (R) sagittal."""
        return {"axial": 2, "coronal": 1, "sagittal": 0}[self.value]


@dataclass(frozen=True)
class Geometry:
    """Grid size and the affine that places it.

    Attributes:
        shape: Voxels along i, j, k.
        affine: (4, 4) float64, voxel centre to RAS+ mm. Copied and read-only.
    """

    shape: tuple[int, int, int]
    affine: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        affine = np.array(self.affine, dtype=np.float64)
        if affine.shape != (4, 4) or not np.isfinite(affine).all():
            raise GeometryError("An affine is a 4 by 4 matrix of finite numbers; the file's is not.")
        if abs(np.linalg.det(affine[:3, :3])) < 1e-12:
            raise GeometryError(
                "The voxel axes must span space; two of the file's axes are parallel or zero."
            )
        affine.setflags(write=False)
        object.__setattr__(self, "affine", affine)
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))
        if len(self.shape) != 3 or min(self.shape) < 1:
            raise GeometryError(f"A volume has three sides of at least one voxel; {self.shape} came.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Geometry) and self.is_close(other, 0.0)

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def spacing(self) -> tuple[float, float, float]:
        """Distance between voxel centres along i, j, k in mm."""
        i, j, k = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(i), float(j), float(k)

    @property
    def origin(self) -> npt.NDArray[np.float64]:
        """World position of the centre of voxel (0, 0, 0), RAS+ mm."""
        return self.affine[:3, 3].copy()

    @cached_property
    def direction(self) -> npt.NDArray[np.float64]:
        """(3, 3), column a = unit vector of array axis a in RAS+. Read-only."""
        direction = self.affine[:3, :3] / np.array(self.spacing)
        direction.setflags(write=False)
        return direction

    @property
    def orientation(self) -> str:
        """Three letters, where each array axis points to: "RAS", "LPS" ..."""
        return "".join(
            (_POSITIVE if self.direction[w, a] > 0 else _NEGATIVE)[w]
            for a, w in enumerate(self.closest_world_axes)
        )

    @property
    def closest_world_axes(self) -> tuple[int, int, int]:
        """For each array axis, the world axis it follows most closely; a permutation."""
        strength = np.abs(self.direction)
        result = [-1, -1, -1]
        for _ in range(3):
            w, a = np.unravel_index(np.argmax(strength), (3, 3))
            result[int(a)] = int(w)
            strength[w, :] = -1
            strength[:, a] = -1
        return result[0], result[1], result[2]

    def voxel_to_world(self, ijk: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """World position (RAS+ mm) of continuous voxel coordinates, shape (..., 3)."""
        return np.asarray(ijk, dtype=np.float64) @ self.affine[:3, :3].T + self.affine[:3, 3]

    def world_to_voxel(self, xyz_mm: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Continuous voxel coordinates of a world position, shape (..., 3)."""
        inverse = np.linalg.inv(self.affine)
        return np.asarray(xyz_mm, dtype=np.float64) @ inverse[:3, :3].T + inverse[:3, 3]

    def is_close(self, other: Geometry, tolerance_mm: float = 1e-3) -> bool:
        """Same grid, no corner further apart than ``tolerance_mm``."""
        if self.shape != other.shape:
            return False
        corners = np.array(np.meshgrid(*[(0, n - 1) for n in self.shape])).reshape(3, -1).T
        apart = np.abs(self.voxel_to_world(corners) - other.voxel_to_world(corners)).max()
        return bool(apart <= tolerance_mm)

    def plane_frame(self, plane: Plane) -> PlaneFrame:
        """How ``plane`` cuts this grid, in radiological convention."""
        worlds = self.closest_world_axes
        axis = worlds.index(plane.world_axis)
        # Rightwards on the screen: patient Left (axial, coronal) or Posterior
        # (sagittal: the patient looks to the left). Downwards: P or I.
        across, down = {Plane.AXIAL: (0, 1), Plane.CORONAL: (0, 2), Plane.SAGITTAL: (1, 2)}[plane]
        x_axis, y_axis = worlds.index(across), worlds.index(down)
        return PlaneFrame(
            plane=plane,
            axis=axis,
            x_axis=x_axis,
            y_axis=y_axis,
            flip_x=bool(self.direction[across, x_axis] > 0),
            flip_y=bool(self.direction[down, y_axis] > 0),
            shape=self.shape,
            spacing=self.spacing,
        )


@dataclass(frozen=True)
class PlaneFrame:
    """How one anatomical plane cuts a grid and lies on the screen.

    Attributes:
        plane: Which one.
        axis: Array axis that the slice index runs along.
        x_axis, y_axis: Array axes that run along the shown picture's x and y.
        flip_x, flip_y: Whether the shown picture runs against the array there.
        shape, spacing: Of the grid, along i, j, k.
    """

    plane: Plane
    axis: int
    x_axis: int
    y_axis: int
    flip_x: bool
    flip_y: bool
    shape: tuple[int, int, int]
    spacing: tuple[float, float, float]

    @property
    def count(self) -> int:
        """Number of slices."""
        return self.shape[self.axis]

    @property
    def shape_hw(self) -> tuple[int, int]:
        """Rows and columns of the shown picture."""
        return self.shape[self.y_axis], self.shape[self.x_axis]

    @property
    def spacing_xy(self) -> tuple[float, float]:
        """Pixel size of the shown picture in mm, along x and y."""
        return self.spacing[self.x_axis], self.spacing[self.y_axis]

    @property
    def letters(self) -> tuple[str, str, str, str]:
        """Patient directions at the left, right, top and bottom edge."""
        across, down = {"axial": (0, 1), "coronal": (0, 2), "sagittal": (1, 2)}[self.plane.value]
        return _POSITIVE[across], _NEGATIVE[across], _POSITIVE[down], _NEGATIVE[down]

    @property
    def transposed(self) -> bool:
        """Whether shown x and y are the stored picture's y and x."""
        return self.x_axis > self.y_axis

    def shown(self, array: Array, index: int) -> Array:
        """Shown picture (H, W[, 3]) of ``array`` (I, J, K[, 3]) at ``index``: a view."""
        return self.from_stored(stored_slice(array, self.axis, index))

    def from_stored(self, picture: Array) -> Array:
        """Turn a stored picture into the shown one: a view."""
        if self.transposed:
            picture = picture.swapaxes(0, 1)
        return picture[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1]

    def to_stored(self, picture: Array) -> Array:
        """Turn a shown picture into the stored one: a view."""
        picture = picture[:: -1 if self.flip_y else 1, :: -1 if self.flip_x else 1]
        return picture.swapaxes(0, 1) if self.transposed else picture

    def point_to_stored(self, x: float, y: float) -> tuple[float, float]:
        """Turn pixel edges of the shown picture into those of the stored one."""
        h, w = self.shape_hw
        x, y = (w - x if self.flip_x else x), (h - y if self.flip_y else y)
        return (y, x) if self.transposed else (x, y)

    def point_from_stored(self, x: float, y: float) -> tuple[float, float]:
        """Inverse of ``point_to_stored``."""
        if self.transposed:
            x, y = y, x
        h, w = self.shape_hw
        return (w - x if self.flip_x else x), (h - y if self.flip_y else y)

    def box_to_stored(self, box: Box) -> Box:
        """Turn a box of the shown picture into one of the stored picture."""
        return Box.from_corners(*self.point_to_stored(box.x0, box.y0), *self.point_to_stored(box.x1, box.y1))

    def box_from_stored(self, box: Box) -> Box:
        """Inverse of ``box_to_stored``."""
        return Box.from_corners(
            *self.point_from_stored(box.x0, box.y0), *self.point_from_stored(box.x1, box.y1)
        )

    def to_voxel(self, x: float, y: float, index: int) -> tuple[float, float, float]:
        """Continuous voxel coordinates (centres on integers) of a shown point."""
        h, w = self.shape_hw
        ijk = [0.0, 0.0, 0.0]
        ijk[self.axis] = float(index)
        ijk[self.x_axis] = (w - x if self.flip_x else x) - 0.5
        ijk[self.y_axis] = (h - y if self.flip_y else y) - 0.5
        return ijk[0], ijk[1], ijk[2]

    def from_voxel(self, ijk: Sequence[float] | npt.NDArray[Any]) -> tuple[float, float, int]:
        """Shown ``(x, y, index)`` of voxel coordinates; the index is rounded and clipped."""
        h, w = self.shape_hw
        x, y = float(ijk[self.x_axis]) + 0.5, float(ijk[self.y_axis]) + 0.5
        index = min(max(round(float(ijk[self.axis])), 0), self.count - 1)
        return (w - x if self.flip_x else x), (h - y if self.flip_y else y), index


def stored_slice(array: Array, axis: int, index: int) -> Array:
    """Stored picture (H, W[, 3]) of ``array`` (I, J, K[, 3]): a view.

    x runs along the lower of the two other axes, y along the higher. For
    axis 2 that is ``array[:, :, k].T``: rows = y, as MedSAM sees a scan.
    """
    # As ``np.moveaxis(array, axis, 0)[index]``, in a fifth of the time.
    return array[(slice(None),) * axis + (index,)].swapaxes(0, 1)


def stored_shape_hw(shape: tuple[int, ...], axis: int) -> tuple[int, int]:
    """Rows and columns of the stored pictures along ``axis``."""
    x_axis, y_axis = _OTHER_AXES[axis]
    return shape[y_axis], shape[x_axis]


@dataclass(frozen=True)
class Volume:
    """Raw values and their place. Never resampled, never overwritten by a window.

    Attributes:
        array: (I, J, K), or (I, J, K, 3) uint8 for colour. Real dtype; the
            values are physical (rescale slope and intercept applied).
        affine: (4, 4), voxel centre to RAS+ mm.
        modality: DICOM's code ("CT", "MR", "PT", "US", "CR", ...) or None.
        unit: Of the values: "HU", "SUV", "Bq/ml" or "".
        name: What to call it in the window: a file's or folder's name.
        is_picture: A 2D picture or a stack of pictures without anatomy: no
            patient letters and no other planes.
        window: The file's own display window, if it has one.
        notes: Sentences the user should see about how it was read
            ("3 of 40 files were skipped: ...").
        metadata: Small extras by name, for ``info``; no patient's name.
    """

    array: Array
    affine: npt.NDArray[np.float64]
    modality: str | None = None
    unit: str = ""
    name: str = ""
    is_picture: bool = False
    window: Window | None = None
    notes: tuple[str, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        array = self.array
        if array.ndim not in (3, 4) or (array.ndim == 4 and (array.shape[3] != 3 or array.dtype != np.uint8)):
            raise GeometryError(
                "A volume is (I, J, K) numbers or (I, J, K, 3) 8-bit colour;"
                f" {array.shape} of {array.dtype} came."
            )
        if array.dtype.kind not in "iuf":
            raise GeometryError(f"A volume holds real numbers; {array.dtype} came.")
        object.__setattr__(self, "affine", Geometry(array.shape[:3], self.affine).affine)
        if self.modality is None and not self.is_picture and not self.is_rgb and looks_like_ct(array):
            object.__setattr__(self, "modality", "CT")
        if self.modality == "CT" and not self.unit:
            object.__setattr__(self, "unit", "HU")

    @cached_property
    def geometry(self) -> Geometry:
        """Grid and place; made once, for it is asked for at every paint and every turn of the wheel."""
        return Geometry(self.array.shape[:3], self.affine)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along i, j, k."""
        i, j, k = self.array.shape[:3]
        return i, j, k

    @property
    def is_rgb(self) -> bool:
        """Whether a voxel is a colour."""
        return self.array.ndim == 4

    @property
    def has_scale(self) -> bool:
        """Whether sizes in mm are known. A picture whose file tells none has pixels of exactly 1 by 1."""
        return not (self.is_picture and self.geometry.spacing[:2] == (1.0, 1.0))

    @property
    def planes(self) -> tuple[Plane, ...]:
        """The planes worth showing: one for pictures and single slices, else all three."""
        if self.is_picture:
            return (Plane.AXIAL,)
        thin = [a for a in range(3) if self.shape[a] == 1]
        if not thin:
            return (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL)
        worlds = self.geometry.closest_world_axes
        return tuple(p for p in Plane if worlds.index(p.world_axis) == thin[0])


def picture_affine(
    spacing_xy: tuple[float, float] = (1.0, 1.0), spacing_z: float = 1.0
) -> npt.NDArray[np.float64]:
    """The affine of a picture: identity in LPS, so that it is shown as stored."""
    return np.diag([-spacing_xy[0], -spacing_xy[1], spacing_z, 1.0])
