"""A model card out of reports, the store and the weights: ``MODEL_CARD.md`` and the pictures in ``card``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from finetune.card import protocols, tables
from finetune.card.data_sets import groups_in_two_splits, title_of, without_test
from finetune.card.examples import examples, typical_rows, worst_rows
from finetune.card.outlines import page
from finetune.card.reports import Report, Reports, held_out_rows
from finetune.data.store import Store
from finetune.files import write_whole
from finetune.scores.report import modality_title
from finetune.scores.report_page import require_jinja
from finetune.scores.scoring import Scorer
from finetune.scores.statistics import FEW_PATIENTS
from medsam.errors import InputError
from pretrain.catalogue import DEFAULT
from pretrain.descriptions import read_description, structure

CARD = "MODEL_CARD.md"
PICTURES = "card"
OBJECTS = {
    "component": "a connected part of a label on a slice",
    "label": "all of a label on a slice",
    "": "a connected part of a label on a slice (in X-ray and OCT all of the label)",
}
"""What an object is, by a store's setting."""

TEMPLATE = Path(__file__).parent / "template.md"


def write_card(reports: Reports, store: Store, trained_on: Store, scorer: Scorer, folder: Path) -> list[Path]:
    """Write the card of a network into a folder.

    Args:
        store: That was evaluated on.
        trained_on: Whose data sets the card lists; the same, or another.

    Returns:
        The files, the card first.

    Raises:
        InputError: If reports, store and weights do not belong together.
        OSError: If a file cannot be written.
    """
    main = reports.main
    if main.data["store"]["sha256"] != store.sha256:
        raise InputError(
            f"{main.path.name} was evaluated on another store than {store.folder.name}. Give the store that"
            " it was evaluated on."
        )
    objects = tables.Objects.of(main)
    pictures = {}
    for name, label, rows in (
        ("worst", "The worst masks of the test split", worst_rows(objects.rows)),
        ("typical", "A typical mask of each source", typical_rows(objects.rows)),
    ):
        pictures[name] = page(examples(rows, store, scorer), f"{label}: reference, model and box as outlines")
    text = card_text(reports, objects, trained_on, scorer)
    (folder / PICTURES).mkdir(parents=True, exist_ok=True)
    written = [folder / CARD]
    write_whole(written[0], text.encode())
    for name, svg in pictures.items():
        written.append(folder / PICTURES / f"{name}.svg")
        write_whole(written[-1], svg.encode())
    return written


def card_text(reports: Reports, objects: tables.Objects, store: Store, scorer: Scorer) -> str:
    """The card as Markdown."""
    require_jinja()
    from jinja2 import Environment, StrictUndefined

    env = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    template = env.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(_facts(reports, objects, store, scorer))


def _facts(reports: Reports, objects: tables.Objects, store: Store, scorer: Scorer) -> dict[str, Any]:
    main = reports.main
    protocol, card = main.protocol, scorer.loaded.card
    config = getattr(scorer.loaded.network, "config", {})
    titles = sorted({modality_title(key[0]) for key in objects.keys}, key=str.casefold)
    quality = main.data["quality"]
    spearman = quality["spearman_dice"]
    empty = protocols.empty(reports.empty) if reports.empty else None
    corrections = protocols.corrections(reports.corrections) if reports.corrections else None
    unseen = _unseen(reports.unseen) if reports.unseen else None
    return {
        "title": card.title,
        "prompts": card.prompts,
        "refuses": card.can_be_empty,
        "widen": f"{float(config.get('widen', 1.0)):g}",
        "noise": f"{protocol['noise'] * 100:g} %",
        "noise_number": f"{protocol['noise']:g}",
        "split": protocol["split"],
        "objects": protocol["objects"],
        "patients": protocol["patients"],
        "modalities_in_words": _in_words([_small(title) for title in titles]),
        "baselines": _in_words([tables.EXPLAINED[name] for name in tables.methods(main)[1:]]),
        "by_modality": tables.by_modality(main, objects),
        "by_source": tables.by_source(main),
        "by_noise": tables.by_noise(reports.noise),
        "few": FEW_PATIENTS,
        "without_test": ", ".join(without_test(store)),
        "corrections": corrections,
        "empty": empty,
        "unseen": unseen,
        "spearman": tables.number(spearman, 2),
        "spearman_limits": tables.limits(quality["spearman_dice_interval"], 2),
        "quality_error": tables.number(quality["mean_error"]),
        "refused": main.data["refused"],
        "training": (main.data["weights"]["training"] or {}).get("sentence", ""),
        "trained_patients": (main.data["weights"]["training"] or {}).get("patients_trained_on", 0),
        "failures": tables.failures(objects),
        "hardest": tables.hardest_labels(main),
        "not_above": "; ".join(tables.not_above_ellipse(main)),
        "few_patients": "; ".join(tables.few_patients(main)) or "none",
        "data": tables.data(store),
        "in_two_splits": ", ".join(groups_in_two_splits(store)),
        "protocol": protocol["sentence"],
        "per_case": protocol["per_case"],
        "object": OBJECTS.get(main.data["store"]["settings"].get("objects", ""), OBJECTS[""]),
        "least_area": protocol["least_area"],
        "seed": protocol["seed"],
        "whole": f"{main.data['store']['settings'].get('whole_picture', 1.0):.0%}".replace("%", " %"),
        "file": card.name if card.name == DEFAULT else card.path.name,
        "date": str(main.data["date"])[:10],
        "medsam": main.data["software"]["medsam"],
        "torch": main.data["software"]["torch"],
        "network": _network(scorer, store, config),
        "brief": _brief(reports, scorer, unseen, corrections, empty, spearman),
    }


