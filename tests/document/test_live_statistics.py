"""Figures that follow the document: after any edits they are those of a fresh look."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from medsam.document import Annotation, SetVoxels
from medsam.document.live_statistics import LiveStatistics, labels_in
from medsam.document.statistics import measure_label
from medsam.volume import Volume

SHAPE = (9, 8, 6)


def annotation() -> Annotation:
    array = np.random.default_rng(0).integers(-100, 100, SHAPE).astype(np.int16)
    labels = np.zeros(SHAPE, np.uint16)
    labels[1:4, 1:4, 1:3] = 1
    labels[5:8, 5:7, 2:5] = 300
    return Annotation(Volume(array, np.diag([0.5, 0.7, 2.0, 1.0])), labels)


def following(document: Annotation) -> LiveStatistics:
    live = LiveStatistics(document, 2)
    document.subscribe(lambda change: live.note(change.region) if change.kind == "voxels" else None)
    return live


def bring_up_to_date(live: LiveStatistics) -> None:
    plan = live.plan()
    assert live.accept(plan, plan.run())


def fresh(document: Annotation) -> dict:
    numbers = {int(n) for n in np.unique(document.label_map) if n}
    return {n: measure_label(document.volume, document.label_map, n) for n in numbers}


blocks = st.tuples(*[st.tuples(st.integers(0, n), st.integers(0, n)) for n in SHAPE]).map(
    lambda ends: tuple(slice(min(e), max(e)) for e in ends)
)


@given(st.lists(st.tuples(blocks, st.sampled_from([0, 1, 2, 300]), st.booleans()), max_size=8))
@settings(deadline=None, max_examples=40)
def test_after_any_edits_they_are_those_of_a_fresh_look(edits: list) -> None:
    document = annotation()
    live = following(document)
    bring_up_to_date(live)
    for region, value, look in edits:
        size = tuple(part.stop - part.start for part in region)
        document.apply(SetVoxels(region, np.full(size, value, np.uint16)))
        if look:
            bring_up_to_date(live)
    bring_up_to_date(live)
    assert live.results == fresh(document)


def test_only_what_changed_is_measured_again() -> None:
    document = annotation()
    live = following(document)
    bring_up_to_date(live)
    before = live.results[1]
    document.apply(SetVoxels((slice(6, 7), slice(0, 5), slice(2, 3)), np.full((1, 5, 1), 300, np.uint16)))
    bring_up_to_date(live)
    assert live.results[1] is before
    assert live.results[300].voxels == 18 + 5


def test_a_plan_that_something_changed_under_is_not_accepted() -> None:
    document = annotation()
    live = following(document)
    plan = live.plan()
    results = plan.run()
    document.apply(SetVoxels((slice(0, 1),) * 3, np.ones((1, 1, 1), np.uint16)))
    assert not live.accept(plan, results)
    assert not live.is_current
    assert live.results == {}
    bring_up_to_date(live)
    assert live.is_current
    assert live.results == fresh(document)


def test_many_changes_become_one_block(monkeypatch) -> None:
    monkeypatch.setattr("medsam.document.live_statistics._MOST_REGIONS", 3)
    document = annotation()
    live = following(document)
    bring_up_to_date(live)
    for i in range(8):
        document.apply(SetVoxels((slice(i, i + 1), slice(0, 1), slice(0, 1)), np.ones((1, 1, 1), np.uint16)))
    assert len(live.plan().regions) <= 3
    bring_up_to_date(live)
    assert live.results == fresh(document)


def test_surfaces_come_when_they_are_asked_for() -> None:
    live = following(annotation())
    bring_up_to_date(live)
    assert live.results[1].surface_mm2 is None
    live.measure_surface()
    assert not live.is_current
    bring_up_to_date(live)
    assert live.results[1].surface_mm2 > 0


def test_labels_of_a_block() -> None:
    document = annotation()
    assert labels_in(document.label_map) == {1, 300}
    assert labels_in(document.label_map[:4]) == {1}
    assert labels_in(document.label_map[:0]) == set()
