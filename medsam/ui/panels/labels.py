"""The label list: what the colours mean, which one is painted, how strong it shows."""

from __future__ import annotations

from PyQt5.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PyQt5.QtGui import QColor, QPainter, QPen
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QSlider,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsam.ui.panels.label_model import COLOUR, LABEL_ROLE, LOCKED, NAME, VISIBLE, LabelModel
from medsam.ui.theme import Theme


class _SymbolDelegate(QStyledItemDelegate):
    """Paints the eye, the colour patch and the lock."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the background as usual and the symbol in the middle."""
        self.initStyleOption(option, index)
        option.text = ""
        option.icon = type(option.icon)()
        option.widget.style().drawControl(
            option.widget.style().CE_ItemViewItem, option, painter, option.widget
        )
        label = index.data(LABEL_ROLE)
        side = min(option.rect.height() - 8, 16)
        place = QRect(0, 0, side, side)
        place.moveCenter(option.rect.center())
        if index.column() == COLOUR:
            painter.save()
            painter.setRenderHint(QPainter.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.colours.border), 1))
            painter.setBrush(QColor(*label.color))
            painter.drawRoundedRect(place, 3, 3)
            painter.restore()
            return
        on = label.visible if index.column() == VISIBLE else label.locked
        names = {
            VISIBLE: ("mdi6.eye-outline", "mdi6.eye-off-outline"),
            LOCKED: ("mdi6.lock-outline", "mdi6.lock-open-variant-outline"),
        }[index.column()]
        painter.save()
        chosen = bool(option.state & QStyle.State_Selected)
        if on != (index.column() == VISIBLE) and not on:
            painter.setOpacity(0.45)
        colours = self._theme.colours
        colour = colours.accent_text if chosen else colours.text
        self._theme.icon(names[0] if on else names[1], colour).paint(painter, place)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Room for the symbol."""
        return QSize(28, 28)


class LabelPanel(QWidget):
    """Add, rename, colour, show, lock, fade and pick labels."""

    def __init__(self, model: LabelModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self._theme = model, theme
        self.view = self._make_view()
        self.add_button = self._button(self.tr("New label (N)"), "mdi6.plus", lambda: model.add())
        self.remove_button = self._button(
            self.tr("Delete the label and its voxels; can be undone"), "mdi6.trash-can-outline", self._remove
        )
        self.opacity = QSlider(Qt.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setAccessibleName(self.tr("Opacity of the active label"))
        self.opacity.setToolTip(self.tr("Opacity of the active label"))
        self.opacity_text = QLabel("100 %")
        self.opacity_text.setFixedWidth(self.opacity_text.fontMetrics().horizontalAdvance("100 % "))
        self.opacity_text.setAlignment(Qt.AlignRight | Qt.AlignVCenter)
        self._lay_out()
        self._following = False
        self.opacity.valueChanged.connect(self._fade)
        model.active_changed.connect(self._follow_active)
        model.dataChanged.connect(lambda *_: self._follow_active(model.active_row))
        theme.changed.connect(self._refresh_icons)
        self._refresh_icons()
        self._follow_active(model.active_row)

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self.model)
        view.setAccessibleName(self.tr("Labels"))
        view.horizontalHeader().hide()
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(28)
        view.setShowGrid(False)
        view.setSelectionBehavior(QAbstractItemView.SelectRows)
        view.setSelectionMode(QAbstractItemView.SingleSelection)
        view.setEditTriggers(QAbstractItemView.DoubleClicked | QAbstractItemView.EditKeyPressed)
        view.setTabKeyNavigation(False)
        view.setTextElideMode(Qt.ElideRight)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        view.horizontalHeader().setSectionResizeMode(NAME, QHeaderView.Stretch)
        view.horizontalHeader().setMinimumSectionSize(28)
        for column in (VISIBLE, COLOUR, LOCKED):
            view.horizontalHeader().setSectionResizeMode(column, QHeaderView.Fixed)
            view.setColumnWidth(column, 30)
            view.setItemDelegateForColumn(column, _SymbolDelegate(self._theme, view))
        view.setContextMenuPolicy(Qt.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.clicked.connect(self._click)
        view.doubleClicked.connect(self._double_click)
        view.selectionModel().currentRowChanged.connect(lambda now, _: self._pick(now.row()))
        return view

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        caption = QLabel(self.tr("&Opacity"))
        caption.setBuddy(self.opacity)
        fade = QHBoxLayout()
        fade.addWidget(caption)
        fade.addWidget(self.opacity, 1)
        fade.addWidget(self.opacity_text)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)
        column.addLayout(fade)

    def _button(self, tip: str, icon: str, action) -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setProperty("icon_name", icon)
        button.setIconSize(QSize(20, 20))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda: action())
        return button

    def _refresh_icons(self) -> None:
        for button in (self.add_button, self.remove_button):
            button.setIcon(self._theme.icon(button.property("icon_name")))
        self.view.viewport().update()

    def _pick(self, row: int) -> None:
        if not self._following and row >= 0:
            self.model.set_active(row)

    def menu_for(self, row: int) -> QMenu:
        """Everything that can be done to a label, for the right button and the menu key."""
        label, menu = self.model.label(row), QMenu(self)
        if label is None:
            return menu
        menu.addAction(self.tr("Rename"), lambda: self.view.edit(self.model.index(row, NAME)))
        menu.addAction(self.tr("Colour…"), lambda: self._choose_colour(row))
        menu.addAction(
            self.tr("Hide") if label.visible else self.tr("Show"), lambda: self._toggle_visible(row)
        )
        menu.addAction(
            self.tr("Unlock") if label.locked else self.tr("Lock"), lambda: self._toggle_locked(row)
        )
        menu.addSeparator()
        delete = menu.addAction(self.tr("Delete with its voxels"), lambda: self.model.remove(row))
        delete.setEnabled(self.model.rowCount() > 1 and not label.locked)
        return menu

    def _show_menu(self, at: QPoint) -> None:
        row = self.view.rowAt(at.y())
        row = row if row >= 0 else self.model.active_row
        if self.model.label(row) is not None:
            menu = self.menu_for(row)
            menu.setAttribute(Qt.WA_DeleteOnClose)
            menu.popup(self.view.viewport().mapToGlobal(at))

    def _click(self, index: QModelIndex) -> None:
        if index.column() == VISIBLE:
            self._toggle_visible(index.row())
        elif index.column() == LOCKED:
            self._toggle_locked(index.row())

    def _toggle_visible(self, row: int) -> None:
        label = self.model.label(row)
        if label is not None:
            text = self.tr("hide label") if label.visible else self.tr("show label")
            self.model.change(row, text=text, visible=not label.visible)

    def _toggle_locked(self, row: int) -> None:
        label = self.model.label(row)
        if label is not None:
            text = self.tr("unlock label") if label.locked else self.tr("lock label")
            self.model.change(row, text=text, locked=not label.locked)

    def _double_click(self, index: QModelIndex) -> None:
        if index.column() == COLOUR:
            self._choose_colour(index.row())

    def _choose_colour(self, row: int) -> None:
        label = self.model.label(row)
        if label is None:
            return
        chosen = QColorDialog.getColor(
            QColor(*label.color), self, self.tr('Colour of "{0}"').format(label.name)
        )
        if chosen.isValid():
            rgb = (chosen.red(), chosen.green(), chosen.blue())
            self.model.change(row, text=self.tr("recolour label"), color=rgb)

    def _remove(self) -> None:
        self.model.remove(self.model.active_row)

    def _fade(self, value: int) -> None:
        self.opacity_text.setText(f"{value} %")
        if not self._following:
            self.model.change(
                self.model.active_row, text=self.tr("label opacity"), merge=True, opacity=value / 100
            )

    def _follow_active(self, row: int) -> None:
        self._following = True
        try:
            label = self.model.label(row)
            self.setEnabled(label is not None)
            self.remove_button.setEnabled(self.model.rowCount() > 1)
            if label is not None:
                if self.view.currentIndex().row() != row:
                    self.view.setCurrentIndex(self.model.index(row, NAME))
                self.opacity.setValue(round(label.opacity * 100))
        finally:
            self._following = False
