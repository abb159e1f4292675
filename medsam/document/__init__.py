"""What the user made: label map, labels, prompts, and the edits that change them."""

from __future__ import annotations

from medsam.document.annotation import Annotation, Change, PromptBox
from medsam.document.edits import (
    AddLabel,
    ChangeLabel,
    Compound,
    Edit,
    SetBox,
    SetVoxels,
    load_label_map_edit,
    mask_edit,
    remove_box_edit,
    remove_label_edit,
)
from medsam.document.label_table import Label, LabelTable, default_colour

__all__ = [
    "AddLabel",
    "Annotation",
    "Change",
    "ChangeLabel",
    "Compound",
    "Edit",
    "Label",
    "LabelTable",
    "PromptBox",
    "SetBox",
    "SetVoxels",
    "default_colour",
    "load_label_map_edit",
    "mask_edit",
    "remove_box_edit",
    "remove_label_edit",
]
