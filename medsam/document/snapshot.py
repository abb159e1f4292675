"""A whole annotation as one record, so that opening a case need not repeat every step.

The label map is packed slice by slice along the third axis. ``Packer`` keeps
the packed slices up to date beside the work, so that a snapshot of a large
volume costs the window's thread no more than writing the bytes.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.document.annotation import Annotation, Change, LabelMap
from medsam.document.label_table import LabelTable
from medsam.document.records import (
    Blob,
    Record,
    label_from_json,
    label_to_json,
    prompt_from_json,
    prompt_to_json,
    ruler_from_json,
    ruler_to_json,
)
from medsam.errors import CaseFileError, MedSAMError
from medsam.volume import Volume

_FASTEST = 1
_RUN_BYTES = 10


class Packer:
    """The packed slices of an annotation's label map, packed anew as they change.

    Args:
        annotation: Observed until ``close``.
    """

    def __init__(self, annotation: Annotation) -> None:
        self._annotation = annotation
        self._slices: dict[int, bytes] = {}
        used = np.flatnonzero(annotation.slices_with_labels(2))
        self._stale: set[int] = set(used.tolist())
        self._lock, self._working = threading.Lock(), threading.Lock()
        self._unsubscribe = annotation.subscribe(self._note)

    @property
    def pending(self) -> int:
        """How many slices are not packed as they are now. Ask in the thread that edits."""
        with self._lock:
            return len(self._stale)

    def work(self, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        """Pack what is stale; in any thread, while the annotation may change."""
        while not is_cancelled():
            # One at a time: a slice packed earlier must not overwrite a later one.
            with self._working:
                with self._lock:
                    if not self._stale:
                        return
                    k = self._stale.pop()
                # A slice that is painted just now is marked again when that is done.
                packed = pack_slice(self._annotation.label_map[:, :, k])
                with self._lock:
                    if packed:
                        self._slices[k] = packed
                    else:
                        self._slices.pop(k, None)

    def slices(self) -> dict[int, bytes]:
        """The packed slices that hold labels, as they are now. In the thread that edits."""
        self.work()
        with self._working, self._lock:
            return dict(self._slices)

    def close(self) -> None:
        """Observe no more."""
        self._unsubscribe()

    def _note(self, change: Change) -> None:
        if change.kind == "voxels" and change.region is not None:
            k = change.region[2]
            with self._lock:
                self._stale.update(range(*k.indices(self._annotation.volume.shape[2])))


def pack_slice(labels: LabelMap) -> bytes:
    """The labelled runs of one slice (I, J), flattened in Fortran order.

    Returns:
        zlib of, for n runs of one label, n uint32 starts, n uint32 lengths and
        n uint16 labels, little endian, one array after another; b"" without any.
    """
    flat = labels.ravel(order="F")
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    lengths, values = np.diff(np.concatenate([starts, [flat.size]])), flat[starts]
    used = values > 0
    if not used.any():
        return b""
    parts = (starts[used].astype("<u4"), lengths[used].astype("<u4"), values[used].astype("<u2"))
    return zlib.compress(b"".join(part.tobytes() for part in parts), _FASTEST)


def unpack_slice(packed: bytes, labels: npt.NDArray[np.uint16]) -> None:
    """Write what ``pack_slice`` packed into a slice (I, J) of zeros, Fortran order.

    Raises:
        ValueError, zlib.error: If the bytes are damaged.
    """
    raw = zlib.decompress(packed)
    n, rest = divmod(len(raw), _RUN_BYTES)
    if rest:
        raise ValueError("not whole runs")
    starts = np.frombuffer(raw, "<u4", n).astype(np.int64)
    lengths = np.frombuffer(raw, "<u4", n, 4 * n).astype(np.int64)
    values = np.frombuffer(raw, "<u2", n, 8 * n)
    flat = labels.reshape(-1, order="F")
    if n and (starts + lengths).max() > flat.size:
        raise ValueError("runs leave the slice")
    within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    flat[np.repeat(starts, lengths) + within] = np.repeat(values, lengths)


def snapshot_record(
    annotation: Annotation, position: int, digest: str, slices: dict[int, bytes] | None = None
) -> Record:
    """The record "snapshot" of an annotation as it is now.

    Args:
        annotation: What is kept.
        position: How many steps are in effect.
        digest: Of the image, so that a snapshot alone says where it belongs.
        slices: Of a ``Packer``; packed here by default.
    """
    if slices is None:
        used = np.flatnonzero(annotation.slices_with_labels(2)).tolist()
        slices = {k: pack_slice(annotation.label_map[:, :, k]) for k in used}
    blob = Blob()
    meta: dict[str, Any] = {
        "position": position,
        "time": time.time(),
        "digest": digest,
        "active": annotation.active_label,
        "labels": [label_to_json(label) for label in annotation.labels],
        "prompts": [prompt_to_json(prompt, blob) for prompt in annotation.prompts.values()],
        "rulers": [ruler_to_json(ruler) for ruler in annotation.rulers.values()],
        "slices": [[k, *blob.add(slices[k])] for k in sorted(slices)],
    }
    return Record("snapshot", meta, blob.joined())


def annotation_of(record: Record, volume: Volume) -> Annotation:
    """The annotation that a "snapshot" record holds.

    Raises:
        CaseFileError: If it is damaged, or of an image of another size.
    """
    try:
        labels = tuple(label_from_json(row) for row in record.meta["labels"])
        annotation = Annotation(volume, labels=LabelTable(labels))
        # Into the map itself: another one of its size would take as much memory again.
        for k, start, length in _places(record.meta["slices"], volume.shape[2]):
            unpack_slice(record.blob[start : start + length], annotation._map[:, :, k])
        annotation._survey()
        for data in record.meta["prompts"]:
            prompt = prompt_from_json(data, record.blob, volume.shape)
            annotation.prompts[prompt.id] = prompt
        for data in record.meta["rulers"]:
            ruler = ruler_from_json(data)
            annotation.rulers[ruler.id] = ruler
        if record.meta.get("active") in annotation.labels:
            annotation.set_active_label(int(record.meta["active"]))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, zlib.error, MedSAMError):
        raise CaseFileError("A snapshot of the case file is damaged and cannot be read.") from None
    return annotation


def _places(rows: Iterable[Iterable[int]], count: int) -> Iterable[tuple[int, int, int]]:
    for row in rows:
        k, start, length = (int(n) for n in row)
        if not 0 <= k < count:
            raise ValueError("a slice outside of the image")
        yield k, start, length
