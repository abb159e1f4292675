"""Letters behind Alt: none twice where two would be seen at once, whatever the language.

Words come from many parts of the program and from translators, who cannot
know each other's letters. Here the first one keeps its letter, the next one
gets another of its own, and one that finds none free goes without; the Tab
key still reaches it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_uppercase

from PyQt5.QtWidgets import QAbstractButton, QLabel, QMenu, QToolButton, QWidget

_MARK = re.compile(r"&(?=[^&\s])")
_AMPERSAND = "\0\0"
"""Stands for ``&&``, which Qt shows as one sign."""

_AT_END = re.compile(r"\(&(\w)\)")
"""As in Chinese, where the letter follows the word: ``打开(&O)``."""


def letter_of(text: str) -> str:
    """The letter of a text in upper case; "" without one."""
    plain = text.replace("&&", _AMPERSAND)
    found = _MARK.search(plain)
    return plain[found.end()].upper() if found else ""


def distribute(texts: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """The texts, each with a letter of its own.

    Args:
        texts: With their wishes, ``"&Open"``; those without one stay without.
        taken: Letters, upper case, that none may have.
    """
    used = {letter.upper() for letter in taken}
    given: list[str | None] = []
    texts = list(texts)
    for text in texts:
        wish = letter_of(text)
        if not wish or wish not in used:
            used.add(wish)
            given.append(text)
        else:
            given.append(None)
    result = []
    for text, done in zip(texts, given, strict=True):
        new = done if done is not None else _with_another(text, used)
        used.add(letter_of(new))
        result.append(new)
    return result


def _with_another(text: str, used: set[str]) -> str:
    """The text with a letter that is not used, or with none."""
    at_end = _AT_END.search(text)
    if at_end:
        free = [letter for letter in ascii_uppercase if letter not in used]
        wish = at_end.group(1)
        return text.replace(f"(&{wish})", f"(&{free[0]})" if free else "", 1)
    plain = _MARK.sub("", text.replace("&&", _AMPERSAND), count=1)
    candidates = [n for n, sign in enumerate(plain) if sign.isalnum() and sign.isascii()]
    # The beginnings of words are seen first.
    candidates.sort(key=lambda n: (n > 0 and plain[n - 1] != " ", n))
    for n in candidates:
        if plain[n].upper() not in used:
            plain = f"{plain[:n]}&{plain[n:]}"
            break
    return plain.replace(_AMPERSAND, "&&")


def settle_menu(menu: QMenu) -> None:
    """Give the entries of a menu, and of the menus in it, letters of their own."""
    entries = [action for action in menu.actions() if not action.isSeparator()]
    for action, text in zip(entries, distribute([a.text() for a in entries]), strict=True):
        if text != action.text():
            icon_text = action.iconText()
            action.setText(text)
            action.setIconText(icon_text)


def settle_bar(menus: Iterable[QMenu]) -> set[str]:
    """Give the menus of a menu bar letters of their own; returns the letters."""
    menus = list(menus)
    texts = distribute([menu.title() for menu in menus])
    for menu, text in zip(menus, texts, strict=True):
        menu.setTitle(text)
    return {letter_of(text) for text in texts} - {""}


def settle_page(page: QWidget, taken: Iterable[str] = ()) -> set[str]:
    """Give the labels and buttons of a page letters of their own.

    Args:
        page: Its widgets are looked through, hidden ones too.
        taken: Letters of what is seen beside it.

    Returns:
        The letters in use on the page.
    """
    wanted = [
        widget
        for widget in page.findChildren(QWidget)
        if (isinstance(widget, QLabel) and widget.buddy() is not None)
        or (isinstance(widget, QAbstractButton) and not _is_of_action(widget))
    ]
    texts = distribute([widget.text() for widget in wanted], taken)
    for widget, text in zip(wanted, texts, strict=True):
        if text != widget.text():
            widget.setText(text)
    return {letter_of(text) for text in texts} - {""}


def settle_pages(bar: set[str], tabs: Iterable[QWidget], rows: Iterable[QWidget]) -> None:
    """Give what is seen at once in the window letters of its own.

    Args:
        bar: Letters of the menu bar, which is always seen.
        tabs: Pages of the side, one of them is seen.
        rows: Options of the tools, one of them is seen beside any tab.
    """
    of_tabs: set[str] = set()
    for tab in tabs:
        of_tabs |= settle_page(tab, bar)
    for row in rows:
        settle_page(row, bar | of_tabs)


def _is_of_action(widget: QWidget) -> bool:
    return isinstance(widget, QToolButton) and widget.defaultAction() is not None
