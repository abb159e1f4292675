"""Choosing, loading and downloading models from the window."""

from __future__ import annotations

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QFileDialog

from medsam.engine.jobs import (
    Failed,
    LoadModel,
    ModelChanged,
    SliceKey,
    SliceProgress,
    SliceState,
    WorkerLost,
)
from medsam.errors import Cancelled, DownloadError
from medsam.ui import settings
from medsam.ui.panels import banners
from medsam.ui.panels.model_dialog import LICENCE_WIDTH, TITLE_WIDTH, ModelDialog
from medsam.ui.panels.model_facts import say_size
from pretrain.catalogue import DEFAULT, catalogue, own_folder
from pretrain.own import own_models
from tests.fakes import fake_model_info
from tests.phantoms import ct_phantom
from tests.pretrain.test_own import described, write_safetensors
from tests.ui.window_support import drag, settle, show_volume, view_of


@pytest.fixture
def dialog(window):
    """The model picker on show."""
    window.actions_["models"].trigger()
    settle()
    return window.models._dialog


def pick(dialog: ModelDialog, name: str) -> None:
    """Select a model's row."""
    dialog.table.selectRow([e.name for e in dialog._entries].index(name))


def install(monkeypatch, *names):
    """Pretend that the files of these models are here."""
    monkeypatch.setattr("pretrain.catalogue.find_file", lambda entry: entry.name in names or None)


def test_default_model_is_loaded_and_named(window, maker):
    assert [r.model for r in maker.engine.asked(LoadModel)] == [DEFAULT]
    assert window.model_button.text() and "CPU" in window.status.engine.full_text()


def test_named_model_and_device_are_loaded_first(new_window, maker):
    new_window(model="medsam_vit_b", device="cpu")
    (request,) = maker.engine.asked(LoadModel)
    assert (request.model, request.device) == ("medsam_vit_b", "cpu")


def test_starting_is_said_until_the_model_is_there(new_window, maker):
    maker.mode = "told"
    window = new_window()
    assert "Loading" in window.status.engine.full_text() and window.status.busy.isVisible()
    maker.engine.deliver()
    settle()
    assert not window.status.busy.isVisible()


def test_missing_weights_are_said_with_a_way_on(new_window, maker):
    sentence = "MedSAM needs the file medsam_vit_b.pth, which is not here. Download it under Models."
    maker.prepare = lambda engine: engine.models.update({DEFAULT: sentence})
    window = new_window()
    assert window.banners.texts == [sentence]
    assert window.status.engine.full_text() == "No model"


def test_picker_lists_the_catalogue_with_cost_and_licence(dialog):
    entries = catalogue()
    assert dialog.table.rowCount() == len(entries)
    for name, entry in entries.items():
        pick(dialog, name)
        text = dialog.details.toPlainText()
        assert entry.licence in text and entry.terms in text and entry.file in text


def test_installed_model_is_used_and_remembered(window, maker, monkeypatch):
    install(monkeypatch, DEFAULT, "medsam_vit_b")
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    pick(dialog, "medsam_vit_b")
    assert dialog.act.text() == "Use"
    QTest.mouseClick(dialog.act, Qt.LeftButton)
    settle()
    assert maker.engine.asked(LoadModel)[-1].model == "medsam_vit_b"
    assert settings.value("model/name") == "medsam_vit_b"
    assert not dialog.act.isEnabled(), "it is in use now"


def test_failed_choice_is_said_in_the_dialog_and_the_old_model_stays(window, maker, monkeypatch):
    install(monkeypatch, "medsam_vit_b")
    maker.engine.models["medsam_vit_b"] = "medsam_vit_b.pth lacks 3 keys."
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    pick(dialog, "medsam_vit_b")
    QTest.mouseClick(dialog.act, Qt.LeftButton)
    settle()
    assert dialog.message.text() == "medsam_vit_b.pth lacks 3 keys." and window.banners.texts == []
    assert window.models.info.name == DEFAULT
    assert settings.value("model/name", DEFAULT) == DEFAULT


