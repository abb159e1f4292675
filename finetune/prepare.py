"""From any data set to a store: slices in 8 bit, objects, splits, and where all of it came from.

Cases are prepared one by one in a few processes, each case in a folder that
appears whole. A second run keeps what is there and made the same way, so a
run that was stopped goes on where it ended. A case that cannot be used is
reported with its reason and the others go on.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import multiprocessing
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from finetune.config import PrepareConfig
from finetune.declarations import read_declarations
from finetune.layouts.base import CaseSource, Declaration, layout
from finetune.prepare_case import Job, kept_record, relative_name, try_case
from finetune.splits import check_splits, group_of, groups_to_leave_out, split_of
from finetune.store import MANIFEST, SPLITS, STORE_VERSION, CaseRecord, Store
from medsam.errors import Cancelled, InputError, WriteError

Report = Callable[[str], None]
IsCancelled = Callable[[], bool]

_CHUNK = 1 << 20
_NAME = 80
_HEADROOM = 64 << 20


@dataclass
class Outcome:
    """What became of every case that was found.

    Attributes:
        records: Prepared, by id.
        failed: Sentences by id: cases that cannot be used, or must not.
        repeated: Sentences by id: copies of another case of the same split, not needed.
    """

    records: dict[str, CaseRecord] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, str] = field(default_factory=dict)


def prepare(
    source: Path | Sequence[Declaration],
    store: Path,
    config: PrepareConfig,
    *,
    workers: int = 1,
    report: Report = print,
    is_cancelled: IsCancelled = lambda: False,
) -> dict[str, Any]:
    """Write a store, or bring one up to date; returns its manifest.

    Args:
        source: A declaration file, a folder that needs none, or declarations.
        store: Its folder; new, or an earlier store.
        workers: Processes, each with one case in memory; 1 works in this one.
        report: Told how far it is.
        is_cancelled: Asked between cases.

    Raises:
        InputError: If the data sets are declared wrongly, a patient stands in
            two splits, no case can be used, or the store will not fit on the disk.
        WriteError: If the disk is full or the folder may not be written to.
        Cancelled: If asked to stop; what is whole stays for the next run.
    """
    declarations = _declarations(source)
    _require_own_folder(store)
    jobs, outcome = find_jobs(declarations, config, workers=workers, report=report, is_cancelled=is_cancelled)
    cases = store / "cases"
    try:
        cases.mkdir(parents=True, exist_ok=True)
        to_do = []
        for job in jobs:
            record = kept_record(cases / job.id, job)
            if record is None:
                to_do.append(job)
            else:
                outcome.records[job.id] = record
        if outcome.records:
            report(f"{len(outcome.records)} of {len(jobs)} cases are there already.")
        if to_do:
            # What is about to change must not be described by the old list.
            (store / MANIFEST).unlink(missing_ok=True)
        _run(to_do, cases, outcome, workers, report, is_cancelled)
        manifest = _finish(store, declarations, config, jobs, outcome)
    except OSError as error:
        raise _write_error(store, error) from error
    _summary(manifest, report)
    return manifest


def check(
    source: Path | Sequence[Declaration],
    config: PrepareConfig,
    *,
    workers: int = 1,
    report: Report = print,
    is_cancelled: IsCancelled = lambda: False,
) -> dict[str, str]:
    """Find and load every case and write nothing; returns what is wrong with which, by id.

    Raises:
        InputError, Cancelled: As ``prepare``.
    """
    jobs, outcome = find_jobs(
        _declarations(source), config, workers=workers, report=report, is_cancelled=is_cancelled
    )
    _run(jobs, None, outcome, workers, report, is_cancelled)
    for reason in (*outcome.repeated.values(), *outcome.failed.values()):
        report(reason)
    splits = Counter(job.split for job in jobs if job.id not in outcome.failed)
    fine = ", ".join(f"{splits[s]} {s}" for s in SPLITS)
    report(f"{splits.total()} cases can be used ({fine}), {len(outcome.failed)} cannot.")
    return outcome.failed


def _declarations(source: Path | Sequence[Declaration]) -> list[Declaration]:
    return read_declarations(source) if isinstance(source, Path) else list(source)


def _require_own_folder(store: Path) -> None:
    if store.exists() and not store.is_dir():
        raise InputError(f"A store is a folder; {store.name} is a file. Choose another name.")
    known = {MANIFEST, "cases"}
    if store.is_dir() and any(store.iterdir()) and not known & {p.name for p in store.iterdir()}:
        raise InputError(
            f"A store has a folder of its own; {store.name} holds other files. Choose a new folder."
        )


def find_jobs(
    declarations: Sequence[Declaration],
    config: PrepareConfig,
    *,
    workers: int = 1,
    report: Report = print,
    is_cancelled: IsCancelled = lambda: False,
) -> tuple[list[Job], Outcome]:
    """Every case of the data sets with its id, group and split; and those that fell out, with the reason.

    Raises:
        InputError: If nothing is found, or a patient stands in two splits.
        Cancelled: If asked to stop.
    """
    outcome = Outcome()
    sources = [s for d in declarations for s in layout(d.layout).find(d)]
    ids = _ids(sources)
    hashes = _hashes(sources, max(workers, 2), report, is_cancelled)
    jobs: list[Job] = []
    seen: dict[tuple[str, str, str, str, str], str] = {}
    for source, case_id in zip(sources, ids, strict=True):
        missing = next((p for p in (*source.images, *source.labels) if hashes[p] == ""), None)
        if missing is not None:
            outcome.failed[case_id] = (
                f"A case needs all of its files; {missing.name} of {source.name} is not there or damaged."
            )
            continue
        group = group_of(source)
        split = split_of(source, group)
        image, label = (_together([hashes[p] for p in paths]) for paths in (source.images, source.labels))
        first = seen.setdefault((image, label, source.member, group, split), case_id)
        if first != case_id:
            outcome.repeated[case_id] = (
                f"{case_id} is the same image with the same labels as {first}; left out."
            )
            continue
        jobs.append(Job(case_id, source, group, split, _of_member(image, source.member), label, config))
    _leave_out_copies(jobs, outcome)
    return [job for job in jobs if job.id not in outcome.failed], outcome


def _of_member(sha256: str, member: str) -> str:
    """The image's identity where one file holds many images."""
    return hashlib.sha256(f"{sha256}:{member}".encode()).hexdigest() if member and sha256 else sha256


