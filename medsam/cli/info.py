"""Say what a file or folder is, without a patient's name."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from medsam.io import describe

HELP = "what a file or folder holds"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``info``."""
    parser.add_argument("path", type=Path, metavar="PATH", help="image, label map, DICOM file or folder")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(args: argparse.Namespace) -> int:
    """Print what ``medsam.io.describe`` says.

    Raises:
        ReadError: If it cannot be read.
    """
    facts = plain(describe(args.path))
    if args.json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines(facts)))
    return 0


def plain(value: Any) -> Any:
    """The same in JSON's types: arrays to lists, numbers that are none to null, paths to names."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(part) for part in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, Path):
        return value.name
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def lines(facts: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """One line a fact, nested ones indented; empty facts are left out."""
    width = max((len(key) for key in facts), default=0)
    for key, value in facts.items():
        name = f"{indent}{key.replace('_', ' '):<{width}}"
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, Mapping):
            yield name.rstrip()
            yield from lines(value, f"{indent}  ")
        elif isinstance(value, list) and all(isinstance(part, str) and " " not in part for part in value):
            yield f"{name}  {', '.join(value)}"
        elif isinstance(value, list) and not all(isinstance(part, (int, float)) for part in value):
            yield name.rstrip()
            for part in value:
                yield from _item(part, f"{indent}  ")
        else:
            yield f"{name}  {_say(value)}"


def _item(part: Any, indent: str) -> Iterator[str]:
    if isinstance(part, Mapping):
        inner = list(lines(part, f"{indent}  "))
        if inner:
            yield f"{indent}- {inner[0].lstrip()}"
            yield from inner[1:]
    else:
        yield f"{indent}- {_say(part)}"


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value + 0.0:.6g}"  # + 0.0: no minus before a zero
    if isinstance(value, list):
        return " ".join(_say(part) for part in value)
    return str(value)
