"""Every command of the window: its words, icon and key, its place in the menus.

An action that cannot be used now says why in its tooltip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt5.QtCore import QObject, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMainWindow, QMenu, QToolBar, QUndoStack

from medsam.intensity import CT_PRESETS
from medsam.ui.theme import DARK, LIGHT, SYSTEM, Theme


@dataclass(frozen=True)
class Spec:
    """One action: words, icon, keys, and whether it is switched on and off."""

    name: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False


class Actions(QObject):
    """Makes the actions, the menus and the toolbar. Controllers connect to them by name."""

    def __init__(self, window: QMainWindow, theme: Theme, undo: QUndoStack) -> None:
        super().__init__(window)
        self._window, self._theme = window, theme
        self._specs: dict[str, Spec] = {}
        self._actions: dict[str, QAction] = {}
        for spec in self._all_specs():
            self._make(spec)
        self._make_undo(undo)
        self._group("layout_side", "layout_large", "layout_one")
        self._group("tool_box", "tool_crosshair")
        self._group("theme_system", "theme_light", "theme_dark")
        self.recent_menu = QMenu(self.tr("Open &recent"), window)
        self.sample_menu = QMenu(self.tr("Open s&ample"), window)
        self._make_menus()
        self.toolbar = self._make_toolbar()
        theme.changed.connect(self._refresh_icons)
        self._refresh_icons()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

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
        """Every key with what it does, in the order of the menus."""
        return [
            (
                ", ".join(k.toString(QKeySequence.NativeText) for k in action.shortcuts()),
                spec.tip or action.text().replace("&", ""),
            )
            for name, spec in self._specs.items()
            if (action := self._actions[name]).shortcuts()
        ]

    def _all_specs(self) -> list[Spec]:
        return [*self._file_specs(), *self._edit_specs(), *self._view_specs(), *self._other_specs()]

    def _file_specs(self) -> list[Spec]:
        tr = self.tr
        return [
            Spec("open", tr("&Open…"), "mdi6.folder-open-outline", ("Ctrl+O",), tr("Open an image or scan")),
            Spec(
                "open_folder",
                tr("Open &folder…"),
                "mdi6.folder-multiple-outline",
                ("Ctrl+Shift+O",),
                tr("Open a folder of DICOM files or pictures"),
            ),
            Spec(
                "save",
                tr("&Save mask"),
                "mdi6.content-save-outline",
                ("Ctrl+S",),
                tr("Save the label map and read it back"),
            ),
            Spec("save_as", tr("Save mask &as…"), "", ("Ctrl+Shift+S",), tr("Save the label map elsewhere")),
            Spec(
                "load_mask", tr("&Load mask…"), "", ("Ctrl+L",), tr("Continue from a label map of this image")
            ),
            Spec("close", tr("&Close image"), "", ("Ctrl+W",), tr("Close the image")),
            Spec("quit", tr("&Quit"), "", ("Ctrl+Q",), tr("Leave the program")),
        ]

    def _edit_specs(self) -> list[Spec]:
        tr = self.tr
        return [
            Spec(
                "delete_box",
                tr("&Delete box"),
                "mdi6.trash-can-outline",
                ("Del", "Backspace"),
                tr("Delete the selected box and its mask"),
            ),
            Spec(
                "new_label",
                tr("&New label"),
                "mdi6.tag-plus-outline",
                ("N",),
                tr("Add a label and paint it next"),
            ),
            Spec("cancel", tr("S&top"), "", ("Esc",), tr("Stop what is being drawn or computed")),
        ]

    def _view_specs(self) -> list[Spec]:
        tr = self.tr
        presets = [
            Spec(
                f"preset_{n}",
                tr(name.capitalize()),
                "",
                (str(n),),
                tr("Window: {0}, {1:g}/{2:g} HU").format(name, window.level, window.width),
            )
            for n, (name, window) in enumerate(CT_PRESETS.items(), start=1)
        ]
        return [
            Spec(
                "tool_box", tr("&Box"), "mdi6.vector-square", ("B",), tr("Draw a box around an object"), True
            ),
            Spec(
                "tool_crosshair",
                tr("&Crosshair"),
                "mdi6.crosshairs",
                ("C",),
                tr("Move the crosshair through all planes"),
                True,
            ),
            Spec(
                "layout_large",
                tr("One &large, two small"),
                "mdi6.view-compact-outline",
                (),
                tr("The axial plane large, the others beside it"),
                True,
            ),
            Spec(
                "layout_side",
                tr("&Side by side"),
                "mdi6.view-column-outline",
                (),
                tr("Three planes beside each other"),
                True,
            ),
            Spec(
                "layout_one",
                tr("&One plane"),
                "mdi6.square-outline",
                ("M",),
                tr("Only the plane under the mouse; again for all"),
                True,
            ),
            Spec(
                "auto_window",
                tr("&Auto window"),
                "mdi6.brightness-auto",
                ("A",),
                tr("Fit the window to this slice"),
            ),
            Spec(
                "reset_window", tr("Reset &window"), "", ("Shift+A",), tr("The window this image opened with")
            ),
            *presets,
            Spec(
                "overlay",
                tr("Show &masks"),
                "mdi6.layers-outline",
                ("X",),
                tr("Show or hide masks and boxes"),
                True,
            ),
            Spec(
                "fit", tr("&Fit"), "mdi6.fit-to-page-outline", ("F",), tr("Fit the pictures into their panes")
            ),
            Spec(
                "reset_view",
                tr("&Reset view"),
                "mdi6.restore",
                ("R",),
                tr("Fit, middle slices, and the window the image opened with"),
            ),
            Spec(
                "side_panel",
                tr("Side &panel"),
                "mdi6.dock-right",
                ("P",),
                tr("Show or hide labels and window"),
                True,
            ),
            Spec("theme_system", tr("&System"), "", (), tr("Follow the system's colours"), True),
            Spec("theme_light", tr("&Light"), "", (), tr("Light colours"), True),
            Spec("theme_dark", tr("&Dark"), "", (), tr("Dark colours"), True),
        ]

    def _other_specs(self) -> list[Spec]:
        tr = self.tr
        return [
            Spec("models", tr("&Models…"), "mdi6.brain", ("Ctrl+M",), tr("Choose or download a model")),
            Spec("model_file", tr("Model from &file…"), "", (), tr("Use a checkpoint of your own")),
            Spec(
                "keys",
                tr("&Keys and mouse"),
                "mdi6.help-circle-outline",
                ("F1", "?"),
                tr("What keys and mouse do"),
            ),
            Spec("log", tr("Show the &log"), "", (), tr("Open the folder of the log")),
            Spec("about", tr("&About"), "", (), tr("Versions, licence and purpose")),
        ]

    def _make(self, spec: Spec) -> None:
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.name)
        action.setShortcuts([QKeySequence(k) for k in spec.keys])
        action.setCheckable(spec.checkable)
        self._specs[spec.name], self._actions[spec.name] = spec, action
        action.setToolTip(self._tip(spec))
        action.setStatusTip(spec.tip)
        self._window.addAction(action)

    def _tip(self, spec: Spec) -> str:
        text = spec.tip or spec.text.replace("&", "")
        keys = QKeySequence(spec.keys[0]).toString(QKeySequence.NativeText) if spec.keys else ""
        return f"{text} ({keys})" if keys else text

    def _make_undo(self, stack: QUndoStack) -> None:
        for name, action, icon, keys in (
            ("undo", stack.createUndoAction(self._window, self.tr("Undo")), "mdi6.undo", ("Ctrl+Z",)),
            (
                "redo",
                stack.createRedoAction(self._window, self.tr("Redo")),
                "mdi6.redo",
                ("Ctrl+Shift+Z", "Ctrl+Y"),
            ),
        ):
            action.setObjectName(name)
            action.setShortcuts([QKeySequence(k) for k in keys])
            self._specs[name] = Spec(name, action.text(), icon, keys)
            self._actions[name] = action
            self._window.addAction(action)
            action.changed.connect(lambda a=action: self._explain_undo(a))
            self._explain_undo(action)

    def _explain_undo(self, action: QAction) -> None:
        nothing = self.tr("Nothing to undo") if action.objectName() == "undo" else self.tr("Nothing to redo")
        keys = action.shortcut().toString(QKeySequence.NativeText)
        tip = f"{action.text()} ({keys})" if action.isEnabled() else nothing
        if action.toolTip() != tip:
            action.setToolTip(tip)
            action.setStatusTip(tip)

    def _group(self, *names: str) -> None:
        group = QActionGroup(self)
        for name in names:
            group.addAction(self._actions[name])

    def _make_menus(self) -> None:
        tr, bar = self.tr, self._window.menuBar()
        layout_menu, preset_menu, theme_menu = QMenu(tr("&Layout")), QMenu(tr("&Window")), QMenu(tr("&Theme"))
        self._submenus = (layout_menu, preset_menu, theme_menu)
        presets = [f"preset_{n}" for n in range(1, len(CT_PRESETS) + 1)]
        self._fill(layout_menu, "layout_large", "layout_side", "layout_one")
        self._fill(preset_menu, *presets, None, "auto_window", "reset_window")
        self._fill(theme_menu, "theme_system", "theme_light", "theme_dark")
        for title, entries in (
            (
                tr("&File"),
                (
                    "open",
                    "open_folder",
                    self.recent_menu,
                    self.sample_menu,
                    None,
                    "save",
                    "save_as",
                    "load_mask",
                    None,
                    "close",
                    "quit",
                ),
            ),
            (tr("&Edit"), ("undo", "redo", None, "delete_box", "new_label", "cancel")),
            (
                tr("&View"),
                (
                    "tool_box",
                    "tool_crosshair",
                    None,
                    layout_menu,
                    preset_menu,
                    "overlay",
                    None,
                    "fit",
                    "reset_view",
                    None,
                    "side_panel",
                    theme_menu,
                ),
            ),
            (tr("&Model"), ("models", "model_file")),
            (tr("&Help"), ("keys", "log", "about")),
        ):
            self._fill(bar.addMenu(title), *entries)

    def _fill(self, menu: QMenu, *entries: str | QMenu | None) -> None:
        menu.setToolTipsVisible(True)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, QMenu):
                menu.addMenu(entry)
            else:
                menu.addAction(self._actions[entry])

    def _make_toolbar(self) -> QToolBar:
        bar = self._window.addToolBar(self.tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.PreventContextMenu)
        bar.setToolButtonStyle(Qt.ToolButtonIconOnly)
        for name in (
            "open",
            "save",
            None,
            "undo",
            "redo",
            None,
            "tool_box",
            "tool_crosshair",
            "delete_box",
            None,
            "overlay",
            "auto_window",
            "fit",
            "layout_large",
            "layout_side",
            "layout_one",
        ):
            if name is None:
                bar.addSeparator()
            else:
                bar.addAction(self._actions[name])
        for name in ("open", "save", "tool_box", "tool_crosshair"):
            button = bar.widgetForAction(self._actions[name])
            button.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        return bar

    def _refresh_icons(self) -> None:
        for name, spec in self._specs.items():
            if spec.icon:
                self._actions[name].setIcon(self._theme.icon(spec.icon))


THEMES = {"theme_system": SYSTEM, "theme_light": LIGHT, "theme_dark": DARK}
"""Actions that choose a theme, and which."""
