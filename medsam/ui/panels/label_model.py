"""The label table as a Qt model: every change becomes an undoable edit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt5.QtGui import QColor

from medsam.document import AddLabel, ChangeLabel, Label, remove_label_edit
from medsam.errors import MedSAMError
from medsam.ui.data_words import label_name
from medsam.ui.errors import Presenter
from medsam.ui.session import Session

VISIBLE, COLOUR, NAME, LOCKED = range(4)
LABEL_ROLE = Qt.UserRole


class LabelModel(QAbstractTableModel):
    """Rows are labels; columns are visible, colour, name and locked.

    ``LABEL_ROLE`` gives a row's ``Label``. Signal ``active_changed(row)``
    follows the document's active label.
    """

    active_changed = pyqtSignal(int)

    def __init__(self, session: Session, presenter: Presenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._presenter = session, presenter
        self._rows: tuple[Label, ...] = ()
        session.opened.connect(self._reload)
        session.changed.connect(self._follow)
        self._reload()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of labels."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Visible, colour, name, locked."""
        return 4

    def label(self, row: int) -> Label | None:
        """The label of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    @property
    def active_row(self) -> int:
        """Row of the active label; -1 without a document."""
        annotation = self._session.annotation
        ids = [label.id for label in self._rows]
        return ids.index(annotation.active_label) if annotation and annotation.active_label in ids else -1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.DisplayRole) -> Any:
        """Names of the columns, for screen readers."""
        if orientation == Qt.Horizontal and role in (Qt.DisplayRole, Qt.AccessibleTextRole):
            return (self.tr("Shown"), self.tr("Colour"), self.tr("Name"), self.tr("Locked"))[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """What views ask for."""
        label = self.label(index.row())
        if label is None:
            return None
        column = index.column()
        if role == LABEL_ROLE:
            return label
        if column == NAME and role in (Qt.DisplayRole, Qt.EditRole):
            return label.name
        if column == COLOUR and role == Qt.DecorationRole:
            return QColor(*label.color)
        if role == Qt.ToolTipRole:
            return self._tip(column, label)
        if role == Qt.AccessibleTextRole:
            return self._spoken(column, label)
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        """Names can be edited in place."""
        flags = Qt.ItemIsEnabled | Qt.ItemIsSelectable
        return flags | Qt.ItemIsEditable if index.column() == NAME else flags

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.EditRole) -> bool:
        """Rename, as one undo step."""
        label = self.label(index.row())
        name = str(value).strip()
        if label is None or index.column() != NAME or role != Qt.EditRole or name in ("", label.name):
            return False
        return self.change(index.row(), text=self.tr("rename label"), name=name)

    def change(self, row: int, *, text: str, merge: bool = False, **fields: Any) -> bool:
        """Change fields of a label as one undo step.

        Args:
            row: Which label.
            text: What the undo menu says.
            merge: Whether steps of the same fields in a row become one.
            fields: Of ``Label``.
        """
        label = self.label(row)
        if label is None:
            return False
        key = (label.id, *sorted(fields)) if merge else None
        return self._try(lambda: self._session.push(ChangeLabel(replace(label, **fields), text), key))

    def add(self) -> bool:
        """Add a label and make it active."""
        annotation = self._session.annotation
        if annotation is None:
            return False
        label = annotation.labels.proposal(label_name(annotation.labels.next_id()))
        added = self._try(lambda: self._session.push(AddLabel(label, text=self.tr("new label"))))
        if added:
            annotation.set_active_label(label.id)
        return added

    def remove(self, row: int) -> bool:
        """Remove a label with its voxels; undo brings both back."""
        annotation, label = self._session.annotation, self.label(row)
        if annotation is None or label is None:
            return False
        return self._try(
            lambda: self._session.push(remove_label_edit(annotation, label.id, self.tr("delete label")))
        )

    def set_active(self, row: int) -> None:
        """Choose the label that tools paint."""
        annotation, label = self._session.annotation, self.label(row)
        if annotation is not None and label is not None:
            annotation.set_active_label(label.id)

    def _try(self, action: Any) -> bool:
        try:
            action()
        except MedSAMError as error:
            self._presenter.error(error)
            return False
        return True

    def _reload(self) -> None:
        self.beginResetModel()
        annotation = self._session.annotation
        self._rows = tuple(annotation.labels) if annotation is not None else ()
        self.endResetModel()
        self.active_changed.emit(self.active_row)

    def _follow(self, change: Any) -> None:
        if change.kind == "active":
            self.active_changed.emit(self.active_row)
        elif change.kind == "labels" and self._session.annotation is not None:
            rows = tuple(self._session.annotation.labels)
            if [label.id for label in rows] == [label.id for label in self._rows]:
                self._rows = rows
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, 3))
            else:
                self._reload()

    def _tip(self, column: int, label: Label) -> str:
        if column == VISIBLE:
            return self.tr("Click to hide") if label.visible else self.tr("Click to show")
        if column == COLOUR:
            return self.tr("Double-click to choose another colour")
        if column == LOCKED:
            if label.locked:
                return self.tr("Locked: nothing changes its voxels. Click to unlock")
            return self.tr("Click to lock: no tool and no network may change its voxels")
        return self.tr("{0} (value {1}). Double-click to rename").format(label.name, label.id)

    def _spoken(self, column: int, label: Label) -> str:
        if column == VISIBLE:
            return self.tr("shown") if label.visible else self.tr("hidden")
        if column == LOCKED:
            return self.tr("locked") if label.locked else self.tr("not locked")
        if column == COLOUR:
            return QColor(*label.color).name()
        return label.name