def _leave_out_copies(jobs: list[Job], outcome: Outcome) -> None:
    _check_groups(jobs)
    reasons = groups_to_leave_out(jobs)
    for job in jobs:
        if job.group in reasons:
            outcome.failed[job.id] = reasons[job.group]
    check_splits([job for job in jobs if job.id not in outcome.failed])


def _check_groups(jobs: list[Job]) -> None:
    """Groups alone: images are looked at where the two have different groups."""
    check_splits([dataclasses.replace(job, image_sha256="") for job in jobs])


def _ids(sources: Sequence[CaseSource]) -> list[str]:
    """A folder name for each case: from its data set's and its own name, made unique where need be."""
    plain = [re.sub(r"[^A-Za-z0-9._-]+", "_", f"{s.dataset}-{s.name}").strip("._") for s in sources]
    counts = Counter(name.casefold() for name in plain)
    ids, taken = [], set[str]()
    for source, name in zip(sources, plain, strict=True):
        whole = f"{source.dataset}-{source.name}"
        if counts[name.casefold()] > 1 or len(name) > _NAME or not name:
            where = [p.as_posix() for p in (*source.images, *source.labels)]
            where = [relative_name((Path(p),), source.declaration.root) for p in where]
            digest = hashlib.sha256("\n".join([whole, source.modality, *where]).encode()).hexdigest()
            name = f"{name[:_NAME]}-{digest[:8]}"
        unique, number = name, 2
        while unique.casefold() in taken:
            unique, number = f"{name}-{number}", number + 1
        taken.add(unique.casefold())
        ids.append(unique)
    return ids


def _hashes(
    sources: Sequence[CaseSource], threads: int, report: Report, is_cancelled: IsCancelled
) -> dict[Path, str]:
    """SHA-256 of every file, of a folder those of its files; "" where one cannot be read."""
    paths = list(dict.fromkeys(p for s in sources for p in (*s.images, *s.labels)))
    clock = _Clock(report)
    done: dict[Path, str] = {}
    with ThreadPoolExecutor(threads) as pool:
        for path, digest in zip(paths, pool.map(lambda p: _sha256(p, is_cancelled), paths), strict=True):
            done[path] = digest
            if clock.due():
                report(f"Looking at {len(done)} of {len(paths)} files")
    if is_cancelled():
        raise Cancelled("Preparing was stopped.")
    return done


