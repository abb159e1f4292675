"""Encode every slice of images ahead of time, so that the window shows masks on them at once.

The embeddings go to the folder that the window reads too. A run that was
stopped, by whatever, goes on where it was: slices that are encoded are passed
over. It runs at a low priority, so that other programs stay quick.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from medsam.cli.embed_cases import Case, cases_at
from medsam.cli.embed_night import PLANES, Night, NoRoom, slices_of
from medsam.cli.predict import add_model_arguments
from medsam.errors import Cancelled, InputError, ModelError
from medsam.intensity import Window
from medsam.volume import Plane

if TYPE_CHECKING:
    from medsam.inference.embedding_files import EmbeddingFiles
    from medsam.inference.predictor import EmbeddingPredictor

__all__ = ["HELP", "add_arguments", "run", "slices_of"]

HELP = "encode the slices of images ahead, for instance overnight"

STOPPED = 130
_NICE = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``embed``."""
    parser.add_argument(
        "paths",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="images, folders of images or DICOM series, and worklists as the window has them (.csv, .tsv)",
    )
    parser.add_argument(
        "--plane",
        default=Plane.AXIAL.value,
        choices=PLANES,
        help="planes to encode (default axial); pictures have one",
    )
    parser.add_argument(
        "--window",
        metavar="LEVEL/WIDTH|NAME",
        help="window of grey images (default: the one they open with in the window)",
    )
    add_model_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Encode what is not encoded yet. 0 if every slice is, 1 if an image or a slice failed, 130 if stopped.

    Raises:
        MedSAMError: If the model cannot be used, needs no encoding, or nothing may be kept.
    """
    window = Window.from_text(args.window) if args.window else None
    predictor, files = _load(args.model, args.device, args.precision)
    step_back()
    night, cases = Night(predictor, files), list[Case]()
    stopped = False
    try:
        for found in cases_at(args.paths):
            if isinstance(found, Case):
                cases.append(found)
            else:
                night.fail(found[0].name, found[1])
        night.work_through(cases, args.plane, window)
    except NoRoom as error:
        night.fail("stopped", error)
    except (KeyboardInterrupt, Cancelled):
        stopped = True
    print(night.summary())
    if stopped:
        print("medsam: stopped; the same command goes on where it was", file=sys.stderr)
        return STOPPED
    return 1 if night.failed else 0


def step_back() -> None:
    """Let every other program of the machine go first, where the system can be told."""
    with contextlib.suppress(OSError, psutil.Error):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        elif os.getpriority(os.PRIO_PROCESS, 0) < _NICE:
            os.setpriority(os.PRIO_PROCESS, 0, _NICE)


def _load(model: str, device: str, precision: str) -> tuple[EmbeddingPredictor, EmbeddingFiles]:
    # Imported here: torch takes a second or two, which --help need not wait for.
    from medsam.inference.allocator import keep_memory
    from medsam.inference.embedding_cache import EmbeddingCache
    from medsam.inference.embedding_files import EmbeddingFiles, embedding_cap, embedding_folder
    from medsam.inference.predictor import EmbeddingPredictor, make_predictor
    from medsam.model import load_model

    keep_memory()
    files = EmbeddingFiles(embedding_folder(), embedding_cap())
    if not files.max_bytes:
        raise InputError(
            "Encoding ahead needs room for embeddings; the folder's limit is 0."
            " Allow it some in the preferences or in MEDSAM_EMBEDDINGS_BYTES."
        )
    # What is on the disk need not stay in memory: every slice is used once.
    predictor = make_predictor(load_model(model, device), EmbeddingCache(0, behind=files), precision)
    if not isinstance(predictor, EmbeddingPredictor):
        raise ModelError(
            f"Encoding ahead is for models that encode slices; {predictor.card.title} answers"
            " without it. Choose another --model, or go on without."
        )
    return predictor, files
