"""Which image a case belongs to: known by its voxels, wherever its file lies and whatever its name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from medsam.errors import Cancelled
from medsam.volume import Volume

_DIGEST_BYTES = 20


@dataclass(frozen=True)
class ImageIdentity:
    """What a case file says of its image; no patient's name and no folder.

    Attributes:
        digest: 40 hexadecimal digits, see ``digest_of``.
        shape: Of the voxel array, with the 3 of colour.
        dtype: numpy's name without the byte order, such as "int16".
        affine: 16 numbers, row by row, voxel centres to RAS+ mm.
        name: Of the image's file or folder.
    """

    digest: str
    shape: tuple[int, ...]
    dtype: str
    affine: tuple[float, ...]
    name: str

    @classmethod
    def of(cls, volume: Volume, is_cancelled: Callable[[], bool] = lambda: False) -> ImageIdentity:
        """The identity of a volume; reads every voxel once.

        Raises:
            Cancelled: If ``is_cancelled`` says so.
        """
        affine = tuple(float(value) for value in volume.affine.ravel())
        name = volume.name.replace("\\", "/").rsplit("/", 1)[-1]
        dtype = np.dtype(volume.array.dtype).name
        return cls(digest_of(volume, is_cancelled), tuple(volume.array.shape), dtype, affine, name)

    def to_json(self) -> dict[str, Any]:
        """As the header of a case file holds it."""
        return {
            "digest": self.digest,
            "shape": list(self.shape),
            "dtype": self.dtype,
            "affine": list(self.affine),
            "image": self.name,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ImageIdentity:
        """Inverse of ``to_json``; ``KeyError``, ``TypeError`` or ``ValueError`` if it is none."""
        shape = tuple(int(n) for n in data["shape"])
        affine = tuple(float(value) for value in data["affine"])
        return cls(str(data["digest"]), shape, str(data["dtype"]), affine, str(data["image"]))

    def is_same_image(self, other: ImageIdentity) -> bool:
        """Whether the voxels are the same; the place in the patient may have been corrected since."""
        return (self.digest, self.shape, self.dtype) == (other.digest, other.shape, other.dtype)

    def is_same_place(self, other: ImageIdentity) -> bool:
        """Whether the affines agree to a thousandth of a millimetre a voxel."""
        return bool(np.allclose(self.affine, other.affine, rtol=0, atol=1e-3))


def digest_of(volume: Volume, is_cancelled: Callable[[], bool] = lambda: False) -> str:
    """BLAKE2b (20 bytes) over shape and dtype as text, then the voxels, little endian, in Fortran order.

    Raises:
        Cancelled: If ``is_cancelled`` says so.
    """
    array = volume.array
    dtype = array.dtype.newbyteorder("<")
    result = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    result.update(f"{','.join(map(str, array.shape))};{np.dtype(dtype).name};".encode("ascii"))
    for k in range(array.shape[2]):
        if is_cancelled():
            raise Cancelled
        # Slice by slice: a copy of the whole volume would double the memory. Of
        # a colour volume the three channels of a slice follow each other.
        result.update(np.asarray(array[:, :, k], dtype).tobytes(order="F"))
    return result.hexdigest()
