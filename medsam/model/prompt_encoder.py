"""Points, boxes and masks to embeddings, as Segment Anything defines them."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from medsam.model.layers import LayerNorm2d

PAD, NEGATIVE, POSITIVE = -1, 0, 1
"""Labels of points: one that asks nothing, one on the background, one on the object."""

_UPPER_LEFT, _LOWER_RIGHT = 2, 3


class PositionEncoding(nn.Module):
    """Random Fourier features of positions in the unit square."""

    positional_encoding_gaussian_matrix: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(2, features))

    def forward(self, xy: Tensor) -> Tensor:
        """(..., 2) positions, x before y, 0..1, to (..., 2·features)."""
        angles = (2 * xy - 1) @ self.positional_encoding_gaussian_matrix * (2 * math.pi)
        return torch.cat((angles.sin(), angles.cos()), dim=-1)

    def grid(self, h: int, w: int) -> Tensor:
        """The encoding of every cell's centre: (2·features, h, w)."""
        matrix = self.positional_encoding_gaussian_matrix
        y = (torch.arange(h, device=matrix.device, dtype=matrix.dtype) + 0.5) / h
        x = (torch.arange(w, device=matrix.device, dtype=matrix.dtype) + 0.5) / w
        xy = torch.stack((x.expand(h, w), y[:, None].expand(h, w)), dim=-1)
        return self(xy).permute(2, 0, 1)


class PromptEncoder(nn.Module):
    """Prompts in the network's input frame to sparse and dense embeddings.

    Args:
        channels: Of the embeddings.
        embedding_size: Side of the image embedding.
        image_size: Side of the network's input in pixels.
        mask_channels: Inner channels of the mask prompt's layers.
    """

    def __init__(
        self, channels: int = 256, embedding_size: int = 64, image_size: int = 1024, mask_channels: int = 16
    ) -> None:
        super().__init__()
        self.channels = channels
        self.embedding_size = embedding_size
        self.image_size = image_size
        self.mask_size = 4 * embedding_size
        self.pe_layer = PositionEncoding(channels // 2)
        # Negative point, positive point, upper left corner, lower right corner.
        self.point_embeddings = nn.ModuleList(nn.Embedding(1, channels) for _ in range(4))
        self.not_a_point_embed = nn.Embedding(1, channels)
        self.mask_downscaling = nn.Sequential(
            nn.Conv2d(1, mask_channels // 4, kernel_size=2, stride=2),
            LayerNorm2d(mask_channels // 4),
            nn.GELU(),
            nn.Conv2d(mask_channels // 4, mask_channels, kernel_size=2, stride=2),
            LayerNorm2d(mask_channels),
            nn.GELU(),
            nn.Conv2d(mask_channels, channels, kernel_size=1),
        )
        self.no_mask_embed = nn.Embedding(1, channels)

    def get_dense_pe(self) -> Tensor:
        """The encoding of the embedding's cells, (1, channels, h, w): constant for given weights."""
        return self.pe_layer.grid(self.embedding_size, self.embedding_size)[None]

    def forward(
        self,
        points: tuple[Tensor, Tensor] | None = None,
        boxes: Tensor | None = None,
        masks: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Embed N prompts.

        Args:
            points: Coordinates (N, P, 2), x before y, in pixels of the input
                counted from the first pixel's *centre*, and labels (N, P):
                1 object, 0 background, −1 ignored.
            boxes: (N, 4) as x0, y0, x1, y1, in the same frame.
            masks: (N, 1, 4·embedding, 4·embedding) logits.

        Returns:
            Sparse embeddings (N, T, channels), with one padding point more
            where points come without a box; dense ones
            (N, channels, embedding, embedding), an expanded view if no mask came.
        """
        sparse = []
        count = 1
        if points is not None:
            count = points[0].shape[0]
            sparse.append(self._embed_points(*points, pad=boxes is None))
        if boxes is not None:
            count = boxes.shape[0]
            sparse.append(self._embed_boxes(boxes))
        nothing = self.no_mask_embed.weight
        if masks is not None:
            dense = self.mask_downscaling(masks)
            count = masks.shape[0] if not sparse else count
        else:
            side = self.embedding_size
            dense = nothing.view(1, -1, 1, 1).expand(count, -1, side, side)
        if not sparse:
            return nothing.new_empty(count, 0, self.channels), dense
        return torch.cat(sparse, dim=1), dense

    def _encode(self, xy: Tensor) -> Tensor:
        """Positions in pixels from the first pixel's centre to Fourier features."""
        return self.pe_layer((xy.to(self.no_mask_embed.weight.dtype) + 0.5) / self.image_size)

    def _embed_points(self, xy: Tensor, labels: Tensor, pad: bool) -> Tensor:
        if pad:
            xy = torch.cat((xy, xy.new_zeros(xy.shape[0], 1, 2)), dim=1)
            labels = torch.cat((labels, labels.new_full((labels.shape[0], 1), PAD)), dim=1)
        labels = labels[..., None]
        embedded = torch.where(labels == PAD, self.not_a_point_embed.weight, self._encode(xy))
        for sign in (NEGATIVE, POSITIVE):
            embedded = torch.where(labels == sign, embedded + self._learned(sign), embedded)
        return embedded

    def _embed_boxes(self, boxes: Tensor) -> Tensor:
        corners = torch.cat((self._learned(_UPPER_LEFT), self._learned(_LOWER_RIGHT)))
        return self._encode(boxes.reshape(-1, 2, 2)) + corners

    def _learned(self, number: int) -> Tensor:
        """The learned vector of a sign or a corner, (1, channels)."""
        weight = self.point_embeddings[number].weight
        assert isinstance(weight, Tensor)
        return weight
