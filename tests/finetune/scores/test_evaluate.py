"""Scores of networks that are known beforehand, on the tiny store."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from finetune.data.store import Store
from finetune.data.targets import Target, box_fill, targets
from finetune.scores.evaluate import Evaluation, Settings, evaluate, spacing_of
from finetune.scores.metrics import dice, hd95, nsd
from finetune.scores.protocols import Protocol, ask
from finetune.scores.scoring import Scorer, usable_box
from medsam.errors import Cancelled, InputError
from medsam.inference.predictor import Prediction
from medsam.model.build import LoadedModel, ModelCard, build_sam
from medsam.model.preprocessing import Preprocessing
from medsam.model.zoom import build_zoom
from medsam.prompts import Box, Points, Prompts
from tests.finetune.micro_sizes import MICRO_SIZES

TINY_ZOOM = {"size": 32, "widths": [8, 16], "blocks": [1, 1], "decoder_blocks": [1], "detail": 4}


def _card(kind: str, prompts: set[str], candidates: int = 1) -> ModelCard:
    return ModelCard(
        name="micro",
        title="Micro <b>net</b>",
        kind=kind,
        prompts=frozenset(prompts),
        candidates=candidates,
        can_be_empty=False,
        licence="CC0",
        sha256="ab" * 32,
        path=Path("weights") / "micro.safetensors",
    )


def micro_sam(prompts: set[str], candidates: int = 3) -> LoadedModel:
    """A SAM of a few thousand random parameters."""
    torch.manual_seed(3)
    card = _card("embedding", prompts, candidates)
    return LoadedModel(build_sam("vit", MICRO_SIZES), Preprocessing("sam", 64), card, torch.device("cpu"))


def tiny_zoom(prompts: frozenset[str] = frozenset({"box"}), **config: Any) -> LoadedModel:
    """A zoom network of random weights."""
    torch.manual_seed(3)
    network = build_zoom({**TINY_ZOOM, **config}).eval()
    return LoadedModel(network, Preprocessing("zoom", 32), _card("zoom", set(prompts)), torch.device("cpu"))


def whole_zoom(**config: Any) -> LoadedModel:
    """A zoom network of random weights that takes every prompt and can say "nothing here"."""
    sizes = {"widths": [8, 16, 16], "blocks": [1, 1, 1], "decoder_blocks": [1, 1]}
    flags = {"clicks": True, "context": 2.0, "presence": True, "nothing_below": 0.5}
    return tiny_zoom(frozenset({"box", "points", "mask"}), **{**sizes, **flags, **config})


class Known(Scorer):
    """Answers by a rule instead of a network: the box filled, or what clicks paint."""

    def __init__(self, loaded: LoadedModel, answer: Any = None) -> None:
        super().__init__(loaded)
        self.answer = answer or (lambda hw, prompts: box_fill(prompts.box, hw))
        self.asked: list[Prompts] = []

    def predict(self, picture_u8: np.ndarray, prompts: Prompts) -> Prediction:
        self.asked.append(prompts)
        mask = self.answer(picture_u8.shape[:2], prompts)
        masks = mask if mask.ndim == 3 else mask[None]
        scores = np.linspace(0.9, 0.5, len(masks)).astype(np.float32)
        return Prediction(masks, scores, masks.astype(np.float32) - 0.5, empty=not masks.any())


def _quiet(_: str) -> None:
    return None


def _run(store: Store, scorer: Scorer, protocol: Protocol, **settings: Any) -> Evaluation:
    against = settings.pop("against", None)
    return evaluate(store, scorer, protocol, Settings(**settings), against=against, report=_quiet)


@pytest.fixture(scope="module")
def zoom() -> LoadedModel:
    return tiny_zoom()


def test_scores_of_a_known_answer(store: Store, zoom: LoadedModel) -> None:
    protocol = Protocol("box", noise=0.0)
    result = _run(store, Known(zoom), protocol, split="train", least_area=20)
    assert result.methods == ["network", "ellipse", "box"]
    assert [o.target for o in result.objects] == targets(store, "train", 0.0, 1, least_area=20)
    for o in result.objects:
        assert o.scores["network"] == o.scores["box"]
        truth, filled = o.target.truth(), box_fill(o.target.box, o.target.shape_hw)
        spacing, unit = spacing_of(o.target)
        assert o.unit == unit == ("mm" if o.case.kind == "3d" else "px")
        assert o.scores["box"].dice == dice(filled, truth)
        assert o.scores["box"].nsd == nsd(filled, truth, spacing, 2.0)
        assert o.scores["box"].hd95 == hd95(filled, truth, spacing)
        assert o.estimated == pytest.approx(0.9)
        # The objects are discs, so the ellipse of their exact box is all but them.
        assert o.scores["ellipse"].dice > 0.95 > o.scores["box"].dice


def test_a_scan_is_put_together_from_every_slice(store: Store, zoom: LoadedModel) -> None:
    protocol = Protocol("box", noise=0.0)
    one = _run(store, Known(zoom), protocol, split="test", per_case=1)
    (volume,) = one.volumes
    assert sum(o.case.kind == "3d" for o in one.objects) == 1
    assert (volume.objects, volume.slices) == (4, 4)
    number = next(n for n, c in enumerate(store.cases) if c.id == volume.case.id)
    truth, filled = np.zeros((2, 4, 40, 48), bool)
    for n, item in enumerate(store.cases[number].objects):
        piece = store.cases[number].slices[item.slice]
        if piece.axis == 2:
            truth[piece.index - 1] |= store.full_mask(number, n)
            filled[piece.index - 1] |= box_fill(Box(*item.box), piece.shape_hw)
    spacing = store.cases[number].spacing[::-1]
    assert spacing[0] == 3.0
    assert volume.scores["network"].dice == dice(filled, truth)
    assert volume.scores["network"].nsd == nsd(filled, truth, spacing, 2.0)
    assert volume.scores["network"].hd95 == hd95(filled, truth, spacing)
    assert _run(store, Known(zoom), protocol, split="test", volumes=False).volumes == []


def test_asking_for_whole_scans_changes_no_object(store: Store, zoom: LoadedModel) -> None:
    with_, without = (
        _run(store, Known(zoom), Protocol("box"), split="train", per_case=2, volumes=v) for v in (True, False)
    )
    assert with_.objects == without.objects
    assert len(with_.milliseconds) > len(without.milliseconds)


def test_an_empty_answer_is_scored_as_the_worst(store: Store, zoom: LoadedModel) -> None:
    nothing = Known(zoom, lambda hw, prompts: np.zeros(hw, bool))
    result = _run(store, nothing, Protocol("box"), split="test")
    for scores in [o.scores["network"] for o in result.objects] + [
        v.scores["network"] for v in result.volumes
    ]:
        assert (scores.dice, scores.iou, scores.nsd, scores.hd95) == (0, 0, 0, np.inf)


def test_a_second_network_gets_the_same_boxes(store: Store, zoom: LoadedModel) -> None:
    one, two = Known(zoom), Known(zoom, lambda hw, prompts: np.ones(hw, bool))
    result = _run(store, one, Protocol("box"), split="val", against=two)
    assert [p.box for p in one.asked] == [p.box for p in two.asked]
    assert result.methods == ["network", "against", "ellipse", "box"]
    assert all(o.scores["against"].dice < o.scores["network"].dice for o in result.objects)


def test_the_centre_point_and_its_oracle(store: Store) -> None:
    def answer(hw: tuple[int, int], prompts: Prompts) -> np.ndarray:
        assert prompts.points is not None and prompts.points.positive == (True,)
        (x, y) = prompts.points.xy[0]
        return np.stack([box_fill(Box(x - r, y - r, x + r, y + r), hw) for r in (2, 10, 30)])

    scorer = Known(micro_sam({"points"}), answer)
    result = _run(store, scorer, Protocol("point"), split="test", volumes=False)
    assert result.methods == ["network", "oracle"]
    for o in result.objects:
        assert o.scores["oracle"].dice > o.scores["network"].dice
        asked = scorer.asked[result.objects.index(o)].points
        assert asked is not None
        x, y = asked.xy[0]
        assert o.target.truth()[int(y), int(x)]
        middle = Box(*o.target.object.box).center
        assert (x, y) == pytest.approx(middle, abs=1.1)


def _paint(hw: tuple[int, int], prompts: Prompts) -> np.ndarray:
    """Each click adds or takes away a small square."""
    assert prompts.points is not None
    mask = np.zeros(hw, bool)
    for (x, y), positive in zip(prompts.points.xy, prompts.points.positive, strict=True):
        mask[box_fill(Box(x - 5, y - 5, x + 5, y + 5), hw)] = positive
    return mask


def test_clicks_mend_the_largest_error_and_stop_when_there_is_none(store: Store) -> None:
    scorer = Known(micro_sam({"points", "mask"}), _paint)
    target = targets(store, "test", 0.0, 1)[0]
    answer = ask(scorer, Protocol("clicks", clicks=9), target, target.truth())
    assert len(answer.rounds) == len(scorer.asked) == 9
    assert answer.rounds[0] < answer.rounds[4] < answer.rounds[-1] == dice(answer.mask, target.truth())
    assert scorer.asked[0].mask is None
    for n, prompts in enumerate(scorer.asked[1:], 2):
        assert prompts.points is not None and len(prompts.points.xy) == n
        before = _paint(target.shape_hw, Prompts(points=scorer.asked[n - 2].points))
        x, y = prompts.points.xy[-1]
        assert target.truth()[int(y), int(x)] == prompts.points.positive[-1] != before[int(y), int(x)]
        assert prompts.mask is not None and ((prompts.mask.logits > 0) == before).all()
    perfect = Known(micro_sam({"points"}), lambda hw, prompts: target.truth())
    assert ask(perfect, Protocol("clicks", clicks=4), target, target.truth()).rounds == (1.0,) * 4
    assert len(perfect.asked) == 1


def test_without_mask_prompts_only_clicks_are_given(store: Store) -> None:
    scorer = Known(micro_sam({"points"}), _paint)
    target = targets(store, "test", 0.0, 1)[0]
    ask(scorer, Protocol("clicks", clicks=3), target, target.truth())
    assert all(prompts.mask is None for prompts in scorer.asked)
    assert "no previous mask" in Protocol("clicks").sentence(scorer)


def _paint_on_box(hw: tuple[int, int], prompts: Prompts) -> np.ndarray:
    """The box without its right half, and what clicks add or take away."""
    assert prompts.box is not None
    x0, y0, x1, y1 = prompts.box.xyxy
    mask = box_fill(Box(x0, y0, (x0 + x1) / 2, y1), hw)
    points = prompts.points or Points((), ())
    for (x, y), positive in zip(points.xy, points.positive, strict=True):
        mask[box_fill(Box(x - 6, y - 6, x + 6, y + 6), hw)] = positive
    return mask


def test_corrections_begin_with_the_box_and_keep_it(store: Store) -> None:
    scorer = Known(micro_sam({"box", "points", "mask"}), _paint_on_box)
    target = targets(store, "test", 0.05, 1)[0]
    answer = ask(scorer, Protocol("corrections", clicks=3), target, target.truth())
    assert len(answer.rounds) == len(scorer.asked) == 4
    assert answer.rounds[0] < answer.rounds[1] < answer.rounds[-1] == dice(answer.mask, target.truth())
    assert all(prompts.box == target.box for prompts in scorer.asked)
    assert scorer.asked[0].points is None and scorer.asked[0].mask is None
    for n, prompts in enumerate(scorer.asked[1:], 1):
        assert prompts.points is not None and len(prompts.points.xy) == n
        before = _paint_on_box(target.shape_hw, scorer.asked[n - 1])
        x, y = prompts.points.xy[-1]
        assert target.truth()[int(y), int(x)] == prompts.points.positive[-1] != before[int(y), int(x)]
        assert prompts.mask is not None and ((prompts.mask.logits > 0) == before).all()
    plain = ask(scorer, Protocol("box"), target, target.truth())
    assert dice(plain.mask, target.truth()) == answer.rounds[0]


def test_a_perfect_box_gets_no_click(store: Store) -> None:
    target = targets(store, "test", 0.05, 1)[0]
    perfect = Known(micro_sam({"box", "points"}), lambda hw, prompts: target.truth())
    answer = ask(perfect, Protocol("corrections", clicks=3), target, target.truth())
    assert answer.rounds == (1.0,) * 4 and len(perfect.asked) == 1


@pytest.mark.parametrize("loaded", [micro_sam({"box", "points", "mask"}), whole_zoom()])
def test_networks_go_through_corrections(store: Store, loaded: LoadedModel) -> None:
    protocol = Protocol("corrections", clicks=2)
    result = _run(store, Scorer(loaded), protocol, split="test", volumes=False)
    assert result.methods == ["network"]
    boxes = _run(store, Scorer(loaded), Protocol("box"), split="test", volumes=False)
    for o, alone in zip(result.objects, boxes.objects, strict=True):
        assert len(o.rounds["network"]) == 3
        assert o.rounds["network"][0] == alone.scores["network"].dice
        assert o.rounds["network"][-1] == o.scores["network"].dice


def test_a_refused_object_is_told_and_its_best_guess_scored(store: Store) -> None:
    never, always = (
        _run(store, Scorer(whole_zoom(nothing_below=limit)), Protocol("box"), volumes=False)
        for limit in (0.0, 1.0)
    )
    assert all(o.refused for o in always.objects)
    assert [o.scores for o in never.objects] == [o.scores for o in always.objects]
    assert any(o.scores["network"].dice > 0 for o in always.objects)


def test_baselines_stand_beside_the_network(store: Store, zoom: LoadedModel) -> None:
    pytest.importorskip("cv2")
    result = _run(store, Known(zoom), Protocol("box"), split="test", baselines=True)
    assert result.methods == ["network", "ellipse", "box", "otsu", "grabcut"]
    for scored in [*result.objects, *result.volumes]:
        assert list(scored.scores) == result.methods
        # Bright discs on a dark ground are what both were made for.
        assert scored.scores["otsu"].dice > 0.9 and scored.scores["grabcut"].dice > 0.9


@pytest.mark.parametrize("kind", ["box", "point", "clicks"])
def test_a_micro_sam_goes_through_every_protocol(store: Store, kind: Any) -> None:
    scorer = Scorer(micro_sam({"box", "points", "mask"}))
    protocol = Protocol(kind, clicks=3)
    one, two = (_run(store, scorer, protocol, split="test", volumes=False) for _ in range(2))
    assert one.objects == two.objects
    for o in one.objects:
        assert not any(np.isnan(v) for s in o.scores.values() for v in dataclasses.astuple(s))
        if kind == "point":
            assert o.scores["oracle"].dice >= o.scores["network"].dice
        if kind == "clicks":
            assert len(o.rounds["network"]) == 3
            assert o.rounds["network"][-1] == o.scores["network"].dice


@pytest.mark.parametrize("kind", ["point", "clicks", "corrections"])
def test_a_box_network_refuses_clicks_in_a_sentence(store: Store, zoom: LoadedModel, kind: Any) -> None:
    with pytest.raises(InputError, match=r"takes box only.*--protocol box"):
        _run(store, Scorer(zoom), Protocol(kind))
    with pytest.raises(InputError, match="takes box only"):
        _run(store, Scorer(micro_sam({"box", "points"})), Protocol(kind), against=Scorer(zoom))


def test_a_point_network_refuses_boxes_in_a_sentence(store: Store) -> None:
    with pytest.raises(InputError, match=r"asks with box.*takes points only"):
        _run(store, Scorer(micro_sam({"points"})), Protocol("box"))


def test_nothing_to_score_and_unknown_columns_are_said(store: Store, zoom: LoadedModel) -> None:
    with pytest.raises(InputError, match="at least 100000 pixels"):
        _run(store, Known(zoom), Protocol("box"), split="test", least_area=100_000)
    with pytest.raises(InputError, match=r'"site" is not one: those are .*sex'):
        evaluate(store, Known(zoom), Protocol("box"), Settings(), by=["site"], report=_quiet)


def test_it_can_be_stopped(store: Store, zoom: LoadedModel) -> None:
    asked = iter([False, True])
    scorer = Known(zoom)
    with pytest.raises(Cancelled):
        evaluate(store, scorer, Protocol("box"), Settings(), report=_quiet, is_cancelled=lambda: next(asked))
    assert len(scorer.asked) == 1


def test_a_box_thinner_than_a_pixel_is_widened(zoom: LoadedModel) -> None:
    assert usable_box(Box(3, 2.2, 9, 2.6), (10, 10)).xyxy == pytest.approx((3, 1.9, 9, 2.9))
    assert usable_box(Box(9.8, 0, 10, 0), (10, 10)).xyxy == (9, 0, 10, 1)
    assert usable_box(Box(1, 1, 4, 4), (10, 10)).xyxy == (1, 1, 4, 4)
    picture = np.zeros((10, 10), np.uint8)
    assert Scorer(zoom).masks(picture, Prompts(box=Box(3, 2, 9, 2))).shape == (1, 10, 10)


def test_a_picture_with_pixels_of_known_size_is_measured_in_millimetres(store: Store) -> None:
    target = targets(store, "test", 0.0, 1)[0]
    record = dataclasses.replace(target.record, kind="2d", spacing=(0.5, 0.25, 1.0))
    known = Store.__new__(Store)
    known.cases = [record]
    assert spacing_of(Target(known, 0, target.number, target.box)) == ((0.25, 0.5), "mm")
    known.cases = [dataclasses.replace(record, spacing=(1.0, 1.0, 1.0))]
    assert spacing_of(Target(known, 0, target.number, target.box)) == ((1.0, 1.0), "px")
