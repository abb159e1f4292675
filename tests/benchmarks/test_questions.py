"""Every question says how it is asked, and can be."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks

SHARED = sorted(p.stem for p in Path(benchmarks.__file__).parent.glob("_*.py") if not p.stem.startswith("__"))


@pytest.mark.parametrize("name", [*benchmarks.names(), *SHARED])
def test_it_has_a_docstring(name: str, repo_root: Path) -> None:
    code = (repo_root / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(code))


@pytest.mark.parametrize("name", benchmarks.names())
def test_it_says_its_command_and_answers_help(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MEDSAM_BENCH_ROWS", raising=False)
    question = importlib.import_module(f"benchmarks.{name}")
    assert f"python -m benchmarks.{name}" in question.__doc__
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as end:
        question.main(["--help"]) if question.main.__code__.co_argcount else question.main()
    assert not end.value.code
    printed = capsys.readouterr().out
    assert "usage:" in printed and "--help" in printed
    for word in benchmarks.QUICK.get(name, []):
        assert not word.startswith("-") or re.search(rf"{word}\b", printed), f"{word} is no option"


def test_what_is_said_of_questions_is_of_some_that_exist() -> None:
    known = set(benchmarks.names())
    assert set(benchmarks.QUICK) <= known
    assert set(benchmarks.NEEDS_DATA) | set(benchmarks.NEEDS_WORDS) <= known


def test_no_question_needs_openvino(repo_root: Path) -> None:
    for path in (repo_root / "benchmarks").glob("*.py"):
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        named = {node.module or "" for node in tree if isinstance(node, ast.ImportFrom)}
        assert not {name for name in named if name.split(".")[0] == "openvino"}
        assert "import openvino" not in path.read_text(encoding="utf-8")


def test_a_rival_is_imported_only_where_it_is_asked_for(repo_root: Path) -> None:
    for path in (repo_root / "benchmarks").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] + [getattr(node, "module", None) or ""]
                assert not {"segment_anything", "transformers"} & {n.split(".")[0] for n in names}, path.name
