"""Beginning an image anew without losing the case that it has: the former file is kept beside it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from medsam.document import case_disk
from medsam.document.case_lock import CaseLock
from medsam.document.case_words import trouble_of

SUFFIX = ".bak"


def put_away(path: Path) -> Path | None:
    """Make room for a new case.

    Returns:
        Where the present one is kept from now on; None if there was none.

    Raises:
        CaseTrouble: If somebody writes it, or the folder does not allow it.
    """
    with _held(path):
        if not os.path.lexists(path):
            return None
        backup = case_disk.free_name(path, SUFFIX)
        os.replace(path, backup)
        return backup


def take_back(path: Path, backup: Path) -> None:
    """Let the case and what ``put_away`` kept change places; without a case, the backup becomes it.

    Raises:
        CaseTrouble: If somebody writes the case, the folder does not allow it,
            or there is no backup.
    """
    with _held(path):
        if not os.path.lexists(path):
            os.replace(backup, path)
            return
        between = case_disk.temporary_name(path)
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
