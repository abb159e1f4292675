"""The scans that the measurements of opening write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from benchmarks._series import SYNTAXES, body, compress, write_series
from medsam.io import read_volume


def test_a_series_holds_the_body_behind_a_long_header(tmp_path: Path) -> None:
    volume = body(32, 3)
    paths = write_series(tmp_path / "plain", volume)
    np.testing.assert_array_equal(read_volume(tmp_path / "plain").array, volume.array)
    dataset = pydicom.dcmread(paths[0])
    assert len(dataset) > 110 and sum(e.tag.is_private for e in dataset) > 30


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_compressed_series_holds_the_same(tmp_path: Path, syntax: str) -> None:
    pytest.importorskip("gdcm")
    volume = body(32, 3)
    paths = compress(write_series(tmp_path / "plain", volume), tmp_path / "packed", syntax)
    assert all(pydicom.dcmread(p).file_meta.TransferSyntaxUID.is_compressed for p in paths)
    np.testing.assert_array_equal(read_volume(tmp_path / "packed").array, volume.array)
