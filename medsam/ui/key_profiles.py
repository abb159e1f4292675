"""What each key profile changes of the program's own keys, and the names of the profiles.

The profile "research" is the keys that the actions come with. The others say
only what differs. A key that a profile gives to one action is taken from the
action that has it in "research"; where that action would be left without a
key, the profile names another one for it.
"""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

translate = QCoreApplication.translate

RESEARCH, PACS, SLICER, ITK_SNAP = "research", "pacs", "slicer", "itksnap"

Keys = tuple[str, ...]
"""Keys of one action in Qt's portable words, the one to show first: ``("Ctrl+Shift+Z", "Ctrl+Y")``."""

_LABEL_DIGITS = {f"label_{n}": (f"Alt+{n % 10}",) for n in range(1, 11)}
_PRESET_DIGITS = {f"preset_{n}": (str(n),) for n in range(1, 6)}

OVERRIDES: dict[str, dict[str, Keys]] = {
    RESEARCH: {},
    # Radiology viewers: digits are windows, arrows walk, Ctrl+F fits; prompts as in OHIF's nnInteractive.
    PACS: {
        **_PRESET_DIGITS,
        **_LABEL_DIGITS,
        "slice_up": ("Up", "PgUp", "Left"),
        "slice_down": ("Down", "PgDown", "Right"),
        "fit": ("Ctrl+F",),
        "reset_view": ("R", "Shift+R"),
        "tool_points": ("A",),
        "tool_box": ("F",),
        "tool_polygon": ("D",),
        "tool_brush": ("B",),
        "tool_eraser": ("E",),
        "tool_fill": ("Shift+F",),
        "auto_window": ("Ctrl+Shift+A",),
        "next_label": ("Shift+Q",),
        "previous_label": ("Ctrl+Shift+Q",),
        "tool_ruler": ("L",),
        "brush_larger": ("]", "+"),
        "brush_smaller": ("[", "-"),
    },
    # 3D Slicer: arrows walk, G shows and hides the masks, Z and Y undo, Space goes back to the last tool.
    SLICER: {
        "slice_up": ("Right", "Up", "PgUp"),
        "slice_down": ("Left", "Down", "PgDown"),
        "slice_up_five": ("Shift+Right", "Shift+Up", "Shift+PgUp"),
        "slice_down_five": ("Shift+Left", "Shift+Down", "Shift+PgDown"),
        "overlay": ("G",),
        "tool_polygon": ("Shift+G",),
        "undo": ("Ctrl+Z", "Z"),
        "redo": ("Ctrl+Shift+Z", "Ctrl+Y", "Y"),
        "tool_last": ("Space",),
        "pick_label": ("Alt+Y",),
        "brush_larger": ("+", "]"),
        "brush_smaller": ("-", "["),
        "previous_label": ("Q",),
        "next_label": ("W",),
        "tool_wand": ("Shift+W",),
    },
    # ITK-SNAP: S, A and D for the overlay, < and > for the labels, arrows move the cursor, C centres on it.
    ITK_SNAP: {
        "slice_up": ("PgUp",),
        "slice_down": ("PgDown",),
        "slice_up_five": ("Shift+PgUp",),
        "slice_down_five": ("Shift+PgDown",),
        "cursor_up": ("Up",),
        "cursor_down": ("Down",),
        "cursor_left": ("Left",),
        "cursor_right": ("Right",),
        "cursor_up_five": ("Shift+Up",),
        "cursor_down_five": ("Shift+Down",),
        "cursor_left_five": ("Shift+Left",),
        "cursor_right_five": ("Shift+Right",),
        "overlay": ("S", "X"),
        "masks_fainter": ("A",),
        "masks_stronger": ("D",),
        "crosshair_lines": ("Shift+X",),
        "auto_window": ("Alt+A",),
        "tool_brush": ("Shift+D",),
        "brush_sphere": ("Alt+D",),
        "centre": ("C",),
        "tool_crosshair": ("Shift+C",),
        "previous_label": ("<", "Q"),
        "next_label": (">", "W"),
        "tool_wand": ("Shift+W",),
        "brush_larger": ("+", "]"),
        "brush_smaller": ("-", "["),
    },
}
"""Of each profile, the actions whose keys differ from the program's own."""

PROFILES: tuple[str, ...] = tuple(OVERRIDES)


def profile_title(profile: str) -> str:
    """What the user calls a profile."""
    return {
        RESEARCH: translate("Keymap", "Research"),
        PACS: translate("Keymap", "PACS (radiology)"),
        SLICER: "3D Slicer",
        ITK_SNAP: "ITK-SNAP",
    }[profile]
