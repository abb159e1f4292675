"""Slices of a series in several threads: the same voxels, in order, and an end when one is asked for."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medsam.errors import Cancelled, ReadError
from medsam.io import dicom_fill, read_volume
from medsam.io.dicom_headers import read_header
from medsam.volume import Volume
from tests.phantoms import ct_phantom, write_ct_series

SLICES = 24


@pytest.fixture(autouse=True)
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has."""
    monkeypatch.setattr(dicom_fill, "threads", lambda: 2)


def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which ways ``fill`` goes from now on, with the decoder's name where threads work."""
    gone: list[str] = []
    threaded, single = dicom_fill._in_threads, dicom_fill._one_by_one
    monkeypatch.setattr(
        dicom_fill, "_in_threads", lambda jobs, how, *a: (gone.append(how.__name__), threaded(jobs, how, *a))
    )
    monkeypatch.setattr(dicom_fill, "_one_by_one", lambda *a: (gone.append("one by one"), single(*a)))
    return gone


def written(folder: Path, volume: Volume, syntax: str = "", **tags: Any) -> list[Path]:
    """A series of CT, uncompressed or in one of GDCM's syntaxes."""
    gdcm = pytest.importorskip("gdcm")
    paths = write_ct_series(folder, volume, **tags)
    for path in paths if syntax else ():
        reader, change, writer = gdcm.ImageReader(), gdcm.ImageChangeTransferSyntax(), gdcm.ImageWriter()
        reader.SetFileName(str(path))
        assert reader.Read()
        change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, syntax)))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer.SetFileName(str(path))
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        assert writer.Write()
    return paths


def test_uncompressed_slices_are_read_by_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    volume = ct_phantom((16, 12, SLICES))
    written(tmp_path, volume)
    gone = ways(monkeypatch)
    np.testing.assert_array_equal(read_volume(tmp_path).array, volume.array)
    assert gone == ["decode"]


@pytest.mark.parametrize(
    ("syntax", "way"),
    [
        ("JPEGLosslessProcess14_1", "_decode_by_itk"),
        ("JPEGLSLossless", "_decode_by_itk"),
        ("JPEG2000Lossless", "_decode_by_itk"),
        ("RLELossless", "one by one"),
    ],
)
def test_compressed_slices_give_the_same_voxels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, syntax: str, way: str
) -> None:
    volume = ct_phantom((16, 12, SLICES))
    written(tmp_path, volume, syntax)
    gone = ways(monkeypatch)
    found = read_volume(tmp_path)
    np.testing.assert_array_equal(found.array, volume.array)
    assert found.array.dtype == np.int16 and found.array.flags.f_contiguous
    assert gone == [way]


@pytest.mark.parametrize(("intercept", "way"), [(0, "_decode_by_itk"), (-24, "one by one")])
def test_compressed_mr_without_an_intercept_is_decoded_by_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, intercept: int, way: str
) -> None:
    tags = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4", "Modality": "MR", "RescaleIntercept": intercept}
    volume = ct_phantom((16, 12, SLICES))
    written(tmp_path, volume, "JPEGLSLossless", **tags)
    gone = ways(monkeypatch)
    np.testing.assert_array_equal(read_volume(tmp_path).array, volume.array.astype(int) + 1024 + intercept)
    assert gone == [way]


def test_decoders_that_disagree_are_not_both_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = ct_phantom((16, 12, SLICES))
    written(tmp_path, volume, "JPEGLSLossless")
    monkeypatch.setattr(
        dicom_fill, "_decode_by_itk", lambda header, *_: iter([(0, np.zeros((12, 16), np.uint16))])
    )
    gone = ways(monkeypatch)
    np.testing.assert_array_equal(read_volume(tmp_path).array, volume.array)
    assert gone == ["one by one"]


@pytest.mark.parametrize("tags", [{"RescaleSlope": 0.5}, {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}])
def test_what_two_libraries_may_understand_differently_is_left_to_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tags: dict[str, Any]
) -> None:
    written(tmp_path, ct_phantom((16, 12, SLICES)), "JPEGLSLossless", **tags)
    gone = ways(monkeypatch)
    read_volume(tmp_path)
    assert gone == ["one by one"]


