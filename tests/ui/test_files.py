"""Opening, saving, and never losing work unasked."""

from __future__ import annotations

import re
import sys
import threading

import numpy as np
import pytest
from PIL import Image
from PyQt5.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt5.QtGui import QDragEnterEvent, QDropEvent
from PyQt5.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

from medsam.errors import WriteError
from medsam.io import read_label_map, write_volume
from medsam.prompts import Box
from medsam.ui import settings
from medsam.ui.controllers import files as files_module
from medsam.ui.controllers.saving import default_target, stem_of, with_suffix
from medsam.volume import Plane
from tests.phantoms import ct_phantom, write_ct_series
from tests.ui.window_support import answering, button, drag, settle, show_volume, view_of


@pytest.fixture
def scan(tmp_path):
    """A CT on disk, in a folder with dots, under a name with dots."""
    folder = tmp_path / "study.2024.01"
    folder.mkdir()
    return write_volume(folder / "scan.v1.nii.gz", ct_phantom())


def open_path(window, qtbot, path):
    """Open and wait until it is on show."""
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        window.files.open(path)
    settle()


def draw(window, box=None):
    """Draw a box on the axial view by mouse."""
    box = box or Box(10, 12, 30, 36)
    drag(view_of(window), (box.x0, box.y0), (box.x1, box.y1))


