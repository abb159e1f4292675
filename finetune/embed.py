"""From a store and weights to the cache of features (``finetune.features``)."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import queue
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from finetune.config import Recipe
from finetune.features import (
    COMPLETE,
    KEY,
    ROWS,
    SHARD_BYTES,
    SHARD_ROWS,
    SHARDS,
    FeatureCache,
    FeatureKey,
    Features,
    Level,
    Row,
    encode,
    feature_key,
    feature_shape,
    read_description,
    require_same,
    shard_name,
    slice_input,
)
from finetune.memory import keep_memory
from finetune.starting import Start, starting_point
from finetune.store import Store
from finetune.variation import variant
from medsam.errors import Cancelled, InputError, ModelError, WriteError
from medsam.model.sam import Sam

LEAST_COSINE = 0.9999
"""Between a row and the same slice encoded once more."""

_COMPARED = 0.001
_RESERVE = 64 << 20
"""Bytes left free on the disk, whatever the estimate."""
_REPORT_SECONDS = 5.0
_AHEAD = 4
"""Inputs prepared, and features not yet written, at most, over the batch."""

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
    """

    key: FeatureKey
    shape: tuple[int, int, int]
    rows: npt.NDArray[np.int32]
    per_shard: int
    slices: int

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

    def described(self, variants: int) -> dict[str, Any]:
        """What ``key.json`` holds."""
        return {
            "key": dataclasses.asdict(self.key),
            "sha256": self.key.digest,
            "level": self.key.level,
            "shape": list(self.shape),
            "count": variants,
            "rows": len(self.rows),
            "rows_per_shard": self.per_shard,
        }


