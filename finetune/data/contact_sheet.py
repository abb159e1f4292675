"""A picture to look at before training: slices of every data set with the outlines of their objects.

Slices are shown as a network sees them, in the stored orientation and in 8 bit,
so a wrong window, a flipped label map or a mask of another case is seen at once.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from skimage.measure import find_contours

from finetune.data.modalities import modality
from finetune.data.store import SPLITS, CaseRecord, Store
from medsam.errors import InputError

COLORS = (
    (86, 180, 233),
    (230, 159, 0),
    (0, 196, 140),
    (240, 228, 66),
    (225, 130, 190),
    (255, 110, 60),
    (150, 200, 255),
    (235, 235, 235),
)
"""Bright colours after Okabe and Ito, told apart by every kind of colour vision."""

TILE = 240
_GAP, _MARGIN = 12, 24
_CAPTION, _HEADING, _SECTION_GAP = 44, 66, 22
_TITLE = 84
_SUPER = 2
_MANY, _SEEN, _LEAST_SEEN = 20, 9, 16
_PAPER, _INK, _FAINT, _LINE, _MOUNT = (
    (24, 24, 27),
    (244, 244, 245),
    (170, 170, 178),
    (63, 63, 70),
    (44, 44, 49),
)
_WIDE_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "SourceHanSansSC-Regular.otf",
    "NotoSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "PingFang.ttc",
    "msyh.ttc",
    "simsun.ttc",
    "DroidSansFallbackFull.ttf",
    "DejaVuSans.ttf",
)

Font = ImageFont.ImageFont | ImageFont.FreeTypeFont
Color = tuple[int, int, int]


@dataclass(frozen=True)
class _Section:
    """One data set of one modality: numbers of its cases, and of those shown with a slice of each."""

    dataset: str
    modality: str
    cases: list[int]
    shown: list[tuple[int, int]]


def write(store: Store, path: Path, per_dataset: int = 6) -> None:
    """Write a contact sheet as PNG.

    Args:
        store: Any.
        path: Of the file.
        per_dataset: Cases shown of each data set and modality; every split is
            among them, and different patients as far as there are.

    Raises:
        InputError: If ``per_dataset`` is below 1, or the store is damaged.
        OSError: If the file cannot be written.
    """
    partial = path.with_name(path.name + ".part")
    draw(store, per_dataset).save(partial, format="PNG", optimize=False, compress_level=6)
    partial.replace(path)


def draw(store: Store, per_dataset: int = 6) -> Image.Image:
    """The contact sheet: a row of slices for each data set and modality, in the store's order.

    Raises:
        InputError: As ``write``.
    """
    if per_dataset < 1:
        raise InputError(
            f"A contact sheet shows at least one case of a data set; {per_dataset} was asked for."
        )
    sections = _sections(store, per_dataset)
    columns = max([len(s.shown) for s in sections] + [4])
    width = 2 * _MARGIN + columns * (TILE + _GAP) - _GAP
    heights = [_HEADING + _SECTION_GAP + (TILE + _CAPTION if s.shown else 0) for s in sections]
    page = Image.new("RGB", (width, _TITLE + sum(heights) + _MARGIN), _PAPER)
    pen = ImageDraw.Draw(page)
    _title(pen, store, sections, width)
    top = _TITLE
    for section, height in zip(sections, heights, strict=True):
        _draw_section(page, pen, store, section, top, width)
        top += height
    return page


def _sections(store: Store, per_dataset: int) -> list[_Section]:
    members: dict[tuple[str, str], list[int]] = {}
    for number, case in enumerate(store.cases):
        members.setdefault((case.dataset, case.modality), []).append(number)
    return [
        _Section(dataset, key, cases, _chosen(store, cases, per_dataset))
        for (dataset, key), cases in members.items()
    ]


def _chosen(store: Store, cases: list[int], count: int) -> list[tuple[int, int]]:
    """Cases drawn by their names alone, patient after patient, the splits in turn; sorted for reading."""
    queues: dict[str, list[int]] = {split: [] for split in SPLITS}
    seen: Counter[str] = Counter()
    for number in sorted(cases, key=lambda n: hashlib.sha256(store.cases[n].id.encode()).digest()):
        case = store.cases[number]
        if case.objects:
            queues[case.split].append(number)
    for split, queue in queues.items():
        order = []
        for number in queue:
            order.append((seen[store.cases[number].group], number))
            seen[store.cases[number].group] += 1
        queues[split] = [number for _, number in sorted(order, key=lambda pair: pair[0])]
    # Training has more to show than the other two.
    turns = [*("train", "train", "val", "train", "test") * count]
    chosen: list[int] = []
    while len(chosen) < count and any(queues.values()):
        split = turns.pop(0) if turns else next(s for s in SPLITS if queues[s])
        if queues[split]:
            chosen.append(queues[split].pop(0))
    chosen.sort(key=lambda n: (SPLITS.index(store.cases[n].split), n))
    return [(n, _best_slice(store.cases[n])) for n in chosen]


def _best_slice(case: CaseRecord) -> int:
    """The slice with the largest objected area, along the third axis if there is one."""
    areas: Counter[int] = Counter()
    for item in case.objects:
        areas[item.slice] += item.area
    axial = {n: a for n, a in areas.items() if case.slices[n].axis == 2} or dict(areas)
    return max(axial, key=lambda n: (axial[n], -n))


def _title(pen: ImageDraw.ImageDraw, store: Store, sections: list[_Section], width: int) -> None:
    objects = sum(len(case.objects) for case in store.cases)
    splits = Counter(case.split for case in store.cases)
    parts = ", ".join(f"{splits[s]} {s}" for s in SPLITS)
    pen.text((_MARGIN, 18), "What the network will be shown", _INK, font=_font(28))
    text = " · ".join(
        (
            f"{_count(len(store.cases), 'case')} ({parts})",
            _count(objects, "object"),
            _count(len({s.dataset for s in sections}), "data set"),
            f"8-bit slices, stored orientation · store {store.sha256[:12]}",
        )
    )
    pen.text((_MARGIN, 52), _cut(text, width - 2 * _MARGIN, _font(15)), _FAINT, font=_font(15))


def _draw_section(
    page: Image.Image, pen: ImageDraw.ImageDraw, store: Store, section: _Section, top: int, width: int
) -> None:
    pen.line((_MARGIN, top, width - _MARGIN, top), _LINE, 1)
    cases = [store.cases[n] for n in section.cases]
    name, font = section.dataset, _font(20, section.dataset)
    pen.text((_MARGIN, top + 10), name, _INK, font=font)
    at = _MARGIN + font.getlength(name) + 14
    room = width - _MARGIN - at
    pen.text((at, top + 14), _cut(_facts(cases, section.modality), room, _font(15)), _FAINT, font=_font(15))
    if not section.shown:
        pen.text((_MARGIN, top + 39), "None of its cases has an object.", _INK, font=_font(15))
        return
    colors = _colors(cases)
    _chips(pen, _names(cases, colors, _labels_shown(store, section)), top + 39, width)
    for column, (number, slice_number) in enumerate(section.shown):
        x, y = _MARGIN + column * (TILE + _GAP), top + _HEADING
        tile, is_detail = _tile(store, number, slice_number, colors)
        page.paste(tile, (x, y))
        _caption(pen, store.cases[number], slice_number, is_detail, (x, y + TILE + 4))


def _labels_shown(store: Store, section: _Section) -> set[int]:
    """The label values on the slices of a section."""
    cases = ((store.cases[n], s) for n, s in section.shown)
    return {item.label for case, s in cases for item in case.objects if item.slice == s}


def _facts(cases: list[CaseRecord], key: str) -> str:
    splits = Counter(case.split for case in cases)
    groups = len({case.group for case in cases})
    shapes = sorted({s.shape_hw for case in cases for s in case.slices}, key=lambda hw: (hw[0] * hw[1], hw))
    # Pillow's own font has no multiplication sign.
    sizes = " to ".join(f"{w} x {h}" for h, w in dict.fromkeys([*shapes[:1], *shapes[-1:]]))
    parts = [
        modality(key).title,
        f"{_count(len(cases), 'case')} of {_count(groups, 'patient or group', 'patients or groups')}",
        ", ".join(f"{splits[s]} {s}" for s in SPLITS),
        _count(sum(len(c.objects) for c in cases), "object"),
        f"{sizes} px" if sizes else "",
    ]
    return " · ".join(p for p in parts if p)


def _colors(cases: list[CaseRecord]) -> dict[int, Color]:
    """A colour a label of the data set, by the order of values; they come round after the last."""
    values = sorted({item.label for case in cases for item in case.objects})
    return {value: COLORS[n % len(COLORS)] for n, value in enumerate(values)}


def _chips(pen: ImageDraw.ImageDraw, names: list[tuple[str, list[Color]]], top: int, width: int) -> None:
    """The labels' names with their colours, as many as fit."""
    x: float = _MARGIN
    for n, (name, own) in enumerate(names):
        font = _font(15, name)
        rest = f"and {len(names) - n - 1} more" if n + 1 < len(names) else ""
        end = x + 20 + font.getlength(name)
        if end + (14 + _font(15).getlength(rest) if rest else 0) > width - _MARGIN and n:
            pen.text((x, top), f"and {len(names) - n} more", _FAINT, font=_font(15))
            return
        stripe = 15 / len(own)
        for m, color in enumerate(own):
            pen.rectangle((x + m * stripe, top + 3, x + (m + 1) * stripe - 1, top + 16), fill=color)
        pen.text((x + 20, top), _cut(name, width - _MARGIN - x - 20, font), _INK, font=font)
        x = end + 20