def test_slow_loading_is_shown_and_can_be_taken_back(new_window, maker, monkeypatch):
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    install(monkeypatch, DEFAULT, "sam_vit_h")
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    pick(dialog, "sam_vit_h")
    QTest.mouseClick(dialog.act, Qt.LeftButton)
    assert dialog.bar.isVisible() and "Loading" in window.status.engine.full_text()
    QTest.mouseClick(dialog.cancel, Qt.LeftButton)
    maker.engine.deliver()
    settle()
    assert window.models.info.name == DEFAULT and not dialog.bar.isVisible()
    assert settings.value("model/name", DEFAULT) == DEFAULT


def test_download_shows_progress_then_uses_the_model(window, maker, monkeypatch, qtbot):
    install(monkeypatch)
    may_end = threading.Event()

    def download(entry, *, on_progress, is_cancelled):
        on_progress(entry.size // 2, entry.size)
        may_end.wait(20)

    monkeypatch.setitem(__import__("sys").modules, "pretrain.download", SimpleNamespace(download=download))
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    pick(dialog, "medsam_vit_b")
    assert dialog.act.text() == "Download"
    QTest.mouseClick(dialog.act, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.bar.value() == 500)
    assert dialog.cancel.isVisible() and not dialog.act.isEnabled()
    may_end.set()
    qtbot.waitUntil(lambda: maker.engine.asked(LoadModel)[-1].model == "medsam_vit_b")
    qtbot.waitUntil(lambda: not dialog.bar.isVisible())


def test_download_can_be_cancelled(window, monkeypatch, qtbot):
    install(monkeypatch)
    began = threading.Event()

    def download(entry, *, on_progress, is_cancelled):
        began.set()
        while not is_cancelled():
            threading.Event().wait(0.01)
        raise Cancelled("stopped")

    monkeypatch.setitem(__import__("sys").modules, "pretrain.download", SimpleNamespace(download=download))
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    pick(dialog, "medsam_vit_b")
    QTest.mouseClick(dialog.act, Qt.LeftButton)
    assert began.wait(10)
    QTest.mouseClick(dialog.cancel, Qt.LeftButton)
    settle()
    assert not dialog.bar.isVisible() and dialog.act.isEnabled() and dialog.message.text() == ""
    assert window.models.info.name == DEFAULT


def test_failed_download_says_where_to_put_the_file(window, monkeypatch, qtbot):
    install(monkeypatch)
    sentence = "There is no network. Fetch medsam_vit_b.pth elsewhere and put it into weights."

    def download(entry, *, on_progress, is_cancelled):
        raise DownloadError(sentence)

    monkeypatch.setitem(__import__("sys").modules, "pretrain.download", SimpleNamespace(download=download))
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    pick(dialog, "medsam_vit_b")
    QTest.mouseClick(dialog.act, Qt.LeftButton)
    qtbot.waitUntil(lambda: dialog.message.text() == sentence)
    assert dialog.act.isEnabled()


def test_own_checkpoint_is_loaded_from_a_file(window, maker, monkeypatch, tmp_path):
    path = tmp_path / "mine.safetensors"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.actions_["model_file"].trigger()
    settle()
    assert maker.engine.asked(LoadModel)[-1].model == str(path)


def test_encoding_is_shown_on_the_slice_and_in_the_status_line(new_window, maker):
    maker.prepare = lambda engine: engine.models.update({DEFAULT: fake_model_info("big")})
    window = new_window()
    show_volume(window, ct_phantom())
    key = SliceKey(window.bridge.volume_id, 2, 10, window.view.window)
    maker.engine.emit(SliceProgress(key, SliceState.ENCODING, 0.4))
    settle()
    assert "slice 11" in window.status.engine.full_text() and window.status.busy.value() == 40
    maker.engine.emit(SliceProgress(key, SliceState.READY, 1.0))
    settle()
    assert not window.status.busy.isVisible()


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, ""), (999, "999 B"), (20_000, "20 kB"), (375_042_383, "375 MB"), (2_564_550_879, "2.6 GB")],
)
def test_sizes_are_said_for_people(size, text):
    assert say_size(size) == text


