"""The window: ``python gui.py [PATH]``. Arguments, application, main window."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line; Qt is not imported yet, so ``--help`` is instant."""
    parser = argparse.ArgumentParser(prog="gui.py", description="Segment medical images by drawing boxes.")
    parser.add_argument(
        "path", nargs="?", type=Path, metavar="PATH", help="image, scan or DICOM folder to open"
    )
    parser.add_argument(
        "--model", metavar="NAME|FILE", help="model to begin with (see python -m pretrain list)"
    )
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="where the model computes"
    )
    parser.add_argument(
        "--slice", type=int, metavar="K", help="go to this slice, counted along the third array axis"
    )
    parser.add_argument(
        "--box", metavar="x0,y0,x1,y1", help="draw this box on the slice, in stored pixel edges"
    )
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save the window's picture and leave")
    options = parser.parse_args(arguments)
    if options.path is None and (options.box is not None or options.slice is not None):
        parser.error("--box and --slice need a PATH to work on")
    if options.box is not None:
        from medsam.errors import PromptError
        from medsam.prompts import Box

        try:
            options.box = Box.from_text(options.box)
        except PromptError as error:
            parser.error(str(error))
    return options


def main(arguments: list[str] | None = None) -> int:
    """Show the window until it is closed, or until the screenshot is taken; returns the exit code."""
    options = parse(arguments)
    # Qt's loop would keep Ctrl+C in the terminal waiting for the next event.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from medsam.ui.application import run
    from medsam.ui.scripted import Work

    work = Work(options.path, options.slice, options.box, options.screenshot)
    return run(work, model=options.model, device=options.device)


if __name__ == "__main__":
    sys.exit(main())