def plan_cache(start: Start, recipe: Recipe, store: Store) -> Plan:
    """Which slices of a store are encoded, and how often.

    All variants of the training slices with objects, and the validation
    slices with objects as they are; test slices are not cached.

    Raises:
        InputError: If the recipe has no use for a cache, or no slice is left.
    """
    key = feature_key(start, recipe, store)
    shape = feature_shape(cast(Sam, start.network), key.level)
    rows: list[Row] = []
    slices = 0
    for split, count in (("train", max(recipe.embed.variants, 1)), ("val", 1)):
        for ref in store.slices(split):
            slices += 1
            rows += [(ref.case, ref.slice, k) for k in range(count)]
    if not rows:
        raise InputError(
            "A cache holds the slices of the train and val splits that have objects; the store has none."
            " Look at the splits and the labels, and prepare it again."
        )
    per_shard = min(SHARD_ROWS, max(1, SHARD_BYTES // (2 * int(np.prod(shape)))))
    return Plan(key, shape, np.array(rows, np.int32), per_shard, slices)


def embed(
    recipe: Recipe,
    store: Store,
    out: Path,
    *,
    device: torch.device,
    report: Report = print,
    is_cancelled: Callable[[], bool] = lambda: False,
    rebuild: bool = False,
    start: Start | None = None,
) -> FeatureCache:
    """Make a cache, or what is missing or damaged of one.

    Args:
        out: Its folder.
        report: Called with a line now and then.
        is_cancelled: Asked often.
        rebuild: Throw away a cache of something else that is there.
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
    _require_place(out, plan, rebuild)
    missing = _missing_shards(out, plan, report, is_cancelled)
    _require_room(out, plan, missing, report)
    try:
        _begin(out, plan, recipe)
        encoder = _Encoder(start, recipe, store, plan.key.level, device, is_cancelled)
        if missing:
            _fill(out, plan, missing, encoder, report)
        if missing or not (out / COMPLETE).is_file():
            _compare_and_close(out, plan, encoder, report)
    except OSError as error:
        raise _cannot_write(out, error) from error
    return FeatureCache.open(out, plan.key)


def _require_place(out: Path, plan: Plan, rebuild: bool) -> None:
    """Refuse a folder that holds something else; with ``rebuild``, empty one that holds a cache."""
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(f"A cache of features is a folder; {out.name} is a file. Name another with --out.")
    if rebuild and ((out / KEY).exists() or (out / SHARDS).is_dir()):
        for name in (COMPLETE, ROWS, KEY):
            (out / name).unlink(missing_ok=True)
        shutil.rmtree(out / SHARDS, ignore_errors=True)
        return
    described = read_description(out)
    if described is not None:
        require_same(out, described, plan.key)
    elif any(out.iterdir()):
        raise InputError(
            f"A cache of features is made in an empty folder; {out.name} holds other files."
            " Name another with --out."
        )


def _missing_shards(out: Path, plan: Plan, report: Report, is_cancelled: Callable[[], bool]) -> list[int]:
    """Shards that are not there, or not as their checksum says; the damaged ones are removed."""
    missing = []
    for number in range(plan.shards):
        if is_cancelled():
            raise Cancelled("The check of the cache was stopped.")
        path = out / SHARDS / f"{shard_name(number)}.npy"
        if not path.is_file():
            missing.append(number)
        elif not _is_whole(path):
            report(f"{path.name} is damaged and is made again")
            path.unlink()
            missing.append(number)
    if missing:
        (out / COMPLETE).unlink(missing_ok=True)
    return missing


def _is_whole(path: Path) -> bool:
    digest = hashlib.sha256()
    try:
        said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        with path.open("rb") as file:
            while block := file.read(1 << 22):
                digest.update(block)
        return bool(said["sha256"] == digest.hexdigest())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _require_room(out: Path, plan: Plan, missing: list[int], report: Report) -> None:
    """Tell the size and what the disk has, and refuse what will not fit."""
    needed = sum(len(plan.rows_of(n)) for n in missing) * plan.row_bytes
    place = out.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    whole = len(plan.rows) * plan.row_bytes
    report(
        f"{len(plan.rows)} features of {plan.slices} slices, {size_text(plan.row_bytes)} each:"
        f" {size_text(whole)} in all, {size_text(needed)} to be written; {size_text(free)} free on the disk"
    )
    if needed and needed + _RESERVE > free:
        raise InputError(
            f"The cache of features needs {size_text(needed)} more, and the disk of {out.name} has"
            f" {size_text(free)} free. Name another disk with --out, lower embed.variants, or make room."
        )


def size_text(count: int) -> str:
    """Bytes for people."""
    value, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{value:.0f} {unit}" if value >= 100 or unit == "bytes" else f"{value:.1f} {unit}"


def _begin(out: Path, plan: Plan, recipe: Recipe) -> None:
    (out / SHARDS).mkdir(parents=True, exist_ok=True)
    for left in (out / SHARDS).glob("*.part"):
        left.unlink(missing_ok=True)
    rows = _npy_bytes(plan.rows)
    if not (out / ROWS).is_file() or (out / ROWS).read_bytes() != rows:
        _write_whole(out / ROWS, rows)
    if not (out / KEY).is_file():
        text = json.dumps(plan.described(max(recipe.embed.variants, 1)), indent=1)
        _write_whole(out / KEY, text.encode())


class _Encoder:
    """Rows to features, with the next rows' inputs prepared meanwhile."""

    def __init__(
        self,
        start: Start,
        recipe: Recipe,
        store: Store,
        level: Level,
        device: torch.device,
        is_cancelled: Callable[[], bool],
    ) -> None:
        self.network = cast(Sam, start.network).eval()
        self.title = start.title or start.arch
        self._start, self._recipe, self._store = start, recipe, store
        self._level, self._device, self._is_cancelled = level, device, is_cancelled
        self.batch = max(recipe.embed.batch, 1)

    def check(self) -> None:
        """Raise ``Cancelled`` if asked to stop."""
        if self._is_cancelled():
            raise Cancelled("The encoding was stopped.")

    def features(self, rows: npt.NDArray[np.int32], batch: int) -> Iterator[Features]:
        """(b, C, h, w) float16 of the rows in turn, at most ``batch`` at once."""
        parts = [rows[i : i + batch] for i in range(0, len(rows), batch)]
        helpers = 1 if self._device.type == "cpu" else min(8, os.cpu_count() or 1)
        with ThreadPoolExecutor(helpers, "inputs") as pool:
            waiting: list[Any] = []
            try:
                for part in parts:
                    waiting.append(pool.submit(self._inputs, part))
                    if len(waiting) > _AHEAD * helpers:
                        yield self._encode(waiting.pop(0).result(), part)
                while waiting:
                    yield self._encode(waiting.pop(0).result(), rows)
            finally:
                for future in waiting:
                    future.cancel()

    def _inputs(self, rows: npt.NDArray[np.int32]) -> Tensor:
        return torch.cat([self._input(int(c), int(s), int(k)) for c, s, k in rows])

    def _input(self, case: int, number: int, k: int) -> Tensor:
        variation = variant(self._recipe, self._store.cases[case], number, k)
        return slice_input(self._store, case, number, variation, self._start.preprocessing)

    def _encode(self, inputs: Tensor, rows: npt.NDArray[np.int32]) -> Features:
        self.check()
        with torch.inference_mode():
            features = encode(self.network, inputs.to(self._device), self._level)
            half = features.to(torch.float16)
            if not bool(half.isfinite().all()):
                raise ModelError(
                    f"The encoder of {self.title} gives values that half precision cannot hold. Its weights"
                    " are damaged or of another kind of network; export or fetch them again."
                )
            return cast(Features, half.cpu().contiguous().numpy())


def _fill(out: Path, plan: Plan, missing: list[int], encoder: _Encoder, report: Report) -> None:
    """Encode and write the missing shards."""
    rows = np.concatenate([plan.rows_of(n) for n in missing])
    progress = _Progress(len(rows), report)
    with _Writer(out, plan, missing) as writer:
        for part in encoder.features(rows, encoder.batch):
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
        left = time_text((self._total - self._done) / rate)
        self._report(f"{self._done} of {self._total} encoded, {rate:.2f} a second, {left} left")


def time_text(seconds: float) -> str:
    """A duration for people."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


class _Writer:
    """One thread that writes rows into shards, each whole or not there.

    A failure is raised by the next ``put`` or on leaving.
    """

    def __init__(self, out: Path, plan: Plan, shards: list[int]) -> None:
        self._out, self._plan, self._shards = out, plan, shards
        self._queue: queue.Queue[Features | None] = queue.Queue(2 * _AHEAD)
        self._error: BaseException | None = None
        self._abandoned = False
        self._thread = threading.Thread(target=self._run, name="feature writer")

    def __enter__(self) -> _Writer:
        self._thread.start()
        return self

    def put(self, features: Features) -> None:
        """The next row of the shards."""
        if self._error is not None:
            raise self._error
        self._queue.put(features)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._abandoned = kind is not None
        self._queue.put(None)
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            for number in self._shards:
                if not self._shard(number):
                    return
        except Exception as error:
            self._error = error
        while self._queue.get() is not None:
            pass  # nobody waits for a place in the queue

    def _shard(self, number: int) -> bool:
        """Write one; False if the rows ended before."""
        count = len(self._plan.rows_of(number))
        path = self._out / SHARDS / f"{shard_name(number)}.npy"
        part = path.with_suffix(f".{os.getpid()}.part")
        digest = hashlib.sha256()
        sums = []
        try:
            with part.open("wb") as file:
                for block in self._blocks(count, sums):
                    if block is None or self._abandoned:
                        return False
                    digest.update(block)
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            said = {"sha256": digest.hexdigest(), "rows": count, "crc32": sums}
            _write_whole(path.with_suffix(".json"), json.dumps(said).encode())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        return True

    def _blocks(self, count: int, sums: list[int]) -> Iterator[Any]:
        header = io.BytesIO()
        described = {"descr": "<f2", "fortran_order": False, "shape": (count, *self._plan.shape)}
        np.lib.format.write_array_header_1_0(header, described)
        yield header.getvalue()
        for _ in range(count):
            features = self._queue.get()
            if features is None:
                yield None
                return
            block = np.ascontiguousarray(features, "<f2").reshape(-1).view(np.uint8).data
            sums.append(zlib.crc32(block))
            yield block


def _compare_and_close(out: Path, plan: Plan, encoder: _Encoder, report: Report) -> None:
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
    _write_whole(out / COMPLETE, json.dumps(closing, indent=1).encode())
    report(f"{count} of {len(plan.rows)} encoded again and compared: least cosine {least:.6f}")


def _cosine(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float:
    x, y = a.astype(np.float64).reshape(-1), b.astype(np.float64).reshape(-1)
    norm = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / norm if norm else float(np.array_equal(x, y))


def _npy_bytes(array: npt.NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _cannot_write(out: Path, error: OSError) -> WriteError:
    return WriteError(
        f"The cache of features {out.name} could not be written: {error.strerror or error}. What is whole"
        " stays; make room or choose another folder, and run `embed` again: it goes on where it stopped."
    )
