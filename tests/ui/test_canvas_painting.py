"""A painter ends with its block, so that a failure while painting is a sentence and no crash."""

from __future__ import annotations

import pytest
from PyQt5.QtGui import QColor, QImage, QPainter

from medsam.ui.canvas.painting import painting
from tests.phantoms import ct_phantom
from tests.ui.window_support import settle, show_volume, view_of


def test_painter_is_active_in_the_block_only(qapp):
    image = QImage(4, 4, QImage.Format_RGB32)
    image.fill(0)
    with painting(image) as painter:
        assert painter.isActive()
        painter.fillRect(0, 0, 4, 4, QColor(255, 0, 0))
    assert not painter.isActive() and image.pixelColor(1, 1).red() == 255


def test_painter_ends_where_painting_fails(qapp):
    image = QImage(4, 4, QImage.Format_RGB32)
    kept: list[QPainter] = []
    with pytest.raises(ZeroDivisionError), painting(image) as painter:
        kept.append(painter)
        painter.save()
        raise ZeroDivisionError
    assert not kept[0].isActive() and not image.paintingActive()


def test_pane_that_cannot_be_painted_says_so_and_goes_on(window, monkeypatch):
    show_volume(window, ct_phantom())
    view = view_of(window)
    said: list[str] = []
    window.presenter.message.connect(lambda kind, text, action: said.append(text))

    def fail(painter: QPainter) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(view, "paint_tool", fail)
    for width in (1210, 1220, 1230):
        window.resize(width, 760)
        view.update()
        settle()
    assert said and all("ZeroDivisionError" in text for text in said)
    monkeypatch.undo()
    said.clear()
    view.update()
    settle()
    assert said == [] and not view.grab().isNull()
