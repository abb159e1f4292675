"""``python -m finetune synthesise | prepare | embed | train | evaluate | export | adapt | card``."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

from finetune import commands
from medsam.errors import Cancelled, MedSAMError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it worked, 2 with one line on stderr if it could not, 130 if it was stopped."""
    args = _parser().parse_args(arguments)
    try:
        return int(args.run(args) or 0)
    except (KeyboardInterrupt, Cancelled):
        print(f"finetune {args.command}: stopped", file=sys.stderr)
        return 130
    except MedSAMError as error:
        print(f"finetune {args.command}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        name = Path(str(error.filename)).name if error.filename else "a file"
        print(
            f"finetune {args.command}: {name} could not be read or written ({error.strerror or error})."
            " Look at its folder's rights and the free space, and give the same command again.",
            file=sys.stderr,
        )
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m finetune", description="Train the program's networks on data of your own."
    )
    known = parser.add_subparsers(dest="command", required=True)
    for found in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"{commands.__name__}.{found.name}").add(known)
    return parser


if __name__ == "__main__":
    sys.exit(main())
