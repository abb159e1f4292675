"""The card that comes with the weights, and what is said of weights that have none."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from medsam.errors import ModelError
from pretrain.__main__ import main
from pretrain.cards import card_file, card_in_words, read_card
from pretrain.catalogue import DEFAULT, entry
from pretrain.own import own_entry
from tests.pretrain.test_own import described, write_safetensors


def the_card() -> str:
    """The text of the card in the repository."""
    path = card_file(entry(DEFAULT))
    assert path is not None
    return read_card(path)


def test_the_card_is_of_the_weights_that_come_with_the_program() -> None:
    text = the_card()
    known = entry(DEFAULT)
    assert known.sha256 in text and known.file in text
    assert f"{known.size / 1e6:.1f} MB" in text


def test_the_card_says_what_every_card_must() -> None:
    text = the_card()
    assert "**Research use only. Not a medical device.**" in text
    for part in ("Intended use", "Not intended", "Scores", "Where it fails", "Data and terms", "Protocol"):
        assert f"## {part}\n" in text
    for source in ("ACDC", "Kvasir-SEG", "GPL-3.0", "CC BY 4.0", "not stated"):
        assert source in text
    assert re.search(r"\*\*0\.\d{3}\*\*\s\(0\.\d{3}–0\.\d{3}\)", text), "scores have intervals"


def test_the_pictures_of_the_card_are_beside_it() -> None:
    path = card_file(entry(DEFAULT))
    assert path is not None
    names = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", the_card())
    assert len(names) == 2
    for name in names:
        drawing = (path.parent / name).read_text(encoding="utf-8")
        assert drawing.startswith("<svg") and "<image" not in drawing, "outlines, no pictures of the data"


def test_other_weights_have_no_card_but_what_is_known(tmp_path: Path) -> None:
    known = entry("sam_vit_b")
    assert card_file(known) is None
    said = card_in_words(known)
    assert "no model card" in said and known.licence in said and known.page in said
    said = card_in_words(own_entry(write_safetensors(tmp_path / "mine.safetensors", described())))
    assert "Thyroid nodules" in said and "trained: tn3k (120), own (12)" in said


def test_the_command_prints_a_card(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["card"]) == 0
    assert capsys.readouterr().out.strip() == the_card().strip()
    assert main(["card", "lite_medsam"]) == 0
    assert "LiteMedSAM" in capsys.readouterr().out
    mine = write_safetensors(tmp_path / "mine.safetensors", described())
    assert main(["card", str(mine)]) == 0
    assert "Thyroid nodules" in capsys.readouterr().out
    assert main(["card", "nothing"]) == 2
    assert "no model" in capsys.readouterr().err


def test_a_card_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "MODEL_CARD.md").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ModelError, match=r"MODEL_CARD\.md cannot be read"):
        read_card(tmp_path / "MODEL_CARD.md")
    with pytest.raises(ModelError, match=r"gone\.md cannot be read"):
        read_card(tmp_path / "gone.md")


def test_no_torch_is_imported(repo_root: Path) -> None:
    code = (
        "import sys; from pretrain.cards import card_in_words; from pretrain.catalogue import *;"
        "assert card_in_words(entry(DEFAULT)); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=repo_root, check=True, timeout=60)
