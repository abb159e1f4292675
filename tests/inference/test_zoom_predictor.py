"""Boxes, points and previous masks before a zoom network: where it looks, what it answers and refuses."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch

from medsam.errors import ModelError, PromptError
from medsam.inference import zoom_predictor
from medsam.inference.predictor import ZoomPredictor, make_predictor
from medsam.inference.zoom_predictor import OUTSIDE, boxes_about, grown, mask_extent
from medsam.model.zoom import ZoomAnswer
from medsam.prompts import Box, MaskPrompt, Points, Prompts
from tests.fakes import TinyWeights

HW = (200, 160)
CENTRE, RADIUS = (90.0, 110.0), 17.0


class Bright:
    """In the place of a network: what is brighter than the crop's mean is the object.

    Attributes:
        crops: Every batch it was given.
        presence: What it answers.
    """

    def __init__(self, presence: float = 1.0) -> None:
        self.crops: list[torch.Tensor] = []
        self.presence = presence

    def __call__(self, crops: torch.Tensor) -> ZoomAnswer:
        """Quality is better the nearer the mask's share of the crop is to a half of it."""
        self.crops.append(crops)
        logits = crops[:, :1] * 4 if self.presence >= 0 else torch.full_like(crops[:, :1], -9.0)
        share = (logits > 0).float().mean((1, 2, 3))
        return ZoomAnswer(logits, 1 - (share - 0.5).abs(), torch.full_like(share, abs(self.presence)))


def disc() -> np.ndarray:
    """(H, W) bool: the object of the picture."""
    rows, cols = np.mgrid[: HW[0], : HW[1]] + 0.5
    return (cols - CENTRE[0]) ** 2 + (rows - CENTRE[1]) ** 2 <= RADIUS**2


def predictor_with(network: Bright | None = None, **config: object) -> ZoomPredictor:
    """A predictor on the picture of a bright disc."""
    made = make_predictor(TinyWeights.zoom_with_clicks(**config))
    assert isinstance(made, ZoomPredictor)
    if network is not None:
        made.network = network
    made.set_image(np.where(disc(), 200, 40).astype(np.uint8))
    return made


def dice(a: np.ndarray, b: np.ndarray) -> float:
    return 2 * float((a & b).sum()) / float(a.sum() + b.sum())


def logits_of(mask: np.ndarray) -> MaskPrompt:
    return MaskPrompt(np.where(mask, 6, -6).astype(np.float32))


@pytest.mark.parametrize("shape", [HW, (*HW, 3)], ids=["grey", "colour"])
@pytest.mark.parametrize(
    "kinds", [k for n in (1, 2, 3) for k in itertools.combinations(("box", "points", "mask"), n)]
)
def test_every_combination_of_prompts_is_answered(kinds: tuple[str, ...], shape: tuple[int, ...]) -> None:
    predictor = make_predictor(TinyWeights.zoom_with_clicks())
    predictor.set_image(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))
    prompts = Prompts(
        Box(60, 80, 120, 140) if "box" in kinds else None,
        Points.of([CENTRE], [(70, 90)]) if "points" in kinds else None,
        logits_of(disc()) if "mask" in kinds else None,
    )
    found = predictor.predict(prompts)
    assert found.masks.shape == found.logits.shape == (1, *HW)
    assert found.masks.dtype == bool and found.logits.dtype == np.float32
    assert 0 <= found.scores[0] <= 1 and 0 <= found.presence <= 1
    clear = np.abs(found.logits) > 1e-5
    assert np.array_equal(found.masks[clear], (found.logits > 0)[clear])


def test_a_point_alone_finds_the_object_and_looks_at_it_again() -> None:
    network = Bright()
    found = predictor_with(network).predict(Prompts(points=Points.of([CENTRE])))
    assert dice(found.masks[0], disc()) > 0.95
    several, once = network.crops
    assert len(several) == 5 and len(once) == 1
    # Twice the radius is the side of the box that it looked at in the end (channels 6 and 7).
    side = 64 * 2 ** (4 * once[0, 6:8, 0, 0])
    assert side.tolist() == pytest.approx([2 * RADIUS] * 2, rel=0.15)