def test_restarted_model_is_said_and_the_news_go_by_themselves(window, maker, qtbot, monkeypatch):
    monkeypatch.setattr(banners, "PASSING_MS", 50)
    maker.engine.emit(WorkerLost("It ended. It starts again.", True))
    settle()
    assert window.banners.texts == ["It ended. It starts again."]
    maker.engine.load_model("medsam_zoom")
    settle()
    assert window.banners.texts == ["The model's process ended and is back. Nothing was lost."]
    qtbot.waitUntil(lambda: not window.banners.texts, timeout=5_000)


def test_a_failure_of_no_request_is_shown(window, maker):
    maker.engine.emit(Failed(None, "There is no room for the volume. Close other programs."))
    settle()
    assert window.banners.texts == ["There is no room for the volume. Close other programs."]


def test_return_on_a_row_presses_the_blue_button(window, dialog, maker, monkeypatch):
    install(monkeypatch, DEFAULT, "sam_vit_b")
    window.models.show_picker()
    pick(dialog, "sam_vit_b")
    QTest.keyClick(dialog.table, Qt.Key_Return)
    settle()
    assert maker.engine.asked(LoadModel)[-1].model == "sam_vit_b"


def test_what_was_said_of_a_missing_model_goes_when_one_is_loaded(new_window, maker):
    maker.prepare = lambda engine: engine.models.update(wrong="wrong.pth does not fit a vit_b.")
    window = new_window(model="wrong")
    show_volume(window, ct_phantom())
    view = view_of(window)
    drag(view, (10, 12), (30, 36))
    window.models.use("wrong")
    settle()
    assert len(window.banners.texts) == 2
    window.models.use(DEFAULT)
    settle()
    assert not window.banners.texts
    assert window.session.annotation.label_map.any()


# --- models of the user's own -------------------------------------------------


@pytest.fixture
def own(monkeypatch, tmp_path):
    """The folder for models of one's own, the only one that is searched."""
    monkeypatch.setattr("pretrain.catalogue.weights_folders", lambda: [tmp_path])
    folder = own_folder()
    folder.mkdir()
    return folder


def rows(dialog: ModelDialog) -> list[str]:
    """The first column."""
    return [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]


def own_row(dialog: ModelDialog, title: str) -> None:
    """Select a row by its title."""
    dialog.table.selectRow(rows(dialog).index(title))


def test_own_models_stand_above_the_published_ones(own, window):
    write_safetensors(own / "thyroid.safetensors", described())
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    published = [entry.title for entry in catalogue().values()]
    assert rows(dialog) == ["My models", "Thyroid nodules", "Published models", *published]
    assert dialog.picked.name == DEFAULT, "the model in use is chosen first"
    own_row(dialog, "Thyroid nodules")
    told = dialog.details.toPlainText()
    for part in ("tn3k (120)", "MedSAM (ViT-B)", "Dice 0.900", "On the test split.", "CC-BY-4.0", str(own)):
        assert part in told
    assert dialog.act.text() == "Use" and dialog.act.isEnabled()


def test_own_model_is_used_by_its_path_and_marked(own, window, maker):
    path = write_safetensors(own / "thyroid.safetensors", described())
    maker.engine.models[str(path)] = replace(fake_model_info("vit"), name=path.name, title="Thyroid nodules")
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    own_row(dialog, "Thyroid nodules")
    QTest.keyClick(dialog.table, Qt.Key_Return)
    settle()
    assert maker.engine.asked(LoadModel)[-1].model == str(path) == settings.value("model/name")
    assert dialog.table.item(1, 1).text() == "In use" and not dialog.act.isEnabled()


def test_without_own_models_there_are_no_headings(own, window):
    window.actions_["models"].trigger()
    assert rows(window.models._dialog) == [entry.title for entry in catalogue().values()]


