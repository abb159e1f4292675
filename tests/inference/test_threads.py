"""How many threads a network gets: a core stays free for the window where there are enough."""

from __future__ import annotations

import pytest

from medsam.inference import threads
from medsam.inference.threads import choose_threads


@pytest.mark.parametrize(("cores", "expected"), [(1, 1), (2, 2), (3, 3), (4, 3), (16, 15)])
def test_a_core_stays_free_where_there_are_four(
    cores: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(threads.VARIABLE, raising=False)
    monkeypatch.setattr(threads, "usable_cores", lambda: cores)
    assert choose_threads() == expected


@pytest.mark.parametrize(("text", "expected"), [("5", 5), ("0", 2), ("many", 2)])
def test_the_environment_overrides_the_threads(
    text: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "usable_cores", lambda: 2)
    monkeypatch.setenv(threads.VARIABLE, text)
    assert choose_threads() == expected
