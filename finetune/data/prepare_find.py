"""Which cases there are: hashes of their files, names in the store, groups, splits; and which fall out."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from finetune.config import PrepareConfig
from finetune.data.layouts.base import CaseSource, Declaration, layout
from finetune.data.modalities import modality
from finetune.data.prepare_job import Job, relative_name
from finetune.data.prepare_progress import Clock, IsCancelled, Report
from finetune.data.splits import check_splits, group_of, groups_to_leave_out, split_of
from medsam.errors import Cancelled, InputError

_CHUNK = 1 << 20
_NAME = 80


@dataclass
class Found:
    """What the data sets hold.

    Attributes:
        jobs: Cases to be prepared, in the data sets' order.
        failed: Sentences by case: those that cannot be used, or must not.
        repeated: Sentences by case: the same image with the same labels once more, which is not needed.
    """

    jobs: list[Job] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, str] = field(default_factory=dict)


def find_jobs(
    declarations: Sequence[Declaration],
    config: PrepareConfig,
    *,
    places: Sequence[str] | None = None,
    threads: int = 2,
    report: Report = print,
    is_cancelled: IsCancelled = lambda: False,
) -> Found:
    """Every case of the data sets, each with its name, group and split.

    A case whose files are not there fails. So does every case of a group
    that holds an image of another split: one image under two names is the
    sign of one patient under two names (``splits.groups_to_leave_out``).

    Args:
        places: Of each declaration, the name of the file or folder it was read
            from, where there are several; None for one. Plain groups of two
            places are different patients, those with a colon the same.

    Raises:
        InputError: If nothing is found, a group or split cannot be told, a
            group stands in two splits, or two places have a data set of one name.
        Cancelled: If asked to stop.
    """
    by_declaration = [list(_with_table(d, layout(d.layout).find(d))) for d in declarations]
    sources = [source for found_there in by_declaration for source in found_there]
    for source in sources:
        modality(source.modality)
    own_groups = _own_groups(by_declaration, places or [""] * len(declarations))
    hashes = _hashes(sources, threads, report, is_cancelled)
    found = Found()
    whole, seen = [], dict[tuple[str, ...], CaseSource]()
    members: dict[tuple[Path, ...], set[str]] = {}
    for source in sources:
        members.setdefault(source.images, set()).add(source.member)
    for source in sources:
        missing = next((p for p in (*source.images, *source.labels) if not hashes[p]), None)
        if missing is not None:
            found.failed[_numbered(found.failed, _plain_name(source))] = (
                f"A case needs all of its files; {missing.name} of {source.name} is not there or damaged."
            )
            continue
        group = own_groups.get((source.dataset, group_of(source)), group_of(source))
        image, label = (_together([hashes[p] for p in paths]) for paths in (source.images, source.labels))
        if len(members[source.images]) > 1:
            # One file with many images: each is told by its place in it.
            image = _together([image, source.member])
        first = seen.setdefault((image, label, group, source.split, source.modality), source)
        if first is not source:
            found.repeated[_numbered(found.repeated, _plain_name(source))] = (
                f"{source.name} of {source.dataset} has the image and labels of {first.name}; one was kept."
            )
            continue
        whole.append((source, group, image, label))
    for case_id, (source, group, image, label) in zip(_ids([s for s, *_ in whole]), whole, strict=True):
        # The draw goes by the plain name: a second place moves nobody.
        split = split_of(source, group_of(source))
        found.jobs.append(Job(case_id, source, group, split, image, label, config))
    _leave_out_copies(found)
    return found


def _own_groups(
    by_declaration: Sequence[Sequence[CaseSource]], places: Sequence[str]
) -> dict[tuple[str, str], str]:
    """Names for plain groups that occur in several places, by data set and plain name.

    A place names its group by its first data set that has it, so that a
    patient of two data sets of one place stays one.

    Raises:
        InputError: If a data set's name stands in two places.
    """
    home: dict[str, str] = {}
    first: dict[str, dict[str, str]] = {}
    for found_there, place in zip(by_declaration, places, strict=True):
        for source in found_there:
            other = home.setdefault(source.dataset, place)
            if other != place:
                raise InputError(
                    f"Every data set has its own name; {source.dataset} is in {other} and in {place}."
                    " Give each folder once, or rename one (the column source, or name in its declaration)."
                )
            group = group_of(source)
            if ":" not in group:
                first.setdefault(group, {}).setdefault(place, source.dataset)
    shared = {group: names for group, names in first.items() if len(names) > 1}
    return {
        (dataset, group): f"{names[place]}:{group}"
        for group, names in shared.items()
        for dataset, place in home.items()
        if place in names
    }


def _leave_out_copies(found: Found) -> None:
    # Groups first: an image in two splits of one group is that group's fault.
    check_splits([dataclasses.replace(job, image_sha256="") for job in found.jobs])
    reasons = groups_to_leave_out(found.jobs)
    found.failed |= {job.id: reasons[job.group] for job in found.jobs if job.group in reasons}
    found.jobs = [job for job in found.jobs if job.group not in reasons]
    check_splits(found.jobs)


def _with_table(d: Declaration, sources: Iterator[CaseSource]) -> Iterator[CaseSource]:
    """The cases, with the fields that the declaration's table knows of them."""
    if not d.table:
        yield from sources
        return
    rows = _read_table(d)
    count = matched = 0
    for source in sources:
        count += 1
        key = {**source.fields, "case": source.name, "group": source.group}.get(d.join)
        row = rows.get(key or "")
        if row is None:
            yield source
            continue
        matched += 1
        more = {k: v for k, v in row.items() if k not in (d.join, "split")}
        split = source.split or row.get("split", "")
        yield dataclasses.replace(source, fields={**source.fields, **more}, split=split)
    if count and not matched:
        raise InputError(
            f"A table tells of cases by its column {d.join}; none of {d.name}'s {count} cases is in"
            f" {Path(d.table).name}. Name the right column under join."
        )


