"""From any data set to a store: slices in 8 bit, objects, splits, and where all of it came from.

Cases are prepared one by one in a few processes, each case in a folder that
appears whole. A second run keeps what is there and made the same way, so a
run that was stopped goes on where it ended. A case that cannot be used is
reported with its reason and the others go on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from finetune.config import PrepareConfig
from finetune.data import contact_sheet, fingerprint
from finetune.data.declarations import read_declarations
from finetune.data.layouts.base import Declaration
from finetune.data.prepare_find import Found, find_jobs
from finetune.data.prepare_job import CASE_FILE, Job, kept_record
from finetune.data.prepare_pool import Results, in_processes, one_by_one
from finetune.data.prepare_progress import IsCancelled, Progress, Report, sample_first
from finetune.data.splits import check_splits
from finetune.data.store import MANIFEST, SPLITS, STORE_VERSION, CaseRecord, Store
from medsam.errors import InputError
from medsam.io.atomic import as_write_error

CONTACT_SHEET = "contact-sheet.png"


def prepare(
    source: Path | Sequence[Path] | Sequence[Declaration],
    store: Path,
    config: PrepareConfig,
    *,
    workers: int = 1,
    report: Report = print,
    progress: Report | None = None,
    is_cancelled: IsCancelled = lambda: False,
) -> dict[str, Any]:
    """Write a store, or bring one up to date; returns its manifest.

    Args:
        source: A declaration file or a folder that needs none, several of these, or declarations.
        store: Its folder; new, or an earlier store.
        workers: Processes, each with one case in memory; 1 works in this one.
        report: Told what happens, a line each.
        progress: Told how far it is, about once a second; None tells ``report``.
        is_cancelled: Asked between cases.

    Returns:
        The manifest. Its "failed" says which cases are not in the store and why.

    Raises:
        InputError: If the data sets are declared wrongly, a patient stands in
            two splits, no case can be used, or the store will not fit on the disk.
        WriteError: If the disk is full or the folder may not be written to.
        Cancelled: If asked to stop; what is whole stays for the next run.
    """
    declarations, places = _declarations(source)
    _require_own_folder(store)
    told = progress or report
    found = find_jobs(
        declarations, config, places=places, threads=workers + 1, report=told, is_cancelled=is_cancelled
    )
    _say_left_out(found, report)
    cases = store / "cases"
    try:
        cases.mkdir(parents=True, exist_ok=True)
        records: dict[str, CaseRecord] = {}
        for job in found.jobs:
            record = kept_record(cases / job.id, job)
            if record is not None:
                records[job.id] = record
        to_do = [job for job in found.jobs if job.id not in records]
        if records:
            report(f"{len(records)} of {len(found.jobs)} cases are there already.")
        if to_do:
            # What is about to change must not be described by the old list.
            (store / MANIFEST).unlink(missing_ok=True)
        for job, result in _work(to_do, cases, workers, found, report, told, is_cancelled):
            if "record" in result:
                records[job.id] = CaseRecord.from_dict(result["record"])
        manifest = _finish(
            store, declarations, config, [records[j.id] for j in found.jobs if j.id in records], found
        )
        _overview(store, report)
    except OSError as error:
        raise as_write_error(store / MANIFEST, error) from error
    _summary(manifest, report)
    return manifest


def check(
    source: Path | Sequence[Path] | Sequence[Declaration],
    config: PrepareConfig,
    *,
    workers: int = 1,
    report: Report = print,
    progress: Report | None = None,
    is_cancelled: IsCancelled = lambda: False,
) -> dict[str, str]:
    """Find and read every case and write nothing; returns what is wrong with which.

    Raises:
        InputError, Cancelled: As ``prepare``.
    """
    told = progress or report
    declarations, places = _declarations(source)
    found = find_jobs(
        declarations, config, places=places, threads=workers + 1, report=told, is_cancelled=is_cancelled
    )
    _say_left_out(found, report)
    for _ in _work(found.jobs, None, workers, found, report, told, is_cancelled):
        pass
    fine = [job for job in found.jobs if job.id not in found.failed]
    report(f"{len(fine)} cases can be used ({_by_split(fine)}); {len(found.failed)} cannot.")
    return found.failed


def default_workers() -> int:
    """As many as this process has processors."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _declarations(
    source: Path | Sequence[Path] | Sequence[Declaration],
) -> tuple[list[Declaration], list[str]]:
    """All declarations, and the place of each (``find_jobs``)."""
    found: list[Declaration] = []
    places: list[str] = []
    items: Sequence[Path | Declaration] = [source] if isinstance(source, Path) else source
    for number, item in enumerate(items, 1):
        if isinstance(item, Declaration):  # those that a program gives belong together
            there, place = [item], ""
        else:  # folders may have one name, "data"
            there, place = read_declarations(item), f"{item.resolve().name} ({number})"
        found += there
        places += [place] * len(there)
    return found, places


