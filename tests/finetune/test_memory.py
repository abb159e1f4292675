"""The C library is told, where it is one that can be told."""

from __future__ import annotations

import platform
import sys

import pytest

from finetune import memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_glibc_takes_the_options() -> None:
    assert memory.keep_memory()


def test_elsewhere_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert not memory.keep_memory()


def test_another_library_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(memory.ctypes, "CDLL", none)
    assert not memory.keep_memory()
