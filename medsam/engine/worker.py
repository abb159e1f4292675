"""The process that holds the networks: ``python -m medsam.engine.worker``.

Requests come over standard input, messages leave over standard output (see
``wire``). A reader thread takes requests and handles cancels at once; the
main thread is the one and only inference thread, as graphics drivers like it.
When the window dies, standard input ends, and so does this process.
"""

from __future__ import annotations

import faulthandler
import os
import platform
import signal
import sys
import threading
from typing import TYPE_CHECKING

from medsam.engine.jobs import (
    Cancel,
    Encode,
    Failed,
    Looking,
    Message,
    SetVolume,
    SharedArray,
    Shutdown,
    SliceProgress,
    SliceState,
    WorkerReady,
)
from medsam.engine.logs import engine_logger
from medsam.engine.loss import EXIT_CANNOT_START
from medsam.engine.precedence import step_back
from medsam.engine.shared_voxels import remove_files
from medsam.engine.wire import Channel
from medsam.engine.worker_queue import JobQueue

if TYPE_CHECKING:
    from medsam.engine.worker_inference import Inference
    from medsam.engine.worker_models import Loader


class Worker:
    """Reader thread and inference thread around one queue."""

    def __init__(self, channel: Channel) -> None:
        """Talk to the window over ``channel``."""
        self._channel = channel
        self._queue = JobQueue()
        self._inference: Inference | None = None
        self._blocks: list[SharedArray] = []

    def run(self, load: Loader | None, draft_name: str | None) -> int:
        """Serve until told to stop; the exit code.

        Args:
            load: Replaces ``medsam.model.build.load_model`` in tests.
            draft_name: Catalogue name of the model for drafts, "" for none;
                None for the bundled default.
        """
        # Listening starts before the slow imports, so that a window closed
        # meanwhile is noticed.
        threading.Thread(target=self._listen, name="requests", daemon=True).start()
        try:
            inference = self._prepare(load, draft_name)
        except Exception as error:
            engine_logger().exception("cannot start")
            self._send(
                Failed(
                    None,
                    f"The model's process cannot start: {type(error).__name__}: {error}."
                    " Install the program's requirements again; python -m medsam doctor says which.",
                )
            )
            return EXIT_CANNOT_START
        self._inference = inference
        return inference.run()

    def _prepare(self, load: Loader | None, draft_name: str | None) -> Inference:
        # Waiting threads sleep rather than spin, since window and other programs need the cores too: a
        # thread that spins for one that is off its core keeps that core busy. On two busy cores a mask of
        # a drag took 40 ms so, 58 ms with 1,000 rounds of spinning (GOMP_SPINCOUNT) and over 300 ms with
        # 10,000 or with what libgomp does by itself. One thread took 35 ms there; the least times were
        # 18 ms in two threads and 21 ms in one, so both cores are used (``inference.threads``).
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        os.environ.setdefault("KMP_BLOCKTIME", "0")
        # What Apple's processors lack is computed by the CPU; PyTorch reads this when it is imported.
        os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
        from medsam.inference.allocator import keep_memory
        from medsam.inference.threads import choose_threads

        keep_memory()
        import torch

        from medsam.engine.worker_inference import Inference
        from medsam.engine.worker_models import Models
        from medsam.model.devices import available_devices
        from medsam.model.precision import available
        from pretrain.catalogue import DEFAULT

        if load is None:
            from medsam.model.build import load_model

            load = load_model
        torch.set_num_threads(choose_threads())
        models = Models(load, DEFAULT if draft_name is None else draft_name, engine_logger())
        versions = {"python": platform.python_version(), "torch": str(torch.__version__)}
        self._send(WorkerReady(os.getpid(), versions, tuple(available_devices()), available()))
        return Inference(self._send, self._queue, models)

    def _listen(self) -> None:
        """Take requests until the window ends or says so; then end the process."""
        try:
            while not isinstance(request := self._channel.receive(), Shutdown):
                self._take(request)
        except EOFError:
            # The window died without tidying up; its shared memory goes with
            # it, but a file would stay.
            remove_files(self._blocks)
        except BaseException:
            engine_logger().exception("reading a request failed")
        # Whatever runs just now has no reader any more.
        os._exit(0)

    def _take(self, request: object) -> None:
        if isinstance(request, Cancel):
            for job in self._queue.cancel(request.tokens):
                if isinstance(job.request, Encode):
                    self._tell_state(job.request, SliceState.NONE)
            return
        if isinstance(request, Looking):
            self._queue.look_on()
            return
        if isinstance(request, SetVolume):
            self._blocks = [] if request.array is None else [request.array]
        self._queue.put(request)  # type: ignore[arg-type]
        if isinstance(request, Encode):
            self._tell_state(request, SliceState.QUEUED)

    def _tell_state(self, request: Encode, state: SliceState) -> None:
        """Say that a slice waits or does not any more, unless something else holds of it."""
        inference = self._inference
        if inference is not None and inference.knows(request.slice):
            return
        if state is SliceState.NONE and self._queue.wants(request.slice):
            return
        self._send(SliceProgress(request.slice, state))

    def _send(self, message: Message) -> None:
        try:
            self._channel.send(message)
        except (OSError, ValueError):
            os._exit(0)


def take_over_streams() -> Channel:
    """Turn standard input and output into the channel; prints go to standard error from now on."""
    reader, writer = os.dup(0), os.dup(1)
    if sys.platform == "win32":
        import msvcrt

        for handle in (reader, writer):
            msvcrt.setmode(handle, os.O_BINARY)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    return Channel(os.fdopen(reader, "rb"), os.fdopen(writer, "wb"))


def main(load: Loader | None = None, draft_name: str | None = None) -> int:
    """Run a worker on this process's standard streams; see ``Worker.run``."""
    channel = take_over_streams()
    step_back()
    faulthandler.enable()
    # Ctrl+C in a terminal is for the window, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return Worker(channel).run(load, draft_name)


if __name__ == "__main__":
    # Without the interpreter's own tidying up: the reader thread still waits
    # in a read, which would hold it up.
    os._exit(main())
