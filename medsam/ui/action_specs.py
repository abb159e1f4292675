"""The words, icons and keys of every command, and their order in menus and toolbar."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QCoreApplication

from medsam.intensity import CT_PRESETS
from medsam.ui.theme import DARK, LIGHT, SYSTEM


@dataclass(frozen=True)
class Spec:
    """One action: words, icon, keys, and whether it is switched on and off."""

    name: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


def file_specs() -> list[Spec]:
    """Opening and saving."""
    return [
        Spec("open", _tr("&Open…"), "mdi6.folder-open-outline", ("Ctrl+O",), _tr("Open an image or scan")),
        Spec(
            "open_folder",
            _tr("Open &folder…"),
            "mdi6.folder-multiple-outline",
            ("Ctrl+Shift+O",),
            _tr("Open a folder of DICOM files or pictures"),
        ),
        Spec(
            "save",
            _tr("&Save mask"),
            "mdi6.content-save-outline",
            ("Ctrl+S",),
            _tr("Save the label map and read it back"),
        ),
        Spec("save_as", _tr("Save mask &as…"), "", ("Ctrl+Shift+S",), _tr("Save the label map elsewhere")),
        Spec(
            "load_mask", _tr("&Load mask…"), "", ("Ctrl+L",), _tr("Continue from a label map of this image")
        ),
        Spec("close", _tr("&Close image"), "", ("Ctrl+W",), _tr("Close the image")),
        Spec("quit", _tr("&Quit"), "", ("Ctrl+Q",), _tr("Leave the program")),
    ]


def edit_specs() -> list[Spec]:
    """Boxes and labels; undo and redo are the stack's."""
    return [
        Spec(
            "delete_box",
            _tr("&Delete box"),
            "mdi6.trash-can-outline",
            ("Del", "Backspace"),
            _tr("Delete the selected box and its mask"),
        ),
        Spec(
            "new_label",
            _tr("&New label"),
            "mdi6.tag-plus-outline",
            ("N",),
            _tr("Add a label and paint it next"),
        ),
        Spec("cancel", _tr("S&top"), "", ("Esc",), _tr("Stop what is being drawn or computed")),
    ]


def tool_specs() -> list[Spec]:
    """What the left mouse button does."""
    return [
        Spec("tool_box", _tr("&Box"), "mdi6.vector-square", ("B",), _tr("Draw a box around an object"), True),
        Spec(
            "tool_crosshair",
            _tr("&Crosshair"),
            "mdi6.crosshairs",
            ("C",),
            _tr("Move the crosshair through all planes"),
            True,
        ),
    ]


def layout_specs() -> list[Spec]:
    """How the panes share the room."""
    return [
        Spec(
            "layout_large",
            _tr("One &large, two small"),
            "mdi6.view-compact-outline",
            (),
            _tr("The axial plane large, the others beside it"),
            True,
        ),
        Spec(
            "layout_side",
            _tr("&Side by side"),
            "mdi6.view-column-outline",
            (),
            _tr("Three planes beside each other"),
            True,
        ),
        Spec(
            "layout_one",
            _tr("&One plane"),
            "mdi6.square-outline",
            ("M",),
            _tr("Only the plane under the mouse; again for all"),
            True,
        ),
        Spec("side_panel", _tr("Side &panel"), "", ("P",), _tr("Show or hide labels and window"), True),
    ]


def window_specs() -> list[Spec]:
    """Window level and width."""
    presets = [
        Spec(
            f"preset_{n}",
            _tr(name.capitalize()),
            "",
            (str(n),),
            _tr("Window: {0}, level {1:g} HU, width {2:g} HU").format(name, window.level, window.width),
        )
        for n, (name, window) in enumerate(CT_PRESETS.items(), start=1)
    ]
    return [
        *presets,
        Spec(
            "auto_window",
            _tr("&Auto window"),
            "mdi6.brightness-auto",
            ("A",),
            _tr("Fit the window to this slice"),
        ),
        Spec(
            "reset_window", _tr("Reset &window"), "", ("Shift+A",), _tr("The window this image opened with")
        ),
    ]


def view_specs() -> list[Spec]:
    """What is seen and how."""
    return [
        Spec(
            "overlay",
            _tr("Show &masks"),
            "mdi6.layers-outline",
            ("X",),
            _tr("Show or hide masks and boxes"),
            True,
        ),
        Spec(
            "fit", _tr("&Fit"), "mdi6.fit-to-page-outline", ("F",), _tr("Fit the pictures into their panes")
        ),
        Spec(
            "reset_view",
            _tr("&Reset view"),
            "mdi6.restore",
            ("R",),
            _tr("Fit, middle slices, and the window the image opened with"),
        ),
        Spec("theme_system", _tr("&System"), "", (), _tr("Follow the system's colours"), True),
        Spec("theme_light", _tr("&Light"), "", (), _tr("Light colours"), True),
        Spec("theme_dark", _tr("&Dark"), "", (), _tr("Dark colours"), True),
    ]


def help_specs() -> list[Spec]:
    """Models and help."""
    return [
        Spec("models", _tr("&Models…"), "mdi6.brain", ("Ctrl+M",), _tr("Choose or download a model")),
        Spec("model_file", _tr("Model from &file…"), "", (), _tr("Use a checkpoint of your own")),
        Spec(
            "keys",
            _tr("&Keys and mouse"),
            "mdi6.help-circle-outline",
            ("F1", "?"),
            _tr("What keys and mouse do"),
        ),
        Spec("log", _tr("Show the &log"), "", (), _tr("Open the folder of the log")),
        Spec("about", _tr("&About"), "", (), _tr("Versions, licence and purpose")),
    ]


def all_specs() -> list[Spec]:
    """Every action but undo and redo, in the order of the help page."""
    groups = (file_specs, edit_specs, tool_specs, layout_specs, window_specs, view_specs, help_specs)
    return [spec for group in groups for spec in group()]


GROUPS = (
    ("layout_side", "layout_large", "layout_one"),
    ("tool_box", "tool_crosshair"),
    ("theme_system", "theme_light", "theme_dark"),
)
"""Of each, one action is checked."""

THEMES = {"theme_system": SYSTEM, "theme_light": LIGHT, "theme_dark": DARK}
"""Actions that choose a theme, and which."""

_PRESETS = tuple(f"preset_{n}" for n in range(1, len(CT_PRESETS) + 1))

SUBMENUS: dict[str, tuple[str | None, ...]] = {
    "layout": ("layout_large", "layout_side", "layout_one", None, "side_panel"),
    "window": (*_PRESETS, None, "auto_window", "reset_window"),
    "theme": ("theme_system", "theme_light", "theme_dark"),
}
"""Entries of the menus within menus; None is a line."""

MENUS: dict[str, tuple[str | None, ...]] = {
    "file": (
        "open",
        "open_folder",
        "menu:recent",
        "menu:sample",
        None,
        "save",
        "save_as",
        "load_mask",
        None,
        "close",
        "quit",
    ),
    "edit": ("undo", "redo", None, "delete_box", "new_label", "cancel"),
    "view": (
        "tool_box",
        "tool_crosshair",
        None,
        "menu:layout",
        "menu:window",
        "overlay",
        None,
        "fit",
        "reset_view",
        None,
        "menu:theme",
    ),
    "model": ("models", "model_file"),
    "help": ("keys", "log", "about"),
}
"""Entries of the menu bar's menus; ``menu:`` names another menu."""

TOOLBAR: tuple[str | None, ...] = (
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
)
WITH_WORDS = ("open", "save", "tool_box", "tool_crosshair")
"""Toolbar buttons that show their text beside the icon."""
