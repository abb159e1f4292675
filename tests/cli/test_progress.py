"""The progress line: on a terminal only, and gone when it ends."""

from __future__ import annotations

import io

from medsam.cli.progress import ProgressLine


class Terminal(io.StringIO):
    """A stream that calls itself a terminal."""

    def isatty(self) -> bool:
        """Always."""
        return True


def test_a_terminal_sees_one_line_that_is_taken_away() -> None:
    stream = Terminal()
    line = ProgressLine(stream)
    line.show("1 of 3")
    line.show("x" * 5000)
    line.clear()
    line.clear()
    text = stream.getvalue()
    assert "1 of 3" in text and "\n" not in text
    assert len(text) < 1000
    assert text.endswith("\r\x1b[K") and text.count("\r") == 3


def test_a_pipe_sees_nothing() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream)
    line.show("1 of 3")
    line.clear()
    assert stream.getvalue() == ""
