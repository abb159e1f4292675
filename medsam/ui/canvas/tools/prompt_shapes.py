"""The prompts that the box tool and the points tool show and change: one store for both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QImage

from medsam.prompts import Box, Points

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class ShownPrompt:
    """One prompt of a slice, in the shown frame.

    Attributes:
        id: The caller's number for it.
        color: Of its label.
        box, points: What was pointed at; None for what was not.
        extent: The box around a previous mask that is part of the prompt.
    """

    id: int
    color: Colour
    box: Box | None = None
    points: Points | None = None
    extent: Box | None = None

    @property
    def outline(self) -> Box | None:
        """What a click on the prompt must hit, besides its points."""
        return self.box or self.extent


@dataclass(frozen=True)
class Shade:
    """A picture laid over part of the slice: where candidates disagree.

    Attributes:
        image: Premultiplied, one pixel a pixel of the shown picture.
        place: What it covers.
    """

    image: QImage
    place: Box


class PromptShapes(QObject):
    """What is on show in every view, and which prompt is selected there.

    A prompt is *held* once the user has clicked on it: then its body may be
    dragged. One that is selected because it was just drawn is not, so that
    the next box may begin inside of it.

    Attributes:
        color: Of what is being drawn: the active label's.
        escape: Called on Esc before a selection is given up; True uses the key up.

    Signals:
        changed(view): Prompts or selection of a view.
        selection_changed(view, id or None): By a click or a key, not by ``show``.
    """

    changed = pyqtSignal(object)
    selection_changed = pyqtSignal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prompts: WeakKeyDictionary[SliceView, tuple[ShownPrompt, ...]] = WeakKeyDictionary()
        self._selected: WeakKeyDictionary[SliceView, int] = WeakKeyDictionary()
        self._held: WeakKeyDictionary[SliceView, int] = WeakKeyDictionary()
        self._shades: WeakKeyDictionary[SliceView, Shade] = WeakKeyDictionary()
        self.color: Colour = (86, 180, 233)
        self.escape: Callable[[], bool] = lambda: False

    def show(self, view: SliceView, prompts: Iterable[ShownPrompt], selected: int | None = None) -> None:
        """The prompts of the view's present slice, and the selected one of them."""
        self._prompts[view] = tuple(prompts)
        self._put_selected(view, selected)
        view.update()
        self.changed.emit(view)

    def replace(self, view: SliceView, prompt: ShownPrompt) -> None:
        """Show one prompt otherwise until the caller shows all again."""
        shown = self._prompts.get(view, ())
        self._prompts[view] = tuple(prompt if p.id == prompt.id else p for p in shown)
        view.update()

    def of(self, view: SliceView) -> tuple[ShownPrompt, ...]:
        """What ``show`` said last."""
        return self._prompts.get(view, ())

    def find(self, view: SliceView, prompt_id: int | None) -> ShownPrompt | None:
        """A prompt of the view by its number."""
        return next((p for p in self.of(view) if p.id == prompt_id), None)

    def selected(self, view: SliceView) -> int | None:
        """The selected prompt of a view."""
        return self._selected.get(view)

    def is_held(self, view: SliceView) -> bool:
        """Whether the selected prompt was clicked on."""
        return view in self._held and self._held[view] == self._selected.get(view)

    def select(self, view: SliceView, prompt_id: int | None, *, hold: bool = False) -> None:
        """Select a prompt of the view, or none, and say so."""
        before = self.selected(view)
        if hold and prompt_id is not None:
            self._held[view] = prompt_id
            view.update()
        if prompt_id != before:
            self._put_selected(view, prompt_id)
            view.update()
            self.changed.emit(view)
            self.selection_changed.emit(view, self.selected(view))

    def under(self, view: SliceView, x: float, y: float) -> int | None:
        """The smallest prompt whose box or previous mask holds a shown point."""
        boxes = [(p.outline, p.id) for p in self.of(view) if p.outline is not None]
        hit = [
            (box.width * box.height, number)
            for box, number in boxes
            if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
        ]
        return min(hit)[1] if hit else None

    def shade(self, view: SliceView, shade: Shade | None) -> None:
        """Lay a picture over the slice of a view, or take it away."""
        if shade is None:
            if self._shades.pop(view, None) is not None:
                view.update()
        else:
            self._shades[view] = shade
            view.update()

    def shade_of(self, view: SliceView) -> Shade | None:
        """What ``shade`` said last."""
        return self._shades.get(view)

    def _put_selected(self, view: SliceView, prompt_id: int | None) -> None:
        if prompt_id is not None and self.find(view, prompt_id) is not None:
            self._selected[view] = prompt_id
        else:
            self._selected.pop(view, None)
