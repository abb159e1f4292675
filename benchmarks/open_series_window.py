"""How long from asking the window for a CT of 300 slices to the first slice on the screen?

    python -m benchmarks.open_series_window [--slices 300] [--rounds 5]

The real window (offscreen) opens an uncompressed series of 512 x 512 int16
slices from a temporary folder in the page cache: the files are read, the
voxels hashed to find the case that belongs to them, the document is made and
three planes are painted. The rival is our own read of the same folder, in
turn. A timer of 5 ms in the same event loop tells how long the window was deaf
at most, and a reading is cancelled half-way to see when its thread has ended.
The window's process computes nothing else: its engine is one that only
listens.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt5.QtCore import QEvent, QObject, QSettings, Qt, QTimer
from PyQt5.QtWidgets import QApplication

from benchmarks._quiet import Quiet
from benchmarks._rows import row_of, tell
from benchmarks._series import UNCOMPRESSED, body, write_series
from medsam.io import read_volume
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.errors import Presenter
from medsam.ui.main_window import MainWindow
from medsam.ui.theme import Theme
from tests.fakes import FakeEngine

TICK_MS = 5
MOST_DEAF, MOST_TO_END = 0.050, 0.200
PATIENCE = 60.0


class Watch(QObject):
    """Sees the first paint of a slice, and how long the event loop was away.

    Attributes:
        painted: When a pane was painted with an image open; 0 until then.
        deaf: The longest time between two ticks beyond the tick itself, seconds.
    """

    def __init__(self, window: Any) -> None:
        super().__init__()
        self._window = window
        self._last = 0.0
        self.painted = self.deaf = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        QApplication.instance().installEventFilter(self)

    def begin(self) -> None:
        """Forget what was seen."""
        self.painted = self.deaf = 0.0
        self._last = time.perf_counter()
        self._timer.start()

    def end(self) -> None:
        """Look no more."""
        self._timer.stop()

    def eventFilter(self, target: QObject, event: QEvent) -> bool:
        """Note the first paint; hold nothing up."""
        is_paint = event.type() == QEvent.Paint and isinstance(target, SliceView)
        if is_paint and not self.painted and self._window.session.annotation is not None:
            self.painted = -1.0
            QTimer.singleShot(0, self._note)
        return False

    def _note(self) -> None:
        self.painted = time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.deaf = max(self.deaf, now - self._last - TICK_MS / 1000)
        self._last = now


class Opening:
    """A window that opens one folder again and again."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self._app, self._folder = app, folder
        self.window: Any = MainWindow(
            Theme(app), Presenter(), engine=lambda on_message: FakeEngine(on_message)
        )
        self.window.resize(1366, 768)
        self.window.show()
        self._watch = Watch(self.window)
        self.settle()

    def turn_until(self, is_done: Callable[[], bool]) -> None:
        """Turn the event loop, sleeping in between."""
        end = time.perf_counter() + PATIENCE
        while not is_done():
            self._app.processEvents()
            time.sleep(0.0005)
            if time.perf_counter() > end:
                raise TimeoutError("The window did not get there.")

    def settle(self, seconds: float = 0.4) -> None:
        """Let what is due happen."""
        end = time.perf_counter() + seconds
        self.turn_until(lambda: time.perf_counter() > end)

    def close_image(self) -> None:
        """Nothing is open."""
        self.window.files.close()
        self.settle()

    def open(self) -> tuple[float, float]:
        """Seconds to the first painted slice, and how long the window was deaf at most."""
        self.close_image()
        self._watch.begin()
        start = time.perf_counter()
        self.window.files.open(self._folder)
        self.turn_until(lambda: self._watch.painted > 0)
        seconds = self._watch.painted - start
        self.settle(0.3)
        self._watch.end()
        return seconds, self._watch.deaf

    def cancel_half_way(self) -> float:
        """Seconds from the cancel to the end of the reading thread."""
        self.window.files.open(self._folder)
        self.turn_until(lambda: self.window.files.is_opening)
        task = self.window.files._task
        seen: list[float] = []
        task.reported.connect(lambda fraction, _: seen.append(fraction))
        self.turn_until(lambda: bool(seen and seen[-1] > 0.4) or task.isFinished())
        start = time.perf_counter()
        task.cancel()
        ended = task.wait(int(PATIENCE * 1000))
        seconds = time.perf_counter() - start
        if not ended:
            raise TimeoutError("The reading did not end.")
        self.settle()
        return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--slices", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    quiet = Quiet(patience=20)
    with tempfile.TemporaryDirectory() as name:
        # Neither the user's settings nor his cases are touched.
        for variable in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
            os.environ[variable] = name
        QSettings.setDefaultFormat(QSettings.IniFormat)
        QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, name)
        folder = Path(name) / UNCOMPRESSED
        write_series(folder, body(512, args.slices))
        app = QApplication.instance() or QApplication([])
        opening = Opening(app, folder)
        opening.open()
        ours, reads, deaf, ends = [], [], [], []
        for _ in range(args.rounds):
            seconds, longest = quiet.sample(opening.open).value
            ours.append(seconds)
            deaf.append(longest)
            reads.append(quiet.sample(lambda: read_volume(folder)).seconds)
            opening.close_image()
            ends.append(opening.cancel_half_way())
        opening.window.close_unasked()
    rows = [
        row_of(f"open {args.slices} slices to the first picture", ours, reads, "our own read of the files"),
        row_of("opening: the window deaf at most", deaf, [MOST_DEAF] * len(deaf), "50 ms", 1.0, "ms", 1000),
        row_of("opening: from cancel to its end", ends, [MOST_TO_END] * len(ends), "200 ms", 1.0, "ms", 1000),
    ]
    for row in rows:
        print(f"{row.what}: {row.ours}, {row.ratio:.2f} of {row.against} ({row.least:.2f} to {row.most:.2f})")
    print(quiet.line())
    tell(rows)
    os._exit(0)


if __name__ == "__main__":
    main()
