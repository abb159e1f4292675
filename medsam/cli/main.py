"""Reads the arguments, runs one command, and turns every failure into one line.

Exit codes: 0 all done; 1 done in part (a bad row, a failed check); 2 nothing
could be done; 130 stopped with Ctrl+C.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import NoReturn

from medsam import __version__
from medsam.cli import convert, doctor, embed, info, predict
from medsam.errors import Cancelled, MedSAMError

_COMMANDS = {"predict": predict, "embed": embed, "info": info, "convert": convert, "doctor": doctor}

STOPPED = 130
_BROKEN_PIPE = 141


class _Parser(argparse.ArgumentParser):
    """Answers wrong arguments with one line, as every other failure."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        self.exit(2, f'medsam: {message}. See "{self.prog} --help".\n')


def build_parser() -> argparse.ArgumentParser:
    """The parser with one sub-parser a command; a chosen command's ``run`` is in ``args.run``."""
    parser = _Parser(
        prog="python -m medsam",
        description="Segment medical images from boxes. The window is opened by gui.py.",
    )
    parser.add_argument("--version", action="version", version=f"medsam {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    for name, module in _COMMANDS.items():
        sub = commands.add_parser(name, help=module.HELP, description=module.__doc__)
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    _prepare_streams()
    # What Apple's processors lack is computed by the CPU; PyTorch reads this when it is imported.
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
    parser = build_parser()
    args = parser.parse_args(argv)
    if not hasattr(args, "run"):
        parser.print_help()
        return 0
    return guarded(args.run, args)


def _prepare_streams() -> None:
    """Let no output fail: neither on a sign the terminal's encoding lacks, nor where there is no output."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def guarded(run: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Run a command and turn every failure into one line and an exit code; never a traceback.

    MEDSAM_DEBUG=1 in the environment lets an unforeseen error through with
    its traceback, for a report to the authors.
    """
    if not sys.warnoptions:
        # Libraries warn about tags and headers; what matters is in a volume's notes.
        warnings.simplefilter("ignore")
    try:
        code = int(run(args))
        sys.stdout.flush()
        return code
    except (KeyboardInterrupt, Cancelled):
        _say("stopped")
        return STOPPED
    except BrokenPipeError:
        # The reader left; the interpreter's last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except MedSAMError as error:
        _say(" ".join(str(error).split()))
        return 2
    except Exception as error:
        if os.environ.get("MEDSAM_DEBUG"):
            raise
        _say(
            f"an unforeseen error stopped the command:"
            f" {type(error).__name__}: {' '.join(str(error).split())}."
            " Run it again with MEDSAM_DEBUG=1 in the environment and report what it prints."
        )
        return 2


def _say(sentence: str) -> None:
    print(f"medsam: {sentence}", file=sys.stderr)
