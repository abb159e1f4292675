"""Where a worklist's states and times are stored: one JSON file beside the images.

``medsam-worklist.json`` in a folder, ``<name>.medsam-worklist.json`` beside a
table; where that place cannot be written, a file of the second kind in the
user's own folder. UTF-8, an object with

* ``format``: "medsam-worklist"; ``version``: 1, larger for what this reader
  would misunderstand;
* ``root``: what paths are relative to; "" for the file's own folder;
* ``labels``: the label table that the next case without a mask begins with, a
  list of objects with ``id``, ``name``, ``color`` and the like;
* ``cases``: a list of objects, one a case. ``image`` and ``mask`` are paths
  with forward slashes, relative to the root or absolute; ``series`` is a DICOM
  UID or ""; ``state`` is "not started", "in progress", "done" or "flagged";
  ``note`` is text; ``seconds`` the time worked; ``opened`` and ``changed`` are
  ISO 8601 in UTC or ""; ``modality`` is DICOM's code or "";
  ``title`` names a series.

Other entries are kept as they are. The file is written under another name and
renamed, so it is the old or the new one; writing first reads what is there,
under a lock, and merges case by case (the later word wins, times add up), so
two windows may work through one list.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medsam.document.case_lock import locked
from medsam.document.whole_files import write_whole
from medsam.document.worklist import CaseState, Changes, Key, WorkCase, path_of
from medsam.document.worklist_pairs import natural_order
from medsam.errors import InputError, WriteError

NAME = "medsam-worklist.json"
FORMAT, VERSION = "medsam-worklist", 1
_TEXTS = ("image", "mask", "series", "note", "opened", "changed", "labels", "modality", "title")
_LOCK_SECONDS = 5.0


@dataclass
class Stored:
    """What a file holds.

    Attributes:
        cases: By key, in the file's order.
        labels: The label table as JSON.
        rest: Entries that this program does not know, kept for whoever wrote them.
        notes: Sentences on what was wrong with the file.
    """

    cases: dict[Key, WorkCase] = field(default_factory=dict)
    labels: list[dict[str, Any]] = field(default_factory=list)
    rest: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Saved:
    """What became of ``WorklistStore.save``.

    Attributes:
        cases: As they are stored now, with what other windows said.
        notes: Sentences for the user: damage, or another place of the file.
    """

    cases: tuple[WorkCase, ...]
    notes: tuple[str, ...] = ()


def source_of(path: Path) -> Path:
    """What a path given by the user means: the folder or table of a stored list, else itself.

    Raises:
        InputError: If a stored list cannot be read.
    """
    if not path.name.endswith(NAME) or not path.is_file():
        return path
    data = _parse(path.read_bytes(), path)
    root = path_of(str(data.get("root", "")) or ".", path.parent)
    table = str(data.get("table", ""))
    return root / table if table else root


class WorklistStore:
    """Reads and writes the file of one folder or table. Holds no state between calls but the place.

    Args:
        source: The folder, or the table's file.
        user_folder: For lists whose own place cannot be written.
    """

    def __init__(self, source: Path, user_folder: Path) -> None:
        self.source = source
        self.table = "" if source.is_dir() else source.name
        self.root = source if source.is_dir() else source.parent
        self._beside = source / NAME if not self.table else source.with_name(f"{source.stem}.{NAME}")
        digest = hashlib.sha256(os.path.normcase(os.path.abspath(source)).encode("utf-8", "replace"))
        self._elsewhere = user_folder / f"{source.stem[:60]}-{digest.hexdigest()[:12]}.{NAME}"
        self.file = self._beside

    @property
    def is_elsewhere(self) -> bool:
        """Whether the list is kept in the user's folder."""
        return self.file == self._elsewhere

    def load(self, found: Iterable[WorkCase]) -> tuple[list[WorkCase], Stored]:
        """The cases that were found, with what is stored of them.

        Cases of a folder that are stored and not there any more stay in the
        list, as missing.

        Args:
            found: Of the folder's images or the table's rows, in their order.

        Raises:
            InputError: If a newer program wrote the file, or it cannot be read.
        """
        stored = self._read(self._beside)
        away = self._read(self._elsewhere)
        for key, case in away.cases.items():
            here = stored.cases.get(key)
            if here is None or case.changed > here.changed:
                stored.cases[key] = case
        stored.labels = stored.labels or away.labels
        stored.notes += away.notes
        cases = [self._joined(case, stored.cases.get(case.key)) for case in found]
        if not self.table:
            known = {case.key for case in cases}
            gone = [c for k, c in stored.cases.items() if k not in known]
            cases += [c for c in gone if not path_of(c.image, self.root).exists()]
            cases.sort(key=lambda c: natural_order(Path(c.image)))
        return cases, stored

    def save(self, changes: Changes) -> Saved:
        """Write what one window says into the file.

        Raises:
            WriteError: If it can be written nowhere, or another window holds it for long.
            InputError: If a newer program wrote it meanwhile.
        """
        try:
            return self._save_to(self.file, changes)
        except PermissionError:
            if self.is_elsewhere:
                raise _write_error(self.file, PermissionError(errno.EACCES, "")) from None
        except OSError as error:
            if self.is_elsewhere or error.errno not in (errno.EROFS, errno.EPERM, errno.EACCES):
                raise _write_error(self.file, error) from error
        try:
            self._elsewhere.parent.mkdir(parents=True, exist_ok=True)
            saved = self._save_to(self._elsewhere, changes)
        except OSError as error:
            raise _write_error(self._elsewhere, error) from error
        self.file = self._elsewhere
        note = (
            f"{self.source.name} cannot be written, so states and times of its cases are kept in"
            " your own folder on this machine."
        )
        return Saved(saved.cases, (*saved.notes, note))

    def _joined(self, found: WorkCase, stored: WorkCase | None) -> WorkCase:
        if stored is None:
            return found
        mask = stored.mask
        if not mask or (found.mask and not path_of(mask, self.root).is_file()):
            mask = found.mask
        return dataclasses.replace(
            stored, mask=mask, labels=found.labels or stored.labels, title=found.title or stored.title
        )

    def _read(self, file: Path) -> Stored:
        try:
            raw = file.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return Stored()
        except OSError as error:
            raise InputError(
                f"{file.name} cannot be read: {error.strerror}. Check the right to read it."
            ) from error
        try:
            data = _parse(raw, file)
        except _Damaged:
            return Stored(notes=(self._put_aside(file, "is damaged"),))
        cases, odd = _cases(data.pop("cases", []))
        labels = data.pop("labels", [])
        notes: tuple[str, ...] = ()
        if odd:
            what = "has an entry that is" if odd == 1 else f"has {odd} entries that are"
            notes = (self._put_aside(file, f"{what} no case", move=False),)
        return Stored(cases, _labels(labels), data, notes)

    def _put_aside(self, file: Path, what: str, move: bool = True) -> str:
        """Keep a copy of a damaged file; returns what to tell."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        copy = file.with_name(f"{file.name.removesuffix('.json')}.damaged-{stamp}.json")
        try:
            if move:
                os.replace(file, copy)
            else:
                copy.write_bytes(file.read_bytes())
        except OSError:
            return f"{file.name} {what}. The cases begin anew; nothing else was touched."
        rest = "States and times begin anew" if move else "The others are in use"
        return f"{file.name} {what} and was kept as {copy.name}. {rest}; images and masks were not touched."

    def _save_to(self, file: Path, changes: Changes) -> Saved:
        with _locked(file):
            stored = self._read(file)
            merged = dict(stored.cases)
            for case in changes.cases:
                merged[case.key] = _merged(case, stored.cases.get(case.key), changes)
            labels = stored.labels if changes.labels is None else changes.labels
            data = {
                **stored.rest,
                "format": FORMAT,
                "version": VERSION,
                "root": self.root.absolute().as_posix() if file == self._elsewhere else "",
                "table": self.table,
                "labels": labels,
                "cases": [_to_json(case) for case in merged.values()],
            }
            write_whole(file, json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass"))
        return Saved(tuple(merged[case.key] for case in changes.cases), stored.notes)


def _merged(ours: WorkCase, theirs: WorkCase | None, changes: Changes) -> WorkCase:
    """One case of two windows: the later word wins, times add up."""
    if theirs is None:
        return ours
    result = theirs
    if ours.key in changes.said:
        newer = ours if ours.changed >= theirs.changed else theirs
        result = dataclasses.replace(
            newer,
            opened=max(ours.opened, theirs.opened),
            labels=ours.labels,
            modality=ours.modality or theirs.modality,
        )
    seconds = theirs.seconds + changes.seconds.get(ours.key, 0.0)
    return dataclasses.replace(result, seconds=seconds, mask=result.mask or ours.mask)


def _to_json(case: WorkCase) -> dict[str, Any]:
    return {**dataclasses.asdict(case), "state": case.state.value, "seconds": round(case.seconds, 1)}


class _Damaged(InputError):
    """It is no such file, or not whole."""


def _parse(raw: bytes, file: Path) -> dict[str, Any]:
    try:
        data = json.loads(raw.decode("utf-8-sig", "surrogatepass"))
    except (ValueError, RecursionError):
        raise _Damaged(f"A stored worklist is JSON; {file.name} is not. Open its folder instead.") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("cases"), list):
        raise _Damaged(f"{file.name} is no worklist of this program. Open its folder instead.")
    version = data.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise InputError(
            f"{file.name} was written by a newer version of this program ({version}; this one knows"
            f" {VERSION}). Update this program, or work on a copy of the folder without that file."
        )
    return data


def _cases(entries: list[Any]) -> tuple[dict[Key, WorkCase], int]:
    """The cases, and how many entries are none."""
    cases: dict[Key, WorkCase] = {}
    masks: set[str] = set()
    odd = 0
    for entry in entries:
        case = _case(entry)
        if case is None or case.key in cases:
            odd += 1
            continue
        if case.mask in masks or case.mask == case.image:
            case, odd = dataclasses.replace(case, mask=""), odd + 1
        masks |= {case.mask} - {""}
        cases[case.key] = case
    return cases, odd


def _case(entry: Any) -> WorkCase | None:
    if not isinstance(entry, dict) or not entry.get("image"):
        return None
    texts = {name: entry.get(name, "") for name in _TEXTS}
    seconds = entry.get("seconds", 0.0)
    if not all(isinstance(text, str) and "\0" not in text for text in texts.values()):
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds < 1e9:
        return None
    try:
        state = CaseState(entry.get("state", CaseState.NOT_STARTED.value))
    except ValueError:
        return None
    return WorkCase(**texts, state=state, seconds=float(seconds))


def _labels(entries: Any) -> list[dict[str, Any]]:
    return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold the right to write a list; the system gives it back when a program dies."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(file.with_name(f".{file.name}.lock"), _LOCK_SECONDS))
        except TimeoutError:
            raise WriteError(
                f"Another window writes {file.name} and does not end. Close that window, or wait."
            ) from None
        yield


def _write_error(file: Path, error: OSError) -> WriteError:
    if error.errno == errno.ENOSPC:
        return WriteError(f"The disk is full: {file.name} was not written. Free some space.")
    reason = os.strerror(error.errno) if error.errno else "unknown"
    return WriteError(
        f"The states of the cases could not be stored in {file.name} ({reason}). The masks are not concerned."
    )
