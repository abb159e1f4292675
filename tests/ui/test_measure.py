"""The tab of measurements: live figures, jumps, clipboard, CSV, rulers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QFileDialog

from medsam.document import (
    AddLabel,
    Annotation,
    ChangeLabel,
    Label,
    LabelTable,
    SetRuler,
    SetVoxels,
    paint_edit,
)
from medsam.document.live_statistics import Plan
from medsam.document.statistics import measure_label
from medsam.errors import InputError
from medsam.intensity import default_window
from medsam.ui.main_window import MainWindow
from medsam.volume import Plane, Volume, picture_affine
from tests.ui.window_support import drag, settle, view_of

SHAPE = (40, 30, 12)


def document() -> Annotation:
    array = np.random.default_rng(0).integers(-100, 100, SHAPE).astype(np.int16)
    volume = Volume(array, np.diag([-0.5, -1.0, 2.0, 1.0]), modality="CT", name="scan")
    labels = np.zeros(SHAPE, np.uint16)
    labels[5:15, 5:10, 3:6] = 1
    labels[8:9, 12:28, 8:9] = 2
    table = LabelTable(
        (
            Label(1, "Liver", (230, 159, 0)),
            Label(2, "Vessel", (86, 180, 233)),
            Label(3, "None", (0, 158, 115)),
        )
    )
    return Annotation(volume, labels, table)


@pytest.fixture
def bench(window: MainWindow) -> MainWindow:
    annotation = document()
    window.session.open(annotation, None, default_window(annotation.volume))
    window.workplace.show_tab("measure")
    current(window)
    return window


def until(condition: Callable[[], bool]) -> None:
    """Wait for a task's thread."""
    for _ in range(500):
        if condition():
            return
        QTest.qWait(10)
    raise AssertionError("it did not come to pass")


def current(window: MainWindow) -> None:
    until(lambda: window.measure.is_current)


def cell(window: MainWindow, name: str, key: str) -> str:
    model = window.measure_panel.model
    row = [model.label(n).name for n in range(model.rowCount())].index(name)
    column = [c.key for c in model.shown_columns].index(key)
    return model.index(row, column).data()


def details(window: MainWindow) -> dict[str, str]:
    model = window.measure_panel.details
    return {model.column(n).key: model.index(n, 1).data() for n in range(model.rowCount())}


