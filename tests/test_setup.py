"""The one list of dependencies is complete, and nothing stands in it for nothing."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from pathlib import Path
from typing import Any

import pytest

from tests.test_import_direction import OURS, imports, module_name, sources

ROOT = Path(__file__).resolve().parents[1]
PACKAGE_OF = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "skimage": "scikit-image",
    "SimpleITK": "simpleitk",
    "tomllib": "tomli",
}
FOUND_BY_PYDICOM = {"python-gdcm"}
"""Decoders that pydicom finds by itself where they are installed."""

ALWAYS_THERE = {"gdcm": "python-gdcm", "sip": "pyqt5"}


def constant(name: str) -> Any:
    """A literal of setup.py, without running it."""
    for node in ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"setup.py has no {name}")


EXTRA_MODULES = ("finetune",)
"""Rooms that may import what only the extra "finetune" installs."""

LOADED_BY_TORCH = {"onnxscript", "tensorboard"}
"""torch.onnx and torch.utils.tensorboard import these by themselves."""


def names_in(constant_name: str) -> set[str]:
    """Names of the packages of a list, in lower case."""
    return {re.match(r"[\w.-]+", line).group(0).lower() for line in constant(constant_name)}  # type: ignore[union-attr]


def listed() -> set[str]:
    """The packages that every installation has."""
    return names_in("INSTALL_REQUIRES")


def imported(extra: bool | None = None) -> dict[str, str]:
    """Third-party packages of the program, each with one module that imports it.

    ``extra``: only of the rooms that may use the extra (True), or of the others (False).
    """
    found: dict[str, str] = {}
    for file in sources():
        module = module_name(file)
        if extra is not None and extra != module.startswith(EXTRA_MODULES):
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for _, name in imports(tree, module, file.name == "__init__.py"):
            top = name.split(".")[0]
            if top in OURS or (top in sys.stdlib_module_names and top != "tomllib"):
                continue
            package = PACKAGE_OF.get(top) or ALWAYS_THERE.get(top) or top.lower()
            found.setdefault(package, module)
    return found


def test_every_import_is_listed() -> None:
    known = listed()
    missing = {package: module for package, module in imported(extra=False).items() if package not in known}
    assert not missing, missing


def test_every_import_of_the_extra_is_listed() -> None:
    known = listed() | names_in("FINETUNE")
    missing = {package: module for package, module in imported(extra=True).items() if package not in known}
    assert not missing, missing


def test_every_listed_package_is_used() -> None:
    assert listed() - set(imported()) - FOUND_BY_PYDICOM == set()


def test_every_package_of_the_extra_is_used() -> None:
    assert names_in("FINETUNE") - set(imported(extra=True)) - LOADED_BY_TORCH == set()


def test_the_base_is_the_only_list(repo_root: Path) -> None:
    assert not list(repo_root.glob("requirements*.txt"))
    assert "dependencies" not in (repo_root / "pyproject.toml").read_text(encoding="utf-8")


def test_torchvision_is_not_needed() -> None:
    assert "torchvision" not in listed() | set(imported())


@pytest.mark.parametrize("file", sources(), ids=module_name)
def test_no_source_holds_a_mark_of_unfinished_work(file: Path) -> None:
    marks = {"TO" + "DO", "FIX" + "ME", "XX" + "X", "Not" + "ImplementedError"}
    with tokenize.open(file) as text:
        words = set(re.findall(r"\w+", text.read()))
    assert not marks & words
