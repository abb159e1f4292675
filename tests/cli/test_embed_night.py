"""A night of encoding: killed, stopped, full, with bad files, from a worklist, and without growing."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from medsam.cli import embed, embed_night
from medsam.cli.embed_cases import Case, cases_at
from medsam.cli.embed_night import Night, say_left
from medsam.cli.main import main
from medsam.inference.embedding_files import EmbeddingFiles, embedding_folder
from medsam.inference.predictor import EmbeddingPredictor
from medsam.io import write_volume
from medsam.volume import Volume
from tests.fakes import TinyWeights
from tests.phantoms import ct_phantom, rgb_picture

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def noise(depth: int, seed: int = 0, side: int = 24) -> Volume:
    """A volume of which no two slices are alike."""
    voxels = np.random.default_rng(seed).integers(-200, 300, (side, side, depth), dtype=np.int16)
    return Volume(np.asfortranarray(voxels), np.eye(4), modality="CT")


@pytest.fixture
def data(tmp_path: Path, tiny_embedding: None) -> Path:
    """A folder for images; embeddings go to a folder of the test's."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def begin(data: Path, pace: float, *words: str) -> subprocess.Popen[str]:
    """Start ``embed`` in a process of its own, as a terminal would."""
    command = [sys.executable, "-m", "tests.cli.tiny_embed", str(pace), *words]
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def kept() -> list[Path]:
    """Whole embeddings on the disk."""
    return sorted(embedding_folder().glob("??/*.emb"))


def wait_for(process: subprocess.Popen[str], count: int) -> None:
    """Until so many embeddings are there."""
    until = time.monotonic() + 60
    while len(kept()) < count and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    assert process.poll() is None, process.communicate()


def counts(text: str) -> tuple[int, int]:
    """Slices that were encoded, and that were already."""
    found = re.search(r"(\d+) slices encoded; (\d+) were already", text)
    assert found, text
    return int(found[1]), int(found[2])


@posix
def test_killed_at_any_moment_it_goes_on_where_it_was(data: Path) -> None:
    write_volume(data / "scan.nii.gz", noise(14))
    was = 0
    for count in (2, 6, 9):
        process = begin(data, 0.02, str(data / "scan.nii.gz"))
        wait_for(process, count)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert len(kept()) >= max(count, was)
        was = len(kept())
        files = EmbeddingFiles(embedding_folder())
        assert all(files.get(path.stem) is not None for path in kept()), "none is half"
    process = begin(data, 0.0, str(data / "scan.nii.gz"))
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and counts(out) == (14 - was, was)
    assert "niceness 10" in err


