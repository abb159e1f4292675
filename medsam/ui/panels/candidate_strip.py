"""A strip of thumbnails in a view's corner: the masks that a prompt could mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from medsam.ui.canvas.overlays import FOCUS, MUTED, TEXT
from medsam.ui.canvas.painting import painting
from medsam.ui.garbage import discard

THUMBNAIL = 56
"""Side of a thumbnail's square in logical pixels."""

_LEAST_PANE = (300, 220)
"""Width and height of a pane below which the strip would hide the picture."""

_PANEL = QColor(22, 24, 28, 225)
_EDGE = QColor(255, 255, 255, 40)
_MARGIN = 8
_HEAD, _FOOT = 48, 56
"""Logical pixels for the captions above and below."""


class _Thumbnail(QAbstractButton):
    """One candidate: its mask on the slice, and its predicted quality below."""

    def __init__(self, image: QImage, words: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._image, self._words = image, words
        self.setCheckable(True)
        self.setFocusPolicy(Qt.NoFocus)
        self.setCursor(Qt.PointingHandCursor)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        """The square and a line of words."""
        return QSize(THUMBNAIL + 4, THUMBNAIL + 4 + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in the middle of the square; a frame around the chosen one."""
        with painting(self) as painter:
            painter.setRenderHints(QPainter.Antialiasing | QPainter.SmoothPixmapTransform)
            square = QRectF(2, 2, THUMBNAIL, THUMBNAIL)
            painter.fillRect(square, QColor(0, 0, 0))
            size = self._image.size().scaled(THUMBNAIL, THUMBNAIL, Qt.KeepAspectRatio)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(square.center())
            painter.drawImage(target, self._image)
            if self.isChecked() or self.underMouse():
                painter.setPen(QPen(FOCUS if self.isChecked() else MUTED, 2.0))
                painter.setBrush(Qt.NoBrush)
                painter.drawRoundedRect(square.adjusted(-1, -1, 1, 1), 2, 2)
            font = QFont(self.font())
            font.setBold(self.isChecked())
            painter.setFont(font)
            painter.setPen(TEXT if self.isChecked() else MUTED)
            metrics = QFontMetricsF(font)
            x = (self.width() - metrics.horizontalAdvance(self._words)) / 2
            painter.drawText(QPointF(x, self.height() - metrics.descent() - 0.5), self._words)

    def enterEvent(self, event: QEvent) -> None:
        """Show that it can be clicked."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """And no longer."""
        self.update()
        super().leaveEvent(event)


class CandidateStrip(QWidget):
    """Lies in a corner of a view, beside what it is about; takes clicks, never the focus.

    It makes way while the mouse draws on the view.

    Signals:
        chosen(int): A thumbnail was clicked.
    """

    chosen = pyqtSignal(int)

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._is_wanted = self._is_in_the_way = False
        self._about: Callable[[], QRectF | None] = lambda: None
        self._thumbnails: list[_Thumbnail] = []
        self.setFocusPolicy(Qt.NoFocus)
        self.setAttribute(Qt.WA_NoSystemBackground)
        self.setAccessibleName(self.tr("Candidate masks"))
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._hint = QLabel()
        self._hint.setAlignment(Qt.AlignHCenter)
        self._hint.setStyleSheet(f"color: {MUTED.name()};")
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 5)
        column.setSpacing(2)
        column.addLayout(self._row)
        column.addWidget(self._hint)
        self.hide()
        view.installEventFilter(self)

    def show_candidates(self, images: Sequence[QImage], words: Sequence[str], names: Sequence[str]) -> None:
        """Make a thumbnail for each candidate.

        Args:
            images: Cut-outs of the slice with each mask.
            words: Below the thumbnails.
            names: For screen readers and tooltips.
        """
        for old in self._thumbnails:
            discard(old)
        self._thumbnails = []
        for n, (image, word, name) in enumerate(zip(images, words, names, strict=True)):
            button = _Thumbnail(image, word, name, self)
            button.clicked.connect(lambda _=False, n=n: self.chosen.emit(n))
            self._row.addWidget(button)
            self._thumbnails.append(button)
            button.show()
        self._is_wanted = bool(self._thumbnails)
        self._place()

    def set_about(self, about: Callable[[], QRectF | None]) -> None:
        """Say how to find the place of the view that the strip shall not cover."""
        self._about = about
        self._place()

    def set_chosen(self, number: int, hint: str) -> None:
        """Mark a candidate; ``hint`` is the line below."""
        for n, button in enumerate(self._thumbnails):
            button.setChecked(n == number)
        self._hint.setText(hint)
        self._place()

    def clear(self) -> None:
        """Show nothing."""
        self._is_wanted = False
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in a corner of the view; make way while the mouse draws."""
        if event.type() in (QEvent.Resize, QEvent.Show):
            self._place()
        elif event.type() in (QEvent.MouseButtonPress, QEvent.MouseButtonRelease):
            self._is_in_the_way = event.type() == QEvent.MouseButtonPress
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dark pill like the view's notices."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.Antialiasing)
            painter.setPen(QPen(_EDGE, 1))
            painter.setBrush(_PANEL)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def place(self) -> None:
        """Find a corner again: what the strip is about lies elsewhere in the view now."""
        self._place()

    def _place(self) -> None:
        room = self._view.size()
        is_small = room.width() < _LEAST_PANE[0] or room.height() < _LEAST_PANE[1]
        if not self._is_wanted or self._is_in_the_way or is_small:
            self.hide()
            return
        self.layout().activate()
        size = self.sizeHint()
        right, bottom = room.width() - size.width() - _MARGIN, room.height() - size.height() - _FOOT
        corners = [
            QPoint(right, _MARGIN),
            QPoint(_MARGIN, _HEAD),
            QPoint(right, bottom),
            QPoint(_MARGIN, bottom),
        ]
        about = self._about() or QRectF()
        free = [at for at in corners if not QRectF(QRect(at, size)).intersects(about)]
        self.resize(size)
        self.move((free or corners)[0])
        self.show()
        self.raise_()