def _require_own_folder(store: Path) -> None:
    store = Path(os.path.abspath(store))  # "gone/../data" is data, whether gone is there or not
    if store.exists() and not store.is_dir():
        raise InputError(f"A store is a folder; {store.name} is a file. Choose another name.")
    inside = {p.name for p in store.iterdir()} if store.is_dir() else set()
    if inside and MANIFEST not in inside and not _are_ours(store / "cases"):
        raise InputError(
            f"A store has a folder of its own; {store.name} holds other files. Choose a new folder."
        )


def _are_ours(cases: Path) -> bool:
    """Whether a folder called cases is what a stopped run left, and not somebody's data."""
    if not cases.is_dir():
        return False
    return all((p / CASE_FILE).is_file() or p.name.endswith(".part") for p in cases.iterdir())


def _work(
    jobs: Sequence[Job],
    cases: Path | None,
    workers: int,
    found: Found,
    report: Report,
    told: Report,
    is_cancelled: IsCancelled,
) -> Results:
    """Prepare (without ``cases``: read) every job, and report. Enters those that fail in ``found``."""
    ordered = sample_first(jobs)
    progress = Progress(ordered, cases, told)
    parallel = workers > 1 and len(jobs) > 1
    results = (
        in_processes(ordered, cases, workers, report, is_cancelled)
        if parallel
        else one_by_one(ordered, cases, is_cancelled)
    )
    with contextlib.closing(results):
        for job, result in results:
            if "failed" in result:
                found.failed[job.id] = result["failed"]
                report(f"{job.id} failed: {result['failed']}")
            progress.add(job, "failed" in result)
            yield job, result
    if jobs:
        told(progress.line())


def _finish(
    store: Path,
    declarations: Sequence[Declaration],
    config: PrepareConfig,
    records: list[CaseRecord],
    found: Found,
) -> dict[str, Any]:
    """Check the whole, remove what is not part of it, write the manifest."""
    if not records:
        first = next(iter(found.failed.values()), "Nothing was found.")
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
        "failed": found.failed,
        "repeated": found.repeated,
    }
    partial = store / f".{MANIFEST}.part"
    with partial.open("w", encoding="utf-8") as handle:
        json.dump(manifest, handle)
        handle.flush()
        os.fsync(handle.fileno())
    partial.replace(store / MANIFEST)
    return Store(store).manifest


def _overview(store: Path, report: Report) -> None:
    """Numbers and a page of pictures to look at before anything is trained."""
    opened = Store(store)
    fingerprint.write(opened, store)
    contact_sheet.write(opened, store / CONTACT_SHEET)
    report(f"Look at {CONTACT_SHEET} and fingerprint.md in the store before training.")


def _remove_others(cases: Path, ids: set[str]) -> None:
    """Cases that are no longer part of the data, and halves that a killed run left."""
    for folder in cases.iterdir():
        ours = (folder / CASE_FILE).is_file() or folder.name.endswith(".part")
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


def _by_split(cases: Sequence[Job | CaseRecord]) -> str:
    counts = Counter(case.split for case in cases)
    return ", ".join(f"{counts[split]} {split}" for split in SPLITS)


def _say_left_out(found: Found, report: Report) -> None:
    for reason in (*found.repeated.values(), *dict.fromkeys(found.failed.values())):
        report(reason)


def _summary(manifest: dict[str, Any], report: Report) -> None:
    records = [CaseRecord.from_dict(case) for case in manifest["cases"]]
    objects = sum(len(record.objects) for record in records)
    empty = sum(not record.objects for record in records)
    more = f", {empty} of them without an object" if empty else ""
    report(f"{len(records)} cases ({_by_split(records)}){more}; {objects} objects.")
    for split in SPLITS:
        if not any(record.split == split for record in records):
            report(f"No case is in {split}. Change the split's fractions or seed, or add cases.")
    if manifest["failed"]:
        count = len(manifest["failed"])
        left_out = "1 case is" if count == 1 else f"{count} cases are"
        report(f"{left_out} not in the store; failed in {MANIFEST} says why.")
