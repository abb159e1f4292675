"""The whole network of the Segment Anything family: encoder, prompts, decoder."""

from __future__ import annotations

from torch import Tensor, nn

from medsam.model.mask_decoder import MaskDecoder
from medsam.model.prompt_encoder import PromptEncoder


class Sam(nn.Module):
    """An image encoder with SAM's prompt encoder and mask decoder.

    Attributes:
        arch: "vit_b", "vit_l", "vit_h" or "lite".
        image_size: Side of the encoder's input in pixels.
        embedding_size: Side of the image embedding.
    """

    def __init__(
        self, arch: str, image_encoder: nn.Module, image_size: int, embedding_size: int = 64
    ) -> None:
        super().__init__()
        self.arch = arch
        self.image_size = image_size
        self.embedding_size = embedding_size
        self.image_encoder = image_encoder
        self.prompt_encoder = PromptEncoder(embedding_size=embedding_size, image_size=image_size)
        self.mask_decoder = MaskDecoder()

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
