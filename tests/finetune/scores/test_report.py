"""What a report says: counts, protocol, undefined figures, files; and the command that writes it."""

from __future__ import annotations

import builtins
import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from finetune.__main__ import main
from finetune.data.store import Store
from finetune.scores.evaluate import Evaluation, Settings, evaluate
from finetune.scores.protocols import Protocol
from finetune.scores.report import build
from finetune.scores.report_figures import cutout
from finetune.scores.report_files import write_tables
from finetune.scores.report_page import mean_text, number, p_text, plot_start, quartiles, signed, write_page
from medsam.prompts import Box, Prompts
from tests.finetune.run_folder import micro_zoom, write_run
from tests.finetune.scores.test_evaluate import Known, micro_sam, tiny_zoom


def _quiet(_: str) -> None:
    return None


def _smaller(hw: tuple[int, int], prompts: Prompts) -> np.ndarray:
    """A box that misses a fifth on every side; nothing at all right of the middle."""
    assert prompts.box is not None
    x0, y0, x1, y1 = prompts.box.xyxy
    mask = np.zeros(hw, bool)
    if (x0 + x1) / 2 < 0.6 * hw[1]:
        mask[round(y0 + (y1 - y0) / 5) : round(y1 - (y1 - y0) / 5), round(x0) : round(x1)] = True
    return mask


@pytest.fixture(scope="module")
def result(store: Store) -> Evaluation:
    zoom = tiny_zoom()
    return evaluate(
        store,
        Known(zoom),
        Protocol("box", noise=0.1, seed=4),
        Settings(split="train", tolerance=1.5),
        against=Known(zoom, _smaller),
        report=_quiet,
    )


@pytest.fixture(scope="module")
def data(result: Evaluation) -> dict[str, Any]:
    return build(result, ["sex", "age"], {"recipe": "tiny", "step": 7})


def test_every_row_counts_its_objects_and_patients(result: Evaluation, data: dict[str, Any]) -> None:
    tables = data["tables"]
    for name in ("modalities", "datasets", "labels"):
        assert sum(row["objects"] for row in tables[name]) == len(result.objects)
    for row in tables["datasets"]:
        mine = [o for o in result.objects if o.case.modality == row["modality"]]
        assert row["patients"] == len({o.case.group for o in mine})
        values = [o.scores["network"].dice for o in mine]
        said = row["scores"]["network"]["dice"]
        assert said["mean"] == pytest.approx(np.mean(values))
        assert said["median"] == pytest.approx(np.median(values))
        assert said["q1"] == pytest.approx(np.quantile(values, 0.25))
        assert (said["low"] is None) == (row["patients"] == 1)
    assert {row["label"] for row in tables["labels"]} == {"disc", "tube"}
    assert [row["modality"] for row in tables["volumes"]] == ["ct"]


def test_the_mean_over_modalities_is_that_of_its_rows(data: dict[str, Any]) -> None:
    for method in ("network", "against", "ellipse", "box"):
        assert data["mean"][method] == pytest.approx(np.mean(list(data["modalities"][method].values())))
        low, high = data["mean_interval"][method]
        assert low <= data["mean"][method] <= high


def test_the_protocol_is_whole(data: dict[str, Any], store: Store) -> None:
    protocol = data["protocol"]
    assert "normal noise of 10%" in protocol["sentence"]
    said = {k: protocol[k] for k in ("prompt", "noise", "seed", "split", "tolerance", "least_area")}
    assert said == {
        "prompt": "box",
        "noise": 0.1,
        "seed": 4,
        "split": "train",
        "tolerance": 1.5,
        "least_area": 60,
    }
    assert data["store"]["sha256"] == store.sha256
    assert data["weights"]["sha256"] == "ab" * 32
    assert {"medsam", "python", "torch", "numpy"} <= set(data["software"])
    assert data["run"] == {"recipe": "tiny", "step": 7}


def test_millimetres_and_pixels_are_not_mixed(data: dict[str, Any]) -> None:
    rows = {row["value"]: row for row in data["tables"]["subgroups"]["sex"] if not row["dataset"]}
    assert set(rows) == {"F", "M"}
    mixed = [row for row in rows.values() if row["unit"] == "mm and px"]
    assert mixed and all(row["scores"]["network"]["hd95"] is None for row in mixed)


def test_subgroups_stand_over_all_and_within_data_sets(data: dict[str, Any], result: Evaluation) -> None:
    rows = data["tables"]["subgroups"]["sex"]
    assert sum(r["objects"] for r in rows if not r["dataset"]) == len(result.objects)
    assert sum(r["objects"] for r in rows if r["dataset"]) == len(result.objects)
    assert {r["dataset"] for r in rows} == {"", "discs", "tubes"}


