"""The window's actions, menus and toolbar, made from ``action_specs``.

An action that cannot be used now says why in its tooltip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from PyQt5.QtCore import QObject, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMainWindow, QMenu, QToolBar

from medsam.ui.action_specs import GROUPS, MENUS, SUBMENUS, TOOLBAR, TOOLS, WITH_WORDS, Spec, all_specs
from medsam.ui.theme import Theme
from medsam.ui.undo_model import UndoModel

_MNEMONIC = re.compile(r"\(&\w\)|&")


def plain(text: str) -> str:
    """An action's text without its mnemonic: that of ``"&Open"`` or, as in Chinese, ``"打开(&O)"``."""
    return _MNEMONIC.sub("", text)


class Actions(QObject):
    """Makes the actions, the menus and the toolbar. Controllers connect to them by name.

    Attributes:
        recent_menu, sample_menu: Filled by others when they are about to show.
        toolbar: The one at the top.
        tool_bar: The one at the left, with the tools of the left mouse button.
    """

    def __init__(self, window: QMainWindow, theme: Theme, undo: UndoModel) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._specs: dict[str, Spec] = {}
        self._actions: dict[str, QAction] = {}
        for spec in all_specs():
            self._make(spec)
        self._make_undo(undo)
        for names in GROUPS:
            group = QActionGroup(self)
            for name in names:
                group.addAction(self._actions[name])
        self._menus = self._make_menus()
        self.recent_menu, self.sample_menu = self._menus["recent"], self._menus["sample"]
        self.toolbar = self._make_toolbar()
        self.tool_bar = self._make_tool_bar()
        theme.changed.connect(self._refresh_icons)
        self._refresh_icons()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def names(self) -> tuple[str, ...]:
        """Of all actions."""
        return tuple(self._actions)

    def on(self, name: str, slot: Callable[[], object]) -> None:
        """Call ``slot`` without arguments when the action is triggered."""
        self._actions[name].triggered.connect(lambda _=False: slot())

    def set_enabled(self, name: str, enabled: bool, reason: str = "") -> None:
        """Enable an action, or disable it and say why."""
        action, spec = self._actions[name], self._specs[name]
        action.setEnabled(enabled)
        tip = self._tip(spec)
        action.setToolTip(tip if enabled or not reason else f"{tip}\n{reason}")
        action.setStatusTip(spec.tip if enabled or not reason else reason)

    def shortcuts(self) -> list[tuple[str, str]]:
        """Every key with what it does, in the order of the specs."""
        return [
            (
                ", ".join(k.toString(QKeySequence.NativeText) for k in action.shortcuts()),
                spec.tip or plain(action.text()),
            )
            for name, spec in self._specs.items()
            if (action := self._actions[name]).shortcuts()
        ]

    def _make(self, spec: Spec) -> None:
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.name)
        action.setIconText(plain(spec.text))
        action.setShortcuts([QKeySequence(k) for k in spec.keys])
        action.setCheckable(spec.checkable)
        self._specs[spec.name], self._actions[spec.name] = spec, action
        action.setToolTip(self._tip(spec))
        action.setStatusTip(spec.tip)
        self._window.addAction(action)

    def _tip(self, spec: Spec) -> str:
        text = spec.tip or plain(spec.text)
        keys = QKeySequence(spec.keys[0]).toString(QKeySequence.NativeText) if spec.keys else ""
        return f"{text} ({keys})" if keys else text

    def _make_undo(self, stack: UndoModel) -> None:
        for name, action, icon, keys, tip in (
            (
                "undo",
                stack.make_undo_action(self._window),
                "mdi6.undo",
                ("Ctrl+Z",),
                self.tr("Take the last step back"),
            ),
            (
                "redo",
                stack.make_redo_action(self._window),
                "mdi6.redo",
                ("Ctrl+Shift+Z", "Ctrl+Y"),
                self.tr("Do the step again"),
            ),
        ):
            action.setObjectName(name)
            action.setShortcuts([QKeySequence(k) for k in keys])
            self._specs[name] = Spec(name, action.text(), icon, keys, tip)
            self._actions[name] = action
            self._window.addAction(action)
            action.changed.connect(lambda a=action: self._explain_undo(a))
            self._explain_undo(action)

    def _explain_undo(self, action: QAction) -> None:
        nothing = self.tr("Nothing to undo") if action.objectName() == "undo" else self.tr("Nothing to redo")
        keys = action.shortcut().toString(QKeySequence.NativeText)
        tip = f"{plain(action.text())} ({keys})" if action.isEnabled() else nothing
        if action.toolTip() != tip:
            action.setToolTip(tip)
            action.setStatusTip(tip)

    def _make_menus(self) -> dict[str, QMenu]:
        menus = {
            "recent": QMenu(self.tr("Open &recent"), self._window),
            "sample": QMenu(self.tr("Open s&ample"), self._window),
            "layout": QMenu(self.tr("&Layout"), self._window),
            "window": QMenu(self.tr("&Window"), self._window),
            "theme": QMenu(self.tr("&Theme"), self._window),
            "language": QMenu(self.tr("&Language"), self._window),
            "file": QMenu(self.tr("&File"), self._window),
            "edit": QMenu(self.tr("&Edit"), self._window),
            "tools": QMenu(self.tr("&Tool"), self._window),
            "mask": QMenu(self.tr("Mas&k"), self._window),
            "label": QMenu(self.tr("&Label"), self._window),
            "cases": QMenu(self.tr("&Cases"), self._window),
            "view": QMenu(self.tr("&View"), self._window),
            "model": QMenu(self.tr("&Model"), self._window),
            "help": QMenu(self.tr("&Help"), self._window),
        }
        for name, entries in {**SUBMENUS, **MENUS}.items():
            self._fill(menus[name], entries, menus)
        for name in MENUS:
            self._window.menuBar().addMenu(menus[name])
        for menu in menus.values():
            menu.setToolTipsVisible(True)
        return menus

    def _fill(self, menu: QMenu, entries: Iterable[str | None], menus: dict[str, QMenu]) -> None:
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif entry.startswith("menu:"):
                menu.addMenu(menus[entry.removeprefix("menu:")])
            else:
                menu.addAction(self._actions[entry])

    def _make_toolbar(self) -> QToolBar:
        bar = self._window.addToolBar(self.tr("Main bar"))
        bar.setObjectName("main")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.PreventContextMenu)
        bar.setToolButtonStyle(Qt.ToolButtonIconOnly)
        for name in TOOLBAR:
            if name is None:
                bar.addSeparator()
            else:
                bar.addAction(self._actions[name])
        for name in WITH_WORDS:
            bar.widgetForAction(self._actions[name]).setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        return bar

    def _make_tool_bar(self) -> QToolBar:
        bar = QToolBar(self.tr("Tools"), self._window)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.PreventContextMenu)
        bar.setToolButtonStyle(Qt.ToolButtonIconOnly)
        for name in TOOLS:
            if name is None:
                bar.addSeparator()
            else:
                bar.addAction(self._actions[name])
        self._window.addToolBar(Qt.LeftToolBarArea, bar)
        return bar

    def _refresh_icons(self) -> None:
        for name, spec in self._specs.items():
            if spec.icon:
                self._actions[name].setIcon(self._theme.icon(spec.icon))
