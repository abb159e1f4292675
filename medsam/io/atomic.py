"""Write under another name, check, then rename: a file is either the old one or the whole new one."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from medsam.errors import MedSAMError, WriteError

Step = Callable[[Path], None]

_STEM = 40


def write_atomically(path: Path, suffix: str, write: Step, verify: Step) -> Path:
    """Write a file beside ``path``, flush it to disk, verify it and put it in place.

    An existing file stays untouched until the new one is verified; the
    temporary one never stays behind.

    Args:
        path: The target.
        suffix: Its extension, which the temporary name keeps, as libraries
            choose the format by it.
        write: Writes the file it is given.
        verify: Reads it back and raises ``WriteError`` if it differs.

    Raises:
        WriteError: If the folder is missing or may not be written to, the
            disk is full, or the file read back differently.
    """
    require_folder(path)
    if os.path.isdir(path):  # Path.is_dir raises on a name the disk cannot hold.
        raise WriteError(f"A file is needed; {path.name} is a folder. Choose another name.")
    temporary = path.with_name(_temporary_name(path.name[: -len(suffix)], suffix))
    try:
        write(temporary)
        _flush(temporary)
        verify(temporary)
        os.replace(temporary, path)
        _flush_folder(path.parent)
    except (MedSAMError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise as_write_error(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def write_folder_atomically(path: Path, write: Step, verify: Step) -> Path:
    """The same for a folder of files; an existing one must be empty.

    Raises:
        WriteError: As ``write_atomically``, or if the folder holds files.
    """
    require_folder(path)
    if os.path.exists(path) and (not path.is_dir() or any(path.iterdir())):
        raise WriteError(f"A new or empty folder is needed; {path.name} holds files. Choose another name.")
    temporary = path.with_name(_temporary_name(path.name))
    try:
        temporary.mkdir()
        write(temporary)
        for file in temporary.iterdir():
            _flush(file)
        verify(temporary)
        if path.exists():
            path.rmdir()
        os.replace(temporary, path)
        _flush_folder(path.parent)
    except (MedSAMError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise as_write_error(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return path


def _temporary_name(stem: str, suffix: str = "") -> str:
    """A hidden name, cut so that it fits wherever the target's own name fits."""
    return f".{stem[:_STEM]}.{secrets.token_hex(4)}{suffix}"


def require_folder(path: Path) -> None:
    """Refuse a target whose folder is not there."""
    if not os.path.isdir(path.parent):
        raise WriteError(
            f"A file is written into a folder that exists; {path.parent.name or path.parent} does not."
            " Make the folder, or choose another place."
        )


def as_write_error(path: Path, error: Exception) -> WriteError:
    """One sentence for whatever went wrong while writing."""
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOSPC, errno.EDQUOT) or (code is None and _is_full(path)):
        return WriteError(f"The disk is full: {path.name} was not written. Free some space and save again.")
    if code in (errno.EACCES, errno.EPERM, errno.EROFS):
        return WriteError(f"{path.name} may not be written there by this user. Choose another folder.")
    if code == errno.EFBIG:
        return WriteError(
            f"{path.name} is larger than this disk allows. Choose a packed format, or another disk."
        )
    if code == errno.ENAMETOOLONG:
        return WriteError(
            f"A file's name must fit the disk, often 255 bytes; {path.name[:20]}... is longer."
            " Choose a shorter name."
        )
    if code is not None:
        return WriteError(f"{path.name} could not be written ({os.strerror(code)}). Choose another place.")
    return WriteError(f"{path.name} could not be written. Choose another place or another format.")


def _is_full(path: Path) -> bool:
    try:
        usage = shutil.disk_usage(path.parent)
        return usage.total > 0 and usage.free < 65536
    except OSError:
        return False


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the rename last; only POSIX can open a folder for that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        # Some network disks refuse it; the file itself is flushed already.
        return
    finally:
        os.close(handle)
