"""``python -m pretrain``: list the weights, fetch some, check those that are here, read their cards."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from medsam.errors import Cancelled, MedSAMError
from pretrain.cards import card_in_words
from pretrain.catalogue import (
    DEFAULT,
    Entry,
    catalogue,
    entry,
    find_file,
    remember_sha256,
    remembered_sha256,
    sha256_of,
    weights_folders,
)
from pretrain.download import download
from pretrain.own import card_lines, own_entry, own_models

_BROKEN_PIPE = 141


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 done, 1 a file is wrong, 2 a mistake or failure, 130 stopped."""
    parser = argparse.ArgumentParser(prog="python -m pretrain", description="Weights of the networks.")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser(
        "list", help="the known weights, which are here, and models of your own (the default)"
    )
    get = commands.add_parser("get", help="download weights; goes on where an earlier try stopped")
    get.add_argument("names", nargs="+", metavar="NAME")
    get.add_argument("--folder", type=Path, help="where to put them (default: the first folder for weights)")
    commands.add_parser("check", help="compare the files that are here with their SHA-256")
    card = commands.add_parser("card", help="print a model card: data, scores, limits, terms")
    card.add_argument("name", nargs="?", default=DEFAULT, metavar="NAME", help="or a file of weights")
    asked = parser.parse_args(arguments)
    try:
        code = _run(asked)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader left (head, less); the interpreter's last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except (Cancelled, KeyboardInterrupt):
        print("Stopped. What arrived is kept; the same command goes on with it.", file=sys.stderr)
        return 130
    except MedSAMError as error:
        print(error, file=sys.stderr)
        return 2


def _run(asked: argparse.Namespace) -> int:
    if asked.command == "get":
        for name in asked.names:
            _get(entry(name), asked.folder)
        return 0
    if asked.command == "card":
        path = Path(asked.name).expanduser()
        print(card_in_words(own_entry(path) if path.is_file() else entry(asked.name)))
        return 0
    return _check() if asked.command == "check" else _list()


def _list() -> int:
    for known in catalogue().values():
        size = f"{known.size / 1e6:,.0f} MB" if known.size else ""
        state = "here" if find_file(known) else ("missing" if known.bundled else "to download")
        print(f"{known.name:14s} {state:12s} {size:>9s}  {known.title}: {known.description}")
        print(f"{'':14s} {known.cost} {known.licence}. {known.terms}")
    _list_own()
    print("Folders, in the order of the search:", *weights_folders(), sep="\n  ")
    return 0


def _list_own() -> None:
    """The user's own models, each by its path, as --model takes it."""
    words = {
        "trained": "trained on",
        "started": "started from",
        "validation": "validation",
        "evaluation": "evaluation",
        "licences": "licences",
    }
    damaged: list[str] = []
    found = own_models(damaged.append)
    if found:
        print("My models:")
    for known in found:
        print(f"  {known.title}, {known.size / 1e6:,.0f} MB, licence: {known.licence or 'not stated'}")
        print(f"    {known.path}")
        for name, line in card_lines(known.card).items():
            print(f"    {words[name]}: {line}")
        if known.terms:
            print(f"    {known.terms}")
    sys.stdout.flush()
    for sentence in damaged:
        print(f"Left out: {sentence}", file=sys.stderr)


def _get(known: Entry, folder: Path | None) -> None:
    present = find_file(known) if folder is None else None
    if present is not None and (not known.sha256 or sha256_of(present) == known.sha256):
        print(f"{known.file} is here already.")
        return
    print(f"{known.title}: {known.licence}, {known.licence_url}. {known.terms}")
    if not known.sha256:
        print(f"No SHA-256 is published for {known.file}, so it cannot be checked; its own is noted.")
    path = download(known, folder, on_progress=_Meter(known.file))
    print()
    if not known.sha256:
        print(f"SHA-256 {sha256_of(path)}")
    print(f"{path.name} is in {path.parent}.")


class _Meter:
    """Prints a percentage whenever it changes."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last = ""

    def __call__(self, done: int, total: int) -> None:
        """Told by the download."""
        text = f"{done * 100 // total} %" if total else f"{done / 1e6:,.0f} MB"
        if text != self._last:
            self._last = text
            print(f"\r{self._name}: {text}", end="", flush=True)


def _check() -> int:
    wrong = 0
    for known in catalogue().values():
        path = find_file(known)
        if path is None:
            continue
        actual = sha256_of(path)
        expected = known.sha256 or remembered_sha256(path)
        if not expected:
            if not known.bundled:
                remember_sha256(path, actual)
            verdict = "no SHA-256 is published; this is the file's own"
        elif actual == expected:
            verdict = "right"
        else:
            verdict = f"WRONG, expected {expected}"
            wrong += 1
        print(f"{path.name}: {actual}, {verdict}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
