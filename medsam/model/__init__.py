"""The networks. ``load_model`` is the way in."""

from __future__ import annotations

from medsam.model.build import LoadedModel, ModelCard, build_sam, load_model

__all__ = ["LoadedModel", "ModelCard", "build_sam", "load_model"]
