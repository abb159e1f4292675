"""The tools that draw shapes, and the operations on whole masks."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate

SHAPE_TOOLS = ("tool_polygon", "tool_wand", "tool_fill")

OPERATIONS = (
    "mask_smooth",
    "mask_grow",
    "mask_shrink",
    "mask_holes",
    "mask_largest",
    "mask_small",
    "mask_split",
    "mask_threshold",
    "mask_between",
)
"""Those that open the panel of operations."""

AT_ONCE = ("mask_copy_previous", "mask_copy_next", "mask_clear")
"""Those that work on the slice in view as they are chosen."""

MENU: tuple[str | None, ...] = (
    "mask_smooth",
    "mask_grow",
    "mask_shrink",
    None,
    "mask_holes",
    "mask_largest",
    "mask_small",
    "mask_split",
    None,
    "mask_threshold",
    None,
    "mask_between",
    *AT_ONCE,
)


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [*_tools(), *_operations(), *_slices()]


def _tools() -> list[Spec]:
    return [
        Spec(
            "tool_polygon",
            translate("Actions", "&Lasso and polygon"),
            "mdi6.lasso",
            ("G",),
            translate("Actions", "Draw an outline: freehand by a drag, corner by corner by clicks"),
            True,
        ),
        Spec(
            "tool_wand",
            translate("Actions", "Magic &wand"),
            "mdi6.auto-fix",
            ("W",),
            translate("Actions", "Grow a region of like values from where you press"),
            True,
        ),
        Spec(
            "tool_fill",
            translate("Actions", "&Fill"),
            "mdi6.format-color-fill",
            ("L",),
            translate("Actions", "Fill a hole, or give a region the active label"),
            True,
        ),
    ]


def _operations() -> list[Spec]:
    return [
        Spec(
            "mask_smooth",
            translate("Actions", "&Smooth…"),
            "mdi6.blur",
            ("Shift+S",),
            translate("Actions", "Smooth the active label"),
        ),
        Spec(
            "mask_grow",
            translate("Actions", "&Grow…"),
            "mdi6.arrow-expand-all",
            (),
            translate("Actions", "Grow the active label by millimetres"),
        ),
        Spec(
            "mask_shrink",
            translate("Actions", "S&hrink…"),
            "mdi6.arrow-collapse-all",
            (),
            translate("Actions", "Shrink the active label by millimetres"),
        ),
        Spec(
            "mask_holes",
            translate("Actions", "&Fill holes…"),
            "mdi6.circle-multiple",
            ("Shift+O",),
            translate("Actions", "Fill what the active label encloses"),
        ),
        Spec(
            "mask_largest",
            translate("Actions", "Keep &largest island…"),
            "mdi6.shape-circle-plus",
            (),
            translate("Actions", "Erase all but the largest connected part of the active label"),
        ),
        Spec(
            "mask_small",
            translate("Actions", "&Remove small islands…"),
            "mdi6.broom",
            (),
            translate("Actions", "Erase connected parts of the active label below a size"),
        ),
        Spec(
            "mask_split",
            translate("Actions", "S&plit islands…"),
            "mdi6.call-split",
            (),
            translate("Actions", "Give the connected parts of the active label labels of their own"),
        ),
        Spec(
            "mask_threshold",
            translate("Actions", "&Threshold inside…"),
            "mdi6.contrast-circle",
            ("Shift+T",),
            translate("Actions", "Keep or paint only values within a range, inside a label or everywhere"),
        ),
        Spec(
            "mask_between",
            translate("Actions", "Fill &between slices…"),
            "mdi6.layers-plus",
            ("Shift+I",),
            translate("Actions", "Blend the active label from one drawn slice to the next"),
        ),
    ]


def _slices() -> list[Spec]:
    return [
        Spec(
            "mask_copy_previous",
            translate("Actions", "Copy from &previous slice"),
            "",
            ("Ctrl+[",),
            translate("Actions", "Paint the active label where it lies on the slice before this one"),
        ),
        Spec(
            "mask_copy_next",
            translate("Actions", "Copy from &next slice"),
            "",
            ("Ctrl+]",),
            translate("Actions", "Paint the active label where it lies on the slice after this one"),
        ),
        Spec(
            "mask_clear",
            translate("Actions", "&Clear slice"),
            "",
            ("Shift+Del",),
            translate("Actions", "Erase the active label on this slice"),
        ),
    ]
