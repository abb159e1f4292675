"""Folders of pictures and masks: label maps, 0 and 255, JPEG masks, a file for each object or label."""

from __future__ import annotations

from finetune.data.layouts.base import LAYOUTS
from finetune.data.layouts.pairs import PairsLayout

LAYOUTS["pictures"] = PairsLayout("picture")
