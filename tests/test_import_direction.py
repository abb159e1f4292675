"""Imports run one way: every import of every file, inside functions too, against the house's rules."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("medsam", "finetune", "pretrain", "gui", "benchmarks", "tests")

BASE = ("medsam.errors", "medsam.volume", "medsam.prompts", "medsam.intensity")
JOBS = "medsam.engine.jobs"
CLIENTS = ("medsam.engine.client", "medsam.engine.training_client")


@dataclass(frozen=True)
class Rule:
    """What the modules of a room may import.

    Attributes:
        room: Module prefix; the longest one that fits a module applies.
        ours: Module prefixes of the project.
        torch, qt: Whether those may be imported.
        only: If given, the only third-party packages.
    """

    room: str
    ours: tuple[str, ...]
    torch: bool = False
    qt: bool = False
    only: tuple[str, ...] | None = None


TRANSFORMS = ("medsam.inference.transforms", "medsam.inference.zoom_crop", "medsam.inference.resample")
"""The part of inference that training shares: from a picture to a tensor and back."""


def fine_tuning_rules() -> Iterator[Rule]:
    """The rooms of ``finetune``, each above those before it: data, features, tasks, loop and scores, ...

    The loop knows tasks and no scores, the scores know how a task asks and no loop.
    """
    # A report and a card name the version that made them, and nothing else of the package itself.
    ours = (*BASE, "medsam.__version__", "pretrain", "medsam.model", "medsam.io", *TRANSFORMS)
    below = (
        *ours,
        *(f"finetune.{name}" for name in ("config", "files", "memory", "ranges", "starting", "words")),
    )
    data = (*below, "finetune.data")
    features = (*data, "finetune.features")
    # What a Dice is, is the same while training and in a report.
    tasks = (*features, "finetune.scores.metrics", "finetune.tasks")
    scores = (*tasks, "finetune.scores")
    release = (*tasks, "finetune.loop", "finetune.release")
    adapt = (*release, "finetune.scores", "finetune.adapt")
    yield Rule("finetune", below, torch=True)
    yield Rule("finetune.data", data)
    yield Rule("finetune.features", features, torch=True)
    yield Rule("finetune.tasks", tasks, torch=True)
    yield Rule("finetune.loop", (*tasks, "finetune.loop"), torch=True)
    yield Rule("finetune.scores", scores, torch=True)
    yield Rule("finetune.scores.metrics", BASE)
    # Scores are of what a user gets, so they come out of the program's own predictor, not a likeness of it.
    yield Rule("finetune.scores.scoring", (*scores, "medsam.inference"), torch=True)
    yield Rule("finetune.release", release, torch=True)
    yield Rule("finetune.adapt", adapt, torch=True)
    yield Rule("finetune.card", (*scores, "finetune.card"))
    yield Rule("finetune.synthetic", (*BASE, "finetune.files", "finetune.synthetic"))
    yield Rule(
        "finetune.commands",
        (*adapt, "finetune.card", "finetune.synthetic", "finetune.commands"),
        torch=True,
    )
    yield Rule("finetune.__main__", (*BASE, "finetune.commands"))


RULES = (
    Rule("medsam", ()),
    *(Rule(name, BASE, only=("numpy",)) for name in BASE),
    Rule("pretrain", (*BASE, "pretrain")),
    Rule("medsam.model", (*BASE, "pretrain", "medsam.model"), torch=True),
    Rule("medsam.inference", (*BASE, "pretrain", "medsam.model", "medsam.inference"), torch=True),
    Rule("medsam.engine", (*BASE, "medsam.engine")),
    Rule("medsam.engine.jobs", BASE, only=("numpy",)),
    Rule("medsam.engine.client", (*BASE, "medsam", "medsam.engine")),
    Rule("medsam.engine.training_client", (*BASE, "medsam.engine.logs")),
    Rule(
        "medsam.engine.worker",
        (*BASE, "pretrain", "medsam.model", "medsam.inference", "medsam.engine"),
        torch=True,
    ),
    Rule("medsam.io", (*BASE, "medsam.io")),
    Rule("medsam.document", (*BASE, "medsam.document")),
    Rule(
        "medsam.ui",
        (
            *BASE,
            "medsam.__version__",
            "pretrain",
            "medsam.io",
            "medsam.document",
            *CLIENTS,
            JOBS,
            "medsam.ui",
        ),
        qt=True,
    ),
    Rule("gui", (*BASE, "medsam", "medsam.ui"), qt=True),
    Rule(
        "medsam.cli",
        (
            *BASE,
            "medsam",
            "pretrain",
            "medsam.io",
            "medsam.document",
            "medsam.model",
            "medsam.inference",
            "medsam.engine.client",
            JOBS,
            "medsam.cli",
        ),
    ),
    Rule("medsam.__main__", ("medsam.cli",)),
    *fine_tuning_rules(),
)


def sources() -> list[Path]:
    """Every source file of the program, without tests and measurements."""
    files = [ROOT / "gui.py"]
    for folder in ("medsam", "finetune", "pretrain"):
        files += sorted((ROOT / folder).rglob("*.py"))
    return [file for file in files if file.exists()]


def module_name(file: Path) -> str:
    """Dotted name of a source file."""
    parts = list(file.relative_to(ROOT).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def imports(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything imported anywhere in a tree."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{source}.{alias.name}"
        elif isinstance(node, ast.Call) and _is_import_call(node) and isinstance(node.args[0], ast.Constant):
            yield node.lineno, str(node.args[0].value)


def _is_import_call(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("import_module", "__import__") and bool(node.args)


def inside(name: str, prefix: str) -> bool:
    """Whether a dotted name is a module, or lies in it. A package's own prefix is not its rooms."""
    if prefix == "medsam":
        return name == "medsam" or (name.startswith("medsam.") and not _is_room(name))
    return name == prefix or name.startswith(f"{prefix}.")


