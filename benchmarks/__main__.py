"""Ask every question of this folder, or one: ``python -m benchmarks [NAME [ARGUMENTS]]``.

A question that needs data is asked where a folder of it lies beside the
checkout, and skipped with a line where there is none.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "shared" / "data"
NEEDS_DATA = {"candidates", "predict_test_split"}
NEEDS_WORDS = {"precision_masks": "--store STORE --model FILE"}
"""Asked only with these arguments, which nobody else can know."""


def names() -> list[str]:
    """The questions, one file each."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def ask(name: str, arguments: list[str]) -> int:
    """Run one in a process of its own, so that no measurement disturbs the next."""
    print(f"== {name}", flush=True)
    if name in NEEDS_WORDS and not arguments:
        print(f"skipped: python -m benchmarks {name} {NEEDS_WORDS[name]} asks it")
        return 0
    if name in NEEDS_DATA and not arguments:
        if not DATA.is_dir():
            print(f"skipped: python -m benchmarks {name} DATA asks it of a folder of data")
            return 0
        arguments = [str(DATA)]
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    return subprocess.run(command, cwd=HERE.parent, check=False).returncode


def main(arguments: list[str]) -> int:
    """0 if every question was answered as it should be, else 1."""
    known = names()
    if arguments and arguments[0] not in known:
        print(f"There is no benchmark {arguments[0]}. Known: {', '.join(known)}", file=sys.stderr)
        return 2
    if arguments:
        return ask(arguments[0], arguments[1:])
    codes = [ask(name, []) for name in known]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