class TestFigures:
    def test_they_are_those_of_the_document(self, bench: MainWindow) -> None:
        annotation = bench.session.annotation
        found = measure_label(annotation.volume, annotation.label_map, 1)
        assert cell(bench, "Liver", "size") == "0.150"
        assert cell(bench, "Liver", "long") == f"{found.diameters.long.length:.2f}"
        assert cell(bench, "None", "size") == "–"
        values = found.values[0]
        assert cell(bench, "Liver", "mean") == f"{values.mean:.2f} ± {values.sd:.2f}"

    def test_they_follow_strokes_and_undo(self, bench: MainWindow) -> None:
        session = bench.session
        mask = np.zeros((30, 40), bool)
        mask[0:3, 0:4] = True
        session.push(paint_edit(session.annotation, 2, 0, mask, 3))
        assert not bench.measure.is_current
        current(bench)
        assert bench.measure.results[3].voxels == 12
        assert cell(bench, "None", "size") == "0.0120"
        session.undo.undo()
        current(bench)
        assert 3 not in bench.measure.results

    def test_work_under_which_the_document_changes_is_dropped(
        self, bench: MainWindow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, runs = Plan.run, []

        def slow(self, check=lambda: None):
            runs.append(self.serial)
            result = real(self, check)
            if len(runs) == 1:
                bench.session.annotation._map[0, 0, 0] = 0
                while True:
                    check()
            return result

        monkeypatch.setattr(Plan, "run", slow)
        one = (slice(0, 1), slice(0, 1), slice(0, 1))
        bench.session.push(SetVoxels(one, np.full((1, 1, 1), 3, np.uint16)))
        until(lambda: len(runs) == 1)
        bench.session.push(SetVoxels(one, np.full((1, 1, 1), 2, np.uint16)))
        current(bench)
        assert len(runs) == 2
        assert bench.measure.results[2].voxels == 17
        assert 3 not in bench.measure.results

    def test_one_row_is_selected_though_control_is_held(self, bench: MainWindow) -> None:
        assert bench.measure_panel.selected_labels() == [1]
        # Held as in Ctrl+Enter, which opens another case; events of the window system keep note of it.
        QTest.keyPress(bench.windowHandle(), Qt.Key_Control, Qt.ControlModifier)
        bench.measure_panel.select_label(2)
        QTest.keyRelease(bench.windowHandle(), Qt.Key_Control, Qt.NoModifier)
        assert bench.measure_panel.selected_labels() == [2]

    def test_nothing_is_measured_while_nobody_looks(self, bench: MainWindow) -> None:
        bench.workplace.show_tab("labels")
        one = (slice(0, 1), slice(0, 1), slice(0, 1))
        bench.session.push(SetVoxels(one, np.full((1, 1, 1), 3, np.uint16)))
        QTest.qWait(350)
        assert not bench.measure.is_current
        bench.workplace.show_tab("measure")
        current(bench)
        assert bench.measure.results[3].voxels == 1

    def test_a_failure_is_one_sentence_and_the_next_change_tries_again(
        self, bench: MainWindow, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Plan, "run", lambda *_: (_ for _ in ()).throw(InputError("Not today.")))
            bench.measure.results.clear()
            one = (slice(0, 1), slice(0, 1), slice(0, 1))
            bench.session.push(SetVoxels(one, np.full((1, 1, 1), 3, np.uint16)))
            until(lambda: "Not today." in bench.banners.texts)
        bench.session.push(SetVoxels(one, np.full((1, 1, 1), 2, np.uint16)))
        current(bench)

    def test_the_area_follows_the_slice_on_show(self, bench: MainWindow) -> None:
        bench.measure_panel.choose_columns(["size", "here"])
        view = view_of(bench)
        view.set_index(4)
        until(lambda: cell(bench, "Liver", "here") == "25.00")
        view.set_index(8)
        until(lambda: cell(bench, "Liver", "here") == "–")
        assert cell(bench, "Vessel", "here") == "8.00"

    def test_hidden_labels_are_grey_and_new_ones_appear(self, bench: MainWindow) -> None:
        model, session = bench.measure_panel.model, bench.session
        assert model.index(0, 0).data(Qt.ForegroundRole) is None
        session.push(ChangeLabel(replace(session.annotation.labels.get(1), visible=False)))
        assert model.index(0, 0).data(Qt.ForegroundRole).name() == bench.theme.colours.disabled
        assert model.headerData(0, Qt.Vertical, Qt.ForegroundRole) is not None
        session.push(AddLabel(Label(9, "Late", (1, 2, 3))))
        assert cell(bench, "Late", "size") == "–"

    def test_details_follow_the_active_label(self, bench: MainWindow) -> None:
        bench.session.annotation.set_active_label(2)
        assert bench.measure_panel.detail_heading.text() == "Vessel"
        assert details(bench)["voxels"] == "16"
        assert details(bench)["best"] == "9"
        bench.measure_panel.table.selectRow(0)
        assert details(bench)["islands"] == "1"

    def test_columns_are_remembered(self, bench: MainWindow, new_window) -> None:
        panel = bench.measure_panel
        menu = panel.columns_menu
        menu.popup(bench.mapToGlobal(bench.rect().center()))
        for title in ("Islands", "Voxels"):
            action = next(a for a in menu.actions() if a.text() == title)
            QTest.mouseClick(menu, Qt.LeftButton, Qt.NoModifier, menu.actionGeometry(action).center())
        assert menu.isVisible()
        menu.close()
        assert "voxels" in panel.model.chosen
        assert "islands" in [c.key for c in panel.model.shown_columns]
        assert "islands" in new_window().measure_panel.model.chosen

    def test_surfaces_are_measured_once_their_column_is_shown(self, bench: MainWindow) -> None:
        assert bench.measure.results[1].surface_mm2 is None
        bench.measure_panel.choose_columns(["size", "surface"])
        current(bench)
        assert bench.measure.results[1].surface_mm2 > 0
        assert cell(bench, "Liver", "surface") != "–"

    def test_pictures_and_colours(self, window: MainWindow) -> None:
        array = np.random.default_rng(0).integers(0, 255, (30, 20, 1, 3), dtype=np.uint8)
        picture = Volume(array, picture_affine(), is_picture=True)
        labels = np.zeros((30, 20, 1), np.uint16)
        labels[3:9, 4:8] = 1
        window.session.open(Annotation(picture, labels), None, None)
        window.workplace.show_tab("measure")
        current(window)
        shown = {c.key: c.title for c in window.measure_panel.model.shown_columns}
        assert shown["size"] == "Area (px)"
        assert set(shown) == {"size", "mean_red", "mean_green", "mean_blue", "long", "short"}
        assert cell(window, window.session.annotation.labels.get(1).name, "size") == "24.00"

    def test_another_image_starts_over(self, bench: MainWindow) -> None:
        bench.session.open(None)
        assert bench.measure_panel.model.rowCount() == 0
        assert not bench.actions_["save_measurements"].isEnabled()


class TestDiameters:
    def test_a_click_leads_to_the_slice_and_draws_both(self, bench: MainWindow) -> None:
        table, model = bench.measure_panel.table, bench.measure_panel.model
        column = [c.key for c in model.shown_columns].index("long")
        table.scrollTo(model.index(1, column))
        at = table.visualRect(model.index(1, column)).center()
        QTest.mouseClick(table.viewport(), Qt.LeftButton, Qt.NoModifier, at)
        assert view_of(bench).index == 8
        axes = bench.rulers.layer.axes
        assert axes.label_id == 2
        assert axes.diameters.long.length == pytest.approx(np.hypot(16.0, 0.5))
        QTest.mouseClick(table.viewport(), Qt.LeftButton, Qt.NoModifier, at)
        assert bench.rulers.layer.axes is None

    def test_they_follow_the_label_and_go_with_it(self, bench: MainWindow) -> None:
        bench.measure.show_diameters(2)
        bench.workplace.show_tab("labels")
        part = (slice(8, 9), slice(12, 22), slice(8, 9))
        bench.session.push(SetVoxels(part, np.zeros((1, 10, 1), np.uint16)))
        until(lambda: bench.rulers.layer.axes.diameters.long.length < 7)
        rest = (slice(8, 9), slice(22, 28), slice(8, 9))
        bench.session.push(SetVoxels(rest, np.zeros((1, 6, 1), np.uint16)))
        until(lambda: bench.rulers.layer.axes is None)

    def test_they_are_looked_for_in_the_plane_that_is_chosen(self, bench: MainWindow, new_window) -> None:
        panel = bench.measure_panel
        panel._fill_columns()
        next(a for a in panel.columns_menu.actions() if a.text() == "Sagittal").trigger()
        current(bench)
        found = bench.measure.results[1]
        assert (found.diameters.axis, found.slices) == (0, 10)
        assert found.diameters.long.length == pytest.approx(np.hypot(5.0, 6.0))
        bench.measure.show_diameters(1)
        assert view_of(bench, Plane.SAGITTAL).index == found.diameters.index
        assert new_window().measure_panel.plane == Plane.SAGITTAL

    def test_they_can_be_kept_as_rulers(self, bench: MainWindow) -> None:
        bench.measure.keep_diameters(1)
        annotation = bench.session.annotation
        lines = bench.measure.results[1].diameters
        assert [r.index for r in annotation.rulers.values()] == [lines.index] * 2
        texts = [bench.measure_panel.rulers.index(n, 1).data() for n in range(2)]
        assert texts == [f"{line.length:.2f} mm" for line in (lines.long, lines.short)]
        bench.session.undo.undo()
        assert annotation.rulers == {}

    def test_enter_leads_there_too(self, bench: MainWindow) -> None:
        table = bench.measure_panel.table
        table.setFocus()
        table.selectRow(1)
        QTest.keyClick(table, Qt.Key_Return)
        assert view_of(bench).index == 8


class TestRulers:
    def test_they_are_drawn_listed_found_and_deleted(self, bench: MainWindow) -> None:
        panel, session = bench.measure_panel, bench.session
        assert not panel.ruler_table.isVisible()
        bench.actions_["tool_ruler"].trigger()
        view = view_of(bench)
        index = view.index
        drag(view, (5, 5), (25, 5))
        assert panel.ruler_table.isVisible()
        assert session.undo.text(0) == "ruler"
        assert [panel.rulers.index(0, n).data() for n in range(3)][::2] == ["Length 1", f"Axial {index + 1}"]
        bench.actions_["tool_box"].trigger()
        view.set_index(0)
        panel.ruler_table.setFocus()
        panel.ruler_table.selectRow(0)
        QTest.keyClick(panel.ruler_table, Qt.Key_Return)
        assert view.index == index
        assert bench.rulers.layer.selected == 1
        QTest.keyClick(panel.ruler_table, Qt.Key_Delete)
        assert session.annotation.rulers == {}
        assert not panel.ruler_table.isVisible()
        session.undo.undo()
        assert list(session.annotation.rulers) == [1]

    def test_delete_in_their_list_is_not_the_boxes(self, bench: MainWindow) -> None:
        bench.session.push(
            SetRuler(1, bench.rulers.layer.stored(view_of(bench), ((0.0, 0.0), (4.0, 0.0)), 1))
        )
        bench.actions_["delete_box"].setEnabled(True)
        taken: list[bool] = []
        bench.actions_["delete_box"].triggered.connect(lambda: taken.append(True))
        table = bench.measure_panel.ruler_table
        table.setFocus()
        table.selectRow(0)
        settle()
        QTest.keyClick(table, Qt.Key_Delete)
        settle()
        assert taken == []
        assert bench.session.annotation.rulers == {}

    def test_a_hidden_plane_comes_to_the_front(self, bench: MainWindow) -> None:
        bench.actions_["tool_ruler"].trigger()
        coronal = view_of(bench, Plane.CORONAL)
        drag(coronal, (5, 2), (25, 8))
        bench.view.toggle_alone(view_of(bench))
        settle()
        assert not coronal.isVisible()
        coronal.set_index(0)
        bench.rulers.go_to(1)
        settle()
        assert coronal.isVisible()
        assert bench.rulers.layer.rulers(coronal)

    def test_keys_choose_the_tools(self, bench: MainWindow) -> None:
        keys = {name: bench.actions_[name].shortcut().toString() for name in ("tool_ruler", "tool_angle")}
        assert keys == {"tool_ruler": "V", "tool_angle": "Shift+V"}


def press_copy(widget) -> None:
    QApplication.sendEvent(widget, QKeyEvent(QEvent.KeyPress, Qt.Key_C, Qt.ControlModifier))


def clipboard() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(QApplication.clipboard().text()), delimiter="\t"))


