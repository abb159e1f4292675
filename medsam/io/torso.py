"""A made-up abdominal CT: who has no scan at hand can try everything on it.

No patient stands behind it. Organs are ellipsoids and cylinders at ordinary
places and densities (HU, portal venous phase), smoothed as a scanner's slice
would and with noise. Every call returns the same voxels.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from medsam.volume import Volume

SHAPE = (192, 192, 80)
SPACING_MM = (1.8, 1.8, 4.0)
LABELS: dict[int, str] = {
    1: "liver",
    2: "right kidney",
    3: "left kidney",
    4: "spleen",
    5: "aorta",
    6: "spine",
    7: "liver lesion",
}
"""What the values of ``torso_labels`` mean."""

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint16]

_SEED = 20240611
_SMOOTHING_VOXELS = (0.7, 0.7, 0.35)
_NOISE_HU = 14.0
# Centre and half axes in mm: x to the patient's left, y to the back, z upwards.
_LIVER = (((-52, -10, 45), (66, 62, 78)), ((6, -42, 72), (62, 30, 42)))
_LUNGS = (((-66, 0, 150), (54, 72, 78)), ((66, 0, 150), (54, 72, 82)))
_KIDNEYS = (((-68, 40, -34), (27, 23, 54)), ((70, 38, -16), (27, 24, 55)))
_SPLEEN = ((90, 12, 66), (23, 38, 46))
_LESION = ((-74, -22, 38), (17, 15, 18))
_STOMACH = ((58, -30, 66), (42, 32, 38))


class _Canvas:
    """HU and labels on one grid, painted part by part; later paint covers earlier."""

    def __init__(self) -> None:
        self.hu: Floats = np.full(SHAPE, -1000.0, np.float32, order="F")
        self.labels: Labels = np.zeros(SHAPE, np.uint16, order="F")
        self.axes = [
            ((np.arange(n) - (n - 1) / 2) * s).astype(np.float32)
            for n, s in zip(SHAPE, SPACING_MM, strict=True)
        ]

    def ellipsoid(
        self,
        center: tuple[float, float, float],
        half: tuple[float, float, float],
        hu: float,
        label: int | None = None,
    ) -> None:
        """Paint an ellipsoid; ``label`` None leaves the labels there as they are, 0 clears them."""
        box = tuple(
            slice(*np.searchsorted(axis, (c - h, c + h)).tolist())
            for axis, c, h in zip(self.axes, center, half, strict=True)
        )
        x, y, z = (
            ((axis[s] - c) / h) ** 2 for axis, s, c, h in zip(self.axes, box, center, half, strict=True)
        )
        inside = x[:, None, None] + y[None, :, None] + z[None, None, :] < 1
        self.hu[box][inside] = hu
        if label is not None:
            self.labels[box][inside] = label

    def column(
        self,
        center_xy: tuple[float, float],
        half_xy: tuple[float, float],
        hu: float,
        label: int | None = None,
        levels: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Paint an elliptic cylinder along z, on all slices or on some."""
        x = ((self.axes[0] - center_xy[0]) / half_xy[0]) ** 2
        y = ((self.axes[1] - center_xy[1]) / half_xy[1]) ** 2
        inside = (x[:, None] + y[None, :] < 1)[:, :, None]
        if levels is not None:
            inside = inside & levels
        inside = np.broadcast_to(inside, SHAPE)
        self.hu[inside] = hu
        if label is not None:
            self.labels[inside] = label


def torso_ct() -> Volume:
    """The CT: (192, 192, 80) int16 HU at 1.8 x 1.8 x 4 mm, axes L, P, S."""
    return torso_with_labels()[0]


def torso_labels() -> Labels:
    """Its organs: (192, 192, 80) uint16 with the values of ``LABELS``."""
    return _painted().labels


def torso_with_labels() -> tuple[Volume, Labels]:
    """The CT and the label map that it was made from."""
    canvas = _painted()
    array = _scanned(canvas.hu)
    affine = np.diag([-SPACING_MM[0], -SPACING_MM[1], SPACING_MM[2], 1.0])
    affine[:3, 3] = [-float(canvas.axes[0][0]), -float(canvas.axes[1][0]), float(canvas.axes[2][0])]
    volume = Volume(
        array,
        affine,
        modality="CT",
        unit="HU",
        name="Sample CT (made up)",
        metadata={"format": "sample", "labels": {str(k): v for k, v in LABELS.items()}},
    )
    return volume, canvas.labels


