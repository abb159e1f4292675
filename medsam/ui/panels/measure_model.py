"""Measurements as Qt models: one row a label, and one a ruler or angle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt5.QtGui import QColor, QIcon, QPainter, QPixmap

from medsam.document import Annotation, Label, Ruler
from medsam.document.measure_table import Row, figures_of
from medsam.document.rulers import ruler_angle, ruler_length
from medsam.document.statistics import LabelStatistics, length_unit, slice_area
from medsam.ui.canvas import captions
from medsam.ui.canvas.painting import painting
from medsam.ui.canvas.ruler_painting import angle_words, length_words
from medsam.ui.panels.measure_columns import FIRST_SHOWN, HERE, SURFACE, Column, columns, figure
from medsam.ui.theme import Theme
from medsam.volume import Plane

NOTHING = "–"
_PATCH = 12


class MeasureModel(QAbstractTableModel):
    """Rows are labels, columns those the user chose. Row headers carry name and colour."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._annotation: Annotation | None = None
        self._labels: tuple[Label, ...] = ()
        self._results: Mapping[int, LabelStatistics] = {}
        self._rows: dict[int, Row] = {}
        self._here: dict[int, str] = {}
        self._all: tuple[Column, ...] = ()
        self._shown: tuple[Column, ...] = ()
        self._chosen: tuple[str, ...] = FIRST_SHOWN

    def set_annotation(self, annotation: Annotation | None) -> None:
        """Show another document's labels; without figures until ``set_results``."""
        self.beginResetModel()
        self._annotation, self._results, self._rows, self._here = annotation, {}, {}, {}
        self._labels = tuple(annotation.labels) if annotation is not None else ()
        self._all = columns(annotation.volume) if annotation is not None else ()
        self._shown = tuple(column for column in self._all if column.key in self._chosen)
        self.endResetModel()

    def set_labels(self) -> None:
        """Read the label table again."""
        if self._annotation is None:
            return
        labels = tuple(self._annotation.labels)
        if [label.id for label in labels] != [label.id for label in self._labels]:
            self.beginResetModel()
            self._labels = labels
            self.endResetModel()
            return
        before, self._labels = self._labels, labels
        # An opacity that is dragged changes a label at every move, and nothing here shows it.
        if [_seen(label) for label in labels] != [_seen(label) for label in before]:
            self._tell()
            self.headerDataChanged.emit(Qt.Vertical, 0, max(len(labels) - 1, 0))

    def set_results(self, results: Mapping[int, LabelStatistics]) -> None:
        """Show these figures."""
        if self._annotation is None:
            return
        before, self._results = self._results, results
        # Views ask for every cell many times, so what they ask for is worked out once.
        for label_id, found in results.items():
            if before.get(label_id) is not found:
                self._rows[label_id] = figures_of(self._annotation.volume, found)
        self._tell()

    def set_here(self, axis: int, pixels: Mapping[int, int]) -> None:
        """Pixels of every label in the slice on show, across ``axis``."""
        if self._annotation is None:
            return
        one = slice_area(self._annotation.volume, axis, 1)
        here = {label_id: figure(one * found) for label_id, found in pixels.items()}
        if here != self._here:
            self._here = here
            self._tell()

    def choose(self, keys: Sequence[str]) -> None:
        """Show these columns, in the order that all columns have."""
        self.beginResetModel()
        self._chosen = tuple(keys)
        self._shown = tuple(column for column in self._all if column.key in self._chosen)
        self.endResetModel()

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns that can be shown for the open image."""
        return self._all

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The columns that are shown."""
        return self._shown

    @property
    def planes(self) -> dict[Plane, str]:
        """The planes that the open image has, with their names."""
        if self._annotation is None:
            return {}
        volume = self._annotation.volume
        return {plane: captions.title(volume, plane) for plane in volume.planes}

    @property
    def chosen(self) -> tuple[str, ...]:
        """Keys of the columns to show, also those that do not apply to the open image."""
        return self._chosen

    def label(self, row: int) -> Label | None:
        """The label of a row."""
        return self._labels[row] if 0 <= row < len(self._labels) else None

    def row_of(self, label_id: int) -> int:
        """Row of a label; -1 without."""
        return next((row for row, label in enumerate(self._labels) if label.id == label_id), -1)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of labels."""
        return 0 if parent is not None and parent.isValid() else len(self._labels)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Number of columns that are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.DisplayRole) -> Any:
        """Titles; names with colours."""
        if orientation == Qt.Horizontal:
            if not 0 <= section < len(self._shown):
                return None
            column = self._shown[section]
            return {Qt.DisplayRole: column.title, Qt.ToolTipRole: column.tip}.get(role)
        label = self.label(section)
        if label is None:
            return None
        if role in (Qt.DisplayRole, Qt.ToolTipRole):
            return label.name
        if role == Qt.DecorationRole:
            return _patch(QColor(*label.color), label.visible)
        if role == Qt.ForegroundRole and not label.visible:
            return QColor(self._theme.colours.disabled)
        return None

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """What views ask for."""
        label = self.label(index.row())
        if label is None or not index.isValid():
            return None
        column = self._shown[index.column()]
        if role == Qt.DisplayRole:
            return self.text(label, column)
        if role == Qt.AccessibleTextRole:
            return f"{label.name}, {column.title}: {self.text(label, column)}"
        if role == Qt.ToolTipRole:
            return column.tip if label.visible else f"{column.tip}\n" + self.tr("This label is hidden.")
        if role == Qt.TextAlignmentRole:
            return Qt.AlignRight | Qt.AlignVCenter
        if role == Qt.ForegroundRole and not label.visible:
            return QColor(self._theme.colours.disabled)
        return None

    def text(self, label: Label, column: Column) -> str:
        """A figure of a label for people; a dash where there is none."""
        if column.key == HERE:
            return self._here.get(label.id, NOTHING)
        found = self._results.get(label.id)
        return (column.text(found, self._rows[label.id]) if found is not None else "") or NOTHING

    def _tell(self) -> None:
        if self._labels and self._shown:
            last = self.index(len(self._labels) - 1, len(self._shown) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _seen(label: Label) -> tuple[object, ...]:
    """What the table shows of a label."""
    return label.name, label.color, label.visible


class DetailModel(QAbstractTableModel):
    """Everything that is known of one label: a figure a row, its name and its value."""

    def __init__(self, figures: MeasureModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._figures, self._row = figures, 0
        figures.modelReset.connect(self._reset)
        figures.dataChanged.connect(lambda *_: self._tell())

    def show_row(self, row: int) -> None:
        """Show the label of a row of the table of labels."""
        if row != self._row:
            self._row = row
            self._reset()

    @property
    def label(self) -> Label | None:
        """The label shown."""
        return self._figures.label(self._row)

    def column(self, row: int) -> Column | None:
        """Which figure a row holds."""
        found = self._columns()
        return found[row] if 0 <= row < len(found) else None

    def _columns(self) -> list[Column]:
        """Surfaces are measured only where the table shows them."""
        found = self._figures.all_columns
        return [c for c in found if c.key != SURFACE or c in self._figures.shown_columns]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of figures; none without a label."""
        inside = parent is not None and parent.isValid()
        return 0 if inside or self.label is None else len(self._columns())

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Name and value."""
        return 2

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """What views ask for."""
        label, column = self.label, self.column(index.row())
        if label is None or column is None:
            return None
        value = self._figures.text(label, column)
        if role == Qt.DisplayRole:
            return column.title if index.column() == 0 else value
        if role == Qt.AccessibleTextRole:
            return f"{label.name}, {column.title}: {value}"
        if role == Qt.ToolTipRole:
            return f"{column.title}: {value}\n{column.tip}"
        if role == Qt.TextAlignmentRole and index.column() == 1:
            return Qt.AlignRight | Qt.AlignVCenter
        return None

    def _reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _tell(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 1))


class RulerModel(QAbstractTableModel):
    """Rows are rulers and angles: what, how much, and where."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._annotation: Annotation | None = None
        self._rulers: tuple[Ruler, ...] = ()

    def follow(self, annotation: Annotation | None) -> None:
        """Read the rulers of a document (again)."""
        self.beginResetModel()
        self._annotation = annotation
        self._rulers = tuple(annotation.rulers.values()) if annotation is not None else ()
        self.endResetModel()

    def ruler(self, row: int) -> Ruler | None:
        """The ruler of a row."""
        return self._rulers[row] if 0 <= row < len(self._rulers) else None

    def row_of(self, ruler_id: int | None) -> int:
        """Row of a ruler; -1 without."""
        return next((row for row, ruler in enumerate(self._rulers) if ruler.id == ruler_id), -1)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of rulers and angles."""
        return 0 if parent is not None and parent.isValid() else len(self._rulers)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """What, how much, where."""
        return 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.DisplayRole) -> Any:
        """Names of the columns."""
        if orientation == Qt.Horizontal and role == Qt.DisplayRole:
            return (self.tr("Ruler"), self.tr("Measure"), self.tr("Slice"))[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """What views ask for."""
        ruler = self.ruler(index.row())
        if ruler is None or self._annotation is None:
            return None
        if role == Qt.DisplayRole:
            return (self._name(ruler), self._measure(ruler), self._place(ruler))[index.column()]
        if role == Qt.TextAlignmentRole and index.column() == 1:
            return Qt.AlignRight | Qt.AlignVCenter
        if role == Qt.ToolTipRole:
            return self.tr("Double-click or Enter to go there, Del to delete")
        return None

    def _name(self, ruler: Ruler) -> str:
        text = self.tr("Angle {0}") if ruler.is_angle else self.tr("Length {0}")
        return text.format(ruler.id)

    def _measure(self, ruler: Ruler) -> str:
        assert self._annotation is not None
        volume = self._annotation.volume
        if ruler.is_angle:
            return angle_words(ruler_angle(ruler, volume.geometry))
        return length_words(ruler_length(ruler, volume.geometry), length_unit(volume))

    def _place(self, ruler: Ruler) -> str:
        assert self._annotation is not None
        volume = self._annotation.volume
        if volume.is_picture:
            return str(ruler.index + 1) if volume.shape[ruler.axis] > 1 else ""
        planes = [p for p in Plane if volume.geometry.plane_frame(p).axis == ruler.axis]
        return f"{captions.title(volume, planes[0])} {ruler.index + 1}"


def _patch(color: QColor, visible: bool) -> QIcon:
    """A label's colour; only its edge while it is hidden."""
    pixmap = QPixmap(_PATCH, _PATCH)
    pixmap.fill(Qt.transparent)
    with painting(pixmap) as painter:
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(color)
        painter.setBrush(color if visible else QColor(0, 0, 0, 0))
        painter.drawRoundedRect(1, 1, _PATCH - 3, _PATCH - 3, 2, 2)
    return QIcon(pixmap)
