"""Opening the case of an image: what was done before is there again, with its undo steps."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from medsam.document import case_disk
from medsam.document.annotation import Annotation
from medsam.document.case_file import CaseFile
from medsam.document.case_format import PREAMBLE, Damage, Reader, check_preamble
from medsam.document.case_identity import ImageIdentity
from medsam.document.case_index import STEPS, CaseIndex
from medsam.document.case_keeper import CaseKeeper, session_record
from medsam.document.case_lock import CaseLock
from medsam.document.case_salvage import aside_of, is_hardly_begun, rebuild
from medsam.document.case_words import CaseTrouble, News, trouble_of
from medsam.document.history import Entry, History
from medsam.document.records import Record, step_from_record
from medsam.document.snapshot import annotation_of, snapshot_record
from medsam.errors import Cancelled, CaseFileError, GeometryError
from medsam.volume import Volume

_ENOUGH_FOR_KIND = 48


@dataclass(frozen=True)
class Restored:
    """A case, ready to go on with.

    Attributes:
        annotation: As it was left, or new.
        history: With the steps of before.
        case: The store of the history; its ``error`` says if nothing can be kept.
        words: What the user should know about how it was read.
        is_resumed: Whether there was work to go on with.
        last_time: Of the last step, seconds since 1970; None without one.
    """

    annotation: Annotation
    history: History
    case: CaseFile
    words: tuple[News, ...] = ()
    is_resumed: bool = False
    last_time: float | None = None


@dataclass
class _Contents:
    """What reading a case file through yields."""

    identity: ImageIdentity
    index: CaseIndex
    entries: list[Entry]
    offsets: list[int]
    end: int
    damage: Damage | None


def open_case(
    path: Path,
    volume: Volume,
    *,
    fresh: Annotation | None = None,
    identity: ImageIdentity | None = None,
    program: str = "",
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Restored:
    """Open the case of a volume, or prepare a new one that is written with the first action.

    Nothing that is wrong with the file or its folder ends this: the work goes
    on in memory then, and ``case.error`` says why. Slow for large volumes.

    Args:
        path: Of the case file.
        volume: What is annotated.
        fresh: What a new case begins with, of this volume; empty by default.
        identity: Of the volume, where it is known already.
        program: The program's version, for the record of the session.
        is_cancelled: Asked now and then.

    Raises:
        Cancelled: If ``is_cancelled`` says so.
    """
    identity = identity or ImageIdentity.of(volume, is_cancelled)
    lock, trouble = _take_lock(path)
    try:
        restored = _open(path, volume, identity, lock, trouble, fresh, program, is_cancelled)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    CaseKeeper(restored.case, restored.annotation, restored.history, identity.digest)
    return restored


def read_identity(path: Path) -> ImageIdentity | None:
    """The image that a case file belongs to; None if it is no readable case file. Reads little."""
    try:
        with case_disk.open_existing(path, writable=False) as file:
            check_preamble(file.read(len(PREAMBLE)), path.name)
            record = case_disk.read_at(file, len(PREAMBLE))
            return ImageIdentity.from_json(record.meta) if record.kind == "case" else None
    except (OSError, CaseFileError, KeyError, TypeError, ValueError):
        return None


def _take_lock(path: Path) -> tuple[CaseLock | None, CaseTrouble | None]:
    lock = CaseLock(path)
    try:
        lock.acquire()
    except CaseTrouble as trouble:
        return None, trouble
    except OSError as error:
        return None, trouble_of(error, path.name)
    case_disk.remove_leftovers(path)
    return lock, None


def _open(
    path: Path,
    volume: Volume,
    identity: ImageIdentity,
    lock: CaseLock | None,
    trouble: CaseTrouble | None,
    fresh: Annotation | None,
    program: str,
    is_cancelled: Callable[[], bool],
) -> Restored:
    session = session_record(program)
    try:
        return _resume(path, volume, identity, lock, trouble, session, is_cancelled)
    except FileNotFoundError:
        pass
    except (OSError, CaseTrouble) as error:
        trouble = error if isinstance(error, CaseTrouble) else trouble_of(error, path.name)
    if trouble is not None and lock is not None:
        lock.release()
        lock = None
    annotation = fresh if fresh is not None else Annotation(volume)
    header = Record("case", identity.to_json() | {"created": time.time(), "program": program})
    first = (header, snapshot_record(annotation, 0, identity.digest), session)
    case = CaseFile(path, lock, first=first, error=trouble)
    return Restored(annotation, History(annotation, case), case)


def _resume(
    path: Path,
    volume: Volume,
    identity: ImageIdentity,
    lock: CaseLock | None,
    trouble: CaseTrouble | None,
    session: Record,
    is_cancelled: Callable[[], bool],
) -> Restored:
    """Go on with what the file holds; ``CaseTrouble`` or ``OSError`` if that cannot be."""
    contents, annotation, words = _load(path, volume, identity, lock, session, is_cancelled)
    lock, trouble = _writable(path, lock, trouble)
    if lock is not None and contents.damage is not None:
        try:
            words += _cut(path, contents.damage)
        except OSError as error:
            # What cannot be cut must not be written behind.
            lock.release()
            lock, trouble = None, trouble_of(error, path.name)
    if not contents.identity.is_same_place(identity):
        words.append(News("moved", path.name))
    index, entries = contents.index, contents.entries
    case = CaseFile(path, lock, index=index, end=contents.end, first=(session,), error=trouble)
    history = History(annotation, case, entries, index.position, index.clean_position)
    last = entries[-1].time if entries else None
    return Restored(annotation, history, case, tuple(words), _is_worth_telling(annotation, entries), last)


def _is_worth_telling(annotation: Annotation, entries: list[Entry]) -> bool:
    return bool(entries) or not annotation.is_empty


def _load(
    path: Path,
    volume: Volume,
    identity: ImageIdentity,
    lock: CaseLock | None,
    session: Record,
    is_cancelled: Callable[[], bool],
) -> tuple[_Contents, Annotation, list[News]]:
    """What the file holds and the state it leads to; with the lock, damage is worked around first."""
    words: list[News] = []
    limit: int | None = None
    program = str(session.meta.get("program", ""))
    while True:
        contents, damaged_at, refusal = None, None, None
        try:
            contents = _read(path, identity, limit, is_cancelled)
            if contents.damage is not None and contents.damage.later:
                damaged_at = contents.damage.offset
        except CaseTrouble as trouble:
            if trouble.kind != "foreign":
                raise
            damaged_at, refusal = 0, trouble
        if damaged_at is not None and lock is not None and not words:
            words += _rebuilt(path, damaged_at, identity, program)
            if words:
                limit = None
                continue
        if contents is None:
            if lock is not None and is_hardly_begun(path):
                os.unlink(path)
                raise FileNotFoundError(path.name)
            raise refusal or CaseTrouble("foreign", path.name)
        try:
            return contents, _annotation_of(path, contents, volume, is_cancelled), words
        except _Unfit as unfit:
            limit = unfit.offset


def _rebuilt(path: Path, damaged_at: int, identity: ImageIdentity, program: str) -> list[News]:
    """Try to build the file anew from a snapshot behind the damage; the news if that was done."""
    try:
        done = rebuild(path, damaged_at, identity, program)
    except (OSError, CaseFileError):
        # Then what lies before the damage has to do.
        return []
    return [News("salvaged", path.name, *done)] if done is not None else []


class _Unfit(Exception):
    """The step whose record begins at ``offset`` cannot be done on this image."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def _read(
    path: Path, identity: ImageIdentity, limit: int | None, is_cancelled: Callable[[], bool]
) -> _Contents:
    """Read a case file through.

    Args:
        path: The file.
        identity: Of the image that it must belong to.
        limit: Records from this offset on are taken for damaged.
        is_cancelled: Asked now and then.

    Raises:
        CaseTrouble: If it is no case file, of a later version, or of another image.
        OSError: If it cannot be read.
        Cancelled: If ``is_cancelled`` says so.
    """
    index = CaseIndex()
    entry_of: dict[int, Entry] = {}
    owner: ImageIdentity | None = None
    with path.open("rb") as file:
        check_preamble(file.read(len(PREAMBLE)), path.name)
        reader = Reader(file)
        for found in reader:
            if is_cancelled():
                raise Cancelled
            kind, meta = found.record.kind, found.record.meta
            try:
                fits = index.accepts(kind, meta) and (limit is None or found.offset < limit)
                if owner is None:
                    owner = ImageIdentity.from_json(meta) if kind == "case" else None
                if kind in STEPS and fits:
                    entry_of[found.offset] = Entry.of(found.record, found.offset)
                if fits and owner is not None:
                    index.add(found.offset, found.size, kind, meta)
            except (KeyError, TypeError, ValueError, IndexError):
                fits = False
            if not fits or owner is None:
                reader.stop_at(found.offset)
                break
    if owner is None:
        raise CaseTrouble("foreign", path.name)
    if not owner.is_same_image(identity):
        raise CaseTrouble("other", path.name, owner.name)
    if not index.snapshots:
        raise CaseTrouble("foreign", path.name)
    handles = [kept.handle for kept in index.steps()]
    return _Contents(owner, index, [entry_of[h] for h in handles], handles, reader.end, reader.damage)