def _is_room(name: str) -> bool:
    part = ROOT / "medsam" / name.split(".")[1]
    return part.is_dir() or part.with_suffix(".py").exists()


def rule_of(module: str) -> Rule:
    """The rule with the longest prefix that fits."""
    # A worker may be split into several files: worker, worker_queue ...
    fits = [r for r in RULES if module == r.room or module.startswith((f"{r.room}.", f"{r.room}_"))]
    return max(fits, key=lambda r: len(r.room))


def violations(source: str, module: str, is_package: bool = False) -> list[str]:
    """What a source text imports against the rule of its module."""
    rule = rule_of(module)
    found = []
    for line, name in imports(ast.parse(source), module, is_package):
        top = name.split(".")[0]
        if top in OURS:
            bad = not any(inside(name, allowed) for allowed in rule.ours)
        elif top in ("torch", "torchvision"):
            bad = not rule.torch or top == "torchvision"
        elif top in ("PyQt5", "sip", "superqt", "qtawesome", "qtpy"):
            bad = not rule.qt
        else:
            bad = rule.only is not None and top not in (*rule.only, *sys.stdlib_module_names)
        if bad:
            found.append(f"{module}:{line} imports {name}")
    return found


@pytest.mark.parametrize("file", sources(), ids=module_name)
def test_a_file_imports_only_what_its_room_may(file: Path) -> None:
    """One case a source file."""
    found = violations(file.read_text(encoding="utf-8"), module_name(file), file.name == "__init__.py")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("medsam.volume", "import scipy"),
        ("medsam.volume", "from medsam.io import read_volume"),
        ("medsam.io.nifti", "def f():\n    import torch"),
        ("medsam.io.nifti", "from medsam.document import Annotation"),
        ("medsam.document.edits", "from medsam import io"),
        ("medsam.inference.predictor", "from ..document import annotation"),
        ("medsam.engine.client", "import torch"),
        ("medsam.engine.client", "from medsam.inference.predictor import Predictor"),
        ("medsam.engine.jobs", "from medsam.engine.client import EngineClient"),
        ("medsam.engine.training_client", "import finetune.adapt.adaptation"),
        ("medsam.ui.main_window", "import torch.nn"),
        ("medsam.ui.main_window", "from medsam.engine.worker import main"),
        ("medsam.ui.main_window", "import importlib\nimportlib.import_module('medsam.model')"),
        ("medsam.model.build", "from medsam.engine.jobs import ModelInfo"),
        ("medsam.cli.doctor", "from PyQt5.QtCore import QT_VERSION_STR"),
        ("medsam.cli.doctor", "import medsam.ui"),
        ("medsam.model.sam", "import torchvision"),
        ("finetune.loop.train", "from medsam.inference.predictor import Predictor"),
        ("finetune.scores.report", "from medsam import load_model"),
        ("finetune.data.store", "from finetune.features.cache import FeatureCache"),
        ("finetune.data.store", "import torch"),
        ("finetune.features.cache", "from finetune.tasks.base import Task"),
        ("finetune.tasks.choose", "from finetune.loop.distributed import Processes"),
        ("finetune.tasks.sam", "from finetune.scores.evaluate import evaluate"),
        ("finetune.loop.train", "from finetune.scores.report import method_names"),
        ("finetune.loop.train", "from finetune.release.runs import load_run"),
        ("finetune.scores.evaluate", "from finetune.loop.train import train"),
        ("finetune.release.export", "from finetune.adapt.job import Job"),
        ("finetune.words", "from finetune.data.store import Store"),
        ("pretrain.catalogue", "import torch"),
        ("gui", "from medsam.model import load_model"),
    ],
)
def test_the_walk_sees_a_breach(module: str, source: str) -> None:
    """The rules themselves are tried: each of these must be caught."""
    assert violations(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("medsam.engine.worker", "import torch\nfrom medsam.inference.predictor import make_predictor"),
        ("medsam.engine.worker_queue", "import torch"),
        (
            "medsam.ui.canvas.slice_view",
            "from PyQt5.QtGui import QImage\nimport medsam.volume",
        ),
        ("medsam.cli.main", "from medsam import __version__"),
        ("finetune.loop.train", "from medsam.inference.transforms import encode_input"),
        ("finetune.scores.scoring", "from medsam.inference.predictor import make_predictor"),
        ("finetune.scores.report", "from medsam import __version__"),
        ("finetune.tasks.sam", "from finetune.scores.metrics import dice"),
        ("finetune.adapt.adaptation", "from finetune.scores.scoring import Scorer"),
        ("medsam.model.sam", "from .common import LayerNorm2d"),
    ],
)
def test_the_walk_lets_the_right_ones_pass(module: str, source: str) -> None:
    """The rules forbid nothing that the design allows."""
    assert not violations(source, module)


@pytest.mark.parametrize(
    "statement",
    ["import medsam; dir(medsam); medsam.__version__", "import medsam.cli.main", "import pretrain.catalogue"],
)
def test_an_import_loads_neither_torch_nor_qt(statement: str) -> None:
    """What the walk cannot see: what is loaded in the end."""
    assert _loaded_after(statement) == set()


@pytest.mark.parametrize("statement", ["import gui", "import medsam.ui.main_window"])
def test_the_window_never_loads_torch(statement: str) -> None:
    """So that it opens at once, and no crash of a network takes it along."""
    assert "torch" not in _loaded_after(statement)


def _loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*({{'torch', 'PyQt5'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
