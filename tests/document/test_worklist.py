"""The list in memory: states, walking, totals, and what is to be stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsam.document.worklist import CaseState, Presence, WorkCase, Worklist, survey
from medsam.errors import InputError

DONE, OPEN = CaseState.DONE, CaseState.NOT_STARTED
FLAGGED, BEGUN = CaseState.FLAGGED, CaseState.IN_PROGRESS
ROOT = Path("/data/set")


def worklist(*states: CaseState, **more) -> Worklist:
    """A list of a.png, b.png ... of these states."""
    cases = [WorkCase(f"{chr(97 + n)}.png", state=state, **more) for n, state in enumerate(states)]
    ticks = iter(range(1000))
    return Worklist(ROOT, cases, now=lambda: f"2026-01-01T00:00:{next(ticks):06d}Z")


def letters(worklist: Worklist, *keys) -> str:
    return "".join(k[0][0] if k else "-" for k in keys)


def test_walking_skips_missing_cases_and_ends():
    work = worklist(OPEN, OPEN, OPEN)
    a, b, c = work.keys
    work.set_presence({b: Presence(image=False)})
    assert (work.step(a, 1), work.step(c, 1), work.step(c, -1), work.step(None, 1)) == (c, None, a, a)
    assert work.step(None, -1) == c
    assert work.step(a, 1, lambda case: case.state is DONE) is None


def test_next_unfinished_goes_round_once_and_leaves_flagged_ones():
    work = worklist(BEGUN, DONE, FLAGGED, OPEN)
    a, _, _, d = work.keys
    assert (work.next_open(a), work.next_open(d), work.next_open(None)) == (d, a, a)
    work.set_state(d, DONE)
    assert work.next_open(a) is None, "the case itself is no next one"


def test_where_to_go_on():
    assert worklist(DONE, OPEN, OPEN).first() == ("b.png", "")
    assert worklist(DONE, DONE).first() == ("a.png", "")
    work = worklist(BEGUN, BEGUN, OPEN)
    work.mark_opened(work.keys[0])
    work.mark_opened(work.keys[1])
    assert work.first() == ("b.png", "")
    assert Worklist(ROOT, []).first() is None


def test_totals_and_the_time_left():
    work = worklist(DONE, DONE, DONE, FLAGGED, BEGUN, OPEN, OPEN)
    for key, seconds in zip(work.keys, (60, 100, 400, 7, 30, 0, 0), strict=True):
        work.add_seconds(key, seconds)
    totals = work.totals()
    assert (totals.done, totals.flagged, totals.count, totals.seconds) == (3, 1, 7, 597)
    assert totals.seconds_left == 70 + 100 + 100
    work.set_presence({work.keys[6]: Presence(image=False)})
    assert (work.totals().count, work.totals().seconds_left) == (6, 170)


def test_two_finished_cases_are_too_few_to_guess():
    work = worklist(DONE, DONE, OPEN)
    for key in work.keys:
        work.add_seconds(key, 10)
    assert work.totals().seconds_left is None


def test_names_show_the_folders_in_which_cases_differ():
    flat = worklist(OPEN, OPEN)
    assert [flat.name(k) for k in flat.keys] == ["a.png", "b.png"]
    deep = Worklist(ROOT, [WorkCase("p1/ct.nii.gz"), WorkCase("p2/ct.nii.gz"), WorkCase("/else/x/y.nii")])
    assert [deep.name(k) for k in deep.keys] == ["p1/ct.nii.gz", "p2/ct.nii.gz", "x/y.nii"]


def test_a_case_is_found_by_its_image():
    work = Worklist(ROOT, [WorkCase("p1", series="1.2"), WorkCase("p1", series="1.3"), WorkCase("sub/a.png")])
    assert work.find(ROOT / "sub/../sub/a.png") == ("sub/a.png", "")
    assert work.find(ROOT / "p1", "1.3") == ("p1", "1.3")
    assert work.find(ROOT / "p1") is None and work.find(ROOT / "b.png") is None


def test_namesakes_differ_in_their_extension_only():
    work = Worklist(ROOT, [WorkCase(n) for n in ("a.nii.gz", "a.png", "b/a.png", "p.1", "p.2", "a")])
    assert work.namesakes(("a.png", "")) == (("a.nii.gz", ""), ("a.png", ""), ("a", ""))
    assert [len(work.namesakes((n, ""))) for n in ("b/a.png", "p.1", "p.2")] == [1, 1, 1]
    several = Worklist(ROOT, [WorkCase(".", series=n, title=n) for n in "12"])
    assert [several.name(k) for k in several.keys] == ["set · 1", "set · 2"]


def test_masks_are_never_shared():
    work = worklist(OPEN, OPEN)
    a, b = work.keys
    work.set_mask(a, ROOT / "a_mask.png")
    assert (work[a].mask, work.mask(a), work.mask(b)) == ("a_mask.png", ROOT / "a_mask.png", None)
    assert work.presence(a).mask
    for taken in ("a_mask.png", "a.png"):
        with pytest.raises(InputError, match="mask of its own"):
            work.set_mask(b, ROOT / taken)
    assert work[b].mask == ""
    with pytest.raises(InputError, match="twice"):
        Worklist(ROOT, [WorkCase("a.png"), WorkCase("a.png")])


def test_only_what_was_said_is_to_be_stored():
    work = worklist(OPEN, OPEN)
    a, b = work.keys
    assert work.is_saved and work.take_changes().is_empty
    work.set_state(a, OPEN)
    assert work.is_saved, "nothing new was said"
    work.set_state(a, FLAGGED, " odd edge ")
    work.add_seconds(b, 4)
    changes = work.take_changes()
    assert (changes.said, changes.seconds) == ({a}, {b: 4})
    assert work[a].note == "odd edge" and work.is_saved
    work.put_back(changes)
    work.add_seconds(b, 2)
    assert work.take_changes().seconds == {b: 6}


def test_what_others_said_is_taken_and_newer_words_stay():
    work = worklist(OPEN, OPEN)
    a, b = work.keys
    work.add_seconds(a, 10)
    work.take_changes()
    work.set_state(b, DONE)
    work.add_seconds(a, 1)
    work.adopt([WorkCase("a.png", state=FLAGGED, seconds=30), WorkCase("b.png", note="theirs", seconds=5)])
    assert (work[a].state, work[a].seconds) == (FLAGGED, 31)
    assert (work[b].state, work[b].note, work[b].seconds) == (DONE, "", 5)


def test_the_label_table_is_stored_when_it_changes():
    work = worklist(OPEN)
    table = [{"id": 1, "name": "liver"}]
    work.set_labels(table)
    assert work.take_changes().labels == table
    work.set_labels([{"id": 1, "name": "liver"}])
    assert work.is_saved


def test_survey_looks_at_the_disk(tmp_path):
    for name in ("a.png", "a_mask.png", "b.png", "m.png"):
        (tmp_path / name).touch()
    cases = [WorkCase("a.png"), WorkCase("b.png", mask="m.png"), WorkCase("c.png", mask="no.png")]
    beside = {tmp_path / "a.png": tmp_path / "a_mask.png"}
    found = survey(cases, tmp_path, beside.get)
    assert list(found.values()) == [Presence(True, True), Presence(True, True), Presence(False, False)]
