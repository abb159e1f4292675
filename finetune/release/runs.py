"""The folder of a training run, read: its best weights, and what is known of them.

``best.pt`` holds what training changed. Together with the weights that the
run began from, which are recognised by their SHA-256, it makes the network.
"""

from __future__ import annotations

import csv
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from finetune.loop.checkpoint import BEST, CHECKPOINT, read_content
from medsam.errors import InputError, WeightsMismatch, WeightsMissing
from medsam.model.build import LoadedModel, ModelCard, build_empty
from medsam.model.checkpoint import load_into, read_state_dict
from medsam.model.devices import pick_device
from medsam.model.preprocessing import Preprocessing
from pretrain.catalogue import catalogue, find_file, own_folders, sha256_of, weights_folders


@dataclass(frozen=True)
class Run:
    """Weights of a run: the best, or the last.

    Attributes:
        folder: Of the run.
        state: Entries that training changed; all of them if it began from none.
        facts: As ``Task.facts`` told them.
        recipe: Plain data, as ``recipe_from_dict`` reads it.
        step: After which these weights were the best.
        dice: Their validation Dice.
        table: Validation Dice by modality.
        sha256: Of the file they were read from.
    """

    folder: Path
    state: dict[str, Tensor]
    facts: dict[str, Any]
    recipe: dict[str, Any]
    step: int
    dice: float
    table: dict[str, float]
    sha256: str

    @property
    def name(self) -> str:
        """What to call the run."""
        return self.folder.resolve().name


def read_run(folder: Path) -> Run:
    """Read a run's best weights.

    Raises:
        InputError: If there are none yet, or the file is damaged.
    """
    folder = Path(folder)
    path = folder / BEST
    if not path.is_file():
        raise InputError(
            f"A run folder holds {BEST} after its first validation; {folder.name} has none. Train longer,"
            " or give the folder that train --out named."
        )
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        return Run(
            folder=folder,
            state=dict(content["state"]),
            facts=dict(content["facts"]),
            recipe=dict(content["recipe"]),
            step=int(content["step"]),
            dice=float(content["dice"]),
            table={str(name): float(value) for name, value in content["table"].items()},
            sha256=sha256_of(path),
        )
    except (OSError, RuntimeError, EOFError, ValueError, TypeError, AttributeError) as error:
        raise _unreadable(folder) from error
    except (KeyError, pickle.UnpicklingError) as error:
        raise _unreadable(folder) from error


