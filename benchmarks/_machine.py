"""What figures were measured on, in words that name neither the host nor a folder."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path

import psutil

from benchmarks import ROOT

FLAGS = (
    *("avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16"),
    *("amx_bf16", "amx_int8", "asimd", "bf16", "i8mm"),
)
"""Instructions that decide how fast networks are."""

RIVALS = ("segment-anything", "transformers", "SimpleITK", "pydicom", "PyQt5", "numpy")

# torch takes two seconds and much memory, which the process that asks the questions is spared.
_PROBE = """
import json, torch
from medsam.model import native
from medsam.model.precision import available
cards = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())]
print(json.dumps({
    "torch": torch.__version__,
    "threads": torch.get_num_threads(),
    "cards": cards,
    "kernel": sorted(str(kind).removeprefix("torch.") for kind in native.dtypes()),
    "precisions": available(),
}))
"""


@dataclass(frozen=True)
class Machine:
    """One line of the heading each, by name."""

    lines: dict[str, str]

    @classmethod
    def here(cls) -> Machine:
        """Look at this one."""
        information = cpu_information()
        flags = set(information.get("flags", information.get("Features", "")).split())
        name = information.get("model name") or platform.processor() or platform.machine()
        where = "virtual, " if "hypervisor" in flags else ""
        cores, threads = psutil.cpu_count(logical=False), psutil.cpu_count()
        found = {
            "processor": f"{name} ({where}{cores or threads} cores, {threads} threads)",
            "instructions": ", ".join(flag for flag in FLAGS if flag in flags) or "not told by the system",
            "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
            "system": f"{platform.system()} {platform.machine()}",
            "Python": platform.python_version(),
        }
        return cls({**found, **probed(), "rivals": versions()})


def cpu_information() -> dict[str, str]:
    """What Linux says of the first processor; empty elsewhere."""
    path = Path("/proc/cpuinfo")
    found: dict[str, str] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            found.setdefault(key.strip(), value.strip())
    return found


def probed() -> dict[str, str]:
    """What PyTorch and the program find."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        return {"torch": "does not start"}
    found = json.loads(done.stdout.splitlines()[-1])
    return {
        "graphics card": ", ".join(found["cards"]) or "none",
        "torch": found["torch"],
        "threads": f"torch takes {found['threads']} by itself; questions say how many they use",
        "compiled kernel": ", ".join(found["kernel"]) or "none",
        "precisions": ", ".join(found["precisions"]),
    }


def versions() -> str:
    """Of the packages that figures are compared with."""
    found = []
    for name in RIVALS:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


def load() -> str:
    """The system's load average over one and five minutes."""
    try:
        one, five, _ = os.getloadavg()
    except (OSError, AttributeError):  # Windows
        return "not told by the system"
    return f"{one:.2f}, {five:.2f}"


def now() -> str:
    """Date and time, to the minute."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
