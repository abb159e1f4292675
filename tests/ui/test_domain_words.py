"""Sentences from below the window: all listed, recognised with their values, said in Chinese."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import pytest
from PyQt5.QtCore import QCoreApplication

from medsam.errors import InputError, ReadError
from medsam.io import read_volume
from medsam.ui import domain_words, translation
from medsam.ui.domain_words import in_words
from medsam.ui.errors import Presenter
from tests.phantoms import ct_phantom
from tests.ui import domain_scan
from tests.ui.window_support import show_volume


@pytest.fixture
def chinese(qapp):
    """The window speaks Chinese."""
    translation.install(qapp, translation.CHINESE)
    yield
    translation.remove(qapp)


def filled(template):
    """A template with a value in every place."""
    return domain_words._HOLE.sub(lambda hole: f"v{hole.group()[1:-1]}.nii", template)


# --- the lists --------------------------------------------------------------------


@pytest.mark.parametrize("module", domain_scan.PARTS)
def test_every_sentence_of_the_parts_below_is_listed_and_nothing_else(module):
    listed = getattr(domain_words, module).SENTENCES
    assert list(listed) == domain_scan.sentences_of(module), "run: make translations"
    assert len(listed) > 40


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise InputError('A box needs an area.')", ["A box needs an area."]),
        ("raise InputError(f'{a} is {b:g} mm. Choose one.')", ["{0} is {1} mm. Choose one."]),
        ("t = f'{a} holds no' + f' {b} at all.'", ["{0} holds no {1} at all."]),
        ("t = 'It has ' + text + ' and more.'", ["It has {0} and more."]),
        ("t = f'{\"one two three.\" if a else b} were left out.'", ["{0} were left out."]),
        ("def f():\n    '''A docstring is no sentence.'''", []),
        ("log.info('This goes to the log.')", []),
        ("t = 'a.b.c.'", []),
    ],
)
def test_the_finder_finds(code, said):
    assert list(domain_scan.sentences_in(ast.parse(code))) == said


# --- recognising ------------------------------------------------------------------


def test_english_stays_as_it_is(qapp):
    text = "scan.nii holds no picture. Export the series again."
    assert translation.in_use() == "en" and in_words(text) == text


@pytest.mark.parametrize("template", domain_words._SENTENCES)
def test_every_sentence_is_said_in_chinese_with_its_values(chinese, template):
    said = in_words(filled(template))
    assert re.search(r"[\u4e00-\u9fff]", said), said
    assert sorted(re.findall(r"v\d+\.nii", said)) == sorted(re.findall(r"v\d+\.nii", filled(template)))
    # Nothing in English is left but names and code.
    words = re.sub(r"v\d+\.nii|“[^”]*”|\(.*?\)|（.*?）|python -m \S+ ?\w*|torch\.\S+|--device \w+", "", said)
    left = set(re.findall(r"\b[a-z]{4,}\b", words)) - NAMES
    assert left == set(), said


NAMES = {
    "true",
    "false",
    "nibabel",
    "info",
    "series",
    "image",
    "mask",
    "nrrd",
    "zoom",
    "state",
    "dict",
    "alpha",
    "qform",
    "sform",
}
"""What stands in Chinese sentences as it is."""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a.png is not a picture that can be read. Save it as PNG or TIFF.",
            "a.png 不是可读取的图片。请存为 PNG 或 TIFF。",
        ),
        (
            "The model's process ended unexpectedly (signal 9). The image and the labels are safe.",
            "模型进程意外结束（signal 9）。图像和标签均完好。",
        ),
        ("Nobody listed this sentence here.", "Nobody listed this sentence here."),
        (
            "Transparency was dropped. Nobody listed this one.",
            "透明度已去除。Nobody listed this one.",
        ),
        ("标签 1", "标签 1"),
        ("", ""),
    ],
)
def test_sentences_are_recognised_one_by_one(chinese, text, said):
    assert in_words(text) == said == in_words(said)


def test_most_special_template_wins(chinese):
    text = "x.nii cannot be read: no rights. Check the right to read it."
    assert in_words(text) == "无法读取 x.nii：no rights。请检查读取权限。"


# --- in the window ------------------------------------------------------------------


def test_presenter_says_and_withdraws_in_chinese(chinese):
    presenter, heard = Presenter(), []
    presenter.message.connect(lambda kind, text, action: heard.append(text))
    presenter.withdrawn.connect(heard.append)
    sentence = "A label needs a name; the one given is empty."
    presenter.error(InputError(sentence))
    presenter.warning(sentence)
    presenter.withdraw(sentence)
    assert heard == ["标签需要名称；所给名称为空。"] * 3


def test_broken_file_is_told_in_chinese(chinese, tmp_path):
    broken = tmp_path / "scan.png"
    broken.write_bytes(b"")
    with pytest.raises(ReadError) as failure:
        read_volume(broken)
    assert Presenter().sentence(failure.value) == "scan.png 为空（0 字节）。请重新复制或导出。"


def test_notes_of_an_image_are_chinese(chinese, new_window):
    window = new_window()
    show_volume(window, replace(ct_phantom(), notes=("The slice thickness is not given; 1 mm is assumed.",)))
    assert "没有给出层厚；按 1 mm 处理。" in " ".join(
        banner.text for banner in window.banners.findChildren(type(window.banners._note))
    )
    assert QCoreApplication.translate("Domain", "Transparency was dropped.") == "透明度已去除。"
