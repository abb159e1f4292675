"""No word of the window goes past the translation: every literal that is shown is found in the sources."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from medsam import errors
from medsam.ui import translation

UI = Path(translation.__file__).parent
SOURCES = sorted(UI.rglob("*.py"))

SHOWN_BY_METHOD = {
    "setText",
    "setToolTip",
    "setStatusTip",
    "setWhatsThis",
    "setWindowTitle",
    "setAccessibleName",
    "setAccessibleDescription",
    "setPlaceholderText",
    "setTitle",
    "setPrefix",
    "setSuffix",
    "setSpecialValueText",
    "setInformativeText",
    "setDetailedText",
    "setHeaderLabels",
    "setHorizontalHeaderLabels",
    "setLabelText",
    "setIconText",
    "setHtml",
    "setPlainText",
    "setItemText",
    "setTabText",
    "setTabToolTip",
    "addAction",
    "addItem",
    "addItems",
    "addTab",
    "addMenu",
    "addToolBar",
    "addRow",
    "addButton",
    "addPage",
    "add_hint",
    "insertItem",
    "showMessage",
    "show_message",
    "show_engine",
    "drawText",
    "halo_text",
    "getOpenFileName",
    "getSaveFileName",
    "getExistingDirectory",
    "getText",
    "question",
    "information",
    "critical",
    "about",
    "info",
    "warning",
    "news",
}
"""Methods and functions whose texts are shown."""

SHOWN_BY_CLASS = {
    "QLabel",
    "QPushButton",
    "QToolButton",
    "QCheckBox",
    "QRadioButton",
    "QGroupBox",
    "QAction",
    "QMenu",
    "QToolBar",
    "QMessageBox",
    "QInputDialog",
    "QTableWidgetItem",
    "QListWidgetItem",
    "QTreeWidgetItem",
    "QProgressDialog",
    "ElidedLabel",
    *(name for name, kind in vars(errors).items() if isinstance(kind, type) and name != "Cancelled"),
}

NAMES = {"English", "简体中文", "3D Slicer", "ITK-SNAP", "MedSAM", "DICOM", "NIfTI"}
"""What is called the same in every language."""

KINDS = {"info", "warning", "error"}
"""What sort of message it is."""

NO_WORDS = re.compile(
    r"<[^>]*>|\bMedSAM\b|&\w+;|\{[^{}]*\}|\b(mm|cm|mL|px|HU|SD|JSON|CSV|PNG|GB|MB|kB)\b|\*\.\w+|#\w+"
)
"""Markup, places to fill in, units and formats."""

LOGGERS = {"log", "logger", "logging", "warnings"}


def words_in(node: ast.AST) -> list[tuple[int, str]]:
    """Literals with words in an expression that end up in the text as they are.

    What is passed to a call (``self.tr("...")``, ``theme.icon("...")``), used
    as a key, or compared with is no text of its own.
    """
    if isinstance(node, ast.Constant):
        text = NO_WORDS.sub("", node.value) if isinstance(node.value, str) else ""
        has_words = re.search(r"[^\W\d_]{2}", text) and node.value not in NAMES | KINDS
        return [(node.lineno, node.value)] if has_words else []
    if isinstance(node, ast.JoinedStr):
        return [w for value in node.values if isinstance(value, ast.Constant) for w in words_in(value)]
    if isinstance(node, ast.BinOp):
        return words_in(node.left) + words_in(node.right)
    if isinstance(node, ast.IfExp):
        return words_in(node.body) + words_in(node.orelse)
    if isinstance(node, ast.BoolOp):
        return [w for value in node.values for w in words_in(value)]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [w for value in node.elts for w in words_in(value)]
    of_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if of_method and node.func.attr in ("format", "strip", "join", "upper", "capitalize"):
        return words_in(node.func.value)
    return []


def untranslated(tree: ast.AST) -> list[tuple[int, str]]:
    """Every literal that is shown without a translation."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(node.func.value, "id", "") if isinstance(node.func, ast.Attribute) else ""
        arguments = [*node.args, *(k.value for k in node.keywords if k.arg in ("text", "title", "tip"))]
        if name == "add_tab":
            arguments = node.args[1:]
        if name in ("getOpenFileName", "getSaveFileName"):
            arguments = [node.args[1], *node.args[3:]] if len(node.args) > 1 else []
        is_shown = name in SHOWN_BY_METHOD or name in SHOWN_BY_CLASS or name == "add_tab"
        if is_shown and owner not in LOGGERS:
            found += [w for argument in arguments for w in words_in(argument)]
    return found


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("label.setText('Hello')", ["Hello"]),
        ("QLabel(f'{n} boxes')", [" boxes"]),
        ("box.setToolTip('a word' if x else self.tr('another'))", ["a word"]),
        ("bar.addItems(['One', self.tr('Two')])", ["One"]),
        ("raise InputError('Wrong {0}.'.format(x))", ["Wrong {0}."]),
        ("label.setText(self.tr('Hello'))", []),
        ("label.setText(f'{x:.1f} mm')", []),
        ("label.setText('—')", []),
        ("log.warning('something happened')", []),
        ("item.setIcon(theme.icon('mdi6.undo'))", []),
        ("w.addTab(page, 'Title')", ["Title"]),
        ("w.add_tab('name', 'Title', page)", ["Title"]),
    ],
)
def test_the_finder_finds(code, said):
    assert [text for _, text in untranslated(ast.parse(code))] == said


NOT_OF_THE_WINDOW = {"scripted.py"}
"""Says its sentences on the command line, as ``gui.py`` and every other command does: in English."""


@pytest.mark.parametrize("file", SOURCES, ids=lambda p: p.relative_to(UI).as_posix())
def test_nothing_is_shown_untranslated(file):
    if file.name not in NOT_OF_THE_WINDOW:
        assert untranslated(ast.parse(file.read_text(encoding="utf-8"))) == []
