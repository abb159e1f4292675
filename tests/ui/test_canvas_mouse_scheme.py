"""Mouse schemes: what each button drags, in each school, and that a tool comes first where it may."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.ui.canvas.mouse_scheme import ITK_SNAP, PACS, PAN, RESEARCH, SCHEMES, SLICER, TOOL, WINDOW, ZOOM
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.base import Tool
from medsam.ui.canvas.tools.navigate import NavigateTool
from medsam.ui.key_profiles import PROFILES
from tests.phantoms import ct_phantom


class Recorder(Tool):
    """Takes every press and remembers it."""

    def __init__(self, *, takes_right: bool = False) -> None:
        super().__init__()
        self.takes_right = takes_right
        self.pressed: list[Qt.MouseButton] = []
        self.released: list[Qt.MouseButton] = []

    def mouse_press(self, view, mouse) -> bool:
        self.pressed.append(mouse.button)
        return True

    def mouse_release(self, view, mouse) -> bool:
        self.released.append(mouse.button)
        return True


@pytest.fixture
def view(qtbot):
    """A CT, 400 by 400 logical pixels."""
    widget = SliceView()
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    widget.set_scene(ct_phantom())
    widget.set_crosshair((5.0, 5.0, widget.index))
    widget.show()
    return widget


def pull(view, button, dx, dy, modifiers=Qt.NoModifier):
    """Press in the middle, move, release."""
    start, end = QPoint(200, 200), QPoint(200 + dx, 200 + dy)
    QTest.mousePress(view, button, modifiers, start)
    if dx or dy:
        event = QMouseEvent(
            QEvent.MouseMove, QPointF(end), QPointF(view.mapToGlobal(end)), Qt.NoButton, button, modifiers
        )
        QApplication.sendEvent(view, event)
    QTest.mouseRelease(view, button, modifiers, end)


def seen(view):
    """What a drag may change."""
    return {"window": view.window, "zoom": view.transform.zoom, "place": view.transform.center_xy}


def changed(view, before):
    """What differs from before; a zoom moves the middle as well."""
    now = seen(view)
    names = {name for name in now if now[name] != before[name]}
    return "zoom" if "zoom" in names else "window" if "window" in names else "pan" if names else None


def test_every_profile_has_a_scheme():
    assert tuple(SCHEMES) == PROFILES


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda s: s.name)
def test_tools_have_the_left_button_and_the_view_can_do_everything(scheme):
    assert scheme.drag(Qt.LeftButton) == scheme.drag(Qt.LeftButton, Qt.ControlModifier) == TOOL
    assert scheme.drag(Qt.MiddleButton) == PAN
    others = {scheme.drag(Qt.RightButton, m) for m in (Qt.NoModifier, Qt.ControlModifier, Qt.ShiftModifier)}
    assert others == {PAN, ZOOM, WINDOW}
    assert scheme.drag(Qt.BackButton) is None


@pytest.mark.parametrize(
    ("scheme", "right", "ctrl_right"),
    [
        (RESEARCH, "window", "zoom"),
        (PACS, "zoom", "window"),
        (SLICER, "zoom", "window"),
        (ITK_SNAP, "zoom", "window"),
    ],
    ids=lambda v: getattr(v, "name", v),
)
def test_right_drag(view, scheme, right, ctrl_right):
    view.set_mouse(scheme)
    view.set_tool(Recorder())
    before = seen(view)
    pull(view, Qt.RightButton, 30, -40)
    assert changed(view, before) == right
    before = seen(view)
    pull(view, Qt.RightButton, 30, -40, Qt.ControlModifier)
    assert changed(view, before) == ctrl_right
    before = seen(view)
    pull(view, Qt.RightButton, 30, -40, Qt.ShiftModifier)
    assert changed(view, before) == "pan"
    assert view.tool.pressed == []


def test_upwards_magnifies_about_the_place_of_the_press(view):
    view.set_mouse(SLICER)
    before, there = view.transform.zoom, view.view_to_shown(QPointF(200, 200))
    pull(view, Qt.RightButton, 0, -120)
    assert view.transform.zoom == pytest.approx(2 * before)
    assert view.view_to_shown(QPointF(200, 200)) == pytest.approx(there)
    pull(view, Qt.RightButton, 0, 120)
    assert view.transform.zoom == pytest.approx(before)


def test_escape_gives_up_a_zoom(view):
    view.set_mouse(PACS)
    before = view.transform
    QTest.mousePress(view, Qt.RightButton, Qt.NoModifier, QPoint(200, 200))
    event = QMouseEvent(QEvent.MouseMove, QPointF(200, 100), Qt.NoButton, Qt.RightButton, Qt.NoModifier)
    QApplication.sendEvent(view, event)
    assert view.transform != before
    QTest.keyClick(view, Qt.Key_Escape)
    assert view.transform == before and not view.is_dragging


def test_left_drag_of_the_navigation_tool(view):
    view.set_tool(NavigateTool())
    for scheme, wanted in ((RESEARCH, None), (ITK_SNAP, None), (PACS, "window"), (SLICER, "window")):
        view.set_mouse(scheme)
        view.set_crosshair((5.0, 5.0, view.index))
        before, cross = seen(view), view.crosshair
        pull(view, Qt.LeftButton, 25, 35)
        assert changed(view, before) == wanted, scheme.name
        assert (view.crosshair != cross) == (wanted is None), scheme.name


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda s: s.name)
def test_click_of_the_navigation_tool_puts_the_crosshair(view, scheme):
    view.set_mouse(scheme)
    view.set_tool(NavigateTool())
    before, cross = seen(view), view.crosshair
    pull(view, Qt.LeftButton, 1, 1)
    assert changed(view, before) is None and view.crosshair != cross


def test_inverted_drag_of_the_window(view):
    level, width = view.window.level, view.window.width
    pull(view, Qt.RightButton, 10, 40)
    assert view.window.level > level and view.window.width > width
    level = view.window.level
    view.set_mouse(RESEARCH, inverted=True)
    pull(view, Qt.RightButton, 10, 40)
    assert view.window.level < level


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda s: s.name)
def test_tool_that_takes_the_right_button_comes_before_the_scheme(view, scheme):
    view.set_mouse(scheme)
    tool = Recorder(takes_right=True)
    view.set_tool(tool)
    before = seen(view)
    pull(view, Qt.RightButton, 30, 30)
    pull(view, Qt.LeftButton, 30, 30)
    assert tool.pressed == tool.released == [Qt.RightButton, Qt.LeftButton]
    assert changed(view, before) is None
    pull(view, Qt.MiddleButton, 30, 30)
    assert changed(view, before) == "pan"


def test_space_pans_except_where_the_profile_needs_it(view):
    for scheme in SCHEMES.values():
        view.set_mouse(scheme)
        tool = Recorder()
        view.set_tool(tool)
        before = seen(view)
        QTest.keyPress(view, Qt.Key_Space)
        pull(view, Qt.LeftButton, 30, 30)
        QTest.keyRelease(view, Qt.Key_Space)
        assert (changed(view, before) == "pan") == scheme.space_pans, scheme.name
        assert bool(tool.pressed) != scheme.space_pans