def _names(
    cases: list[CaseRecord], colors: dict[int, Color], first: Collection[int] = ()
) -> list[tuple[str, list[Color]]]:
    """Each name once, with the colours of the values that mean it (instances have many).

    Args:
        first: Values whose names come first.
    """
    result: dict[str, list[Color]] = {}
    for value in sorted(colors, key=lambda v: (v not in first, v)):
        for name in dict.fromkeys(case.labels.get(value, "") for case in cases):
            own = result.setdefault(name, []) if name else []
            if colors[value] not in own:
                own.append(colors[value])
    return list(result.items())


def _tile(store: Store, number: int, slice_number: int, colors: dict[int, Color]) -> tuple[Image.Image, bool]:
    """One slice in a square, centred, its proportions kept, with the outline of every object.

    Returns:
        The tile, and whether it shows a detail only.
    """
    full = TILE * _SUPER
    members = [(n, o) for n, o in enumerate(store.cases[number].objects) if o.slice == slice_number]
    grey = store.picture(number, slice_number)
    x0, y0, w, h = _region(grey.shape[:2], [o.box for _, o in members])
    picture = Image.fromarray(np.ascontiguousarray(grey[y0 : y0 + h, x0 : x0 + w])).convert("RGB")
    scale = full / max(h, w)
    size = (max(round(w * scale), 1), max(round(h * scale), 1))
    left, top = (full - size[0]) // 2, (full - size[1]) // 2
    tile = Image.new("RGB", (full, full), _MOUNT)
    tile.paste(picture.resize(size, Image.Resampling.BICUBIC), (left, top))
    pen = ImageDraw.Draw(tile)
    lines = []
    for n, item in members:
        for outline in _outlines(store.mask(number, n)):
            on_tile = (outline + np.array(item.box[:2]) - (x0, y0)) * scale + (left, top)
            lines.append(([tuple(p) for p in on_tile.tolist()], colors[item.label]))
    # All dark rims first, so that none lies over a neighbour's line.
    for points, _ in lines:
        pen.line(points, (0, 0, 0), 4 * _SUPER, joint="curve")
    for points, color in lines:
        pen.line(points, color, 2 * _SUPER, joint="curve")
    return tile.resize((TILE, TILE), Image.Resampling.LANCZOS), (h, w) != grey.shape[:2]


