"""What weights there are and where their files lie on this machine.

``models.toml`` is the one place that names files, sources, sizes, SHA-256
sums, preprocessing and licences. Nothing here imports torch, so the window
can list the models before any network is loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from medsam.errors import Cancelled, ModelError, WeightsMissing

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

DEFAULT = "medsam_zoom"
"""The weights that come with the program."""

ENVIRONMENT = "MEDSAM_WEIGHTS"
"""Names one more folder of weights; searched first, and downloads go there."""

OWN = "own"
"""Folder of the user's own models inside a folder for weights."""

ARCHITECTURES = frozenset({"vit_b", "vit_l", "vit_h", "lite", "zoom"})
PREPROCESSINGS = frozenset({"medsam", "sam", "lite", "zoom"})

_HERE = Path(__file__).resolve().parent
_CHUNK = 1 << 20
_FIRST_USE = "first_use.json"


@dataclass(frozen=True)
class Entry:
    """One set of weights.

    Attributes:
        name: Key of the catalogue, as given to ``--model``.
        title: For people.
        file: Name of the file, without a folder.
        arch: "vit_b", "vit_l", "vit_h", "lite" or "zoom".
        url: Where the file is fetched from; "" if it cannot be.
        size: In bytes; 0 if not known.
        sha256: Lower-case hexadecimal; "" if not known.
        preprocessing: "medsam", "sam", "lite" or "zoom".
        licence: SPDX name.
        licence_url: Its text.
        terms: What one may do, in a sentence.
        prompts: Subset of {"box", "points", "mask"}.
        candidates: Masks offered for one prompt.
        can_be_empty: Whether "nothing here" can be the answer.
        cost: Time and memory on a common machine, in a sentence.
        bundled: Whether the file comes with the program.
        description: One or two sentences.
        page: A page for people, from which the file can be fetched by hand.
        mirrors: Further addresses of the same bytes; only used with a known SHA-256.
        path: The file of a model of the user's own; None for those of the catalogue.
        card: What that file says it was trained on and scored, as its export wrote it.
    """

    name: str
    title: str
    file: str
    arch: str
    url: str
    size: int
    sha256: str
    preprocessing: str
    licence: str
    licence_url: str
    terms: str
    prompts: frozenset[str]
    candidates: int
    can_be_empty: bool
    cost: str
    bundled: bool
    description: str
    page: str = ""
    mirrors: tuple[str, ...] = ()
    path: Path | None = None
    card: Mapping[str, Any] = field(default_factory=dict, hash=False)


def read_catalogue(path: Path) -> dict[str, Entry]:
    """Read a file like ``models.toml``.

    Raises:
        ModelError: If it is not TOML or a table lacks a field or has a wrong one.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"The list of models, {path.name}, cannot be read: {error}.") from None
    return {name: _entry_of(name, table, path.name) for name, table in tables.items()}


def _entry_of(name: str, table: Mapping[str, Any], source: str) -> Entry:
    try:
        fields = dict(table)
        fields["prompts"] = frozenset(fields["prompts"])
        fields["mirrors"] = tuple(fields.get("mirrors", ()))
        found = Entry(name=name, **fields)
    except (TypeError, KeyError, ValueError) as error:
        raise ModelError(f"The model {name} in {source} is not described rightly: {error}.") from None
    if found.arch not in ARCHITECTURES or found.preprocessing not in PREPROCESSINGS:
        raise ModelError(
            f"The model {name} in {source} names an unknown architecture or preprocessing:"
            f" {found.arch}, {found.preprocessing}."
        )
    return found


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, Entry]:
    return read_catalogue(_HERE / "models.toml")


def catalogue() -> dict[str, Entry]:
    """Every known set of weights by name, the default first."""
    return dict(_catalogue())


def entry(name: str) -> Entry:
    """The entry of a name.

    Raises:
        ModelError: If there is none; the message lists the known names.
    """
    found = _catalogue().get(name)
    if found is None:
        raise ModelError(
            f'There is no model "{name}". Known models: {", ".join(_catalogue())};'
            " or give the path of a file of weights."
        )
    return found


def entry_of_sha256(sha256: str) -> Entry | None:
    """The entry whose file has this SHA-256, whatever the file is called now."""
    return next((e for e in _catalogue().values() if e.sha256 and e.sha256 == sha256), None)


def user_folder() -> Path:
    """The folder for weights in the user's data directory (it need not exist)."""
    return user_data_path("medsam", appauthor=False) / "weights"


