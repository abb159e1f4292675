"""Adapting the model from the window: the list, the run, the choice, every way it can end."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QFileDialog, QMessageBox, QPushButton

from medsam.engine.jobs import LoadModel
from medsam.engine.training_client import TrainingProcess
from medsam.ui.controllers import adapt as adapt_module
from medsam.ui.controllers.adapt import AdaptController
from medsam.ui.panels.adapt_choice import next_name
from medsam.ui.panels.adapt_dialog import AdaptDialog
from pretrain.catalogue import DEFAULT, own_folder
from tests.engine.fake_trainer import DIE, DONE, FAIL, WAIT, command, job_of, progress, scores
from tests.phantoms import ct_phantom
from tests.ui.window_support import answering, button, drag, settle, show_volume, view_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends processes with POSIX signals")

RESULT = [progress("read", 0.1), progress(), scores(), DONE]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four pictures with masks by name, and the folder of the training process's script."""
    made = tmp_path / "pictures"
    made.mkdir()
    for n in range(4):
        for name in (f"p{n}.png", f"p{n}_mask.png"):
            (made / name).touch()
    return made


@pytest.fixture
def play(monkeypatch, tmp_path):
    """Sets what the training process will say and do."""

    def set_script(script: list) -> None:
        process = functools.partial(TrainingProcess, command=command(tmp_path, script))
        monkeypatch.setattr(adapt_module, "TrainingProcess", process)

    return set_script


@pytest.fixture
def listed(window, folder, qtbot) -> AdaptDialog:
    """The dialog with the folder's cases; the image is one of them."""
    show_volume(window, ct_phantom(), folder / "p0.png")
    return open_dialog(window, qtbot)


def open_dialog(window, qtbot) -> AdaptDialog:
    """Show the dialog and let it look through the folder."""
    window.actions_["adapt"].trigger()
    qtbot.waitUntil(lambda: not window.tasks.visible)
    return window.adapt.dialog


def click(widget) -> None:
    """Press a button."""
    QTest.mouseClick(widget, Qt.LeftButton)
    settle()


def run(window, dialog: AdaptDialog, qtbot) -> None:
    """Start, and wait for the end."""
    with qtbot.waitSignal(window.adapt.ended, timeout=60_000):
        click(dialog.choose.start)


def tick(dialog: AdaptDialog, row: int, on: bool) -> None:
    """Set a case's tick."""
    dialog.choose.table.item(row, 0).setCheckState(Qt.Checked if on else Qt.Unchecked)


# --- the list -------------------------------------------------------------------


def test_action_waits_for_a_model(new_window, maker):
    maker.mode = "told"
    window = new_window()
    action = window.actions_["adapt"]
    assert not action.isEnabled() and "Load a model first" in action.toolTip()
    maker.engine.deliver()
    settle()
    assert action.isEnabled()


def test_folder_of_the_open_image_is_listed_and_ticked(listed):
    assert [case.name for case in listed.choose.ticked] == ["p0.png", "p1.png", "p2.png", "p3.png"]
    assert listed.choose.start.isEnabled() and "4 of 4" in listed.choose.summary.text()
    assert "six or more" in listed.choose.summary.text()


def test_one_case_is_not_enough_and_the_reason_is_said(listed):
    for row in (1, 2, 3):
        tick(listed, row, False)
    assert not listed.choose.start.isEnabled()
    assert "at least two" in listed.choose.summary.text() and "at least two" in listed.choose.start.toolTip()
    click(listed.choose.all)
    assert listed.choose.start.isEnabled() and len(listed.choose.ticked) == 4
    click(listed.choose.all)
    assert listed.choose.ticked == []


@pytest.mark.parametrize(
    ("title", "pattern", "name"),
    [
        ("MedSAM Zoom", "{0}, adapted", "MedSAM Zoom, adapted"),
        ("MedSAM Zoom, adapted", "{0}, adapted", "MedSAM Zoom, adapted 2"),
        ("MedSAM Zoom, adapted 9", "{0}, adapted", "MedSAM Zoom, adapted 10"),
        ("adapted {0} (x)", "{0}, adapted", "adapted {0} (x), adapted"),
        ("MedSAM（已适配）", "{0}（已适配）", "MedSAM（已适配） 2"),
    ],
)
def test_model_that_is_adapted_again_gets_a_number(title, pattern, name):
    assert next_name(title, pattern) == name


def test_nameless_result_is_not_made(listed):
    listed.choose.name.setText("  ")
    assert not listed.choose.start.isEnabled() and "name" in listed.choose.summary.text()


