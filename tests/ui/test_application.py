"""One run of the program: arguments, screenshot, exit codes, light imports, look and help."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QImage, QPalette
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QTextBrowser

import gui
from medsam.io import write_volume
from medsam.prompts import Box
from medsam.ui import settings
from medsam.ui.application import run
from medsam.ui.panels.cheat_sheet import CheatSheet
from medsam.ui.scripted import ScriptedRun, Work
from medsam.ui.theme import Theme
from tests.phantoms import ct_phantom
from tests.ui.window_support import settle, show_volume, view_of


@pytest.fixture
def scan(tmp_path):
    """A CT on disk."""
    return write_volume(tmp_path / "scan.nii.gz", ct_phantom(noise=0.0))


def test_arguments_are_those_of_the_design():
    options = gui.parse(
        ["scan.nii.gz", "--box", "1,2,30,40", "--slice", "7", "--model", "x", "--device", "cpu"]
    )
    assert (options.box, options.slice, options.model, options.device) == (Box(1, 2, 30, 40), 7, "x", "cpu")


@pytest.mark.parametrize(
    "arguments", [["a.png", "--box", "1,2,3"], ["a.png", "--box", ""], ["--box", "1,2,3,4"], ["--slice", "2"]]
)
def test_bad_arguments_are_one_line(arguments, capsys):
    with pytest.raises(SystemExit) as leaving:
        gui.parse(arguments)
    assert leaving.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_help_needs_neither_qt_nor_torch(repo_root):
    code = (
        "import sys, gui\n"
        "try: gui.parse(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(name.startswith(('PyQt5', 'torch')) for name in sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=repo_root, stdout=subprocess.DEVNULL).returncode == 0
    )


def test_window_process_never_imports_torch_and_leaves_qt_nothing_to_destroy(repo_root, scan, tmp_path):
    # What PyQt destroys as the interpreter ends may be freed under its hands; here freed memory shows.
    code = f"""
import gc, sys
from pathlib import Path
from PyQt5 import sip
from PyQt5.QtCore import QObject, QThread
from PyQt5.QtWidgets import QWidget
from medsam.prompts import Box
from medsam.ui.application import run
from medsam.ui.scripted import Work
from tests.fakes import FakeEngine
work = Work(Path({str(scan)!r}), 8, Box(10, 12, 30, 36), Path({str(tmp_path / "p.png")!r}))
code = run(work, model=None, device="auto", engine=FakeEngine)
print(sorted(n for n in ("torch", "monai", "scipy.ndimage") if n in sys.modules))
qt = [o for o in gc.get_objects() if issubclass(type(o), QObject) and not sip.isdeleted(o)]
print(sorted(type(o).__name__ for o in qt if sip.ispyowned(o) and type(o).__module__.startswith("medsam")))
print(sorted(type(o).__name__ for o in qt if isinstance(o, (QWidget, QThread))))
sys.exit(code)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=repo_root,
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "MALLOC_PERTURB_": "165",
            "PYTHONMALLOC": "malloc",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["[]", "[]", "[]"]


def orange(image: QImage) -> int:
    """Pixels of a label's colour over grey."""
    found = 0
    for y in range(0, image.height(), 3):
        for x in range(0, image.width(), 3):
            pixel = image.pixelColor(x, y)
            found += pixel.red() > pixel.blue() + 60 and pixel.green() > pixel.blue() + 20
    return found


def test_screenshot_shows_the_mask_of_the_box(qapp, maker, scan, tmp_path):
    plain, boxed = tmp_path / "plain.png", tmp_path / "new folder" / "boxed.png"
    assert run(Work(scan, 8, None, plain), model=None, device="auto", engine=maker) == 0
    assert run(Work(scan, 8, Box(10, 12, 40, 44), boxed), model=None, device="auto", engine=maker) == 0
    settle()
    before, after = orange(QImage(str(plain))), orange(QImage(str(boxed)))
    assert after > before + 1000


def test_the_other_planes_cut_through_the_box(window, qtbot, scan):
    script = ScriptedRun(window, Work(scan, 8, Box(10, 12, 40, 44)))
    with qtbot.waitSignal(script.finished, timeout=20_000) as done:
        script.start()
    assert done.args == [""]
    stored = {view.frame.axis: view.index for view in window.view.views}
    assert stored[2] == 8 and abs(stored[0] - 25) <= 1 and abs(stored[1] - 28) <= 1


def test_screenshot_waits_for_the_exact_mask(qapp, maker, scan, tmp_path):
    maker.mode = "thread"
    maker.prepare = lambda engine: setattr(engine, "draft_first", True)
    path = tmp_path / "p.png"
    assert run(Work(scan, 8, Box(10, 12, 40, 44), path), model=None, device="auto", engine=maker) == 0
    assert orange(QImage(str(path))) > 1000


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (Work(slice_index=99), "0 to 19"),
        (Work(box=Box(500, 500, 600, 600)), "does not"),
        (Work(box=Box(5, 5, 5, 40)), "at least"),
    ],
)
def test_impossible_work_is_one_line_and_exit_code_two(qapp, maker, scan, tmp_path, capsys, work, said):
    work = Work(scan, work.slice_index, work.box, tmp_path / "p.png")
    assert run(work, model=None, device="auto", engine=maker) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and said in lines[0]
    assert not (tmp_path / "p.png").exists()


