"""The list of models and the search for their files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from medsam.errors import Cancelled, ModelError, WeightsMissing
from pretrain import catalogue as module
from pretrain.__main__ import main
from pretrain.catalogue import (
    DEFAULT,
    catalogue,
    entry,
    entry_of_sha256,
    find_file,
    read_catalogue,
    remember_sha256,
    remembered_sha256,
    require_file,
    sha256_of,
    weights_folders,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder for weights."""
    monkeypatch.setenv("MEDSAM_WEIGHTS", str(tmp_path))
    monkeypatch.setattr(module, "weights_folders", lambda: [tmp_path])
    return tmp_path


def test_every_entry_is_complete() -> None:
    known = catalogue()
    assert set(known) == {"medsam_zoom", "medsam_vit_b", "lite_medsam", "sam_vit_b", "sam_vit_l", "sam_vit_h"}
    assert next(iter(known)) == DEFAULT
    assert known[DEFAULT].bundled
    for name, e in known.items():
        assert e.name == name
        assert e.title
        assert e.licence
        assert e.terms.endswith(".")
        assert e.cost.endswith(".")
        assert e.prompts <= {"box", "points", "mask"}
        if not e.bundled:
            assert e.url.startswith("https://")
            assert re.fullmatch(r"[0-9a-f]{64}", e.sha256)
    assert len({e.file for e in known.values()}) == len(known)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ModelError, match=r"sam_vit_x.*medsam_vit_b"):
        entry("sam_vit_x")


def test_entries_are_found_by_their_sum() -> None:
    assert entry_of_sha256(entry("sam_vit_l").sha256) == entry("sam_vit_l")
    assert entry_of_sha256("") is None


@pytest.mark.parametrize(
    "text", ["nonsense", '[x]\ntitle = "x"', "[x]\nprompts = 3", "[x]\nunknown = 1\nprompts = []"]
)
def test_a_broken_list_is_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "models.toml"
    path.write_text(text)
    with pytest.raises(ModelError):
        read_catalogue(path)


def test_folders_and_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSAM_WEIGHTS", str(tmp_path))
    assert weights_folders()[0] == tmp_path
    assert module.download_folder() == tmp_path
    monkeypatch.delenv("MEDSAM_WEIGHTS")
    assert weights_folders()[0] == Path(module.__file__).parent


def test_only_a_file_of_the_right_size_counts(folder: Path) -> None:
    known = replace(entry("sam_vit_b"), size=5)
    assert find_file(known) is None
    (folder / known.file).write_bytes(b"1234")
    assert find_file(known) is None
    with pytest.raises(WeightsMissing, match=r"has 4 bytes, but .* has 5"):
        require_file(known)
    (folder / known.file).write_bytes(b"12345")
    assert find_file(known) == require_file(known) == folder / known.file


def test_without_a_known_size_any_file_counts(folder: Path) -> None:
    known = replace(entry("lite_medsam"), size=0)
    (folder / known.file).write_bytes(b"1")
    assert find_file(known) == folder / known.file


def test_a_missing_file_says_how_to_get_it(folder: Path) -> None:
    with pytest.raises(WeightsMissing) as caught:
        require_file(entry("medsam_vit_b"))
    text = str(caught.value)
    for part in ("medsam_vit_b.pth", "python -m pretrain get medsam_vit_b", "zenodo.org", str(folder)):
        assert part in text
    with pytest.raises(WeightsMissing, match="comes with the program"):
        require_file(entry("medsam_zoom"))


def test_sha256_progress_and_cancel(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    seen: list[tuple[int, int]] = []
    digest = sha256_of(path, lambda *p: seen.append(p))
    assert digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert seen == [(3, 3)]
    with pytest.raises(Cancelled):
        sha256_of(path, is_cancelled=lambda: True)
    with pytest.raises(WeightsMissing):
        sha256_of(tmp_path / "absent")


def test_first_use_book(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    assert remembered_sha256(path) == ""
    remember_sha256(path, "aa")
    remember_sha256(tmp_path / "other.pth", "bb")
    assert remembered_sha256(path) == "aa"
    (tmp_path / "first_use.json").write_text("broken")
    assert remembered_sha256(path) == ""


def test_commands(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["list"]) == 0
    assert "medsam_vit_b" in capsys.readouterr().out
    assert main(["get", "nothing"]) == 2
    assert "Known models" in capsys.readouterr().err
    known = replace(entry("sam_vit_b"), size=0)
    monkeypatch.setattr("pretrain.__main__.catalogue", lambda: {"sam_vit_b": known})
    assert main(["check"]) == 0
    (folder / known.file).write_bytes(b"changed")
    assert main(["check"]) == 1
    assert "WRONG" in capsys.readouterr().out


def test_torch_is_not_imported() -> None:
    code = "import sys, pretrain.download, pretrain.__main__; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_reader_that_leaves_ends_the_list_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pretrain", "list"],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)
    assert done.stderr == ""
    assert done.returncode == 141
