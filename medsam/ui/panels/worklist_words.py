"""The worklist in words: states, times and totals."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.document.worklist import CaseState, Totals

translate = QCoreApplication.translate

ICONS = {
    CaseState.NOT_STARTED: "mdi6.circle-outline",
    CaseState.IN_PROGRESS: "mdi6.circle-half-full",
    CaseState.DONE: "mdi6.check-circle",
    CaseState.FLAGGED: "mdi6.flag",
}
MISSING_ICON, PROBLEM_ICON = "mdi6.file-remove-outline", "mdi6.alert-circle-outline"


def state_name(state: CaseState) -> str:
    """A state for people."""
    return {
        CaseState.NOT_STARTED: translate("Worklist", "Not started"),
        CaseState.IN_PROGRESS: translate("Worklist", "In progress"),
        CaseState.DONE: translate("Worklist", "Done"),
        CaseState.FLAGGED: translate("Worklist", "Flagged"),
    }[state]


def minutes(seconds: float) -> str:
    """A case's time, minutes and seconds: ``3:07``; "" for none."""
    whole = int(seconds)
    if whole <= 0:
        return ""
    if whole >= 3600:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


def hours(seconds: float) -> str:
    """A list's time, hours and minutes: ``3:12 h``; minutes alone below an hour."""
    whole = round(seconds / 60)
    if whole < 60:
        return translate("Worklist", "{0} min").format(whole)
    return translate("Worklist", "{0} h").format(f"{whole // 60}:{whole % 60:02d}")


def totals_text(totals: Totals) -> str:
    """``37 of 100 done, 4 flagged · 3:12 h, about 1:40 h left``."""
    text = translate("Worklist", "{0} of {1} done").format(totals.done, totals.count)
    if totals.flagged:
        text = translate("Worklist", "{0}, {1} flagged").format(text, totals.flagged)
    if totals.seconds >= 30:
        text = translate("Worklist", "{0} · {1}").format(text, hours(totals.seconds))
    if totals.seconds_left is not None and totals.seconds_left >= 30:
        text = translate("Worklist", "{0}, about {1} left").format(text, hours(totals.seconds_left))
    return text
