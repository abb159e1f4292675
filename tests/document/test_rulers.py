"""Rulers and angles: their measure, and that the document keeps and restores them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from medsam.document import Annotation, Compound, History, Ruler, SetRuler
from medsam.document.records import ruler_from_json, ruler_to_json, step_from_record, step_to_record
from medsam.document.rulers import ruler_angle, ruler_length
from medsam.errors import CaseFileError, InputError
from medsam.volume import Geometry, Volume

SHAPE = (9, 8, 7)


def annotation() -> Annotation:
    return Annotation(Volume(np.zeros(SHAPE, np.int16), np.diag([1.0, 1.0, 2.0, 1.0])))


def line(number: int = 1, axis: int = 2, index: int = 3, end: tuple[float, float] = (4.5, 5.0)) -> Ruler:
    return Ruler(number, axis, index, ((1.0, 1.0), end))


class TestMeasure:
    @pytest.mark.parametrize(("axis", "mm"), [(0, (2.0, 3.0)), (1, (0.5, 3.0)), (2, (0.5, 2.0))])
    def test_a_length_follows_the_pixels_of_its_slice(self, axis: int, mm: tuple[float, float]) -> None:
        geometry = Geometry(SHAPE, np.diag([0.5, 2.0, 3.0, 1.0]))
        ruler = Ruler(1, axis, 2, ((1.0, 1.0), (4.0, 5.0)))
        assert ruler_length(ruler, geometry) == pytest.approx(math.hypot(3 * mm[0], 4 * mm[1]))

    def test_an_angle_is_that_of_the_world(self) -> None:
        geometry = Geometry(SHAPE, np.diag([1.0, 3.0, 1.0, 1.0]))
        corner = Ruler(1, 2, 0, ((4.0, 1.0), (1.0, 1.0), (4.0, 2.0)))
        assert ruler_angle(corner, geometry) == pytest.approx(45.0)

    def test_a_sheared_grid_has_no_right_angles(self) -> None:
        affine = np.eye(4)
        affine[0, 1] = 1.0
        corner = Ruler(1, 2, 0, ((4.0, 1.0), (1.0, 1.0), (1.0, 4.0)))
        assert ruler_angle(corner, Geometry(SHAPE, affine)) == pytest.approx(45.0)

    @pytest.mark.parametrize(("end", "degrees"), [((0.0, 0.0), 180.0), ((4.0, 0.0), 0.0), ((2.0, 0.0), 0.0)])
    def test_straight_and_closed_angles(self, end: tuple[float, float], degrees: float) -> None:
        corner = Ruler(1, 2, 0, ((4.0, 0.0), (2.0, 0.0), end))
        assert ruler_angle(corner, Geometry(SHAPE, np.eye(4))) == pytest.approx(degrees)

    @pytest.mark.parametrize("points", [((0.0, 0.0),), ((0.0, 0.0),) * 4, ((0.0, 0.0), (math.nan, 1.0))])
    def test_what_is_no_ruler_is_refused(self, points: tuple) -> None:
        with pytest.raises(InputError):
            Ruler(1, 2, 0, points)


class TestInTheDocument:
    def test_undo_and_redo_restore_each(self) -> None:
        history = History(annotation())
        document = history.annotation
        kinds = []
        document.subscribe(lambda change: kinds.append(change.kind))
        states = [dict(document.rulers)]
        for edit in (
            SetRuler(1, line()),
            SetRuler(2, line(2, axis=0)),
            SetRuler(1, line(end=(2.0, 2.0))),
            SetRuler(1, None),
        ):
            history.do(edit)
            states.append(dict(document.rulers))
        assert set(kinds) == {"rulers"}
        for position in (3, 0, 4, 2, 1):
            history.jump(position)
            assert document.rulers == states[position]
            assert list(document.rulers) == sorted(document.rulers)
        assert history.entry(0).place == (2, 3)

    def test_each_belongs_to_its_slice(self) -> None:
        document = annotation()
        document.apply(SetRuler(1, line()))
        document.apply(SetRuler(2, line(2, axis=0)))
        document.apply(SetRuler(3, line(3)))
        assert [r.id for r in document.rulers_on(2, 3)] == [1, 3]
        assert document.rulers_on(2, 4) == ()
        assert document.next_ruler_id() == 4

    def test_a_step_survives_its_record(self) -> None:
        document = annotation()
        document.apply(SetRuler(1, line()))
        angle = Ruler(2, 1, 0, ((0.25, 1.0), (2.0, 2.0), (3.0, 1 / 3)))
        step = document.apply(Compound((SetRuler(1, None), SetRuler(2, angle)), "both"))
        back = step_from_record(step_to_record(step, 1, 0.0), SHAPE)
        assert back.deltas == step.deltas
        other = annotation()
        other.apply(SetRuler(1, line()))
        other.apply(back)
        assert other.rulers == {2: angle}

    def test_a_damaged_ruler_is_told(self) -> None:
        with pytest.raises(CaseFileError, match="axes 0, 1 and 2"):
            ruler_from_json(ruler_to_json(line()) | {"axis": 5})
