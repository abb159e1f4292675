"""The window's actions, menus and toolbar, made from ``action_specs``.

An action that cannot be used now says why in its tooltip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from PyQt5.QtCore import QObject, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMainWindow, QMenu, QToolBar, QWidget

from medsam.ui.action_specs import GROUPS, MENUS, SUBMENUS, TOOLBAR, TOOLS, WITH_WORDS, Spec, all_specs
from medsam.ui.keymap import Keymap, shown
from medsam.ui.mnemonics import settle_bar, settle_menu
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
        bar_letters: Letters behind Alt of the menu bar.
        keymap: Which keys the actions have; they follow it at once.
    """

    def __init__(self, window: QMainWindow, theme: Theme, undo: UndoModel) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._specs: dict[str, Spec] = {}
        self._actions: dict[str, QAction] = {}
        self._reasons: dict[str, str] = {}
        for spec in all_specs():
            self._make(spec)
        self._make_undo(undo)
        self.keymap = Keymap({name: spec.keys for name, spec in self._specs.items()}, self)
        self.keymap.changed.connect(self._apply_keys)
        self._apply_keys()
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
        reason = "" if enabled else reason
        self._actions[name].setEnabled(enabled)
        if self._reasons.get(name) != reason:
            self._reasons[name] = reason
            self._explain(name)

    def shortcuts(self) -> list[tuple[str, str]]:
        """Every key with what it does, in the order of the specs."""
        return [(self.keys_of(n), self.words(n)) for n in self._specs if self._actions[n].shortcuts()]

    def keys_of(self, name: str) -> str:
        """The keys of an action as the system writes them; "" without any."""
        return ", ".join(shown(key) for key in self.keymap.keys(name))

    def words(self, name: str) -> str:
        """What an action does."""
        return self._specs[name].tip or plain(self._actions[name].text())

    def title(self, name: str) -> str:
        """What an action is called."""
        return plain(self._specs[name].text)

    def is_on_canvas(self, name: str) -> bool:
        """Whether an action's keys count only while a picture has the focus."""
        return self._specs[name].canvas

    def menu_titles(self) -> dict[str, str]:
        """The title of the menu that each action is in, in the menus' order; those in none are left out."""
        found: dict[str, str] = {}

        def gather(name: str, entries: Iterable[str | None]) -> None:
            own = [entry for entry in entries if entry is not None]
            inner = [entry.removeprefix("menu:") for entry in own if entry.startswith("menu:")]
            for entry in own:
                if not entry.startswith("menu:"):
                    found.setdefault(entry, plain(self._menus[name].title()))
            for menu in inner:
                gather(menu, SUBMENUS.get(menu, ()))

        for name, entries in MENUS.items():
            gather(name, entries)
        return found

    def add_to_canvas(self, widget: QWidget) -> None:
        """Let the keys of canvas actions count while ``widget`` has the focus."""
        widget.addActions([self._actions[name] for name, spec in self._specs.items() if spec.canvas])

    def _make(self, spec: Spec) -> None:
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.name)
        action.setIconText(plain(spec.text))
        action.setCheckable(spec.checkable)
        self._specs[spec.name], self._actions[spec.name] = spec, action
        if spec.canvas:
            action.setShortcutContext(Qt.WidgetShortcut)
        else:
            self._window.addAction(action)

    def _apply_keys(self) -> None:
        """Give every action the keys that the keymap has for it now, and say them."""
        # First all without: Qt would complain of a key that two actions have for a moment.
        changed = [
            (action, keys)
            for name, action in self._actions.items()
            if (keys := [QKeySequence(k) for k in self.keymap.keys(name)]) != action.shortcuts()
        ]
        for action, _ in changed:
            action.setShortcuts([])
        for action, keys in changed:
            action.setShortcuts(keys)
        for name in self._actions:
            self._explain(name)

    def _explain(self, name: str) -> None:
        if name in ("undo", "redo"):
            self._explain_undo(self._actions[name])
            return
        action, spec, reason = self._actions[name], self._specs[name], self._reasons.get(name, "")
        text, keys = spec.tip or plain(spec.text), self.keymap.keys(name)
        tip = f"{text} ({shown(keys[0])})" if keys else text
        action.setToolTip(f"{tip}\n{reason}" if reason else tip)
        action.setStatusTip(reason or spec.tip or text)

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
            self._specs[name] = Spec(name, action.text(), icon, keys, tip)
            self._actions[name] = action
            self._window.addAction(action)
            action.changed.connect(lambda a=action: self._explain_undo(a))
            self._explain_undo(action)

    def _explain_undo(self, action: QAction) -> None:
        nothing = self.tr("Nothing to undo") if action.objectName() == "undo" else self.tr("Nothing to redo")
        keys = action.shortcut().toString(QKeySequence.NativeText)
        said = f"{plain(action.text())} ({keys})" if keys else plain(action.text())
        tip = said if action.isEnabled() else nothing
        if action.toolTip() != tip:
            action.setToolTip(tip)
            action.setStatusTip(tip)

    def _make_menus(self) -> dict[str, QMenu]:
        menus = {
            "recent": QMenu(self.tr("Open &recent"), self._window),
            "sample": QMenu(self.tr("Open s&ample"), self._window),
            "layout": QMenu(self.tr("&Layout"), self._window),
            "window": QMenu(self.tr("&Window"), self._window),
            "slices": QMenu(self.tr("&Slices"), self._window),
            "crosshair": QMenu(self.tr("&Crosshair"), self._window),
            "theme": QMenu(self.tr("&Theme"), self._window),
            "language": QMenu(self.tr("&Language"), self._window),
            "file": QMenu(self.tr("&File"), self._window),
            "edit": QMenu(self.tr("&Edit"), self._window),
            "tools": QMenu(self.tr("&Tool"), self._window),
            "prompts": QMenu(self.tr("&Prompt"), self._window),
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
        self.bar_letters = settle_bar(menus[name] for name in MENUS)
        for menu in menus.values():
            menu.setToolTipsVisible(True)
            settle_menu(menu)
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
