"""What the program is called, what it needs, and what goes into a package of it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from setuptools import Extension, find_packages, setup

HERE = Path(__file__).resolve().parent

# The one list of dependencies. tests/test_setup.py compares it with every import.
INSTALL_REQUIRES = [
    "numpy>=1.26",
    "torch>=2.8,<2.14",
    "safetensors>=0.4",
    "PyQt5>=5.15",
    "qtawesome>=1.3",
    "SimpleITK>=2.3",
    "nibabel>=5.2",
    "pydicom>=3.0",
    "python-gdcm>=3.0.24",
    "scikit-image>=0.22",
    "scipy>=1.11",
    "tifffile>=2023.7.10",
    "Pillow>=10.1",
    "platformdirs>=4.0",
    "filelock>=3.20",
    "psutil>=5.9",
    "pydantic>=2.5",
    'tomli>=2.0; python_version < "3.11"',
]

# What `python -m finetune` draws, reads and exports with; plain training goes without.
FINETUNE = [
    "jinja2>=3.1",
    "markupsafe>=2.1",
    "matplotlib>=3.8",
    "onnx>=1.16",
    "onnxruntime>=1.18",
    "onnxscript>=0.3",
    "opencv-python-headless>=4.9",
    "pycocotools>=2.0.7",
    "tensorboard>=2.16",
]

EXTRAS_REQUIRE = {
    "finetune": FINETUNE,
    "test": [
        "pytest>=8.0",
        "pytest-qt>=4.4",
        "pytest-timeout>=2.2",
        "hypothesis>=6.90",
        "highdicom>=0.25",
        "monai>=1.4",
    ],
    "dev": ["ruff>=0.13", "mypy>=1.11"],
    # Who the measurements compare with; nothing of the program imports them.
    "bench": ["segment-anything>=1.0", "transformers>=4.48,<6"],
}


def version() -> str:
    """Read ``__version__`` without importing the package."""
    text = (HERE / "medsam" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    if found is None:
        raise RuntimeError("medsam/__init__.py names no __version__")
    return found.group(1)


# Attention, the mask decoder and the enlarging of masks for processors with AVX-512. Built where a compiler
# is; nothing needs it, so a failure to build it (no compiler, another one's options) ends in a warning and a
# program that is somewhat slower.
NATIVE = Extension(
    "medsam.model.native._attention",
    sources=[f"medsam/model/native/{name}.cpp" for name in ("attention", "decoder", "pixels", "tokens")],
    depends=["medsam/model/native/tiles.h"],
    extra_compile_args=["-O3", "-std=c++17", "-fno-exceptions", "-fno-rtti"],
    optional=True,
)

setup(
    name="medsam-desktop",
    version=version(),
    description="Segment medical images on your own computer: draw a box, get a mask, save it",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.10,<3.14",
    packages=find_packages(include=["medsam", "medsam.*", "finetune", "finetune.*", "pretrain"]),
    py_modules=["gui"],
    ext_modules=[] if sys.platform == "win32" else [NATIVE],
    package_data={
        "pretrain": ["models.toml", "*.safetensors", "*.md", "card/*.svg"],
        "medsam": ["**/*.qm", "**/*.svg"],
        "finetune": ["**/*.toml", "**/*.html", "card/*.md"],
    },
    install_requires=INSTALL_REQUIRES,
    extras_require=EXTRAS_REQUIRE,
    entry_points={
        "console_scripts": ["medsam = medsam.cli.main:main"],
        "gui_scripts": ["medsam-desktop = gui:main"],
    },
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Intended Audience :: Healthcare Industry",
        "Intended Audience :: Science/Research",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Topic :: Scientific/Engineering :: Medical Science Apps.",
    ],
)
