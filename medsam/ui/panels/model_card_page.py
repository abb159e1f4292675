"""A Markdown page with tables and pictures that follow the theme and the width. It reads local files only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QByteArray, QEvent, Qt, QUrl
from PyQt5.QtGui import (
    QBrush,
    QFont,
    QImage,
    QPainter,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
)
from PyQt5.QtWidgets import QTextBrowser, QWidget

_DARK_RULE = re.compile(r"\.(\w+)\{(fill|stroke):(#[0-9a-fA-F]+)\}")
_MARGIN = 18
_LONGEST_CELL = 320
"""Pixels: longer cells are broken into lines."""
_MANY = 5
"""Columns beyond which the cells stand closer, so that the table fits a small screen."""

_HEADINGS = {1: (1.65, 0, 8), 2: (1.3, 22, 6), 3: (1.08, 16, 4)}
"""Size over the text's, and pixels above and below, by level."""


class CardPage(QTextBrowser):
    """Shows Markdown. Text can be selected; links to the web open in the system's browser."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenExternalLinks(True)
        self.setWordWrapMode(QTextOption.WordWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAsNeeded)
        self._markdown, self._folder = "", Path()
        self._sizes: dict[str, tuple[int, int]] = {}

    def show_markdown(self, text: str, folder: Path) -> None:
        """Show a page.

        Args:
            text: Markdown, with tables.
            folder: That the pictures' paths are relative to.
        """
        self._markdown, self._folder = text, folder
        self._render()

    def _render(self) -> None:
        self._sizes.clear()
        document = self.document()
        document.clear()
        document.setDefaultFont(self.font())
        self.setMarkdown(self._markdown)
        # What Markdown made can be taken back by Ctrl+Z otherwise.
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(_MARGIN)
        document.setIndentWidth(22)
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._style_table(frame)
        for block in _blocks(document):
            self._style_block(block)
        cursor.endEditBlock()
        self._fit_pictures()

    def _style_block(self, block: QTextBlock) -> None:
        level = block.blockFormat().headingLevel()
        cursor = QTextCursor(block)
        form = block.blockFormat()
        if level in _HEADINGS:
            size, above, below = _HEADINGS[level]
            form.setTopMargin(above)
            form.setBottomMargin(below)
            letters = QTextCharFormat()
            letters.setFontPointSize(self.font().pointSizeF() * size)
            letters.setFontWeight(QFont.DemiBold)
            cursor.movePosition(QTextCursor.EndOfBlock, QTextCursor.KeepAnchor)
            # Not merged: what Markdown says of a heading's size would win.
            cursor.setCharFormat(letters)
        elif cursor.currentTable() is None:
            is_code = bool(form.property(QTextFormat.BlockCodeFence))
            ends_code = is_code and not block.text()
            if not _has_picture(block) and not is_code:
                form.setLineHeight(118, form.ProportionalHeight)
            form.setBottomMargin(0 if is_code else 3 if cursor.currentList() is not None else 8)
            if is_code and not ends_code:
                form.setBackground(self.palette().color(QPalette.AlternateBase))
        cursor.setBlockFormat(form)

    def _style_table(self, table: QTextTable) -> None:
        """Thin lines, room in the cells, a ground behind the heads; an empty head goes."""
        head = [table.cellAt(0, column).firstCursorPosition().block() for column in range(table.columns())]
        heads = int(any(block.text() for block in head))
        if not heads:
            table.removeRows(0, 1)
        colours = self.palette()
        form = table.format()
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle_Solid)
        form.setBorderBrush(QBrush(colours.color(QPalette.Mid)))
        form.setBorderCollapse(True)
        form.setCellPadding(4 if table.columns() <= _MANY else 2)
        form.setCellSpacing(0)
        form.setTopMargin(2)
        form.setBottomMargin(10)
        form.setHeaderRowCount(heads)
        form.setRightMargin(2)
        if table.columns() > 2:
            # Not all of it: columns are rounded up, each by itself.
            form.setWidth(QTextLength(QTextLength.PercentageLength, 99))
            form.setColumnWidthConstraints(self._column_widths(table))
        table.setFormat(form)
        for column in range(table.columns() if heads else 0):
            cell = table.cellAt(0, column)
            # A head stands where the figures below it stand.
            below = (
                table.cellAt(min(1, table.rows() - 1), column).firstCursorPosition().blockFormat().alignment()
            )
            block = cell.firstCursorPosition().blockFormat()
            block.setAlignment(below)
            cell.firstCursorPosition().setBlockFormat(block)
            ground = cell.format()
            ground.setBackground(colours.color(QPalette.AlternateBase))
            ground.setFontWeight(QFont.DemiBold)
            cell.setFormat(ground)
            cursor = cell.firstCursorPosition()
            cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.KeepAnchor)
            letters = QTextCharFormat()
            letters.setFontWeight(QFont.DemiBold)
            cursor.mergeCharFormat(letters)

    def _column_widths(self, table: QTextTable) -> list[QTextLength]:
        """Shares of the width: by the longest cell, so that sentences get room and figures stay on a line."""
        metrics = self.fontMetrics()
        longest = []
        for column in range(table.columns()):
            cells = [table.cellAt(row, column).firstCursorPosition().block() for row in range(table.rows())]
            longest.append(min(max(metrics.horizontalAdvance(b.text()) for b in cells), _LONGEST_CELL) + 14)
        return [QTextLength(QTextLength.PercentageLength, 100 * width / sum(longest)) for width in longest]

    def loadResource(self, kind: int, name: QUrl) -> Any:
        """Pictures of the page's own folder; nothing else, and nothing from the network."""
        if kind != QTextDocument.ImageResource:
            return None
        return self._picture(name.toString())

    def _picture(self, name: str) -> QImage:
        path = (self._folder / name).resolve()
        if self._folder.resolve() not in path.parents or not path.is_file():
            return QImage()
        if path.suffix != ".svg":
            image = QImage(str(path))
            self._sizes[name] = (image.width(), image.height())
            return image
        try:
            from PyQt5.QtSvg import QSvgRenderer
        except ImportError:  # Some systems pack it by itself; then the page goes without pictures.
            return QImage()
        is_dark = self.palette().color(QPalette.Base).lightness() < 128
        drawing = QSvgRenderer(QByteArray(themed(path.read_text(encoding="utf-8"), is_dark).encode()))
        size = drawing.defaultSize()
        self._sizes[name] = (size.width(), size.height())
        # Twice as fine as the page, so that it is sharp on a screen of small pixels too.
        image = QImage(size * 2, QImage.Format_ARGB32_Premultiplied)
        image.fill(Qt.transparent)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        return image

    def _fit_pictures(self) -> None:
        """No picture wider than the page, none wider than it was drawn."""
        room = self.viewport().width() - 2 * _MARGIN - 4
        changed = False
        for cursor, name in _pictures(self.document()):
            if name not in self._sizes:
                self._picture(name)
            width, height = self._sizes.get(name, (0, 0))
            if not width:
                continue
            shown = max(min(room, width), 1)
            form = cursor.charFormat().toImageFormat()
            if round(form.width()) != shown:
                form.setWidth(shown)
                form.setHeight(round(height * shown / width))
                cursor.setCharFormat(form)
                changed = True
        if changed:
            # Qt lays out no text below a picture whose size was changed unless it is told that all is new.
            document = self.document()
            document.markContentsDirty(0, document.characterCount())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures follow the width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit_pictures()

    def changeEvent(self, event: QEvent) -> None:
        """Follow another theme, at the same place."""
        super().changeEvent(event)
        if event.type() == QEvent.PaletteChange and self._markdown:
            place = self.verticalScrollBar().value()
            self._render()
            self.verticalScrollBar().setValue(place)


def themed(svg: str, is_dark: bool) -> str:
    """A picture of ``finetune.card.outlines`` in the window's theme.

    Qt reads no style sheet for dark readers, so that the colours it gives to
    classes are put in the place of the elements' own.
    """
    if not is_dark:
        return svg
    for name, what, colour in _DARK_RULE.findall(svg):
        svg = re.sub(rf'(class="{name}" {what}=")#[0-9a-fA-F]+', rf"\g<1>{colour}", svg)
    return svg


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _has_picture(block: QTextBlock) -> bool:
    """Whether a block holds a picture, which is drawn as one letter of the font's own for objects."""
    return "\ufffc" in block.text()


def _pictures(document: QTextDocument) -> Iterator[tuple[QTextCursor, str]]:
    """A selection of each picture, and its name."""
    found = []
    for block in _blocks(document):
        pieces = block.begin()
        while not pieces.atEnd():
            piece = pieces.fragment()
            if piece.charFormat().isImageFormat():
                found.append((piece.position(), piece.charFormat().toImageFormat().name()))
            pieces += 1
    for position, name in found:
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        cursor.setPosition(position + 1, QTextCursor.KeepAnchor)
        yield cursor, name
