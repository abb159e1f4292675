"""Preferences, theme and language."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "preferences",
            translate("Actions", "&Preferences…"),
            "mdi6.cog-outline",
            ("Ctrl+,",),
            translate("Actions", "Language, keys, mouse and what the program does by itself"),
        ),
        Spec(
            "theme_system",
            translate("Actions", "&System"),
            "",
            (),
            translate("Actions", "Follow the system's colours"),
            True,
        ),
        Spec(
            "theme_light", translate("Actions", "&Light"), "", (), translate("Actions", "Light colours"), True
        ),
        Spec("theme_dark", translate("Actions", "&Dark"), "", (), translate("Actions", "Dark colours"), True),
        Spec(
            "language_system",
            translate("Actions", "&System"),
            "",
            (),
            translate("Actions", "Follow the system's language"),
            True,
        ),
        # The names of languages stay in their own words, so that everybody finds theirs.
        Spec(
            "language_en",
            "&English",
            "",
            (),
            translate("Actions", "English words"),
            True,
        ),
        Spec(
            "language_zh_CN",
            "简体中文(&C)",
            "",
            (),
            translate("Actions", "Simplified Chinese words"),
            True,
        ),
    ]
