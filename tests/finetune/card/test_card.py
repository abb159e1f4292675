"""The card that the command writes: every figure out of the reports, and nothing that is not so."""

from __future__ import annotations

import builtins
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from finetune.__main__ import main
from finetune.card.card import CARD
from finetune.data.store import Store
from pretrain.catalogue import sha256_of


def parts(folder: Path) -> dict[str, str]:
    """The card's text by heading, all spaces as plain ones."""
    text = (folder / CARD).read_text(encoding="utf-8").replace("\u00a0", " ")
    pieces = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def report(folder: Path, name: str) -> dict[str, Any]:
    """One of the JSON files."""
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def command(reports: Path, store: Store, out: Path, *words: str) -> list[str]:
    """The command's words."""
    given = ["--weights", str(reports / "tiny.safetensors"), "--store", str(store.folder), "--out", str(out)]
    return ["card", *given, *words]


def test_the_card_leads_with_what_it_is_for_and_what_not(card: Path) -> None:
    said = parts(card)
    assert next(iter(said)) == "Model card: Tiny zoom"
    assert "**Research use only. Not a medical device.**" in said["Model card: Tiny zoom"]
    assert "CT, dermoscopy and ultrasound" in said["Intended use"]
    assert "Diagnosis" in said["Not intended"]
    assert '"nothing here"' in said["Model card: Tiny zoom"]
    assert "even where there is nothing" not in said["Not intended"]


def test_scores_are_those_of_the_report_with_intervals(card: Path, reports: Path) -> None:
    data, said = report(reports, "box"), parts(card)
    low, high = data["mean_interval"]["network"]
    mean = f"**{data['mean']['network']:.3f}**"
    assert f"{mean} ({low:.3f} to {high:.3f})" in said["In brief"]
    assert f"{mean} ({low:.3f}–{high:.3f})" in said["By modality"]
    for row in data["tables"]["datasets"]:
        dice = row["scores"]["network"]["dice"]
        within = f" ({dice['low']:.3f}–{dice['high']:.3f})" if dice["low"] is not None else ""
        assert (
            f"| {row['dataset']} | {row['objects']} | {row['patients']} | {dice['mean']:.3f}{within}†"
            in (said["By modality and source"])
        )
    assert f"{data['mean']['ellipse']:.3f}" in said["By modality"]


def test_the_mean_of_a_modality_is_that_of_its_sources(card: Path, reports: Path) -> None:
    table = parts(card)["By modality"]
    means = [float(x) for x in re.findall(r"^\| \w+ \| \d+ \| \d+ \| \*\*([\d.]+)\*\*", table, re.MULTILINE)]
    assert len(means) == 3
    assert sum(means) / 3 == pytest.approx(report(reports, "box")["mean"]["network"], abs=2e-3)


def test_noise_corrections_empty_boxes_and_unseen_data_have_their_parts(card: Path, reports: Path) -> None:
    said = parts(card)
    rows = report(reports, "box")["noise"]
    assert [row["noise"] for row in rows] == [0.05, 0.1]
    for row in rows:
        assert (
            f"| {row['noise'] * 100:g} % | {row['mean']['network']:.3f}"
            in (said["Boxes drawn more or less carefully"])
        )
    overall = next(row for row in report(reports, "corrections")["clicks_by_modality"] if not row["modality"])
    assert "| box only | 1 click | 2 clicks |" in said["Corrected by clicks"]
    for dice in overall["dice"]:
        assert f"**{dice:.3f}**" in said["Corrected by clicks"]
    assert f"| After 2 corrective clicks | Dice **{overall['dice'][-1]:.3f}**" in said["In brief"]
    empty = report(reports, "empty")["empty"]["network"]["overall"]
    share = f"{100 * empty['nothing']['share']:.1f} %"
    assert f"**{share}** of {empty['nothing']['total']} boxes" in said["In brief"]
    assert f"**{share} of {empty['nothing']['total']}**" in said["Boxes around nothing"]
    (row,) = report(reports, "unseen")["tables"]["datasets"]
    mean = f"{row['scores']['network']['dice']['mean']:.3f}"
    assert f"| CT | tubes | {row['objects']} | 3 | {mean}" in said["Data sets it never saw"]
    assert (
        f"**{mean}**" in said["Data sets it never saw"]
        and "all of their cases" in (said["Data sets it never saw"])
    )


def test_data_terms_and_splits_come_from_the_store(card: Path) -> None:
    said = parts(card)["Data and terms"]
    assert "| CT | tubes | tube | 1 / 1 / 1 | 1 / 1 / 1 | CC BY 4.0 |" in said
    assert "No patient or picture group stands in two splits" in said
    assert "OCT" in parts(card)["By modality"], "modalities without test cases are named"


