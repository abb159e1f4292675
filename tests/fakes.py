"""Stand-ins for tests: an engine that needs no process, and networks that need no weights.

``FakeEngine`` has the interface of ``medsam.engine.client.EngineClient`` and
answers deterministically, so that tests of the window need neither a worker
process nor torch. The tiny networks import torch only when they are built.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.engine.jobs import (
    Cancel,
    EmbeddingsKept,
    Encode,
    Failed,
    KeepEmbeddings,
    LoadModel,
    LookedUp,
    LookUp,
    MaskAnswer,
    MaskPatch,
    Message,
    ModelInfo,
    ModelLoaded,
    Predict,
    Priority,
    Request,
    SharePatch,
    SliceKey,
    SliceProgress,
    SliceState,
    WorkerReady,
)
from medsam.prompts import Prompts
from medsam.volume import Volume, stored_shape_hw


def ellipse_mask(prompts: Prompts, shape_hw: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """The mask that ``FakeEngine`` answers: the ellipse inscribed in the box.

    Besides, or without a box: the previous mask, and discs of radius 5 pixels
    around the positive points, minus those around the negative ones.

    Args:
        prompts: In the stored picture's frame.
        shape_hw: Of the picture; the result has this shape.
    """
    rows, cols = np.mgrid[: shape_hw[0], : shape_hw[1]] + 0.5
    mask = np.zeros(shape_hw, bool)
    if prompts.box is not None:
        box = prompts.box.require_area(shape_hw)
        cx, cy = box.center
        mask = ((cols - cx) / (box.width / 2)) ** 2 + ((rows - cy) / (box.height / 2)) ** 2 <= 1.0
    if prompts.mask is not None:
        assert prompts.mask.logits.shape == shape_hw, "the window sends it at the picture's size"
        mask |= prompts.mask.logits > 0
    if prompts.points is not None:
        for wanted in (True, False):
            for (x, y), positive in zip(prompts.points.xy, prompts.points.positive, strict=True):
                if positive is wanted:
                    mask[(cols - x) ** 2 + (rows - y) ** 2 <= 25.0] = wanted
    return mask


def other_masks(mask: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.bool_]]:
    """What ``FakeEngine`` offers beside a mask: its upper and its left half."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    upper, left = mask.copy(), mask.copy()
    if rows.size:
        upper[(rows[0] + rows[-1]) // 2 :] = False
        left[:, (cols[0] + cols[-1]) // 2 :] = False
    return [upper, left]


def fake_model_info(name: str = "medsam_zoom", **fields: Any) -> ModelInfo:
    """What ``FakeEngine`` says of a model: "zoom" for the default name, else "embedding"."""
    values: dict[str, Any] = {
        "name": name,
        "title": name,
        "kind": "zoom" if "zoom" in name else "embedding",
        "prompts": frozenset({"box"}),
        "candidates": 1,
        "can_be_empty": False,
        "device": "cpu",
        "licence": "Apache-2.0",
        "sha256": "0" * 64,
    }
    return ModelInfo(**{**values, **fields})


class FakeEngine:
    """``EngineClient`` without a process. Answers are made when they are delivered.

    Attributes:
        requests: Every request in the order it was made.
        models: Answers to ``load_model`` by name: a ``ModelInfo``, or a
            sentence to fail with. Unknown names get ``fake_model_info(name)``.
        failures: Sentences with which the next predictions fail, in order.
        draft_first: Answer a draft before the real mask where the request
            allows one, as the worker does on slices not yet encoded.
        answer: Makes the mask of a request; ``ellipse_mask`` by default.
        says_nothing: Answer "nothing here" to every request, with that mask for a guess.
        precisions: What the processor is said to compute in.
        encoded_before: Slices (axis, index) that look-ups find, through any window.
        looks: How often it was told that slices or windows go by.
        offers: Masks answered where several are wanted: the mask, then ``other_masks``.
    """

    def __init__(
        self,
        on_message: Callable[[Message], None],
        *,
        mode: str = "thread",
        command: list[str] | None = None,
    ) -> None:
        """Make an engine.

        Args:
            on_message: Called with every message.
            mode: "thread" answers from a thread of its own, like the real
                client; "told" when ``deliver`` is called, in the caller's
                thread; "sync" before the call that asks returns.
            command: Ignored; the real client's parameter.
        """
        if mode not in ("thread", "told", "sync"):
            raise ValueError(mode)
        self.on_message = on_message
        self.mode = mode
        self.requests: list[Request] = []
        self.models: dict[str, ModelInfo | str] = {}
        self.failures: list[str] = []
        self.draft_first = self.says_nothing = False
        self.offers = 1
        self.answer: Callable[[Prompts, tuple[int, int]], npt.NDArray[np.bool_]] = ellipse_mask
        self.model: ModelInfo | None = None
        self.volume: Volume | None = None
        self.pid: int | None = None
        self.started = self.closed = False
        self.precisions: tuple[str, ...] = ("exact", "fast", "fastest")
        self.kept = EmbeddingsKept(0, "/cache/embeddings", 12, 25_000_000, 8_000_000_000)
        self.looks = 0
        self._volume_id = 0
        self._token = 0
        self.encoded_before: set[tuple[int, int]] = set()
        self._encoded: set[SliceKey] = set()
        self._waiting: list[Request] = []
        self._lock = threading.RLock()
        self._wake: queue.Queue[bool] = queue.Queue()
        self._thread: threading.Thread | None = None

    # --- the interface of EngineClient ------------------------------------

    def start(self) -> None:
        """Begin to answer; ``WorkerReady`` comes first."""
        self.started = True
        self.pid = 1
        if self.mode == "thread":
            self._thread = threading.Thread(target=self._serve, name="fake-engine", daemon=True)
            self._thread.start()
        else:
            self.on_message(WorkerReady(1, {"fake": "1"}, precisions=self.precisions))
            self._ask(None)

    def close(self, timeout: float = 5.0) -> None:
        """End the thread; nothing is delivered afterwards."""
        self.closed = True
        self.pid = None
        if self._thread is not None and self._thread is not threading.current_thread():
            self._wake.put(False)
            self._thread.join(timeout)
        self._thread = None

    def set_volume(self, volume: Volume | None) -> int:
        """Take a volume; requests on others are dropped."""
        with self._lock:
            self._volume_id += 1
            self.volume = volume
            self._encoded.clear()
            self._waiting = [r for r in self._waiting if isinstance(r, LoadModel)]
            return self._volume_id

    def load_model(self, name: str, device: str = "auto", precision: str = "auto") -> int:
        """Answer ``ModelLoaded`` or, as ``models`` says, ``Failed``."""
        return self._ask(LoadModel(self._next_token(), str(name), device, precision))

    def look(self) -> None:
        """See ``EngineClient``; encodings of a fake take nobody's time."""
        self.looks += 1

    def keep_embeddings(self, max_bytes: int | None = None, *, clear: bool = False) -> int:
        """Answer ``EmbeddingsKept`` from ``kept``, which a test may change."""
        return self._ask(KeepEmbeddings(self._next_token(), max_bytes, clear))

    def look_up(self, slices: Sequence[SliceKey], priority: Priority = Priority.REST) -> int:
        """Answer ``SliceProgress`` READY for those of ``encoded_before``, then ``LookedUp``."""
        return self._ask(LookUp(self._next_token(), tuple(slices), priority))

    def encode(self, slice: SliceKey, priority: Priority = Priority.VIEW) -> int:
        """Answer ``SliceProgress`` up to READY (nothing with a zoom model)."""
        return self._ask(Encode(self._next_token(), slice, priority))

    def predict(
        self,
        slice: SliceKey,
        prompts: Prompts,
        *,
        priority: Priority = Priority.VIEW,
        channel: str = "",
        draft: bool = True,
        candidates: int = 1,
        rough: bool = False,
        settles: str = "",
    ) -> int:
        """Answer ``MaskAnswer`` or ``Failed``."""
        asked = (slice, prompts, priority, channel, draft, candidates, rough, settles)
        request = Predict(self._next_token(), *asked)
        with self._lock:
            if channel or settles:
                self._waiting = [
                    r
                    for r in self._waiting
                    if not (isinstance(r, Predict) and r.channel == (channel or settles))
                ]
        return self._ask(request)

    def cancel(self, *tokens: int) -> None:
        """Drop what waits of these."""
        with self._lock:
            self.requests.append(Cancel(tokens))
            self._waiting = [r for r in self._waiting if getattr(r, "token", None) not in tokens]

    @property
    def busy(self) -> bool:
        """Whether an answer is owed."""
        with self._lock:
            return bool(self._waiting)

    # --- for the test -------------------------------------------------------

    def deliver(self, count: int | None = None) -> int:
        """Answer the oldest ``count`` requests (all by default); how many were."""
        done = 0
        while count is None or done < count:
            with self._lock:
                if self.closed or not self._waiting:
                    break
                request = self._waiting.pop(0)
            self._answer(request)
            done += 1
        return done

    def emit(self, message: Message) -> None:
        """Deliver any message, such as a ``WorkerLost``."""
        self.on_message(message)

    def asked(self, kind: type) -> list[Any]:
        """The requests of one kind so far."""
        with self._lock:
            return [r for r in self.requests if isinstance(r, kind)]

    def _next_token(self) -> int:
        with self._lock:
            self._token += 1
            return self._token

    def _ask(self, request: Request | None) -> int:
        if request is not None:
            with self._lock:
                self.requests.append(request)
                self._waiting.append(request)
        if self.started and not self.closed:
            if self.mode == "sync":
                self.deliver()
            elif self.mode == "thread":
                self._wake.put(True)
        return getattr(request, "token", 0)

    def _serve(self) -> None:
        self.on_message(WorkerReady(1, {"fake": "1"}, precisions=self.precisions))
        self.deliver()
        while self._wake.get():
            self.deliver()

    def _answer(self, request: Request) -> None:
        if isinstance(request, LoadModel):
            self._answer_load(request)
        elif isinstance(request, KeepEmbeddings):
            self._answer_kept(request)
        elif isinstance(request, LookUp):
            self._answer_look_up(request)
        elif isinstance(request, Encode):
            if request.slice.volume_id == self._volume_id and self._model().needs_encoding:
                self._encode(request.slice)
        elif isinstance(request, Predict) and request.slice.volume_id == self._volume_id:
            self._answer_predict(request)

    def _answer_look_up(self, request: LookUp) -> None:
        for key in request.slices:
            if key.volume_id == self._volume_id and (key.axis, key.index) in self.encoded_before:
                self._encoded.add(key)
                self.on_message(SliceProgress(key, SliceState.READY, 1.0))
        self.on_message(LookedUp(request.token))

    def _answer_kept(self, request: KeepEmbeddings) -> None:
        if request.max_bytes is not None:
            self.kept = replace(self.kept, max_bytes=request.max_bytes)
        if request.clear:
            self.kept = replace(self.kept, count=0, bytes=0)
        self.on_message(replace(self.kept, token=request.token))

    def _answer_load(self, request: LoadModel) -> None:
        found = self.models.get(request.model, fake_model_info(request.model))
        if isinstance(found, str):
            self.on_message(Failed(request.token, found))
            return
        self.model = found
        self._encoded.clear()
        self.on_message(ModelLoaded(request.token, found, 0.01))

    def _model(self) -> ModelInfo:
        return self.model or fake_model_info()

    def _encode(self, key: SliceKey) -> None:
        if key not in self._encoded:
            self._encoded.add(key)
            self.on_message(SliceProgress(key, SliceState.ENCODING, 0.5))
        self.on_message(SliceProgress(key, SliceState.READY, 1.0))

    def _answer_predict(self, request: Predict) -> None:
        if self.failures:
            self.on_message(Failed(request.token, self.failures.pop(0)))
            return
        if self.volume is None:
            self.on_message(Failed(request.token, "A mask needs an image; none is open."))
            return
        shape_hw = stored_shape_hw(self.volume.shape, request.slice.axis)
        surplus = request.prompts.kinds - self._model().prompts
        if surplus:
            self.on_message(
                Failed(request.token, f"The model does not take {' and '.join(sorted(surplus))}.")
            )
            return
        answer = self._answer_of(request, self.answer(request.prompts, shape_hw))
        if self._model().needs_encoding and request.slice not in self._encoded:
            if self.draft_first and request.draft:
                scores = tuple(score - 0.4 for score in answer.scores)
                self.on_message(replace(answer, scores=scores, draft=True))
            self._encode(request.slice)
        self.on_message(answer)

    def _answer_of(self, request: Predict, mask: npt.NDArray[np.bool_]) -> MaskAnswer:
        masks = [mask, *other_masks(mask)][: min(request.candidates, self.offers)]
        agreement = disagreement = None
        if len(masks) > 1:
            overlaps = [float((mask & m).sum()) / max(float((mask | m).sum()), 1.0) for m in masks[1:]]
            agreement = sum(overlaps) / len(overlaps)
            shares = np.sum([mask ^ m for m in masks[1:]], axis=0) / (len(masks) - 1)
            disagreement = SharePatch.from_full(np.rint(shares * 255).astype(np.uint8))
        return MaskAnswer(
            request.token,
            request.slice,
            tuple(MaskPatch.from_full(m) for m in masks),
            (0.9, 0.8, 0.7)[: len(masks)],
            empty=self.says_nothing or not mask.any(),
            agreement=agreement,
            disagreement=disagreement,
        )


class TinyWeights:
    """A loaded model that needs no file: what ``load_model`` gives, with random seeded weights."""

    @staticmethod
    def sam(name: str = "tiny", kind: str = "medsam", candidates: int = 1, seed: int = 0) -> Any:
        """A SAM of image size 64, width 32 and two blocks."""
        import torch

        from medsam.model.image_encoder import ImageEncoder, ViTSize
        from medsam.model.preprocessing import Preprocessing
        from medsam.model.sam import Sam

        torch.manual_seed(seed)
        encoder = ImageEncoder(ViTSize(width=32, depth=2, heads=2, global_blocks=(1,)), image_size=64)
        network = Sam("vit_b", encoder, 64, 4).eval()
        prompts = {"box"} if candidates == 1 else {"box", "points", "mask"}
        return _loaded(network, Preprocessing(kind, 64), name, prompts, candidates)

    @staticmethod
    def zoom(name: str = "tiny_zoom", seed: int = 0) -> Any:
        """A zoom network with a crop of 32 pixels, for boxes alone."""
        return _zoom({"widths": [8, 16], "blocks": [1, 1], "decoder_blocks": [1]}, name, seed, {"box"})

    @staticmethod
    def zoom_with_clicks(name: str = "tiny_zoom_clicks", seed: int = 0, **config: Any) -> Any:
        """A zoom network with a crop of 32 pixels that takes and tells all that there is."""
        full = {"widths": [8, 8, 16], "blocks": [1, 1, 1], "decoder_blocks": [1, 1]}
        full |= {"clicks": True, "context": 2.0, "presence": True, **config}
        return _zoom(full, name, seed, {"box", "points", "mask"})


def _zoom(config: dict[str, Any], name: str, seed: int, prompts: set[str]) -> Any:
    import torch

    from medsam.model.preprocessing import Preprocessing
    from medsam.model.zoom import build_zoom

    torch.manual_seed(seed)
    network = build_zoom({"size": 32, "detail": 4, **config})
    return _loaded(network, Preprocessing("zoom", 32), name, prompts, 1)


def _loaded(network: Any, preprocessing: Any, name: str, prompts: set[str], candidates: int) -> Any:
    import torch

    from medsam.model.build import LoadedModel, ModelCard

    card = ModelCard(
        name=name,
        title=name.replace("_", " ").title(),
        kind="zoom" if preprocessing.kind == "zoom" else "embedding",
        prompts=frozenset(prompts),
        candidates=candidates,
        can_be_empty=False,
        licence="Apache-2.0",
        sha256=name.ljust(64, "0"),
        path=Path(f"{name}.safetensors"),
    )
    return LoadedModel(network, preprocessing, card, torch.device("cpu"))
