"""Which keys do what: a profile, and the user's own changes on top of it.

Three layers are laid over each other: the keys that the actions come with,
what the profile changes of them, and what the user changed in this profile.
A key belongs to one action only; the upper layer has it, so no two actions
can ever share one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QCoreApplication, QObject, pyqtSignal
from PyQt5.QtGui import QKeySequence

from medsam.errors import InputError
from medsam.ui import settings
from medsam.ui.key_profiles import OVERRIDES, PROFILES, RESEARCH, Keys

translate = QCoreApplication.translate

FORMAT, VERSION = "medsam-keys", 1
_CHOSEN, _CHANGES = "keys/profile", "keys/changes"
_MOST_BYTES = 1 << 20
"""A file of keys takes a few kilobytes; a larger one is something else."""

Changes = dict[str, dict[str, Keys]]
"""By profile, the keys that the user gave to actions."""


def normal(key: str) -> str:
    """A key in Qt's portable words, ``"ctrl+z"`` as ``"Ctrl+Z"``; "" if it is none."""
    sequence = QKeySequence(key, QKeySequence.PortableText)
    text = sequence.toString(QKeySequence.PortableText)
    # Qt keeps a word that it does not know as a key without a name.
    is_key = sequence.count() == 1 and sequence[0] & 0x01FFFFFF not in (0, 0x01FFFFFF)
    return text if is_key and text.isprintable() else ""


def shown(key: str) -> str:
    """A key as the system writes it on menus."""
    return QKeySequence(key).toString(QKeySequence.NativeText)


def laid_over(layers: Iterable[Mapping[str, Keys]]) -> dict[str, Keys]:
    """The keys of every action of the first layer.

    Args:
        layers: From the lowest to the uppermost. The upper one says what keys
            an action has, and takes them from actions of the layers below.

    Returns:
        By action, its keys; no key occurs twice.
    """
    stack = list(layers)
    owner: dict[str, str] = {}
    result: dict[str, Keys] = {}
    for layer in reversed(stack):
        for name, keys in layer.items():
            if name in stack[0] and name not in result:
                free = tuple(dict.fromkeys(k for k in keys if k not in owner))
                owner.update(dict.fromkeys(free, name))
                result[name] = free
    return {name: result[name] for name in stack[0]}