def test_what_boxes_of_several_sizes_show_is_taken_before_what_one_is_sure_of() -> None:
    class Filler(Bright):
        """Fills whatever box it is given and is surer of that, but for boxes larger than the disc."""

        def __call__(self, crops: torch.Tensor) -> ZoomAnswer:
            answer = super().__call__(crops)
            fills = 64 * 2 ** (4 * crops[:, 6, 0, 0]) < RADIUS
            logits = torch.where(
                fills[:, None, None, None], torch.full_like(answer.logits, 5.0), answer.logits
            )
            return ZoomAnswer(logits, torch.where(fills, 0.99, 0.7), answer.presence)

    found = predictor_with(Filler()).predict(Prompts(points=Points.of([CENTRE])))
    assert dice(found.masks[0], disc()) > 0.95


def test_points_beside_each_other_are_all_seen_in_the_last_look() -> None:
    network = Bright()
    points = Points.of([(CENTRE[0] - 10, CENTRE[1]), (CENTRE[0] + 10, CENTRE[1])])
    predictor_with(network).predict(Prompts(points=points))
    assert all(int((crop[8] > 0.9).sum()) > 0 for crop in network.crops[-1])


def test_a_mask_that_leaves_the_point_out_is_not_taken_for_the_object() -> None:
    predictor = predictor_with(Bright())
    beside = (CENTRE[0] + RADIUS + 6, CENTRE[1])
    answers = predictor._ask(boxes_about([beside], HW), None, None)
    assert not any(answer.holds(*beside) for answer in answers)
    assert any(answer.holds(*CENTRE) for answer in answers)


def test_a_box_grows_to_hold_positive_points_and_leaves_far_negative_ones_out() -> None:
    network = Bright()
    predictor = predictor_with(network)
    box = Box(80, 100, 100, 120)
    predictor.predict(Prompts(box, Points.of([(100, 110), (130, 110)], [(82, 102), (5, 5)])))
    crop = network.crops[0][0]
    assert (64 * 2 ** (4 * crop[6:8, 0, 0])).tolist() == pytest.approx([52.5, 20.0], rel=1e-3)
    peaks = crop[8:10].flatten(1).max(1).values
    assert peaks.min() > 0.9
    predictor.predict(Prompts(box, Points.of([(90, 110)], [(5, 5)])))
    assert network.crops[1][0, 9].max() == 0


def test_a_previous_mask_without_a_box_says_where_to_look_at_any_resolution() -> None:
    network = Bright()
    predictor = predictor_with(network)
    fine = logits_of(disc())
    coarse = MaskPrompt(fine.logits[::2, ::2])
    for mask in (fine, coarse):
        found = predictor.predict(Prompts(mask=mask))
        side = 64 * 2 ** (4 * network.crops[-1][0, 6:8, 0, 0])
        assert side.tolist() == pytest.approx([2 * RADIUS] * 2, rel=0.1)
        assert network.crops[-1][0, 10, 16, 16] > 0.9
        assert dice(found.masks[0], disc()) > 0.95


def test_a_previous_answer_can_be_the_next_prompt_without_being_laid_out_before() -> None:
    network = Bright()
    predictor = predictor_with(network)
    first = predictor.predict(Prompts(Box(70, 90, 110, 130)))
    assert callable(first._logits)
    assert (first.logits[0, :80] == OUTSIDE).all()
    assert first.logits is first.logits
    predictor.predict(Prompts(Box(70, 90, 110, 130), Points.of([], [(72, 92)]), MaskPrompt(first.logits[0])))
    assert network.crops[1][0, 10, 16, 16] > 0.9
    assert network.crops[1][0, 10, 1, 1] < -0.5


