"""What does it save to open a case whose slices were encoded, and what do kept slices cost?

    python -m benchmarks.reopen [--rounds N]

A first session encodes some slices with a ViT-B of SAM's size and random
weights, through the worker process, and ends. A second one opens the case
again. Asked there, in turn: a box on a slice that was kept, each read from the
disk for the first time, and a box on a slice that must be encoded. Also told:

- how long it takes to find out which of 300 slices are kept, against encoding one;
- how long it takes to pass over a slice that is there, against making and hashing its network input;
- the bytes of 300 slices on the disk;
- how much of a mask the float16 of the disk changes;
- what the worker's process holds after the image is closed, against before.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import psutil

from benchmarks._reference import low_res_of
from benchmarks._rows import Row, row_of, tell
from benchmarks._vit_b import move_off_start, photograph, random_vit
from benchmarks.box_through_worker import Engine, boxes
from medsam.engine.jobs import LookedUp, SliceState
from medsam.volume import Volume

SLICES = 300
_BOXES = 24
_PASSED = 40
_ALLOWED = 0.015
"""Share of a mask's area that the precision ``fast`` may change."""


def main() -> int:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    rng = np.random.default_rng(0)
    coarse = rng.normal(0, 150, (64, 64, SLICES)).repeat(8, 0).repeat(8, 1)
    voxels = np.asfortranarray(coarse + rng.normal(0, 20, coarse.shape)).astype(np.int16, order="F")
    volume = Volume(voxels, np.eye(4), modality="CT")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["MEDSAM_EMBEDDINGS"] = str(folder / "kept")
        os.environ["MEDSAM_EMBEDDINGS_BYTES"] = str(10**10)
        rows = show(*sessions(folder, volume, rounds), size_row(folder / "kept"))
        rows += show(passing_row(folder / "passed", volume)) + show(rounding_row())
    tell(rows)
    return 0


def show(*rows: Row) -> list[Row]:
    """Print rows; returns them."""
    for row in rows:
        spread = "" if row.least is None else f" ({row.least:.4f}, {row.most:.4f})"
        print(
            f"{row.what}: {row.ours}; {row.against}: {row.rival}; ratio {row.ratio:.3f}{spread}", flush=True
        )
    return list(rows)


@contextmanager
def session(model: str, volume: Volume) -> Iterator[Engine]:
    """A worker process with the model and the volume."""
    engine = Engine(model, volume)
    try:
        yield engine
    finally:
        engine.client.close()


