"""How long a slice change takes, from the wheel's step to the painted pane.

Scrolls a labelled CT-like volume through real ``SliceView`` widgets on the
offscreen platform: slice through the window to 8 bit, labels, outlines,
crosshair and captions. The yardstick, measured in the same run, is Qt drawing
one ready image of the same size into the same widget's area, smoothly scaled.
The column "CPU" counts only this program's own work, so a busy machine does
not spoil it.

    python -m benchmarks.scroll [--size 512] [--slices 120] [--view 800] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QImage, QPainter
from PyQt5.QtWidgets import QApplication

from medsam.document import Annotation
from medsam.ui.canvas.slice_view import SliceView
from medsam.volume import Plane, Volume

FRAME_MS = 1000 / 60


def phantom(size: int, slices: int) -> tuple[Volume, Annotation]:
    """A noisy int16 volume (size, size, slices) with three ellipsoids as labels."""
    rng = np.random.default_rng(0)
    array = np.asfortranarray(rng.normal(0, 60, (size, size, slices)).astype(np.int16))
    labels = np.zeros(array.shape, np.uint16, order="F")
    i, j = np.ogrid[:size, :size]
    for number, (x, y, radius) in enumerate(
        ((0.35, 0.45, 0.18), (0.68, 0.6, 0.1), (0.5, 0.8, 0.08)), start=1
    ):
        disc = (i - x * size) ** 2 + (j - y * size) ** 2 < (radius * size) ** 2
        array[disc] += 120
        labels[disc] = number
    volume = Volume(array, np.diag([-0.7, -0.7, 1.5, 1.0]), modality="CT", name="benchmark")
    return volume, Annotation(volume, labels)


def time_each(action: Callable[[int], None], count: int) -> np.ndarray:
    """Milliseconds of ``action(n)``, after three rounds to warm up: (count, 2), wall clock and CPU."""
    for n in range(3):
        action(n)
    taken = []
    for n in range(count):
        begin, cpu = time.perf_counter(), time.process_time()
        action(n)
        taken.append((time.perf_counter() - begin, time.process_time() - cpu))
    return np.array(taken) * 1000


def measure(size: int, slices: int, side: int) -> dict[str, dict[str, float]]:
    """Median and 99th percentile in ms for the yardstick and for each plane."""
    volume, annotation = phantom(size, slices)
    picture = QImage(size, size, QImage.Format_RGB32)
    picture.fill(0x808080)
    canvas = QImage(side, side, QImage.Format_RGB32)

    def draw_ready_image(_: int) -> None:
        painter = QPainter(canvas)
        painter.setRenderHint(QPainter.SmoothPixmapTransform)
        painter.drawImage(QRectF(0, 0, side, side), picture)
        painter.end()

    results = {"one ready image": time_each(draw_ready_image, slices)}
    for plane in Plane:
        view = SliceView()
        view.resize(side, side)
        view.set_scene(volume, plane, annotation)
        view.set_crosshair((size / 2, size / 2, slices / 2))
        view.show()
        QApplication.processEvents()

        def step(n: int, view: SliceView = view) -> None:
            view.set_index(n)
            view.repaint()

        results[f"slice change, {plane.value}"] = time_each(step, view.frame.count if view.frame else 0)

        def cross(n: int, view: SliceView = view) -> None:
            view.set_crosshair((n, n, n))
            view.repaint()

        results[f"crosshair move, {plane.value}"] = time_each(cross, slices)
        view.close()
        view.set_scene(None)
    yardstick = np.median(results["one ready image"], axis=0)
    return {
        name: {
            "median_ms": float(np.median(taken[:, 0])),
            "p99_ms": float(np.percentile(taken[:, 0], 99)),
            "cpu_median_ms": float(np.median(taken[:, 1])),
            "cpu_in_ready_images": float(np.median(taken[:, 1]) / yardstick[1]),
            "late_frames": float((taken[:, 0] > FRAME_MS).mean()),
        }
        for name, taken in results.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", type=int, default=512, help="rows and columns of an axial slice")
    parser.add_argument("--slices", type=int, default=120, help="axial slices")
    parser.add_argument("--view", type=int, default=800, help="side of the pane in pixels")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    app = QApplication([])
    results = measure(options.size, options.slices, options.view)
    app.quit()
    if options.json:
        print(json.dumps(results, indent=2))
        return
    print(f"{'':28}{'median':>9}{'p99':>9}{'CPU':>9}{'× ready image':>15}{'over 1/60 s':>13}")
    for name, row in results.items():
        print(
            f"{name:28}{row['median_ms']:7.1f}ms{row['p99_ms']:7.1f}ms{row['cpu_median_ms']:7.1f}ms"
            f"{row['cpu_in_ready_images']:14.1f}×{row['late_frames']:12.0%}"
        )


if __name__ == "__main__":
    main()
