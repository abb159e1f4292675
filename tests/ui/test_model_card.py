"""The model card in the window: reading, finding, copying, both themes, both languages, other models."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt, QUrl
from PyQt5.QtGui import QColor, QTextDocument, QTextTable
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.ui import translation
from medsam.ui.panels import model_card
from medsam.ui.panels.model_card import ModelCardDialog
from medsam.ui.panels.model_card_page import CardPage, themed
from medsam.ui.theme import DARK_COLOURS, LIGHT_COLOURS, palette
from pretrain.cards import card_file
from pretrain.catalogue import DEFAULT, entry
from pretrain.own import own_entry
from tests.pretrain.test_own import described, write_safetensors
from tests.ui.window_support import settle

TEXT = """# A card

Words before.

| modality | objects | network |
| --- | ---: | ---: |
| CT | 3 | 0.900 |
| an endless name of a modality that nobody would ever use for a modality at all | 4 | 0.800 |

![drawn](card/one.svg)

The last words.
"""
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100" width="400" height="100">'
    "<style>@media (prefers-color-scheme: dark){.page{fill:#101010}}</style>"
    '<rect class="page" fill="#fafafa" width="400" height="100"/></svg>'
)


@pytest.fixture
def shown(qtbot, request) -> ModelCardDialog:
    """The card of the weights that come with the program, on a small screen."""
    dialog = ModelCardDialog(entry(DEFAULT))
    qtbot.addWidget(dialog)
    dialog.resize(960, 640)
    dialog.show()
    settle()
    return dialog


@pytest.fixture
def page(qtbot, tmp_path: Path) -> CardPage:
    """A page of a card with one table and one picture."""
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "one.svg").write_text(DRAWING, encoding="utf-8")
    made = CardPage()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show_markdown(TEXT, tmp_path)
    made.show()
    settle()
    return made


def tables(page: CardPage) -> list[QTextTable]:
    """Those of a page, in order."""
    frames = page.document().rootFrame().childFrames()
    return [frame for frame in frames if isinstance(frame, QTextTable)]


def picture_width(page: CardPage) -> float:
    """On the page, of its only picture."""
    block = page.document().begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            form = pieces.fragment().charFormat()
            if form.isImageFormat():
                return form.toImageFormat().width()
            pieces += 1
        block = block.next()
    raise AssertionError("no picture")


def test_the_card_is_shown_whole_and_fits_a_small_screen(shown):
    text = shown.page.toPlainText()
    for part in ("Intended use", "Where it fails", "Data and terms", entry(DEFAULT).sha256):
        assert part in text
    assert len(tables(shown.page)) >= 5
    assert shown.page.horizontalScrollBar().maximum() == 0
    layout = shown.page.document().documentLayout()
    block = shown.page.document().begin()
    while block.isValid():
        if block.text().strip():
            assert layout.blockBoundingRect(block).height() > 0, block.text()[:40]
        block = block.next()


def test_what_everybody_must_read_stands_above_the_page(shown):
    assert "Not a medical device" in shown.notice.text() and "Not for diagnosis" in shown.notice.text()
    assert "English" not in shown.notice.text()


def test_in_chinese_the_frame_is_chinese_and_says_that_the_card_is_not(qapp, qtbot):
    translation.install(qapp, translation.CHINESE)
    dialog = ModelCardDialog(entry(DEFAULT))
    qtbot.addWidget(dialog)
    notice = dialog.notice.text()
    assert "不是医疗器械" in notice and "不得用于诊断" in notice and "英文" in notice
    for said in (dialog.windowTitle(), dialog.copy_button.text(), dialog.find_button.text()):
        assert re.search("[一-鿿]", said)


def test_a_head_stands_over_its_figures_and_no_table_is_wider_than_the_page(page):
    (table,) = tables(page)
    assert table.columns() == 3
    for row in (0, 1):
        form = table.cellAt(row, 2).firstCursorPosition().blockFormat()
        assert form.alignment() & Qt.AlignRight
    page.resize(420, 500)
    settle()
    assert page.horizontalScrollBar().maximum() == 0


def test_a_picture_is_never_wider_than_the_page_or_than_it_was_drawn(page):
    assert picture_width(page) == 400
    page.resize(300, 500)
    settle()
    assert 200 < picture_width(page) <= page.viewport().width()
    page.resize(700, 500)
    settle()
    assert picture_width(page) == 400


def test_pictures_and_tables_follow_the_theme(page):
    for colours, ground in ((LIGHT_COLOURS, "#fafafa"), (DARK_COLOURS, "#101010")):
        page.setPalette(palette(colours))
        settle()
        image = page.loadResource(QTextDocument.ImageResource, QUrl("card/one.svg"))
        assert (image.width(), image.height()) == (800, 200)
        assert image.pixelColor(400, 100) == QColor(ground)
        (table,) = tables(page)
        assert table.cellAt(0, 0).format().background().color() == QColor(colours.raised)
        assert picture_width(page) == 400


def test_a_page_reads_nothing_but_pictures_of_its_own_folder(page, tmp_path):
    (tmp_path.parent / "outside.svg").write_text(DRAWING, encoding="utf-8")
    for name in ("../outside.svg", "card/none.svg", "http://localhost:1/one.svg"):
        assert page.loadResource(QTextDocument.ImageResource, QUrl(name)).isNull()
    assert page.loadResource(QTextDocument.HtmlResource, QUrl("card/one.svg")) is None


def test_every_colour_of_the_cards_pictures_has_a_dark_one():
    path = card_file(entry(DEFAULT))
    for file in sorted((path.parent / "card").glob("*.svg")):
        light = file.read_text(encoding="utf-8")
        dark = themed(light, is_dark=True)
        assert themed(light, is_dark=False) == light
        old, new = (ElementTree.fromstring(text) for text in (light, dark))
        coloured = 0
        for one, other in zip(old.iter(), new.iter(), strict=True):
            for what in ("fill", "stroke"):
                if one.get(what, "none").startswith("#"):
                    coloured += 1
                    assert one.get(what) != other.get(what), (file.name, one.attrib)
        assert coloured > 20


def test_words_are_found_from_the_top_onwards_and_around(shown, qtbot):
    QTest.keyClick(shown.page, Qt.Key_F, Qt.ControlModifier)
    settle()
    assert shown.search.isVisible()
    QTest.keyClicks(shown.search, "Dice")
    first = shown.page.textCursor().selectionStart()
    assert shown.page.textCursor().selectedText().lower() == "dice"
    QTest.keyClick(shown.search, Qt.Key_Return)
    second = shown.page.textCursor().selectionStart()
    assert second > first and shown.isVisible()
    shown._find("Dice", backward=True)
    assert shown.page.textCursor().selectionStart() == first
    shown._find("Dice", backward=True)
    last = shown.page.textCursor().selectionStart()
    assert last > second, "before the first comes the last"
    shown._find("no such words", backward=False)
    assert shown.page.textCursor().selectionStart() == last


def test_escape_leaves_the_search_then_the_card(shown):
    shown.begin_search()
    QTest.keyClick(shown.search, Qt.Key_Escape)
    assert not shown.search.isVisible() and shown.isVisible()
    QTest.keyClick(shown.page, Qt.Key_Escape)
    settle()
    assert not shown.isVisible()


def test_copy_takes_what_is_selected_or_the_whole_card(shown):
    clipboard = QApplication.clipboard()
    QTest.mouseClick(shown.copy_button, Qt.LeftButton)
    assert clipboard.text().startswith("# Model card") and "| modality |" in clipboard.text()
    shown._find("medical device", backward=False)
    QTest.mouseClick(shown.copy_button, Qt.LeftButton)
    assert clipboard.text().lower() == "medical device"


def test_a_model_without_a_card_says_so_and_what_is_known(qtbot, tmp_path):
    dialog = ModelCardDialog(entry("medsam_vit_b"))
    qtbot.addWidget(dialog)
    text = dialog.page.toPlainText()
    assert "No model card comes with this model" in text and "Apache-2.0" in text
    assert "Not a medical device" in dialog.notice.text()
    mine = own_entry(write_safetensors(tmp_path / "mine.safetensors", described(title="<b>" + "x" * 200)))
    own = ModelCardDialog(mine)
    qtbot.addWidget(own)
    own.show()
    settle()
    text = own.page.toPlainText()
    assert "<b>xxx" in text and "tn3k (120)" in text and "On the test split." in text
    assert own.page.horizontalScrollBar().maximum() == 0


def test_a_card_that_cannot_be_read_is_said_on_the_page(qtbot, monkeypatch, tmp_path):
    gone = tmp_path / "MODEL_CARD.md"
    monkeypatch.setattr(model_card, "card_file", lambda entry: gone)
    dialog = ModelCardDialog(entry(DEFAULT))
    qtbot.addWidget(dialog)
    assert "MODEL_CARD.md cannot be read" in dialog.page.toPlainText()


def cards(window) -> list[ModelCardDialog]:
    """The cards on show, wherever they were asked for."""
    settle()
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, ModelCardDialog) and w.isVisible()]


def test_the_list_of_models_shows_the_card_of_the_chosen_one(window):
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    dialog.table.selectRow([e.name for e in dialog._entries].index("sam_vit_b"))
    QTest.mouseClick(dialog.card, Qt.LeftButton)
    (card,) = cards(window)
    assert card.parent() is dialog and entry("sam_vit_b").title in card.windowTitle()
    card.close()
    assert cards(window) == []


def test_help_shows_the_card_of_the_model_in_use(window, tmp_path):
    window.actions_["model_card"].trigger()
    (card,) = cards(window)
    assert "# Model card" in card.text
    card.close()
    mine = write_safetensors(tmp_path / "mine.safetensors", described())
    window.models._in_use = str(mine)
    window.actions_["model_card"].trigger()
    (card,) = cards(window)
    assert "Thyroid nodules" in card.windowTitle()
    card.close()
    mine.unlink()
    window.actions_["model_card"].trigger()
    assert cards(window) == [] and "mine.safetensors" in window.banners.texts[0]


def test_a_card_that_is_not_bundled_is_not_taken_for_another_models():
    assert card_file(replace(entry(DEFAULT), bundled=False)) is None
