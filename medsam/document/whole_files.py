"""Small files that are either the old one or the whole new one, whatever happens meanwhile."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a hidden file beside ``path``, flush it to the disk, then give it the name.

    Raises:
        OSError: If it cannot be written; ``path`` is as before then, and nothing else is left.
    """
    # Cut, so that it fits wherever the target's own name fits.
    temporary = path.with_name(f".{secrets.token_hex(6)}.{path.name[-40:]}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
