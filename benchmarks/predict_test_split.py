"""How good is a mask from a box, through the program's own ``predict`` command?

    python -m benchmarks.predict_test_split DATA [--store STORE] [--model NAME] [--noise 0.05]
        [--baselines] [--report REPORT.json] [--out FILE.md]

DATA is a folder with a ``cases.csv``; its store (``python -m finetune
prepare DATA --store STORE``) is taken from STORE as it is, made there where
there is none, or made for the time of the measurement. The objects, their
noisy boxes and the baselines are those of ``python -m finetune evaluate``
(``finetune.data.targets``), but the boxes go through ``python -m medsam
predict`` as a user's would, and the masks that come back as files are scored
at native size, beside the ellipse inscribed in the box and the filled box,
with ``--baselines`` also Otsu's threshold and GrabCut. Means are over objects
within a data set, then over the data sets of a modality, then over modalities.

``--report`` takes the JSON that ``evaluate`` wrote of the same weights, split,
noise and seed: its scores stand in a column of their own, and the largest
difference of a data set's mean is told.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from skimage.io import imread

from benchmarks._rows import Row, tell
from finetune.config import PrepareConfig
from finetune.data.prepare import default_workers, prepare
from finetune.data.store import MANIFEST, Store
from finetune.data.targets import Target, box_fill, inscribed_ellipse, targets
from finetune.scores.baselines import BASELINES, baseline_masks
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


Means = dict[tuple[str, str], float]


def score(
    found: list[Prompt], folder: Path, baselines: bool = False
) -> dict[tuple[str, str], npt.NDArray[np.float64]]:
    """Per (modality, data set): rows of Dice for model, ellipse and box fill, then the baselines."""
    rows: dict[tuple[str, str], list[list[float]]] = {}
    for t in found:
        mask = np.asarray(imread(folder / "masks" / f"{t.id}.png")) > 127
        truth, box = t.target.truth(), t.target.box
        if mask.shape != truth.shape:
            raise SystemExit(f"{t.id}: the mask has {mask.shape}, the slice {truth.shape}")
        masks = [mask, inscribed_ellipse(box, truth.shape), box_fill(box, truth.shape)]
        if baselines:
            masks += baseline_masks(np.asarray(t.target.picture()), box).values()
        rows.setdefault(t.target.key, []).append([dice(one, truth) for one in masks])
    return {key: np.array(values) for key, values in rows.items()}


def opened(data: Path, folder: Path) -> Store:
    """The store in a folder; it is prepared from the data where there is none yet."""
    if not (folder / MANIFEST).is_file():
        prepare(data, folder, PrepareConfig(), workers=default_workers(), report=_say)
    return Store(folder)


def reported(path: Path, store: Store, split: str, noise: float, seed: int) -> Means:
    """Each data set's mean Dice of the network, from a report of ``evaluate`` on the same question."""
    report = json.loads(path.read_text(encoding="utf-8"))
    said = {**report["protocol"], "store": report["store"]["sha256"]}
    asked = {"prompt": "box", "split": split, "noise": noise, "seed": seed, "store": store.sha256}
    other = [f"{name} {said[name]}" for name, value in asked.items() if said[name] != value]
    if other:
        raise SystemExit(f"{path.name} is a report of another question: {', '.join(other)}")
    rows = report["tables"]["datasets"]
    return {(r["modality"], r["dataset"]): r["scores"]["network"]["dice"]["mean"] for r in rows}


def table(scores: dict[tuple[str, str], npt.NDArray[np.float64]], evaluated: Means | None = None) -> str:
    """Markdown: one row a data set, one a modality, one for the mean over modalities."""
    count = next(iter(scores.values())).shape[1]
    columns = ["model", "ellipse", "box", *BASELINES][:count] + (["evaluate"] if evaluated else [])
    lines = [
        "| modality | data set | objects | " + " | ".join(columns) + " |",
        "|---|---|---:|" + "---:|" * len(columns),
    ]
    means = {key: values.mean(axis=0) for key, values in scores.items()}
    if evaluated:
        means = {key: np.append(values, evaluated[key]) for key, values in means.items()}

    def row(modality: str, source: str, objects: int | str, values: npt.NDArray[np.float64]) -> str:
        return f"| {modality} | {source} | {objects} | " + " | ".join(f"{m:.3f}" for m in values) + " |"

    per_modality = []
    for modality in sorted({m for m, _ in scores}):
        sources = [key for key in sorted(scores) if key[0] == modality]
        lines += [row(*key, len(scores[key]), means[key]) for key in sources]
        per_modality.append(np.mean([means[key] for key in sources], axis=0))
        if len(sources) > 1:
            lines.append(row(f"**{modality}**", "mean of data sets", "", per_modality[-1]))
    overall = np.mean(per_modality, axis=0)
    lines.append(row("**mean over modalities**", "", sum(len(v) for v in scores.values()), overall))
    if evaluated:
        apart = max(abs(float(values[0]) - evaluated[key]) for key, values in means.items())
        lines += ["", f"Largest difference of a data set's mean from that of `evaluate`: {apart:.4f}."]
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
    parser.add_argument("--baselines", action="store_true", help="also Otsu and GrabCut (needs OpenCV)")
    parser.add_argument("--report", type=Path, help="JSON of `evaluate` to compare with")
    parser.add_argument("--out", type=Path, help="write the table to this file, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        data = args.data.resolve()
        store = opened(data, args.store or Path(name) / "store")
        question = (store, args.split, args.noise, args.seed)
        evaluated = reported(args.report, *question) if args.report else None
        found = prompts(data, *question)
        seconds = run_predict(found, args.model, Path(name))
        scores = score(found, Path(name), args.baselines)
    header = (
        f"{args.split} split, {len(found)} objects, box noise sd {args.noise:g} of the side per coordinate,"
        f" both directions, seed {args.seed}; Dice at native size; whole command {seconds:.0f} s"
    )
    text = f"{header}\n\n{table(scores, evaluated)}\n"
    print(text)
    tell([lost(scores)])
    if args.out:
        args.out.write_text(text, encoding="utf-8")


def lost(scores: dict[tuple[str, str], npt.NDArray[np.float64]]) -> Row:
    """What is missing to a Dice of 1, beside the ellipse in the box; the mean over modalities."""
    modalities: dict[str, list[npt.NDArray[np.float64]]] = {}
    for (modality, _), values in scores.items():
        modalities.setdefault(modality, []).append(values.mean(axis=0))
    model, ellipse = 1 - np.mean([np.mean(means, axis=0)[:2] for means in modalities.values()], axis=0)
    what = "1 − Dice of the default model's masks"
    return Row(what, f"{model:.3f}", f"{ellipse:.3f}", "the ellipse in the box", float(model / ellipse))


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
