"""Sets of labels in files: names, numbers and colours to begin a case with. Qt-free.

Four kinds are read; the first three are written, too.

*Our JSON* (``.json``), complete and for people to edit::

    {"format": "medsam-labels", "version": 1,
     "labels": [{"id": 1, "name": "Liver", "color": "#e69f00", "visible": true,
                 "locked": false, "opacity": 0.45, "style": "both"}]}

Only ``name`` is required; ``color`` may also be ``[230, 159, 0]``. A bare list
of such objects, as MITK keeps its suggestions for names, is read as well.

*ITK-SNAP's label descriptions* (``.label``, ``.txt``): ``IDX R G B A VIS MSH
"LABEL"`` a line, A and VIS from 0 to 1.

*3D Slicer's colour tables* (``.ctbl``, ``.txt``): ``id name r g b a`` a line,
underscores for spaces; FreeSurfer's tables look the same.

*3D Slicer's colour tables in commas* (``.csv``): a header with ``Name`` and, if
given, ``LabelValue``, ``Color_R``, ``Color_G`` and ``Color_B``.

Number 0 is the background everywhere and is passed over. Lines that begin with
``#`` are comments. UTF-8 (with or without a mark), UTF-16 with one, and
Windows' western code page are understood, and every kind of line end.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from medsam.document.label_set_tables import (
    RawEntry,
    csv_entries,
    slicer_lines,
    snap_lines,
    table_entries,
)
from medsam.document.label_table import LARGEST_ID, Label, default_colour
from medsam.document.whole_files import write_whole
from medsam.errors import InputError, WriteError

FORMAT, VERSION = "medsam-labels", 1
READ_SUFFIXES = (".json", ".label", ".txt", ".ctbl", ".csv")
WRITE_SUFFIXES = (".json", ".label", ".txt", ".ctbl")

_LARGEST_FILE = 8_000_000


@dataclass(frozen=True)
class SetEntry:
    """One label of a set: only what its file says.

    Attributes:
        name: For people.
        id: Number in a label map; None where the file leaves it open.
        stated: The other fields of ``Label`` that the file gives.
    """

    name: str
    id: int | None = None
    stated: Mapping[str, Any] = field(default_factory=dict)

    def over(self, label: Label) -> Label:
        """``label`` with everything that the file says, but its own number."""
        return replace(label, name=self.name, **self.stated)

    def as_label(self, number: int) -> Label:
        """A label of that number; what the file does not say is as usual."""
        return self.over(Label(number, self.name, default_colour(number)))


def read_label_set(path: Path) -> tuple[SetEntry, ...]:
    """The labels in a file, in its order.

    Raises:
        InputError: If it cannot be read or understood; names file and line.
    """
    text = _text_of(path)
    suffix = path.suffix.lower()
    if suffix == ".json" or (suffix not in READ_SUFFIXES and text.lstrip()[:1] in ("{", "[")):
        raw = _json_entries(text, path.name)
    elif suffix == ".csv":
        raw = csv_entries(text, path.name)
    else:
        raw = table_entries(text, path.name)
    return _checked(raw, path.name)


def set_from_json(text: str, name: str) -> tuple[SetEntry, ...]:
    """The labels in the text of a ``.json`` file; ``name`` is for messages.

    Raises:
        InputError: If it cannot be understood.
    """
    return _checked(_json_entries(text, name), name)


def write_label_set(path: Path, labels: Iterable[Label]) -> None:
    """Write labels to a file of the kind that its ending names; all of it or nothing.

    Raises:
        InputError: If the ending is none of ``WRITE_SUFFIXES``.
        WriteError: If it cannot be written.
    """
    labels = tuple(labels)
    suffix = path.suffix.lower()
    if suffix == ".json":
        text = set_to_json(labels)
    elif suffix in (".label", ".txt"):
        text = "".join(snap_lines(labels))
    elif suffix == ".ctbl":
        text = "".join(slicer_lines(labels, path.name))
    else:
        raise InputError(
            f"A set of labels is written as {', '.join(WRITE_SUFFIXES)}; "
            f'"{path.suffix or path.name}" came. Choose one of these endings.'
        )
    try:
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        raise WriteError(
            f"{path.name} cannot be written: {error.strerror or error}. Choose another folder."
        ) from None


def merged(
    present: Iterable[Label],
    entries: Iterable[SetEntry],
    match: Literal["number", "name"] = "number",
    dropped: Collection[int] = (),
) -> tuple[Label, ...]:
    """A label table with a set laid over the present one.

    A label that the set knows takes what the set says and keeps its number,
    and with it its voxels; unknown ones of the set are added. The set's order
    comes first, then the labels it does not know.

    Args:
        present: The table's labels.
        entries: Of the set.
        match: What makes two labels the same: the number, or the name
            (without regard to case, underscores and spaces).
        dropped: Numbers of present labels to leave out where the set lacks them.
    """
    rest = {label.id: label for label in present}
    kept = {number for number in rest if number not in dropped}
    entries = tuple(entries)
    homes: dict[int, int] = {}
    for n, entry in enumerate(entries):
        home = _home(entry, rest, set(homes.values()), match)
        if home is not None:
            homes[n] = home
    taken = kept | set(homes.values())
    if match == "number":
        taken |= {entry.id for entry in entries if entry.id is not None}
    result = []
    for n, entry in enumerate(entries):
        if n in homes:
            result.append(entry.over(rest.pop(homes[n])))
            continue
        number = entry.id
        if number is None or (match == "name" and number in taken):
            number = _free(taken)
        taken.add(number)
        result.append(entry.as_label(number))
    return (*result, *(label for label in rest.values() if label.id in kept))


def _home(
    entry: SetEntry, present: Mapping[int, Label], used: set[int], match: Literal["number", "name"]
) -> int | None:
    """Number of the present label that an entry means."""
    if match == "number" and entry.id is not None:
        return entry.id if entry.id in present else None
    return next(
        (n for n, label in present.items() if n not in used and _same(label.name, entry.name)),
        None,
    )


def _same(a: str, b: str) -> bool:
    return " ".join(a.replace("_", " ").casefold().split()) == " ".join(
        b.replace("_", " ").casefold().split()
    )


def _free(taken: Collection[int]) -> int:
    number = next((n for n in range(1, LARGEST_ID + 1) if n not in taken), None)
    if number is None:
        raise InputError(f"A table holds at most {LARGEST_ID} labels; this set does not fit in. Load fewer.")
    return number


def _text_of(path: Path) -> str:
    """The file's text, whatever of the usual codes it is in."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise InputError(
                f"{path.name} is no set of labels: such a file is smaller than "
                f"{_LARGEST_FILE // 1_000_000} MB. Choose another file."
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codes: tuple[str, ...] = ("utf-16",)
    else:
        codes = ("utf-8-sig", "cp1252")
    for code in codes:
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InputError(f"A set of labels is a text file; {path.name} holds other bytes. Choose another file.")


