"""``embed``: every slice once, again nothing, and what the window asks for is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from medsam.cli import embed
from medsam.cli.main import main
from medsam.cli.predict import slice_picture
from medsam.engine.jobs import SliceKey
from medsam.engine.worker_inference import slice_picture as seen_by_worker
from medsam.inference.embedding_cache import EmbeddingCache
from medsam.inference.embedding_files import EmbeddingFiles, embedding_folder
from medsam.inference.predictor import make_predictor
from medsam.intensity import default_window
from medsam.io import read_volume, write_volume
from tests.fakes import TinyWeights
from tests.phantoms import ct_phantom, rgb_picture


@pytest.fixture
def data(tmp_path: Path, tiny_embedding: None) -> Path:
    """A CT of 24×20×6 voxels and a colour picture; embeddings go to a folder of the test's."""
    write_volume(tmp_path / "scan.nii.gz", ct_phantom((24, 20, 6)))
    Image.fromarray(rgb_picture((18, 26)).array[:, :, 0].swapaxes(0, 1)).save(tmp_path / "colour.png")
    return tmp_path


def run(data: Path, *words: str) -> int:
    return main(["embed", *(str(data / w) if "." in w else w for w in words)])


def test_every_slice_is_encoded_once(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "scan.nii.gz", "colour.png") == 0
    assert "7 slices encoded; 0 were already" in capsys.readouterr().out
    assert run(data, "scan.nii.gz", "colour.png") == 0
    assert "0 slices encoded; 7 were already" in capsys.readouterr().out
    assert run(data, "scan.nii.gz", "--plane", "all") == 0
    # Slices beside the body look alike, whatever their place: one embedding serves them.
    assert "39 slices encoded; 11 were already; 46 embeddings" in capsys.readouterr().out
    assert run(data, "scan.nii.gz", "--window", "lung") == 0
    assert "6 slices encoded; 0 were already" in capsys.readouterr().out


def test_the_worker_of_the_window_finds_them(data: Path) -> None:
    assert run(data, "scan.nii.gz") == 0
    volume = read_volume(data / "scan.nii.gz")
    cache = EmbeddingCache(behind=EmbeddingFiles(embedding_folder()))
    predictor = make_predictor(TinyWeights.sam(), cache, "auto")
    (axis, index), *_ = embed.slices_of(volume, "axial")
    picture = seen_by_worker(volume.array, SliceKey(1, axis, index, default_window(volume)))
    assert predictor.is_encoded(picture)
    assert not predictor.is_encoded(255 - picture)
    assert (picture == slice_picture(volume, index, default_window(volume), axis)).all()


def test_a_bad_image_is_named_and_the_others_go_on(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "bad.nii.gz").write_bytes(b"no image")
    assert run(data, "bad.nii.gz", "scan.nii.gz") == 1
    said = capsys.readouterr()
    assert "bad.nii.gz" in said.err and "6 slices encoded" in said.out and "1 failed" in said.out


def test_a_model_that_encodes_nothing_is_refused(data: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("medsam.model.load_model", lambda model, device: TinyWeights.zoom())
    assert run(data, "scan.nii.gz") == 2
    assert "answers without it" in capsys.readouterr().err


def test_no_room_for_embeddings_is_said_first(data: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", "0")
    assert run(data, "scan.nii.gz") == 2
    assert "limit is 0" in capsys.readouterr().err


def test_a_disk_that_keeps_nothing_is_told(data: Path, monkeypatch, capsys) -> None:
    (data / "embeddings").write_text("a file in the way")
    assert run(data, "colour.png") == 1
    assert "cannot be written" in capsys.readouterr().err
