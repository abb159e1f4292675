"""The cache of what a frozen encoder makes of the slices.

A cache is a folder:

    key.json            what the features were computed from (``FeatureKey``), their shape and place
    rows.npy            (n, 3) int32: case, slice and variant of each row, in the order of the shards
    shards/00000.npy    (rows, C, h, w) float16, memory-mapped
    shards/00000.json   its SHA-256, and a CRC-32 of each row
    complete.json       written last, when a share was encoded again and found the same

A shard is written under another name and appears whole. Every row is checked
against its CRC-32 when a process reads it for the first time, so damage on the
disk is an error and never a worse network.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from finetune.config import Recipe
from finetune.data.store import Store
from finetune.features.shards import Features, shard_name
from finetune.features.variation import SliceVariation
from finetune.starting import Start
from medsam.errors import InputError
from medsam.inference.transforms import encode_input
from medsam.model.image_encoder import ImageEncoder
from medsam.model.preprocessing import Preprocessing
from medsam.model.sam import Sam

CODE_VERSION = 1
"""Raised whenever the same key would give other numbers."""

Level = Literal["embedding", "last-block"]
LEVELS: dict[str, Level] = {"A": "embedding", "B": "last-block"}
"""What a tier reads: the encoder's output, or the tokens that enter its last block."""

KEY, ROWS, COMPLETE, SHARDS = "key.json", "rows.npy", "complete.json", "shards"
SHARD_BYTES, SHARD_ROWS = 64 << 20, 256
"""A shard's limits. What a killed run has to repeat is one shard: some minutes on a slow processor."""

_OPEN_SHARDS = 256

Row = tuple[int, int, int]
"""Case and slice (numbers in the store), and variant."""


@dataclass(frozen=True)
class FeatureKey:
    """What features depend on: where any of it differs, they are others.

    Attributes:
        weights: SHA-256 of the encoder's entries that are used, as far as ``level``.
        preprocessing: Kind, size and version of the encoder's input.
        level: Where the features are taken.
        variants: How many of each training slice, and how they are drawn.
        store: SHA-256 of the store, which knows each slice's window.
        dtype: Of the stored numbers.
        version: Of the code that computes them.
    """

    weights: str
    preprocessing: str
    level: Level
    variants: str
    store: str
    dtype: str = "float16"
    version: int = CODE_VERSION

    @property
    def digest(self) -> str:
        """SHA-256 over all of it."""
        return hashlib.sha256(json.dumps(dataclasses.asdict(self), sort_keys=True).encode()).hexdigest()

    def differences(self, other: FeatureKey) -> list[str]:
        """What the other differs in, in words."""
        return [words for name, words in _WORDS.items() if getattr(self, name) != getattr(other, name, None)]


_WORDS = {
    "weights": "the encoder's weights",
    "preprocessing": "the preprocessing",
    "level": "the tier (where in the encoder features are taken)",
    "variants": "the variants (embed, geometry and intensity in the recipe)",
    "store": "the store (its pictures, windows or splits)",
    "dtype": "the number format",
    "version": "the version of the code",
}


def feature_level(start: Start, recipe: Recipe) -> Level:
    """Where a recipe's features are taken.

    Raises:
        InputError: If the recipe trains the encoder, or its encoder has no last block to train.
    """
    if not isinstance(start.network, Sam):
        raise InputError(
            "Only a network with an image encoder has features; a zoom network has none."
            " Choose a recipe of kind sam."
        )
    level = LEVELS.get(recipe.tier)
    if level is None:
        raise InputError(
            f"Features are cached for tiers A and B, whose encoder stays as it is; tier {recipe.tier}"
            " trains it. Take tier A or B, or train without a cache."
        )
    if level == "last-block" and not isinstance(start.network.image_encoder, ImageEncoder):
        raise InputError(
            "Tier B trains the last block of a ViT encoder; the encoder of these weights is TinyViT."
            " Take tier A or D."
        )
    return level


