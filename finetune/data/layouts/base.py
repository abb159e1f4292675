"""What a data set says of itself, and what every layout turns it into.

A *layout* knows how the files of a kind of data set lie (a table, pairs of
volumes, folders of pictures, COCO ...). It finds cases, which is cheap, and
loads one case at a time, which may happen in another process: everything that
crosses is plain, picklable data.

A new layout is one more module of this package that ends with
``LAYOUTS["name"] = ItsLayout()``.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from medsam.errors import InputError
from medsam.volume import Volume

_STRICT = ConfigDict(extra="forbid")


@checked_dataclass(frozen=True, config=_STRICT)
class SplitRule:
    """Which split a group belongs to.

    Attributes:
        rule: "auto": "given" where a case says its split, else "random";
            "given": as the ``split`` of a table or pattern says; "column": by
            the value of ``column``; "random": drawn for each group from its
            name and ``seed`` alone, so that more cases move nobody; "train",
            "val" or "test": all of it.
        column: Of the table, or a field of the pattern.
        train, val, test: Values of ``column`` that mean each split.
        fractions: Of the groups, in the order train, val, test; sum 1.
        seed: Of the draw.
    """

    rule: Literal["auto", "given", "column", "random", "train", "val", "test"] = "auto"
    column: str = ""
    train: tuple[str, ...] = ("train",)
    val: tuple[str, ...] = ("val",)
    test: tuple[str, ...] = ("test",)
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1)
    seed: int = 2026

    def __post_init__(self) -> None:
        if self.rule == "column" and not self.column:
            raise ValueError('the rule "column" needs the name of a column')
        if min(self.fractions) < 0 or abs(sum(self.fractions) - 1) > 1e-6:
            raise ValueError("fractions are three shares, none below 0, whose sum is 1")
        values = (*self.train, *self.val, *self.test)
        if len(set(values)) < len(values):
            raise ValueError("a value of the column means one split only")


@checked_dataclass(frozen=True, config=_STRICT)
class ListedCase:
    """One case of a declaration that lists them: the same words as a row of ``cases.csv``.

    Attributes:
        image, label: Paths relative to the declaration's root, or absolute.
        name: Of the case; "" takes the image's.
        group: Patient; "" takes the case's name.
        split: "train", "val", "test", or "" where a split rule decides.
        modality: "" takes the declaration's.
        attributes: Columns to report by.
    """

    image: str
    label: str
    name: str = ""
    group: str = ""
    split: str = ""
    modality: str = ""
    attributes: dict[str, str] = dataclasses.field(default_factory=dict)


@checked_dataclass(frozen=True, config=_STRICT)
class Declaration:
    """One data set, as a ``[[dataset]]`` table of a TOML file says it.

    Patterns are paths relative to ``root``; ``*`` stands for anything in a
    name, ``**`` for any folders, ``{field}`` for a part of the name that is
    kept under that name (``{field:\\d+}``: of these characters only). The
    fields of ``images`` fill the pattern of ``labels``; ``{label}`` there is
    the name or number of the one label a file holds, ``{object}`` says that a
    file holds one object.

    Attributes:
        name: Of the data set.
        layout: "table", "volumes", "pictures", "medsam", "dicom", "coco" or "worklist".
        root: Folder of its files; relative to the TOML file.
        modality: Key of ``finetune.data.modalities``; "" where each case says its own.
        images, labels: Patterns. For "table", ``images`` is the table's name;
            for "coco", ``labels`` is the JSON file; for "worklist", ``images`` is.
        label_names: Value in the label map to what it means; 0 stands for every other value.
        exclude: Label values that are no objects.
        instances: Label values whose 3D components are separate objects.
        objects: "component" or "label" takes precedence over the settings.
        least_area, least_volume: Take precedence over the settings', where given.
        window: How raw values become 8 bit, as ``finetune.data.modalities`` says
            it; "" for the modality's own.
        frame: Time point or channel that is read of images with several, from 0.
        masks: How mask pictures are read. "labels": values are labels;
            "threshold": at least half of white is label 1; "auto": threshold
            for JPEG and for pictures of 0 and 255, else labels.
        group: Of a case (its patient), filled from its fields: "{patient}";
            "" for each case its own.
        split: Which groups are trained on.
        table: CSV file with more fields, a row a case, patient ...; "" for none.
        join: Column of ``table`` that says whose row it is: "case" for a
            case's name, "group" for a group that the layout gives, or a field.
        licence: As the source states it.
        attributes: Of all cases; fields that ``table`` and the patterns give come on top.
        cases: For "table": the cases themselves, instead of a file.
    """

    name: str
    layout: str
    root: Path
    modality: str = ""
    images: str = ""
    labels: str = ""
    label_names: dict[int, str] = dataclasses.field(default_factory=dict)
    exclude: tuple[int, ...] = ()
    instances: tuple[int, ...] = ()
    objects: Literal["", "component", "label"] = ""
    least_area: int | None = None
    least_volume: int | None = None
    window: str = ""
    frame: int = 0
    masks: Literal["auto", "labels", "threshold"] = "auto"
    group: str = ""
    split: SplitRule = dataclasses.field(default_factory=SplitRule)
    table: str = ""
    join: str = "case"
    licence: str = ""
    attributes: dict[str, str] = dataclasses.field(default_factory=dict)
    cases: tuple[ListedCase, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a data set has a name")
        if self.frame < 0 or min(self.exclude, default=1) < 1 or min(self.instances, default=1) < 1:
            raise ValueError("frame is counted from 0, label values in exclude and instances from 1")
        if min(self.least_area or 0, self.least_volume or 0) < 0:
            raise ValueError("least_area and least_volume are not below 0")
        if min(self.label_names, default=0) < 0:
            raise ValueError("label values in label_names are not below 0")


@dataclass(frozen=True)
class CaseSource:
    """One case that a layout found: where its files are and what is said of it. Picklable.

    Attributes:
        declaration: The data set it belongs to, as declared.
        name: Of the case; unique in its data set.
        images, labels: Files that are read; their content identifies the case.
        values: Label value of each file of ``labels``, where a file holds one only.
        modality: Key of ``finetune.data.modalities``.
        dataset: Name of its data set (a table may hold several).
        group: Patient; "" leaves it to ``declaration.group``.
        split: "train", "val", "test", or "" where the layout gives none.
        kind: "2d", "3d", or "" to tell by the volume.
        label_names: Takes precedence over ``declaration.label_names`` where
            not empty. In both, 0 names every value without a name of its own.
        licence: Takes precedence where not "".
        fields: Of its pattern or row: attributes, and what group and split rules look at.
        member: Which entry of a file that holds several (a COCO image's id, an array's index).
    """

    declaration: Declaration
    name: str
    images: tuple[Path, ...]
    labels: tuple[Path, ...]
    modality: str
    dataset: str
    group: str = ""
    split: str = ""
    kind: str = ""
    values: tuple[int, ...] = ()
    label_names: dict[int, str] = field(default_factory=dict)
    licence: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    member: str = ""


@dataclass(frozen=True)
class ExtraMask:
    """One object that comes as a mask of its own, as objects do that may overlap.

    Attributes:
        axis, index: Of the stored slice (``medsam.volume.stored_slice``).
        label: What it is, a value of the label names.
        mask: (H, W) bool, the slice picture's size.
        is_object: Whether it is one object, whatever its parts; else it is a
            label on the slice, whose parts are objects where the rules say so.
    """

    axis: int
    index: int
    label: int
    mask: npt.NDArray[np.bool_]
    is_object: bool = True


@dataclass(frozen=True)
class LoadedCase:
    """A case in memory. It has a label map, masks, or both.

    Attributes:
        volume: Raw values.
        labels: (I, J, K) whole numbers on the volume's grid, 0 = background; or None.
        masks: Objects with masks of their own; or None.
        labels_names: Names that the files give; a declaration's take precedence.
        history: What was done to the raw values and labels, in order, a sentence each.
    """

    volume: Volume
    labels: npt.NDArray[np.integer] | None = None
    masks: list[ExtraMask] | None = None
    labels_names: dict[int, str] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)


class Layout(Protocol):
    """A way for files to lie. Stateless: ``load`` may run in another process than ``find``."""

    def find(self, declaration: Declaration) -> Iterator[CaseSource]:
        """Every case, in a fixed order, without reading pictures.

        Raises:
            InputError: If the declaration does not fit what is there, or nothing is.
        """
        ...

    def load(self, source: CaseSource) -> LoadedCase:
        """Read one case.

        Raises:
            InputError: If a file cannot be read or image and labels do not fit together.
        """
        ...


LAYOUTS: dict[str, Layout] = {}
"""All layouts by name, once ``layout`` or ``load_layouts`` was called."""


def load_layouts() -> dict[str, Layout]:
    """Import every module of this package, each of which enters its layout; returns ``LAYOUTS``."""
    package = importlib.import_module("finetune.data.layouts")
    for found in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{found.name}")
    return LAYOUTS


def layout(name: str) -> Layout:
    """A layout by name.

    Raises:
        InputError: If there is none of that name.
    """
    known = load_layouts()
    try:
        return known[name]
    except KeyError:
        names = ", ".join(sorted(known))
        raise InputError(f'A data set\'s layout is one of {names}; "{name}" came. Correct it.') from None
