"""Image embeddings kept by what they were computed from.

The key is content, never a name: the SHA-256 of the exact network input, of
the weights, the preprocessing and the dtype. Another window, another crop or
other weights give another key, so a stale embedding cannot be met.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from medsam.model.preprocessing import Preprocessing

DTYPE = "float16"
"""How embeddings are stored; decoding always starts from the stored rounding,
so a mask does not depend on whether its slice was encoded just now."""

DEFAULT_BYTES = 512 * 2**20
"""About 256 slices of a 1024-pixel network."""

Embedding = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class EmbeddingKey:
    """What an embedding was computed from.

    Attributes:
        input_sha256: Of the network's input tensor, bytes and shape.
        weights_sha256: Of the weights' file.
        preprocessing: That made the input.
        precision: That the encoder computed in.
        dtype: Of the stored embedding.
    """

    input_sha256: str
    weights_sha256: str
    preprocessing: Preprocessing
    precision: str = "exact"
    dtype: str = DTYPE

    @classmethod
    def of(
        cls,
        network_input: Tensor,
        weights_sha256: str,
        preprocessing: Preprocessing,
        precision: str = "exact",
    ) -> EmbeddingKey:
        """The key of a (1, 3, S, S) input on the CPU."""
        return cls(tensor_sha256(network_input), weights_sha256, preprocessing, precision)

    @property
    def digest(self) -> str:
        """One hexadecimal name for all of it, fit for a file."""
        pp = self.preprocessing
        made_by = f"{pp.kind}|{pp.size}|{pp.version}|{self.precision}|{self.dtype}"
        text = f"{self.input_sha256}|{self.weights_sha256}|{made_by}"
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def of_picture(
        cls, picture_sha256: str, weights_sha256: str, preprocessing: Preprocessing, precision: str = "exact"
    ) -> str:
        """The digest by which ``EmbeddingCache.knows`` a picture under all else that a key holds."""
        return cls(f"picture {picture_sha256}", weights_sha256, preprocessing, precision).digest


def tensor_sha256(tensor: Tensor) -> str:
    """SHA-256 of a CPU tensor's shape, dtype and values."""
    array = tensor.detach().contiguous().numpy()
    digest = hashlib.sha256(f"{array.dtype.str}{array.shape}".encode())
    digest.update(array.data)
    return digest.hexdigest()


class EmbeddingStore(Protocol):
    """A slower tier behind the memory, such as a folder on disk."""

    def get(self, digest: str) -> Embedding | None:
        """The embedding of a digest, or None if it is absent or damaged."""

    def put(self, digest: str, embedding: Embedding) -> None:
        """Keep an embedding."""

    def note(self, picture: str, digest: str) -> None:
        """Keep which embedding a picture led to, for ``knows``."""

    def knows(self, picture: str) -> bool:
        """Whether a picture led to an embedding that ``get`` would probably find; must be cheap."""


class EmbeddingCache:
    """Least recently used embeddings in memory, at most ``max_bytes`` of them.

    Safe to use from several threads.
    """

    def __init__(self, max_bytes: int = DEFAULT_BYTES, behind: EmbeddingStore | None = None) -> None:
        """Make an empty cache.

        Args:
            max_bytes: Cap in bytes; an embedding larger than this is not kept.
            behind: Asked when the memory has no entry, told of every new one.
        """
        self.max_bytes = max_bytes
        self._behind = behind
        self._entries: OrderedDict[str, Embedding] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: EmbeddingKey) -> Tensor | None:
        """(1, C, h, w) float32 embedding on the CPU, or None."""
        found = self._find(key.digest)
        return None if found is None else torch.from_numpy(found.astype(np.float32))

    def put(self, key: EmbeddingKey, embedding: Tensor) -> Tensor:
        """Keep an embedding; returns it as it will be read back (CPU float32)."""
        half = np.ascontiguousarray(embedding.detach().to("cpu", torch.float16).numpy())
        digest = key.digest
        self._keep(digest, half)
        if self._behind is not None:
            self._behind.put(digest, half)
        return torch.from_numpy(half.astype(np.float32))

    def __contains__(self, key: EmbeddingKey) -> bool:
        """Whether ``get`` finds it. What is behind is fetched for that: it may be damaged."""
        return self._find(key.digest) is not None

    def note(self, picture: str, key: EmbeddingKey) -> None:
        """Keep which embedding a picture led to, behind the memory."""
        if self._behind is not None:
            self._behind.note(picture, key.digest)

    def knows(self, picture: str) -> bool:
        """Whether a picture's embedding probably lies behind the memory; quick, and not looked into."""
        return self._behind is not None and self._behind.knows(picture)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def nbytes(self) -> int:
        """Bytes in use."""
        return self._bytes

    def clear(self) -> None:
        """Forget everything in memory."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def _find(self, digest: str) -> Embedding | None:
        with self._lock:
            kept = self._entries.get(digest)
            if kept is not None:
                self._entries.move_to_end(digest)
                return kept
        found = self._behind.get(digest) if self._behind is not None else None
        if found is None or found.dtype != np.float16 or found.ndim != 4 or found.size == 0:
            return None
        self._keep(digest, found)
        return found

    def _keep(self, digest: str, embedding: Embedding) -> None:
        with self._lock:
            if digest in self._entries:
                self._forget(digest)
            if embedding.nbytes > self.max_bytes:
                return
            self._entries[digest] = embedding
            self._bytes += embedding.nbytes
            while self._bytes > self.max_bytes:
                self._forget(next(iter(self._entries)))

    def _forget(self, digest: str) -> None:
        self._bytes -= self._entries.pop(digest).nbytes
