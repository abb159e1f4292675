"""Images and label files that belong together by their names; the base of "volumes" and "pictures".

A case has one label map; or a file for each label (``{label}`` in the
pattern, its name or number looked up in ``label_names``); or a file for each
object, which then may overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from finetune.data.layouts.base import CaseSource, Declaration, ExtraMask, LoadedCase
from finetune.data.layouts.files import read_image, read_labels
from finetune.data.layouts.patterns import Folders, field_names, find_matches
from medsam.errors import InputError
from medsam.io import read_label_names
from medsam.volume import stored_slice

LABEL = "label"
"""The field of a label pattern that says which label a file holds."""
OBJECT = "object"
"""The field of a label pattern that says that each file holds one object."""


class PairsLayout:
    """Finds images by a pattern, their labels by another with the same fields.

    Args:
        noun: What an image is, for messages.
    """

    def __init__(self, noun: str) -> None:
        self._noun = noun

    def find(self, declaration: Declaration) -> Iterator[CaseSource]:
        """Every image with its label files; one without any is reported when it is loaded.

        Raises:
            InputError: If a pattern is missing or fits nothing, or two images have the same fields.
        """
        d = declaration
        self._require_patterns(d)
        names: dict[str, Path] = {}
        folders = Folders()
        for path, fields in find_matches(d.root, d.images, folders=folders):
            name = "-".join(fields[f] for f in field_names(d.images))
            first = names.setdefault(name, path)
            if first != path:
                raise InputError(
                    f"The fields of a pattern tell cases apart; {first.name} and {path.name} of {d.name} have"
                    " the same. Put the part in which they differ into braces."
                )
            labels, values = _label_files(d, path, fields, folders)
            yield CaseSource(
                d,
                name=name,
                images=(path,),
                labels=labels,
                values=values,
                modality=d.modality,
                dataset=d.name,
                split=fields.get("split", ""),
                fields={k: v for k, v in fields.items() if k not in ("case", "split")},
            )
        if not names:
            raise InputError(
                f'A data set has at least one {self._noun}; nothing in {d.root.name} fits "{d.images}".'
                " Correct the root or the pattern."
            )

    def load(self, source: CaseSource) -> LoadedCase:
        """The image and its labels on its grid.

        Raises:
            ReadError, GeometryError: If a file cannot be read, or the two differ in size or place.
            InputError: If there is no label file.
        """
        d = source.declaration
        if not source.labels:
            raise InputError(
                f'A case has a label file; none fits "{d.labels}" for {source.name} of {source.dataset}.'
                " Correct the pattern, add the file or take the image out."
            )
        volume = read_image(source)
        if not source.values:
            self._require_one(source)
            labels, said = read_labels(source.labels[0], volume.geometry, d.masks)
            return LoadedCase(volume, labels, labels_names=read_label_names(source.labels[0]), history=said)
        files = list(zip(source.labels, source.values, strict=True))
        parts = ((v, read_labels(p, volume.geometry, d.masks)[0] > 0) for p, v in files)
        if OBJECT not in field_names(d.labels):
            whole, masks = combined(parts)
            how = "one label map" if masks is None else "masks, as they overlap"
            return LoadedCase(
                volume, whole, masks, history=[f"Files, one a label, read as {how}: {len(files)}."]
            )
        objects = [mask for value, part in parts for mask in slices_of(part, value)]
        return LoadedCase(
            volume, masks=objects, history=[f"Files, one an object, read as masks: {len(files)}."]
        )

    def _require_one(self, source: CaseSource) -> None:
        if len(source.labels) > 1:
            raise InputError(
                f"A case has one label map; {source.labels[0].name} and {source.labels[1].name} both fit"
                f" {source.name}. Make the pattern exact, or say {{{LABEL}}} or {{{OBJECT}}} in it."
            )

    def _require_patterns(self, d: Declaration) -> None:
        if not d.images or not d.labels or not field_names(d.images) or not d.modality:
            raise InputError(
                f"A data set of {self._noun}s declares modality, images and labels, with a field such as"
                f' images = "images/{{case}}.png"; {d.name} lacks one of them. Add it.'
            )
        for own in (LABEL, OBJECT):
            if own in field_names(d.images):
                raise InputError(
                    f"The field {{{own}}} belongs to the pattern of labels; {d.name} has it in images."
                    " Rename it."
                )
        if LABEL in field_names(d.labels) and not d.label_names:
            raise InputError(
                f'Files by {{{LABEL}}} need label_names, such as 1 = "liver"; {d.name} has none. Add them.'
            )


def _label_files(
    d: Declaration, image: Path, fields: dict[str, str], folders: Folders
) -> tuple[tuple[Path, ...], tuple[int, ...]]:
    """A case's label files and, where each holds one label or object, its value; others are not asked for."""
    own = set(field_names(d.labels)) & {LABEL, OBJECT}
    found = [(p, f) for p, f in find_matches(d.root, d.labels, fields, folders) if p != image]
    if not own:
        return tuple(p for p, _ in found), ()
    valued = [(p, _value(f[LABEL], d) if LABEL in own else 1) for p, f in found]
    kept = [(p, value) for p, value in valued if value is not None]
    return tuple(p for p, _ in kept), tuple(value for _, value in kept)


def _value(text: str, d: Declaration) -> int | None:
    """The label value that a file's ``{label}`` means; None for one that is not asked for."""
    by_name = {name: value for value, name in d.label_names.items()}
    if text in by_name:
        return by_name[text]
    return int(text) if text.isdecimal() and int(text) in d.label_names else None


def combined(
    parts: Iterator[tuple[int, npt.NDArray[np.bool_]]],
) -> tuple[npt.NDArray[np.uint16] | None, list[ExtraMask] | None]:
    """One label map of masks (I, J, K) with their values; or, where they overlap, masks slice by slice."""
    labels: npt.NDArray[np.uint16] | None = None
    masks: list[ExtraMask] | None = None
    for value, whole in parts:
        if masks is not None:
            masks += slices_of(whole, value, False)
            continue
        if labels is None:
            labels = np.zeros(whole.shape, np.uint16, order="F")
        if (labels[whole] > 0).any():
            before = (int(v) for v in np.unique(labels[labels > 0]))
            masks = [mask for v in before for mask in slices_of(labels == v, v, False)]
            masks += slices_of(whole, value, False)
        else:
            labels[whole] = value
    return (labels, None) if masks is None else (None, masks)


def slices_of(whole: npt.NDArray[np.bool_], value: int, is_object: bool = True) -> list[ExtraMask]:
    """A mask (I, J, K) as one mask for each slice of the third axis that it reaches."""
    reached = [int(k) for k in np.flatnonzero(whole.any(axis=(0, 1)))]
    return [ExtraMask(2, k, value, np.array(stored_slice(whole, 2, k)), is_object) for k in reached]
