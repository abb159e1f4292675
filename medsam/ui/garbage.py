"""Whoever destroys objects of Qt's does it in the window's thread."""

from __future__ import annotations

import gc

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtWidgets import QWidget

LOOK_MS = 1_000
"""How often garbage is looked for."""


_going: set[QObject] = set()
"""What Qt destroys soon."""


def discard(widget: QWidget) -> None:
    """Hide a child of a layout and destroy it soon.

    ``QLayout.removeWidget`` would give it back to Python, whose garbage
    collector may then free it while Qt still holds events for it.
    """
    widget.hide()
    destroy_soon(widget)


def destroy_soon(thing: QObject) -> None:
    """``thing.deleteLater()``, with Python's part of it kept until then.

    Qt waits until the event in hand is done with, which may be open a dialog
    first. Meanwhile the garbage collector would empty the functions that are
    connected to signals of the object and its children, and a timer among them
    that runs out would end the program.
    """
    _going.add(thing)
    thing.destroyed.connect(lambda: _going.discard(thing))
    thing.deleteLater()


class Collector(QObject):
    """Collects Python's garbage in the window's thread instead of in whichever thread comes along.

    Python collects in the thread that happens to make one object too many. In
    garbage there may be widgets, and one that is freed beside the window's
    thread while that thread handles an event of it ends the program.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    def look(self) -> None:
        """Collect as much as Python would have collected by itself."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()
