"""Who is trained on, who is validated and tested on: by patient or group, never by picture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Protocol

from finetune.data.layouts.base import CaseSource, SplitRule
from finetune.data.store import SPLITS
from medsam.errors import InputError

GUARDED = ("test", "val", "train")
"""Which split keeps a patient that turns out to stand in two: scores must stay comparable."""


class Placed(Protocol):
    """What the checks look at; ``finetune.data.store.CaseRecord`` is one."""

    @property
    def id(self) -> str:
        """Unique in the store."""

    @property
    def group(self) -> str:
        """Patient."""

    @property
    def split(self) -> str:
        """ "train", "val" or "test"."""

    @property
    def image_sha256(self) -> str:
        """Of the image's files."""


def group_of(source: CaseSource) -> str:
    """The group of a case: what its layout says, else the declaration's template filled with its fields.

    A template's group belongs to its data set alone ("name:group"), unless it
    holds a colon itself, as one that several data sets share must.

    Raises:
        InputError: If the template names a field that the case has not.
    """
    if source.group:
        return source.group
    template = source.declaration.group or "{case}"
    fields = {**source.fields, "case": source.name}
    try:
        group = template.format_map(fields)
    except (KeyError, ValueError, IndexError, AttributeError):
        known = ", ".join(sorted(fields))
        raise InputError(
            f'A data set\'s group is made of the fields {known}; {source.dataset} says "{template}".'
            " Correct it in the declaration."
        ) from None
    return group if ":" in group else f"{source.dataset}:{group}"


def random_split(group: str, rule: SplitRule) -> str:
    """The split of a group: a pure function of its name and the rule's seed and fractions."""
    digest = hashlib.sha256(f"{rule.seed}:{group}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    edge = 0.0
    for split, share in zip(SPLITS, rule.fractions, strict=True):
        edge += share
        if place < edge:
            return split
    return next(s for s, share in zip(reversed(SPLITS), reversed(rule.fractions), strict=True) if share)


def split_of(source: CaseSource, group: str) -> str:
    """The split of a case under its declaration's rule.

    Raises:
        InputError: If the rule needs something that the case does not say.
    """
    rule = source.declaration.split
    if rule.rule in SPLITS:
        return rule.rule
    if rule.rule == "random" or (rule.rule == "auto" and not source.split):
        return random_split(group, rule)
    if rule.rule == "column":
        value = {**source.fields, "case": source.name, "group": group}.get(rule.column)
        for split, meant in ((s, getattr(rule, s)) for s in SPLITS):
            if value in meant:
                return split
        came = "nothing" if value is None else f'"{value}"'
        raise InputError(
            f"The column {rule.column} tells the split of a case; {source.name} of {source.dataset} says"
            f" {came}. Correct it, or name its values under split in the declaration."
        )
    if source.split not in SPLITS:
        came = f'"{source.split}"' if source.split else "nothing"
        raise InputError(
            f"A case is of the split train, val or test; {source.name} of {source.dataset} says {came}."
            ' Correct it, or let the declaration draw: split = {rule = "random"}.'
        )
    return source.split


def check_splits(cases: Iterable[Placed]) -> None:
    """Refuse a patient, or the same image, in two splits, whatever data sets they stand in.

    Raises:
        InputError: Naming the first one and its two splits.
    """
    by_group: dict[str, Placed] = {}
    by_image: dict[str, Placed] = {}
    for case in cases:
        first = by_group.setdefault(case.group, case)
        if first.split != case.split:
            raise InputError(
                f"One patient or group stands in one split only; {case.group} is in {first.split}"
                f" ({first.id}) and {case.split} ({case.id}). Move all its cases to one split."
            )
        first = by_image.setdefault(case.image_sha256, case)
        if case.image_sha256 and first.split != case.split:
            raise InputError(
                f"One image stands in one split only; {first.id} ({first.split}) and {case.id}"
                f" ({case.split}) are the same. Give both one group and one split."
            )


def groups_to_leave_out(cases: Iterable[Placed]) -> Mapping[str, str]:
    """Groups that hold an image of another split, with the reason in a sentence.

    An image under two names is the sign of one patient under two names, so
    the whole group goes. The test split keeps its groups before the
    validation split, that before the training split.
    """
    by_image: dict[str, list[Placed]] = {}
    for case in cases:
        if case.image_sha256:
            by_image.setdefault(case.image_sha256, []).append(case)
    reasons: dict[str, str] = {}
    for same in by_image.values():
        kept = min(same, key=lambda c: GUARDED.index(c.split))
        for case in same:
            if case.split != kept.split:
                reasons.setdefault(
                    case.group,
                    f"One image stands in one split only; {case.id} ({case.split}) is the same image as"
                    f" {kept.id} ({kept.split}), so {case.group} was left out. Give both one group.",
                )
    return reasons
