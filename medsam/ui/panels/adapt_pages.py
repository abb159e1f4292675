"""The later pages of an adaptation: how far it is, and what it brought."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QColor, QTextBlockFormat, QTextCursor
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTableWidgetItem,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from medsam.engine.training_client import BETTER, SAME, Outcome, Progress, Skipped
from medsam.ui.data_words import label_name
from medsam.ui.domain_words import in_words
from medsam.ui.panels.adapt_parts import heading, paragraph, primary, table
from medsam.ui.theme import Theme

FEW_OUTLINES = 10
SAID = 3
"""Cases left out whose reasons are said in a paragraph; of the others, how many."""

HARM = 0.02
"""A label whose mean Dice fell by more is named."""


def named(label: str) -> str:
    """A label's name; of one that nobody named the number, in words."""
    return label_name(int(label)) if label.isdecimal() else label


class BusyPage(QWidget):
    """How far it is, what is left, what was left out.

    Signals:
        cancel_requested(), hide_requested().
    """

    cancel_requested = pyqtSignal()
    hide_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._skipped: list[str] = []
        self.title = heading()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.stage, self.left = paragraph(), paragraph("muted")
        note = paragraph("muted")
        note.setText(
            self.tr("You can go on working with the present model, and hide this window until it is done.")
        )
        self.skipped_title = paragraph()
        self.skipped_title.setText(self.tr("Left out:"))
        # No list: its rows lose the last word of a sentence that only just needs another line.
        self.skipped = QTextEdit()
        self.skipped.setReadOnly(True)
        self.skipped.setTabChangesFocus(True)
        self.skipped.setAccessibleName(self.tr("Cases left out"))
        hide = QPushButton(self.tr("Hide"))
        primary(hide, True)
        hide.clicked.connect(self.hide_requested)
        self.cancel = QPushButton(self.tr("Stop"))
        self.cancel.setToolTip(self.tr("Give this attempt up; the present model stays"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.cancel_requested)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.cancel)
        below.addWidget(hide)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self.title, self.bar, self.stage, self.left, note):
            column.addWidget(widget)
        column.addWidget(self.skipped_title)
        # All the room, once it is shown.
        column.addWidget(self.skipped, 1000)
        column.addStretch(1)
        column.addLayout(below)

    def begin(self, title: str) -> None:
        """Show a start."""
        self.title.setText(self.tr("{0} learns from your annotations").format(title))
        self.bar.setRange(0, 0)
        self.stage.setText(self.tr("Starting…"))
        self.left.setText("")
        self.skipped.clear()
        self._skipped = []
        for widget in (self.skipped_title, self.skipped):
            widget.hide()

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self.bar.setRange(0, 0 if progress.fraction < 0 else 1000)
        self.bar.setValue(round(1000 * min(max(progress.fraction, 0.0), 1.0)))
        self.stage.setText(self.say(progress))
        self.left.setText(self.say_left(progress.seconds_left))

    def add_skipped(self, skipped: Skipped) -> None:
        """Show a case that is not learned from, and why."""
        cursor = QTextCursor(self.skipped.document())
        cursor.movePosition(QTextCursor.End)
        if self._skipped:
            cursor.insertBlock()
        gap = QTextBlockFormat()
        gap.setBottomMargin(6)
        cursor.setBlockFormat(gap)
        cursor.insertText(in_words(skipped.sentence))
        self._skipped.append(skipped.sentence)
        for widget in (self.skipped_title, self.skipped):
            widget.show()

    def say_skipped(self) -> str:
        """The first cases that were left out, in words; "" if there were none."""
        if not self._skipped:
            return ""
        words = self.tr("Left out:") + " " + " ".join(self._skipped[:SAID])
        more = len(self._skipped) - SAID
        return words + (" " + self.tr("And {0} more.").format(more) if more > 0 else "")

    def say(self, progress: Progress) -> str:
        """A stage in words."""
        words = {
            "read": self.tr("Reading the cases"),
            "measure": self.tr("Testing the present model"),
            "encode": self.tr("Looking at every picture once"),
            "train": self.tr("Learning"),
            "check": self.tr("Testing the adapted model"),
            "save": self.tr("Writing the adapted model"),
        }
        text = words.get(progress.stage, self.tr("Working"))
        if not progress.total:
            return text
        return self.tr("{0}: {1} of {2}").format(text, progress.done, progress.total)

    def say_left(self, seconds: float | None) -> str:
        """The time left in words; "" if it is not known."""
        if seconds is None:
            return ""
        if seconds < 60:
            return self.tr("Less than a minute left")
        return self.tr("About {0} min left").format(round(seconds / 60))


