"""How far our float32 networks are from the reference outputs, entry by entry.

    python -m benchmarks.golden_errors [vit_b] [lite]

Prints the relative error of every entry (norm of the difference over norm of
the reference; for counts and sums the relative difference) and ends with
status 3 if one is 1e-4 or more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from benchmarks._rows import MISSED, Row, tell
from medsam.model.build import build_sam
from medsam.model.sam import Sam
from tests.synthetic_weights import fill, synthetic_image, synthetic_mask_prompt

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
FILES = {"vit_b": "sam_vit_b_synthetic.npz", "lite": "lite_medsam_synthetic.npz"}
LIMIT = 1e-4
THREADS = 2
"""What the reference ran with. Other counts sum in another order, which changes an
embedding by 1e-6; the synthetic decoders carry that on up to a thousandfold, for
the reference implementation as much as for ours."""


def relative_error(ours: object, reference: object) -> float:
    """Norm of the difference over norm of the reference."""
    a, b = np.asarray(ours, np.float64), np.asarray(reference, np.float64)
    return float(np.linalg.norm((a - b).ravel()) / np.linalg.norm(b.ravel()))


def questions(arch: str) -> Iterator[tuple[str, dict, bool]]:
    """Name, prompts and whether three masks are asked for, as in the reference files."""
    if arch == "lite":
        yield "boxes", {"boxes": torch.tensor([[50.0, 75, 175, 205]])}, False
        return
    boxes = torch.tensor([[200.0, 300, 700, 820], [10, 20, 500, 420]])
    points = (torch.tensor([[[512.0, 480], [100, 900]]]), torch.tensor([[1, 0]]))
    yield "boxes", {"boxes": boxes}, False
    yield "points", {"points": points}, True
    yield "point_box", {"points": points, "boxes": boxes[:1]}, True
    yield "mask", {"points": points, "masks": synthetic_mask_prompt()}, False


@torch.no_grad()
def compute(network: Sam) -> Iterator[tuple[str, np.ndarray]]:
    """Our value of every entry of a reference file, by the entry's name."""
    embedding = network.image_encoder(synthetic_image(network.image_size))
    pe = network.prompt_encoder.get_dense_pe()
    yield "embedding_slice", embedding[0, ::16, ::8, ::8].numpy()
    yield "embedding_mean", embedding.mean().numpy()
    yield "embedding_std", embedding.std().numpy()
    yield "embedding_abs_sum", embedding.double().abs().sum().numpy()
    yield "dense_pe_slice", pe[0, ::16, ::8, ::8].numpy()
    for name, prompts, several in questions(network.arch):
        sparse, dense = network.prompt_encoder(**prompts)
        logits, quality = network.mask_decoder(embedding, pe, sparse, dense, multimask_output=several)
        yield f"{name}_sparse", sparse.numpy()
        yield f"{name}_logits_slice", logits[:, :, ::8, ::8].numpy()
        yield f"{name}_iou", quality.numpy()
        yield f"{name}_logits_abs_sum", logits.double().abs().sum().numpy()
        yield f"{name}_positive", (logits > 0).sum().numpy()


def reference_network(arch: str) -> Sam:
    """The network with the weights that the reference outputs were made with.

    It is in evaluation mode before its weights are written, as the reference
    was. For LiteMedSAM that matters: its attention biases are laid out when
    it is switched, so these are the ones it was built with (zeros).
    """
    network = build_sam(arch)
    fill(network)
    return network


def errors(arch: str) -> dict[str, float]:
    """Relative error of every entry of the reference file of an architecture."""
    torch.set_num_threads(THREADS)
    network = reference_network(arch)
    with np.load(DATA / FILES[arch], allow_pickle=False) as reference:
        return {name: relative_error(v, reference[name]) for name, v in compute(network) if name in reference}


def main(arguments: list[str]) -> int:
    """Print the table; 3 if an entry is off."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archs", nargs="*", metavar="ARCH", help=f"of {', '.join(FILES)}; all without one")
    asked = parser.parse_args(arguments).archs or list(FILES)
    if unknown := set(asked) - set(FILES):
        parser.error(f"there are no reference outputs of {', '.join(sorted(unknown))}")
    worst = 0.0
    for arch in asked:
        found = errors(arch)
        print(f"{arch}: {len(found)} entries")
        for name, error in found.items():
            print(f"  {name:26s} {error:.2e}")
        worst = max(worst, *found.values())
        tell([Row.within(f"{arch}, float32: largest error of an output", max(found.values()), LIMIT)])
    print(f"largest {worst:.2e}, limit {LIMIT:.0e}")
    return MISSED if worst >= LIMIT else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
