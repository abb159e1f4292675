"""The stored voxels of ordinary NIfTI files, straight into the array that is kept.

nibabel maps plain files into memory: a scan would then vanish, and the program
with it, when somebody shortens the file, and each first look at a slice would
wait for the disk. Packed files it unpacks with Python's zlib; SimpleITK's is
several times quicker. Whatever is not plain is left to nibabel.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from medsam.errors import ReadError
from medsam.io.support import Array, Watch, utf8_name

_CHUNK = 1 << 23
_LEAST_BY_ITK = 1 << 22
"""Bytes of a packed file; SimpleITK's import takes longer than nibabel with a smaller one."""
_BY_ITK = {"u1", "i1", "i2", "u2", "i4", "u4", "f4", "f8"}


def stored_voxels(image: Any, frame: int, watch: Watch) -> Array | None:
    """One 3D image as it is stored, without slope and intercept.

    Args:
        image: From ``nibabel.load``.
        frame: Time point, counted through all axes past the third.
        watch: Told of every part.

    Returns:
        (I, J, K) in F-order; None where nibabel has to read it, or to say what is wrong.
    """
    proxy = image.dataobj
    path = _path_of(proxy)
    if path is None or len(proxy.shape) < 3 or proxy.dtype.names or proxy.dtype.kind not in "iuf":
        return None
    if path.suffix.lower() != ".gz":
        return _plain(path, proxy, frame, watch)
    is_one = int(np.prod(proxy.shape[3:], dtype=np.int64)) == 1
    if not is_one or proxy.dtype.str[1:] not in _BY_ITK or path.stat().st_size < _LEAST_BY_ITK:
        return None
    return _packed(path, proxy) if path.name.lower().endswith(".nii.gz") else None


def _path_of(proxy: Any) -> Path | None:
    """The file of an ordinary proxy; None for bytes at hand and for what other formats have."""
    name = getattr(proxy, "file_like", None)
    if not isinstance(name, str) or not all(hasattr(proxy, a) for a in ("offset", "slope", "inter")):
        return None
    return Path(name) if getattr(proxy, "order", "F") == "F" else None


def _plain(path: Path, proxy: Any, frame: int, watch: Watch) -> Array | None:
    """From a file that is not packed; None if it ends early."""
    count = int(np.prod(proxy.shape[:3], dtype=np.int64))
    stored = np.empty(count, proxy.dtype)
    view, got = stored.view(np.uint8).data, 0
    with path.open("rb", buffering=0) as file:
        file.seek(proxy.offset + frame * stored.nbytes)
        while got < stored.nbytes:
            watch.step(got, stored.nbytes, f"Reading {path.name}")
            read = file.readinto(view[got : got + _CHUNK])
            if not read:
                return None
            got += read
    return stored.reshape(proxy.shape[:3], order="F")


def _packed(path: Path, proxy: Any) -> Array | None:
    """Through SimpleITK; None if it refuses the file, or if its voxels are not those that were packed."""
    if (proxy.slope, proxy.inter) != (1.0, 0.0) or proxy.dtype.newbyteorder("<") != proxy.dtype:
        return None
    from medsam.io.itk import array_of, simpleitk

    sitk = simpleitk()
    reader = sitk.ImageFileReader()
    reader.SetImageIO("NiftiImageIO")
    try:
        reader.SetFileName(utf8_name(path))
        values = array_of(reader.Execute()).T
    except (RuntimeError, ReadError):
        return None
    shape = tuple(int(n) for n in proxy.shape)
    if values.size != np.prod(shape) or values.dtype != proxy.dtype or not values.flags.f_contiguous:
        return None
    values = values.reshape(shape[:3], order="F")
    return values if _is_whole(path, proxy.offset, values) else None


def _is_whole(path: Path, offset: int, values: Array) -> bool:
    """Whether a packed file holds these voxels: where it ends early, SimpleITK goes on with zeros."""
    with path.open("rb") as file:
        file.seek(-8, 2)
        checksum, length = struct.unpack("<II", file.read(8))
    if length != (offset + values.nbytes) % 2**32:
        return False
    try:
        with gzip.open(path, "rb") as packed:
            header = packed.read(offset)
    except (OSError, EOFError, zlib.error):
        return False
    return zlib.crc32(values.reshape(-1, order="F").view(np.uint8).data, zlib.crc32(header)) == checksum
