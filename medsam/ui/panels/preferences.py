"""The preferences: a list of pages, all of which apply at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from medsam.ui import settings, text_size, translation
from medsam.ui.mnemonics import letter_of, settle_page
from medsam.ui.theme import DARK, LIGHT, SYSTEM, Theme

ACCEPT, ON_RELEASE, PREVIEW = "segmentation/accept", "release", "preview"
"""When the mask of a prompt becomes part of the label map."""

PLACE, IN_DATA, BESIDE = "cases/place", "data", "beside"
"""Where unfinished work is kept."""


class PreferencesDialog(QDialog):
    """Titles at the left, the page at the right. Nothing has to be confirmed.

    Attributes:
        titles: The list of the pages.
        pages: The pages themselves, in the same order.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self.titles = QListWidget()
        self.titles.setAccessibleName(self.tr("Pages of the preferences"))
        self.titles.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.titles.setObjectName("Roomy")
        self.pages = QStackedWidget()
        self.titles.currentRowChanged.connect(self.pages.setCurrentIndex)
        self._buttons = QDialogButtonBox(QDialogButtonBox.Close)
        self._buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.titles)
        row.addWidget(self.pages, 1)
        column = QVBoxLayout(self)
        column.addLayout(row, 1)
        column.addWidget(self._buttons)

    def add_page(self, title: str, factory: Callable[[], QWidget]) -> None:
        """Add a page at the end.

        Args:
            title: For the list.
            factory: Makes the page.
        """
        page = factory()
        page.setAccessibleName(title)
        settle_page(page, {letter_of(button.text()) for button in self._buttons.buttons()})
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.NoFocus)
        scroll.setWidget(page)
        self.pages.addWidget(scroll)
        self.titles.addItem(title)
        self.titles.setFixedWidth(self.titles.sizeHintForColumn(0) + 24)
        if self.titles.currentRow() < 0:
            self.titles.setCurrentRow(0)

    def resize_to_content(self) -> None:
        """Make room for the largest page, as far as the screen has it."""
        screen = self.screen()
        room = screen.availableGeometry().size() if screen is not None else self.sizeHint()
        wanted = self.sizeHint().expandedTo(self.minimumSizeHint())
        self.resize(min(max(wanted.width(), 760), room.width() - 40), min(600, room.height() - 80))

    def refresh(self) -> None:
        """Let the pages show what is chosen now; those that can be asked to have ``refresh``."""
        for n in range(self.pages.count()):
            page = self.pages.widget(n).widget()
            if hasattr(page, "refresh"):
                page.refresh()

    def show_page(self, title: str) -> None:
        """Turn to a page."""
        for item in self.titles.findItems(title, Qt.MatchExactly):
            self.titles.setCurrentItem(item)


class GeneralPage(QWidget):
    """Language, colours, letters, and what the program does by itself.

    Signals:
        language_chosen(str): "system", "en" or "zh_CN"; nothing was changed yet.
        text_size_chosen(int): Percent.
        setting_chosen(str): The key of a setting that has another value now.
    """

    language_chosen = pyqtSignal(str)
    text_size_chosen = pyqtSignal(int)
    setting_chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._groups: dict[str, QButtonGroup] = {}
        # The names of languages stay in their own words, so that everybody finds theirs.
        languages = [
            (self.tr("The system's"), translation.SYSTEM),
            ("English", translation.ENGLISH),
            ("简体中文", translation.CHINESE),
        ]
        self.languages = _choice(self.tr("Language"), languages, translation.chosen())
        self.languages.activated.connect(lambda n: self.language_chosen.emit(str(self.languages.itemData(n))))
        themes = [
            (self.tr("The system's"), SYSTEM),
            (self.tr("Light"), LIGHT),
            (self.tr("Dark"), DARK),
        ]
        self.themes = _choice(self.tr("Colours"), themes, theme.choice)
        self.themes.activated.connect(lambda n: theme.apply(str(self.themes.itemData(n))))
        theme.changed.connect(self._follow_theme)
        sizes = [(f"{percent} %", percent) for percent in text_size.SIZES]
        self.sizes = _choice(self.tr("Size of letters"), sizes, text_size.chosen())
        self.sizes.activated.connect(lambda n: self.text_size_chosen.emit(int(self.sizes.itemData(n))))
        form = QFormLayout()
        form.addRow(self.tr("&Language:"), self.languages)
        form.addRow(self.tr("&Colours:"), self.themes)
        form.addRow(self.tr("&Size of letters:"), self.sizes)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.addLayout(form)
        self.accept_when = self._radios(
            column,
            self.tr("A box or a point that was set"),
            ACCEPT,
            [
                (self.tr("&paints its mask at once"), ON_RELEASE),
                (self.tr("shows a pre&view first: Enter accepts it, Esc rejects it"), PREVIEW),
            ],
        )
        self.place = self._radios(
            column,
            self.tr("Unfinished work is kept"),
            PLACE,
            [
                (self.tr("in the program's o&wn folder"), IN_DATA),
                (self.tr("&beside the image, so that it moves along with it"), BESIDE),
            ],
        )
        column.addStretch(1)

    def _radios(
        self, column: QVBoxLayout, title: str, key: str, options: list[tuple[str, str]]
    ) -> QButtonGroup:
        """A titled choice of one, kept under ``key``; the first is the default."""
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        heading.setContentsMargins(0, 10, 0, 0)
        column.addWidget(heading)
        group = QButtonGroup(self)
        for text, value in options:
            button = QRadioButton(text)
            button.setProperty("value", value)
            button.setAccessibleDescription(title)
            group.addButton(button)
            column.addWidget(button)
        self._groups[key] = group
        self._show(key)

        def choose(button: QRadioButton) -> None:
            settings.remember(key, button.property("value"))
            self.setting_chosen.emit(key)

        group.buttonClicked.connect(choose)
        return group

    def refresh(self) -> None:
        """Show what the settings say; other parts of the window change them too."""
        for key in self._groups:
            self._show(key)

    def _show(self, key: str) -> None:
        buttons = self._groups[key].buttons()
        now = str(settings.value(key, buttons[0].property("value")))
        chosen = next((b for b in buttons if b.property("value") == now), buttons[0])
        chosen.setChecked(True)

    def _follow_theme(self) -> None:
        self.themes.setCurrentIndex(max(self.themes.findData(self._theme.choice), 0))


def _choice(name: str, options: Sequence[tuple[str, object]], now: object) -> QComboBox:
    """A list to choose one from."""
    box = QComboBox()
    box.setAccessibleName(name)
    for text, value in options:
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(now), 0))
    return box
