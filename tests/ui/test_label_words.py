"""Sizes of labels in words that fit their column."""

from __future__ import annotations

import pytest

from medsam.ui.panels.label_words import size_text, size_tip
from tests.phantoms import rgb_picture


@pytest.mark.parametrize(
    ("count", "text"),
    [(7, "7 px"), (9_999, "9,999 px"), (30_244, "30.2k px"), (123_456, "123k px"), (0, "–")],
)
def test_pixels_are_shortened_before_they_are_cut(count, text):
    assert size_text(rgb_picture(), count) == text
    assert len(text) <= len("88.8 mm³")


def test_the_tip_tells_every_pixel():
    assert size_tip(rgb_picture(), 30_244) == "30,244 pixels"
