"""Every declaration that docs/datasets.md shows is one, and each layout has one."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from finetune.data.declarations import read_declarations
from finetune.data.layouts.base import Declaration, load_layouts
from finetune.data.layouts.patterns import find_matches
from finetune.data.modalities import MODALITIES


def test_every_example_can_be_read(repo_root: Path, tmp_path: Path) -> None:
    page = (repo_root / "docs/datasets.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    shown = set()
    for number, text in enumerate(blocks):
        root = re.search(r'^root = "(.*)"$', text, re.MULTILINE)
        (tmp_path / (root[1] if root else ".")).mkdir(parents=True, exist_ok=True)
        file = tmp_path / f"{number}.toml"
        file.write_text(text, encoding="utf-8")
        (found,) = read_declarations(file)
        shown.add(found.layout)
        for pattern in (found.images, found.labels):
            assert not pattern or not list(find_matches(found.root, pattern))
    assert shown == set(load_layouts())


def test_every_setting_and_modality_is_described(repo_root: Path) -> None:
    page = (repo_root / "docs/datasets.md").read_text(encoding="utf-8")
    for field in dataclasses.fields(Declaration):
        assert f"`{field.name}`" in page or field.name == "cases", field.name
    for key in MODALITIES:
        assert f"`{key}`" in page
