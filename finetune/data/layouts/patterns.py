"""Patterns of file names, with parts of a name kept as fields.

``imagesTr/{case}_0000.nii.gz``, ``**/{patient}/{case:[0-9]+}.png``: see ``Declaration``.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from medsam.errors import InputError

Match = tuple[Path, dict[str, str]]
"""A path and all fields that are known of it."""

_TOKEN = re.compile(r"\{([A-Za-z_]\w*)(?::([^{}/]+))?\}|(\*)|(\?)")


class Folders:
    """Names in folders, each listed once: for many patterns that look into the same ones."""

    def __init__(self) -> None:
        """Know no folder yet."""
        self._names: dict[Path, list[str]] = {}

    def children(self, folder: Path, prefix: str = "") -> list[Path]:
        """What lies in a folder and is not hidden, in natural order.

        Args:
            prefix: Only names that begin so, which costs no look at the others.
        """
        names = self._names.get(folder)
        if names is None:
            found = folder.iterdir() if folder.is_dir() else iter(())
            names = self._names[folder] = sorted(p.name for p in found if not p.name.startswith("."))
        first, last = bisect_left(names, prefix), bisect_left(names, prefix + chr(sys.maxunicode))
        return [folder / name for name in sorted(names[first:last], key=_natural)]


def find_matches(
    root: Path, pattern: str, fields: Mapping[str, str] | None = None, folders: Folders | None = None
) -> Iterator[Match]:
    """Every file or folder below ``root`` whose relative path fits, in natural order.

    Args:
        pattern: Parts divided by "/"; each part matches one name, "**" any folders.
        fields: Known before; they stand for exactly their values.
        folders: Shared by calls for the same files.

    Raises:
        InputError: If the pattern is not understood.
    """
    parts = tuple(p for p in pattern.split("/") if p not in ("", "."))
    if not parts or ".." in parts:
        raise InputError(f'A pattern is a path below the data set\'s root; "{pattern}" came. Correct it.')
    for part in parts:
        _expression(part, ())
    yield from _below(root, parts, dict(fields or {}), folders or Folders())


def field_names(pattern: str) -> tuple[str, ...]:
    """The fields of a pattern, in order, each once."""
    return tuple(dict.fromkeys(found[1] for found in _TOKEN.finditer(pattern) if found[1]))


def _below(folder: Path, parts: tuple[str, ...], fields: dict[str, str], folders: Folders) -> Iterator[Match]:
    if not parts:
        yield folder, fields
        return
    first, rest = parts[0], parts[1:]
    if first == "**":
        yield from _below(folder, rest, fields, folders)
        for child in folders.children(folder):
            if child.is_dir() and not child.is_symlink():
                yield from _below(child, parts, fields, folders)
        return
    prefix, whole = _beginning(first, fields)
    if whole:
        child = folder / prefix
        if child.exists():
            yield from _below(child, rest, fields, folders)
        return
    known = tuple((name, fields[name]) for name in field_names(first) if name in fields)
    expression = _expression(first, known)
    for child in folders.children(folder, prefix):
        found = expression.fullmatch(child.name)
        if found and (not rest or child.is_dir()):
            yield from _below(child, rest, {**fields, **found.groupdict()}, folders)


def _beginning(part: str, fields: Mapping[str, str]) -> tuple[str, bool]:
    """What a name begins with for certain, and whether that is all of it."""
    text, last = "", 0
    for token in _TOKEN.finditer(part):
        text += part[last : token.start()]
        last = token.end()
        if token[1] is None or token[1] not in fields:
            return text, False
        text += fields[token[1]]
    return text + part[last:], True


def _natural(name: str) -> list[tuple[int, int, str]]:
    parts = re.split(r"(\d+)", name)
    return [(0, int(p), p) if p.isdecimal() else (1, 0, p) for p in parts]


@lru_cache(maxsize=4096)
def _expression(part: str, known: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    """A name's regular expression: known fields are their values, others are kept."""
    values, seen = dict(known), set[str]()
    text, last = "", 0
    for token in _TOKEN.finditer(part):
        text += re.escape(part[last : token.start()])
        last = token.end()
        name = token[1]
        if name is None:
            text += ".*" if token[3] else "."
        elif name in values:
            text += re.escape(values[name])
        elif name in seen:
            text += f"(?P={name})"
        else:
            seen.add(name)
            text += f"(?P<{name}>{token[2] or '.+'})"
    rest = part[last:]
    if "{" in part and ("{" in _TOKEN.sub("", part) or "}" in _TOKEN.sub("", part)):
        raise InputError(f'A field of a pattern is written {{name}} or {{name:[0-9]+}}; "{part}" came.')
    try:
        return re.compile(text + re.escape(rest), re.DOTALL)  # a name may hold a line's end
    except re.error as error:
        raise InputError(f'The characters of a field are a regular expression; "{part}": {error}.') from None
