"""The window's side of the worker: requests out, messages in, and a new worker when one dies.

Nothing here waits on the caller's thread, imports torch or knows Qt. A
manager thread starts the process, reads its messages and, when it ends
unasked, starts another and repeats what is still owed. A sender thread
copies volumes into shared memory and writes requests.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medsam.engine.jobs import (
    Cancel,
    Encode,
    Failed,
    KeepEmbeddings,
    LoadModel,
    Looking,
    LookUp,
    Message,
    ModelInfo,
    Predict,
    Priority,
    Request,
    SetVolume,
    SliceKey,
    WorkerLost,
    WorkerReady,
)
from medsam.engine.ledger import Ledger, Owed
from medsam.engine.logs import engine_logger, open_output
from medsam.engine.loss import LossRecord, say_loss
from medsam.engine.shared_voxels import OwnedBlock
from medsam.engine.wire import Channel
from medsam.errors import Cancelled, EngineError
from medsam.prompts import Prompts
from medsam.volume import Volume

_ROOT = Path(__file__).resolve().parents[2]
_POLITE_SECONDS = 1.0
_CANNOT_LAUNCH = 127


@dataclass(frozen=True)
class _Share:
    """In the outbox: copy the current volume if that was not done, and tell the worker."""

    volume_id: int


class EngineClient:
    """The one door between the window and the networks. Every method returns at once, but ``close``.

    ``on_message`` is called from threads of the client, never from inside a
    method that the caller is in; stale answers do not reach it.
    """

    def __init__(self, on_message: Callable[[Message], None], *, command: list[str] | None = None) -> None:
        """Nothing runs before ``start``.

        Args:
            on_message: Called with every message that is still of interest.
            command: Command line of the worker, for tests.
        """
        self._on_message = on_message
        self._command = command or [sys.executable, "-m", "medsam.engine.worker"]
        # Guards everything below but the block, which is the sender's alone.
        self._condition = threading.Condition()
        self._ledger = Ledger()
        self._losses = LossRecord()
        self._outbox: deque[Request | _Share] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._is_ready = self._is_down = self._is_closing = False
        self._down_sentence = self._last_words = ""
        self._volume_id = 0
        self._volume: Volume | None = None
        self._threads: list[threading.Thread] = []
        self._block: OwnedBlock | None = None
        self._block_id = 0

    # --- life -----------------------------------------------------------------

    def start(self) -> None:
        """Begin to start the worker; requests wait until it is ready.

        After ``WorkerLost`` with ``restarting=False`` this tries again.
        """
        with self._condition:
            if self._is_closing:
                raise EngineError("A closed engine does not start again; make a new one.")
            self._revive()
            if not self._threads:
                for target in (self._manage, self._send_requests):
                    name = f"engine{target.__name__}"
                    self._threads.append(threading.Thread(target=target, name=name, daemon=True))
                for thread in self._threads:
                    thread.start()

    def close(self, timeout: float = 5.0) -> None:
        """End the worker and both threads, and free the shared memory.

        Args:
            timeout: Seconds for the threads to end; the process is killed
                after one second whatever this says.
        """
        with self._condition:
            self._is_closing = True
            process, channel = self._process, self._channel
            self._condition.notify_all()
        if process is not None and channel is not None:
            _end(process, channel)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout)
        if self._block is not None:
            self._block.close()
            self._block = None

    @property
    def busy(self) -> bool:
        """Whether the worker owes an answer."""
        with self._condition:
            return self._ledger.busy

    @property
    def pid(self) -> int | None:
        """Of the worker while it runs."""
        with self._condition:
            return self._process.pid if self._process is not None else None

    @property
    def model(self) -> ModelInfo | None:
        """What the last ``ModelLoaded`` said."""
        with self._condition:
            return self._ledger.model

    # --- requests ---------------------------------------------------------------

    def set_volume(self, volume: Volume | None) -> int:
        """Work on another volume; what was asked of the one before is void.

        The voxels are copied into shared memory by the sender thread, so the
        volume's array must not change.

        Returns:
            The id that slice keys of this volume carry.
        """
        with self._condition:
            self._volume_id += 1
            self._volume = volume
            self._ledger.set_volume(self._volume_id)
            self._outbox = deque(item for item in self._outbox if isinstance(item, LoadModel))
            self._post(_Share(self._volume_id))
            return self._volume_id

    def load_model(self, name: str, device: str = "auto", precision: str = "auto") -> int:
        """Use other weights, by catalogue name or path; the present ones stay until they are loaded.

        A worker that stays down after too many losses is started again by this.
        """
        with self._condition:
            self._revive()
            if device == "auto" and self._losses.avoid_card:
                device = "cpu"
            return self._ask(LoadModel(self._ledger.next_token(), str(name), device, precision))

    def encode(self, slice: SliceKey, priority: Priority = Priority.VIEW) -> int:
        """Prepare a slice; ``SliceProgress`` tells how it goes."""
        with self._condition:
            return self._ask(Encode(self._ledger.next_token(), slice, priority))

    def look_up(self, slices: Sequence[SliceKey], priority: Priority = Priority.REST) -> int:
        """Ask which slices were encoded before; ``SliceProgress`` for each that was, then ``LookedUp``."""
        with self._condition:
            return self._ask(LookUp(self._ledger.next_token(), tuple(slices), priority))

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
        """Ask for a mask; the arguments are ``jobs.Predict``'s."""
        with self._condition:
            token = self._ledger.next_token()
            asked = (slice, prompts, priority, channel, draft, candidates, rough, settles)
            return self._ask(Predict(token, *asked))

    def keep_embeddings(self, max_bytes: int | None = None, *, clear: bool = False) -> int:
        """Limit, clear or only look at what lies on the disk; ``EmbeddingsKept`` follows."""
        with self._condition:
            return self._ask(KeepEmbeddings(self._ledger.next_token(), max_bytes, clear))

    def cancel(self, *tokens: int) -> None:
        """Stop these, waiting or running, and what they replaced; no answer to them comes any more."""
        with self._condition:
            self._post(Cancel(self._ledger.cancel(tokens)))

    def look(self) -> None:
        """Say that slices or windows go by: what is encoded stands aside for a moment."""
        with self._condition:
            if self._ledger.busy:
                self._post(Looking())

    def _revive(self) -> None:
        if self._is_down:
            self._is_down = False
            self._losses.clear()
            self._condition.notify_all()

    def _ask(self, request: Owed) -> int:
        self._ledger.owe(request)
        self._post(request)
        return request.token

    def _post(self, item: Request | _Share) -> None:
        # Before the worker is ready the ledger alone remembers; it is told
        # everything at once then.
        if self._is_ready:
            self._outbox.append(item)
        self._condition.notify_all()

    # --- manager thread -----------------------------------------------------------

    def _manage(self) -> None:
        while not self._is_closing:
            code = self._run_process()
            if self._is_closing:
                return
            self._handle_loss(code)
            self._wait_while_down()

    def _run_process(self) -> int:
        """Start a worker and pass its messages on until it ends; its exit code."""
        try:
            process = self._launch()
        except OSError:
            engine_logger().exception("the worker could not be launched")
            return _CANNOT_LAUNCH
        assert process.stdin is not None and process.stdout is not None
        channel = Channel(process.stdout, process.stdin)
        with self._condition:
            self._process, self._channel = process, channel
            is_closing = self._is_closing
        if is_closing:
            _end(process, channel)
        try:
            while True:
                self._receive(channel.receive())
        except EOFError:
            pass
        except Exception:
            engine_logger().exception("a message could not be read")
        with self._condition:
            self._is_ready = False
            self._outbox.clear()
        _end(process, channel)
        channel.close()
        with self._condition:
            self._process = self._channel = None
        return process.returncode

    def _launch(self) -> subprocess.Popen[bytes]:
        path = os.environ.get("PYTHONPATH", "")
        environment = {**os.environ, "PYTHONPATH": f"{_ROOT}{os.pathsep}{path}" if path else str(_ROOT)}
        output = open_output()
        try:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        finally:
            os.close(output)

    def _receive(self, message: Message) -> None:
        with self._condition:
            if isinstance(message, WorkerReady):
                self._outbox.clear()
                self._outbox.append(_Share(self._volume_id))
                self._outbox.extend(self._ledger.replay(self._losses.avoid_card))
                self._is_ready = True
                self._condition.notify_all()
            if isinstance(message, Failed) and not self._is_ready:
                # Said by a worker that ends right after, so it goes with the loss.
                self._last_words = message.sentence
                return
            wanted = self._ledger.accept(message)
        if wanted:
            self._emit(message)

    def _handle_loss(self, code: int) -> None:
        with self._condition:
            model = self._ledger.model
            restarting = self._losses.add(code, on_card=model is not None and model.device != "cpu")
            sentence = self._last_words or say_loss(code, restarting, self._losses.avoid_card)
            self._last_words = ""
            self._is_down, self._down_sentence = not restarting, sentence
            news: list[Any] = [WorkerLost(sentence, restarting), *self._ledger.forget_states()]
        for message in news:
            self._emit(message)

    def _wait_while_down(self) -> None:
        """Refuse requests until ``start`` is called again or the client closes."""
        while True:
            with self._condition:
                while self._is_down and not self._is_closing and not self._ledger.busy:
                    self._condition.wait()
                if not self._is_down or self._is_closing:
                    return
                refused = self._ledger.fail_all(self._down_sentence)
            for message in refused:
                self._emit(message)

    def _emit(self, message: Message) -> None:
        if self._is_closing:
            return
        try:
            self._on_message(message)
        except Exception:
            # A fault of the listener must not end the reading of messages.
            engine_logger().exception("a listener failed on %s", type(message).__name__)

    # --- sender thread ------------------------------------------------------------

    def _send_requests(self) -> None:
        while True:
            with self._condition:
                while not self._is_closing and not (self._is_ready and self._outbox):
                    self._condition.wait()
                if self._is_closing:
                    return
                item, channel = self._outbox.popleft(), self._channel
            request = self._share(item) if isinstance(item, _Share) else item
            if request is not None and channel is not None:
                # A broken pipe is the manager's business: it reads the end.
                with contextlib.suppress(OSError, ValueError):
                    channel.send(request)

    def _share(self, item: _Share) -> SetVolume | None:
        """Copy the volume if needed; None if another one was set meanwhile."""
        with self._condition:
            volume = self._volume
            if item.volume_id != self._volume_id:
                return None
        if volume is not None and self._block is not None and self._block_id == item.volume_id:
            return SetVolume(item.volume_id, self._block.description)
        if self._block is not None:
            self._block.close()
            self._block = None
        if volume is None:
            return SetVolume(item.volume_id, None)

        def is_void() -> bool:
            return self._is_closing or self._volume_id != item.volume_id

        try:
            self._block, self._block_id = OwnedBlock(volume.array, is_void), item.volume_id
        except Cancelled:
            return None
        except EngineError as error:
            self._emit(Failed(None, str(error)))
            return SetVolume(item.volume_id, None)
        return SetVolume(item.volume_id, self._block.description)


def _end(process: subprocess.Popen[bytes], channel: Channel) -> None:
    """End a process: its input ends, and if that does not help it is killed."""
    channel.close_writer()
    try:
        process.wait(_POLITE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
