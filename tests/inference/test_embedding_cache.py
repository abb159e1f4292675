"""Keys by content, the least recently used goes first, and a slower tier behind."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from medsam.inference.embedding_cache import EmbeddingCache, EmbeddingKey
from medsam.model.preprocessing import Preprocessing

PP = Preprocessing("medsam", 64)
ENTRY_BYTES = 1 * 8 * 2 * 2 * 2  # (1, 8, 2, 2) float16


def key_of(value: float, weights: str = "w", pp: Preprocessing = PP) -> EmbeddingKey:
    return EmbeddingKey.of(torch.full((1, 3, 4, 4), value), weights, pp)


def embedding(value: float) -> torch.Tensor:
    return torch.full((1, 8, 2, 2), value)


class Shelf(dict):
    """A tier behind, in memory."""

    def __init__(self, *values) -> None:
        super().__init__(*values)
        self.pictures: dict[str, str] = {}

    def put(self, digest: str, values: np.ndarray) -> None:
        self[digest] = values

    def note(self, picture: str, digest: str) -> None:
        self.pictures[picture] = digest

    def knows(self, picture: str) -> bool:
        return self.pictures.get(picture) in self


def test_an_embedding_comes_back_rounded_to_float16() -> None:
    cache = EmbeddingCache()
    kept = cache.put(key_of(1), embedding(1 / 3))
    found = cache.get(key_of(1))
    assert found is not None
    assert found.dtype == torch.float32
    assert torch.equal(found, embedding(float(np.float16(1 / 3))))
    assert torch.equal(kept, found)


@pytest.mark.parametrize(
    "other",
    [
        key_of(2),
        key_of(1, weights="x"),
        key_of(1, pp=Preprocessing("sam", 64)),
        key_of(1, pp=Preprocessing("medsam", 64, version=2)),
        dataclasses.replace(key_of(1), dtype="float32"),
    ],
    ids=["input", "weights", "kind", "version", "dtype"],
)
def test_anything_different_is_another_entry(other: EmbeddingKey) -> None:
    cache = EmbeddingCache()
    cache.put(key_of(1), embedding(1))
    assert other not in cache
    assert cache.get(other) is None


def test_inputs_of_equal_bytes_but_other_shape_differ() -> None:
    flat = EmbeddingKey.of(torch.zeros(1, 3, 2, 8), "w", PP)
    assert flat.digest != EmbeddingKey.of(torch.zeros(1, 3, 4, 4), "w", PP).digest


def test_the_least_recently_used_is_dropped_at_the_cap() -> None:
    cache = EmbeddingCache(max_bytes=2 * ENTRY_BYTES)
    cache.put(key_of(1), embedding(1))
    cache.put(key_of(2), embedding(2))
    cache.get(key_of(1))
    cache.put(key_of(3), embedding(3))
    assert [key_of(v) in cache for v in (1, 2, 3)] == [True, False, True]
    assert cache.nbytes == 2 * ENTRY_BYTES


def test_putting_again_does_not_count_twice() -> None:
    cache = EmbeddingCache(max_bytes=2 * ENTRY_BYTES)
    for _ in range(3):
        cache.put(key_of(1), embedding(1))
    assert len(cache) == 1
    assert cache.nbytes == ENTRY_BYTES


def test_an_embedding_above_the_cap_is_not_kept_but_usable() -> None:
    cache = EmbeddingCache(max_bytes=ENTRY_BYTES - 1)
    assert torch.equal(cache.put(key_of(1), embedding(1)), embedding(1))
    assert len(cache) == 0
    assert cache.nbytes == 0


def test_clear_forgets_everything() -> None:
    cache = EmbeddingCache()
    cache.put(key_of(1), embedding(1))
    cache.clear()
    assert key_of(1) not in cache
    assert cache.nbytes == 0


def test_the_tier_behind_is_told_and_asked() -> None:
    shelf = Shelf()
    EmbeddingCache(behind=shelf).put(key_of(1), embedding(1))
    later = EmbeddingCache(behind=shelf)
    assert key_of(1) in later
    found = later.get(key_of(1))
    assert found is not None
    assert torch.equal(found, embedding(1))
    assert len(later) == 1


def test_an_entry_of_another_form_behind_does_not_count() -> None:
    shelf = Shelf({key_of(1).digest: np.zeros((0, 8, 2, 2), np.float16)})
    assert EmbeddingCache(behind=shelf).get(key_of(1)) is None
    assert key_of(1) not in EmbeddingCache(behind=shelf)


def test_a_picture_is_known_by_its_own_digest_behind_the_memory() -> None:
    shelf = Shelf()
    cache = EmbeddingCache(behind=shelf)
    cache.put(key_of(1), embedding(1))
    names = [EmbeddingKey.of_picture("a" * 64, "w", PP, precision) for precision in ("exact", "fast")]
    cache.note(names[0], key_of(1))
    assert [EmbeddingCache(behind=shelf).knows(name) for name in names] == [True, False]
    shelf.pop(key_of(1).digest)
    assert not EmbeddingCache(behind=shelf).knows(names[0])
    assert not EmbeddingCache().knows(names[0]), "nothing lies behind this one"
