"""How good is a mask from a box, through the program's own ``predict`` command?

    python -m benchmarks.predict_test_split DATA [--store STORE] [--model NAME] [--noise 0.05] [--out FILE.md]

DATA is a folder with a ``cases.csv``; its store (``python -m finetune
prepare DATA --store STORE``) is made, or completed, in STORE or for the time
of the measurement. The objects, their noisy boxes and the baselines are those
of ``python -m finetune evaluate`` (``finetune.data.targets``), but the boxes go
through ``python -m medsam predict`` as a user's would, and the masks that come
back as files are scored at native size, beside the filled box and the ellipse
inscribed in it. Means are over objects within a data set, then over the data
sets of a modality, then over modalities.
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

from finetune.config import PrepareConfig
from finetune.data.prepare import default_workers, prepare
from finetune.data.store import Store
from finetune.data.targets import Target, box_fill, inscribed_ellipse, targets
from finetune.scores.metrics import dice


@dataclass(frozen=True)
class Prompt:
    """One object: its box as a row of the table, and its truth."""

    id: str
    image: Path
    slice: int | None
    target: Target


def prompts(data: Path, store: Store, split: str, noise: float, seed: int) -> list[Prompt]:
    """A row for every object of a split, in a fixed order."""
    found = []
    for number, target in enumerate(targets(store, split, noise, seed)):
        record = target.record
        index = record.slices[target.object.slice].index if record.kind == "3d" else None
        found.append(Prompt(f"{number:05d}", data / record.image, index, target))
    return found


def run_predict(found: list[Prompt], model: str | None, folder: Path) -> float:
    """Write the prompts, run the command; seconds it took as a whole process."""
    with open(folder / "prompts.csv", "w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["id", "image", "slice", "x0", "y0", "x1", "y1"])
        for t in found:
            writer.writerow([t.id, t.image, "" if t.slice is None else t.slice, *t.target.box.xyxy])
    command = [sys.executable, "-m", "medsam", "predict", "--prompts", str(folder / "prompts.csv")]
    command += ["--out", str(folder / "masks")] + (["--model", model] if model else [])
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def score(found: list[Prompt], folder: Path) -> dict[tuple[str, str], np.ndarray]:
    """Per (modality, data set): rows of Dice for model, ellipse and box fill."""
    rows: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for t in found:
        mask = np.asarray(imread(folder / "masks" / f"{t.id}.png")) > 127
        truth = t.target.truth()
        if mask.shape != truth.shape:
            raise SystemExit(f"{t.id}: the mask has {mask.shape}, the slice {truth.shape}")
        ellipse, fill = (f(t.target.box, truth.shape) for f in (inscribed_ellipse, box_fill))
        rows.setdefault(t.target.key, []).append((dice(mask, truth), dice(ellipse, truth), dice(fill, truth)))
    return {key: np.array(values) for key, values in rows.items()}


def table(scores: dict[tuple[str, str], np.ndarray]) -> str:
    """Markdown: one row a data set, one a modality, one for the mean over modalities."""
    lines = ["| modality | data set | objects | model | ellipse | box |", "|---|---|---:|---:|---:|---:|"]

    def row(modality: str, source: str, count: int | str, means: np.ndarray) -> str:
        return f"| {modality} | {source} | {count} | " + " | ".join(f"{m:.3f}" for m in means) + " |"

    per_modality = []
    for modality in sorted({m for m, _ in scores}):
        sources = {s: v for (m, s), v in sorted(scores.items()) if m == modality}
        lines += [row(modality, s, len(v), v.mean(axis=0)) for s, v in sources.items()]
        per_modality.append(np.mean([v.mean(axis=0) for v in sources.values()], axis=0))
        if len(sources) > 1:
            lines.append(row(f"**{modality}**", "mean of data sets", "", per_modality[-1]))
    overall = np.mean(per_modality, axis=0)
    lines.append(row("**mean over modalities**", "", sum(len(v) for v in scores.values()), overall))
    return "\n".join(lines)


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--store", type=Path, help="where to keep the prepared data; default: nowhere")
    parser.add_argument("--model", help="catalogue name or file; default: the program's")
    parser.add_argument("--split", default="test", choices=["val", "test"])
    parser.add_argument("--noise", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the table to this file, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        store, data = args.store or Path(name) / "store", args.data.resolve()
        prepare(data, store, PrepareConfig(), workers=default_workers(), report=_say)
        found = prompts(data, Store(store), args.split, args.noise, args.seed)
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


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
