"""Which series lie in a DICOM folder, a DICOMDIR or a list of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from medsam.errors import ReadError
from medsam.io.dicom_elements import read_dataset
from medsam.io.dicom_geometry import Placement, place
from medsam.io.dicom_headers import Frame, Header, read_header
from medsam.io.support import Watch, natural_key, plural, some_names

_ORIENTATION_TOLERANCE = 0.005
_SPACING_TOLERANCE = 0.001


@dataclass(frozen=True)
class SeriesInfo:
    """One series of a folder, as a chooser shows it.

    Attributes:
        uid: Pass it as ``series=`` to open this one. The file's own series
            UID, with ``#2`` and so on where one UID holds several stacks.
        description: As the scanner named it.
        modality: DICOM code.
        count: Slices, or pictures, or files if it is not an image.
        files: That it is made of.
        problems: Why it cannot be opened, or why one would rather not.
    """

    uid: str
    description: str
    modality: str
    count: int
    files: tuple[Path, ...]
    problems: tuple[str, ...] = ()


class SeveralSeries(ReadError):
    """More than one series could be meant; ``series`` lists all of them."""

    def __init__(self, message: str, series: list[SeriesInfo]) -> None:
        super().__init__(message)
        self.series = series


@dataclass
class Series:
    """Frames that belong into one stack, and what stands against it.

    Attributes:
        header: Of the first file; every file agrees on what matters.
        frames: In no order yet.
        blocker: Why it cannot be read, as a whole sentence, or "".
        notes: What to tell when it is opened.
    """

    header: Header
    frames: list[Frame] = field(default_factory=list)
    uid: str = ""
    blocker: str = ""
    notes: list[str] = field(default_factory=list)
    placement: Placement | None = None
    headers: dict[Path, Header] = field(default_factory=dict)

    @property
    def has_geometry(self) -> bool:
        """Whether its frames can be placed in the patient."""
        return bool(self.frames) and self.frames[0].has_geometry

    @property
    def files(self) -> tuple[Path, ...]:
        """Its files, each once."""
        return tuple(dict.fromkeys([f.path for f in self.frames] or self.headers))

    @property
    def title(self) -> str:
        """A name for messages."""
        return self.header.description or f"the {self.header.modality or 'DICOM'} series"

    def info(self) -> SeriesInfo:
        """What a chooser shows."""
        problems = [self.blocker] if self.blocker else []
        if self.header.is_scout:
            problems.append("A scout (localizer), made to plan the scan.")
        count = len(self.placement.columns) if self.placement else len(self.frames) or len(self.files)
        return SeriesInfo(
            self.uid, self.header.description, self.header.modality, count, self.files, tuple(problems)
        )


def group_headers(headers: list[Header]) -> list[Series]:
    """Sort frames into series: same UID, size, colour, orientation and pixel spacing.

    Every series that has geometry is placed at once, so that its problems
    are known before any pixel is read.
    """
    groups: dict[tuple[Any, ...], list[Series]] = {}
    for header in headers:
        if header.blocker:
            key = ("blocked", header.uid, header.modality, header.path if not header.uid else "")
            series = groups.setdefault(key, [Series(header, blocker=header.blocker)])[0]
            series.headers[header.path] = header
            continue
        for frame in header.frames:
            members = groups.setdefault(_key(header, frame), [])
            found = next((s for s in members if _fits(s.frames[0], frame)), None)
            if found is None:
                members.append(Series(header, [frame], headers={header.path: header}))
                continue
            found.frames.append(frame)
            found.headers[header.path] = header
    result = [s for members in groups.values() for s in members]
    for series in result:
        _finish(series)
    _name(result)
    return result


def _key(header: Header, frame: Frame) -> tuple[Any, ...]:
    alone: object = None
    if not frame.has_geometry and (len(header.frames) > 1 or header.is_projection):
        alone = header.path
    uid = header.uid or (header.frame_of_reference, header.description)
    return (
        uid,
        header.series_number,
        header.modality,
        header.rows,
        header.columns,
        header.is_colour,
        header.is_scout,
        frame.has_geometry,
        alone,
    )


def _fits(a: Frame, b: Frame) -> bool:
    if a.orientation == b.orientation and a.spacing == b.spacing:
        return True
    if a.orientation is None or b.orientation is None or a.spacing is None or b.spacing is None:
        return True
    turned = np.abs(np.subtract(a.orientation, b.orientation)).max()
    scaled = np.abs(np.divide(a.spacing, b.spacing) - 1).max()
    return bool(turned <= _ORIENTATION_TOLERANCE and scaled <= _SPACING_TOLERANCE)


def _finish(series: Series) -> None:
    """Drop copies, collect notes, and place what has geometry."""
    if not series.frames:
        return
    _drop_copies(series)
    for header in series.headers.values():
        series.notes.extend(n for n in header.notes if n not in series.notes)
    if not series.has_geometry:
        series.frames.sort(key=lambda f: (*f.order[:-2], natural_key(f.path), f.index))
        return
    try:
        series.placement = place(series.frames, series.title)
    except ReadError as error:
        series.blocker = str(error)
    else:
        series.notes.extend(series.placement.notes)


def _drop_copies(series: Series) -> None:
    """The same object stored under two names counts once."""
    seen: dict[tuple[str, int], Frame] = {}
    kept, dropped = [], []
    for frame in series.frames:
        key = (frame.sop_uid, frame.index)
        if frame.sop_uid and key in seen and seen[key].position == frame.position:
            dropped.append(frame.path.name)
        else:
            seen[key] = frame
            kept.append(frame)
    if dropped:
        series.frames = kept
        series.notes.append(
            f"Slices stored twice were taken once; left out: {some_names(list(dict.fromkeys(dropped)))}."
        )


def _name(all_series: list[Series]) -> None:
    """Give each a UID of its own, largest stack first among those that share one."""
    counts: dict[str, int] = {}
    for series in sorted(all_series, key=lambda s: -len(s.frames)):
        base = series.header.uid or "no-uid"
        counts[base] = counts.get(base, 0) + 1
        series.uid = base if counts[base] == 1 else f"{base}#{counts[base]}"


Headers = Mapping[Path, Header | None]
"""Of files; None for those that could not be parsed."""


def read_headers(files: list[Path], watch: Watch) -> Headers:
    """The headers of files that should be DICOM.

    Raises:
        OSError: If one cannot be read at all.
    """
    found: dict[Path, Header | None] = {}
    for n, path in enumerate(files):
        watch.step(n, len(files), f"Reading headers: {n + 1} of {len(files)}")
        try:
            found[path] = read_header(path)
        except ReadError:
            found[path] = None
    return found


def group_files(files: Headers) -> tuple[list[Series], list[str]]:
    """The series that files make up, and the names of those that could not be parsed."""
    series = group_headers([header for header in files.values() if header is not None])
    return series, [path.name for path, header in files.items() if header is None]


def series_of(header: Header, siblings: Headers) -> Series:
    """The series that one file of a folder belongs to.

    Args:
        header: Of the file.
        siblings: DICOM files of its folder.
    """
    headers = [header]
    for path, other in siblings.items():
        if other is None or path == header.path:
            continue
        if other.uid == header.uid and other.series_number == header.series_number:
            headers.append(other)
    for series in group_headers(headers):
        if any(f.path == header.path for f in series.frames):
            return series
    raise ReadError(f"{header.path.name} holds no picture. Export the series again.")


def choose(all_series: list[Series], wanted: str | None, name: str, damaged: list[str]) -> Series:
    """The one series to open.

    Raises:
        SeveralSeries: If more than one could be meant.
        ReadError: If none can be opened, or ``wanted`` is not there.
    """
    if wanted is not None:
        found = [s for s in all_series if s.uid == wanted]
        if not found:
            raise ReadError(
                f"{name} holds {len(all_series)} series, but none with the UID {wanted}."
                " Choose one of those that info lists."
            )
        return _with_damage(found[0], damaged)
    readable = [s for s in all_series if not s.blocker]
    main = [s for s in readable if not s.header.is_scout]
    if not main and not any(s.frames for s in all_series if s.blocker):
        main = readable
    if len(main) > 1:
        titles = some_names([f"{s.title} ({len(s.frames)})" for s in main], 4)
        raise SeveralSeries(
            f"One series can be open at a time; {name} holds {len(main)}: {titles}. Choose one.",
            [s.info() for s in all_series],
        )
    if not main:
        raise ReadError(_none_readable(all_series, name, damaged))
    others = [s for s in all_series if s is not main[0]]
    if others:
        left = some_names([_why_left(s) for s in others])
        main[0].notes.append(f"{len(others)} other series left out: {left}.")
    return _with_damage(main[0], damaged)


def _why_left(series: Series) -> str:
    if series.header.is_scout and not series.blocker:
        return f"{series.title} (a scout)"
    if not series.frames:
        return f"{series.files[0].name} ({series.header.modality or 'no image'})"
    return f"{series.title} ({series.header.modality or 'not an image'})"


def _with_damage(series: Series, damaged: list[str]) -> Series:
    if damaged:
        series.notes.append(
            f"{plural(len(damaged), 'file')} could not be read as DICOM: {some_names(damaged)}."
        )
    return series


def _none_readable(all_series: list[Series], name: str, damaged: list[str]) -> str:
    blocked = [s for s in all_series if s.blocker and s.frames] or [s for s in all_series if s.blocker]
    reasons = list(dict.fromkeys(s.blocker for s in blocked))
    if len(reasons) == 1:
        return reasons[0]
    if not reasons:
        return (
            f"A DICOM folder needs image files; {name} holds none that can be read"
            f" ({some_names(damaged)}). Copy it again."
        )
    return f"None of the {len(blocked)} image series in {name} can be opened. {' '.join(reasons[:2])}"


def dicomdir_files(path: Path) -> tuple[list[Path], str]:
    """Files that a DICOMDIR lists and that lie beside it.

    Returns:
        The files, and a note on those that are missing, or "".

    Raises:
        ReadError: If none of them is there.
    """
    dataset = read_dataset(path, ["DirectoryRecordSequence"], pixels=False)
    found, missing = [], 0
    for record in dataset.get("DirectoryRecordSequence") or ():
        reference = record.get("ReferencedFileID")
        if not reference:
            continue
        parts = [reference] if isinstance(reference, str) else [str(p) for p in reference]
        file = _resolve(path.parent, parts)
        if file is None:
            missing += 1
        else:
            found.append(file)
    if not found:
        listed = (
            f"none of the {missing} that {path.name} lists is there" if missing else f"{path.name} lists none"
        )
        raise ReadError(
            f"A DICOMDIR lists files that lie beside it; {listed}."
            " Copy the whole disc, or open a folder of DICOM files."
        )
    return found, f"Listed in the DICOMDIR but missing: {plural(missing, 'file')}." if missing else ""


def _resolve(folder: Path, parts: list[str]) -> Path | None:
    """The file at ``parts`` under ``folder``, whatever the case of its names."""
    for part in parts:
        step = folder / part
        if not step.exists():
            try:
                step = next(p for p in folder.iterdir() if p.name.lower() == part.lower())
            except (StopIteration, OSError):
                return None
        folder = step
    return folder if folder.is_file() else None
