"""A fingerprint as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Data = dict[str, Any]

_SPLITS = ("train", "val", "test")


def page(found: Data) -> str:
    """The page: an overview of all data sets, then each with its labels."""
    parts = [
        "# Fingerprint",
        f"{_count(found['cases'], 'case')}, {_count(found['objects'], 'object')};"
        f" store `{found['store'][:12]}`.{_left_out(found)}",
        "The contact sheet shows slices of every data set. Ranges are least – median – most.",
        _overview(found["datasets"]),
        _worth_a_look(found["datasets"]),
        *(_section(row) for row in found["datasets"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _left_out(found: Data) -> str:
    said = []
    if found["failed"]:
        said.append(f"{_count(found['failed'], 'case')} could not be used")
    if found["repeated"]:
        said.append(f"{_count(found['repeated'], 'copy', 'copies')} of others left out")
    return f" {'; '.join(said)}; see `manifest.json`." if said else ""


def _overview(rows: Sequence[Data]) -> str:
    head = ("Data set", "Modality", "Cases", "Patients or groups", "train / val / test", "Slices", "Objects")
    return _table(
        head,
        (
            (
                row["dataset"],
                row["title"],
                row["all"]["cases"],
                row["all"]["groups"],
                " / ".join(f"{row['splits'][s]['cases']:,}" for s in _SPLITS),
                row["all"]["slices"],
                row["all"]["objects"],
            )
            for row in rows
        ),
    )


def _worth_a_look(rows: Sequence[Data]) -> str:
    lines = [f"- {row['dataset']} ({row['title']}): {note}" for row in rows for note in row["notes"]]
    return "## Worth a look\n\n" + "\n".join(lines) if lines else ""


def _section(row: Data) -> str:
    parts = [f"## {row['dataset']} ({row['title']})", _facts(row), _labels(row["labels"])]
    if row["attributes"]:
        parts.append("Columns to report by:\n\n" + "\n".join(map(_attribute, row["attributes"].items())))
    if row["history"]:
        lines = (f"- {count} ×: {line}" for line, count in row["history"].items())
        parts.append("What was done (`#` stands for a number):\n\n" + "\n".join(lines))
    return "\n\n".join(part for part in parts if part)


def _facts(row: Data) -> str:
    sizes, spacing, window = row["sizes"], row["spacing_mm"], row["windows"]
    lines = [
        ("Slices", f"{_range(sizes['width_px'])} × {_range(sizes['height_px'])} pixels"),
        ("Slices of a scan", _range(sizes["slices_of_a_scan"])),
        ("Voxel", " × ".join(_range(v) for v in spacing.values()) + " mm" if spacing else ""),
        ("Window", _window(window)),
        ("8-bit values", _intensities(row["intensities"])),
        ("Objects of a slice", _range(row["objects_per_slice"])),
        ("Licence", ", ".join(name or "not stated" for name in row["licences"])),
    ]
    return "\n".join(f"- {name}: {text}" for name, text in lines if text)


def _window(window: Data) -> str:
    if not window["cases"]:
        return ""
    if window["different"] == 1 and window["width"]["median"] == 255 and window["level"]["median"] == 127.5:
        return "none, the values are of 8 bit"
    if window["different"] == 1:
        return f"{window['level']['median']:g}/{window['width']['median']:g} (level/width) in all"
    return (
        f"{window['different']:,} different; level {_range(window['level'])}, width {_range(window['width'])}"
    )


def _intensities(found: Data | None) -> str:
    if found is None:
        return ""
    parts = []
    for name in ("grey", "colour"):
        if found[name]:
            channels = found[name]["channels"]
            means = ", ".join(f"{c['mean']:.0f} ± {c['deviation']:.0f}" for c in channels)
            black = min(c["black"] for c in channels)
            parts.append(f"{name} {means}, {black:.0%} black")
    return f"{'; '.join(parts)} (of {_count(found['slices'], 'slice')})"


def _labels(labels: Sequence[Data]) -> str:
    head = (
        "Label",
        "Values",
        "Cases",
        "Objects",
        "train / val / test",
        "Area, px",
        "Share of slice",
        "Longest side, px",
    )
    return _table(
        head,
        (
            (
                row["name"],
                _values(row),
                row["cases"],
                row["objects"],
                " / ".join(f"{row['objects_of_split'][s]:,}" for s in _SPLITS),
                _range(row["area_px"]),
                _range(row["share_of_slice"], 100) + " %",
                _range(row["longest_side_px"]),
            )
            for row in labels
        ),
    )


def _values(row: Data) -> str:
    shown, count = row["values"], row["different_values"]
    if count > 3 and shown[-1] - shown[0] == len(shown) - 1:
        return f"{shown[0]} to {shown[0] + count - 1}" if count == len(shown) else f"{count} values"
    return ", ".join(map(str, shown)) if count == len(shown) else f"{count} values"


def _attribute(item: tuple[str, Data]) -> str:
    column, row = item
    if "numbers" in row:
        text = _range(row["numbers"])
    else:
        text = ", ".join(f"{value} ({count:,})" for value, count in row["counts"].items())
        if row["different"] > len(row["counts"]):
            text += f" and {row['different'] - len(row['counts']):,} more"
    missing = f"; not given for {_count(row['missing'], 'case')}" if row["missing"] else ""
    return f"- {column}: {text}{missing}"


def _range(found: Data | None, factor: float = 1.0) -> str:
    """ "12", or "3 – 12 – 40"."""
    if found is None:
        return ""
    least, median, most = (_short(found[k] * factor) for k in ("least", "median", "most"))
    return least if least == most else f"{least} – {median} – {most}"


def _short(value: float) -> str:
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = (f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row)
        # A bar or a line break in a name would end the cell.
        lines.append("| " + " | ".join(" ".join(c.replace("|", "\\|").split()) for c in cells) + " |")
    return "\n".join(lines) if len(lines) > 2 else ""


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
