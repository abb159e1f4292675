"""Where a file's pixels lie, as its header is read; other facts of headers are tested by what is read."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.uid import ImplicitVRLittleEndian

from medsam.errors import ReadError
from medsam.io import read_volume
from medsam.io.dicom_headers import Header, read_header
from medsam.io.dicom_pixels import decode
from tests.phantoms import ct_phantom, write_ct_series


def written(folder: Path, *, implicit: bool = False, **tags: Any) -> Path:
    """One slice with private elements, nested sequences of unknown length and a dozen other elements."""
    path = write_ct_series(folder, ct_phantom((12, 10, 2)), **tags)[0]
    dataset = pydicom.dcmread(path)
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.WindowCenter, dataset.WindowWidth = [40, 60], [400, 360]
    dataset.SpecificCharacterSet = "ISO_IR 100"
    inner, outer = pydicom.Dataset(), pydicom.Dataset()
    inner.CodeMeaning = "inner"
    inner.SeriesInstanceUID = "9.9.9"
    outer.ConceptNameCodeSequence = pydicom.Sequence([inner, inner])
    outer["ConceptNameCodeSequence"].is_undefined_length = True
    outer.is_undefined_length_sequence_item = True
    dataset.ProcedureCodeSequence = pydicom.Sequence([outer])
    dataset["ProcedureCodeSequence"].is_undefined_length = True
    dataset.private_block(0x0029, "MAKER", create=True).add_new(1, "OB", b"x" * 700)
    if implicit:
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        path = folder / "implicit"
        dataset.save_as(path, implicit_vr=True, little_endian=True, enforce_file_format=True)
    else:
        dataset.save_as(path, enforce_file_format=True)
    return path


def pictures(header: Header) -> list[Any]:
    """Every frame of a file."""
    return [p.tolist() for _, p in decode(header, list(range(len(header.frames))), [])]


def by_pydicom(header: Header) -> list[Any]:
    """Every frame, whatever the header says of where they lie."""
    return pictures(replace(header, pixels=None))


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("private", [0, 100_000])
def test_the_pixels_lie_where_the_header_says(tmp_path: Path, implicit: bool, private: int) -> None:
    path = written(tmp_path, implicit=implicit)
    dataset = pydicom.dcmread(path)
    dataset.private_block(0x0009, "MAKER", create=True).add_new(1, "OB", b"x" * private)
    dataset.save_as(path)
    header = read_header(path)
    assert header.pixels is not None
    offset, length = header.pixels
    assert offset > private
    assert path.read_bytes()[offset : offset + length] == dataset.PixelData
    assert pictures(header) == by_pydicom(header)


def test_an_open_file_is_left_open(tmp_path: Path) -> None:
    path = written(tmp_path)
    with path.open("rb") as file:
        assert read_header(path, file) == read_header(path)
        assert not file.closed


def test_bare_pixels_of_the_samples_are_those_that_pydicom_reads(shared: Path) -> None:
    found = 0
    for path in sorted((shared / "loaders" / "dicom").rglob("*")):
        if not path.is_file():
            continue
        try:
            header = read_header(path)
        except ReadError:
            continue
        if header.pixels is None:
            continue
        # Every tenth of a long series.
        found += 1
        if found < 20 or found % 10 == 0:
            assert pictures(header) == by_pydicom(header), path.name
    assert found > 100


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_header_places_no_pixels_where_pydicom_finds_others(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    whole = written(tmp_path, implicit=seed % 2 == 1).read_bytes()
    damaged = tmp_path / "damaged"
    compared = 0
    for _ in range(100):
        data = bytearray(whole)
        at = rng.randrange(132, len(whole) - 300)
        if rng.random() < 0.8:
            data[at] = rng.choice([rng.randrange(256), *b"0123456789. \\"])
        else:
            del data[at : at + rng.randrange(1, 5)]
        damaged.write_bytes(data)
        try:
            header = read_header(damaged)
            if header.pixels is None or header.blocker:
                continue
            expected = by_pydicom(header)
        except ReadError:
            continue
        assert pictures(header) == expected
        compared += 1
    assert compared > 5


def a_table(dataset: Any) -> None:
    table = pydicom.Dataset()
    table.LUTDescriptor, table.LUTData = [2, 0, 16], b"\0\0\1\0"
    dataset.ModalityLUTSequence = pydicom.Sequence([table])


def floats_instead(dataset: Any) -> None:
    dataset.FloatPixelData = bytes(2 * len(dataset.PixelData))
    del dataset.PixelData


@pytest.mark.parametrize("change", [a_table, floats_instead])
def test_pixels_that_are_not_the_values_are_not_taken_as_they_lie(tmp_path: Path, change: Any) -> None:
    path = written(tmp_path)
    assert read_header(path).pixels is not None
    dataset = pydicom.dcmread(path)
    change(dataset)
    dataset.save_as(path)
    assert read_header(path).pixels is None


def test_a_header_that_ends_early_places_no_pixels(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:900])
    try:
        assert read_header(path).pixels is None
    except ReadError as error:
        assert path.name in str(error)


def test_zeros_before_a_series_number_do_not_part_a_series(tmp_path: Path) -> None:
    paths = write_ct_series(tmp_path, ct_phantom((12, 10, 4)), SeriesNumber=3)
    dataset = pydicom.dcmread(paths[1])
    dataset.SeriesNumber = "003"
    dataset.save_as(paths[1])
    assert read_volume(tmp_path).shape == (12, 10, 4)
