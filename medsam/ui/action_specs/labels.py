"""Labels: which one is painted, how they look, what may be painted over."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate

DIGITS = "1234567890"


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [*_choice(), *_change(), *_looks(), *_locks(), *_sets(), *_rule(), *_digits()]


def _choice() -> list[Spec]:
    return [
        Spec(
            "new_label",
            translate("Actions", "&New label"),
            "mdi6.plus",
            ("N",),
            translate("Actions", "Add a label, name it and paint it next"),
        ),
        Spec(
            "next_label",
            translate("Actions", "Ne&xt label"),
            "",
            ("Q",),
            translate("Actions", "Paint the next label of the list"),
        ),
        Spec(
            "previous_label",
            translate("Actions", "&Previous label"),
            "",
            ("Shift+Q",),
            translate("Actions", "Paint the previous label of the list"),
        ),
        Spec(
            "pick_label",
            translate("Actions", "P&ick the label under the mouse"),
            "mdi6.eyedropper",
            ("Y",),
            translate("Actions", "Paint the label that lies under the mouse"),
        ),
    ]


def _change() -> list[Spec]:
    return [
        Spec(
            "go_to_label",
            translate("Actions", "&Go to label"),
            "mdi6.crosshairs-gps",
            ("J",),
            translate("Actions", "Show the slice on which the active label is largest"),
        ),
        Spec(
            "rename_label",
            translate("Actions", "&Rename label"),
            "",
            ("F2",),
            translate("Actions", "Type another name for the active label"),
        ),
        Spec(
            "label_color",
            translate("Actions", "&Colour…"),
            "mdi6.palette-outline",
            (),
            translate("Actions", "Choose another colour for the active label"),
        ),
        Spec(
            "label_up",
            translate("Actions", "Move label &up"),
            "mdi6.arrow-up",
            (),
            translate("Actions", "Move the chosen labels up in the list; drag them, or Alt+Up there"),
        ),
        Spec(
            "label_down",
            translate("Actions", "Move label &down"),
            "mdi6.arrow-down",
            (),
            translate("Actions", "Move the chosen labels down in the list; drag them, or Alt+Down there"),
        ),
        Spec(
            "merge_labels",
            translate("Actions", "&Merge labels"),
            "mdi6.call-merge",
            ("Ctrl+J",),
            translate("Actions", "Make the chosen labels one: the active one gets all their voxels"),
        ),
        Spec(
            "delete_label",
            translate("Actions", "Delete &label"),
            "mdi6.trash-can-outline",
            ("Ctrl+Del",),
            translate("Actions", "Delete the chosen labels and their voxels; can be undone"),
        ),
    ]


def _looks() -> list[Spec]:
    return [
        Spec(
            "show_label",
            translate("Actions", "&Hide or show label"),
            "mdi6.eye-outline",
            ("Shift+H",),
            translate("Actions", "Hide the chosen labels, or show them again"),
        ),
        Spec(
            "solo_label",
            translate("Actions", "&Only this label"),
            "mdi6.eye-check-outline",
            ("Ctrl+H",),
            translate("Actions", "Hide all labels but the chosen ones; again shows all"),
        ),
        Spec(
            "label_style",
            translate("Actions", "Area or ou&tline"),
            "mdi6.square-opacity",
            ("O",),
            translate("Actions", "Draw the chosen labels as area and outline, area, outline in turn"),
        ),
        Spec(
            "masks_fainter",
            translate("Actions", "All labels &fainter"),
            "",
            (",",),
            translate("Actions", "Make all labels more transparent"),
        ),
        Spec(
            "masks_stronger",
            translate("Actions", "All labels &stronger"),
            "",
            (".",),
            translate("Actions", "Make all labels more opaque"),
        ),
        Spec(
            "safe_colours",
            translate("Actions", "Colour-&blind-safe colours"),
            "mdi6.palette-swatch-outline",
            (),
            translate("Actions", "Colour all labels so that everybody can tell them apart"),
        ),
    ]


def _locks() -> list[Spec]:
    return [
        Spec(
            "lock_label",
            translate("Actions", "Loc&k or unlock label"),
            "mdi6.lock-outline",
            ("K",),
            translate("Actions", "Lock the chosen labels: no tool and no network may change them"),
        ),
        Spec(
            "lock_others",
            translate("Actions", "Lock all &other labels"),
            "mdi6.lock-check-outline",
            ("Shift+K",),
            translate("Actions", "Lock all labels but the chosen ones; again unlocks all"),
        ),
    ]


def _sets() -> list[Spec]:
    return [
        Spec(
            "load_labels",
            translate("Actions", "Load label s&et…"),
            "",
            (),
            translate("Actions", "Take names and colours from a file: JSON, ITK-SNAP or 3D Slicer"),
        ),
        Spec(
            "save_labels",
            translate("Actions", "S&ave label set…"),
            "",
            (),
            translate("Actions", "Keep names and colours in a file for the next case"),
        ),
        Spec(
            "keep_labels",
            translate("Actions", "&Begin new images with these labels"),
            "",
            (),
            translate("Actions", "Every image that is opened anew gets the names and colours of this list"),
        ),
        Spec(
            "forget_labels",
            translate("Actions", "Begin new images &with one label"),
            "",
            (),
            translate("Actions", "Forget which labels new images should begin with"),
        ),
    ]


def _rule() -> list[Spec]:
    return [
        Spec(
            "paint_rule",
            translate("Actions", "Paint o&ver…"),
            "mdi6.shield-half-full",
            ("U",),
            translate("Actions", "Choose what tools and the network may paint over"),
        ),
        Spec(
            "paint_inside",
            translate("Actions", "Paint only &inside the label under the mouse"),
            "",
            ("Shift+Y",),
            translate("Actions", "Paint only inside the label under the mouse; again paints everywhere"),
        ),
        Spec(
            "no_rule",
            translate("Actions", "Paint without li&mits"),
            "",
            ("Shift+U",),
            translate("Actions", "Paint over everything that is not locked"),
        ),
    ]


def _digits() -> list[Spec]:
    choose, show = translate("Actions", "Label {0}"), translate("Actions", "Hide or show label {0}")
    paint = translate("Actions", "Paint the label in row {0} of the list")
    toggle = translate("Actions", "Hide or show the label in row {0} of the list")
    return [
        *(
            Spec(f"label_{n}", choose.format(n), "", (key,), paint.format(n))
            for n, key in enumerate(DIGITS, start=1)
        ),
        *(
            Spec(f"show_label_{n}", show.format(n), "", (f"Shift+{key}",), toggle.format(n))
            for n, key in enumerate(DIGITS, start=1)
        ),
    ]


MENU: tuple[str | None, ...] = (
    "new_label",
    "rename_label",
    "label_color",
    "delete_label",
    "merge_labels",
    None,
    "next_label",
    "previous_label",
    "pick_label",
    "go_to_label",
    None,
    "show_label",
    "solo_label",
    "label_style",
    "masks_fainter",
    "masks_stronger",
    "safe_colours",
    None,
    "lock_label",
    "lock_others",
    None,
    "label_up",
    "label_down",
    None,
    "paint_rule",
    "paint_inside",
    "no_rule",
    None,
    "load_labels",
    "save_labels",
    "keep_labels",
    "forget_labels",
)
"""Entries of the menu Label; None is a line."""

CONTEXT: tuple[str | None, ...] = (
    "go_to_label",
    "rename_label",
    "label_color",
    "label_style",
    None,
    "show_label",
    "solo_label",
    "lock_label",
    "lock_others",
    None,
    "label_up",
    "label_down",
    None,
    "merge_labels",
    "delete_label",
)
"""Entries of the menu of a row."""

MORE: tuple[str | None, ...] = (
    "solo_label",
    "lock_others",
    "safe_colours",
    None,
    "label_up",
    "label_down",
    None,
    "load_labels",
    "save_labels",
    "keep_labels",
    "forget_labels",
)
"""Entries of the menu at the end of the row of buttons."""