def test_picker_that_is_shown_again_begins_at_the_model_in_use(own, window):
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    dialog.table.selectRow(dialog.table.rowCount() - 1)
    window.actions_["models"].trigger()
    assert dialog.picked.name != DEFAULT, "while it is open the choice stays"
    dialog.close()
    window.actions_["models"].trigger()
    assert dialog.picked.name == DEFAULT


def test_no_heading_is_chosen_while_no_model_is_loaded(own, qtbot):
    write_safetensors(own / "thyroid.safetensors", described())
    dialog = ModelDialog()
    qtbot.addWidget(dialog)
    dialog.set_entries(catalogue(), {}, "", own=own_models())
    assert dialog.picked is not None and dialog.picked.title in dialog.details.toPlainText()


def test_arrow_keys_pass_over_the_headings(own, window):
    write_safetensors(own / "thyroid.safetensors", described())
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    QTest.keyClick(dialog.table, Qt.Key_Up)
    assert dialog.picked.title == "Thyroid nodules"
    QTest.keyClick(dialog.table, Qt.Key_Up)
    assert dialog.picked.title == "Thyroid nodules"
    QTest.keyClick(dialog.table, Qt.Key_Down)
    assert dialog.picked.name == DEFAULT


def test_two_models_of_one_title_are_told_by_their_files(own, window):
    for name in ("one", "two"):
        write_safetensors(own / f"{name}.safetensors", described())
    window.actions_["models"].trigger()
    shown = set(rows(window.models._dialog))
    assert {"Thyroid nodules (one.safetensors)", "Thyroid nodules (two.safetensors)"} <= shown


def test_long_names_leave_the_columns_as_they_are(own, window):
    title, licence = "a" * 150 + " & <b>bold</b>", "Research use only; " * 12
    write_safetensors(own / f"{'n' * 120}.safetensors", described(title=title, licence=licence))
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    dialog.resize(1100, 680)
    settle()
    table = dialog.table
    assert table.columnWidth(0) <= TITLE_WIDTH and table.columnWidth(4) <= LICENCE_WIDTH
    assert sum(table.columnWidth(c) for c in range(5)) <= table.viewport().width()
    assert table.item(1, 0).text().endswith("…") and table.item(1, 0).toolTip() == title
    table.selectRow(1)
    assert title in dialog.details.toPlainText()
    assert not dialog.details.horizontalScrollBar().isVisible()


def test_damaged_files_are_left_out_with_a_word(own, window):
    for name in ("a.pth", "b.pth", "c.pth"):
        (own / name).write_bytes(b"PK half")
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    assert "My models" not in rows(dialog)
    said = dialog.left_out.text()
    assert dialog.left_out.isVisible() and said.startswith("Left out: a.pth is not a whole file")
    assert said.endswith("And 1 more.")
    for path in own.iterdir():
        path.unlink()
    window.models.show_picker()
    assert not dialog.left_out.isVisible()


def test_a_file_without_a_card_says_that_it_says_nothing(own, window):
    write_safetensors(own / "bare.safetensors")
    window.actions_["models"].trigger()
    dialog = window.models._dialog
    own_row(dialog, "bare")
    assert "does not say what it was trained on" in dialog.details.toPlainText()
    assert dialog.table.item(1, 4).text() == "Not stated"


def test_a_model_that_leaves_the_card_says_so_once_and_goes_on(new_window, maker):
    there = fake_model_info("big", device="cuda", precision="fast")
    maker.prepare = lambda engine: engine.models.update({DEFAULT: there})
    window = new_window()
    assert "CUDA" in window.status.engine.full_text()
    words = "The graphics card has too little memory; it computes on the CPU from now on."
    maker.engine.emit(ModelChanged(replace(there, device="cpu"), words))
    settle()
    assert "CPU" in window.status.engine.full_text() and window.models.info.device == "cpu"
    assert window.bridge.model.device == "cpu" and window.banners.texts == [words]
