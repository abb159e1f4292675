"""The page of keys and mouse, and the page about the program."""

from __future__ import annotations

from html import escape

from PyQt5.QtCore import QCoreApplication
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget


def _tr(text: str) -> str:
    return QCoreApplication.translate("Help", text)


def gestures() -> list[tuple[str, list[tuple[str, str]]]]:
    """What the mouse and the keys do over a picture, by group."""
    return [
        (
            _tr("Mouse over a picture"),
            [
                (_tr("Left drag (box tool)"), _tr("draw a box; the mask follows")),
                (_tr("Drag a handle or the box"), _tr("adjust it; the mask is replaced")),
                (_tr("Ctrl + left drag"), _tr("draw a box inside of the selected one")),
                (_tr("Left click or drag (crosshair tool)"), _tr("move the crosshair in all planes")),
                (_tr("Wheel"), _tr("next or previous slice")),
                (_tr("Ctrl + wheel"), _tr("zoom at the mouse")),
                (_tr("Middle drag, or Space + left drag"), _tr("pan")),
                (_tr("Right drag"), _tr("left and right: window width; up and down: level")),
                (_tr("Double click"), _tr("one plane large, and back")),
            ],
        ),
        (
            _tr("Keys over a picture"),
            [
                ("↑ ↓  PgUp PgDn", _tr("next or previous slice; with Shift, five")),
                ("Home  End", _tr("first or last slice")),
                ("Delete", _tr("delete the selected box and its mask")),
                ("Esc", _tr("stop what is being drawn or computed")),
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
    for title, rows in [*gestures(), (_tr("Menus"), shortcuts)]:
        body = "".join(
            f"<tr><td width='45%'><b>{escape(keys)}</b></td><td>{escape(text)}</td></tr>"
            for keys, text in rows
        )
        parts.append(f"<h3>{escape(title)}</h3><table width='100%'>{body}</table>")
    return "".join(parts)


def about_html(versions: dict[str, str]) -> str:
    """The page about the program: purpose, licence, versions."""
    rows = "".join(f"<li>{escape(name)} {escape(number)}</li>" for name, number in versions.items())
    return (
        f"<h2>MedSAM</h2><p>{escape(_tr('Segmentation of medical images from boxes.'))}</p>"
        f"<p><b>{escape(_tr('Research use. Not a medical device.'))}</b></p>"
        f"<p>{escape(_tr('Apache-2.0. PyQt5 is GPL-3.0, so a bundle with it is GPL-3.0 as well.'))}</p>"
        f"<ul>{rows}</ul>"
    )
