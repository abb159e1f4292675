"""Turn a table of boxes and points into mask pictures, encoding each slice once."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from medsam.cli.progress import ProgressLine
from medsam.cli.prompt_table import PromptRow, PromptTable, read_table
from medsam.errors import Cancelled, InputError, MedSAMError, ModelError, WriteError
from medsam.intensity import Window, default_window, to_uint8
from medsam.io import read_volume
from medsam.prompts import Prompts
from medsam.volume import Volume, stored_slice
from pretrain.catalogue import DEFAULT

if TYPE_CHECKING:
    from medsam.inference.predictor import Predictor

HELP = "masks for a table of boxes and points"
DEVICES = ("auto", "cpu", "cuda", "mps")

_NAMED = 10  # of the rows without an object, in the summary
_AXIS = 2  # The command line addresses slices along the third array axis.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``predict``."""
    parser.add_argument(
        "--prompts",
        required=True,
        type=Path,
        metavar="FILE.csv",
        help="columns id,image,slice,x0,y0,x1,y1 and, if wanted, points (x/y+ on the object, x/y- off it,"
        " separated by spaces; with or in the place of a box) and window (level/width or a preset's name);"
        " slice is empty for a 2D picture; an image is given relative to this file or the working directory",
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="folder for the masks, DIR/<id>.png, 0 and 255"
    )
    parser.add_argument(
        "--keep-guess",
        action="store_true",
        help='write the best guess where the model says "nothing here", not an empty mask',
    )
    add_model_arguments(parser)


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare --model and --device, which every command with a network has."""
    parser.add_argument(
        "--model",
        default=DEFAULT,
        metavar="NAME|FILE",
        help=f"weights by catalogue name or file (default {DEFAULT})",
    )
    parser.add_argument(
        "--device", default="auto", choices=DEVICES, help="where the network runs (default auto)"
    )
    parser.add_argument(
        "--precision",
        default="auto",
        choices=("auto", "exact", "fast", "fastest"),
        help="what large encoders compute in: exact float32, fast bfloat16, fastest int8;"
        " auto takes fast where the processor gains by it (default auto)",
    )


def run(args: argparse.Namespace) -> int:
    """Work through the table. 0 if every row has its mask, 1 if one failed.

    Raises:
        MedSAMError: If the table, the model or the folder cannot be used at all.
    """
    started = time.monotonic()
    table = read_table(args.prompts)
    out = _make_folder(args.out)
    batch = _Batch(table, out, args.keep_guess)
    for line, sentence in table.problems:
        batch.fail([line], sentence)
    if table.rows:
        batch.predictor = load_predictor(
            args.model, args.device, {row.prompts.kinds for row in table.rows}, args.precision
        )
        try:
            for image, rows in _by_image(table.rows).items():
                batch.work_through(image, rows)
        finally:
            batch.progress.clear()
    print(batch.summary(args.model, time.monotonic() - started))
    return 1 if batch.failed else 0


def load_predictor(
    model: str,
    device: str,
    asked: Collection[frozenset[str]] = (frozenset({"box"}),),
    precision: str = "auto",
) -> Predictor:
    """The predictor of a model that can answer some of what is asked.

    Args:
        model: Catalogue name or file.
        device: One of ``DEVICES``.
        asked: Kinds of prompts of the rows: "box", "points" or both.
        precision: See ``medsam.model.precision``.

    Raises:
        InputError: If the processor does not compute in that precision.
        ModelError: If it cannot be loaded, or takes the prompts of no row.
    """
    # Imported here: torch takes a second or two, which --help and a wrong table need not wait for.
    from medsam.inference.allocator import keep_memory
    from medsam.inference.embedding_cache import EmbeddingCache
    from medsam.inference.embedding_files import EmbeddingFiles, embedding_cap, embedding_folder
    from medsam.inference.predictor import make_predictor
    from medsam.model import load_model

    keep_memory()
    cache = EmbeddingCache(behind=EmbeddingFiles(embedding_folder(), embedding_cap()))
    predictor = make_predictor(load_model(model, device), cache, precision)
    card = predictor.card
    if not any(kinds <= card.prompts for kinds in asked):
        wanted = " and ".join(sorted(frozenset().union(*asked) - card.prompts))
        raise ModelError(
            f"The table's rows have {wanted}, which {card.title} does not take. Choose another --model."
        )
    return predictor


def _make_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WriteError(f"The folder {path.name} cannot be made: {reason}. Choose another --out.") from None
    return path


def _by_image(rows: Iterable[PromptRow]) -> dict[Path, list[PromptRow]]:
    groups: dict[Path, list[PromptRow]] = {}
    for row in rows:
        groups.setdefault(row.image.resolve(), []).append(row)
    return groups


class _Batch:
    """One run over a table: counts, reports, and the predictor in use."""

    def __init__(self, table: PromptTable, out: Path, keep_guess: bool) -> None:
        self.table = table
        self.out = out
        self.keep_guess = keep_guess
        self.progress = ProgressLine()
        self.predictor: Any = None
        self.total = len(table.rows) + len(table.problems)
        self.written = self.failed = self.slices = 0
        self.nothing: list[str] = []

    def work_through(self, image: Path, rows: list[PromptRow]) -> None:
        """Read one image and make the masks of its rows."""
        self._show(image.name)
        try:
            volume = read_volume(image)
        except (MedSAMError, OSError, MemoryError) as error:
            self._fail_rows(rows, error)
            return
        self._notes(volume, rows)
        slices: dict[tuple[int, Window | None], list[PromptRow]] = {}
        default = default_window(volume)
        for row in rows:
            try:
                index = slice_index(row.slice, volume)
                window = None if volume.is_rgb else row.window or default
                slices.setdefault((index, window), []).append(row)
            except MedSAMError as error:
                self._fail_rows([row], error)
        for (index, window), group in sorted(slices.items(), key=lambda item: item[0][0]):
            self._show(f"{image.name}, slice {index}")
            self._work_on_slice(slice_picture(volume, index, window), group)

    def _work_on_slice(self, picture: npt.NDArray[np.uint8], rows: list[PromptRow]) -> None:
        pointing = []
        for row in rows:
            try:
                # Before the encoding: a slice whose rows are all wrong need not have one.
                pointing.append((row, self.predictor.checked(row.prompts, picture.shape[:2])))
            except MedSAMError as error:
                self._fail_rows([row], error)
        if not pointing:
            return
        try:
            self.predictor.set_image(picture)
        except Cancelled:
            raise
        except (MedSAMError, RuntimeError, MemoryError) as error:
            self._fail_rows([row for row, _ in pointing], error)
            return
        self.slices += 1
        for row, prompts in pointing:
            try:
                self._answer(row, prompts)
            except Cancelled:
                raise
            except (MedSAMError, RuntimeError, MemoryError) as error:
                self._fail_rows([row], error)

    def _answer(self, row: PromptRow, prompts: Prompts) -> None:
        found = self.predictor.predict(prompts)
        mask = found.masks[0]
        if found.empty and not self.keep_guess:
            mask = np.zeros_like(mask)
        write_mask(self.out / f"{row.id}.png", mask)
        self.written += 1
        if found.empty:
            self.nothing.append(row.id)
        self._show(f"{row.image.name}, {row.id}")

    def _notes(self, volume: Volume, rows: list[PromptRow]) -> None:
        notes = list(volume.notes)
        if volume.is_rgb and any(row.window for row in rows):
            notes.append("a colour picture is taken as it is; the table's window was not used.")
        for note in notes:
            self.progress.clear()
            print(f"medsam: note: {volume.name}: {note}", file=sys.stderr)

    def _fail_rows(self, rows: list[PromptRow], error: BaseException) -> None:
        sentence = " ".join(str(error).split())
        if not isinstance(error, MedSAMError):
            sentence = f"{type(error).__name__}: {sentence}"
        self.fail([row.line for row in rows], sentence)

    def fail(self, lines: list[int], sentence: str) -> None:
        """Report rows that get no mask."""
        self.progress.clear()
        where = f"line {lines[0]}" if len(lines) == 1 else "lines " + ", ".join(map(str, lines))
        print(f"medsam: {self.table.name} {where}: {sentence}", file=sys.stderr)
        self.failed += len(lines)

    def _show(self, what: str) -> None:
        self.progress.show(f"{self.written + self.failed} of {self.total} masks: {what}")

    def summary(self, model: str, seconds: float) -> str:
        """The last line of a run."""
        parts = [f"{self.written} of {self.total} masks written to {self.out}"]
        if self.failed:
            parts.append(f"{self.failed} rows failed" if self.failed > 1 else "1 row failed")
        if self.nothing:
            names = ", ".join(self.nothing[:_NAMED])
            more = f" and {len(self.nothing) - _NAMED} more" if len(self.nothing) > _NAMED else ""
            what = "the guess is written" if self.keep_guess else "an empty mask is written"
            parts.append(f'{len(self.nothing)} answered "nothing here" ({what}): {names}{more}')
        parts.append(f"{self.slices} slices, {Path(model).name}, {seconds:.1f} s")
        return "; ".join(parts)


def slice_index(asked: int | None, volume: Volume) -> int:
    """The slice a row means, along the third array axis.

    Raises:
        InputError: If a volume's row names none, or it is outside.
    """
    count = volume.shape[_AXIS]
    if asked is None:
        if count > 1:
            raise InputError(f"{volume.name} has {count} slices, so its rows need a slice, 0 to {count - 1}.")
        return 0
    if asked >= count:
        raise InputError(f"{volume.name} has the slices 0 to {count - 1}; slice {asked} was asked for.")
    return asked


def slice_picture(
    volume: Volume, index: int, window: Window | None, axis: int = _AXIS
) -> npt.NDArray[np.uint8]:
    """What a network sees of a stored slice: (H, W) uint8 through the window, or (H, W, 3) colour."""
    raw = stored_slice(volume.array, axis, index)
    # Always a copy: a predictor that keeps its picture must not keep the whole volume.
    return np.array(raw if window is None else to_uint8(raw, window), dtype=np.uint8, order="C")


def write_mask(path: Path, mask: npt.NDArray[np.bool_]) -> None:
    """Write a (H, W) mask as an 8-bit PNG of 0 and 255, whole or not at all.

    Raises:
        WriteError: If the disk is full or the folder refuses.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            Image.fromarray(mask.astype(np.uint8) * 255).save(file, format="PNG")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise WriteError(f"The mask {path.name} could not be written: {reason}.") from None
    except BaseException:
        part.unlink(missing_ok=True)
        raise
