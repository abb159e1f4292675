"""Does looking cost anything: is every frame ready in time, also while the worker encodes?

    python -m benchmarks.scroll [--size 512] [--frames 150] [--without-encoder] [--json]

The real window (offscreen, or on the display there is) with a labelled scan of
512 x 512 x 512 int16 voxels in three linked panes, and real events, 60 a
second: the wheel in each plane, Shift+move (the crosshair, and with it the
slices of the other two panes), a drag of the window, another opacity, a dab of
the brush, a mask that arrives. Everything that hangs on an event counts:
strips, status line, statistics, requests for encodings ahead. First quiet,
then while a worker process encodes one slice after another with a ViT-B of
random weights.

A frame's time runs from the moment its event was due until all panes are
painted; a frame is late if that takes more than 1/60 s. "CPU" is the time of
the window's thread alone, which other programs of a busy machine do not
spoil. The yardstick is Qt drawing one ready image into the axial pane.
"painted" is the share of the panes' pixels that a frame painted.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, QRectF, QSettings, Qt
from PyQt5.QtGui import QImage, QMouseEvent, QPainter, QWheelEvent
from PyQt5.QtWidgets import QApplication

from benchmarks._eyes import FRAME, Eyes, Frames
from benchmarks._rows import MISSED, Row, tell
from medsam.document import ChangeLabel, SetVoxels
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.garbage import Collector
from medsam.volume import Plane

SIZES = ((1366, 768), (1920, 1160))
"""Of the window: a small laptop's screen, and what a desktop of Full HD or a little more leaves."""

READY = "one ready image"
NOTCH = 120

# --- what the user does --------------------------------------------------------------------------------


def turn_wheel(view: SliceView, steps: int) -> None:
    """Notches of the wheel over the middle of a pane."""
    at = QPointF(view.rect().center())
    screen = QPointF(view.mapToGlobal(QPoint(0, 0))) + at
    event = QWheelEvent(
        at, screen, QPoint(), QPoint(0, NOTCH * steps), Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False
    )
    QApplication.sendEvent(view, event)


