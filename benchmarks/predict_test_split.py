"""How good is a mask from a box, through the program's own ``predict`` command?

    python -m benchmarks.predict_test_split DATA [--model NAME] [--noise 0.05] [--out FILE.md]

DATA is a folder with a ``cases.csv``. The objects, their noisy boxes and the
baselines are those of ``python -m finetune evaluate`` (``finetune.targets``),
but the boxes go through ``python -m medsam predict`` as a user's would, and
the masks that come back as files are scored at native size, beside the filled
box and the ellipse inscribed in it. Means are over objects within a source,
then over the sources of a modality, then over modalities.
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
from skimage.io import imread

from finetune.cases import FoundObject
from finetune.metrics import dice
from finetune.targets import box_fill, inscribed_ellipse, targets
from medsam.prompts import Box


@dataclass(frozen=True)
class Prompt:
    """One object: its box as a row of the table, and its truth."""

    id: str
    modality: str
    source: str
    image: Path
    slice: int | None
    box: Box
    found: FoundObject


def prompts(data: Path, split: str, noise: float, seed: int) -> list[Prompt]:
    """A row for every object of a split, in a fixed order."""
    return [
        Prompt(
            id=f"{number:05d}",
            modality=target.case.modality,
            source=target.case.source,
            image=data / target.case.image,
            slice=target.found.index if target.case.kind == "3d" else None,
            box=target.box,
            found=target.found,
        )
        for number, target in enumerate(targets(data, split, noise, seed))
    ]


def run_predict(found: list[Prompt], model: str | None, folder: Path) -> float:
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


def score(found: list[Prompt], folder: Path) -> dict[tuple[str, str], np.ndarray]:
    """Per (modality, source): rows of Dice for model, ellipse and box fill."""
    rows: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for t in found:
        mask = np.asarray(imread(folder / "masks" / f"{t.id}.png")) > 127
        truth = t.found.full_mask()
        if mask.shape != truth.shape:
            raise SystemExit(f"{t.id}: the mask has {mask.shape}, the slice {truth.shape}")
        ellipse, fill = inscribed_ellipse(t.box, mask.shape), box_fill(t.box, mask.shape)
        rows.setdefault((t.modality, t.source), []).append(
            (dice(mask, truth), dice(ellipse, truth), dice(fill, truth))
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
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the table to this file, too")
    args = parser.parse_args()
    found = prompts(args.data.resolve(), args.split, args.noise, args.seed)
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
