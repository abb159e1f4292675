"""The language of the window: ours, and Qt's for the buttons of its own dialogs.

English is what the sources say, so it needs no file. Every other language is
one ``translations/medsam_<language>.qm``, compiled from the ``.ts`` beside it
by ``make translations``.
"""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from medsam.ui import settings

SYSTEM, ENGLISH, CHINESE = "system", "en", "zh_CN"
FOLDER = Path(__file__).resolve().parent / "translations"

_installed: list[QTranslator] = []


def language_of(tags: list[str]) -> str:
    """The language to use for a user's languages, best first.

    Args:
        tags: As ``QLocale.uiLanguages`` gives them: ``"en-US"``, ``"zh-Hans-CN"``.

    Returns:
        The first that there is; English if there is none. Traditional
        Chinese is another script and not taken for the simplified one.
    """
    for tag in tags:
        parts = tag.replace("_", "-").split("-")
        if parts[0] == "en":
            return ENGLISH
        if parts[0] == "zh" and not {"Hant", "TW", "HK", "MO"} & set(parts):
            return CHINESE
    return ENGLISH


def chosen() -> str:
    """What the user chose: "system", "en" or "zh_CN"."""
    choice = str(settings.value("view/language", SYSTEM))
    return choice if choice in (SYSTEM, ENGLISH, CHINESE) else SYSTEM


def choose(choice: str) -> None:
    """Remember a choice; ``install`` follows it."""
    settings.remember("view/language", choice)


def language_for(choice: str) -> str:
    """The language that a choice means: "en" or "zh_CN"."""
    return choice if choice in (ENGLISH, CHINESE) else language_of(QLocale.system().uiLanguages())


def in_use() -> str:
    """The language that widgets are made in now."""
    return CHINESE if _installed else ENGLISH


def install(app: QCoreApplication, language: str) -> str:
    """Use a language for every widget made from now on, in the place of the one before.

    Args:
        app: Gets the translators.
        language: "system", "en" or "zh_CN"; anything else counts as "system".

    Returns:
        The language in use: English also where the file of another is missing.
    """
    remove(app)
    language = language_for(language)
    if language == ENGLISH:
        return ENGLISH
    ours = QTranslator()
    if not ours.load(f"medsam_{language}", str(FOLDER)):
        return ENGLISH
    qts = QTranslator()
    if qts.load(f"qtbase_{language}", QLibraryInfo.location(QLibraryInfo.TranslationsPath)):
        _add(app, qts)
    _add(app, ours)
    return language


def remove(app: QCoreApplication) -> None:
    """Go back to the words of the sources."""
    while _installed:
        app.removeTranslator(_installed.pop())


def _add(app: QCoreApplication, translator: QTranslator) -> None:
    # Qt does not own translators: without a reference here they would vanish.
    _installed.append(translator)
    app.installTranslator(translator)
