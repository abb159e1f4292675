"""The label table as a Qt model: every change becomes an undoable edit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any, Literal

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt5.QtGui import QColor

from medsam.document import AddLabel, Annotation, ChangeLabel, Edit, Label, default_colour
from medsam.document.edits import SetLabels
from medsam.document.label_edits import (
    change_labels_edit,
    load_set_edit,
    merge_labels_edit,
    moved,
    only_edit,
    remove_labels_edit,
    safe_colours_edit,
)
from medsam.document.label_sets import SetEntry
from medsam.errors import MedSAMError
from medsam.ui.data_words import label_name
from medsam.ui.errors import Presenter
from medsam.ui.panels.label_counter import LabelCounter
from medsam.ui.panels.label_words import digit_of, size_text, size_tip, style_name
from medsam.ui.session import Session

VISIBLE, COLOUR, NAME, SIZE, LOCKED = range(5)
LABEL_ROLE = Qt.UserRole


class LabelModel(QAbstractTableModel):
    """Rows are labels; columns are visible, colour with digit key, name, size and locked.

    ``LABEL_ROLE`` gives a row's ``Label``.

    Signals:
        active_changed(row): Follows the document's active label.
        rows_changed: There are other rows, or in another order.
        labels_changed: Some label of the same rows is another one; not for sizes.
    """

    active_changed = pyqtSignal(int)
    rows_changed = pyqtSignal()
    labels_changed = pyqtSignal()

    def __init__(self, session: Session, presenter: Presenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._presenter = session, presenter
        self._rows: tuple[Label, ...] = ()
        self._unnamed: int | None = None
        self.counter = LabelCounter(session, self)
        self.counter.counted.connect(self._show_sizes)
        session.opened.connect(self._reload)
        session.changed.connect(self._follow)
        self._reload()

    # --- what is there --------------------------------------------------------

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of labels."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Visible, colour, name, size, locked."""
        return 5

    def label(self, row: int) -> Label | None:
        """The label of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, label_id: int) -> int:
        """Row of a label; -1 if there is none."""
        return next((n for n, label in enumerate(self._rows) if label.id == label_id), -1)

    @property
    def active_row(self) -> int:
        """Row of the active label; -1 without a document."""
        annotation = self._session.annotation
        return self.row_of(annotation.active_label) if annotation is not None else -1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.DisplayRole) -> Any:
        """Names of the columns, for screen readers."""
        if orientation == Qt.Horizontal and role in (Qt.DisplayRole, Qt.AccessibleTextRole):
            titles = (
                self.tr("Shown"), self.tr("Colour"), self.tr("Name"), self.tr("Size"), self.tr("Locked")
            )  # fmt: skip
            return titles[section]
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
        if column == SIZE and role == Qt.DisplayRole:
            return self._size(label)
        if column == SIZE and role == Qt.TextAlignmentRole:
            return int(Qt.AlignRight | Qt.AlignVCenter)
        if column == COLOUR and role == Qt.DecorationRole:
            return QColor(*label.color)
        if role == Qt.ToolTipRole:
            return self._tip(column, label, index.row())
        if role == Qt.AccessibleTextRole:
            return self._spoken(column, label, index.row())
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlags:
        """Names can be edited in place."""
        flags = Qt.ItemIsEnabled | Qt.ItemIsSelectable
        return flags | Qt.ItemIsEditable if index.column() == NAME else flags

    # --- what can be done -------------------------------------------------------

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.EditRole) -> bool:
        """Rename, as one undo step; the first name of a new label belongs to the step that added it."""
        label = self.label(index.row())
        name = " ".join(str(value).split())
        if label is None or index.column() != NAME or role != Qt.EditRole or name in ("", label.name):
            return False
        if label.id == self._unnamed:
            return self._change_label(replace(label, name=name), self._added_text(name), ("new", label.id))
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
        return self._change_label(replace(label, **fields), text, key)

    def change_many(self, ids: Collection[int], *, text: str, merge: bool = False, **fields: Any) -> bool:
        """Change fields of several labels as one undo step; see ``change``."""
        key = (tuple(sorted(ids)), *sorted(fields)) if merge else None
        return self._push(lambda a: change_labels_edit(a, ids, text, **fields), key)

    def fade(self, by: float) -> bool:
        """Make every label stronger by so much opacity, or fainter; presses in a row become one step."""
        rows = tuple(replace(la, opacity=round(min(max(la.opacity + by, 0.0), 1.0), 4)) for la in self._rows)
        if rows == self._rows:
            return False
        return self._push(lambda a: SetLabels(rows, self.tr("label opacity")), ("fade",))

    def add(self) -> bool:
        """Add a label below the others, in a colour of its own, and make it active."""
        annotation = self._session.annotation
        if annotation is None:
            return False
        number = annotation.labels.next_id()
        used = {label.color for label in self._rows}
        colour = next(c for c in map(default_colour, range(1, 65_537)) if c not in used)
        label = Label(number, label_name(number), colour)
        key = ("new", number)
        added = self._push(lambda a: AddLabel(label, text=self._added_text(label.name)), key)
        if added:
            annotation.set_active_label(number)
            self._unnamed = number
        return added

    def _added_text(self, name: str) -> str:
        return self.tr('new label "{0}"').format(name)

    def end_naming(self) -> None:
        """The name of the label that was added last is settled: the next one is a step of its own."""
        self._unnamed = None

    def remove(self, row: int) -> bool:
        """Remove a label with its voxels; undo brings both back."""
        label = self.label(row)
        return label is not None and self.remove_many([label.id])

    def remove_many(self, ids: Collection[int]) -> bool:
        """Remove labels with their voxels and prompts as one step."""
        text = self.tr("delete label") if len(ids) == 1 else self.tr("delete labels")
        return self._push(lambda a: remove_labels_edit(a, ids, text))

    def merge(self, ids: Collection[int], into: int) -> bool:
        """Give voxels and prompts of several labels to one of them."""
        return self._push(lambda a: merge_labels_edit(a, ids, into, self.tr("merge labels")))

    def move(self, ids: Collection[int], row: int) -> bool:
        """Move labels before the one in ``row``; no step if that changes nothing."""
        rows = moved(self._rows, ids, row)
        if rows == self._rows:
            return False
        return self._push(lambda a: SetLabels(rows, self.tr("move label")))

    def show_only(self, ids: Collection[int]) -> bool:
        """Hide all labels but these; if that is so already, show all again."""
        shown = {label.id for label in self._rows if label.visible}
        if shown == set(ids) and len(self._rows) > len(shown):
            everyone = [label.id for label in self._rows]
            return self.change_many(everyone, text=self.tr("show all labels"), visible=True)
        return self._only(ids, "visible", self.tr("hide other labels"))

    def lock_others(self, ids: Collection[int]) -> bool:
        """Lock all labels but these; if that is so already, unlock all."""
        free = {label.id for label in self._rows if not label.locked}
        if free == set(ids) and len(self._rows) > len(free):
            everyone = [label.id for label in self._rows]
            return self.change_many(everyone, text=self.tr("unlock all labels"), locked=False)
        return self._only(ids, "unlocked", self.tr("lock other labels"))

    def use_safe_colours(self) -> bool:
        """Colour all labels in their order with colours that everybody can tell apart."""
        return self._push(lambda a: safe_colours_edit(a, self.tr("colour-blind-safe colours")))

    def load_set(
        self, entries: Iterable[SetEntry], match: Literal["number", "name"], drop_unused: bool
    ) -> bool:
        """Lay a set over the table; no voxel changes."""
        entries = tuple(entries)
        text = self.tr("load labels")
        return self._push(lambda a: load_set_edit(a, entries, match, drop_unused, text))

    def set_active(self, row: int) -> None:
        """Choose the label that tools paint."""
        annotation, label = self._session.annotation, self.label(row)
        if annotation is not None and label is not None:
            annotation.set_active_label(label.id)

    # --- inside -----------------------------------------------------------------

    def _only(self, ids: Collection[int], field: Literal["visible", "unlocked"], text: str) -> bool:
        return self._push(lambda a: only_edit(a, ids, field, text))

    def _change_label(self, label: Label, text: str, key: Any) -> bool:
        return self._push(lambda a: ChangeLabel(label, text), key)

    def _push(self, make: Callable[[Annotation], Edit], key: Any = None) -> bool:
        annotation = self._session.annotation
        if annotation is None:
            return False
        try:
            self._session.push(make(annotation), key)
        except MedSAMError as error:
            self._presenter.error(error)
            return False
        return True

    def _reload(self) -> None:
        self.beginResetModel()
        annotation = self._session.annotation
        self._rows = tuple(annotation.labels) if annotation is not None else ()
        self.endResetModel()
        self.rows_changed.emit()
        self.active_changed.emit(self.active_row)

    def _follow(self, change: Any) -> None:
        if change.kind == "active":
            self.active_changed.emit(self.active_row)
        elif change.kind == "labels" and self._session.annotation is not None:
            rows = tuple(self._session.annotation.labels)
            if [label.id for label in rows] == [label.id for label in self._rows]:
                before, self._rows = self._rows, rows
                # The opacity is what a slider changes 60 times a second, and no column shows it.
                seen = (replace(old, opacity=new.opacity) for old, new in zip(before, rows, strict=True))
                for row in (n for n, label in enumerate(seen) if label != rows[n]):
                    # One by one: of several cells a view paints all that it shows.
                    for cell in (self.index(row, column) for column in range(LOCKED + 1)):
                        self.dataChanged.emit(cell, cell)
                self.labels_changed.emit()
            else:
                self._reload()

    def _show_sizes(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, SIZE), self.index(len(self._rows) - 1, SIZE))

    def _size(self, label: Label) -> str:
        volume = self._session.volume
        return size_text(volume, self.counter.of(label.id)) if volume is not None else ""

    def _tip(self, column: int, label: Label, row: int) -> str:
        if column == VISIBLE:
            return self.tr("Click to hide") if label.visible else self.tr("Click to show")
        if column == COLOUR:
            key = digit_of(row)
            tip = self.tr("Double-click to choose another colour")
            chooses = self.tr("Key {0} chooses this label")
            return f"{tip}\n{chooses.format(key)}" if key else tip
        if column == LOCKED:
            if label.locked:
                return self.tr("Locked: nothing changes its voxels. Click to unlock")
            return self.tr("Click to lock: no tool and no network may change its voxels")
        if column == SIZE and self._session.volume is not None:
            return size_tip(self._session.volume, self.counter.of(label.id))
        return self.tr("{0} (value {1}). Double-click to rename").format(label.name, label.id)

    def _spoken(self, column: int, label: Label, row: int) -> str:
        if column == VISIBLE:
            return self.tr("shown") if label.visible else self.tr("hidden")
        if column == LOCKED:
            return self.tr("locked") if label.locked else self.tr("not locked")
        if column == SIZE:
            return self._size(label)
        if column == COLOUR:
            parts = [QColor(*label.color).name(), style_name(label.style)]
            if digit_of(row):
                parts.append(self.tr("key {0}").format(digit_of(row)))
            return ", ".join(parts)
        return label.name
