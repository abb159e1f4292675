"""Walking through the slices, and the crosshair by keys."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [*_slices(), *_cursor(), *_pointer()]


def _slices() -> list[Spec]:
    return [
        _canvas(
            "slice_up", translate("Actions", "Slice &up"), translate("Actions", "One slice up"), "Up", "PgUp"
        ),
        _canvas(
            "slice_down",
            translate("Actions", "Slice &down"),
            translate("Actions", "One slice down"),
            "Down",
            "PgDown",
        ),
        _canvas(
            "slice_up_five",
            translate("Actions", "F&ive slices up"),
            translate("Actions", "Five slices up"),
            "Shift+Up",
            "Shift+PgUp",
        ),
        _canvas(
            "slice_down_five",
            translate("Actions", "Five slices d&own"),
            translate("Actions", "Five slices down"),
            "Shift+Down",
            "Shift+PgDown",
        ),
        _canvas(
            "slice_first",
            translate("Actions", "&First slice"),
            translate("Actions", "The first slice"),
            "Home",
        ),
        _canvas(
            "slice_last", translate("Actions", "&Last slice"), translate("Actions", "The last slice"), "End"
        ),
    ]


def _cursor() -> list[Spec]:
    return [
        _canvas(
            "cursor_up",
            translate("Actions", "Crosshair &up"),
            translate("Actions", "The crosshair one pixel up in this pane"),
            "Alt+Up",
        ),
        _canvas(
            "cursor_down",
            translate("Actions", "Crosshair &down"),
            translate("Actions", "The crosshair one pixel down in this pane"),
            "Alt+Down",
        ),
        _canvas(
            "cursor_left",
            translate("Actions", "Crosshair &left"),
            translate("Actions", "The crosshair one pixel to the left in this pane"),
            "Alt+Left",
        ),
        _canvas(
            "cursor_right",
            translate("Actions", "Crosshair &right"),
            translate("Actions", "The crosshair one pixel to the right in this pane"),
            "Alt+Right",
        ),
        _canvas(
            "cursor_up_five",
            translate("Actions", "Crosshair u&p five"),
            translate("Actions", "The crosshair five pixels up in this pane"),
            "Alt+Shift+Up",
        ),
        _canvas(
            "cursor_down_five",
            translate("Actions", "Crosshair dow&n five"),
            translate("Actions", "The crosshair five pixels down in this pane"),
            "Alt+Shift+Down",
        ),
        _canvas(
            "cursor_left_five",
            translate("Actions", "Crosshair l&eft five"),
            translate("Actions", "The crosshair five pixels to the left in this pane"),
            "Alt+Shift+Left",
        ),
        _canvas(
            "cursor_right_five",
            translate("Actions", "Crosshair ri&ght five"),
            translate("Actions", "The crosshair five pixels to the right in this pane"),
            "Alt+Shift+Right",
        ),
    ]


def _pointer() -> list[Spec]:
    return [
        _canvas(
            "press_here",
            translate("Actions", "&Hold the mouse button here"),
            translate(
                "Actions", "Press the left mouse button at the crosshair; again lets go. The crosshair drags"
            ),
            "Ins",
            "Alt+Return",
        ),
        _canvas(
            "press_right_here",
            translate("Actions", "Hold the right button here"),
            translate("Actions", "The same with the right mouse button"),
            "Shift+Ins",
            "Alt+Shift+Return",
        ),
        _canvas(
            "next_pane",
            translate("Actions", "Ne&xt pane"),
            translate("Actions", "Give the keys to the next pane"),
            "Ctrl+Tab",
        ),
        Spec(
            "tool_last",
            translate("Actions", "&Tool before"),
            keys=("Shift+Space",),
            tip=translate("Actions", "Take the tool again that was used before this one"),
            canvas=True,
        ),
        Spec(
            "crosshair_lines",
            translate("Actions", "Cro&sshair lines"),
            keys=("Shift+X",),
            tip=translate("Actions", "Show or hide the lines of the crosshair"),
            checkable=True,
        ),
    ]


def _canvas(name: str, text: str, tip: str, *keys: str) -> Spec:
    """An action whose keys count while a picture has the focus."""
    return Spec(name, text, "", keys, tip, canvas=True)


SLICES: tuple[str | None, ...] = (
    "slice_up",
    "slice_down",
    "slice_up_five",
    "slice_down_five",
    "slice_first",
    "slice_last",
)
"""Entries of the menu of slices."""

CROSSHAIR: tuple[str | None, ...] = (
    "cursor_up",
    "cursor_down",
    "cursor_left",
    "cursor_right",
    "cursor_up_five",
    "cursor_down_five",
    "cursor_left_five",
    "cursor_right_five",
    None,
    "press_here",
    "press_right_here",
    "next_pane",
    None,
    "centre",
    "crosshair_lines",
)
"""Entries of the menu of the crosshair; None is a line."""
