"""The quick reading of headers: as pydicom reads them, or not at all."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.uid import ImplicitVRLittleEndian

from medsam.errors import ReadError
from medsam.io import dicom_headers, read_volume
from medsam.io.dicom_headers import Header, read_header
from medsam.io.dicom_pixels import decode
from medsam.io.dicom_quick import peek, read_quick
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


def slow_header(path: Path, monkeypatch: pytest.MonkeyPatch) -> Header:
    """As pydicom reads it."""
    with monkeypatch.context() as patch:
        patch.setattr(dicom_headers, "read_quick", lambda _: None)
        return read_header(path)


def same_facts(quick: Header, slow: Header) -> bool:
    """Whether two headers say the same, however they were read."""
    return repr(replace(quick, pixels=None, is_quick=False)) == repr(slow)


@pytest.mark.parametrize("implicit", [False, True])
def test_an_ordinary_header_is_read_as_pydicom_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, implicit: bool
) -> None:
    path = written(tmp_path, implicit=implicit, SeriesNumber=7, SeriesDescription="Chest 1.5 mm")
    quick = read_header(path)
    assert quick.is_quick and quick.pixels is not None
    assert same_facts(quick, slow_header(path, monkeypatch))
    assert (quick.description, quick.series_number) == ("Chest 1.5 mm", "7")


@pytest.mark.parametrize("implicit", [False, True])
def test_the_pixels_lie_where_the_header_says(tmp_path: Path, implicit: bool) -> None:
    path = written(tmp_path, implicit=implicit)
    header = read_header(path)
    assert header.pixels is not None
    offset, length = header.pixels
    assert path.read_bytes()[offset : offset + length] == pydicom.dcmread(path).PixelData


def test_every_file_of_the_samples_is_read_as_pydicom_reads_it(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = 0
    for path in sorted((shared / "loaders" / "dicom").rglob("*")):
        if not path.is_file():
            continue
        try:
            slow = slow_header(path, monkeypatch)
        except ReadError:
            continue
        quick = read_header(path)
        assert same_facts(quick, slow), path.name
        found += quick.is_quick
    assert found > 100


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_header_says_nothing_that_pydicom_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
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
            slow = slow_header(damaged, monkeypatch)
            pixels = [] if slow.blocker else [p.tolist() for _, p in decode(slow, [0], [])]
        except Exception:
            continue  # what pydicom cannot read either, another way may or may not
        quick = read_header(damaged)
        assert same_facts(quick, slow)
        assert quick.blocker or [p.tolist() for _, p in decode(quick, [0], [])] == pixels
        compared += quick.is_quick
    assert compared > 5


def odd_text(dataset: Any) -> None:
    dataset.SeriesDescription = "Schädel"


def odd_number(dataset: Any) -> None:
    # As a scanner that writes commas would; pydicom itself writes no such number.
    dataset._dict[pydicom.tag.Tag("SliceThickness")] = pydicom.dataelem.RawDataElement(
        pydicom.tag.Tag("SliceThickness"), "DS", 4, b"1,5 ", 0, False, True
    )


def a_table(dataset: Any) -> None:
    table = pydicom.Dataset()
    table.LUTDescriptor, table.LUTData = [2, 0, 16], b"\0\0\1\0"
    dataset.ModalityLUTSequence = pydicom.Sequence([table])


@pytest.mark.parametrize("change", [odd_text, odd_number, a_table])
def test_what_is_out_of_the_ordinary_is_left_to_pydicom(tmp_path: Path, change: Any) -> None:
    path = written(tmp_path)
    assert read_quick(path) is not None
    dataset = pydicom.dcmread(path)
    change(dataset)
    dataset.save_as(path)
    assert read_quick(path) is None


def test_a_header_longer_than_the_first_bytes_is_read_on(tmp_path: Path) -> None:
    path = written(tmp_path)
    dataset = pydicom.dcmread(path)
    dataset.private_block(0x0009, "MAKER", create=True).add_new(1, "OB", b"x" * 100_000)
    dataset.save_as(path)
    quick = read_quick(path)
    assert quick is not None and quick.pixels is not None and quick.pixels[0] > 100_000


def test_a_header_that_ends_early_is_left_to_pydicom(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:900])
    assert read_quick(path) is None


def test_only_what_begins_as_dicom_is_looked_through(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no scan")
    assert peek(path, lambda head: head[128:132] == b"DICM") == (False, None)


def test_zeros_before_a_series_number_do_not_part_a_series(tmp_path: Path) -> None:
    paths = write_ct_series(tmp_path, ct_phantom((12, 10, 4)), SeriesNumber=3)
    dataset = pydicom.dcmread(paths[1])
    dataset.SeriesNumber = "003"
    dataset.SeriesDescription = "Phäntom"  # read by pydicom, the others are not
    dataset.save_as(paths[1])
    assert read_volume(tmp_path).shape == (12, 10, 4)
