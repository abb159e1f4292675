"""COCO instances: a JSON file with polygons or run lengths for every object, beside a folder of pictures.

``labels`` is the JSON file, or a pattern that several fit ("annotations/{split}.json").
``images`` is the folder that file names are relative to, or a pattern that the
pictures fit ("images/{patient}_{frame}.png"); without it they are looked for
below the root and beside the JSON. Whatever else an image's entry says
("patient_id": 7) is a field, too, as those of the patterns are, so either can
make the group.

Each annotation is an object of its own and may overlap others. Crowd regions
stand for an unknown number of objects and are left out, as are annotations
without an outline. Images without any annotation are no cases. Categories are
known by name; ``finetune.data.layouts.names`` tells which are taken.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from finetune.data.layouts.base import LAYOUTS, CaseSource, Declaration, ExtraMask, LoadedCase
from finetune.data.layouts.files import read_image
from finetune.data.layouts.names import shown_names, value_of
from finetune.data.layouts.patterns import find_matches
from finetune.data.store import SPLITS
from medsam.errors import GeometryError, InputError

_OF_COCO = {
    "id",
    "width",
    "height",
    "file_name",
    "license",
    "flickr_url",
    "coco_url",
    "date_captured",
    "split",
}
_LEAST_NUMBERS = 6
_FAR = 1e6


@dataclass(frozen=True)
class _File:
    """A COCO file, sorted for looking up.

    Attributes:
        images: Entries by the file's name, in order.
        annotations: By the image's ID.
        categories: Name by ID.
    """

    images: dict[str, dict[str, Any]]
    annotations: dict[Any, list[dict[str, Any]]]
    categories: dict[Any, str]


class CocoLayout:
    """Pictures with the objects of a COCO file."""

    def find(self, declaration: Declaration) -> Iterator[CaseSource]:
        """Every image that has an annotation.

        Raises:
            InputError: If there is no COCO file, it is not whole, or a file name is ambiguous.
        """
        d = declaration
        if not d.modality:
            raise InputError(f"A COCO data set declares its modality; {d.name} does not. Add it.")
        files = [(path, fields, _read(path)) for path, fields in _json_files(d)]
        names = shown_names(d, (name for _, _, file in files for name in file.categories.values()))
        places = list(find_matches(d.root, d.images)) if d.images else []
        by_name = _by_name(places)
        found = False
        for path, fields, file in files:
            for file_name, entry in file.images.items():
                if entry["id"] not in file.annotations:
                    continue
                found = True
                picture, more = _picture(file_name, path, d, places, by_name)
                yield _case(d, path, picture, entry, {**fields, **more}, names)
        if not found:
            raise InputError(f"A COCO data set has annotations; {d.name} has none. Choose another file.")

    def load(self, source: CaseSource) -> LoadedCase:
        """The picture and a mask for each of its annotations.

        Raises:
            ReadError: If the picture cannot be read.
            GeometryError: If it has another size than the file says.
            InputError: If an annotation is not understood.
        """
        volume = read_image(source)
        file = _read(source.labels[0])
        entry = _entry(file, source.images[0])
        h, w = volume.shape[1], volume.shape[0]
        said = (entry.get("height", h), entry.get("width", w))
        if volume.shape[2] != 1 or said != (h, w):
            raise GeometryError(
                f"A picture has the size that its COCO file says, {said[1]} x {said[0]};"
                f" {source.images[0].name} is {w} x {h}. Choose the picture that was annotated; it may have"
                " been resized or turned."
            )
        masks: list[ExtraMask] = []
        left: Counter[str] = Counter()
        for annotation in file.annotations[entry["id"]]:
            value = value_of(file.categories[annotation["category_id"]], source)
            mask = None if value is None else _mask(annotation, (h, w), source, left)
            if value is not None and mask is not None:
                masks.append(ExtraMask(2, 0, value, mask))
        history = [f"Annotations left out because they are {why}: {count}." for why, count in left.items()]
        return LoadedCase(volume, masks=masks, labels_names=dict(source.label_names), history=history)


# --- finding -----------------------------------------------------------------


def _json_files(d: Declaration) -> list[tuple[Path, dict[str, str]]]:
    found = [(p, f) for p, f in find_matches(d.root, d.labels or "**/*.json") if p.is_file()]
    if not found or (len(found) > 1 and not d.labels):
        raise InputError(
            f"A COCO data set names its JSON file under labels; {len(found)} files of {d.root.name} fit"
            f' "{d.labels or "**/*.json"}". Correct it.'
        )
    return found


def _read(path: Path) -> _File:
    """A COCO file; kept in memory for the other cases of it."""
    stamp = path.stat()
    return _parsed(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=4)
def _parsed(path: Path, modified: int, size: int) -> _File:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        images = {_posix(str(entry["file_name"])): dict(entry) for entry in data["images"]}
        if len(images) < len(data["images"]):
            raise InputError(
                f"Every image of a COCO file has a file name of its own; {path.name} names one twice."
                " Take the second entry out."
            )
        categories = {entry["id"]: str(entry["name"]) for entry in data["categories"]}
        known = {entry["id"] for entry in images.values()}
        annotations: dict[Any, list[dict[str, Any]]] = {}
        for item in data["annotations"]:
            annotations.setdefault(item["image_id"], []).append(item)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise InputError(
            f"A COCO file is JSON with images, annotations and categories; {path.name} is not ({what})."
            " Choose the file of instances."
        ) from None
    strange = {item["category_id"] for items in annotations.values() for item in items} - categories.keys()
    if strange or annotations.keys() - known:
        what = "categories" if strange else "images"
        numbers = sorted(map(str, strange or annotations.keys() - known))
        raise InputError(
            f"An annotation belongs to an image and a category of its COCO file; some of {path.name} name"
            f" {what} that it does not list: {', '.join(numbers[:3])}. Correct the file."
        )
    return _File(images, annotations, categories)


def _posix(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")


def _by_name(places: Sequence[tuple[Path, dict[str, str]]]) -> dict[str, list[tuple[Path, dict[str, str]]]]:
    result: dict[str, list[tuple[Path, dict[str, str]]]] = {}
    for path, fields in places:
        if path.is_file():
            result.setdefault(path.name, []).append((path, fields))
    return result


def _picture(
    file_name: str,
    annotations: Path,
    d: Declaration,
    places: Sequence[tuple[Path, dict[str, str]]],
    by_name: Mapping[str, Sequence[tuple[Path, dict[str, str]]]],
) -> tuple[Path, dict[str, str]]:
    """The picture's path and fields; where none is there, the path where it should be.

    Raises:
        InputError: If several fit.
    """
    if not d.images:
        homes = (d.root, annotations.parent, annotations.parent.parent)
        return next((h / file_name for h in homes if (h / file_name).is_file()), d.root / file_name), {}
    ending = PurePosixPath(file_name).parts
    found = [m for m in by_name.get(ending[-1], ()) if m[0].parts[-len(ending) :] == ending]
    found += [(p / file_name, f) for p, f in places if (p / file_name).is_file()]
    if len(found) > 1:
        raise InputError(
            f"A COCO file's names tell pictures apart; {ending[-1]} of {d.name} is there {len(found)} times."
            " Narrow down images."
        )
    if found:
        return found[0]
    return next((p for p, _ in places if p.is_dir()), d.root) / file_name, {}


def _case(
    d: Declaration,
    path: Path,
    picture: Path,
    entry: dict[str, Any],
    fields: dict[str, str],
    names: dict[int, str],
) -> CaseSource:
    said = {k: str(v) for k, v in entry.items() if k not in _OF_COCO and isinstance(v, str | int | float)}
    split = fields.pop("split", "") or str(entry.get("split", ""))
    if split not in SPLITS:
        # Such as train2017: for a split rule that goes by this column.
        said |= {"split": split} if split else {}
        split = ""
    file_name = _posix(str(entry["file_name"]))
    return CaseSource(
        d,
        name=PurePosixPath(file_name).with_suffix("").as_posix().replace("/", "-"),
        images=(picture,),
        labels=(path,),
        modality=d.modality,
        dataset=d.name,
        split=split,
        kind="2d",
        label_names=names,
        fields={**{k: v for k, v in fields.items() if k != "case"}, **said},
    )


# --- loading -----------------------------------------------------------------


def _entry(file: _File, picture: Path) -> dict[str, Any]:
    """What the file says of a picture: of the longest file name that its path ends with."""
    parts = picture.parts
    endings = ("/".join(parts[n:]) for n in range(len(parts)))
    found = next((file.images[name] for name in endings if name in file.images), None)
    if found is None:
        raise InputError(f"{picture.name} is not in its COCO file any more. Prepare again.")
    return found


def _mask(
    annotation: dict[str, Any], shape_hw: tuple[int, int], source: CaseSource, left: Counter[str]
) -> npt.NDArray[np.bool_] | None:
    """An annotation's mask (H, W), as COCO's own tools make it; None, counted in ``left``, if it has none."""
    if annotation.get("iscrowd"):
        left["crowd regions"] += 1
        return None
    outline = annotation.get("segmentation")
    if not outline:
        left["boxes without an outline"] += 1
        return None
    try:
        mask = _rle(outline, shape_hw) if isinstance(outline, dict) else _polygons(outline, shape_hw)
    except (ValueError, TypeError, KeyError, IndexError):
        raise InputError(
            f"An outline is polygons or run lengths of its picture's size; annotation"
            f" {annotation.get('id', '')} of {source.images[0].name} is not. Correct the COCO file."
        ) from None
    if mask is None or not mask.any():
        left["outlines without a pixel"] += 1
        return None
    return mask


def _polygons(outline: Sequence[Sequence[float]], shape_hw: tuple[int, int]) -> npt.NDArray[np.bool_] | None:
    """The union of polygons; those of fewer than three corners are none."""
    numbers = [[float(v) for v in polygon] for polygon in outline]
    if any(len(polygon) % 2 or not np.abs(polygon).max(initial=0) < _FAR for polygon in numbers):
        raise ValueError("a polygon is pairs of numbers, near the picture")
    polygons = [polygon for polygon in numbers if len(polygon) >= _LEAST_NUMBERS]
    if not polygons:
        return None
    tools = _tools()
    return np.asarray(tools.decode(tools.merge(tools.frPyObjects(polygons, *shape_hw))), bool)


def _rle(outline: dict[str, Any], shape_hw: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Run lengths down the columns: a list of numbers, or packed into a string."""
    if tuple(int(v) for v in outline["size"]) != shape_hw:
        raise ValueError("another size than the picture's")
    counts = outline["counts"]
    if isinstance(counts, list):
        runs = np.array(counts, np.int64)
        if (runs < 0).any() or runs.sum() != shape_hw[0] * shape_hw[1]:
            raise ValueError("run lengths of another picture")
        flat = np.repeat(np.arange(runs.size) % 2 == 1, runs)
        return flat.reshape(shape_hw, order="F")
    packed = counts.encode("ascii") if isinstance(counts, str) else bytes(counts)
    return np.asarray(_tools().decode({"size": list(shape_hw), "counts": packed}), bool)


def _tools() -> Any:
    """COCO's own mask tools.

    Raises:
        InputError: If they are not installed.
    """
    try:
        from pycocotools import mask
    except ImportError:
        raise InputError(
            "COCO outlines need the package pycocotools, which is not installed."
            ' Install it with: pip install "medsam-desktop[finetune]".'
        ) from None
    return mask


LAYOUTS["coco"] = CocoLayout()
