"""The page of keys and mouse, and the page about the program."""

from __future__ import annotations

from html import escape

from PyQt5.QtCore import QCoreApplication
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

translate = QCoreApplication.translate


def gestures() -> list[tuple[str, list[tuple[str, str]]]]:
    """What the mouse and the keys do over a picture, by group."""
    return [
        (
            translate("Help", "Mouse over a picture"),
            [
                (
                    translate("Help", "Left drag (box tool)"),
                    translate("Help", "draw a box; the mask follows"),
                ),
                (
                    translate("Help", "Drag a handle or the box"),
                    translate("Help", "adjust it; the mask is replaced"),
                ),
                (
                    translate("Help", "Ctrl + left drag"),
                    translate("Help", "draw a box inside of the selected one"),
                ),
                (
                    translate("Help", "Left click or drag (crosshair tool)"),
                    translate("Help", "move the crosshair in all planes"),
                ),
                (translate("Help", "Wheel"), translate("Help", "next or previous slice")),
                (translate("Help", "Ctrl + wheel"), translate("Help", "zoom at the mouse")),
                (translate("Help", "Middle drag, or Space + left drag"), translate("Help", "pan")),
                (
                    translate("Help", "Right drag"),
                    translate("Help", "left and right: window width; up and down: level"),
                ),
                (translate("Help", "Double click"), translate("Help", "one plane large, and back")),
            ],
        ),
        (
            translate("Help", "Keys over a picture"),
            [
                ("↑ ↓  PgUp PgDn", translate("Help", "next or previous slice; with Shift, five")),
                ("Home  End", translate("Help", "first or last slice")),
                ("Delete", translate("Help", "delete the selected box and its mask")),
                ("Esc", translate("Help", "stop what is being drawn or computed")),
            ],
        ),
    ]


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


def keys_html(shortcuts: list[tuple[str, str]]) -> str:
    """The help page: gestures, then every action's shortcut.

    Args:
        shortcuts: ``(keys, what they do)`` of the menus.
    """
    parts = []
    for title, rows in [*gestures(), (translate("Help", "Menus"), shortcuts)]:
        body = "".join(
            f"<tr><td width='45%'><b>{escape(keys)}</b></td><td>{escape(text)}</td></tr>"
            for keys, text in rows
        )
        parts.append(f"<h3>{escape(title)}</h3><table width='100%'>{body}</table>")
    return "".join(parts)


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
