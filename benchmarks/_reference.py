"""The rivals' own networks: segment-anything's ViT-B, and transformers' SamModel with the same weights.

Neither package is needed by the program; the extra "bench" installs both.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from medsam.prompts import Box

SEGMENT_ANYTHING = "segment-anything, float32"
TRANSFORMERS = "transformers, float32"

_STUBS = ("", ".ops", ".ops.boxes", ".transforms", ".transforms.functional")
_USED = ("batched_nms", "box_area", "resize", "to_pil_image")

_NAMES = (
    (r"^prompt_encoder\.pe_layer\.positional_encoding_gaussian_matrix", "{shared}.positional_embedding"),
    (r"^prompt_encoder\.point_embeddings\.", "prompt_encoder.point_embed."),
    (r"^prompt_encoder\.mask_downscaling\.0\.", "prompt_encoder.mask_embed.conv1."),
    (r"^prompt_encoder\.mask_downscaling\.1\.", "prompt_encoder.mask_embed.layer_norm1."),
    (r"^prompt_encoder\.mask_downscaling\.3\.", "prompt_encoder.mask_embed.conv2."),
    (r"^prompt_encoder\.mask_downscaling\.4\.", "prompt_encoder.mask_embed.layer_norm2."),
    (r"^prompt_encoder\.mask_downscaling\.6\.", "prompt_encoder.mask_embed.conv3."),
    (r"^image_encoder\.patch_embed\.proj\.", "vision_encoder.patch_embed.projection."),
    (r"^image_encoder\.blocks\.", "vision_encoder.layers."),
    (r"^image_encoder\.neck\.0\.", "vision_encoder.neck.conv1."),
    (r"^image_encoder\.neck\.1\.", "vision_encoder.neck.layer_norm1."),
    (r"^image_encoder\.neck\.2\.", "vision_encoder.neck.conv2."),
    (r"^image_encoder\.neck\.3\.", "vision_encoder.neck.layer_norm2."),
    (r"^image_encoder\.", "vision_encoder."),
    (r"(layers\.\d+)\.norm(\d)\.", r"\1.layer_norm\2."),
    (r"\.norm_final_attn\.", ".layer_norm_final_attn."),
    (r"\.output_upscaling\.0\.", ".upscale_conv1."),
    (r"\.output_upscaling\.1\.", ".upscale_layer_norm."),
    (r"\.output_upscaling\.3\.", ".upscale_conv2."),
    (r"(hypernetworks_mlps\.\d+|iou_prediction_head)\.layers\.0\.", r"\1.proj_in."),
    (r"(hypernetworks_mlps\.\d+|iou_prediction_head)\.layers\.2\.", r"\1.proj_out."),
    (r"(hypernetworks_mlps\.\d+|iou_prediction_head)\.layers\.1\.", r"\1.layers.0."),
)
"""What transformers calls what segment-anything calls; applied from the first to the last."""


def reference_network() -> Any:
    """The reference implementation's ViT-B; needs segment-anything, not torchvision.

    Raises:
        ImportError: If segment-anything is not installed.
    """
    # The package imports torchvision for parts that are not used here. The stand-ins go away
    # again: transformers asks whether torchvision is installed.
    made = [name for name in (f"torchvision{end}" for end in _STUBS) if name not in sys.modules]
    for name in made:
        module = sys.modules[name] = types.ModuleType(name)
        for used in _USED:
            setattr(module, used, None)
    try:
        from segment_anything import sam_model_registry
    finally:
        for name in made:
            del sys.modules[name]
    return sam_model_registry["vit_b"]()


def low_res_of(network: Any, embedding: Tensor, boxes: Tensor) -> Tensor:
    """Logits (N, 1, 256, 256) of boxes (N, 4) from an embedding on, asked for as MedSAM publishes it.

    Args:
        network: Segment-anything's, or ours, which is called alike.
    """
    sparse, dense = network.prompt_encoder(points=None, boxes=boxes[:, None], masks=None)
    logits: Tensor = network.mask_decoder(
        image_embeddings=embedding,
        image_pe=network.prompt_encoder.get_dense_pe(),
        sparse_prompt_embeddings=sparse,
        dense_prompt_embeddings=dense,
        multimask_output=False,
    )[0]
    return logits


def masks_of(
    network: Any, embedding: Tensor, boxes: Sequence[Box], side: int = 1024
) -> npt.NDArray[np.bool_]:
    """Masks (N, side, side) by MedSAM's published inference from an embedding on."""
    asked = torch.tensor([box.xyxy for box in boxes], device=embedding.device, dtype=torch.float32)
    with torch.no_grad():
        low_res = low_res_of(network, embedding, asked)
        sure = F.interpolate(low_res.sigmoid(), (side, side), mode="bilinear", align_corners=False)
    return (sure[:, 0] > 0.5).cpu().numpy()


def transformers_names(name: str) -> tuple[str, ...]:
    """What transformers' SamModel calls an entry of segment-anything's state; one matrix it holds twice."""
    for pattern, replacement in _NAMES:
        name = re.sub(pattern, replacement, name)
    if name.startswith("{shared}"):
        return tuple(
            name.format(shared=s) for s in ("shared_image_embedding", "prompt_encoder.shared_embedding")
        )
    return (name,)


def transformers_network(state: dict[str, Tensor] | None = None) -> Any:
    """Transformers' SamModel of ViT-B's size, in evaluation mode.

    Args:
        state: Weights by segment-anything's names; without them the network's own random ones stay.

    Raises:
        ImportError: If transformers is not installed.
    """
    from transformers import SamConfig, SamModel

    network = SamModel(SamConfig()).eval()
    if state is not None:
        network.load_state_dict({new: state[old] for old in state for new in transformers_names(old)})
    return network
