"""The table of labels as a widget: symbols, rows that are dragged, keys of its own."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, QModelIndex, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from medsam.document import Label
from medsam.ui.canvas.painting import painting
from medsam.ui.panels.label_model import COLOUR, LABEL_ROLE, LOCKED, NAME, SIZE, VISIBLE, LabelModel
from medsam.ui.panels.label_words import digit_of
from medsam.ui.theme import Theme

_ROW = 28
_SWATCH = QSize(20, 18)


class _Delegate(QStyledItemDelegate):
    """Paints the cells; the active label is bold, a hidden one muted."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Weight and colour of the text."""
        super().initStyleOption(option, index)
        option.state &= ~QStyle.State_HasFocus
        label: Label | None = index.data(LABEL_ROLE)
        if label is None:
            return
        if index.column() == NAME and index.row() == index.model().active_row:
            option.font.setBold(True)
        if not label.visible or index.column() == SIZE:
            chosen = option.state & QStyle.State_Selected
            if not chosen:
                muted = QColor(self._theme.colours.muted)
                option.palette.setColor(option.palette.Text, muted)
        if index.column() in (VISIBLE, COLOUR, LOCKED):
            option.text = ""
            option.icon = type(option.icon)()
            option.features &= ~QStyleOptionViewItem.HasDecoration

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """The cell as usual, and the symbol of its column in the middle."""
        super().paint(painter, option, index)
        label: Label | None = index.data(LABEL_ROLE)
        if label is None or index.column() in (NAME, SIZE):
            return
        painter.save()
        if index.column() == COLOUR:
            self._paint_swatch(painter, option, label, digit_of(index.row()))
        else:
            self._paint_symbol(painter, option, label, index.column())
        painter.restore()

    def _paint_symbol(
        self, painter: QPainter, option: QStyleOptionViewItem, label: Label, column: int
    ) -> None:
        names = {
            (VISIBLE, True): "mdi6.eye-outline",
            (VISIBLE, False): "mdi6.eye-off-outline",
            (LOCKED, True): "mdi6.lock",
            (LOCKED, False): "mdi6.lock-open-variant-outline",
        }
        on = label.visible if column == VISIBLE else label.locked
        if not on:
            painter.setOpacity(0.45)
        colours = self._theme.colours
        colour = colours.accent_text if option.state & QStyle.State_Selected else colours.text
        side = min(option.rect.height() - 8, 16)
        place = QRect(0, 0, side, side)
        place.moveCenter(option.rect.center())
        self._theme.icon(names[column, on], colour).paint(painter, place)

    def _paint_swatch(
        self, painter: QPainter, option: QStyleOptionViewItem, label: Label, digit: str
    ) -> None:
        """A key cap in the label's colour; filled, framed or both, as the label is drawn."""
        place = QRectF(0, 0, _SWATCH.width(), _SWATCH.height())
        place.moveCenter(QRectF(option.rect).center())
        color = QColor(*label.color)
        painter.setRenderHint(QPainter.Antialiasing)
        chosen = bool(option.state & QStyle.State_Selected)
        colours = self._theme.colours
        edge = QColor(colours.accent_text if chosen else colours.border)
        text = _contrast(color)
        if label.style == "outline":
            painter.setPen(QPen(color, 2.5))
            painter.setBrush(QColor(colours.base))
            painter.drawRoundedRect(place.adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)
            text = QColor(colours.text)
        else:
            painter.setPen(QPen(edge, 1) if label.style == "both" else Qt.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if digit:
            font = painter.font()
            font.setPointSizeF(font.pointSizeF() * 0.85)
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(text)
            painter.drawText(place, Qt.AlignCenter, digit)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """A name may be longer than its column: the field reaches to the end of the row."""
        super().updateEditorGeometry(editor, option, index)
        editor.setGeometry(
            option.rect.adjusted(0, 0, option.widget.viewport().width() - option.rect.right() - 2, 0)
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Room for the symbol."""
        return QSize(_ROW, _ROW)


def _contrast(color: QColor) -> QColor:
    """Black or white, whichever can be read on ``color``."""
    weight = 0.299 * color.red() + 0.587 * color.green() + 0.114 * color.blue()
    return QColor(Qt.black) if weight > 140 else QColor(Qt.white)


class LabelTableView(QTableView):
    """Labels as rows. Dragging a row moves it, with all rows that are chosen.

    Signals:
        rows_dropped(ids, row): Move these labels before the one in ``row``.
        cell_clicked(row, column): A click on eye or lock.
        colour_requested(row): A double click on a colour.
        move_requested(by): Alt and an arrow: up (-1) or down (+1).
        delete_requested, toggle_requested: Keys for what is chosen.
        leave_requested: Enter: the user goes back to the picture.
        naming_ended: The field for a name was closed.
    """

    rows_dropped = pyqtSignal(list, int)
    cell_clicked = pyqtSignal(int, int)
    colour_requested = pyqtSignal(int)
    move_requested = pyqtSignal(int)
    delete_requested = pyqtSignal()
    toggle_requested = pyqtSignal()
    leave_requested = pyqtSignal()
    naming_ended = pyqtSignal()

    def __init__(self, model: LabelModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pressed: QModelIndex | None = None
        self._pressed_y = 0
        self._drop_row: int | None = None
        self._narrow: int | None = None
        self.setModel(model)
        self._look()
        delegate = _Delegate(theme, self)
        self.setItemDelegate(delegate)
        delegate.closeEditor.connect(lambda *_: self.naming_ended.emit())
        self.doubleClicked.connect(self._double_click)

    def _look(self) -> None:
        header = self.horizontalHeader()
        header.hide()
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectRows)
        self.setSelectionMode(QAbstractItemView.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.DoubleClicked | QAbstractItemView.EditKeyPressed)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.ElideRight)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollPerPixel)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(NAME, QHeaderView.Stretch)
        for column in (VISIBLE, COLOUR, SIZE, LOCKED):
            header.setSectionResizeMode(column, QHeaderView.Fixed)
            self.setColumnWidth(column, 25)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        """Room for the numbers in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.FontChange and self.model() is not None:
            self._make_room()

    def _make_room(self) -> None:
        """For the numbers, not for every one of them: the name comes first."""
        self.setColumnWidth(SIZE, self.fontMetrics().horizontalAdvance("88.8 mm³") + 6)

    def chosen_ids(self) -> list[int]:
        """Numbers of the chosen rows' labels, from top to bottom."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [label.id for row in rows if (label := self.model().label(row)) is not None]

    def choose(self, ids: list[int]) -> None:
        """Choose the rows of these labels; the active one stays the current one."""
        selection = self.selectionModel()
        for row in range(self.model().rowCount()):
            label = self.model().label(row)
            if label is not None and label.id in ids:
                selection.select(self.model().index(row, 0), selection.Select | selection.Rows)

    # --- dragging rows ----------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag could begin; a row of several chosen ones keeps them chosen."""
        index = self.indexAt(event.pos())
        self._pressed = None
        if event.button() != Qt.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        plain = event.modifiers() == Qt.NoModifier
        if index.column() in (VISIBLE, LOCKED) and plain:
            # Eye and lock of a row can be clicked without making its label the active one.
            self.setFocus(Qt.MouseFocusReason)
            self.cell_clicked.emit(index.row(), index.column())
            return
        self._pressed, self._pressed_y = QModelIndex(index), event.pos().y()
        several = len(self.selectionModel().selectedRows()) > 1
        if plain and several and self.selectionModel().isSelected(index):
            self._narrow = index.row()
            return
        self._narrow = None
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Eye and lock are clicked twice in quick succession; elsewhere a double click means something."""
        if self.indexAt(event.pos()).column() in (VISIBLE, LOCKED):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag rows; nothing is chosen by dragging."""
        if self._pressed is None or not event.buttons() & Qt.LeftButton:
            if not event.buttons():
                super().mouseMoveEvent(event)
            return
        moved = abs(event.pos().y() - self._pressed_y)
        if self._drop_row is None and moved < QApplication.startDragDistance():
            return
        self._narrow = None
        self.setCursor(Qt.ClosedHandCursor)
        self._drop_row = self._row_before(event.pos().y())
        self._scroll_to(event.pos().y())
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop the rows, or finish a click."""
        row, self._drop_row = self._drop_row, None
        pressed, self._pressed = self._pressed, None
        narrow, self._narrow = self._narrow, None
        if row is not None:
            self.unsetCursor()
            self.viewport().update()
            ids = self.chosen_ids()
            if ids:
                self.rows_dropped.emit(ids, row)
            return
        if narrow is not None and pressed is not None:
            self.setCurrentIndex(pressed)
            return
        super().mouseReleaseEvent(event)

    def _row_before(self, y: int) -> int:
        row = self.rowAt(y)
        if row < 0:
            return self.model().rowCount() if y > 0 else 0
        return row + (y > self.rowViewportPosition(row) + self.rowHeight(row) / 2)

    def _scroll_to(self, y: int) -> None:
        bar = self.verticalScrollBar()
        if y < 10:
            bar.setValue(bar.value() - 6)
        elif y > self.viewport().height() - 10:
            bar.setValue(bar.value() + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, and where dragged ones would go."""
        super().paintEvent(event)
        if self._drop_row is None:
            return
        last = self.model().rowCount() - 1
        if self._drop_row > last:
            y = self.rowViewportPosition(last) + self.rowHeight(last)
        else:
            y = self.rowViewportPosition(self._drop_row)
        with painting(self.viewport()) as painter:
            painter.setPen(QPen(QColor(self._theme.colours.accent), 3))
            painter.drawLine(2, y, self.viewport().width() - 2, y)

    # --- keys ---------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """The keys that mean a label while the table has the focus, not what they mean elsewhere."""
        if event.type() == QEvent.ShortcutOverride and self._own_key(event):
            event.accept()
            return True
        return super().event(event)

    def _own_key(self, event: QKeyEvent) -> bool:
        if self.state() == QAbstractItemView.EditingState:
            return False
        if event.modifiers() == Qt.AltModifier and event.key() in (Qt.Key_Up, Qt.Key_Down):
            return True
        keys = (Qt.Key_Delete, Qt.Key_Backspace, Qt.Key_Space, Qt.Key_Return, Qt.Key_Enter)
        return event.key() in keys and event.modifiers() in (Qt.NoModifier, Qt.KeypadModifier)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, Space and Enter; arrows choose as usual."""
        if event.key() == Qt.Key_Escape and self._drop_row is not None:
            self._drop_row = self._pressed = None
            self.unsetCursor()
            self.viewport().update()
            return
        if not self._own_key(event):
            super().keyPressEvent(event)
        elif event.modifiers() == Qt.AltModifier:
            self.move_requested.emit(-1 if event.key() == Qt.Key_Up else 1)
        elif event.key() in (Qt.Key_Delete, Qt.Key_Backspace):
            self.delete_requested.emit()
        elif event.key() == Qt.Key_Space:
            self.toggle_requested.emit()
        else:
            self.leave_requested.emit()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands of the window, not names to look for; the filter does that."""

    def _double_click(self, index: QModelIndex) -> None:
        if index.column() == COLOUR:
            self.colour_requested.emit(index.row())
