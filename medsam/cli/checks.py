"""What ``doctor`` looks at: each check ends in a sentence, and in a remedy where it fails."""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import platformdirs
import psutil

from medsam import __version__
from medsam.errors import MedSAMError
from pretrain.catalogue import Entry, catalogue, download_folder, find_file, sha256_of, weights_folders
from pretrain.own import own_models

OK, WARN, FAIL = "ok", "warning", "failed"

_DISTRIBUTION = "medsam-desktop"
_ROOT = Path(__file__).resolve().parents[2]
_IMPORT_NAMES = {
    "pillow": "PIL",
    "python-gdcm": "gdcm",
    "scikit-image": "skimage",
    "simpleitk": "SimpleITK",
}
_QT = ("pyqt5", "qtawesome")
_LEAST_MEMORY, _LEAST_DISK = 2e9, 1e9
_QT_SECONDS = 60

# Runs in a process of its own: a broken Qt ends the process, and that must not be this one.
_QT_PROBE = """
import json, sys
from PyQt5.QtCore import PYQT_VERSION_STR, qVersion
from PyQt5.QtGui import QFontDatabase, QOffscreenSurface, QOpenGLContext, QOpenGLVersionProfile
from PyQt5.QtWidgets import QApplication, QLabel
app = QApplication(["doctor"])
label = QLabel("Liver")
label.resize(label.sizeHint())
picture = label.grab().toImage()
screens = [(s.size(), s.devicePixelRatio()) for s in app.screens()]
found = {"pyqt": PYQT_VERSION_STR, "qt": qVersion(), "platform": app.platformName(),
         "screens": [f"{size.width()}x{size.height()} at {ratio:g}" for size, ratio in screens],
         "fonts": len(QFontDatabase().families()), "paints": not picture.isNull(), "opengl": None}
print(json.dumps(found), flush=True)
surface = QOffscreenSurface()
surface.create()
context = QOpenGLContext()
if context.create() and context.makeCurrent(surface):
    version = "%d.%d" % context.format().version()
    try:
        profile = QOpenGLVersionProfile()
        profile.setVersion(2, 0)
        functions = context.versionFunctions(profile)
        functions.initializeOpenGLFunctions()
        version += " " + str(functions.glGetString(functions.GL_RENDERER))
    except Exception:
        pass
    found["opengl"] = version
    context.doneCurrent()
print(json.dumps(found), flush=True)
"""


@dataclass(frozen=True)
class Check:
    """One finding.

    Attributes:
        name: What was looked at.
        state: "ok", "warning" or "failed".
        finding: A sentence or a few facts.
        remedy: What to do, where something is wrong.
    """

    name: str
    state: str
    finding: str
    remedy: str = ""


def check_python() -> Iterator[Check]:
    """Interpreter and system."""
    found = f"{platform.python_version()} on {platform.platform()}; medsam {__version__}"
    if (3, 10) <= sys.version_info < (3, 14):
        yield Check("Python", OK, found)
    else:
        yield Check("Python", FAIL, found, "Install Python 3.10 to 3.13 and make a new environment with it.")


def requirements() -> list[str]:
    """Names of the packages the program needs: from its metadata, or from the checkout's setup.py."""
    try:
        lines = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        lines = _from_setup(_ROOT / "setup.py")
    names = []
    for line in lines:
        name, _, marker = line.partition(";")
        wanted = "extra" not in marker and not ("python_version" in marker and sys.version_info >= (3, 11))
        found = re.match(r"[A-Za-z0-9._-]+", name)
        if wanted and found:
            names.append(found.group(0).lower().replace("_", "-"))
    return names


def _from_setup(path: Path) -> list[str]:
    with contextlib.suppress(OSError, ValueError, SyntaxError):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "INSTALL_REQUIRES":
                return list(ast.literal_eval(node.value))
    return []


