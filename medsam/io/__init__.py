"""Reading and writing images and label maps.

Cheap to import: nibabel, SimpleITK, pydicom and Pillow are loaded when a file
needs them.
"""

from __future__ import annotations

from medsam.io.dicom_seg import read_segmentation
from medsam.io.dicom_series import SeriesInfo, SeveralSeries
from medsam.io.label_maps import read_label_map, read_label_names
from medsam.io.named_masks import NamedMask
from medsam.io.registry import FILE_FILTERS, describe, find_series, read_volume, volume_facts
from medsam.io.rtstruct import read_rtstruct
from medsam.io.writers import write_label_map, write_volume

__all__ = [
    "FILE_FILTERS",
    "NamedMask",
    "SeriesInfo",
    "SeveralSeries",
    "describe",
    "find_series",
    "read_label_map",
    "read_label_names",
    "read_rtstruct",
    "read_segmentation",
    "read_volume",
    "volume_facts",
    "write_label_map",
    "write_volume",
]
