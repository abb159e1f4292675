"""The tables in which other programs keep their labels, as lines of text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from medsam.document.label_table import Label
from medsam.errors import InputError

USUAL_OPACITY = Label(1, "x", (0, 0, 0)).opacity
"""What a full alpha becomes: these programs fade all labels together, we each one."""

_SNAP = re.compile(r"-?\d+(\s+[-+.\deE]+){6}\s+\S")
_QUOTES = "\"'“”„«»"
_UNNAMED = {"", "(none)", "none", "clear label"}


@dataclass(frozen=True)
class RawEntry:
    """A label as a file has it, before its number and name are checked.

    Attributes:
        where: File and line, for messages.
        id: Its number, if it has one.
        name: As it stands.
        stated: Further fields of ``Label``.
    """

    where: str
    id: int | None
    name: str
    stated: Mapping[str, Any] = field(default_factory=dict)


def table_entries(text: str, name: str) -> list[RawEntry]:
    """ITK-SNAP's or Slicer's table, whichever the lines look like."""
    result = []
    for number, line in _lines(text):
        where = f"{name}, line {number}"
        entry = _snap_entry(line, where) if _SNAP.match(line) else _slicer_entry(line, where)
        if entry is not None:
            result.append(entry)
    return result


def csv_entries(text: str, name: str) -> list[RawEntry]:
    """Slicer's table in commas (or semicolons, as spreadsheets of some countries write it)."""
    lines = list(_lines(text))
    if not lines:
        return []
    head = lines[0][1]
    delimiter = max(",;\t", key=head.count)
    columns = [c.strip().strip(_QUOTES).casefold() for c in next(csv.reader([head], delimiter=delimiter))]
    if "name" not in columns:
        raise InputError(
            f'{name}, line {lines[0][0]}: a table in commas begins with a header that has "Name"; '
            f"{head:.60} came. Add the header LabelValue,Name,Color_R,Color_G,Color_B."
        )
    result = []
    for number, line in lines[1:]:
        where = f"{name}, line {number}"
        cells = next(csv.reader(io.StringIO(line), delimiter=delimiter, strict=False), [])
        row = dict(zip(columns, (c.strip() for c in cells), strict=False))
        if not any(row.values()):
            continue
        value = row.get("labelvalue") or row.get("id") or row.get("value")
        stated: dict[str, Any] = {}
        rgb = [row.get(f"color_{c}", "") for c in "rgb"]
        if any(rgb):
            stated["color"] = _colour(rgb, where)
        label = row.get("name", "")
        if label.casefold() not in _UNNAMED or value is None:
            result.append(RawEntry(where, None if value is None else _whole(value, where), label, stated))
    return result


def snap_lines(labels: Iterable[Label]) -> Iterator[str]:
    """ITK-SNAP's label description file."""
    yield "# ITK-SnAP Label Description File\n"
    yield '# File format: IDX   -R-  -G-  -B-  -A--  VIS MSH  "LABEL"\n'
    yield '    0     0    0    0        0  0  0    "Clear Label"\n'
    for label in labels:
        r, g, b = label.color
        alpha = 1.0 if label.opacity == USUAL_OPACITY else label.opacity
        shown = int(label.visible)
        name = label.name.replace('"', "'")
        yield f'{label.id:5d} {r:5d}{g:5d}{b:5d} {alpha:8.4g}  {shown}  {shown}    "{name}"\n'


def slicer_lines(labels: Iterable[Label], name: str) -> Iterator[str]:
    """3D Slicer's colour table; the colours only, for it has no place for the rest."""
    rows = sorted(labels, key=lambda label: label.id)
    yield f"# Color table file {name}\n# {len(rows) + 1} values\n0 Background 0 0 0 0\n"
    for label in rows:
        r, g, b = label.color
        yield f"{label.id} {'_'.join(label.name.split())} {r} {g} {b} 255\n"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that say something, with their numbers from 1."""
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip()
        if line and not line.startswith(("#", "//")):
            yield number, line


def _snap_entry(line: str, where: str) -> RawEntry:
    *numbers, name = line.split(None, 7)
    name = _unquoted(name.strip())
    number = _whole(numbers[0], where)
    stated: dict[str, Any] = {"color": _colour(numbers[1:4], where)}
    alpha, shown = _number(numbers[4], where), _number(numbers[5], where)
    # Some programs write the alpha as a byte.
    alpha = alpha / 255 if alpha > 1 else alpha
    if not 0 <= alpha <= 1:
        raise InputError(f"{where}: the alpha A lies between 0 and 1; {numbers[4]} came. Mend the line.")
    stated["opacity"] = USUAL_OPACITY if alpha == 1 else alpha
    stated["visible"] = shown != 0
    return RawEntry(where, number, name, stated)


def _slicer_entry(line: str, where: str) -> RawEntry | None:
    tokens = line.split()
    tail = 0
    while tail < 4 and tail < len(tokens) - 2 and _is_number(tokens[-1 - tail]):
        tail += 1
    if tail < 3:
        raise InputError(
            f'{where}: a line is "number name red green blue alpha" (3D Slicer) or '
            f'\'number red green blue alpha visible mesh "name"\' (ITK-SNAP); "{line:.60}" came. '
            "Mend the line or load another file."
        )
    number = _whole(tokens[0], where)
    name = _unquoted(" ".join(tokens[1 : len(tokens) - tail])).replace("_", " ").strip()
    values = tokens[len(tokens) - tail :]
    stated: dict[str, Any] = {"color": _colour(values[:3], where)}
    alpha = _number(values[3], where) if tail == 4 else 255.0
    # Slicer writes 255 and FreeSurfer 0 for a label that is simply there.
    if 0 < alpha < 255:
        stated["opacity"] = alpha / 255
    return None if name.casefold() in _UNNAMED else RawEntry(where, number, name, stated)


def _unquoted(name: str) -> str:
    """A name without the quotes around it; those inside stay."""
    return name[1:-1] if len(name) > 1 and name[0] in _QUOTES and name[-1] in _QUOTES else name


def _colour(texts: Iterable[str], where: str) -> tuple[int, int, int]:
    parts = []
    for text in texts:
        value = _number(text, where)
        if not 0 <= value <= 255:
            raise InputError(f"{where}: a colour's parts lie between 0 and 255; {text} came. Mend the line.")
        parts.append(round(value))
    return parts[0], parts[1], parts[2]


def _whole(text: str, where: str) -> int:
    value = _number(text, where)
    if value != int(value):
        raise InputError(f"{where}: a label's number is whole; {text} came. Mend the line.")
    return int(value)


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e12
    except ValueError:
        return False


def _number(text: str, where: str) -> float:
    if not _is_number(text):
        raise InputError(f'{where}: a number is expected; "{text:.30}" came. Mend the line.')
    return float(text)
