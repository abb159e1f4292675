"""The inference thread: carries out one job after another.

A running encoding looks up between two steps. It may then be cancelled, give
way to something more urgent, or stand aside for an answer that costs no
encoding: a mask on a slice encoded before, or a draft.
"""

from __future__ import annotations

import time
import traceback
from collections import OrderedDict
from collections.abc import Callable

from medsam.engine.jobs import (
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
    ModelChanged,
    ModelLoaded,
    Predict,
    Priority,
    SetVolume,
    SharePatch,
    SliceKey,
    SliceProgress,
    SliceState,
)
from medsam.engine.logs import LOG_NAME, engine_logger
from medsam.engine.loss import EXIT_CARD_LOST
from medsam.engine.shared_voxels import AttachedBlock
from medsam.engine.worker_batches import encode_together
from medsam.engine.worker_models import Models
from medsam.engine.worker_queue import Job, JobQueue, is_urgent
from medsam.engine.worker_slices import Picture, Watch, slice_picture
from medsam.errors import Cancelled, MedSAMError, ModelError, PromptError
from medsam.inference.allocator import give_back
from medsam.inference.candidates import Candidates
from medsam.inference.predictor import EmbeddingPredictor, Prediction, Predictor
from medsam.model.card import is_card_lost, is_out_of_memory

_PICTURES = 8
_ASKED_AGAIN_SECONDS = 0.02
_IDLE_SECONDS = 120.0
"""Without a request, before memory that is kept for the next encoding goes back to the system."""


class Interrupted(Exception):
    """The running encoding gives way to something more urgent."""


class CardLost(Exception):
    """Nothing computes on the card any more in this process; another one shall do what is owed."""


