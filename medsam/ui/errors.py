"""One place where failures become sentences, and one log that keeps the rest.

``Presenter`` shows; ``install_excepthook`` sends it what nobody caught, so a
slot that raises costs one sentence and not the program. The log rotates and
holds file names only, never a folder.
"""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PyQt5.QtCore import QObject, Qt, pyqtSignal

from medsam.errors import Cancelled, LockedError, MedSAMError
from medsam.ui.domain_words import in_words

log = logging.getLogger("medsam.ui")
logging.getLogger("medsam").addHandler(logging.NullHandler())

_FOLDERS = re.compile(r"(?<![\w.])(?:[A-Za-z]:)?[\\/](?:[^\\/:*?\"'<>|\r\n]+[\\/])+")
_LOG_BYTES, _LOG_FILES = 500_000, 3

Action = tuple[str, Callable[[], None]]


def log_file() -> Path:
    """Where the log lies."""
    import platformdirs

    return Path(platformdirs.user_log_dir("medsam", appauthor=False)) / "medsam.log"


def without_folders(text: str) -> str:
    """``text`` with every path cut to its last part."""
    return _FOLDERS.sub("", text)


class _NamesOnly(logging.Formatter):
    """A formatter that writes no folder, not even in a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, names only."""
        return without_folders(super().format(record))


def start_logging(path: Path | None = None) -> logging.Handler | None:
    """Write the program's log to a rotating file; None where no file can be made."""
    path = path or log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    handler.setFormatter(_NamesOnly("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("medsam")
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return handler


def stop_logging(handler: logging.Handler | None) -> None:
    """Close what ``start_logging`` opened."""
    if handler is not None:
        logging.getLogger("medsam").removeHandler(handler)
        handler.close()


class Presenter(QObject):
    """Turns failures and news into sentences; the window's banners show them.

    Signals:
        message(kind, sentence, action): ``kind`` is "error", "warning" or
            "info"; ``action`` is None or ``(text, callable)``.
        passing(sentence): News that may go by itself.
        withdrawn(sentence): An earlier sentence is not true any more.
    """

    message = pyqtSignal(str, str, object)
    passing = pyqtSignal(str)
    withdrawn = pyqtSignal(str)
    _from_elsewhere = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._from_elsewhere.connect(self.error, Qt.QueuedConnection)
        self._remedy: Callable[[BaseException], Action | None] = lambda error: None

    def set_remedy(self, remedy: Callable[[BaseException], Action | None]) -> None:
        """Ask ``remedy`` for a button to go with a failure that is shown without one."""
        self._remedy = remedy

    def refuse_locked(self, label_id: int, name: str) -> str:
        """Say that a label is locked, with a button to unlock it; returns the sentence."""
        sentence = self.tr('The label "{0}" is locked. Unlock it or choose another one.').format(name)
        self.warning(sentence, self._remedy(LockedError(sentence, label_id)))
        return sentence

    def error(self, error: BaseException | str, action: Action | None = None) -> str:
        """Show a failure as one sentence; returns that sentence ("" for Cancelled)."""
        if isinstance(error, Cancelled):
            return ""
        if isinstance(error, BaseException) and not isinstance(error, MedSAMError):
            log.error("unexpected\n%s", "".join(traceback.format_exception(error)))
        sentence = self.sentence(error)
        log.warning("shown: %s", sentence)
        if action is None and isinstance(error, BaseException):
            action = self._remedy(error)
        self.message.emit("error", sentence, action)
        return sentence

    def warning(self, sentence: str, action: Action | None = None) -> None:
        """Show something that went wrong without stopping the work."""
        self.message.emit("warning", in_words(sentence), action)

    def info(self, sentence: str, action: Action | None = None) -> None:
        """Show news that should stay until it is read."""
        self.message.emit("info", in_words(sentence), action)

    def news(self, sentence: str) -> None:
        """Show good news for some seconds."""
        self.passing.emit(sentence)

    def withdraw(self, sentence: str) -> None:
        """Take a sentence back that has been settled since; nothing if it was closed already."""
        if sentence:
            self.withdrawn.emit(in_words(sentence))

    def sentence(self, error: BaseException | str) -> str:
        """What to show for ``error``."""
        if isinstance(error, str):
            return in_words(error)
        if isinstance(error, MedSAMError):
            return in_words(str(error)) or type(error).__name__
        if isinstance(error, MemoryError):
            return self.tr(
                "There is not enough memory for this. Close other programs or open a smaller image."
            )
        if isinstance(error, OSError) and error.strerror:
            name = Path(str(error.filename)).name if error.filename else ""
            return f"{name}: {error.strerror}." if name else f"{error.strerror}."
        return self.tr(
            "Something inside the program failed ({0}). Your work is kept; the log holds the details."
        ).format(type(error).__name__)

    def from_any_thread(self, error: BaseException) -> None:
        """Show a failure that was caught outside of the window's thread."""
        self._from_elsewhere.emit(error)


def install_excepthook(presenter: Presenter) -> Callable[[], None]:
    """Send uncaught exceptions of all threads to ``presenter``; returns the way back."""
    before, threads_before = sys.excepthook, threading.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before(kind, error, trace)
            return
        presenter.from_any_thread(error.with_traceback(trace))

    def thread_hook(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            presenter.from_any_thread(args.exc_value)

    def undo() -> None:
        sys.excepthook, threading.excepthook = before, threads_before

    sys.excepthook, threading.excepthook = hook, thread_hook
    return undo