def test_missing_file_is_one_line_and_exit_code_two(qapp, maker, tmp_path, capsys):
    work = Work(tmp_path / "nothing.nii.gz", screenshot=tmp_path / "p.png")
    assert run(work, model=None, device="auto", engine=maker) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and "nothing.nii.gz" in lines[0]


def test_model_that_cannot_be_had_ends_the_screenshot(qapp, maker, scan, tmp_path, capsys):
    maker.prepare = lambda engine: engine.models.update({"big": "The weights are not here."})
    assert run(Work(scan, 3, None, tmp_path / "p.png"), model="big", device="auto", engine=maker) == 2
    assert capsys.readouterr().err.strip() == "The weights are not here."


def test_window_shows_before_the_engine_starts(new_window, maker):
    seen = []
    maker.prepare = lambda engine: seen.append(
        any(w.isVisible() for w in QApplication.topLevelWidgets() if w.objectName() == "MainWindow")
    )
    new_window()
    assert seen == [True]


def test_engine_that_cannot_start_leaves_a_window_that_shows_images(new_window, monkeypatch):
    def broken(on_message):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("tests.ui.window_support.EngineMaker.__call__", lambda self, m: broken(m))
    window = new_window()
    assert window.banners.texts == ["Cannot allocate memory."]
    show_volume(window, ct_phantom())
    assert view_of(window).volume is not None and window.status.engine.full_text() == "No engine"


def test_theme_changes_palette_and_icons_and_is_remembered(window, qapp):
    window.actions_["theme_dark"].trigger()
    dark = qapp.palette().color(QPalette.Window).lightness()
    icon = window.actions_["open"].icon().pixmap(16, 16).toImage()
    window.actions_["theme_light"].trigger()
    assert dark < 80 < 200 < qapp.palette().color(QPalette.Window).lightness()
    assert icon != window.actions_["open"].icon().pixmap(16, 16).toImage()
    assert settings.value("view/theme") == "light"
    again = Theme(qapp)
    again.restore()
    assert again.choice == "light"


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_text_stands_out_from_its_ground(choice):
    from medsam.ui.theme import DARK_COLOURS, LIGHT_COLOURS

    colours = DARK_COLOURS if choice == "dark" else LIGHT_COLOURS
    for text, ground in (
        (colours.text, colours.window),
        (colours.text, colours.base),
        (colours.muted, colours.window),
        (colours.accent_text, colours.accent),
        (colours.text, colours.error),
        (colours.text, colours.warning),
        (colours.text, colours.info),
    ):
        assert contrast(text, ground) >= 4.5, (text, ground)


def contrast(a: str, b: str) -> float:
    """WCAG 2.1 contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_help_page_lists_every_key(window):
    QTest.keyClick(window, Qt.Key_F1)
    settle()
    (dialog,) = window.findChildren(CheatSheet)
    text = dialog.findChild(QTextBrowser).toPlainText()
    for keys, _ in window.actions_.shortcuts():
        assert keys in text
    for words in ("Wheel", "Right drag", "Double click", "PgUp", "Ctrl+,"):
        assert words in text
    dialog.close()


def test_no_two_actions_share_a_key(window):
    keys = [k.toString() for n in window.actions_.names() for k in window.actions_[n].shortcuts()]
    assert len(keys) == len(set(keys))


def test_every_action_speaks(window):
    for name in window.actions_.names():
        action = window.actions_[name]
        assert action.toolTip() and action.statusTip(), name


def test_disabled_actions_say_why(window):
    for name in ("save", "fit", "auto_window", "preset_1", "tool_box", "close", "new_label"):
        action = window.actions_[name]
        assert not action.isEnabled() and "Open an image first." in action.toolTip(), name
    assert window.actions_["undo"].toolTip() == "Nothing to undo"


def test_welcome_page_offers_ways_to_begin(window, scan, qtbot):
    assert window.pages.currentWidget() is window.welcome
    settings.remember_file(scan)
    window.welcome.refresh()
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        button = window.welcome._recent.itemAt(0).widget()
        QTest.mouseClick(button, Qt.LeftButton)
    window.actions_["close"].trigger()
    assert window.pages.currentWidget() is window.welcome


def test_small_screen_still_fits(window):
    show_volume(window, ct_phantom())
    window.resize(1024, 700)
    settle()
    assert (window.width(), window.height()) == (1024, 700)
    assert view_of(window).width() > 380


def test_geometry_and_side_panel_are_remembered(new_window):
    first = new_window()
    show_volume(first, ct_phantom())
    first.resize(1010, 640)
    first.actions_["side_panel"].trigger()
    settle()
    assert not first.workplace.side.isVisible()
    first.close()
    second = new_window()
    assert not second.actions_["side_panel"].isChecked()


def test_the_window_is_gone_before_a_slow_worker_ends(window, maker, monkeypatch):
    seen = []
    monkeypatch.setattr(maker.engine, "close", lambda timeout=5.0: seen.append(window.isVisible()))
    window.close()
    assert seen == [False] and not window.isVisible()
