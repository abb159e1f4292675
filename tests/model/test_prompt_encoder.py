"""Prompts' embeddings against their definition."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from medsam.model.prompt_encoder import PromptEncoder
from tests.synthetic_weights import fill


@pytest.fixture
def encoder() -> PromptEncoder:
    made = PromptEncoder(channels=16, embedding_size=4, image_size=64, mask_channels=8)
    fill(made)
    return made.eval().requires_grad_(False)


def fourier(encoder: PromptEncoder, x: float, y: float) -> Tensor:
    """The features of a position whose pixel's centre is (x + 0.5, y + 0.5)."""
    unit = torch.tensor([(x + 0.5) / 64, (y + 0.5) / 64])
    angles = 2 * math.pi * ((2 * unit - 1) @ encoder.pe_layer.positional_encoding_gaussian_matrix)
    return torch.cat([angles.sin(), angles.cos()])


def learned(encoder: PromptEncoder, number: int) -> Tensor:
    return encoder.point_embeddings[number].weight[0]


def test_points_get_a_sign_and_a_padding_point(encoder: PromptEncoder) -> None:
    points = torch.tensor([[[3.0, 40], [10, 20], [1, 1]]])
    sparse, dense = encoder(points=(points, torch.tensor([[1, 0, -1]])))
    assert sparse.shape == (1, 4, 16)
    torch.testing.assert_close(sparse[0, 0], fourier(encoder, 3, 40) + learned(encoder, 1))
    torch.testing.assert_close(sparse[0, 1], fourier(encoder, 10, 20) + learned(encoder, 0))
    ignored = encoder.not_a_point_embed.weight[0]
    torch.testing.assert_close(sparse[0, 2], ignored)
    torch.testing.assert_close(sparse[0, 3], ignored)
    assert dense.shape == (1, 16, 4, 4)
    torch.testing.assert_close(dense[0, :, 2, 3], encoder.no_mask_embed.weight[0])


def test_float_labels_mean_the_same(encoder: PromptEncoder) -> None:
    points = torch.tensor([[[3.0, 40], [10, 20]]])
    as_int, _ = encoder(points=(points, torch.tensor([[1, 0]])))
    as_float, _ = encoder(points=(points, torch.tensor([[1.0, 0.0]])))
    torch.testing.assert_close(as_int, as_float)


def test_boxes_are_two_corners_without_padding(encoder: PromptEncoder) -> None:
    boxes = torch.tensor([[1.0, 2, 30, 40], [5, 6, 7, 8]])
    sparse, dense = encoder(boxes=boxes)
    assert sparse.shape == (2, 2, 16)
    torch.testing.assert_close(sparse[0, 0], fourier(encoder, 1, 2) + learned(encoder, 2))
    torch.testing.assert_close(sparse[1, 1], fourier(encoder, 7, 8) + learned(encoder, 3))
    assert dense.shape == (2, 16, 4, 4)


def test_points_with_a_box_are_not_padded(encoder: PromptEncoder) -> None:
    points = (torch.tensor([[[3.0, 40]]]), torch.tensor([[1]]))
    sparse, _ = encoder(points=points, boxes=torch.tensor([[1.0, 2, 30, 40]]))
    assert sparse.shape == (1, 3, 16)
    torch.testing.assert_close(sparse[0, 0], fourier(encoder, 3, 40) + learned(encoder, 1))
    torch.testing.assert_close(sparse[0, 1], fourier(encoder, 1, 2) + learned(encoder, 2))


def test_masks_become_dense_embeddings(encoder: PromptEncoder) -> None:
    masks = torch.randn(3, 1, 16, 16)
    sparse, dense = encoder(masks=masks)
    assert sparse.shape == (3, 0, 16)
    torch.testing.assert_close(dense, encoder.mask_downscaling(masks))
    assert dense.shape == (3, 16, 4, 4)


def test_dense_positions_are_those_of_the_cells_centres(encoder: PromptEncoder) -> None:
    pe = encoder.get_dense_pe()
    assert pe.shape == (1, 16, 4, 4)
    # Cell (row 1, column 3) of 4 spans 16 pixels; its centre is pixel edge (56, 24).
    torch.testing.assert_close(pe[0, :, 1, 3], fourier(encoder, 55.5, 23.5))