def sessions(folder: Path, volume: Volume, rounds: int) -> list[Row]:
    """Encode in one session, ask in the next."""
    model = str(random_vit(folder))
    with session(model, volume) as first:
        for index in range(rounds):
            first.client.encode(first.key(index))
            first.wait_state(first.key(index), SliceState.READY)
    kept, anew, looking = [], [], []
    with session(model, volume) as second:
        # What a process does only once is no slice's: its first decoding, on a slice of its own.
        second.ask(boxes(1)[0], SLICES - 1)
        for n, box in enumerate(boxes(rounds)):
            kept.append(second.ask(box, n)[0])
            anew.append(second.ask(box, SLICES // 2 + n)[0])
            looking.append(look_up(second))
        process = psutil.Process(second.client.pid)
        before = process.memory_info().rss
        second.client.set_volume(None)
        token = second.client.keep_embeddings()
        second.wait(lambda m: getattr(m, "token", None) == token)
        after = process.memory_info().rss
    return [
        row_of("a box on a slice kept from an earlier session", kept, anew, "encoding it anew", 0.1),
        row_of(f"finding which of {SLICES} slices are kept", looking, anew, "encoding one", 1.0),
        Row(
            "the worker's memory after its image was closed",
            f"{after / 2**20:.0f} MiB",
            f"{before / 2**20:.0f} MiB",
            "after an encoding",
            after / before,
        ),
    ]


def look_up(engine: Engine) -> float:
    """Seconds until the worker has looked for every slice of the volume."""
    begin = time.perf_counter()
    token = engine.client.look_up([engine.key(index) for index in range(SLICES)])
    came, _ = engine.wait(lambda m: isinstance(m, LookedUp) and m.token == token)
    return came - begin


def size_row(kept: Path) -> Row:
    """Bytes of 300 slices, by the files that the sessions left."""
    each = mean(path.stat().st_size for path in kept.rglob("*.emb"))
    total = SLICES * each
    told = f"{total / 1e9:.3f} GB"
    return Row(f"{SLICES} slices on the disk", told, "0.6 GB", "the promise", total / 0.6e9, aim=1.0)


def passing_row(folder: Path, volume: Volume) -> Row:
    """Passing over slices that are there: by their pictures, and by the network's inputs."""
    from medsam.inference.embedding_cache import EmbeddingKey
    from medsam.inference.embedding_files import EmbeddingFiles
    from medsam.inference.predictor import picture_digest
    from medsam.inference.transforms import encode_input
    from medsam.intensity import CT_PRESETS, to_uint8
    from medsam.model.preprocessing import PREPROCESSING
    from medsam.volume import stored_slice

    files, made_by, quick, slow = EmbeddingFiles(folder), PREPROCESSING["medsam"], [], []
    embedding = np.random.default_rng(0).normal(size=(1, 256, 64, 64)).astype(np.float16)
    pictures = [
        np.ascontiguousarray(to_uint8(stored_slice(volume.array, 2, n), CT_PRESETS["soft tissue"]))
        for n in range(_PASSED)
    ]
    for picture in pictures:
        key = EmbeddingKey.of(encode_input(picture, made_by), "0" * 64, made_by)
        files.put(key.digest, embedding)
        files.note(EmbeddingKey.of_picture(picture_digest(picture), "0" * 64, made_by), key.digest)
    for picture in pictures:
        begin = time.perf_counter()
        assert files.knows(EmbeddingKey.of_picture(picture_digest(picture), "0" * 64, made_by))
        middle = time.perf_counter()
        assert EmbeddingKey.of(encode_input(picture, made_by), "0" * 64, made_by).digest in files
        quick.append(middle - begin)
        slow.append(time.perf_counter() - middle)
    by_picture, by_input = 1 / median(quick), 1 / median(slow)
    print(f"slices passed over in a second: {by_picture:.0f} by pictures, {by_input:.0f} by inputs")
    return row_of("passing over a kept slice", quick, slow, "by its network input", 0.2, "ms", 1000)


def rounding_row() -> Row:
    """How much of a mask changes because embeddings are kept in float16, ViT-B, one photograph."""
    import torch

    from medsam.model.build import build_sam
    from medsam.model.precision import lay

    torch.manual_seed(0)
    network = build_sam("vit_b").eval()
    move_off_start(network)
    lay(network, "exact", keep_weights=False)
    with torch.inference_mode():
        exact = network.image_encoder(photograph(), None).float()
        pair = [masks_of(network, embedding) for embedding in (exact, exact.half().float())]
    filled = [(a, b) for a, b in zip(*pair, strict=True) if bool((a | b).any())]
    overlaps = [float((a & b).sum() / (a | b).sum()) for a, b in filled]
    lost = 1 - mean(overlaps)
    print(f"IoU of {len(filled)} masks, float16 and float32: mean {1 - lost:.5f}, least {min(overlaps):.5f}")
    return Row(
        "of a mask changed by the disk's float16",
        f"{100 * lost:.3f} %",
        f"{100 * _ALLOWED:.1f} %",
        "what the precision fast may change",
        lost / _ALLOWED,
        aim=1.0,
    )


def masks_of(network: Any, embedding: Any) -> Any:
    """Masks (N, 256, 256) of boxes on an embedding."""
    import torch

    # Drawn in a slice of 512×512, asked for in the network's 1024×1024.
    asked = 2 * torch.tensor([box.xyxy for box in boxes(_BOXES)], dtype=torch.float32)
    return low_res_of(network, embedding, asked)[:, 0] > 0


if __name__ == "__main__":
    sys.exit(main())
