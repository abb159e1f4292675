"""Hands on the label list, for its tests."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLineEdit

from medsam.document import Label, SetLabels, default_colour, paint_block_edit
from medsam.ui.panels.label_model import NAME
from tests.ui.window_support import settle, view_of


def show_four(window):
    """Labels A to D in the open case, of which A and B have voxels; returns the panel."""
    labels = tuple(Label(n, name, default_colour(n)) for n, name in enumerate("ABCD", start=1))
    window.session.push(SetLabels(labels))
    k = view_of(window).index
    for number, i in ((1, 10), (2, 20)):
        region = (slice(i, i + 10), slice(10, 30), slice(k - 1, k + 2))
        edit = paint_block_edit(window.session.annotation, region, np.ones((10, 20, 3), bool), number)
        window.session.push(edit)
    settle()
    return window.label_panel


def cell(panel, row, column):
    """The middle of a cell of the list."""
    return panel.view.visualRect(panel.model.index(row, column)).center()


def click(panel, row, column, modifier=Qt.NoModifier):
    """Click a cell of the list."""
    QTest.mouseClick(panel.view.viewport(), Qt.LeftButton, modifier, cell(panel, row, column))
    settle()


def drag_row(panel, row, y):
    """Drag a row to a height of the list's viewport."""
    port = panel.view.viewport()
    start = cell(panel, row, NAME)
    QTest.mousePress(port, Qt.LeftButton, Qt.NoModifier, start)
    for at in (start + QPoint(0, 15), QPoint(start.x(), y)):
        event = QMouseEvent(QEvent.MouseMove, QPointF(at), Qt.NoButton, Qt.LeftButton, Qt.NoModifier)
        QApplication.sendEvent(port, event)
    QTest.mouseRelease(port, Qt.LeftButton, Qt.NoModifier, QPoint(start.x(), y))
    settle()


def names(window):
    """Of the labels, in order."""
    return [label.name for label in window.session.annotation.labels]


def key(window, which, modifier=Qt.NoModifier):
    """A key in the picture."""
    view = view_of(window)
    view.setFocus()
    QTest.keyClick(view, which, modifier)
    settle()


def editor(panel):
    """The field in which a name is typed."""
    return panel.view.findChild(QLineEdit)


def undone(window, act):
    """Do something, undo it, and compare bit for bit; then do it again."""
    annotation = window.session.annotation
    before, table = annotation.label_map.copy(), annotation.labels.as_tuple()
    steps = window.session.undo.count()
    act()
    settle()
    after, table_after = annotation.label_map.copy(), annotation.labels.as_tuple()
    assert window.session.undo.count() == steps + 1, "one step"
    window.actions_["undo"].trigger()
    np.testing.assert_array_equal(annotation.label_map, before)
    assert annotation.labels.as_tuple() == table
    window.actions_["redo"].trigger()
    np.testing.assert_array_equal(annotation.label_map, after)
    assert annotation.labels.as_tuple() == table_after
