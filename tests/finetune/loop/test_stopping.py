"""Signals that end a run in order."""

from __future__ import annotations

import os
import signal

import pytest

from finetune.loop.stopping import StopSignals


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGUSR1"])
def test_the_first_signal_asks(name: str) -> None:
    number = getattr(signal, name, None)
    if number is None or os.name == "nt":
        pytest.skip(f"no {name} here")
    said: list[str] = []
    before = signal.getsignal(number)
    with StopSignals(said.append) as stop:
        assert not stop.asked()
        os.kill(os.getpid(), number)
        assert stop.asked()
        assert len(said) == 1 and "stopping after this step" in said[0]
    assert signal.getsignal(number) is before


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_a_second_press_ends_at_once_and_an_echo_does_not() -> None:
    """torchrun passes on the Ctrl+C that the terminal sent already."""
    now = [0.0]
    with StopSignals(lambda line: None, lambda: now[0]):
        os.kill(os.getpid(), signal.SIGINT)
        now[0] = 0.2
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        now[0] = 3.0
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
