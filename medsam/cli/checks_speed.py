"""What ``doctor`` says of speed: precisions, compiled kernel, threads, memory, and encoded slices."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

from medsam.cli.checks import FAIL, OK, WARN, Check, one_line

_LEAST_SLICES = 300
"""Of a large network: fewer than a volume's are no use for opening it again."""
_SLICE_BYTES = 1_600_000


def check_arithmetic() -> Iterator[Check]:
    """The precisions that the processor computes, how long each takes, and whose attention is used."""
    try:
        from medsam.model import native
        from medsam.model.precision import TOKENS, choose, milliseconds

        took, chosen, compiled = milliseconds(), choose(), native.dtypes()
    except Exception as error:  # torch fails to load in many ways.
        yield Check(
            "arithmetic", FAIL, f"no precision can be tried: {one_line(error)}.", "Install torch again."
        )
        return
    times = ", ".join(f"{name} {time:.2f} ms" for name, time in took.items())
    yield Check("precisions", OK, f"{times} for a layer of ViT-B, {TOKENS} tokens; automatic takes {chosen}")
    names = sorted(str(dtype).removeprefix("torch.") for dtype in compiled)
    if names:
        finding = f"compiled, for {' and '.join(names)}"
    elif os.environ.get(native.VARIABLE) == "0":
        finding = f"PyTorch's; the compiled one is switched off by {native.VARIABLE}=0"
    else:
        finding = "PyTorch's; the compiled one is not built or not for this processor"
    yield Check("attention", OK, finding)
    yield from check_threads()


def check_threads() -> Iterator[Check]:
    """Threads for the network beside a window, and what becomes of memory between two encodings."""
    from medsam.inference.allocator import library_name
    from medsam.inference.threads import VARIABLE, choose_threads, usable_cores

    set_by = f", set by {VARIABLE}" if os.environ.get(VARIABLE) else ""
    yield Check("threads", OK, f"{choose_threads()} of {usable_cores()} cores for the model{set_by}")
    library = library_name()
    if library:
        kept = f"{library}; the model keeps memory between slices and gives it back when idle"
    else:
        kept = "the system's; memory is not kept between slices, which costs some time on each"
    yield Check("memory allocator", OK, kept)


def check_embeddings() -> Iterator[Check]:
    """The folder of encoded slices: where, how many, how much of its limit, and whether there is room."""
    from medsam.inference.embedding_files import (
        CAP_VARIABLE,
        RESERVE,
        EmbeddingFiles,
        embedding_cap,
        embedding_folder,
    )

    folder, cap = embedding_folder(), embedding_cap()
    usage = EmbeddingFiles(folder, cap).usage()
    set_by = f", set by {CAP_VARIABLE}" if os.environ.get(CAP_VARIABLE, "").isdigit() else ""
    found = f"{folder}, {usage.count} slices, {usage.bytes / 1e9:.2f} of {cap / 1e9:.1f} GB allowed{set_by}"
    if not cap:
        yield Check("encoded slices", OK, f"{folder}; none are kept{set_by}")
        return
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    room = min(cap, usage.bytes + max(shutil.disk_usage(there).free - RESERVE, 0))
    if room < _LEAST_SLICES * _SLICE_BYTES:
        yield Check(
            "encoded slices",
            WARN,
            f"{found}; there is room for {room // _SLICE_BYTES} slices of a large model",
            "Free some of the disk, or raise the limit under Preferences, Speed and storage.",
        )
    else:
        yield Check("encoded slices", OK, found)