def _sha256(path: Path, is_cancelled: IsCancelled) -> str:
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


class _Clock:
    """Lets a report through once in a while."""

    def __init__(self, report: Report, seconds: float = 1.0) -> None:
        self._next = time.monotonic() + seconds
        self._seconds = seconds

    def due(self) -> bool:
        """Whether it is time for the next line."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True


class _Progress:
    """How far it is, what it will take, and whether that fits."""

    def __init__(self, jobs: Sequence[Job], cases: Path | None, report: Report) -> None:
        self._cases = cases
        self._report = report
        self._sizes = {job.id: _input_bytes(job.source) for job in jobs}
        self._total = sum(self._sizes.values())
        self._count = len(jobs)
        self._started = time.monotonic()
        self._clock = _Clock(report)
        self._done = self._read = self._written = self._failed = 0
        self._since_look = 0

    def add(self, job: Job, failed: bool) -> None:
        """Count a case, now and then tell, and see that the rest still fits on the disk.

        Raises:
            InputError: If it will not.
        """
        self._done += 1
        self._failed += failed
        self._read += self._sizes[job.id]
        if self._cases is not None and not failed:
            self._written += _bytes_below(self._cases / job.id)
        self._since_look += 1
        sample = min(16, self._count)
        if self._cases is not None and self._done >= sample and self._since_look >= sample:
            self._since_look = 0
            self._require_room()
        if self._clock.due():
            self._report(self.line())

    def line(self) -> str:
        """ "120 of 2127 cases, 3 failed, 0.1 of about 1.2 GB, about 2 min left"."""
        parts = [f"{self._done} of {self._count} cases"]
        if self._failed:
            parts.append(f"{self._failed} failed")
        if self._cases is not None:
            parts.append(f"{_size(self._written)} of about {_size(self._written + self._to_come())}")
        if self._read and self._done < self._count:
            left = (time.monotonic() - self._started) * (self._total - self._read) / self._read
            parts.append(f"about {_duration(left)} left")
        return ", ".join(parts)

    def _to_come(self) -> float:
        return self._written * (self._total - self._read) / self._read if self._read else 0.0

    def _require_room(self) -> None:
        assert self._cases is not None
        free, needed = shutil.disk_usage(self._cases).free, self._to_come()
        if needed + _HEADROOM > free:
            raise InputError(
                f"A store must fit on its disk; the rest of it takes about {_size(needed)} and {_size(free)}"
                " is free. Free some space or choose another disk; what is done is kept."
            )


def _input_bytes(source: CaseSource) -> int:
    """Of the case's files; files of many cases count for one."""
    total = 1
    for path in (*source.images, *source.labels):
        try:
            total += path.stat().st_size if not source.member else 0
        except OSError:
            continue
    return total


def _bytes_below(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.iterdir())


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _run(
    jobs: Sequence[Job],
    cases: Path | None,
    outcome: Outcome,
    workers: int,
    report: Report,
    is_cancelled: IsCancelled,
) -> None:
    """Prepare (or, without ``cases``, load) every job, a spread sample of them first."""
    ordered = _sample_first(jobs)
    progress = _Progress(ordered, cases, report)
    work = _in_processes if workers > 1 and len(jobs) > 1 else _one_by_one
    for job, result in work(ordered, cases, workers, is_cancelled):
        if "record" in result:
            outcome.records[job.id] = CaseRecord.from_dict(result["record"])
        elif "failed" in result:
            outcome.failed[job.id] = result["failed"]
            report(f"{job.id} failed: {result['failed']}")
        progress.add(job, "failed" in result)
    if jobs:
        report(progress.line())


