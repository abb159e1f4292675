"""Prompts and the choice among their masks."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "tool_points",
            translate("Actions", "&Points"),
            "mdi6.plus-circle-multiple-outline",
            ("P",),
            translate("Actions", "Click on the object, and with the right button on what is not it"),
            True,
        ),
        Spec(
            "point_sign",
            translate("Actions", "Ne&gative points"),
            "mdi6.minus-circle-outline",
            ("T",),
            translate("Actions", "The left button marks what is not the object, the right one the object"),
            True,
        ),
        Spec(
            "new_object",
            translate("Actions", "&Next object"),
            "mdi6.shape-square-plus",
            ("Shift+P",),
            translate("Actions", "Be done with this object; the next point begins another one"),
        ),
        Spec(
            "mask_prompt",
            translate("Actions", "&Use present mask"),
            "mdi6.content-duplicate",
            ("Ctrl+U",),
            translate("Actions", "Give the label's mask on this slice to the model as part of the prompt"),
            True,
        ),
        Spec(
            "accept",
            translate("Actions", "&Accept the mask"),
            "mdi6.check",
            ("Return", "Enter"),
            translate("Actions", "Accept the mask on show; one that is in already is finished"),
            canvas=True,
        ),
        Spec(
            "candidate_next",
            translate("Actions", "&Another mask"),
            "mdi6.chevron-right",
            ("Tab",),
            translate("Actions", "Show the next mask that the prompt could mean"),
            canvas=True,
        ),
        Spec(
            "candidate_previous",
            translate("Actions", "The mask &before"),
            "mdi6.chevron-left",
            ("Shift+Tab",),
            translate("Actions", "Show the mask before this one"),
            canvas=True,
        ),
        Spec(
            "candidate_shade",
            translate("Actions", "&Shade where masks differ"),
            "mdi6.blur",
            (),
            translate("Actions", "Colour the pixels that not all candidate masks agree on"),
            True,
        ),
    ]
