"""The measurement of looking times every kind of event in a real window and restores the document."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtWidgets import QApplication

from benchmarks import _eyes, scroll
from benchmarks._eyes import FRAME, Eyes, Frames
from benchmarks._phantoms import ORGANS, phantom
from benchmarks.scroll import READY
from medsam.volume import Plane

KINDS = 10


@pytest.fixture
def eyes(qapp: QApplication):
    """A window with a small scan."""
    made = Eyes(qapp, 48, None)
    yield made
    made.close()


def test_every_kind_of_event_is_timed_and_counts_what_it_paints(
    eyes: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scroll, "SIZES", ((900, 640),))
    monkeypatch.setattr(_eyes, "FIRST", 1)
    labels = eyes.annotation.label_map.copy()
    results = scroll.measure(eyes, 48, 3)
    assert len(results) == KINDS + 1
    assert all(frames.p99 >= frames.median > 0 for frames in results.values())
    shares = {name.split(": ")[1]: frames.painted for name, frames in results.items()}
    assert shares["window drag"] == shares["opacity"] == 1.0
    assert all(0.1 < shares[f"slice, {plane.value}"] < 1.0 for plane in Plane)
    assert 0 < shares["brush dab"] < 0.2 and 0 < shares["mask"] < 0.2
    np.testing.assert_array_equal(eyes.annotation.label_map, labels)


def test_a_row_tells_of_the_worst_window() -> None:
    def frames(p99: float) -> Frames:
        return Frames(1.0, p99, 1.0, 1.0, 0.0, 1.0)

    figures = {
        f"a: {READY}": frames(99),
        "a: mask": frames(3),
        f"b: {READY}": frames(99),
        "b: mask": frames(30),
    }
    (row,) = scroll.rows_of({"quiet": figures})
    assert row.ratio == pytest.approx(0.030 / FRAME)
    assert row.reached is False


def test_the_phantom_has_every_label() -> None:
    volume, annotation = phantom(40, 36)
    assert volume.array.flags.f_contiguous and volume.array.dtype == np.int16
    assert set(np.unique(annotation.label_map)) == set(range(len(ORGANS) + 1))
