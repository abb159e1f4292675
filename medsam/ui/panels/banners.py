"""What the window has to say: messages, standing notes and running work, in rows."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsam.ui.background import Task, TaskRunner
from medsam.ui.domain_words import in_words
from medsam.ui.errors import Action
from medsam.ui.garbage import discard
from medsam.ui.panels.shortened import ElidedLabel, SentenceLabel
from medsam.ui.theme import Theme

_ICONS = {
    "error": "mdi6.alert-circle-outline",
    "warning": "mdi6.alert-outline",
    "info": "mdi6.information-outline",
}
_WEIGHTS = ("info", "task", "warning", "error")
"""Kinds of rows, what matters most last."""
_MOST_MESSAGES = 3
_WORK_WIDTH, _BAR_HEIGHT = 560, 6
"""Logical pixels of a row of work: its words change all the time."""
PASSING_MS = 8_000


def _add_sentence(row: QHBoxLayout, text: str) -> QLabel:
    """Begin a row with the place of an icon, which is returned, and a sentence."""
    icon, label = QLabel(), SentenceLabel(text)
    row.addWidget(icon, 0, Qt.AlignTop)
    row.addWidget(label, 1)
    return icon


class Row(QFrame):
    """What all rows have in common.

    Attributes:
        kind: "error", "warning", "info" or "task".
        passes: Whether it goes by itself.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(objectName="Banner")
        self.setProperty("kind", kind)
        self.kind, self.passes = kind, False

    def sentence(self) -> str:
        """What the row says."""
        return ""

    def close_by_key(self) -> bool:
        """Close the row if the user may; returns whether he may."""
        return False

    def wanted_width(self) -> int:
        """Logical pixels for the longest line of its words and everything beside them."""
        row = self.layout()
        margins = row.contentsMargins()
        width = margins.left() + margins.right() + 6
        for n in range(row.count()):
            part = row.itemAt(n).widget()
            if isinstance(part, SentenceLabel):
                lines = part.full.split("\n")
                width += max(part.fontMetrics().horizontalAdvance(line) for line in lines) + 4
            elif part is not None and not part.isHidden():
                width += part.sizeHint().width()
            width += row.spacing() if n else 0
        return width


class Banner(Row):
    """One row: an icon, a sentence, an action, and a way to close it."""

    def __init__(
        self,
        kind: str,
        text: str,
        theme: Theme,
        action: Action | None = None,
        on_close: Callable[[Banner], None] | None = None,
    ) -> None:
        super().__init__(kind)
        self.text, self._theme = text, theme
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 6, 5)
        self._icon = _add_sentence(row, text)
        if action is not None:
            button = QPushButton(action[0])
            button.clicked.connect(lambda: self._act(action[1], on_close))
            row.addWidget(button, 0, Qt.AlignTop)
        self._close = QToolButton(autoRaise=True)
        self._close.setToolTip(self.tr("Close this message"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(lambda: on_close(self) if on_close else self.hide())
        row.addWidget(self._close, 0, Qt.AlignTop)
        self.refresh()

    def sentence(self) -> str:
        """The message."""
        return self.text

    def close_by_key(self) -> bool:
        """What its button does."""
        self._close.click()
        return True

    def refresh(self) -> None:
        """Take the theme's colours."""
        self._icon.setPixmap(self._theme.icon(_ICONS[self.kind]).pixmap(18, 18))
        self._close.setIcon(self._theme.icon("mdi6.close"))

    def _act(self, action: Callable[[], None], on_close: Callable[[Banner], None] | None) -> None:
        if on_close is not None:
            on_close(self)
        action()


class StandingBanner(Row):
    """One row that stays: an icon, a sentence and what can be done about it."""

    def __init__(self, text: str, theme: Theme, actions: tuple[Action, ...]) -> None:
        super().__init__("warning")
        self.text, self._theme = text, theme
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 10, 5)
        self._icon = _add_sentence(row, text)
        self.buttons = []
        for words, act in actions:
            button = QPushButton(words)
            button.clicked.connect(lambda _=False, act=act: act())
            row.addWidget(button, 0, Qt.AlignTop)
            self.buttons.append(button)
        self.refresh()

    def sentence(self) -> str:
        """The warning."""
        return self.text

    def refresh(self) -> None:
        """Take the theme's colours."""
        self._icon.setPixmap(self._theme.icon(_ICONS["warning"]).pixmap(18, 18))


class TaskRow(Row):
    """One row for work that is going on: what, how far, and a way to stop it.

    Attributes:
        fraction: How far, 0 to 1; below zero while nobody knows.
    """

    def __init__(self, task: Task) -> None:
        super().__init__("task")
        self.task, self.fraction = task, -1.0
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 6, 5)
        self.label = ElidedLabel(task.title, mode=Qt.ElideRight)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setFixedHeight(_BAR_HEIGHT)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(task.title)
        # The bar below the words: beside it, half of them would be missing.
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.label)
        column.addWidget(self.bar)
        row.addLayout(column, 1)
        self.cancel = QPushButton(task.stop or self.tr("Cancel"))
        self.cancel.setVisible(task.cancellable)
        self.cancel.clicked.connect(task.cancel)
        row.addWidget(self.cancel)
        task.reported.connect(self._report)

    def sentence(self) -> str:
        """What goes on, and how far."""
        return self.label.full_text()

    def wanted_width(self) -> int:
        """The same whatever the words are now."""
        return _WORK_WIDTH

    def _report(self, fraction: float, text: str) -> None:
        self.fraction = fraction
        self.bar.setRange(0, 0 if fraction < 0 else 1000)
        self.bar.setValue(round(1000 * min(max(fraction, 0.0), 1.0)))
        self.label.set_full_text(f"{self.task.title}  {text}" if text else self.task.title)


