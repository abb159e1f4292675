"""Preferences and the cheat sheet: what they show, and what their changes do at once."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QApplication, QWidget

from medsam.ui import settings, text_size
from medsam.ui.bench import Bench
from medsam.ui.key_profiles import profile_title
from medsam.ui.mouse_words import mouse_words, tool_words
from medsam.ui.panels.cheat_sheet import CheatSheet, Section
from medsam.ui.panels.preferences import GeneralPage, PreferencesDialog
from medsam.ui.panels.preferences_keys import Command, KeysPage
from medsam.ui.panels.preferences_mouse import MousePage, is_inverted, scheme_in_use

_OF_FIELDS = {
    "Up",
    "Down",
    "Left",
    "Right",
    "Home",
    "End",
    "PgUp",
    "PgDown",
    "Space",
    "Tab",
    "Return",
    "Enter",
}
"""Keys with which one walks through fields and lists; Shift or not."""


class PreferencesController(QObject):
    """Owns the dialog, and lets the panes follow what is chosen about keys and mouse.

    Signals:
        language_chosen(str): "system", "en" or "zh_CN"; nothing was changed yet.
        setting_chosen(str): The key of a setting that has another value now,
            as "segmentation/accept".
    """

    language_chosen = pyqtSignal(str)
    setting_chosen = pyqtSignal(str)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.window)
        self._actions, self._area = bench.actions, bench.area
        self._theme, self._window = bench.theme, bench.window
        self._pages: list[tuple[str, Callable[[], QWidget]]] = []
        self._dialog: PreferencesDialog | None = None
        self._sheet: CheatSheet | None = None
        self.add_page(self.tr("General"), self._general)
        self.add_page(self.tr("Keys"), self._keys)
        self.add_page(self.tr("Mouse"), self._mouse)
        bench.actions.on("preferences", self.show)
        bench.actions.on("keys", self.show_cheat_sheet)
        bench.actions.keymap.changed.connect(self._follow)
        self._follow()

    def add_page(self, title: str, factory: Callable[[], QWidget]) -> None:
        """Add a page for when the dialog is made.

        Args:
            title: For the list of pages.
            factory: Makes the page.
        """
        self._pages.append((title, factory))

    def bind(self, key: str, slot: Callable[[str], object]) -> None:
        """Call ``slot`` with the value of a setting when the user chooses another one."""
        self.setting_chosen.connect(lambda chosen: slot(str(settings.value(key))) if chosen == key else None)

    def refresh(self) -> None:
        """Some setting was changed elsewhere: the pages show it."""
        if self._dialog is not None:
            self._dialog.refresh()

    @property
    def is_shown(self) -> bool:
        """Whether the preferences are on the screen."""
        return self._dialog is not None and self._dialog.isVisible()

    def show(self, title: str = "") -> None:
        """Show the preferences.

        Args:
            title: Of the page to turn to; "" for the one that was seen last.
        """
        if self._dialog is None:
            self._dialog = PreferencesDialog(self._window)
            for name, factory in self._pages:
                self._dialog.add_page(name, factory)
            self._dialog.resize_to_content()
        if title:
            self._dialog.show_page(title)
        self._dialog.refresh()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def show_cheat_sheet(self) -> None:
        """Show every key and what the mouse does."""
        if self._sheet is None:
            self._sheet = CheatSheet(
                self.sections, lambda: profile_title(self._actions.keymap.profile), self._window
            )
            self._sheet.change.clicked.connect(lambda: self.show(self.tr("Keys")))
        self._sheet.refresh()
        self._sheet.show()
        self._sheet.raise_()
        self._sheet.search.setFocus(Qt.OtherFocusReason)

    def sections(self) -> list[Section]:
        """The cheat sheet: the mouse, then the keys by menu."""
        scheme = scheme_in_use(self._actions.keymap.profile)
        mouse = mouse_words(scheme, inverted=is_inverted())
        groups: dict[str, list[tuple[str, str]]] = {}
        menus = self._actions.menu_titles()
        rest = self.tr("More")
        for name in sorted(self._actions.names(), key=lambda n: list(menus).index(n) if n in menus else 999):
            keys = self._actions.keys_of(name)
            if keys:
                groups.setdefault(menus.get(name, rest), []).append((keys, self._actions.words(name)))
        tools = [Section(self.tr("Mouse: {0}").format(tool), tuple(rows)) for tool, rows in tool_words()]
        commands = [Section(title, tuple(rows)) for title, rows in groups.items()]
        return [Section(self.tr("Mouse over a picture"), tuple(mouse)), *tools, *commands]

    # --- pages ------------------------------------------------------------------

    def _general(self) -> QWidget:
        page = GeneralPage(self._theme)
        page.language_chosen.connect(self.language_chosen)
        page.setting_chosen.connect(self.setting_chosen)
        page.text_size_chosen.connect(self._choose_text_size)
        return page

    def _keys(self) -> QWidget:
        menus = self._actions.menu_titles()
        names = [*menus, *(name for name in self._actions.names() if name not in menus)]
        commands = [
            Command(name, menus.get(name, ""), self._actions.title(name), self._actions.words(name))
            for name in names
        ]
        return KeysPage(self._actions.keymap, commands, self._refusal)

    def _mouse(self) -> QWidget:
        page = MousePage(self._actions.keymap)
        page.chosen.connect(self._follow)
        return page

    def _refusal(self, name: str, key: str) -> str:
        """Why an action may not have a key; "" if it may."""
        bare = key.removeprefix("Shift+")
        if bare in _OF_FIELDS and not self._actions.is_on_canvas(name):
            shown = QKeySequence(key).toString(QKeySequence.NativeText)
            return self.tr("{0} walks through lists and fields. Add Ctrl or Alt to it.").format(shown)
        return ""

    def _choose_text_size(self, percent: int) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        text_size.choose(app, percent)

    def _follow(self) -> None:
        """Hand the mouse scheme to the panes; a sheet on show says what is true now."""
        scheme = scheme_in_use(self._actions.keymap.profile)
        for pane in self._area.panes.values():
            pane.view.set_mouse(scheme, inverted=is_inverted())
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.refresh()
