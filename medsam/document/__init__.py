"""What the user made: label map, labels, prompts, the edits that change them, and their history."""

from __future__ import annotations

from medsam.document.annotation import Annotation, Change
from medsam.document.deltas import Delta, LabelsDelta, PromptDelta, Region, RulerDelta, Step, VoxelDelta
from medsam.document.edits import (
    AddLabel,
    ChangeLabel,
    Compound,
    Edit,
    SetLabels,
    SetPrompt,
    SetRuler,
    SetVoxels,
    load_label_map_edit,
)
from medsam.document.history import Entry, History
from medsam.document.label_edits import remove_labels_edit
from medsam.document.label_table import STYLES, Label, LabelTable, Style, default_colour
from medsam.document.painting import (
    as_block,
    block_of,
    erase_block_edit,
    erase_edit,
    mask_edit,
    paint_block_edit,
    paint_edit,
    remove_prompt_edit,
    replace_label_block_edit,
    require_paintable,
)
from medsam.document.prompt import Prompt, PromptMask
from medsam.document.records import MemoryStore, Record, StepStore
from medsam.document.rulers import Ruler
from medsam.document.rules import EVERYTHING, PaintRule, allowed, taken

__all__ = [
    "EVERYTHING",
    "STYLES",
    "AddLabel",
    "Annotation",
    "Change",
    "ChangeLabel",
    "Compound",
    "Delta",
    "Edit",
    "Entry",
    "History",
    "Label",
    "LabelTable",
    "LabelsDelta",
    "MemoryStore",
    "PaintRule",
    "Prompt",
    "PromptDelta",
    "PromptMask",
    "Record",
    "Region",
    "Ruler",
    "RulerDelta",
    "SetLabels",
    "SetPrompt",
    "SetRuler",
    "SetVoxels",
    "Step",
    "StepStore",
    "Style",
    "VoxelDelta",
    "allowed",
    "as_block",
    "block_of",
    "default_colour",
    "erase_block_edit",
    "erase_edit",
    "load_label_map_edit",
    "mask_edit",
    "paint_block_edit",
    "paint_edit",
    "remove_labels_edit",
    "remove_prompt_edit",
    "replace_label_block_edit",
    "require_paintable",
    "taken",
]
