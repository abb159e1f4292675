"""Logs in the user's folder, turned over before they grow."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from medsam.engine import logs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(logs.platformdirs, "user_log_dir", lambda *_, **__: str(tmp_path / "log"))
    monkeypatch.setattr(logs, "_LARGEST", 1000)
    return tmp_path / "log"


def test_the_workers_output_is_appended_and_turned_over(folder: Path) -> None:
    for text in (b"x" * 900, b"y" * 900, b"z" * 10):
        handle = logs.open_output()
        os.write(handle, text)
        os.close(handle)
    assert (folder / logs.OUTPUT_NAME).read_bytes() == b"z" * 10
    assert (folder / "engine-output.log.1").read_bytes() == b"x" * 900 + b"y" * 900


def test_the_log_rotates(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.Logger("fresh")
    monkeypatch.setattr(logging, "getLogger", lambda name=None: logger)
    for _ in range(20):
        logs.engine_logger().warning("m" * 100)
    logger.handlers[0].close()
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["engine.log", "engine.log.1", "engine.log.2"]
    assert all((folder / name).stat().st_size <= 1000 for name in names)


def test_a_folder_that_cannot_be_made_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setattr(logs.platformdirs, "user_log_dir", lambda *_, **__: str(blocker / "log"))
    handle = logs.open_output()
    assert os.write(handle, b"lost") == 4
    os.close(handle)
