"""The networks. ``load_model`` is the way in.

Each network is described once, as it is trained, saved and exported. What
computes the same function quicker, without gradients, is made from its
parameters and laid beside it:

    described                     on the processor                      on a graphics card
    image_encoder.ImageEncoder    arithmetic (packed, eight bits)       card_encoder
    tiny_vit.TinyViT              tiny_vit.Folded                       as written
    mask_decoder.MaskDecoder      decoding (and decoding_*, native)     as written
    zoom.ZoomNet                  zoom_packed                           as written

``precision`` chooses and lays on all but the last, whose predictor does.
"""

from __future__ import annotations

from medsam.model.build import LoadedModel, ModelCard, build_sam, load_model

__all__ = ["LoadedModel", "ModelCard", "build_sam", "load_model"]
