"""Precisions: laid on from outside, right within their rounding, and absent where a machine has none."""

from __future__ import annotations

import sys

import pytest
import torch

from medsam.errors import InputError
from medsam.model import native, precision
from medsam.model.arithmetic import Int8, Packed
from medsam.model.image_encoder import ImageEncoder, ViTSize
from tests.model.older_processor import said_by

ERRORS = {"exact": 2e-6, "fast": 2e-2, "fastest": 6e-2}


def encoder() -> torch.nn.Module:
    """A small network whose blocks are of every kind: windows with and without padding, and the whole."""
    torch.manual_seed(0)
    holder = torch.nn.Module()
    holder.image_encoder = ImageEncoder(ViTSize(128, 3, 2, (1,)), image_size=16 * 20, channels=32).eval()
    for parameter in holder.parameters():
        torch.nn.init.normal_(parameter, std=0.08)
    return holder


@pytest.fixture(scope="module")
def expected() -> tuple[torch.Tensor, torch.Tensor]:
    """A picture and its embedding in float64."""
    picture = torch.rand(1, 3, 320, 320, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        return picture, encoder().double().image_encoder(picture.double())


@pytest.mark.parametrize("name", precision.PRECISIONS)
@pytest.mark.parametrize("has_kernel", [False, True])
def test_each_precision_agrees_within_its_rounding(name, has_kernel, expected, monkeypatch) -> None:
    if name not in precision.available():
        pytest.skip("this processor does not compute it")
    if not has_kernel:
        monkeypatch.setattr(native, "compiled", lambda: None)
    elif not native.dtypes():
        pytest.skip("no kernel on this machine")
    network = encoder()
    precision.lay(network, name, keep_weights=False)
    picture, reference = expected
    with torch.inference_mode():
        got = network.image_encoder(picture).double()
    assert float((got - reference).norm() / reference.norm()) < ERRORS[name]


def test_the_state_of_a_network_stays_what_it_was() -> None:
    network = encoder()
    before = {k: v.clone() for k, v in network.state_dict().items()}
    precision.lay(network, "exact")
    after = network.state_dict()
    assert before.keys() == after.keys() and all(torch.equal(before[k], after[k]) for k in before)


def test_a_network_without_such_an_encoder_is_left_alone() -> None:
    network = torch.nn.Linear(3, 3)
    precision.lay(network, "exact")
    assert not hasattr(network, "arithmetic")


def test_the_choice_is_honest() -> None:
    assert precision.choose("exact") == "exact"
    assert precision.choose() in ("exact", "fast")
    assert set(precision.milliseconds()) == set(precision.available())
    with pytest.raises(InputError, match="auto, exact, fast, fastest"):
        precision.choose("quick")


def test_a_busy_machine_does_not_decide(monkeypatch) -> None:
    now, calls = 0.0, 0

    def work(seconds: float) -> None:
        # Everything is slow for a while, which a format timed alone would have to pay for.
        nonlocal now, calls
        calls += 1
        now += seconds * (20 if calls > 10 else 1)

    costs = {"exact": 10.0, "fast": 6.0}
    monkeypatch.setattr(precision, "_computes", lambda name: name != "fastest")
    monkeypatch.setattr(precision, "_arithmetic", lambda name: name)
    monkeypatch.setattr(precision, "_run_of", lambda name, *_: lambda: work(costs[name]))
    monkeypatch.setattr(precision.time, "perf_counter", lambda: now)
    precision.milliseconds.cache_clear()
    try:
        assert precision.choose() == "fast" and calls > 12
    finally:
        precision.milliseconds.cache_clear()


def test_a_precision_the_processor_lacks_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(precision, "_computes", lambda name: name == "exact")
    with pytest.raises(InputError, match='computes exact; "fast" came'):
        precision.choose("fast")


def test_cancelling_ends_an_encoding_between_parts() -> None:
    network = encoder()
    precision.lay(network, "exact")
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 7:
            raise KeyboardInterrupt

    with torch.inference_mode(), pytest.raises(KeyboardInterrupt):
        network.image_encoder(torch.zeros(1, 3, 320, 320), check)


@pytest.mark.skipif(sys.platform != "linux", reason="the variables are oneDNN's on Linux")
def test_an_older_processor_computes_all_the_same() -> None:
    code = (
        "import torch; from medsam.model import native, precision;"
        "from tests.model.test_precision import encoder;"
        "name = precision.choose(); network = encoder(); precision.lay(network, name);"
        "torch.set_grad_enabled(False);"
        "ours = network.image_encoder(torch.ones(1, 3, 320, 320));"
        "plain = encoder().image_encoder(torch.ones(1, 3, 320, 320));"
        "print(name, native.dtypes(), float((ours - plain).norm() / plain.norm()) < 1e-5)"
    )
    assert said_by(code) == ["exact", "frozenset()", "True"]


def test_quantising_rounds_and_cuts() -> None:
    values = torch.tensor([-1.0, 0.0, 0.26, 0.24, 5.0, 1e9] * 5)
    got = native.quantise(values, 0.5, 2)
    assert got.tolist() == [0, 2, 3, 2, 12, 255] * 5


def test_weights_in_eight_bits_keep_their_channels_apart() -> None:
    if "fastest" not in precision.available():
        pytest.skip("this processor does not compute it")
    layer = torch.nn.Linear(64, 64).requires_grad_(False)
    layer.weight[0] *= 1000
    for arithmetic in (Int8(), Packed(torch.float32)):
        arithmetic.take(layer)
        tokens = torch.randn(32, 64, generator=torch.Generator().manual_seed(3))
        got = arithmetic.project(layer, tokens, torch.empty(32, 64, dtype=arithmetic.dtype))
        error = (got - layer(tokens))[:, 1:].norm() / layer(tokens)[:, 1:].norm()
        assert float(error) < 0.03


def test_encoding_exactly_leaves_nothing_behind(expected) -> None:
    network = encoder()
    picture, reference = expected
    before = network.image_encoder.arithmetic
    with torch.inference_mode():
        with precision.encoding_exactly(network):
            assert network.image_encoder.arithmetic is not before
            got = network.image_encoder(picture).double()
        assert network.image_encoder.arithmetic is before
    assert float((got - reference).norm() / reference.norm()) < ERRORS["exact"]
    with torch.no_grad():
        for layer in (m for m in network.modules() if isinstance(m, torch.nn.Linear)):
            layer.weight.mul_(1.5)  # as training would change them
        changed = network.image_encoder(picture).double()
        assert float((changed - reference).norm() / reference.norm()) > 0.01
        with precision.encoding_exactly(network):
            again = network.image_encoder(picture).double()
    assert float((again - changed).norm() / changed.norm()) < ERRORS["exact"]


def test_encoding_exactly_ends_with_an_error_too() -> None:
    network = encoder()
    before = network.image_encoder.arithmetic
    with pytest.raises(ValueError, match="stop"), precision.encoding_exactly(network):
        raise ValueError("stop")
    assert network.image_encoder.arithmetic is before
    with precision.encoding_exactly(torch.nn.Linear(2, 2)):
        pass