def _sample_first(jobs: Sequence[Job], count: int = 16) -> list[Job]:
    """The same jobs, evenly spread ones first: by them the size of all is estimated."""
    step = max(1, len(jobs) // count)
    return [*jobs[::step], *(job for n, job in enumerate(jobs) if n % step)]


Result = tuple[Job, dict[str, Any]]


def _one_by_one(
    jobs: Sequence[Job], cases: Path | None, workers: int, is_cancelled: IsCancelled
) -> Iterator[Result]:
    for job in jobs:
        if is_cancelled():
            raise Cancelled("Preparing was stopped.")
        yield job, try_case(job, cases)


def _in_processes(
    jobs: Sequence[Job], cases: Path | None, workers: int, is_cancelled: IsCancelled
) -> Iterator[Result]:
    """Results as they come. Processes that die (for want of memory, say) cost their case, not the run."""
    waiting = list(reversed(jobs))
    while waiting:
        running: dict[Future[dict[str, Any]], Job] = {}
        pool = _pool(workers)
        try:
            while (waiting or running) and not is_cancelled():
                while waiting and len(running) < 2 * workers:
                    running[pool.submit(try_case, waiting[-1], cases)] = waiting[-1]
                    waiting.pop()
                done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in done:
                    result = future.result()
                    yield running.pop(future), result
            if is_cancelled():
                raise Cancelled("Preparing was stopped.")
        except BrokenProcessPool:
            for job in running.values():
                yield job, _alone(job, cases)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _alone(job: Job, cases: Path | None) -> dict[str, Any]:
    """A case that was on its way when a process died, once more in a process of its own."""
    with _pool(1) as pool:
        try:
            return pool.submit(try_case, job, cases).result()
        except BrokenProcessPool:
            return {
                "failed": f"The process that read {job.source.name} was ended by the system, mostly for want"
                " of memory. Close other programs and run again, or take the case out."
            }


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def default_workers() -> int:
    """As many as there are processors for this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _finish(
    store: Path, declarations: Sequence[Declaration], config: PrepareConfig, jobs: list[Job], outcome: Outcome
) -> dict[str, Any]:
    """Check the whole, remove what is not part of it, write the manifest."""
    records = [outcome.records[job.id] for job in jobs if job.id in outcome.records]
    if not records:
        first = next(iter(outcome.failed.values()), "Nothing was found.")
        raise InputError(f"A store needs at least one case that can be used; there is none. {first}")
    check_splits(records)
    _remove_others(store / "cases", {record.id for record in records})
    cases = [record.to_dict() for record in records]
    settings = dataclasses.asdict(config)
    content = json.dumps([STORE_VERSION, settings, cases], sort_keys=True)
    manifest = {
        "version": STORE_VERSION,
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "settings": settings,
        "datasets": [_of_declaration(d) for d in declarations],
        "labels": _labels(records),
        "cases": cases,
        "failed": outcome.failed,
        "repeated": outcome.repeated,
    }
    partial = store / f".{MANIFEST}.part"
    with partial.open("w", encoding="utf-8") as handle:
        json.dump(manifest, handle)
        handle.flush()
        os.fsync(handle.fileno())
    partial.replace(store / MANIFEST)
    Store(store)
    return json.loads((store / MANIFEST).read_text(encoding="utf-8"))


def _remove_others(cases: Path, ids: set[str]) -> None:
    """Cases that are no longer part of the data, and halves that a killed run left."""
    for folder in cases.iterdir():
        ours = (folder / "case.json").is_file() or folder.name.endswith(".part")
        if folder.name not in ids and folder.is_dir() and ours:
            shutil.rmtree(folder)


def _of_declaration(d: Declaration) -> dict[str, Any]:
    """What a manifest says of a data set; no path of this machine."""
    facts = dataclasses.asdict(d)
    facts["root"] = d.root.name
    facts["cases"] = len(d.cases)
    return facts


def _labels(records: Sequence[CaseRecord]) -> dict[str, dict[int, str]]:
    names: dict[str, dict[int, str]] = {}
    for record in records:
        names.setdefault(record.dataset, {}).update(record.labels)
    return names


def _summary(manifest: dict[str, Any], report: Report) -> None:
    for reason in (*manifest["repeated"].values(), *dict.fromkeys(manifest["failed"].values())):
        report(reason)
    cases = manifest["cases"]
    objects = sum(len(case["objects"]) for case in cases)
    empty = sum(not case["objects"] for case in cases)
    by_split = Counter(case["split"] for case in cases)
    splits = ", ".join(f"{by_split[s]} {s}" for s in SPLITS)
    more = f", {empty} of them without an object" if empty else ""
    report(f"{len(cases)} cases ({splits}){more}; {objects} objects; {len(manifest['failed'])} failed.")


def _write_error(store: Path, error: OSError) -> WriteError:
    from medsam.io.atomic import as_write_error

    return as_write_error(store / MANIFEST, error)