class TestNothingHere:
    """The presence decides where the user gave only a box; the guess stays."""

    BOX = Box(70, 90, 110, 130)

    def test_below_the_limit_it_is_said_and_the_guess_stays(self) -> None:
        found = predictor_with(Bright(0.2), nothing_below=0.3).predict(Prompts(self.BOX))
        assert found.empty and found.presence == pytest.approx(0.2)
        assert dice(found.masks[0], disc()) > 0.95

    def test_at_the_limit_or_without_one_it_is_not(self) -> None:
        assert not predictor_with(Bright(0.25), nothing_below=0.25).predict(Prompts(self.BOX)).empty
        assert not predictor_with(Bright(0.0), nothing_below=0.0).predict(Prompts(self.BOX)).empty

    def test_who_clicked_on_it_or_saw_it_before_is_believed(self) -> None:
        predictor = predictor_with(Bright(0.1), nothing_below=0.5)
        assert not predictor.predict(Prompts(self.BOX, Points.of([CENTRE]))).empty
        assert not predictor.predict(Prompts(self.BOX, mask=logits_of(disc()))).empty
        assert predictor.predict(Prompts(self.BOX, Points.of([], [(72, 92)]))).empty

    def test_a_mask_without_a_pixel_is_nothing_whatever_was_given(self) -> None:
        predictor = predictor_with(Bright(-1.0))
        for prompts in (Prompts(self.BOX), Prompts(points=Points.of([CENTRE]))):
            found = predictor.predict(prompts)
            assert found.empty and not found.masks.any()


