"""What the README promises is there."""

from __future__ import annotations

import re
from pathlib import Path

from medsam.cli.main import build_parser
from medsam.intensity import CT_PRESETS
from pretrain.catalogue import catalogue


def text(root: Path) -> str:
    """The README."""
    return (root / "README.md").read_text(encoding="utf-8")


def test_every_model_is_in_the_table_with_its_licence(repo_root: Path) -> None:
    rows = [line for line in text(repo_root).splitlines() if line.startswith("| `")]
    cells = {row.split("|")[1].strip(" `"): row for row in rows}
    assert set(catalogue()) <= set(cells)
    for name, entry in catalogue().items():
        assert f"`{entry.file}`" in cells[name]
        assert f"| {entry.licence} |" in cells[name]
        assert all(prompt in cells[name].split("|")[6] for prompt in entry.prompts)


def test_every_command_is_described(repo_root: Path) -> None:
    readme = text(repo_root)
    commands = re.findall(r"^python -m medsam (\w+)", readme, re.MULTILINE)
    assert set(commands) == {"predict", "embed", "info", "convert", "doctor"}
    parser = build_parser()
    assert parser.parse_args(["predict", "--prompts", "a", "--out", "b"]).device == "auto"


def test_every_preset_is_named(repo_root: Path) -> None:
    assert all(name in text(repo_root) for name in CT_PRESETS)


def test_links_inside_the_repository_lead_somewhere(repo_root: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", text(repo_root))
    assert links
    missing = [
        link for link in links if not link.startswith("docs/images/") and not (repo_root / link).exists()
    ]
    assert not missing


def test_it_says_what_it_is_not(repo_root: Path) -> None:
    assert "not a medical device" in text(repo_root)
    assert "GPL-3.0" in text(repo_root)
