"""Letters behind Alt: unique, kept where possible, in words and behind Chinese ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtWidgets import QFormLayout, QLabel, QLineEdit, QMenu, QPushButton, QWidget

from medsam.ui.mnemonics import distribute, letter_of, settle_menu, settle_page


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("&Open", "O"),
        ("打开(&O)…", "O"),
        ("Undo", ""),
        ("A && B", ""),
        ("A && &b", "B"),
        ("& x", ""),
        ("", ""),
    ],
)
def test_letter(text, letter):
    assert letter_of(text) == letter


def test_first_one_keeps_its_letter():
    said = distribute(["&Save", "Save &as", "&Stop all", "Show"])
    assert said == ["&Save", "Save &as", "S&top all", "Show"]


def test_beginnings_of_words_come_first():
    assert distribute(["&Save", "&Show labels"]) == ["&Save", "Show &labels"]


def test_shown_ampersands_stay():
    assert distribute(["&b", "A && &b"]) == ["&b", "&A && b"]


def test_letters_of_others_are_left_alone():
    assert distribute(["&File", "打开(&F)"], taken="F") == ["F&ile", "打开(&A)"]


def test_without_a_free_letter_there_is_none():
    assert distribute(["&a", "&aa"]) == ["&a", "aa"]
    letters = [f"字(&{chr(c)})" for c in range(ord("A"), ord("Z") + 1)]
    assert distribute([*letters, "多(&A)"])[-1] == "多"


@given(st.lists(st.text(alphabet="ab&c 字(", max_size=6), max_size=12))
def test_no_letter_twice_and_no_word_lost(texts):
    made = distribute(texts)
    letters = [letter_of(text) for text in made if letter_of(text)]
    assert len(letters) == len(set(letters))
    assert [t.replace("&", "") for t in made] == [t.replace("&", "") for t in texts]


def test_menu_and_page(qtbot):
    menu = QMenu()
    for text in ("&Save", "&Stop"):
        menu.addAction(text).setIconText("x")
    settle_menu(menu)
    assert [a.text() for a in menu.actions()] == ["&Save", "S&top"]
    assert [a.iconText() for a in menu.actions()] == ["x", "x"]
    page = QWidget()
    qtbot.addWidget(page)
    form = QFormLayout(page)
    form.addRow("&Size", QLineEdit())
    form.addRow(QLabel("&Side, without a field"))
    form.addRow(QPushButton("&Send"))
    assert settle_page(page, taken="Z") == {"S", "E"}
    assert [w.text() for w in page.findChildren(QLabel)] == ["&Size", "&Side, without a field"]
