"""What an adaptation is asked for."""

from __future__ import annotations

import pytest

from finetune.adapt.job import Job, file_name, read_job
from medsam.errors import InputError
from tests.finetune.adapt.support import job, write_job, write_pictures


def test_job_is_checked(tmp_path):
    told = job(write_pictures(tmp_path / "in", 2), "medsam_zoom", tmp_path / "out")
    read = read_job(write_job(tmp_path / "job.json", told))
    assert read.pairs[1].name == "p1.png" and read.title == "Mine"
    with pytest.raises(InputError, match="colour"):
        read_job(write_job(tmp_path / "job.json", {**told, "colour": 1}))
    (tmp_path / "job.json").write_text("{")
    with pytest.raises(InputError, match=r"job\.json"):
        read_job(tmp_path / "job.json")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Liver CT, mine", "2026-11-22-adapted-liver-ct-mine.safetensors"),
        ("MedSAM Zoom, adapted", "2026-11-22-adapted-medsam-zoom.safetensors"),
        ("../../x", "2026-11-22-adapted-x.safetensors"),
        ("肝脏", "2026-11-22-adapted.safetensors"),
        ("a" * 90, "2026-11-22-adapted-" + "a" * 40 + ".safetensors"),
    ],
)
def test_file_is_named_by_day_and_title(title, name):
    assert file_name(Job(pairs=(), model="", out_folder="", title=title, date="2026-11-22")) == name
