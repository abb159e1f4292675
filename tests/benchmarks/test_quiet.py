"""Foreign load, and samples that are taken again because of it; the names of the rivals' weights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import _quiet
from benchmarks._quiet import Quiet, Sample, Watch, take
from benchmarks._reference import transformers_names


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Cores that others are said to take, one a look; the last one from then on."""
    loads: list[float] = []
    monkeypatch.setattr(Watch, "foreign", lambda _: loads.pop(0) if len(loads) > 1 else loads[0])
    monkeypatch.setattr(_quiet.time, "sleep", lambda _: None)
    return loads


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every action takes one second."""
    clock: Iterator[float] = iter(range(10_000))
    monkeypatch.setattr(_quiet.time, "perf_counter", lambda: float(next(clock)))


def test_our_own_work_is_not_foreign() -> None:
    sample = take(lambda: sum(n * n for n in range(300_000)))
    assert sample.value == sum(n * n for n in range(300_000))
    assert sample.seconds > 0 and sample.processor > 0 and sample.foreign >= 0


def test_what_all_computed_less_what_we_did_is_foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    everything, own, clock = iter([10.0, 16.0]), iter([1.0, 5.0]), iter([0.0, 4.0])
    monkeypatch.setattr(_quiet, "computed_by_all", lambda: next(everything))
    monkeypatch.setattr(_quiet, "computed_by_us", lambda: next(own))
    monkeypatch.setattr(_quiet.time, "perf_counter", lambda: next(clock))
    assert Watch().foreign() == pytest.approx(0.5)


def test_an_undisturbed_sample_is_taken_once(others: list[float], seconds: None) -> None:
    others += [0.05]
    calls: list[int] = []
    quiet = Quiet()
    quiet.sample(lambda: calls.append(1))
    assert len(calls) == 1 and quiet.repeats == 0
    assert (
        quiet.line()
        == "others took 0.05 cores (most 0.05); of 1 samples 0 were taken again, 0 stayed disturbed"
    )


def test_a_disturbed_one_is_taken_again_when_the_machine_is_idle(others: list[float], seconds: None) -> None:
    others += [0.9, 0.8, 0.0, 0.01]  # the sample, two looks while waiting, the sample again
    calls: list[int] = []
    quiet = Quiet()
    assert quiet.sample(lambda: calls.append(1)).foreign == 0.01
    assert len(calls) == 2 and quiet.repeats == 1 and len(quiet.taken) == 1


def test_a_machine_that_is_never_idle_ends_the_measurement_all_the_same(
    others: list[float], seconds: None
) -> None:
    others += [1.5]
    calls: list[int] = []
    quiet = Quiet(patience=3.0, tries=5)
    for _ in range(20):
        quiet.sample(lambda: calls.append(1))
    assert len(quiet.taken) == 20 and len(calls) < 25
    assert "20 stayed disturbed" in quiet.line()


def test_a_brief_sample_is_not_blamed_for_the_steps_of_the_clock() -> None:
    assert not Sample(0.02, 0.02, 0.9, None).is_disturbed
    assert Sample(2.0, 2.0, 0.2, None).is_disturbed and not Sample(2.0, 2.0, 0.1, None).is_disturbed


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("image_encoder.blocks.3.norm1.weight", "vision_encoder.layers.3.layer_norm1.weight"),
        ("image_encoder.blocks.3.attn.rel_pos_h", "vision_encoder.layers.3.attn.rel_pos_h"),
        ("image_encoder.neck.2.weight", "vision_encoder.neck.conv2.weight"),
        ("image_encoder.pos_embed", "vision_encoder.pos_embed"),
        (
            "mask_decoder.transformer.layers.1.norm4.bias",
            "mask_decoder.transformer.layers.1.layer_norm4.bias",
        ),
        ("mask_decoder.output_upscaling.3.weight", "mask_decoder.upscale_conv2.weight"),
        ("mask_decoder.iou_prediction_head.layers.2.bias", "mask_decoder.iou_prediction_head.proj_out.bias"),
    ],
)
def test_transformers_calls_weights_otherwise(ours: str, theirs: str) -> None:
    assert transformers_names(ours) == (theirs,)


def test_one_matrix_has_two_names() -> None:
    assert transformers_names("prompt_encoder.pe_layer.positional_encoding_gaussian_matrix") == (
        "shared_image_embedding.positional_embedding",
        "prompt_encoder.shared_embedding.positional_embedding",
    )


def test_every_weight_has_its_place_in_transformers() -> None:
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    from medsam.model.build import build_sam

    with torch.device("meta"):
        theirs = transformers.SamModel(transformers.SamConfig()).state_dict()
        ours = build_sam("vit_b").state_dict()
    named = {new: value for name, value in ours.items() for new in transformers_names(name)}
    assert set(named) == set(theirs)
    assert all(named[name].shape == theirs[name].shape for name in named)
