"""A table of cases: ``cases.csv``, or a list in the declaration.

Columns: ``image`` and ``label`` are paths relative to the table's folder;
``modality`` may come from the declaration; ``source`` is the data set's name,
``group`` the patient, ``split`` train, val or test, ``kind`` 2d or 3d,
``labels`` the names of values ("1=liver;2=kidney", "1..n=nuclei"),
``licence`` as the source states it, ``name`` the case's. All others (sex, age,
site ...) are attributes to report by.
"""

from __future__ import annotations

import csv
import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from finetune.data.layouts.base import LAYOUTS, CaseSource, Declaration, LoadedCase
from finetune.data.layouts.files import read_pair
from finetune.data.modalities import modality
from medsam.errors import InputError

TABLE = "cases.csv"

_OWN = ("modality", "source", "image", "label", "kind", "group", "split", "labels", "licence", "name")
_MOST_NAMED = 4096


class TableLayout:
    """Cases by a table; image and label are any files that the program reads."""

    def find(self, declaration: Declaration) -> Iterator[CaseSource]:
        """Every row, checked.

        Raises:
            InputError: If a column is missing, a value unknown, or no row there.
        """
        rows = list(_listed(declaration) if declaration.cases else _rows(declaration))
        if not rows:
            raise InputError(f"A data set has at least one case; the table of {declaration.name} has none.")
        images = {(_source(row, declaration), row["image"]) for row in rows}
        stems = Counter((source, _stem(image)) for source, image in images)
        # A list of thousands must not travel with each of its cases.
        alone = dataclasses.replace(declaration, cases=())
        for number, row in enumerate(rows):
            yield _source_of(row, alone, stems, f"row {number + 1}")

    def load(self, source: CaseSource) -> LoadedCase:
        """Image and label map on one grid.

        Raises:
            ReadError, GeometryError: If a file cannot be read, or the two differ in size or place.
        """
        return read_pair(source)


def _rows(declaration: Declaration) -> Iterator[dict[str, str]]:
    path = declaration.root / (declaration.images or TABLE)
    if not path.is_file():
        raise InputError(
            f"A data set of the layout table has a table {path.name}; {path.parent.name} holds none."
            " Write one, or name it under images."
        )
    try:
        with path.open(newline="", encoding="utf-8-sig") as handle:
            reader = csv.DictReader(handle)
            needed = ["image", "label", *([] if declaration.modality else ["modality"])]
            missing = [c for c in needed if c not in (reader.fieldnames or [])]
            if missing:
                raise InputError(
                    f"{path.name} has the columns {', '.join(needed)}; {', '.join(missing)} is missing."
                )
            for row in reader:
                if None in row:
                    raise InputError(
                        f"A row has as many cells as the first one; line {reader.line_num} of {path.name}"
                        " has more. Put cells that hold a comma in quotes."
                    )
                yield {key: (value or "").strip() for key, value in row.items()}
    except (UnicodeDecodeError, csv.Error):
        raise InputError(f"A table is CSV text in UTF-8; {path.name} is not. Save it so.") from None


def _listed(declaration: Declaration) -> Iterator[dict[str, str]]:
    for case in declaration.cases:
        own = {"image": case.image, "label": case.label, "name": case.name, "group": case.group}
        yield {**case.attributes, **own, "split": case.split, "modality": case.modality}


def _source_of(
    row: dict[str, str], declaration: Declaration, stems: Counter[tuple[str, str]], where: str
) -> CaseSource:
    for column in ("image", "label"):
        if not row[column]:
            raise InputError(
                f"A case has an image and a label; {where} of {declaration.name} has no {column}."
            )
    key = row.get("modality") or declaration.modality
    modality(key)
    kind, split = row.get("kind", ""), row.get("split", "")
    if kind not in ("", "2d", "3d") or split not in ("", "train", "val", "test"):
        raise InputError(
            f"A case is 2d or 3d and of the split train, val or test; {row['image']} says"
            f" {kind} and {split}. Correct it in the table."
        )
    dataset, stem = _source(row, declaration), _stem(row["image"])
    name = row.get("name") or (stem if stems[dataset, stem] == 1 else _unique(row["image"]))
    return CaseSource(
        declaration,
        name=name,
        images=(declaration.root / row["image"],),
        labels=(declaration.root / row["label"],),
        modality=key,
        dataset=dataset,
        group=row.get("group", ""),
        split=split,
        kind=kind,
        label_names=label_names(row.get("labels", "")),
        licence=row.get("licence", ""),
        fields={c: v for c, v in row.items() if c not in _OWN},
    )


def _source(row: dict[str, str], declaration: Declaration) -> str:
    return row.get("source") or declaration.name


def _stem(path: str) -> str:
    return re.sub(r"\.(nii\.gz|[^.]+)$", "", Path(path).name)


def _unique(path: str) -> str:
    return "-".join((*Path(path).parent.parts, _stem(path)))


def label_names(text: str) -> dict[int, str]:
    """Names from "1=liver;2=kidney", "1..9=layer" or "1..n=nuclei" (0: every value).

    Raises:
        InputError: If it is none of these.
    """
    names: dict[int, str] = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        found = re.fullmatch(r"(\d+)(?:\.\.(\d+|n))?\s*=\s*(.+)", part)
        if found is None:
            raise InputError(
                f'Label names are written 1=liver;2=kidney or 1..n=nuclei; "{part}" came. Correct the table.'
            )
        first, last, name = int(found[1]), found[2], found[3]
        if last == "n":
            names[0] = name
        else:
            names |= dict.fromkeys(_values(first, int(last or first), part), name)
    return names


def _values(first: int, last: int, part: str) -> Iterable[int]:
    if not 0 < first <= last or last - first > _MOST_NAMED:
        raise InputError(f'Label values run upwards from 1, such as 1..9; "{part}" came. Correct the table.')
    return range(first, last + 1)


LAYOUTS["table"] = TableLayout()
