"""Declarations: TOML files, and folders that need none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from finetune.data.declarations import declaration, read_declarations
from medsam.errors import InputError

GOOD = """
[[dataset]]
name = "lungs"
layout = "volumes"
root = "scans"
modality = "ct"
images = "imagesTr/{case}_0000.nii.gz"
labels = "labelsTr/{case}.nii.gz"
label_names = {1 = "lung", 2 = "tumour"}
exclude = [1]
window = "lung"
split = {rule = "random", fractions = [0.7, 0.1, 0.2], seed = 5}

[[dataset]]
name = "polyps"
layout = "pictures"
modality = "endoscopy"
images = "polyps/{case}.jpg"
labels = "polyps/{case}.png"
"""


def write(folder: Path, text: str, name: str = "data.toml") -> Path:
    """A declaration file beside the folder that it speaks of."""
    (folder / "scans").mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_file_declares_several_data_sets(tmp_path: Path) -> None:
    lungs, polyps = read_declarations(write(tmp_path, GOOD))
    assert lungs.root == tmp_path / "scans"
    assert lungs.label_names == {1: "lung", 2: "tumour"}
    assert (lungs.exclude, lungs.window, lungs.split.fractions) == ((1,), "lung", (0.7, 0.1, 0.2))
    assert polyps.root == tmp_path
    assert polyps.split.rule == "auto"
    assert read_declarations(tmp_path) == [lungs, polyps], "a folder with one file is read by it"


def test_folders_that_need_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has none"):
        read_declarations(tmp_path)
    np.savez(tmp_path / "CT_1.npz", imgs=np.zeros(1))
    assert [d.layout for d in read_declarations(tmp_path)] == ["medsam"]
    (tmp_path / "imgs").mkdir()
    (tmp_path / "gts").mkdir()
    assert [d.layout for d in read_declarations(tmp_path)] == ["medsam"]
    (tmp_path / "cases.csv").write_text("image,label\n", encoding="utf-8")
    assert [d.layout for d in read_declarations(tmp_path)] == ["table"]
    (tmp_path / "cases.csv").rename(tmp_path / "mine.csv")
    (mine,) = read_declarations(tmp_path / "mine.csv")
    assert (mine.layout, mine.images, mine.root) == ("table", "mine.csv", tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('layout = "volumes"', 'layout = "volume"', '"volume" came'),
        ('modality = "ct"', 'modality = "cat"', '"cat" came'),
        ('root = "scans"', 'root = "scan"', "root is a folder; scan of lungs"),
        ("exclude = [1]", "exclude = [0]", "from 1"),
        (
            "exclude = [1]",
            "excluded = [1]",
            "excluded of the data set lungs does not fit: there is no such setting.",
        ),
        (
            "exclude = [1]",
            "exclude = true",
            "exclude of the data set lungs does not fit: a list is written [1, 2]; True came",
        ),
        ("exclude = [1]", "least_area = -3", "the data set lungs does not fit: least_area and"),
        ("exclude = [1]", "least_volume = -1", "least_volume are not below 0"),
        ('window = "lung"', "window = 40", '"in quotation marks"; 40 came'),
        (
            'split = {rule = "random", fractions = [0.7, 0.1, 0.2], seed = 5}',
            'split = "auto"',
            "a rule is written",
        ),
        ('window = "lung"', 'window = "lungs"', '"lungs" came'),
        ("[0.7, 0.1, 0.2]", "[0.7, 0.1, 0.1]", "sum is 1"),
        ('name = "polyps"', 'name = "lungs"', "two called lungs"),
        ('name = "lungs"', 'name = ""', "has a name"),
        ('[[dataset]]\nname = "lungs"', '[[datasets]]\nname = "lungs"', "datasets stands beside"),
        ("exclude = [1]", "exclude = [1", "TOML file"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError, match=says.replace("[", r"\[")):
        read_declarations(write(tmp_path, GOOD.replace(old, new, 1)))


def test_no_file_no_table_and_plain_data(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no other\.toml"):
        read_declarations(tmp_path / "other.toml")
    with pytest.raises(InputError, match="called"):
        read_declarations(write(tmp_path, ""))
    with pytest.raises(InputError, match="setting layout of the data set x"):
        declaration({"name": "x"}, tmp_path)
