"""What an adaptation is asked for: a JSON file that the window, or anybody, writes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from finetune.adapt.cases import Pair
from medsam.errors import InputError


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Job:
    """What the window, or a file, asks for.

    Attributes:
        pairs: Images with their masks.
        model: That is in use: a catalogue name or a file.
        out_folder: Where the work is done and the adapted weights are written.
        title: What to call the adapted model.
        date: Day, for the file's name: 2026-11-22.
        minutes: For all of it.
        steps: Of training, instead of what the minutes allow; 0 for that.
        device: "auto", "cpu", "cuda" or "mps".
        threads: Of torch on the processor.
        seed: Of who is held out, of boxes and samples.
    """

    pairs: tuple[Pair, ...]
    model: str
    out_folder: str
    title: str = "Adapted model"
    date: str = ""
    minutes: float = 5.0
    steps: int = 0
    device: str = "auto"
    threads: int = 1
    seed: int = 2026


def read_job(path: Path) -> Job:
    """Read a job's file.

    Raises:
        InputError: If it cannot be read or says something unknown.
    """
    try:
        return TypeAdapter(Job).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else None
        what = f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else str(error)
        raise InputError(
            f"A job is a JSON file with pairs, model and out_folder; {path.name}: {what}."
        ) from None


def file_name(job: Job) -> str:
    """Of the adapted weights: day and title, in letters that every disk takes."""
    plain = re.sub(r"[^a-z0-9]+", "-", job.title.lower()).strip("-")[:40].strip("-")
    plain = plain.removesuffix("-adapted")
    day = re.sub(r"[^0-9-]", "", job.date)
    return "-".join(part for part in (day, "adapted", plain) if part) + ".safetensors"
