"""The tab of measurements: figures of every label, rulers and angles, copy and save."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QEvent, QItemSelectionModel, QModelIndex, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QHideEvent, QKeyEvent, QKeySequence, QMouseEvent, QShowEvent
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QActionGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsam.document import Label
from medsam.ui import settings
from medsam.ui.panels.measure_columns import FIRST_SHOWN, JUMPS, SURFACE, Column
from medsam.ui.panels.measure_model import DetailModel, MeasureModel, RulerModel
from medsam.ui.panels.shortened import ElidedLabel
from medsam.ui.theme import Theme
from medsam.volume import Plane

_NAME_WIDTH = 116
"""Most logical pixels that names of labels take before they are cut."""

_COLUMNS, _PLANE = "measure/columns", "measure/plane"
_KEYS = (Qt.Key_Return, Qt.Key_Enter, Qt.Key_Delete, Qt.Key_Backspace)


class MeasureTable(QTableView):
    """A table that speaks up for the keys of its rows.

    Signals:
        copy_wanted: Ctrl+C.
        enter_pressed(row), delete_pressed(row).
    """

    copy_wanted = pyqtSignal()
    enter_pressed = pyqtSignal(int)
    delete_pressed = pyqtSignal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectRows)
        self.setEditTriggers(QAbstractItemView.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollPerPixel)
        self.setWordWrap(False)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)

    def event(self, event: QEvent) -> bool:
        """Its own keys come here, and not to an action of the window that has the same key."""
        if event.type() == QEvent.ShortcutOverride and (
            event.matches(QKeySequence.Copy) or (event.key() in _KEYS and self.currentIndex().isValid())
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, Enter and Delete; the rest as usual."""
        row = self.currentIndex().row()
        if event.matches(QKeySequence.Copy):
            self.copy_wanted.emit()
        elif event.key() in (Qt.Key_Return, Qt.Key_Enter) and row >= 0:
            self.enter_pressed.emit(row)
        elif event.key() in (Qt.Key_Delete, Qt.Key_Backspace) and row >= 0:
            self.delete_pressed.emit(row)
        else:
            super().keyPressEvent(event)


class _StayingMenu(QMenu):
    """A menu that stays open while its entries are ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick without closing."""
        action = self.actionAt(event.pos())
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)