def _painted() -> _Canvas:
    canvas = _Canvas()
    _paint_body(canvas)
    _paint_organs(canvas)
    _paint_vessels(canvas)
    _paint_spine(canvas)
    _paint_ribs(canvas)
    return canvas


def _paint_body(canvas: _Canvas) -> None:
    """The table, skin, fat, the muscle wall and the fatty inside."""
    canvas.hu[:, (canvas.axes[1] > 122) & (canvas.axes[1] < 128), :] = -150
    canvas.column((0, 0), (152, 112), 20)
    canvas.column((0, 0), (149, 109), -105)
    canvas.column((0, 2), (133, 94), 55)
    canvas.column((0, -2), (121, 80), -95)
    rng = np.random.default_rng(_SEED)
    for _ in range(70):
        center = (rng.uniform(-88, 88), rng.uniform(-62, 18), rng.uniform(-150, 10))
        half = tuple(rng.uniform(9, 20, 3))
        canvas.ellipsoid(center, (half[0], half[1], half[2]), float(rng.uniform(15, 60)))
        if rng.random() < 0.25:
            canvas.ellipsoid(center, (half[0] / 2, half[1] / 2, half[2] / 2), -700)


def _paint_organs(canvas: _Canvas) -> None:
    canvas.ellipsoid(*_STOMACH, 35)
    canvas.ellipsoid((60, -46, 66), (28, 13, 26), -850)
    for part in _LIVER:
        canvas.ellipsoid(*part, 108, 1)
    canvas.ellipsoid((-38, -52, 12), (14, 20, 26), 8, 0)  # gall bladder
    canvas.ellipsoid(*_LESION, 58, 7)
    canvas.ellipsoid(*_SPLEEN, 122, 4)
    for label, (center, half) in zip((2, 3), _KIDNEYS, strict=True):
        canvas.ellipsoid(center, half, 175, label)
        inwards = 10 if center[0] < 0 else -10
        canvas.ellipsoid((center[0] + inwards, center[1], center[2]), (9, 8, 22), 5)
    for part in _LUNGS:
        canvas.ellipsoid(*part, -850, 0)
    canvas.ellipsoid((14, -34, 158), (58, 42, 48), 130, 0)  # heart


def _paint_vessels(canvas: _Canvas) -> None:
    canvas.column((12, 36), (11.5, 11.5), 165, 5)
    canvas.column((-20, 30), (12, 10), 140, 0)  # inferior vena cava
    below = canvas.axes[2] < 10
    for side in (-1, 1):
        canvas.column((side * 36, 62), (15, 17), 60, 0, below)  # psoas


def _paint_spine(canvas: _Canvas) -> None:
    """Vertebrae with a cortical shell, discs between them, the canal and the arch behind."""
    z = canvas.axes[2]
    is_disc = (z % 32) < 6
    canvas.column((0, 66), (22, 18), 420, 6, ~is_disc)
    canvas.column((0, 66), (19, 15), 210, 6, ~is_disc)
    canvas.column((0, 66), (21, 17), 85, 6, is_disc)
    canvas.column((0, 94), (16, 12), 380, 6, ~is_disc)
    canvas.column((0, 90), (9, 8), 25, 0)
    for side in (-1, 1):
        canvas.column((side * 32, 92), (26, 15), 58)


def _paint_ribs(canvas: _Canvas) -> None:
    """Sloping hoops in the muscle wall, above the kidneys' middle."""
    x, y = np.meshgrid(canvas.axes[0] / 128, (canvas.axes[1] - 1) / 88, indexing="ij")
    radius = np.hypot(x, y)
    wall = np.abs(radius - 1) < 0.045
    height = -95 * np.cos(np.arctan2(x, y) / 2) ** 2  # lowest in front, highest at the back
    for k, z in enumerate(canvas.axes[2]):
        if z > -70:
            hoop = wall & (((z + height) % 34) < 11) & (y > -0.8)
            canvas.hu[:, :, k][hoop] = 420


def _scanned(hu: Floats) -> npt.NDArray[np.int16]:
    """Partial volume and correlated noise; int16 HU, F-order."""
    from scipy.ndimage import gaussian_filter

    # scipy walks C-order fastest, so it sees the transposed view.
    smooth = gaussian_filter(hu.T, _SMOOTHING_VOXELS[::-1])
    noise = np.random.default_rng(_SEED + 1).standard_normal(smooth.shape, dtype=np.float32)
    noise = gaussian_filter(noise, (0, 0.6, 0.6))
    smooth += noise * np.float32(_NOISE_HU / noise.std())
    return np.clip(np.rint(smooth), -1024, 3071).astype(np.int16).T
