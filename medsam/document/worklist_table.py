"""A worklist as a CSV table: ``image[,mask][,state][,note][,labels]``, paths relative to the table.

Commas, semicolons or tabs part the cells, whichever the first line has; a
byte-order mark is skipped. Columns may also be called as other programs call
them (``path``, ``label``, ``status`` ...); further columns are left alone. A
table without a first line of names is a list of images.
"""

from __future__ import annotations

import csv
import io
import ntpath
from pathlib import Path, PureWindowsPath

from medsam.document.worklist import CaseState, WorkCase, path_of, require_own_masks, stored_path
from medsam.errors import InputError

_COLUMNS = {
    "image": ("image", "images", "path", "file", "filename", "scan", "volume"),
    "mask": ("mask", "label", "segmentation", "seg"),
    "state": ("state", "status"),
    "note": ("note", "notes", "comment", "comments"),
    "labels": ("labels",),
}
_STATES = {
    CaseState.NOT_STARTED: ("", "not started", "todo", "to do", "open", "new", "no", "0"),
    CaseState.IN_PROGRESS: ("in progress", "started", "doing", "begun"),
    CaseState.DONE: ("done", "finished", "complete", "completed", "yes", "x", "1"),
    CaseState.FLAGGED: ("flagged", "flag", "problem", "review", "question"),
}


def read_table(table: Path) -> list[WorkCase]:
    """The cases of a table, in its order.

    Raises:
        InputError: If it is no CSV text in UTF-8, has no images, names one
            image twice, says an unknown state, or lets two cases share a mask.
    """
    rows = _rows(table)
    header = {c.strip().lower(): n for n, c in reversed(list(enumerate(rows[0][1])))} if rows else {}
    places = {
        column: next((header[n] for n in names if n in header), None) for column, names in _COLUMNS.items()
    }
    if places["image"] is None:
        first = rows[0][1][0].strip() if rows else ""
        if not first or not _path(first, table.parent).exists():
            raise InputError(
                "A worklist is a table whose first line names its columns, one of them image;"
                f" {table.name} has none of that name. Add the line, for example: image,mask."
            )
        places = {**dict.fromkeys(_COLUMNS), "image": 0}
    else:
        rows = rows[1:]
    cases, seen = [], dict[str, int]()
    for line, cells in rows:
        case = _case(cells, places, table, line)
        if seen.setdefault(case.image, line) != line:
            raise InputError(
                f"A case stands once in a list; {Path(case.image).name} stands in the lines"
                f" {seen[case.image]} and {line} of {table.name}. Take one out."
            )
        cases.append(case)
    if not cases:
        raise InputError(f"A worklist has at least one case; {table.name} has none below its first line.")
    require_own_masks(cases, table.parent)
    return cases


def _rows(table: Path) -> list[tuple[int, list[str]]]:
    """Line numbers and cells of all lines that are not empty."""
    try:
        text = table.read_bytes().decode("utf-8-sig")
        first = next((line for line in text.splitlines() if line.strip()), "")
        part = max(";,\t", key=first.count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=part)
        return [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    except (UnicodeDecodeError, csv.Error):
        raise InputError(
            f'A worklist is CSV text in UTF-8; {table.name} is not. Save it so (in Excel: "CSV UTF-8").'
        ) from None
    except OSError as error:
        raise InputError(f"{table.name} cannot be read: {error.strerror}. Check where it lies.") from error


def _case(cells: list[str], places: dict[str, int | None], table: Path, line: int) -> WorkCase:
    said = {
        column: cells[place].strip() if place is not None and place < len(cells) else ""
        for column, place in places.items()
    }
    if not said["image"]:
        raise InputError(f"Every case has an image; line {line} of {table.name} names none. Add it.")
    root = table.parent
    mask = stored_path(_path(said["mask"], root), root) if said["mask"] else ""
    return WorkCase(
        image=stored_path(_path(said["image"], root), root),
        mask=mask,
        state=_state(said["state"], table, line),
        note=said["note"],
        labels=said["labels"],
    )


def _path(text: str, root: Path) -> Path:
    """A cell's path; one written on Windows is understood elsewhere, too."""
    path = path_of(text, root)
    if "\\" in text and not path.exists() and not ntpath.isabs(text):
        return path_of(PureWindowsPath(text).as_posix(), root)
    return path


def _state(text: str, table: Path, line: int) -> CaseState:
    plain = " ".join(text.lower().replace("_", " ").replace("-", " ").split())
    for state, words in _STATES.items():
        if plain in words:
            return state
    states = ", ".join(state.value for state in CaseState)
    raise InputError(f'A state is one of {states}; line {line} of {table.name} says "{text}". Correct it.')


def label_names(text: str) -> dict[int, str]:
    """Names of label values from "1=liver;2=kidney" or "1=liver|2=kidney"; what fits not is left out."""
    names = {}
    for part in text.replace("|", ";").split(";"):
        number, sign, name = part.partition("=")
        if sign and number.strip().isdecimal() and 0 < int(number) <= 65_535 and name.strip():
            names[int(number)] = name.strip()
    return names
