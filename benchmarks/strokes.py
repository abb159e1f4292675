"""How long from a mouse move of the brush to the ink on the screen, and from the release to the undo step?

    python -m benchmarks.strokes [--moves 200] [--json]

Draws with real mouse events in the real window (offscreen), in a volume of
1024 x 1024 slices and in one of 512 x 512 x 300 voxels, both with labels on
them. "move" is one mouse move until every pane is painted, "release" the end
of a stroke until the document holds it, its undo step is kept and the panes
are painted. The yardstick of the same run is Qt drawing one ready image of
the slice's size into the pane's area. The column "CPU" counts only this
program's own work, so a busy machine does not spoil it.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, QRectF, QSettings, Qt
from PyQt5.QtGui import QImage, QMouseEvent, QPainter
from PyQt5.QtWidgets import QApplication

from benchmarks._phantoms import phantom
from benchmarks._rows import Row, tell
from medsam.intensity import Window
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.errors import Presenter
from medsam.ui.main_window import MainWindow
from medsam.ui.theme import Theme
from medsam.volume import Plane
from tests.fakes import FakeEngine

FRAME_MS = 1000 / 60
CASES = (("1024 x 1024 slices", 1024, 24), ("512 x 512 x 300", 512, 300))
TIPS = (
    ("circle 14 mm", 14.0, False, False),
    ("circle 80 mm", 80.0, False, False),
    ("adaptive circle 14 mm", 14.0, False, True),
    ("sphere 14 mm", 14.0, True, False),
    ("sphere 40 mm", 40.0, True, False),
)
STROKE_MOVES = 25


class Timed:
    """Wall clock and CPU milliseconds of many calls."""

    def __init__(self) -> None:
        self._taken: list[tuple[float, float]] = []

    def __call__(self, action: Callable[[], None]) -> None:
        """Time one."""
        begin, cpu = time.perf_counter(), time.process_time()
        action()
        self._taken.append((time.perf_counter() - begin, time.process_time() - cpu))

    def row(self) -> dict[str, float]:
        """Median, 99th percentile, CPU median, share of late frames."""
        taken = np.array(self._taken) * 1000
        return {
            "median_ms": float(np.median(taken[:, 0])),
            "p99_ms": float(np.percentile(taken[:, 0], 99)),
            "cpu_median_ms": float(np.median(taken[:, 1])),
            "cpu_p99_ms": float(np.percentile(taken[:, 1], 99)),
            "late_frames": float((taken[:, 0] > FRAME_MS).mean()),
        }


def send(
    view: SliceView, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButtons
) -> None:
    """A mouse event, and everything that follows from it."""
    screen = QPointF(view.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(view, QMouseEvent(kind, at, screen, button, held, Qt.NoModifier))
    QApplication.sendPostedEvents()
    QApplication.processEvents()


def spiral(view: SliceView, moves: int) -> Iterator[QPointF]:
    """A path over the slice: some 12 logical pixels a move, as a quick hand draws."""
    h, w = view.frame.shape_hw if view.frame is not None else (1, 1)
    for n in range(moves):
        turn, reach = n * 0.13, 0.1 + 0.35 * n / moves
        yield view.shown_to_view(w * (0.5 + reach * math.cos(turn)), h * (0.5 + reach * math.sin(turn)))


def draw(view: SliceView, moves: int) -> tuple[Timed, Timed]:
    """Strokes along a spiral: times of the moves and of the releases."""
    move, release = Timed(), Timed()
    last = QPointF()
    for n, at in enumerate(spiral(view, moves)):
        if n % STROKE_MOVES == 0:
            if n:
                release(lambda at=last: send(view, QEvent.MouseButtonRelease, at, Qt.LeftButton, Qt.NoButton))
            send(view, QEvent.MouseButtonPress, at, Qt.LeftButton, Qt.LeftButton)
        else:
            move(lambda at=at: send(view, QEvent.MouseMove, at, Qt.NoButton, Qt.LeftButton))
        last = at
    release(lambda: send(view, QEvent.MouseButtonRelease, last, Qt.LeftButton, Qt.NoButton))
    return move, release


def yardstick(size: int, view: SliceView) -> dict[str, float]:
    """One ready image drawn into the view's area."""
    picture = QImage(size, size, QImage.Format_RGB32)
    picture.fill(0x808080)
    canvas = QImage(view.size(), QImage.Format_RGB32)
    timed = Timed()

    def once() -> None:
        painter = QPainter(canvas)
        painter.setRenderHint(QPainter.SmoothPixmapTransform)
        painter.drawImage(QRectF(canvas.rect()), picture)
        painter.end()

    for _ in range(60):
        timed(once)
    return timed.row()


def measure(app: QApplication, moves: int) -> dict[str, dict[str, float]]:
    """A row for each case, tip and kind of event."""
    window = MainWindow(Theme(app), Presenter(), engine=lambda on_message: FakeEngine(on_message))
    window.resize(1360, 860)
    window.show()
    results: dict[str, dict[str, float]] = {}
    for case, size, slices in CASES:
        _, annotation = phantom(size, slices)
        window.session.open(annotation, None, Window(60, 400))
        window.view.choose_tool("brush")
        view = window.area.panes[Plane.AXIAL].view
        app.processEvents()
        results[f"{case}: one ready image"] = yardstick(size, view)
        for tip, diameter, sphere, adaptive in TIPS:
            window.painting.settings.set_diameter(diameter)
            window.painting.settings.set_adaptive(adaptive)
            window.session.undo.jump(0)
            window.painting.settings.set_sphere(sphere)
            draw(view, STROKE_MOVES)
            window.session.undo.jump(0)
            move, release = draw(view, moves)
            strokes, steps = math.ceil(moves / STROKE_MOVES), window.session.undo.count()
            # The adaptive brush may find all of a stroke painted already, which is no step.
            assert steps == strokes or (adaptive and steps > strokes // 2), "a stroke is a step"
            results[f"{case}: {tip}, move"] = move.row()
            results[f"{case}: {tip}, release"] = release.row()
    window.close_unasked()
    return results


def rows_of(results: dict[str, dict[str, float]]) -> list[Row]:
    """For each case, moves beside one frame and beside one ready image."""
    rows = []
    for case, _, _ in CASES:
        moves = [row for name, row in results.items() if name.startswith(case) and name.endswith("move")]
        worst, middle = (max(row[key] for row in moves) for key in ("p99_ms", "median_ms"))
        ready = results[f"{case}: one ready image"]["median_ms"]
        texts, slowest = (f"{middle:.2g} ms", f"{ready:.2g} ms"), "a move of the slowest brush"
        rows += [
            Row.within(f"{slowest}, 99 %, {case}", worst, FRAME_MS, "ms", "one frame of 60"),
            Row(f"{slowest}, {case}", *texts, "drawing one ready image", middle / ready),
        ]
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--moves", type=int, default=200, help="mouse moves for each row")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, folder)
        app = QApplication([])
        results = measure(app, options.moves)
    tell(rows_of(results))
    if options.json:
        print(json.dumps(results, indent=2))
        return
    print(f"{'':50}{'median':>9}{'p99':>9}{'CPU':>9}{'CPU p99':>9}{'over 1/60 s':>13}")
    for name, row in results.items():
        print(
            f"{name:50}{row['median_ms']:7.1f}ms{row['p99_ms']:7.1f}ms{row['cpu_median_ms']:7.1f}ms"
            f"{row['cpu_p99_ms']:7.1f}ms{row['late_frames']:12.0%}"
        )


if __name__ == "__main__":
    main()
