"""What is known of a model, as a page: of the catalogue, and of what a file says of itself."""

from __future__ import annotations

from html import escape
from typing import Any

from PyQt5.QtCore import QCoreApplication

from medsam.ui.data_words import model_text
from pretrain.own import card_lines

translate = QCoreApplication.translate


def say_size(size: int) -> str:
    """A number of bytes for people: ``"375 MB"``; "" for 0."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            number = size / factor
            return f"{number:.1f} {unit}" if number < 10 else f"{number:.0f} {unit}"
    return f"{size} B" if size else ""


def facts_html(entry: Any) -> str:
    """The page of an entry of ``pretrain.catalogue``: title, description, training, scores, licence, file."""
    lines = [f"<h3>{escape(entry.title)}</h3>"]
    if entry.description:
        lines.append(f"<p>{escape(model_text(entry.description))}</p>")
    for name, text in (*_own_facts(entry), *_facts(entry)):
        if text:
            lines.append(f'<p style="margin: 0 0 5px 0"><b>{name}</b> {text}</p>')
    return "".join(lines)


def _facts(entry: Any) -> list[tuple[str, str]]:
    """Headings and texts on licence, cost and file."""
    not_stated = translate("ModelDialog", "Not stated")
    licence = escape(model_text(entry.licence)) if entry.licence else not_stated
    terms = escape(model_text(entry.terms)) if entry.terms else ""
    repeats = bool(terms) and terms.startswith(licence)
    if entry.licence_url:
        licence = f'<a href="{escape(entry.licence_url)}">{licence}</a>'
    if terms:
        licence = terms if repeats else translate("ModelDialog", "{0}. {1}").format(licence, terms)
    size = say_size(entry.size)
    file = escape(entry.file) + (f", {size}" if size else "")
    if entry.path is not None:
        file = translate("ModelDialog", "{0}, in {1}").format(file, escape(str(entry.path.parent)))
    went_in = escape(card_lines(entry.card).get("licences", ""))
    return [
        (translate("ModelDialog", "Licence:"), licence),
        (translate("ModelDialog", "Licences of what went in:"), went_in),
        (translate("ModelDialog", "Cost:"), escape(model_text(entry.cost)) if entry.cost else ""),
        (translate("ModelDialog", "File:"), file),
    ]


def _own_facts(entry: Any) -> list[tuple[str, str]]:
    """Headings and texts of the card that a model of the user's own carries; nothing for others."""
    if entry.path is None:
        return []
    said = {name: escape(line) for name, line in card_lines(entry.card).items()}
    if not said:
        return [("", translate("ModelDialog", "This file does not say what it was trained on."))]
    return [
        (translate("ModelDialog", "Trained on (cases):"), said.get("trained", "")),
        (translate("ModelDialog", "Started from:"), said.get("started", "")),
        (translate("ModelDialog", "Scores:"), said.get("evaluation", "")),
        (translate("ModelDialog", "Validation:"), said.get("validation", "")),
    ]
