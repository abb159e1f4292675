"""The words, icons and keys of every command, and their order in menus and toolbar."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QCoreApplication

from medsam.intensity import CT_PRESETS
from medsam.ui import translation
from medsam.ui.data_words import preset_title
from medsam.ui.theme import DARK, LIGHT, SYSTEM

translate = QCoreApplication.translate


@dataclass(frozen=True)
class Spec:
    """One action: words, icon, keys, and whether it is switched on and off."""

    name: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False


def file_specs() -> list[Spec]:
    """Opening and saving."""
    return [
        Spec(
            "open",
            translate("Actions", "&Open…"),
            "mdi6.folder-open-outline",
            ("Ctrl+O",),
            translate("Actions", "Open an image or scan"),
        ),
        Spec(
            "open_folder",
            translate("Actions", "Open &folder…"),
            "mdi6.folder-multiple-outline",
            ("Ctrl+Shift+O",),
            translate("Actions", "Open a folder of DICOM files or pictures"),
        ),
        Spec(
            "save",
            translate("Actions", "&Save mask"),
            "mdi6.content-save-outline",
            ("Ctrl+S",),
            translate("Actions", "Save the label map and read it back"),
        ),
        Spec(
            "save_as",
            translate("Actions", "Save mask &as…"),
            "",
            ("Ctrl+Shift+S",),
            translate("Actions", "Save the label map elsewhere"),
        ),
        Spec(
            "load_mask",
            translate("Actions", "&Load mask…"),
            "",
            ("Ctrl+L",),
            translate("Actions", "Continue from a label map of this image"),
        ),
        Spec(
            "close",
            translate("Actions", "&Close image"),
            "",
            ("Ctrl+W",),
            translate("Actions", "Close the image"),
        ),
        Spec(
            "quit", translate("Actions", "&Quit"), "", ("Ctrl+Q",), translate("Actions", "Leave the program")
        ),
    ]


def edit_specs() -> list[Spec]:
    """Boxes and labels; undo and redo are the stack's."""
    return [
        Spec(
            "delete_box",
            translate("Actions", "&Delete box"),
            "mdi6.trash-can-outline",
            ("Del", "Backspace"),
            translate("Actions", "Delete the selected box and its mask"),
        ),
        Spec(
            "new_label",
            translate("Actions", "&New label"),
            "mdi6.tag-plus-outline",
            ("N",),
            translate("Actions", "Add a label and paint it next"),
        ),
        Spec(
            "cancel",
            translate("Actions", "S&top"),
            "",
            ("Esc",),
            translate("Actions", "Stop what is being drawn or computed"),
        ),
    ]


def tool_specs() -> list[Spec]:
    """What the left mouse button does."""
    return [
        Spec(
            "tool_box",
            translate("Actions", "&Box"),
            "mdi6.vector-square",
            ("B",),
            translate("Actions", "Draw a box around an object"),
            True,
        ),
        Spec(
            "tool_crosshair",
            translate("Actions", "&Crosshair"),
            "mdi6.crosshairs",
            ("C",),
            translate("Actions", "Move the crosshair through all planes"),
            True,
        ),
    ]


def layout_specs() -> list[Spec]:
    """How the panes share the room."""
    return [
        Spec(
            "layout_large",
            translate("Actions", "One &large, two small"),
            "mdi6.view-compact-outline",
            (),
            translate("Actions", "The axial plane large, the others beside it"),
            True,
        ),
        Spec(
            "layout_side",
            translate("Actions", "&Side by side"),
            "mdi6.view-column-outline",
            (),
            translate("Actions", "Three planes beside each other"),
            True,
        ),
        Spec(
            "layout_one",
            translate("Actions", "&One plane"),
            "mdi6.square-outline",
            ("M",),
            translate("Actions", "Only the plane under the mouse; again for all"),
            True,
        ),
        Spec(
            "side_panel",
            translate("Actions", "Side &panel"),
            "",
            ("P",),
            translate("Actions", "Show or hide labels and window"),
            True,
        ),
    ]


def window_specs() -> list[Spec]:
    """Window level and width."""
    presets = [
        Spec(
            f"preset_{n}",
            preset_title(name),
            "",
            (str(n),),
            translate("Actions", "Window: {0}, level {1:g} HU, width {2:g} HU").format(
                preset_title(name), window.level, window.width
            ),
        )
        for n, (name, window) in enumerate(CT_PRESETS.items(), start=1)
    ]
    return [
        *presets,
        Spec(
            "auto_window",
            translate("Actions", "&Auto window"),
            "mdi6.brightness-auto",
            ("A",),
            translate("Actions", "Fit the window to this slice"),
        ),
        Spec(
            "reset_window",
            translate("Actions", "Reset &window"),
            "",
            ("Shift+A",),
            translate("Actions", "The window this image opened with"),
        ),
    ]


