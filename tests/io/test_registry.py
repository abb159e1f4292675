"""The one door: errors, folders, progress, cancel, memory, facts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nibabel as nib
import numpy as np
import psutil
import pytest

from medsam.errors import Cancelled, ReadError
from medsam.io import FILE_FILTERS, SeveralSeries, describe, find_series, read_volume, write_volume
from tests.io.helpers import refused
from tests.phantoms import ct_phantom, grey_picture, oblique_volume, write_ct_series


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    refused(lambda: read_volume(tmp_path / "no.nii"), ReadError, "no file or folder named no.nii")


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.dcm", "a.png", "a.nrrd", "a"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    refused(lambda: read_volume(tmp_path / name), ReadError, name, "empty")


@pytest.mark.parametrize("name", ["a.png", "a.dcm", "a.nii", "a.nrrd", "a.tif", "a.mha"])
def test_text_with_another_name_is_refused_as_text(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("id,image,slice\n" * 40)
    refused(lambda: read_volume(tmp_path / name), ReadError, name, "its content is text")


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
        (b"PK\3\4", "packed archive"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"\1\2\3\4\0", "unknown kind"),
    ],
)
def test_what_cannot_be_read_is_called_by_its_kind(tmp_path: Path, head: bytes, part: str) -> None:
    (tmp_path / "a.bin").write_bytes(head + bytes(range(256)))
    refused(lambda: read_volume(tmp_path / "a.bin"), ReadError, part)


@pytest.mark.parametrize("wrong", ["a.png", "a.dcm", "a.tif", "a", "a.mha"])
def test_content_counts_more_than_the_name(tmp_path: Path, wrong: str) -> None:
    write_volume(tmp_path / "x.nrrd", oblique_volume())
    (tmp_path / "x.nrrd").rename(tmp_path / wrong)
    assert read_volume(tmp_path / wrong).shape == oblique_volume().shape


@pytest.mark.parametrize("wrong", ["a.nrrd", "a.png", "a"])
@pytest.mark.parametrize("real", [".nii", ".nii.gz"])
def test_nifti_under_another_name_opens(tmp_path: Path, wrong: str, real: str) -> None:
    write_volume(tmp_path / f"x{real}", oblique_volume())
    (tmp_path / f"x{real}").rename(tmp_path / wrong)
    assert read_volume(tmp_path / wrong).shape == oblique_volume().shape


def test_gzip_of_something_else_is_refused(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "a.gz").write_bytes(gzip.compress(b"no image " * 100))
    refused(lambda: read_volume(tmp_path / "a.gz"), ReadError, "gzip")


def test_empty_and_foreign_folders_are_refused(tmp_path: Path) -> None:
    refused(lambda: read_volume(tmp_path), ReadError, "is empty")
    (tmp_path / "notes.txt").write_text("x")
    refused(lambda: read_volume(tmp_path), ReadError, "only notes.txt")


def test_a_folder_opens_its_only_volume_and_refuses_two(tmp_path: Path) -> None:
    write_volume(tmp_path / "a.nii.gz", oblique_volume())
    assert read_volume(tmp_path).name == "a.nii.gz"
    write_volume(tmp_path / "b.nrrd", oblique_volume())
    refused(lambda: read_volume(tmp_path), ReadError, "a.nii.gz, b.nrrd", "Open one file")


def test_a_pair_in_a_folder_counts_once(tmp_path: Path) -> None:
    nib.save(nib.Nifti1Pair(np.ones((2, 2, 2), np.int16), np.eye(4)), tmp_path / "a.img")
    assert read_volume(tmp_path).shape == (2, 2, 2)


def test_lists_that_cannot_be_one_image_are_refused(tmp_path: Path) -> None:
    write_volume(tmp_path / "a.nii", oblique_volume())
    write_volume(tmp_path / "b.nii", oblique_volume())
    write_volume(tmp_path / "c.png", grey_picture())
    refused(lambda: read_volume([]), ReadError, "empty list")
    refused(lambda: read_volume([tmp_path / "a.nii", tmp_path / "b.nii"]), ReadError, "whole images")
    refused(lambda: read_volume([tmp_path / "a.nii", tmp_path / "c.png"]), ReadError, "one kind")
    refused(lambda: read_volume([tmp_path / "z.nii"]), ReadError, "z.nii is missing")
    assert read_volume([tmp_path / "a.nii"]).name == "a.nii"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user without all rights")
def test_a_file_without_the_right_to_read_is_refused(tmp_path: Path) -> None:
    path = write_volume(tmp_path / "a.nii", oblique_volume())
    path.chmod(0)
    refused(lambda: read_volume(path), ReadError, "may not be read")


def test_a_permission_error_becomes_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_volume(tmp_path / "a.nii", oblique_volume())
    opened = Path.open

    def deny(self: Path, *args: object, **kwargs: object) -> object:
        if self == path:
            raise PermissionError(13, "denied")
        return opened(self, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", deny)
    refused(lambda: read_volume(path), ReadError, "a.nii may not be read by this user")


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd", "a.mha"])
def test_too_large_for_memory_is_refused_before_loading(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_volume(tmp_path / name, ct_phantom())
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1000))
    refused(lambda: read_volume(path), ReadError, "free memory", name, "downsampled")


def test_too_large_a_picture_or_series_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = write_volume(tmp_path / "a.png", grey_picture())
    write_ct_series(tmp_path / "ct", ct_phantom((16, 12, 3)))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1000))
    refused(lambda: read_volume(picture), ReadError, "free memory")
    refused(lambda: read_volume(tmp_path / "ct"), ReadError, "free memory", "ct needs")


def test_a_header_that_claims_terabytes_is_refused(tmp_path: Path) -> None:
    path = write_volume(tmp_path / "a.nii", oblique_volume())
    raw = bytearray(path.read_bytes())
    raw[42:48] = np.array([32000, 32000, 32000], "<i2").tobytes()
    path.write_bytes(raw)
    refused(lambda: read_volume(path), ReadError, "free memory", "GB")


def test_progress_grows_to_the_end_and_speaks(tmp_path: Path) -> None:
    write_ct_series(tmp_path, ct_phantom((16, 12, 9)))
    seen: list[tuple[float, str]] = []
    read_volume(tmp_path, on_progress=lambda f, t: seen.append((f, t)))
    fractions = [f for f, _ in seen]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(seen) > 10
    assert all(text for _, text in seen)


@pytest.mark.parametrize("after", [1, 5, 25, 29, 32])
def test_a_long_series_can_be_cancelled_at_any_file(tmp_path: Path, after: int) -> None:
    write_ct_series(tmp_path, ct_phantom((16, 12, 30)))
    asked = 0

    def is_cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(Cancelled):
        read_volume(tmp_path, is_cancelled=is_cancelled)
    assert asked == after + 1


def test_finding_series_can_be_cancelled(tmp_path: Path) -> None:
    write_ct_series(tmp_path, ct_phantom((16, 12, 3)))
    with pytest.raises(Cancelled):
        find_series(tmp_path, is_cancelled=lambda: True)


def test_a_folder_without_dicom_has_no_series(tmp_path: Path) -> None:
    write_volume(tmp_path / "a.nii", oblique_volume())
    assert find_series(tmp_path) == []


def test_facts_are_json_and_tell_the_essentials(tmp_path: Path) -> None:
    facts = describe(write_volume(tmp_path / "a.nii.gz", ct_phantom(noise=0)))
    assert json.loads(json.dumps(facts)) == facts
    assert facts["shape"] == [64, 56, 20] and facts["spacing_mm"] == [2.0, 2.5, 5.0]
    assert (facts["orientation"], facts["modality"], facts["unit"]) == ("LPS", "CT", "HU")
    assert (facts["minimum"], facts["maximum"]) == (-1000, 600)


def test_facts_of_a_folder_with_two_series_list_them(tmp_path: Path) -> None:
    write_ct_series(tmp_path / "a", ct_phantom((16, 12, 3)), uid="1.2.3")
    write_ct_series(tmp_path / "b", ct_phantom((16, 12, 4)), uid="1.2.4")
    facts = describe(tmp_path)
    assert [(s["uid"], s["count"]) for s in facts["series"]] == [("1.2.3", 3), ("1.2.4", 4)]
    assert describe(tmp_path, series="1.2.4")["shape"] == [16, 12, 4]
    error = refused(lambda: read_volume(tmp_path), SeveralSeries, "holds 2", "Choose one")
    assert [s.uid for s in error.series] == ["1.2.3", "1.2.4"]  # type: ignore[attr-defined]


def test_filters_offer_every_kind_and_all_files() -> None:
    parts = FILE_FILTERS.split(";;")
    for ending in ("*.nii.gz", "*.nrrd", "*.mha", "*.png", "*.tiff", "*.dcm"):
        assert ending in parts[0]
    assert parts[-1] == "All files (*)"


def test_importing_io_loads_no_format_library() -> None:
    code = (
        "import sys, medsam.io, medsam.io.samples;"
        "print([m for m in ('nibabel','SimpleITK','pydicom','PIL','tifffile','scipy','torch','PyQt5')"
        " if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
def test_a_named_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    write_volume(tmp_path / "x.nrrd", oblique_volume())
    os.mkfifo(tmp_path / "pipe")
    code = "import sys; from medsam.io import read_volume; print(read_volume(sys.argv[1]).shape)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == str(oblique_volume().shape)


def test_a_folder_of_folders_is_not_called_empty(tmp_path: Path) -> None:
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    refused(lambda: read_volume(tmp_path / "outer"), ReadError, "outer holds only folders", "Open one")


def test_a_name_that_no_disk_holds_is_not_there(tmp_path: Path) -> None:
    refused(lambda: read_volume(tmp_path / ("n" * 300)), ReadError, "no file or folder")
