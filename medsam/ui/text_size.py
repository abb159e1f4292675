"""The size of the window's letters, as a part of the system's."""

from __future__ import annotations

from PyQt5.QtWidgets import QApplication

from medsam.ui import settings

SIZES = (100, 125, 150)
"""Percent of the system's letters."""

_KEY = "view/text_size"
_first: dict[str, float] = {}
"""The system's size in points, once it is known."""


def chosen() -> int:
    """Percent that the user chose."""
    percent = int(settings.value(_KEY, SIZES[0]))
    return percent if percent in SIZES else SIZES[0]


def choose(app: QApplication, percent: int) -> None:
    """Use another size at once, and in the next run."""
    settings.remember(_KEY, percent)
    restore(app)


def restore(app: QApplication) -> None:
    """Apply the remembered size."""
    font = app.font()
    points = _first.setdefault("points", font.pointSizeF())
    if points > 0 and font.pointSizeF() != points * chosen() / 100:
        font.setPointSizeF(points * chosen() / 100)
        # Widgets under a style sheet keep the letters that they had when it was applied.
        sheet = app.styleSheet()
        app.setStyleSheet("")
        app.setFont(font)
        app.setStyleSheet(sheet)
