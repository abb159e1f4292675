"""What a case file has to say: troubles that keep it from keeping, and news about what was found in it.

Both carry a kind and plain facts beside their English sentence, so that the
window can say the same in the user's language.
"""

from __future__ import annotations

import errno
import os
import socket
import time
from dataclasses import dataclass

from medsam.errors import CaseFileError

_IN_MEMORY = "Your work goes on in memory only."
_TROUBLES = {
    "full": "The disk is full: {name} cannot keep your work. Free some space, or save the mask elsewhere."
    f" {_IN_MEMORY}",
    "rights": "{name} may not be written by this user, so it cannot keep your work. Choose another folder for"
    f" case files, or save the mask. {_IN_MEMORY}",
    "gone": "{name} or its folder is not there any more. Connect the drive again, or save the mask elsewhere."
    f" {_IN_MEMORY}",
    "large": f"{{name}} is larger than this disk allows. Save the mask elsewhere. {_IN_MEMORY}",
    "failed": f"{{name}} cannot be written ({{detail}}). Save the mask elsewhere. {_IN_MEMORY}",
    "held": f"{{name}} is open in {{detail}}. Close it there and try again. {_IN_MEMORY}",
    "changed": "{name} was changed by another window or program meanwhile. Save the mask under a name of its"
    f" own to keep this work. {_IN_MEMORY}",
    "foreign": "{name} is not a case file of MedSAM, or its beginning is damaged. Move it elsewhere and try"
    f" again. {_IN_MEMORY}",
    "newer": "{name} was written by a later version of this program (format {detail}). Update the program to"
    f" go on with it. {_IN_MEMORY}",
    "other": f"{{name}} belongs to another image ({{detail}}). Move it elsewhere and try again. {_IN_MEMORY}",
}
_NEWS = {
    "torn": "The last action was not written to the end and is missing.",
    "damaged": "{name} was damaged: {count} later steps could not be brought back; {aside} keeps what is"
    " left of them.",
    "salvaged": "{name} was damaged: the work is whole, but only the last {count} steps can be undone;"
    " {aside} keeps the damaged file.",
    "moved": "The place of this image in the patient differs from when the work was done.",
}


@dataclass(frozen=True)
class Holder:
    """Who writes a case: a process of a machine, since a time (seconds since 1970)."""

    pid: int
    host: str
    since: float

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine."""
        return self.host == socket.gethostname()

    @property
    def clock(self) -> str:
        """Since when, as hours and minutes."""
        return time.strftime("%H:%M", time.localtime(self.since))

    @property
    def text(self) -> str:
        """Who it is, in English."""
        machine = "this computer" if self.is_here else self.host
        return f"another window (process {self.pid} on {machine}, since {self.clock})"


class CaseTrouble(CaseFileError):
    """Why a case file cannot keep what is done now.

    Attributes:
        kind: "full", "rights", "gone", "large", "failed", "held", "changed",
            "foreign", "newer" or "other".
        name: Of the case file.
        detail: What the kind needs besides.
        holder: Of a case that is held; None where it cannot be told.
    """

    def __init__(self, kind: str, name: str, detail: str = "", holder: Holder | None = None) -> None:
        if kind == "held":
            detail = holder.text if holder is not None else "another window"
        super().__init__(_TROUBLES[kind].format(name=name, detail=detail))
        self.kind, self.name, self.detail, self.holder = kind, name, detail, holder


@dataclass(frozen=True)
class News:
    """Something that was found when a case was opened.

    Attributes:
        kind: "torn", "damaged", "salvaged" or "moved".
        name: Of the case file.
        count: Of steps.
        aside: Name of the file that keeps what could not be brought back.
    """

    kind: str
    name: str
    count: int = 0
    aside: str = ""

    @property
    def text(self) -> str:
        """The English sentence."""
        return _NEWS[self.kind].format(name=self.name, count=self.count, aside=self.aside)


def trouble_of(error: OSError, name: str) -> CaseTrouble:
    """Which trouble the operating system means."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return CaseTrouble("full", name)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return CaseTrouble("rights", name)
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ESTALE, errno.ENODEV):
        return CaseTrouble("gone", name)
    if error.errno == errno.EFBIG:
        return CaseTrouble("large", name)
    return CaseTrouble("failed", name, os.strerror(error.errno) if error.errno else type(error).__name__)
