"""Encode every slice of images ahead of time, so that the window shows masks on them at once.

The embeddings go to the folder that the window reads too. A run that was
stopped goes on where it was: slices that are encoded are passed over.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from medsam.cli.predict import add_model_arguments, slice_picture
from medsam.cli.progress import ProgressLine
from medsam.errors import Cancelled, InputError, MedSAMError, ModelError
from medsam.intensity import Window, default_window
from medsam.io import read_volume
from medsam.volume import Plane, Volume

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from medsam.inference.embedding_files import EmbeddingFiles
    from medsam.inference.predictor import Predictor

HELP = "encode the slices of images ahead, for instance overnight"

ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``embed``."""
    parser.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH", help="images, or folders of a DICOM series"
    )
    parser.add_argument(
        "--plane",
        default=Plane.AXIAL.value,
        choices=[*(plane.value for plane in Plane), ALL],
        help="planes to encode (default axial); pictures have one",
    )
    parser.add_argument(
        "--window",
        metavar="LEVEL/WIDTH|NAME",
        help="window of grey images (default: the one they open with in the window)",
    )
    add_model_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Encode what is not encoded yet. 0 if every slice is, 1 if an image or a slice failed.

    Raises:
        MedSAMError: If the model cannot be used, needs no encoding, or nothing may be kept.
    """
    window = Window.from_text(args.window) if args.window else None
    predictor, files = _load(args.model, args.device, args.precision)
    night = _Night(predictor, files)
    for path in args.paths:
        night.work_through(path, args.plane, window)
    print(night.summary())
    return 1 if night.failed else 0


def _load(model: str, device: str, precision: str) -> tuple[Predictor, EmbeddingFiles]:
    # Imported here: torch takes a second or two, which --help need not wait for.
    from medsam.inference.allocator import keep_memory
    from medsam.inference.embedding_cache import EmbeddingCache
    from medsam.inference.embedding_files import EmbeddingFiles, embedding_cap, embedding_folder
    from medsam.inference.predictor import make_predictor
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
    if not predictor.needs_encoding:
        raise ModelError(
            f"Encoding ahead is for models that encode slices; {predictor.card.title} answers"
            " without it. Choose another --model, or go on without."
        )
    return predictor, files


class _Night:
    """One run: counts, time left, and what failed."""

    def __init__(self, predictor: Predictor, files: EmbeddingFiles) -> None:
        self._predictor, self._files = predictor, files
        self._line = ProgressLine()
        self._started, self._seconds = time.monotonic(), 0.0
        self.encoded = self.found = self.failed = 0

    def work_through(self, path: Path, plane: str, window: Window | None) -> None:
        """Encode the slices of one image."""
        self._line.show(path.name)
        try:
            volume = read_volume(path)
        except Cancelled:
            raise
        except (MedSAMError, OSError, MemoryError) as error:
            self._fail(path.name, error)
            return
        pictures = list(slices_of(volume, plane))
        through = None if volume.is_rgb else window or default_window(volume)
        for done, (axis, index) in enumerate(pictures):
            left = self._left(len(pictures) - done)
            self._line.show(f"{path.name}: slice {done + 1} of {len(pictures)}{left}")
            try:
                self._encode(slice_picture(volume, index, through, axis))
            except Cancelled:
                raise
            except (MedSAMError, RuntimeError, MemoryError) as error:
                self._fail(f"{path.name}, slice {index}", error)

    def _encode(self, picture: npt.NDArray[np.uint8]) -> None:
        if self._predictor.is_encoded(picture):
            self.found += 1
            return
        start = time.monotonic()
        self._predictor.set_image(picture)
        if self._files.trouble:
            raise InputError(
                f"The embeddings cannot be written: {self._files.trouble}."
                " Make room on the disk, or let MEDSAM_EMBEDDINGS name another folder."
            )
        self._seconds += time.monotonic() - start
        self.encoded += 1

    def _left(self, slices: int) -> str:
        """ ", 12 min left" for this image once a slice has been timed."""
        if not self.encoded:
            return ""
        minutes = slices * self._seconds / self.encoded / 60
        return f", about {minutes:.0f} min left" if minutes >= 1 else ", less than a minute left"

    def _fail(self, what: str, error: BaseException) -> None:
        self._line.clear()
        sentence = " ".join(str(error).split())
        if not isinstance(error, MedSAMError):
            sentence = f"{type(error).__name__}: {sentence}"
        print(f"medsam: {what}: {sentence}", file=sys.stderr)
        self.failed += 1

    def summary(self) -> str:
        """The last line of a run."""
        self._line.clear()
        usage = self._files.usage()
        parts = [f"{self.encoded} slices encoded", f"{self.found} were already"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        parts.append(f"{usage.count} embeddings take {usage.bytes / 1e9:.1f} GB")
        return "; ".join([*parts, f"{time.monotonic() - self._started:.1f} s"])


def slices_of(volume: Volume, plane: str) -> Iterator[tuple[int, int]]:
    """Axis and index of every stored slice of a plane, or of all that the volume has."""
    asked = volume.planes if plane == ALL else [p for p in volume.planes if p.value == plane]
    # A single slice or picture has one plane, whatever was asked for.
    for one in asked or volume.planes:
        frame = volume.geometry.plane_frame(one)
        yield from ((frame.axis, index) for index in range(frame.count))
