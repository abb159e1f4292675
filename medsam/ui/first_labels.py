"""The labels that a new image begins with: one, or the table that the user chose for all."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from medsam.document import Label, LabelTable
from medsam.document.label_sets import merged, set_from_json, set_to_json
from medsam.errors import InputError
from medsam.ui import settings
from medsam.ui.data_words import label_name

_KEY = "labels/first"
log = logging.getLogger("medsam.ui")


def first_labels() -> LabelTable:
    """A table for a new image."""
    text = str(settings.value(_KEY, ""))
    if text:
        try:
            return LabelTable(merged((), set_from_json(text, _KEY)))
        except InputError as error:
            log.warning("labels for new images are not used: %s", error)
    return LabelTable((LabelTable().proposal(label_name(1)),))


def are_chosen() -> bool:
    """Whether new images begin with a table of the user's."""
    return bool(settings.value(_KEY, ""))


def remember(labels: Iterable[Label]) -> None:
    """Begin new images with these labels, all of them shown and none locked."""
    settings.remember(_KEY, set_to_json(replace(label, visible=True, locked=False) for label in labels))


def forget() -> None:
    """Begin new images with one label again."""
    settings.remember(_KEY, "")
