"""How soon does the window stand on the screen?

    python -m benchmarks.window_start [--rounds 7]

From the start of the process to the first paint of the main window, beside an
empty window of the same Qt in a process of its own: the floor that no PyQt5
program comes under. Both in turn, medians of the rounds and of their ratio,
on Qt's offscreen platform unless ``QT_QPA_PLATFORM`` names another. Also says
whether the process had imported torch by then.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys

from benchmarks import ROOT
from benchmarks._quiet import Quiet
from benchmarks._rows import row_of, tell

WATCH = """
import os, sys, time, psutil
from PyQt5.QtCore import QEvent, QObject, QTimer
from PyQt5.QtWidgets import QApplication, QMainWindow

class Watch(QObject):
    def eventFilter(self, widget, event):
        if event.type() == QEvent.Paint and isinstance(widget, QMainWindow):
            QTimer.singleShot(0, self.report)
        return False
    def report(self):
        seconds = time.time() - psutil.Process().create_time()
        print(seconds, "torch" in sys.modules, flush=True)
        # The worker notices that its window is gone and ends.
        os._exit(0)
"""

OURS = (
    WATCH
    + """
from medsam.ui.application import Work, make_application, run
app, watch = make_application(), Watch()
app.installEventFilter(watch)
run(Work(), model=None, device="cpu")
"""
)

EMPTY = (
    WATCH
    + """
app, watch = QApplication([]), Watch()
app.installEventFilter(watch)
window = QMainWindow()
window.resize(1366, 768)
window.show()
app.exec_()
"""
)


def seconds_of(code: str) -> tuple[float, bool]:
    """Seconds to the first paint, and whether torch was imported by then."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    seconds, torch = done.stdout.split()
    return float(seconds), torch == "True"


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    seconds_of(OURS), seconds_of(EMPTY)  # files into the system's cache
    quiet = Quiet()
    sides = [lambda: seconds_of(OURS), lambda: seconds_of(EMPTY)]
    pairs = [[quiet.sample(side).value for side in sides] for _ in range(rounds)]
    ours, empty = [a for (a, _), _ in pairs], [b for _, (b, _) in pairs]
    ratio = statistics.median(a / b for a, b in zip(ours, empty, strict=True))
    print(f"main window {statistics.median(ours):.2f} s ({min(ours):.2f} to {max(ours):.2f})")
    print(f"empty window {statistics.median(empty):.2f} s ({min(empty):.2f} to {max(empty):.2f})")
    print(f"ratio {ratio:.2f}, {rounds} rounds; torch imported: {any(t for (_, t), _ in pairs)}")
    print(quiet.line())
    tell([row_of("start to the first paint of the window", ours, empty, "an empty window of Qt")])


if __name__ == "__main__":
    main()
