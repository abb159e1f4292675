"""What the hand tools share: whom they may paint, what they show first, and how it becomes a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, pyqtSignal

from medsam.document import Annotation, ChangeLabel, Compound, Edit, Label, SetVoxels, allowed
from medsam.errors import Cancelled, InputError, MedSAMError
from medsam.ui.background import Task, TaskRunner
from medsam.ui.bench import Bench
from medsam.ui.canvas.beside_mouse import say_beside_mouse
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.controllers.overlap import OverlapPreview
from medsam.volume import stored_slice

Mask = npt.NDArray[np.bool_]
Stop = Callable[[], None]
"""Called by work in a thread now and then; raises ``Cancelled`` when nobody wants it any more."""


class Ink(QObject):
    """The way of a mask from a tool to the screen and into the document.

    Signals:
        explained(text): Why nothing was done, as it stands beside the mouse.
    """

    explained = pyqtSignal(str)

    def __init__(self, bench: Bench, overlap: OverlapPreview, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._overlap, self._presenter = bench.session, overlap, bench.presenter
        self._overlay = bench.actions["overlay"]
        self._refusal = ""
        bench.session.opened.connect(self._withdraw)

    @property
    def label(self) -> Label | None:
        """The active label."""
        annotation = self._session.annotation
        return annotation.labels.get(annotation.active_label) if annotation is not None else None

    def may_begin(self, view: SliceView) -> bool:
        """Whether the active label may be changed; says why not.

        Shows the masks if so: what is drawn must be seen.
        """
        label = self.label
        if label is None:
            return False
        self._withdraw()
        if label.locked:
            self._refusal = self._presenter.refuse_locked(label.id, label.name)
            return False
        self._overlay.setChecked(True)
        return True

    def show(
        self, view: SliceView, mask: Mask | None, *, erases: int = 0, draft: bool = False
    ) -> Mask | None:
        """Show what a mask would do on the present slice of a view, as rule and locks allow it.

        Args:
            view: Where.
            mask: Stored picture (H, W); None shows nothing any more.
            erases: Takes this label off instead of painting the active one.
            draft: A better one will follow.

        Returns:
            The pixels that would change or be covered.
        """
        annotation, frame, label = self._session.annotation, view.frame, self.label
        if mask is None or annotation is None or frame is None or label is None:
            view.set_preview(None)
            self._overlap.clear(view)
            return None
        now = annotation.slice_labels(frame.axis, view.index)
        raw = stored_slice(annotation.volume.array, frame.axis, view.index)
        if erases:
            seen = mask & (now == erases)
            seen &= allowed(self._session.rule, now, raw, annotation.labels, 0)
            view.set_preview(None)
            self._overlap.show(view, seen, 0)
            return seen
        seen = mask & allowed(self._session.rule, now, raw, annotation.labels, label.id)
        view.set_preview(seen, label.id, draft)
        self._overlap.show(view, seen, label.id)
        return seen

    def push(
        self, view: SliceView, make: Callable[[Annotation], Edit], nothing: str = "", *, paints: int = 0
    ) -> bool:
        """Carry an edit out as one step; whether it changed anything.

        Args:
            view: Where it was asked for.
            make: Builds the edit; a refusal is shown.
            nothing: Why it would change no voxel, to say if so. No step is
                made then; "" for an edit that is known to change some.
            paints: A label that gains voxels: hidden, it is shown again.
        """
        annotation = self._session.annotation
        if annotation is None:
            return False
        self._withdraw()
        try:
            edit = make(annotation)
            if nothing and not changes_anything(annotation, edit):
                self.explain(view, nothing)
                return False
            label = annotation.labels.get(paints) if paints else None
            if label is not None and not label.visible:
                edit = Compound((ChangeLabel(replace(label, visible=True), edit.text), edit), edit.text)
            self._session.push(edit)
        except MedSAMError as error:
            self.refuse(view, error)
            return False
        return True

    def refuse(self, view: SliceView, error: BaseException) -> None:
        """Show why something was not done: what the user can mend beside the mouse, the rest above."""
        self._withdraw()
        if isinstance(error, InputError):
            self.explain(view, self.sentence(error))
        else:
            self._refusal = self._presenter.error(error)

    def explain(self, view: SliceView, text: str) -> None:
        """Say beside the mouse why nothing was done."""
        say_beside_mouse(view, text)
        self.explained.emit(text)

    def sentence(self, error: BaseException) -> str:
        """What to say about a failure."""
        return self._presenter.sentence(error)

    def _withdraw(self) -> None:
        """Take back what was said about the try before."""
        self._presenter.withdraw(self._refusal)
        self._refusal = ""


class Latest(QObject):
    """Runs work beside the window, one at a time; only the newest wish counts.

    What is asked while other work runs waits; the running work is told to
    stop and its result is dropped.
    """

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._number = 0
        self._running: int | None = None
        self._waiting: tuple[Any, ...] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a result is still to come."""
        return self._waiting is not None or (self._running is not None and self._running == self._number)

    def ask(
        self,
        work: Callable[[Stop], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], object],
        title: str = "",
    ) -> None:
        """Run ``work`` and hand its result to ``done``, unless something newer is asked before.

        Args:
            work: Gets a function to call now and then; it raises when the
                work is not wanted any more.
            done, failed: Called in the window's thread; ``failed`` with ``Cancelled`` if the user stopped it.
            title: For a row with a bar and a way to stop it; "" shows none.
        """
        self._number += 1
        self._waiting = (work, done, failed, title)
        if self._running is None:
            self._start()

    def drop(self) -> None:
        """Want no result any more."""
        self._number += 1
        self._waiting = None

    def _start(self) -> None:
        if self._waiting is None:
            return
        (work, done, failed, title), self._waiting = self._waiting, None
        number = self._running = self._number

        def run(task: Task) -> Any:
            def stop() -> None:
                if task.is_cancelled() or number != self._number:
                    raise Cancelled

            return work(stop)

        def stopped() -> None:
            if task.is_cancelled():
                # By the user, or because the program ends: nothing that waits may begin now.
                self._waiting = None
            self._end(number, failed, Cancelled())

        task = self._tasks.start(
            title,
            run,
            lambda result: self._end(number, done, result),
            lambda error: self._end(number, failed, error),
            on_stopped=stopped,
        )

    def _end(self, number: int, tell: Callable[[Any], object], value: Any) -> None:
        self._running = None
        if number == self._number:
            tell(value)
        if self._running is None:
            self._start()


def changes_anything(annotation: Annotation, edit: Edit) -> bool:
    """Whether an edit differs from what there is; edits of other things than voxels always do."""
    if isinstance(edit, Compound):
        return any(changes_anything(annotation, part) for part in edit.edits)
    if isinstance(edit, SetVoxels):
        return not np.array_equal(annotation.label_map[edit.region], edit.values)
    return True


def pixel_at(view: SliceView, x: float, y: float) -> tuple[int, int]:
    """Row and column of the stored picture under a shown point."""
    assert view.frame is not None
    h, w = view.frame.shape_hw
    # The middle of the pixel: mirrored, it is the same pixel's.
    middle = (min(max(int(x), 0), w - 1) + 0.5, min(max(int(y), 0), h - 1) + 0.5)
    stored_x, stored_y = view.frame.point_to_stored(*middle)
    return int(stored_y), int(stored_x)
