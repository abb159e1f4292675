"""The tab "Cases": what there is to do, how far it is, and ways through it."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QAction,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsam.document.worklist import OPEN_STATES, CaseState, Key, Worklist
from medsam.ui.panels.shortened import ElidedLabel
from medsam.ui.panels.worklist_model import (
    KEY_ROLE,
    MASK,
    NAME,
    ROW_HEIGHT,
    STATE,
    TIME,
    CaseFilter,
    WorklistModel,
)
from medsam.ui.panels.worklist_words import ICONS, state_name, totals_text
from medsam.ui.theme import Theme


class WorklistPanel(QWidget):
    """The list with its filter, progress and buttons; without one, ways to begin.

    Signals:
        chosen(key): Open this case.
        state_chosen(key, CaseState): Say how far a case is; flagged asks for a note.
    """

    chosen = pyqtSignal(object)
    state_chosen = pyqtSignal(object, object)

    def __init__(self, theme: Theme, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        """Lay it out.

        Args:
            theme: For icons.
            actions: "open_worklist", "open_table", "case_previous", "case_next", "case_done", "case_flag".
        """
        super().__init__(parent)
        self._theme = theme
        self.model = WorklistModel(theme, self)
        self.filter = CaseFilter(self.model, self)
        self.title = ElidedLabel()
        self.title.setProperty("role", "heading")
        self.totals = QLabel()
        self.totals.setWordWrap(True)
        self.totals.setProperty("role", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Finished cases"))
        self.states = self._make_states()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find…"))
        self.search.setAccessibleName(self.tr("Find a case by its name or note"))
        self.search.setClearButtonEnabled(True)
        self.view = self._make_view()
        self.note = QLabel()
        self.note.setTextFormat(Qt.PlainText)
        self.note.setWordWrap(True)
        self.note.setTextInteractionFlags(Qt.TextSelectableByMouse | Qt.TextSelectableByKeyboard)
        self.note.setAccessibleName(self.tr("Note on the selected case"))
        self.note.hide()
        self.empty = QLabel(self.tr("No case is like that."))
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignCenter)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._make_beginning(actions))
        self.pages.addWidget(self._make_list(actions))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_note())
        self.states.currentIndexChanged.connect(self._filter)
        self.search.textChanged.connect(self._filter)
        theme.changed.connect(self._refresh_icons)
        self._refresh_icons()

    # --- what is shown ------------------------------------------------------------

    def set_worklist(self, title: str, worklist: Worklist | None) -> None:
        """Show a list, or none."""
        self.model.set_worklist(worklist)
        self.title.set_full_text(title)
        self.pages.setCurrentIndex(0 if worklist is None else 1)
        self.refresh(worklist)

    def set_current(self, key: Key | None) -> None:
        """Mark the open case, and bring it into sight."""
        self.model.set_current(key)
        self._filter()
        row = self.filter.mapFromSource(self.model.index(self.model.row_of(key), NAME))
        if row.isValid():
            self.view.setCurrentIndex(row)
            self.view.scrollTo(row)

    def refresh(self, worklist: Worklist | None) -> None:
        """States or times changed."""
        if worklist is not None:
            totals = worklist.totals()
            self.totals.setText(totals_text(totals))
            self.bar.setRange(0, max(totals.count, 1))
            self.bar.setValue(totals.done)
        self.model.refresh()
        self._filter()
        self._show_note()

    @property
    def selected(self) -> Key | None:
        """The case in the row that keys mean."""
        key: Key | None = self.view.currentIndex().data(KEY_ROLE)
        return key

    def _show_note(self) -> None:
        case = self.model.case(self.model.row_of(self.selected))
        self.note.setText(case.note if case is not None else "")
        self.note.setVisible(bool(self.note.text()))

    def _filter(self) -> None:
        self.filter.set_filter(self.states.currentData(), self.search.text())
        shown = self.filter.rowCount() > 0
        self.view.setVisible(shown)
        self.empty.setVisible(not shown)

    # --- building -------------------------------------------------------------------

    def _make_states(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Which cases are shown"))
        box.addItem(self.tr("All"), tuple(CaseState))
        box.addItem(self.tr("Unfinished"), OPEN_STATES)
        for state in CaseState:
            box.addItem(state_name(state), (state,))
        return box

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self.filter)
        view.setAccessibleName(self.tr("Cases"))
        view.horizontalHeader().hide()
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        view.setShowGrid(False)
        view.setSelectionBehavior(QAbstractItemView.SelectRows)
        view.setSelectionMode(QAbstractItemView.SingleSelection)
        view.setEditTriggers(QAbstractItemView.NoEditTriggers)
        view.setTabKeyNavigation(False)
        view.setTextElideMode(Qt.ElideMiddle)
        view.setWordWrap(False)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        header = view.horizontalHeader()
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(NAME, QHeaderView.Stretch)
        header.setSectionResizeMode(TIME, QHeaderView.ResizeToContents)
        for column in (STATE, MASK):
            header.setSectionResizeMode(column, QHeaderView.Fixed)
            view.setColumnWidth(column, 28)
        view.activated.connect(lambda index: self.chosen.emit(index.data(KEY_ROLE)))
        view.setContextMenuPolicy(Qt.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        return view

    def _make_beginning(self, actions: dict[str, QAction]) -> QWidget:
        words = QLabel(
            self.tr(
                "Work through many cases: a folder of scans or pictures, or a table that lists them."
                " Masks are saved from case to case, and you see how far you are."
            )
        )
        words.setWordWrap(True)
        words.setProperty("role", "muted")
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(words)
        for name in ("open_worklist", "open_table"):
            button = QPushButton(actions[name].iconText())
            button.setToolTip(actions[name].toolTip())
            button.clicked.connect(actions[name].trigger)
            column.addWidget(button)
        column.addStretch(1)
        return page

    def _make_list(self, actions: dict[str, QAction]) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.totals)
        column.addWidget(self.bar)
        narrow = QHBoxLayout()
        narrow.addWidget(self.states)
        narrow.addWidget(self.search, 1)
        column.addLayout(narrow)
        column.addWidget(self.view, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.note)
        buttons = QHBoxLayout()
        for name in ("case_previous", "case_next", "case_flag"):
            button = QToolButton()
            button.setDefaultAction(actions[name])
            button.setToolButtonStyle(Qt.ToolButtonIconOnly)
            button.setAutoRaise(True)
            buttons.addWidget(button)
        buttons.addStretch(1)
        done = QToolButton()
        done.setDefaultAction(actions["case_done"])
        done.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        buttons.addWidget(done)
        column.addLayout(buttons)
        return page

    def ask_note(self, name: str, before: str) -> str | None:
        """Ask why a case is flagged; None if it shall not be."""
        text, agreed = QInputDialog.getText(
            self,
            self.tr("Flag the case"),
            self.tr("What is to be clarified about {0}?").format(name),
            text=before,
        )
        return text if agreed else None

    def _show_menu(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        key = index.data(KEY_ROLE) if index.isValid() else self.selected
        if key is None:
            return
        menu = self.make_menu(key)
        menu.setAttribute(Qt.WA_DeleteOnClose)
        menu.popup(self.view.viewport().mapToGlobal(at))

    def make_menu(self, key: Key) -> QMenu:
        """What can be done with a case."""
        menu = QMenu(self)
        menu.addAction(self.tr("Open"), lambda: self.chosen.emit(key))
        menu.addSeparator()
        row = self.model.case(self.model.row_of(key))
        for state in CaseState:
            text = self.tr("Flag with a note…") if state is CaseState.FLAGGED else state_name(state)
            action = menu.addAction(
                self._theme.icon(ICONS[state]), text, lambda s=state: self.state_chosen.emit(key, s)
            )
            action.setCheckable(True)
            action.setChecked(row is not None and row.state is state)
        return menu

    def _refresh_icons(self) -> None:
        for n, state in enumerate(CaseState, start=2):
            self.states.setItemIcon(n, self._theme.icon(ICONS[state]))
