"""The curves of a run, drawn from its two tables."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from finetune.loop.checkpoint import SCORES, STEPS

Columns = dict[str, npt.NDArray[np.float64]]

_PLAIN = ("step", "epoch", "samples", "rate", "gradient", "samples_per_second", "clock")
_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F3C8D", "#8C8C00")
"""After Okabe and Ito; lines also differ by their dashes, so that no colour is needed to tell them apart."""
_DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (9, 3)), (0, (3, 5, 1, 5)))
_MOST_POINTS = 2000


def read_columns(path: Path) -> Columns:
    """A CSV table of numbers by column; empty if there is none."""
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    names = list(rows[0]) if rows else []
    return {n: np.array([float(row[n] or "nan") for row in rows]) for n in names}


def draw_curves(folder: Path, path: Path, title: str) -> None:
    """Draw loss, Dice, learning rate and gradient over the steps; nothing where matplotlib is missing.

    Raises:
        OSError: If the picture cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return
    steps, scores = read_columns(folder / STEPS), read_columns(folder / SCORES)
    figure = Figure(figsize=(12, 8), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=14)
    grid = figure.add_gridspec(2, 2, height_ratios=(2, 1))
    _loss(figure.add_subplot(grid[0, 0]), steps)
    _dice(figure.add_subplot(grid[0, 1]), scores)
    _line(figure.add_subplot(grid[1, 0]), steps, "rate", "Learning rate", log=False)
    _line(figure.add_subplot(grid[1, 1]), steps, "gradient", "Gradient norm (before clipping)", log=True)
    for axes in figure.axes:
        axes.set_xlabel("Optimiser step")
        axes.grid(True, alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    part = path.with_suffix(".part")
    figure.savefig(part, format="png")
    os.replace(part, path)


def _thinned(columns: Columns) -> Columns:
    count = len(columns.get("step", ()))
    stride = -(-count // _MOST_POINTS) if count else 1
    return {name: values[::stride] for name, values in columns.items()}


def _smoothed(values: npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    """Centred running mean, narrower at the ends."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    half = np.minimum(np.minimum(at, len(values) - 1 - at), width // 2)
    return (sums[at + half + 1] - sums[at - half]) / (2 * half + 1)  # type: ignore[no-any-return]


def _loss(axes: Any, steps: Columns) -> None:
    axes.set_title("Training loss")
    axes.set_ylabel("Loss (no unit)")
    if not steps:
        return
    thin = _thinned(steps)
    width = max(len(thin["step"]) // 20, 1)
    names = [n for n in thin if n not in _PLAIN]
    for n, name in enumerate(names):
        color, dashes = _COLORS[n % len(_COLORS)], _DASHES[n % len(_DASHES)]
        if width > 2:
            axes.plot(thin["step"], thin[name], color=color, alpha=0.25, linewidth=1)
        label = f"{name} (smoothed)" if width > 2 else name
        smooth = _smoothed(thin[name], width)
        axes.plot(thin["step"], smooth, color=color, linestyle=dashes, linewidth=2, label=label)
    axes.set_ylim(bottom=min(0.0, float(np.nanmin([np.nanmin(thin[n]) for n in names]))))
    axes.legend(fontsize=10, framealpha=0.9)


def _dice(axes: Any, scores: Columns) -> None:
    axes.set_title("Validation Dice")
    axes.set_ylabel("Dice (0 to 1)")
    if not scores:
        return
    marker = "o" if len(scores["step"]) <= 40 else None
    names = [n for n in scores if n not in ("step", "mean")]
    for n, name in enumerate(names if len(names) > 1 else ()):
        axes.plot(
            scores["step"],
            scores[name],
            color=_COLORS[n % len(_COLORS)],
            linestyle=_DASHES[(n + 1) % len(_DASHES)],
            linewidth=1.4,
            label=f"{name} {scores[name][-1]:.3f}",
        )
    mean = scores["mean"]
    axes.plot(scores["step"], mean, color="black", linewidth=2.6, marker=marker, label=f"mean {mean[-1]:.3f}")
    if not np.isnan(mean).all():
        best = int(np.nanargmax(mean))
        axes.plot(
            scores["step"][best],
            mean[best],
            marker="*",
            markersize=16,
            color="#E69F00",
            markeredgecolor="black",
            linestyle="none",
            label=f"best {mean[best]:.3f} at step {int(scores['step'][best])}",
        )
    place = {"loc": "center left", "bbox_to_anchor": (1.01, 0.5)} if len(names) > 3 else {}
    axes.legend(fontsize=9, framealpha=0.9, title="latest values", **place)


def _line(axes: Any, steps: Columns, name: str, title: str, *, log: bool) -> None:
    axes.set_title(title)
    if name not in steps:
        return
    thin = _thinned(steps)
    values = thin[name]
    axes.plot(thin["step"], values, color=_COLORS[0], linewidth=1.6)
    if log and (values > 0).any():
        axes.set_yscale("log")
    elif not log:
        axes.ticklabel_format(axis="y", style="sci", scilimits=(-2, 3))
        axes.set_ylim(bottom=0)
