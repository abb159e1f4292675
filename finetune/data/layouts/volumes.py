"""Pairs of volumes: NIfTI, NRRD, MetaImage, or a folder of DICOM, with label maps on the same grid."""

from __future__ import annotations

from finetune.data.layouts.base import LAYOUTS
from finetune.data.layouts.pairs import PairsLayout

LAYOUTS["volumes"] = PairsLayout("volume")
