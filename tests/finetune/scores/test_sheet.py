"""The contact sheet: whom it shows, in what order, and that the outlines are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from finetune.data.store import Store
from finetune.scores.evaluate import Evaluation, Settings, evaluate
from finetune.scores.protocols import Protocol
from finetune.scores.report import build, patient
from finetune.scores.report_figures import COLORS
from finetune.scores.sheet import TILE, draw_sheet, typical_objects, worst_objects, write_sheet
from medsam.errors import WriteError
from tests.finetune.scores.test_evaluate import Known, tiny_zoom


@pytest.fixture(scope="module")
def result(store: Store) -> Evaluation:
    return evaluate(
        store,
        Known(tiny_zoom()),
        Protocol("box", 0.1),
        Settings("train", volumes=False),
        report=lambda _: None,
    )


def _dice(objects: list) -> list[float]:
    return [o.scores["network"].dice for o in objects]


def test_the_worst_and_the_middle_are_of_different_patients(result: Evaluation) -> None:
    members = [o for o in result.objects if o.case.modality == "dermoscopy"]
    assert len({patient(o.case) for o in members}) == 3
    worst, typical = worst_objects(members), typical_objects(members)
    for chosen in (worst, typical):
        assert len({patient(o.case) for o in chosen}) == 3
        assert _dice(chosen) == sorted(_dice(chosen), reverse=True)
    assert _dice(worst)[-1] == min(_dice(members))
    tubes = [o for o in result.objects if o.case.modality == "ct"]
    assert len(worst_objects(tubes)) == 3, "one patient fills a row where there is no other"
    assert _dice(worst_objects(tubes)) == sorted(_dice(tubes))[:3][::-1]
    worst = worst_objects(tubes, 2)
    apart = typical_objects(tubes, worst)
    assert len(tubes) == 4 and len(apart) == 3
    assert sum(o in worst for o in apart) == 1, "what is shown already comes again only where it must"
    middle = np.argsort(np.abs(np.array(_dice(tubes)) - np.median(_dice(tubes))))
    assert _dice(tubes)[middle[0]] in _dice(typical_objects(tubes))


def test_a_row_a_modality_with_both_outlines(result: Evaluation) -> None:
    data = build(result)
    page = np.asarray(draw_sheet(result, data).convert("RGB")).astype(int)

    def of(color: str) -> np.ndarray:
        rgb = [int(color[n : n + 2], 16) for n in (1, 3, 5)]
        return np.abs(page - rgb).max(-1) < 12

    rows = np.nonzero(of(COLORS["network"])[110:].any(1))[0]
    assert len(rows) > 100 and of(COLORS["truth"])[110:].any()
    assert page.shape[0] == pytest.approx(104 + 3 * (TILE + 84), abs=60)


def test_it_is_written_whole_or_told(result: Evaluation, tmp_path: Path) -> None:
    data = build(result)
    path = write_sheet(result, data, tmp_path / "new" / "net-sheet.png")
    with Image.open(path) as image:
        assert image.format == "PNG" and image.width > 6 * TILE
    assert list(path.parent.iterdir()) == [path]
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="could not be written"):
        write_sheet(result, data, tmp_path / "file" / "net-sheet.png")