def _unseen(reports: Sequence[Report]) -> dict[str, Any]:
    names = sorted({title_of(row["dataset"]) for report in reports for row in held_out_rows(report)})
    return {
        "table": tables.unseen(reports),
        "names": _in_words(names),
        "mean": tables.number(tables.unseen_mean(reports)),
        "all_cases": all(report.protocol["split"] == "all" for report in reports),
    }


def _brief(
    reports: Reports,
    scorer: Scorer,
    unseen: dict[str, Any] | None,
    corrections: dict[str, Any] | None,
    empty: dict[str, Any] | None,
    spearman: float | None,
) -> str:
    """The figures that matter most, one a line."""
    data = reports.main.data
    mean, card = data["mean"], scorer.loaded.card
    others = ", ".join(f"{tables.METHODS[n]} {mean[n]:.3f}" for n in tables.methods(reports.main)[1:])
    rows = [
        [
            "A box drawn by hand",
            f"Dice **{mean['network']:.3f}** ({tables.limits(data['mean_interval']['network'])}), mean of"
            f" {len(data['modalities']['network'])} modalities; {others}",
        ]
    ]
    loosest = reports.noise[-1]
    if loosest["noise"] > reports.main.protocol["noise"]:
        loss = mean["network"] - loosest["mean"]["network"]
        rows.append(
            [
                f"A careless box ({loosest['noise'] * 100:g} %)",
                f"Dice **{loosest['mean']['network']:.3f}**" + (f", {loss:.3f} less" if loss > 0 else ""),
            ]
        )
    if corrections:
        rows.append([corrections["title"], corrections["brief"]])
    if empty:
        rows.append(["A box around nothing", empty["brief"]])
    if unseen:
        rows.append(["Data sets it never saw", f"Dice **{unseen['mean']}**, of {unseen['names']}"])
    rows.append(["Its own estimate", f"rank correlation **{tables.number(spearman, 2)}** with the true Dice"])
    rows.append(["Takes", _in_words([k for k in ("box", "points", "mask") if k in card.prompts])])
    size = card.path.stat().st_size / 1e6
    rows.append(["File", f"`{card.path.name}`, {size:.1f} MB, SHA-256 `{card.sha256}`"])
    return tables.table(["", ""], rows, 2)


def _network(scorer: Scorer, store: Store, config: dict[str, Any]) -> str:
    """What the weights say of themselves and of how they came to be."""
    path = scorer.loaded.card.path
    card = structure(read_description(path).get("card"), path.name)
    count = sum(p.numel() for p in scorer.loaded.network.parameters())
    started = (card.get("started_from") or {}).get("title") or "random numbers (no one else's weights)"
    recipe = card.get("recipe") or {}
    train = recipe.get("train") or {}
    rows = [
        ["Kind", f"{scorer.loaded.card.kind}, {count / 1e6:.1f} million parameters"],
        ["Looks at", _looks_at(config)],
        ["Begun from", str(started)],
        ["Seed", str(card.get("seed", train.get("seed", "not stated")))],
        ["Chosen step", f"{card['step']:,}" if isinstance(card.get("step"), int) else "not stated"],
        ["Validation Dice", tables.number(card.get("validation_dice"))],
        ["Recipe", f"`{recipe['name']}`" if recipe.get("name") else ""],
        ["Date", str(card.get("date", ""))],
        ["Licence of the code", "Apache-2.0"],
        ["Store", f"SHA-256 `{store.sha256}`"],
    ]
    return tables.table(["", ""], [row for row in rows if row[1]], 2)


def _looks_at(config: dict[str, Any]) -> str:
    if not config:
        return ""
    size, widen, context = config["size"], config["widen"], config.get("context", 0.0)
    wider = f", and a wider crop, {context:g} times as large, for context" if context else ""
    return f"a crop of {widen:g} times the box, at {size} × {size} pixels{wider}; nothing else of the picture"


def _small(title: str) -> str:
    """A modality's title inside of a sentence."""
    return title if title.isupper() or "-" in title else title.lower()


def _in_words(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
