"""One file of an embedding: bit for bit, smaller than float16, and no byte of it may change."""

from __future__ import annotations

import numpy as np
import pytest

from medsam.inference.embedding_format import OVERHEAD, decoded, encoded

NAME = "7" * 64


def embedding(shape: tuple[int, ...] = (1, 8, 4, 4), seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float16)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 8, 4, 4), (1, 256, 64, 64), (1, 3, 5, 7)])
def test_every_value_comes_back_bit_for_bit(shape: tuple[int, ...]) -> None:
    kept = embedding(shape)
    found = decoded(NAME, encoded(NAME, kept))
    assert found is not None and found.dtype == np.float16 and found.shape == shape
    assert found.tobytes() == kept.tobytes()


def test_values_that_are_rare_come_back_too() -> None:
    rare = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 6e-8, 65504, -65504], np.float16).reshape(1, 2, 2, 2)
    found = decoded(NAME, encoded(NAME, rare))
    assert found is not None and found.tobytes() == rare.tobytes()


@pytest.mark.parametrize("draw", ["normal", "laplace", "standard_cauchy"])
def test_three_hundred_slices_of_a_large_network_take_less_than_600_megabytes(draw: str) -> None:
    values = getattr(np.random.default_rng(0), draw)(size=(1, 256, 64, 64)).clip(-60000, 60000)
    assert 300 * len(encoded(NAME, values.astype(np.float16))) <= 0.6e9


def test_noise_is_not_made_longer() -> None:
    noise = np.random.default_rng(0).integers(0, 2**16, (1, 8, 8, 8), dtype=np.uint16).view(np.float16)
    assert len(encoded(NAME, noise)) == OVERHEAD + noise.nbytes
    found = decoded(NAME, encoded(NAME, noise))
    assert found is not None and found.tobytes() == noise.tobytes()


@pytest.mark.parametrize("shape", [(1, 2, 2, 2), (1, 64, 8, 8)], ids=["plain", "deflated"])
def test_no_byte_may_be_another_missing_or_too_many(shape: tuple[int, ...]) -> None:
    whole = encoded(NAME, embedding(shape))
    for n in [*range(64), *range(64, len(whole), 61), *range(len(whole) - 8, len(whole))]:
        if n < len(whole):
            for bits in (0x01, 0x80, 0xFF):
                assert decoded(NAME, whole[:n] + bytes([whole[n] ^ bits]) + whole[n + 1 :]) is None, n
            assert decoded(NAME, whole[:n]) is None, n
    assert decoded(NAME, whole + b"\0") is None and decoded(NAME, whole * 2) is None
    assert decoded(NAME, b"") is None and decoded(NAME, bytes(len(whole))) is None


def test_a_file_under_another_name_is_not_taken() -> None:
    assert decoded("8" * 64, encoded(NAME, embedding())) is None


def test_the_version_before_is_not_taken() -> None:
    whole = encoded(NAME, embedding())
    assert decoded(NAME, b"MSEMBED1" + whole[8:]) is None