def _json_entries(text: str, name: str) -> list[RawEntry]:
    try:
        data = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        what = getattr(error, "msg", str(error))
        raise InputError(f"{name}, line {line}, is no JSON: {what}. Mend the line.") from None
    except RecursionError:
        raise InputError(f"{name} is nested too deeply for a set of labels. Load another file.") from None
    rows = data.get("labels") if isinstance(data, dict) else data
    if isinstance(data, dict) and isinstance(data.get("version"), int) and data["version"] > VERSION:
        raise InputError(
            f"{name} is of version {data['version']} and this program reads up to {VERSION}; "
            "update the program, or save the set as an ITK-SNAP label file there."
        )
    if not isinstance(rows, list):
        raise InputError(f'{name} is no set of labels: a list under "labels" is expected. Load another file.')
    return [_json_entry(row, f"{name}, label {n}") for n, row in enumerate(rows, start=1)]


def _json_entry(row: Any, where: str) -> RawEntry:
    if not isinstance(row, dict):
        raise InputError(f'{where}: an object with a "name" is expected, {row!r:.40} came. Mend the entry.')
    stated: dict[str, Any] = {}
    if "color" in row:
        stated["color"] = _json_colour(row["color"], where)
    for key in ("visible", "locked"):
        if key in row:
            if not isinstance(row[key], bool):
                raise InputError(f'{where}: "{key}" is true or false; {row[key]!r:.40} came. Mend the entry.')
            stated[key] = row[key]
    if "opacity" in row:
        if isinstance(row["opacity"], bool) or not isinstance(row["opacity"], (int, float)):
            raise InputError(
                f'{where}: "opacity" is a number from 0 to 1; {row["opacity"]!r:.40} came. Mend the entry.'
            )
        stated["opacity"] = float(row["opacity"])
    if "style" in row:
        if row["style"] not in ("both", "fill", "outline"):
            raise InputError(
                f'{where}: "style" is "both", "fill" or "outline"; {row["style"]!r:.40} came. Mend the entry.'
            )
        stated["style"] = row["style"]
    number = row.get("id", row.get("value"))
    if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
        raise InputError(f'{where}: "id" is a whole number; {number!r:.40} came. Mend the entry.')
    name = row.get("name")
    if not isinstance(name, str):
        raise InputError(f'{where}: a "name" is expected; {name!r:.40} came. Mend the entry.')
    return RawEntry(where, number, name, stated)


