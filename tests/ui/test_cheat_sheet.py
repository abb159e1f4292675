"""The cheat sheet: complete, current, searchable, printable."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtPrintSupport import QPrinter
from PyQt5.QtTest import QTest

from medsam.ui.key_profiles import PROFILES, profile_title
from medsam.ui.panels.cheat_sheet import CheatSheet, Section, found, sheet_html
from tests.ui.window_support import settle

SECTIONS = [
    Section("Mouse", (("Wheel", "next slice"), ("Right drag", "zoom"))),
    Section("File", (("Ctrl+O", "open"),)),
]


@pytest.fixture
def sheet(window):
    """The window's sheet, opened by its key."""
    QTest.keyClick(window, "?")
    settle()
    (made,) = window.findChildren(CheatSheet)
    assert made.isVisible()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("", ["Wheel", "Right drag", "Ctrl+O"]),
        ("SLICE", ["Wheel"]),
        ("mouse", ["Wheel", "Right drag"]),
        ("mouse zoom", ["Right drag"]),
        ("ctrl", ["Ctrl+O"]),
        ("nothing", []),
    ],
)
def test_search(words, kept):
    assert [row[0] for section in found(SECTIONS, words) for row in section.rows] == kept


def test_page_says_everything_once_and_nothing_as_markup():
    odd = [Section("<b>", (("&", "</td>"),)), *SECTIONS]
    for columns in (1, 2):
        page = sheet_html(odd, columns=columns)
        assert page.count("&lt;b&gt;") == page.count("<b>&amp;</b>") == page.count("&lt;/td&gt;") == 1
        assert page.count("Ctrl+O") == 1


@pytest.mark.parametrize("profile", PROFILES)
def test_sheet_shows_the_profile_in_use(window, sheet, profile):
    window.actions_.keymap.choose_profile(profile)
    settle()
    text = sheet.page.toPlainText()
    for keys, words in window.actions_.shortcuts():
        assert keys in text and words in text
    assert profile_title(profile) in sheet.heading.text()
    window.actions_.keymap.set_keys("about", ["Ctrl+F12"])
    assert "Ctrl+F12" in sheet.page.toPlainText()


def test_sheet_is_searched_as_one_types(sheet):
    assert sheet.search.hasFocus() or not sheet.isActiveWindow()
    QTest.keyClicks(sheet.search, "wheel zoom")
    text = sheet.page.toPlainText()
    assert "Ctrl + wheel" in text and "Right drag" not in text
    sheet.search.setText("no such thing")
    assert "no such thing" in sheet.page.toPlainText()


def test_sheet_prints(sheet, tmp_path):
    sheet.search.setText("wheel")
    printer = QPrinter(QPrinter.HighResolution)
    printer.setOutputFormat(QPrinter.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "keys.pdf"))
    sheet.print_to(printer)
    content = (tmp_path / "keys.pdf").read_bytes()
    assert content.startswith(b"%PDF") and 1 <= content.count(b"/Type /Page\n") <= 4


def test_button_leads_to_the_keys(window, sheet):
    QTest.mouseClick(sheet.change, Qt.LeftButton)
    settle()
    assert window.preferences.is_shown
    assert window.preferences._dialog.titles.currentItem().text() == "Keys"
    window.preferences._dialog.close()
