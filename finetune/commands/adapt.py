"""``python -m finetune adapt``: a user's images and masks to an adapted model, for the window."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import stat
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from medsam.errors import Cancelled, MedSAMError

NICE = 10
"""The window and its worker come first."""

_GRACE_SECONDS = 10.0
_SAFE = "Images, masks and the present model are unchanged."


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "adapt",
        help="adapt a model to images with masks, as the window's Model menu does",
        description=(
            "Adapt a model to images with masks within some minutes. Writes JSON lines on standard output:"
            " progress, cases left out, scores before and after on held-out cases, the file. Ends when its"
            " standard input, if that is a pipe, does."
        ),
    )
    parser.add_argument(
        "job", type=Path, metavar="JOB.json", help='{"pairs": [{"image", "mask"}], "model", "out_folder"}'
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Adapt; 0 with the file as the last line.

    Raises:
        MedSAMError: Also said as the last line.
    """
    _be_polite()
    stop = _watch_input()
    with _lines() as say:
        try:
            from finetune.adapt.adaptation import adapt
            from finetune.adapt.job import read_job

            adapt(read_job(args.job), say, stop.is_set)
            return 0
        except Cancelled:
            raise
        except MedSAMError as error:
            say({"event": "error", "text": str(error)})
            raise
        except OSError as error:
            say({"event": "error", "text": _say_os_error(error)})
        except (MemoryError, ImportError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and "memory" not in str(error):
                raise
            say({"event": "error", "text": _say_lack(error)})
        traceback.print_exc()
        return 1


def _say_os_error(error: OSError) -> str:
    name = Path(str(error.filename)).name if error.filename else "a file"
    return f"The training could not go on: {name}: {error.strerror or error}. {_SAFE}"


def _say_lack(error: BaseException) -> str:
    if isinstance(error, ImportError):
        return f"The training needs the package {error.name or ''}, which is not installed. {_SAFE}"
    return (
        "There is not enough memory for the training. Tick fewer cases, close other programs or choose a"
        f" smaller model. {_SAFE}"
    )


def _be_polite() -> None:
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(NICE)


def _watch_input() -> threading.Event:
    """An event that is set when standard input ends, if somebody holds a pipe to it.

    A process that does not come to an end by itself then is ended.
    """
    stop = threading.Event()

    def watch() -> None:
        # Not through sys.stdin: its lock, held in a read, would abort the interpreter's own end.
        with contextlib.suppress(OSError):
            while os.read(descriptor, 4096):
                pass
        stop.set()
        threading.Event().wait(_GRACE_SECONDS)
        os._exit(130)

    if _is_pipe(sys.stdin):
        descriptor = sys.stdin.fileno()
        threading.Thread(target=watch, name="input", daemon=True).start()
    return stop


def _is_pipe(stream: Any) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError, AttributeError):  # none, closed, or no file
        return False


@contextlib.contextmanager
def _lines() -> Iterator[Callable[[dict[str, Any]], None]]:
    """Write events as lines; whatever else prints goes to standard error meanwhile."""
    out, lock = sys.stdout, threading.Lock()

    def say(event: dict[str, Any]) -> None:
        # Nobody reads any more: the end of standard input says so too.
        with lock, contextlib.suppress(BrokenPipeError):
            print(json.dumps(event, ensure_ascii=False), file=out, flush=True)

    with contextlib.redirect_stdout(sys.stderr):
        yield say
