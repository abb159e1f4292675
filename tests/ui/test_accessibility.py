"""Without a mouse and without eyes: names, reasons, keys and mnemonics of everything in the window."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QSlider,
    QTabBar,
    QToolButton,
    QWidget,
)

from medsam.ui import translation
from medsam.ui.action_specs import MENUS, SUBMENUS
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.main_window import MainWindow
from tests.phantoms import ct_phantom
from tests.ui.window_support import drag, settle, show_volume, view_of

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QSlider,
    QAbstractScrollArea,
    SliceView,
)
"""What a user works with."""

MNEMONIC = re.compile(r"&(\w)")


@pytest.fixture(params=["en", "zh_CN"])
def bench(request, qapp, new_window) -> Iterator[MainWindow]:
    """A window with a scan and a mask, in both languages."""
    translation.install(qapp, request.param)
    window = new_window()
    window.resize(1366, 768)
    show_volume(window, ct_phantom())
    drag(view_of(window), (10, 10), (40, 40))
    settle()
    return window


def tools(window: MainWindow) -> list[str]:
    """Names of the tools that can be chosen."""
    names = [name.removeprefix("tool_") for name in window.actions_.names() if name.startswith("tool_")]
    return [name for name in names if name in window.view._tools]


def show_dialogs(window: MainWindow) -> list[QDialog]:
    """Every dialog that a command opens without asking the system."""
    for name in ("preferences", "keys", "about", "models", "model_card", "adapt"):
        window.actions_[name].trigger()
    settle()
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


def everywhere(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The window with each tool and each tab, then every dialog with each page; all that is on show."""
    for name in tools(window):
        window.view.choose_tool(name)
        settle()
        yield f"tool {name}", window
    side = window.workplace.side
    for n in range(side.count()):
        side.setCurrentIndex(n)
        settle()
        yield f"tab {side.tabText(n)}", window
    for dialog in show_dialogs(window):
        titles = getattr(dialog, "titles", None)
        for n in range(titles.count() if titles is not None else 1):
            if titles is not None:
                titles.setCurrentRow(n)
                settle()
            yield f"{type(dialog).__name__} {n}", dialog
        dialog.close()


def controls(root: QWidget) -> Iterator[QWidget]:
    """What is on show and works, without the parts that Qt puts into its own controls."""
    for widget in root.findChildren(QWidget):
        part = widget.objectName().startswith("qt_") or type(widget).__name__ in ("QScrollBar", "QHeaderView")
        inside = isinstance(widget.parentWidget(), (QComboBox, QAbstractSpinBox, QAbstractItemView, QTabBar))
        if QWidget.window(widget) is not root or not widget.isVisible():
            continue
        if isinstance(widget, CONTROLS) and not part and not inside:
            yield widget


def call(widget: QWidget) -> str:
    """How a test names a widget."""
    text = widget.text() if isinstance(widget, (QAbstractButton, QLineEdit)) else ""
    return (
        f"{type(widget).__name__} {widget.objectName()!r} {text!r} in {type(widget.parentWidget()).__name__}"
    )


def name_of(widget: QWidget) -> str:
    """What a screen reader says first: the accessible name, a button's text, or the label beside it."""
    buddies = [
        label.text() for label in QWidget.window(widget).findChildren(QLabel) if label.buddy() is widget
    ]
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text or " ".join(buddies)


def test_every_control_has_a_name(bench):
    nameless = {
        f"{where}: {call(widget)}"
        for where, root in everywhere(bench)
        for widget in controls(root)
        if widget.focusPolicy() != Qt.NoFocus and not name_of(widget).strip()
    }
    assert nameless == set()


def test_every_control_is_reached_by_keys(bench):
    lost = set()
    for where, root in everywhere(bench):
        for widget in controls(root):
            by_action = isinstance(widget, QToolButton) and widget.defaultAction() is not None
            scrolls_only = type(widget).__name__ in ("QScrollArea",)
            shows_only = isinstance(widget, QLineEdit) and widget.isReadOnly()
            takes_focus = bool(widget.focusPolicy() & Qt.TabFocus) or shows_only
            of_group = isinstance(widget, QAbstractButton) and widget.group() is not None
            if not (takes_focus or by_action or scrolls_only or of_group or widget.property("reached_by")):
                lost.add(f"{where}: {call(widget)}")
    assert lost == set()