def test_empty_folder_says_what_to_do(window, tmp_path, qtbot):
    show_volume(window, ct_phantom(), tmp_path / "alone.png")
    dialog = open_dialog(window, qtbot)
    assert dialog.choose.nothing.isVisible() and "Ctrl+S" in dialog.choose.nothing.text()
    assert not dialog.choose.start.isEnabled()


def test_nothing_open_and_a_folder_that_is_gone(window, tmp_path, qtbot):
    dialog = open_dialog(window, qtbot)
    assert dialog.choose.nothing.isVisible()
    show_volume(window, ct_phantom(), tmp_path / "gone" / "a.png")
    qtbot.waitUntil(lambda: "No such file" in dialog.choose.nothing.text())


def test_drawing_that_is_not_saved_is_a_case(window, folder, qtbot):
    show_volume(window, ct_phantom(), folder / "new.png")
    drag(view_of(window), (20, 20), (44, 40))
    dialog = open_dialog(window, qtbot)
    names = [dialog.choose.table.item(row, 0).text() for row in range(5)]
    row = names.index("new.png")
    assert dialog.choose.table.item(row, 1).text() == "as drawn now, not saved"


def test_files_are_added_with_the_mask_beside_or_asked_for(window, listed, tmp_path, monkeypatch, qtbot):
    other = tmp_path / "other"
    other.mkdir()
    for name in ("x.png", "x_mask.png", "y.png", "seg.png"):
        (other / name).touch()
    files = [str(other / "x.png"), str(other / "y.png")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (files, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(other / "seg.png"), ""))
    tick(listed, 0, False)
    click(listed.choose.add)
    qtbot.waitUntil(lambda: len(listed.choose.cases) == 6)
    masks = {case.name: case.mask.name for case in listed.choose.cases}
    assert masks["x.png"] == "x_mask.png" and masks["y.png"] == "seg.png"
    assert "p0.png" not in [case.name for case in listed.choose.ticked], "ticks stay"


# --- the run --------------------------------------------------------------------


def test_job_says_what_was_chosen(window, listed, play, qtbot, tmp_path):
    play(RESULT)
    tick(listed, 1, False)
    listed.choose.minutes.setCurrentIndex(0)
    listed.choose.name.setText("Mine & yours")
    run(window, listed, qtbot)
    job = job_of(tmp_path)
    assert [pair["name"] for pair in job["pairs"]] == ["p0.png", "p2.png", "p3.png"]
    assert job["pairs"][0]["mask"].endswith("p0_mask.png")
    assert (job["model"], job["minutes"], job["title"], job["device"]) == (DEFAULT, 2, "Mine & yours", "cpu")


def test_better_model_is_offered_used_and_taken_back(window, maker, listed, play, qtbot):
    play(RESULT)
    run(window, listed, qtbot)
    page = listed.result
    assert listed.pages.currentWidget() is page and "better: Dice 0.800 → 0.860" in page.title.text()
    assert page.use.isDefault() and not page.keep.isDefault()
    assert [page.table.item(0, c).text() for c in range(5)] == ["Liver", "12", "0.800", "0.860", "+0.060"]
    assert "told apart by file" in page.details.text() and "before: 9, worse: 2" in page.details.text()
    click(page.use)
    qtbot.waitUntil(lambda: maker.engine.asked(LoadModel)[-1].model != DEFAULT)
    used = Path(maker.engine.asked(LoadModel)[-1].model)
    assert used.parent == own_folder() and used.read_bytes() == b"weights"
    assert not listed.isVisible()
    back = window.actions_["model_back"]
    settle()
    assert window.banners.texts == ["The adapted model is in use now."]
    (way_back,) = window.banners._messages[-1].findChildren(QPushButton)
    assert way_back.text() == f"Back to {DEFAULT}"
    assert back.isEnabled() and back.text() == f"&Back to {DEFAULT}"
    back.trigger()
    settle()
    assert maker.engine.asked(LoadModel)[-1].model == DEFAULT
    assert used.name in back.text() or "adapted" in back.text()


@pytest.mark.parametrize(("after", "word"), [(0.801, "no better"), (0.70, "worse")])
def test_present_one_is_the_default_when_nothing_was_gained(
    window, maker, listed, play, qtbot, after, word, own_folders
):
    play([scores(after=after), DONE])
    run(window, listed, qtbot)
    page = listed.result
    assert word in page.title.text() and "Keep the present one" in page.advice.text()
    assert page.keep.isDefault() and not page.use.isDefault()
    click(page.keep)
    assert not listed.isVisible() and [r.model for r in maker.engine.asked(LoadModel)] == [DEFAULT]
    assert list(own_folders.rglob("*.safetensors")) == []


