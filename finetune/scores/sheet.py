"""A contact sheet of an evaluation: what a network typically does of each modality, and its worst."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from finetune.scores.evaluate import Evaluation, ObjectScore
from finetune.scores.report import label_name, modality_title, patient
from finetune.scores.report_figures import COLORS, cutout_image
from medsam.errors import WriteError

COLUMNS = 3
"""Typical objects of a modality, and worst ones."""

TILE = 210
_GAP, _MARGIN, _CAPTION, _HEADING, _TITLE = 10, 22, 40, 34, 104
_BETWEEN = 26
"""Between typical and worst."""
_SECOND = _MARGIN + COLUMNS * (TILE + _GAP) + _BETWEEN
"""Where the worst begin."""
_PAPER, _INK, _FAINT, _LINE, _MOUNT = (
    (24, 24, 27),
    (244, 244, 245),
    (175, 175, 182),
    (63, 63, 70),
    (10, 10, 11),
)

Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


def write_sheet(result: Evaluation, data: dict[str, Any], path: Path) -> Path:
    """Write the sheet as PNG; the objects on it are asked for again.

    Args:
        data: From ``report.build``.

    Raises:
        WriteError: If it cannot be written.
    """
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_sheet(result, data).save(partial, format="PNG", compress_level=6)
        partial.replace(path)
    except OSError as error:
        raise WriteError(
            f"{path.name} could not be written: {error.strerror or error}. Choose another --out."
        ) from error
    return path


def draw_sheet(result: Evaluation, data: dict[str, Any]) -> Image.Image:
    """A row for each modality: three objects about the median Dice, then the three lowest."""
    of_modality: dict[str, list[ObjectScore]] = defaultdict(list)
    for o in result.objects:
        of_modality[o.case.modality].append(o)
    height = _HEADING + TILE + _CAPTION + _GAP
    page = Image.new(
        "RGB",
        (_SECOND + COLUMNS * (TILE + _GAP) - _GAP + _MARGIN, _TITLE + height * len(of_modality) + _MARGIN),
        _PAPER,
    )
    pen = ImageDraw.Draw(page)
    _head(pen, result, data, page.width)
    for row, (key, members) in enumerate(sorted(of_modality.items())):
        top = _TITLE + row * height
        pen.line((_MARGIN, top, page.width - _MARGIN, top), _LINE, 1)
        dice = np.array([o.scores["network"].dice for o in members])
        count = f"{len(members)} object{'s' if len(members) != 1 else ''}"
        groups = len({patient(o.case) for o in members})
        facts = (
            f"typical: about the median Dice {np.median(dice):.3f} of {count} ({groups} patients or groups)"
        )
        pen.text((_MARGIN, top + 7), modality_title(key), _INK, font=_font(20))
        pen.text((_MARGIN + 140, top + 11), facts, _FAINT, font=_font(15))
        pen.text((_SECOND, top + 11), "worst: the lowest Dice", _FAINT, font=_font(15))
        worst = worst_objects(members)
        for start, chosen in ((0, typical_objects(members, worst)), (COLUMNS, worst)):
            for n, o in enumerate(chosen):
                x = (_SECOND if start else _MARGIN) + n * (TILE + _GAP)
                _draw_object(page, pen, result, o, (x, top + _HEADING))
    return page


def typical_objects(
    members: Sequence[ObjectScore], apart_from: Sequence[ObjectScore] = (), count: int = COLUMNS
) -> list[ObjectScore]:
    """The objects nearest to the median Dice by rank, of different patients if possible; best first.

    Args:
        apart_from: Objects that are shown already; taken only where there are no others.
    """
    ordered = sorted(members, key=lambda o: o.scores["network"].dice)
    middle = (len(ordered) - 1) / 2
    ranks = sorted(range(len(ordered)), key=lambda n: (abs(n - middle), n))
    shown = {id(o) for o in apart_from}
    fresh = [ordered[n] for n in ranks if id(ordered[n]) not in shown]
    chosen = _of_different_patients(fresh, count)
    chosen += [ordered[n] for n in ranks if id(ordered[n]) in shown][: count - len(chosen)]
    return sorted(chosen, key=lambda o: -o.scores["network"].dice)


def worst_objects(members: Sequence[ObjectScore], count: int = COLUMNS) -> list[ObjectScore]:
    """The objects of the lowest Dice, of different patients as far as there are; worst last."""
    chosen = _of_different_patients(sorted(members, key=lambda o: o.scores["network"].dice), count)
    return sorted(chosen, key=lambda o: -o.scores["network"].dice)


def _of_different_patients(ordered: Iterable[ObjectScore], count: int) -> list[ObjectScore]:
    members = list(ordered)
    seen: set[Hashable] = set()
    first: list[ObjectScore] = []
    again: list[ObjectScore] = []
    for o in members:
        (again if patient(o.case) in seen else first).append(o)
        seen.add(patient(o.case))
    return [*first, *again][:count]


def _head(pen: ImageDraw.ImageDraw, result: Evaluation, data: dict[str, Any], width: int) -> None:
    protocol = data["protocol"]
    pen.text((_MARGIN, 14), f"{data['weights']['title']}: typical and worst", _INK, font=_font(26))
    text = (
        f"{protocol['split']} split, {protocol['objects']} objects, mean Dice over modalities"
        f" {data['mean']['network']:.3f}. {_prompt(result)}"
    )
    pen.text((_MARGIN, 46), text, _FAINT, font=_font(15))
    x = float(_MARGIN)
    keys = [("annotated", COLORS["truth"]), ("network", COLORS["network"])]
    for name, color in keys + ([("box it was given", "#ffffff")] if result.protocol.boxed else []):
        pen.line((x, 79, x + 24, 79), color, 3)
        pen.text((x + 32, 70), name, _FAINT, font=_font(15))
        x += 32 + _font(15).getlength(name) + 24


def _prompt(result: Evaluation) -> str:
    protocol = result.protocol
    box = f"one box with {protocol.noise:.0%} noise"
    prompts = {
        "box": f"{box}.",
        "point": "one click.",
        "clicks": f"{protocol.clicks} clicks.",
        "corrections": f"{box} and {protocol.clicks} corrective clicks.",
    }
    return f"Asked with {prompts[protocol.kind]}"


def _draw_object(
    page: Image.Image, pen: ImageDraw.ImageDraw, result: Evaluation, score: ObjectScore, at: tuple[int, int]
) -> None:
    target, (x, y) = score.target, at
    masks, _ = result.masks(target)
    drawn = {"truth": target.truth(), "network": masks["network"]}
    box = target.box if result.protocol.boxed else None
    detail = cutout_image(target.picture(), drawn, box, TILE)
    pen.rectangle((x, y, x + TILE - 1, y + TILE - 1), fill=_MOUNT)
    page.paste(detail, (x + (TILE - detail.width) // 2, y + (TILE - detail.height) // 2))
    pen.text((x, y + TILE + 3), f"Dice {score.scores['network'].dice:.3f}", _INK, font=_font(15))
    case = score.case
    name = f"{case.dataset}, {label_name(case, score.label)}"
    pen.text((x, y + TILE + 21), _cut(name, TILE), _FAINT, font=_font(14))


def _cut(text: str, width: float) -> str:
    """The text's beginning as far as it fits."""
    font = _font(14)
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def _font(size: int) -> Font:
    return ImageFont.load_default(size)