def read_last(folder: Path) -> Run:
    """The running mean of the weights at a run's last checkpoint, with what its latest validation said.

    For zoom networks, whose checkpoints hold every weight: where what is
    wanted of a network (clicks, robustness) is more than the Dice of boxes by
    which the best weights are chosen.

    Raises:
        InputError: If there is no checkpoint, it is damaged, or of another kind of network.
    """
    folder = Path(folder)
    path = folder / CHECKPOINT
    if not path.is_file():
        raise InputError(f"A run folder holds {CHECKPOINT} once it was saved; {folder.name} has none.")
    try:
        content = read_content(path)
        facts, step = dict(content["facts"]), int(content["step"])
        if facts["kind"] != "zoom":
            raise InputError(
                f"The last weights can be had of zoom networks; {folder.name} trained another kind."
                " Leave --last out."
            )
        dice, table = _validated(folder / "validation.csv")
        return Run(
            folder=folder,
            state=dict(content["average"] or content["trained"]),
            facts=facts,
            recipe=dict(content["recipe"]),
            step=step,
            dice=dice,
            table=table,
            sha256=sha256_of(path),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        raise _unreadable(folder, CHECKPOINT) from error


def _validated(path: Path) -> tuple[float, dict[str, float]]:
    """Mean and modalities of the last row of a run's validations."""
    with path.open(encoding="utf-8", newline="") as file:
        row = list(csv.DictReader(file))[-1]
    return float(row.pop("mean")), {name: float(value) for name, value in row.items() if name != "step"}


def load_run(folder: Path, device: str = "cpu") -> LoadedModel:
    """The network of a run with its best weights, as any other loaded model.

    Args:
        device: "auto", "cpu", "cuda" or "mps".

    Raises:
        InputError: If the run has no best weights yet, or they are damaged.
        WeightsMissing: If the weights it began from are not on this machine any more.
        WeightsMismatch: If the parts do not fit each other.
        ModelError: If the device is unknown.
    """
    return network_of(read_run(folder), device)


def network_of(run: Run, device: str = "cpu") -> LoadedModel:
    """``load_run`` of a run that was read already."""
    target = pick_device(device)
    state, facts = run.state, run.facts
    try:
        arch, model = str(facts["arch"]), str(facts["model"])
        preprocessing = Preprocessing.from_dict(facts["preprocessing"])
        card = _card(run, arch)
        network = build_empty(arch, dict(facts["config"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(run.folder) from error
    if model and arch != "zoom":  # a zoom network's state is whole, and may have grown
        begun, _ = read_state_dict(start_weights(run))
        _require_within(state, begun, run)
        state = {**begun, **state}
    load_into(network, state, f"{run.name}/{BEST}")
    return LoadedModel(network.eval().to(target), preprocessing, card, target)


def start_weights(run: Run) -> Path:
    """The file a run began from: where it was, or any known folder that has the very same file.

    Raises:
        WeightsMissing: If no such file is here; says which is wanted.
        WeightsMismatch: If the file that was named is another one now.
    """
    facts = run.facts
    model, sha256 = str(facts["model"]), str(facts["model_sha256"])
    changed = False
    for path in _places(model, run.folder):
        if path.is_file():
            if sha256_of(path) == sha256:
                return path
            changed = True
    title = facts.get("model_title") or model
    wanted = f"{Path(model).name} ({title}, SHA-256 beginning {sha256[:12]})"
    if changed:
        raise WeightsMismatch(
            f"The run {run.name} began from {wanted}; the file here is another one."
            f" Put the former back, for instance into the run's folder."
        )
    raise WeightsMissing(
        f"The run {run.name} began from {wanted}, which is not here. Put that file into the run's folder,"
        " or where it was."
    )


def _places(model: str, folder: Path) -> list[Path]:
    """Where the weights named ``model`` may lie, the likeliest first."""
    known = catalogue().get(model)
    if known is not None:
        found = find_file(known)
        return [*([found] if found else []), folder / known.file]
    path = Path(model).expanduser()
    folders = (folder, *own_folders(), *weights_folders())
    return [path, *(place / path.name for place in folders)]


def _require_within(state: dict[str, Tensor], begun: dict[str, Tensor], run: Run) -> None:
    """An entry that the weights begun from do not have would be trained for nothing."""
    surplus = [key for key, value in state.items() if key not in begun or begun[key].shape != value.shape]
    if surplus:
        raise WeightsMismatch(
            f"{run.name}/{BEST} changes {len(surplus)} entries that the weights it began from do not have"
            f" so ({surplus[0]}). One of the two files was changed by hand; train again."
        )


def _card(run: Run, arch: str) -> ModelCard:
    facts = run.facts
    return ModelCard(
        name=run.name,
        title=f"{run.recipe['name']} ({run.name})",
        kind="zoom" if arch == "zoom" else "embedding",
        prompts=frozenset(map(str, facts["prompts"])),
        candidates=int(facts["candidates"]),
        can_be_empty=bool(facts.get("can_be_empty", False)),
        licence=str(facts.get("model_licence", "")),
        sha256=run.sha256,
        path=run.folder / BEST,
    )


def _unreadable(folder: Path, file: str = BEST) -> InputError:
    return InputError(
        f"{file} of the run {folder.name} is damaged, or no training run of this version wrote it."
        " Put back a copy, or train again."
    )
