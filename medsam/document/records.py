"""Steps as bytes: what a history keeps and a journal writes.

A record is a kind, a JSON object and a blob. ``docs/case-format.md`` says what
stands in each, for other programs that read it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np

from medsam.document.deltas import Delta, LabelsDelta, PromptDelta, RulerDelta, Step, VoxelDelta
from medsam.document.label_table import Label
from medsam.document.prompt import Prompt, PromptMask
from medsam.document.rulers import Ruler
from medsam.errors import CaseFileError, MedSAMError
from medsam.intensity import Window
from medsam.prompts import Box, Points


@dataclass(frozen=True)
class Record:
    """One entry of a journal.

    Attributes:
        kind: "step", "amend", "move", "clean", "active"; a file has more.
        meta: JSON-able.
        blob: The bytes that ``meta`` refers to by offset and length.
    """

    kind: str
    meta: dict[str, Any] = field(default_factory=dict)
    blob: bytes = b""


class StepStore(Protocol):
    """Where records are kept."""

    def append(self, record: Record) -> int:
        """Keep a record and return its handle; on return a kill of the program cannot lose it.

        Raises:
            CaseFileError: If it cannot be kept.
        """

    def read(self, handle: int) -> Record:
        """The record of a handle.

        Raises:
            CaseFileError: If it is damaged or gone.
        """

    def close(self) -> None:
        """Let go of what is held."""


class MemoryStore:
    """Keeps records in memory: for tests, and where nothing can be written."""

    def __init__(self) -> None:
        self._records: list[Record] = []

    def append(self, record: Record) -> int:
        """See ``StepStore``."""
        self._records.append(record)
        return len(self._records) - 1

    def read(self, handle: int) -> Record:
        """See ``StepStore``."""
        return self._records[handle]

    def close(self) -> None:
        """See ``StepStore``."""
        self._records.clear()


class Blob:
    """Collects the bytes of one record."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, part: bytes) -> list[int]:
        """Append bytes; returns their offset and length."""
        place = [self._size, len(part)]
        self._parts.append(part)
        self._size += len(part)
        return place

    def joined(self) -> bytes:
        """All of them, one after another."""
        return b"".join(self._parts)


def step_to_record(step: Step, at: int, time: float, kind: str = "step") -> Record:
    """A step as a record.

    Args:
        step: What was done.
        at: How many steps were in effect before it.
        time: Seconds since 1970.
        kind: "step", or "amend" if it takes the place of the step before it.
    """
    blob = Blob()
    deltas = [_delta_to_json(delta, blob) for delta in step.deltas]
    meta: dict[str, Any] = {"at": at, "time": time, "text": step.text, "labels": list(step.labels())}
    place = step.place()
    if place is not None:
        meta["place"] = list(place)
    return Record(kind, meta | {"deltas": deltas}, blob.joined())


def step_from_record(record: Record, shape: tuple[int, int, int]) -> Step:
    """The step of a record.

    Args:
        record: Of kind "step" or "amend".
        shape: Of the label map.

    Raises:
        CaseFileError: If it is none, or damaged.
    """
    try:
        deltas = tuple(_delta_from_json(d, record.blob, shape) for d in record.meta["deltas"])
        return Step(str(record.meta["text"]), deltas)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, MedSAMError):
        raise CaseFileError("A step of the case file is damaged and cannot be read.") from None


def label_to_json(label: Label) -> dict[str, Any]:
    """A row of the label table as a JSON object."""
    return asdict(label) | {"color": [int(c) for c in label.color]}


def label_from_json(data: dict[str, Any]) -> Label:
    """The row of a JSON object; fields that a later version added are left out."""
    known = {name: data[name] for name in Label.__dataclass_fields__ if name in data}
    return Label(**known | {"color": tuple(int(c) for c in data["color"])})


def prompt_to_json(prompt: Prompt, blob: Blob) -> dict[str, Any]:
    """A prompt as a JSON object; its arrays go to ``blob``."""
    data: dict[str, Any] = {name: getattr(prompt, name) for name in ("id", "axis", "index", "label_id")}
    if prompt.box is not None:
        data["box"] = [float(v) for v in prompt.box.xyxy]
    if prompt.points is not None:
        data["points"] = [[float(v) for v in xy] for xy in prompt.points.xy]
        data["positive"] = [bool(p) for p in prompt.points.positive]
    if prompt.mask is not None:
        cut = prompt.mask
        bits = np.packbits(cut.mask, axis=None).tobytes()
        data["mask"] = {
            "x0": cut.x0,
            "y0": cut.y0,
            "size": list(cut.mask.shape),
            "shape_hw": list(cut.shape_hw),
            "bits": blob.add(bits),
        }
    if prompt.window is not None:
        data["window"] = {name: float(value) for name, value in asdict(prompt.window).items()}
    if prompt.painted is not None:
        data["painted"] = _voxels_to_json(prompt.painted, blob)
    return data


