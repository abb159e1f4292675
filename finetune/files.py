"""Files that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from medsam.errors import WriteError


def require_writable(folder: Path) -> None:
    """Make a folder, and try a file in it, before hours of work go into what it shall hold.

    Raises:
        WriteError: If it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise WriteError(
            f"Results need a folder that can be written to; {folder.name or folder} is not"
            f" ({error.strerror or error}). Choose another with --out."
        ) from None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, then rename it.

    Raises:
        OSError: If it cannot be written; nothing is left then.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
