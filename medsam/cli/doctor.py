"""Look at everything the program needs; a sentence and a remedy for what fails."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Iterator

from medsam.cli import checks, checks_speed
from medsam.cli.checks import FAIL, OK, WARN, Check
from medsam.cli.progress import ProgressLine
from medsam.cli.smoke import check_segmentation

HELP = "whether everything works on this computer"

CHECKS: dict[str, Callable[[], Iterator[Check]]] = {
    "Python": checks.check_python,
    "packages": checks.check_packages,
    "devices": checks.check_devices,
    "arithmetic": checks_speed.check_arithmetic,
    "memory": checks.check_memory,
    "folders": checks.check_folders,
    "encoded slices": checks_speed.check_embeddings,
    "Qt": checks.check_qt,
    "weights": checks.check_weights,
    "segmentation": check_segmentation,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``doctor``."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(args: argparse.Namespace) -> int:
    """Run every check. 0 if none failed, else 1."""
    line = ProgressLine()
    found: list[Check] = []
    for name, check in CHECKS.items():
        line.show(f"looking at {name} ...")
        results = list(_guarded(name, check))
        line.clear()
        found += results
        if not args.json:
            for result in results:
                _print(result)
    failed = sum(check.state == FAIL for check in found)
    if args.json:
        print(json.dumps([dataclasses.asdict(check) for check in found], ensure_ascii=False, indent=2))
    else:
        warned = sum(check.state == WARN for check in found)
        print(f"{len(found)} checks: {failed} failed, {warned} with a warning")
    return 1 if failed else 0


def _guarded(name: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """One check that breaks must not keep the others from being made."""
    try:
        yield from check()
    except Exception as error:
        yield Check(
            name,
            FAIL,
            f"the check itself failed: {type(error).__name__}: {checks.one_line(error)}",
            "Report this line to the authors.",
        )


def _print(check: Check) -> None:
    mark = {OK: "ok", WARN: "warning", FAIL: "FAILED"}[check.state]
    print(f"{mark:<8}{check.name}: {check.finding}")
    if check.remedy and check.state != OK:
        print(f"{'':8}{'remedy: ' + check.remedy}")
    sys.stdout.flush()
