"""Masks drawn as outlines: true to shape, inside their tiles, nothing of a picture, light and dark."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from finetune.card.examples import examples, typical_rows, worst_rows
from finetune.card.outlines import COLOURS, Example, page
from finetune.card.reports import read_report
from finetune.card.tables import Objects
from finetune.data.store import Store
from finetune.scores.scoring import Scorer
from medsam.errors import InputError
from medsam.model.build import load_model
from medsam.prompts import Box
from tests.finetune.conftest import disc

SVG = "{http://www.w3.org/2000/svg}"


def example(truth: np.ndarray, network: np.ndarray, box: Box, label: str = "disc") -> Example:
    """With words that need care in XML."""
    return Example("A & B: Dice 0.50", "source <1>", label, truth, network, box)


def drawn(root: ElementTree.Element, name: str, tag: str) -> list[ElementTree.Element]:
    """Elements of a class without the legend's."""
    found = [e for e in root.iter(f"{SVG}{tag}") if e.get("class") == name]
    return [e for e in found if tag != "rect" or e.get("height") != "13"]


def corners(path: str) -> list[np.ndarray]:
    """The outlines of a path, each (N, 2)."""
    return [np.array(re.findall(r"([\d.-]+) ([\d.-]+)", piece), float) for piece in path.split("M")[1:]]


def area(polygon: np.ndarray) -> float:
    """Signed."""
    x, y = polygon.T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def test_outlines_have_the_masks_shape_and_the_box_its_place() -> None:
    truth = disc(100, 120, 60, 50, 30)
    hole = truth & ~disc(100, 120, 60, 50, 15)
    root = ElementTree.fromstring(page([example(truth, hole, Box(30, 20, 90, 80))], "one"))
    (rect,) = drawn(root, "box", "rect")
    (one,) = corners(drawn(root, "truth", "path")[0].get("d"))
    outer, inner = corners(drawn(root, "network", "path")[0].get("d"))
    scale = float(rect.get("width")) / 60
    assert float(rect.get("height")) == pytest.approx(60 * scale, abs=0.2)
    assert abs(area(one)) == pytest.approx(truth.sum() * scale**2, rel=0.03)
    assert abs(area(outer)) - abs(area(inner)) == pytest.approx(hole.sum() * scale**2, rel=0.03)
    centre = float(rect.get("x")) + 30 * scale, float(rect.get("y")) + 30 * scale
    assert one.mean(0) == pytest.approx(centre, abs=1.5)


def test_everything_lies_in_its_tile_and_words_are_escaped_and_short() -> None:
    masks = [disc(200, 200, 100, 100, r) for r in (5, 40, 90)]
    far = disc(200, 200, 30, 170, 20)
    shown = [example(m, far, Box(95, 20, 199, 180), "a very long name of a label " * 3) for m in masks] * 2
    root = ElementTree.fromstring(page(shown, "six"))
    tiles = [
        tuple(float(e.get(k)) for k in ("x", "y", "width", "height")) for e in drawn(root, "tile", "rect")
    ]
    assert len(tiles) == 6 and len({t[1] for t in tiles}) == 2
    for name in ("truth", "network"):
        for (x, y, w, h), path in zip(tiles, drawn(root, name, "path"), strict=True):
            points = np.vstack(corners(path.get("d")))
            assert (points >= (x, y)).all() and (points <= (x + w, y + h)).all()
    height = float(root.get("height"))
    assert max(y + h for _, y, _, h in tiles) <= height
    texts = [e.text for e in root.iter(f"{SVG}text")]
    assert "A & B: Dice 0.50" in texts and "source <1>" in texts
    assert max(len(t) for t in texts) <= 30


def test_an_empty_answer_and_a_mask_at_the_border_are_drawn() -> None:
    whole, nothing = np.ones((20, 30), bool), np.zeros((20, 30), bool)
    root = ElementTree.fromstring(page([example(whole, nothing, Box(0, 0, 30, 20))], "border"))
    assert drawn(root, "network", "path") == []
    (outline,) = corners(drawn(root, "truth", "path")[0].get("d"))
    (rect,) = drawn(root, "box", "rect")
    assert np.ptp(outline[:, 0]) == pytest.approx(float(rect.get("width")), abs=1.0)


def test_every_class_has_a_dark_colour_and_no_picture_is_inside() -> None:
    text = page([example(disc(40, 40, 20, 20, 9), disc(40, 40, 18, 20, 9), Box(10, 10, 30, 30))], "one")
    root = ElementTree.fromstring(text)
    rules = dict(re.findall(r"\.(\w+)\{(\w+:#\w+)\}", root.find(f"{SVG}style").text))
    classes = {e.get("class") for e in root.iter() if e.get("class")}
    assert classes == set(COLOURS) == set(rules)
    assert "<image" not in text and "base64" not in text
    assert len({light for _, light, _ in COLOURS.values()}) == len({d for *_, d in COLOURS.values()})


# --- which objects are shown --------------------------------------------------


def row(dataset: str, dice: float, modality: str = "ct") -> dict[str, str]:
    """Of a CSV."""
    return {"modality": modality, "dataset": dataset, "network_dice": str(dice)}


def test_the_worst_are_at_most_two_of_a_source() -> None:
    rows = [row("a", d / 10) for d in range(5)] + [row("b", 0.35), row("a", 0.05, "mri")]
    chosen = worst_rows(rows)
    assert [float(r["network_dice"]) for r in chosen] == [0.0, 0.05, 0.1, 0.35]
    assert len(worst_rows(rows, 2)) == 2


def test_the_typical_one_of_each_source_is_in_the_middle() -> None:
    rows = [row("a", d) for d in (0.9, 0.1, 0.5)] + [row("b", 0.7)] + [row("a", 0.2, "mri")]
    assert [float(r["network_dice"]) for r in typical_rows(rows)] == [0.5, 0.7, 0.2]


def test_objects_are_asked_for_again_with_their_boxes(reports: Path, store: Store) -> None:
    objects = Objects.of(read_report(reports / "box.json"))
    scorer = Scorer(load_model(str(reports / "tiny.safetensors"), "cpu"))
    shown = examples(objects.rows, store, scorer)
    assert len(shown) == len(objects.rows) > 3
    for one, told in zip(shown, objects.rows, strict=True):
        assert one.title.endswith(f"Dice {float(told['network_dice']):.2f}")
        assert one.truth.sum() == int(told["area"])
        assert one.box.x0 == float(told["box_x0"])
    with pytest.raises(InputError, match="does not have"):
        examples([{**objects.rows[0], "case": "another"}], store, scorer)
    with pytest.raises(InputError, match="does not have"):
        examples([{**objects.rows[0], "component": "99"}], store, scorer)
