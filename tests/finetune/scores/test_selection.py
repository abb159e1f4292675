"""Which cases are scored, and what is told of those that a network knows."""

from __future__ import annotations

import dataclasses

import pytest

from finetune.data.store import SPLITS, Store
from finetune.data.targets import targets
from finetune.scores.evaluate import Settings, evaluate
from finetune.scores.protocols import Protocol
from finetune.scores.selection import Lineage, require_unseen, selected, training_facts
from medsam.errors import InputError
from tests.finetune.scores.test_evaluate import Known, tiny_zoom


def _lineage(store: Store, *left_out: str) -> Lineage:
    there = {c.dataset for c in store.cases if not {c.dataset, c.modality} & set(left_out)}
    found = Lineage.of(
        {"datasets": dict.fromkeys(there, 3), "store_sha256": Store(store.folder, left_out).sha256},
        {"leave_out": list(left_out)},
    )
    assert found is not None
    return found


def test_nothing_is_chosen_anew_where_all_of_a_split_is_meant(store: Store) -> None:
    assert selected(store, "test") is store


def test_chosen_data_sets_keep_their_boxes(store: Store) -> None:
    chosen = selected(store, "test", ["tubes"])
    boxes = [t.box for t in targets(chosen, "test", 0.05, 1)]
    assert boxes and boxes == [t.box for t in targets(store, "test", 0.05, 1) if t.record.dataset == "tubes"]
    of_kind = selected(store, "train", ["dermoscopy"])
    assert {c.modality for c in of_kind.cases if c.split == "train"} == {"dermoscopy"}
    assert {c.split for c in store.cases} == set(SPLITS)


def test_all_splits_are_every_case_that_is_in_one(store: Store) -> None:
    left_out = Store(store.folder, ["tubes"])
    assert {c.dataset for c in selected(left_out, "all").cases if c.split == "all"} == {"discs"}
    assert sum(c.split == "all" for c in selected(store, "all", ["tubes"]).cases) == 3


def test_an_unknown_data_set_is_told_with_those_that_are_there(store: Store) -> None:
    with pytest.raises(InputError, match="ct, dermoscopy, discs, tubes, ultrasound; cubes came"):
        selected(store, "test", ["cubes"])


def test_facts_of_a_run_that_saw_everything(store: Store) -> None:
    cases = [c for c in store.cases if c.split == "test"]
    facts = training_facts(_lineage(store), store, cases)
    assert facts is not None and facts["same_store"]
    assert facts["seen"] == ["discs", "tubes"] and facts["never_seen"] == []
    assert facts["patients_trained_on"] == 0
    assert "none of the scored patients" in facts["sentence"]
    trained = training_facts(_lineage(store), store, [c for c in store.cases if c.split == "train"])
    assert trained is not None and trained["patients_trained_on"] == 6
    assert "6 of the scored patients" in trained["sentence"]


def test_facts_of_a_run_that_left_data_out(store: Store) -> None:
    facts = training_facts(_lineage(store, "tubes"), store, store.cases)
    assert facts is not None and facts["same_store"]
    assert facts["never_seen"] == ["tubes"] and facts["seen"] == ["discs"]
    assert (
        "left out tubes" in facts["sentence"]
        and "Never seen of what is scored here: tubes" in facts["sentence"]
    )
    other = dataclasses.replace(_lineage(store), store_sha256="0")
    assert "another store" in (training_facts(other, store, store.cases) or {})["sentence"]
    assert training_facts(None, store, store.cases) is None


def test_what_says_nothing_of_its_training_has_no_lineage() -> None:
    assert Lineage.of({}, {}) is None
    assert Lineage.of({"datasets": {}}, {}) is None
    assert Lineage.of({"datasets": "discs"}, {}) is None


def test_cases_that_were_trained_on_are_refused_as_unseen(store: Store) -> None:
    tubes = [c for c in store.cases if c.dataset == "tubes"]
    require_unseen(None, "net", store, store.cases)
    require_unseen(_lineage(store, "tubes"), "net", store, tubes)
    require_unseen(_lineage(store, "ct"), "net", store, tubes)
    with pytest.raises(InputError, match=r"net was trained on discs \(it left out tubes\)"):
        require_unseen(_lineage(store, "tubes"), "net", store, store.cases)
    with pytest.raises(InputError, match="net was trained on tubes"):
        require_unseen(_lineage(store), "net", store, tubes)


def test_another_picture_of_a_trained_patient_is_refused_too(store: Store) -> None:
    """A modality left out is no new source if its patients were trained on in another."""
    first = next(c for c in store.cases if c.split == "train" and c.modality == "dermoscopy")
    other = dataclasses.replace(first, id="other", modality="ultrasound")
    with pytest.raises(InputError, match="trained on discs"):
        require_unseen(_lineage(store, "ultrasound"), "net", store, [other])


def test_evaluate_scores_all_cases_of_a_set_left_out(store: Store) -> None:
    scorer = Known(tiny_zoom())
    settings = Settings("all", volumes=False, datasets=("tubes",))
    scorer.lineage = _lineage(store, "tubes")
    result = evaluate(store, scorer, Protocol("box"), settings, report=lambda _: None)
    assert {o.case.id for o in result.objects} == {c.id for c in store.cases if c.dataset == "tubes"}
    scorer.lineage = _lineage(store)
    with pytest.raises(InputError, match="--split all is for data sets that a network has never seen"):
        evaluate(store, scorer, Protocol("box"), settings, report=lambda _: None)


def test_what_a_run_began_from_counts_as_its_training(store: Store) -> None:
    tubes = [c for c in store.cases if c.dataset == "tubes"]
    later = dataclasses.replace(_lineage(store, "tubes"), begun_from="first", start=_lineage(store))
    with pytest.raises(InputError, match="net was trained on tubes"):
        require_unseen(later, "net", store, tubes)
    facts = training_facts(later, store, tubes)
    assert facts is not None and facts["never_seen"] == [] and facts["patients_trained_on"] == 1
    assert "began from first, trained on discs, tubes" in facts["sentence"]
    unknown = dataclasses.replace(later, start=None)
    require_unseen(unknown, "net", store, tubes)
    facts = training_facts(unknown, store, tubes)
    assert facts is not None and "began from first, whose training is not told here" in facts["sentence"]
