"""Fetch a file of weights: resumable, checked while it arrives, never half in place.

The bytes go to ``FILE.part``; beside it ``FILE.part.json`` keeps the server's
validator (ETag or Last-Modified), so a later try goes on only with the same
file. When all bytes are there and their SHA-256 is right, the part is synced
to disk and renamed. Nobody ever sees an unfinished file under its own name.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from medsam.errors import Cancelled, DownloadError
from pretrain.catalogue import Entry, download_folder, remember_sha256, remembered_sha256, user_folder

Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]

USER_AGENT = "medsam-weights/1.0"
TIMEOUT_S = 30.0
CHUNK = 1 << 18
RESERVE = 64 << 20
"""Bytes that stay free on the disk."""

_PART, _NOTE = ".part", ".part.json"
_ATTEMPTS = 3
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class Opener(Protocol):
    """What ``urllib.request.build_opener`` returns."""

    def open(self, request: urllib.request.Request, timeout: float) -> Any:
        """Send a request and return its response."""


@dataclass
class _Part:
    """The unfinished file and what is known of it."""

    path: Path
    note: Path

    @classmethod
    def of(cls, target: Path) -> _Part:
        """The part of a file, beside it."""
        return cls(target.with_name(target.name + _PART), target.with_name(target.name + _NOTE))

    def size(self) -> int:
        """Bytes that are there."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def validator(self, url: str) -> str:
        """The validator noted for this address; "" if the part cannot be gone on with."""
        try:
            noted = json.loads(self.note.read_text(encoding="utf-8"))
            return str(noted["validator"]) if noted["url"] == url else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def write_note(self, url: str, validator: str) -> None:
        """Remember whose part this is."""
        self.note.write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")

    def remove(self) -> None:
        """Forget what arrived."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


class _Interrupted(Exception):
    """The connection broke; what arrived is kept."""


def download(
    entry: Entry,
    folder: Path | None = None,
    *,
    on_progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
    opener: Opener | None = None,
) -> Path:
    """Fetch an entry's file into a folder and return its path.

    A try that broke off before is gone on with if the server still has the
    same file. A broken connection is tried again twice, and then, where a
    SHA-256 is known, the entry's mirrors.

    Args:
        entry: What to fetch.
        folder: Where to; the first folder for weights by default.
        on_progress: Called with the bytes done and the bytes in all (0 if not known).
        is_cancelled: Asked between chunks; the part is kept for the next time.
        opener: Sends the requests; urllib's with the system's proxies by default.

    Raises:
        DownloadError: What failed and what to do, with the address and the
            folder for fetching the file elsewhere.
        Cancelled: If ``is_cancelled`` said so.
    """
    if not entry.url:
        raise DownloadError(
            f"{entry.title} cannot be downloaded: its file {entry.file} comes with the program."
            " Install the program again."
        )
    folder = _make_folder(Path(folder) if folder is not None else download_folder())
    target = folder / entry.file
    sender: Any = opener or urllib.request.build_opener()
    urls = [entry.url, *(entry.mirrors if entry.sha256 else ())]
    failure: DownloadError | None = None
    for url in urls:
        try:
            return _fetch(entry, url, target, sender, on_progress, is_cancelled)
        except _LocalFailure as error:
            raise DownloadError(str(error)) from None
        except DownloadError as error:
            failure = failure or error
    assert failure is not None
    raise failure


class _LocalFailure(DownloadError):
    """A failure of this machine, which another address would not help."""


def _make_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(folder, error) from None
    if not os.access(folder, os.W_OK):
        raise _not_writable(folder, PermissionError(errno.EACCES, "no permission to write"))
    return folder


def _not_writable(folder: Path, error: OSError) -> DownloadError:
    return DownloadError(
        f"The folder {folder} cannot be written to ({error.strerror or error})."
        f" Name another in the environment variable MEDSAM_WEIGHTS, for instance {user_folder()}."
    )


def _fetch(
    entry: Entry,
    url: str,
    target: Path,
    opener: Opener,
    on_progress: Progress | None,
    is_cancelled: IsCancelled | None,
) -> Path:
    """Fetch from one address, going on after a broken connection."""
    part = _Part.of(target)
    if entry.size and part.size() == entry.size:  # all arrived, but it was stopped before its renaming
        return _accept(entry, part, target, _digest_of(part.path, entry.size, is_cancelled).hexdigest())
    last = ""
    for _ in range(_ATTEMPTS):
        try:
            sha256 = _transfer(entry, url, part, opener, on_progress, is_cancelled)
            return _accept(entry, part, target, sha256)
        except _Interrupted as error:
            last = str(error)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 416:  # the part is longer than the file: start over
                    part.remove()
                    last = "the server refused to go on"
                    continue
                raise DownloadError(
                    f"{entry.file} could not be fetched: the server answered {error.code} {error.reason}."
                    f" {_elsewhere(entry, target)}"
                ) from None
        except (HTTPException, OSError) as error:
            if isinstance(error, OSError) and error.errno in _FULL:
                raise _disk_full(entry, target.parent, 0) from None
            if isinstance(error, PermissionError):
                raise _LocalFailure(str(_not_writable(target.parent, error))) from None
            raise DownloadError(
                f"{entry.file} could not be fetched: {_reason(error)}. Check the connection and the proxy."
                f" {_elsewhere(entry, target)}"
            ) from None
    raise DownloadError(
        f"{entry.file} could not be fetched whole: {last}. What arrived is kept; try again to go on."
        f" {_elsewhere(entry, target)}"
    )


def _reason(error: BaseException) -> str:
    inner = getattr(error, "reason", error)
    if isinstance(inner, TimeoutError):
        return "the server did not answer in time"
    if isinstance(inner, socket.gaierror):
        return "the server's name is not known here; this machine may be offline"
    return str(getattr(inner, "strerror", None) or inner)


def _elsewhere(entry: Entry, target: Path) -> str:
    return f"Or fetch {entry.page or entry.url} on another machine and put {entry.file} into {target.parent}."


def _disk_full(entry: Entry, folder: Path, needed: int) -> _LocalFailure:
    size = f" {needed / 1e6:,.0f} MB" if needed else ""
    return _LocalFailure(
        f"{entry.file} needs{size} more room on the disk of {folder}. Free some and try again;"
        " what arrived is kept."
    )


def _transfer(
    entry: Entry,
    url: str,
    part: _Part,
    opener: Opener,
    on_progress: Progress | None,
    is_cancelled: IsCancelled | None,
) -> str:
    """One request; appends to the part and returns the SHA-256 of the whole."""
    request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
    have, validator = part.size(), part.validator(url)
    if have and validator:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", validator)
    if is_cancelled is not None and is_cancelled():
        raise Cancelled("The download was stopped.")
    with opener.open(request, timeout=TIMEOUT_S) as response:
        resumed = response.status == 206 and _range_start(response) == have
        if not resumed:
            have = 0
        total = have + int(response.headers.get("Content-Length") or 0)
        total = total if total > have else entry.size
        _require_file_response(entry, response, total, part.path)
        _require_room(entry, part.path.parent, (entry.size or total) - have)
        digest = _digest_of(part.path, have, is_cancelled)
        with part.path.open("r+b" if resumed else "wb") as stream:
            part.write_note(url, _validator_of(response))
            stream.seek(have)
            _copy(response, stream, digest, have, total, on_progress, is_cancelled)
        return digest.hexdigest()


def _validator_of(response: Any) -> str:
    """A strong ETag, or the time of the last change; "" if the server gives neither."""
    etag = response.headers.get("ETag") or ""
    return etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified") or ""


def _range_start(response: Any) -> int:
    text = response.headers.get("Content-Range") or ""
    start = text.removeprefix("bytes ").split("-", 1)[0]
    return int(start) if start.isdigit() else -1


def _require_file_response(entry: Entry, response: Any, total: int, part: Path) -> None:
    """Refuse a page of a login or a quota, and a file of another size, before anything is written."""
    kind = (response.headers.get("Content-Type") or "").split(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise DownloadError(
            f"The server sent a web page instead of {entry.file}: a network's login page,"
            f" or a limit of the server. Open {entry.page or entry.url} in a browser."
            f" {_elsewhere(entry, part)}"
        )
    if entry.size and total and total != entry.size:
        raise DownloadError(
            f"The server offers {total:,} bytes, but {entry.file} has {entry.size:,}. Nothing was written."
            f" {_elsewhere(entry, part)}"
        )


def _require_room(entry: Entry, folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > 0 and free < needed + RESERVE:
        raise _disk_full(entry, folder, needed + RESERVE - free)


def _digest_of(path: Path, count: int, is_cancelled: IsCancelled | None) -> Any:
    """SHA-256 state after the first ``count`` bytes of a file."""
    digest = hashlib.sha256()
    if not count:
        return digest
    with path.open("rb") as stream:
        while count > 0 and (chunk := stream.read(min(CHUNK, count))):
            digest.update(chunk)
            count -= len(chunk)
            if is_cancelled is not None and is_cancelled():
                raise Cancelled("The download was stopped.")
    return digest


def _copy(
    response: Any,
    stream: BinaryIO,
    digest: Any,
    have: int,
    total: int,
    on_progress: Progress | None,
    is_cancelled: IsCancelled | None,
) -> None:
    """Append the response to the part, hashing on the way, and sync it to the disk."""
    done = have
    try:
        while True:
            if is_cancelled is not None and is_cancelled():
                raise Cancelled("The download was stopped; what arrived is kept.")
            try:
                chunk = response.read(CHUNK)
            except (HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as error:
                raise _Interrupted(f"the connection broke after {done:,} bytes ({_reason(error)})") from None
            if not chunk:
                break
            stream.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            if on_progress is not None:
                on_progress(done, total)
    finally:
        stream.truncate(done)
        stream.flush()
    if total and done < total:
        raise _Interrupted(f"the connection ended after {done:,} of {total:,} bytes")
    os.fsync(stream.fileno())


def _accept(entry: Entry, part: _Part, target: Path, sha256: str) -> Path:
    """Put the finished part in place if it is the right file; else delete it."""
    expected = entry.sha256 or remembered_sha256(target)
    size = part.size()
    if (expected and sha256 != expected) or (entry.size and size != entry.size):
        part.remove()
        raise DownloadError(
            f"What arrived is not {entry.file}: {size:,} bytes whose SHA-256 begins {sha256[:12]}, expected"
            f" {expected[:12] or entry.size}. It was deleted. {_elsewhere(entry, target)}"
        )
    os.replace(part.path, target)
    part.note.unlink(missing_ok=True)
    if not expected:
        remember_sha256(target, sha256)
    return target