def check_packages() -> Iterator[Check]:
    """Every package that setup.py lists: there, and importable."""
    versions, missing, broken = [], [], []
    for name in requirements():
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if name in _QT:
            continue
        try:
            importlib.import_module(_IMPORT_NAMES.get(name, name.replace("-", "_")))
        except Exception as error:  # A broken library may raise anything while it loads.
            broken.append(f"{name}: {one_line(error)}")
    if missing or broken:
        said = "; ".join([*(f"{name} is not installed" for name in missing), *broken])
        again = " ".join([*missing, *(text.split(":")[0] for text in broken)])
        yield Check(
            "packages", FAIL, said, f"Install them again: python -m pip install --force-reinstall {again}"
        )
    if versions:
        yield Check("packages", OK, ", ".join(versions))


def check_devices() -> Iterator[Check]:
    """Where a network can run."""
    try:
        from medsam.model.devices import available_devices

        devices = available_devices()
    except Exception as error:  # torch fails to load in many ways.
        yield Check("devices", FAIL, f"torch cannot be loaded: {one_line(error)}.", "Install torch again.")
        return
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    yield Check("devices", OK, f"{', '.join(devices)}; {cores} processor cores; auto takes {devices[0]}")


def check_memory() -> Iterator[Check]:
    """Working memory."""
    memory = psutil.virtual_memory()
    found = f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free"
    if memory.available < _LEAST_MEMORY:
        yield Check(
            "memory", WARN, found, "Close other programs; a network of the SAM family needs about 2 GB."
        )
    else:
        yield Check("memory", OK, found)


def folders() -> dict[str, Path]:
    """The user's folders that the program writes to, whether they exist or not."""
    return {
        "settings": platformdirs.user_config_path("MedSAM", appauthor=False),
        "cache": platformdirs.user_cache_path("medsam", appauthor=False),
        "log": platformdirs.user_log_path("medsam", appauthor=False),
        "weights": download_folder(),
        "temporary": Path(tempfile.gettempdir()),
    }


def check_folders() -> Iterator[Check]:
    """Whether settings, cache, weights and temporary files can be written, and whether there is room."""
    for name, folder in folders().items():
        try:
            free = _free_after_writing(folder)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            yield Check(
                f"{name} folder",
                FAIL,
                f"{folder} cannot be written: {reason}.",
                "Give yourself the right to write there, or free some space.",
            )
            continue
        found = f"{folder}, {free / 1e9:.1f} GB free"
        if free < _LEAST_DISK:
            yield Check(f"{name} folder", WARN, found, "Free at least 1 GB on this disk.")
        else:
            yield Check(f"{name} folder", OK, found)


def _free_after_writing(folder: Path) -> int:
    """Bytes free where ``folder`` is or would be, after a file was written and removed there."""
    made = []
    for part in [*reversed(folder.parents), folder]:
        if not part.exists():
            part.mkdir()
            made.append(part)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix="doctor-") as file:
            file.write(b"x" * 4096)
            file.flush()
        return shutil.disk_usage(folder).free
    finally:
        for part in reversed(made):
            with contextlib.suppress(OSError):
                part.rmdir()


def has_display() -> bool:
    """Whether this session names a display; Windows and macOS always have one."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def check_qt() -> Iterator[Check]:
    """The window system and OpenGL, in a process of their own."""
    environment = dict(os.environ)
    no_display = not has_display()
    if no_display:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    found, said = probe_qt(environment)
    if found is None:
        yield Check("Qt", FAIL, f"Qt cannot open a window: {said}", qt_remedy(said))
        return
    screens = ", ".join(found["screens"]) or "no screen"
    text = f"Qt {found['qt']}, PyQt {found['pyqt']}, platform {found['platform']}, {screens}"
    if not found["paints"] or not found["fonts"]:
        yield Check("Qt", FAIL, f"{text}; it cannot draw text.", "Install a font, such as fonts-dejavu-core.")
    elif no_display:
        yield Check("Qt", OK, f"{text}; there is no display, so only pictures of the window can be made")
    else:
        yield Check("Qt", OK, text)
    if found["opengl"]:
        yield Check("OpenGL", OK, str(found["opengl"]))
    elif no_display:
        yield Check("OpenGL", OK, "not there without a display; slices are painted without it")
    else:
        yield Check(
            "OpenGL",
            WARN,
            "no OpenGL context; slices are painted without it.",
            "Install the graphics driver (Debian, Ubuntu: libgl1-mesa-dri); slices work meanwhile.",
        )


def probe_qt(environment: dict[str, str]) -> tuple[dict[str, Any] | None, str]:
    """What a Qt program finds under an environment, or None and what it said before it ended."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _QT_PROBE],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_QT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, f"no answer within {_QT_SECONDS} s."
    # The first line is printed before OpenGL is tried, which may end the process.
    answers = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if answers:
        return json.loads(answers[-1]), ""
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return None, said[
        -1 if "Traceback" in done.stderr else 0
    ] if said else f"it ended with code {done.returncode}."


