"""The row of options of the box and the points tool."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from medsam.ui.actions import Actions
from medsam.ui.theme import Theme


class PromptOptions(QWidget):
    """What a click means, when masks are accepted, and how good the one on show is.

    Signals:
        mode_chosen(str): When masks enter the document; the data of ``modes``.
        reject_requested: The mask on offer is not wanted.
    """

    mode_chosen = pyqtSignal(str)
    reject_requested = pyqtSignal()

    def __init__(
        self, actions: Actions, theme: Theme, modes: tuple[str, str], parent: QWidget | None = None
    ) -> None:
        """Make the row; ``modes`` are the names of "at once" and "with Enter"."""
        super().__init__(parent)
        self._actions, self._theme = actions, theme
        self.negative = self._button("point_sign")
        self.next_object = self._button("new_object")
        self.mask = self._button("mask_prompt")
        self.shade = self._button("candidate_shade", words=False)
        self.previous = self._button("candidate_previous", words=False)
        self.next = self._button("candidate_next", words=False)
        self.accept = self._button("accept", words=False)
        self.reject = QToolButton()
        self.reject.setAutoRaise(True)
        self.reject.setFocusPolicy(Qt.TabFocus)
        self.reject.clicked.connect(lambda _=False: self.reject_requested.emit())
        self.quality = QLabel()
        self.quality.setAccessibleName(self.tr("Quality of the mask"))
        self.number = QLabel()
        self.mode = QComboBox()
        self.mode.addItem(self.tr("at once"), modes[0])
        self.mode.addItem(self.tr("with Enter"), modes[1])
        self.mode.setAccessibleName(self.tr("When masks are accepted"))
        self.mode.setToolTip(
            self.tr(
                "At once: a mask is painted when it comes; Tab exchanges it.\n"
                "With Enter: nothing is painted until Enter; Esc rejects."
            )
        )
        self.mode.activated.connect(lambda n: self.mode_chosen.emit(str(self.mode.itemData(n))))
        self._lay_out()
        theme.changed.connect(self._refresh_icon)
        self._refresh_icon()
        self.set_offer("", 0, 0, is_pending=False)

    def set_tool(self, name: str) -> None:
        """Show what concerns this tool."""
        self.negative.setVisible(name == "points")

    def set_mode(self, mode: str) -> None:
        """Show when masks are accepted."""
        self.mode.setCurrentIndex(max(self.mode.findData(mode), 0))

    def set_offer(self, quality: str, number: int, count: int, *, is_pending: bool) -> None:
        """Show the candidate on show.

        Args:
            quality: In words; "" while there is none.
            number: Its number from 0.
            count: Of all candidates.
            is_pending: Whether it waits to be accepted.
        """
        self.quality.setText(quality)
        self.number.setText(f"{number + 1} / {count}" if count > 1 else "")
        for widget in (self.previous, self.number, self.next):
            widget.setVisible(count > 1)
        for button in (self.accept, self.reject):
            button.setVisible(is_pending)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        label = QLabel(self.tr("Acc&ept"))
        label.setBuddy(self.mode)
        for widget in (
            self.negative,
            self.next_object,
            self.mask,
            self._line(),
            label,
            self.mode,
            self.shade,
        ):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.quality, self.previous, self.number, self.next, self.accept, self.reject):
            row.addWidget(widget)

    def _button(self, name: str, *, words: bool = True) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[name])
        button.setToolButtonStyle(Qt.ToolButtonTextBesideIcon if words else Qt.ToolButtonIconOnly)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.TabFocus)
        return button

    @staticmethod
    def _line() -> QFrame:
        line = QFrame()
        line.setFrameShape(QFrame.VLine)
        line.setFrameShadow(QFrame.Sunken)
        return line

    def _refresh_icon(self) -> None:
        text = self.tr("Reject the mask (Esc)")
        self.reject.setIcon(self._theme.icon("mdi6.close"))
        self.reject.setToolTip(text)
        self.reject.setAccessibleName(text)
