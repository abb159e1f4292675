"""One run of the program: application, look, log, window, and the work named on the command line."""

from __future__ import annotations

import os
import sys

from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PyQt5.QtWidgets import QApplication

from medsam.ui import background, language_switch, settings, text_size, translation
from medsam.ui.engine_bridge import EngineFactory
from medsam.ui.errors import Presenter, install_excepthook, start_logging, stop_logging
from medsam.ui.garbage import Collector
from medsam.ui.main_window import MainWindow
from medsam.ui.scripted import ScriptedRun, Work
from medsam.ui.theme import Theme

SCREENSHOT_SIZE = (1366, 768)
"""Of pictures of the window, whatever the screen and the last run."""


def make_application() -> QApplication:
    """The one ``QApplication``, with sharp pictures on dense screens."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QCoreApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    # X11 derives odd factors such as 1.04 from the monitor's size; there, whole ones look better.
    policy = Qt.HighDpiScaleFactorRoundingPolicy
    on_x11 = sys.platform.startswith("linux")
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        policy.RoundPreferFloor if on_x11 else policy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setOrganizationName(settings.ORGANISATION)
    app.setApplicationName(settings.APPLICATION)
    app.setApplicationDisplayName("MedSAM")
    return app


def run(work: Work, *, model: str | None, device: str, engine: EngineFactory | None = None) -> int:
    """Show the window and do the work.

    Args:
        work: From the command line.
        model: Name or file; None for the last one used.
        device: "auto", "cpu", "cuda" or "mps".
        engine: Makes the engine's client; a worker process by default.

    Returns:
        0; or 2 if a screenshot was asked for and could not be had. A thread
        that does not end, as one on a disk that hangs, ends with the process
        here, with the same code.
    """
    app = make_application()
    translation.install(app, translation.chosen())
    handler, collector = start_logging(), Collector()
    presenter = Presenter()
    restore_hook = install_excepthook(presenter)
    theme = Theme(app)
    theme.restore()
    text_size.restore(app)
    window = MainWindow(theme, presenter, model=model, device=device, engine=engine)
    outcome: list[str] = []
    script = ScriptedRun(window, work)

    def finished(sentence: str) -> None:
        outcome.append(sentence)
        if work.screenshot is not None:
            window.close_unasked()

    script.finished.connect(finished)
    if work.screenshot is not None:
        window.resize(*SCREENSHOT_SIZE)
    window.show()
    if work.path is not None or work.screenshot is not None:
        QTimer.singleShot(0, script.start)
    app.exec_()
    _destroy(script, window, *language_switch.present())
    language_switch.forget()
    restore_hook()
    collector.stop()
    _destroy(theme, presenter, collector)
    stop_logging(handler)
    code = 0
    if work.screenshot is not None and outcome != [""]:
        sentence = outcome[0] if outcome else "The window was closed before the picture was taken."
        print(sentence, file=sys.stderr)
        code = 2
    if not background.are_all_ended():
        # A disk that hangs: nobody can end the thread that waits for it, and the work is stored.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _destroy(*objects: QObject) -> None:
    """Destroy what has no parent while Python still holds it.

    PyQt would do it as the interpreter ends, but there a window is freed with
    the last connection that holds it, and looked at once more after that: now
    and then, the program would end with signal 11.
    """
    # Threads that have ended say so before what listens to them goes, and failures reach the log.
    QCoreApplication.sendPostedEvents()
    for thing in objects:
        if not sip.isdeleted(thing):
            thing.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)
