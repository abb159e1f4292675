"""Embedding a store: everything that is asked for, whole, and gone on with after whatever stopped it."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from finetune.__main__ import main
from finetune.config import Recipe
from finetune.data.store import Store
from finetune.features import embed as embedding
from finetune.features import shards
from finetune.features.cache import FeatureCache, feature_key, slice_input
from finetune.features.embed import plan_cache
from finetune.features.variation import identity, variant
from medsam.errors import Cancelled, InputError, ModelError, WriteError
from medsam.inference.transforms import encode_input
from tests.finetune.micro_sam import MICRO, VARIED, files_of, make_cache, make_recipe, start_of
from tests.finetune.tiny_store import write_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("store"))


@pytest.fixture
def store(folder: Path) -> Store:
    return Store(folder)


@pytest.fixture
def few_rows_a_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "SHARD_ROWS", 3)
    monkeypatch.setattr(shards, "_WAITING", 1)  # so that the encoder is never far ahead of the disk


def test_it_holds_what_the_program_itself_would_compute(store: Store, tmp_path: Path) -> None:
    recipe = make_recipe()
    cache, _ = make_cache(recipe, store, tmp_path / "cache")
    start = start_of(recipe)
    network: Any = start.network
    expected_rows = [(r.case, r.slice, 0) for split in ("train", "val") for r in store.slices(split)]
    assert len(cache) == len(expected_rows) == 10
    for case, number, k in expected_rows:
        with torch.inference_mode():
            picture = np.array(store.picture(case, number))
            expected = network.image_encoder(encode_input(picture, start.preprocessing))[0]
        found = cache.get(case, number, k)
        assert (found.dtype, found.shape) == (np.float16, (32, 4, 4))
        np.testing.assert_array_equal(found, expected.half().numpy())


def test_test_slices_and_empty_slices_are_not_cached(store: Store, tmp_path: Path) -> None:
    cache, _ = make_cache(make_recipe(), store, tmp_path / "cache")
    test_case = next(n for n, c in enumerate(store.cases) if c.split == "test")
    assert (test_case, 0, 0) not in cache
    assert (0, 2, 0) not in cache  # no object
    with pytest.raises(InputError, match="does not hold variant 0 of slice 2"):
        cache.get(0, 2)


def test_validation_slices_along_other_axes_are_not_cached(tmp_path: Path) -> None:
    """Networks are scored on slices along the third axis alone."""
    store = Store(write_store(tmp_path / "store"))
    start = start_of(make_recipe())
    before = plan_cache(start, make_recipe(), store).rows.tolist()
    for case in (0, 2):
        number = store.cases[case].objects[0].slice
        across = dataclasses.replace(store.cases[case].slices[number], axis=0)
        store.cases[case].slices[number] = across
    assert [store.cases[n].split for n in (0, 2)] == ["train", "val"]
    after = plan_cache(start, make_recipe(), store).rows.tolist()
    assert [row for row in before if row not in after] == [[2, 0, 0]]


def test_variants_are_of_the_varied_picture_and_of_training_only(store: Store, tmp_path: Path) -> None:
    recipe = make_recipe(**VARIED)
    cache, _ = make_cache(recipe, store, tmp_path / "cache")
    assert cache.variants == 3
    assert len(cache) == 8 * 3 + 2
    val = next(store.slices("val"))
    assert (val.case, val.slice, 0) in cache
    assert (val.case, val.slice, 1) not in cache
    start = start_of(recipe)
    network: Any = start.network
    variation = variant(recipe, store.cases[0], 1, 2)
    with torch.inference_mode():
        expected = network.image_encoder(slice_input(store, 0, 1, variation, start.preprocessing))[0]
    difference = np.abs(cache.get(0, 1, 2).astype(np.float32) - expected.numpy()).max()
    assert difference < 2e-3 * float(expected.abs().max())
    assert not np.array_equal(cache.get(0, 1, 2), cache.get(0, 1, 0))


def test_size_and_free_disk_are_told_before_the_first_row(store: Store, tmp_path: Path) -> None:
    _, lines = make_cache(make_recipe(), store, tmp_path / "cache")
    assert lines[0].startswith("10 features of 10 slices, 1.0 KiB each: 10.0 KiB in all, 10.0 KiB to be")
    assert "free on the disk" in lines[0]
    assert "encoded again and compared" in lines[-1]


def test_a_disk_that_is_too_small_is_refused_before_anything_is_written(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding.shutil, "disk_usage", lambda _: SimpleNamespace(free=64 << 20))
    with pytest.raises(InputError, match=r"needs 10\.0 KiB more, and the disk of cache has 64\.0 MiB free"):
        make_cache(make_recipe(), store, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


@pytest.mark.usefixtures("few_rows_a_shard")
def test_a_disk_that_fills_up_is_a_sentence_and_it_goes_on_later(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shards.write_whole
    written: list[str] = []

    def full(path: Path, content: bytes) -> None:
        written.append(path.name)
        if path.name == "00002.json":
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(shards, "write_whole", full)
    with pytest.raises(WriteError, match=r"No space left on device\. What is whole stays"):
        make_cache(make_recipe(), store, tmp_path / "cache")
    assert sorted(p.name for p in (tmp_path / "cache" / "shards").glob("*.npy")) == ["00000.npy", "00001.npy"]
    assert not list((tmp_path / "cache").rglob("*.part"))
    monkeypatch.setattr(shards, "write_whole", real)
    cache, lines = make_cache(make_recipe(), store, tmp_path / "cache")
    assert "4.0 KiB to be written" in lines[0]
    assert len(cache) == 10


@pytest.mark.usefixtures("few_rows_a_shard")
def test_a_stopped_run_goes_on_and_ends_in_the_same_bytes(store: Store, tmp_path: Path) -> None:
    whole, _ = make_cache(make_recipe(), store, tmp_path / "whole")

    def stop() -> bool:
        return (tmp_path / "cache" / "shards" / "00000.npy").exists()

    with pytest.raises(Cancelled):
        make_cache(make_recipe(), store, tmp_path / "cache", is_cancelled=stop)
    left = len(list((tmp_path / "cache" / "shards").glob("*.npy")))
    assert 0 < left < 4
    assert not list((tmp_path / "cache").rglob("*.part"))
    key = feature_key(start_of(make_recipe()), make_recipe(), store)
    with pytest.raises(InputError, match="not complete"):
        FeatureCache.open(tmp_path / "cache", key)
    make_cache(make_recipe(), store, tmp_path / "cache")
    assert files_of(tmp_path / "cache") == files_of(whole.folder)


KILLED = """
import os, sys
from pathlib import Path
import torch
from finetune.features import embed as embedding
from finetune.features import shards
from finetune.data.store import Store
from tests.finetune.micro_sam import make_recipe
embedding.SHARD_ROWS = 3
real = shards.write_whole
def write(path, content):
    if path.name == "00002.json":
        os.kill(os.getpid(), 9)
    real(path, content)
