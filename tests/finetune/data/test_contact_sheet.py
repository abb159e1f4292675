"""The contact sheet: what is chosen, where outlines lie, and that text stays in its place."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from finetune.data import contact_sheet
from finetune.data.contact_sheet import COLORS, TILE
from finetune.data.store import CaseRecord, Store
from medsam.errors import InputError


def changed(store: Store, cases: list[CaseRecord]) -> Store:
    """The same store with other records."""
    other = Store(store.folder)
    other.cases = cases
    return other


def of(store: Store, modality: str) -> list[int]:
    return [n for n, case in enumerate(store.cases) if case.modality == modality]


def test_it_is_written_as_png(store: Store, tmp_path: Path) -> None:
    contact_sheet.write(store, tmp_path / "sheet.png", per_dataset=3)
    assert [p.name for p in tmp_path.iterdir()] == ["sheet.png"]
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.format == "PNG" and sheet.width > 3 * TILE and sheet.height > 3 * TILE


def test_it_depends_on_the_store_alone(store: Store) -> None:
    a, b = contact_sheet.draw(store, 2), contact_sheet.draw(Store(store.folder), 2)
    np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def test_every_split_is_shown_and_patients_before_copies(store: Store) -> None:
    chosen = contact_sheet._chosen(store, of(store, "ultrasound"), 4)
    assert [store.cases[n].split for n, _ in chosen] == ["train", "train", "val", "test"]
    case = store.cases[of(store, "ultrasound")[0]]
    copies = [dataclasses.replace(case, id=f"c{n}", group="big", split="train") for n in range(9)]
    copies.append(dataclasses.replace(case, id="x", group="small", split="train"))
    chosen = contact_sheet._chosen(changed(store, copies), list(range(10)), 2)
    assert {copies[n].group for n, _ in chosen} == {"big", "small"}


def test_fewer_cases_than_asked_for_are_all_shown(store: Store) -> None:
    assert len(contact_sheet._chosen(store, of(store, "ct"), 9)) == 3


def test_the_slice_with_most_to_see_is_shown(store: Store) -> None:
    case = store.cases[of(store, "ct")[0]]
    number = contact_sheet._best_slice(case)
    assert case.slices[number].index == 4  # the tube grows from slice 1 to slice 4


def test_outlines_lie_on_the_objects_edge(store: Store) -> None:
    number = of(store, "ct")[0]
    case = store.cases[number]
    slice_number = contact_sheet._best_slice(case)
    tile, is_detail = contact_sheet._tile(store, number, slice_number, {1: COLORS[1]})
    assert not is_detail and tile.size == (TILE, TILE)
    pixels = np.asarray(tile).astype(int)
    ys, xs = np.nonzero(np.abs(pixels - COLORS[1]).sum(axis=2) < 30)
    (item,) = (o for o in case.objects if o.slice == slice_number)
    h, w = case.slices[slice_number].shape_hw
    scale = TILE / max(h, w)
    left, top = (TILE - w * scale) / 2, (TILE - h * scale) / 2
    expected = np.array(item.box) * scale + (left, top, left, top)
    np.testing.assert_allclose((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1), expected, atol=2)


def test_many_small_objects_are_shown_in_detail() -> None:
    boxes = [(10 * n, 500, 10 * n + 6, 506) for n in range(40)]
    x, y, w, h = contact_sheet._region((1000, 800), boxes)
    assert w == h < 300 and y <= 500 and y + h >= 506 and x >= 0
    inside = sum(x <= b[0] and b[2] <= x + w for b in boxes)
    assert inside >= 9
    assert contact_sheet._region((1000, 800), boxes[:5]) == (0, 0, 800, 1000)
    large = [(0, 0, 700, 900)] * 40
    assert contact_sheet._region((1000, 800), large) == (0, 0, 800, 1000)


def test_long_names_are_cut_in_the_middle() -> None:
    font = contact_sheet._font(15)
    text = contact_sheet._cut("a-very-long-name-of-a-case-from-some-hospital-slice-0042", 120, font)
    assert font.getlength(text) <= 120 and text.startswith("a-v") and text.endswith("42")
    assert contact_sheet._cut("short", 120, font) == "short"


def test_names_beyond_latin_and_a_data_set_without_objects_are_drawn(store: Store) -> None:
    cases = [
        dataclasses.replace(store.cases[0], dataset="肝脏 数据", labels={2: "病灶"}),
        dataclasses.replace(store.cases[0], dataset="empty", objects=[]),
    ]
    sheet = np.asarray(contact_sheet.draw(changed(store, cases)))
    assert sheet.shape[0] > 2 * TILE


def test_instances_of_one_name_share_a_chip(store: Store) -> None:
    case = dataclasses.replace(store.cases[0], labels={1: "nuclei", 2: "nuclei"})
    colors = {1: COLORS[0], 2: COLORS[1]}
    assert contact_sheet._names([case], colors) == [("nuclei", [COLORS[0], COLORS[1]])]


def test_labels_that_are_shown_are_named_first(store: Store) -> None:
    case = dataclasses.replace(store.cases[0], labels={n: f"organ {n}" for n in range(1, 50)})
    colors = {n: COLORS[n % 8] for n in range(1, 50)}
    names = [name for name, _ in contact_sheet._names([case], colors, {40, 7})]
    assert names[:3] == ["organ 7", "organ 40", "organ 1"] and len(names) == 49


def test_many_long_names_stay_on_the_page(store: Store) -> None:
    page = Image.new("RGB", (600, 40))
    names = [(f"organ number {n} of the upper abdomen", [COLORS[0]]) for n in range(30)]
    contact_sheet._chips(ImageDraw.Draw(page), names, 5, 600)
    columns = np.flatnonzero(np.asarray(page).any(axis=(0, 2)))
    assert 400 < columns.max() < 600 - 20


def test_none_of_a_data_set_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="at least one case"):
        contact_sheet.draw(store, 0)
