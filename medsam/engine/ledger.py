"""What the worker still owes: which answers to let through, what to ask again after a loss.

Plain bookkeeping without threads or processes; ``EngineClient`` guards it with
its lock.
"""

from __future__ import annotations

import dataclasses

from medsam.engine.jobs import (
    EmbeddingsKept,
    Encode,
    Failed,
    KeepEmbeddings,
    LoadModel,
    LookedUp,
    LookUp,
    MaskAnswer,
    Message,
    ModelChanged,
    ModelInfo,
    ModelLoaded,
    Predict,
    Request,
    SliceKey,
    SliceProgress,
    SliceState,
)

Owed = LoadModel | KeepEmbeddings | Encode | LookUp | Predict


class Ledger:
    """Requests without their final answer, the model in use and what slices are known to be.

    Attributes:
        model: What the last successful load gave.
    """

    def __init__(self) -> None:
        """Nothing owed."""
        self.model: ModelInfo | None = None
        self._owed: dict[int, Owed] = {}
        self._states: dict[SliceKey, SliceState] = {}
        self._in_use: LoadModel | None = None
        self._volume_id = 0
        self._token = 0

    def next_token(self) -> int:
        """A token that no request had before."""
        self._token += 1
        return self._token

    @property
    def busy(self) -> bool:
        """Whether anything is owed."""
        return bool(self._owed)

    def owe(self, request: Owed) -> None:
        """Note a request; a model asked for replaces one asked for before."""
        if isinstance(request, LoadModel):
            self._owed = {t: r for t, r in self._owed.items() if not isinstance(r, LoadModel)}
        self._owed[request.token] = request

    def cancel(self, tokens: tuple[int, ...]) -> tuple[int, ...]:
        """Nothing is expected of these any more.

        Returns:
            These and the older ones of their channels that are owed still: the
            worker may be at one of them.
        """
        gone: list[int] = []
        for token in tokens:
            request = self._owed.pop(token, None)
            gone.append(token)
            if isinstance(request, Predict) and request.channel:
                gone += self._leave_channel(request.channel, token)
        return tuple(gone)

    def set_volume(self, volume_id: int) -> None:
        """What concerned another volume is void."""
        self._volume_id = volume_id
        self._states.clear()
        self._owed = {t: r for t, r in self._owed.items() if not isinstance(r, (Encode, LookUp, Predict))}

    def accept(self, message: Message) -> bool:
        """Note what a message settles; False if it is stale and must not be shown."""
        if isinstance(message, MaskAnswer):
            return self._accept_answer(message)
        if isinstance(message, ModelLoaded):
            return self._accept_model(message)
        if isinstance(message, (EmbeddingsKept, LookedUp)):
            return self._owed.pop(message.token, None) is not None
        if isinstance(message, Failed):
            return self._accept_failure(message)
        if isinstance(message, ModelChanged):
            return self._accept_change(message)
        if isinstance(message, SliceProgress):
            return self._accept_progress(message)
        return True

    def _accept_answer(self, answer: MaskAnswer) -> bool:
        request = self._owed.get(answer.token)
        if not isinstance(request, Predict):
            return False
        if not answer.draft:
            del self._owed[answer.token]
        # Earlier ones of the channel were replaced while they waited.
        self._leave_channel(request.channel or request.settles, answer.token)
        return True

    def _accept_failure(self, message: Failed) -> bool:
        if message.token is None:
            return True
        request = self._owed.pop(message.token, None)
        if isinstance(request, Predict):
            self._leave_channel(request.channel or request.settles, message.token)
        return request is not None

    def _accept_model(self, message: ModelLoaded) -> bool:
        request = self._owed.pop(message.token, None)
        if not isinstance(request, LoadModel):
            return False
        self._in_use = request
        self.model = message.info
        self._states.clear()
        return True

    def _accept_change(self, message: ModelChanged) -> bool:
        self.model = message.info
        if self._in_use is not None:
            # Another worker would only come to the same end.
            self._in_use = dataclasses.replace(self._in_use, device=message.info.device)
        return True

    def _accept_progress(self, message: SliceProgress) -> bool:
        if message.slice.volume_id != self._volume_id:
            return False
        self._states[message.slice] = message.state
        if message.state is SliceState.READY:
            done = [t for t, r in self._owed.items() if isinstance(r, Encode) and r.slice == message.slice]
            self.cancel(tuple(done))
        return True

    def _leave_channel(self, channel: str, before: int) -> list[int]:
        """Expect nothing more of a channel's requests older than a token; theirs."""
        older = [token for token in self._of_channel(channel) if token < before] if channel else []
        for token in older:
            del self._owed[token]
        return older

    def _newest_of(self, channel: str) -> int:
        """The youngest request of a channel, or that settles it; 0 if there is none."""
        asked = (r for r in self._owed.values() if channel and isinstance(r, Predict))
        return max((r.token for r in asked if channel in (r.channel, r.settles)), default=0)

    def _of_channel(self, channel: str) -> list[int]:
        return [t for t, r in self._owed.items() if isinstance(r, Predict) and r.channel == channel]

    def replay(self, avoid_card: bool = False) -> list[Request]:
        """Everything to tell a fresh worker, in order: the model, then what is owed.

        Args:
            avoid_card: Load onto the CPU whatever was asked for.
        """
        loads = [r for r in self._owed.values() if isinstance(r, LoadModel)]
        if not loads and self._in_use is not None:
            loads = [self._in_use]
        if avoid_card:
            loads = [dataclasses.replace(load, device="cpu") for load in loads]
        for load in loads:
            self._owed[load.token] = load
        work: list[Request] = []
        for token, request in sorted(self._owed.items()):
            replaced = isinstance(request, Predict) and token < self._newest_of(request.channel)
            if replaced:
                del self._owed[token]
            elif not isinstance(request, LoadModel):
                work.append(request)
        return [*loads, *work]

    def forget_states(self) -> list[SliceProgress]:
        """What to say of slices after a loss: nothing of them is ready any more."""
        wanted = {r.slice for r in self._owed.values() if isinstance(r, Encode)}
        news = []
        for key, state in self._states.items():
            now = SliceState.QUEUED if key in wanted else SliceState.NONE
            if now is not state:
                news.append(SliceProgress(key, now))
        self._states = {message.slice: message.state for message in news}
        return news

    def fail_all(self, sentence: str) -> list[Failed]:
        """Give up on everything owed."""
        failed = [Failed(token, sentence) for token in sorted(self._owed)]
        self._owed.clear()
        return failed
