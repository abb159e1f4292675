"""One long run of encoding: what is done, how long it will take, and what failed."""

from __future__ import annotations

import statistics
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from medsam.cli.embed_cases import Case
from medsam.cli.predict import slice_picture
from medsam.cli.progress import ProgressLine
from medsam.errors import Cancelled, InputError, MedSAMError
from medsam.intensity import Window, default_window
from medsam.io import read_volume
from medsam.volume import Plane, Volume

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from medsam.inference.embedding_files import EmbeddingFiles
    from medsam.inference.predictor import EmbeddingPredictor

ALL = "all"

_NAMED = 20
"""Failures that the end names again."""
_TIMED = 50
"""Encodings that the time left is reckoned by."""


class NoRoom(InputError):
    """Nothing more can be kept, so there is no use in going on."""


class Night:
    """Encodes images one after the other.

    Attributes:
        encoded, found: Slices that were encoded, and that were before.
        failed: What could not be encoded, by name.
    """

    def __init__(self, predictor: EmbeddingPredictor, files: EmbeddingFiles) -> None:
        """Encode with ``predictor``, whose embeddings go to ``files``."""
        self._predictor, self._files = predictor, files
        self._line = ProgressLine()
        self._started = time.monotonic()
        self._seconds: deque[float] = deque(maxlen=_TIMED)
        self._images: list[int] = []
        self.encoded = self.found = 0
        self.failed: list[str] = []

    def work_through(self, cases: Sequence[Case], plane: str, window: Window | None) -> None:
        """Encode the slices of images; one that fails is named, and the others go on.

        Raises:
            NoRoom: If nothing more can be kept.
        """
        for n, case in enumerate(cases):
            where = f"image {n + 1} of {len(cases)}, " if len(cases) > 1 else ""
            self._line.show(f"{where}{case.path.name}: reading")
            try:
                volume = read_volume(case.path, series=case.series)
            except Cancelled:
                raise
            except (MedSAMError, OSError, MemoryError) as error:
                self.fail(case.path.name, error)
                continue
            self._encode_volume(case.path.name, volume, plane, window, where, len(cases) - n - 1)

    def _encode_volume(
        self, name: str, volume: Volume, plane: str, window: Window | None, where: str, images_left: int
    ) -> None:
        slices = list(slices_of(volume, plane))
        through = None if volume.is_rgb else window or default_window(volume)
        encoded = self.encoded
        batch: list[tuple[int, npt.NDArray[np.uint8]]] = []
        for done, (axis, index) in enumerate(slices):
            mine = self.encoded - encoded
            left = self._left(len(slices) - done + len(batch), images_left, mine, max(done - len(batch), 1))
            self._line.show(f"{where}{name}: slice {done + 1} of {len(slices)}{left}")
            picture = slice_picture(volume, index, through, axis)
            if self._predictor.is_kept(picture) or self._predictor.is_encoded(picture):
                self.found += 1
                continue
            batch.append((index, picture))
            if len(batch) >= self._predictor.at_once:
                self._encode(name, batch)
                batch = []
        self._encode(name, batch)
        self._images.append(self.encoded - encoded)

    def _encode(self, name: str, batch: list[tuple[int, npt.NDArray[np.uint8]]]) -> None:
        if not batch:
            return
        start, done = time.monotonic(), set[int]()
        try:
            self._predictor.encode_all([picture for _, picture in batch], done=done.add)
        except Cancelled:
            raise
        except (MedSAMError, RuntimeError, MemoryError) as error:
            for n, (index, _) in enumerate(batch):
                if n not in done:
                    self.fail(f"{name}, slice {index}", error)
        self.encoded += len(done)
        self._seconds += [(time.monotonic() - start) / len(batch)] * len(done)
        self._tell_news()
        self._require_room()

    def _require_room(self) -> None:
        """Stop where going on is in vain: what is encoded now would be lost, or push out what was before."""
        files = self._files
        if files.trouble:
            self.encoded -= 1
            raise NoRoom(
                f"The embeddings cannot be written: {files.trouble}."
                " Make room on the disk, or let MEDSAM_EMBEDDINGS name another folder."
            )
        each, mine = files.written / max(self.encoded, 1), self.encoded + self.found
        if (mine + 1) * each > files.max_bytes:
            raise NoRoom(
                f"The folder of embeddings may take {files.max_bytes / 1e9:.1f} GB, and {mine} slices of this"
                " run fill it; more would push them out again. Raise the limit under Preferences, Speed and"
                " storage, or in MEDSAM_EMBEDDINGS_BYTES, and run this again: it goes on from here."
            )

    def _tell_news(self) -> None:
        if self._predictor.news:
            self._line.clear()
            print(f"medsam: {self._predictor.news}", file=sys.stderr)
            self._predictor.news = ""

    def _left(self, slices: int, images: int, mine: int, looked: int) -> str:
        """ ", about 12 min left" once a slice has been timed.

        Args:
            slices: Of this image that are not done.
            images: That come after it; each is taken to need what those before needed.
            mine, looked: Slices of this image that were encoded so far, and looked at.
        """
        if not self._seconds:
            return ""
        # A share of this image may be there already, and so may one of the others.
        usual = statistics.mean(self._images) if self._images else mine / looked * (slices + looked)
        seconds = statistics.median(self._seconds) * (slices + images * usual)
        return f", {say_left(seconds)}"

    def fail(self, what: str, error: BaseException) -> None:
        """Name what failed and why, now and in the summary."""
        self._line.clear()
        sentence = " ".join(str(error).split())
        if not isinstance(error, MedSAMError):
            sentence = f"{type(error).__name__}: {sentence}"
        print(f"medsam: {what}: {sentence}", file=sys.stderr)
        self.failed.append(what)

    def summary(self) -> str:
        """The last lines of a run."""
        self._line.clear()
        usage = self._files.usage()
        parts = [f"{self.encoded} slices encoded", f"{self.found} were already"]
        if self.failed:
            parts.append(f"{len(self.failed)} failed")
        parts.append(f"{usage.count} embeddings take {usage.bytes / 1e9:.1f} GB")
        lines = ["; ".join([*parts, f"{time.monotonic() - self._started:.1f} s"])]
        if self.failed:
            more = len(self.failed) - _NAMED
            rest = [f"and {more} more"] if more > 0 else []
            lines.append("failed: " + "; ".join([*self.failed[:_NAMED], *rest]))
        return "\n".join(lines)


def slices_of(volume: Volume, plane: str) -> Iterator[tuple[int, int]]:
    """Axis and index of every stored slice of a plane, or of all that the volume has."""
    asked = volume.planes if plane == ALL else [p for p in volume.planes if p.value == plane]
    # A single slice or picture has one plane, whatever was asked for.
    for one in asked or volume.planes:
        frame = volume.geometry.plane_frame(one)
        yield from ((frame.axis, index) for index in range(frame.count))


def say_left(seconds: float) -> str:
    """A time for people: "about 2:05 h left"."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return "less than a minute left"
    if minutes < 90:
        return f"about {minutes} min left"
    return f"about {minutes // 60}:{minutes % 60:02d} h left"


PLANES = [*(plane.value for plane in Plane), ALL]
"""What ``--plane`` takes."""
