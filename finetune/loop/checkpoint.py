"""What a run leaves on the disk, and how it comes back: nothing half-written, nothing written twice.

A run folder belongs to one process at a time. Files appear whole or not at
all; what does not fit on the disk is kept in memory, said once, and tried
again at the next opportunity.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import io
import json
import os
import pickle
import socket
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import torch

from finetune.config import Recipe, recipe_from_dict
from finetune.files import write_whole
from finetune.loop.schedule import same_rates
from medsam.errors import InputError, WriteError

if os.name == "nt":
    import msvcrt
else:
    import fcntl

CHECKPOINT = "checkpoint.pt"
BEST = "best.pt"
RECIPE = "recipe.json"
STEPS = "train.csv"
SCORES = "validation.csv"
LOCK = "run.lock"

VERSION = 2
"""Of what ``checkpoint.pt`` holds."""

FREE = ("train.patience", "train.save_every", "train.validate_every", "train.threads")
"""Settings that a run may change when it goes on: they touch no step."""

_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def reason(error: OSError) -> str:
    """Why writing failed, in words."""
    if error.errno in _FULL:
        return "the disk is full"
    if error.errno in _FORBIDDEN:
        return "writing there is not allowed"
    return (error.strerror or str(error)).lower()


class RunFolder:
    """The files of one run, for the process that writes them."""

    def __init__(self, path: Path, report: Callable[[str], None]) -> None:
        """Take possession of a folder, made if there is none.

        Args:
            report: Told once when something does not fit on the disk, and when it does again.

        Raises:
            WriteError: If it cannot be written.
            InputError: If another run has it.
        """
        self.path = Path(path)
        self._report = report
        self._unwritten: dict[str, Callable[[], None]] = {}
        self._told = False
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock: IO[str] | None = (self.path / LOCK).open("a+", encoding="utf-8")
        except OSError as error:
            raise WriteError(
                f"A run writes into its folder; {self.path.name} cannot be written: {reason(error)}."
                " Choose another with --out."
            ) from error
        self._take()

    def _take(self) -> None:
        assert self._lock is not None
        try:
            if os.name == "nt":
                self._lock.seek(0)
                msvcrt.locking(self._lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            else:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL):
                self._report(f"Files cannot be locked in {self.path.name}: start no second run in it.")
                return
            owner = self._owner()
            self._lock.close()
            raise InputError(
                f"A run folder belongs to one run at a time; {self.path.name} is in use by {owner}."
                " Wait for it, stop it, or choose another folder with --out."
            ) from None
        with contextlib.suppress(OSError):
            self._lock.seek(1 if os.name == "nt" else 0)
            self._lock.truncate()
            self._lock.write(f" process {os.getpid()} on {socket.gethostname()}")
            self._lock.flush()

    def _owner(self) -> str:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return (self.path / LOCK).read_text(encoding="utf-8").strip() or "another process"
        return "another process"

    def write(self, name: str, write: Callable[[], None], *, again: bool = True) -> bool:
        """Write the file ``name`` by a function that may meet a full disk.

        Args:
            again: Keep the function and try again with the next file; the
                newest one for a name counts. Without it what could not be
                written is given up.

        Returns:
            Whether it is on the disk, with all that was to be tried again.
        """
        self._unwritten.pop(name, None)
        self._unwritten[name] = write
        done = self.flush()
        if not again:
            self._unwritten.pop(name, None)
        return done

    def flush(self) -> bool:
        """Try what is not written yet; whether nothing is left. The cause of a failure is told once."""
        for name, write in list(self._unwritten.items()):
            try:
                write()
            except OSError as error:
                if not self._told:
                    self._report(
                        f"{name} could not be written into {self.path.name}: {reason(error)}."
                        " Training goes on and tries again; what was written before is whole."
                    )
                self._told = True
                return False
            del self._unwritten[name]
        if self._told:
            self._report(f"{self.path.name} can be written again.")
        self._told = False
        return True

    def close(self) -> None:
        """Give the folder free for others."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


class _Watched:
    """A file that remembers why writing failed: torch hides it behind an error of its own."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write, or remember why not."""
        try:
            return self._handle.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._handle.flush()


