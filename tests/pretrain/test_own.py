"""Models of the user's own: found where they lie, read without torch, never trusted."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from medsam.errors import WeightsMismatch, WeightsMissing
from pretrain import catalogue as module
from pretrain.__main__ import main
from pretrain.catalogue import entry, find_file, own_folder
from pretrain.descriptions import add_description, read_description
from pretrain.own import ENCODES, card_lines, own_entry, own_models

CARD: dict[str, Any] = {
    "title": "Thyroid nodules",
    "prompts": ["box", "points"],
    "candidates": 3,
    "licence": "CC-BY-4.0",
    "terms": "Research use only.",
    "trained_on": {"datasets": {"tn3k": 120, "own": 12}},
    "started_from": {"title": "MedSAM (ViT-B)"},
    "validation": {"dice": 0.91234, "modalities": {"ultrasound": 0.91234}, "sentence": "By which chosen."},
    "evaluation": {"dice": 0.9, "modalities": {"ct": 0.85, "us": 0.95}, "sentence": "On the test split."},
    "licences": {"MedSAM (ViT-B)": "Apache-2.0", "tn3k": "CC-BY-4.0"},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for models of one's own."""
    monkeypatch.setattr(module, "weights_folders", lambda: [tmp_path])
    own_folder().mkdir()
    return own_folder()


def write_safetensors(path: Path, metadata: dict[str, Any] | None = None, tensor: bytes = b"1234") -> Path:
    """A safetensors file of one number, made by hand."""
    header: dict[str, Any] = {"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
    if metadata is not None:
        header["__metadata__"] = metadata
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + tensor)
    return path