def test_tab_walks_through_the_whole_window(window):
    show_volume(window, ct_phantom())
    window.view.choose_tool("brush")
    for n in range(window.workplace.side.count()):
        window.workplace.side.setCurrentIndex(n)
        settle()
        view_of(window).setFocus()
        seen: list[QWidget] = []
        while QApplication.focusWidget() not in seen and len(seen) < 200:
            seen.append(QApplication.focusWidget())
            QTest.keyClick(seen[-1], Qt.Key_Tab)
        wanted = {
            widget
            for widget in controls(window)
            if widget.focusPolicy() & Qt.TabFocus
            and widget.isEnabled()
            # The arrows choose among the buttons of a group; Tab goes to the chosen one.
            and not (isinstance(widget, QAbstractButton) and widget.group() is not None)
        }
        assert {call(widget) for widget in wanted - set(seen)} == set(), n


def test_what_is_disabled_says_why(bench):
    silent = set()
    for where, root in everywhere(bench):
        for widget in controls(root):
            is_own = widget.isEnabledTo(widget.parentWidget())
            of_action = isinstance(widget, QToolButton) and widget.defaultAction() is not None
            if not is_own and not of_action and not says_why(widget.toolTip()):
                silent.add(f"{where}: {call(widget)}: {widget.toolTip()!r}")
    assert silent == set()


def says_why(tip: str) -> bool:
    """Whether the last line of a tooltip is a sentence, as reasons are and names of commands are not."""
    return tip.strip().splitlines()[-1:] != [] and tip.strip()[-1] in ".。!！"


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_disabled_commands_say_why(qapp, new_window, language, is_open):
    translation.install(qapp, language)
    window = new_window()
    if is_open:
        show_volume(window, ct_phantom())
    actions = window.actions_
    silent = {
        name: actions[name].toolTip()
        for name in actions.names()
        if not actions[name].isEnabled()
        and name not in ("undo", "redo")
        and not says_why(actions[name].toolTip())
    }
    assert silent == {}
    assert actions["undo"].toolTip() != actions["undo"].text()


def test_every_command_is_in_a_menu(window):
    shown = {entry for entries in (*MENUS.values(), *SUBMENUS.values()) for entry in entries}
    shown |= {"undo", "redo"}
    missing = {
        name
        for name in window.actions_.names()
        if name not in shown and not window.actions_.keymap.keys(name)
    }
    assert missing == set()


def menus(window: MainWindow) -> dict[str, list[str]]:
    """The texts of each menu's entries, the bar's first."""
    found = {"bar": [action.text() for action in window.menuBar().actions()]}
    for menu in window.menuBar().findChildren(QMenu) + window.findChildren(QMenu):
        found[menu.title()] = [a.text() for a in menu.actions() if not a.isSeparator() and a.text()]
    return found


def test_no_menu_has_a_mnemonic_twice(bench):
    twice = {}
    for title, texts in menus(bench).items():
        counted = Counter(m.group(1).upper() for text in texts if (m := MNEMONIC.search(text)))
        again = {key: [t for t in texts if f"&{key}" in t.upper()] for key, n in counted.items() if n > 1}
        if again:
            twice[title] = again
    assert twice == {}


def test_no_page_has_a_mnemonic_twice(bench):
    bar = {m.group(1).upper() for a in bench.menuBar().actions() if (m := MNEMONIC.search(a.text()))}
    twice = {}
    for where, root in everywhere(bench):
        keys: Counter[str] = Counter(bar if root is bench else ())
        for widget in root.findChildren((QAbstractButton, QLabel)):
            own = isinstance(widget, QToolButton) and widget.defaultAction() is not None
            is_label = isinstance(widget, QLabel) and widget.buddy() is None
            is_seen = widget.isVisible() and QWidget.window(widget) is root
            if is_seen and not own and not is_label and (m := MNEMONIC.search(widget.text())):
                keys[m.group(1).upper()] += 1
        again = [key for key, n in keys.items() if n > 1]
        if again:
            twice[where] = again
    assert twice == {}


def test_panes_say_what_they_show(bench):
    for view in bench.view.views:
        assert view.accessibleName() and view.accessibleDescription() is not None
    first, second = bench.view.views[:2]
    assert first.accessibleName() != second.accessibleName()
