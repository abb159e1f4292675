"""A user's images and masks as a store: which are learned from, which are kept aside to test on.

Cases are held out by patient where DICOM tells, else by file; copies of one
image stay together. The held-out cases are the store's test split. What the
loop chooses its weights by, the validation split, is taken from the other
cases, so that the scores before and after are of cases nobody looked at.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from finetune.config import PrepareConfig
from finetune.data.layouts.base import Declaration, ListedCase, SplitRule
from finetune.data.modalities import DICOM_CODES
from finetune.data.prepare import prepare
from finetune.data.store import CaseRecord, SliceRef, Store
from medsam.errors import InputError

DATASET = "annotations"

HELD_OUT = 0.25
"""Share of the patients or files that are tested on; at least one."""

LEAST_SET_APART = 5
"""Slices to choose weights by that are worth being left out of learning."""

_NUMBER = "number"
_DRAWS = 32


@dataclass(frozen=True)
class Pair:
    """One image and its mask, and what to call them."""

    image: str
    mask: str
    name: str = ""


@dataclass(frozen=True)
class Origin:
    """What the files say of a case before it is read.

    Attributes:
        group: Patient, or the file itself.
        modality: Key of ``finetune.data.modalities``.
        is_patient: Whether the group is a patient of DICOM.
    """

    group: str
    modality: str
    is_patient: bool


class Part(Store):
    """A store of which some slices are used, in splits of this run's own.

    A case may stand in two splits here, with different slices.
    """

    def __init__(self, whole: Store, chosen: Iterable[tuple[str, SliceRef]]) -> None:
        """Choose slices.

        Args:
            whole: Where the files are.
            chosen: Split and slice; the objects that the ref names are kept.
        """
        super().__init__(whole.folder)
        kept: dict[tuple[int, str], set[int]] = defaultdict(set)
        for split, ref in chosen:
            kept[ref.case, split].update(ref.objects)
        self.cases = [
            dataclasses.replace(
                whole.cases[case],
                split=split,
                objects=[o for n, o in enumerate(whole.cases[case].objects) if n in numbers],
            )
            for (case, split), numbers in sorted(kept.items())
        ]
        said = [[case, split, sorted(numbers)] for (case, split), numbers in sorted(kept.items())]
        digest = hashlib.sha256(json.dumps([whole.sha256, said]).encode())
        self.sha256 = digest.hexdigest()


def make_store(
    pairs: Sequence[Pair],
    folder: Path,
    config: PrepareConfig,
    *,
    report: Callable[[str], None],
    is_cancelled: Callable[[], bool],
) -> tuple[Store, dict[str, str], bool]:
    """Read the pairs into a store.

    Returns:
        The store, a sentence for every case that was left out, and whether
        all cases were told apart by patient.

    Raises:
        InputError: If no case can be used.
        WriteError: If the disk is full or not writable.
        Cancelled: If asked to stop.
    """
    names = _names(pairs)
    origins = [origin(Path(pair.image), number) for number, pair in enumerate(pairs)]
    listed = tuple(
        ListedCase(
            image=str(Path(pair.image).absolute()),
            label=str(Path(pair.mask).absolute()),
            name=name,
            group=f"{DATASET}:{at.group}",
            modality=at.modality,
            attributes={_NUMBER: str(number)},
        )
        for number, (pair, name, at) in enumerate(zip(pairs, names, origins, strict=True))
    )
    declaration = Declaration(
        name=DATASET,
        layout="table",
        root=folder,
        objects="component",
        split=SplitRule(rule="train"),
        cases=listed,
    )
    manifest = prepare([declaration], folder, config, workers=1, report=report, is_cancelled=is_cancelled)
    store = Store(folder)
    skipped = {**manifest["failed"], **manifest["repeated"]}
    for case in store.cases:
        if not case.objects:
            skipped[case.id] = (
                f"A case is learned from by its outlines; the mask of {name_of(case, pairs)} has none of"
                f" {config.least_area} pixels or more."
            )
    used = [origins[int(case.attributes[_NUMBER])] for case in store.cases if case.objects]
    return store, skipped, bool(used) and all(at.is_patient for at in used)


def name_of(case: CaseRecord, pairs: Sequence[Pair]) -> str:
    """What a case is called in the job."""
    pair = pairs[int(case.attributes[_NUMBER])]
    return pair.name or Path(pair.image).name


def _names(pairs: Sequence[Pair]) -> list[str]:
    taken: dict[str, int] = defaultdict(int)
    names = []
    for pair in pairs:
        name = pair.name or Path(pair.image).name
        taken[name] += 1
        names.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return names


def origin(image: Path, number: int) -> Origin:
    """Patient and modality of an image, where its file tells them.

    The patient's number is kept as a digest that lives as long as the work folder.
    """
    header = _dicom_header(image)
    if header is None:
        return Origin(f"file-{number}", "xray" if _is_flat(image) else "ct", False)
    modality = DICOM_CODES.get(str(header.get("Modality", "")), "ct")
    patient = str(header.get("PatientID", "") or "").strip()
    if not patient:
        return Origin(f"file-{number}", modality, False)
    return Origin(f"patient-{hashlib.sha256(patient.encode()).hexdigest()[:16]}", modality, True)


def _is_flat(image: Path) -> bool:
    return image.suffix.lower() in (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif")


def _dicom_header(image: Path) -> dict[str, str] | None:
    """Modality and patient's number of a DICOM file, or of the first in a folder; None if it is none."""
    import pydicom

    try:
        files = [image] if image.is_file() else sorted(p for p in image.rglob("*") if p.is_file())[:3]
    except OSError:
        return None
    for file in files:
        try:
            found = pydicom.dcmread(file, stop_before_pixels=True, specific_tags=["Modality", "PatientID"])
        except Exception:  # whatever pydicom throws: it is no DICOM file that could be read
            continue
        return {name: str(found.get(name, "") or "") for name in ("Modality", "PatientID")}
    return None