def weights_folders() -> list[Path]:
    """Folders that are searched for weights, in this order, existing or not."""
    named = os.environ.get(ENVIRONMENT, "").strip()
    folders = [Path(named).expanduser()] if named else []
    return [*folders, _HERE, user_folder()]


def own_folders() -> list[Path]:
    """Where the user's own models are looked for; what exports go to comes first."""
    return [own_folder(), *(place for folder in weights_folders() for place in (folder / OWN, folder))]


def own_folder() -> Path:
    """The folder for the user's own models, beside the downloaded ones (it need not exist)."""
    return weights_folders()[-1] / OWN


def download_folder() -> Path:
    """Where a download goes: the folder named in the environment, this one, or the user's."""
    folders = weights_folders()
    if os.environ.get(ENVIRONMENT, "").strip():
        return folders[0]
    return _HERE if os.access(_HERE, os.W_OK) else folders[-1]


def find_file(entry: Entry) -> Path | None:
    """The file of an entry, in the first folder that has it in the right size.

    The content is not hashed here (``python -m pretrain check`` and the
    loading of a model do so); a file of another size is an unfinished copy
    or another file, and does not count.
    """
    if entry.path is not None:
        return entry.path if _size_of(entry.path) is not None else None
    for folder in weights_folders():
        path = folder / entry.file
        if _size_of(path) == (entry.size or _size_of(path) or -1):
            return path
    return None


def _size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None


def require_file(entry: Entry) -> Path:
    """The file of an entry.

    Raises:
        WeightsMissing: If it is not here; says which file, from where, and
            into which folder to put it.
    """
    found = find_file(entry)
    if found is not None:
        return found
    for folder in weights_folders():
        size = _size_of(folder / entry.file)
        if size is not None:
            raise WeightsMissing(
                f"{entry.file} has {size:,} bytes, but {entry.title} has {entry.size:,}: the copy in {folder}"
                f" is unfinished or another file. {_remedy(entry)}"
            )
    raise WeightsMissing(f"{entry.title} needs the file {entry.file}, which is not here. {_remedy(entry)}")


def _remedy(entry: Entry) -> str:
    if entry.bundled:
        return f"It comes with the program: install the program again, or put the file into {_HERE}."
    if not entry.url:
        return f"Put the file into {download_folder()}."
    return (
        f"Download it under Models, or with: python -m pretrain get {entry.name};"
        f" or fetch {entry.page or entry.url} elsewhere and put the file into {download_folder()}."
    )


def sha256_of(
    path: Path,
    on_progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> str:
    """SHA-256 of a file, lower-case hexadecimal.

    Args:
        path: An existing file.
        on_progress: Called with the bytes done and the bytes in all.
        is_cancelled: Asked after every megabyte.

    Raises:
        Cancelled: If ``is_cancelled`` says so.
        WeightsMissing: If the file cannot be read.
    """
    digest = hashlib.sha256()
    done = 0
    try:
        total = path.stat().st_size
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                if on_progress is not None:
                    on_progress(done, total)
                if is_cancelled is not None and is_cancelled():
                    raise Cancelled("Reading the weights was stopped.")
    except OSError as error:
        raise WeightsMissing(f"{path.name} cannot be read: {error.strerror or error}.") from None
    return digest.hexdigest()


def remembered_sha256(path: Path) -> str:
    """The SHA-256 that was noted when this file was first used; "" if none was."""
    try:
        noted = json.loads((path.parent / _FIRST_USE).read_text(encoding="utf-8"))
        return str(noted.get(path.name, ""))
    except (OSError, ValueError, AttributeError):
        return ""


def remember_sha256(path: Path, sha256: str) -> None:
    """Note the SHA-256 of a file that nobody published one for, beside the file.

    A later change of the file is noticed against it. A folder that cannot be
    written to is no failure: then nothing is noted.
    """
    book = path.parent / _FIRST_USE
    try:
        noted = json.loads(book.read_text(encoding="utf-8")) if book.exists() else {}
        noted[path.name] = sha256
        temporary = book.with_suffix(".json.part")
        temporary.write_text(json.dumps(noted, indent=1, sort_keys=True), encoding="utf-8")
        os.replace(temporary, book)
    except (OSError, ValueError, TypeError):
        return
