"""Finding what was encoded before: at once, for every plane, once a window."""

from __future__ import annotations

import pytest

from medsam.engine.jobs import Encode, LookUp, ModelLoaded, Priority, SliceState
from medsam.intensity import CT_PRESETS
from medsam.ui import settings
from medsam.ui.controllers import kept_slices
from medsam.ui.panels.preferences_speed import IDLE
from medsam.volume import Plane
from tests.fakes import fake_model_info
from tests.phantoms import ct_phantom, grey_picture
from tests.ui.window_support import settle, show_volume, view_of

COUNT = 20


@pytest.fixture
def shown(new_window, maker, monkeypatch):
    """A window with a model that encodes, which found the axial slices 3 and 17 encoded."""
    monkeypatch.setattr(kept_slices, "_SOON_MS", 5)
    monkeypatch.setattr(kept_slices, "_WINDOW_RESTS_MS", 10)
    settings.remember(IDLE, False)

    def prepare(engine):
        engine.models["medsam_zoom"] = fake_model_info("big")
        engine.encoded_before = {(2, 3), (2, 17)}

    maker.prepare = prepare
    window = new_window()
    show_volume(window, ct_phantom())
    return window


def ready(window) -> set[int]:
    strip = window.area.panes[Plane.AXIAL].strip
    return {n for n in range(COUNT) if strip.state(n) is SliceState.READY}


def test_strip_shows_what_was_encoded_before(shown, maker, qtbot):
    qtbot.waitUntil(lambda: {3, 17} <= ready(shown))
    assert {3, 17}.isdisjoint(r.slice.index for r in maker.engine.asked(Encode))


def test_every_plane_is_asked_about_once_the_one_in_use_first(shown, maker, qtbot):
    qtbot.waitUntil(lambda: len(maker.engine.asked(LookUp)) == 3)
    first, *others = maker.engine.asked(LookUp)
    frame = view_of(shown).frame
    assert {k.axis for k in first.slices} == {frame.axis} and first.priority is Priority.VIEW
    assert [k.index for k in first.slices] == list(range(COUNT))
    assert {k.axis for r in others for k in r.slices} == {0, 1}
    assert all(r.priority is Priority.REST for r in others)


def test_window_that_was_looked_through_is_not_asked_about_again(shown, maker, qtbot):
    first = shown.view.window
    qtbot.waitUntil(lambda: len(maker.engine.asked(LookUp)) == 3)
    shown.view.set_window(CT_PRESETS["bone"])
    qtbot.waitUntil(lambda: len(maker.engine.asked(LookUp)) == 6)
    assert {k.window for k in maker.engine.asked(LookUp)[-1].slices} == {CT_PRESETS["bone"]}
    shown.view.set_window(first)
    qtbot.wait(60)
    assert len(maker.engine.asked(LookUp)) == 6


def test_other_model_and_other_image_are_asked_about(shown, maker, qtbot):
    qtbot.waitUntil(lambda: len(maker.engine.asked(LookUp)) == 3)
    maker.engine.emit(ModelLoaded(0, fake_model_info("other", sha256="1" * 64), 0.0))
    qtbot.waitUntil(lambda: len(maker.engine.asked(LookUp)) == 6)
    show_volume(shown, grey_picture())
    qtbot.waitUntil(lambda: len(maker.engine.asked(LookUp)) == 7)
    assert len(maker.engine.asked(LookUp)[-1].slices) == 1


def test_model_that_encodes_nothing_is_not_asked(new_window, maker, qtbot, monkeypatch):
    monkeypatch.setattr(kept_slices, "_SOON_MS", 5)
    window = new_window()
    show_volume(window, ct_phantom())
    settle()
    qtbot.wait(40)
    assert not maker.engine.asked(LookUp)
