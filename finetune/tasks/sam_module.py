"""A SAM network with its loss: from a batch to a scalar, all of a step's rounds inside.

Which parameters a tier trains is decided here too. The prompt encoder is
frozen in every tier and always computes in float32: bfloat16 would place a
prompt four pixels of 1024 beside where it was given.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from finetune.config import LossConfig, PromptsConfig, Recipe
from finetune.features.cache import LEVELS, encode, to_embedding
from finetune.tasks.lora import add_lora
from finetune.tasks.losses import FOCAL_SHARE, cross_entropy, dice, focal, iou
from finetune.tasks.prompting import clicks_on_errors
from finetune.tasks.sam_batch import SamBatch
from medsam.errors import InputError
from medsam.model.image_encoder import ImageEncoder
from medsam.model.sam import Sam
from medsam.model.tiny_vit import TinyViT


def set_trained(network: Sam, recipe: Recipe) -> None:
    """Let just what a recipe's tier trains require gradients; tier C adds its additions.

    Of the decoder, what gives no answer that is trained stays as it is: the
    hypernetworks and tokens of masks that are not asked for, and the quality
    head where the loss does not count it. An optimiser's weight decay would
    wear them down without a gradient to hold them.

    Raises:
        InputError: If the tier does not fit the encoder.
    """
    network.requires_grad_(False)
    encoder = network.image_encoder
    if recipe.tier in ("B", "C") and not isinstance(encoder, ImageEncoder):
        raise InputError(
            f"Tier {recipe.tier} is for a ViT encoder; the encoder of these weights is TinyViT."
            " Take tier A or D."
        )
    if recipe.tier == "B":
        cast(Any, encoder).blocks[-1].requires_grad_(True)
        cast(Any, encoder).neck.requires_grad_(True)
    elif recipe.tier == "C":
        add_lora(encoder, recipe.lora)
    elif recipe.tier == "D":
        encoder.requires_grad_(True)
    decoder = network.mask_decoder
    decoder.requires_grad_(True)
    decoder.iou_prediction_head.requires_grad_(recipe.loss.iou_weight > 0)
    asked = asked_masks(recipe.prompts, decoder.candidates)
    for number, perceptron in enumerate(decoder.output_hypernetworks_mlps):
        perceptron.requires_grad_(number in asked)
    rows = torch.zeros(decoder.candidates + 1, 1, device=decoder.mask_tokens.weight.device)
    rows[asked] = 1
    # One parameter holds all tokens: rows that are not asked for get no gradient.
    cast(Tensor, decoder.mask_tokens.weight).register_hook(lambda gradient: gradient * rows)


def asked_masks(prompts: PromptsConfig, candidates: int = 3) -> list[int]:
    """Which of the decoder's masks training asks for: 0 the single one, the others the candidates."""
    if not prompts.multimask:
        return [0]
    several = list(range(1, candidates + 1))
    return [0, *several] if prompts.clicks or prompts.mask_rounds else several


