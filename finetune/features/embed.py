"""From a store and weights to the cache of features (``finetune.features.cache``)."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch

from finetune.config import Recipe
from finetune.data.store import Store
from finetune.features.cache import (
    COMPLETE,
    KEY,
    ROWS,
    SHARD_BYTES,
    SHARD_ROWS,
    SHARDS,
    FeatureCache,
    FeatureKey,
    Row,
    damaged,
    feature_key,
    feature_shape,
    read_description,
    require_same,
)
from finetune.features.encoding import SliceEncoder
from finetune.features.shards import ShardWriter, is_whole, npy_bytes, shard_name
from finetune.files import write_whole
from finetune.memory import keep_memory
from finetune.starting import Start, starting_point
from finetune.words import byte_size, duration
from medsam.errors import Cancelled, InputError, ModelError, WriteError
from medsam.model.sam import Sam

LEAST_COSINE = 0.9999
"""Between a row and the same slice encoded once more."""

_COMPARED = 0.001
_RESERVE = 64 << 20
"""Bytes left free on the disk, whatever the estimate."""
_REPORT_SECONDS = 5.0

Report = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a cache will hold.

    Attributes:
        key: What it is computed from.
        shape: (C, h, w) of a row.
        rows: (n, 3) int32: case, slice, variant.
        per_shard: Rows of every shard but the last.
        slices: How many slices the rows are of.
        variants: Of each training slice.
    """

    key: FeatureKey
    shape: tuple[int, int, int]
    rows: npt.NDArray[np.int32]
    per_shard: int
    slices: int
    variants: int

    @property
    def row_bytes(self) -> int:
        """Of one row."""
        return 2 * int(np.prod(self.shape))

    @property
    def shards(self) -> int:
        """How many."""
        return -(-len(self.rows) // self.per_shard)

    def rows_of(self, shard: int) -> npt.NDArray[np.int32]:
        """The part of ``rows`` in a shard."""
        return self.rows[shard * self.per_shard : (shard + 1) * self.per_shard]

    @property
    def described(self) -> dict[str, Any]:
        """What ``key.json`` holds."""
        return {
            "key": dataclasses.asdict(self.key),
            "sha256": self.key.digest,
            "level": self.key.level,
            "shape": list(self.shape),
            "count": self.variants,
            "rows": len(self.rows),
            "rows_per_shard": self.per_shard,
        }


def plan_cache(start: Start, recipe: Recipe, store: Store) -> Plan:
    """Which slices of a store are encoded, and how often.

    All variants of the training slices with objects, and the validation
    slices along the third axis (by which networks are scored) with objects as
    they are; test slices are not cached.

    Raises:
        InputError: If the recipe has no use for a cache, or no slice is left.
    """
    if recipe.embed.variants < 1 or recipe.embed.batch < 1:
        raise InputError(
            "embed.variants counts the slice as it is, and embed.batch slices, so both are 1 or more;"
            f" {recipe.embed.variants} and {recipe.embed.batch} came. Correct them in the recipe."
        )
    key = feature_key(start, recipe, store)
    shape = feature_shape(cast(Sam, start.network), key.level)
    rows: list[Row] = []
    slices = 0
    for split, count in (("train", recipe.embed.variants), ("val", 1)):
        for ref in store.slices(split):
            if split == "val" and store.cases[ref.case].slices[ref.slice].axis != 2:
                continue
            slices += 1
            rows += [(ref.case, ref.slice, k) for k in range(count)]
    if not rows:
        raise InputError(
            "A cache holds the slices of the train and val splits that have objects; the store has none."
            " Look at the splits and the labels, and prepare it again."
        )
    per_shard = min(SHARD_ROWS, max(1, SHARD_BYTES // (2 * int(np.prod(shape)))))
    return Plan(key, shape, np.array(rows, np.int32), per_shard, slices, recipe.embed.variants)


def embed(
    recipe: Recipe,
    store: Store,
    out: Path,
    *,
    device: torch.device,
    report: Report = print,
    is_cancelled: Callable[[], bool] = lambda: False,
    rebuild: bool = False,
    verify: bool = True,
    start: Start | None = None,
) -> FeatureCache:
    """Make a cache, or what is missing or damaged of one.

    Args:
        out: Its folder.
        report: Called with a line now and then.
        is_cancelled: Asked often.
        rebuild: Throw away a cache of something else that is there.
        verify: Compare every shard that is there with its checksum, which reads all
            of them; rows are checked as they are first read in any case.
        start: The network, if it is loaded already; else the recipe's.

    Raises:
        InputError: If the recipe has no use for a cache, ``out`` holds one of
            something else, or the disk is too small for it.
        ModelError: If the encoder gives values that cannot be stored, or not the same twice.
        WriteError: If a file cannot be written; what is whole stays.
        Cancelled: If ``is_cancelled`` said so; what is whole stays.
    """
    keep_memory()
    start = starting_point(recipe, device) if start is None else start
    plan = plan_cache(start, recipe, store)
    out = Path(out)
    try:
        plan = _require_place(out, plan, rebuild)
        missing = _missing_shards(out, plan, verify, report, is_cancelled)
        _require_room(out, plan, missing, report)
        _begin(out, plan)
        encoder = SliceEncoder(start, recipe, store, plan.key.level, device, is_cancelled)
        if missing:
            _fill(out, plan, missing, encoder, report)
        if not _is_closed(out):
            _compare_and_close(out, plan, encoder, report)
    except OSError as error:
        raise _cannot_write(out, error) from error
    return FeatureCache.open(out, plan.key)


def _require_place(out: Path, plan: Plan, rebuild: bool) -> Plan:
    """Refuse a folder that holds something else; with ``rebuild``, empty one that holds a cache.

    A cache that is there keeps the size of its shards: returns the plan with it.
    """
    if not out.exists():
        return plan
    if not out.is_dir():
        raise InputError(f"A cache of features is a folder; {out.name} is a file. Name another with --out.")
    if rebuild and (out / KEY).exists():
        for name in (COMPLETE, ROWS, KEY):
            (out / name).unlink(missing_ok=True)
        shutil.rmtree(out / SHARDS, ignore_errors=True)
        return plan
    described = read_description(out)
    if described is not None:
        require_same(out, described, plan.key)
        per_shard = described.get("rows_per_shard")
        if isinstance(per_shard, int) and per_shard > 0:
            plan = dataclasses.replace(plan, per_shard=per_shard)
        if described != plan.described:
            raise damaged(out, KEY)
    elif any(entry.suffix != ".part" for entry in out.iterdir()):
        raise InputError(
            f"A cache of features is made in an empty folder; {out.name} holds other files."
            " Name another with --out."
        )
    return plan


def _missing_shards(
    out: Path, plan: Plan, verify: bool, report: Report, is_cancelled: Callable[[], bool]
) -> list[int]:
    """Shards that are not there, or not as their checksum says; the damaged ones are removed."""
    missing = []
    for number in range(plan.shards):
        if is_cancelled():
            raise Cancelled("The check of the cache was stopped.")
        path = out / SHARDS / f"{shard_name(number)}.npy"
        if not path.is_file():
            missing.append(number)
        elif verify and not is_whole(path):
            report(f"{path.name} is damaged and is made again")
            path.unlink()
            missing.append(number)
    if missing:
        (out / COMPLETE).unlink(missing_ok=True)
    return missing


def _require_room(out: Path, plan: Plan, missing: list[int], report: Report) -> None:
    """Tell the size and what the disk has, and refuse what will not fit."""
    needed = sum(len(plan.rows_of(n)) for n in missing) * plan.row_bytes
    place = out.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    whole = len(plan.rows) * plan.row_bytes
    report(
        f"{len(plan.rows)} features of {plan.slices} slices, {byte_size(plan.row_bytes)} each:"
        f" {byte_size(whole)} in all, {byte_size(needed)} to be written; {byte_size(free)} free on the disk"
    )
    if needed and needed + _RESERVE > free:
        raise InputError(
            f"The cache of features needs {byte_size(needed)} more, and the disk of {out.name} has"
            f" {byte_size(free)} free. Name another disk with --out, lower embed.variants, or make room."
        )


def _begin(out: Path, plan: Plan) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for left in (*out.glob("*.part"), *out.glob(f"{SHARDS}/*.part")):
        left.unlink(missing_ok=True)
    # The key first: a folder with anything else in it is taken for somebody else's.
    if not (out / KEY).is_file():
        write_whole(out / KEY, json.dumps(plan.described, indent=1).encode())
    (out / SHARDS).mkdir(exist_ok=True)
    rows = npy_bytes(plan.rows)
    if not (out / ROWS).is_file() or (out / ROWS).read_bytes() != rows:
        write_whole(out / ROWS, rows)


def _fill(out: Path, plan: Plan, missing: list[int], encoder: SliceEncoder, report: Report) -> None:
    """Encode and write the missing shards."""
    rows = np.concatenate([plan.rows_of(n) for n in missing])
    progress = _Progress(len(rows), report)
    with (
        ShardWriter(out / SHARDS, plan.shape, [(n, len(plan.rows_of(n))) for n in missing]) as writer,
        contextlib.closing(encoder.features(rows, encoder.batch)) as parts,
    ):
        for part in parts:
            for features in part:
                writer.put(features)
            progress.add(len(part))
    report(f"{len(rows)} features written")


class _Progress:
    """A line every few seconds: how far, how fast, how long still."""

    def __init__(self, total: int, report: Report) -> None:
        self._total, self._report = total, report
        self._done = 0
        self._since = self._last = time.monotonic()

    def add(self, count: int) -> None:
        """Count, and report if the last line is old."""
        self._done += count
        now = time.monotonic()
        if now - self._last < _REPORT_SECONDS or self._done == self._total:
            return
        self._last = now
        rate = self._done / (now - self._since)
        left = duration((self._total - self._done) / rate)
        self._report(f"{self._done} of {self._total} encoded, {rate:.2f} a second, {left} left")


def _is_closed(out: Path) -> bool:
    """Whether the comparison at the end was done, for the rows that are listed."""
    try:
        closing = json.loads((out / COMPLETE).read_text(encoding="utf-8"))
        return bool(closing["rows_sha256"] == hashlib.sha256((out / ROWS).read_bytes()).hexdigest())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _compare_and_close(out: Path, plan: Plan, encoder: SliceEncoder, report: Report) -> None:
    """Encode a share again, one by one, and compare; then the cache is complete."""
    count = min(len(plan.rows), max(2, round(len(plan.rows) * _COMPARED)))
    rng = np.random.default_rng(int(plan.key.digest[:8], 16))
    chosen = np.sort(rng.choice(len(plan.rows), count, replace=False))
    least = 1.0
    for place, again in zip(chosen, encoder.features(plan.rows[chosen], 1), strict=True):
        number, row = divmod(int(place), plan.per_shard)
        kept = np.load(out / SHARDS / f"{shard_name(number)}.npy", mmap_mode="r")[row]
        least = min(least, _cosine(kept, again[0]))
    if not least > LEAST_COSINE:
        raise ModelError(
            f"A slice encoded twice must give the same features; in {out.name} the cosine is {least:.5f}."
            " The cache was mixed from different runs, or the device computes wrongly:"
            " make it anew with --rebuild."
        )
    closing = {
        "rows_sha256": hashlib.sha256((out / ROWS).read_bytes()).hexdigest(),
        "compared": count,
        "least_cosine": round(least, 7),
    }
    write_whole(out / COMPLETE, json.dumps(closing, indent=1).encode())
    report(f"{count} of {len(plan.rows)} encoded again and compared: least cosine {least:.6f}")


def _cosine(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float:
    x, y = a.astype(np.float64).reshape(-1), b.astype(np.float64).reshape(-1)
    norm = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / norm if norm else float(np.array_equal(x, y))


def _cannot_write(out: Path, error: OSError) -> WriteError:
    return WriteError(
        f"The cache of features {out.name} could not be written: {error.strerror or error}. What is whole"
        " stays; make room or choose another folder, and run `embed` again: it goes on where it stopped."
    )
