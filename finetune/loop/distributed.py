"""One run in several processes: each takes its parts of every batch.

The processes are started by ``torchrun``, which tells each its number in the
environment. Gradients go through DistributedDataParallel; a second, small
group on the processor carries what the loop must agree on (whether to stop,
means for the log, what the first process found on the disk). The first
process alone writes and reports. See docs/distributed.md.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from medsam.errors import EngineError, InputError, MedSAMError
from medsam.model.devices import pick_device

T = TypeVar("T")

_PATIENCE = timedelta(hours=24)
"""For the first process to validate or encode. One that ended is noticed at once, without this."""

_LOST = ("Connection closed", "Connection reset", "Broken pipe", "Connection refused", "gloo", "NCCL")


class ProcessLost(EngineError):
    """Another process of the run ended, or can no longer be reached."""


class Processes:
    """The processes of one run, seen from one of them.

    Attributes:
        rank: Of this one, from 0.
        world: How many there are.
        local_rank: Of this one among those of its machine.
    """

    def __init__(self, rank: int = 0, world: int = 1, local_rank: int = 0) -> None:
        """Describe them; ``from_environment`` also connects them."""
        self.rank, self.world, self.local_rank = rank, world, local_rank
        self._control: Any = None
        self._said: MedSAMError | None = None

    @classmethod
    def from_environment(cls, device: str = "auto") -> Processes:
        """Join the group that torchrun announced; a single process if it announced none.

        Args:
            device: As on the command line; gradients travel by NCCL between
                graphics cards and by gloo otherwise.

        Raises:
            InputError: If what is announced is incomplete or no number.
            EngineError: If the others cannot be reached.
        """
        names = ("RANK", "WORLD_SIZE", "LOCAL_RANK")
        if "WORLD_SIZE" not in os.environ:
            return cls()
        try:
            rank, world, local = (int(os.environ[name]) for name in names)
        except (KeyError, ValueError):
            raise InputError(
                "Several processes are told their numbers by torchrun, in RANK, WORLD_SIZE and LOCAL_RANK;"
                " not all of these are numbers. Start the run with torchrun, or unset WORLD_SIZE."
            ) from None
        found = cls(rank, world, local)
        if world > 1:
            found._connect(device)
        return found

    def _connect(self, device: str) -> None:
        kind = self.device(device).type
        if kind == "mps":
            raise InputError("Several processes train on processors or NVIDIA cards, not on mps.")
        try:
            if kind == "cuda":
                torch.cuda.set_device(self.local_rank)
                dist.init_process_group("nccl", rank=self.rank, world_size=self.world)
                self._control = dist.new_group(backend="gloo", timeout=_PATIENCE)
            else:
                dist.init_process_group("gloo", rank=self.rank, world_size=self.world, timeout=_PATIENCE)
                self._control = dist.group.WORLD
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f"Process {self.rank} of {self.world} could not reach the others:"
                f" {str(error).splitlines()[0]}. Look at MASTER_ADDR, MASTER_PORT and the firewall."
            ) from error

    @property
    def is_first(self) -> bool:
        """Whether this one writes and reports."""
        return self.rank == 0

    def device(self, name: str = "auto") -> torch.device:
        """The device of this process: each on a machine has a graphics card of its own.

        Raises:
            ModelError: If the machine has no such device.
            InputError: If there are more processes than cards.
        """
        device = pick_device(name)
        if device.type != "cuda" or self.world == 1:
            return device
        if self.local_rank >= torch.cuda.device_count():
            raise InputError(
                f"Each process of a machine needs a graphics card of its own; process {self.local_rank + 1}"
                f" came and there are {torch.cuda.device_count()}. Lower --nproc_per_node."
            )
        return torch.device("cuda", self.local_rank)

    def wrap(self, module: nn.Module, device: torch.device) -> nn.Module:
        """What is called instead of ``module``: it averages the gradients over all processes.

        All processes go on with the first one's weights.
        """
        if self.world == 1:
            return module
        ids = [self.local_rank] if device.type == "cuda" else None
        with self.watched():
            return DistributedDataParallel(module, device_ids=ids, gradient_as_bucket_view=True)

    @staticmethod
    def without_exchange(module: nn.Module, wanted: bool) -> contextlib.AbstractContextManager[None]:
        """For all parts of a step but the last: gradients stay here."""
        if wanted and isinstance(module, DistributedDataParallel):
            return module.no_sync()  # type: ignore[no-any-return]
        return contextlib.nullcontext()

    def any(self, flag: bool) -> bool:
        """Whether it holds in any process."""
        if self.world == 1:
            return flag
        value = torch.tensor([1.0 if flag else 0.0])
        with self.watched():
            dist.all_reduce(value, dist.ReduceOp.MAX, group=self._control)
        return bool(value.item())

    def mean(self, values: Tensor) -> Tensor:
        """Element-wise mean over the processes, on the processor."""
        values = values.cpu()
        if self.world > 1:
            with self.watched():
                dist.all_reduce(values, group=self._control)
            values /= self.world
        return values

    def first(self, work: Callable[[], T]) -> T:
        """Do something in the first process, and give all its answer, or its error.

        Raises:
            MedSAMError: What ``work`` raised, in every process.
            ProcessLost: If the first one ended meanwhile.
        """
        if self.world == 1:
            return work()
        box: list[Any] = [None, None]
        raised: BaseException | None = None
        if self.is_first:
            try:
                box[0] = work()
            except MedSAMError as error:
                box[1], raised = error, error
        with self.watched():
            dist.broadcast_object_list(box, src=0, group=self._control)
        if raised is not None:
            raise raised
        if box[1] is not None:
            self._said = box[1]
            raise box[1]
        return box[0]  # type: ignore[no-any-return]

    def said_by_first(self, error: MedSAMError) -> bool:
        """Whether the first process met this error and tells it, so that this one need not."""
        return error is self._said

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Turn what a backend throws when another process is gone into a sentence."""
        try:
            yield
        except RuntimeError as error:
            if self.world == 1 or not (
                isinstance(error, dist.DistError) or any(word in str(error) for word in _LOST)
            ):
                raise
            raise ProcessLost(
                f"Process {self.rank} of {self.world} lost touch with the others: one of them ended or its"
                " machine is gone. Its own message, if it left one, says why; the same command goes on"
                " from the last checkpoint."
            ) from error

    def close(self) -> None:
        """Leave the group."""
        if self.world > 1 and dist.is_initialized():
            with contextlib.suppress(RuntimeError):
                dist.destroy_process_group()