class MeasurePanel(QWidget):
    """Shows figures, and asks for what is done with them.

    Signals:
        shown(bool): It came to the front, or left it.
        diameters_wanted(label id): Go to the largest diameters and draw them.
        rulers_wanted(label id): Keep them as rulers.
        ruler_wanted(ruler id), ruler_unwanted(ruler id): Go to one; delete it.
        copy_wanted(selected): The table for a spreadsheet, or only its selected rows.
        save_wanted: Everything into a file.
        surface_wanted: The column of surfaces is shown.
        plane_chosen: Diameters are wanted in the slices of another plane.
        columns_chosen: Other columns are shown.
    """

    shown = pyqtSignal(bool)
    diameters_wanted = pyqtSignal(int)
    rulers_wanted = pyqtSignal(int)
    ruler_wanted = pyqtSignal(int)
    ruler_unwanted = pyqtSignal(int)
    copy_wanted = pyqtSignal(bool)
    save_wanted = pyqtSignal()
    surface_wanted = pyqtSignal()
    plane_chosen = pyqtSignal()
    columns_chosen = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = MeasureModel(theme, self)
        self.rulers = RulerModel(self)
        self.details = DetailModel(self.model, self)
        self.table = self._make_table()
        self.detail_table = self._make_detail_table()
        self.ruler_table = self._make_ruler_table()
        self.detail_heading = ElidedLabel()
        self.detail_heading.setProperty("role", "heading")
        self.ruler_heading = QLabel(self.tr("Rulers and angles"))
        self.ruler_heading.setProperty("role", "heading")
        self.columns_button = self._button(
            "mdi6.table-column-plus-after", self.tr("Choose columns, and the plane of the diameters")
        )
        self.columns_button.setPopupMode(QToolButton.InstantPopup)
        self.columns_menu = _StayingMenu(self.columns_button)
        self.columns_menu.setToolTipsVisible(True)
        self.columns_menu.aboutToShow.connect(self._fill_columns)
        self.columns_button.setMenu(self.columns_menu)
        self.copy_button = self._button(
            "mdi6.content-copy",
            self.tr("Copy the table for a spreadsheet; Ctrl+C in it copies the selected rows"),
            lambda: self.copy_wanted.emit(False),
        )
        self.save_button = self._button(
            "mdi6.file-delimited-outline",
            self.tr("Save all measurements as a CSV file…"),
            self.save_wanted.emit,
        )
        self.state = QLabel()
        self.state.setProperty("role", "muted")
        self._lay_out()
        chosen = settings.value(_COLUMNS, "")
        self.model.choose([key for key in str(chosen).split(",") if key] or list(FIRST_SHOWN))
        theme.changed.connect(self._refresh_icons)
        self._refresh_icons()
        self.show_rulers()

    # --- parts ------------------------------------------------------------

    def _make_table(self) -> MeasureTable:
        table = MeasureTable(self.tr("Measurements of the labels"))
        table.setModel(self.model)
        table.setSelectionMode(QAbstractItemView.ExtendedSelection)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
        names = table.verticalHeader()
        names.setDefaultSectionSize(26)
        names.setSectionResizeMode(QHeaderView.Fixed)
        names.setMaximumWidth(_NAME_WIDTH)
        names.setTextElideMode(Qt.ElideRight)
        names.setHighlightSections(True)
        names.setDefaultAlignment(Qt.AlignLeft | Qt.AlignVCenter)
        table.setCornerButtonEnabled(False)
        table.clicked.connect(self._click)
        table.enter_pressed.connect(self._enter)
        table.copy_wanted.connect(lambda: self.copy_wanted.emit(True))
        table.selectionModel().currentRowChanged.connect(lambda now, _: self._show_details(now.row()))
        self.model.modelReset.connect(lambda: self._show_details(self.table.currentIndex().row()))
        table.setContextMenuPolicy(Qt.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        return table

    def _make_ruler_table(self) -> MeasureTable:
        table = MeasureTable(self.tr("Rulers and angles"))
        table.setModel(self.rulers)
        table.setSelectionMode(QAbstractItemView.SingleSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.Stretch)
        table.doubleClicked.connect(lambda index: self._go_to_ruler(index.row()))
        table.enter_pressed.connect(self._go_to_ruler)
        table.delete_pressed.connect(self._delete_ruler)
        table.copy_wanted.connect(lambda: self.copy_wanted.emit(False))
        return table

    def _make_detail_table(self) -> MeasureTable:
        table = MeasureTable(self.tr("All figures of the selected label"))
        table.setModel(self.details)
        table.setSelectionMode(QAbstractItemView.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        table.horizontalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.Stretch)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(23)
        table.clicked.connect(lambda index: self._jump(self.details.column(index.row()), self.details.label))
        table.enter_pressed.connect(lambda _: self._jump(None, self.details.label))
        table.copy_wanted.connect(lambda: self.copy_wanted.emit(True))
        return table

    def _button(self, icon: str, tip: str, act: Callable[[], None] | None = None) -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setProperty("icon_name", icon)
        button.setIconSize(QSize(20, 20))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        if act is not None:
            button.clicked.connect(lambda _=False: act())
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.columns_button)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        row.addStretch(1)
        row.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.table, 3)
        column.addWidget(self.detail_heading)
        column.addWidget(self.detail_table, 5)
        column.addWidget(self.ruler_heading)
        column.addWidget(self.ruler_table, 2)

    def _refresh_icons(self) -> None:
        for button in (self.columns_button, self.copy_button, self.save_button):
            button.setIcon(self._theme.icon(button.property("icon_name")))
        # Names, not buttons: Fusion draws headers raised.
        self.table.verticalHeader().setStyleSheet(
            "QHeaderView::section { background: palette(base); border: 0; padding: 0 4px; }"
            "QHeaderView::section:checked"
            " { background: palette(highlight); color: palette(highlighted-text); font-weight: normal; }"
        )
        self.table.viewport().update()

    # --- what is shown ----------------------------------------------------

    def show_rulers(self) -> None:
        """Make room for rulers where there are any."""
        there = self.rulers.rowCount() > 0
        self.ruler_heading.setVisible(there)
        self.ruler_table.setVisible(there)

    def select_label(self, label_id: int) -> None:
        """Mark the row of a label, and show all that is known of it."""
        row = self.model.row_of(label_id)
        if row >= 0 and row != self.table.currentIndex().row():
            # Not selectRow: with Ctrl held, as in Ctrl+Enter, that would add the row to those selected.
            self.table.selectionModel().setCurrentIndex(
                self.model.index(row, 0), QItemSelectionModel.ClearAndSelect | QItemSelectionModel.Rows
            )

    def _show_details(self, row: int) -> None:
        self.details.show_row(max(row, 0))
        label = self.details.label
        self.detail_heading.set_full_text(label.name if label is not None else "")

    def show_labels(self) -> None:
        """Bring names and colours up to date; the figures stay."""
        self.model.set_labels()
        self._show_details(self.table.currentIndex().row())

    def select_ruler(self, ruler_id: int | None) -> None:
        """Mark the row of a ruler, or none."""
        row = self.rulers.row_of(ruler_id)
        if row >= 0:
            self.ruler_table.selectRow(row)
        else:
            self.ruler_table.clearSelection()

    def set_state(self, text: str) -> None:
        """A word beside the buttons: that figures are on their way."""
        self.state.setText(text)

    def selected_labels(self) -> list[int]:
        """Numbers of the labels whose rows are selected."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [label.id for row in rows if (label := self.model.label(row)) is not None]

    @property
    def wants_surface(self) -> bool:
        """Whether the column of surfaces is shown."""
        return SURFACE in self.model.chosen

    @property
    def plane(self) -> Plane:
        """The plane whose slices the largest diameters are looked for in."""
        value = settings.value(_PLANE, Plane.AXIAL.value)
        return Plane(value) if value in [plane.value for plane in Plane] else Plane.AXIAL

    def choose_plane(self, plane: Plane) -> None:
        """Look for the largest diameters in its slices, here and in the next run."""
        settings.remember(_PLANE, plane.value)
        self.plane_chosen.emit()

    def choose_columns(self, keys: list[str]) -> None:
        """Show these columns, here and in the next run."""
        self.model.choose(keys)
        settings.remember(_COLUMNS, ",".join(keys))
        if self.wants_surface:
            self.surface_wanted.emit()
        self.columns_chosen.emit()

    def _fill_columns(self) -> None:
        self.columns_menu.clear()
        for column in self.model.all_columns:
            action = self.columns_menu.addAction(column.title)
            action.setToolTip(column.tip)
            action.setCheckable(True)
            action.setChecked(column.key in self.model.chosen)
            action.toggled.connect(lambda on, key=column.key: self._toggle(key, on))
        if len(self.model.planes) > 1:
            self.columns_menu.addSection(self.tr("Diameters in slices that are"))
            group = QActionGroup(self.columns_menu)
            for plane, title in self.model.planes.items():
                action = group.addAction(title)
                action.setCheckable(True)
                action.setChecked(plane == self.plane)
                action.triggered.connect(lambda _, plane=plane: self.choose_plane(plane))
                self.columns_menu.addAction(action)
        self.columns_menu.addSeparator()
        self.columns_menu.addAction(self.tr("As at first"), lambda: self.choose_columns(list(FIRST_SHOWN)))

    def _toggle(self, key: str, on: bool) -> None:
        keys = [k for k in self.model.chosen if k != key]
        self.choose_columns([*keys, key] if on else keys)

    # --- what the user does -------------------------------------------------

    def _click(self, index: QModelIndex) -> None:
        self._jump(self.model.shown_columns[index.column()], self.model.label(index.row()))

    def _enter(self, row: int) -> None:
        self._jump(None, self.model.label(row))

    def _jump(self, column: Column | None, label: Label | None) -> None:
        """Go to the largest diameters if the column is about them, or for no column."""
        if label is not None and (column is None or column.key in JUMPS):
            self.diameters_wanted.emit(label.id)

    def menu_for(self, row: int) -> QMenu:
        """What can be done with a label's figures, for the right button and the menu key."""
        menu, label = QMenu(self), self.model.label(row)
        if label is not None:
            menu.addAction(
                self.tr("Go to the largest diameters"), lambda: self.diameters_wanted.emit(label.id)
            )
            menu.addAction(
                self.tr("Keep the largest diameters as rulers"), lambda: self.rulers_wanted.emit(label.id)
            )
            menu.addSeparator()
        menu.addAction(self.tr("Copy the selected rows"), lambda: self.copy_wanted.emit(True))
        return menu

    def _show_menu(self, at) -> None:
        row = self.table.rowAt(at.y())
        menu = self.menu_for(row if row >= 0 else self.table.currentIndex().row())
        menu.setAttribute(Qt.WA_DeleteOnClose)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _go_to_ruler(self, row: int) -> None:
        ruler = self.rulers.ruler(row)
        if ruler is not None:
            self.ruler_wanted.emit(ruler.id)

    def _delete_ruler(self, row: int) -> None:
        ruler = self.rulers.ruler(row)
        if ruler is not None:
            self.ruler_unwanted.emit(ruler.id)

    # --- Qt's -------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Figures are wanted now."""
        super().showEvent(event)
        self.shown.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks at them."""
        super().hideEvent(event)
        self.shown.emit(False)
