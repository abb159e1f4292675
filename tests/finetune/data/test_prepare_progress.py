"""Progress: the order of cases, the estimate, and the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.config import PrepareConfig
from finetune.data.layouts.base import CaseSource, Declaration
from finetune.data.prepare_job import Job
from finetune.data.prepare_progress import Progress, sample_first
from medsam.errors import InputError

GIB = 1 << 30


def jobs(folder: Path, count: int, size: int) -> list[Job]:
    """Cases with an image of that many bytes, and a result of ten times as many."""
    declared = Declaration(name="s", layout="table", root=folder)
    made = []
    for n in range(count):
        image = folder / f"{n}.png"
        image.write_bytes(bytes(size))
        (folder / f"c{n}").mkdir()
        (folder / f"c{n}/pictures-2.npy").write_bytes(bytes(10 * size))
        source = CaseSource(declared, f"c{n}", (image,), (), "ct", "s")
        made.append(Job(f"c{n}", source, "g", "train", "", "", PrepareConfig()))
    return made


def test_the_estimate_is_told_once_and_holds(tmp_path: Path) -> None:
    said: list[str] = []
    listed = jobs(tmp_path, 40, 1000)
    progress = Progress(listed, tmp_path, said.append, free=lambda _: GIB)
    progress.add(listed[0], failed=False)
    assert progress.line() == "1 of 40 cases, 9.8 KiB", "one case tells nothing of the others"
    for job in listed[1:20]:
        progress.add(job, failed=False)
    assert [text for text in said if "will take" in text] == [
        "The store will take about 391 KiB; 1.0 GiB is free there."
    ]
    assert progress.line().startswith("20 of 40 cases, 195 KiB of about 391 KiB, about ")
    progress.add(listed[20], failed=True)
    assert "1 failed" in progress.line()


def test_a_disk_that_is_too_small_is_told_in_time(tmp_path: Path) -> None:
    listed = jobs(tmp_path, 40, 1000)
    progress = Progress(listed, tmp_path, lambda _: None, free=lambda _: 1000)
    with pytest.raises(InputError, match=r"about 234 KiB and 1000 bytes is free"):
        for job in listed:
            progress.add(job, failed=False)


@given(st.integers(0, 200))
def test_a_spread_sample_comes_first_and_nothing_is_lost(count: int) -> None:
    declared = Declaration(name="s", layout="table", root=Path())
    listed = [
        Job(f"{n}", CaseSource(declared, "c", (), (), "ct", "s"), "g", "train", "", "", PrepareConfig())
        for n in range(count)
    ]
    ordered = sample_first(listed)
    assert sorted(int(job.id) for job in ordered) == list(range(count))
    if count >= 32:
        assert [int(job.id) for job in ordered[:16]] == [n * count // 16 for n in range(16)]
