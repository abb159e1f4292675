"""A model's card: what it is for, what it is not for, its scores, its failures, its data and their terms."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QKeyEvent, QKeySequence, QTextCursor, QTextDocument, QTextOption
from PyQt5.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QShortcut,
    QVBoxLayout,
    QWidget,
)

from medsam.errors import MedSAMError
from medsam.ui.panels.model_card_page import CardPage
from medsam.ui.panels.model_facts import facts_html
from pretrain.cards import card_file, read_card


class ModelCardDialog(QDialog):
    """The card of one model: in English, below what everybody must read in the window's language."""

    def __init__(self, entry: Any, parent: QWidget | None = None) -> None:
        """Show the card of an entry of ``pretrain.catalogue`` or ``pretrain.own``, or that there is none."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model card: {0}").format(entry.title))
        self.resize(self._size())
        self.page = CardPage()
        self.page.setAccessibleName(self.tr("Model card"))
        self.page.setFrameShape(QFrame.NoFrame)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find in the card; Enter: next, Shift+Enter: previous"))
        self.search.setAccessibleName(self.tr("Find in the card"))
        self.search.setClearButtonEnabled(True)
        self.search.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head(has_card=self._fill(entry)))
        column.addWidget(self.page, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 10)
        foot.setSpacing(8)
        foot.addWidget(self.search)
        foot.addWidget(self._make_buttons())
        column.addLayout(foot)
        self._wire_search()
        self.page.setFocus()

    @staticmethod
    def _size() -> QSize:
        """Wide enough for the widest table, on a screen that has the room."""
        screen = QApplication.primaryScreen()
        room = screen.availableSize() if screen is not None else QSize(1024, 700)
        return QSize(980, 760).boundedTo(room * 0.94).expandedTo(QSize(560, 420))

    def _fill(self, entry: Any) -> bool:
        """Fill the page; whether there was a card to fill it with."""
        path = card_file(entry)
        if path is not None:
            try:
                self.text = read_card(path)
            except MedSAMError as error:
                self.page.setPlainText(str(error))
                self.text = str(error)
                return False
            self.page.show_markdown(self.text, path.parent)
            return True
        none = self.tr("No model card comes with this model. This is what is known of it:")
        self.page.document().setDocumentMargin(18)
        # A file may call itself anything, in one long word too.
        self.page.setWordWrapMode(QTextOption.WrapAtWordBoundaryOrAnywhere)
        self.page.setHtml(f"<p>{none}</p>{facts_html(entry)}")
        self.text = self.page.toPlainText()
        return False

    def _make_head(self, *, has_card: bool) -> QFrame:
        """What everybody must have read, in the window's language."""
        head = QFrame()
        head.setObjectName("Banner")
        head.setProperty("kind", "warning")
        lines = [
            "<b>" + self.tr("Research use only. Not a medical device.") + "</b>",
            self.tr(
                "For first masks in research that a person checks against the picture."
                " Not for diagnosis, treatment or measurements that nobody checked."
            ),
        ]
        language = self.tr("The card is in English.")
        # In English that goes without saying.
        if has_card and language != "The card is in English.":
            lines.append(language)
        self.notice = QLabel("<br>".join(lines))
        self.notice.setTextFormat(Qt.RichText)
        self.notice.setWordWrap(True)
        self.notice.setTextInteractionFlags(Qt.TextSelectableByMouse)
        column = QVBoxLayout(head)
        column.setContentsMargins(18, 8, 18, 8)
        column.addWidget(self.notice)
        return head

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.Close)
        self.copy_button = QPushButton(self.tr("Copy"))
        self.copy_button.setToolTip(self.tr("Copy what is selected, or the whole card"))
        self.find_button = QPushButton(self.tr("Find…"))
        self.find_button.setToolTip(self.tr("Find words in the card (Ctrl+F)"))
        for button in (self.find_button, self.copy_button):
            buttons.addButton(button, QDialogButtonBox.ActionRole)
            button.setAutoDefault(False)
        self.copy_button.clicked.connect(self.copy)
        self.find_button.clicked.connect(self.begin_search)
        buttons.rejected.connect(self.close)
        return buttons

    def copy(self) -> None:
        """Put what is selected on the clipboard, or the whole card as Markdown."""
        clipboard = QApplication.clipboard()
        if clipboard is None:
            return
        if self.page.textCursor().hasSelection():
            self.page.copy()
        else:
            clipboard.setText(self.text)

    # --- finding words ----------------------------------------------------------

    def _wire_search(self) -> None:
        self.search.textChanged.connect(self._find_first)
        self.search.returnPressed.connect(self._find_again)
        QShortcut(QKeySequence(QKeySequence.Find), self, activated=self.begin_search)

    def begin_search(self) -> None:
        """Show the line to type in."""
        self.search.show()
        self.search.setFocus()
        self.search.selectAll()

    def _find_first(self, text: str) -> None:
        """Go to the first place after the beginning of what is selected, so that typing on stays there."""
        cursor = self.page.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self.page.setTextCursor(cursor)
        self._find(text, backward=False)

    def _find_again(self) -> None:
        shift = bool(QApplication.keyboardModifiers() & Qt.ShiftModifier)
        self._find(self.search.text(), backward=shift)

    def _find(self, text: str, *, backward: bool) -> None:
        """Select the next place, from the other end where there is none; nothing if there is none at all."""
        if not text:
            return
        flags = QTextDocument.FindFlags(QTextDocument.FindBackward if backward else 0)
        if self.page.find(text, flags):
            return
        before = self.page.textCursor()
        self.page.moveCursor(QTextCursor.End if backward else QTextCursor.Start)
        if not self.page.find(text, flags):
            self.page.setTextCursor(before)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the search, then the card; Return in the search stays there."""
        if self.search.isVisible() and event.key() == Qt.Key_Escape:
            self.search.hide()
            self.page.setFocus()
        elif self.search.hasFocus() and event.key() in (Qt.Key_Return, Qt.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)
