"""From an image embedding and embedded prompts to low-resolution mask logits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.model.decoding import Decoding, ImageSide
from medsam.model.layers import LayerNorm2d, Perceptron
from medsam.model.transformer import TwoWayTransformer

PROMPTS_AT_ONCE = 8
"""Prompts decoded together without gradients; more only takes more memory."""


class MaskDecoder(nn.Module):
    """SAM's mask decoder: four mask tokens (one single, three candidates) and one of quality.

    Args:
        channels: Of the image embedding.
        candidates: Masks of the multi-mask answer.
        heads: Of every attention.
        hidden: Inner width of the feed-forward layers.

    Attributes:
        decoding: How ``answer`` computes on the processor without gradients; see
            ``medsam.model.precision`` for laying one on. None computes as written.
    """

    decoding: Decoding | None = None

    def __init__(self, channels: int = 256, candidates: int = 3, heads: int = 8, hidden: int = 2048) -> None:
        super().__init__()
        self.candidates = candidates
        self.transformer = TwoWayTransformer(channels, heads, hidden)
        self.iou_token = nn.Embedding(1, channels)
        self.mask_tokens = nn.Embedding(candidates + 1, channels)
        self.output_upscaling = nn.Sequential(
            nn.ConvTranspose2d(channels, channels // 4, kernel_size=2, stride=2),
            LayerNorm2d(channels // 4),
            nn.GELU(),
            nn.ConvTranspose2d(channels // 4, channels // 8, kernel_size=2, stride=2),
            nn.GELU(),
        )
        self.output_hypernetworks_mlps = nn.ModuleList(
            Perceptron(channels, channels, channels // 8, depth=3) for _ in range(candidates + 1)
        )
        self.iou_prediction_head = Perceptron(channels, 256, candidates + 1, depth=3)

    def forward(
        self,
        image_embeddings: Tensor,
        image_pe: Tensor,
        sparse_prompt_embeddings: Tensor,
        dense_prompt_embeddings: Tensor,
        multimask_output: bool,
        owner: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Decode N prompts.

        Args:
            image_embeddings: (1, C, h, w) of the one image all prompts are on, or (N, C, h, w);
                with ``owner`` those of several images.
            image_pe: (1, C, h, w) from ``PromptEncoder.get_dense_pe``.
            sparse_prompt_embeddings: (N, T, C).
            dense_prompt_embeddings: (N, C, h, w) or (1, C, h, w).
            multimask_output: Three candidates instead of the single mask.
            owner: (N,) number of the image that each prompt is on.

        Returns:
            Logits (N, 1 or 3, 4h, 4w) and predicted qualities (N, 1 or 3).
        """
        count = sparse_prompt_embeddings.shape[0]
        dense = dense_prompt_embeddings
        if dense.stride(0) == 0:
            dense = dense[:1]  # an expanded view says the same for every prompt
        step = count if torch.is_grad_enabled() else PROMPTS_AT_ONCE
        if image_embeddings.shape[0] == 1:
            owner = None
        together = image_embeddings.shape[0] == 1 or owner is not None
        parts = []
        for start in range(0, count, step):
            part = slice(start, start + step)
            parts.append(
                self._decode(
                    image_embeddings if together else image_embeddings[part],
                    image_pe,
                    sparse_prompt_embeddings[part],
                    dense if dense.shape[0] == 1 else dense[part],
                    slice(1, None) if multimask_output else slice(0, 1),
                    None if owner is None else owner[part],
                )
            )
        if len(parts) == 1:
            return parts[0]
        return torch.cat([masks for masks, _ in parts]), torch.cat([quality for _, quality in parts])

    def look(self, embedding: Tensor, image_pe: Tensor, dense: Tensor) -> ImageSide:
        """What all prompts with one dense embedding need of an image: to keep while they are asked.

        Args:
            embedding: (1, C, h, w).
            image_pe: (1, C, h, w) from ``PromptEncoder.get_dense_pe``.
            dense: (1, C, h, w).
        """
        if self.decoding is None:
            return ImageSide(embedding, image_pe, dense)
        return self.decoding.look(embedding, image_pe, dense)

    def answer(
        self, side: ImageSide, sparse_prompt_embeddings: Tensor, multimask_output: bool
    ) -> tuple[Tensor, Tensor]:
        """As ``forward``, for prompts (N, T, C) on an image that was looked at; without gradients.

        Returns:
            Logits (N, 1 or 3, 4h, 4w) and predicted qualities (N, 1 or 3).
        """
        decoding = self.decoding
        if decoding is None or side.kept is None:
            return self.forward(
                image_embeddings=side.embedding,
                image_pe=side.image_pe,
                sparse_prompt_embeddings=sparse_prompt_embeddings,
                dense_prompt_embeddings=side.dense,
                multimask_output=multimask_output,
            )
        wanted = slice(1, None) if multimask_output else slice(0, 1)
        parts = sparse_prompt_embeddings.split(PROMPTS_AT_ONCE)
        answers = [decoding.answer(side, part, wanted) for part in parts]
        if len(answers) == 1:
            return answers[0]
        return torch.cat([masks for masks, _ in answers]), torch.cat([quality for _, quality in answers])

    def _decode(
        self,
        embedding: Tensor,
        image_pe: Tensor,
        sparse: Tensor,
        dense: Tensor,
        wanted: slice,
        owner: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        n = sparse.shape[0]
        if owner is not None and dense.shape[0] > 1:
            # Previous masks make the image's side another for every prompt.
            embedding, owner = embedding.index_select(0, owner), None
        h, w = embedding.shape[-2:]
        own = torch.cat((self.iou_token.weight, self.mask_tokens.weight))
        tokens = torch.cat((own.expand(n, -1, -1), sparse), dim=1)
        image = (embedding + dense).flatten(2).transpose(1, 2)
        tokens, image = self.transformer(image, image_pe.flatten(2).transpose(1, 2), tokens, owner)
        numbers = range(self.candidates + 1)[wanted]
        weights = torch.stack([self.output_hypernetworks_mlps[i](tokens[:, 1 + i]) for i in numbers], dim=-1)
        masks = self._masks(image, weights, h, w)
        return masks, self.iou_prediction_head(tokens[:, 0])[:, wanted]

    def _masks(self, image: Tensor, weights: Tensor, h: int, w: int) -> Tensor:
        """Upscale features (N, h·w, C) fourfold and weigh them: (N, M, 4h, 4w).

        A transposed convolution whose stride is its kernel's side is a matrix
        product a cell; so channels stay last, and only the masks, not the
        features, are put into the order of pixels.
        """
        layers: Any = self.output_upscaling
        first, norm, _, second, _ = layers
        n, m = image.shape[0], weights.shape[-1]
        x = _unfold_cells(first, image)
        x = F.gelu(F.layer_norm(x, norm.weight.shape, norm.weight, norm.bias, norm.eps))
        x = F.gelu(_unfold_cells(second, x))
        x = x.flatten(1, -2) @ weights
        return x.view(n, h, w, 2, 2, 2, 2, m).permute(0, 7, 1, 3, 5, 2, 4, 6).reshape(n, m, 4 * h, 4 * w)


def _unfold_cells(layer: nn.ConvTranspose2d, x: Tensor) -> Tensor:
    """A 2×2 transposed convolution of stride 2 on cells: (..., C) to (..., 4, C')."""
    kernel = layer.weight.permute(0, 2, 3, 1)
    y = (x @ kernel.reshape(kernel.shape[0], -1)).view(*x.shape[:-1], 4, kernel.shape[-1])
    return y if layer.bias is None else y + layer.bias
