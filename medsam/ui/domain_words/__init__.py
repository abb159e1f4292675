"""Sentences from the parts below the window, in the user's language.

Those parts know no Qt and speak English. Their sentences are listed in the
modules here as templates, ``"{0} holds no picture."``; one that arrives is
recognised by its template, and said in the language of the window with the
same values put in. A sentence that no template fits stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from PyQt5.QtCore import QCoreApplication

from medsam.ui import translation
from medsam.ui.domain_words import documents, files, models

_SENTENCES: tuple[str, ...] = (*documents.SENTENCES, *files.SENTENCES, *models.SENTENCES)
_HOLE = re.compile(r"\{\d+\}")
_END = re.compile(r"(?<=\.) ")
_LEAST_LETTERS = 10
"""A template with fewer letters of its own would fit too much."""


def in_words(text: str) -> str:
    """``text`` in the language of the window, as far as its sentences are known."""
    if translation.in_use() == translation.ENGLISH:
        return text
    parts = _END.split(text)
    for count in range(len(parts), 0, -1):
        said = _known(" ".join(parts[:count]))
        if said is not None:
            rest = " ".join(parts[count:])
            return said + (in_words(rest) if rest else "")
    return text


def _known(text: str) -> str | None:
    """The translation of one sentence or more that a template fits as a whole."""
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            values = [in_words(value) if " " in value else value for value in found.groups()]
            return _filled(QCoreApplication.translate("Domain", template), values)
    return None


def _filled(template: str, values: list[str]) -> str:
    """The template with values in its places; they may hold braces themselves."""
    return _HOLE.sub(lambda hole: values[int(hole.group()[1:-1])], template)


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every template with what it fits; those with the most letters of their own come first."""
    made = []
    for template in sorted(set(_SENTENCES), key=lambda t: -len(_HOLE.sub("", t))):
        pieces = [re.escape(piece) for piece in _HOLE.split(template)]
        if sum(len(piece) for piece in _HOLE.split(template)) >= _LEAST_LETTERS:
            made.append((template, re.compile("(.*?)".join(pieces), re.DOTALL)))
    return made
