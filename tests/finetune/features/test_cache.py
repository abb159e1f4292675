"""Keys and reading of the cache of features."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from finetune.config import recipe_from_dict
from finetune.data.store import Store
from finetune.features.cache import FeatureCache, feature_key, to_embedding
from medsam.errors import InputError
from tests.finetune.micro_sam import make_cache, make_recipe, start_of
from tests.finetune.tiny_store import write_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("store"))


@pytest.fixture
def store(folder: Path) -> Store:
    return Store(folder)


def test_the_deeper_cache_ends_in_the_same_embedding(store: Store, tmp_path: Path) -> None:
    shallow, _ = make_cache(make_recipe(), store, tmp_path / "a")
    recipe = make_recipe(tier="B")
    deep, _ = make_cache(recipe, store, tmp_path / "b")
    assert (deep.level, deep.shape) == ("last-block", (32, 4, 4))
    network: Any = start_of(recipe).network
    tokens = torch.from_numpy(deep.batch([(0, 0, 0), (1, 1, 0)])).float()
    with torch.no_grad():
        ended = to_embedding(network, tokens, deep.level).numpy()
    expected = shallow.batch([(0, 0, 0), (1, 1, 0)]).astype(np.float32)
    assert np.abs(ended - expected).max() < 1e-2 * np.abs(expected).max()


def test_only_what_is_before_the_last_block_counts_for_the_deeper_cache(store: Store) -> None:
    recipe = make_recipe(tier="B")
    start = start_of(recipe)
    key = feature_key(start, recipe, store)
    network: Any = start.network
    with torch.no_grad():
        network.image_encoder.blocks[1].mlp.lin1.weight.add_(1)
        network.image_encoder.neck[0].weight.add_(1)
        network.mask_decoder.iou_token.weight.add_(1)
    assert feature_key(start, recipe, store) == key
    with torch.no_grad():
        network.image_encoder.blocks[0].mlp.lin1.weight.add_(1)
    assert feature_key(start, recipe, store).differences(key) == ["the encoder's weights"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tier": "C"}, "tier C trains it"),
        ({"tier": "D"}, "tier D trains it"),
        ({"embed": {"variants": 0}}, "1 or more; 0 and 1 came"),
        ({"tier": "B", "network": {"arch": "lite"}, "preprocessing": "lite"}, "TinyViT. Take tier A or D"),
    ],
)
def test_a_recipe_without_use_for_a_cache_is_refused(
    store: Store, tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        make_cache(make_recipe(**changes), store, tmp_path / "cache")


def test_gradients_reach_the_last_block_through_cached_features(store: Store, tmp_path: Path) -> None:
    recipe = make_recipe(tier="B")
    deep, _ = make_cache(recipe, store, tmp_path / "cache")
    network: Any = start_of(recipe).network
    to_embedding(network, torch.from_numpy(deep.batch([(0, 0, 0)])).float(), deep.level).sum().backward()
    learns = {n for n, p in network.image_encoder.named_parameters() if p.grad is not None and p.grad.any()}
    assert {n.split(".")[0] for n in learns} == {"blocks", "neck"}
    assert not [n for n in learns if n.startswith("blocks.0.")]


def test_the_digest_changes_with_every_part_of_the_key(store: Store) -> None:
    recipes = [
        make_recipe(),
        make_recipe(train={"seed": 5}),
        make_recipe(preprocessing="sam"),
        make_recipe(tier="B"),
        make_recipe(embed={"variants": 2}),
        make_recipe(embed={"variants": 2, "seed": 1}),
        make_recipe(embed={"variants": 2}, geometry={"flip": 0.5}),
        make_recipe(embed={"variants": 2}, intensity={"noise": 0.5}),
    ]
    keys = [feature_key(start_of(recipe), recipe, store) for recipe in recipes]
    assert len({key.digest for key in keys}) == len(keys)
    assert keys[0].differences(keys[0]) == []


def test_variation_that_is_never_drawn_does_not_count(store: Store) -> None:
    plain, varied = make_recipe(), make_recipe(geometry={"flip": 0.5}, intensity={"noise": 1.0})
    assert feature_key(start_of(plain), plain, store) == feature_key(start_of(varied), varied, store)


def test_rows_are_views_that_cannot_be_written(store: Store, tmp_path: Path) -> None:
    cache, _ = make_cache(make_recipe(), store, tmp_path / "cache")
    row = cache.get(0, 0)
    with pytest.raises(ValueError, match="read-only"):
        row[0, 0, 0] = 1
    copied = cache.batch([(0, 0, 0), (0, 1, 0), (0, 0, 0)])
    assert copied.shape == (3, 32, 4, 4)
    np.testing.assert_array_equal(copied[2], row)


def test_several_threads_read_the_same(store: Store, tmp_path: Path) -> None:
    make_cache(make_recipe(), store, tmp_path / "cache")
    cache = FeatureCache.open(tmp_path / "cache", feature_key(start_of(make_recipe()), make_recipe(), store))
    rows = [(ref.case, ref.slice, 0) for split in ("train", "val") for ref in store.slices(split)]
    expected = [cache.get(*row).copy() for row in rows]
    wrong: list[tuple[int, int, int]] = []

    def read() -> None:
        for _ in range(20):
            wrong.extend(
                r for r, e in zip(rows, expected, strict=True) if not np.array_equal(cache.get(*r), e)
            )

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_folder_without_a_cache_says_how_to_make_one(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no cache of features"):
        FeatureCache.open(tmp_path, feature_key(start_of(make_recipe()), make_recipe(), store))


def test_a_zoom_network_has_no_features(store: Store) -> None:
    recipe = recipe_from_dict({"name": "z", "kind": "zoom"})
    with pytest.raises(InputError, match="a zoom network has none"):
        feature_key(start_of(recipe), recipe, store)
