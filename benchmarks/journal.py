"""What undo without a limit costs: time a step, memory, bytes on the disk, time to open the case again.

Makes thousands of steps on one CT-sized case with its case file, as the window
does: brush strokes of many sizes on all three planes, every hundredth step a
block of a million voxels, every thousandth the whole volume. Then takes every
step back, does every step again, closes the case and opens it anew, and
compares the label maps bit for bit. "plain" is the yardstick: the same writing
of the label map without history or file.

    python -m benchmarks.journal [--steps 10000] [--size 512] [--slices 300] [--json]
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from benchmarks._rows import MISSED, Row, tell
from medsam.document import Annotation, History, paint_block_edit, paint_edit
from medsam.document.case_identity import ImageIdentity
from medsam.document.case_recovery import Restored, open_case
from medsam.document.deltas import Region
from medsam.document.label_table import LabelTable
from medsam.volume import Volume, stored_shape_hw

MEGABYTE = 2**20
MOST_MB, MOST_MS = 200, 50
_LABELS = 4


def phantom(size: int, slices: int) -> Volume:
    """A noisy int16 volume (size, size, slices)."""
    rng = np.random.default_rng(0)
    array = np.empty((size, size, slices), np.int16, order="F")
    for k in range(slices):
        array[:, :, k] = rng.normal(40, 60, (size, size)).astype(np.int16)
    return Volume(array, np.diag([-0.7, -0.7, 1.5, 1.0]), modality="CT", name="benchmark")


def stroke(shape_hw: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A mask of a brush of 2 to 20 pixels that wanders."""
    h, w = shape_hw
    mask = np.zeros(shape_hw, bool)
    radius, at = int(rng.integers(2, 21)), rng.random(2) * (h, w)
    rows, cols = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    disc = rows**2 + cols**2 <= radius**2
    for _ in range(int(rng.integers(5, 60))):
        at = np.clip(at + rng.normal(0, radius / 2, 2), radius, (h - radius - 1, w - radius - 1))
        y, x = at.astype(int)
        if min(y, x) >= radius:
            mask[y - radius : y + radius + 1, x - radius : x + radius + 1] |= disc
    return mask


