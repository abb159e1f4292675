"""How good is a mask from a box, through the program's own ``predict`` command?

    python -m benchmarks.predict_test_split DATA [--model NAME] [--noise 0.05] [--out FILE.md]

DATA is a folder with a ``cases.csv`` (columns modality, source, image, label,
kind, group, split). Every connected component of every label of the test
split gets one box; each coordinate is moved by normal noise whose standard
deviation is ``--noise`` times that side, both directions. The boxes go
through ``python -m medsam predict`` as a user's would, and the masks that come
back are scored against the labels at native size, beside the filled box and
the ellipse inscribed in it. Means are over objects within a source, then over
the sources of a modality, then over modalities.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage
from skimage.io import imread

from medsam.io import read_label_map, read_volume
from medsam.prompts import Box
from medsam.volume import stored_slice

LEAST_AREA = 60
MOST_OBJECTS = 24
WHOLE_PICTURE = 0.95


@dataclass(frozen=True)
class Target:
    """One object: its prompt and where its truth lies."""

    id: str
    modality: str
    source: str
    image: Path
    slice: int | None
    box: Box
    mask: np.ndarray


def targets(data: Path, split: str, noise: float, seed: int) -> list[Target]:
    """Every object of a split with its noisy box, in a fixed order."""
    rng = np.random.default_rng(seed)
    found: list[Target] = []
    with open(data / "cases.csv", newline="", encoding="utf-8") as handle:
        cases = [row for row in csv.DictReader(handle) if row["split"] == split]
    for number, case in enumerate(cases):
        labels = _labels(data, case)
        objects = [
            (k, mask) for k in range(labels.shape[2]) for mask in _components(stored_slice(labels, 2, k))
        ]
        if len(objects) > MOST_OBJECTS:
            chosen = sorted(rng.choice(len(objects), MOST_OBJECTS, replace=False))
            objects = [objects[n] for n in chosen]
        for k, mask in objects:
            found.append(
                Target(
                    id=f"{number:04d}_{len(found):05d}",
                    modality=case["modality"],
                    source=case["source"],
                    image=data / case["image"],
                    slice=k if case["kind"] == "3d" else None,
                    box=_noisy(Box.from_mask(mask), mask.shape, noise, rng),
                    mask=mask,
                )
            )
    return found


def _labels(data: Path, case: dict[str, str]) -> np.ndarray:
    if case["kind"] == "3d":
        image = read_volume(data / case["image"])
        return read_label_map(data / case["label"], image.geometry)[0]
    return np.asarray(imread(data / case["label"])).T[:, :, None]


def _components(labels: np.ndarray) -> list[np.ndarray]:
    masks = []
    for value in np.unique(labels[labels > 0]):
        parts, count = ndimage.label(labels == value, structure=np.ones((3, 3)))
        for part in range(1, count + 1):
            mask = parts == part
            box = Box.from_mask(mask)
            whole = box.width * box.height > WHOLE_PICTURE * mask.size
            if mask.sum() >= LEAST_AREA and not whole:
                masks.append(mask)
    return masks


def _noisy(box: Box, shape_hw: tuple[int, ...], noise: float, rng: np.random.Generator) -> Box:
    dx, dy = rng.normal(0, noise, (2, 2)) * np.array([[box.width], [box.height]])
    moved = Box.from_corners(box.x0 + dx[0], box.y0 + dy[0], box.x1 + dx[1], box.y1 + dy[1])
    return moved.clipped((shape_hw[0], shape_hw[1]))


def dice(a: np.ndarray, b: np.ndarray) -> float:
    """Dice of two bool masks; 1 when both are empty."""
    total = int(a.sum()) + int(b.sum())
    return 2.0 * int((a & b).sum()) / total if total else 1.0


def box_fill(box: Box, shape_hw: tuple[int, ...]) -> np.ndarray:
    """The pixels whose centres lie in the box."""
    y, x = np.mgrid[: shape_hw[0], : shape_hw[1]] + 0.5
    return (x >= box.x0) & (x <= box.x1) & (y >= box.y0) & (y <= box.y1)


def inscribed_ellipse(box: Box, shape_hw: tuple[int, ...]) -> np.ndarray:
    """The pixels whose centres lie in the ellipse inscribed in the box."""
    y, x = np.mgrid[: shape_hw[0], : shape_hw[1]] + 0.5
    cx, cy = box.center
    rx, ry = max(box.width / 2, 1e-6), max(box.height / 2, 1e-6)
    return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1.0


def run_predict(found: list[Target], model: str | None, folder: Path) -> float:
    """Write the prompts, run the command; seconds it took as a whole process."""
    with open(folder / "prompts.csv", "w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["id", "image", "slice", "x0", "y0", "x1", "y1"])
        for t in found:
            writer.writerow([t.id, t.image, "" if t.slice is None else t.slice, *t.box.xyxy])
    command = [sys.executable, "-m", "medsam", "predict", "--prompts", str(folder / "prompts.csv")]
    command += ["--out", str(folder / "masks")] + (["--model", model] if model else [])
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def score(found: list[Target], folder: Path) -> dict[tuple[str, str], np.ndarray]:
    """Per (modality, source): rows of Dice for model, ellipse and box fill."""
    rows: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for t in found:
        mask = np.asarray(imread(folder / "masks" / f"{t.id}.png")) > 127
        if mask.shape != t.mask.shape:
            raise SystemExit(f"{t.id}: the mask has {mask.shape}, the slice {t.mask.shape}")
        ellipse, fill = inscribed_ellipse(t.box, mask.shape), box_fill(t.box, mask.shape)
        rows.setdefault((t.modality, t.source), []).append(
            (dice(mask, t.mask), dice(ellipse, t.mask), dice(fill, t.mask))
        )
    return {key: np.array(values) for key, values in rows.items()}


def table(scores: dict[tuple[str, str], np.ndarray]) -> str:
    """Markdown: one row a source, one a modality, one for the mean over modalities."""
    lines = ["| modality | source | objects | model | ellipse | box |", "|---|---|---:|---:|---:|---:|"]

    def row(modality: str, source: str, count: int | str, means: np.ndarray) -> str:
        return f"| {modality} | {source} | {count} | " + " | ".join(f"{m:.3f}" for m in means) + " |"

    per_modality = []
    for modality in sorted({m for m, _ in scores}):
        sources = {s: v for (m, s), v in sorted(scores.items()) if m == modality}
        lines += [row(modality, s, len(v), v.mean(axis=0)) for s, v in sources.items()]
        per_modality.append(np.mean([v.mean(axis=0) for v in sources.values()], axis=0))
        if len(sources) > 1:
            lines.append(row(f"**{modality}**", "mean of sources", "", per_modality[-1]))
    overall = np.mean(per_modality, axis=0)
    lines.append(row("**mean over modalities**", "", sum(len(v) for v in scores.values()), overall))
    return "\n".join(lines)


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", help="catalogue name or file; default: the program's")
    parser.add_argument("--split", default="test", choices=["val", "test"])
    parser.add_argument("--noise", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--out", type=Path, help="write the table to this file, too")
    args = parser.parse_args()
    found = targets(args.data.resolve(), args.split, args.noise, args.seed)
    with tempfile.TemporaryDirectory() as name:
        seconds = run_predict(found, args.model, Path(name))
        scores = score(found, Path(name))
    header = (
        f"{args.split} split, {len(found)} objects, box noise sd {args.noise:g} of the side per coordinate,"
        f" both directions, seed {args.seed}; Dice at native size; whole command {seconds:.0f} s"
    )
    text = f"{header}\n\n{table(scores)}\n"
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
