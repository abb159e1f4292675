"""Labels that files know by name: which are wanted, and what their values are.

``label_names`` of a declaration says it: value to a name or pattern, in any
case, alternatives parted by ``|`` ("GTV*|tumour"), before them a name to show
("tumour = GTV*"). Names that fit none are left out. Without ``label_names``
every name has a value.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from finetune.data.layouts.base import CaseSource, Declaration
from medsam.errors import InputError

MOST_LABELS = 65535


def shown_names(declaration: Declaration, found: Iterable[str]) -> dict[int, str]:
    """Value to the name that is shown, for a whole data set.

    Args:
        found: Every name in its files; numbered in alphabetical order where none is declared.

    Raises:
        InputError: If there are more than a label map can hold.
    """
    if declaration.label_names:
        return {v: text.split("=")[0].strip() for v, text in declaration.label_names.items()}
    names: dict[str, str] = {}
    for name in found:
        names.setdefault(_plain(name), name.strip())
    if len(names) > MOST_LABELS:
        raise InputError(
            f"A data set has at most {MOST_LABELS} labels; {declaration.name} names {len(names)}."
            " Say which are wanted in label_names."
        )
    return {value: names[key] for value, key in enumerate(sorted(names), 1)}


def value_of(name: str, source: CaseSource) -> int | None:
    """The value of a label's name, or None if it is not wanted."""
    plain, declared = _plain(name), source.declaration.label_names
    if not declared:
        return next((v for v, known in source.label_names.items() if _plain(known) == plain), None)
    for value, text in sorted(declared.items()):
        patterns = map(_plain, text.split("=")[-1].split("|"))
        if value and any(plain == p or fnmatchcase(plain, p) for p in patterns):
            return value
    return None


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