class TestRefusals:
    """One sentence with a remedy, before anything is computed."""

    @pytest.mark.parametrize(
        ("prompts", "words"),
        [
            (Prompts(points=Points.of([], [(5, 5)])), "Click on the object too"),
            (Prompts(mask=MaskPrompt(np.full((20, 16), -3, np.float32))), "no pixel to start from"),
            (Prompts(mask=MaskPrompt(np.full((20, 16), -np.inf, np.float32))), "no pixel to start from"),
            (Prompts(points=Points.of([(161, 5)])), "161,5 does not"),
            (Prompts(points=Points.of([(float("nan"), 5)])), "nan,5 does not"),
            (Prompts(points=Points.of([(3.2, 5.9)], [(3.8, 5.1)])), "marked as both"),
            (Prompts(points=Points.of([(n % 160, n // 160) for n in range(10_000)])), "10000 came"),
            (Prompts(mask=MaskPrompt(np.zeros((0, 5), np.float32))), "rows, columns"),
            (Prompts(mask=MaskPrompt(np.zeros((3, 4, 5), np.float32))), "rows, columns"),
            (Prompts(Box(1, 1, 50, 50), mask=MaskPrompt(np.full((9, 9), np.nan, np.float32))), "NaN"),
            (Prompts(Box(5, 5, 5.5, 50)), "at least 1 pixel"),
        ],
    )
    def test_what_points_at_nothing(self, prompts: Prompts, words: str) -> None:
        predictor = predictor_with()
        with pytest.raises(PromptError, match=words):
            predictor.predict(prompts)

    def test_points_and_masks_by_weights_for_boxes(self) -> None:
        predictor = make_predictor(TinyWeights.zoom())
        predictor.set_image(np.zeros(HW, np.uint8))
        for prompts in (
            Prompts(Box(1, 1, 9, 9), Points.of([(5, 5)])),
            Prompts(Box(1, 1, 9, 9), mask=logits_of(disc())),
        ):
            with pytest.raises(ModelError, match="takes a box"):
                predictor.predict(prompts)

    def test_a_card_that_promises_what_the_network_cannot(self) -> None:
        loaded = TinyWeights.zoom()
        card = replace(loaded.card, prompts=frozenset({"box", "points"}))
        with pytest.raises(ModelError, match="promises points"):
            make_predictor(replace(loaded, card=card))


@pytest.mark.parametrize("hw", [(1, 1), (1, 300), (300, 1), (2, 3)])
def test_the_smallest_pictures_are_answered(hw: tuple[int, int]) -> None:
    predictor = make_predictor(TinyWeights.zoom_with_clicks())
    predictor.set_image(np.full(hw, 90, np.uint8))
    everywhere = Box(0, 0, hw[1], hw[0])
    for prompts in (
        Prompts(everywhere),
        Prompts(Box(-5, -5, 400, 400)),
        Prompts(points=Points.of([(hw[1], hw[0])])),
        Prompts(everywhere, Points.of([(0, 0)]), MaskPrompt(np.ones((1, 1), np.float32))),
    ):
        found = predictor.predict(prompts)
        assert found.masks.shape == (1, *hw)
        assert np.isfinite(found.logits).all() and np.isfinite(found.scores).all()


def test_infinite_logits_and_many_points_are_taken() -> None:
    predictor = predictor_with()
    sure = MaskPrompt(np.where(disc(), np.inf, -np.inf).astype(np.float32))
    points = Points.of([(80 + n % 20, 100 + n // 20) for n in range(400)])
    found = predictor.predict(Prompts(Box(70, 90, 110, 130), points, sure))
    assert np.isfinite(found.logits).all()


def test_a_box_that_holds_its_points_stays_and_a_grown_one_stays_in_the_picture() -> None:
    box = Box(10, 20, 30, 60)
    assert grown(box, [(10, 20), (30, 60)], HW) == box
    assert grown(box, [(50, 30)], HW) == Box(10, 20, 52, 60)
    assert grown(box, [(160, 200)], HW) == Box(10, 20, 160, 200)


def test_boxes_about_a_point_differ_and_hold_every_point() -> None:
    points = [(100.0, 20.0), (110.0, 60.0)]
    boxes = boxes_about(points, (500, 400))
    assert len(boxes) == len(set(boxes)) == 5
    assert all(b.x0 <= x <= b.x1 and b.y0 <= y <= b.y1 for b in boxes for x, y in points)
    assert boxes_about([(0.5, 0.5)], (1, 1)) == [Box(0, 0, 1, 1)]


def test_the_extent_of_a_mask_is_in_the_pictures_pixels() -> None:
    logits = np.full((10, 20), -1, np.float32)
    logits[2:4, 5:8] = 1
    assert mask_extent(MaskPrompt(logits), (100, 400)) == Box(100, 20, 160, 40)
    assert mask_extent(MaskPrompt(-np.abs(logits)), (100, 400)) is None


def test_a_rough_mask_is_nearly_the_exact_one_and_spoils_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoom_predictor, "choose", lambda: "fast")
    predictor = predictor_with()
    prompts = Prompts(Box(60, 80, 120, 140))
    exact = predictor.predict(prompts)
    rough = predictor.predict(prompts, rough=True)
    assert not np.array_equal(rough.logits, exact.logits), "it was computed in fewer bits"
    np.testing.assert_allclose(rough.scores, exact.scores, atol=0.02)
    differs = rough.masks[0] ^ exact.masks[0]
    assert np.abs(exact.logits[0][differs]).max(initial=0.0) < 0.1, "only where the network is undecided"
    again = predictor.predict(prompts)
    np.testing.assert_array_equal(again.logits, exact.logits)


def test_a_rough_mask_is_the_exact_one_where_fewer_bits_gain_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoom_predictor, "choose", lambda: "exact")
    predictor = predictor_with()
    prompts = Prompts(Box(60, 80, 120, 140))
    exact, rough = predictor.predict(prompts), predictor.predict(prompts, rough=True)
    np.testing.assert_array_equal(rough.logits, exact.logits)


def test_a_rough_mask_takes_one_thread_and_gives_the_others_back() -> None:
    threads, used = torch.get_num_threads(), []

    class Watched(Bright):
        def __call__(self, crops: torch.Tensor) -> ZoomAnswer:
            used.append(torch.get_num_threads())
            return super().__call__(crops)

    predictor = predictor_with(Watched())
    torch.set_num_threads(2)
    try:
        for rough in (True, False):
            predictor.predict(Prompts(Box(60, 80, 120, 140)), rough=rough)
            assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert used == [1, 2]
