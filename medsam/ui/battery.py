"""Whether the machine runs on its battery, and how much is left."""

from __future__ import annotations

from dataclasses import dataclass

LOW = 30
"""Percent below which work that nobody asked for waits for mains."""


@dataclass(frozen=True)
class Battery:
    """A battery.

    Attributes:
        percent: That is left.
        is_used: Whether the machine runs on it: no mains.
    """

    percent: int
    is_used: bool

    @property
    def is_low(self) -> bool:
        """Whether it is to be spared."""
        return self.is_used and self.percent < LOW


def read() -> Battery | None:
    """The machine's battery; None if it has none, or the system does not say."""
    import psutil

    try:
        found = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError, ValueError):  # another system, or a driver that fails
        return None
    if found is None:
        return None
    # Where the system does not know about mains, what it says of the percent decides nothing.
    return Battery(round(found.percent), found.power_plugged is False)
