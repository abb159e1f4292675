"""Finds the sentences that the parts below the window say, and writes them down for the translators.

``python -m tests.ui.domain_scan`` rewrites ``medsam/ui/domain_words``; ``make
translations`` begins with it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "medsam" / "ui" / "domain_words"

PARTS = {
    "documents": ("medsam/prompts.py", "medsam/intensity.py", "medsam/volume.py", "medsam/document"),
    "files": ("medsam/io",),
    "models": (
        "medsam/engine",
        "medsam/inference/card_encoding.py",
        "medsam/inference/prediction.py",
        "medsam/inference/predictor.py",
        "medsam/inference/zoom_predictor.py",
        "medsam/model/build.py",
        "medsam/model/checkpoint.py",
        "medsam/model/devices.py",
        "pretrain/catalogue.py",
        "pretrain/descriptions.py",
        "pretrain/download.py",
        "pretrain/own.py",
    ),
}
"""By module of ``domain_words``, the files and folders whose sentences it holds."""

ELSEWHERE = ("case_words.py", "samples.py")
"""Files whose words the window translates by other lists."""

_LOGGERS = {"log", "logger", "logging", "warnings"}
_HOLE = "\0"
_LEAST_WORDS = 3


def template_of(node: ast.AST) -> str | None:
    """What an expression says, a hole for every value that is put in; None if it is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(v.value if isinstance(v, ast.Constant) else _HOLE for v in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = template_of(node.left), template_of(node.right)
        if left is not None or right is not None:
            return (left or _HOLE) + (right or _HOLE)
    return None


def sentences_in(tree: ast.AST) -> Iterator[str]:
    """The sentences of a file: texts of at least three words that end with a full stop; no docstrings."""
    left_out: set[int] = set()
    for node in ast.walk(tree):
        for statement in getattr(node, "body", []) if isinstance(getattr(node, "body", None), list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                left_out.add(id(statement.value))
        of_log = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if of_log and getattr(node.func.value, "id", "") in _LOGGERS:
            left_out |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, (ast.JoinedStr, ast.BinOp)) and template_of(node) is not None:
            whole = [inner for inner in ast.walk(node) if inner is not node]
            left_out |= {id(inner) for inner in whole if not isinstance(inner, ast.FormattedValue)}
    for node in ast.walk(tree):
        text = template_of(node) if id(node) not in left_out else None
        if text is not None and is_sentence(text.strip()):
            yield numbered(text.strip())


def is_sentence(text: str) -> bool:
    """Whether a text ends with a full stop, has a few words, and no braces of its own."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    return text.endswith(".") and len(words) >= _LEAST_WORDS and "{" not in text and " " in text


def numbered(text: str) -> str:
    """Holes become ``{0}``, ``{1}`` ... in their order."""
    parts = text.split(_HOLE)
    return "".join(f"{part}{{{n}}}" for n, part in enumerate(parts[:-1])) + parts[-1]


def sentences_of(module: str) -> list[str]:
    """What belongs into a module of ``domain_words``, sorted, each once."""
    found = set()
    for place in PARTS[module]:
        path = ROOT / place
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            if file.name not in ELSEWHERE:
                found |= set(sentences_in(ast.parse(file.read_text(encoding="utf-8"))))
    return sorted(found)


def write() -> None:
    """Rewrite the modules."""
    for module in PARTS:
        places = ", ".join(PARTS[module])
        lines = [
            f'"""Sentences of {module}; made by ``python -m tests.ui.domain_scan``, not by hand."""',
            "",
            "# fmt: off",
            "# ruff: noqa: E501",
            "",
            "from __future__ import annotations",
            "",
            "from PyQt5.QtCore import QT_TRANSLATE_NOOP",
            "",
            "SENTENCES = (",
            *(
                f'    QT_TRANSLATE_NOOP("Domain", {json.dumps(s, ensure_ascii=False)}),'
                for s in sentences_of(module)
            ),
            ")",
            f'"""Of: {places}."""',
            "",
        ]
        (TARGET / f"{module}.py").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write()
