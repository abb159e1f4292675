"""Which files of a folder are images to work on, and which are their masks: by their names alone.

Known layouts: masks beside images (``scan_mask.nii.gz``), a folder of images
beside one of labels (``images/`` and ``labels/``, also ``imagesTr`` and
``labelsTr`` with channels ``_0000``), and a folder a case with a file called
``mask`` or ``segmentation`` in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path

from medsam.document.worklist import WorkCase, stem_and_suffix, stored_path

MASK_WORDS = ("mask", "masks", "seg", "segmentation", "label", "labels", "labelmap", "gt", "groundtruth")
"""What stands for a mask in a file's name: all of it, or its end after ``_``, ``-`` or a dot."""
IMAGE_FOLDERS = ("images", "image", "imgs", "img", "scans", "volumes")
LABEL_FOLDERS = ("labels", "label", "masks", "mask", "segmentations", "segmentation", "seg", "gts", "gt")
OWN_ENDING = "_mask"
"""What the program itself puts behind an image's name: such a file is never an image."""
MASK_SUFFIXES = (".nii.gz", ".nii", ".nrrd", ".png")
"""Formats that masks are written in."""
_SUBSETS = ("tr", "ts", "va", "_train", "_val", "_test")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif")
"""Extensions of pictures, whose masks are pictures, too."""
_WORD = re.compile(rf"^(?:(.*)[_\-.])?(?:{'|'.join(MASK_WORDS)})$", re.IGNORECASE)
_CHANNEL = re.compile(r"^(.+)_(\d{4})$")


def natural_order(path: Path) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Sorts ``case2`` before ``case10``, folder by folder."""
    return tuple(
        tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", part.lower()))
        for part in path.parts
    )


def mask_base(stem: str) -> str | None:
    """The image's stem in a mask's: "a" for "a_mask", "" for "mask"; None if it is no mask by its name."""
    found = _WORD.match(stem)
    return None if found is None else found[1] or ""


def cases_of(images: Iterable[Path], root: Path, folders: Iterable[Path] = ()) -> list[WorkCase]:
    """Cases of a folder's images, in natural order.

    Args:
        images: Every file below ``root`` that can be read as an image, masks among them.
        root: The folder.
        folders: DICOM folders, each of which is an image, too.
    """
    files = sorted(images, key=lambda p: natural_order(p.relative_to(root)))
    whole = sorted(folders, key=lambda p: natural_order(p.relative_to(root)))
    everything = [*files, *whole]
    dicom = set(whole)
    beside = _Beside(everything)
    paired = _LabelFolders(everything)
    cases = []
    for path in everything:
        if path in dicom:
            mask = beside.mask_of(path)
        elif paired.is_label(path) or beside.is_mask(path) or paired.is_further_channel(path):
            continue
        else:
            mask = paired.mask_of(path) or beside.mask_of(path)
        cases.append(WorkCase(stored_path(path, root), stored_path(mask, root) if mask else ""))
    return sorted(cases, key=lambda c: natural_order(Path(c.image)))


def _stem(path: Path) -> str:
    return stem_and_suffix(path.name)[0]


class _Beside:
    """Masks in the folder of their image."""

    def __init__(self, paths: list[Path]) -> None:
        self._masks: set[Path] = set()
        self._of: dict[Path, Path] = {}
        in_folder: dict[Path, list[Path]] = {}
        for path in paths:
            in_folder.setdefault(path.parent, []).append(path)
        for siblings in in_folder.values():
            self._look(siblings)

    def is_mask(self, path: Path) -> bool:
        """Whether a file is a mask."""
        return path in self._masks

    def mask_of(self, image: Path) -> Path | None:
        """The mask of an image, if one lies there; the program's own before others."""
        return self._of.get(image)

    def _look(self, siblings: list[Path]) -> None:
        stems = {p: _stem(p) for p in siblings}
        bases = {p: mask_base(stem) for p, stem in stems.items()}
        plain: dict[str, list[Path]] = {}
        for path, base in bases.items():
            if base is None:
                plain.setdefault(stems[path], []).append(path)
        ordered = sorted(plain)
        for path in sorted(siblings, key=lambda p: not stems[p].endswith(OWN_ENDING)):
            base = bases[path]
            if base is None:
                continue
            owners, is_theirs = _owners(base, plain, ordered)
            # A mask by its name without an image may be one all the same, but never our own.
            if is_theirs or stems[path].endswith(OWN_ENDING):
                self._masks.add(path)
            if owners:
                self._of.setdefault(_fitting(owners, path), path)