shards.write_whole = write
torch.set_num_threads(1)
embedding.embed(make_recipe(), Store(Path(sys.argv[1])), Path(sys.argv[2]), device=torch.device("cpu"))
"""


@pytest.mark.usefixtures("few_rows_a_shard")
def test_a_run_killed_in_the_middle_of_a_shard_goes_on(store: Store, tmp_path: Path, repo_root: Path) -> None:
    out = tmp_path / "cache"
    environment = {**os.environ, "PYTHONPATH": str(repo_root)}
    command = [sys.executable, "-c", KILLED, str(store.folder), str(out)]
    done = subprocess.run(
        command, cwd=repo_root, env=environment, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == -9, done.stderr
    assert len(list((out / "shards").glob("*.npy"))) == 2
    assert list((out / "shards").glob("*.part"))
    cache, _ = make_cache(make_recipe(), store, out)
    assert not list(out.rglob("*.part"))
    whole, _ = make_cache(make_recipe(), store, tmp_path / "whole")
    assert files_of(out) == files_of(whole.folder)
    assert len(cache) == 10


@pytest.mark.usefixtures("few_rows_a_shard")
@pytest.mark.parametrize("how", ["bit", "cut", "gone", "sums"])
def test_a_damaged_shard_is_found_and_made_again(store: Store, tmp_path: Path, how: str) -> None:
    out = tmp_path / "cache"
    make_cache(make_recipe(), store, out)
    expected = files_of(out)
    damage(out / "shards" / "00001.npy", how)
    key = feature_key(start_of(make_recipe()), make_recipe(), store)
    opened = FeatureCache.open(out, key)
    row = next(r for r in [(c.case, c.slice, 0) for c in store.slices("train")][3:6])
    with pytest.raises(InputError, match=r"shards/00001\.npy of the cache of features cache is missing"):
        opened.get(*row)
    _, lines = make_cache(make_recipe(), store, out)
    assert "3.0 KiB to be written" in " ".join(lines)
    assert files_of(out) == expected


def damage(path: Path, how: str) -> None:
    """Break a shard."""
    if how == "bit":
        content = bytearray(path.read_bytes())
        content[200] ^= 1
        path.write_bytes(bytes(content))
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:-7])
    elif how == "gone":
        path.unlink()
    else:
        path.with_suffix(".json").write_text("{")


@pytest.mark.parametrize("name", ["rows.npy", "complete.json"])
def test_a_damaged_index_is_found_and_made_again(store: Store, tmp_path: Path, name: str) -> None:
    out = tmp_path / "cache"
    make_cache(make_recipe(), store, out)
    expected = files_of(out)
    (out / name).write_bytes(b"nothing")
    key = feature_key(start_of(make_recipe()), make_recipe(), store)
    with pytest.raises(InputError, match="missing or damaged"):
        FeatureCache.open(out, key)
    make_cache(make_recipe(), store, out)
    assert files_of(out) == expected


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_a_run_killed_while_it_begins_can_be_repeated(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    real, done = embedding.write_whole, []

    def die(path: Path, content: bytes) -> None:
        done.append(path.name)
        if len(done) > writes:
            path.with_name(f"{path.name}.1.part").write_bytes(content[:5])
            raise KeyboardInterrupt
        real(path, content)

    monkeypatch.setattr(embedding, "write_whole", die)
    with pytest.raises(KeyboardInterrupt):
        make_cache(make_recipe(), store, tmp_path / "cache")
    assert done[0] == "key.json"
    monkeypatch.setattr(embedding, "write_whole", real)
    cache, _ = make_cache(make_recipe(), store, tmp_path / "cache")
    assert len(cache) == 10
    assert not list((tmp_path / "cache").rglob("*.part"))


def test_a_cache_keeps_the_size_of_its_shards(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_cache(make_recipe(), store, tmp_path / "cache")
    monkeypatch.setattr(embedding, "SHARD_ROWS", 3)
    cache, _ = make_cache(make_recipe(), store, tmp_path / "cache")
    assert cache.rows_per_shard == 256
    small, _ = make_cache(make_recipe(), store, tmp_path / "small")
    assert small.rows_per_shard == 3
    np.testing.assert_array_equal(small.get(4, 1), cache.get(4, 1))


@pytest.mark.parametrize("value", ['"many"', "0", "null", "4"])
def test_a_changed_description_is_damage(store: Store, tmp_path: Path, value: str) -> None:
    make_cache(make_recipe(), store, tmp_path / "cache")
    path = tmp_path / "cache" / "key.json"
    path.write_text(path.read_text().replace('"rows": 10', f'"rows": {value}'))
    with pytest.raises(InputError, match="embed` with --rebuild"):
        make_cache(make_recipe(), store, tmp_path / "cache")


def test_a_damaged_key_asks_for_a_rebuild(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "cache"
    make_cache(make_recipe(), store, out)
    (out / "key.json").write_text("{")
    with pytest.raises(InputError, match="embed` with --rebuild"):
        make_cache(make_recipe(), store, out)
    cache, _ = make_cache(make_recipe(), store, out, rebuild=True)
    assert len(cache) == 10


OTHERS: dict[str, tuple[Callable[[], Recipe], str]] = {
    "weights": (lambda: make_recipe(train={"seed": 7}), "these differ: the encoder's weights"),
    "preprocessing": (lambda: make_recipe(preprocessing="sam"), "these differ: the preprocessing"),
    "tier": (lambda: make_recipe(tier="B"), "the encoder's weights, the tier"),
    "variants": (lambda: make_recipe(**VARIED), "these differ: the variants"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_a_cache_of_something_else_is_refused(store: Store, tmp_path: Path, what: str) -> None:
    out = tmp_path / "cache"
    make_cache(make_recipe(), store, out)
    recipe, says = OTHERS[what][0](), OTHERS[what][1]
    with pytest.raises(InputError, match=says):
        FeatureCache.open(out, feature_key(start_of(recipe), recipe, store))
    before = files_of(out)
    with pytest.raises(InputError, match="--rebuild"):
        make_cache(recipe, store, out)
    assert files_of(out) == before
    cache, _ = make_cache(recipe, store, out, rebuild=True)
    assert cache.level == ("last-block" if what == "tier" else "embedding")


@pytest.mark.parametrize("change", [{"cases": 7}, {"window": 350.0}])
def test_a_store_that_changed_is_another_store(store: Store, tmp_path: Path, change: dict[str, Any]) -> None:
    out = tmp_path / "cache"
    make_cache(make_recipe(), store, out)
    other = Store(write_store(tmp_path / "other", **change))
    with pytest.raises(InputError, match=r"these differ: the store \(its pictures, windows or splits\)"):
        make_cache(make_recipe(), other, out)


def test_weights_that_give_infinity_are_refused(store: Store, tmp_path: Path) -> None:
    recipe = make_recipe()
    start = start_of(recipe)
    network: Any = start.network
    with torch.no_grad():
        network.image_encoder.neck[3].weight.fill_(1e9)
    with pytest.raises(ModelError, match="half precision cannot hold"):
        make_cache(recipe, store, tmp_path / "cache", start=start)


def test_an_encoder_that_never_says_the_same_twice_is_refused(store: Store, tmp_path: Path) -> None:
    recipe = make_recipe()
    start = start_of(recipe)
    encoder: Any = start.network.image_encoder
    torch.manual_seed(0)
    encoder.register_forward_hook(lambda _m, _i, out: out + torch.randn_like(out))
    with pytest.raises(ModelError, match="must give the same features"):
        make_cache(recipe, store, tmp_path / "cache", start=start)
    assert not (tmp_path / "cache" / "complete.json").exists()


def test_a_folder_with_other_files_is_left_alone(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    (out / "shards").mkdir(parents=True)
    (out / "shards" / "thesis.txt").write_text("precious")
    for rebuild in (False, True):
        with pytest.raises(InputError, match="mine holds other files"):
            make_cache(make_recipe(), store, out, rebuild=rebuild)
    assert (out / "shards" / "thesis.txt").read_text() == "precious"
    with pytest.raises(InputError, match=r"thesis\.txt is a file"):
        make_cache(make_recipe(), store, out / "shards" / "thesis.txt")


def test_nothing_is_encoded_twice(store: Store, tmp_path: Path) -> None:
    make_cache(make_recipe(), store, tmp_path / "cache")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "cache").rglob("*")}
    _, lines = make_cache(make_recipe(), store, tmp_path / "cache")
    assert len(lines) == 1
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "cache").rglob("*")} == before


def test_the_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "tiny.toml"
    network = "\n".join(f"{k} = {json.dumps(v)}" for k, v in MICRO.items())
    recipe.write_text(f'name = "tiny"\npreprocessing = "medsam"\n[network]\n{network}\n')
    arguments = ["embed", "--store", str(folder), "--out", str(tmp_path / "cache"), "--recipe", str(recipe)]
    assert main([*arguments, "--device", "cpu"]) == 0
    assert "cache: 10 features ready" in capsys.readouterr().out
    assert main([*arguments, "--device", "cpu", "--set", "embed.variants=2"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "these differ: the variants" in said


def test_the_slice_as_it_is_needs_no_variation(store: Store) -> None:
    assert variant(make_recipe(**VARIED), store.cases[0], 0, 0) == identity((48, 58))