def _annotation_of(
    path: Path, contents: _Contents, volume: Volume, is_cancelled: Callable[[], bool]
) -> Annotation:
    """The state at the index's position, from the nearest snapshot that can be read."""
    index = contents.index
    with case_disk.open_existing(path, writable=False) as file:
        while True:
            at = index.nearest_snapshot_position()
            if at is None:
                raise _Unfit(len(PREAMBLE))
            try:
                annotation = annotation_of(case_disk.read_at(file, index.snapshots[at].handle), volume)
                break
            except CaseFileError:
                del index.snapshots[at]
        while at != index.position:
            if is_cancelled():
                raise Cancelled
            forward = at < index.position
            offset = contents.offsets[at if forward else at - 1]
            try:
                step = step_from_record(case_disk.read_at(file, offset), volume.shape)
                annotation.apply(step if forward else step.inverse())
            except (CaseFileError, GeometryError):
                raise _Unfit(offset) from None
            at += 1 if forward else -1
    if index.active_label is not None and index.active_label in annotation.labels:
        annotation.set_active_label(index.active_label)
    return annotation


def _writable(
    path: Path, lock: CaseLock | None, trouble: CaseTrouble | None
) -> tuple[CaseLock | None, CaseTrouble | None]:
    """Give the lock up again where the file itself may not be written."""
    if lock is None:
        return None, trouble
    try:
        case_disk.open_existing(path, writable=True).close()
    except OSError as error:
        lock.release()
        return None, trouble_of(error, path.name)
    return lock, None


def _cut(path: Path, damage: Damage) -> list[News]:
    """Cut off what is not whole; whole records behind it are kept in a file of their own first.

    Raises:
        OSError: If that cannot be done; nothing is cut then.
    """
    news = News("torn", path.name, 1)
    size = os.path.getsize(path)
    with case_disk.open_existing(path, writable=True) as file:
        if damage.later:
            aside = aside_of(path)
            with open(aside, "wb", buffering=0) as kept:
                case_disk.write_at(kept, 0, PREAMBLE)
                case_disk.copy(file, damage.offset, size, kept, len(PREAMBLE))
            news = News("damaged", path.name, damage.later_steps, aside.name)
        file.seek(damage.offset)
        begun = file.read(_ENOUGH_FOR_KIND)
        file.truncate(damage.offset)
        os.fsync(file.fileno())
    # Of an unfinished snapshot or the like nobody misses anything.
    if not damage.later and any(f'"kind":"{kind}"'.encode() in begun for kind in case_disk.HARMLESS):
        return []
    return [news]