def write_content(content: dict[str, Any], path: Path) -> None:
    """Write tensors and plain data under another name, then rename.

    Raises:
        OSError: If it could not; nothing is left of it.
    """
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as handle:
            watched = _Watched(handle)
            try:
                torch.save(content, watched)  # type: ignore[arg-type]  # it asks for these two alone
            except RuntimeError as error:
                raise watched.error or error from None
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def read_content(path: Path) -> dict[str, Any]:
    """Read what ``write_content`` wrote, onto the processor.

    Raises:
        InputError: If it is damaged or not ours.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        raise InputError(
            f"{path.name} is damaged and cannot be read. Put back a copy of it, or delete the run folder"
            " to begin anew."
        ) from error
    if not isinstance(content, dict) or "recipe" not in content or "step" not in content:
        raise InputError(f"{path.name} was not written by a training run. Choose another --out.")
    return content


class Table:
    """A CSV file with one row a step, whose first column is the step."""

    def __init__(self, folder: RunFolder, name: str, until: int) -> None:
        """Go on with a table, without rows after step ``until``; -1 for an empty one.

        Raises:
            WriteError: If what is too much cannot be taken out.
        """
        self._folder, self._name = folder, name
        self._path = folder.path / name
        self._header: list[str] = []
        self._rows = ""
        if not self._path.is_file():
            return
        try:
            self._cut(until)
        except OSError as error:
            raise WriteError(f"{name} cannot be written: {reason(error)}. Free some space first.") from error

    def _cut(self, until: int) -> None:
        with self._path.open(newline="", encoding="utf-8") as handle:
            rows = list(csv.reader(handle))
        header = rows[0] if rows else []
        kept = [r for r in rows[1:] if len(r) == len(header) and r[0].isdecimal() and int(r[0]) <= until]
        if not kept:
            self._path.unlink()
            return
        self._header = header
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, *kept])
        write_whole(self._path, text.getvalue().encode())

    def add(self, row: dict[str, Any]) -> None:
        """Append a row; columns are those of the first one."""
        text = io.StringIO()
        if not self._header:
            self._header = list(row)
            csv.writer(text, lineterminator="\n").writerow(self._header)
        csv.DictWriter(text, self._header, extrasaction="ignore", lineterminator="\n").writerow(row)
        self._rows += text.getvalue()
        self._folder.write(self._name, self._append)

    def _append(self) -> None:
        before = self._path.stat().st_size if self._path.is_file() else 0
        try:
            with self._path.open("ab") as handle:
                handle.write(self._rows.encode())
        except OSError:
            with contextlib.suppress(OSError):
                os.truncate(self._path, before)
            raise
        self._rows = ""


def plain(recipe: Recipe) -> dict[str, Any]:
    """A recipe as JSON holds it: what is stored, and compared."""
    return json.loads(json.dumps(recipe.to_dict()))  # type: ignore[no-any-return]


def check_same_run(content: dict[str, Any], recipe: Recipe, facts: dict[str, Any]) -> None:
    """Whether a checkpoint goes on under a recipe and data as if it had never stopped.

    Raises:
        InputError: Naming the setting, data or weights that differ.
    """
    step = int(content["step"])
    before = recipe_from_dict(content["recipe"])
    then, now = _flat(plain(before)), _flat(plain(recipe))
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) == now.get(name) or name in FREE:
            continue
        if name == "train.steps" and _may_extend(before, recipe, step):
            continue
        extra = ""
        if name == "train.steps":
            extra = f" (its {recipe.train.schedule} schedule depends on it)"
            if recipe.train.steps < step:
                extra = f" (it has already taken {step})"
        raise InputError(
            f"A run goes on with the recipe it began with; {name} was {json.dumps(then.get(name))} and is"
            f" now {json.dumps(now.get(name))}{extra}. Set it back, or begin a new run with another --out."
        )
    words = {"store_sha256": "prepared store", "model_sha256": "weights to start from"}
    for name, what in words.items():
        if content["facts"].get(name) != facts.get(name):
            raise InputError(
                f"A run goes on with the data and weights it began with; the {what} changed meanwhile."
                " Give the former, or begin a new run with another --out."
            )


def _may_extend(before: Recipe, now: Recipe, step: int) -> bool:
    return now.train.steps >= step and same_rates(step, before.train, now.train)


def _flat(data: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, dict) and name != "network":
            found.update(_flat(value, f"{prefix}{name}."))
        else:
            found[f"{prefix}{name}"] = value
    return found
