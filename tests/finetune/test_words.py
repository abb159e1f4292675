"""Numbers as people read them."""

from __future__ import annotations

import pytest

from finetune.words import array_size, byte_size, duration, three_digits


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59, "59 s"), (61, "1 min 01 s"), (7500, "2 h 05 min"), (273600, "3 d 4 h")],
)
def test_durations_have_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_numbers_for_people() -> None:
    assert [three_digits(v) for v in (1234.5, 56.78, 1.234, 0.01234)] == ["1234", "56.8", "1.23", "0.0123"]
    sizes = [byte_size(v) for v in (12, 2048, 5 << 20, 195 << 30)]
    assert sizes == ["12 bytes", "2.0 KiB", "5.0 MiB", "195 GiB"]
    assert array_size((512, 512, 3)) == "512 x 512 x 3"