def test_label_that_suffers_is_named(window, listed, play, qtbot):
    table = [
        {"label": "Liver", "objects": 6, "before": 0.7, "after": 0.9},
        {"label": "Spleen", "objects": 6, "before": 0.9, "after": 0.82},
    ]
    play([scores(table=table), DONE])
    run(window, listed, qtbot)
    assert "worse for: Spleen" in listed.result.advice.text()
    assert listed.result.table.item(2, 0).text() == "All outlines"
    assert listed.result.table.item(1, 4).text() == "−0.080"


def test_progress_is_shown_in_dialog_and_window(window, listed, play, qtbot):
    skipped = {"event": "skipped", "name": "p1.png", "text": "p1.png could not be read."}
    play([skipped, progress("train", 0.4), WAIT])
    click(listed.choose.start)
    qtbot.waitUntil(lambda: listed.busy.bar.value() == 400)
    assert listed.busy.stage.text() == "Learning: 10 of 20" and "About 1 min" in listed.busy.left.text()
    assert listed.busy.skipped.toPlainText() == "p1.png could not be read."
    row = next(iter(window.banners._rows.values()))
    qtbot.waitUntil(lambda: "Learning: 10 of 20" in row.label.full_text())
    listed.hide()
    drag(view_of(window), (20, 20), (44, 40))
    assert not window.session.annotation.is_empty, "the window is usable meanwhile"
    window.actions_["adapt"].trigger()
    assert listed.isVisible() and listed.pages.currentWidget() is listed.busy
    with qtbot.waitSignal(window.adapt.ended):
        click(listed.busy.cancel)


def test_stopping_leaves_nothing_and_the_choice_as_it_was(window, listed, play, qtbot, own_folders):
    play([progress(), WAIT])
    tick(listed, 3, False)
    click(listed.choose.start)
    qtbot.waitUntil(lambda: listed.busy.bar.value() == 500)
    with qtbot.waitSignal(window.adapt.ended):
        click(listed.busy.cancel)
    assert not window.adapt.is_running and listed.pages.currentWidget() is listed.choose
    assert listed.message == "" and window.banners.texts == []
    qtbot.waitUntil(lambda: len(listed.choose.ticked) == 3)
    qtbot.waitUntil(lambda: not any((own_folders / "cache" / "medsam" / "adapt").iterdir()), timeout=20_000)


@pytest.mark.parametrize(
    ("script", "word"),
    [
        ([{"event": "error", "text": "All masks are empty. Draw something first."}, FAIL], "masks are empty"),
        ([progress(), DIE], "out of memory"),
        ([progress(), FAIL], "exit code 7"),
    ],
)
def test_failure_is_one_sentence_over_the_same_choice(window, listed, play, qtbot, script, word):
    play(script)
    tick(listed, 2, False)
    run(window, listed, qtbot)
    assert word in listed.message and listed.pages.currentWidget() is listed.choose
    assert len(listed.choose.ticked) == 3 and listed.choose.start.isEnabled()
    play(RESULT)
    run(window, listed, qtbot)
    assert listed.message == "" and listed.pages.currentWidget() is listed.result


def test_failure_says_why_cases_could_not_be_used(window, listed, play, qtbot):
    left_out = [{"event": "skipped", "name": f"p{n}.png", "text": f"p{n}.png is no image."} for n in range(4)]
    play([*left_out, FAIL])
    run(window, listed, qtbot)
    assert listed.pages.currentWidget() is listed.choose
    assert "p0.png is no image. p1.png is no image. p2.png is no image. And 1 more." in listed.message


def test_failure_while_hidden_is_said_in_the_window(window, listed, play, qtbot):
    play([FAIL])
    click(listed.choose.start)
    with qtbot.waitSignal(window.adapt.ended, timeout=60_000):
        listed.hide()
    assert any("exit code 7" in text for text in window.banners.texts)


def test_result_while_hidden_is_said_in_the_window_and_waits(window, listed, play, qtbot):
    play(RESULT)
    click(listed.choose.start)
    with qtbot.waitSignal(window.adapt.ended, timeout=60_000):
        listed.hide()
    (said,) = window.banners.texts
    assert "is better" in said and not listed.isVisible()
    window.actions_["adapt"].trigger()
    assert listed.pages.currentWidget() is listed.result and window.banners.texts == []


def test_result_that_is_put_off_stays_in_the_window_until_it_is_settled(window, listed, play, qtbot):
    play(RESULT)
    run(window, listed, qtbot)
    listed.close()
    (said,) = window.banners.texts
    assert "is better" in said
    window.actions_["adapt"].trigger()
    click(listed.result.keep)
    assert window.banners.texts == [] and not listed.isVisible()


