"""Ask every question of this folder and print one table of ratios.

    python -m benchmarks [--quick] [--verbose] [--out DIR]    every question
    python -m benchmarks [--quick] NAME NAME ...              some of them
    python -m benchmarks NAME [ARGUMENTS]                     one, with all it has to say

Questions run one after the other, each in a process of its own. The table goes
to the screen, and as ``bench.md`` and ``bench.json`` into the folder ``out``.
The status is 0 if everything was measured, aims reached or not, and 1 if a
question failed. A question that needs data is asked where a folder of it lies
beside the checkout; one that lacks something says so in the table. ``--quick``
takes fewer samples: enough to see that everything runs, too few to rely on.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import _rows
from benchmarks._asking import ask, progress
from benchmarks._machine import Machine, load, now
from benchmarks._table import Answer, Report, aligned_rows

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "out"
DATA = HERE.parent.parent / "shared" / "data"
NEEDS_DATA = {"candidates", "predict_test_split"}
NEEDS_WORDS = {"precision_masks": "--store STORE --model FILE"}
"""Asked only with these arguments, which nobody else can know."""

QUICK: dict[str, list[str]] = {
    "box_to_mask": ["--rounds", "3"],
    "box_through_worker": ["--rounds", "5"],
    "candidates": ["--most", "40", "--noise", "0.05"],
    "decoder_training": ["--rounds", "1", "--arch", "lite"],
    "default_model": ["--rounds", "5"],
    "encoder": ["--rounds", "1", "--plain-rounds", "1"],
    "encoder_memory": ["--runs", "1"],
    "golden_errors": ["lite"],
    "gpu": ["--rounds", "3", "--most", "4"],
    "journal": ["--steps", "1000", "--slices", "60"],
    "live_drag": ["--rounds", "1", "--seconds", "1"],
    "model_load": ["--rounds", "2"],
    "open_ct": ["--slices", "60", "--compressed", "20", "--rounds", "2"],
    "open_series_window": ["--slices", "60", "--rounds", "2"],
    "predict_test_split": ["--split", "val"],
    "reopen": ["--rounds", "1"],
    "scroll": ["--size", "256", "--frames", "40"],
    "strokes": ["--moves", "50"],
    "tiny_encoder": ["--rounds", "3"],
    "window_start": ["--rounds", "2"],
}
"""What makes a question short."""


def names() -> list[str]:
    """The questions, one file each."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def arguments_for(name: str, quick: bool) -> list[str] | str:
    """What to ask a question with when nobody says, or why it cannot be asked."""
    if name in NEEDS_WORDS:
        return f"python -m benchmarks {name} {NEEDS_WORDS[name]} asks it"
    arguments = list(QUICK.get(name, [])) if quick else []
    if name in NEEDS_DATA:
        if not DATA.is_dir():
            return f"python -m benchmarks {name} DATA asks it of a folder of data"
        arguments.insert(0, str(DATA))
    return arguments


def alone(name: str, arguments: list[str], quick: bool) -> int:
    """Ask one with everything it prints, and add the table of its rows."""
    if not arguments:
        found = arguments_for(name, quick)
        if isinstance(found, str):
            print(f"skipped: {found}")
            return 0
        arguments = found
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        path.touch()
        command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
        environment = {**os.environ, _rows.VARIABLE: str(path)}
        status = subprocess.run(command, cwd=HERE.parent, env=environment, check=False).returncode
        rows = _rows.read(path)
    if rows:
        print("", *aligned_rows([Answer(name, 0.0, rows)]), sep="\n")
    return 0 if status == _rows.MISSED else status


def together(asked: list[str], quick: bool, verbose: bool) -> list[Answer]:
    """Ask several, quietly; an interruption ends the asking and keeps what there is."""
    answers = []
    for number, name in enumerate(asked, start=1):
        arguments = arguments_for(name, quick)
        if isinstance(arguments, str):
            answers.append(Answer(name, 0.0, note=arguments))
            continue
        words = f"[{number:2d}/{len(asked)}] {name}"
        try:
            with progress(words):
                answer = ask(name, arguments, verbose)
        except KeyboardInterrupt:
            answers.append(Answer(name, 0.0, trouble="interrupted"))
            break
        answers.append(answer)
        print(f"{answer.seconds:.0f} s, {outcome(answer)}", file=sys.stderr, flush=True)
    return answers


def outcome(answer: Answer) -> str:
    """A few words for the line of progress."""
    if answer.trouble:
        return f"failed: {answer.trouble}"
    return f"{len(answer.rows)} figures" if answer.rows else f"not measured: {answer.note}"


def report(asked: list[str], quick: bool, verbose: bool, folder: Path) -> int:
    """Ask, print the table, write it into a folder; 1 if a question failed."""
    begin = time.perf_counter()
    facts = {"date": now(), **Machine.here().lines, "load average before": load()}
    answers = together(asked, quick, verbose)
    facts["load average after"] = load()
    facts["took"] = f"{(time.perf_counter() - begin) / 60:.1f} minutes"
    if quick:
        facts["took"] += ", quick: too few samples to rely on"
    found = Report(facts, answers)
    print(found.text())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.md").write_text(found.markdown(), encoding="utf-8")
    (folder / "bench.json").write_text(found.json(), encoding="utf-8")
    return int(any(answer.trouble for answer in answers))


def main(arguments: list[str]) -> int:
    """0 if every question was answered, 1 if one failed, 2 for one that is not known."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer samples: a few minutes in all")
    parser.add_argument("--verbose", action="store_true", help="print what the questions print")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for bench.md and bench.json")
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="NAME", help=", ".join(names()))
    options = parser.parse_args(arguments)
    words, known = options.words, names()
    if words and words[0] not in known:
        print(f"There is no benchmark {words[0]}. Known: {', '.join(known)}", file=sys.stderr)
        return 2
    if len(words) == 1 or (words and any(word not in known for word in words)):
        return alone(words[0], words[1:], options.quick)
    return report(words or known, options.quick, options.verbose, options.out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
