"""The networks a worker holds: the one in use and, beside an embedding model, one for drafts."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import psutil
import torch

from medsam.engine.jobs import ModelInfo
from medsam.errors import MedSAMError, ModelError
from medsam.inference.embedding_cache import EmbeddingCache
from medsam.inference.embedding_files import EmbeddingFiles, embedding_cap, embedding_folder
from medsam.inference.predictor import Predictor, make_predictor
from medsam.model.card import is_card_lost, is_out_of_memory, release
from medsam.model.devices import available_devices
from medsam.prompts import Prompts

if TYPE_CHECKING:
    from medsam.model.build import LoadedModel

Loader = Callable[[str, str], "LoadedModel"]

_CACHE_LEAST, _CACHE_MOST = 256 * 2**20, 2 * 2**30


class Models:
    """Loads models and makes their predictors; all share one embedding cache."""

    def __init__(self, load: Loader, draft_name: str, log: logging.Logger) -> None:
        """Hold nothing yet.

        Args:
            load: From a name or path and a device to a loaded model.
            draft_name: Catalogue name of the model for drafts; "" for none.
            log: Told when the draft model is not to be had.
        """
        self._load = load
        self._draft_name = draft_name
        self._log = log
        self._draft: Predictor | None = None
        self._draft_tried = False
        self._active: Predictor | None = None
        self.info: ModelInfo | None = None
        self.files = EmbeddingFiles(embedding_folder(), embedding_cap())
        self.cache = EmbeddingCache(cache_bytes(), behind=self.files)

    def load(self, name: str, device: str, precision: str = "auto") -> ModelInfo:
        """Take another model into use; on failure the present one stays.

        Raises:
            MedSAMError: Saying what is missing or wrong.
        """
        self._active = self._predictor(name, device, precision)
        self.info = _info_of(self._active)
        return self.info

    def _predictor(self, name: str, device: str, precision: str) -> Predictor:
        """A predictor on a device; on the processor where a card has no room or does not work."""
        try:
            return make_predictor(self._load(name, device), self.cache, precision)
        except Exception as error:
            is_full = is_out_of_memory(error)
            if device == "cpu" or available_devices() == ["cpu"] or not (is_full or is_card_lost(error)):
                raise
            self._log.warning("no model on the card: %s: %s", type(error).__name__, error)
        # Only here: an error's frames hold what was loaded so far.
        self._release()
        predictor = make_predictor(self._load(name, "cpu"), self.cache, precision)
        title = predictor.card.title
        predictor.news = (
            f"The graphics card has too little memory for {title}, which computes on the CPU."
            if is_full
            else f"The graphics card does not work with this PyTorch; {title} computes on the CPU."
        )
        return predictor

    def take_change(self) -> tuple[ModelInfo, ModelInfo, str] | None:
        """What the model in use was, what it is now, and why, if that changed by itself since last asked."""
        before, active = self.info, self._active
        if before is None or active is None or not active.news:
            return None
        sentence, active.news = active.news, ""
        self.info = _info_of(active)
        return before, self.info, sentence

    @property
    def uses_card(self) -> bool:
        """Whether a network is on a card."""
        return any(p is not None and p.device.type != "cpu" for p in (self._active, self._draft))

    @property
    def active(self) -> Predictor:
        """The predictor in use.

        Raises:
            ModelError: If none was loaded.
        """
        if self._active is None:
            raise ModelError("A mask needs a model; none is loaded. Choose one under Model.")
        return self._active

    def draft_for(self, prompts: Prompts) -> Predictor | None:
        """A predictor that answers these prompts without encoding, if there is one."""
        if self._active is None or not self._active.needs_encoding or self._draft is None:
            return None
        return self._draft if prompts.kinds <= self._draft.card.prompts else None

    def prepare_draft(self) -> None:
        """Load the model for drafts beside an embedding model, so that the first box need not wait for it."""
        if self._active is not None:
            self._active.prepare()
        if self._active is not None and self._active.needs_encoding and not self._draft_tried:
            self._draft_tried = True
            self._draft = self._load_draft()

    def free_memory(self) -> None:
        """Give cached memory of a card back, after it ran out."""
        if self._active is not None:
            release(self._active.device)

    def _release(self) -> None:
        # A card that does not work cannot give memory back either.
        with contextlib.suppress(RuntimeError):
            release("cuda" if torch.cuda.is_available() else "mps")

    def _load_draft(self) -> Predictor | None:
        if not self._draft_name:
            return None
        try:
            predictor = make_predictor(self._load(self._draft_name, self.active.device.type))
        except MedSAMError as error:
            self._log.info("no drafts: %s", type(error).__name__)
            return None
        predictor.prepare()
        return None if predictor.needs_encoding else predictor


def _info_of(predictor: Predictor) -> ModelInfo:
    card = predictor.card
    return ModelInfo(
        name=card.name,
        title=card.title,
        kind="embedding" if predictor.needs_encoding else "zoom",
        prompts=frozenset(card.prompts),
        candidates=card.candidates,
        can_be_empty=card.can_be_empty,
        device=predictor.device.type,
        licence=card.licence,
        sha256=card.sha256,
        precision=getattr(predictor, "precision", "exact"),
    )


def cache_bytes() -> int:
    """Memory for embeddings: an eighth of the machine's, within limits."""
    return int(min(max(psutil.virtual_memory().total // 8, _CACHE_LEAST), _CACHE_MOST))
