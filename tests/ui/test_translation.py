"""The languages: every word of the window is translated, the compiled file is current, and nothing is cut."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from PyQt5.QtCore import QTranslator
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QToolButton, QWidget

from medsam.intensity import CT_PRESETS
from medsam.io import FILE_FILTERS
from medsam.io import samples as samples_module
from medsam.ui import data_words, language_switch, settings, translation
from medsam.ui.actions import plain
from medsam.ui.application import run
from medsam.ui.controllers.files import prepare
from medsam.ui.main_window import MainWindow
from medsam.ui.panels.shortened import ElidedLabel
from medsam.ui.scripted import Work
from medsam.ui.theme import Theme
from medsam.ui.translation import language_of
from pretrain.catalogue import catalogue
from tests.phantoms import ct_phantom
from tests.ui.window_support import answering, button, settle, show_volume

Words = tuple[str, str]
"""A context and what it says in English."""

UI = Path(translation.__file__).parent
SOURCES = sorted(UI.rglob("*.py"))
TABLES = sorted(translation.FOLDER.glob("*.ts"))
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
MNEMONIC = re.compile(r"&\w")
IN_ITS_OWN_WORDS = {"language_en"}
"""Actions whose text is a name that no language changes."""


class Finder(ast.NodeVisitor):
    """Collects what a file says through Qt's translation, and calls that no tool can read.

    pylupdate5 passes over calls within f-strings, and over those whose last
    argument is followed by a comma (as the formatter writes it where one
    argument a line is needed: shorten the text then).
    """

    def __init__(self, source: str) -> None:
        self.words: list[Words] = []
        self.unreadable: list[int] = []
        self._class: list[str] = []
        # Offsets are in bytes; a segment of the tree's own would split the file for every call.
        self._lines = source.encode().splitlines(keepends=True)
        self._in_fstring = 0

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Remember that the tools do not look in here."""
        self._in_fstring += 1
        self.generic_visit(node)
        self._in_fstring -= 1

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Remember the class: it is the context of ``tr``."""
        self._class.append(node.name)
        self.generic_visit(node)
        self._class.pop()

    def visit_Call(self, node: ast.Call) -> None:
        """Note a call of ``tr``, ``translate`` or ``QT_TRANSLATE_NOOP``."""
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in ("tr", "_tr", "translate", "QT_TRANSLATE_NOOP"):
            return
        said = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        last = self._lines[node.end_lineno - 1][: node.end_col_offset]
        text = b"".join([*self._lines[node.lineno - 1 : node.end_lineno - 1], last])
        if self._in_fstring or re.search(rb",\s*\)$", text):
            self.unreadable.append(node.lineno)
        of_self = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "self"
        if name == "tr" and of_self and len(said) == 1 and self._class:
            self.words.append((self._class[-1], said[0]))
        elif name in ("translate", "QT_TRANSLATE_NOOP") and len(said) == 2:
            self.words.append((said[0], said[1]))
        else:
            self.unreadable.append(node.lineno)


@cache
def find(file: Path) -> Finder:
    """What one file says."""
    source = file.read_text(encoding="utf-8")
    finder = Finder(source)
    finder.visit(ast.parse(source))
    return finder


def table(file: Path) -> dict[Words, ElementTree.Element]:
    """The ``<translation>`` of every text in a .ts file."""
    return {
        (context.findtext("name") or "", message.findtext("source") or ""): message.find("translation")
        for context in ElementTree.parse(file).getroot().iter("context")
        for message in context.iter("message")
    }


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    """Widgets made in this test speak Chinese."""
    assert translation.install(qapp, translation.CHINESE) == translation.CHINESE
    yield
    translation.remove(qapp)


# --- the files --------------------------------------------------------------


@pytest.mark.parametrize("file", SOURCES, ids=lambda p: p.relative_to(UI).as_posix())
def test_every_word_can_be_read_by_the_tools(file):
    # Their calls take what lists beside them hold.
    if file.name != "data_words.py" and file.relative_to(UI).as_posix() != "domain_words/__init__.py":
        assert find(file).unreadable == []


@pytest.mark.parametrize("file", TABLES, ids=lambda p: p.stem)
def test_every_word_of_the_sources_is_in_the_table_and_nothing_else(file):
    said = {words for source in SOURCES for words in find(source).words}
    assert len(said) > 300
    kept = set(table(file))
    assert (said - kept, kept - said) == (set(), set()), "run: make translations"


@pytest.mark.parametrize("file", TABLES, ids=lambda p: p.stem)
def test_every_word_is_translated_with_its_placeholders_and_mnemonic(file):
    for (context, text), found in table(file).items():
        assert found.get("type") is None and (found.text or "").strip(), (context, text)
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(found.text)), (context, text)
        assert len(MNEMONIC.findall(text)) == len(MNEMONIC.findall(found.text)), (context, text)
        assert text.endswith("…") == found.text.endswith("…"), (context, text)


@pytest.mark.parametrize("file", TABLES, ids=lambda p: p.stem)
def test_compiled_file_says_what_the_table_says(qapp, file):
    translator = QTranslator()
    assert translator.load(file.stem, str(file.parent))
    for (context, text), found in table(file).items():
        assert translator.translate(context.encode(), text.encode()) == found.text, (context, text)


def test_no_class_that_speaks_has_a_child():
    # tr() looks its words up under the name of the object's own class.
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in SOURCES]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    parents = {ast.unparse(base).split(".")[-1] for node in classes for base in node.bases}
    speaking = {context for file in SOURCES for context, _ in find(file).words}
    assert parents & speaking & {node.name for node in classes} - explicit_contexts() == set()


def explicit_contexts() -> set[str]:
    """Contexts named in the call, which a child keeps."""
    named = {"SliceView", "BoxTool"}
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name in named:
                assert "self.tr(" not in ast.unparse(node)
    return named


def test_words_that_come_from_data_are_listed():
    known = set(table(TABLES[0]))
    samples = [samples_module._TORSO, *(sample for _, _, sample in samples_module._FILES)]
    for sample in samples:
        assert {("Sample", s) for s in (sample.title, sample.kind, sample.licence)} <= known, sample.id
    assert ("Sample", samples_module.load_sample("torso").name) in known
    for entry in catalogue().values():
        sentences = [entry.cost, entry.terms, entry.description]
        sentences += [entry.licence] if " " in entry.licence else []
        assert {("Catalogue", s) for s in sentences} <= known, entry.name
    assert {("Preset", name.capitalize()) for name in CT_PRESETS} <= known
    filters = {part.split(" (")[0] for part in FILE_FILTERS.split(";;")}
    assert {("FileFilter", name) for name in filters - {"DICOM", "NIfTI"}} <= known


# --- which language -----------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        (["zh-CN"], "zh_CN"),
        (["zh-Hans-CN", "en"], "zh_CN"),
        (["zh_SG"], "zh_CN"),
        (["zh"], "zh_CN"),
        (["en-GB", "zh-CN"], "en"),
        (["de-DE", "zh-CN"], "zh_CN"),
        (["zh-TW"], "en"),
        (["zh-Hant-HK"], "en"),
        (["fr-FR"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_first_language_of_the_system_that_there_is(tags, language):
    assert language_of(tags) == language


def test_languages_replace_each_other(qapp):
    assert translation.install(qapp, "zh_CN") == "zh_CN"
    assert data_words.preset_title("lung") == "肺"
    assert translation.install(qapp, "en") == "en"
    assert data_words.preset_title("lung") == "Lung"
    assert translation.install(qapp, "of no people") == "en"


def test_missing_file_leaves_english(qapp, monkeypatch, tmp_path):
    monkeypatch.setattr(translation, "FOLDER", tmp_path)
    assert translation.install(qapp, "zh_CN") == "en"
    assert data_words.preset_title("lung") == "Lung"


def test_chosen_language_is_remembered_and_used_at_once(new_window, qtbot):
    window = new_window()
    assert window.actions_["language_system"].isChecked()
    window.actions_["language_zh_CN"].trigger()
    assert translation.chosen() == "zh_CN"
    qtbot.waitUntil(lambda: language_switch._present != [])
    assert language_switch._present[0].menuBar().actions()[0].text() == "文件(&F)"
    assert new_window().actions_["language_zh_CN"].isChecked()


def test_unknown_choice_in_the_settings_counts_as_the_systems(window):
    settings.remember("view/language", "xx")
    assert translation.chosen() == "system"


def test_next_run_speaks_the_chosen_language(qapp, maker, tmp_path):
    translation.choose("zh_CN")
    titles = []
    maker.prepare = lambda engine: titles.extend(
        w.menuBar().actions()[0].text()
        for w in qapp.topLevelWidgets()
        if isinstance(w, MainWindow) and w.isVisible()
    )
    assert run(Work(screenshot=tmp_path / "p.png"), model=None, device="auto", engine=maker) == 0
    assert titles == ["文件(&F)"]


# --- the window in Chinese ----------------------------------------------------


def test_menus_and_welcome_page_are_chinese(chinese, window):
    menu = window.menuBar().actions()[0]
    assert menu.text() == "文件(&F)"
    assert [a.text() for a in menu.menu().actions() if a.text()][:2] == ["打开(&O)…", "打开文件夹(&F)…"]
    labels = [label.text() for label in window.welcome.findChildren(QLabel)]
    assert "打开影像，开始标注" in labels and "仅供研究使用，不是医疗器械。" in labels
    assert window.welcome.open_button.text() == "打开…"


def test_no_action_is_left_in_english(chinese, window):
    for name in window.actions_.names():
        action = window.actions_[name]
        texts = [action.toolTip(), action.statusTip()]
        if name not in IN_ITS_OWN_WORDS:
            texts += [action.text(), action.iconText()]
        assert not [t for t in texts if t.isascii()], name


def test_no_widget_is_left_in_english(chinese, window):
    show_volume(window, ct_phantom())
    data = {window.model_button.text(), window.status.engine.full_text()}
    data |= {label.name for label in window.session.annotation.labels}
    for widget in window.findChildren(QWidget):
        said = [widget.toolTip(), widget.accessibleName()]
        said += [widget.text()] if isinstance(widget, (QLabel, QAbstractButton)) else []
        left = [s for s in said if s.isascii() and re.search(r"[A-Za-z]{2}", s) and s not in data]
        assert left == [], type(widget).__name__


def test_toolbar_shows_no_mnemonic(chinese, window):
    for name in ("open", "save"):
        tool = window.actions_.toolbar.widgetForAction(window.actions_[name])
        assert "(" not in tool.text() and "&" not in tool.text()
    assert (plain("打开(&O)…"), plain("&Open…"), plain("S&top")) == ("打开…", "Open…", "Stop")


def test_qts_own_buttons_are_chinese(chinese, window):
    show_volume(window, ct_phantom())
    window.label_panel.model.add()
    words = []

    def press(dialog: QMessageBox) -> None:
        words.extend(b.text() for b in dialog.buttons())
        button(QMessageBox.Cancel)(dialog)

    with answering(press) as said:
        window.actions_["close"].trigger()
    assert said and said[0].endswith("的掩膜有未保存的更改。")
    assert words and not [w for w in words if plain(w).isascii()]


def test_samples_and_labels_speak_chinese(chinese, window):
    made = prepare(samples_module.load_sample("torso"), None)
    window.session.open(made.annotation, made.source, made.window)
    window.label_panel.model.add()
    settle()
    assert [label.name for label in window.session.annotation.labels] == ["标签 1", "标签 2"]
    assert window.windowTitle().startswith("示例 CT（合成）")
    undo = window.actions_["undo"].text()
    assert undo.startswith("撤销 ") and undo.endswith("(&U)") and "标签 2" in undo
    window.files.fill_samples(window.actions_.sample_menu)
    assert window.actions_.sample_menu.actions()[0].text() == "腹部 CT（合成）"


def cut(window: MainWindow) -> list[str]:
    """Texts on show that have less room than they need."""
    narrow = []
    for widget in window.findChildren((QLabel, QAbstractButton)):
        if not widget.isVisible() or isinstance(widget, ElidedLabel) or not widget.text():
            continue
        shows_text = not isinstance(widget, QToolButton) or widget.toolButtonStyle() != 0
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        inside = window.rect().contains(widget.mapTo(window, widget.rect().bottomRight()))
        if not inside or (shows_text and not wraps and widget.width() < widget.minimumSizeHint().width()):
            narrow.append(f"{type(widget).__name__} {widget.text()!r}")
    return narrow


@pytest.fixture
def desktop_look(qapp: QApplication) -> Iterator[None]:
    """The style sheet of a real run, and letters of a desktop's size; the offscreen platform's are larger."""
    sheet, font = qapp.styleSheet(), qapp.font()
    smaller = QFont(font)
    smaller.setPointSize(9)
    qapp.setFont(smaller)
    Theme(qapp).apply("light")
    yield
    qapp.setStyleSheet(sheet)
    qapp.setFont(font)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_nothing_is_cut_on_a_small_screen(qapp, desktop_look, new_window, language):
    translation.install(qapp, language)
    window = new_window()
    window.resize(1024, 700)
    settle()
    assert cut(window) == []
    show_volume(window, ct_phantom())
    assert (window.width(), window.height()) == (1024, 700)
    assert cut(window) == []
    bar = window.actions_.toolbar
    assert all(bar.widgetForAction(action).isVisible() for action in bar.actions() if action.isVisible())
    assert not bar.findChild(QToolButton, "qt_toolbar_ext_button").isVisible()
    for view in window.view.views:
        assert view.width() > 200