def save(window, qtbot, monkeypatch, path, chosen="NIfTI (*.nii.gz *.nii)"):
    """Save through the dialog, which answers ``path``."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), chosen))
    with qtbot.waitSignal(window.saving.saved, timeout=20_000) as signal:
        window.actions_["save"].trigger()
    settle()
    return signal.args[0]


def test_opened_scan_shows_three_planes_and_is_recent(window, qtbot, scan):
    open_path(window, qtbot, scan)
    assert [v.plane for v in window.view.views] == list(Plane)
    assert window.pages.currentWidget() is window.workplace
    assert "scan.v1.nii.gz" in window.windowTitle()
    assert settings.recent_files() == [scan]
    assert "torch" not in set(sys.modules) - _LOADED_BEFORE


_LOADED_BEFORE = frozenset(sys.modules)


def test_saved_mask_reads_back_equal_and_is_called_verified(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    draw(window)
    assert window.isWindowModified()
    offered = []
    target = scan.parent / "scan.v1_mask.nii.gz"

    def dialog(parent, title, name, filters, first):
        offered.append(name)
        return name, first

    monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
    with qtbot.waitSignal(window.saving.saved, timeout=20_000):
        window.actions_["save"].trigger()
    settle()
    assert offered == [str(target)]
    assert window.status.currentMessage() == "Saved and verified: scan.v1_mask.nii.gz"
    assert not window.isWindowModified()
    array, geometry = read_label_map(target)
    np.testing.assert_array_equal(array, window.session.annotation.label_map)
    assert geometry.is_close(window.session.volume.geometry)


def test_png_is_offered_for_flat_images_only(window, qtbot, scan, tmp_path):
    open_path(window, qtbot, scan)
    assert "PNG" not in window.saving._filters()
    picture = tmp_path / "p.png"
    Image.fromarray(np.zeros((20, 30), np.uint8)).save(picture)
    open_path(window, qtbot, picture)
    assert "PNG" in window.saving._filters()


def test_second_save_asks_nothing(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    draw(window)
    target = save(window, qtbot, monkeypatch, scan.parent / "m.nii.gz")
    draw(window, Box(36, 30, 50, 44))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: pytest.fail("asked again"))
    with qtbot.waitSignal(window.saving.saved, timeout=20_000):
        window.actions_["save"].trigger()
    np.testing.assert_array_equal(read_label_map(target)[0], window.session.annotation.label_map)


def test_saved_mask_can_be_loaded_again_and_the_load_undone(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    window.label_panel.model.change(0, text="rename label", name="liver")
    draw(window)
    painted = window.session.annotation.label_map.copy()
    target = save(window, qtbot, monkeypatch, scan.parent / "m.nii.gz")
    open_path(window, qtbot, scan)
    window.actions_["case_restart"].trigger()
    qtbot.waitUntil(lambda: not window.session.annotation.label_map.any())
    window.saving.load(target)
    qtbot.waitUntil(lambda: window.session.annotation.label_map.any())
    np.testing.assert_array_equal(window.session.annotation.label_map, painted)
    assert [label.name for label in window.session.annotation.labels] == ["liver"]
    window.actions_["undo"].trigger()
    assert not window.session.annotation.label_map.any()


def test_work_done_while_saving_stays_unsaved(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    draw(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(scan.parent / "m.nii.gz"), ""))
    with qtbot.waitSignal(window.saving.saved, timeout=20_000):
        window.actions_["save"].trigger()
        draw(window, Box(36, 30, 50, 44))
    assert window.session.is_modified


def test_cancelled_dialogs_do_nothing(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    draw(window)
    annotation = window.session.annotation
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    for name in ("open", "open_folder", "save", "save_as", "load_mask", "model_file"):
        window.actions_[name].trigger()
        settle()
    assert window.session.annotation is annotation and window.session.is_modified
    assert window.banners.texts == [] and window.tasks.visible == []


def test_the_open_dialog_offers_whole_kinds_of_files(window, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: asked.append(args[-1]) or ("", ""))
    window.actions_["open"].trigger()
    kinds = asked[0].split(";;")
    assert len(kinds) > 3 and all(re.fullmatch(r"[^()]+ \([^()]+\)", kind) for kind in kinds)
    assert "*.nii.gz" in kinds[0] and kinds[-1].endswith("(*)")


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x1f\x8b\x08\x00broken"])
def test_broken_file_is_one_sentence_and_the_work_stays(window, qtbot, scan, tmp_path, content):
    open_path(window, qtbot, scan)
    draw(window)
    painted = window.session.annotation.label_map.copy()
    broken = tmp_path / "broken.nii.gz"
    broken.write_bytes(content)
    with answering(button(QMessageBox.Discard)), qtbot.waitSignal(window.files.failed, timeout=20_000):
        window.files.open(broken)
    (sentence,) = window.banners.texts
    assert "broken.nii.gz" in sentence and "Traceback" not in sentence and str(tmp_path) not in sentence
    np.testing.assert_array_equal(window.session.annotation.label_map, painted)
    assert window.session.is_modified


def test_failed_save_keeps_the_work_and_offers_another_place(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    draw(window)

    def full(*_, **__):
        raise WriteError("There is no room left on the disk for m.nii.gz; save elsewhere.")

    monkeypatch.setattr("medsam.io.write_label_map", full)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(scan.parent / "m.nii.gz"), ""))
    window.actions_["save"].trigger()
    qtbot.waitUntil(lambda: bool(window.banners.texts))
    assert "no room" in window.banners.texts[0]
    assert window.session.is_modified and window.session.annotation.label_map.any()

    # Once it is saved after all, the complaint is not true any more.
    monkeypatch.undo()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(scan.parent / "m.nii.gz"), ""))
    window.actions_["save"].trigger()
    qtbot.waitUntil(lambda: not window.session.is_modified)
    assert not window.banners.texts


@pytest.mark.parametrize(
    ("answer", "closes"),
    [(QMessageBox.Cancel, False), (QMessageBox.Discard, True)],
)
def test_close_with_unsaved_work_asks(window, answer, closes):
    show_volume(window, ct_phantom())
    draw(window)
    with answering(button(answer)) as said:
        window.close()
        settle()
    assert "not saved" in said[0]
    assert window.isVisible() is not closes


def test_close_with_save_saves_and_then_closes(window, qtbot, scan, monkeypatch):
    open_path(window, qtbot, scan)
    draw(window)
    target = scan.parent / "m.nii.gz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    with answering(button(QMessageBox.Save)):
        window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    np.testing.assert_array_equal(read_label_map(target)[0], window.session.annotation.label_map)


def test_close_without_work_asks_nothing(window):
    show_volume(window, ct_phantom())
    with answering(lambda dialog: dialog.reject()) as said:
        window.close()
        settle()
    assert said == [] and not window.isVisible()


def test_opening_over_unsaved_work_asks_and_cancel_keeps_it(window, scan):
    show_volume(window, ct_phantom())
    draw(window)
    annotation = window.session.annotation
    with answering(button(QMessageBox.Cancel)) as said:
        window.files.open(scan)
        settle()
    assert said and window.session.annotation is annotation and not window.files.is_opening


def test_long_opening_can_be_cancelled(window, qtbot, scan, monkeypatch):
    show_volume(window, ct_phantom())
    annotation = window.session.annotation
    has_begun, may_end = threading.Event(), threading.Event()

    def slow(path, series, task):
        has_begun.set()
        may_end.wait(20)
        return files_module.prepare(ct_phantom(seed=3), path)

    monkeypatch.setattr(files_module, "read", slow)
    window.files.open(scan)
    assert has_begun.wait(10)
    settle()
    (row,) = window.banners._rows.values()
    assert row.isVisible() and "scan.v1.nii.gz" in row.label.full_text()
    qtbot.mouseClick(row.cancel, Qt.LeftButton)
    assert not window.files.is_opening and window.tasks.visible == []
    may_end.set()
    assert window.tasks.shutdown()
    settle()
    assert window.session.annotation is annotation


def _drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    at = QPoint(200, 200)
    enter = QDragEnterEvent(at, Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted() and window.drop_hint.isVisible()
    drop = QDropEvent(QPointF(at), Qt.CopyAction, data, Qt.LeftButton, Qt.NoModifier)
    QApplication.sendEvent(window, drop)
    assert not window.drop_hint.isVisible()


def test_dropped_file_opens(window, qtbot, scan):
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        _drop(window, scan)
    assert window.session.source == scan


def test_dropped_dicom_folder_opens(window, qtbot, tmp_path):
    folder = tmp_path / "series"
    volume = ct_phantom((32, 28, 6))
    write_ct_series(folder, volume)
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        _drop(window, folder)
    assert window.session.volume.shape == (32, 28, 6)
    assert window.session.source == folder


def test_several_series_are_offered_and_the_picked_one_opens(window, qtbot, tmp_path):
    folder = tmp_path / "study"
    write_ct_series(folder / "a", ct_phantom((32, 28, 6)), uid="1.2.3.1", SeriesDescription="thick")
    write_ct_series(folder / "b", ct_phantom((32, 28, 9)), uid="1.2.3.2", SeriesDescription="thin")

    def pick(dialog: QDialog) -> None:
        names = [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]
        dialog.table.selectRow(names.index("thick"))
        dialog.accept()

    with answering(pick), qtbot.waitSignal(window.files.opened, timeout=20_000):
        window.files.open(folder)
    assert window.session.volume.shape[2] == 6


@pytest.mark.parametrize("mode", ["RGBA", "I;16", "L", "RGB"])
def test_pictures_of_every_depth_open_and_take_a_box(window, qtbot, tmp_path, monkeypatch, mode):
    path = tmp_path / "one.two.png"
    channels = {"RGBA": 4, "RGB": 3}.get(mode)
    values = np.random.default_rng(0).integers(0, 255, (40, 60) + ((channels,) if channels else ()))
    dtype = np.uint16 if mode == "I;16" else np.uint8
    Image.fromarray(values.astype(dtype) * (200 if mode == "I;16" else 1)).save(path)
    open_path(window, qtbot, path)
    draw(window, Box(10, 8, 40, 30))
    assert window.session.annotation.label_map.any()
    target = save(window, qtbot, monkeypatch, default_target(path, "", True), "PNG (*.png)")
    assert target == tmp_path / "one.two_mask.png"
    saved = np.array(Image.open(target))
    np.testing.assert_array_equal(saved, window.session.annotation.label_map[:, :, 0].T)


def test_sample_opens_from_the_menu(window, qtbot):
    menu = window.actions_.sample_menu
    menu.aboutToShow.emit()
    with qtbot.waitSignal(window.files.opened, timeout=60_000):
        menu.actions()[0].trigger()
    assert window.session.volume.modality == "CT" and len(window.session.volume.planes) == 3


def test_recent_menu_opens_and_forgets(window, qtbot, scan):
    open_path(window, qtbot, scan)
    window.session.open(None)
    menu = window.actions_.recent_menu
    menu.aboutToShow.emit()
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        menu.actions()[0].trigger()
    menu.actions()[-1].trigger()
    assert settings.recent_files() == []


@pytest.mark.parametrize(
    ("name", "stem"),
    [("a.nii.gz", "a"), ("a.b.nii.gz", "a.b"), ("a.b.png", "a.b"), ("A.NII.GZ", "A"), ("noext", "noext")],
)
def test_stem_knows_double_extensions(tmp_path, name, stem):
    assert stem_of(tmp_path / "x.y" / name) == stem
    target = default_target(tmp_path / "x.y" / name, "", False)
    assert target == tmp_path / "x.y" / f"{stem}_mask.nii.gz"


def test_mask_of_a_folder_goes_beside_it_with_its_dots(tmp_path):
    folder = tmp_path / "series.2"
    folder.mkdir()
    assert default_target(folder, "", False) == tmp_path / "series.2_mask.nii.gz"


@pytest.mark.parametrize(
    ("typed", "chosen", "result"),
    [
        ("m", "NRRD (*.nrrd)", "m.nrrd"),
        ("m.v2", "PNG (*.png)", "m.v2.png"),
        ("m.nii", "PNG (*.png)", "m.nii"),
        ("m", "", "m.nii.gz"),
    ],
)
def test_typed_name_gets_the_chosen_extension(tmp_path, typed, chosen, result):
    assert with_suffix(tmp_path / typed, chosen).name == result