def view_specs() -> list[Spec]:
    """What is seen and how."""
    return [
        Spec(
            "overlay",
            translate("Actions", "Show &masks"),
            "mdi6.layers-outline",
            ("X",),
            translate("Actions", "Show or hide masks and boxes"),
            True,
        ),
        Spec(
            "fit",
            translate("Actions", "&Fit"),
            "mdi6.fit-to-page-outline",
            ("F",),
            translate("Actions", "Fit the pictures into their panes"),
        ),
        Spec(
            "centre",
            translate("Actions", "C&entre on the crosshair"),
            "",
            ("Shift+C",),
            translate("Actions", "Bring the crosshair to the middle of every pane"),
        ),
        Spec(
            "smooth",
            translate("Actions", "S&mooth pixels"),
            "",
            ("I",),
            translate("Actions", "Interpolate magnified pixels, or show them as squares"),
            True,
        ),
        Spec(
            "reset_view",
            translate("Actions", "&Reset view"),
            "mdi6.restore",
            ("R",),
            translate("Actions", "Fit, middle slices, and the window the image opened with"),
        ),
    ]


def preference_specs() -> list[Spec]:
    """Theme and language."""
    return [
        Spec(
            "theme_system",
            translate("Actions", "&System"),
            "",
            (),
            translate("Actions", "Follow the system's colours"),
            True,
        ),
        Spec(
            "theme_light", translate("Actions", "&Light"), "", (), translate("Actions", "Light colours"), True
        ),
        Spec("theme_dark", translate("Actions", "&Dark"), "", (), translate("Actions", "Dark colours"), True),
        Spec(
            "language_system",
            translate("Actions", "&System"),
            "",
            (),
            translate("Actions", "Follow the system's language, from the next start on"),
            True,
        ),
        # The names of languages stay in their own words, so that everybody finds theirs.
        Spec(
            "language_en",
            "&English",
            "",
            (),
            translate("Actions", "English words, from the next start on"),
            True,
        ),
        Spec(
            "language_zh_CN",
            "简体中文(&C)",
            "",
            (),
            translate("Actions", "Simplified Chinese words, from the next start on"),
            True,
        ),
    ]


def help_specs() -> list[Spec]:
    """Models and help."""
    return [
        Spec(
            "models",
            translate("Actions", "&Models…"),
            "mdi6.brain",
            ("Ctrl+M",),
            translate("Actions", "Choose or download a model"),
        ),
        Spec(
            "model_file",
            translate("Actions", "Model from &file…"),
            "",
            (),
            translate("Actions", "Use a checkpoint of your own"),
        ),
        Spec(
            "adapt",
            translate("Actions", "&Adapt to my annotations…"),
            "mdi6.school-outline",
            (),
            translate("Actions", "Let a copy of the model learn from your own masks"),
        ),
        Spec(
            "model_back",
            translate("Actions", "&Back to the model before"),
            "mdi6.undo-variant",
            (),
            translate("Actions", "Use the model again that was used before this one"),
        ),
        Spec(
            "model_card",
            translate("Actions", "Model &card"),
            "mdi6.card-text-outline",
            (),
            translate("Actions", "What the model in use is for, its scores, failures and data"),
        ),
        Spec(
            "keys",
            translate("Actions", "&Keys and mouse"),
            "mdi6.help-circle-outline",
            ("F1", "?"),
            translate("Actions", "What keys and mouse do"),
        ),
        Spec(
            "log",
            translate("Actions", "Show the &log"),
            "",
            (),
            translate("Actions", "Open the folder of the log"),
        ),
        Spec(
            "about",
            translate("Actions", "&About"),
            "",
            (),
            translate("Actions", "Versions, licence and purpose"),
        ),
    ]


def all_specs() -> list[Spec]:
    """Every action but undo and redo, in the order of the help page."""
    groups = (
        file_specs,
        edit_specs,
        tool_specs,
        layout_specs,
        window_specs,
        view_specs,
        preference_specs,
        help_specs,
    )
    return [spec for group in groups for spec in group()]


GROUPS = (
    ("layout_side", "layout_large", "layout_one"),
    ("tool_box", "tool_crosshair"),
    ("theme_system", "theme_light", "theme_dark"),
    ("language_system", "language_en", "language_zh_CN"),
)
"""Of each, one action is checked."""

THEMES = {"theme_system": SYSTEM, "theme_light": LIGHT, "theme_dark": DARK}
"""Actions that choose a theme, and which."""

LANGUAGES = {
    "language_system": translation.SYSTEM,
    "language_en": translation.ENGLISH,
    "language_zh_CN": translation.CHINESE,
}
"""Actions that choose a language, and which."""

_PRESETS = tuple(f"preset_{n}" for n in range(1, len(CT_PRESETS) + 1))

SUBMENUS: dict[str, tuple[str | None, ...]] = {
    "layout": ("layout_large", "layout_side", "layout_one", None, "side_panel"),
    "window": (*_PRESETS, None, "auto_window", "reset_window"),
    "theme": ("theme_system", "theme_light", "theme_dark"),
    "language": ("language_system", "language_en", "language_zh_CN"),
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
        "centre",
        "reset_view",
        "smooth",
        None,
        "menu:theme",
        "menu:language",
    ),
    "model": ("models", "model_file", None, "adapt", "model_back"),
    "help": ("keys", "model_card", "log", "about"),
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
