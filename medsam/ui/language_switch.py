"""Another language without a restart: a new window in the place of the old one, over the same work.

Every word of a window is said when the window is made. So the window is made
again, and takes over the document with its whole history (the same objects:
not one step is copied), what the panes show, the tool, the place on the
screen and the model's name. The old window's engine ends with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, Qt, QTimer
from PyQt5.QtWidgets import QApplication

from medsam.intensity import Window
from medsam.ui import translation
from medsam.ui.canvas.transform import ViewTransform
from medsam.ui.garbage import destroy_soon
from medsam.volume import Plane

if TYPE_CHECKING:
    from medsam.ui.main_window import MainWindow

_LOOK_AGAIN_MS = 200

_present: list[MainWindow] = []
"""The window that was made last: Qt does not keep windows alive, Python does."""


@dataclass(frozen=True)
class _Sight:
    """What the panes of a window show.

    Attributes:
        window: What all look through; None for colour.
        crosshair: Voxel coordinates.
        transforms: Zoom and place, by plane.
        current: The plane of the pane in use.
        alone: The plane that fills the area, if one does.
        tool: The name of the tool in use.
        switches: Actions that are switched on or off, by name.
    """

    window: Window | None
    crosshair: tuple[float, float, float] | None
    transforms: dict[Plane, ViewTransform]
    current: Plane
    alone: Plane | None
    tool: str
    switches: dict[str, bool]


class LanguageSwitch(QObject):
    """Changes a window's language as soon as nothing is under way in it that would be lost."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._said = ""
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_AGAIN_MS)
        self._timer.timeout.connect(self._try)

    def choose(self, choice: str) -> None:
        """Speak "system", "en" or "zh_CN" from now on, here and in the next run."""
        translation.choose(choice)
        if translation.language_for(choice) == translation.in_use():
            self._timer.stop()
        else:
            # Not from within the menu or the list that was clicked: it goes with its window.
            self._timer.start()
            QTimer.singleShot(0, self._try)

    def _try(self) -> None:
        if not self._timer.isActive():
            return
        if not self._window.isVisible():  # It was closed meanwhile.
            self._timer.stop()
            return
        if is_idle(self._window):
            self._timer.stop()
            self._window.presenter.withdraw(self._said)
            renew(self._window)
        elif waits_for_the_user(self._window):
            # A question, once; whoever stays has chosen the language of the next run.
            self._timer.stop()
            self._window.presenter.withdraw(self._said)
            self._said = ""
            self._window.undecided.settle(self._go_on)
        elif not self._said:
            self._said = self.tr("The language changes as soon as the work under way has ended.")
            self._window.presenter.info(self._said)

    def _go_on(self) -> None:
        self._timer.start()
        self._try()


def is_idle(window: MainWindow) -> bool:
    """Whether nothing is under way that a new window could not take over."""
    return _is_still(window) and not len(window.segmentation.queue)


def waits_for_the_user(window: MainWindow) -> bool:
    """Whether only masks and guesses are left that nobody but the user can decide."""
    queue = window.segmentation.queue
    return _is_still(window) and len(queue) > 0 and not queue.running


def _is_still(window: MainWindow) -> bool:
    return not (
        window.tasks.visible
        or window.adapt.is_running
        or window.adapt.is_undecided
        or QApplication.activeModalWidget() is not None
        or QApplication.mouseButtons() != Qt.NoButton
        or any(pane.view.is_dragging for pane in window.area.panes.values())
    )


def renew(old: MainWindow) -> MainWindow:
    """Put a new window in the place of ``old``, in the language that is chosen now; ``old`` goes."""
    app = QApplication.instance()
    assert app is not None
    translation.install(app, translation.chosen())
    with_preferences = old.preferences.is_shown
    sight = _sight(old)
    old.remember_place()
    session = old.session
    kept = session.annotation, session.source, session.initial_window, session.history
    target, rule = session.target, session.rule
    extras = {name: part.hand_over() for name, part in _parts(old) if hasattr(part, "hand_over")}
    session.let_go()
    new = old.another()
    if kept[0] is not None:
        new.session.open(*kept)
        new.session.target = target
        new.session.set_rule(rule)
        new.setWindowModified(new.session.is_modified)
    for name, part in _parts(new):
        if name in extras:
            part.take_over(extras[name])
    _present[:] = [new]
    new.setWindowState(old.windowState())
    new.show()
    if kept[0] is not None:
        _restore_sight(new, sight)
    if with_preferences:
        new.preferences.show()
    old.close_unasked()
    destroy_soon(old)
    return new


def present() -> tuple[MainWindow, ...]:
    """The window that took the place of another one last, if any did."""
    return tuple(_present)


def forget() -> None:
    """Let the last window go, before the application does."""
    _present.clear()


def _parts(window: MainWindow) -> list[tuple[str, Any]]:
    """The window's parts by name; those with ``hand_over`` and ``take_over`` carry a state of their own."""
    return [(name, part) for name, part in vars(window).items() if isinstance(part, QObject)]


def _sight(window: MainWindow) -> _Sight:
    actions = window.actions_
    panes = window.area.panes
    return _Sight(
        window.view.window,
        window.view.current.crosshair,
        {plane: pane.view.transform for plane, pane in panes.items() if pane.view.frame is not None},
        window.view.current.plane,
        window.area.alone,
        window.view.tool_name,
        {name: actions[name].isChecked() for name in ("overlay", "crosshair_lines")},
    )


def _restore_sight(window: MainWindow, sight: _Sight) -> None:
    # The panes have their sizes only once the window was laid out.
    QApplication.sendPostedEvents()
    for name, checked in sight.switches.items():
        window.actions_[name].setChecked(checked)
    window.view.current = window.area.panes[sight.current].view
    if sight.alone is not None:
        window.view.toggle_alone(window.area.panes[sight.alone].view)
    window.view.choose_tool(sight.tool)
    window.view.set_window(sight.window)
    if sight.crosshair is not None:
        window.view.move_crosshair(sight.crosshair)
    for plane, transform in sight.transforms.items():
        view = window.area.panes[plane].view
        view.set_transform(transform.resized((float(view.width()), float(view.height()))))
    window.view.current.setFocus()
