"""Where the case of an image is: in the program's folder or beside the image, wherever it went since."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from medsam.document.case_identity import ImageIdentity
from medsam.document.case_recovery import read_identity
from medsam.ui import settings
from medsam.ui.controllers.saving import stem_of
from medsam.ui.panels.preferences import BESIDE, IN_DATA, PLACE

SUFFIX = ".medsamcase"
_MOST_LOOKED_AT = 500
_DIGITS = 8


def cases_folder() -> Path:
    """The program's own folder for case files."""
    import platformdirs

    return Path(platformdirs.user_data_dir("medsam", appauthor=False)) / "cases"


def case_path(source: Path | None, identity: ImageIdentity) -> Path:
    """Where the case of an image is, or where a new one goes as the preference says.

    A case is found by the image's voxels, so also where the image was renamed
    or moved, and where the preference was another one then.

    Args:
        source: The image's file or folder; None for a sample.
        identity: Of the image.
    """
    in_data = cases_folder() / f"{identity.digest}{SUFFIX}"
    if source is None:
        return _made(in_data)
    beside = _beside(source, identity)
    wants_beside = str(settings.value(PLACE, IN_DATA)) == BESIDE
    for path in (beside, in_data) if wants_beside else (in_data, beside):
        if os.path.lexists(path):
            return path
    # A CD or a read-only share keeps nothing; the program's own folder does.
    may_write = os.access(source.parent, os.W_OK)
    return beside if wants_beside and may_write else _made(in_data)


def apart_from(path: Path, identity: ImageIdentity, apart: str, others: frozenset[str]) -> Path:
    """The case of an image of a list, which may hold the same scan twice: each is work of its own.

    Args:
        path: What ``case_path`` found.
        identity: Of the image.
        apart: Tells it from the list's other images; "" outside of lists.
        others: File names of those.
    """
    if not apart:
        return path
    own = path.with_name(f"{path.stem}-{hashlib.sha256(apart.encode()).hexdigest()[:_DIGITS]}{SUFFIX}")
    if os.path.lexists(own) or identity.name in others:
        return own
    found = read_identity(path)
    return own if found is not None and found.name != identity.name and found.name in others else path


def _made(path: Path) -> Path:
    # A folder that cannot be made is told by whoever writes into it.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _beside(source: Path, identity: ImageIdentity) -> Path:
    """The case beside an image, under its name or another; else the name that a new one would get."""
    folder = source.parent
    usual = folder / f"{stem_of(source)}{SUFFIX}"
    found = read_identity(usual)
    if found is not None and found.is_same_image(identity):
        return usual
    for path in _cases_in(folder):
        found = read_identity(path)
        if found is not None and found.is_same_image(identity):
            return path
    if os.path.lexists(usual):
        # Another image's: scan.nii and scan.nrrd in one folder, or a picture that was exchanged.
        return usual.with_name(f"{stem_of(source)}-{identity.digest[:_DIGITS]}{SUFFIX}")
    return usual


def _cases_in(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if e.name.endswith(SUFFIX)]
    except OSError:
        return []
    return [folder / name for name in sorted(names)[:_MOST_LOOKED_AT]]
