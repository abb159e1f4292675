"""The model card of weights, where there is one: a Markdown file with pictures beside it.

The card of the weights that come with the program is made by ``python -m
finetune card``; other weights have what their catalogue entry or their own
file says.
"""

from __future__ import annotations

from pathlib import Path

from medsam.errors import ModelError
from pretrain.catalogue import Entry
from pretrain.own import card_lines

CARD = "MODEL_CARD.md"

_HERE = Path(__file__).resolve().parent


def card_file(entry: Entry) -> Path | None:
    """The card of an entry; its pictures' paths are relative to its folder. None if there is none."""
    path = _HERE / CARD
    return path if entry.bundled and path.is_file() else None


def read_card(path: Path) -> str:
    """The text of a card, Markdown.

    Raises:
        ModelError: If it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ModelError(f"{path.name} cannot be read ({reason}). Install the program again.") from None


def card_in_words(entry: Entry) -> str:
    """The card of an entry for a terminal: the whole one, or what is known of it."""
    path = card_file(entry)
    if path is not None:
        return read_card(path).rstrip()
    lines = [f"{entry.title}: no model card comes with it. What is known:"]
    if entry.description:
        lines.append(entry.description)
    for name, line in card_lines(entry.card).items():
        lines.append(f"{name}: {line}")
    lines.append(f"licence: {entry.licence or 'not stated'}. {entry.terms}".rstrip())
    if entry.page:
        lines.append(f"page: {entry.page}")
    return "\n".join(lines)
