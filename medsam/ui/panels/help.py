"""The page about the program."""

from __future__ import annotations

from html import escape

from PyQt5.QtCore import QCoreApplication
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

translate = QCoreApplication.translate


class HelpDialog(QDialog):
    """A scrollable page."""

    def __init__(self, title: str, html: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(560, 560)
        page = QTextBrowser()
        page.setOpenExternalLinks(True)
        page.setHtml(html)
        page.setAccessibleName(title)
        buttons = QDialogButtonBox(QDialogButtonBox.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(page)
        column.addWidget(buttons)


def about_html(versions: dict[str, str]) -> str:
    """The page about the program: purpose, licence, versions."""
    rows = "".join(f"<li>{escape(name)} {escape(number)}</li>" for name, number in versions.items())
    purpose = translate("Help", "Segmentation of medical images from boxes.")
    warning = translate("Help", "Research use. Not a medical device.")
    licence = translate("Help", "Apache-2.0. PyQt5 is GPL-3.0, so a bundle with it is GPL-3.0 as well.")
    return (
        f"<h2>MedSAM</h2><p>{escape(purpose)}</p><p><b>{escape(warning)}</b></p>"
        f"<p>{escape(licence)}</p><ul>{rows}</ul>"
    )
