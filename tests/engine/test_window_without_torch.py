"""What the worker sends can be read in a process that must never import torch: the window's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys, threading
import numpy as np

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise AssertionError("the window's process imports torch")
sys.meta_path.insert(0, Refuse())

from medsam.engine.client import EngineClient
from medsam.engine.jobs import Failed, MaskAnswer, ModelLoaded, SliceKey, WorkerLost
from medsam.intensity import Window
from medsam.prompts import Box, Prompts
from medsam.volume import Volume

said, came = [], threading.Condition()
def take(message):
    with came:
        said.append(message)
        came.notify_all()

def wait(kind, token):
    def is_there():
        return any(isinstance(m, (Failed, WorkerLost)) for m in said) or any(
            isinstance(m, kind) and m.token == token for m in said)
    with came:
        assert came.wait_for(is_there, 150), said
    assert not any(isinstance(m, (Failed, WorkerLost)) for m in said), said

client = EngineClient(take, command=[sys.executable, "-m", "tests.engine.tiny_worker", "0"])
client.start()
try:
    voxels = np.random.default_rng(0).integers(-500, 500, (30, 40, 4), dtype=np.int16)
    key = SliceKey(client.set_volume(Volume(voxels, np.eye(4), modality="MR")), 2, 1, Window(0, 1000))
    for model in ("tiny_points", "tiny_zoom"):
        wait(ModelLoaded, client.load_model(model))
        wait(MaskAnswer, client.predict(key, Prompts(Box(4, 5, 20, 30))))
finally:
    client.close()
assert not [name for name in sys.modules if name.split(".")[0] == "torch"]
print("kinds:", *sorted({type(m).__name__ for m in said}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="one system is enough")
def test_no_message_brings_torch_with_it(repo_root: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "MEDSAM_THREADS": "1", "XDG_STATE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=repo_root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    for kind in ("WorkerReady", "ModelLoaded", "MaskAnswer", "SliceProgress"):
        assert kind in done.stdout
