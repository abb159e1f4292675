"""What the window shows before anything is open."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QFontMetrics
from PyQt5.QtWidgets import (
    QAction,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from medsam.ui import settings
from medsam.ui.garbage import discard
from medsam.ui.theme import Theme

_WIDTH = 460


class WelcomePage(QWidget):
    """Ways to begin.

    Signals:
        open_requested(), folder_requested(), recent_requested(Path).
    """

    open_requested = pyqtSignal()
    folder_requested = pyqtSignal()
    recent_requested = pyqtSignal(object)

    def __init__(self, theme: Theme, samples: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.open_button = QPushButton(self.tr("Open…"))
        self.open_button.setProperty("role", "primary")
        self.open_button.clicked.connect(self.open_requested)
        self.folder_button = QPushButton(self.tr("Open folder…"))
        self.folder_button.clicked.connect(self.folder_requested)
        self.sample_button = QPushButton(self.tr("Open sample"))
        self.sample_button.setMenu(samples)
        self._links = QHBoxLayout()
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._recent_title = QLabel(self.tr("Recent"))
        self._recent_title.setProperty("role", "heading")
        self._icon = QLabel(alignment=Qt.AlignCenter)
        self._lay_out()
        theme.changed.connect(self._refresh_icon)
        self._refresh_icon()
        self.refresh()

    def refresh(self) -> None:
        """Read the recent files anew."""
        while self._recent.count():
            discard(self._recent.takeAt(0).widget())
        paths = settings.recent_files()[:6]
        self._recent_title.setVisible(bool(paths))
        for path in paths:
            self._recent.addWidget(self._recent_button(path))

    def add_link(self, text: str, action: QAction) -> None:
        """Offer an action of the menus in words, under the buttons."""
        button = QPushButton(text)
        button.setProperty("role", "link")
        button.setCursor(Qt.PointingHandCursor)
        button.setToolTip(action.toolTip())
        button.clicked.connect(action.trigger)
        self._links.addWidget(button)

    def _recent_button(self, path: Path) -> QPushButton:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(f"{path.name}  —  {path.parent.name}", Qt.ElideMiddle, _WIDTH - 20)
        button = QPushButton(shown.replace("&", "&&"))
        button.setProperty("role", "link")
        button.setCursor(Qt.PointingHandCursor)
        button.setToolTip(str(path))
        button.setAccessibleName(self.tr("Open {0}").format(path.name))
        button.clicked.connect(lambda: self.recent_requested.emit(path))
        return button

    def _refresh_icon(self) -> None:
        self._icon.setPixmap(self._theme.icon("mdi6.tray-arrow-down").pixmap(52, 52))

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Open a scan to begin"), alignment=Qt.AlignCenter)
        title.setProperty("role", "title")
        hint = QLabel(self.tr("or drop a scan, a picture or a DICOM folder here"), alignment=Qt.AlignCenter)
        hint.setProperty("role", "muted")
        legal = QLabel(self.tr("Research use. Not a medical device."), alignment=Qt.AlignCenter)
        legal.setProperty("role", "muted")
        buttons = QHBoxLayout()
        for button in (self.open_button, self.folder_button, self.sample_button):
            # As high as the first one, whose style says how high that is; letters may be large.
            button.setSizePolicy(QSizePolicy.Minimum, QSizePolicy.Expanding)
            buttons.addWidget(button)
        card = QFrame()
        card.setMinimumWidth(_WIDTH)
        column = QVBoxLayout(card)
        column.setSpacing(10)
        for widget in (self._icon, title):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(hint)
        links = QHBoxLayout()
        links.addStretch(1)
        links.addLayout(self._links)
        links.addStretch(1)
        column.addLayout(links)
        column.addSpacing(12)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(card, 0, Qt.AlignHCenter)
        outer.addStretch(3)
        outer.addWidget(legal)
