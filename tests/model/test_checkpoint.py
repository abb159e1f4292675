"""Files of weights in every state they arrive in."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from medsam.errors import WeightsMismatch, WeightsMissing
from medsam.model.build import build_sam
from medsam.model.checkpoint import guess_arch, load_into, read_state_dict


def small() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


@pytest.mark.parametrize("wrapper", [None, "model", "state_dict", "model_state_dict"])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_wrapped_and_prefixed(tmp_path: Path, wrapper: str | None, prefix: str) -> None:
    state = small().state_dict()
    content: dict = {prefix + k: v for k, v in state.items()}
    if wrapper:
        content = {wrapper: content, "epoch": 3, "optimizer": {"lr": 0.1}}
    torch.save(content, tmp_path / "net.pth")
    read, metadata = read_state_dict(tmp_path / "net.pth")
    assert same(read, dict(state))
    assert metadata == {}


def test_safetensors_with_metadata_and_halves(tmp_path: Path) -> None:
    state = {"a": torch.ones(2, 2, dtype=torch.float16), "n": torch.tensor(3)}
    save_file(state, tmp_path / "net.safetensors", metadata={"arch": "zoom"})
    read, metadata = read_state_dict(tmp_path / "net.safetensors")
    assert read["a"].dtype == torch.float32
    assert read["n"].dtype == torch.int64
    assert metadata == {"arch": "zoom"}


def test_entries_that_follow_from_the_architecture_are_left_out(tmp_path: Path) -> None:
    one = torch.ones(1)
    torch.save({"x.attention_bias_idxs": one, "pixel_mean": one, "w": one}, tmp_path / "n.pth")
    assert set(read_state_dict(tmp_path / "n.pth")[0]) == {"w"}


class Trap:
    """Unpickling this would call a function."""

    called = False

    def __reduce__(self) -> tuple:
        return (exec, ("from tests.model.test_checkpoint import Trap; Trap.called = True",))


def test_code_in_a_file_is_not_run(tmp_path: Path) -> None:
    torch.save({"model": Trap()}, tmp_path / "new.pth")
    torch.save({"model": Trap()}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    (tmp_path / "bare.pth").write_bytes(pickle.dumps(Trap(), protocol=2))
    for name in ("new.pth", "old.pth", "bare.pth"):
        with pytest.raises(WeightsMismatch, match=name):
            read_state_dict(tmp_path / name)
    assert not Trap.called
    with pytest.raises(WeightsMismatch, match="does not run code"):
        read_state_dict(tmp_path / "new.pth")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a pointer"),
        (b"hello, these are no weights at all", "not a whole file"),
        (b"PK\x03\x04" + bytes(200), "not a whole file"),
        (bytes(range(256)) * 4, "not a whole file"),
    ],
)
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_no_weights_at_all(tmp_path: Path, content: bytes, said: str, suffix: str) -> None:
    path = tmp_path / f"net{suffix}"
    path.write_bytes(content)
    with pytest.raises(WeightsMismatch, match=said) as caught:
        read_state_dict(path)
    assert path.name in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("kind", ["zip", "old", "safetensors"])
def test_a_part_of_a_file(tmp_path: Path, fraction: float, kind: str) -> None:
    state = {"w": torch.randn(100, 100)}
    path = tmp_path / ("net.safetensors" if kind == "safetensors" else "net.pth")
    if kind == "safetensors":
        save_file(state, path)
    else:
        torch.save(state, path, _use_new_zipfile_serialization=kind == "zip")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * fraction)])
    with pytest.raises(WeightsMismatch, match="not a whole file"):
        read_state_dict(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"net\.pth"):
        read_state_dict(tmp_path / "net.pth")
    with pytest.raises(WeightsMissing):
        read_state_dict(tmp_path)


@pytest.mark.parametrize("content", [[1, 2], {"a": 1}, torch.ones(3), {}])
def test_other_content(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "net.pth")
    with pytest.raises(WeightsMismatch, match="named tensors"):
        read_state_dict(tmp_path / "net.pth")


def test_loading_takes_the_tensors_without_a_copy() -> None:
    state = small().state_dict()
    with torch.device("meta"):
        network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    network[0].weight.requires_grad_(False)
    load_into(network, state, "net.pth")
    assert network[0].weight.data_ptr() == state["0.weight"].data_ptr()
    assert not network[0].weight.requires_grad
    assert network[0].bias.requires_grad


def test_mismatches_are_named_and_counted() -> None:
    state = dict(small().state_dict())
    del state["0.bias"]
    state["head.weight"] = torch.ones(1)
    state["0.weight"] = torch.ones(4, 5)
    with pytest.raises(WeightsMismatch) as caught:
        load_into(small(), state, "net.pth")
    text = str(caught.value)
    assert "net.pth" in text
    assert "Missing 1: 0.bias." in text
    assert "Surplus 1: head.weight." in text
    assert "0.weight 4×5 instead of 4×3" in text


def test_a_long_list_is_cut() -> None:
    with pytest.raises(WeightsMismatch, match=r"Missing 7: .* and more\."):
        load_into(small(), {}, "net.pth")


def test_numbers_that_are_none_are_refused() -> None:
    state = dict(small().state_dict())
    state["0.bias"] = torch.full((4,), float("nan"))
    with pytest.raises(WeightsMismatch, match=r"finite.*0\.bias"):
        load_into(small(), state, "net.pth")


@pytest.mark.parametrize("arch", ["vit_b", "vit_l", "vit_h", "lite"])
def test_architectures_are_recognised(arch: str) -> None:
    with torch.device("meta"):
        state = build_sam(arch).state_dict()
        other = build_sam("lite" if arch == "vit_b" else "vit_b")
    assert guess_arch(state) == arch
    with pytest.raises(WeightsMismatch, match=f"this file is a {arch}"):
        load_into(other, state, "net.pth")


def test_unknown_architectures() -> None:
    assert guess_arch({"w": torch.ones(1)}) == ""
    assert guess_arch({"image_encoder.pos_embed": torch.ones(1, 2, 2, 5)}) == ""