class Keymap(QObject):
    """The keys of all actions now. It remembers what the user chooses.

    Signals:
        changed: Some action has other keys now.
    """

    changed = pyqtSignal()

    def __init__(self, defaults: Mapping[str, Keys], parent: QObject | None = None) -> None:
        """``defaults`` are the keys that the actions come with, by action."""
        super().__init__(parent)
        self._defaults = {name: tuple(normal(k) for k in keys) for name, keys in defaults.items()}
        profile = str(settings.value(_CHOSEN, RESEARCH))
        self._profile = profile if profile in PROFILES else RESEARCH
        self._changes = _remembered()
        self._own: dict[str, Keys] = {}
        self._now: dict[str, Keys] = {}
        self._resolve()

    # --- what is ------------------------------------------------------------

    @property
    def profile(self) -> str:
        """The profile in use."""
        return self._profile

    def names(self) -> tuple[str, ...]:
        """All actions, those without a key too."""
        return tuple(self._defaults)

    def keys(self, name: str) -> Keys:
        """The keys of an action, the one to show first."""
        return self._now.get(name, ())

    def own_keys(self, name: str) -> Keys:
        """The keys that the profile gives to an action, without the user's changes."""
        return self._own.get(name, ())

    def is_changed(self, name: str) -> bool:
        """Whether the user's changes gave it other keys, or took some away."""
        return self.keys(name) != self.own_keys(name)

    def owner(self, key: str) -> str | None:
        """The action that has a key now."""
        return next((name for name, keys in self._now.items() if key in keys), None)

    # --- what the user does -----------------------------------------------------

    def choose_profile(self, profile: str) -> None:
        """Use another profile, with the changes made in it before."""
        if profile not in PROFILES:
            raise InputError(
                self.tr("A key profile is one of: {0}. It is {1}.").format(", ".join(PROFILES), profile)
            )
        self._profile = profile
        self._store()

    def set_keys(self, name: str, keys: Iterable[str], *, take_over: bool = False) -> None:
        """Give an action other keys in this profile.

        Args:
            name: Of the action.
            keys: Any number of them, none as well.
            take_over: Take a key away from the action that has it.

        Raises:
            InputError: A key is none, or another action has it.
        """
        wanted = tuple(dict.fromkeys(normal(key) for key in keys))
        if "" in wanted:
            raise InputError(self.tr("This is not a key that the program can use. Press another one."))
        for key in wanted:
            other = self.owner(key)
            if other not in (None, name) and not take_over:
                raise InputError(self.tr("{0} belongs to another command. Take it over first.").format(key))
        mine = self._changes.setdefault(self._profile, {})
        for other, kept in list(mine.items()):
            if other != name:
                mine[other] = tuple(k for k in kept if k not in wanted)
        mine[name] = wanted
        self._store()

    def reset(self, name: str) -> None:
        """Give an action the profile's keys again; another one that took them over loses them."""
        mine = self._changes.get(self._profile, {})
        mine.pop(name, None)
        back = set(self.own_keys(name))
        for other, keys in list(mine.items()):
            if back & set(keys):
                mine[other] = tuple(k for k in keys if k not in back)
        self._store()

    def reset_all(self) -> None:
        """Forget the changes in this profile."""
        self._changes.pop(self._profile, None)
        self._store()

    # --- files ------------------------------------------------------------------

    def write(self, path: Path) -> None:
        """Save the profile in use and the changes in all of them as JSON."""
        text = json.dumps(
            {"format": FORMAT, "version": VERSION, "profile": self._profile, "changes": self._changes},
            indent=1,
            ensure_ascii=False,
        )
        try:
            path.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise InputError(
                self.tr("{0} could not be written: {1}. Choose another folder.").format(
                    path.name, error.strerror or ""
                )
            ) from error

    def read(self, path: Path) -> list[str]:
        """Take over a file that ``write`` made, in the place of all changes.

        Returns:
            Names of actions in it that this program does not have; they are kept for the next export.

        Raises:
            InputError: It is no such file, or gives a key to two actions.
        """
        content = _parse(path)
        try:
            changes = _checked(content)
        except ValueError as error:
            raise InputError(
                self.tr("{0} holds no keys of this program ({1}). Export one to see how it looks.").format(
                    path.name, error
                )
            ) from error
        self._profile, self._changes = str(content["profile"]), changes
        self._store()
        return sorted({name for keys in changes.values() for name in keys} - set(self._defaults))

    # --- inside -----------------------------------------------------------------

    def _resolve(self) -> None:
        layers = [self._defaults, OVERRIDES[self._profile]]
        self._own = laid_over(layers)
        self._now = laid_over([*layers, self._changes.get(self._profile, {})])

    def _store(self) -> None:
        base = laid_over([self._defaults, OVERRIDES[self._profile]])
        mine = self._changes.get(self._profile, {})
        # A change back to what the profile says is none; no other change holds its keys by then.
        for name in [n for n, keys in mine.items() if keys == base.get(n)]:
            del mine[name]
        self._changes = {profile: keys for profile, keys in self._changes.items() if keys}
        settings.remember(_CHOSEN, self._profile)
        settings.remember(_CHANGES, json.dumps(self._changes))
        self._resolve()
        self.changed.emit()


def _remembered() -> Changes:
    """The changes in the settings; none where they are damaged."""
    try:
        return _checked({"profile": RESEARCH, "changes": json.loads(str(settings.value(_CHANGES, "{}")))})
    except (ValueError, RecursionError):
        return {}


def _parse(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        InputError: It cannot be read, or holds something else.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("too large")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        text = translate("Keymap", "{0} could not be read: {1}. Choose another file.")
        raise InputError(text.format(path.name, error.strerror or "")) from error
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        text = translate("Keymap", "{0} is not a file of keys. Choose one that was exported from here.")
        raise InputError(text.format(path.name))
    if content.get("version") != VERSION:
        text = translate("Keymap", "{0} comes from a newer version of the program. Update the program.")
        raise InputError(text.format(path.name))
    return content


def _checked(content: Any) -> Changes:
    """The changes in what was read.

    Args:
        content: ``{"profile": ..., "changes": {profile: {action: [key, ...]}}}``.

    Raises:
        ValueError: They are not what ``Keymap.write`` makes; the message is what was wrong.
    """
    if content.get("profile") not in PROFILES:
        raise ValueError(repr(content.get("profile")))
    found = content.get("changes")
    if not isinstance(found, dict) or not set(found) <= set(PROFILES):
        raise ValueError("changes")
    changes: Changes = {}
    for profile, actions in found.items():
        if not isinstance(actions, dict):
            raise ValueError(profile)
        owner: dict[str, str] = {}
        for name, keys in actions.items():
            if not isinstance(keys, list) or not all(isinstance(k, str) and normal(k) for k in keys):
                raise ValueError(f"{name}: {keys}")
            for key in map(normal, keys):
                if owner.setdefault(key, name) != name:
                    raise ValueError(f"{key}: {owner[key]}, {name}")
            changes.setdefault(profile, {})[name] = tuple(dict.fromkeys(map(normal, keys)))
    return changes
