"""How an embedding lies in a file: float16, each value as it was, in about three quarters of the bytes.

Sign, exponent and the first bits of a value vary little, so those bytes stand
together and are deflated; the other bytes are noise and stand as they are. A
CRC-32 over the embedding's name and everything before it ends the file: a byte
that changed is found, and so is a file that got another one's name.
"""

from __future__ import annotations

import math
import struct
import zlib

import numpy as np

from medsam.inference.embedding_cache import Embedding

_MAGIC = b"MSEMBED2"
_HEADER = struct.Struct("<8s4II")
"""Magic with the version, shape, and the length of the deflated half; its full length: not deflated."""
_CHECKSUM = struct.Struct("<I")
_LEVEL, _RAW_DEFLATE = 1, -15

OVERHEAD = _HEADER.size + _CHECKSUM.size
"""Bytes of a file beside its values."""


def encoded(digest: str, embedding: Embedding) -> bytes:
    """The bytes of a file.

    Args:
        digest: The embedding's name.
        embedding: (1, C, h, w) float16.
    """
    values = np.ascontiguousarray(embedding, dtype="<f2")
    low, high = (values.reshape(-1).view(np.uint8)[n::2].tobytes() for n in (0, 1))
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW_DEFLATE)
    packed = packer.compress(high) + packer.flush()
    if len(packed) >= len(high):
        packed = high
    body = b"".join((_HEADER.pack(_MAGIC, *values.shape, len(packed)), packed, low))
    return body + _CHECKSUM.pack(_sum(digest, body))


def decoded(digest: str, data: bytes) -> Embedding | None:
    """The embedding in a file's bytes; None if any of them is not what was written under this name."""
    if len(data) < OVERHEAD:
        return None
    magic, *shape, length = _HEADER.unpack_from(data)
    count = math.prod(shape)
    if magic != _MAGIC or len(data) != OVERHEAD + length + count:
        return None
    (checksum,) = _CHECKSUM.unpack_from(data, len(data) - _CHECKSUM.size)
    view = memoryview(data)
    if _sum(digest, view[: -_CHECKSUM.size]) != checksum:
        return None
    high = view[_HEADER.size : _HEADER.size + length]
    if length != count:
        try:
            high = memoryview(zlib.decompressobj(_RAW_DEFLATE).decompress(high, count + 1))
        except zlib.error:
            return None
    if len(high) != count:
        return None
    values = np.empty((count, 2), np.uint8)
    values[:, 0] = np.frombuffer(data, np.uint8, count, _HEADER.size + length)
    values[:, 1] = np.frombuffer(high, np.uint8, count)
    return values.view("<f2").reshape(shape).astype(np.float16, copy=False)


def _sum(digest: str, body: bytes | memoryview) -> int:
    return zlib.crc32(body, zlib.crc32(digest.encode()))