def _region(shape_hw: tuple[int, ...], boxes: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is shown: a part where many objects are too small to be seen."""
    h, w = shape_hw[0], shape_hw[1]
    if len(boxes) < _MANY:
        return 0, 0, w, h
    corners = np.array(boxes, float)
    sides = (corners[:, 2:] - corners[:, :2]).max(axis=1)
    centres = (corners[:, :2] + corners[:, 2:]) / 2
    apart = np.abs(centres[:, None] - centres[None]).max(axis=2)
    # About the object with the nearest neighbours, and so wide that several are seen.
    reach = np.partition(apart, _SEEN, axis=1)[:, _SEEN]
    middle = centres[int(np.argmin(reach))]
    side = int(max(TILE * float(np.median(sides)) / _LEAST_SEEN, 2 * float(reach.min()) + float(sides.max())))
    if side >= max(h, w):
        return 0, 0, w, h
    wide, high = min(side, w), min(side, h)
    left = int(np.clip(middle[0] - wide / 2, 0, w - wide))
    top = int(np.clip(middle[1] - high / 2, 0, h - high))
    return left, top, wide, high


def _outlines(mask: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.float64]]:
    """Closed lines (N, 2) of x and y in pixel edges of the mask's own box."""
    padded = np.pad(mask, 1).astype(np.float32)
    # Pixel centres lie half a pixel inside of the pixel edges that boxes count by; the rim adds one.
    return [line[:, ::-1] - 0.5 for line in find_contours(padded, 0.5)]


def _caption(
    pen: ImageDraw.ImageDraw, case: CaseRecord, slice_number: int, is_detail: bool, at: tuple[int, int]
) -> None:
    record = case.slices[slice_number]
    count = sum(item.slice == slice_number for item in case.objects)
    # An ID begins with its data set's name, which the heading says.
    name = case.id.removeprefix(re.sub(r"[^A-Za-z0-9._-]+", "_", f"{case.dataset}-"))
    where = f"slice {record.index + 1} of {case.shape[record.axis]}, " if case.kind == "3d" else ""
    detail = ", detail" if is_detail else ""
    pen.text(at, _cut(name, TILE, _font(15, name)), _INK, font=_font(15, name))
    text = f"{case.split}, {where}{_count(count, 'object')}{detail}"
    pen.text((at[0], at[1] + 19), _cut(text, TILE, _font(15)), _FAINT, font=_font(15))


def _count(number: int, one: str, many: str = "") -> str:
    """ "1 case", "2,116 cases"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _cut(text: str, width: float, font: Font) -> str:
    """The text with its middle left out, where names differ least, until it fits."""
    if font.getlength(text) <= width:
        return text
    for kept in range(len(text) - 1, 1, -1):
        head = kept // 2
        short = f"{text[:head]}…{text[len(text) - (kept - head) :]}"
        if font.getlength(short) <= width:
            return short
    return "…"


def _font(size: int, text: str = "") -> Font:
    """Pillow's own font; one of the system's for a text beyond Latin, where there is one."""
    if any(ord(c) > 0x24F for c in text):
        for name in _WIDE_FONTS:
            try:
                return ImageFont.truetype(name, size)
            except OSError:
                continue
    return ImageFont.load_default(size)
