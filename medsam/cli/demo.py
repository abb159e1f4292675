"""What ``make run`` does: the window on the sample, or a picture of it where there is no display."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from medsam.cli.checks import has_display, probe_qt
from medsam.cli.main import guarded
from medsam.cli.smoke import Case, sample_case, segment
from medsam.errors import MedSAMError
from medsam.io import write_label_map, write_volume
from medsam.volume import stored_slice

_GUI = Path(__file__).resolve().parents[2] / "gui.py"
_AXIS = 2


def run(args: argparse.Namespace) -> int:
    """Write the sample, then open the window on it or, without a display, segment and picture it.

    Raises:
        MedSAMError: If something could not be written or the window failed.
    """
    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)
    case = sample_case()
    image = out / "sample_ct.nii.gz"
    write_volume(image, case.volume)
    window = [sys.executable, str(_GUI), str(image), "--slice", str(case.index)]
    window.append("--box=" + ",".join(f"{v:g}" for v in case.box.xyxy))
    if can_show():
        print(f"Opening the window on {image}. Close it to end.")
        return subprocess.run(window, check=False).returncode
    print("There is no display: the sample is segmented and the window pictured instead.")
    mask = write_mask(out / "sample_mask.nii.gz", case)
    picture = out / "window.png"
    with tempfile.TemporaryDirectory() as runtime:
        # Qt complains on standard error where the system has set no folder for it.
        environment = {"XDG_RUNTIME_DIR": runtime, **os.environ, "QT_QPA_PLATFORM": "offscreen"}
        done = subprocess.run([*window, "--screenshot", str(picture)], env=environment, check=False)
    if done.returncode or not picture.exists():
        raise MedSAMError(f"The window ended with code {done.returncode}. Run: python -m medsam doctor")
    print(f"mask:    {mask}\npicture: {picture}")
    return 0


def can_show() -> bool:
    """Whether a window can be opened: a display is named and Qt reaches it."""
    return has_display() and probe_qt(dict(os.environ))[0] is not None


def write_mask(path: Path, case: Case) -> Path:
    """Segment the sample's slice with the default model and write it as a label map."""
    labels = np.zeros(case.volume.shape, np.uint16, order="F")
    stored_slice(labels, _AXIS, case.index)[segment(case)] = 1
    write_label_map(path, labels, case.volume.geometry, names={1: case.name})
    return path


def main() -> int:
    """Entry of ``python -m medsam.cli.demo``."""
    parser = argparse.ArgumentParser(prog="python -m medsam.cli.demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="folder (default out)")
    return guarded(run, parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
