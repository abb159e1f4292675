"""The page of predictions: validation slices with what is there and what the network found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from skimage.measure import find_contours

from finetune.tasks.base import Look

TRUTH = (86, 180, 233)
PREDICTED = (230, 159, 0)
BOX = (255, 255, 255)
"""Sky blue and orange of Okabe and Ito: told apart by every kind of colour vision, on dark and light."""

_TILE = 300
_GAP = 12
_CAPTION = 44
_HEADER = 68
_SUPER = 2
_LEAST_SHOWN = 48
"""Pixels of a slice on a tile, at least."""
_PAPER, _INK, _FAINT = (24, 24, 27), (244, 244, 245), (190, 190, 196)


def draw_page(looks: Sequence[Look], title: str, columns: int = 4) -> Image.Image:
    """One picture of all slices, each with both outlines, its box and its caption."""
    count = max(len(looks), 1)
    columns = min(columns, count)
    rows = -(-count // columns)
    width = max(columns * (_TILE + _GAP) + _GAP, 620)
    page = Image.new("RGB", (width, _HEADER + rows * (_TILE + _CAPTION + _GAP)), _PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((_GAP, 8), title, _INK, font=_font(22))
    _legend(draw, _GAP, 38)
    for n, look in enumerate(looks):
        x = _GAP + n % columns * (_TILE + _GAP)
        y = _HEADER + n // columns * (_TILE + _CAPTION + _GAP)
        page.paste(draw_look(look, _TILE), (x, y))
        for line, text in enumerate(_wrapped(look.caption, _TILE, _font(15))[:2]):
            draw.text((x, y + _TILE + 3 + 19 * line), text, _INK, font=_font(15))
    return page


def _legend(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    for text, color, dashed in (
        ("annotated", TRUTH, False),
        ("predicted", PREDICTED, False),
        ("box the network was given", BOX, True),
    ):
        for start in range(0, 26, 9) if dashed else (0,):
            draw.line((x + start, y + 8, x + start + (5 if dashed else 26), y + 8), color, 3)
        draw.text((x + 34, y - 1), text, _FAINT, font=_font(15))
        x += 34 + int(draw.textlength(text, font=_font(15))) + 26


def _enlarged(look: Look) -> Look:
    """The surroundings of a small object, its box and all that was predicted; a large one as it is."""
    rows, cols = np.nonzero(look.truth | look.predicted)
    x0, y0, x1, y1 = look.box
    left, right = min(x0, *cols, x1), max(x0, x1, *(cols + 1))
    top, bottom = min(y0, *rows, y1), max(y0, y1, *(rows + 1))
    h, w = look.truth.shape
    side = max(2.5 * max(right - left, bottom - top), _LEAST_SHOWN)
    if side > max(h, w) / 2:
        return look
    middles = (((left + right) / 2, w), ((top + bottom) / 2, h))
    begin = [int(min(max(middle - side / 2, 0), max(size - side, 0))) for middle, size in middles]
    part = np.s_[begin[1] : begin[1] + int(side), begin[0] : begin[0] + int(side)]
    box = (x0 - begin[0], y0 - begin[1], x1 - begin[0], y1 - begin[1])
    return Look(look.picture[part], look.truth[part], look.predicted[part], box, look.caption)


def draw_look(look: Look, side: int) -> Image.Image:
    """One slice in a square of ``side`` pixels, centred, its proportions kept; small objects enlarged."""
    look = _enlarged(look)
    full = side * _SUPER
    h, w = look.picture.shape[:2]
    scale = full / max(h, w)
    size = (max(round(w * scale), 1), max(round(h * scale), 1))
    grey = look.picture if look.picture.ndim == 3 else np.repeat(look.picture[..., None], 3, 2)
    picture = Image.fromarray(np.ascontiguousarray(grey)).resize(size, Image.Resampling.BICUBIC)
    tile = Image.new("RGB", (full, full), (0, 0, 0))
    left, top = (full - size[0]) // 2, (full - size[1]) // 2
    tile.paste(picture, (left, top))
    draw = ImageDraw.Draw(tile)
    x0, y0, x1, y1 = look.box
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    on_tile = [(left + x * scale, top + y * scale) for x, y in corners]
    for start, end in pairwise(on_tile):
        _dashed(draw, start, end)
    for mask, color in ((look.truth, TRUTH), (look.predicted, PREDICTED)):
        for outline in _outlines(mask):
            points = [(left + x * scale, top + y * scale) for x, y in outline]
            draw.line(points, (0, 0, 0), 4 * _SUPER, joint="curve")
            draw.line(points, color, 2 * _SUPER, joint="curve")
    return tile.resize((side, side), Image.Resampling.LANCZOS)


def _outlines(mask: npt.NDArray[np.bool_]) -> list[list[tuple[float, float]]]:
    padded = np.pad(mask, 1).astype(np.float32)
    # Pixel centres lie half a pixel inside of the pixel edges that boxes count by; the rim adds one.
    return [[(x - 0.5, y - 0.5) for y, x in line] for line in find_contours(padded, 0.5)]


def _dashed(draw: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float]) -> None:
    a, b = np.array(start), np.array(end)
    length = float(np.hypot(*(b - a)))
    dash = 7.0 * _SUPER
    for at in np.arange(0.0, length, 2 * dash):
        p, q = a + (b - a) * at / length, a + (b - a) * min(at + dash, length) / length
        draw.line((*p, *q), (0, 0, 0), 2 * _SUPER)
        draw.line((*p, *q), BOX, _SUPER)


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)


def _wrapped(text: str, width: int, font: ImageFont.ImageFont | ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
