"""The numbers of a store, checked against the store itself."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from finetune.data import fingerprint
from finetune.data.fingerprint_page import page
from finetune.data.store import CaseRecord, Store


@pytest.fixture(scope="module")
def found(store: Store) -> dict:
    return fingerprint.fingerprint(store)


def row(found: dict, modality: str) -> dict:
    """The only data set of a modality."""
    (result,) = (r for r in found["datasets"] if r["modality"] == modality)
    return result


def changed(store: Store, cases: list[CaseRecord]) -> Store:
    """The same store with other records."""
    other = Store(store.folder)
    other.cases = cases
    return other


def test_amounts_are_those_of_the_store(store: Store, found: dict) -> None:
    assert found["cases"] == 13 and found["store"] == store.sha256
    assert found["objects"] == sum(len(c.objects) for c in store.cases) > 13
    scans = row(found, "ct")
    assert scans["kinds"] == {"3d": 3} and scans["dataset"] == "tubes" and scans["title"] == "CT"
    assert [scans["splits"][s]["cases"] for s in ("train", "val", "test")] == [1, 1, 1]
    assert scans["all"] == {"cases": 3, "groups": 3, "slices": 12, "objects": 12}
    assert scans["licences"] == ["CC BY 4.0"]


def test_sizes_spacings_and_windows(found: dict) -> None:
    scans, colour = row(found, "ct"), row(found, "dermoscopy")
    one = {"least": 48.0, "q1": 48.0, "median": 48.0, "q3": 48.0, "most": 48.0}
    assert scans["sizes"]["width_px"] == one
    assert scans["sizes"]["height_px"]["median"] == 40 and scans["sizes"]["slices_of_a_scan"]["median"] == 6
    assert scans["spacing_mm"]["third_axis"]["median"] == 3.0
    assert scans["windows"]["different"] == 1 and scans["windows"]["level"]["median"] == 40
    assert colour["spacing_mm"] is None and colour["windows"]["cases"] == 0
    assert colour["sizes"]["slices_of_a_scan"] is None


def test_intensities_are_those_of_the_pictures(store: Store, found: dict) -> None:
    numbers = [n for n, c in enumerate(store.cases) if c.modality == "dermoscopy"]
    pixels = np.concatenate([store.picture(n, 0).reshape(-1, 3) for n in numbers]).astype(float)
    channels = row(found, "dermoscopy")["intensities"]["colour"]["channels"]
    assert [c["mean"] for c in channels] == pytest.approx(pixels.mean(axis=0), abs=1e-3)
    assert [c["deviation"] for c in channels] == pytest.approx(pixels.std(axis=0), abs=1e-3)
    assert channels[0]["percentiles"]["50"] == np.percentile(pixels[:, 0], 50, method="inverted_cdf")
    assert channels[0]["percentiles"]["99.5"] == np.percentile(pixels[:, 0], 99.5, method="inverted_cdf")
    assert channels[2]["white"] == pytest.approx(np.mean(pixels[:, 2] == 255), abs=1e-5)
    assert row(found, "dermoscopy")["intensities"]["grey"] is None


def test_labels_and_objects(store: Store, found: dict) -> None:
    (disc,) = row(found, "ultrasound")["labels"]
    cases = [c for c in store.cases if c.modality == "ultrasound"]
    areas = [item.area for case in cases for item in case.objects]
    assert (disc["name"], disc["values"], disc["objects"], disc["cases"]) == ("disc", [2], 5, 5)
    assert disc["area_px"]["median"] == np.median(areas)
    assert disc["share_of_slice"]["most"] == pytest.approx(max(areas) / (70 * 90), abs=1e-6)
    sides = [max(o.box[2] - o.box[0], o.box[3] - o.box[1]) for c in cases for o in c.objects]
    assert disc["longest_side_px"]["least"] == min(sides)
    assert sum(disc["objects_of_split"].values()) == 5
    assert row(found, "ultrasound")["objects_per_slice"]["most"] == 1


def test_values_of_one_name_are_one_label(store: Store) -> None:
    cases = [
        dataclasses.replace(
            c,
            labels=dict.fromkeys(range(1, 30), "nuclei"),
            objects=[dataclasses.replace(o, label=1 + n + 5 * m) for m, o in enumerate(c.objects)],
        )
        for n, c in enumerate(c for c in store.cases if c.kind == "3d")
    ]
    (dataset,) = fingerprint.fingerprint(changed(store, cases))["datasets"]
    (label,) = dataset["labels"]
    assert label["name"] == "nuclei" and label["different_values"] == 12 and label["objects"] == 12


def test_attributes_are_counted_or_summarised(store: Store, found: dict) -> None:
    attributes = row(found, "ultrasound")["attributes"]
    assert sum(attributes["sex"]["counts"].values()) == 5 and attributes["sex"]["missing"] == 0
    many = [dataclasses.replace(store.cases[0], attributes={"age": str(n)} if n else {}) for n in range(40)]
    (dataset,) = fingerprint.fingerprint(changed(store, many))["datasets"]
    assert (
        dataset["attributes"]["age"]["numbers"]["most"] == 39 and dataset["attributes"]["age"]["missing"] == 1
    )


def test_history_counts_sentences_whatever_their_numbers(store: Store) -> None:
    lines = [
        ["Values from -160 to 240 HU were mapped to 0 to 255.", "8-bit values were kept as they are."],
        ["Values from 0.5 to 1.25e-05 HU were mapped to 0 to 255."],
    ]
    cases = [dataclasses.replace(store.cases[0], history=h) for h in lines]
    (dataset,) = fingerprint.fingerprint(changed(store, cases))["datasets"]
    assert dataset["history"] == {
        "Values from # to # HU were mapped to # to #.": 2,
        "8-bit values were kept as they are.": 1,
    }


def test_what_is_odd_is_noted(store: Store) -> None:
    scan = next(c for c in store.cases if c.kind == "3d")
    small = [dataclasses.replace(o, box=(0, 0, 3, 2)) for o in scan.objects]
    cases = [dataclasses.replace(scan, id=f"{n}", split="train", group="one") for n in range(6)]
    cases.append(
        dataclasses.replace(scan, id="v", split="val", group="two", objects=small, labels={1: "vessel"})
    )
    cases.append(dataclasses.replace(scan, id="e", split="val", group="two", objects=[]))
    other = changed(store, cases)
    # The pictures of all are those of the one scan.
    other._path = lambda case, name: store.folder / "cases" / scan.id / name  # type: ignore[method-assign]
    (dataset,) = fingerprint.fingerprint(other)["datasets"]
    text = " ".join(dataset["notes"])
    for part in (
        "No case is in test.",
        "1 of 8 cases have no object.",
        '"vessel" is never trained on',
        '"tube" is trained on, but neither validated nor tested',
        '"vessel" are at most 3 pixels long',
        "All 6 cases that are trained on are of one patient",
    ):
        assert part in text, (part, text)


def test_a_split_that_is_missing_is_told_once(store: Store) -> None:
    cases = [dataclasses.replace(store.cases[0], group=f"{n}", split="val") for n in range(2)]
    (dataset,) = fingerprint.fingerprint(changed(store, cases))["datasets"]
    assert dataset["notes"] == ["No case is in train.", "No case is in test."]


def test_one_patient_that_outweighs_the_others_is_named(store: Store) -> None:
    scan = store.cases[0]
    cases = [dataclasses.replace(scan, split="train", group="big" if n else "small") for n in range(4)]
    (dataset,) = fingerprint.fingerprint(changed(store, cases))["datasets"]
    assert "big alone has 3 of the 4 cases that are trained on." in dataset["notes"]


def test_black_and_flat_pictures_are_noted(store: Store, tmp_path: Path) -> None:
    def notes(picture: np.ndarray) -> str:
        other = changed(store, [store.cases[0]])
        other.picture = lambda case, number: picture  # type: ignore[method-assign]
        (dataset,) = fingerprint.fingerprint(other)["datasets"]
        return " ".join(dataset["notes"])

    black = np.zeros((20, 20), np.uint8)
    black[:2] = 200
    assert "90% of the pixels are black" in notes(black)
    assert "90% of the pixels are white" in notes(255 - black // 200 * 255)
    assert "hardly any contrast" in notes(np.full((20, 20), 90, np.uint8))


def test_both_files_are_written_and_agree(store: Store, tmp_path: Path) -> None:
    fingerprint.write(store, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fingerprint.json", "fingerprint.md"]
    data = json.loads((tmp_path / "fingerprint.json").read_text(encoding="utf-8"))
    text = (tmp_path / "fingerprint.md").read_text(encoding="utf-8")
    assert page(data) == text
    assert "## tubes (CT)" in text and "| disc | 2 | 5 | 5 |" in text
    assert "40/400 (level/width) in all" in text and "CC BY 4.0" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {8, 9}


def test_a_bar_in_a_name_does_not_break_the_table(store: Store) -> None:
    case = dataclasses.replace(store.cases[0], labels={1: "a", 2: "left|right\nlung"})
    text = page(fingerprint.fingerprint(changed(store, [case])))
    assert "left\\|right lung" in text
