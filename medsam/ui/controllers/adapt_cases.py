"""Which pictures and scans have a mask of the user's: by the names that saving gives, and the open one."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medsam.engine.training_client import training_threads
from medsam.io.support import natural_key
from medsam.ui.controllers.saving import MASK_FORMATS, MASK_OF, Snapshot, stem_of
from medsam.ui.session import Session
from medsam.volume import Geometry

MASK_SUFFIXES = tuple(suffix for _, suffixes in MASK_FORMATS for suffix in suffixes)
SEED = 2026
_PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif")


@dataclass(frozen=True)
class Case:
    """One image and its mask.

    Attributes:
        image: File, or folder of a series.
        mask: Its label map; None for what is drawn in the window and not saved as it is now.
        is_open: Whether it is the open image.
        title: What to call it; "" takes the image's name.
    """

    image: Path
    mask: Path | None
    is_open: bool = False
    title: str = ""

    @property
    def name(self) -> str:
        """What to call it."""
        return self.title or self.image.name


@dataclass(frozen=True)
class Drawn:
    """The open image's mask as it was at one moment."""

    snapshot: Snapshot
    geometry: Geometry
    is_picture: bool
    names: dict[int, str]


def mask_stem(path: Path) -> str:
    """The name of the image whose mask a file is, without extension; "" if it is no mask by its name."""
    lower = path.name.lower()
    if not lower.endswith(MASK_SUFFIXES):
        return ""
    stem = stem_of(path)
    return stem.removesuffix(MASK_OF) if stem.endswith(MASK_OF) else ""


def mask_beside(image: Path) -> Path | None:
    """The mask that was saved beside an image; the latest of several."""
    stem = stem_of(image)
    masks = [image.parent / f"{stem}{MASK_OF}{suffix}" for suffix in MASK_SUFFIXES]
    found = [mask for mask in masks if mask.is_file()]
    return max(found, key=lambda mask: mask.stat().st_mtime) if found else None


def cases_in(folder: Path) -> list[Case]:
    """Every image of a folder that has a mask beside it, in natural order.

    Raises:
        OSError: If the folder cannot be listed.
    """
    entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    wanted = {mask_stem(path) for path in entries if path.is_file()} - {""}
    images: dict[str, list[Path]] = {}
    for path in entries:
        stem = stem_of(path)
        if stem in wanted and not mask_stem(path):
            images.setdefault(stem, []).append(path)
    found = []
    for candidates in images.values():
        mask = mask_beside(candidates[0])
        if mask is not None:
            found.append(Case(_fitting(candidates, mask), mask))
    return sorted(found, key=lambda case: natural_key(case.image))


def _fitting(candidates: list[Path], mask: Path) -> Path:
    """Of images of one name the one of the mask's kind: a PNG mask is a picture's."""
    is_flat = mask.suffix.lower() in _PICTURES
    return min(candidates, key=lambda p: ((p.suffix.lower() in _PICTURES) != is_flat, p.name))


def open_case(session: Session) -> Case | None:
    """The open image, if it came from a file and something is labelled in it."""
    annotation, source = session.annotation, session.source
    if annotation is None or source is None or annotation.is_empty:
        return None
    saved = session.target if not session.is_modified else None
    return Case(source, saved, is_open=True)


def with_open(cases: list[Case], session: Session) -> list[Case]:
    """A folder's cases with the open image, as it stands now, in its place."""
    now = open_case(session)
    if now is None:
        return cases
    others = [case for case in cases if case.image != now.image]
    return sorted([now, *others], key=lambda case: natural_key(case.image))


def as_now(cases: list[Case], session: Session) -> list[Case]:
    """The cases with the open image's mask as it stands now; a listing may be older than the last stroke."""
    now = open_case(session)
    current = [now if now is not None and case.image == now.image else case for case in cases]
    return [case for case in current if case.mask is not None or case is now]


def drawn_now(cases: list[Case], session: Session) -> Drawn | None:
    """A copy of what is drawn in the window, if one of the cases needs it."""
    annotation = session.annotation
    if annotation is None or not any(case.mask is None for case in cases):
        return None
    volume = annotation.volume
    names = {label.id: label.name for label in annotation.labels}
    return Drawn(Snapshot(annotation), volume.geometry, volume.is_picture, names)


def job_pair(case: Case, folder: Path, drawn: Drawn | None) -> dict[str, str]:
    """A case for the job; what is drawn and not saved is written into the work folder first.

    Raises:
        WriteError: If it cannot be written.
    """
    mask = case.mask
    if mask is None:
        from medsam.io import write_label_map

        assert drawn is not None
        values = drawn.snapshot.whole()
        suffix = ".png" if drawn.is_picture and values.shape[2] == 1 else ".nii.gz"
        target = folder / f"drawn{suffix}"
        mask = write_label_map(target, values, drawn.geometry, is_picture=drawn.is_picture, names=drawn.names)
    return {"image": str(case.image), "mask": str(mask), "name": case.name}


def training_job(
    pairs: list[dict[str, Any]], folder: Path, *, model: str, device: str, title: str, minutes: int
) -> dict[str, Any]:
    """What the training process is asked for.

    Args:
        pairs: Of ``job_pair``.
        folder: Where it works.
        model, device: What it begins with, and on what.
        title: Of the adapted model.
        minutes: For all of it.
    """
    return {
        "pairs": pairs,
        "model": model,
        "device": device,
        "out_folder": str(folder),
        "title": title,
        "date": datetime.date.today().isoformat(),
        "minutes": minutes,
        "threads": training_threads(),
        "seed": SEED,
    }
