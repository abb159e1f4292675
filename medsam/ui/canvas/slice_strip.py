"""A slider over the slices that shows what is known of each: encoded, waiting, has a mask."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QShowEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from medsam.engine.jobs import SliceState
from medsam.ui.canvas.gestures import WheelSteps
from medsam.ui.canvas.painting import STRIPE, painting, stripes
from medsam.ui.canvas.stamps import Stamp, lay, stamp
from medsam.ui.canvas.strip_columns import per_column, runs

States = Mapping[int, SliceState | str] | Sequence[SliceState | str]
Masks = Mapping[int, bool] | Sequence[bool] | npt.NDArray[np.bool_]

# Where one pixel stands for many slices the highest rank shows, so "ready" means all of them.
_READY, _NONE, _QUEUED, _ENCODING = range(4)
_BY_RANK = (SliceState.READY, SliceState.NONE, SliceState.QUEUED, SliceState.ENCODING)
_RANK = {key: rank for rank, state in enumerate(_BY_RANK) for key in (state, state.value)}

_HEIGHT = 22
_SIDE = 8
_MASK_LANE = (3.0, 6.0)
_STATE_LANE = (11.0, 6.0)
"""Top and height of a lane in logical pixels."""

MASK_COLOR = QColor(230, 159, 0)
_ANIMATION_MS = 120
_PAGE = 5


class SliceStrip(QAbstractSlider):
    """Two lanes and a marker. Upper lane: slices with a mask. Lower lane: the worker's state.

    Click, drag, wheel and the slider keys change the slice. With one slice or
    none it hides itself. Shape and place carry the meaning as well as colour:
    a mask is a mark in the upper lane, "ready" a full bar, "queued" hatched,
    "encoding" moving stripes.

    Signals:
        index_changed: The slice index, whoever changed it.
    """

    index_changed = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states = np.zeros(0, np.int8)
        self._masks = np.zeros(0, bool)
        self._phase = 0
        self._kept: tuple[Hashable, Stamp] | None = None
        self._wheel = WheelSteps()
        self._upwards = 1
        self._timer = QTimer(self)
        self._timer.setInterval(_ANIMATION_MS)
        self._timer.timeout.connect(self._on_tick)
        self.setOrientation(Qt.Horizontal)
        self.setPageStep(_PAGE)
        self.setFocusPolicy(Qt.StrongFocus)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self.setAccessibleName(self.tr("Slice"))
        self.valueChanged.connect(self.index_changed)
        self.set_count(0)

    # --- what it shows ----------------------------------------------------

    @property
    def count(self) -> int:
        """Number of slices."""
        return int(self._states.size)

    @property
    def index(self) -> int:
        """The present slice."""
        return self.value()

    def set_count(self, count: int) -> None:
        """Another number of slices; nothing is known of them yet."""
        self._states = np.full(count, _NONE, np.int8)
        self._masks = np.zeros(count, bool)
        self.setRange(0, max(count - 1, 0))
        self._hide_if_pointless()
        self._animate()
        self.update()

    def set_index(self, index: int) -> None:
        """Show another slice as the present one."""
        self.setValue(index)

    def set_upwards(self, sign: int) -> None:
        """Whether wheel and keys raise (+1) or lower (-1) the index upwards, as in the pane above."""
        self._upwards = sign

    def set_states(self, states: States) -> None:
        """What the worker knows of the slices.

        Args:
            states: One a slice, or a mapping from the index for some, the
                others being "none".
        """
        ranks = np.full(self.count, _NONE, np.int8)
        if isinstance(states, Mapping):
            for index, state in states.items():
                if 0 <= index < self.count:
                    ranks[index] = _RANK[state]
        else:
            known = [_RANK[state] for state in states[: self.count]]
            ranks[: len(known)] = known
        if not np.array_equal(ranks, self._states):
            self._states = ranks
            self._animate()
            self.update()

    def set_state(self, index: int, state: SliceState | str) -> None:
        """The state of one slice changed."""
        if 0 <= index < self.count and self._states[index] != _RANK[state]:
            self._states[index] = _RANK[state]
            self._animate()
            self.update()

    def set_masks(self, masks: Masks) -> None:
        """Which slices have a mask: one flag a slice, or a mapping from the index for some."""
        flags = np.zeros(self.count, bool)
        if isinstance(masks, Mapping):
            for index, flag in masks.items():
                if 0 <= index < self.count:
                    flags[index] = flag
        else:
            given = np.asarray(masks, bool)[: self.count]
            flags[: given.size] = given
        if not np.array_equal(flags, self._masks):
            self._masks = flags
            self.update()

    def state(self, index: int) -> SliceState:
        """The state of one slice."""
        return _BY_RANK[self._states[index]]

    def has_mask(self, index: int) -> bool:
        """Whether a slice has a mask."""
        return bool(self._masks[index])

    # --- where things are -------------------------------------------------

    def index_at(self, x: float) -> int:
        """The slice at a place of the strip, logical pixels."""
        lane = self._lane()
        share = (x - lane.left()) / max(lane.width(), 1.0)
        return min(max(int(share * self.count), 0), max(self.count - 1, 0))

    def position_of(self, index: int) -> float:
        """The middle of a slice on the strip, logical pixels."""
        lane = self._lane()
        return lane.left() + (index + 0.5) * lane.width() / max(self.count, 1)

    def _lane(self) -> QRectF:
        return QRectF(_SIDE, 0, max(self.width() - 2 * _SIDE, 1), self.height())

    def _hide_if_pointless(self) -> None:
        if self.count <= 1:
            self.hide()
        elif self.parentWidget() is not None:
            self.show()
        else:
            # Not hidden any more, but no window of its own either: whoever adopts it shows it.
            self.setAttribute(Qt.WA_WState_ExplicitShowHide, False)

    def _animate(self) -> None:
        if self.isVisible() and bool((self._states == _ENCODING).any()):
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()

    def _on_tick(self) -> None:
        self._phase = (self._phase + 1) % (2 * STRIPE)
        self.update()

    # --- painting ---------------------------------------------------------

    def _colors(self) -> dict[str, QColor]:
        """Colours that read on the palette in use."""
        palette = self.palette()
        dark = palette.color(QPalette.Window).lightness() < 128
        return {
            "track": palette.color(QPalette.Base).darker(106) if not dark else QColor(12, 14, 17),
            "border": palette.color(QPalette.Mid),
            "known": QColor(86, 180, 233) if dark else QColor(0, 114, 178),
            "waiting": QColor(140, 147, 157) if dark else QColor(120, 127, 137),
            "marker": palette.color(QPalette.WindowText),
            "under": palette.color(QPalette.Window),
            "focus": palette.color(QPalette.Highlight),
        }

    def _paint_states(self, painter: QPainter, colors: dict[str, QColor]) -> None:
        lane = self._lane()
        top, height = _STATE_LANE
        track = QRectF(lane.left(), top, lane.width(), height)
        painter.fillRect(track, colors["track"])
        for start, stop, rank in runs(per_column(self._states, int(lane.width()))):
            area = QRectF(lane.left() + start, top, stop - start, height)
            if rank == _READY:
                painter.fillRect(area, colors["known"])
            elif rank == _QUEUED:
                stripes(painter, area, colors["waiting"], 0)
            elif rank == _ENCODING:
                area.setWidth(max(area.width(), 3.0))
                stripes(painter, area, colors["known"], self._phase)
        painter.setBrush(Qt.NoBrush)
        painter.setPen(QPen(colors["border"], 1))
        painter.drawRect(track.adjusted(-0.5, -0.5, 0.5, 0.5))
        self._paint_gaps(painter, track, colors)

    def _paint_gaps(self, painter: QPainter, track: QRectF, colors: dict[str, QColor]) -> None:
        """Slices wide enough to be told apart are told apart."""
        if track.width() / max(self.count, 1) < 6:
            return
        for index in range(1, self.count):
            x = track.left() + (index * int(track.width())) // self.count
            painter.fillRect(QRectF(x, track.top(), 1, track.height()), colors["under"])

    def _paint_masks(self, painter: QPainter) -> None:
        lane = self._lane()
        top, height = _MASK_LANE
        for start, stop, flag in runs(per_column(self._masks, int(lane.width()))):
            if flag:
                area = QRectF(lane.left() + start, top, max(stop - start, 2), height)
                painter.fillRect(area, MASK_COLOR)

    def _paint_marker(self, painter: QPainter, colors: dict[str, QColor]) -> None:
        x = round(self.position_of(self.index))
        bottom = float(self.height())
        line = QRectF(x - 1, 0, 2, bottom)
        painter.fillRect(line.adjusted(-1, 0, 1, 0), colors["under"])
        color = colors["focus"] if self.hasFocus() else colors["marker"]
        painter.fillRect(line, color)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(Qt.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(
            QPolygonF([QPointF(x - 6, bottom), QPointF(x + 6, bottom), QPointF(x, bottom - 7)])
        )
        painter.setRenderHint(QPainter.Antialiasing, False)

    def tooltip_at(self, x: float) -> str:
        """What the tooltip says at a place: the slice's state, and the legend.

        A model that needs no encoding leaves every state at "none"; then
        nothing is said about it.
        """
        index = self.index_at(x)
        mask = self.tr("has a mask") if self.has_mask(index) else self.tr("no mask")
        if bool((self._states == _NONE).all()):
            text = self.tr("Slice {number} of {count}: {mask}")
            legend = self.tr("Marks above the line: slices with a mask.")
        else:
            text = self.tr("Slice {number} of {count}: {state}, {mask}")
            legend = self.tr("Upper marks: slices with a mask. Lower bar: full = encoded, hatched = waiting.")
        state = self._state_words()[self.state(index)]
        text = text.format(number=index + 1, count=self.count, state=state, mask=mask)
        return f"{text}\n{legend}"

    def _state_words(self) -> dict[SliceState, str]:
        return {
            SliceState.NONE: self.tr("not encoded"),
            SliceState.QUEUED: self.tr("waiting to be encoded"),
            SliceState.ENCODING: self.tr("being encoded"),
            SliceState.READY: self.tr("encoded"),
        }

    # --- Qt's -------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """See ``QWidget``."""
        return QSize(200, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """See ``QWidget``."""
        return QSize(60, _HEIGHT)

    def event(self, event: QEvent) -> bool:
        """A tooltip for the slice under the mouse."""
        if event.type() == QEvent.ToolTip and isinstance(event, QHelpEvent) and self.count:
            QToolTip.showText(event.globalPos(), self.tooltip_at(event.pos().x()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lanes and marker."""
        with painting(self) as painter:
            colors = self._colors()
            lay(painter, [self._ground(colors)], event.region())
            if self.count:
                self._paint_marker(painter, colors)

    def _ground(self, colors: dict[str, QColor]) -> Stamp:
        """All but the marker, which alone moves while slices go by."""
        ratio, look = self.devicePixelRatioF(), self.palette().cacheKey()
        lanes = (self.count, self._phase, self._states.tobytes(), self._masks.tobytes())
        of = (self.width(), self.height(), ratio, look, lanes)
        if self._kept is None or self._kept[0] != of:
            self._kept = of, stamp(self.rect(), ratio, partial(self._paint_ground, colors))
        return self._kept[1]

    def _paint_ground(self, colors: dict[str, QColor], painter: QPainter) -> None:
        painter.fillRect(self.rect(), colors["under"])
        if self.count:
            self._paint_states(painter, colors)
            self._paint_masks(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the slice under the mouse."""
        if event.button() != Qt.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self.set_index(self.index_at(event.localPos().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while the button is held."""
        if self.isSliderDown():
            self.set_index(self.index_at(event.localPos().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay there."""
        if event.button() == Qt.LeftButton:
            self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One slice a notch, whatever the desktop scrolls elsewhere."""
        if steps := self._wheel.add(event.angleDelta().y()):
            self.set_index(self.index + steps * self._upwards)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go the pane's way; left and right follow the strip."""
        steps = {
            Qt.Key_Up: 1,
            Qt.Key_Down: -1,
            Qt.Key_PageUp: self.pageStep(),
            Qt.Key_PageDown: -self.pageStep(),
        }.get(event.key())
        if steps is None:
            super().keyPressEvent(event)
        else:
            self.set_index(self.index + steps * self._upwards)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Colour the marker."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Uncolour it."""
        super().focusOutEvent(event)
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Stripes move only while someone can see them."""
        super().showEvent(event)
        self._animate()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the stripes."""
        super().hideEvent(event)
        self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Another language or palette."""
        super().changeEvent(event)
        if event.type() == QEvent.LanguageChange:
            self.setAccessibleName(self.tr("Slice"))
        self.update()