def feature_key(start: Start, recipe: Recipe, store: Store) -> FeatureKey:
    """What a cache for this run must have been computed from.

    Raises:
        InputError: If the recipe has no use for a cache.
    """
    level = feature_level(start, recipe)
    variants: dict[str, Any] = {"count": recipe.embed.variants}
    if recipe.embed.variants > 1:
        variants["seed"] = recipe.embed.seed
        variants["geometry"] = dataclasses.asdict(recipe.geometry)
        variants["intensity"] = dataclasses.asdict(recipe.intensity)
    return FeatureKey(
        weights=_weights_sha256(cast(Sam, start.network), level),
        preprocessing=json.dumps(start.preprocessing.to_dict(), sort_keys=True),
        level=level,
        variants=json.dumps(variants, sort_keys=True),
        store=store.sha256,
    )


def _weights_sha256(network: Sam, level: Level) -> str:
    encoder = network.image_encoder
    after: tuple[str, ...] = ()
    if level == "last-block":
        assert isinstance(encoder, ImageEncoder)
        after = (f"blocks.{len(encoder.blocks) - 1}.", "neck.")
    digest = hashlib.sha256()
    for name, tensor in sorted(encoder.state_dict().items()):
        if not (after and name.startswith(after)):
            array = np.ascontiguousarray(tensor.detach().cpu().numpy())
            digest.update(f"{name} {array.dtype.str} {array.shape};".encode())
            digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def feature_shape(network: Sam, level: Level) -> tuple[int, int, int]:
    """(C, h, w) of one slice's features."""
    side = network.embedding_size
    if level == "last-block":
        return int(cast(Tensor, network.image_encoder.pos_embed).shape[-1]), side, side
    return network.prompt_encoder.channels, side, side


def slice_input(
    store: Store, case: int, slice_number: int, variation: SliceVariation, pp: Preprocessing
) -> Tensor:
    """(1, 3, S, S) float32 on the CPU: a slice as the program itself would give it to the encoder."""
    picture = store.picture(case, slice_number)
    if not variation.is_identity:
        picture = variation.picture(picture)
    return encode_input(np.asarray(picture), pp)


def encode(network: Sam, inputs: Tensor, level: Level, check: Callable[[], None] | None = None) -> Tensor:
    """(B, 3, S, S) to features (B, C, h, w), in bfloat16 on a graphics card.

    Nothing is switched: the caller sees to evaluation mode and gradients.
    ``check`` is called often and may raise.
    """
    encoder: Any = network.image_encoder
    with torch.autocast("cuda", torch.bfloat16, enabled=inputs.device.type == "cuda"):
        if level == "embedding":
            return encoder(inputs, check)
        return encoder.before_last(inputs, check).permute(0, 3, 1, 2)


def to_embedding(network: Sam, features: Tensor, level: Level) -> Tensor:
    """Features (B, C, h, w), float, to the embedding that the decoder takes; differentiable."""
    if level == "embedding":
        return features
    encoder: Any = network.image_encoder
    return encoder.from_last(features.permute(0, 2, 3, 1))