def test_a_damaged_compressed_slice_is_named(tmp_path: Path) -> None:
    paths = written(tmp_path, ct_phantom((64, 56, SLICES)), "JPEGLosslessProcess14_1")
    data = paths[17].read_bytes()
    paths[17].write_bytes(data[: len(data) - len(data) // 3])
    with pytest.raises(ReadError, match=paths[17].name):
        read_volume(tmp_path)


def test_the_first_damaged_slice_is_named_whichever_thread_met_one_first(tmp_path: Path) -> None:
    paths = written(tmp_path, ct_phantom((64, 56, SLICES)))
    for k in (9, 15, 22):
        paths[k].write_bytes(paths[k].read_bytes()[:-100])
    for _ in range(5):
        with pytest.raises(ReadError, match=rf"^{paths[9].name} ends before"):
            read_volume(tmp_path)


def test_values_that_need_more_bits_widen_the_array(tmp_path: Path) -> None:
    values = ct_phantom((16, 12, SLICES)).array.astype(np.int32)
    values[3, 4, 10], values[5, 6, 20] = 40_000, 64_000
    volume = Volume(np.asfortranarray(values), ct_phantom((16, 12, SLICES)).affine, modality="CT")
    written(tmp_path, volume)
    found = read_volume(tmp_path)
    assert found.array.dtype == np.int32
    np.testing.assert_array_equal(found.array, values)


@pytest.mark.parametrize("syntax", ["", "JPEGLSLossless", "RLELossless"])
def test_whoever_asks_is_told_of_final_slices_only(tmp_path: Path, syntax: str) -> None:
    values = ct_phantom((16, 12, SLICES)).array.astype(np.int32)
    values[3, 4, 12] = 60_000
    volume = Volume(np.asfortranarray(values), ct_phantom((16, 12, SLICES)).affine, modality="CT")
    written(tmp_path, volume, syntax)
    told: list[tuple[str, int]] = []

    def on_slices(array: Any, count: int) -> None:
        np.testing.assert_array_equal(array[..., :count], values[..., :count])
        told.append((array.dtype.name, count))

    read_volume(tmp_path, on_slices=on_slices)
    counts = [count for _, count in told]
    assert counts == sorted(counts) and told[-1] == ("int32", SLICES)
    assert told[0][0] == "int16"


def test_a_cancelled_reading_ends_with_its_threads(tmp_path: Path) -> None:
    written(tmp_path, ct_phantom((16, 12, SLICES)))
    seen: list[str] = []

    def on_progress(_: float, text: str) -> None:
        seen.append(text)

    with pytest.raises(Cancelled):
        read_volume(
            tmp_path, on_progress=on_progress, is_cancelled=lambda: any("slices: 9" in t for t in seen)
        )
    assert not [t for t in threading.enumerate() if t.name.startswith("slices")]
    assert not any(f"slices: {SLICES}" in text for text in seen)


def test_progress_is_told_slice_by_slice_and_never_goes_back(tmp_path: Path) -> None:
    written(tmp_path, ct_phantom((16, 12, SLICES)))
    fractions: list[float] = []
    read_volume(tmp_path, on_progress=lambda fraction, _: fractions.append(fraction))
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert len(set(fractions)) > SLICES


def test_every_file_is_opened_once_for_its_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, ct_phantom((16, 12, SLICES)))
    opened: list[Path] = []
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *a, **k: (opened.append(path), real(path, *a, **k))[1])
    read_volume(tmp_path)
    # Once for the header, once for the pixels.
    assert len(opened) == 2 * SLICES


def test_simpleitk_gives_stored_values(tmp_path: Path) -> None:
    volume = ct_phantom((16, 12, 2))
    path = written(tmp_path, volume, "JPEGLSLossless")[1]
    ((index, stored),) = dicom_fill._decode_by_itk(read_header(path), [0], [])
    assert index == 0 and stored.dtype == np.uint16
    np.testing.assert_array_equal(stored.astype(int) - 1024, volume.array[:, :, 1].T)
