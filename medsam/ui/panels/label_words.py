"""What the label table says of a label: its key, its size, how it is drawn."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.document import STYLES, Style
from medsam.document.statistics import slice_area, volume_mm3
from medsam.volume import Volume

translate = QCoreApplication.translate

_SMALL_ML, _SMALL_MM2 = 0.1, 0.01


def digit_of(row: int) -> str:
    """The digit key that chooses a row: 1 to 9, 0 for the tenth, none beyond."""
    return "1234567890"[row] if 0 <= row < 10 else ""


def next_style(style: Style) -> Style:
    """The way of drawing that follows: area and outline, area, outline."""
    return STYLES[(STYLES.index(style) + 1) % len(STYLES)]


def style_name(style: Style) -> str:
    """What the user calls a way of drawing."""
    return {
        "both": translate("Labels", "Area and outline"),
        "fill": translate("Labels", "Area"),
        "outline": translate("Labels", "Outline"),
    }[style]


def size_text(volume: Volume, count: int) -> str:
    """A label's size in few characters: mL, mm³, mm² or pixels; a dash for nothing."""
    if not count:
        return "–"
    size, unit = _size(volume, count)
    return f"{_short(size)} {unit}"


def size_tip(volume: Volume, count: int) -> str:
    """The same with the number of voxels."""
    if volume.is_picture:
        voxels = translate("Labels", "{0} pixels").format(f"{count:,}")
    else:
        voxels = translate("Labels", "{0} voxels").format(f"{count:,}")
    size, unit = _size(volume, count)
    return voxels if unit == "px" else f"{voxels}, {size:,.6g} {unit}"


def _size(volume: Volume, count: int) -> tuple[float, str]:
    if not volume.has_scale:
        return count, "px"
    if volume.is_picture or volume.shape[2] == 1:
        area = slice_area(volume, 2, count)
        return (area * 1e6, "µm²") if area < _SMALL_MM2 else (area, "mm²")
    millilitres = volume_mm3(volume, count) / 1000
    return (millilitres * 1000, "mm³") if millilitres < _SMALL_ML else (millilitres, "mL")


def _short(value: float) -> str:
    """Two or three significant digits, without an exponent; whole numbers as they are."""
    if value >= 100_000:
        return f"{value / 1000:,.0f}k"
    if value >= 10_000:
        # With its unit, a number of five digits is wider than its column.
        return f"{value / 1000:.1f}k"
    if value >= 99.95 or isinstance(value, int):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2f}"