@posix
def test_ctrl_c_says_how_far_it_came_and_leaves_nothing_half(data: Path) -> None:
    write_volume(data / "scan.nii.gz", noise(40))
    process = begin(data, 0.05, str(data / "scan.nii.gz"))
    wait_for(process, 3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in err
    assert "goes on where it was" in err and counts(out)[0] >= 3
    assert not list(embedding_folder().rglob("*.part"))


def test_slices_that_are_there_are_passed_over_unprepared(data: Path, monkeypatch, capsys) -> None:
    write_volume(data / "scan.nii.gz", noise(30))
    assert main(["embed", str(data / "scan.nii.gz")]) == 0

    def refuse(*_: object) -> None:
        raise AssertionError("a slice that is encoded was prepared for the network")

    monkeypatch.setattr("medsam.inference.predictor.encode_input", refuse)
    capsys.readouterr()
    assert main(["embed", str(data / "scan.nii.gz")]) == 0
    assert counts(capsys.readouterr().out) == (0, 30)


def test_worklist_of_the_window_with_bad_files_goes_through(data: Path, capsys) -> None:
    for n in (1, 2, 3):
        write_volume(data / f"scan{n}.nii.gz", noise(4, seed=n))
    (data / "broken.nii.gz").write_bytes(b"no image")
    with (data / "list.csv").open("w", newline="") as file:
        rows = [
            ("image", "state"),
            ("scan1.nii.gz", "done"),
            ("broken.nii.gz", ""),
            ("scan2.nii.gz", "in progress"),
            ("missing.nii.gz", ""),
            ("scan3.nii.gz", ""),
        ]
        csv.writer(file, delimiter=";").writerows(rows)
    cases = [case.path.name for case in cases_at([data / "list.csv"]) if isinstance(case, Case)]
    assert cases[-1] == "scan1.nii.gz", "what is finished needs it least"
    assert main(["embed", str(data / "list.csv")]) == 1
    said = capsys.readouterr()
    assert counts(said.out) == (12, 0)
    assert said.out.splitlines()[-1] == "failed: broken.nii.gz; missing.nii.gz"
    assert "broken.nii.gz" in said.err and "Traceback" not in said.err


def test_folder_of_images_is_encoded_without_its_masks(data: Path, capsys) -> None:
    write_volume(data / "a.nii.gz", ct_phantom((24, 20, 3)))
    write_volume(data / "a_mask.nii.gz", noise(3))
    (data / "deeper").mkdir()
    Image.fromarray(rgb_picture((18, 26)).array[:, :, 0].swapaxes(0, 1)).save(data / "deeper" / "b.png")
    assert [c.path.name for c in cases_at([data]) if isinstance(c, Case)] == ["a.nii.gz", "b.png"]
    assert main(["embed", str(data)]) == 0
    assert counts(capsys.readouterr().out) == (4, 0)


def test_folder_without_images_and_a_bad_table_are_named_and_the_rest_goes_on(data: Path, capsys) -> None:
    (data / "empty").mkdir()
    (data / "list.csv").write_text("nothing;here\n")
    write_volume(data / "scan.nii.gz", noise(2))
    paths = [str(data / name) for name in ("empty", "list.csv", "scan.nii.gz")]
    assert main(["embed", *paths]) == 1
    said = capsys.readouterr()
    assert counts(said.out) == (2, 0) and "failed: empty; list.csv" in said.out
    assert "there is none in empty" in said.err and "list.csv has none" in said.err


def test_run_that_outgrows_the_limit_stops_before_it_pushes_itself_out(data, monkeypatch, capsys) -> None:
    write_volume(data / "scan.nii.gz", noise(40))
    assert main(["embed", str(data / "scan.nii.gz")]) == 0
    each = kept()[0].stat().st_size
    main(["embed", "--window", "lung", str(data / "scan.nii.gz")])
    for path in kept():
        path.unlink()
    capsys.readouterr()
    monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", str(int(10.5 * each)))
    assert main(["embed", str(data / "scan.nii.gz")]) == 1
    said = capsys.readouterr()
    encoded, _ = counts(said.out)
    assert 8 <= encoded <= 10 and "Raise the limit" in said.err and len(kept()) == encoded
    monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", str(10**9))
    assert main(["embed", str(data / "scan.nii.gz")]) == 0
    assert counts(capsys.readouterr().out) == (40 - encoded, encoded)


def test_full_disk_ends_the_run_with_one_sentence(data: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("medsam.inference.embedding_files._free", lambda folder: 0)
    write_volume(data / "scan.nii.gz", noise(20))
    assert main(["embed", str(data / "scan.nii.gz")]) == 1
    said = capsys.readouterr()
    assert counts(said.out) == (0, 0) and said.err.count("cannot be written") == 1


def test_memory_stays_flat_over_a_thousand_slices(data: Path) -> None:
    for n, depth in enumerate((300, 1000)):
        write_volume(data / f"{n}.nii.gz", noise(depth, seed=n, side=64))
    process = psutil.Process()
    assert main(["embed", str(data / "0.nii.gz")]) == 0
    before = process.memory_info().rss
    assert main(["embed", str(data / "1.nii.gz")]) == 0
    # The volume itself takes 8 MB and is let go.
    assert process.memory_info().rss - before < 40e6


class Timed(Night):
    """A night whose clock a test sets."""

    def __init__(self) -> None:
        super().__init__(EmbeddingPredictor(TinyWeights.sam()), EmbeddingFiles(Path("nowhere")))


def test_time_left_counts_this_image_and_what_the_next_ones_will_need() -> None:
    night = Timed()
    assert night._left(300, 9, 0, 1) == "", "nothing was timed"
    night._seconds = deque([2.0, 2.0, 60.0])
    assert night._left(299, 0, 1, 1) == ", about 10 min left", "one odd slice counts little"
    assert night._left(299, 9, 1, 1) == f", {say_left(2 * (299 + 9 * 300))}"
    night._images = [100, 0, 200]
    assert night._left(10, 9, 5, 5) == f", {say_left(2 * (10 + 900))}", "as many as those before needed"
    night._images = []
    assert night._left(50, 2, 25, 100) == f", {say_left(2 * (50 + 2 * 37.5))}", "three of four were there"


def test_times_in_words() -> None:
    assert say_left(20) == "less than a minute left"
    assert say_left(301) == "about 5 min left"
    assert say_left(7500) == "about 2:05 h left"


def test_stepping_back_never_raises_and_only_lowers(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(os, "setpriority"):
        pytest.skip("no such call here")
    asked = []
    monkeypatch.setattr(os, "getpriority", lambda *_: 15)
    monkeypatch.setattr(os, "setpriority", lambda *args: asked.append(args))
    embed.step_back()
    assert not asked, "somebody put it lower already"
    monkeypatch.setattr(os, "getpriority", lambda *_: 0)
    embed.step_back()
    assert asked == [(os.PRIO_PROCESS, 0, 10)]

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    embed.step_back()


def test_planes_are_named_as_the_window_names_them() -> None:
    assert embed_night.PLANES == ["axial", "coronal", "sagittal", "all"]
