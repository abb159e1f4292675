"""The bench: complete, fixed, and used by whoever needs much of it."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import pytest

import medsam.ui
from medsam.ui.bench import Bench

_MOST_PARTS = 2
"""How many of the bench's parts a controller may take by themselves."""


def test_the_bench_holds_the_windows_own_parts_and_never_changes(window):
    bench = window.bench
    assert bench.window is window and bench.session is window.session and bench.view is window.view
    assert bench.bridge is window.bridge and bench.tasks is window.tasks and bench.area is window.area
    with pytest.raises(dataclasses.FrozenInstanceError):
        bench.view = None


def _parts(function: ast.FunctionDef) -> list[str]:
    """Names of the parameters whose type is that of a part of the bench."""
    types = {field.type for field in dataclasses.fields(Bench)} - {"QWidget"}
    args = [*function.args.args, *function.args.kwonlyargs]
    return [a.arg for a in args if a.annotation is not None and ast.unparse(a.annotation) in types]


def test_controllers_take_the_bench_rather_than_many_of_its_parts():
    folder = Path(medsam.ui.__file__).parent / "controllers"
    too_many = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # What goes into the bench cannot be made from it.
            if not isinstance(node, ast.ClassDef) or node.name == "ViewController":
                continue
            makers = [f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"]
            if any(len(_parts(maker)) > _MOST_PARTS for maker in makers):
                too_many[node.name] = [_parts(maker) for maker in makers]
    assert not too_many
