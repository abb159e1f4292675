"""Reading the battery: what systems say, and what they do not."""

from __future__ import annotations

from types import SimpleNamespace

import psutil
import pytest

from medsam.ui import battery
from medsam.ui.battery import Battery

REAL = battery.read
"""Before the tests' machine lost its battery."""


@pytest.mark.parametrize(
    ("percent", "plugged", "low"),
    [(21.4, False, True), (29.4, False, True), (30, False, False), (5, True, False), (5, None, False)],
)
def test_only_a_battery_in_use_is_low(monkeypatch, percent, plugged, low):
    told = SimpleNamespace(percent=percent, power_plugged=plugged)
    monkeypatch.setattr(psutil, "sensors_battery", lambda: told, raising=False)
    found = REAL()
    assert isinstance(found, Battery) and found.is_low is low and found.percent == round(percent)


def test_no_battery_no_call_and_a_failing_driver_are_none(monkeypatch):
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None, raising=False)
    assert REAL() is None

    def fail():
        raise OSError("no such device")

    monkeypatch.setattr(psutil, "sensors_battery", fail, raising=False)
    assert REAL() is None
    monkeypatch.delattr(psutil, "sensors_battery", raising=False)
    assert REAL() is None
