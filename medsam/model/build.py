"""Networks by name, with or without their weights."""

from __future__ import annotations

from medsam.errors import ModelError
from medsam.model.image_encoder import VIT_SIZES, build_image_encoder
from medsam.model.sam import Sam
from medsam.model.tiny_vit import TinyViT


def build_sam(arch: str) -> Sam:
    """A network of the Segment Anything family, in evaluation mode, without useful weights.

    Args:
        arch: "vit_b", "vit_l", "vit_h" or "lite".

    Raises:
        ModelError: If there is no such architecture.
    """
    if arch == "lite":
        return Sam(arch, TinyViT(), 256).eval()
    if arch not in VIT_SIZES:
        raise ModelError(f'An architecture is one of {", ".join(VIT_SIZES)}, lite; "{arch}" came.')
    return Sam(arch, build_image_encoder(arch), 1024).eval()
