"""Measurements that follow the document: computed beside the window, copied, saved, shown on the slices."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QApplication, QFileDialog

from medsam.document import Annotation, Change, Compound, Edit, SetRuler
from medsam.document.live_statistics import LiveStatistics
from medsam.document.measure_table import Row, as_csv, as_text, table_of
from medsam.document.statistics import LabelStatistics, measured_axis
from medsam.errors import Cancelled, WriteError
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.canvas.ruler_layer import Axes
from medsam.ui.controllers.rulers import RulerController
from medsam.ui.data_words import file_filters
from medsam.ui.panels.measure import MeasurePanel
from medsam.ui.timers import single_shot

REST_MS = 200
"""So long the document must rest before its figures are measured again."""

_HERE_MS = 40
_YIELD_S = 0.0005
"""So long the work rests at each check, for the window's thread to take Python's lock."""


class MeasureController(QObject):
    """Keeps the tab of measurements up to date while somebody looks at it."""

    def __init__(self, bench: Bench, rulers: RulerController, panel: MeasurePanel) -> None:
        super().__init__(bench.window)
        self._session, self._actions, self._view = bench.session, bench.actions, bench.view
        self._tasks, self._presenter, self._window = bench.tasks, bench.presenter, bench.window
        self._rulers, self._panel = rulers, panel
        self._live: LiveStatistics | None = None
        self._task: Task | None = None
        self._waiting: list[Callable[[], None]] = []
        self._rest = single_shot(self, self._measure, REST_MS)
        self._look = single_shot(self, self._count_here, _HERE_MS)
        bench.session.opened.connect(self._open)
        bench.session.changed.connect(self._follow)
        bench.view.slice_changed.connect(lambda *_: self._look.start())
        self._connect_panel()
        bench.actions.on("save_measurements", self.save)
        self._open()

    def _connect_panel(self) -> None:
        panel = self._panel
        panel.shown.connect(lambda on: self._ask() if on else None)
        panel.diameters_wanted.connect(self.show_diameters)
        panel.rulers_wanted.connect(self.keep_diameters)
        panel.ruler_wanted.connect(self._rulers.go_to)
        panel.ruler_unwanted.connect(self._rulers.remove)
        panel.copy_wanted.connect(self.copy)
        panel.save_wanted.connect(self.save)
        panel.surface_wanted.connect(self._want_surface)
        panel.plane_chosen.connect(self._change_plane)
        panel.columns_chosen.connect(self._look.start)
        self._rulers.layer.selection_changed.connect(panel.select_ruler)

    # --- measuring --------------------------------------------------------

    @property
    def results(self) -> dict[int, LabelStatistics]:
        """Figures by label, as they are known."""
        return self._live.results if self._live is not None else {}

    @property
    def is_current(self) -> bool:
        """Whether the figures are those of the document as it is now."""
        return self._live is not None and self._live.is_current

    def when_current(self, then: Callable[[], None]) -> None:
        """Call ``then`` once the figures are those of the document; at once if they are."""
        if self._live is None:
            return
        if self.is_current:
            then()
        else:
            self._waiting.append(then)
            self._rest.stop()
            self._measure()

    def _open(self) -> None:
        self._drop_task()
        self._rest.stop()
        self._waiting.clear()
        annotation = self._session.annotation
        self._live = None
        if annotation is not None:
            axis = measured_axis(annotation.volume, self._panel.plane)
            self._live = LiveStatistics(annotation, axis, surface=self._panel.wants_surface)
        self._panel.model.set_annotation(annotation)
        self._panel.rulers.follow(annotation)
        self._panel.show_rulers()
        if annotation is not None:
            self._panel.select_label(annotation.active_label)
        self._actions.set_enabled(
            "save_measurements", annotation is not None, self.tr("Open an image first.")
        )
        self._ask()

    def _follow(self, change: Change) -> None:
        if self._live is None:
            return
        if change.kind == "voxels":
            self._live.note(change.region)
            self._drop_task()
            self._ask()
        elif change.kind == "labels":
            self._panel.show_labels()
            self._refresh_axes()
        elif change.kind == "active" and self._session.annotation is not None:
            self._panel.select_label(self._session.annotation.active_label)
        elif change.kind == "rulers":
            self._panel.rulers.follow(self._session.annotation)
            self._panel.show_rulers()
            self._panel.select_ruler(self._rulers.layer.selected)

    def _ask(self) -> None:
        """Measure soon, if somebody wants to know."""
        wanted = self._panel.isVisible() or self._rulers.layer.axes is not None or bool(self._waiting)
        if self._live is None or self._live.is_current or not wanted:
            return
        self._panel.set_state(self.tr("Measuring…"))
        self._rest.start(0 if self._waiting else REST_MS)

    def _measure(self) -> None:
        live = self._live
        if live is None or live.is_current or self._task is not None:
            return
        plan = live.plan()

        def work(task: Task) -> dict[int, LabelStatistics]:
            def check() -> None:
                if task.is_cancelled():
                    raise Cancelled("The document has changed.")
                time.sleep(_YIELD_S)

            return plan.run(check)

        def done(results: dict[int, LabelStatistics]) -> None:
            self._task = None
            if live is self._live and live.accept(plan, results):
                self._show()
            else:
                self._ask()

        def failed(error: BaseException) -> None:
            self._task = None
            self._waiting.clear()
            self._panel.set_state("")
            self._presenter.error(error)

        # Without a title no row of progress appears: nobody waits for it.
        self._task = self._tasks.start("", work, done, failed)

    def _drop_task(self) -> None:
        if self._task is not None:
            task, self._task = self._task, None
            task.cancel()

    def _show(self) -> None:
        self._panel.set_state("")
        self._panel.model.set_results(self.results)
        self._refresh_axes()
        self._look.start()
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    def _want_surface(self) -> None:
        if self._live is not None:
            self._live.measure_surface()
            self._drop_task()
            self._ask()

    def _change_plane(self) -> None:
        volume = self._session.volume
        if self._live is not None and volume is not None:
            self._live.measure_across(measured_axis(volume, self._panel.plane))
            self._drop_task()
            self._ask()

    def _count_here(self) -> None:
        """Pixels of every label in the slice on show."""
        annotation, view = self._session.annotation, self._view.current
        if annotation is None or view.frame is None or not self._panel.isVisible():
            return
        labels = annotation.slice_labels(view.frame.axis, view.index)
        if annotation.volume.shape[view.frame.axis] == 1:
            # The whole label lies here, and its statistics say so already.
            return
        counts = np.bincount(labels.ravel(order="K"))
        found = {int(n): int(counts[n]) for n in np.flatnonzero(counts) if n}
        self._panel.model.set_here(view.frame.axis, found)

    # --- diameters --------------------------------------------------------

    def show_diameters(self, label_id: int) -> None:
        """Go to the slice of a label's largest diameters and draw them there; the second time, hide them."""
        axes = self._axes_of(label_id)
        if axes is None:
            return
        there, layer = axes.diameters, self._rulers.layer
        view = self._view.view_of_axis(there.axis)
        if layer.axes == axes and view is not None and view.isVisible() and view.index == there.index:
            layer.set_axes(None)
        else:
            self._rulers.show_slice(there.axis, there.index)
            layer.set_axes(axes)

    def keep_diameters(self, label_id: int) -> None:
        """Add a label's largest diameters to the document as two rulers, one step."""
        annotation, axes = self._session.annotation, self._axes_of(label_id)
        if annotation is None or axes is None:
            return
        # The rulers take their place.
        self._rulers.layer.set_axes(None)
        self._rulers.show_slice(axes.diameters.axis, axes.diameters.index)
        view = self._view.view_of_axis(axes.diameters.axis)
        if view is None or view.frame is None:
            return
        number, edits = annotation.next_ruler_id(), list[Edit]()
        for n, line in enumerate((axes.diameters.long, axes.diameters.short), start=number):
            ends = tuple(view.frame.from_voxel(end)[:2] for end in (line.start, line.end))
            edits.append(SetRuler(n, self._rulers.layer.stored(view, ends, n)))
        self._session.push(Compound(tuple(edits), self.tr("largest diameters")))

    def _axes_of(self, label_id: int) -> Axes | None:
        annotation, found = self._session.annotation, self.results.get(label_id)
        if annotation is None or found is None or label_id not in annotation.labels:
            return None
        return Axes(label_id, annotation.labels.get(label_id).color, found.diameters)

    def _refresh_axes(self) -> None:
        """The lines on show follow their label."""
        axes = self._rulers.layer.axes
        if axes is not None:
            self._rulers.layer.set_axes(self._axes_of(axes.label_id))

    # --- copy and save ----------------------------------------------------

    def copy(self, selected: bool = False) -> None:
        """Put the columns on show into the clipboard: of the selected rows, or of all and the rulers."""
        self.when_current(lambda: self._copy(selected))

    def _copy(self, selected: bool) -> None:
        annotation = self._session.annotation
        if annotation is None:
            return
        chosen = self._panel.selected_labels() if selected else []
        rows = self._rows(annotation)
        if chosen:
            rows = [row for row in rows if row["kind"] == "label" and row["number"] in chosen]
        wanted = [name for column in self._panel.model.shown_columns for name in column.fields]
        if not chosen and annotation.rulers:
            wanted += ["plane", "slice_index", *(n for n in rows[0] if n.startswith(("length_", "angle_")))]
        keys = [key for key in rows[0] if key in ("kind", "number", "name", *wanted)]
        QApplication.clipboard().setText(as_text([{k: row[k] for k in keys} for row in rows], delimiter="\t"))
        text = self.tr("{0} rows are in the clipboard; paste them into a spreadsheet.")
        self._presenter.news(text.format(len(rows)))

    def _rows(self, annotation: Annotation) -> list[Row]:
        source = self._session.source
        image = source.name if source is not None else annotation.volume.name
        return table_of(annotation, self.results, image, surface=self._panel.wants_surface)

    def save(self) -> None:
        """Ask where to, and write all figures."""
        if self._session.annotation is None:
            return
        source = self._session.source
        folder = source.parent if source is not None else Path.home()
        stem = (source.name if source is not None else self._session.title).split(".")[0]
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Save the measurements"),
            str(folder / f"{stem}_measurements.csv"),
            file_filters("CSV (*.csv)"),
        )
        if name:
            path = Path(name)
            self.save_to(path if path.suffix else path.with_suffix(".csv"))

    def save_to(self, path: Path) -> None:
        """Write all figures to a CSV file, once they are those of the document."""
        self.when_current(lambda: self._write(path))

    def _write(self, path: Path) -> None:
        annotation = self._session.annotation
        if annotation is None:
            return
        data = as_csv(self._rows(annotation))
        differs = self.tr("{0} read back differently. Save it again, on another disk.").format(path.name)

        def verify(written: Path) -> None:
            if written.read_bytes() != data:
                raise WriteError(differs)

        def work(_: Task) -> Path:
            from medsam.io.atomic import write_atomically

            return write_atomically(path, path.suffix, lambda there: _put(there, data), verify)

        def done(written: Path) -> None:
            self._presenter.news(self.tr("Saved the measurements: {0}").format(written.name))

        again = (self.tr("Save as…"), self.save)
        self._tasks.start(
            self.tr("Saving {0}").format(path.name),
            work,
            done,
            lambda error: self._presenter.error(error, again),
            cancellable=False,
        )


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)
