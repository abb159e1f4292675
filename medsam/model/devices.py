"""Where a network runs: the processor or a graphics card."""

from __future__ import annotations

import torch

from medsam.errors import ModelError

NAMES = ("auto", "cpu", "cuda", "mps")


def available_devices() -> list[str]:
    """Names of the devices that this machine has, the fastest first."""
    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return [*found, "cpu"]


def pick_device(name: str = "auto") -> torch.device:
    """The device of a name; "auto" takes a graphics card if there is one.

    Raises:
        ModelError: If the name is unknown or the machine has no such device.
    """
    if name not in NAMES:
        raise ModelError(f'A device is one of {", ".join(NAMES)}; "{name}" came.')
    present = available_devices()
    if name == "auto":
        return torch.device(present[0])
    if name not in present:
        said = {"cuda": "an NVIDIA graphics card that PyTorch can use", "mps": "an Apple graphics processor"}
        raise ModelError(
            f"The device {name} needs {said[name]}, and none was found."
            " Use --device auto or --device cpu, which works everywhere."
        )
    return torch.device(name)