def test_the_comparison_is_paired_and_of_the_right_sign(data: dict[str, Any], result: Evaluation) -> None:
    everything, *rows = data["comparison"]
    assert everything["dice"]["objects"] == len(result.objects) == sum(r["dice"]["objects"] for r in rows)
    assert everything["dice"]["mean"] == pytest.approx(
        np.mean([o.scores["network"].dice - o.scores["against"].dice for o in result.objects])
    )
    assert everything["dice"]["better"] > everything["dice"]["worse"]
    assert everything["dice"]["p"] is not None
    # Fewer than five patients a data set: a rank test could not say anything.
    assert all(row["dice"]["p"] is None and row["dice"]["p_holm"] is None for row in rows)


def test_files_hold_a_row_an_object_and_no_nan(
    result: Evaluation, data: dict[str, Any], tmp_path: Path
) -> None:
    names = [path.name for path in write_tables(result, data, tmp_path / "reports" / "a.b")]
    assert names == ["a.b.json", "a.b.csv", "a.b-images.csv", "a.b-volumes.csv"]
    text = (tmp_path / "reports" / "a.b.json").read_text(encoding="utf-8")
    assert json.loads(text)["mean"] == data["mean"] and "NaN" not in text and "Infinity" not in text
    with (tmp_path / "reports" / "a.b.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(result.objects)
    for row, o in zip(rows, result.objects, strict=True):
        assert float(row["network_dice"]) == pytest.approx(o.scores["network"].dice, abs=1e-5)
        assert row["attribute_sex"] == o.case.attributes["sex"]
        assert row["unit"] == o.unit
        assert "nan" not in " ".join(row.values()).lower()
    assert "inf" in {row["against_hd95"] for row in rows}


class _Links(HTMLParser):
    """Every address that a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_is_whole_and_escapes_names(
    result: Evaluation, data: dict[str, Any], tmp_path: Path
) -> None:
    page = write_page(result, data, tmp_path / "page.html").read_text(encoding="utf-8")
    links = _Links()
    links.feed(page)
    assert links.addresses and all(a.startswith("data:image/jpeg;base64,") for a in links.addresses)
    assert "url(" not in page and "<script" not in page
    assert "<b>net</b>" not in page and "Micro &lt;b&gt;net&lt;/b&gt;" in page
    for said in ("normal noise of 10%", data["store"]["sha256"], "1.5 mm", "Holm", "recipe tiny, step 7"):
        assert said in page
    assert page.count("<figure>") == len(result.objects) + 3
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    tubes = next(row for row in rows if "<td>tubes</td>" in row)
    assert re.findall(r'<td class="r">(\d+)</td>', tubes)[:2] == ["4", "1"]
    assert "(n/a)" in tubes
    assert " empty)" not in tubes and not re.search(r"\bnan\b", page)


def test_the_page_of_clicks_has_a_row_a_click(store: Store, tmp_path: Path) -> None:
    def one_square(hw: tuple[int, int], prompts: Prompts) -> np.ndarray:
        assert prompts.points is not None
        mask = np.zeros(hw, bool)
        for (x, y), positive in zip(prompts.points.xy, prompts.points.positive, strict=True):
            mask[max(0, int(y) - 4) : int(y) + 5, max(0, int(x) - 4) : int(x) + 5] = positive
        return mask

    scorer = Known(micro_sam({"points"}), one_square)
    result = evaluate(store, scorer, Protocol("clicks", clicks=4), Settings(volumes=False), report=_quiet)
    data = build(result)
    rows = data["clicks"]["network"]
    assert [row["click"] for row in rows] == [1, 2, 3, 4]
    assert rows[0]["mean"] < rows[3]["mean"]
    assert rows[3]["mean"] == pytest.approx(np.mean([o.scores["network"].dice for o in result.objects]))
    assert data["protocol"]["noise"] is None and set(data["mean"]) == {"network"}
    page = write_page(result, data, tmp_path / "clicks.html").read_text(encoding="utf-8")
    assert "Dice by number of clicks" in page and "the box that was given" not in page


def test_figures_that_are_not_defined_say_so() -> None:
    assert number(None) == p_text(None) == quartiles(None) == mean_text(None) == "n/a"
    assert signed(-0.00001) == signed(0.0) == "0.0000" and signed(0.0123) == "+0.0123"
    assert p_text(0.0002) == "< 0.001" and p_text(0.04) == "0.040"
    summary = {
        "median": 0.5,
        "q1": 0.25,
        "q3": None,
        "mean": None,
        "low": None,
        "high": None,
        "patients": 3,
    }
    assert quartiles(summary) == "0.500 [0.250–∞]" and mean_text(summary) == "n/a"
    assert mean_text({**summary, "mean": 0.5}) == "0.500 (n/a)"
    few = {**summary, "mean": 0.5, "low": 0.4, "high": 0.6}
    assert mean_text(few) == "0.500 (0.400–0.600)†"
    assert mean_text({**few, "patients": 10}) == "0.500 (0.400–0.600)"


def test_the_axis_of_the_bars_holds_what_they_show(data: dict[str, Any]) -> None:
    assert plot_start(data) == 0.5
    low = json.loads(json.dumps(data))
    low["tables"]["datasets"][0]["scores"]["network"]["dice"]["q1"] = 0.2
    assert plot_start(low) == 0.0


def test_a_cutout_shows_the_outlines_and_the_box() -> None:
    import base64
    import io

    from PIL import Image

    mask = np.zeros((100, 120), bool)
    mask[40:60, 50:80] = True
    address = cutout(np.full((100, 120), 40, np.uint8), {"truth": mask}, Box(48, 38, 82, 62))
    image = np.array(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGB"))
    assert max(image.shape) == 240
    red, green, _ = np.moveaxis(image.astype(int), -1, 0)
    teal, white = (green - red > 80), (red > 200) & (green > 200)
    ys, xs = np.nonzero(teal)
    # The box and a quarter of its side all around, 39 to 91, fill the width.
    assert xs.max() - xs.min() + 1 == pytest.approx(30 * 240 / (91 - 39), abs=2)
    assert white.any() and np.nonzero(white)[1].min() < xs.min()
    assert not teal[(ys.min() + ys.max()) // 2, (xs.min() + xs.max()) // 2]


def test_the_command_scores_the_embedded_model(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stem = tmp_path / "reports" / "zoom"
    given = ["evaluate", "--store", str(store.folder), "--by", "sex", "--device", "cpu"]
    assert main([*given, "--out", f"{stem}.html", "--against", "medsam_zoom"]) == 0
    said = capsys.readouterr().out
    assert "mean Dice over modalities" in said and "zoom.html" in said
    content = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    assert content["mean"]["network"] == content["mean"]["against"] > content["mean"]["box"]
    assert content["comparison"][0]["dice"]["p"] is None
    assert stem.with_suffix(".html").is_file() and stem.with_suffix(".csv").is_file()


def test_a_run_is_scored_and_named(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = micro_sam({"box", "points"})
    network: Any = loaded.network
    facts = {
        "arch": network.arch,
        "config": network.config,
        "preprocessing": loaded.preprocessing.to_dict(),
        "model": "",
        "model_title": "",
        "model_licence": "",
        "model_sha256": "",
        "kind": "sam",
        "tier": "D",
        "prompts": ["box", "points"],
        "candidates": 3,
    }
    content = {
        "state": network.state_dict(),
        "facts": facts,
        "recipe": {"name": "tiny"},
        "step": 12,
        "dice": 0.25,
        "table": {"ct": 0.25},
    }
    (tmp_path / "run").mkdir()
    torch.save(content, tmp_path / "run" / "best.pt")
    given = ["--store", str(store.folder), "--run", str(tmp_path / "run"), "--against", str(tmp_path / "run")]
    stem = tmp_path / "points"
    assert main(["evaluate", *given, "--out", str(stem), "--protocol", "point", "--device", "cpu"]) == 0
    data = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    assert data["run"]["step"] == 12 and data["run"]["recipe"] == "tiny" and data["run"]["tier"] == "D"
    assert data["weights"]["prompts"] == ["box", "points"]
    means = data["mean"]
    assert means["network"] == means["against"] <= means["oracle"]
    assert "oracle" in capsys.readouterr().out
    page = stem.with_suffix(".html").read_text(encoding="utf-8")
    assert "step 12" in page and "begun from random weights" in page


def test_clicks_are_not_asked_of_weights_that_take_none(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run", micro_zoom())
    told = ["evaluate", "--store", str(store.folder), "--out", str(tmp_path / "r"), "--run", str(run)]
    assert main([*told, "--protocol", "clicks"]) == 2
    assert "takes box only" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--by", "site"], "those are age, sex"),
        (["--tolerance", "-1"], "--tolerance"),
        (["--noise", "nan"], "--noise"),
        (["--noise", "3"], "from 0 to 1"),
        (["--least-area", "0"], "--least-area"),
        (["--split", "test", "--least-area", "90000"], "90000 pixels"),
        (["--model", "no_such_model"], "no_such_model"),
    ],
)
def test_mistakes_are_told_in_one_line(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    assert main(["evaluate", "--store", str(store.folder), "--out", str(tmp_path / "r"), *given]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not list(tmp_path.glob("r*"))


def test_a_missing_jinja_is_told_before_the_work(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = builtins.__import__

    def refuse(name: str, *rest: Any, **options: Any) -> Any:
        if name.partition(".")[0] == "jinja2":
            raise ImportError(name)
        return imported(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert main(["evaluate", "--store", str(store.folder), "--out", str(tmp_path / "r")]) == 2
    out = capsys.readouterr()
    given = ["--out", str(tmp_path / "bare"), "--no-page"]
    assert main(["evaluate", "--store", str(store.folder), *given]) == 0
    assert (tmp_path / "bare.json").is_file() and not (tmp_path / "bare.html").exists()
    assert 'pip install "medsam-desktop[finetune]"' in out.err and "objects" not in out.out
