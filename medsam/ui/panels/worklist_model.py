"""The worklist as a Qt table, and the filter over it."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, QSortFilterProxyModel, Qt
from PyQt5.QtGui import QColor, QFont, QIcon

from medsam.document.worklist import CaseState, Key, WorkCase, Worklist, without_suffix
from medsam.ui.panels.worklist_words import ICONS, MISSING_ICON, PROBLEM_ICON, minutes, state_name
from medsam.ui.theme import Theme

STATE, NAME, TIME, MASK = range(4)
KEY_ROLE = Qt.UserRole
ROW_HEIGHT = 26
_ICON_SIDE = 16
_GREEN, _ORANGE = "#2e9e6b", "#d9822b"


class WorklistModel(QAbstractTableModel):
    """Rows are cases; columns are state, name, time and whether there is a mask. ``KEY_ROLE``: its key."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._work: Worklist | None = None
        self._keys: tuple[Key, ...] = ()
        self._names: dict[Key, str] = {}
        self._icons: dict[tuple[str, str], QIcon] = {}
        self.current: Key | None = None
        theme.changed.connect(self._forget_icons)

    def set_worklist(self, worklist: Worklist | None) -> None:
        """Show another list, or none."""
        self.beginResetModel()
        self._work = worklist
        self._keys = worklist.keys if worklist is not None else ()
        self._names = short_names(worklist) if worklist is not None else {}
        self.current = None
        self.endResetModel()

    def set_current(self, key: Key | None) -> None:
        """Which case is open."""
        self.current = key
        self.refresh()

    def refresh(self) -> None:
        """States, times or colours changed."""
        if self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, MASK))

    def row_of(self, key: Key | None) -> int:
        """Row of a case; -1 if it is none."""
        return self._keys.index(key) if key in self._names else -1

    def key(self, row: int) -> Key | None:
        """The case of a row."""
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def case(self, row: int) -> WorkCase | None:
        """What is known of a row's case."""
        key = self.key(row)
        return self._work[key] if key is not None and self._work is not None else None

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of cases."""
        return 0 if parent is not None and parent.isValid() else len(self._keys)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """State, name, time, mask."""
        return 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.DisplayRole) -> Any:
        """Names of the columns; a screen reader says them."""
        if role == Qt.DisplayRole and orientation == Qt.Horizontal:
            return (self.tr("State"), self.tr("Case"), self.tr("Time"), self.tr("Mask"))[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """What a cell shows and says."""
        case = self.case(index.row())
        if case is None or self._work is None:
            return None
        key, column = case.key, index.column()
        missing = self._work.is_missing(key)
        if role == KEY_ROLE:
            return key
        if role == Qt.DisplayRole:
            return {NAME: self._names[key], TIME: minutes(case.seconds)}.get(column)
        if role == Qt.DecorationRole:
            return self._icon(case, column, missing)
        if role == Qt.ForegroundRole and (missing or column == TIME):
            return QColor(self._theme.colours.disabled if missing else self._theme.colours.muted)
        if role == Qt.FontRole and column == NAME and key == self.current:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.TextAlignmentRole and column == TIME:
            return int(Qt.AlignRight | Qt.AlignVCenter)
        if role == Qt.ToolTipRole:
            return self._tip(case, missing)
        if role == Qt.AccessibleTextRole:
            return self._spoken(case, column, missing)
        return QSize(0, ROW_HEIGHT) if role == Qt.SizeHintRole else None

    def _icon(self, case: WorkCase, column: int, missing: bool) -> QIcon | None:
        colours = self._theme.colours
        if column == STATE:
            if missing:
                return self._drawn(MISSING_ICON, colours.disabled)
            if self._problem(case):
                return self._drawn(PROBLEM_ICON, _ORANGE)
            colour = {
                CaseState.NOT_STARTED: colours.muted,
                CaseState.IN_PROGRESS: colours.accent,
                CaseState.DONE: _GREEN,
                CaseState.FLAGGED: _ORANGE,
            }[case.state]
            return self._drawn(ICONS[case.state], colour)
        if column == MASK and self._work is not None and self._work.presence(case.key).mask:
            return self._drawn("mdi6.layers-outline", colours.muted)
        return None

    def _drawn(self, name: str, colour: str) -> QIcon:
        """An icon that can be seen on the selected row, too."""
        if (name, colour) not in self._icons:
            icon = QIcon(self._theme.icon(name, colour).pixmap(_ICON_SIDE * 2))
            chosen = self._theme.icon(name, self._theme.colours.accent_text).pixmap(_ICON_SIDE * 2)
            icon.addPixmap(chosen, QIcon.Selected)
            self._icons[name, colour] = icon
        return self._icons[name, colour]

    def _forget_icons(self) -> None:
        self._icons = {}
        self.refresh()

    def _tip(self, case: WorkCase, missing: bool) -> str:
        lines = [case.image, self._state(case, missing)]
        if case.note:
            lines.append(case.note)
        if case.seconds >= 1:
            lines.append(self.tr("Time: {0}").format(minutes(case.seconds)))
        return "\n".join(lines)

    def _problem(self, case: WorkCase) -> str:
        return self._work.presence(case.key).problem if self._work is not None else ""

    def _state(self, case: WorkCase, missing: bool) -> str:
        if not missing and self._problem(case):
            return self._problem(case)
        return self.tr("The file is not there any more") if missing else state_name(case.state)

    def _spoken(self, case: WorkCase, column: int, missing: bool) -> str:
        if column == STATE:
            return self._state(case, missing)
        if column == MASK:
            has = self._work is not None and self._work.presence(case.key).mask
            return self.tr("has a mask") if has else self.tr("no mask")
        return self._names[case.key] if column == NAME else minutes(case.seconds)


def short_names(worklist: Worklist) -> dict[Key, str]:
    """What to call the cases: without the extensions, where all differ without."""
    names = {key: worklist.name(key) for key in worklist.keys}
    short = {key: name if worklist[key].title else without_suffix(name) for key, name in names.items()}
    return short if len(set(short.values())) == len(names) else names


class CaseFilter(QSortFilterProxyModel):
    """Shows the cases of some states whose name or note holds a text."""

    def __init__(self, source: WorklistModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._states: tuple[CaseState, ...] = tuple(CaseState)
        self._text = ""
        self._model = source
        self.setSourceModel(source)
        self.setDynamicSortFilter(False)

    def set_filter(self, states: tuple[CaseState, ...], text: str) -> None:
        """Which states, and what their names or notes hold."""
        self._states, self._text = states, text.strip().lower()
        self.invalidateFilter()

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        """Whether a case is shown."""
        case = self._model.case(row)
        if case is None or case.state not in self._states:
            return False
        return self._text in f"{case.image}\n{case.note}".lower()