def prompt_from_json(data: dict[str, Any], blob: bytes, shape: tuple[int, int, int]) -> Prompt:
    """The prompt of a JSON object and the blob of its record."""
    box = Box(*data["box"]) if "box" in data else None
    points = None
    if "points" in data:
        places = tuple((float(x), float(y)) for x, y in data["points"])
        points = Points(places, tuple(bool(p) for p in data["positive"]))
    mask = None
    if "mask" in data:
        cut = data["mask"]
        h, w = cut["size"]
        bits = np.unpackbits(np.frombuffer(_part(blob, cut["bits"]), np.uint8), count=h * w)
        mask = PromptMask(cut["x0"], cut["y0"], bits.astype(bool).reshape(h, w), tuple(cut["shape_hw"]))
    window = Window(**data["window"]) if "window" in data else None
    painted = _voxels_from_json(data["painted"], blob, shape) if "painted" in data else None
    number, axis, index, label = (int(data[name]) for name in ("id", "axis", "index", "label_id"))
    return Prompt(number, axis, index, label, box, points, mask, window, painted)


def ruler_to_json(ruler: Ruler) -> dict[str, Any]:
    """A ruler or angle as a JSON object."""
    points = [[float(x), float(y)] for x, y in ruler.points]
    return {"id": ruler.id, "axis": ruler.axis, "index": ruler.index, "points": points}


def ruler_from_json(data: dict[str, Any]) -> Ruler:
    """The ruler or angle of a JSON object."""
    number, axis, index = (int(data[name]) for name in ("id", "axis", "index"))
    if axis not in (0, 1, 2):
        raise CaseFileError(f"An array has the axes 0, 1 and 2; a ruler of the case file lies across {axis}.")
    return Ruler(number, axis, index, tuple((float(x), float(y)) for x, y in data["points"]))


def _delta_to_json(delta: Delta, blob: Blob) -> dict[str, Any]:
    if isinstance(delta, VoxelDelta):
        return {"kind": "voxels"} | _voxels_to_json(delta, blob)
    if isinstance(delta, LabelsDelta):
        sides = {"before": delta.before, "after": delta.after}
        return {"kind": "labels"} | {side: [label_to_json(la) for la in rows] for side, rows in sides.items()}
    if isinstance(delta, RulerDelta):
        rulers = {"before": delta.before, "after": delta.after}
        return {"kind": "ruler", "id": delta.ruler_id} | {
            side: None if ruler is None else ruler_to_json(ruler) for side, ruler in rulers.items()
        }
    sides_of_prompt = {"before": delta.before, "after": delta.after}
    return {"kind": "prompt", "id": delta.prompt_id} | {
        side: None if prompt is None else prompt_to_json(prompt, blob)
        for side, prompt in sides_of_prompt.items()
    }


def _delta_from_json(data: dict[str, Any], blob: bytes, shape: tuple[int, int, int]) -> Delta:
    kind = data["kind"]
    if kind == "voxels":
        return _voxels_from_json(data, blob, shape)
    if kind == "labels":
        before, after = (tuple(label_from_json(row) for row in data[side]) for side in ("before", "after"))
        return LabelsDelta(before, after)
    if kind == "prompt":
        sides = (data["before"], data["after"])
        return PromptDelta(
            int(data["id"]), *(None if s is None else prompt_from_json(s, blob, shape) for s in sides)
        )
    if kind == "ruler":
        sides = (data["before"], data["after"])
        return RulerDelta(int(data["id"]), *(None if s is None else ruler_from_json(s) for s in sides))
    raise CaseFileError(f'The case file has a change of the kind "{kind}", which this version does not know.')


def _voxels_to_json(delta: VoxelDelta, blob: Blob) -> dict[str, Any]:
    bounds = [[part.start, part.stop] for part in delta.bounds]
    data = {"count": delta.count, "bounds": bounds, "runs": blob.add(delta.runs)}
    return data | ({"flipped": True} if delta.flipped else {})


def _voxels_from_json(data: dict[str, Any], blob: bytes, shape: tuple[int, int, int]) -> VoxelDelta:
    i, j, k = (slice(int(start), int(stop)) for start, stop in data["bounds"])
    flipped = bool(data.get("flipped", False))
    return VoxelDelta(shape, (i, j, k), int(data["count"]), _part(blob, data["runs"]), flipped)


def _part(blob: bytes, place: list[int]) -> bytes:
    start, length = place
    part = blob[start : start + length]
    if start < 0 or len(part) != length:
        raise CaseFileError("A step of the case file is damaged and cannot be read.")
    return part
