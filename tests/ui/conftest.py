"""Fixtures of the window's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, QEvent
from PyQt5.QtWidgets import QApplication

from medsam.ui import battery, language_switch, translation
from medsam.ui.errors import Presenter, install_excepthook
from medsam.ui.garbage import Collector
from medsam.ui.main_window import MainWindow
from medsam.ui.theme import Theme
from tests.ui.window_support import EngineMaker, settle


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system's language is English whatever the machine says, and no test leaves another one behind."""
    monkeypatch.setattr(translation, "language_of", lambda tags: translation.ENGLISH)
    yield
    app = QApplication.instance()
    if app is not None:
        translation.remove(app)


@pytest.fixture(autouse=True)
def mains(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine has no battery, whatever it runs on."""
    monkeypatch.setattr(battery, "read", lambda: None)


@pytest.fixture(scope="package", autouse=True)
def garbage(qapp: QApplication) -> Iterator[None]:
    """As in the program: no thread beside the window's frees a widget."""
    collector = Collector()
    yield
    collector.stop()


@pytest.fixture
def maker() -> EngineMaker:
    """Makes the window's engine; a test may change its mode or prepare it first."""
    return EngineMaker()


@pytest.fixture
def new_window(qapp: QApplication, maker: EngineMaker) -> Iterator[Callable[..., MainWindow]]:
    """Shows a window; it is closed without a question after the test."""
    windows: list[MainWindow] = []
    hooks: list[Callable[[], None]] = []

    def make(**options) -> MainWindow:
        presenter = Presenter()
        hooks.append(install_excepthook(presenter))
        window = MainWindow(Theme(qapp), presenter, engine=maker, **options)
        window.resize(1200, 760)
        window.show()
        # Shortcuts work in the active window only, and a bare X server activates none.
        QApplication.setActiveWindow(window)
        windows.append(window)
        settle()
        return window

    yield make
    # Another language puts a new window in the place of one that was made here.
    for window in (*windows, *language_switch._present):
        if not sip.isdeleted(window):
            window.close_unasked()
            window.deleteLater()
    language_switch.forget()
    for undo in hooks:
        undo()
    QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    settle()


@pytest.fixture
def window(new_window: Callable[..., MainWindow]) -> MainWindow:
    """A window whose engine answers at once."""
    return new_window()
