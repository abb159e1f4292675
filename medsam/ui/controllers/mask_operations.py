"""The menu Mask: operations on the active label, with a preview before they are applied."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QKeyEvent

from medsam.document import Annotation, Change, Edit, PaintRule
from medsam.document.operations.mask_edits import clear_slice_edit, copy_slice_edit, outcome_edit
from medsam.document.operations.whole_mask import Outcome, Request, run
from medsam.errors import Cancelled
from medsam.ui.action_specs.masks import AT_ONCE, OPERATIONS
from medsam.ui.actions import plain
from medsam.ui.bench import Bench
from medsam.ui.canvas import captions
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.controllers.ink import Ink, Latest, Stop
from medsam.ui.controllers.mask_preview import MaskPreview
from medsam.ui.controllers.overlap import OverlapPreview
from medsam.ui.panels.mask_operation import APPLY_KEYS, MaskOperationCard
from medsam.ui.timers import single_shot
from medsam.volume import Volume

_DEBOUNCE_MS = 120

_ROWS = {
    "mask_smooth": ("method", "size", "scope"),
    "mask_grow": ("size", "scope"),
    "mask_shrink": ("size", "scope"),
    "mask_holes": ("scope", "by_slice"),
    "mask_largest": ("scope",),
    "mask_small": ("least", "scope"),
    "mask_split": ("parts", "scope"),
    "mask_threshold": ("low", "high", "inside", "scope"),
    "mask_between": (),
}
"""What the card asks for each operation."""


@dataclass(frozen=True)
class _Wish:
    """What is computed: the request, and the state of everything it depends on."""

    request: Request
    rule: PaintRule
    annotation: Annotation
    revision: int


class MaskOperations(QObject):
    """Opens the card, keeps its preview up to date, and applies what it shows.

    Everything is computed beside the window. An outcome is applied only to
    the very state of the document it was computed from; where that has
    changed meanwhile, it is computed again.
    """

    def __init__(
        self, bench: Bench, overlap: OverlapPreview, ink: Ink, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._actions, self._views = bench.session, bench.actions, bench.view
        self._overlap, self._area = overlap, bench.area
        self._preview = MaskPreview(bench.session, bench.view, overlap)
        self._ink = ink
        self._latest = Latest(bench.tasks, self)
        self._name = ""
        self._view: SliceView | None = None
        self._result: tuple[_Wish, Outcome] | None = None
        self._applies = False
        self.card = MaskOperationCard(bench.area)
        self._timer = single_shot(self, self._compute, _DEBOUNCE_MS)
        self._connect()
        self._enable()

    def _connect(self) -> None:
        for name in OPERATIONS:
            self._actions.on(name, partial(self.open, name))
        self._actions.on("mask_copy_previous", partial(self.copy, -1))
        self._actions.on("mask_copy_next", partial(self.copy, 1))
        self._actions.on("mask_clear", self.clear_slice)
        self.card.changed.connect(self._ask)
        self.card.applied.connect(self.apply)
        self.card.cancelled.connect(self.close)
        self._session.opened.connect(self._open)
        self._session.changed.connect(self._follow)
        self._session.rule_changed.connect(lambda _: self._ask())
        self._views.slice_changed.connect(lambda view, _: self._slice_changed(view))
        self._views.tool_chosen.connect(lambda _: self._preview.show_again())
        for pane in self._area.panes.values():
            pane.view.installEventFilter(self)

    # --- at once --------------------------------------------------------------

    def copy(self, step: int) -> None:
        """Paint the active label where it lies on the slice before (-1) or after (1) the one in view."""
        view, rule, label = self._views.current, self._session.rule, self._ink.label
        if view.frame is None or label is None:
            return
        axis, index = view.frame.axis, view.index
        text = self.tr("copy slice")

        def make(annotation: Annotation) -> Edit:
            return copy_slice_edit(annotation, axis, index, index + step, label.id, rule, text)

        nothing = self.tr("This slice has all of it already, or the rule keeps it out.")
        self._ink.push(view, make, nothing, paints=label.id)

    def clear_slice(self) -> None:
        """Erase the active label on the slice in view."""
        view = self._views.current
        if view.frame is None:
            return
        axis, index, text = view.frame.axis, view.index, self.tr("clear slice")

        def make(annotation: Annotation) -> Edit:
            return clear_slice_edit(annotation, axis, index, annotation.active_label, text)

        self._ink.push(view, make, self.tr("The active label is not on this slice."))

    # --- the card ---------------------------------------------------------------

    def open(self, name: str) -> None:
        """Ask for the numbers of an operation and show what it would do."""
        annotation, view = self._session.annotation, self._views.current
        if annotation is None or view.frame is None or not self._ink.may_begin(view):
            return
        self._drop()
        self._name, self._view = name, view
        self.card.scope.set_volume_possible(min(annotation.volume.shape) > 1)
        self.card.set_labels(tuple(annotation.labels), annotation.active_label)
        if name == "mask_threshold":
            self.card.choose_inside(annotation.active_label)
            window = view.window
            if window is not None:
                self.card.set_range(window.low, window.high)
        self.card.open(self._title(), _ROWS[name])
        self._show_place()
        self._compute()

    def close(self) -> None:
        """Change nothing."""
        self._drop()
        if self._view is not None:
            self._name, self._view = "", None
            self.card.hide()
            self._views.current.setFocus()

    @property
    def is_open(self) -> bool:
        """Whether an operation is being chosen."""
        return self._view is not None

    def apply(self) -> None:
        """Carry out what the card says: at once if it is computed, else when it has been."""
        wish = self._wish()
        if wish is None:
            return
        if self._result is None or self._result[0] != wish:
            self._applies = True
            self._compute()
            return
        outcome = self._result[1]
        if outcome.changes_nothing:
            return
        title = plain(self._actions[self._name].text()).rstrip("…").lower()
        label_id, view = wish.request.label_id, self._view
        assert view is not None
        self.close()
        self._ink.push(
            view, lambda annotation: outcome_edit(annotation, label_id, outcome, title), paints=label_id
        )

    def _title(self) -> str:
        """The operation, its label and its slice."""
        label = self._ink.label
        assert label is not None and self._view is not None
        name = plain(self._actions[self._name].text()).rstrip("…")
        return self.tr("{0}: {1}").format(name, label.name)

    def _show_place(self) -> None:
        """Name the slice that the card means: the mouse may be over another plane by now."""
        view = self._view
        if view is None or view.volume is None:
            return
        plane = captions.title(view.volume, view.plane)
        self.card.scope.set_place(f"{plane} {view.index + 1}")
        self.card.set_title(f"{self._title()} ({plane})" if self._name == "mask_between" else self._title())

    def _wish(self) -> _Wish | None:
        annotation, view = self._session.annotation, self._view
        if annotation is None or view is None or view.frame is None:
            return None
        said = self.card.numbers()
        kind = said.method if self._name == "mask_smooth" else self._name.removeprefix("mask_")
        asked = _ROWS[self._name]
        in_volume = said.in_volume and "scope" in asked
        request = Request(
            kind,  # type: ignore[arg-type]
            annotation.active_label,
            view.frame.axis,
            # In the volume one outcome serves every slice.
            0 if in_volume or kind == "between" else view.index,
            in_volume=in_volume,
            size_mm=said.size_mm if "size" in asked else 0.0,
            least=said.least,
            by_slice=said.by_slice and in_volume,
            low=said.low,
            high=said.high,
            inside=said.inside,
            parts=said.parts,
        )
        return _Wish(request, self._session.rule, annotation, annotation.revision)

    # --- computing ----------------------------------------------------------------

    def _ask(self) -> None:
        """Compute anew once nothing has changed for a moment."""
        if self.is_open:
            self._applies = False
            self._timer.start()

    def _compute(self) -> None:
        self._timer.stop()
        wish = self._wish()
        if wish is None:
            return
        self.card.set_status(self.tr("Computing…"), can_apply=True)
        volume = wish.annotation.volume
        self._latest.ask(partial(_run, wish, volume), partial(self._take, wish), partial(self._fail, wish))

    def _take(self, wish: _Wish, outcome: Outcome) -> None:
        if wish != self._wish():
            self._compute()
            return
        self._result = (wish, outcome)
        self._preview.show(outcome, wish.request.label_id, wish.rule)
        self._say(outcome, wish.annotation)
        if self._applies:
            self._applies = False
            self.apply()

    def _fail(self, wish: _Wish, error: BaseException) -> None:
        self._applies = False
        if wish != self._wish():
            self._compute()
        elif isinstance(error, Cancelled):
            self.close()
        else:
            self._forget()
            self.card.set_status(self._ink.sentence(error), reason=self._ink.sentence(error))

    def _say(self, outcome: Outcome, annotation: Annotation) -> None:
        if outcome.parts is not None:
            count = int(outcome.parts.max()) - 1
            text = self.tr("Parts that become labels of their own: {0}").format(count)
        elif outcome.changes_nothing:
            nothing = self.tr("This changes nothing here.")
            self.card.set_status(nothing, reason=nothing)
            return
        else:
            size = float(np.prod(annotation.volume.geometry.spacing)) / 1000
            text = self.tr("Gains {0}, loses {1} voxels").format(f"{outcome.gained:,}", f"{outcome.lost:,}")
            if not annotation.volume.is_picture:
                change = (outcome.gained - outcome.lost) * size
                text += "\n" + self.tr("Volume {0} mL").format(f"{change:+.2f}")
            if outcome.taken:
                text += "\n" + self._overlap.words(outcome.taken, self.tr("voxels"))
        self.card.set_status(text, can_apply=True)

    def _drop(self) -> None:
        """Forget the outcome and its preview."""
        self._timer.stop()
        self._latest.drop()
        self._applies = False
        self._forget()

    def _forget(self) -> None:
        """Nothing that is computed fits any more."""
        self._result = None
        if self.is_open:
            self._preview.show(None)

    # --- what happens meanwhile ---------------------------------------------------------

    def _open(self) -> None:
        self.close()
        self._enable()
        volume = self._session.volume
        if volume is not None:
            self._choose_numbers(volume)

    def _choose_numbers(self, volume: Volume) -> None:
        """First numbers that suit the image."""
        spacing = volume.geometry.spacing
        fine = min(spacing)
        step = float(f"{fine / 2:.1g}") if fine < 0.2 else 0.5
        size = max(round(2 * fine / step) * step, step)
        least = float(f"{20 * np.prod(sorted(spacing)[:2]):.1g}")
        self.card.set_units(
            scaled=volume.has_scale,
            size=size,
            step=step,
            least=least,
            unit=volume.unit,
            fine=volume.array.dtype.kind == "f",
        )

    def _follow(self, change: Change) -> None:
        if change.kind in ("labels", "active"):
            self._enable()
        annotation = self._session.annotation
        if not self.is_open or annotation is None or change.kind == "prompts":
            return
        label = self._ink.label
        if label is None or label.locked:
            self.close()
            return
        if change.kind in ("labels", "active"):
            self.card.set_labels(tuple(annotation.labels), annotation.active_label)
            self._show_place()
        if self._result is not None and change.kind != "labels":
            self._forget()
        self._ask()

    def _slice_changed(self, view: SliceView) -> None:
        if not self.is_open:
            return
        self._show_place()
        if view is self._view and (self._result is None or self._result[0] != self._wish()):
            self._forget()
            self._ask()
        else:
            self._preview.show_in(view)

    def _enable(self) -> None:
        """Say which entries can be used, and why not."""
        annotation, label = self._session.annotation, self._ink.label
        reason = ""
        if annotation is None or label is None:
            reason = self.tr("Open an image first.")
        elif label.locked:
            reason = self.tr('"{0}" is locked; unlock it or choose another label.').format(label.name)
        for name in (*OPERATIONS, *AT_ONCE):
            self._actions.set_enabled(name, not reason, reason)
        if reason or annotation is None:
            return
        if annotation.volume.is_rgb:
            colour = self.tr("A colour picture has no single values to compare.")
            self._actions.set_enabled("mask_threshold", False, colour)
        if min(annotation.volume.shape) == 1:
            single = self.tr("This image has only one slice.")
            for name in ("mask_between", "mask_copy_previous", "mask_copy_next"):
                self._actions.set_enabled(name, False, single)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Esc over a picture mean the card while it is open; a drag in progress comes first."""
        if not self.is_open or event.type() not in (QEvent.ShortcutOverride, QEvent.KeyPress):
            return False
        assert isinstance(event, QKeyEvent) and isinstance(watched, SliceView)
        if watched.is_dragging or event.key() not in (*APPLY_KEYS, Qt.Key_Escape):
            return False
        event.accept()
        if event.type() == QEvent.KeyPress:
            if event.key() == Qt.Key_Escape:
                self.close()
            else:
                self.apply()
        return True


def _run(wish: _Wish, volume: Volume, stop: Stop) -> Outcome:
    """Compute in a thread; the label map may change meanwhile, and then the outcome is dropped."""
    return run(
        wish.request,
        volume,
        wish.annotation.label_map,
        wish.annotation.labels,
        wish.rule,
        lambda share: stop(),
    )
