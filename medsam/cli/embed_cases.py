"""Which images ``embed`` works through: files, DICOM folders, and worklists as the window has them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from medsam.document.worklist import CaseState, WorkCase, path_of
from medsam.document.worklist_file import source_of
from medsam.document.worklist_pairs import cases_of
from medsam.document.worklist_table import read_table
from medsam.errors import InputError, ReadError
from medsam.io import find_series
from medsam.io.sniff import Kind, is_half, sniff_quietly

TABLES = (".csv", ".tsv")
"""Extensions of worklists that are tables."""

_IMAGES = (Kind.NIFTI, Kind.ITK, Kind.PICTURE)
_NO_PIXELS = ("SEG", "RTSTRUCT", "RTDOSE", "RTPLAN", "SR", "PR", "KO", "REG", "RWV", "DOC")


@dataclass(frozen=True)
class Case:
    """One image to encode.

    Attributes:
        path: File or DICOM folder.
        series: UID in a folder with several; None for its only one.
    """

    path: Path
    series: str | None = None


def cases_at(paths: Iterable[Path]) -> Iterator[Case | tuple[Path, InputError | ReadError]]:
    """The images that paths stand for, in order; a path that stands for none with its error.

    A table (.csv, .tsv) or a stored list stands for its cases, the finished
    ones last; a folder with DICOM files, or with images in it or below, for
    those that the window would list; any other path for itself.
    """
    for given in paths:
        try:
            yield from _cases_of(source_of(given))
        except (InputError, ReadError) as error:
            yield given, error
        except OSError as error:
            yield given, ReadError(f"{given.name} cannot be read: {error.strerror}. Check where it lies.")


def _cases_of(path: Path) -> list[Case]:
    if path.suffix.lower() in TABLES and path.is_file():
        listed = sorted(read_table(path), key=lambda case: case.state is CaseState.DONE)
        return [_case(case, path.parent) for case in listed]
    if path.is_dir():
        return _cases_below(path)
    return [Case(path)]


def _case(listed: WorkCase, root: Path) -> Case:
    return Case(path_of(listed.image, root), listed.series or None)


def _cases_below(folder: Path) -> list[Case]:
    """Images and DICOM series of a folder, without the masks among them."""
    files, series = list[Path](), list[Case]()
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = [Path(root) / name for name in sorted(names) if not name.startswith(".")]
        kinds = {path: sniff_quietly(path) for path in here}
        files += [path for path in here if kinds[path] in _IMAGES and not is_half(path)]
        if Kind.DICOM in kinds.values():
            series += _series_in(Path(root), [path for path in here if kinds[path] is Kind.DICOM])
    cases = [*(_case(case, folder) for case in cases_of(files, folder)), *series]
    if not cases:
        raise InputError(
            f"Encoding ahead needs images; there is none in {folder.name} or below. Name another folder."
        )
    return cases


def _series_in(folder: Path, files: list[Path]) -> list[Case]:
    found = [info for info in find_series(list(files)) if info.modality not in _NO_PIXELS]
    # The only series of a folder needs no name, and opens as it does in the window.
    return [Case(folder, info.uid if len(found) > 1 else None) for info in found]