def send(
    view: SliceView,
    kind: QEvent.Type,
    at: QPointF,
    button: Qt.MouseButton = Qt.NoButton,
    held: Qt.MouseButtons | Qt.MouseButton = Qt.NoButton,
    keys: Qt.KeyboardModifier = Qt.NoModifier,
) -> None:
    """A mouse event over a place of a pane."""
    screen = QPointF(view.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(view, QMouseEvent(kind, at, screen, button, held, keys))


def round_way(view: SliceView, n: int, reach: float = 0.25) -> QPointF:
    """Where a hand is that goes round the middle of the picture in some 100 frames."""
    h, w = view.frame.shape_hw if view.frame is not None else (1, 1)
    turn = n * 0.063
    return view.shown_to_view(w * (0.5 + reach * math.cos(turn)), h * (0.5 + reach * math.sin(turn)))


Act = Callable[[int], None]


@contextmanager
def scrolling(eyes: Eyes, plane: Plane) -> Iterator[Act]:
    """The wheel, from a fifth of the way on, a slice a frame."""
    view = eyes.view(plane)
    view.entered.emit()
    view.set_index((view.frame.count if view.frame else 0) // 5)
    eyes.settle(0.1)
    yield lambda n: turn_wheel(view, view.upwards)


@contextmanager
def pointing(eyes: Eyes, plane: Plane) -> Iterator[Act]:
    """Shift+move: the crosshair goes round, and the other two panes show its slices."""
    view = eyes.view(plane)
    yield lambda n: send(view, QEvent.MouseMove, round_way(view, n), keys=Qt.ShiftModifier)


@contextmanager
def windowing(eyes: Eyes) -> Iterator[Act]:
    """A drag with the right button: another window for all panes in each frame."""
    view = eyes.view(Plane.AXIAL)
    before = eyes.window.view.window
    send(view, QEvent.MouseButtonPress, round_way(view, 0), Qt.RightButton, Qt.RightButton)
    yield lambda n: send(view, QEvent.MouseMove, round_way(view, n, 0.1), held=Qt.RightButton)
    send(view, QEvent.MouseButtonRelease, round_way(view, 0), Qt.RightButton)
    assert eyes.window.view.window != before, "the drag changed the window"
    eyes.window.view.set_window(before)


@contextmanager
def fading(eyes: Eyes) -> Iterator[Act]:
    """Another opacity of a label in each frame, as its slider makes it."""
    label = eyes.annotation.labels.get(1)

    def fade(n: int) -> None:
        opacity = 0.3 + 0.4 * (n % 50) / 50
        eyes.annotation.apply(ChangeLabel(replace(label, opacity=opacity), "opacity"))

    yield fade
    eyes.annotation.apply(ChangeLabel(label, "opacity"))


@contextmanager
def brushing(eyes: Eyes) -> Iterator[Act]:
    """A stroke of the brush of 10 mm, a dab a frame."""
    view = eyes.view(Plane.AXIAL)
    eyes.window.view.choose_tool("brush")
    eyes.window.painting.settings.set_diameter(10.0)
    send(view, QEvent.MouseButtonPress, round_way(view, 0), Qt.LeftButton, Qt.LeftButton)
    yield lambda n: send(view, QEvent.MouseMove, round_way(view, n), held=Qt.LeftButton)
    send(view, QEvent.MouseButtonRelease, round_way(view, 0), Qt.LeftButton)
    eyes.window.session.undo.jump(0)
    eyes.window.view.choose_tool("crosshair")


@contextmanager
def masking(eyes: Eyes) -> Iterator[Act]:
    """A mask of a tenth of the slice's sides enters the document, elsewhere in each frame."""
    view, annotation = eyes.view(Plane.AXIAL), eyes.annotation
    side = max(annotation.volume.shape[0] // 10, 1)
    before = annotation.label_map[:, :, view.index].copy()

    def arrive(n: int) -> None:
        x, y = (side * (2 + (n * step) % 6) for step in (1, 5))
        region = (slice(x, x + side), slice(y, y + side), slice(view.index, view.index + 1))
        annotation.apply(SetVoxels(region, np.full((side, side, 1), 1 + n // 6 % 2, np.uint16)))

    yield arrive
    whole = (slice(None), slice(None), slice(view.index, view.index + 1))
    annotation.apply(SetVoxels(whole, before[..., None]))


# --- the measurement -----------------------------------------------------------------------------------


def yardstick(size: int, view: SliceView, count: int) -> Frames:
    """One ready image drawn into the view's area."""
    picture = QImage(size, size, QImage.Format_RGB32)
    picture.fill(0x808080)
    canvas = QImage(view.size(), QImage.Format_RGB32)
    side = min(view.width(), view.height())
    clock, cpu = [], []
    for _ in range(count):
        begin, own = time.perf_counter(), time.thread_time()
        painter = QPainter(canvas)
        painter.setRenderHint(QPainter.SmoothPixmapTransform)
        painter.drawImage(QRectF(0, 0, side, side), picture)
        painter.end()
        clock.append(time.perf_counter() - begin)
        cpu.append(time.thread_time() - own)
    return Frames.of(clock, cpu, [side * side / (view.width() * view.height())] * count)


def measure(eyes: Eyes, size: int, count: int) -> dict[str, Frames]:
    """Every kind of event in every size of the window."""
    results: dict[str, Frames] = {}
    for width, height in SIZES:
        eyes.window.resize(width, height)
        eyes.window.view.choose_tool("crosshair")
        eyes.settle()
        where = f"{width} x {height}"
        results[f"{where}: {READY}"] = yardstick(size, eyes.view(Plane.AXIAL), count)
        kinds = {f"slice, {plane.value}": scrolling(eyes, plane) for plane in Plane}
        kinds |= {f"crosshair, {plane.value}": pointing(eyes, plane) for plane in Plane}
        kinds |= {"window drag": windowing(eyes), "opacity": fading(eyes)}
        kinds |= {"brush dab": brushing(eyes), "mask": masking(eyes)}
        for name, kind in kinds.items():
            with kind as act:
                results[f"{where}: {name}"] = eyes.time_frames(act, count)
            eyes.settle(0.1)
    return results


def random_vit(folder: Path) -> Path:
    """A checkpoint of ViT-B with random weights, made by another process: the window has no torch in it."""
    code = "import sys, pathlib; from benchmarks._vit_b import random_vit as make;"
    done = subprocess.run(
        [sys.executable, "-c", f"{code} print(make(pathlib.Path(sys.argv[1])))", str(folder)],
        check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parent.parent,
    )  # fmt: skip
    return Path(done.stdout.split("\n")[-2])


def ask(app: QApplication, size: int, count: int, folder: Path | None) -> dict[str, dict[str, Frames]]:
    """The measurements while nothing is encoded, and, with a folder for the weights, while slices are."""
    eyes = Eyes(app, size, None)
    results = {"quiet": measure(eyes, size, count)}
    eyes.close()
    if folder is not None:
        eyes = Eyes(app, size, random_vit(folder))
        eyes.keep_encoding()
        alone = eyes.encoding_seconds(10.0)
        before, begin = eyes.encoded, time.perf_counter()
        results["while encoding"] = measure(eyes, size, count)
        beside = (time.perf_counter() - begin) / max(eyes.encoded - before, 1)
        print(f"The worker took {alone:.1f} s a slice alone and {beside:.1f} s meanwhile.")
        eyes.close()
    return results


def rows_of(results: dict[str, dict[str, Frames]]) -> list[Row]:
    """The 99th percentiles beside one frame of 60: of each kind the size of the window that took longer."""
    rows = []
    for when, figures in results.items():
        worst: dict[str, float] = {}
        for name, frames in figures.items():
            kind = name.split(": ", 1)[1]
            worst[kind] = max(worst.get(kind, 0.0), frames.p99)
        del worst[READY]
        rows += [
            Row.within(f"{kind}, {when}, 99 %", p99, FRAME * 1000, "ms", "one frame of 60")
            for kind, p99 in worst.items()
        ]
    return rows


def show(results: dict[str, dict[str, Frames]]) -> None:
    """Print a table."""
    print(f"{'':36}{'median':>9}{'99 %':>9}{'CPU':>9}{'CPU 99 %':>9}{'late':>7}{'painted':>9}")
    for when, figures in results.items():
        print(when)
        for name, f in figures.items():
            times = "".join(f"{value:7.1f}ms" for value in (f.median, f.p99, f.cpu, f.cpu_p99))
            print(f"  {name:34}{times}{f.late:7.1%}{f.painted:9.1%}")


def main() -> int:
    """Measure and print; 0 if 99 of 100 frames of every kind were in time, else ``MISSED``."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", type=int, default=512, help="voxels along each side of the scan")
    parser.add_argument("--frames", type=int, default=150, help="counted frames a row")
    parser.add_argument("--without-encoder", action="store_true", help="only while nothing is encoded")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # Settings, cases and encodings of this run are nobody else's.
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = str(Path(folder, name.lower()))
        os.environ["MEDSAM_EMBEDDINGS"] = str(Path(folder, "embeddings"))
        QSettings.setPath(QSettings.IniFormat, QSettings.UserScope, folder)
        app, collector = QApplication([]), Collector()
        results = ask(app, options.size, options.frames, None if options.without_encoder else Path(folder))
        collector.stop()
    if options.json:
        print(
            json.dumps({when: {k: asdict(f) for k, f in r.items()} for when, r in results.items()}, indent=2)
        )
    else:
        show(results)
    rows = rows_of(results)
    tell(rows)
    return 0 if all(row.reached for row in rows) else MISSED


if __name__ == "__main__":
    sys.exit(main())
