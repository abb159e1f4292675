"""One writer at a time: a lock that the operating system lets go of when its holder dies."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from medsam.document.case_words import CaseTrouble, Holder

if TYPE_CHECKING:
    from filelock import BaseFileLock

SUFFIX = ".lock"
_LARGEST = 4096
_LOOK_AGAIN_SECONDS = 0.02
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)
"""What disks say that know no locks."""


@contextlib.contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock file ``path`` for a short while; disks without locks are written without.

    Args:
        path: Beside what is guarded; removed again.
        seconds: How long to wait for whoever holds it.

    Raises:
        TimeoutError: If it is held for longer.
        OSError: If the folder does not allow a lock.
    """
    from filelock import FileLock

    _ask_for_folder(path)
    lock = FileLock(str(path), thread_local=False)
    try:
        # Its time-out is a TimeoutError.
        lock.acquire(timeout=seconds, poll_interval=_LOOK_AGAIN_SECONDS)
    except RuntimeError:
        pass
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    try:
        yield
    finally:
        if lock.is_locked:
            _let_go(lock, path)


def _ask_for_folder(path: Path) -> None:
    """The lock would make the folder, also where a drive is to be mounted."""
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path.parent.name)


def _let_go(lock: BaseFileLock, path: Path) -> None:
    # Gone before the lock is: whoever opened it meanwhile finds it unlinked and begins anew.
    with contextlib.suppress(OSError):
        os.unlink(path)
    with contextlib.suppress(OSError):
        lock.release()
    if os.name == "nt":  # Where no file that is open can be removed.
        with contextlib.suppress(OSError):
            os.unlink(path)


class CaseLock:
    """The right to write one case file; held until ``release`` or the end of the process.

    The lock is a file beside the case. It may stay behind when the program is
    killed, and then hinders nobody: what counts is the operating system's lock
    on it.
    """

    def __init__(self, case: Path) -> None:
        self._case = case
        self._path = case.with_name(case.name + SUFFIX)
        from filelock import FileLock

        # Not bound to a thread: the loader takes it, the window lets it go.
        self._lock = FileLock(str(self._path), thread_local=False)

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return bool(self._lock.is_locked)

    def acquire(self) -> None:
        """Take the lock at once or not at all.

        Raises:
            CaseTrouble: If somebody else holds it.
            OSError: If the folder does not allow a lock.
        """
        from filelock import Timeout

        _ask_for_folder(self._path)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise CaseTrouble("held", self._case.name, holder=self._read_holder()) from None
        except RuntimeError as error:
            raise OSError(f"no lock: {error}") from error
        self._write_holder()

    def release(self) -> None:
        """Let go, and leave no file behind."""
        if self.is_held:
            _let_go(self._lock, self._path)

    def _write_holder(self) -> None:
        data = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()})
        # Windows lets nobody write into a locked file; the holder stays unnamed there.
        with contextlib.suppress(OSError):
            self._path.write_text(data, encoding="utf-8")

    def _read_holder(self) -> Holder | None:
        try:
            with self._path.open("rb") as file:
                data = json.loads(file.read(_LARGEST))
            return Holder(int(data["pid"]), str(data["host"]), float(data["since"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None
