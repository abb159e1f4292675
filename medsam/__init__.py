"""Segment medical images with box-prompted networks of the SAM family.

The public Python API. Names are looked up on first use, so ``import medsam``
costs nothing and loads neither torch nor Qt::

    import medsam

    volume = medsam.read_volume("scan.nii.gz")
    predictor = medsam.make_predictor(medsam.load_model("medsam_zoom"))
    window = medsam.default_window(volume)
    predictor.set_image(medsam.to_uint8(medsam.stored_slice(volume.array, 2, 40), window))
    mask = predictor.predict(medsam.Prompts(box=medsam.Box(40, 52, 110, 96))).masks[0]
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "medsam.errors": ("MedSAMError",),
    "medsam.volume": ("Geometry", "Plane", "Volume", "stored_slice"),
    "medsam.prompts": ("Box", "MaskPrompt", "Points", "Prompts"),
    "medsam.intensity": ("CT_PRESETS", "Window", "default_window", "to_uint8"),
    "medsam.io": ("find_series", "read_label_map", "read_volume", "write_label_map", "write_volume"),
    "medsam.document": ("Annotation", "Label", "LabelTable"),
    "medsam.model": ("build_sam", "load_model"),
    "medsam.inference.predictor": ("Predictor", "make_predictor"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]


def __getattr__(name: str) -> Any:
    """Fetch a public name from its room the first time it is asked for."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'medsam' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