def _json_colour(value: Any, where: str) -> tuple[int, int, int]:
    parts: Any = value
    if isinstance(value, str) and len(value) == 7 and value[0] == "#":
        try:
            parts = list(bytes.fromhex(value[1:]))
        except ValueError:
            parts = None
    if (
        not isinstance(parts, list)
        or len(parts) != 3
        or not all(isinstance(p, int) and not isinstance(p, bool) and 0 <= p <= 255 for p in parts)
    ):
        raise InputError(
            f'{where}: "color" is "#rrggbb" or three numbers from 0 to 255; {value!r:.40} came. '
            "Mend the entry."
        )
    return parts[0], parts[1], parts[2]


def _checked(raw: Iterable[RawEntry], name: str) -> tuple[SetEntry, ...]:
    """Entries that labels can be made of: without the background, no number twice."""
    result: list[SetEntry] = []
    seen: dict[int, str] = {}
    for entry in raw:
        if entry.id == 0:
            continue
        number = entry.id
        if number is not None and not 1 <= number <= LARGEST_ID:
            raise InputError(
                f"{entry.where}: a label's number lies between 1 and {LARGEST_ID}; {number} came. Mend it."
            )
        if number is not None and number in seen:
            raise InputError(
                f"{entry.where}: every label has a number of its own; {number} came before ({seen[number]}). "
                "Give one of them another number."
            )
        if number is not None:
            seen[number] = entry.where.rpartition(", ")[2]
        text = " ".join(entry.name.split())
        result.append(SetEntry(text, number, dict(entry.stated)))
        try:
            result[-1].over(Label(number or 1, "name", default_colour(1)))
        except InputError as error:
            raise InputError(f"{entry.where}: {error}") from None
    if not result:
        raise InputError(f"A set names at least one label; {name} has none. Load another file.")
    return tuple(result)


def set_to_json(labels: Iterable[Label]) -> str:
    """Labels as the text of a ``.json`` file."""
    rows = []
    for label in labels:
        row: dict[str, Any] = {"id": label.id, "name": label.name}
        row["color"] = "#{:02x}{:02x}{:02x}".format(*label.color)
        row |= {key: getattr(label, key) for key in ("visible", "locked", "opacity", "style")}
        rows.append("    " + json.dumps(row, ensure_ascii=False))
    head = f'{{\n  "format": "{FORMAT}",\n  "version": {VERSION},\n  "labels": [\n'
    return head + ",\n".join(rows) + "\n  ]\n}\n"
