"""The words the window and the worker exchange. Plain data, pickled over a pipe.

Requests go to the worker, messages come back. Every answer names the token of
the request it belongs to; the client drops answers whose token was cancelled
or replaced, so a controller never sees a stale mask.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.intensity import Window
from medsam.prompts import Prompts


class Priority(IntEnum):
    """What is worked on first; lower is sooner. Prompts beat encodes of the same rank."""

    VIEW = 0
    HOVERED = 1
    NEIGHBOUR = 2
    REST = 3


class SliceState(str, Enum):
    """What the worker knows of a slice under the current model."""

    NONE = "none"
    QUEUED = "queued"
    ENCODING = "encoding"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class SliceKey:
    """One stored slice picture of the current volume, through one window.

    ``axis`` is the array axis that ``index`` runs along; ``window`` is None
    for colour. The picture is ``medsam.volume.stored_slice``.
    """

    volume_id: int
    axis: int
    index: int
    window: Window | None


@dataclass(frozen=True, slots=True)
class SharedArray:
    """Where a volume's voxels lie in shared memory, or in a file: ``name`` is ``file:PATH`` then.

    ``order`` is "C" or "F".
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    order: str


# --- requests -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LoadModel:
    """Load weights by catalogue name or file path. Answer: ModelLoaded or Failed.

    ``precision`` is "auto", "exact", "fast" or "fastest".
    """

    token: int
    model: str
    device: str = "auto"
    precision: str = "auto"


@dataclass(frozen=True, slots=True)
class SetVolume:
    """Attach to a volume (None: let go of it). No answer; later jobs name its id."""

    volume_id: int
    array: SharedArray | None


@dataclass(frozen=True, slots=True)
class Encode:
    """Prepare a slice so that prompts on it answer at once."""

    token: int
    slice: SliceKey
    priority: Priority


@dataclass(frozen=True, slots=True)
class LookUp:
    """Say which of some slices were encoded before, in any session; none is encoded for it.

    Answer: SliceProgress with READY for each that was, then LookedUp.
    """

    token: int
    slices: tuple[SliceKey, ...]
    priority: Priority = Priority.REST


@dataclass(frozen=True, slots=True)
class Predict:
    """Turn prompts on a slice into a mask; encodes first where the model must.

    Attributes:
        channel: Requests of one channel replace each other while they wait
            (a dragged handle sends dozens); "" never replaces. One that runs
            already is answered still, so that a drag which asks faster than
            the worker answers has something to show: its token is older than
            the latest, and tokens of a channel are answered in their order.
        draft: Whether a quick draft may be answered before the real mask.
        candidates: How many different masks are wanted at the most; from two
            on, weights with one head are asked about boxes beside the given
            one too.
        rough: An approximate mask will do, for it is looked at during a drag
            and never kept: the network may compute in fewer bits.
        settles: Requests of this channel that wait are void from now on:
            this is what the drag came to.
    """

    token: int
    slice: SliceKey
    prompts: Prompts
    priority: Priority = Priority.VIEW
    channel: str = ""
    draft: bool = True
    candidates: int = 1
    rough: bool = False
    settles: str = ""


@dataclass(frozen=True, slots=True)
class KeepEmbeddings:
    """Limit, clear or only look at the embeddings on the disk. Answer: EmbeddingsKept.

    Attributes:
        max_bytes: The limit from now on; 0 keeps none; None leaves it.
        clear: Delete all of them.
    """

    token: int
    max_bytes: int | None = None
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop these jobs, waiting or running."""

    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Looking:
    """Slices or windows go by just now: encodings leave the cores to the window for a moment."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """End the process."""


# --- messages -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a loaded set of weights is and can do.

    Attributes:
        name: Catalogue name, or the file's name.
        title: For people.
        kind: "embedding" (encode once, decode per prompt) or "zoom".
        prompts: Subset of {"box", "points", "mask"}.
        candidates: Masks offered for one prompt (1 or 3).
        can_be_empty: Whether it can answer "nothing here".
        device: "cpu", "cuda", "mps".
        licence: SPDX name or a sentence.
        sha256: Of the weights' file.
        precision: That it computes in: "exact", "fast" or "fastest".
    """

    name: str
    title: str
    kind: str
    prompts: frozenset[str]
    candidates: int
    can_be_empty: bool
    device: str
    licence: str
    sha256: str
    precision: str = "exact"

    @property
    def needs_encoding(self) -> bool:
        """Whether a slice must be encoded before its first mask."""
        return self.kind == "embedding"


@dataclass(frozen=True, slots=True)
class WorkerReady:
    """The process is up and listens. ``precisions``: what the processor can compute in."""

    pid: int
    versions: dict[str, str] = field(default_factory=dict)
    devices: tuple[str, ...] = ("cpu",)
    precisions: tuple[str, ...] = ("exact",)


@dataclass(frozen=True, slots=True)
class ModelLoaded:
    """The model asked for is in use from now on."""

    token: int
    info: ModelInfo
    seconds: float


@dataclass(frozen=True, slots=True)
class ModelChanged:
    """The model in use computes elsewhere or otherwise from now on, by itself. ``sentence`` says why."""

    info: ModelInfo
    sentence: str


