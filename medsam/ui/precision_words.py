"""What precisions are called, and what each costs."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.engine.jobs import ModelInfo

translate = QCoreApplication.translate

AUTO, EXACT, FAST, FASTEST = "auto", "exact", "fast", "fastest"
PRECISION = "model/precision"
"""Setting: one of ``CHOICES``."""

CHOICES = (AUTO, EXACT, FAST, FASTEST)


def precision_name(precision: str) -> str:
    """A precision in a word, as it follows the device: ``fast``."""
    return {
        EXACT: translate("Precision", "exact"),
        FAST: translate("Precision", "fast"),
        FASTEST: translate("Precision", "fastest"),
    }.get(precision, precision)


def precision_title(precision: str) -> str:
    """A choice of the preferences."""
    return {
        AUTO: translate("Precision", "&Automatic"),
        EXACT: translate("Precision", "&Exact"),
        FAST: translate("Precision", "&Fast"),
        FASTEST: translate("Precision", "Fas&test"),
    }[precision]


def precision_cost(precision: str) -> str:
    """What a choice costs, in a sentence."""
    return {
        AUTO: translate("Precision", "Fast where this processor gains time by it, else exact."),
        EXACT: translate("Precision", "Numbers of 32 bits: the reference, and the slowest."),
        FAST: translate("Precision", "Numbers of 16 bits: quicker; masks differ by less than 1 % in area."),
        FASTEST: translate(
            "Precision", "Numbers of 8 bits: quicker on some processors; masks differ by up to 2 % in area."
        ),
    }[precision]


def model_text(info: ModelInfo) -> str:
    """A model, where it computes, and how if that can be chosen: ``MedSAM ViT-B · CPU · fast``."""
    text = f"{info.title} · {info.device.upper()}"
    return f"{text} · {precision_name(info.precision)}" if info.needs_encoding else text


def in_use_text(info: ModelInfo | None, is_coming: bool) -> str:
    """What the preferences say of the model in use."""
    if is_coming:
        return translate("Precision", "The model is being loaded.")
    if info is None:
        return translate("Precision", "No model is in use.")
    text = translate("Precision", "In use now: {0}").format(model_text(info))
    if info.needs_encoding:
        return text
    also = translate(
        "Precision", "This model always computes exactly; the choice is for models that encode slices."
    )
    return f"{text}. {also}"