class SamModule(nn.Module):
    """What the loop calls.

    Attributes:
        network: The whole network; only what ``set_trained`` chose requires gradients.
    """

    def __init__(self, network: Sam, recipe: Recipe) -> None:
        """Wrap a network that ``set_trained`` has seen."""
        super().__init__()
        self.network = network
        self._tier = recipe.tier
        self._prompts: PromptsConfig = recipe.prompts
        self._loss: LossConfig = recipe.loss
        self._checkpointing = recipe.train.checkpointing
        self._image_pe: Tensor | None = None

    def train(self, mode: bool = True) -> SamModule:
        """Switch what is trained; frozen parts stay as in use, statistics of batches too."""
        super().train(mode)
        self.network.prompt_encoder.eval()
        if self._tier != "D":
            self.network.image_encoder.eval()
        for module in self.network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self

    def forward(self, batch: SamBatch) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of a batch, a float32 scalar, and its parts by name, detached.

        The loss is the mean over slices of the mean over their objects, and
        over the rounds. A round's mask goes on as logits, without gradient.
        """
        embeddings = self.embed(batch)
        owner = None if len(batch) == 1 else batch.owner
        weight = _cell_weights(batch, batch.targets.shape[-1])
        first = self._first_prompts(batch)
        clicks: list[Tensor] = []
        mask: Tensor | None = None
        totals: list[Tensor] = []
        parts: list[dict[str, Tensor]] = []
        logits = quality = best = first.new_zeros(0)
        for kind in ("first", *batch.rounds):
            if kind == "click":
                clicks.append(self._click(batch, logits, best, weight, len(clicks)))
            several = kind == "first" and self._prompts.multimask
            logits, quality = self._decode(
                embeddings, owner, torch.cat((*clicks, first), dim=1), mask, several
            )
            loss, found = self._round_loss(logits, quality, batch, weight)
            totals.append(loss)
            parts.append(found)
            if len(totals) <= len(batch.rounds):
                best = quality.detach().argmax(dim=1)
                mask = self._as_prompt(_pick(logits.detach().float(), best), batch)
        mean = {name: torch.stack([p[name] for p in parts]).mean() for name in parts[0]}
        return torch.stack(totals).mean(), mean

    def embed(self, batch: SamBatch) -> Tensor:
        """(B, C, h, w) embeddings of a batch's slices, as far as needed with gradients."""
        network = self.network
        if self._tier not in LEVELS:
            assert batch.images is not None
            return encode_trained(network.image_encoder, batch.images, self._checkpointing)
        level = LEVELS[self._tier]
        features = batch.features
        if features is None:
            assert batch.images is not None
            with torch.no_grad(), _in_float32(batch.images):
                features = encode(network, batch.images, level)
        return to_embedding(network, features.float(), level)

    @torch.no_grad()
    def _first_prompts(self, batch: SamBatch) -> Tensor:
        """(N, 2, C): two corners, or a point and the token that stands where no box is."""
        with _in_float32(batch.boxes):
            encoder = self.network.prompt_encoder
            corners, _ = encoder(boxes=batch.boxes)
            if batch.is_point is None:
                return corners
            ones = torch.ones(len(batch.points), 1, dtype=torch.int64, device=batch.points.device)
            points, _ = encoder(points=(batch.points[:, None], ones))
            return torch.where(batch.is_point[:, None, None], points, corners)

    @torch.no_grad()
    def _click(
        self, batch: SamBatch, logits: Tensor, best: Tensor, weight: Tensor | None, number: int
    ) -> Tensor:
        """(N, 1, C): a click on an error of the mask with the best estimated quality."""
        with _in_float32(batch.boxes):
            shown = self._at_targets(_pick(logits.detach(), best)[:, None], batch)[:, 0]
            drawn = batch.drawn[:, number]
            xy, sign = clicks_on_errors(shown, batch.targets, weight, drawn, self.network.image_size)
            embedded, _ = self.network.prompt_encoder(points=(xy[:, None], sign[:, None]))
            return embedded[:, :1]

    @torch.no_grad()
    def _as_prompt(self, logits: Tensor, batch: SamBatch) -> Tensor:
        """(N, 1, g, g): what ``mask_to_input`` makes of logits (N, g, g): padding is not the object."""
        weight = _cell_weights(batch, logits.shape[-1])
        if weight is not None:
            outside = weight <= 0
            least = logits.masked_fill(outside, torch.inf).amin((1, 2), keepdim=True).clamp(max=0)
            logits = torch.where(outside, least, logits)
        return logits[:, None]

    def _decode(
        self, embeddings: Tensor, owner: Tensor | None, sparse: Tensor, mask: Tensor | None, several: bool
    ) -> tuple[Tensor, Tensor]:
        encoder = self.network.prompt_encoder
        with torch.no_grad(), _in_float32(sparse):
            if self._image_pe is None or self._image_pe.device != sparse.device:
                self._image_pe = encoder.get_dense_pe()
            _, dense = encoder(masks=mask)
        return self.network.mask_decoder(embeddings, self._image_pe, sparse, dense, several, owner)

    def _at_targets(self, logits: Tensor, batch: SamBatch) -> Tensor:
        side = batch.targets.shape[-1]
        if logits.shape[-1] == side:
            return logits
        return F.interpolate(logits.float(), (side, side), mode="bilinear", align_corners=False)

    def _round_loss(
        self, logits: Tensor, quality: Tensor, batch: SamBatch, weight: Tensor | None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Of (N, K, g, g) logits and (N, K) qualities; the best of several masks is trained."""
        with _in_float32(logits):
            logits = self._at_targets(logits, batch).float()
            target = batch.targets[:, None]
            weight = None if weight is None else weight[:, None]
            overlap = dice(logits, target, weight, squared=self._loss.squared)
            pixels = (focal if self._loss.kind == "focal_dice" else cross_entropy)(logits, target, weight)
            share = FOCAL_SHARE if self._loss.kind == "focal_dice" else 1.0
            wrong = (quality.float() - iou(logits, target, weight)).square()
            total = overlap + share * pixels
            best = total.detach().argmin(dim=1)
            loss = _pick(total + self._loss.iou_weight * wrong, best)
            named = {"dice": overlap, "focal" if share != 1 else "cross_entropy": pixels, "quality": wrong}
            found = {name: (_pick(v.detach(), best) * batch.share).sum() for name, v in named.items()}
            return (loss * batch.share).sum(), found


def _in_float32(like: Tensor) -> AbstractContextManager[Any]:
    """Within it nothing runs in bfloat16, even if the loop said so; the meta device knows no such mode."""
    if like.device.type == "meta":
        return nullcontext()
    return torch.autocast(like.device.type, enabled=False)


def _pick(values: Tensor, index: Tensor) -> Tensor:
    """From (N, K, ...) the one of each that ``index`` (N,) says."""
    if values.shape[1] == 1:
        return values[:, 0]
    return values[torch.arange(len(values), device=values.device), index]


def _cell_weights(batch: SamBatch, side: int) -> Tensor | None:
    """(N, side, side) share of each cell that lies on the picture; None where all do."""
    if batch.row_weights is None or batch.col_weights is None:
        return None
    rows, cols = (
        F.adaptive_avg_pool1d(w[:, None], side)[:, 0] for w in (batch.row_weights, batch.col_weights)
    )
    return (rows[:, :, None] * cols[:, None])[batch.owner]


def encode_trained(encoder: nn.Module, images: Tensor, checkpointing: bool) -> Tensor:
    """(B, 3, S, S) to embeddings with gradients; ``checkpointing`` recomputes blocks on the way back."""
    if not checkpointing or not torch.is_grad_enabled():
        return encoder(images)
    if isinstance(encoder, ImageEncoder):
        blocks: Any = encoder.blocks
        tokens = encoder.patch_embed(images) + encoder.pos_embed
        for block in blocks:
            tokens = checkpoint(block, tokens, use_reentrant=False, preserve_rng_state=False)
        return encoder.neck(tokens.permute(0, 3, 1, 2).contiguous())
    assert isinstance(encoder, TinyViT)
    x = encoder.patch_embed(images)
    for layer in encoder.layers:
        x = checkpoint(layer, x, use_reentrant=False, preserve_rng_state=False)
    return encoder.neck(x).contiguous()