def _owners(base: str, plain: dict[str, list[Path]], ordered: list[str]) -> tuple[list[Path], bool]:
    """Images that a mask could be of, and whether it is a mask of theirs even if nobody knows whose.

    Args:
        base: What the mask's name begins with; "" for one that is called "mask".
        plain: Images of the folder by stem.
        ordered: Their stems, sorted.
    """
    if not base:
        alone = next(iter(plain.values()), []) if len(plain) == 1 else []
        return (alone if len(alone) == 1 else []), bool(plain)
    if base in plain:
        return plain[base], True
    near = []
    for stem in ordered[bisect_left(ordered, base) :]:
        if not stem.startswith(base):
            break
        if stem[len(base)] in "_-.":
            near += plain[stem]
    return (near if len(near) == 1 else []), bool(near)


def _fitting(owners: list[Path], mask: Path) -> Path:
    """Of images of one name the one of the mask's kind: a PNG mask is a picture's."""
    flat = mask.suffix.lower() in PICTURES
    return min(owners, key=lambda p: ((p.suffix.lower() in PICTURES) != flat, p.name))


class _LabelFolders:
    """Images and labels in two folders beside each other."""

    def __init__(self, paths: list[Path]) -> None:
        # Each is compared without case and subset: imagesTr goes with labelsTr.
        names = {p.parent for p in paths}
        images = {(f.parent, part): f for f in names if (part := _subset(f.name, IMAGE_FOLDERS)) is not None}
        labels = {(f.parent, part): f for f in names if (part := _subset(f.name, LABEL_FOLDERS)) is not None}
        self._label_of = {images[k]: labels[k] for k in images.keys() & labels.keys()}
        self._labels = set(self._label_of.values())
        self._stems: dict[Path, dict[str, Path]] = {}
        for path in (p for p in paths if p.parent in self._labels):
            stem = _stem(path)
            known = self._stems.setdefault(path.parent, {})
            known.setdefault(stem, path)
            base = mask_base(stem)
            if base:
                known.setdefault(base, path)
        self._first = {p for p in paths if (c := _CHANNEL.match(_stem(p))) and c[2] == "0000"}

    def is_label(self, path: Path) -> bool:
        """Whether a file lies in a folder of labels that has one of images beside it."""
        return path.parent in self._labels

    def mask_of(self, image: Path) -> Path | None:
        """The label file of an image; where it would lie if there is none; None in no such folder."""
        folder = self._label_of.get(image.parent)
        if folder is None:
            return None
        stem, suffix = stem_and_suffix(image.name)
        channel = _CHANNEL.match(stem)
        known = self._stems.get(folder, {})
        base = channel[1] if channel and (channel[1] in known or image in self._first) else stem
        found = known.get(stem) or known.get(base)
        if found is not None:
            return found
        kept = suffix if suffix.lower() in MASK_SUFFIXES else ".nii.gz"
        return folder / f"{base}{'.png' if suffix.lower() in PICTURES else kept}"

    def is_further_channel(self, path: Path) -> bool:
        """Whether a file is another channel of a case whose first one is there, too."""
        channel = _CHANNEL.match(_stem(path))
        if channel is None or channel[2] == "0000" or path.parent not in self._label_of:
            return False
        return path.with_name(f"{channel[1]}_0000{stem_and_suffix(path.name)[1]}") in self._first


def _subset(name: str, words: tuple[str, ...]) -> str | None:
    """What follows a folder's word: "tr" of "imagesTr", "" of "images"; None for another word."""
    lower = name.lower()
    return next(
        (lower[len(w) :] for w in words if lower.startswith(w) and lower[len(w) :] in ("", *_SUBSETS)), None
    )
