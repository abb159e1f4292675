"""The label panel: what the colours mean, which one is painted, how it shows, what it may take."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import (
    QAction,
    QColorDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsam.document import STYLES, Style
from medsam.ui.panels.label_model import LOCKED, NAME, VISIBLE, LabelModel
from medsam.ui.panels.label_table_view import LabelTableView
from medsam.ui.panels.label_words import next_style, style_name
from medsam.ui.theme import Theme

MANY = 12
"""Labels from which on a field to filter them is shown."""

_STYLE_ICONS = {
    "both": "mdi6.square-opacity",
    "fill": "mdi6.square",
    "outline": "mdi6.square-outline",
}


class LabelPanel(QWidget):
    """Add, rename, colour, show, lock, fade, order, merge and pick labels.

    What is done applies to the chosen rows; the active label is one of them.

    Signals:
        menu_requested(position): The right button or the menu key on the
            table; global position.
        left: The user is done here and goes back to the picture.
        sight_wanted: A name is about to be typed here.
    """

    menu_requested = pyqtSignal(QPoint)
    left = pyqtSignal()
    sight_wanted = pyqtSignal()

    def __init__(self, model: LabelModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self._theme = model, theme
        self._following = False
        self._naming_new = False
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Find a label"))
        self.filter.setAccessibleName(self.tr("Find a label"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter_rows)
        self.view = LabelTableView(model, theme)
        self.view.setAccessibleName(self.tr("Labels"))
        self._connect_view()
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(1)
        self.style_button = QToolButton(autoRaise=True)
        self.opacity, self.opacity_text = QSlider(Qt.Horizontal), QLabel("100 %")
        self._make_appearance()
        self._column = QVBoxLayout(self)
        self._lay_out()
        self.opacity.valueChanged.connect(self._fade)
        model.active_changed.connect(self._follow_active)
        model.rows_changed.connect(self._follow_rows)
        model.labels_changed.connect(self._show_appearance)
        theme.changed.connect(self._refresh_icons)
        self._follow_rows()
        self._follow_active(model.active_row)

    # --- building -----------------------------------------------------------------

    def _connect_view(self) -> None:
        view = self.view
        view.setContextMenuPolicy(Qt.CustomContextMenu)
        view.customContextMenuRequested.connect(self._ask_menu)
        view.cell_clicked.connect(self._click)
        view.colour_requested.connect(lambda _: self.choose_colour())
        view.rows_dropped.connect(self._drop)
        view.move_requested.connect(self.move)
        view.delete_requested.connect(lambda: self.model.remove_many(self.chosen()))
        view.toggle_requested.connect(self.toggle_visible)
        view.leave_requested.connect(self.left)
        view.naming_ended.connect(self._end_naming)
        view.selectionModel().currentRowChanged.connect(lambda now, _: self._pick(now.row()))
        view.selectionModel().selectionChanged.connect(lambda *_: self._show_appearance())

    def _make_appearance(self) -> None:
        tip = self.tr("Opacity of the chosen labels")
        self.opacity.setRange(0, 100)
        self.opacity.setAccessibleName(tip)
        self.opacity.setToolTip(tip)
        self.opacity_text.setFixedWidth(self.opacity_text.fontMetrics().horizontalAdvance("100 % "))
        self.opacity_text.setAlignment(Qt.AlignRight | Qt.AlignVCenter)
        menu = QMenu(self.style_button)
        menu.aboutToShow.connect(lambda: self.fill_style_menu(menu))
        self.style_button.setMenu(menu)
        self.style_button.setPopupMode(QToolButton.InstantPopup)
        self.style_button.setIconSize(QSize(18, 18))

    def _lay_out(self) -> None:
        caption = QLabel(self.tr("&Opacity"))
        caption.setBuddy(self.opacity)
        fade = QHBoxLayout()
        fade.setSpacing(6)
        fade.addWidget(self.style_button)
        fade.addWidget(caption)
        fade.addWidget(self.opacity, 1)
        fade.addWidget(self.opacity_text)
        self._column.setContentsMargins(8, 4, 8, 8)
        self._column.setSpacing(5)
        self._column.addWidget(self.filter)
        self._column.addWidget(self.view, 1)
        self._column.addLayout(self.buttons)
        self._column.addLayout(fade)

    def add_action_button(self, action: QAction) -> QToolButton:
        """A button for an action in the row under the table."""
        button = QToolButton(autoRaise=True)
        button.setDefaultAction(action)
        button.setIconSize(QSize(18, 18))
        button.setToolButtonStyle(Qt.ToolButtonIconOnly)
        self.buttons.addWidget(button)
        return button

    def add_menu_button(self, name: str, icon: str, menu: QMenu) -> QToolButton:
        """A button at the end of that row that opens a menu."""
        self.buttons.addStretch(1)
        button = QToolButton(autoRaise=True)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.InstantPopup)
        button.setIconSize(QSize(18, 18))
        button.setProperty("icon_name", icon)
        button.setToolTip(name)
        button.setAccessibleName(name)
        self.buttons.addWidget(button)
        self._refresh_icons()
        return button

    def add_row(self, row: QWidget) -> None:
        """A row at the bottom."""
        self._column.addWidget(row)

    def fill_style_menu(self, menu: QMenu) -> None:
        """How the chosen labels are drawn, and how all are."""
        menu.clear()
        now = {label.style for label in map(self._label, self.chosen()) if label is not None}
        for style in STYLES:
            action = menu.addAction(self._theme.icon(_STYLE_ICONS[style]), style_name(style))
            action.setCheckable(True)
            action.setChecked(now == {style})
            action.triggered.connect(lambda _=False, s=style: self.set_style(s, self.chosen()))
        menu.addSection(self.tr("All labels"))
        for style in STYLES:
            action = menu.addAction(self._theme.icon(_STYLE_ICONS[style]), style_name(style))
            action.triggered.connect(lambda _=False, s=style: self.set_style(s, self._all()))
        menu.addAction(self.tr("This opacity"), lambda: self._set_opacity(self.opacity.value(), self._all()))

    # --- what is done to the chosen labels ----------------------------------------------

    def chosen(self) -> list[int]:
        """Numbers of the labels that commands apply to."""
        label = self.model.label(self.model.active_row)
        ids = self.view.chosen_ids()
        return ids if ids or label is None else [label.id]

    def add(self) -> None:
        """Add a label and let the user type its name."""
        self.filter.clear()
        if self.model.add():
            self._naming_new = True
            self.rename()

    def rename(self) -> None:
        """Edit the active label's name in place."""
        row = self.model.active_row
        if row >= 0:
            # What is typed next is a name: behind another tab it would be taken for keys.
            self.sight_wanted.emit()
            index = self.model.index(row, NAME)
            self.view.scrollTo(index)
            self.view.setFocus()
            self.view.edit(index)

    def toggle_visible(self) -> None:
        """Hide the chosen labels, or show them if the active one is hidden."""
        label = self.model.label(self.model.active_row)
        if label is not None:
            text = self.tr("hide label") if label.visible else self.tr("show label")
            self.model.change_many(self.chosen(), text=text, visible=not label.visible)

    def toggle_locked(self) -> None:
        """Lock the chosen labels, or unlock them if the active one is locked."""
        label = self.model.label(self.model.active_row)
        if label is not None:
            text = self.tr("unlock label") if label.locked else self.tr("lock label")
            self.model.change_many(self.chosen(), text=text, locked=not label.locked)

    def cycle_style(self) -> None:
        """Draw the chosen labels as area and outline, area, outline, in turn."""
        label = self.model.label(self.model.active_row)
        if label is not None:
            self.set_style(next_style(label.style), self.chosen())

    def set_style(self, style: Style, ids: list[int]) -> None:
        """Draw these labels so."""
        self.model.change_many(
            ids, text=self.tr("draw as {0}").format(style_name(style).lower()), style=style
        )

    def move(self, by: int) -> None:
        """Move the chosen labels a row up (-1) or down (+1)."""
        ids = self.chosen()
        rows = [self.model.row_of(number) for number in ids]
        if ids:
            self._drop(ids, max(rows[0] - 1, 0) if by < 0 else rows[-1] + 2)

    def choose_colour(self) -> None:
        """Ask for another colour of the active label."""
        label = self.model.label(self.model.active_row)
        if label is None:
            return
        title = self.tr('Colour of "{0}"').format(label.name)
        chosen = QColorDialog.getColor(QColor(*label.color), self, title)
        if chosen.isValid():
            rgb = (chosen.red(), chosen.green(), chosen.blue())
            self.model.change(self.model.active_row, text=self.tr("recolour label"), color=rgb)

    # --- inside -----------------------------------------------------------------------------

    def _all(self) -> list[int]:
        return [label.id for n in range(self.model.rowCount()) if (label := self.model.label(n)) is not None]

    def _label(self, number: int):
        return self.model.label(self.model.row_of(number))

    def _pick(self, row: int) -> None:
        if not self._following and row >= 0:
            self.model.set_active(row)

    def _click(self, row: int, column: int) -> None:
        """Eye and lock act on their row; on one of several chosen rows, on all of these."""
        label = self.model.label(row)
        if label is None:
            return
        chosen = self.view.chosen_ids()
        ids = chosen if label.id in chosen else [label.id]
        if column == VISIBLE:
            text = self.tr("hide label") if label.visible else self.tr("show label")
            self.model.change_many(ids, text=text, visible=not label.visible)
        elif column == LOCKED:
            text = self.tr("unlock label") if label.locked else self.tr("lock label")
            self.model.change_many(ids, text=text, locked=not label.locked)

    def _drop(self, ids: list[int], row: int) -> None:
        if self.model.move(ids, row):
            self.view.choose(ids)

    def _ask_menu(self, at: QPoint) -> None:
        row = self.view.rowAt(at.y())
        chosen = {index.row() for index in self.view.selectionModel().selectedRows()}
        if row >= 0 and row not in chosen:
            self.view.setCurrentIndex(self.model.index(row, NAME))
        if self.model.rowCount():
            self.menu_requested.emit(self.view.viewport().mapToGlobal(at))

    def _end_naming(self) -> None:
        self.model.end_naming()
        if self._naming_new:
            self._naming_new = False
            self.left.emit()

    def _fade(self, value: int) -> None:
        self.opacity_text.setText(f"{value} %")
        if not self._following:
            self._set_opacity(value, self.chosen())

    def _set_opacity(self, value: int, ids: list[int]) -> None:
        self.model.change_many(ids, text=self.tr("label opacity"), merge=True, opacity=value / 100)

    def _filter_rows(self, *_: object) -> None:
        wanted = self.filter.text().casefold().split()
        for row in range(self.model.rowCount()):
            label = self.model.label(row)
            name = f"{label.name} {label.id}".casefold() if label is not None else ""
            self.view.setRowHidden(row, not all(word in name for word in wanted))

    def _follow_rows(self) -> None:
        many = self.model.rowCount() > MANY
        if not many:
            self.filter.clear()
        self.filter.setVisible(many)
        self._filter_rows()

    def _follow_active(self, row: int) -> None:
        label = self.model.label(row)
        self.setEnabled(label is not None)
        if label is not None and self.view.currentIndex().row() != row:
            self._following = True
            try:
                self.view.setCurrentIndex(self.model.index(row, NAME))
            finally:
                self._following = False
        self._show_appearance()
        self.view.viewport().update()

    def _show_appearance(self) -> None:
        """Opacity and way of drawing of the active label."""
        label = self.model.label(self.model.active_row)
        if label is None:
            return
        self._following = True
        try:
            self.opacity.setValue(round(label.opacity * 100))
        finally:
            self._following = False
        tip = self.tr("Drawn as: {0}").format(style_name(label.style))
        self.style_button.setToolTip(tip)
        self.style_button.setAccessibleName(tip)
        self.style_button.setIcon(self._theme.icon(_STYLE_ICONS[label.style]))

    def _refresh_icons(self) -> None:
        for button in self.findChildren(QToolButton):
            if button.property("icon_name"):
                button.setIcon(self._theme.icon(button.property("icon_name")))
        self._show_appearance()
        self.view.viewport().update()
