"""What an action of the window is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spec:
    """One action: words, icon, keys, and whether it is switched on and off.

    The keys are those of the profile "research". Keys of a ``canvas`` action
    count only while a picture has the focus, so that arrows still walk
    through lists elsewhere.
    """

    name: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    canvas: bool = False