class TestCopy:
    def test_the_button_copies_the_columns_on_show(self, bench: MainWindow) -> None:
        bench.measure_panel.copy_button.click()
        rows = clipboard()
        assert [row["name"] for row in rows] == ["Liver", "Vessel", "None"]
        assert list(rows[0])[:5] == ["kind", "number", "name", "volume_mL", "mean_HU"]
        assert float(rows[0]["volume_mL"]) == pytest.approx(0.15)
        assert "islands" not in rows[0]

    def test_the_key_copies_the_selected_rows(self, bench: MainWindow) -> None:
        bench.measure_panel.table.selectRow(1)
        press_copy(bench.measure_panel.table)
        assert [row["name"] for row in clipboard()] == ["Vessel"]

    def test_rulers_go_with_everything(self, bench: MainWindow) -> None:
        bench.session.push(
            SetRuler(1, bench.rulers.layer.stored(view_of(bench), ((0.0, 0.0), (4.0, 0.0)), 1))
        )
        bench.measure_panel.copy_button.click()
        assert clipboard()[-1]["kind"] == "ruler"
        assert clipboard()[-1]["length_mm"] == "2"

    def test_a_copy_waits_for_the_figures_of_now(self, bench: MainWindow) -> None:
        bench.workplace.show_tab("labels")
        one = (slice(0, 1), slice(0, 1), slice(0, 1))
        bench.session.push(SetVoxels(one, np.full((1, 1, 1), 3, np.uint16)))
        bench.measure.copy()
        until(lambda: clipboard()[-1]["volume_mL"] == "0.001")


