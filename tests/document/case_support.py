"""What the tests of case files share: a small image, random work on it, and what is compared."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medsam.document import (
    AddLabel,
    Annotation,
    ChangeLabel,
    History,
    PaintRule,
    Ruler,
    SetRuler,
    SetVoxels,
    case_disk,
    erase_edit,
    mask_edit,
    paint_edit,
    remove_prompt_edit,
)
from medsam.document.case_recovery import Restored, open_case
from medsam.intensity import Window
from medsam.prompts import Box, Points
from medsam.volume import Volume, stored_shape_hw

SHAPE = (9, 7, 5)


def image(seed: int = 0, name: str = "scan.nii.gz") -> Volume:
    """A small image whose voxels depend on ``seed``."""
    values = np.random.default_rng(seed).integers(-500, 900, SHAPE, dtype=np.int16)
    return Volume(np.asfortranarray(values), np.diag([-0.8, -0.8, 2.0, 1.0]), modality="CT", name=name)


def state(annotation: Annotation) -> tuple:
    """Everything that must come back: voxels, table, prompts, rulers."""
    return (
        annotation.label_map.tobytes(order="F"),
        tuple(annotation.labels),
        tuple(sorted((p.id, *_prompt(p)) for p in annotation.prompts.values())),
        tuple(sorted((r.id, r.axis, r.index, r.points) for r in annotation.rulers.values())),
    )


def _prompt(prompt) -> tuple:
    mask = (prompt.mask.x0, prompt.mask.y0, prompt.mask.mask.tobytes()) if prompt.mask is not None else None
    painted = None
    if prompt.painted is not None:
        painted = (prompt.painted.runs, prompt.painted.flipped)
    points = (prompt.points.xy, prompt.points.positive) if prompt.points is not None else None
    return prompt.axis, prompt.index, prompt.label_id, repr(prompt.box), repr(points), mask, painted


def act(history: History, rng: np.random.Generator) -> None:
    """One action of a user's at random: a stroke, a prompt, a label, undo, redo, a jump."""
    annotation = history.annotation
    kind = rng.choice(list(_ACTIONS), p=_SHARES)
    edit = _ACTIONS[kind](history, rng)
    if edit is not None:
        history.do(edit, merge_key="slider" if kind == "slide" else None)
    assert annotation is history.annotation


def _slice(annotation: Annotation, rng: np.random.Generator) -> tuple[int, int, np.ndarray]:
    axis = int(rng.integers(3))
    index = int(rng.integers(SHAPE[axis]))
    h, w = stored_shape_hw(SHAPE, axis)
    y0, x0 = int(rng.integers(h)), int(rng.integers(w))
    mask = np.zeros((h, w), bool)
    mask[y0 : y0 + int(rng.integers(1, 5)), x0 : x0 + int(rng.integers(1, 5))] = True
    return axis, index, mask


def _label(annotation: Annotation, rng: np.random.Generator) -> int | None:
    free = [label.id for label in annotation.labels if not label.locked]
    return int(rng.choice(free)) if free else None


def _paint(history, rng):
    label = _label(history.annotation, rng)
    if label is None:
        return None
    axis, index, mask = _slice(history.annotation, rng)
    return paint_edit(history.annotation, axis, index, mask, label, PaintRule(), "brush stroke")


def _erase(history, rng):
    axis, index, mask = _slice(history.annotation, rng)
    return erase_edit(history.annotation, axis, index, mask, PaintRule(), "erase")


def _prompted(history, rng):
    annotation = history.annotation
    if annotation.prompts and rng.random() < 0.4:
        return remove_prompt_edit(annotation, int(rng.choice(list(annotation.prompts))))
    label = _label(annotation, rng)
    if label is None:
        return None
    axis, index, mask = _slice(annotation, rng)
    same = [p.id for p in annotation.prompts.values() if (p.axis, p.index) == (axis, index)]
    return mask_edit(
        annotation,
        axis,
        index,
        mask,
        label,
        box=Box(0.5, 1.0, 3.25, 4.0) if rng.random() < 0.7 else None,
        points=Points(((1.5, 2.0), (3.0, 0.25)), (True, False)) if rng.random() < 0.5 else None,
        window=Window(40.0, 400.0),
        replaces=same[0] if same else None,
    )


