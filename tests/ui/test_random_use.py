"""A user without a plan: random drags, keys and clicks break nothing and undo to nothing."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.document import PaintRule
from medsam.engine.jobs import WorkerLost
from medsam.ui.controllers.candidates import PREVIEW, RELEASE
from tests.fakes import fake_model_info
from tests.phantoms import ct_phantom, oblique_volume, picture_stack
from tests.ui.window_support import drag, hold, place, settle, show_volume

STEPS = 220
KEYS = (
    *(Qt.Key_Up, Qt.Key_Down, Qt.Key_Home, Qt.Key_Escape, Qt.Key_Delete),
    *(Qt.Key_Tab, Qt.Key_Tab, Qt.Key_Return, *range(Qt.Key_1, Qt.Key_6)),
)
LETTERS = (
    *(Qt.Key_A, Qt.Key_B, Qt.Key_C, Qt.Key_F, Qt.Key_M, Qt.Key_N, Qt.Key_P, Qt.Key_P, Qt.Key_R),
    *(Qt.Key_T, Qt.Key_X, Qt.Key_K, Qt.Key_O, Qt.Key_Q, Qt.Key_Y, Qt.Key_J),
)


class Hands:
    """Does random things to a window, the same for the same seed."""

    def __init__(self, window, engine, seed: int) -> None:
        self.window, self.engine, self.random = window, engine, random.Random(seed)
        self.deeds = (
            *[self.drag] * 6,
            *[self.click] * 4,
            *[self.press_key] * 3,
            *[self.undo_or_redo] * 2,
            self.wheel,
            self.double_click,
            *[self.use_labels] * 2,
            self.choose_rule,
            self.jump,
            self.let_engine_work,
            *[self.walk] * 2,
            *[self.say] * 2,
            self.fold,
            self.lose_worker_in_a_drag,
        )

    def do(self) -> None:
        """One thing."""
        self.random.choice(self.deeds)()

    def view(self):
        """A pane that is on show."""
        return self.random.choice([v for v in self.window.view.views if v.isVisible()])

    def point(self, view) -> tuple[float, float]:
        """A shown point, sometimes outside of the picture."""
        h, w = view.frame.shape_hw
        return self.random.uniform(-3, w + 3), self.random.uniform(-3, h + 3)

    def drag(self) -> None:
        """With the tool in use; sometimes answers come while the button is held."""
        view = self.view()
        start, end = self.point(view), self.point(view)
        if self.random.random() < 0.5:
            drag(view, start, end, steps=3)
            return
        hold(view, start, end)
        self.engine.deliver(self.random.choice((1, None)))
        settle()
        QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, *end))

    def click(self) -> None:
        """With either button; twice in a place means something else."""
        view = self.view()
        button = self.random.choice((Qt.LeftButton, Qt.LeftButton, Qt.RightButton))
        QTest.mouseClick(view, button, Qt.NoModifier, place(view, *self.point(view)))
        if self.random.random() < 0.1:
            self.window.actions_["mask_prompt"].trigger()

    def press_key(self) -> None:
        """One that means something."""
        QTest.keyClick(self.window, self.random.choice(LETTERS))
        QTest.keyClick(self.view(), self.random.choice(KEYS))

    def undo_or_redo(self) -> None:
        """If there is anything."""
        self.window.actions_[self.random.choice(("undo", "undo", "redo"))].trigger()

    def wheel(self) -> None:
        """One notch, with or without Ctrl."""
        view = self.view()
        at = QPointF(view.rect().center())
        keys = self.random.choice((Qt.NoModifier, Qt.ControlModifier))
        turn = QPoint(0, self.random.choice((-120, 120)))
        there = QPointF(view.mapToGlobal(at.toPoint()))
        event = QWheelEvent(at, there, QPoint(), turn, Qt.NoButton, keys, Qt.NoScrollPhase, False)
        QApplication.sendEvent(view, event)

    def double_click(self) -> None:
        """One plane large, or all."""
        view = self.view()
        QTest.mouseDClick(view, Qt.LeftButton, Qt.NoModifier, view.rect().center())

    def use_labels(self) -> None:
        """Add, remove, merge, move, fade, lock, hide or pick some."""
        panel, model = self.window.label_panel, self.window.label_panel.model
        row = self.random.randrange(model.rowCount())
        self.random.choice(
            (
                model.add,
                lambda: model.remove(row),
                lambda: panel.opacity.setValue(self.random.randrange(100)),
                panel.toggle_locked,
                panel.toggle_visible,
                panel.cycle_style,
                lambda: model.move([model.label(row).id], self.random.randrange(model.rowCount() + 1)),
                lambda: model.merge([model.label(row).id], model.label(0).id),
                lambda: model.lock_others([model.label(row).id]),
                lambda: model.set_active(row),
            )
        )()

    def choose_rule(self) -> None:
        """What may be painted over; mostly everything."""
        label = self.window.label_panel.model.label(0).id
        rules = (PaintRule(), PaintRule(), PaintRule("background"), PaintRule("label", label))
        self.window.session.set_rule(self.random.choice(rules))

    def jump(self) -> None:
        """To a step somewhere near."""
        stack = self.window.session.undo
        self.window.history_panel.jump(stack.index() + self.random.randrange(-4, 5))

    def let_engine_work(self) -> None:
        """Answers come, or fail, or the worker is lost and comes back."""
        deed = self.random.random()
        if deed < 0.2:
            self.engine.failures.append("There is not enough memory for this slice.")
        elif deed < 0.3:
            self.engine.emit(WorkerLost("The model's process ended and is started again.", True))
            self.engine.load_model("medsam_zoom")
        self.engine.deliver()
        settle()
        QTest.keyClick(self.view(), Qt.Key_Return)

    def walk(self) -> None:
        """Through some slices, each of them painted."""
        view = self.view()
        for _ in range(self.random.randrange(1, 9)):
            view.set_index(view.index + self.random.choice((-1, 1, 1, 3)))
            view.repaint()

    def say(self) -> None:
        """Something over the picture, that stays or passes, or nothing any more."""
        say, number = self.window.presenter, self.random.randrange(6)
        self.random.choice(
            (
                lambda: say.warning(f"Number {number} went wrong.", ("Again", lambda: None)),
                lambda: say.passing.emit(f"News {number}."),
                self.window.banners.clear_messages,
            )
        )()

    def fold(self) -> None:
        """The messages, or open them."""
        if self.window.floating.fold.isVisible():
            QTest.mouseClick(self.window.floating.fold, Qt.LeftButton)

    def lose_worker_in_a_drag(self) -> None:
        """The button is let go of afterwards, elsewhere."""
        view = self.view()
        hold(view, self.point(view), self.point(view))
        self.engine.emit(WorkerLost("The model's process ended and is started again.", True))
        settle()
        self.engine.load_model("medsam_zoom")
        self.engine.deliver(self.random.choice((1, None)))
        QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, *self.point(view)))


@pytest.mark.parametrize(
    ("seed", "make", "kind", "mode"),
    [
        (1, ct_phantom, "zoom", RELEASE),
        (4, oblique_volume, "embedding", PREVIEW),
        (3, picture_stack, "embedding", RELEASE),
    ],
)
def test_random_use_breaks_nothing_and_undoes_to_nothing(new_window, maker, seed, make, kind, mode):
    def prepare(engine):
        takes = frozenset({"box", "points", "mask"})
        engine.models["medsam_zoom"] = fake_model_info("any", kind=kind, prompts=takes)
        engine.offers = 3

    maker.mode, maker.prepare = "told", prepare
    window = new_window()
    window.segmentation.candidates.set_mode(mode)
    said: list[str] = []
    window.presenter.message.connect(lambda kind, text, action: said.append(text))
    show_volume(window, make())
    hands = Hands(window, maker.engine, seed)
    # A jump back and a step from there cut off what was done: the last count tells little.
    most = 0
    for _ in range(STEPS):
        hands.do()
        settle()
        most = max(most, window.session.undo.count())
    maker.engine.deliver()
    settle()

    assert not [text for text in said if "inside the program" in text]
    annotation, stack = window.session.annotation, window.session.undo
    assert most > 5 and stack.count(), "the hands did something"
    index, painted, boxes = stack.index(), annotation.label_map.copy(), set(annotation.prompts)
    stack.jump(0)
    assert not annotation.label_map.any() and not annotation.prompts and len(annotation.labels) == 1
    stack.jump(index)
    np.testing.assert_array_equal(annotation.label_map, painted)
    assert set(annotation.prompts) == boxes