def test_the_network_tells_where_it_comes_from(card: Path, reports: Path) -> None:
    said = parts(card)
    assert sha256_of(reports / "tiny.safetensors") in said["In brief"]
    for word in ("1,234", "77", "0.432", "2026-01-02", "32 × 32", "2 times as large"):
        assert word in said["Network and training"]
    assert "never seen" in said["Protocol"].lower() or "none of the scored patients" in said["Protocol"]


def test_no_word_of_the_template_is_left_and_no_line_of_a_table_is_broken(card: Path) -> None:
    text = (card / CARD).read_text(encoding="utf-8")
    assert not re.search(r"\{[{%]|[%}]\}|\bNone\b(?! of)|\bnan\b", text)
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("| ---") or line.startswith("| :--"):
            columns = lines[number - 1].count("|")
            while lines[number].startswith("|"):
                assert len(re.findall(r"(?<!\\)\|", lines[number])) == columns, lines[number]
                number += 1


def test_without_further_reports_their_parts_are_left_out(
    reports: Path, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(reports, store, tmp_path, "--reports", str(reports / "box.json"))) == 0
    out = capsys.readouterr().out
    for part in ("corrections", "boxes around nothing", "data sets never seen"):
        assert f"no report: the card has no part on {part}" in out
    assert not {"Corrected by clicks", "Boxes around nothing", "Data sets it never saw"} & set(
        parts(tmp_path)
    )


def test_what_each_report_was_used_for_is_said(
    reports: Path, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "more"
    shutil.copytree(reports, folder)
    (folder / "notes.json").write_text("[1, 2]", encoding="utf-8")
    for suffix in (".json", ".csv"):
        shutil.copy(folder / f"box{suffix}", folder / f"copy{suffix}")
    assert main(command(reports, store, tmp_path / "out", "--reports", str(folder))) == 0
    out = capsys.readouterr().out
    for line in (
        "box.json: the scores",
        "empty.json: boxes around nothing",
        "unseen.json: trained without tubes",
    ):
        assert line in out
    assert "copy.json: not used, another report has its part" in out


def test_reports_of_other_weights_make_no_card(
    reports: Path, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--weights", str(reports / "other.safetensors"), "--reports", str(reports / "box.json")]
    assert main(["card", *given, "--store", str(store.folder), "--out", str(tmp_path)]) == 2
    assert "on these very weights" in capsys.readouterr().err
    assert not (tmp_path / CARD).exists()


def test_a_store_or_csv_that_does_not_belong_is_refused(
    reports: Path, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(reports, "box")
    data["store"]["sha256"] = "0" * 64
    (tmp_path / "box.json").write_text(json.dumps(data), encoding="utf-8")
    out = tmp_path / "out"
    assert main(command(reports, store, out, "--reports", str(tmp_path))) == 2
    assert "evaluated on another store" in capsys.readouterr().err
    shutil.copy(reports / "box.json", tmp_path)
    assert main(command(reports, store, out, "--reports", str(tmp_path))) == 2
    assert "box.csv beside it is missing" in capsys.readouterr().err
    text = (reports / "box.csv").read_text(encoding="utf-8").splitlines()
    column = text[0].split(",").index("network_dice")
    changed = [text[0]]
    for line in text[1:]:
        cells = line.split(",")
        cells[column] = "0.99999"
        changed.append(",".join(cells))
    (tmp_path / "box.csv").write_text("\n".join(changed), encoding="utf-8")
    assert main(command(reports, store, out, "--reports", str(tmp_path))) == 2
    assert "do not belong together" in capsys.readouterr().err


def test_unseen_data_sets_are_named_where_the_report_does_not_tell(
    reports: Path, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = report(reports, "unseen")
    data["weights"]["training"] = None
    plain = tmp_path / "plain.json"
    plain.write_text(json.dumps(data), encoding="utf-8")
    box = ("--reports", str(reports / "box.json"))
    assert main(command(reports, store, tmp_path / "out", *box, "--unseen", f"ct={plain}")) == 0
    assert "| CT | tubes |" in parts(tmp_path / "out")["Data sets it never saw"]
    capsys.readouterr()
    assert main(command(reports, store, tmp_path / "out", *box, "--unseen", str(plain))) == 2
    assert "--unseen NAME,NAME=" in capsys.readouterr().err
    assert main(command(reports, store, tmp_path / "out", *box, "--unseen", f"discs={plain}")) == 2
    assert "no scores of discs" in capsys.readouterr().err


def test_without_jinja_nothing_is_begun(
    reports: Path, store: Store, tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "jinja2":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(command(reports, store, tmp_path / "out", "--reports", str(reports))) == 2
    assert "medsam-desktop[finetune]" in capsys.readouterr().err and not (tmp_path / "out").exists()