def edit_for(n: int, annotation: Annotation, rng: np.random.Generator):
    """The kind of the ``n``-th step, and a function that makes its edit from the annotation as it is."""
    shape = annotation.volume.shape
    label = 1 + n % _LABELS
    if n % 1000 == 999:
        region: Region = (slice(0, shape[0]), slice(0, shape[1]), slice(0, shape[2]))
        radius = 0.1 + 0.2 * rng.random()
        ball = _ball(shape, radius)
        return "volume", lambda: paint_block_edit(annotation, region, ball, label)
    if n % 100 == 99:
        sides = tuple(min(128, s // 2) for s in shape)
        starts = [int(rng.integers(0, s - side)) for s, side in zip(shape, sides, strict=True)]
        i, j, k = (slice(a, a + side) for a, side in zip(starts, sides, strict=True))
        ball = _ball(sides, 0.2 + 0.3 * rng.random())
        return "block", lambda: paint_block_edit(annotation, (i, j, k), ball, label)
    axis = int(rng.choice(3, p=(0.1, 0.1, 0.8)))
    index = int(rng.integers(shape[axis]))
    mask = stroke(stored_shape_hw(shape, axis), rng)
    return "stroke", lambda: paint_edit(annotation, axis, index, mask, label)


def _ball(shape: tuple[int, ...], radius: float) -> np.ndarray:
    i, j, k = np.ogrid[tuple(slice(-0.5, 0.5, complex(0, n)) for n in shape)]
    return i**2 + j**2 + k**2 <= radius**2


def timed(action: Callable[[], object]) -> float:
    """Milliseconds of ``action``."""
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


def fingerprint(annotation: Annotation) -> str:
    """Of the whole label map."""
    return hashlib.blake2b(annotation.label_map.reshape(-1, order="F").data).hexdigest()


def rss() -> int:
    """Bytes of memory that this process has now."""
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def begin(path: Path, volume: Volume, identity: ImageIdentity) -> Restored:
    """A new case with some labels, its label map in memory as a whole."""
    table = LabelTable()
    for _ in range(_LABELS):
        table._insert(len(table), table.proposal())
    annotation = Annotation(volume, labels=table)
    # Memory that the system gives to a fresh map page by page is not the history's.
    annotation._map[...] = 0
    return open_case(path, volume, fresh=annotation, identity=identity)


def make(history: History, steps: int) -> tuple[list[tuple[str, float]], list[float]]:
    """Do all steps: kind and milliseconds of each, and milliseconds of the plain writing."""
    annotation = history.annotation
    rng = np.random.default_rng(1)
    done: list[tuple[str, float]] = []
    plain: list[float] = []
    scratch = np.zeros(annotation.volume.shape, np.uint16, order="F")
    scratch[...] = 0
    for n in range(steps):
        kind, make_edit = edit_for(n, annotation, rng)
        # What the tool itself computes is not the history's.
        edit = make_edit()
        done.append((kind, timed(lambda edit=edit: history.do(edit))))
        if kind == "stroke" and n % 10 == 0:
            entry = history.entry(n).place or (2, 0)
            picture = np.moveaxis(scratch, entry[0], 0)[entry[1]]
            plain.append(timed(lambda picture=picture, n=n: np.copyto(picture, n % 5)))
    return done, plain


def measure(size: int, slices: int, steps: int, folder: Path) -> dict[str, object]:
    """Everything, in one run."""
    volume, path = phantom(size, slices), folder / "benchmark.medsamcase"
    begun = time.perf_counter()
    identity = ImageIdentity.of(volume)
    digest_ms = (time.perf_counter() - begun) * 1000
    restored = begin(path, volume, identity)
    history, case = restored.history, restored.case
    first = fingerprint(restored.annotation)
    before = rss()
    done, plain = make(history, steps)
    last = fingerprint(restored.annotation)
    peak = rss() - before
    undone = [timed(history.undo) for _ in range(steps)]
    assert fingerprint(restored.annotation) == first, "undo restores the beginning"
    redone = [timed(history.redo) for _ in range(steps)]
    assert fingerprint(restored.annotation) == last, "redo restores the end"
    growth = rss() - before
    assert case.error is None
    # As a kill at this moment leaves it: without the snapshot that closing makes.
    killed = folder / "killed.medsamcase"
    shutil.copyfile(path, killed)
    closing = timed(case.close)
    on_disk = path.stat().st_size
    del restored, history, case
    gc.collect()
    opened: list[Restored] = []
    reopening = timed(lambda: opened.append(open_case(path, volume, identity=identity)))
    assert fingerprint(opened[0].annotation) == last and len(opened[0].history) == steps
    opened.pop().case.close()
    after_kill = timed(lambda: opened.append(open_case(killed, volume, identity=identity)))
    assert fingerprint(opened[0].annotation) == last and not opened[0].words
    opened[0].case.close()
    kinds = [kind for kind, _ in done]
    rows = {"plain write of one slice": _row(plain)}
    for name, times in (("do", [ms for _, ms in done]), ("undo", undone[::-1]), ("redo", redone)):
        for kind in ("stroke", "block", "volume"):
            chosen = [ms for k, ms in zip(kinds, times, strict=True) if k == kind]
            if chosen:
                rows[f"{name}, {kind}"] = _row(chosen)
    return {
        "rows": rows,
        "steps": steps,
        "label_map_mb": np.prod(volume.shape) * 2 / MEGABYTE,
        "memory_after_do_mb": peak / MEGABYTE,
        "memory_mb": growth / MEGABYTE,
        "disk_mb": on_disk / MEGABYTE,
        "disk_bytes_per_step": on_disk / steps,
        "digest_ms": digest_ms,
        "close_ms": closing,
        "reopen_ms": reopening,
        "killed_ms": after_kill,
    }


def _row(times: list[float]) -> dict[str, float]:
    values = np.array(times)
    return {
        "count": len(times),
        "median_ms": float(np.median(values)),
        "p99_ms": float(np.percentile(values, 99)),
        "max_ms": float(values.max()),
    }


def main() -> int:
    """Measure and print; 3 if memory, or the 99th percentile of strokes, is over the promise."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--steps", type=int, default=10_000, help="how many steps to make")
    parser.add_argument("--size", type=int, default=512, help="rows and columns of an axial slice")
    parser.add_argument("--slices", type=int, default=300, help="axial slices")
    parser.add_argument("--folder", type=Path, help="where the case file goes; a temporary folder by default")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        results = measure(options.size, options.slices, options.steps, Path(folder))
    rows = results["rows"]
    strokes = [row["p99_ms"] for name, row in rows.items() if name.endswith("stroke")]
    is_kept = results["memory_mb"] < MOST_MB and max(strokes) < MOST_MS
    many = f"of {options.steps} steps"
    tell(
        [
            Row.within(f"a stroke, undo, redo: 99 % {many}", max(strokes), MOST_MS, "ms"),
            Row.within(f"memory {many}", results["memory_mb"], MOST_MB, "MB"),
        ]
    )
    if options.json:
        print(json.dumps(results, indent=2))
        return 0 if is_kept else MISSED
    print(
        f"{results['steps']} steps on {options.size}×{options.size}×{options.slices}, {os.cpu_count()} cores"
    )
    print(f"{'':28}{'count':>8}{'median':>10}{'p99':>10}{'max':>10}")
    for name, row in rows.items():
        times = "".join(f"{row[key]:8.2f}ms" for key in ("median_ms", "p99_ms", "max_ms"))
        print(f"{name:28}{row['count']:8d}{times}")
    print(
        f"memory   {results['memory_after_do_mb']:.0f} MB more after doing,"
        f" {results['memory_mb']:.0f} MB after undoing and redoing all"
        f" (label map itself: {results['label_map_mb']:.0f} MB)"
    )
    print(f"disk     {results['disk_mb']:.1f} MB, {results['disk_bytes_per_step']:.0f} bytes a step")
    print(
        f"open     {results['reopen_ms']:.0f} ms with all steps, {results['killed_ms']:.0f} ms after a kill"
        f" (and {results['digest_ms']:.0f} ms to know the image); close {results['close_ms']:.0f} ms"
    )
    if not is_kept:
        print(f"More than {MOST_MB} MB, or more than {MOST_MS} ms a step.", file=sys.stderr)
    return 0 if is_kept else MISSED


if __name__ == "__main__":
    sys.exit(main())
