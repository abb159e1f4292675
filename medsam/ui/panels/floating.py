"""Messages over the picture: the pictures keep their size and place whatever comes and goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PyQt5 import sip
from PyQt5.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, pyqtBoundSignal
from PyQt5.QtGui import QKeyEvent, QMouseEvent, QRegion
from PyQt5.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsam.ui.panels.banners import PASSING_MS, BannerArea, Row
from medsam.ui.theme import Theme
from medsam.ui.timers import single_shot

_MARGIN = 8
_MOST_WIDTH, _LEAST_WIDTH = 640, 240
_FOLDED_WIDTH = 300
"""Logical pixels of words that folded messages show."""
_MOST_SHARE = 0.5
"""Part of the place's height that messages may take; more of them are scrolled."""
_NEAR = 24
"""Logical pixels: a drag that comes so near finds the messages gone."""


class Floating(QFrame):
    """Rows of a ``BannerArea`` over the top of a place, as wide as their words need.

    They step aside while the user drags something under them, and fold into
    one short line on demand. News open them again for a while.

    Args:
        banners: The rows.
        theme: Icons.
        parent: Holds the place as well.

    Attributes:
        fold: The button that folds and opens; folded it says what matters most.
        bar: How far the work is while its row is folded.
    """

    def __init__(self, banners: BannerArea, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, objectName="Floating")
        self._banners, self._theme = banners, theme
        self._place: QWidget | None = None
        self._is_folded = self._is_peeking = self._is_aside = False
        self._seen: list[Row] = []
        self._newest: Row | None = None
        self._came_from: QWidget | None = None
        self._others: Callable[[], Iterable[QWidget]] = tuple
        self.rows = QScrollArea()
        self.rows.setFrameShape(QFrame.NoFrame)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.rows.setFocusPolicy(Qt.NoFocus)
        self.rows.setWidget(banners)
        self.fold = QToolButton(objectName="Fold")
        self.fold.clicked.connect(self._toggle)
        self.bar = QProgressBar()
        self.bar.setFixedSize(70, 8)
        self.bar.setTextVisible(False)
        self._lay_out()
        self._peek = single_shot(self, self._end_peek, PASSING_MS)
        # A row that has not been painted yet may still grow with its style.
        self._soon = single_shot(self, self._arrange_and_show_newest)
        banners.changed.connect(self._follow)
        banners.progressed.connect(self._tell_progress)
        theme.changed.connect(self._soon.start)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)
        parent.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.rows, 1)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addStretch(1)
        line.addWidget(self.fold)
        line.addWidget(self.bar)
        line.addStretch(1)
        column.addLayout(line)

    @property
    def is_folded(self) -> bool:
        """Whether one short line stands for all rows now."""
        return self._is_folded and not self._is_peeking

    def lie_over(self, place: QWidget) -> None:
        """Float over ``place`` from now on."""
        if self._place is not None:
            self._place.removeEventFilter(self)
        self._place = place
        place.installEventFilter(self)
        self._arrange()

    def watch(self, pictures: Iterable[QWidget]) -> None:
        """Step aside for drags on these widgets."""
        for picture in pictures:
            picture.installEventFilter(self)

    def keep_clear_of(self, others: Callable[[], Iterable[QWidget]], changed: pyqtBoundSignal) -> None:
        """Leave free what else lies over the place; ``changed`` says that ``others`` came, went or moved."""
        self._others = others
        changed.connect(lambda *_: self._soon.start())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the place, and look where the user drags; stops no event."""
        kind = event.type()
        if kind in (QEvent.Resize, QEvent.Move, QEvent.Show) and watched in (self._place, self.parent()):
            self._soon.start()
        elif isinstance(event, QMouseEvent) and isinstance(watched, QWidget):
            self._follow_mouse(watched, event)
        return False

    def event(self, event: QEvent) -> bool:
        """Escape is for the message in focus, before it is for the commands of the window."""
        is_asked_for = event.type() == QEvent.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_asked_for and event.key() == Qt.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the message that has the focus, or leaves what cannot be closed."""
        if event.key() != Qt.Key_Escape:
            super().keyPressEvent(event)
            return
        focused = QApplication.focusWidget()
        row = next((row for row in self._banners.rows() if row.isAncestorOf(focused or self)), None)
        if row is None or not row.close_by_key():
            self._give_focus_back()

    def _follow_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        was_here, is_here = (part is not None and self.isAncestorOf(part) for part in (old, now))
        if is_here and not was_here:
            self._came_from = old
        elif was_here and now is not None and not is_here and old is not None and not old.isVisible():
            # Its row was closed: Qt would go on to whatever comes next.
            self._give_focus_back()

    def _give_focus_back(self) -> None:
        came_from = self._came_from
        if came_from is not None and not sip.isdeleted(came_from) and came_from.isVisible():
            came_from.setFocus()

    def _follow_mouse(self, picture: QWidget, event: QMouseEvent) -> None:
        if self._is_aside and event.buttons() == Qt.NoButton:
            self._is_aside = False
            self._arrange()
        elif not self._is_aside and self.isVisible() and event.type() == QEvent.MouseMove and event.buttons():
            at = self.parentWidget().mapFromGlobal(picture.mapToGlobal(event.pos()))
            if self.geometry().adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR).contains(at):
                self._is_aside = True
                self._arrange()

    # --- folding --------------------------------------------------------------------

    def _toggle(self) -> None:
        self._is_folded, self._is_peeking = not self.is_folded, False
        self._arrange()

    def _follow(self) -> None:
        rows = self._banners.rows()
        news = [row for row in rows if row not in self._seen]
        self._seen = rows
        if not rows:
            self._is_folded = self._is_peeking = False
        elif news and self._is_folded:
            self._is_peeking = True
            self._peek.start()
        self._arrange()
        if news:
            self._newest = news[-1]
        self._soon.start()

    def _arrange_and_show_newest(self) -> None:
        """Where the rows are scrolled, what was said last is read first."""
        self._arrange()
        newest, self._newest = self._newest, None
        if newest is not None and newest in self._banners.rows() and self.isVisible():
            layout = self._banners.layout()
            assert layout is not None
            layout.activate()
            self.rows.ensureWidgetVisible(newest, 0, 0)

    def _tell_progress(self) -> None:
        if self.is_folded:
            self._show_fold(True)

    def _end_peek(self) -> None:
        inside = self.isAncestorOf(QApplication.focusWidget()) if QApplication.focusWidget() else False
        if self.underMouse() or inside:
            self._peek.start()
            return
        self._is_peeking = False
        self._arrange()

    # --- where they lie ----------------------------------------------------------------

    def _arrange(self) -> None:
        rows = self._banners.rows()
        if self._place is None or not rows or self._is_aside:
            self.hide()
            return
        folded = self.is_folded
        if folded and self.rows.isAncestorOf(QApplication.focusWidget() or self):
            self.fold.setFocus()
        self.rows.setVisible(not folded)
        self._show_fold(folded)
        self._order_focus()
        room = self._room(self._place)
        width, height = self._folded_size() if folded else self._open_size(room)
        width = min(width, room.width())
        self.setGeometry(room.left() + (room.width() - width) // 2, room.top(), width, height)
        self.show()
        self.raise_()
        self.layout().activate()
        parts = [part.geometry() for part in (self.rows, self.fold, self.bar) if not part.isHidden()]
        region = QRegion()
        for part in parts:
            region += part
        # Beside the button lies the picture, and takes what is clicked there.
        self.setMask(region)

    def _room(self, place: QWidget) -> QRect:
        """The place, or the widest part of it beside what lies at its top already, or what is below that."""
        whole = self._rect_of(place).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        top = QRect(whole.left(), whole.top(), whole.width(), self._banners.height_for(_MOST_WIDTH))
        parts, below = [(whole.left(), whole.right())], whole.top()
        for other in self._others():
            taken = self._rect_of(other).adjusted(-_MARGIN, 0, _MARGIN, 0)
            if other.isVisible() and taken.intersects(top):
                below = max(below, taken.bottom() + _MARGIN)
                parts = [
                    part
                    for left, right in parts
                    for part in ((left, min(right, taken.left())), (max(left, taken.right()), right))
                ]
        left, right = max(parts, key=lambda part: part[1] - part[0])
        if right - left < _LEAST_WIDTH:
            # Half of the place has to remain; where it does not, the way past them is to fold them.
            left, right = whole.left(), whole.right() + 1
            whole.setTop(below if below <= whole.center().y() else whole.top())
        return QRect(left, whole.top(), right - left, whole.height())

    def _rect_of(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self.parentWidget(), QPoint(0, 0)), widget.size())

    def _folded_size(self) -> tuple[int, int]:
        self.fold.ensurePolished()
        size = self.fold.sizeHint()
        beside = self.bar.width() if not self.bar.isHidden() else 0
        return size.width() + beside, size.height()

    def _open_size(self, room: QRect) -> tuple[int, int]:
        wanted = max((row.wanted_width() for row in self._banners.rows()), default=0)
        width = min(max(wanted, _LEAST_WIDTH), _MOST_WIDTH, room.width())
        most = max(round(room.height() * _MOST_SHARE), 40)
        inner = width
        if self._banners.height_for(width) > most:
            inner -= self.rows.verticalScrollBar().sizeHint().width()
        # The layout's own idea of its height is that of the narrowest text.
        self._banners.resize(inner, self._banners.height_for(inner))
        height = min(self._banners.height(), most)
        below = self.fold.sizeHint().height() if not self.fold.isHidden() else 0
        return width, height + below

    def _show_fold(self, folded: bool) -> None:
        words, others, fraction = self._banners.summary()
        more = f"  +{others}" if others else ""
        self.fold.setVisible(self._banners.stays())
        kind = self._banners.weightiest() if folded else ""
        if self.fold.property("kind") != kind:
            self.fold.setProperty("kind", kind)
            self.fold.style().unpolish(self.fold)
            self.fold.style().polish(self.fold)
        self.fold.setIcon(self._theme.icon("mdi6.chevron-down" if folded else "mdi6.chevron-up"))
        self.fold.setIconSize(QSize(16, 16) if folded else QSize(14, 10))
        self.fold.setToolButtonStyle(Qt.ToolButtonTextBesideIcon if folded else Qt.ToolButtonIconOnly)
        shown = self.fold.fontMetrics().elidedText(words, Qt.ElideRight, _FOLDED_WIDTH) if folded else ""
        self.fold.setText(shown.replace("&", "&&") + more if folded else "")
        tip = self.tr("Show the messages") if folded else self.tr("Fold the messages")
        self.fold.setToolTip(f"{tip}\n{words}" if folded else tip)
        self.fold.setAccessibleName(f"{tip}: {words}" if folded else tip)
        self.bar.setVisible(folded and fraction is not None)
        if fraction is not None:
            self.bar.setRange(0, 0 if fraction < 0 else 1000)
            self.bar.setValue(round(1000 * min(max(fraction, 0.0), 1.0)))
            self.bar.setAccessibleName(words)

    def _order_focus(self) -> None:
        """Buttons of the rows follow the fold button, in the order they are seen."""
        last: QWidget = self.fold
        for row in self._banners.rows():
            for button in row.findChildren(QAbstractButton):
                QWidget.setTabOrder(last, button)
                last = button
