"""What the system refuses is said in a sentence, whatever command met it."""

from __future__ import annotations

from pathlib import Path

import pytest

from finetune.__main__ import main
from finetune.commands import embed


def test_what_the_system_refuses_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def refuse(args: object) -> int:
        raise PermissionError(13, "Permission denied", str(tmp_path / "shard.npy"))

    monkeypatch.setattr(embed, "run", refuse)

    assert main(["embed", "--store", "s", "--out", "o"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("finetune embed: shard.npy could not be read or written (Permission denied).")
    assert str(tmp_path) not in said
