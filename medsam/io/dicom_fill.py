"""From the files of a series into one array, in several threads where that helps.

Pixels that lie in a file as they are, are read by threads that wait for the
disk beside each other. Compressed slices of CT and MR are decoded by SimpleITK, which
leaves Python to others meanwhile, one slice a core; pydicom's decoders do not,
so what only they can do is done one after the other.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from medsam.errors import Cancelled, ReadError
from medsam.io.dicom_headers import Frame, Header
from medsam.io.dicom_pixels import ValueStack, decode, interpret
from medsam.io.support import Array, Watch, utf8_name

_MOST_THREADS = 8
_BATCH = 8
"""Uncompressed slices a job: a job each would cost as much as reading one."""

_CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
_MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"
_JPEG = "1.2.840.10008.1.2.4."
_BY_ITK = {_JPEG + n for n in ("57", "70", "80", "81", "90", "91")}
_LEAST_BY_ITK = 8

Decode = Callable[[Header, list[int], list[str]], Iterator[tuple[int, Array]]]


@dataclass
class Job:
    """Files that one thread reads, one after the other.

    Attributes:
        files: A header each, and slice index by frame index.
        notes: Oddities found in them.
        misfits: Slices whose values the array's dtype does not hold.
    """

    files: list[tuple[Header, dict[int, int]]]
    notes: list[str] = field(default_factory=list)
    misfits: list[tuple[int, Array]] = field(default_factory=list)

    @property
    def slices(self) -> int:
        """How many it fills."""
        return sum(len(wanted) for _, wanted in self.files)


class Target:
    """Where decoded slices go: colours as they are, grey values through their rescaling.

    Args:
        colour: (K, H, W, 3) uint8; None for grey.
        values: For grey.
        frames: By slice index.
    """

    def __init__(self, colour: Array | None, values: ValueStack | None, frames: list[Frame]) -> None:
        self._colour, self._values, self._frames = colour, values, frames
        self._is_set = bytearray(len(frames))
        self._final = 0

    def put(self, k: int, pixels: Array, *, may_widen: bool) -> bool:
        """Set slice ``k``; False, with nothing done, where that needs a wider dtype and may not have it."""
        if self._values is None:
            assert self._colour is not None
            self._colour[k] = pixels
        else:
            frame = self._frames[k]
            if not self._values.put(k, pixels, frame.slope, frame.intercept, may_widen=may_widen):
                return False
        self._is_set[k] = 1
        return True

    def array(self) -> Array:
        """(I, J, K) or (I, J, K, 3), as far as it is filled: a view."""
        if self._values is not None:
            return self._values.array()
        assert self._colour is not None
        return self._colour.transpose(2, 1, 0, 3)

    def final(self) -> int:
        """How many slices from the first on are set."""
        while self._final < len(self._is_set) and self._is_set[self._final]:
            self._final += 1
        return self._final


def fill(
    files: list[tuple[Header, dict[int, int]]], target: Target, count: int, notes: list[str], watch: Watch
) -> None:
    """Decode all files into ``target``.

    Args:
        files: A header each, and slice index by frame index.
        count: Slices altogether.
        notes: Oddities are added, in the order of ``files``.
        watch: Told now and then; asked for cancel at least every 50 ms where threads work.

    Raises:
        ReadError: If pixels cannot be decoded.
        Cancelled: If the user asked to stop.
    """
    if len(files) > 1 and all(h.pixels is not None for h, _ in files):
        jobs = [Job(files[n : n + _BATCH]) for n in range(0, len(files), _BATCH)]
        _in_threads(jobs, decode, target, count, notes, watch)
    elif len(files) >= _LEAST_BY_ITK and threads() > 1 and _agrees(files):
        _in_threads([Job([f]) for f in files], _decode_by_itk, target, count, notes, watch)
    else:
        _one_by_one(files, target, count, notes, watch)


def _tell(watch: Watch, done: int, count: int) -> None:
    watch.step(done, count, f"Reading slices: {min(done + 1, count)} of {count}")


def _one_by_one(
    files: list[tuple[Header, dict[int, int]]], target: Target, count: int, notes: list[str], watch: Watch
) -> None:
    done = 0
    for header, wanted in files:
        for index, pixels in decode(header, sorted(wanted), notes):
            _tell(watch, done, count)
            _require_size(pixels, header)
            target.put(wanted[index], pixels, may_widen=True)
            done += 1
            watch.filled(target.array(), target.final())


def _in_threads(
    jobs: list[Job], how: Decode, target: Target, count: int, notes: list[str], watch: Watch
) -> None:
    """Work on few jobs more than there are threads, and take them in their order.

    The array changes its dtype only while no job runs: a slice that does not
    fit is brought here, and the jobs after it wait.
    """
    stop = threading.Event()
    workers = min(threads(), len(jobs))
    running: deque[Future[Job]] = deque()
    left, done = iter(jobs), 0
    misfits: list[tuple[int, Array]] = []
    with ThreadPoolExecutor(workers, thread_name_prefix="slices") as pool:
        try:
            while True:
                while not misfits and len(running) < 2 * workers and (job := next(left, None)) is not None:
                    running.append(pool.submit(_work, job, how, target, stop))
                if not running and not misfits:
                    return
                while running and not wait([running[0]], timeout=0.05).done:
                    watch.check()
                if running:
                    job = running.popleft().result()
                    notes.extend(n for n in job.notes if n not in notes)
                    misfits += job.misfits
                    done += job.slices
                    _tell(watch, done, count)
                if not running:
                    for k, pixels in misfits:
                        target.put(k, pixels, may_widen=True)
                    misfits = []
                watch.filled(target.array(), target.final())
        finally:
            # On the way out with an error, what is under way ends at its next slice.
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


def _work(job: Job, how: Decode, target: Target, stop: threading.Event) -> Job:
    for header, wanted in job.files:
        for index, pixels in how(header, sorted(wanted), job.notes):
            if stop.is_set():
                raise Cancelled("Reading was stopped.")
            _require_size(pixels, header)
            if not target.put(wanted[index], pixels, may_widen=False):
                job.misfits.append((wanted[index], pixels))
    return job


def threads() -> int:
    """How many slices are decoded at a time."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(_MOST_THREADS, usable))


