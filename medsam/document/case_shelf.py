"""Beginning an image anew without losing the case that it has: the former file stays as a ``.bak``."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from medsam.document import case_disk
from medsam.document.case_lock import CaseLock
from medsam.document.case_words import trouble_of

SUFFIX = ".bak"


def backup_of(path: Path) -> Path:
    """Where the former case of ``path`` is kept; one only."""
    return path.with_name(path.name + SUFFIX)


def put_away(path: Path) -> None:
    """Make room for a new case; the present one takes the place of an earlier backup.

    Raises:
        CaseTrouble: If somebody writes it, or the folder does not allow it.
    """
    with _held(path):
        if os.path.lexists(path):
            os.replace(path, backup_of(path))


def take_back(path: Path) -> None:
    """Let the case and its backup change places; without a case, the backup becomes it.

    Raises:
        CaseTrouble: If somebody writes the case, the folder does not allow it,
            or there is no backup.
    """
    with _held(path):
        backup, between = backup_of(path), case_disk.temporary_name(path)
        if not os.path.lexists(path):
            os.replace(backup, path)
            return
        os.replace(path, between)
        try:
            os.replace(backup, path)
        except OSError:
            os.replace(between, path)
            raise
        os.replace(between, backup)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    lock = CaseLock(path)
    try:
        lock.acquire()
        try:
            yield
        finally:
            lock.release()
    except OSError as error:
        raise trouble_of(error, path.name) from error