# --- who is held out ----------------------------------------------------------


def hold_out(store: Store, seed: int) -> tuple[list[int], list[int]]:
    """Numbers of the cases to learn from and of those to test on.

    Of several draws the one is taken whose two sides share most labels: a
    label that was never learned says nothing when it is tested.

    Raises:
        InputError: If fewer than two patients or files can be used.
    """
    groups = _groups(store)
    if len(groups) < 2:
        raise InputError(
            "Adapting needs at least two patients or files with outlines: one to learn from and one to test"
            f" on; {_count(len(groups))} can be used. Draw and save another mask, or add another case."
        )
    count = max(1, round(HELD_OUT * len(groups)))
    rng = np.random.default_rng(seed)
    labels = [{_label(store.cases[c], o.label) for c in g for o in store.cases[c].objects} for g in groups]
    best: tuple[int, list[int]] | None = None
    for _ in range(_DRAWS):
        held = sorted(rng.permutation(len(groups))[:count].tolist())
        tested = set().union(*(labels[g] for g in held))
        learned = set().union(*(labels[g] for g in range(len(groups)) if g not in held))
        if best is None or len(tested & learned) > best[0]:
            best = (len(tested & learned), held)
    assert best is not None
    test = sorted(c for g in best[1] for c in groups[g])
    return [c for g in range(len(groups)) if g not in best[1] for c in groups[g]], test


def _count(number: int) -> str:
    return "none" if number == 0 else "only one"


def _label(case: CaseRecord, value: int) -> str:
    return case.labels.get(value) or str(value)


def _groups(store: Store) -> list[list[int]]:
    """Cases by patient or file; those that share an image go together."""
    of_key: dict[str, int] = {}
    groups: list[list[int]] = []
    for number, case in enumerate(store.cases):
        if not case.objects:
            continue
        found = {of_key[key] for key in (case.group, case.image_sha256) if key in of_key}
        home = min(found) if found else len(groups)
        if not found:
            groups.append([])
        for other in found - {home}:
            groups[home] += groups[other]
            groups[other] = []
            of_key |= {key: home for key, at in of_key.items() if at == other}
        groups[home].append(number)
        of_key[case.group] = of_key[case.image_sha256] = home
    return [sorted(group) for group in groups if group]


# --- which slices -------------------------------------------------------------


def spread(store: Store, cases: Sequence[int], most: int) -> list[SliceRef]:
    """At most so many slices of cases: one of each in turn, far apart within a case."""
    queues = []
    refs: dict[int, list[SliceRef]] = defaultdict(list)
    for ref in store.slices():
        refs[ref.case].append(ref)
    for case in cases:
        queues.append([refs[case][n] for n in _far_apart(len(refs[case]))])
    chosen: list[SliceRef] = []
    for turn in range(max((len(q) for q in queues), default=0)):
        chosen += [q[turn] for q in queues if turn < len(q)]
    return chosen[:most]


def _far_apart(count: int) -> list[int]:
    """0 to count - 1, each as far as can be from those before it: the middle, the quarters ..."""
    bits = max(count - 1, 1).bit_length()
    middle = count // 2
    turned = [int(format(n, f"0{bits}b")[::-1], 2) for n in range(1 << bits)]
    return [(n + middle) % count for n in turned if n < count]


def split_off(refs: Sequence[SliceRef], most: int) -> tuple[list[SliceRef], list[SliceRef]]:
    """Slices to learn from, and at most so many to choose weights by.

    A fifth is set apart for choosing where that makes at least five slices.
    Fewer would choose by chance and be missed in learning: then those learned
    from serve for both, and only the held-out cases tell whether it helped.
    """
    count = min(len(refs) // 5, most)
    if count < LEAST_SET_APART:
        return list(refs), list(refs[:most])
    return list(refs[:-count]), list(refs[-count:])


def checked_pairs(pairs: Sequence[Pair]) -> None:
    """Refuse a job with too few pairs before anything is read.

    Raises:
        InputError: If there are fewer than two.
    """
    if len(pairs) < 2:
        raise InputError(
            "Adapting needs at least two cases: one to learn from and one to test on;"
            f" {len(pairs)} came. Tick another one."
        )