def _read_table(d: Declaration) -> dict[str, dict[str, str]]:
    path = d.root / d.table
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            reader = csv.DictReader(handle)
            if d.join not in (reader.fieldnames or []):
                raise InputError(
                    f"A table has the column that join names; {path.name} has no {d.join}. Correct join."
                )
            rows: dict[str, dict[str, str]] = {}
            for row in reader:
                cells = {str(k): str(v or "").strip() for k, v in row.items() if k is not None}
                if rows.setdefault(cells[d.join], cells) != cells:
                    raise InputError(
                        f"A table has one row for each {d.join}; {path.name} has two for {cells[d.join]}."
                        " Take one out, or join by another column."
                    )
            return rows
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(
            f"A data set's table is a CSV file in UTF-8; {path.name} of {d.name} cannot be read."
            " Check its name, which is relative to root."
        ) from None


def _plain_name(source: CaseSource) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", f"{source.dataset}-{source.name}").strip("._")


def _ids(sources: Sequence[CaseSource]) -> list[str]:
    """A folder name for each case: its data set's and its own name, with a digest where these do not do."""
    plain = [_plain_name(source) for source in sources]
    counts = Counter(name.casefold() for name in plain)
    ids: list[str] = []
    taken: set[str] = set()
    for source, name in zip(sources, plain, strict=True):
        if counts[name.casefold()] > 1 or len(name) > _NAME or not name:
            files = [relative_name((p,), source.declaration.root) for p in (*source.images, *source.labels)]
            facts = [source.dataset, source.name, source.modality, source.member, *files]
            name = f"{name[:_NAME]}-{hashlib.sha256(chr(10).join(facts).encode()).hexdigest()[:8]}"
        unique = _numbered(taken, name)
        taken.add(unique.casefold())
        ids.append(unique)
    return ids


def _numbered(taken: Container[str], name: str) -> str:
    """The name, or with the first number that makes it new; names differ by more than case."""
    unique, number = name, 2
    while unique in taken or unique.casefold() in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique


def _hashes(
    sources: Sequence[CaseSource], threads: int, report: Report, is_cancelled: IsCancelled
) -> dict[Path, str]:
    """SHA-256 of every file, of a folder that of its files; "" where one cannot be read."""
    paths = list(dict.fromkeys(p for s in sources for p in (*s.images, *s.labels)))
    clock = Clock()
    done: dict[Path, str] = {}
    with ThreadPoolExecutor(threads) as pool:
        for path, digest in zip(paths, pool.map(lambda p: _sha256(p, is_cancelled), paths), strict=True):
            done[path] = digest
            if clock.due():
                report(f"Looking at {len(done)} of {len(paths)} files")
    if is_cancelled():
        raise Cancelled("Preparing was stopped.")
    return done


def _sha256(path: Path, is_cancelled: Callable[[], bool]) -> str:
    try:
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if p.is_file())
            return _together([_sha256(p, is_cancelled) for p in below])
        digest = hashlib.sha256()
        with path.open("rb") as handle:
            while block := handle.read(_CHUNK):
                if is_cancelled():
                    return ""
                digest.update(block)
        return digest.hexdigest()
    except OSError:
        return ""


def _together(digests: list[str]) -> str:
    """One digest of a case's files; "" for none."""
    if len(digests) <= 1:
        return "".join(digests)
    return hashlib.sha256("".join(digests).encode()).hexdigest()
