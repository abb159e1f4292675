"""A field that waits for one key."""

from __future__ import annotations

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PyQt5.QtWidgets import QLineEdit, QWidget

_BARE = {
    Qt.Key_Shift,
    Qt.Key_Control,
    Qt.Key_Alt,
    Qt.Key_AltGr,
    Qt.Key_Meta,
    Qt.Key_Super_L,
    Qt.Key_Super_R,
    Qt.Key_CapsLock,
    Qt.Key_NumLock,
    Qt.Key_unknown,
    0,
}
"""Keys that are none by themselves."""

_WALKING = {Qt.Key_Tab, Qt.Key_Backtab, Qt.Key_Return, Qt.Key_Enter}
_MODIFIERS = Qt.ShiftModifier | Qt.ControlModifier | Qt.AltModifier | Qt.MetaModifier


def key_of(event: QKeyEvent) -> str:
    """The key of a press in portable words, ``"Ctrl+Shift+K"``; "" for a modifier alone."""
    key, modifiers = event.key(), int(event.modifiers() & _MODIFIERS)
    if key in _BARE:
        return ""
    if key == Qt.Key_Backtab:
        key = Qt.Key_Tab
    # Shift is part of a sign such as "?": another keyboard has it elsewhere.
    is_sign = 0x20 < key < 0x100 and not chr(key).isalnum()
    if is_sign:
        modifiers &= ~int(Qt.ShiftModifier)
    return QKeySequence(modifiers | key).toString(QKeySequence.PortableText)


class KeyRecorder(QLineEdit):
    """Records one key after ``begin``; Esc, or leaving the field, ends it without one.

    Signals:
        recorded(str): A key in portable words.
        ended: It does not wait any more, with or without a key.
    """

    recorded = pyqtSignal(str)
    ended = pyqtSignal()

    is_recording = False
    """Whether the next key belongs to the field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.NoFocus)
        self.setContextMenuPolicy(Qt.PreventContextMenu)

    def begin(self, prompt: str) -> None:
        """Wait for a key and say so."""
        self.is_recording = True
        self.setText(prompt)
        self.setAccessibleDescription(prompt)
        self.setFocusPolicy(Qt.StrongFocus)
        self.setFocus()

    def end(self) -> None:
        """Stop waiting."""
        if self.is_recording:
            self.is_recording = False
            self.setFocusPolicy(Qt.NoFocus)
            self.clear()
            self.setAccessibleDescription("")
            self.ended.emit()

    def event(self, event: QEvent) -> bool:
        """Every key belongs to the field while it waits, those that walk between fields too."""
        if self.is_recording:
            if event.type() == QEvent.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key_Escape and not event.modifiers() & _MODIFIERS:
            self.end()
            return
        key = key_of(event)
        if key:
            self.end()
            self.recorded.emit(key)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nobody waits for keys that go elsewhere."""
        super().focusOutEvent(event)
        self.end()