def _require_size(pixels: Array, header: Header) -> None:
    if pixels.shape[:2] != (header.rows, header.columns):
        raise ReadError(
            f"{header.path.name} says it is {header.columns} x {header.rows}, but its pixels are"
            f" {pixels.shape[1]} x {pixels.shape[0]}. Export it again."
        )


# --- compressed slices ----------------------------------------------------------------------


def _agrees(files: list[tuple[Header, dict[int, int]]]) -> bool:
    """Whether SimpleITK may decode these: plain slices, of which two come out as from pydicom."""
    if not all(_is_plain(header) for header, _ in files):
        return False
    for header in (files[0][0], files[-1][0]):
        try:
            ours, theirs = (next(how(header, [0], []))[1] for how in (decode, _decode_by_itk))
        except ReadError:
            return False
        if not np.array_equal(ours, theirs):
            return False
    return True


def _is_plain(header: Header) -> bool:
    """Whether there is one way only to understand the file, so that two libraries do it alike.

    SimpleITK adds the intercept of CT; for MR it goes by more than the
    intercept, so only MR without one is plain.
    """
    frame = header.frames[0]
    return (
        header.syntax in _BY_ITK
        and not header.has_table
        and (header.sop_class == _CT_IMAGE or (header.sop_class == _MR_IMAGE and frame.intercept == 0))
        and len(header.frames) == 1
        and header.samples == 1
        and header.photometric == "MONOCHROME2"
        and header.bits_allocated == 16
        and frame.slope == 1.0
        and float(frame.intercept).is_integer()
        and _has_utf8_name(header.path)
    )


def _has_utf8_name(path: Path) -> bool:
    try:
        utf8_name(path)
    except ReadError:
        return False
    return True


def _decode_by_itk(header: Header, indices: list[int], notes: list[str]) -> Iterator[tuple[int, Array]]:
    """As ``decode``, for one plain slice. What SimpleITK cannot read is left to pydicom, and its words."""
    from medsam.io.itk import simpleitk

    sitk = simpleitk()
    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(utf8_name(header.path))
    try:
        image = reader.Execute()
    except RuntimeError:
        yield from decode(header, indices, notes)
        return
    # The view is of the image's own memory, so it ends before the image does.
    view: Any = sitk.GetArrayViewFromImage(image)
    stored = np.empty((header.rows, header.columns), header.dtype)
    intercept = int(header.frames[0].intercept)
    is_rescaled = view.dtype.kind == "f" or (intercept == 0 and view.dtype != stored.dtype)
    if is_rescaled or view.shape[-2:] != stored.shape or view.size != stored.size:
        yield from decode(header, indices, notes)
        return
    # SimpleITK adds the intercept; further on, it is still to be added.
    np.subtract(view.reshape(stored.shape), intercept, out=stored, casting="unsafe")
    del view, image
    yield 0, interpret(stored, None, header, notes)
