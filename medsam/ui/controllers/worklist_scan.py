"""Which cases a folder or table holds: walking it, telling images by their content. No widgets; in a task."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from PyQt5.QtCore import QCoreApplication

from medsam.document.worklist import Key, Presence, WorkCase, Worklist, stored_path, survey
from medsam.document.worklist_file import WorklistStore, source_of
from medsam.document.worklist_pairs import cases_of, natural_order
from medsam.document.worklist_table import read_table
from medsam.errors import InputError, ReadError
from medsam.io import SeriesInfo, find_series
from medsam.io.sniff import Kind, is_half, sniff_quietly
from medsam.io.support import natural_key, some_names
from medsam.ui.background import Task
from medsam.ui.controllers.adapt_cases import mask_beside
from medsam.ui.controllers.saving import MASK_OF

translate = QCoreApplication.translate

TABLES = (".csv", ".tsv")
"""Extensions of tables."""

_NO_IMAGES = ("SEG", "RTSTRUCT", "RTDOSE", "RTPLAN", "SR", "PR", "KO", "REG", "RWV", "DOC")
_NAMED_LIKE_IMAGES = (".nii", ".nii.gz", ".nrrd", ".mha", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
_WALKED = (Kind.NIFTI, Kind.ITK, Kind.PICTURE)
_SKIPPED_FOLDERS = ("__macosx", "$recycle.bin", "system volume information")


@dataclass
class Found:
    """What a folder holds.

    Attributes:
        volumes, pictures: Files that are an image each, masks among them.
        dicom: Files of each folder that holds DICOM slices itself.
        odd: Files that are named like images and are none.
        is_whole: Whether all of it was looked at.
    """

    volumes: list[Path] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    dicom: dict[Path, list[Path]] = field(default_factory=dict)
    odd: list[Path] = field(default_factory=list)
    is_whole: bool = True


@dataclass(frozen=True)
class Loaded:
    """A worklist ready to be worked on.

    Attributes:
        store: Keeps it.
        worklist: Its cases.
        notes: What to tell the user.
    """

    store: WorklistStore
    worklist: Worklist
    notes: tuple[str, ...]


def look_through(folder: Path, task: Task, most: int | None = None) -> Found:
    """Every image below a folder, without reading one.

    Args:
        most: Files to look at; None for all.

    Raises:
        Cancelled: If the task was stopped.
        ReadError: If the folder cannot be listed.
    """
    found, count = Found(), 0
    for here, names in _folders(folder):
        is_dicom = False
        for name in names:
            if most is not None and count >= most:
                found.is_whole = False
                return found
            count += 1
            _tell(task, folder, count)
            path = here / name
            kind = Kind.DICOM if is_dicom and _is_slice_name(name) else sniff_quietly(path)
            if kind is Kind.DICOM:
                is_dicom = True
                found.dicom.setdefault(here, []).append(path)
            elif kind in _WALKED and not is_half(path):
                (found.pictures if kind is Kind.PICTURE else found.volumes).append(path)
            elif kind is Kind.UNKNOWN and name.lower().endswith(_NAMED_LIKE_IMAGES):
                found.odd.append(path)
    return found


def _folders(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    def refuse(error: OSError) -> None:
        if Path(error.filename or "") == folder:
            text = translate("Worklist", "{0} cannot be listed: {1}. Ask for the right to read it.")
            raise ReadError(text.format(folder.name, error.strerror))

    for root, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f.lower() not in _SKIPPED_FOLDERS)
        shown = (n for n in names if not n.startswith("."))
        yield Path(root), sorted(shown, key=lambda n: natural_key(Path(n)))


def _tell(task: Task, folder: Path, count: int) -> None:
    from medsam.errors import Cancelled

    if task.is_cancelled():
        raise Cancelled("Looking for cases was stopped.")
    task.report(-1.0, f"{folder.name}: {count}")


def _is_slice_name(name: str) -> bool:
    """In a folder of DICOM, what is named like a slice need not be opened to know it: there are thousands."""
    suffix = Path(name).suffix.lower()
    return name.upper() != "DICOMDIR" and (suffix in (".dcm", ".ima") or not suffix or suffix[1:].isdecimal())


def cases_in_folder(folder: Path, task: Task) -> tuple[list[WorkCase], tuple[str, ...]]:
    """A case for every image of a folder, and for every DICOM series; and what to tell the user.

    Raises:
        InputError: If there is none.
        Cancelled: If the task was stopped.
    """
    found = look_through(folder, task)
    single, several = [], list[WorkCase]()
    for place, files in found.dicom.items():
        series = _series_of(files, task)
        if len(series) > 1:
            several += _series_cases(place, series, folder)
        elif series:
            single.append(place)
    cases = cases_of([*found.volumes, *found.pictures], folder, single) + several
    if not cases:
        text = translate(
            "Worklist", "A worklist needs images; there is none in {0} or below. Choose another folder."
        )
        raise InputError(text.format(folder.name))
    return sorted(cases, key=lambda c: (natural_order(Path(c.image)), c.series)), _notes(found)


def _notes(found: Found) -> tuple[str, ...]:
    if not found.odd:
        return ()
    names = some_names([path.name for path in found.odd])
    text = translate("Worklist", "Files that are named like images cannot be read, and are no cases: {0}.")
    return (text.format(names),)


def _series_of(files: list[Path], task: Task) -> list[SeriesInfo]:
    """The image series among the DICOM files of one folder.

    Where the first and the last file are of one series, so are the others:
    reading thousands of headers over a network takes minutes.
    """
    ends = _image_series([files[0], files[-1]] if len(files) > 1 else files, task)
    if len(ends) == 1 and len(files) > 1:
        return ends
    return _image_series(files, task) if len(files) > 1 else ends


def _image_series(files: list[Path], task: Task) -> list[SeriesInfo]:
    try:
        found = find_series(list(files), is_cancelled=task.is_cancelled)
    except ReadError:
        return []
    return [info for info in found if info.modality not in _NO_IMAGES]


def _series_cases(place: Path, series: list[SeriesInfo], root: Path) -> list[WorkCase]:
    cases, used = [], Counter[str]()
    for info in series:
        title = " ".join((info.description or info.modality or info.uid).split())
        used[title] += 1
        # Every series needs a mask of its own beside the folder that they share.
        told = sha256(info.uid.encode()).hexdigest()[:6]
        mask = place.with_name(f"{place.name}-{told}{MASK_OF}.nii.gz")
        cases.append(
            WorkCase(
                stored_path(place, root),
                stored_path(mask, root),
                series=info.uid,
                title=title if used[title] == 1 else f"{title} ({used[title]})",
            )
        )
    return cases


def slices_of(folder: Path) -> list[Path]:
    """The DICOM files that a folder itself holds; empty if it holds other images."""
    names = sorted((p for p in folder.iterdir() if not p.name.startswith(".")), key=natural_key)
    return [p for p in names if sniff_quietly(p) is Kind.DICOM]


def load_worklist(path: Path, user_folder: Path, task: Task) -> Loaded:
    """The worklist of a folder, a table, or a stored list.

    Raises:
        InputError: If there are no cases, or the table or stored list does not do.
        Cancelled: If the task was stopped.
    """
    source = source_of(path)
    if not source.exists():
        text = translate(
            "Worklist", "There is no file or folder named {0}. Check the name and where it lies."
        )
        raise ReadError(text.format(source.name))
    found, notes = cases_in_folder(source, task) if source.is_dir() else (read_table(source), ())
    store = WorklistStore(source, user_folder)
    cases, stored = store.load(found)
    worklist = Worklist(store.root, cases)
    worklist.labels = stored.labels
    worklist.set_presence(look_at(worklist))
    gone = sum(worklist.is_missing(key) for key in worklist.keys)
    if gone == len(worklist):
        text = translate(
            "Worklist", "A worklist needs images; none of {0} is there. Check whether they were moved."
        )
        raise InputError(text.format(source.name))
    return Loaded(store, worklist, (*stored.notes, *notes))


def look_at(worklist: Worklist) -> dict[Key, Presence]:
    """Which images and masks of a list lie on the disk."""
    return survey(worklist.cases, worklist.root, mask_beside)


def is_list(path: Path) -> bool:
    """Whether a path the user gave is a table or a stored list."""
    return path.is_file() and (path.suffix.lower() in TABLES or source_of(path) != path)
