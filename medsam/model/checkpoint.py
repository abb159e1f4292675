"""Files of weights: read, recognise, check and load them. Never runs code from a file."""

from __future__ import annotations

import os
import pickle
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from medsam.errors import WeightsMismatch, WeightsMissing
from medsam.model.image_encoder import VIT_SIZES
from pretrain.descriptions import read_description

WRAPPERS = ("model", "state_dict", "model_state_dict")
"""Names under which training programs put the weights beside their own state."""

PREFIXES = ("module.", "_orig_mod.")
"""What wrappers for several graphics cards or compilation put before every name."""

COMPUTED = ("attention_bias_idxs", ".attn.ab", "pixel_mean", "pixel_std")
"""Ends of entries that some files hold although they follow from the architecture."""

_LISTED = 4
_HEADINGS = {
    b"<": "a web page",
    b"{": "a text file",
    b"%PDF": "a PDF document",
    b"version https": "a pointer to a file of weights",
}


def read_state_dict(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read a file of weights.

    Unwraps dictionaries that hold the weights under one of ``WRAPPERS`` and
    strips ``PREFIXES``. Half-precision entries turn to float32.

    Args:
        path: ``.safetensors``, or anything that ``torch.save`` wrote.

    Returns:
        The entries by name, on the processor, and what the file says of
        itself (``pretrain.descriptions``; empty if it says nothing).

    Raises:
        WeightsMissing: If there is no such file or it cannot be opened.
        WeightsMismatch: If it is not a whole file of weights.
    """
    path = Path(path)
    if not os.path.isfile(path):  # Path.is_file raises on a name the disk cannot hold.
        raise WeightsMissing(f"There is no file of weights {path.name} at the place given. Check the path.")
    try:
        with path.open("rb") as stream:
            start = stream.read(64)
    except OSError as error:
        raise WeightsMissing(f"{path.name} cannot be read: {error.strerror or error}.") from None
    if path.suffix == ".safetensors":
        content, metadata = _read_safetensors(path, start)
    else:
        content = _read_pickle(path, start)
        metadata = read_description(path) if start[:2] == b"PK" else {}
    entries = _entries(content, path.name)
    return {name: _as_float32(tensor) for name, tensor in entries.items()}, metadata


def _read_safetensors(path: Path, start: bytes) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt", device="cpu") as stream:
            return {name: stream.get_tensor(name) for name in stream.keys()}, stream.metadata() or {}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise _not_weights(path.name, start, error) from None


def _read_pickle(path: Path, start: bytes) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if start[:2] in (b"PK", b"\x80\x02"):
            raise WeightsMismatch(
                f"{path.name} holds more than tensors, and this program does not run code from files."
                " Save its state dict alone, with torch.save(network.state_dict(), ...), and open that."
            ) from None
        raise _not_weights(path.name, start, error) from None
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise _not_weights(path.name, start, error) from None
    except (AttributeError, TypeError, IndexError, ImportError, OverflowError, MemoryError) as error:
        # A damaged pickle can stumble anywhere; these are what its reader lets through.
        raise _not_weights(path.name, start, error) from None


def _not_weights(name: str, start: bytes, error: Exception) -> WeightsMismatch:
    text = start.lstrip().lower()
    looks = next((said for sign, said in _HEADINGS.items() if text.startswith(sign.lower())), "")
    if not start:
        looks = "an empty file"
    if looks:
        return WeightsMismatch(f"{name} is {looks}, not a file of weights. Fetch it again.")
    return WeightsMismatch(
        f"{name} is not a whole file of weights ({type(error).__name__}):"
        " perhaps its download stopped half-way. Fetch it again."
    )


def _entries(content: Any, name: str) -> dict[str, Tensor]:
    for wrapper in WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(wrapper), Mapping):
            content = content[wrapper]
            break
    if not isinstance(content, Mapping):
        raise WeightsMismatch(
            f"A file of weights holds named tensors; {name} holds a {type(content).__name__}."
            " Save a network's state dict."
        )
    entries = {str(key): value for key, value in content.items() if isinstance(value, Tensor)}
    if not entries:
        raise WeightsMismatch(f"A file of weights holds named tensors; {name} holds none.")
    for prefix in PREFIXES:
        if all(key.startswith(prefix) for key in entries):
            entries = {key.removeprefix(prefix): value for key, value in entries.items()}
    return {key: value for key, value in entries.items() if not key.endswith(COMPUTED)}


def _as_float32(tensor: Tensor) -> Tensor:
    return tensor.detach().to(torch.float32) if tensor.is_floating_point() else tensor.detach()


def guess_arch(state: Mapping[str, Tensor]) -> str:
    """Which architecture a state dict is of: "vit_b", "vit_l", "vit_h" or "lite"; "" if none."""
    if "image_encoder.patch_embed.seq.0.c.weight" in state:
        return "lite"
    position = state.get("image_encoder.pos_embed")
    if position is not None and position.ndim == 4:
        widths = {size.width: arch for arch, size in VIT_SIZES.items()}
        return widths.get(position.shape[-1], "")
    return ""


def load_into(network: nn.Module, state: Mapping[str, Tensor], name: str) -> None:
    """Give a network the weights of a state dict; every entry must be there and fit.

    The tensors themselves become the network's, without a copy, so a network
    built on the "meta" device takes them as quickly as they were read.

    Args:
        network: Built for the architecture; its ``arch`` is named in messages if it has one.
        state: From ``read_state_dict``.
        name: The file's name, for messages.

    Raises:
        WeightsMismatch: Naming the first missing and surplus entries and
            those of another size, how many there are, and which architecture
            the file looks like.
    """
    wanted = network.state_dict()
    missing = [key for key in wanted if key not in state]
    surplus = [key for key in state if key not in wanted]
    sizes = [key for key in wanted if key in state and state[key].shape != wanted[key].shape]
    if missing or surplus or sizes:
        raise WeightsMismatch(_mismatch(network, state, name, missing, surplus, sizes, wanted))
    broken = [key for key in wanted if not _is_finite(state[key])]
    if broken:
        raise WeightsMismatch(
            f"Weights are finite numbers; {name} holds others in {_some(broken)}. Fetch or train it again."
        )
    frozen = {key: p.requires_grad for key, p in network.named_parameters()}
    network.load_state_dict(dict(state), strict=True, assign=True)
    for key, p in network.named_parameters():
        p.requires_grad_(frozen[key])


def _mismatch(
    network: nn.Module,
    state: Mapping[str, Tensor],
    name: str,
    missing: list[str],
    surplus: list[str],
    sizes: list[str],
    wanted: Mapping[str, Tensor],
) -> str:
    arch = getattr(network, "arch", "")
    found = guess_arch(state)
    if found and arch and found != arch:
        return (
            f"{name} does not fit a {arch}: this file is a {found}."
            f" Choose a model of the architecture {found} for it."
        )
    kind = f"a {arch}" if arch else "the network"
    parts = [f"{name} does not fit {kind}, which has {len(wanted)} entries."]
    if missing:
        parts.append(f"Missing {len(missing)}: {_some(missing)}.")
    if surplus:
        parts.append(f"Surplus {len(surplus)}: {_some(surplus)}.")
    if sizes:
        shapes = [f"{k} {_shape(state[k])} instead of {_shape(wanted[k])}" for k in sizes[:_LISTED]]
        parts.append(f"Of another size {len(sizes)}: {'; '.join(shapes)}.")
    return " ".join([*parts, "Choose the file that belongs to this model."])


def _some(names: Iterable[str]) -> str:
    names = list(names)
    more = "" if len(names) <= _LISTED else " and more"
    return ", ".join(names[:_LISTED]) + more


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "single"


def _is_finite(tensor: Tensor) -> bool:
    """Whether all numbers are finite; the extremes show it without a mask of the tensor's size."""
    if not tensor.numel() or not tensor.is_floating_point():
        return True
    return bool(torch.isfinite(torch.stack(torch.aminmax(tensor))).all())
