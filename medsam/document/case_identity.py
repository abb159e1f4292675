"""Which image a case belongs to: known by its voxels, wherever its file lies and whatever its name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

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
        return cls.with_digest(digest_of(volume, is_cancelled), volume)

    @classmethod
    def with_digest(cls, digest: str, volume: Volume) -> ImageIdentity:
        """The identity of a volume whose digest is known."""
        affine = tuple(float(value) for value in volume.affine.ravel())
        name = volume.name.replace("\\", "/").rsplit("/", 1)[-1]
        dtype = np.dtype(volume.array.dtype).name
        return cls(digest, tuple(volume.array.shape), dtype, affine, name)

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
    digest = VoxelDigest(volume.array)
    digest.take(volume.array.shape[2], is_cancelled)
    return digest.text()


class VoxelDigest:
    """``digest_of``, slice by slice.

    Attributes:
        slices: How many were taken.
    """

    def __init__(self, array: npt.NDArray[Any]) -> None:
        self._array = array
        self._dtype = np.dtype(array.dtype.newbyteorder("<"))
        self._hash = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        self._hash.update(f"{','.join(map(str, array.shape))};{self._dtype.name};".encode("ascii"))
        self.slices = 0

    def is_of(self, array: npt.NDArray[Any]) -> bool:
        """Whether ``array`` is the same piece of memory, seen in the same way."""
        mine, other = self._array.__array_interface__, array.__array_interface__
        return all(mine[k] == other[k] for k in ("data", "typestr", "shape", "strides"))

    def take(self, slices: int, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        """Go on until so many slices were taken.

        Raises:
            Cancelled: If ``is_cancelled`` says so.
        """
        for k in range(self.slices, slices):
            if is_cancelled():
                raise Cancelled
            # Slice by slice: a copy of the whole volume would double the memory. Of
            # a colour volume the three channels of a slice follow each other.
            self._hash.update(np.asarray(self._array[:, :, k], self._dtype).tobytes(order="F"))
            self.slices = k + 1

    def text(self) -> str:
        """40 hexadecimal digits."""
        return self._hash.hexdigest()