class BannerArea(QWidget):
    """Stacks running work, standing notes and messages.

    Signals:
        changed(): Rows came or went. progressed(): The words of one changed.
    """

    changed = pyqtSignal()
    progressed = pyqtSignal()

    def __init__(self, theme: Theme, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._messages: list[Banner] = []
        self._note: Banner | None = None
        self._standing: StandingBanner | None = None
        self._rows: dict[Task, TaskRow] = {}
        self.setObjectName("Rows")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        theme.changed.connect(self._refresh)
        tasks.started.connect(self._add_task)
        tasks.ended.connect(self._drop_task)

    def rows(self) -> list[Row]:
        """Every row that is there, from top to bottom."""
        parts = [self._column.itemAt(n).widget() for n in range(self._column.count())]
        return [part for part in parts if isinstance(part, Row) and not part.isHidden()]

    def stays(self) -> bool:
        """Whether any row will not go by itself."""
        return any(not row.passes for row in self.rows())

    def summary(self) -> tuple[str, int, float | None]:
        """What matters most, how many rows there are besides it, and how far work is (None without any)."""
        rows = self._by_weight()
        if not rows:
            return "", 0, None
        work = [row.fraction for row in self._rows.values()]
        return rows[0].sentence().replace("\n", " "), len(rows) - 1, work[0] if work else None

    def weightiest(self) -> str:
        """The kind of row that ``summary`` tells; "" without any."""
        return next((row.kind for row in self._by_weight()), "")

    def _by_weight(self) -> list[Row]:
        return sorted(self.rows(), key=lambda row: -_WEIGHTS.index(row.kind))

    def height_for(self, width: int) -> int:
        """Logical pixels that all rows need below each other."""
        for row in self.rows():
            row.ensurePolished()
        self._column.invalidate()
        if not self.rows():
            return 0
        if not self._column.hasHeightForWidth():
            # Work alone: its words never wrap.
            return self._column.totalSizeHint().height()
        return self._column.totalHeightForWidth(width)

    @property
    def texts(self) -> list[str]:
        """Messages on show, oldest first."""
        return [banner.text for banner in self._messages]

    def show_message(self, kind: str, text: str, action: Action | None = None) -> None:
        """Add a message; the same one is not shown twice, and the oldest makes room."""
        for banner in [b for b in self._messages if b.text == text]:
            self._close(banner)
        while len(self._messages) >= _MOST_MESSAGES:
            self._close(self._messages[0])
        banner = Banner(kind, text, self._theme, action, self._close)
        self._messages.append(banner)
        self._column.addWidget(banner)
        # The layout would show it later, and until then it would count for nothing.
        banner.show()
        self.changed.emit()

    def show_passing(self, text: str) -> None:
        """Add news that go by themselves after ``PASSING_MS``."""
        self.show_message("info", text)
        banner = self._messages[-1]
        banner.passes = True
        timer = QTimer(banner)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._close(banner))
        timer.start(PASSING_MS)

    def withdraw(self, text: str) -> None:
        """Remove a message that has been settled."""
        for banner in [b for b in self._messages if b.text == text]:
            self._close(banner)

    def set_notes(self, notes: tuple[str, ...]) -> None:
        """Show a volume's standing notes in one row; none removes it."""
        if self._note is not None:
            discard(self._note)
            self._note = None
        if notes:
            self._note = Banner("info", "\n".join(map(in_words, notes)), self._theme, None, self._close_note)
            self._column.insertWidget(0, self._note)
            self._note.show()
        self.changed.emit()

    @property
    def standing(self) -> StandingBanner | None:
        """The warning that stays until its reason is gone."""
        return self._standing

    def set_standing(self, text: str, actions: tuple[Action, ...] = ()) -> None:
        """Show a warning above everything else that nobody can close; "" removes it."""
        if self._standing is not None:
            if self._standing.text == text:
                return
            discard(self._standing)
            self._standing = None
        if text:
            self._standing = StandingBanner(text, self._theme, actions)
            self._column.insertWidget(0, self._standing)
            self._standing.show()
        self.changed.emit()

    def clear_messages(self) -> None:
        """Remove every message; notes and work stay."""
        for banner in list(self._messages):
            self._close(banner)

    def _add_task(self, task: Task) -> None:
        if task.title:
            row = TaskRow(task)
            self._rows[task] = row
            self._column.insertWidget(0, row)
            row.show()
            task.reported.connect(lambda *_: self.progressed.emit())
            self.changed.emit()

    def _drop_task(self, task: Task) -> None:
        row = self._rows.pop(task, None)
        if row is not None:
            discard(row)
            self.changed.emit()

    def _close(self, banner: Banner) -> None:
        if banner in self._messages:
            self._messages.remove(banner)
            discard(banner)
            self.changed.emit()

    def _close_note(self, banner: Banner) -> None:
        self.set_notes(())

    def _refresh(self) -> None:
        rows = [*self._messages, self._note, self._standing]
        for banner in rows:
            if banner is not None:
                banner.refresh()
