"""What a file is while a folder is walked: nothing raises, and the halves of a pair count once."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsam.io import sniff as sniffing
from medsam.io.sniff import Kind, is_half, sniff_quietly


def test_what_cannot_be_read_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    assert sniff_quietly(picture) is Kind.PICTURE
    assert sniff_quietly(tmp_path) is Kind.UNKNOWN and sniff_quietly(tmp_path / "gone.png") is Kind.UNKNOWN

    def denied(path: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(sniffing, "_head", denied)
    assert sniff_quietly(picture) is Kind.UNKNOWN


def test_only_the_img_of_a_pair_is_its_half(tmp_path: Path) -> None:
    alone, image, header = (tmp_path / name for name in ("alone.img", "pair.IMG", "pair.hdr"))
    for path in (alone, image, header):
        path.touch()
    assert [is_half(path) for path in (alone, image, header)] == [False, True, False]
