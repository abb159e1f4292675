"""The user's own models: files of weights that lie in the folders for weights.

Nothing is noted anywhere: a file that is put there is listed, with what it
says of itself, and one that is taken away is gone. No torch: the window lists
them. A file may say anything, so nothing of it is trusted beyond being text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from medsam.errors import ModelError
from pretrain.catalogue import PREPROCESSINGS, Entry, catalogue, own_folders
from pretrain.descriptions import read_description, structure

SUFFIXES = (".safetensors", ".pth", ".pt")
PROMPTS = ("box", "points", "mask")

ENCODES = "Encodes a slice once, then answers each prompt from that."
"""The cost of a model whose network is of no published size."""

_LONGEST = 240


def own_models(complain: Callable[[str], None] = lambda sentence: None) -> list[Entry]:
    """Every model of the user's own, the newest first; the ``name`` of each is its path.

    Args:
        complain: Told of each file that is damaged and therefore not listed.
    """
    found: list[tuple[float, Entry]] = []
    seen: set[Path] = set()
    for path in _files():
        resolved = path.resolve()
        if resolved in seen:
            continue
        seen.add(resolved)
        try:
            found.append((path.stat().st_mtime, own_entry(path)))
        except ModelError as error:
            complain(str(error))
        except OSError as error:
            complain(f"{path.name} cannot be read: {error.strerror or error}.")
    return [entry for _, entry in sorted(found, key=lambda pair: (-pair[0], pair[1].file))]


def own_entry(path: Path) -> Entry:
    """The entry of one file; one that says nothing of itself is listed by its name.

    Raises:
        ModelError: If it cannot be read or is not a whole file of weights.
    """
    said = read_description(path)
    card = structure(said.get("card"), path.name)
    arch = _line(said.get("arch", ""))
    preprocessing = said.get("preprocessing", "").strip()
    kind = structure(preprocessing, path.name).get("kind") if preprocessing[:1] == "{" else preprocessing
    prompts = card.get("prompts")
    return Entry(
        name=str(path),
        title=_line(card.get("title")) or path.stem,
        file=path.name,
        arch=arch,
        url="",
        size=path.stat().st_size,
        sha256="",
        preprocessing=kind if isinstance(kind, str) and kind in PREPROCESSINGS else "",
        licence=_line(card.get("licence")),
        licence_url="",
        terms=_line(card.get("terms")),
        prompts=frozenset(p for p in PROMPTS if p in prompts) if isinstance(prompts, list) else frozenset(),
        candidates=_count(card.get("candidates")),
        can_be_empty=card.get("can_be_empty") is True,
        cost=_cost(arch),
        bundled=False,
        description="",
        path=path,
        card=card,
    )


def card_lines(card: Mapping[str, Any]) -> dict[str, str]:
    """What a card tells people, a line a subject, of subjects it knows.

    Returns:
        Any of "trained" (data sets and cases), "started" (weights begun from),
        "validation" and "evaluation" (figures with their protocol), "licences".
        Words that join the figures are left to whoever shows them.
    """
    lines = {
        "trained": _trained(_table(card.get("trained_on"))),
        "started": _line(_table(card.get("started_from")).get("title")),
        "validation": _scores(_table(card.get("validation"))),
        "evaluation": _scores(_table(card.get("evaluation"))),
        "licences": _licences(_table(card.get("licences"))),
    }
    return {name: line for name, line in lines.items() if line}


def _files() -> Iterator[Path]:
    published = {entry.file for entry in catalogue().values()}
    for folder in own_folders():
        try:
            files = sorted(folder.iterdir())
        except OSError:
            continue
        for path in files:
            hidden = path.name.startswith(".")
            if path.suffix in SUFFIXES and not hidden and path.name not in published and path.is_file():
                yield path


def _cost(arch: str) -> str:
    """What a published network of the same size takes."""
    alike = next((e.cost for e in catalogue().values() if e.arch == arch), "")
    return alike or (ENCODES if arch else "")


def _trained(table: Mapping[str, Any]) -> str:
    datasets = _table(table.get("datasets"))
    return ", ".join(f"{_line(name)} ({_count(cases)})" for name, cases in datasets.items())


def _scores(table: Mapping[str, Any]) -> str:
    """Mean, modalities and protocol of a table of scores."""
    dice = _figure(table.get("dice"))
    if not dice:
        return ""
    parts = [f"{_line(name)} {_figure(value)}" for name, value in _table(table.get("modalities")).items()]
    figures = f"Dice {dice}" + (f" ({', '.join(parts)})" if len(parts) > 1 else "")
    return f"{figures}. {_line(table.get('sentence'), 2 * _LONGEST)}".strip()


def _licences(table: Mapping[str, Any]) -> str:
    return "; ".join(f"{_line(name)}: {_line(value)}" for name, value in table.items())


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _line(value: Any, longest: int = _LONGEST) -> str:
    """One line of text of a bounded length, whatever a file holds."""
    text = " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""
    text = "".join(c for c in text if c.isprintable())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _figure(value: Any) -> str:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:.3f}" if is_number else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 1
