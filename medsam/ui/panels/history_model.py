"""The steps of the open case as rows for a view, read from the history where they are looked at."""

from __future__ import annotations

import time
from bisect import bisect_left
from typing import Any

from PyQt5.QtCore import QAbstractListModel, QDateTime, QLocale, QModelIndex, QObject, Qt
from PyQt5.QtGui import QColor

from medsam.document import Entry
from medsam.ui.canvas import captions
from medsam.ui.session import Session
from medsam.volume import Plane

ENTRY_ROLE, PLACE_ROLE, COLOURS_ROLE, DONE_ROLE, HERE_ROLE = range(Qt.UserRole, Qt.UserRole + 5)


class HistoryModel(QAbstractListModel):
    """Step 0 is the state at the beginning; step n is the state after n steps.

    Nothing is kept of the steps: they are read from the history when they are
    looked at, so that ten thousand of them cost no more than those on the
    screen. While words are looked for, only steps with all of them are rows.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._count = 0
        self._wanted: list[str] = []
        self._found: list[int] | None = None
        self._last: Entry | None = None
        self._planes: dict[int, Plane] = {}
        session.opened.connect(self._reset)
        session.undo.changed.connect(self._follow)
        self._reset()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """One more than there are steps, or as many as were found; none without a document."""
        if parent is not None and parent.isValid():
            return 0
        return self._count if self._found is None else len(self._found)

    @property
    def steps(self) -> int:
        """How many steps there are, undone ones included."""
        return max(self._count - 1, 0)

    @property
    def position(self) -> int:
        """The present state."""
        return self._session.undo.index()

    def step_of(self, row: int) -> int:
        """What a row shows."""
        return row if self._found is None else self._found[row]

    def index_of(self, step: int) -> QModelIndex:
        """Where a step is shown; invalid if it was not found."""
        if self._found is None:
            return self.index(step, 0)
        row = bisect_left(self._found, step)
        here = row < len(self._found) and self._found[row] == step
        return self.index(row, 0) if here else QModelIndex()

    def look_for(self, text: str) -> None:
        """Show only steps whose words, place or labels hold all of these words; all of them for none."""
        self._wanted = text.casefold().split()
        self._reset()

    def entry(self, step: int) -> Entry | None:
        """How a state was reached; None for the beginning."""
        history = self._session.history
        return history.entry(step - 1) if history is not None and 0 < step <= len(history) else None

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """What views and the delegate ask for."""
        if not 0 <= index.row() < self.rowCount():
            return None
        step = self.step_of(index.row())
        if role == DONE_ROLE:
            return step <= self.position
        if role == HERE_ROLE:
            return step == self.position
        entry = self.entry(step)
        if role == Qt.DisplayRole:
            return self._title(entry)
        if role == ENTRY_ROLE:
            return entry
        if role == COLOURS_ROLE:
            return self._colours(entry)
        if role == PLACE_ROLE:
            return self._place(entry)
        if role in (Qt.AccessibleTextRole, Qt.ToolTipRole):
            return self._spoken(step, entry)
        return None

    def _title(self, entry: Entry | None) -> str:
        return _sentence(entry.text) if entry is not None else self.tr("As it was opened")

    def _colours(self, entry: Entry | None) -> list[QColor]:
        """Of the labels it touched; a label that is gone is grey."""
        if entry is None or self._session.annotation is None:
            return []
        known = {label.id: label.color for label in self._session.annotation.labels}
        return [QColor(*known.get(number, (128, 128, 128))) for number in entry.labels]

    def _names(self, entry: Entry | None) -> list[str]:
        if entry is None or self._session.annotation is None:
            return []
        known = {label.id: label.name for label in self._session.annotation.labels}
        return [known[number] for number in entry.labels if number in known]

    def _place(self, entry: Entry | None) -> str:
        volume = self._session.volume
        if entry is None or entry.place is None or volume is None:
            return ""
        axis, index = entry.place
        if volume.is_picture and volume.shape[2] == 1:
            return ""
        plane = self._planes.get(axis)
        title = captions.title(volume, plane) if plane is not None else ""
        return f"{title} {index + 1}".strip()

    def _spoken(self, step: int, entry: Entry | None) -> str:
        parts = [self._title(entry)]
        if entry is not None:
            parts += [self._place(entry), ", ".join(self._names(entry)), clock(entry.time)]
        if step == self.position:
            parts.append(self.tr("present state"))
        elif step > self.position:
            parts.append(self.tr("undone"))
        return " · ".join(part for part in parts if part)

    def _is_wanted(self, step: int) -> bool:
        entry = self.entry(step)
        words = " ".join((self._title(entry), self._place(entry), *self._names(entry))).casefold()
        return all(word in words for word in self._wanted)

    def _reset(self) -> None:
        self.beginResetModel()
        history, volume = self._session.history, self._session.volume
        self._count = 0 if history is None else len(history) + 1
        planes = volume.planes if volume is not None else ()
        self._planes = {volume.geometry.plane_frame(p).axis: p for p in planes} if volume is not None else {}
        self._found = [n for n in range(self._count) if self._is_wanted(n)] if self._wanted else None
        self._last = self.entry(self._count - 1)
        self.endResetModel()

    def _follow(self) -> None:
        """Add or drop rows at the end; what stays is painted anew by the view."""
        history = self._session.history
        count = 0 if history is None else len(history) + 1
        last = self.entry(self._count - 1)
        is_as_before = last is self._last and count >= self._count
        if count == 0 or self._count == 0 or (self._found is not None and not is_as_before):
            self._reset()
            return
        if count > self._count:
            self._append(count)
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()
        self._last = self.entry(self._count - 1)

    def _append(self, count: int) -> None:
        """Rows for new steps; while words are looked for, for those of them that have the words."""
        if self._found is None:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
            return
        new = [step for step in range(self._count, count) if self._is_wanted(step)]
        self._count = count
        if new:
            self.beginInsertRows(QModelIndex(), len(self._found), len(self._found) + len(new) - 1)
            self._found += new
            self.endInsertRows()


def _sentence(text: str) -> str:
    """A step's words with a capital."""
    return text[:1].upper() + text[1:]


def clock(seconds: float) -> str:
    """The time of day of a step of today, else its date and time, as the user's language writes them."""
    locale, then, now = QLocale(), time.localtime(seconds), time.localtime()
    moment = QDateTime.fromSecsSinceEpoch(int(seconds))
    if (then.tm_year, then.tm_yday) == (now.tm_year, now.tm_yday):
        return locale.toString(moment.time(), QLocale.ShortFormat)
    return locale.toString(moment, QLocale.ShortFormat)
