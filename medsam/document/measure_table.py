"""Measurements as a table for other programs: one row a label, ruler or angle.

The names of the columns carry the unit (``volume_mL``, ``mean_HU``) and are
the same in every language. Numbers have a decimal point whatever the
machine's locale. The file is UTF-8 with a byte order mark, because Excel
takes a file without one for the local code page, and names are in any script.
It names the image's file and no patient.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from medsam.document.annotation import Annotation
from medsam.document.rulers import Ruler, ruler_angle, ruler_length
from medsam.document.statistics import LabelStatistics, length_unit
from medsam.document.voxel_values import PERCENTILES, ValueStatistics
from medsam.volume import Volume

Cell = str | int | float | None
Row = dict[str, Cell]

_CHANNELS = ("red", "green", "blue")


def table_of(
    annotation: Annotation, results: Mapping[int, LabelStatistics], image: str, *, surface: bool = False
) -> list[Row]:
    """Rows of all labels in the order of their table, then of all rulers and angles.

    Args:
        annotation: Whose labels and rulers.
        results: Figures by label; a label without voxels has none.
        image: File name of the image.
        surface: Whether surfaces were measured.

    Returns:
        Rows with the same keys in the same order; None where there is nothing to say.
    """
    volume = annotation.volume
    empty: Row = dict.fromkeys(columns_of(volume, surface=surface))
    rows: list[Row] = []
    for label in annotation.labels:
        known: Row = {"image": image, "kind": "label", "number": label.id, "name": label.name, "voxels": 0}
        found = results.get(label.id)
        figures = figures_of(volume, found) if found is not None else {}
        rows.append({**empty, **known, **{key: v for key, v in figures.items() if key in empty}})
    for ruler in annotation.rulers.values():
        kind = "angle" if ruler.is_angle else "ruler"
        rows.append(
            {**empty, "image": image, "kind": kind, "number": ruler.id, **ruler_figures(volume, ruler)}
        )
    return rows


def columns_of(volume: Volume, *, surface: bool = False) -> tuple[str, ...]:
    """Names of the columns that say something about an image of this kind, in order."""
    blank = ("image", "kind", "number", "name", "voxels", "plane", "slice_index")
    unit = length_unit(volume)
    deep = not volume.is_picture and min(volume.shape) > 1
    sizes = ["volume_mL"] if deep else [f"area_{_squared(unit)}"] if min(volume.shape) == 1 else []
    values = [name for channel in _channels(volume) for name in _value_names(volume, channel)]
    lines = [f"long_axis_{unit}", f"short_axis_{unit}", *(["diameter_3d_mm"] if deep else [])]
    places = ["centroid_i", "centroid_j", "centroid_k"]
    if not volume.is_picture:
        places += ["centroid_R_mm", "centroid_A_mm", "centroid_S_mm"]
    last = ["slices", "islands", *(["surface_mm2"] if deep and surface else [])]
    rulers = [f"length_{unit}", "angle_deg"]
    return (*blank[:5], *sizes, *values, *lines, *blank[5:], *places, *last, *rulers)


def figures_of(volume: Volume, found: LabelStatistics) -> Row:
    """All figures of a label by the names of their columns; those that do not apply are None."""
    unit = length_unit(volume)
    row: Row = {
        "voxels": found.voxels,
        "volume_mL": found.volume_ml,
        f"area_{_squared(unit)}": found.area,
        f"long_axis_{unit}": found.diameters.long.length,
        f"short_axis_{unit}": found.diameters.short.length,
        "plane": plane_name(volume, found.diameters.axis),
        "slice_index": found.diameters.index,
        "diameter_3d_mm": found.diameter_3d.length if found.diameter_3d is not None else None,
        "slices": found.slices,
        "islands": found.islands,
        "surface_mm2": found.surface_mm2,
    }
    row |= {f"centroid_{a}": v for a, v in zip("ijk", found.centroid_ijk, strict=True)}
    if found.centroid_mm is not None:
        row |= {f"centroid_{a}_mm": v for a, v in zip("RAS", found.centroid_mm, strict=True)}
    for channel, values in zip(_channels(volume), found.values, strict=False):
        row |= dict(zip(_value_names(volume, channel), _value_cells(values), strict=True))
    return row


def ruler_figures(volume: Volume, ruler: Ruler) -> Row:
    """The figures of a ruler or angle by the names of their columns."""
    place: Row = {"plane": plane_name(volume, ruler.axis), "slice_index": ruler.index}
    if ruler.is_angle:
        return place | {"angle_deg": ruler_angle(ruler, volume.geometry)}
    return place | {f"length_{length_unit(volume)}": ruler_length(ruler, volume.geometry)}


def plane_name(volume: Volume, axis: int) -> str:
    """The plane whose slices lie across an array axis: "axial" ...; "" in pictures."""
    if volume.is_picture:
        return ""
    found = [p.value for p in volume.planes if volume.geometry.plane_frame(p).axis == axis]
    return found[0] if found else ""


def as_text(rows: Iterable[Row], *, delimiter: str = ",") -> str:
    """Rows with a line of column names before them, as RFC 4180 has it.

    Args:
        rows: At least one; all with the same keys.
        delimiter: A comma, or a tab for the clipboard.
    """
    rows = list(rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n" if delimiter == "," else "\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
    return out.getvalue()


def as_csv(rows: Iterable[Row]) -> bytes:
    """The table as the bytes of a file."""
    return as_text(rows).encode("utf-8-sig")


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".10g")
    text = str(value)
    # A spreadsheet would run a name that looks like a formula.
    return f"'{text}" if isinstance(value, str) and text[:1] in "=+-@\t\r" and text else text


def _squared(unit: str) -> str:
    return f"{unit}2"


def _channels(volume: Volume) -> tuple[str, ...]:
    return _CHANNELS if volume.is_rgb else ("",)


def _value_names(volume: Volume, channel: str) -> list[str]:
    end = f"_{channel}" if channel else f"_{volume.unit}" if volume.unit else ""
    shares = [f"p{share}" if share != 50 else "median" for share in PERCENTILES]
    return [f"{name}{end}" for name in ("mean", "sd", "min", *shares, "max")]


def _value_cells(values: ValueStatistics) -> list[Cell]:
    return [values.mean, values.sd, values.minimum, *values.percentiles, values.maximum]
