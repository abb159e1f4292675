"""The identity of an image, worked out while the image is still being read.

Hashing the voxels of a scan takes as long as reading them. Both use a core
each here, so that the case of a scan is found as soon as the scan is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy.typing as npt

from medsam.document.case_identity import ImageIdentity, VoxelDigest
from medsam.errors import Cancelled
from medsam.volume import Volume

Array = npt.NDArray[Any]


class IdentityAhead:
    """Hashes slices in a thread of its own as they come.

    Begin with ``take`` while reading, or with ``finish``; ask ``identity`` last.

    Args:
        is_cancelled: Asked at every slice; true ends the thread.
    """

    def __init__(self, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        self._is_cancelled = is_cancelled
        self._news = threading.Condition()
        self._array: Array | None = None
        self._slices = 0
        self._is_whole = self._is_given_up = False
        self._digest = ""
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    def take(self, array: Array, slices: int) -> None:
        """The first ``slices`` slices of ``array`` are final, unless another array comes in its place."""
        with self._news:
            if self._is_whole:
                return
            self._array, self._slices = array, slices
            self._news.notify()
        self._start()

    def finish(self, volume: Volume) -> None:
        """All of it is there; returns at once."""
        with self._news:
            self._array, self._slices = volume.array, volume.array.shape[2]
            self._is_whole = True
            self._news.notify()
        self._start()

    def identity(self, volume: Volume) -> ImageIdentity:
        """The identity of the volume that ``finish`` was told of; waits for it.

        Raises:
            Cancelled: If ``is_cancelled`` says so.
        """
        assert self._thread is not None, "finish comes first"
        self._thread.join()
        if self._error is not None:
            raise self._error
        return ImageIdentity.with_digest(self._digest, volume)

    def give_up(self) -> None:
        """End the thread: the image could not be read."""
        with self._news:
            self._is_given_up = True
            self._news.notify()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="identity", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._hash()
        except BaseException as error:
            self._error = error

    def _hash(self) -> None:
        digest: VoxelDigest | None = None
        while True:
            with self._news:
                while not (self._is_given_up or self._is_news(digest)):
                    if self._is_cancelled():
                        raise Cancelled
                    # The reader that was cancelled tells nothing more.
                    self._news.wait(0.2)
                if self._is_given_up:
                    raise Cancelled
                array, slices, is_whole = self._array, self._slices, self._is_whole
            assert array is not None
            if digest is None or not digest.is_of(array):
                digest = VoxelDigest(array)
            digest.take(slices, self._is_cancelled)
            if is_whole:
                self._digest = digest.text()
                return

    def _is_news(self, digest: VoxelDigest | None) -> bool:
        return self._array is not None and (
            self._is_whole or digest is None or not digest.is_of(self._array) or digest.slices < self._slices
        )
