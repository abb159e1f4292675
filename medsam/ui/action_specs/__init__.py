"""The words, icons and keys of every command, one module a group, and their order in menus and bars."""

from __future__ import annotations

from medsam.intensity import CT_PRESETS
from medsam.ui import translation
from medsam.ui.action_specs import (
    brush,
    case_files,
    edit,
    files,
    help,
    labels,
    layout,
    masks,
    measure,
    navigation,
    preferences,
    prompts,
    tools,
    view,
    window,
    worklist,
)
from medsam.ui.action_specs.spec import Spec
from medsam.ui.theme import DARK, LIGHT, SYSTEM

__all__ = [
    "GROUPS",
    "LANGUAGES",
    "MENUS",
    "SUBMENUS",
    "THEMES",
    "TOOLBAR",
    "TOOLS",
    "WITH_WORDS",
    "Spec",
    "all_specs",
]


def all_specs() -> list[Spec]:
    """Every action but undo and redo, in the order of the help page."""
    groups = (
        files,
        edit,
        labels,
        tools,
        prompts,
        brush,
        masks,
        measure,
        layout,
        window,
        view,
        navigation,
        worklist,
        case_files,
        preferences,
        help,
    )
    return [spec for group in groups for spec in group.specs()]


TOOLS: tuple[str | None, ...] = (
    "tool_box",
    "tool_points",
    None,
    "tool_brush",
    "tool_eraser",
    None,
    *masks.SHAPE_TOOLS,
    None,
    "tool_ruler",
    "tool_angle",
    None,
    "tool_crosshair",
)
"""The bar at the left: what the left mouse button does; None is a line."""

GROUPS = (
    ("layout_side", "layout_large", "layout_one"),
    tuple(name for name in TOOLS if name is not None),
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
    "tools": (*TOOLS, None, "tool_last"),
    "prompts": (
        "accept",
        "candidate_next",
        "candidate_previous",
        "candidate_shade",
        None,
        "new_object",
        "point_sign",
        "mask_prompt",
    ),
    "layout": ("layout_large", "layout_side", "layout_one", None, "side_panel"),
    "window": (*_PRESETS, None, "auto_window", "reset_window"),
    "slices": navigation.SLICES,
    "crosshair": navigation.CROSSHAIR,
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
        "save_measurements",
        None,
        "close",
        "quit",
    ),
    "edit": (
        "undo",
        "redo",
        "history",
        None,
        "delete_box",
        "cancel",
        None,
        "menu:tools",
        "menu:prompts",
        None,
        "preferences",
    ),
    "mask": masks.MENU,
    "label": labels.MENU,
    "view": (
        "menu:layout",
        "menu:window",
        "overlay",
        None,
        "menu:slices",
        "menu:crosshair",
        None,
        "fit",
        "reset_view",
        "smooth",
        None,
        "menu:theme",
        "menu:language",
    ),
    "cases": (*worklist.MENU, None, *case_files.MENU),
    "model": ("models", "model_file", None, "prepare", None, "adapt", "model_back"),
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
    "delete_box",
    None,
    "overlay",
    "auto_window",
    "fit",
    "layout_large",
    "layout_side",
    "layout_one",
)
WITH_WORDS = ("open", "save")
"""Toolbar buttons that show their text beside the icon."""
