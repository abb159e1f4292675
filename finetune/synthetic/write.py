"""Writing synthetic cases as a folder that ``prepare`` reads: pictures, label maps and ``cases.csv``."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from finetune.files import require_writable, write_whole
from finetune.synthetic.kinds import KINDS
from finetune.synthetic.sample import Bytes, LabelMap, Sample
from medsam.errors import InputError

TABLE = "cases.csv"
LICENCE = "CC0 1.0"
COLUMNS = ("modality", "source", "image", "label", "kind", "group", "split", "labels", "licence")
_TRIES = 20


def make_case(kind: str, number: int, seed: int) -> Sample:
    """Case ``number`` of a kind: a pure function of the three; it has at least one object.

    Raises:
        InputError: If a kind draws nothing that can be seen, time and again.
    """
    for attempt in range(_TRIES):
        rng = np.random.default_rng([seed, zlib.crc32(kind.encode()), number, attempt])
        sample = KINDS[kind](rng)
        maps = [m for m in sample.maps if m.names]
        if maps:
            return Sample(sample.picture, maps, sample.modality)
    raise InputError(
        f"A picture shows at least one object; number {number} of {kind} under seed {seed}"
        f" did not, {_TRIES} times. Take another --seed."
    )


@dataclass(frozen=True)
class Row:
    """One line of the table: a label map of a picture."""

    modality: str
    source: str
    image: str
    label: str
    group: str
    labels: str

    def cells(self) -> tuple[str, ...]:
        """In the order of ``COLUMNS``."""
        head = (self.modality, self.source, self.image, self.label)
        return (*head, "2d", self.group, "train", self.labels, LICENCE)


def synthesise(
    out: Path, kinds: Sequence[str], count: int, seed: int, report: Callable[[str], None] = print
) -> list[Row]:
    """Write ``count`` pictures of each kind with their label maps and the table, which comes last.

    Args:
        out: New or empty folder, or an earlier one of ours, whose table is replaced.
        kinds: Of ``KINDS``.
        seed: From 0; the same gives the same files.
        report: Told a line for each kind.

    Raises:
        InputError: If a number is out of range, or the folder holds other things.
        WriteError: If it cannot be written to.
    """
    if count < 1 or seed < 0:
        raise InputError(
            f"At least one picture a kind and a seed from 0 are needed; count {count} and seed {seed} came."
        )
    _require_own_folder(out)
    require_writable(out)
    (out / TABLE).unlink(missing_ok=True)
    rows: list[Row] = []
    for kind in kinds:
        folder = out / kind
        for part in ("images", "labels"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        before = len(rows)
        for number in range(count):
            rows += _write_case(out, kind, number, seed)
        report(f"{kind}: {count} pictures, {len(rows) - before} label maps")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in rows)
    write_whole(out / TABLE, text.getvalue().encode())
    return rows


def _require_own_folder(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InputError(
            f"Synthetic cases go into a folder; {out.name} is a file. Choose another with --out."
        )
    allowed = {TABLE, *KINDS}
    other = next((p.name for p in sorted(out.iterdir()) if p.name not in allowed), "") if out.is_dir() else ""
    if other:
        raise InputError(
            f"Synthetic cases have a folder of their own; {out.name} holds {other}."
            " Choose a new one with --out."
        )


def _write_case(out: Path, kind: str, number: int, seed: int) -> list[Row]:
    sample = make_case(kind, number, seed)
    stem = f"{kind}_{seed}_{number:05d}"
    image = f"{kind}/images/{stem}.png"
    write_whole(out / image, _png(sample.picture))
    rows = []
    for place, labels in enumerate(sample.maps):
        label = f"{kind}/labels/{stem}{f'_{place}' if place else ''}.png"
        write_whole(out / label, _png(labels.labels))
        rows.append(
            Row(
                sample.modality, f"synthetic_{kind}", image, label, f"synthetic_{kind}:{stem}", _names(labels)
            )
        )
    return rows


def _names(labels: LabelMap) -> str:
    if len(labels.names) > 1 and len(set(labels.names.values())) == 1:
        return f"1..n={next(iter(labels.names.values()))}"
    return ";".join(f"{value}={name}" for value, name in sorted(labels.names.items()))


def _png(array: Bytes) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()
