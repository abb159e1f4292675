"""The history panel: every step with its words, slice, time and labels; a click goes there."""

from __future__ import annotations

from PyQt5.QtCore import (
    QEvent,
    QModelIndex,
    QRect,
    QSize,
    Qt,
    pyqtSignal,
)
from PyQt5.QtGui import QColor, QFont, QGuiApplication, QKeyEvent, QPainter, QPen
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsam.document import Entry
from medsam.errors import MedSAMError
from medsam.ui.actions import Actions
from medsam.ui.bench import Bench
from medsam.ui.panels.history_model import (
    COLOURS_ROLE,
    DONE_ROLE,
    ENTRY_ROLE,
    HERE_ROLE,
    PLACE_ROLE,
    HistoryModel,
    clock,
)
from medsam.ui.theme import Theme
from medsam.ui.timers import single_shot

_ROW = 38
_CHIP = 10
_MOST_CHIPS = 4
_FILTER_MS = 150


class _StepDelegate(QStyledItemDelegate):
    """Two lines a step: what, and where and when, with a chip for every label."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """All rows are of one height."""
        return QSize(80, max(_ROW, 2 * option.fontMetrics.height() + 8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Background, mark of the present state, chips, and the two lines."""
        option = QStyleOptionViewItem(option)
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawPrimitive(QStyle.PE_PanelItemViewItem, option, painter, option.widget)
        colours = self._theme.colours
        chosen = bool(option.state & QStyle.State_Selected)
        here, done = index.data(HERE_ROLE), index.data(DONE_ROLE)
        main = QColor(colours.accent_text if chosen else colours.text if done else colours.disabled)
        muted = QColor(colours.accent_text if chosen else colours.muted if done else colours.disabled)
        painter.save()
        area = option.rect.adjusted(14, 4, -8, -4)
        if here:
            mark = QColor(colours.accent_text if chosen else colours.accent)
            painter.fillRect(QRect(option.rect.left() + 3, area.top(), 4, area.height()), mark)
        right = self._paint_chips(painter, index, area, done)
        font = QFont(option.font)
        font.setBold(bool(here))
        font.setItalic(not done)
        painter.setFont(font)
        painter.setPen(main)
        line = area.height() // 2
        self._text(painter, QRect(area.left(), area.top(), right - area.left(), line), index.data())
        small = QFont(option.font)
        small.setPointSizeF(small.pointSizeF() * 0.88)
        painter.setFont(small)
        painter.setPen(muted)
        entry: Entry | None = index.data(ENTRY_ROLE)
        below = QRect(area.left(), area.top() + line, area.width(), line)
        if entry is not None:
            moment = clock(entry.time)
            width = painter.fontMetrics().horizontalAdvance(moment)
            painter.drawText(below, Qt.AlignRight | Qt.AlignVCenter, moment)
            self._text(painter, below.adjusted(0, 0, -width - 8, 0), index.data(PLACE_ROLE))
        painter.restore()

    def _paint_chips(self, painter: QPainter, index: QModelIndex, area: QRect, done: bool) -> int:
        """The labels' colours at the right of the first line; returns where the text must end."""
        colors = index.data(COLOURS_ROLE)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.colours.border), 1))
        x = area.right()
        middle = area.top() + area.height() // 4
        if len(colors) > _MOST_CHIPS:
            painter.setPen(QColor(self._theme.colours.muted))
            more = f"+{len(colors) - _MOST_CHIPS}"
            width = painter.fontMetrics().horizontalAdvance(more)
            painter.drawText(
                QRect(x - width, area.top(), width + 1, area.height() // 2), Qt.AlignVCenter, more
            )
            x -= width + 4
            painter.setPen(QPen(QColor(self._theme.colours.border), 1))
        for color in reversed(colors[:_MOST_CHIPS]):
            painter.setOpacity(1.0 if done else 0.4)
            painter.setBrush(color)
            painter.drawRoundedRect(QRect(x - _CHIP, middle - _CHIP // 2, _CHIP, _CHIP), 2, 2)
            x -= _CHIP + 3
        painter.setOpacity(1.0)
        return x - 2

    def _text(self, painter: QPainter, area: QRect, text: str) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.ElideRight, area.width())
        painter.drawText(area, Qt.AlignLeft | Qt.AlignVCenter, shown)


class HistoryView(QListView):
    """The list. Enter and a click go to a step; the arrows choose one.

    Signals:
        step_chosen(QModelIndex): Go there.
    """

    step_chosen = pyqtSignal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # All rows have one height, so that a list of ten thousand needs no measuring.
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SingleSelection)
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.clicked.connect(self.step_chosen)

    def event(self, event: QEvent) -> bool:
        """Enter means a step here, whatever it means elsewhere."""
        if event.type() == QEvent.ShortcutOverride and event.key() in (Qt.Key_Return, Qt.Key_Enter):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the chosen step."""
        if event.key() in (Qt.Key_Return, Qt.Key_Enter) and self.currentIndex().isValid():
            self.step_chosen.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands of the window; the field above the list finds steps."""


class HistoryPanel(QWidget):
    """Steps of the open case, with a field to find some and buttons for undo and redo."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._views, self._presenter = bench.session, bench.view, bench.presenter
        self.model = HistoryModel(bench.session, self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Find steps by words or label"))
        self.filter.setAccessibleName(self.filter.placeholderText())
        self.filter.setClearButtonEnabled(True)
        self.view = HistoryView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_StepDelegate(bench.theme, self.view))
        self.view.setAccessibleName(self.tr("Steps"))
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self._lay_out(bench.actions)
        self._wait = single_shot(self, self._find, _FILTER_MS)
        self.filter.textChanged.connect(lambda _: self._wait.start())
        self.view.step_chosen.connect(lambda index: self.jump(self.model.step_of(index.row())))
        bench.session.undo.changed.connect(self._follow)
        bench.session.opened.connect(self.filter.clear)
        bench.session.opened.connect(self._follow)
        bench.session.changed.connect(
            lambda change: change.kind == "labels" and self.view.viewport().update()
        )
        bench.theme.changed.connect(self.view.viewport().update)
        self._follow()

    def jump(self, position: int) -> None:
        """Go to the state after so many steps, and to the slice that the last of them was on."""
        if self._session.history is None:
            return
        QGuiApplication.setOverrideCursor(Qt.WaitCursor)
        try:
            self._session.undo.jump(position)
        except MedSAMError as error:
            self._presenter.error(error)
        finally:
            QGuiApplication.restoreOverrideCursor()
        entry = self.model.entry(position)
        view = self._views.view_of_axis(entry.place[0]) if entry is not None and entry.place else None
        if view is not None and entry is not None and entry.place is not None:
            view.set_index(entry.place[1])

    def showEvent(self, event: QEvent) -> None:
        """Begin at the present state."""
        super().showEvent(event)
        self._follow()

    def _lay_out(self, actions: Actions) -> None:
        row = QHBoxLayout()
        row.setSpacing(1)
        for name in ("undo", "redo"):
            button = QToolButton(autoRaise=True)
            button.setDefaultAction(actions[name])
            button.setIconSize(QSize(18, 18))
            button.setToolButtonStyle(Qt.ToolButtonIconOnly)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(5)
        column.addWidget(self.filter)
        column.addWidget(self.view, 1)
        column.addLayout(row)

    def _find(self) -> None:
        self.model.look_for(self.filter.text())
        self._follow()

    def _follow(self) -> None:
        """Mark the present state and keep it in sight."""
        steps, position = self.model.steps, self.model.position
        if position < steps:
            words = self.tr("{0} of {1} steps").format(f"{position:,}", f"{steps:,}")
        else:
            words = self.tr("{0} steps").format(f"{steps:,}")
        self.count.setText(words)
        self.setEnabled(self._session.history is not None)
        if not self.isVisible():
            return
        index = self.model.index_of(position)
        if index.isValid():
            self.view.setCurrentIndex(index)
            # Undone steps are looked for below the present one.
            undone = position < steps
            self.view.scrollTo(
                index, QAbstractItemView.PositionAtCenter if undone else QAbstractItemView.EnsureVisible
            )
        else:
            self.view.clearSelection()
        self.view.viewport().update()
