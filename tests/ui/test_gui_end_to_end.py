"""``python gui.py`` as a user starts it: the real worker, the embedded model, a real mask."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
from PyQt5.QtGui import QImage

from medsam.io import write_volume
from tests.phantoms import ct_phantom


def label_pixels(path) -> int:
    """Pixels of the first label's orange over grey."""
    image = QImage(str(path)).convertToFormat(QImage.Format_RGB32)
    data = image.constBits()
    data.setsize(image.byteCount())
    blue, green, red = np.frombuffer(data, np.uint8).reshape(-1, 4)[:, :3].astype(int).T
    return int(((red > blue + 60) & (green > blue + 20)).sum())


def test_screenshot_of_a_box_shows_its_mask(qapp, repo_root, tmp_path):
    volume = ct_phantom((96, 84, 12), noise=4.0)
    scan = write_volume(tmp_path / "scan.nii.gz", volume)
    picture = tmp_path / "window.png"
    command = [sys.executable, "gui.py", str(scan), "--slice", "6", "--box", "16,20,48,58"]
    done = subprocess.run(
        [*command, "--device", "cpu", "--screenshot", str(picture)],
        cwd=repo_root,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1366, 768)
    assert label_pixels(picture) > 5_000