def qt_remedy(said: str) -> str:
    """What to do about a Qt that does not start."""
    if "No module named" in said:
        return "Install it: python -m pip install PyQt5 qtawesome"
    if "Could not find the Qt platform plugin" in said and os.environ.get("QT_QPA_PLATFORM"):
        return "QT_QPA_PLATFORM names a platform that is not there; unset it, or set it to offscreen."
    if "connect to display" in said or "could not connect" in said.lower():
        return "Check DISPLAY, or set QT_QPA_PLATFORM=offscreen to work without a window."
    return (
        "On Debian or Ubuntu: apt-get install libxcb-icccm4 libxcb-keysyms1 libxcb-xinerama0 libxcb-image0"
        " libxcb-render-util0 libxcb-shape0 libxkbcommon-x11-0 libegl1 libgl1 libdbus-1-3 libfontconfig1"
    )


def check_weights() -> Iterator[Check]:
    """Every set of weights of the catalogue: there or not, its hash, its licence; then the user's own."""
    for entry in catalogue().values():
        yield _check_entry(entry)
    damaged: list[str] = []
    for entry in own_models(damaged.append):
        licence = f", {entry.licence}" if entry.licence else ""
        finding = f"{entry.title}, {entry.file}, {entry.size / 1e6:.1f} MB{licence}"
        yield Check("own model", OK, finding)
    for sentence in damaged:
        yield Check("own model", WARN, sentence, "Delete the file, or make it again.")


def _check_entry(entry: Entry) -> Check:
    name = f"weights {entry.name}"
    path = find_file(entry)
    if path is None and any((folder / entry.file).exists() for folder in weights_folders()):
        return Check(
            name,
            FAIL,
            f"{entry.file} is there, but unfinished or another file: its size is not {entry.size:,} bytes.",
            f"Delete it and fetch it again: python -m pretrain get {entry.name}",
        )
    if path is None:
        if entry.bundled:
            return Check(
                name,
                FAIL,
                f"{entry.file} belongs to the program and is missing or incomplete.",
                "Install the program again, or fetch the file from its repository into pretrain.",
            )
        return Check(
            name, OK, f"not installed ({entry.licence}); if wanted: python -m pretrain get {entry.name}"
        )
    try:
        digest = sha256_of(path)
    except MedSAMError as error:
        return Check(name, FAIL, one_line(error), "Check the rights of the file.")
    found = f"{path.name}, {path.stat().st_size / 1e6:.1f} MB, SHA-256 {digest[:16]}, {entry.licence}"
    if not entry.sha256:
        return Check(name, OK, f"{found}; no published sum to compare with")
    if digest != entry.sha256:
        return Check(
            name,
            FAIL,
            f"{path.name} is not the published file: SHA-256 {digest[:16]}, expected {entry.sha256[:16]}.",
            f"Delete it and fetch it again: python -m pretrain get {entry.name}",
        )
    return Check(name, OK, f"{found}, verified")


def one_line(error: BaseException) -> str:
    """The message of an error on one line, or its kind."""
    return " ".join(str(error).split()) or type(error).__name__
