"""The whole network of the Segment Anything family: encoder, prompts, decoder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from medsam.errors import ModelError
from medsam.model.image_encoder import PATCH, ImageEncoder, ViTSize
from medsam.model.mask_decoder import MaskDecoder
from medsam.model.prompt_encoder import PromptEncoder

OWN_SIZE = "vit"
"""The architecture whose sizes a weights file names itself, beside the published three."""

OWN_SIZE_DEFAULTS: dict[str, Any] = {
    "image_size": 256,
    "width": 192,
    "depth": 6,
    "heads": 6,
    "global_blocks": [0, 1, 2, 3, 4, 5],
    "channels": 256,
    "decoder_heads": 8,
    "decoder_hidden": 2048,
}
"""What a ViT of our own size is built from; a weights file names what differs.

``image_size`` in pixels; ``width``, ``depth``, ``heads`` and ``global_blocks``
(the others attend in windows of 14 tokens) of the encoder; ``channels`` of the
embedding; ``decoder_heads`` and ``decoder_hidden`` of the two-way transformer.
"""


def complete_vit_config(config: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The default sizes, overlaid with ``config``.

    Raises:
        ModelError: If a name is unknown or the sizes do not fit each other.
    """
    given = dict(config or {})
    unknown = sorted(set(given) - set(OWN_SIZE_DEFAULTS))
    if unknown:
        known = ", ".join(OWN_SIZE_DEFAULTS)
        raise ModelError(f"A ViT of one's own knows the sizes {known}; {', '.join(unknown)} came.")
    full = {**OWN_SIZE_DEFAULTS, **given}
    if "depth" in given and "global_blocks" not in given:
        full["global_blocks"] = list(range(full["depth"]))
    channels, heads = full["channels"], full["decoder_heads"]
    fits = (
        full["image_size"] % PATCH == 0
        and full["width"] % full["heads"] == 0
        and channels % 8 == 0
        and channels // 2 % heads == 0
        and all(0 <= block < full["depth"] for block in full["global_blocks"])
    )
    if not fits:
        raise ModelError(
            f"A ViT's image_size is a multiple of {PATCH}, its width one of heads, half its channels one of"
            f" decoder_heads, and its global_blocks lie below depth; {full} came."
        )
    return full


_INITIAL_STD = 0.02
_PUBLISHED_DECODER = {"channels": 256, "decoder_heads": 8, "decoder_hidden": 2048}


class Sam(nn.Module):
    """An image encoder with SAM's prompt encoder and mask decoder.

    Attributes:
        arch: "vit_b", "vit_l", "vit_h", "lite", or "vit" for sizes of one's own.
        config: The sizes where ``arch`` is "vit"; else empty.
        image_size: Side of the encoder's input in pixels.
        embedding_size: Side of the image embedding.
    """

    def __init__(
        self,
        arch: str,
        image_encoder: nn.Module,
        image_size: int,
        embedding_size: int = 64,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.arch = arch
        self.config = dict(config or {})
        self.image_size = image_size
        self.embedding_size = embedding_size
        self.image_encoder = image_encoder
        sizes = {**_PUBLISHED_DECODER, **self.config}
        self.prompt_encoder = PromptEncoder(sizes["channels"], embedding_size, image_size)
        self.mask_decoder = MaskDecoder(
            sizes["channels"], heads=sizes["decoder_heads"], hidden=sizes["decoder_hidden"]
        )

    def forward(self, images: Tensor, boxes: Tensor, multimask_output: bool = False) -> tuple[Tensor, Tensor]:
        """One box on each of B images, as training needs it.

        Args:
            images: (B, 3, S, S), preprocessed.
            boxes: (B, 4) in the input's frame, from the first pixel's centre.
            multimask_output: Three candidates instead of the single mask.

        Returns:
            Low-resolution logits (B, 1 or 3, h, w) and qualities (B, 1 or 3).
        """
        sparse, dense = self.prompt_encoder(boxes=boxes)
        return self.mask_decoder(
            self.image_encoder(images), self.prompt_encoder.get_dense_pe(), sparse, dense, multimask_output
        )


def build_vit(config: Mapping[str, Any] | None = None) -> Sam:
    """A SAM-like network of one's own sizes, with random weights as ViTs begin with.

    Raises:
        ModelError: If the sizes do not fit each other.
    """
    full = complete_vit_config(config)
    size = ViTSize(full["width"], full["depth"], full["heads"], tuple(full["global_blocks"]))
    encoder = ImageEncoder(size, full["image_size"], full["channels"])
    nn.init.normal_(encoder.pos_embed, std=_INITIAL_STD)
    for module in encoder.modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=_INITIAL_STD)
            nn.init.zeros_(module.bias)
    return Sam(OWN_SIZE, encoder, full["image_size"], full["image_size"] // PATCH, full)