class Inference:
    """Owns the models and the volume; only ``knows`` is for other threads."""

    def __init__(self, send: Callable[[Message], None], queue: JobQueue, models: Models) -> None:
        """Answer through ``send`` what comes from ``queue``."""
        self._send = send
        self._queue = queue
        self._models = models
        self._log = engine_logger()
        self._block: AttachedBlock | None = None
        self._volume_id = -1
        self._pictures: OrderedDict[SliceKey, Picture] = OrderedDict()
        self._ready: set[SliceKey] = set()
        self._usual_steps = 0

    def run(self) -> int:
        """Work until the queue is stopped; the process's exit code."""
        try:
            while (job := self._queue.take(give_back, _IDLE_SECONDS)) is not None:
                self._carry_out(job)
        except CardLost:
            return EXIT_CARD_LOST
        finally:
            self._let_go()
        return 0

    def knows(self, key: SliceKey) -> bool:
        """Whether the slice needs no encoding, as far as is known without looking."""
        info = self._models.info
        return key in self._ready or (info is not None and not info.needs_encoding)

    def _carry_out(self, job: Job) -> None:
        request = job.request
        try:
            if isinstance(request, SetVolume):
                self._set_volume(request)
            elif isinstance(request, LoadModel):
                self._load(request)
            elif isinstance(request, KeepEmbeddings):
                self._keep_embeddings(request)
            elif isinstance(request, Encode):
                self._encode(job, request.slice)
            elif isinstance(request, LookUp):
                self._look_for_kept(job, request)
            else:
                self._predict(job, request)
        except Interrupted:
            self._queue.put_back(job)
            self._tell_idle(job)
        except Cancelled:
            self._tell_idle(job)
        except CardLost:
            raise
        except Exception as error:
            if self._models.uses_card and is_card_lost(error):
                self._log.error("".join(traceback.format_exception(error)))
                raise CardLost from error
            self._fail(job, error)
        self._tell_change()

    # --- volume and model -----------------------------------------------------

    def _set_volume(self, request: SetVolume) -> None:
        self._let_go()
        self._volume_id = request.volume_id
        if request.array is None:
            give_back()
        else:
            self._block = AttachedBlock(request.array)

    def _let_go(self) -> None:
        self._pictures.clear()
        self._ready.clear()
        if self._block is not None:
            self._block.close()
            self._block = None

    def _load(self, request: LoadModel) -> None:
        started = time.perf_counter()
        info = self._models.load(request.model, request.device, request.precision)
        self._ready.clear()
        self._usual_steps = 0
        self._log.info("model %s on %s", info.name, info.device)
        self._send(ModelLoaded(request.token, info, time.perf_counter() - started))
        self._models.prepare_draft()
        give_back()  # of the model before, and of what loading took

    def _keep_embeddings(self, request: KeepEmbeddings) -> None:
        files = self._models.files
        if request.max_bytes is not None:
            files.limit(request.max_bytes)
        if request.clear:
            files.clear()
            self._models.cache.clear()
            self._ready.clear()
        usage = files.usage()
        told = (str(files.folder), usage.count, usage.bytes, files.max_bytes, files.trouble)
        self._send(EmbeddingsKept(request.token, *told))

    def _picture(self, key: SliceKey) -> Picture:
        """The picture of a key: one and the same read-only array while it is remembered."""
        if key.volume_id != self._volume_id:
            raise Cancelled
        picture = self._pictures.get(key)
        if picture is None:
            picture = slice_picture(None if self._block is None else self._block.array, key)
            self._pictures[key] = picture
            if len(self._pictures) > _PICTURES:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        return picture

    # --- slices and prompts ---------------------------------------------------

    def _encode(self, job: Job, key: SliceKey) -> None:
        predictor = self._models.active
        picture = self._picture(key)
        if isinstance(job.request, Encode) and job.priority == Priority.REST and predictor.at_once > 1:
            self._encode_together(job, key, predictor)
            return
        if predictor.needs_encoding:
            watch = Watch(
                self._usual_steps, lambda f: self._tell_progress(key, f), self._look_up_of(job, key)
            )
            predictor.set_image(picture, watch)
            self._usual_steps = watch.steps or self._usual_steps
        self._tell_ready(key)

    def _encode_together(self, job: Job, key: SliceKey, predictor: Predictor) -> None:
        encode_together(
            job,
            predictor,
            self._queue,
            self._picture,
            self._look_up_of(job, key),
            self._tell_ready,
            self._send,
        )

    def _look_for_kept(self, job: Job, request: LookUp) -> None:
        """Tell which slices were encoded before, giving way to whatever is more urgent."""
        predictor = self._models.active if self._models.info is not None else None
        if isinstance(predictor, EmbeddingPredictor):
            for key in request.slices[job.looked :]:
                if job.cancelled or key.volume_id != self._volume_id:
                    raise Cancelled
                if self._queue.has_before(job):
                    raise Interrupted
                # Not remembered: the pictures that somebody looks at would be forgotten for these.
                picture = slice_picture(None if self._block is None else self._block.array, key)
                if key in self._ready or predictor.is_kept(picture):
                    self._ready.add(key)
                    self._send(SliceProgress(key, SliceState.READY, 1.0))
                job.looked += 1
        self._send(LookedUp(request.token))

    def _predict(self, job: Job, request: Predict) -> None:
        started = time.perf_counter()
        predictor = self._models.active
        # Before anything slow: a prompt that asks nothing need not wait for an encoding.
        predictor.checked(request.prompts, self._picture(request.slice).shape[:2])
        if predictor.needs_encoding and not self._is_encoded(predictor, request.slice):
            self._give_draft(job)
            self._encode(job, request.slice)
        if not job.cancelled:
            self._answer(request, predictor, started, draft=False)
            if request.channel:
                self._queue.drag_on()

    def _give_draft(self, job: Job) -> None:
        """Answer a quick mask ahead of an encoding, once, if it is wanted and to be had."""
        request = job.request
        if not isinstance(request, Predict) or not request.draft or job.drafted or job.cancelled:
            return
        job.drafted = True
        predictor = self._models.draft_for(request.prompts)
        if predictor is None:
            return
        try:
            self._answer(request, predictor, time.perf_counter(), draft=True)
        except (ModelError, PromptError) as error:
            # The draft's network may need more to start from than the one in use.
            self._log.info("no draft: %s", type(error).__name__)

    def _answer(self, request: Predict, predictor: Predictor, started: float, draft: bool) -> None:
        predictor.set_image(self._picture(request.slice))
        found: Prediction | Candidates
        agreement = disagreement = None
        if request.candidates > 1:
            found = predictor.candidates(request.prompts, request.candidates)
            if found.agreement is not None:
                agreement, disagreement = found.agreement, SharePatch.from_full(found.disagreement)
        else:
            found = predictor.predict(request.prompts, rough=request.rough)
        self._send(
            MaskAnswer(
                token=request.token,
                slice=request.slice,
                masks=tuple(MaskPatch.from_full(mask) for mask in found.masks),
                scores=tuple(float(score) for score in found.scores),
                draft=draft,
                empty=found.empty,
                seconds=time.perf_counter() - started,
                agreement=agreement,
                disagreement=disagreement,
            )
        )

    def _is_encoded(self, predictor: Predictor, key: SliceKey) -> bool:
        if predictor.is_encoded(self._picture(key)):
            return True
        self._ready.discard(key)
        return False

    # --- between two steps of an encoding -----------------------------------------

    def _look_up_of(self, running: Job, key: SliceKey) -> Callable[[], None]:
        seen = -1

        def look_up() -> None:
            nonlocal seen
            while True:
                if self._queue.changes != seen:
                    seen = self._queue.changes
                    self._look_up(running, key)
                if not self._queue.wait_for_drag(seen):
                    return

        return look_up

    def _look_up(self, running: Job, key: SliceKey) -> None:
        """Something changed while ``running`` encodes ``key``: does it concern it?

        Raises:
            Cancelled: If the job is not wanted any more.
            Interrupted: If something more urgent must go first.
        """
        if running.cancelled:
            # Looking ahead anew cancels everything and asks again; what is half
            # encoded already shall not be begun again for that.
            if not self._queue.comes(key, _ASKED_AGAIN_SECONDS):
                raise Cancelled
            running.priority = Priority.REST
        for job in self._queue.waiting():
            if isinstance(job.request, (SetVolume, LoadModel)):
                raise Interrupted
            if isinstance(job.request, KeepEmbeddings):
                if self._queue.remove(job):
                    self._carry_out(job)
            elif isinstance(job.request, LookUp):
                if job.rank < running.rank and self._queue.remove(job):
                    self._carry_out(job)
            elif job.request.slice == key:
                # Somebody needs this very slice, maybe sooner: going on serves both.
                running.priority = min(running.priority, job.priority)
                self._draft_aside(job)
            elif job.priority <= running.priority and self._is_quick(job):
                if self._queue.remove(job):
                    self._carry_out(job)
            elif job.rank < running.rank:
                raise Interrupted
            else:
                self._draft_aside(job)

    def _is_quick(self, job: Job) -> bool:
        """Whether a waiting job costs no encoding."""
        request = job.request
        if not isinstance(request, (Encode, Predict)) or request.slice not in self._ready:
            return False
        try:
            return self._is_encoded(self._models.active, request.slice)
        except (MedSAMError, Cancelled):
            return False

    def _draft_aside(self, job: Job) -> None:
        if is_urgent(job):
            try:
                self._give_draft(job)
            except Exception as error:
                # The job itself will say what is wrong when its turn comes.
                self._log.info("no draft: %s", type(error).__name__)

    # --- what is told ---------------------------------------------------------

    def _tell_progress(self, key: SliceKey, fraction: float) -> None:
        self._send(SliceProgress(key, SliceState.ENCODING, fraction))

    def _tell_ready(self, key: SliceKey) -> None:
        self._tell_change()
        self._ready.add(key)
        self._send(SliceProgress(key, SliceState.READY, 1.0))

    def _tell_change(self) -> None:
        """Say if the model in use left the card or its precision by itself."""
        changed = self._models.take_change()
        if changed is None:
            return
        before, info, sentence = changed
        if info.precision != before.precision:
            for key in self._ready:
                self._send(SliceProgress(key, SliceState.NONE))
            self._ready.clear()
        self._log.info("now %s on %s", info.precision, info.device)
        self._send(ModelChanged(info, sentence))

    def _tell_idle(self, job: Job) -> None:
        request = job.request
        if isinstance(request, (Encode, Predict)) and request.slice not in self._ready:
            waits = self._queue.wants(request.slice)
            self._send(SliceProgress(request.slice, SliceState.QUEUED if waits else SliceState.NONE))

    def _fail(self, job: Job, error: Exception) -> None:
        token = getattr(job.request, "token", None)
        self._send(Failed(token, self._sentence(error)))
        job.cancelled = True  # it wants its slice no more
        self._tell_idle(job)

    def _sentence(self, error: Exception) -> str:
        if is_out_of_memory(error):
            self._models.free_memory()
            self._log.warning("out of memory")
            return (
                "Memory ran out while the model was computing. Close other programs or images,"
                " or choose a smaller model or the CPU."
            )
        if isinstance(error, MedSAMError):
            return str(error)
        self._log.error("".join(traceback.format_exception(error)))
        return (
            f"The model stopped at an unexpected {type(error).__name__}."
            f" Try again; the file {LOG_NAME} in the log folder has the details."
        )
