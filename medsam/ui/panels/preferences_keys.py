"""The page of the preferences on which keys are changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medsam.errors import InputError
from medsam.ui.key_profiles import PROFILES, profile_title
from medsam.ui.keymap import Keymap, shown
from medsam.ui.panels.adapt_parts import table
from medsam.ui.panels.key_recorder import KeyRecorder


@dataclass(frozen=True)
class Command:
    """An action as the table shows it: its name in the program, its menu, and its words."""

    name: str
    group: str
    text: str
    tip: str = ""


class KeysPage(QWidget):
    """Profile, a table of commands with their keys, and a field that records a key.

    Everything applies at once. A key that another command has is named, with
    a button that takes it over.
    """

    def __init__(
        self,
        keymap: Keymap,
        commands: Sequence[Command],
        refusal: Callable[[str, str], str] = lambda name, key: "",
        parent: QWidget | None = None,
    ) -> None:
        """Make the page.

        Args:
            keymap: What is changed.
            commands: The rows, in the order of the menus.
            refusal: Says why an action may not have a key; "" if it may.
            parent: Of the widget.
        """
        super().__init__(parent)
        self._keymap, self._refusal = keymap, refusal
        self._commands = {command.name: command for command in commands}
        self._adding = False
        self._wanted = ""
        self._make_parts()
        self._lay_out()
        self._connect()
        self._fill()
        self._follow()

    # --- parts --------------------------------------------------------------------

    def _make_parts(self) -> None:
        self.profiles = QComboBox()
        self.profiles.setAccessibleName(self.tr("Key profile"))
        for profile in PROFILES:
            self.profiles.addItem(profile_title(profile), profile)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Search for a command or a key"))
        self.search.setAccessibleName(self.tr("Search"))
        headers = [self.tr("Command"), self.tr("Menu"), self.tr("Keys")]
        self.table: QTableWidget = table(headers, self.tr("Commands and their keys"))
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.recorder = KeyRecorder()
        self.recorder.setPlaceholderText(self.tr("Choose a command, then change its key"))
        self.recorder.setAccessibleName(self.tr("New key"))
        self.said = QLabel()
        self.said.setTextFormat(Qt.PlainText)
        self.said.setWordWrap(True)
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing())
        self.take_over = QPushButton(self.tr("Take it &over"))
        self.record = QPushButton(self.tr("&Change key…"))
        self.record.setToolTip(self.tr("Press a key that replaces the ones of this command"))
        self.add = QPushButton(self.tr("&Add a key…"))
        self.add.setToolTip(self.tr("Press a further key for this command"))
        self.remove = QPushButton(self.tr("Remo&ve keys"))
        self.reset = QPushButton(self.tr("&Reset"))
        self.reset_all = QPushButton(self.tr("Reset a&ll"))
        self.load = QPushButton(self.tr("&Import…"))
        self.load.setToolTip(self.tr("Read keys that were exported before"))
        self.store = QPushButton(self.tr("&Export…"))
        self.store.setToolTip(self.tr("Save the profile and your changes to a file"))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("&Profile:"), self.profiles)
        form.addRow(self.tr("&Search:"), self.search)
        field = QHBoxLayout()
        field.addWidget(self.recorder, 1)
        field.addWidget(self.take_over)
        buttons = QGridLayout()
        for n, button in enumerate(
            (self.record, self.add, self.remove, self.reset, self.reset_all, self.load, self.store)
        ):
            button.setAutoDefault(False)
            buttons.addWidget(button, n // 4, n % 4)
        self.take_over.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.addLayout(form)
        column.addWidget(self.table, 1)
        column.addLayout(field)
        column.addWidget(self.said)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.profiles.activated.connect(lambda n: self._keymap.choose_profile(self.profiles.itemData(n)))
        self.search.textChanged.connect(lambda _: self._filter())
        self.table.currentCellChanged.connect(lambda *_: self._choose())
        self.table.cellDoubleClicked.connect(lambda *_: self._begin(adding=False))
        self.record.clicked.connect(lambda: self._begin(adding=False))
        self.add.clicked.connect(lambda: self._begin(adding=True))
        self.remove.clicked.connect(lambda: self._keymap.set_keys(self.chosen, ()))
        self.reset.clicked.connect(lambda: self._keymap.reset(self.chosen))
        self.reset_all.clicked.connect(self._keymap.reset_all)
        self.recorder.recorded.connect(self._try)
        self.recorder.ended.connect(lambda: self.table.setFocus())
        self.take_over.clicked.connect(self._take)
        self.load.clicked.connect(self._ask_import)
        self.store.clicked.connect(self._ask_export)
        self._keymap.changed.connect(self._follow)

    # --- table ------------------------------------------------------------------------

    @property
    def chosen(self) -> str:
        """The name of the command in the current row; "" without one."""
        item = self.table.item(self.table.currentRow(), 0)
        return str(item.data(Qt.UserRole)) if item is not None else ""

    def choose(self, name: str) -> None:
        """Go to a command's row."""
        for row in range(self.table.rowCount()):
            if self.table.item(row, 0).data(Qt.UserRole) == name:
                self.table.setRowHidden(row, False)
                self.table.setCurrentCell(row, 0)

    def _fill(self) -> None:
        self.table.setRowCount(len(self._commands))
        for row, command in enumerate(self._commands.values()):
            for column, text in enumerate((command.text, command.group, "")):
                item = QTableWidgetItem(text)
                item.setData(Qt.UserRole, command.name)
                item.setToolTip(command.tip)
                self.table.setItem(row, column, item)

    def _follow(self) -> None:
        """Show the keys as they are now."""
        self.profiles.setCurrentIndex(self.profiles.findData(self._keymap.profile))
        for row in range(self.table.rowCount()):
            item = self.table.item(row, 2)
            name = str(item.data(Qt.UserRole))
            item.setText(", ".join(shown(key) for key in self._keymap.keys(name)) or "—")
            font = QFont(self.table.font())
            font.setBold(self._keymap.is_changed(name))
            own = ", ".join(shown(key) for key in self._keymap.own_keys(name)) or "—"
            item.setToolTip(self.tr("Changed; in the profile: {0}").format(own) if font.bold() else "")
            for column in range(3):
                self.table.item(row, column).setFont(font)
        self._say("")
        self._filter()
        self._enable()

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        for row in range(self.table.rowCount()):
            cells = [self.table.item(row, column).text() for column in range(3)]
            said = " ".join([*cells, self.table.item(row, 0).toolTip()]).casefold()
            self.table.setRowHidden(row, not all(word in said for word in words))
        if self.table.currentRow() < 0 or self.table.isRowHidden(self.table.currentRow()):
            seen = [row for row in range(self.table.rowCount()) if not self.table.isRowHidden(row)]
            self.table.setCurrentCell(seen[0] if seen else -1, 0)

    def _choose(self) -> None:
        self._say("")
        self._enable()

    def _enable(self) -> None:
        name = self.chosen
        reasons = {
            self.record: "" if name else self.tr("Choose a command first."),
            self.add: "" if name else self.tr("Choose a command first."),
            self.remove: "" if self._keymap.keys(name) else self.tr("This command has no key."),
            self.reset: ""
            if self._keymap.is_changed(name)
            else self.tr("The profile's keys for this command are unchanged."),
            self.reset_all: ""
            if any(map(self._keymap.is_changed, self._keymap.names()))
            else self.tr("No key of this profile was changed."),
        }
        tips = {
            self.record: self.tr("Press a key that replaces the ones of this command"),
            self.add: self.tr("Press a further key for this command"),
            self.remove: self.tr("Leave this command without a key"),
            self.reset: self.tr("Give this command the profile's keys again"),
            self.reset_all: self.tr("Forget every change in this profile"),
        }
        for button, reason in reasons.items():
            button.setEnabled(not reason)
            button.setToolTip(reason or tips[button])

    # --- recording ----------------------------------------------------------------------

    def _begin(self, *, adding: bool) -> None:
        command = self._commands.get(self.chosen)
        if command is not None:
            self._adding = adding
            self._say("")
            self.recorder.begin(self.tr("Press the key for “{0}”; Esc stops").format(command.text))

    def _try(self, key: str) -> None:
        name = self.chosen
        reason = self._refusal(name, key)
        other = self._keymap.owner(key)
        if reason:
            self._say(reason)
        elif other not in (None, name):
            assert other is not None
            self._wanted = key
            command = self._commands.get(other)
            self._say(
                self.tr("{0} belongs to “{1}”.").format(shown(key), command.text if command else other),
                may_take=True,
            )
        else:
            self._set(key, take_over=False)

    def _take(self) -> None:
        self._set(self._wanted, take_over=True)

    def _set(self, key: str, *, take_over: bool) -> None:
        kept = self._keymap.keys(self.chosen) if self._adding else ()
        try:
            self._keymap.set_keys(self.chosen, (*kept, key), take_over=take_over)
        except InputError as error:
            self._say(str(error))

    def _say(self, text: str, *, may_take: bool = False) -> None:
        self.said.setText(text)
        self.take_over.setVisible(may_take)
        if may_take:
            self.take_over.setFocus()

    # --- files ----------------------------------------------------------------------------

    def _ask_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import keys"), "", self._filter_of_files())
        if name:
            self.import_from(Path(name))

    def import_from(self, path: Path) -> None:
        """Read keys, or say why not."""
        try:
            unknown = self._keymap.read(path)
        except InputError as error:
            self._say(str(error))
            return
        text = self.tr("The keys of {0} are in use.").format(path.name)
        if unknown:
            text += " " + self.tr("Commands that this version does not have: {0}.").format(", ".join(unknown))
        self._say(text)

    def _ask_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export keys"), "medsam-keys.json", self._filter_of_files()
        )
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> None:
        """Write the keys, or say why not."""
        path = path if path.suffix else path.with_suffix(".json")
        try:
            self._keymap.write(path)
        except InputError as error:
            self._say(str(error))
        else:
            self._say(self.tr("Saved: {0}").format(path.name))

    def _filter_of_files(self) -> str:
        return self.tr("Files of keys") + " (*.json)"
