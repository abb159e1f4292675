"""Long words and large letters on a small screen: nothing is cut, nothing outgrows the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PyQt5.QtCore import QTranslator
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QToolBar,
    QToolButton,
    QWidget,
)

from medsam.ui import translation
from medsam.ui.main_window import MainWindow
from medsam.ui.panels.shortened import ElidedLabel
from medsam.ui.theme import Theme
from tests.phantoms import ct_phantom
from tests.ui.test_accessibility import everywhere
from tests.ui.window_support import drag, settle, show_volume, view_of

SCREEN = (1366, 768)


class Pseudo(QTranslator):
    """A language that says everything in English with 40 % more letters, as German or Russian would."""

    def isEmpty(self) -> bool:
        """It has words."""
        return False

    def translate(self, context, source, disambiguation=None, n=-1) -> str:
        """Longer words at the end; placeholders and the letter behind Alt stay."""
        plain = re.sub(r"\{[^{}]*\}|&", "", source)
        if not re.search(r"[A-Za-z]{2}", plain):
            return source
        more = ("ändlich " * 40)[: max(round(0.4 * len(plain)), 1)].strip() or "ä"
        tail = "…" if source.endswith("…") else ""
        return source.removesuffix("…") + more + tail


@pytest.fixture(
    params=[(100, "pseudo"), (150, "en"), (150, "zh_CN"), (150, "pseudo")], ids=lambda p: f"{p[0]}-{p[1]}"
)
def look(request, qapp) -> Iterator[str]:
    """The style of a real run with letters of a size, in a language."""
    size, language = request.param
    sheet, font = qapp.styleSheet(), qapp.font()
    larger = QFont(font)
    larger.setPointSizeF(9 * size / 100)
    qapp.setStyleSheet("")
    qapp.setFont(larger)
    Theme(qapp).apply("light")
    pseudo = Pseudo()
    if language == "pseudo":
        qapp.installTranslator(pseudo)
    else:
        translation.install(qapp, language)
    yield language
    qapp.removeTranslator(pseudo)
    qapp.setStyleSheet("")
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)


def scrolls(widget: QWidget) -> bool:
    """Whether a widget lies in a part that scrolls; what is out of sight there is no loss."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def needed(widget: QWidget) -> tuple[int, int]:
    """The least width and height at which the text of a widget is whole."""
    hint = widget.minimumSizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        return 0, widget.heightForWidth(widget.width())
    if isinstance(widget, QLabel):
        return widget.sizeHint().width(), hint.height()
    return hint.width(), hint.height()


def cut(root: QWidget) -> list[str]:
    """Texts on show that have less room than they need, or lie outside."""
    found = []
    for widget in root.findChildren((QLabel, QAbstractButton, QComboBox, QAbstractSpinBox)):
        inside_control = isinstance(widget.parentWidget(), (QComboBox, QAbstractSpinBox))
        if not widget.isVisible() or isinstance(widget, ElidedLabel) or inside_control:
            continue
        if QWidget.window(widget) is not root:
            continue
        if widget.objectName().startswith("qt_") or type(widget.parentWidget()).__name__ == "QTabBar":
            continue
        text = widget.text() if isinstance(widget, (QLabel, QAbstractButton)) else "x"
        is_icon = isinstance(widget, QToolButton) and widget.toolButtonStyle() == 0
        if not text or is_icon:
            continue
        width, height = needed(widget)
        inside = root.rect().contains(widget.mapTo(root, widget.rect().bottomRight())) or scrolls(widget)
        if not inside or widget.width() < width or widget.height() < height:
            found.append(
                f"{type(widget).__name__} {text!r} in {type(widget.parentWidget()).__name__}: "
                f"{widget.width()}x{widget.height()} of {width}x{height}{'' if inside else ', outside'}"
            )
    return found


def overflowing(window: MainWindow) -> list[str]:
    """Bars that hide a part of their entries."""
    bars = [bar for bar in window.findChildren(QToolBar) if bar.isVisible()]
    return [
        bar.objectName()
        for bar in bars
        if (more := bar.findChild(QToolButton, "qt_toolbar_ext_button")) is not None and more.isVisible()
    ]


def test_nothing_is_cut_and_nothing_outgrows_the_screen(look, new_window):
    window = new_window()
    window.resize(*SCREEN)
    settle()
    problems = {"welcome": found} if (found := cut(window)) else {}
    assert (window.width(), window.height()) == SCREEN
    show_volume(window, ct_phantom())
    drag(view_of(window), (10, 10), (40, 40))
    settle()
    assert (window.width(), window.height()) == SCREEN
    assert overflowing(window) == []
    for where, root in everywhere(window):
        if root is not window:
            assert root.width() <= SCREEN[0] and root.height() <= SCREEN[1], where
        if found := cut(root):
            problems[where] = found
    said = "\n".join(f"{where}: {line}" for where, lines in problems.items() for line in lines)
    assert not problems, said
    assert (window.width(), window.height()) == SCREEN
    assert view_of(window).width() > 300


def test_fields_of_the_status_line_grow_with_the_letters(window):
    show_volume(window, ct_phantom())
    field = window.status.position
    before = field.minimumWidth()
    font = window.status.font()
    font.setPointSizeF(2 * font.pointSizeF())
    window.status.setFont(font)
    settle()
    assert field.minimumWidth() > 1.6 * before
    assert field.minimumWidth() >= field.fontMetrics().horizontalAdvance("R 8888.8  A 8888.8  S 8888.8")
