"""Files that are whole or not there."""

from __future__ import annotations

import dataclasses
import errno
import os
from pathlib import Path

import pytest
import torch

from finetune.loop.checkpoint import RunFolder, Table, check_same_run, plain, read_content, write_content
from medsam.errors import InputError
from tests.finetune.micro_task import micro_recipe

CONTENT = {"recipe": {}, "step": 3, "weights": torch.arange(100_000.0)}


def test_a_failed_write_leaves_the_file_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint.pt"
    write_content(CONTENT, path)

    class Small:
        """A disk of 100 kB."""

        def __init__(self, handle: object) -> None:
            self.handle, self.left = handle, 100_000

        def write(self, data: bytes) -> int:
            self.left -= len(data)
            if self.left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return len(data)

        def __getattr__(self, name: str) -> object:
            return getattr(self.handle, name)

        def __enter__(self) -> Small:
            return self

        def __exit__(self, *error: object) -> None:
            self.handle.close()  # type: ignore[attr-defined]

    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda p, *a, **k: Small(opened(p, *a, **k)))
    with pytest.raises(OSError) as caught:
        write_content({**CONTENT, "step": 4}, path)
    assert caught.value.errno == errno.ENOSPC
    monkeypatch.undo()
    assert read_content(path)["step"] == 3
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    torch.save({"weights": torch.ones(1)}, tmp_path / "other.pt")
    with pytest.raises(InputError, match=r"other\.pt was not written by a training run"):
        read_content(tmp_path / "other.pt")


def test_a_table_goes_on_after_a_step(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, lambda line: None)
    table = Table(folder, "train.csv", -1)
    for step in (10, 20, 30):
        table.add({"step": step, "loss": 1 / step})
    path = tmp_path / "train.csv"
    path.write_text(path.read_text() + "40,")
    Table(folder, "train.csv", 20).add({"step": 25, "loss": 0.5, "unknown": 1})
    assert path.read_text() == "step,loss\n10,0.1\n20,0.05\n25,0.5\n"
    Table(folder, "train.csv", -1)
    assert not path.exists()
    folder.close()


def test_rows_that_met_a_full_disk_come_later_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    folder = RunFolder(tmp_path, said.append)
    table = Table(folder, "train.csv", -1)
    table.add({"step": 1, "loss": 1})
    opened = Path.open

    def full(path: Path, mode: str = "r", **kwargs: object) -> object:
        handle = opened(path, mode, **kwargs)  # type: ignore[call-overload]
        if mode == "ab":
            handle.write(b"to")
            handle.close()
            raise OSError(errno.ENOSPC, "No space left on device")
        return handle

    monkeypatch.setattr(Path, "open", full)
    table.add({"step": 2, "loss": 2})
    table.add({"step": 3, "loss": 3})
    assert (tmp_path / "train.csv").read_text() == "step,loss\n1,1\n"
    monkeypatch.setattr(Path, "open", opened)
    table.add({"step": 4, "loss": 4})
    assert (tmp_path / "train.csv").read_text() == "step,loss\n1,1\n2,2\n3,3\n4,4\n"
    assert len(said) == 2 and "the disk is full" in said[0] and "can be written again" in said[1]
    folder.close()


def test_a_lock_names_its_owner_and_ends_with_it(tmp_path: Path) -> None:
    first = RunFolder(tmp_path, lambda line: None)
    with pytest.raises(InputError, match=f"in use by process {os.getpid()} on"):
        RunFolder(tmp_path, lambda line: None)
    first.close()
    RunFolder(tmp_path, lambda line: None).close()


def test_settings_that_came_with_a_later_version_do_not_end_a_run() -> None:
    """A checkpoint that lacks one is read with its default."""
    recipe = micro_recipe()
    content = {"step": 3, "recipe": plain(recipe), "facts": {}}
    del content["recipe"]["train"]["quality_weight"]  # type: ignore[index]
    check_same_run(content, recipe, {})
    with pytest.raises(InputError, match=r"network was \{\"arch\": \"micro\"\}"):
        check_same_run(content, dataclasses.replace(recipe, network={"arch": "other"}), {})
