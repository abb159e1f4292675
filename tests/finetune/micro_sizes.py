"""The SAM that tests train: small enough to learn in a second."""

from __future__ import annotations

from typing import Any

MICRO_SIZES: dict[str, Any] = {
    "image_size": 64,
    "width": 32,
    "depth": 2,
    "heads": 2,
    "channels": 32,
    "decoder_heads": 4,
    "decoder_hidden": 64,
}
