"""Reading a worklist's cases: image and mask together, and the next case ahead of time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject

from medsam.document import Label, LabelTable, default_colour
from medsam.document.records import label_from_json
from medsam.document.worklist import Key, Worklist, stem_and_suffix
from medsam.document.worklist_pairs import PICTURES
from medsam.document.worklist_table import label_names
from medsam.errors import MedSAMError
from medsam.ui.background import Task, TaskRunner
from medsam.ui.controllers.adapt_cases import mask_beside
from medsam.ui.controllers.files import Opened, prepare
from medsam.ui.controllers.saving import MASK_OF, default_target
from medsam.ui.controllers.worklist_scan import slices_of
from medsam.ui.data_words import label_name
from medsam.ui.timers import single_shot
from medsam.volume import Volume

WRITABLE = (".nii.gz", ".nii", ".nrrd", ".mha", ".png", ".tif", ".tiff")
"""Formats in which a mask may be saved where it was read from."""

SHARE_OF_MEMORY = 0.25
"""Of the free memory, what the next case may take before anybody asked for it."""

_AHEAD_MS = 800
_FLAT = (".png", ".tif", ".tiff")
_PACKED = (".gz", ".png", ".jpg", ".jpeg", ".tif", ".tiff")
_UNPACKED_BY = 6


@dataclass(frozen=True)
class Request:
    """Which case to read, and what it begins with.

    Attributes:
        key: Of the case.
        image: File or DICOM folder.
        series: UID in a folder with several; "" for its only one.
        mask: Its saved mask; None if it has none.
        wanted: Where the list says its mask goes; None for the usual place.
        labels: The table to begin with.
        names: Of label values, from a table of cases.
        others: File names of the list's other images.
    """

    key: Key
    image: Path
    series: str = ""
    mask: Path | None = None
    wanted: Path | None = None
    labels: tuple[Label, ...] = ()
    names: dict[int, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()

    @property
    def stamp(self) -> tuple[Any, ...]:
        """What changes when the files do."""
        return tuple(stamp_of(path) for path in (self.image, self.mask) if path is not None)


@dataclass(frozen=True)
class Files:
    """What the files of a case hold.

    Attributes:
        stamp: Of the request, before anything was read.
        volume: The image.
        mask: Label values (I, J, K); None without a mask.
        names: Of the labels, as the mask's file says.
        problem: Why the mask could not be read; "" if it could.
    """

    stamp: tuple[Any, ...]
    volume: Volume
    mask: npt.NDArray[Any] | None
    names: dict[int, str]
    problem: str = ""

    @property
    def nbytes(self) -> int:
        """Memory that they take."""
        return int(self.volume.array.nbytes + (self.mask.nbytes if self.mask is not None else 0))


def stamp_of(path: Path) -> tuple[Any, ...]:
    """What of a file changes when somebody writes it."""
    try:
        found = path.stat()
    except OSError:
        return (str(path),)
    return (str(path), found.st_size, found.st_mtime_ns)


def request_for(work: Worklist, key: Key, labels: Iterable[Label] | None) -> Request:
    """What to read of a case, and the label table that it begins with; None takes the stored one."""
    image, wanted = work.image(key), work.mask(key) or _place_of_its_own(work, key)
    mask = wanted or mask_beside(image)
    return Request(
        key,
        image,
        work[key].series,
        mask if mask is not None and mask.is_file() else None,
        wanted,
        tuple(labels) if labels is not None else _stored_labels(work),
        label_names(work[key].labels),
        frozenset(Path(k[0]).name for k in work.keys if k != key),
    )


def _place_of_its_own(work: Worklist, key: Key) -> Path | None:
    """Where the mask goes if another case of the same name has the usual place; None if none has."""
    same = work.namesakes(key)
    if len(same) < 2 or key == same[0]:
        return None
    image = work.image(key)
    stem, suffix = stem_and_suffix(image.name)
    told = sha256(key[1].encode()).hexdigest()[:6] if key[1] else suffix.strip(".").replace(".", "-").lower()
    ending = ".png" if suffix.lower() in PICTURES else ".nii.gz"
    return image.with_name(f"{stem}-{told}{MASK_OF}{ending}")


def _stored_labels(work: Worklist) -> tuple[Label, ...]:
    try:
        return tuple(label_from_json(row) for row in work.labels)
    except (MedSAMError, KeyError, TypeError, ValueError):
        return ()


def target_of(request: Request, volume: Volume, problem: str = "") -> Path:
    """Where a case's mask is saved: where it lies, else in the usual place beside the image.

    Args:
        request: Of the case.
        volume: Its image.
        problem: Why the mask that lies there could not be read; it is not written over.
    """
    flat = volume.is_picture and volume.shape[2] == 1
    wanted = request.mask or request.wanted or mask_beside(request.image)
    lower = wanted.name.lower() if wanted is not None else ""
    if wanted is None or not lower.endswith(WRITABLE) or (lower.endswith(_FLAT) and not flat):
        wanted = default_target(request.image, volume.name, flat)
    return free_name(wanted) if problem else wanted


def free_name(path: Path) -> Path:
    """The same name with the first number that no file has."""
    suffix = next((s for s in WRITABLE if path.name.lower().endswith(s)), path.suffix)
    stem, number, free = path.name[: -len(suffix)], 2, path
    while free.exists():
        free, number = path.with_name(f"{stem}-{number}{suffix}"), number + 1
    return free


def read_files(request: Request, task: Task) -> Files:
    """Read image and mask.

    Raises:
        ReadError: If the image cannot be read. A mask that cannot is told in ``problem``.
        Cancelled: If the task was stopped.
    """
    from medsam.io import read_label_map, read_label_names

    stamp = request.stamp
    volume = _read_image(request, task)
    if request.mask is None:
        return Files(stamp, volume, None, {})
    try:
        values, _geometry = read_label_map(request.mask, volume.geometry)
        names = read_label_names(request.mask)
    except MedSAMError as error:
        return Files(stamp, volume, None, {}, str(error))
    return Files(stamp, volume, values, names)


def _read_image(request: Request, task: Task) -> Volume:
    from medsam.io import SeveralSeries, read_volume

    path: Path | list[Path] = request.image
    if request.image.is_dir():
        # Only what the folder holds itself: its subfolders are cases of their own.
        path = slices_of(request.image) or request.image

    def read(series: str | None) -> Volume:
        return read_volume(path, series=series, on_progress=task.report, is_cancelled=task.is_cancelled)

    try:
        return read(request.series or None)
    except SeveralSeries as several:
        return read(max(several.series, key=lambda info: info.count).uid)


def table_of(request: Request, files: Files) -> LabelTable:
    """The label table of a case: the one carried along, with what the mask's file says of its own labels.

    Locks stay behind: they protect what was drawn, and here nothing is.
    """
    names = {**request.names, **files.names}
    table = [
        replace(label, name=names.pop(label.id, "").strip() or label.name, locked=False)
        for label in request.labels
    ]
    known = {label.id for label in table}
    used = {int(v) for v in np.unique(files.mask)} if files.mask is not None else set()
    for value in sorted((used | names.keys()) - known - {0}):
        name = names.get(value, "").strip() or label_name(value)
        table.append(Label(value, name, default_colour(value)))
    return LabelTable(tuple(table))


def make_document(request: Request, files: Files) -> Opened:
    """The document of a case whose files were read."""
    opened = prepare(files.volume, request.image, files.mask, table_of(request, files))
    return replace(opened, apart="#".join(request.key), others=request.others)


class ReadAhead(QObject):
    """Reads one case before anybody asks for it; gives way to everything else.

    Args:
        tasks: Runs the reading; nothing of it is shown.
    """

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._task: Task | None = None
        self._request: Request | None = None
        self._files: Files | None = None
        self._timer = single_shot(self, self._begin, _AHEAD_MS)

    @property
    def ready(self) -> Key | None:
        """The case that waits in memory."""
        return self._request.key if self._request is not None and self._files is not None else None

    def want(self, request: Request | None) -> None:
        """Read this case soon; whatever was read before and not used is dropped. None for nothing."""
        self.drop()
        self._request = request
        if request is not None:
            self._timer.start()

    def take(self, request: Request) -> Files | None:
        """What was read of a case, if its files are as they were then; it is dropped here."""
        files, wanted = self._files, self._request
        self.drop()
        if files is None or wanted is None or wanted.key != request.key:
            return None
        same = (wanted.image, wanted.series, wanted.mask) == (request.image, request.series, request.mask)
        return files if same and files.stamp == request.stamp else None

    def drop(self) -> None:
        """Give up the reading, and free what was read."""
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
        self._task = self._request = self._files = None

    def _begin(self) -> None:
        request = self._request
        if request is None:
            return

        def work(task: Task) -> Files | None:
            if _expected_bytes(request.image) > room():
                return None
            files = read_files(request, task)
            return files if files.nbytes <= room() else None

        def done(files: Files | None) -> None:
            if request is self._request:
                self._task, self._files = None, files

        def failed(_: BaseException) -> None:
            # Opening the case will say so, if it is ever opened.
            if request is self._request:
                self._task = None

        self._task = self._tasks.start("", work, done, failed)


def room() -> float:
    """Bytes that reading ahead may take now."""
    import psutil

    return float(psutil.virtual_memory().available) * SHARE_OF_MEMORY


def _expected_bytes(image: Path) -> float:
    """About what an image takes in memory, by the size of its files."""
    size = 0.0
    with contextlib.suppress(OSError):
        files = [p for p in image.iterdir() if p.is_file()] if image.is_dir() else [image]
        for path in files:
            packed = path.suffix.lower() in _PACKED
            size += path.stat().st_size * (_UNPACKED_BY if packed else 2)
    return size
