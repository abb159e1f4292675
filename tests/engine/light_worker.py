"""A worker without networks, up in a moment: ``python -m tests.engine.light_worker``.

It speaks the worker's protocol for tests of the client alone. The model
"card" says that it is on a graphics card unless the CPU was asked for; a box
whose left edge is 13 ends the process, as a crashing driver would; the model
"card" dies of every box on the card.
"""

from __future__ import annotations

import os
import signal

from medsam.engine.jobs import (
    Encode,
    Failed,
    LoadModel,
    MaskAnswer,
    MaskPatch,
    ModelLoaded,
    Predict,
    SetVolume,
    Shutdown,
    SliceProgress,
    SliceState,
    WorkerReady,
)
from medsam.engine.shared_voxels import AttachedBlock
from medsam.engine.wire import Channel
from medsam.engine.worker import take_over_streams
from medsam.volume import stored_shape_hw
from tests.fakes import ellipse_mask, fake_model_info

DEADLY_EDGE = 13.0


def serve(channel: Channel) -> None:
    """Answer every request at once until the other side ends."""
    block: AttachedBlock | None = None
    device = "cpu"
    channel.send(WorkerReady(os.getpid()))
    while not isinstance(request := channel.receive(), Shutdown):
        if isinstance(request, SetVolume):
            block = AttachedBlock(request.array) if request.array is not None else None
        elif isinstance(request, LoadModel):
            device = "cuda" if request.model == "card" and request.device != "cpu" else "cpu"
            channel.send(ModelLoaded(request.token, fake_model_info(request.model, device=device), 0.0))
        elif isinstance(request, Encode):
            channel.send(SliceProgress(request.slice, SliceState.READY, 1.0))
        elif isinstance(request, Predict):
            box = request.prompts.box
            if device != "cpu" or (box is not None and box.x0 == DEADLY_EDGE):
                os.kill(os.getpid(), signal.SIGKILL)
            if block is None or block.array is None:
                channel.send(Failed(request.token, "No image came."))
                continue
            mask = ellipse_mask(request.prompts, stored_shape_hw(block.array.shape, request.slice.axis))
            channel.send(MaskAnswer(request.token, request.slice, (MaskPatch.from_full(mask),), (0.9,)))


if __name__ == "__main__":
    try:
        serve(take_over_streams())
    except EOFError:
        os._exit(0)