def _labels(history, rng):
    annotation = history.annotation
    return AddLabel(annotation.labels.proposal()) if len(annotation.labels) < 6 else None


def _slide(history, rng):
    label = history.annotation.labels.get(int(rng.choice([la.id for la in history.annotation.labels])))
    return ChangeLabel(
        replace(label, opacity=float(rng.integers(0, 11)) / 10, locked=bool(rng.random() < 0.2))
    )


def _everything(history, rng):
    region = tuple(slice(0, n) for n in SHAPE)
    ids = [0, *(label.id for label in history.annotation.labels)]
    return SetVoxels(region, rng.choice(ids, SHAPE).astype(np.uint16), "threshold")


def _ruler(history, rng):
    annotation = history.annotation
    number = annotation.next_ruler_id()
    return SetRuler(number, Ruler(number, 2, int(rng.integers(SHAPE[2])), ((0.5, 1.0), (4.0, 5.5))))


def _undo(history, rng):
    history.undo()


def _redo(history, rng):
    history.redo()


def _jump(history, rng):
    history.jump(int(rng.integers(len(history) + 1)))


def _save(history, rng):
    history.mark_clean()


def _choose(history, rng):
    annotation = history.annotation
    annotation.set_active_label(int(rng.choice([label.id for label in annotation.labels])))


_ACTIONS = {
    "paint": _paint,
    "erase": _erase,
    "prompt": _prompted,
    "labels": _labels,
    "slide": _slide,
    "all": _everything,
    "ruler": _ruler,
    "undo": _undo,
    "redo": _redo,
    "jump": _jump,
    "save": _save,
    "choose": _choose,
}
_SHARES = [0.3, 0.1, 0.12, 0.05, 0.1, 0.03, 0.03, 0.12, 0.06, 0.03, 0.03, 0.03]


def stroke(history: History, n: int) -> None:
    """One voxel of a place of its own for every ``n`` below 315, whatever is locked."""
    k, j, i = np.unravel_index(n % np.prod(SHAPE), SHAPE[::-1])
    region = (slice(i, i + 1), slice(j, j + 1), slice(k, k + 1))
    history.do(SetVoxels(region, np.ones((1, 1, 1), np.uint16), f"stroke {n}"))


def work(path: Path, volume: Volume, seed: int, count: int) -> list[tuple]:
    """Act ``count`` times on the case of ``path`` and close it; the states, the first too."""
    restored = open_case(path, volume)
    rng = np.random.default_rng(seed)
    states = [state(restored.annotation)]
    for _ in range(count):
        act(restored.history, rng)
        states.append(state(restored.annotation))
    restored.case.close()
    return states


def strokes(path: Path, volume: Volume, count: int) -> tuple:
    """Make ``count`` strokes on the case of ``path`` and close it; the state then."""
    restored = open_case(path, volume)
    for n in range(count):
        stroke(restored.history, n)
    restored.case.close()
    return state(restored.annotation)


def reopened(path: Path, volume: Volume) -> tuple[Restored, tuple]:
    """Open a case, close it again, and tell its state."""
    restored = open_case(path, volume)
    found = state(restored.annotation)
    restored.case.close()
    return restored, found


def act_often(restored, seed, count):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        act(restored.history, rng)


class Disk:
    """A disk that refuses to take bytes while ``error`` is set, after ``room`` more of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: int | None = None
        self.room = 0
        monkeypatch.setattr(case_disk, "_write", self._take)

    def _take(self, file, data):
        """Take all of it, a part, or fail, as the operating system does."""
        if self.error is None:
            return file.write(data)
        if not self.room:
            raise OSError(self.error, os.strerror(self.error))
        written = file.write(data[: self.room])
        self.room -= written
        return written