def test_change_is_that_of_the_figures_beside_it(window, listed, play, qtbot):
    table = [{"label": "liver", "objects": 3, "before": 0.95560, "after": 0.95231}]
    play([scores(table=table), DONE])
    run(window, listed, qtbot)
    assert [listed.result.table.item(0, n).text() for n in (2, 3, 4)] == ["0.956", "0.952", "−0.004"]


def test_sentences_on_cases_left_out_are_read_to_their_end(window, listed, play, qtbot):
    text = "p1_mask.png is damaged & <incomplete> and cannot be read as a picture. Copy or export it again."
    play([{"event": "skipped", "name": "p1.png", "text": text}] * 2 + [WAIT])
    click(listed.choose.start)
    shown = listed.busy.skipped
    qtbot.waitUntil(lambda: shown.toPlainText() == f"{text}\n{text}")
    shown.setFixedWidth(shown.fontMetrics().horizontalAdvance(text) - 5)
    settle()
    block = shown.document().firstBlock()
    assert block.layout().lineCount() == 2 and block.blockFormat().bottomMargin() > 0
    click(listed.busy.cancel)
    qtbot.waitUntil(lambda: not window.adapt.is_running)


def test_full_disk_before_the_start_is_a_sentence(window, listed, play, qtbot, monkeypatch, tmp_path):
    play(RESULT)
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    run(window, listed, qtbot)
    assert "cannot be written to" in listed.message


def test_models_folder_that_takes_nothing_offers_another(
    window, maker, listed, play, qtbot, monkeypatch, tmp_path
):
    play(RESULT)
    run(window, listed, qtbot)
    own_folder().parent.parent.mkdir(parents=True, exist_ok=True)
    own_folder().parent.write_text("in the way")
    click(listed.result.use)
    qtbot.waitUntil(lambda: "Nothing is lost" in listed.message)
    assert listed.result.use.isEnabled()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "elsewhere"))
    click(listed.result.save)
    wanted = str(tmp_path / "elsewhere" / "adapted.safetensors")
    qtbot.waitUntil(lambda: maker.engine.asked(LoadModel)[-1].model == wanted)


# --- the end of the program -------------------------------------------------------


def test_quitting_asks_while_a_model_learns(window, listed, play, qtbot):
    play([progress(), WAIT])
    click(listed.choose.start)
    qtbot.waitUntil(lambda: listed.busy.bar.value() == 500)
    with answering(button(QMessageBox.Cancel)) as said:
        window.close()
    assert "still learns" in said[0] and window.isVisible() and window.adapt.is_running
    with answering(button(QMessageBox.Discard)):
        window.close()
    assert not window.isVisible() and not window.adapt.is_running


def test_quitting_with_an_unsaved_mask_asks_about_the_model_too(window, listed, play, qtbot):
    play([progress(), WAIT])
    drag(view_of(window), (20, 20), (44, 40))
    qtbot.waitUntil(lambda: window.session.is_modified)
    click(listed.choose.start)
    qtbot.waitUntil(lambda: listed.busy.bar.value() == 500)
    with answering(button(QMessageBox.Cancel)) as said:
        window.close()
    assert len(said) == 1 and "still learns" in said[0]
    choices = iter((QMessageBox.Discard, QMessageBox.Cancel))
    with answering(lambda box: button(next(choices))(box)) as said:
        window.close()
    assert len(said) == 2 and "not saved" in said[1]
    assert window.isVisible() and window.adapt.is_running
    with answering(button(QMessageBox.Discard)):
        window.close()
    assert not window.isVisible() and not window.adapt.is_running


@pytest.mark.parametrize(("after", "kept"), [(0.9, 1), (0.7, 0)])
def test_quitting_keeps_a_better_model_nobody_decided_on(window, listed, play, qtbot, after, kept):
    play([scores(after=after), DONE])
    run(window, listed, qtbot)
    window.close()
    assert len(list(own_folder().glob("*.safetensors"))) == kept


def test_controller_without_a_run_may_close(window):
    assert isinstance(window.adapt, AdaptController) and window.adapt.may_close()


def test_few_outlines_are_a_reason_to_be_careful_and_unnamed_labels_get_a_name(window, listed, play, qtbot):
    table = [{"label": "2", "objects": 3, "before": 0.8, "after": 0.9}]
    play([scores(objects=3, table=table), DONE])
    run(window, listed, qtbot)
    assert "few outlines" in listed.result.advice.text()
    assert listed.result.table.item(0, 0).text() == "Label 2"
