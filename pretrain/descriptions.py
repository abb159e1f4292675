"""What a file of weights says of itself, read without torch and without its tensors.

A safetensors file says it in its header. A ``.pth`` that this program wrote
carries the same beside its tensors, as one more member of its archive, which
other programs pass over. Values are text; those that are structures are JSON.
"""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

from medsam.errors import WeightsMismatch, WeightsMissing

MEMBER = "medsam.json"
"""Name of the description in a ``.pth`` archive, beside ``data.pkl``."""

_LARGEST = 100 << 20
_PICKLE = b"\x80"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def read_description(path: Path) -> dict[str, str]:
    """The description inside a file of weights; empty if it has none.

    Reads the header of a safetensors file, or the list of members of an
    archive, whatever the file's size.

    Raises:
        WeightsMissing: If the file cannot be read.
        WeightsMismatch: If it is not a whole file of weights.
    """
    try:
        if path.suffix == ".safetensors":
            return _of_header(path)
        return _of_archive(path)
    except OSError as error:
        raise WeightsMissing(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except (ValueError, KeyError, TypeError, AttributeError, struct.error, zipfile.BadZipFile):
        raise _damaged(path.name) from None
    except (RuntimeError, EOFError):  # an encrypted or oddly packed archive
        raise _damaged(path.name) from None


def add_description(path: Path, description: dict[str, str]) -> None:
    """Put a description into a ``.pth`` that ``torch.save`` wrote."""
    with zipfile.ZipFile(path, "a") as archive:
        root = archive.namelist()[0].split("/", 1)[0]
        member = zipfile.ZipInfo(f"{root}/{MEMBER}", _FIXED_TIME)
        archive.writestr(member, json.dumps(description))


def structure(text: str | None, name: str) -> dict[str, Any]:
    """A JSON object of a description; empty for no text.

    Raises:
        WeightsMismatch: If it is not one; ``name`` is the file's, for the message.
    """
    try:
        values = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise WeightsMismatch(f"The description inside {name} is not readable. Export the weights again.")
    return values


def _damaged(name: str) -> WeightsMismatch:
    return WeightsMismatch(f"{name} is not a whole file of weights. Copy or export it again.")


def _of_header(path: Path) -> dict[str, str]:
    size = path.stat().st_size
    with path.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        if not 2 <= length <= min(_LARGEST, size - 8):
            raise _damaged(path.name)
        header: dict[str, Any] = json.loads(stream.read(length))
    metadata = header.pop("__metadata__", {})
    end = max((int(tensor["data_offsets"][1]) for tensor in header.values()), default=0)
    if 8 + length + end != size:
        raise _damaged(path.name)
    return _texts(metadata)


def _of_archive(path: Path) -> dict[str, str]:
    with path.open("rb") as stream:
        start = stream.read(2)
    if start[:1] == _PICKLE:
        return {}
    with zipfile.ZipFile(path) as archive:
        members = {name.rsplit("/", 1)[-1]: archive.getinfo(name) for name in archive.namelist()}
        if "data.pkl" not in members:
            raise _damaged(path.name)
        ours = members.get(MEMBER)
        if ours is None:
            return {}
        if ours.file_size > _LARGEST:
            raise _damaged(path.name)
        return _texts(json.loads(archive.read(ours)))


def _texts(values: Any) -> dict[str, str]:
    return {str(name): value for name, value in values.items() if isinstance(value, str)}