class ResultPage(QWidget):
    """Before and after, and the choice between the two models.

    Signals:
        use_requested(), keep_requested(), save_requested().
    """

    use_requested = pyqtSignal()
    keep_requested = pyqtSignal()
    save_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._verdict = theme, SAME
        self.icon, self.title = QLabel(), heading()
        self.advice, self.details = paragraph(), paragraph("muted")
        headers = [
            self.tr("Label"),
            self.tr("Outlines"),
            self.tr("Before"),
            self.tr("After"),
            self.tr("Change"),
        ]
        self.table = table(headers, self.tr("Scores before and after"))
        self.table.setSelectionMode(QAbstractItemView.NoSelection)
        self.table.setFocusPolicy(Qt.NoFocus)
        self.save = QPushButton(self.tr("Save elsewhere…"))
        self.save.setToolTip(self.tr("Put it into a folder of your choice and use it from there"))
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self.save_requested)
        self.keep = QPushButton(self.tr("Keep the present one"))
        self.keep.clicked.connect(self.keep_requested)
        self.use = QPushButton(self.tr("Use the adapted model"))
        self.use.clicked.connect(self.use_requested)
        head = QHBoxLayout()
        head.addWidget(self.icon, 0, Qt.AlignTop)
        head.addWidget(self.title, 1)
        below = QHBoxLayout()
        below.addWidget(self.save)
        below.addStretch(1)
        below.addWidget(self.keep)
        below.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.advice)
        column.addWidget(self.table, 1)
        column.addWidget(self.details)
        column.addLayout(below)
        self.details.setSizePolicy(QSizePolicy.Preferred, QSizePolicy.Minimum)
        theme.changed.connect(self._show_icon)

    def show_outcome(self, outcome: Outcome) -> None:
        """Show what an adaptation brought; the better choice is the one that Return takes."""
        scores = outcome.scores
        self._verdict = scores.verdict
        numbers = f"{scores.before:.3f} → {scores.after:.3f}"
        if self._verdict == BETTER:
            self.title.setText(self.tr("The adapted model is better: Dice {0}").format(numbers))
        elif self._verdict == SAME:
            self.title.setText(self.tr("The adapted model is no better: Dice {0}").format(numbers))
        else:
            self.title.setText(self.tr("The adapted model is worse: Dice {0}").format(numbers))
        self.advice.setText(self._advice(outcome))
        self.details.setText(self._details(outcome))
        self._fill(outcome)
        self._show_icon()
        primary(self.use, self._verdict == BETTER)
        primary(self.keep, self._verdict != BETTER)
        (self.use if self._verdict == BETTER else self.keep).setFocus()
        self.set_busy(False)

    def set_busy(self, is_busy: bool) -> None:
        """Disable the choice while one is carried out."""
        for button in (self.use, self.keep, self.save):
            button.setEnabled(not is_busy)

    def _advice(self, outcome: Outcome) -> str:
        if self._verdict != BETTER:
            return self.tr(
                "Keep the present one. More cases, more time or other cases may help; nothing was changed."
            )
        harmed = [named(row.label) for row in outcome.scores.rows if row.after < row.before - HARM]
        if harmed:
            return self.tr("It is better on the whole, but worse for: {0}.").format(", ".join(harmed))
        if outcome.scores.cases < 2 or outcome.scores.objects < FEW_OUTLINES:
            return self.tr("It was tested on few outlines only, so try it out before you rely on it.")
        return self.tr("You can go back to the present one at any time, with one click in the menu Model.")

    def _details(self, outcome: Outcome) -> str:
        scores = outcome.scores
        parts = [
            self.tr(
                "Tested on outlines that it did not learn from: {0}, in cases: {1}. Better than before: {2},"
                " worse: {3}."
            ).format(scores.objects, scores.cases, scores.improved, scores.worsened),
            self.tr("Dice is 1 where the outline is yours to the pixel and 0 where nothing overlaps."),
        ]
        if not scores.by_patient:
            parts.append(
                self.tr(
                    "Cases were told apart by file. Pictures of one patient on both sides make the scores"
                    " look better than they are."
                )
            )
        if outcome.skipped:
            said = " ".join(in_words(s.sentence) for s in outcome.skipped[:SAID])
            parts.append(self.tr("Left out:") + " " + said)
            more = len(outcome.skipped) - SAID
            if more > 0:
                parts.append(self.tr("And {0} more.").format(more))
        return "\n".join(parts)

    def _fill(self, outcome: Outcome) -> None:
        scores = outcome.scores
        rows = [(row.label, row.objects, row.before, row.after) for row in scores.rows]
        if len(rows) > 1:
            rows.append((self.tr("All outlines"), scores.objects, scores.before, scores.after))
        self.table.setRowCount(len(rows))
        for number, (label, objects, before, after) in enumerate(rows):
            cells = (
                named(label),
                str(objects),
                f"{before:.3f}",
                f"{after:.3f}",
                # Of the figures beside it: 0.956 and 0.952 are 0.004 apart for whoever reads them.
                f"{round(after, 3) - round(before, 3):+.3f}",
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text.replace("-", "−") if column == 4 else text)
                item.setToolTip(text if column == 0 else "")
                if column:
                    item.setTextAlignment(Qt.AlignRight | Qt.AlignVCenter)
                    header = self.table.horizontalHeaderItem(column)
                    header.setTextAlignment(Qt.AlignRight | Qt.AlignVCenter)
                if len(rows) > 1 and number == len(rows) - 1:
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
                self.table.setItem(number, column, item)

    def _show_icon(self) -> None:
        names = {BETTER: "mdi6.check-circle-outline", SAME: "mdi6.equal"}
        colours = {BETTER: "#2e9e5b", SAME: self._theme.colours.muted}
        name = names.get(self._verdict, "mdi6.alert-outline")
        colour = QColor(colours.get(self._verdict, "#d08a1d")).name()
        self.icon.setPixmap(self._theme.icon(name, colour).pixmap(26, 26))
