"""Patterns find files and keep parts of their names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from finetune.data.layouts.patterns import field_names, find_matches
from medsam.errors import InputError


def tree(folder: Path, *names: str) -> Path:
    """Empty files below a folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def found(root: Path, pattern: str, **fields: str) -> list[tuple[str, dict[str, str]]]:
    """Relative names and fields."""
    return [(p.relative_to(root).as_posix(), f) for p, f in find_matches(root, pattern, fields)]


def test_a_field_keeps_its_part_of_the_name(tmp_path: Path) -> None:
    root = tree(tmp_path, "images/p2_0000.nii.gz", "images/p10_0000.nii.gz", "images/note.txt")
    assert found(root, "images/{case}_0000.nii.gz") == [
        ("images/p2_0000.nii.gz", {"case": "p2"}),
        ("images/p10_0000.nii.gz", {"case": "p10"}),
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_no_file_is_passed_over_for_a_line_end_in_its_name(tmp_path: Path) -> None:
    assert found(tree(tmp_path, "m/a\nb.png"), "m/{case}.png") == [("m/a\nb.png", {"case": "a\nb"})]


def test_known_fields_stand_for_their_values_exactly(tmp_path: Path) -> None:
    root = tree(tmp_path, "m/a.png", "m/a.b.png", "m/axb.png", "m/a+.png")
    assert found(root, "m/{case}.png", case="a.b") == [("m/a.b.png", {"case": "a.b"})]
    assert found(root, "m/{case}.png", case="a+") == [("m/a+.png", {"case": "a+"})]


def test_fields_in_folders_and_repeated(tmp_path: Path) -> None:
    root = tree(tmp_path, "p1/s1/p1.png", "p2/s1/p3.png", "p2/s2/p2.png")
    assert [name for name, _ in found(root, "{patient}/*/{patient}.png")] == ["p1/s1/p1.png", "p2/s2/p2.png"]
    assert found(root, "{patient}/{site}/p3.png") == [("p2/s1/p3.png", {"patient": "p2", "site": "s1"})]


def test_two_stars_stand_for_any_folders(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.npz", "x/b.npz", "x/y/c.npz", ".hidden/d.npz")
    assert {name for name, _ in found(root, "**/{case}.npz")} == {"a.npz", "x/b.npz", "x/y/c.npz"}


def test_a_field_may_name_its_characters(tmp_path: Path) -> None:
    root = tree(tmp_path, "12.png", "12_mask.png", "ab.png")
    assert [name for name, _ in found(root, "{case:[0-9]+}.png")] == ["12.png"]


def test_field_names_in_order() -> None:
    assert field_names("{patient}/*_{slice:[0-9]+}/{patient}.png") == ("patient", "slice")


@pytest.mark.parametrize("pattern", ["", "../{case}.png", "{ca se}.png", "{case.png", "{case:[0-}.png"])
def test_a_pattern_that_is_none_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(InputError, match=r"pattern|field"):
        found(tree(tmp_path, "a.png"), pattern)
