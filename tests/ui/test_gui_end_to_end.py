"""``python gui.py`` as a user starts it: the real worker, the embedded model, a real mask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
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


def screenshot(repo_root, tmp_path, *options) -> Path:
    """The window's picture after a box was drawn on a phantom."""
    volume = ct_phantom((96, 84, 12), noise=4.0)
    scan = write_volume(tmp_path / "scan.nii.gz", volume)
    picture = tmp_path / "window.png"
    command = [sys.executable, "gui.py", str(scan), "--slice", "6", "--box", "16,20,48,58"]
    done = subprocess.run(
        [*command, *options, "--device", "cpu", "--screenshot", str(picture)],
        cwd=repo_root,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr
    return picture


def test_screenshot_of_a_box_shows_its_mask(qapp, repo_root, tmp_path):
    picture = screenshot(repo_root, tmp_path)
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1366, 768)
    assert label_pixels(picture) > 5_000


@pytest.mark.timeout(300)
def test_an_exported_network_of_its_own_size_segments_in_the_window(qapp, repo_root, tmp_path):
    # Here, since other tests of the window prove that it works without torch.
    import torch

    from finetune.release.export import export
    from medsam.model.build import build_sam
    from tests.finetune.run_folder import MICRO_SAM, write_run
    from tests.synthetic_weights import fill

    network = build_sam("vit", {**MICRO_SAM, "image_size": 96})
    fill(network)
    # A threshold that no picture crosses: every pixel is the object's, whatever the weights.
    with torch.no_grad():
        network.mask_decoder.output_hypernetworks_mlps[0].layers[2].weight.zero_()
        network.mask_decoder.output_hypernetworks_mlps[0].layers[2].bias.fill_(1.0)
        network.mask_decoder.output_upscaling[3].weight.zero_()
        network.mask_decoder.output_upscaling[3].bias.fill_(1.0)
    weights = export(write_run(tmp_path / "run", network), tmp_path / "mine.pth", name="Mine")
    picture = screenshot(repo_root, tmp_path, "--model", str(weights))
    assert label_pixels(picture) > 20_000
