"""What the window remembers between runs: one place for names and keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt5.QtCore import QSettings

ORGANISATION = "MedSAM"
APPLICATION = "medsam"
RECENT_LIMIT = 9


def settings() -> QSettings:
    """The user's settings, an INI file in the system's folder for it."""
    return QSettings(QSettings.IniFormat, QSettings.UserScope, ORGANISATION, APPLICATION)


def value(key: str, default: Any = None) -> Any:
    """One remembered value, of the type of ``default`` where that is given."""
    stored = settings().value(key, default)
    if isinstance(default, bool) and isinstance(stored, str):
        return stored.lower() == "true"
    if isinstance(default, int) and not isinstance(default, bool) and isinstance(stored, str):
        return int(stored) if stored.lstrip("-").isdigit() else default
    return stored


def remember(key: str, new: Any) -> None:
    """Store one value."""
    settings().setValue(key, new)


def recent_files() -> list[Path]:
    """Files and folders opened lately, newest first; those that vanished are left out."""
    stored = settings().value("files/recent", [])
    names = [stored] if isinstance(stored, str) else list(stored or [])
    return [Path(name) for name in names if Path(name).exists()][:RECENT_LIMIT]


def remember_file(path: Path) -> None:
    """Put ``path`` at the head of the recent files."""
    path = path.absolute()
    names = [str(path), *(str(p) for p in recent_files() if p != path)]
    settings().setValue("files/recent", names[:RECENT_LIMIT])


def clear_recent_files() -> None:
    """Forget every recent file."""
    settings().setValue("files/recent", [])
