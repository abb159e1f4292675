"""Numbers as people read them: times, sizes, rates."""

from __future__ import annotations


def three_digits(value: float) -> str:
    """A positive number with about three digits: 1234, 123, 12.3, 0.123."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"


def duration(seconds: float) -> str:
    """A time in two units: 45 s, 3 min 20 s, 2 h 05 min, 3 d 4 h."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def byte_size(count: float) -> str:
    """A number of bytes: 12 bytes, 2.0 KiB, 195 GiB."""
    value, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{value:.0f} {unit}" if value >= 100 or unit == "bytes" else f"{value:.1f} {unit}"


def array_size(shape: tuple[int, ...]) -> str:
    """An array's size: 512 x 512 x 3."""
    return " x ".join(str(n) for n in shape)