class FeatureCache:
    """Reads a cache. Safe to use from several threads."""

    def __init__(self, folder: Path, described: dict[str, Any], rows: npt.NDArray[np.int32]) -> None:
        """Remember what ``open`` found."""
        self.folder = folder
        self.level: Level = described["level"]
        self.shape: tuple[int, int, int] = tuple(described["shape"])
        self.variants = int(described["count"])
        self.rows_per_shard = int(described["rows_per_shard"])
        self._rows: dict[Row, int] = {(int(c), int(s), int(v)): n for n, (c, s, v) in enumerate(rows)}
        self._checked = np.zeros(len(rows), bool)
        self._open: OrderedDict[int, tuple[Features, list[int]]] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, key: FeatureKey) -> FeatureCache:
        """Open a complete cache that was computed from just this.

        Raises:
            InputError: If there is none, it is not complete or damaged, or computed from something else.
        """
        folder = Path(folder)
        described = read_description(folder)
        if described is None:
            raise InputError(
                f"{folder.name} holds no cache of features. Make it with `python -m finetune embed --out`."
            )
        require_same(folder, described, key)
        if not (folder / COMPLETE).is_file():
            raise InputError(
                f"The cache of features {folder.name} is not complete. Run `python -m finetune embed` with"
                " the same settings again; it goes on where it stopped."
            )
        try:
            complete = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))
            written = (folder / ROWS).read_bytes()
            if hashlib.sha256(written).hexdigest() != complete["rows_sha256"]:
                raise ValueError(ROWS)
            return cls(folder, described, np.load(io.BytesIO(written)))
        except (OSError, ValueError, KeyError, TypeError):
            raise damaged(folder, ROWS) from None

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._rows)

    def __contains__(self, row: object) -> bool:
        return row in self._rows

    def get(self, case: int, slice_number: int, variant: int = 0) -> Features:
        """(C, h, w) float16 of a slice, a read-only view into the file.

        Raises:
            InputError: If the slice is not cached (test slices, slices without objects, further
                variants of validation slices), or its shard is damaged.
        """
        row = self._rows.get((case, slice_number, variant))
        if row is None:
            raise InputError(
                f"The cache of features {self.folder.name} does not hold variant {variant} of slice"
                f" {slice_number} of case {case}; it holds training slices with objects, and validation"
                " slices along the third axis as they are."
            )
        number, place = divmod(row, self.rows_per_shard)
        features, sums = self._shard(number)
        found = features[place]
        if not self._checked[row]:
            if zlib.crc32(found.reshape(-1).view(np.uint8).data) != sums[place]:
                raise damaged(self.folder, f"{SHARDS}/{shard_name(number)}.npy")
            self._checked[row] = True
        return found

    def batch(self, rows: Sequence[Row]) -> Features:
        """(B, C, h, w) float16: a copy of several."""
        result = np.empty((len(rows), *self.shape), np.float16)
        for n, row in enumerate(rows):
            result[n] = self.get(*row)
        return result

    def _shard(self, number: int) -> tuple[Features, list[int]]:
        with self._lock:
            kept = self._open.get(number)
            if kept is None:
                kept = self._read(number)
                self._open[number] = kept
                while len(self._open) > _OPEN_SHARDS:
                    self._open.popitem(last=False)
            self._open.move_to_end(number)
            return kept

    def _read(self, number: int) -> tuple[Features, list[int]]:
        path = self.folder / SHARDS / f"{shard_name(number)}.npy"
        count = min(self.rows_per_shard, len(self) - number * self.rows_per_shard)
        try:
            features = np.load(path, mmap_mode="r")
            sums = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["crc32"]
        except (OSError, ValueError, KeyError, TypeError):
            raise damaged(self.folder, f"{SHARDS}/{path.name}") from None
        if features.shape != (count, *self.shape) or features.dtype != np.float16 or len(sums) != count:
            raise damaged(self.folder, f"{SHARDS}/{path.name}")
        return features, sums


def read_description(folder: Path) -> dict[str, Any] | None:
    """What ``key.json`` says; None if there is none.

    Raises:
        InputError: If it is not readable.
    """
    try:
        described = json.loads((folder / KEY).read_text(encoding="utf-8"))
        if not isinstance(described, dict) or not isinstance(described["key"], dict):
            raise ValueError(KEY)
        return described
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise damaged(folder, KEY) from None


def require_same(folder: Path, described: dict[str, Any], key: FeatureKey) -> None:
    """Raise ``InputError`` unless a cache was computed from what ``key`` says."""
    known = {f.name for f in dataclasses.fields(FeatureKey)}
    there = {name: value for name, value in described["key"].items() if name in known}
    missing = dict.fromkeys(known - set(there), "")
    differ = key.differences(FeatureKey(**{**missing, **there}))
    if differ:
        raise InputError(
            f"The cache of features {folder.name} was computed from something else; these differ:"
            f" {', '.join(differ)}. Name another folder, or make it anew with"
            " `python -m finetune embed --rebuild`."
        )


def damaged(folder: Path, name: str) -> InputError:
    """The error of a file that is missing or not as it was written, with what helps."""
    how = "with --rebuild" if name == KEY else "with the same settings again; it makes anew what is not whole"
    return InputError(
        f"{name} of the cache of features {folder.name} is missing or damaged. Run"
        f" `python -m finetune embed` {how}."
    )