def write_pth(path: Path, description: dict[str, str] | None = None) -> Path:
    """An archive as ``torch.save`` lays it out."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02.")
    if description is not None:
        add_description(path, description)
    return path


def described(**card: Any) -> dict[str, str]:
    """A description as an export writes it."""
    said = {"kind": "medsam", "size": 256, "version": 1}
    return {"arch": "vit", "preprocessing": json.dumps(said), "card": json.dumps({**CARD, **card})}


@pytest.mark.parametrize("write", [write_safetensors, write_pth])
def test_a_described_file_is_listed_with_its_card(folder: Path, write) -> None:
    path = write(
        folder / "thyroid.pth" if write is write_pth else folder / "thyroid.safetensors", described()
    )
    (found,) = own_models()
    assert (found.title, found.file, found.path, found.name) == (
        "Thyroid nodules",
        path.name,
        path,
        str(path),
    )
    assert (found.arch, found.preprocessing, found.licence) == ("vit", "medsam", "CC-BY-4.0")
    assert (found.prompts, found.candidates) == ({"box", "points"}, 3)
    assert found.size == path.stat().st_size
    assert found.cost == ENCODES
    assert find_file(found) == path
    assert hash(found) is not None


def test_a_file_of_a_published_size_costs_what_that_does(folder: Path) -> None:
    write_safetensors(folder / "a.safetensors", {"arch": "vit_b"})
    assert own_models()[0].cost == entry("medsam_vit_b").cost


def test_lines_of_a_card_name_figures_with_their_protocol() -> None:
    assert card_lines(CARD) == {
        "trained": "tn3k (120), own (12)",
        "started": "MedSAM (ViT-B)",
        "validation": "Dice 0.912. By which chosen.",
        "evaluation": "Dice 0.900 (ct 0.850, us 0.950). On the test split.",
        "licences": "MedSAM (ViT-B): Apache-2.0; tn3k: CC-BY-4.0",
    }
    assert card_lines({}) == {}


def test_plain_files_are_listed_by_their_name(folder: Path) -> None:
    write_pth(folder / "plain.pth")
    (folder / "old.pt").write_bytes(b"\x80\x02old pickle")
    write_safetensors(folder / "bare.safetensors")
    found = {e.title: e for e in own_models()}
    assert set(found) == {"plain", "old", "bare"}
    assert found["plain"].prompts == frozenset()
    assert found["plain"].licence == found["plain"].cost == ""


def test_the_newest_comes_first_and_published_hidden_and_other_files_are_left_out(folder: Path) -> None:
    for age, name in enumerate(("c.pth", "b.pth", "a.pth")):
        write_pth(folder / name)
        os.utime(folder / name, (1e9 - age, 1e9 - age))
    write_pth(folder.parent / "above.pth")
    write_pth(folder / entry("sam_vit_b").file)
    write_pth(folder / ".half.pth")
    (folder / "notes.txt").write_text("x")
    (folder / "folder.pth").mkdir()
    assert [e.title for e in own_models()] == ["above", "c", "b", "a"]


def test_a_file_in_two_folders_that_are_one_is_listed_once(folder: Path, monkeypatch) -> None:
    write_pth(folder / "a.pth")
    monkeypatch.setattr(module, "weights_folders", lambda: [folder, folder.parent])
    assert len(own_models()) == 1


DAMAGED = {
    "empty.safetensors": b"",
    "short.safetensors": b"\x10\x00",
    "long.safetensors": struct.pack("<Q", 1 << 60) + b"{}",
    "text.safetensors": struct.pack("<Q", 4) + b"{}x}",
    "list.safetensors": struct.pack("<Q", 2) + b"[]",
    "page.pth": b"<html>not found</html>",
    "empty.pth": b"",
    "half.pth": b"PK\x03\x04 the rest did not arrive",
}


def test_damaged_files_are_left_out_with_a_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in DAMAGED.items():
        (folder / name).write_bytes(content)
    write_safetensors(folder / "cut.safetensors", tensor=b"12")
    write_safetensors(folder / "card.safetensors", {"card": "{broken"})
    write_safetensors(folder / "deep.safetensors", {"card": "[" * 100_000})
    with zipfile.ZipFile(folder / "other.pth", "w") as archive:
        archive.writestr("letter.txt", "no weights")
    write_pth(folder / "good.pth")
    said: list[str] = []
    assert [e.title for e in own_models(said.append)] == ["good"]
    damaged = {*DAMAGED, "cut.safetensors", "card.safetensors", "deep.safetensors", "other.pth"}
    assert {sentence.split()[0] for sentence in said if not sentence.startswith("The")} | {
        sentence.split()[3] for sentence in said if sentence.startswith("The")
    } == damaged
    assert str(folder) not in "".join(said)
    assert main(["list"]) == 0
    printed = capsys.readouterr()
    assert printed.err.count("Left out: ") == len(damaged)
    assert str(folder / "good.pth") in printed.out


@pytest.mark.parametrize(
    "card",
    [
        {"title": 5, "prompts": "box", "licence": ["x"], "candidates": "many"},
        {"title": "a\nb\x1b[31m" + "c" * 5000, "prompts": [{}, "box", "nonsense"], "terms": None},
        {"trained_on": [1], "validation": {"dice": "best"}, "evaluation": 3, "licences": {"a": {"b": 1}}},
        {"trained_on": {"datasets": {"a": "many"}}, "validation": {"dice": True, "modalities": 4}},
    ],
)
def test_a_card_of_nonsense_is_text_of_a_bounded_length(folder: Path, card: dict[str, Any]) -> None:
    write_safetensors(folder / "odd.safetensors", {"arch": "vit", "card": json.dumps(card)})
    found = own_entry(folder / "odd.safetensors")
    assert found.title.isprintable()
    assert 0 < len(found.title) <= 240
    assert found.prompts <= {"box", "points", "mask"}
    for line in card_lines(found.card).values():
        assert line.isprintable()
        assert len(line) < 1000


def test_list_tells_the_card_of_own_models(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_safetensors(folder / "thyroid.safetensors", described())
    assert main([]) == 0
    said = capsys.readouterr().out
    for part in ("My models:", "Thyroid nodules", str(path), "tn3k (120)", "Dice 0.900", "CC-BY-4.0"):
        assert part in said


def test_a_description_is_read_back_and_a_file_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    assert read_description(write_pth(tmp_path / "a.pth", {"arch": "vit"})) == {"arch": "vit"}
    with pytest.raises(WeightsMissing, match=r"gone\.pth"):
        read_description(tmp_path / "gone.pth")
    with pytest.raises(WeightsMismatch):
        read_description(write_safetensors(tmp_path / "b.safetensors", tensor=b"12345"))


def test_torch_is_not_imported() -> None:
    code = "import sys, pretrain.own; pretrain.own.own_models(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
