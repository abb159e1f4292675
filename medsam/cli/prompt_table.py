"""Reads the table of boxes and points that ``predict`` works through."""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from medsam.errors import InputError, MedSAMError, PromptError, ReadError
from medsam.intensity import Window
from medsam.prompts import Box, Points, Prompts

_BOX = ("x0", "y0", "x1", "y1")
COLUMNS = ("id", "image", "slice", *_BOX)
OPTIONAL = ("points", "window")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST_ID = 200


@dataclass(frozen=True)
class PromptRow:
    """One object of the table.

    Attributes:
        line: Where it stands in the file, from 1.
        id: Name of the mask's file, without ".png".
        image: File or folder that exists.
        slice: Index along the third array axis; None for a 2D picture.
        prompts: A box, points or both, in pixel edges of the stored slice
            picture; not yet clipped.
        window: Asked for in the table, or None for the volume's default.
    """

    line: int
    id: str
    image: Path
    slice: int | None
    prompts: Prompts
    window: Window | None


@dataclass
class PromptTable:
    """The usable rows, and a sentence by line number for each of the others."""

    name: str
    rows: list[PromptRow] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def read_table(path: Path) -> PromptTable:
    """Read a CSV file separated by commas, semicolons or tabs, with or without a BOM.

    Raises:
        ReadError: If there is no such file or it is not text.
        InputError: If a column is missing or named twice, or there is no row.
    """
    text = _read_text(path)
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    table = PromptTable(path.name)
    try:
        header = _header(next((cells for cells in reader if any(cells)), []), path.name)
        used: dict[str, int] = {}
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = reader.line_num
            try:
                row = _row(line, header, cells, path.parent, separator)
                _require_new(row, used)
                table.rows.append(row)
            except MedSAMError as error:
                table.problems.append((line, str(error)))
    except csv.Error as error:
        raise ReadError(
            f"{path.name} cannot be read as a table: line {reader.line_num}: {error}. Save it again as CSV."
        ) from None
    if not table.rows and not table.problems:
        raise InputError(f"{path.name} has a header and no row. Add one row for each object.")
    return table


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReadError(f"The table {path.name} cannot be opened: {reason}. Check --prompts.") from None
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError(
            f'The table {path.name} must be UTF-8 text; it is not. Save it as "CSV UTF-8".'
        ) from None


def _separator(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]

    def known(separator: str) -> int:
        # By the columns found, not by the characters: a quoted name may hold any of the three.
        try:
            cells = next(csv.reader([first], delimiter=separator, skipinitialspace=True), [])
        except csv.Error:
            return 0
        return sum(cell.strip().lower() in (*COLUMNS, *OPTIONAL) for cell in cells)

    return max(",;\t", key=known)


def _header(cells: list[str], name: str) -> dict[str, int]:
    names = [cell.strip().lower() for cell in cells]
    needed = COLUMNS if "points" not in names or set(_BOX) & set(names) else COLUMNS[: -len(_BOX)]
    missing = [column for column in needed if column not in names]
    if missing:
        raise InputError(
            f"{name} needs the columns {', '.join(COLUMNS)} in its first line, or points in the place of the"
            f" last four; missing: {', '.join(missing)}."
        )
    twice = sorted({column for column in (*COLUMNS, *OPTIONAL) if names.count(column) > 1})
    if twice:
        raise InputError(f"{name} names a column twice: {', '.join(twice)}. Keep one of each.")
    return {column: at for at, column in enumerate(names)}


def _row(line: int, header: dict[str, int], cells: list[str], folder: Path, separator: str) -> PromptRow:
    if len([cell for cell in cells[len(header) :] if cell.strip()]):
        raise InputError(
            f"the row has {len(cells)} cells and the header {len(header)}."
            " Write decimals with a point, and quote a name that holds the separator."
        )
    cell = {name: (cells[at].strip() if at < len(cells) else "") for name, at in header.items()}
    if separator != ",":
        # Spreadsheets that separate by semicolons write decimals with a comma.
        numbers = {name: cell[name].replace(",", ".") for name in (*_BOX, "slice", "points") if name in cell}
        cell.update(numbers)
    window = cell.get("window", "")
    return PromptRow(
        line=line,
        id=_safe_id(cell["id"]),
        image=_find_image(cell["image"], folder),
        slice=_slice(cell["slice"]),
        prompts=_prompts(cell),
        window=Window.from_text(window) if window else None,
    )


def _prompts(cell: dict[str, str]) -> Prompts:
    sides = [cell.get(name, "") for name in _BOX]
    box = Box(*(_number(name, side) for name, side in zip(_BOX, sides, strict=True))) if any(sides) else None
    points = Points.from_text(cell.get("points", ""))
    if box is None and not points.xy:
        raise PromptError("a row needs a box (x0, y0, x1, y1), points or both; all of these cells are empty.")
    return Prompts(box, points if points.xy else None)


def _safe_id(text: str) -> str:
    if not text:
        raise InputError("an id is needed to name the mask's file; the cell is empty.")
    bad = _UNSAFE.search(text)
    if bad or text.startswith(".") or text.endswith(".") or _RESERVED.fullmatch(text):
        raise InputError(
            f"an id names the mask's file, so it has no path separator, no leading or trailing point and none"
            f' of <>:"|?*; {text!r} came.'
        )
    if len(text.encode()) > _LONGEST_ID:
        raise InputError(f"an id has at most {_LONGEST_ID} bytes; {text[:20]!r}... is longer.")
    return text


def _require_new(row: PromptRow, used: dict[str, int]) -> None:
    key = row.id
    if sys.platform in ("win32", "darwin"):
        # Their file systems hold "A" and "a" for one name.
        key = unicodedata.normalize("NFC", key).casefold()
    if key in used:
        raise InputError(
            f"the id {row.id!r} was used on line {used[key]} already, whose mask is kept."
            " Give each row its own id."
        )
    used[key] = row.line


def _find_image(text: str, folder: Path) -> Path:
    if not text:
        raise ReadError("an image is needed; the cell is empty.")
    for spelling in dict.fromkeys((text, text.replace("\\", "/"))):
        for candidate in (folder / spelling, Path(spelling)):
            try:
                if candidate.exists():
                    return candidate
            except (OSError, ValueError):
                continue
    raise ReadError(
        f"the image {Path(text).name} was found neither beside the table nor in the working directory."
        " Check the path in the image column."
    )


def _slice(text: str) -> int | None:
    if not text:
        return None
    try:
        # Data frames with an empty cell in the column write 12 as 12.0.
        value = float(text)
        index = int(value)
    except (ValueError, OverflowError):
        value, index = 0.5, 0
    if value != index or index < 0:
        raise InputError(f"a slice is a whole number from 0, or empty for a 2D picture; {text!r} came.")
    return index


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise PromptError(f"{name} is a number in pixels; {text!r} came.") from None