class TestSave:
    def test_everything_is_written_and_reads_back(self, bench: MainWindow, tmp_path) -> None:
        target = tmp_path / "out.csv"
        bench.measure.save_to(target)
        until(target.exists)
        rows = list(csv.DictReader(io.StringIO(target.read_bytes().decode("utf-8-sig"), newline="")))
        assert [row["name"] for row in rows] == ["Liver", "Vessel", "None"]
        assert rows[0]["image"] == "scan"
        assert int(rows[0]["voxels"]) == 150
        until(lambda: any("out.csv" in text for text in bench.banners.texts))
        assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]

    def test_the_dialog_offers_a_name_and_adds_the_suffix(
        self, bench: MainWindow, tmp_path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench.session.source = tmp_path / "case7.nii.gz"
        offered = []

        def ask(parent, title, name, filters):
            offered.append(name)
            return str(tmp_path / "figures"), filters

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        bench.actions_["save_measurements"].trigger()
        assert offered == [str(tmp_path / "case7_measurements.csv")]
        until((tmp_path / "figures.csv").exists)

    def test_what_cannot_be_written_is_told(self, bench: MainWindow, tmp_path) -> None:
        bench.measure.save_to(tmp_path / "missing" / "out.csv")
        until(lambda: any("missing" in text for text in bench.banners.texts))
