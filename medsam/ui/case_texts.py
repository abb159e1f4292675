"""What case files have to say, in the user's language."""

from __future__ import annotations

import time

from PyQt5.QtCore import QCoreApplication

from medsam.document.case_words import CaseTrouble, Holder, News

translate = QCoreApplication.translate


def trouble_text(trouble: CaseTrouble, image: str) -> str:
    """Why the work is not kept on the disk, and the remedy.

    Args:
        trouble: What the case file says.
        image: What the image is called on the screen.
    """
    # No comma may follow a call's last argument: pylupdate5 would not see the text.
    # fmt: off
    texts = {
        "full": translate("CaseFile",
            "The disk is full, so what you do is not kept. Free some space, or save the mask elsewhere."),
        "rights": translate("CaseFile",
            "The case file of {image} may not be written by this user. Choose another place for unfinished"
            " work in the preferences, or save the mask."),
        "gone": translate("CaseFile",
            "The case file of {image} or its folder is not there any more. Connect the drive again, or save"
            " the mask elsewhere."),
        "large": translate("CaseFile",
            "The case file of {image} is larger than this disk allows. Save the mask elsewhere."),
        "failed": translate("CaseFile",
            "The case file of {image} cannot be written ({detail}). Save the mask elsewhere."),
        "held": translate("CaseFile",
            "This case is open in {detail}. Close it there, then try again."),
        "changed": translate("CaseFile",
            "The case of {image} was changed by another window or program meanwhile. Save the mask under a"
            " name of its own to keep this work."),
        "foreign": translate("CaseFile",
            "{name} is not a case file of MedSAM, or its beginning is damaged. Move it elsewhere, then try"
            " again."),
        "newer": translate("CaseFile",
            "{name} was written by a later version of this program. Update the program to go on with it."),
        "other": translate("CaseFile",
            "{name} belongs to another image ({detail}). Move it elsewhere, then try again.")
    }
    # fmt: on
    detail = holder_text(trouble.holder) if trouble.kind == "held" else trouble.detail
    text = texts[trouble.kind].format(name=trouble.name, image=image, detail=detail)
    in_memory = translate("CaseFile", "Your work goes on in memory only.")
    return f"{text} {in_memory}"


def holder_text(holder: Holder | None) -> str:
    """Who writes a case."""
    if holder is None:
        return translate("CaseFile", "another window")
    if holder.is_here:
        text = translate("CaseFile", "another window of this computer since {0} (process {1})")
        return text.format(holder.clock, holder.pid)
    text = translate("CaseFile", "a window on the computer {2} since {0} (process {1})")
    return text.format(holder.clock, holder.pid, holder.host)


def news_text(news: News) -> str:
    """What was found when a case was opened."""
    # fmt: off
    texts = {
        "torn": translate("CaseFile", "The last action was not written to the end and is missing."),
        "damaged": translate("CaseFile",
            "The case file was damaged: {count} later steps could not be brought back; {aside} keeps what is"
            " left of them."),
        "salvaged": translate("CaseFile",
            "The case file was damaged: your work is whole, but only the last {count} steps can be undone;"
            " {aside} keeps the damaged file."),
        "moved": translate("CaseFile",
            "The place of this image in the patient differs from when the work was done.")
    }
    # fmt: on
    return texts[news.kind].format(name=news.name, count=news.count, aside=news.aside)


def when_text(seconds: float) -> str:
    """A time as people say it: the clock for today, the date before."""
    then, now = time.localtime(seconds), time.localtime()
    if then[:3] == now[:3]:
        return time.strftime("%H:%M", then)
    return time.strftime("%Y-%m-%d, %H:%M", then)


def restored_text(last_time: float, steps: int, labels: int) -> str:
    """That the work of before is here again."""
    one, many = translate("CaseFile", "1 step"), translate("CaseFile", "{0} steps")
    count = one if steps == 1 else many.format(steps)
    one, many = translate("CaseFile", "1 label"), translate("CaseFile", "{0} labels")
    used = one if labels == 1 else many.format(labels)
    text = translate("CaseFile", "Your work of {0} is here again: {1}, {2}.")
    return text.format(when_text(last_time), count, used)
