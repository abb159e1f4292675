"""Light and dark: one palette each, a little style sheet, and icons that follow."""

from __future__ import annotations

from dataclasses import dataclass

import qtawesome
from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QColor, QIcon, QPalette
from PyQt5.QtWidgets import QApplication

from medsam.ui import settings

SYSTEM, LIGHT, DARK = "system", "light", "dark"


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, as ``#rrggbb``."""

    window: str
    base: str
    raised: str
    border: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_text: str
    error: str
    warning: str
    info: str


LIGHT_COLOURS = Colours(
    window="#f3f4f6",
    base="#ffffff",
    raised="#e7e9ed",
    border="#c9cdd4",
    text="#1b1f24",
    muted="#57606b",
    disabled="#9aa1ab",
    accent="#1f6feb",
    accent_text="#ffffff",
    error="#fbe3e1",
    warning="#fdf1d2",
    info="#dfeafc",
)
DARK_COLOURS = Colours(
    window="#22252a",
    base="#191b1f",
    raised="#2d3138",
    border="#3d424b",
    text="#e4e7eb",
    muted="#a2a9b4",
    disabled="#6b727d",
    accent="#4c93f7",
    accent_text="#0b0d10",
    error="#55292a",
    warning="#4d3f1c",
    info="#22395c",
)

_STYLE = """
QToolTip {{ color: {text}; background: {raised}; border: 1px solid {border}; padding: 3px; }}
QToolBar {{ border: 0; border-bottom: 1px solid {border}; spacing: 2px; padding: 3px 4px; }}
QToolBar QToolButton {{ padding: 4px 6px; border-radius: 4px; border: 1px solid transparent; }}
QToolBar QToolButton:hover:enabled {{ background: {raised}; }}
QToolBar QToolButton:checked {{ background: {raised}; border-color: {accent}; }}
QTableWidget#Roomy::item {{ padding: 3px 6px; }}
QListWidget#Roomy::item {{ padding: 6px 8px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QStatusBar {{ border-top: 1px solid {border}; }}
QStatusBar::item {{ border: 0; }}

QFrame#Banner {{ border: 1px solid {muted}; border-radius: 6px; }}
QFrame#Banner[kind="error"] {{ background: {error}; }}
QFrame#Banner[kind="warning"] {{ background: {warning}; }}
QFrame#Banner[kind="info"] {{ background: {info}; }}
QFrame#Banner[kind="task"] {{ background: {raised}; }}
QFrame#Floating QScrollArea {{ background: transparent; }}
QWidget#Rows {{ background: transparent; }}
QToolButton#Fold {{
    background: {raised}; border: 1px solid {muted}; border-radius: 6px; padding: 1px 10px; }}
QToolButton#Fold[kind="error"] {{ background: {error}; }}
QToolButton#Fold[kind="warning"] {{ background: {warning}; }}
QToolButton#Fold[kind="info"] {{ background: {info}; }}
QToolButton#Fold:hover, QToolButton#Fold:focus {{ border-color: {accent}; }}
QLabel#DropHint {{
    background: rgba(31, 111, 235, 200); color: #ffffff; font-size: 22pt; border: 4px dashed #ffffff; }}
QFrame#SlicePane {{ border: 1px solid {border}; }}
QFrame#RuleChip {{ background: {warning}; border: 1px solid {border}; border-radius: 12px; }}
QToolButton#RuleButton {{
    text-align: left; padding: 4px 6px; border: 1px solid {border}; border-radius: 4px; }}
QToolButton#RuleButton:hover {{ background: {raised}; }}
QToolButton#RuleButton[limits="true"] {{ background: {warning}; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="heading"] {{ font-weight: 600; }}
QLabel[role="title"] {{ font-size: 20pt; font-weight: 300; }}
QPushButton[role="primary"] {{
    background: {accent}; color: {accent_text}; border: 0; border-radius: 4px; padding: 6px 16px; }}
QPushButton[role="primary"]:disabled {{ background: {raised}; color: {disabled}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {text}; padding: 4px 14px; }}
QPushButton[role="link"] {{
    border: 0; padding: 3px; text-align: left; color: {accent}; background: transparent; }}
QPushButton[role="link"]:hover, QPushButton[role="link"]:focus {{ text-decoration: underline; }}
"""


def palette(colours: Colours) -> QPalette:
    """A Qt palette of these colours."""
    result = QPalette()
    roles = {
        QPalette.Window: colours.window,
        QPalette.WindowText: colours.text,
        QPalette.Base: colours.base,
        QPalette.AlternateBase: colours.raised,
        QPalette.Text: colours.text,
        QPalette.Button: colours.window,
        QPalette.ButtonText: colours.text,
        QPalette.BrightText: "#ffffff",
        QPalette.ToolTipBase: colours.raised,
        QPalette.ToolTipText: colours.text,
        QPalette.Link: colours.accent,
        QPalette.Highlight: colours.accent,
        QPalette.HighlightedText: colours.accent_text,
        QPalette.PlaceholderText: colours.muted,
        QPalette.Light: colours.raised,
        QPalette.Midlight: colours.raised,
        QPalette.Mid: colours.border,
        QPalette.Dark: colours.border,
    }
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.WindowText, QPalette.Text, QPalette.ButtonText, QPalette.HighlightedText):
        result.setColor(QPalette.Disabled, role, QColor(colours.disabled))
    result.setColor(QPalette.Disabled, QPalette.Highlight, QColor(colours.raised))
    return result


class Theme(QObject):
    """The application's look. One object; widgets ask it for icons and listen to ``changed``."""

    changed = pyqtSignal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        base = app.palette().color(QPalette.Window)
        self._system_is_dark = base.lightness() < 128
        self.choice = SYSTEM
        app.setStyle("Fusion")

    @property
    def is_dark(self) -> bool:
        """Whether dark colours are in use."""
        return self._system_is_dark if self.choice == SYSTEM else self.choice == DARK

    @property
    def colours(self) -> Colours:
        """The colours in use."""
        return DARK_COLOURS if self.is_dark else LIGHT_COLOURS

    def restore(self) -> None:
        """Apply the remembered choice."""
        self.apply(str(settings.value("view/theme", SYSTEM)))

    def apply(self, choice: str) -> None:
        """Use "system", "light" or "dark" from now on, here and in the next run."""
        self.choice = choice if choice in (SYSTEM, LIGHT, DARK) else SYSTEM
        settings.remember("view/theme", self.choice)
        self._app.setPalette(palette(self.colours))
        # Fusion draws a box to tick in a darker shade of the window, which nobody sees on dark colours.
        boxes = palette(self.colours)
        if self.is_dark:
            boxes.setColor(QPalette.Window, QColor(self.colours.muted))
        for kind in ("QCheckBox", "QRadioButton", "QTableView"):
            self._app.setPalette(boxes, kind)
        self._app.setStyleSheet(_STYLE.format(**vars(self.colours)))
        self.changed.emit()

    def icon(self, name: str, colour: str | None = None) -> QIcon:
        """A Material Design icon by its qtawesome name, e.g. "mdi6.undo"; text-coloured by default."""
        return qtawesome.icon(
            name,
            color=colour or self.colours.text,
            color_disabled=self.colours.disabled,
            color_on=self.colours.accent,
        )
