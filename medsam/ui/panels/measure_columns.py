"""The columns of the table of measurements: their words for people, and how a figure is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt5.QtCore import QCoreApplication

from medsam.document.measure_table import Row, columns_of
from medsam.document.statistics import LabelStatistics, has_depth, length_unit
from medsam.document.voxel_values import PERCENTILES, ValueStatistics
from medsam.ui.panels.status import say_position
from medsam.volume import Volume

translate = QCoreApplication.translate

FIRST_SHOWN = ("size", "mean", "mean_red", "mean_green", "mean_blue", "long", "short")
"""Columns that are shown until the user chooses."""

HERE, SURFACE = "here", "surface"
"""The area in the slice on show, which no statistics hold; and the surface, which costs extra time."""

JUMPS = ("long", "short", "best")
"""Columns that say where the largest diameters lie."""

Text = Callable[[LabelStatistics, Row], str]
"""Writes a figure of a label for people, given its statistics and their exported fields."""


@dataclass(frozen=True)
class Column:
    """One column of the table.

    Attributes:
        key: Its name in the settings.
        title: With the unit.
        tip: What exactly it is.
        text: A label's figure for people.
        fields: The columns of the exported table that say the same.
    """

    key: str
    title: str
    tip: str
    text: Text
    fields: tuple[str, ...]


def figure(value: float) -> str:
    """A number with three or four digits that count, never in powers of ten: ``"1234"``, ``"12.34"``."""
    size = abs(value)
    digits = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 or size == 0 else 3
    digits += size < 0.1 and size > 0
    return f"{value:.{digits}f}"


def count(number: int) -> str:
    """A whole number in groups of three digits."""
    return f"{number:,}".replace(",", "\u202f")


def columns(volume: Volume) -> tuple[Column, ...]:
    """The columns that say something about an image of this kind."""
    fields = set(columns_of(volume, surface=True))
    found = (*_sizes(volume), *_means(volume), *_lines(volume), *_spread(volume), *_places(volume))
    return tuple(column for column in found if column.key == HERE or set(column.fields) & fields)


def _field(name: str) -> Text:
    """The text of one exported figure."""

    def text(_: LabelStatistics, row: Row) -> str:
        value = row.get(name)
        if value is None:
            return ""
        return figure(value) if isinstance(value, float) else count(int(value))

    return text


def _value(name: str, *, whole: bool) -> Text:
    """The same for a raw value: without decimals where all raw values are whole and so is this one."""
    plain = _field(name)

    def text(found: LabelStatistics, row: Row) -> str:
        value = row.get(name)
        if whole and isinstance(value, float) and value == int(value):
            return f"{value:.0f}"
        return plain(found, row)

    return text


def _sizes(volume: Volume) -> list[Column]:
    unit = length_unit(volume)
    area = "mm²" if unit == "mm" else "px"
    size = (
        Column(
            "size",
            translate("MeasureColumns", "Volume (mL)"),
            translate("MeasureColumns", "Voxels times the volume of one, in millilitres"),
            _field("volume_mL"),
            ("volume_mL",),
        )
        if has_depth(volume)
        else Column(
            "size",
            translate("MeasureColumns", "Area ({0})").format(area),
            translate("MeasureColumns", "Pixels times the area of one"),
            _field(f"area_{unit}2"),
            (f"area_{unit}2",),
        )
    )
    single = min(volume.shape) == 1
    voxels = Column(
        "voxels",
        translate("MeasureColumns", "Pixels") if single else translate("MeasureColumns", "Voxels"),
        translate("MeasureColumns", "How many it has"),
        _field("voxels"),
        ("voxels",),
    )
    here = Column(
        HERE,
        translate("MeasureColumns", "Area here ({0})").format(area),
        translate("MeasureColumns", "Area in the slice on show in the pane in use"),
        lambda _, __: "",
        (),
    )
    return [size, voxels, *([] if single else [here])]


def _means(volume: Volume) -> list[Column]:
    if volume.is_rgb:
        titles = {
            "red": translate("MeasureColumns", "Red: mean ± SD"),
            "green": translate("MeasureColumns", "Green: mean ± SD"),
            "blue": translate("MeasureColumns", "Blue: mean ± SD"),
        }
        return [_mean(f"mean_{c}", title, n, f"_{c}") for n, (c, title) in enumerate(titles.items())]
    end, with_unit = _unit(volume)
    return [_mean("mean", translate("MeasureColumns", "Mean ± SD") + with_unit, 0, end)]


def _unit(volume: Volume) -> tuple[str, str]:
    """What the unit of values adds to the name of an exported column and to a title."""
    return (f"_{volume.unit}", f" ({volume.unit})") if volume.unit else ("", "")


def _spread(volume: Volume) -> list[Column]:
    end, with_unit = _unit(volume)
    titles = {
        "min": translate("MeasureColumns", "Minimum"),
        **{f"p{n}": translate("MeasureColumns", "P{0}").format(n) for n in PERCENTILES if n != 50},
        "median": translate("MeasureColumns", "Median"),
        "max": translate("MeasureColumns", "Maximum"),
    }
    order = ("min", *(f"p{n}" if n != 50 else "median" for n in PERCENTILES), "max")
    whole = volume.array.dtype.kind in "iu"
    tip = translate("MeasureColumns", "Of the raw values; P5 lies above 5 % of them")
    return [
        Column(n, titles[n] + with_unit, tip, _value(f"{n}{end}", whole=whole), (f"{n}{end}",)) for n in order
    ]


def _mean(key: str, title: str, channel: int, end: str) -> Column:
    def text(found: LabelStatistics, _: Row) -> str:
        if not found.values:
            return ""
        values: ValueStatistics = found.values[channel]
        return f"{figure(values.mean)} ± {figure(values.sd)}"

    tip = translate(
        "MeasureColumns", "Of the raw values; standard deviation of all voxels (divided by n, not n − 1)"
    )
    return Column(key, title, tip, text, (f"mean{end}", f"sd{end}"))


def _lines(volume: Volume) -> list[Column]:
    unit = length_unit(volume)
    go = translate("MeasureColumns", "Click to go there and see both lines.")
    return [
        Column(
            "long",
            translate("MeasureColumns", "Long axis ({0})").format(unit),
            translate("MeasureColumns", "The longest line from edge to edge in any one slice.") + "\n" + go,
            _field(f"long_axis_{unit}"),
            (f"long_axis_{unit}", "plane", "slice_index"),
        ),
        Column(
            "short",
            translate("MeasureColumns", "Short axis ({0})").format(unit),
            translate("MeasureColumns", "The longest line at right angles to the long axis, in its slice.")
            + "\n"
            + go,
            _field(f"short_axis_{unit}"),
            (f"short_axis_{unit}",),
        ),
        *(
            [
                Column(
                    "best",
                    translate("MeasureColumns", "Slice of the axes"),
                    translate("MeasureColumns", "The slice of the long axis.") + "\n" + go,
                    lambda found, _: str(found.diameters.index + 1),
                    ("plane", "slice_index"),
                )
            ]
            if min(volume.shape) > 1
            else []
        ),
        Column(
            "diameter_3d",
            translate("MeasureColumns", "3D diameter (mm)"),
            translate("MeasureColumns", "Between the two corners of voxels that are furthest apart"),
            _field("diameter_3d_mm"),
            ("diameter_3d_mm",),
        ),
    ]


def _places(volume: Volume) -> list[Column]:
    def place(found: LabelStatistics, _: Row) -> str:
        if not volume.is_picture:
            return say_position(volume, found.centroid_ijk).replace("  ", " ")
        return ", ".join(f"{v:.1f}" for v in found.centroid_ijk[:2])

    slices = Column(
        "slices",
        translate("MeasureColumns", "Slices"),
        translate("MeasureColumns", "Number of slices it lies on"),
        _field("slices"),
        ("slices",),
    )
    world = () if volume.is_picture else ("centroid_R_mm", "centroid_A_mm", "centroid_S_mm")
    return [
        Column(
            "centroid",
            translate("MeasureColumns", "Centroid"),
            translate("MeasureColumns", "Mean position of its voxels: in the patient in mm, or a pixel"),
            place,
            ("centroid_i", "centroid_j", "centroid_k", *world),
        ),
        *([slices] if min(volume.shape) > 1 else []),
        Column(
            "islands",
            translate("MeasureColumns", "Islands"),
            translate("MeasureColumns", "Parts that do not touch face to face"),
            _field("islands"),
            ("islands",),
        ),
        Column(
            SURFACE,
            translate("MeasureColumns", "Surface (mm²)"),
            translate(
                "MeasureColumns", "Of a mesh with the voxels' steps: about a tenth above a smooth body's"
            ),
            _field("surface_mm2"),
            ("surface_mm2",),
        ),
    ]