@dataclass(frozen=True, slots=True)
class SliceProgress:
    """The state of a slice changed. ``fraction`` of an encode, 0..1."""

    slice: SliceKey
    state: SliceState
    fraction: float = 0.0


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Every slice of a look-up was looked at."""

    token: int


@dataclass(frozen=True, slots=True)
class MaskPatch:
    """A mask cut to what it covers, in the stored picture's frame.

    ``mask`` has shape (h, w) and starts at column ``x0``, row ``y0`` of a
    picture of ``shape_hw``; (0, 0)-sized when the mask is empty. Pickled, it
    takes a bit a pixel: during a drag dozens a second pass through the pipe.
    """

    x0: int
    y0: int
    mask: npt.NDArray[np.bool_]
    shape_hw: tuple[int, int]

    @classmethod
    def from_full(cls, mask: npt.NDArray[np.bool_]) -> MaskPatch:
        """Cut a full (H, W) mask."""
        h, w = mask.shape
        rows = np.flatnonzero(mask.any(axis=1))
        if rows.size == 0:
            return cls(0, 0, np.zeros((0, 0), bool), (h, w))
        y0, tall = int(rows[0]), mask[rows[0] : rows[-1] + 1]
        cols = np.flatnonzero(tall.any(axis=0))
        x0 = int(cols[0])
        return cls(x0, y0, tall[:, x0 : cols[-1] + 1].copy(), (h, w))

    def __reduce__(self) -> tuple[Any, ...]:
        """As bits."""
        return _unpacked, (self.x0, self.y0, np.packbits(self.mask).tobytes(), self.mask.shape, self.shape_hw)

    def full(self) -> npt.NDArray[np.bool_]:
        """The whole (H, W) mask."""
        out = np.zeros(self.shape_hw, bool)
        h, w = self.mask.shape
        out[self.y0 : self.y0 + h, self.x0 : self.x0 + w] = self.mask
        return out


def _unpacked(x0: int, y0: int, bits: bytes, shape: tuple[int, int], shape_hw: tuple[int, int]) -> MaskPatch:
    """A ``MaskPatch`` from what its pickle holds."""
    mask = np.unpackbits(np.frombuffer(bits, np.uint8), count=shape[0] * shape[1])
    return MaskPatch(x0, y0, mask.view(np.bool_).reshape(shape), shape_hw)


@dataclass(frozen=True, slots=True)
class SharePatch:
    """Shares per pixel cut to where they are above zero, in the stored picture's frame.

    ``values`` is uint8 of shape (h, w), 255 for all; the rest is as in ``MaskPatch``.
    """

    x0: int
    y0: int
    values: npt.NDArray[np.uint8]
    shape_hw: tuple[int, int]

    @classmethod
    def from_full(cls, values: npt.NDArray[np.uint8]) -> SharePatch:
        """Cut full (H, W) shares."""
        cut = MaskPatch.from_full(values > 0)
        h, w = cut.mask.shape
        return cls(cut.x0, cut.y0, values[cut.y0 : cut.y0 + h, cut.x0 : cut.x0 + w].copy(), cut.shape_hw)

    def full(self) -> npt.NDArray[np.uint8]:
        """The whole (H, W) shares."""
        out = np.zeros(self.shape_hw, np.uint8)
        h, w = self.values.shape
        out[self.y0 : self.y0 + h, self.x0 : self.x0 + w] = self.values
        return out


@dataclass(frozen=True, slots=True)
class MaskAnswer:
    """A mask for a ``Predict``. A draft is followed by the real one, same token.

    Attributes:
        masks: One patch a candidate, best first.
        scores: Predicted quality of each, 0..1.
        empty: The model says that there is nothing in the prompt; ``masks``
            are its best guess all the same, and may have no pixel.
        agreement: Mean overlap (IoU, 0..1) of the first mask with every other
            mask that was looked at; None if there was none.
        disagreement: Per pixel, the share of those others that differ from
            the first mask; None if there was none.
    """

    token: int
    slice: SliceKey
    masks: tuple[MaskPatch, ...]
    scores: tuple[float, ...]
    draft: bool = False
    empty: bool = False
    seconds: float = 0.0
    agreement: float | None = None
    disagreement: SharePatch | None = None


@dataclass(frozen=True, slots=True)
class EmbeddingsKept:
    """What lies on the disk: folder, number, bytes and limit; ``trouble``: why the last could not be kept."""

    token: int
    folder: str
    count: int
    bytes: int
    max_bytes: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A job ended without its result. ``sentence`` is shown as it is."""

    token: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """The process died; the client has started another and replayed the queue.

    ``restarting`` is False when it died too often and stays down.
    """

    sentence: str
    restarting: bool


Request = LoadModel | SetVolume | Encode | LookUp | Predict | KeepEmbeddings | Cancel | Looking | Shutdown
Message = (
    WorkerReady
    | ModelLoaded
    | ModelChanged
    | SliceProgress
    | LookedUp
    | MaskAnswer
    | EmbeddingsKept
    | Failed
    | WorkerLost
)
