"""``predict``: from a table to masks, the good rows past the bad ones, each slice encoded once."""

from __future__ import annotations

import weakref
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from medsam.cli import predict
from medsam.cli.main import main
from medsam.errors import ModelError
from medsam.intensity import CT_PRESETS, default_window, to_uint8
from medsam.io import read_volume, write_volume
from medsam.prompts import Box, Points, Prompts
from medsam.volume import stored_slice
from tests.phantoms import ct_phantom, grey_picture, rgb_picture

Capture = pytest.CaptureFixture[str]

HEADER = "id,image,slice,x0,y0,x1,y1,window"


class BoxFiller:
    """A predictor whose mask is the box, and that remembers every picture and prompt it was given.

    Attributes:
        nothing: Whether it says "nothing here" of its mask.
    """

    def __init__(self) -> None:
        self.pictures: list[np.ndarray] = []
        self.prompts: list[Prompts] = []
        self.fail_on: set[int] = set()
        self.nothing = False

    def checked(self, prompts: Prompts, shape_hw: tuple[int, int]) -> Prompts:
        """Boxes clipped, points as they are."""
        box = None if prompts.box is None else prompts.box.require_area(shape_hw)
        return Prompts(box, prompts.points)

    def set_image(self, picture: np.ndarray, check: Any = None) -> None:
        """Remember the picture; fail on those whose turn is in ``fail_on``."""
        self.pictures.append(picture)
        if len(self.pictures) in self.fail_on:
            raise RuntimeError("the card is out of memory\nlong report")

    def predict(self, prompts: Prompts) -> SimpleNamespace:
        """The box, filled, or the pixel of each point."""
        self.prompts.append(prompts)
        mask = np.zeros(self.pictures[-1].shape[:2], bool)
        if prompts.box is not None:
            x0, y0, x1, y1 = (int(v) for v in prompts.box.xyxy)
            mask[y0:y1, x0:x1] = True
        elif prompts.points is not None:
            for x, y in prompts.points.xy:
                mask[int(y), int(x)] = True
        return SimpleNamespace(masks=mask[None], scores=np.ones(1, np.float32), empty=self.nothing)


@pytest.fixture
def filler(monkeypatch: pytest.MonkeyPatch) -> BoxFiller:
    """``predict`` without a network."""
    made = BoxFiller()
    monkeypatch.setattr(predict, "load_predictor", lambda model, device, asked, precision: made)
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a CT of 24×20×6 voxels, a grey and a colour picture."""
    write_volume(tmp_path / "scan.nii.gz", ct_phantom((24, 20, 6)))
    Image.fromarray(grey_picture((18, 26)).array[:, :, 0].T).save(tmp_path / "grey.png")
    Image.fromarray(rgb_picture((18, 26)).array[:, :, 0].swapaxes(0, 1)).save(tmp_path / "colour.png")
    return tmp_path


def run(data: Path, *rows: str, header: str = HEADER, extra: tuple[str, ...] = ()) -> int:
    """Write the rows as a table and run ``predict`` on it."""
    (data / "boxes.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    return main(["predict", "--prompts", str(data / "boxes.csv"), "--out", str(data / "out"), *extra])


def mask_of(data: Path, name: str) -> np.ndarray:
    """A written mask, with what must be true of every one of them."""
    with Image.open(data / "out" / f"{name}.png") as image:
        assert (image.format, image.mode) == ("PNG", "L")
        mask = np.asarray(image)
    assert set(np.unique(mask)) <= {0, 255}
    return mask


def test_masks_have_the_slices_size_with_rows_along_y(data: Path, filler: BoxFiller) -> None:
    assert run(data, "a,scan.nii.gz,2,3,4,10,15,", "b,grey.png,,0,1,5,2,") == 0
    mask = mask_of(data, "a")
    assert mask.shape == (20, 24)
    assert mask[4:15, 3:10].all() and mask.sum() == 255 * 11 * 7
    assert mask_of(data, "b").shape == (18, 26)


def test_the_network_sees_the_stored_slice_through_its_window(data: Path, filler: BoxFiller) -> None:
    scan = "scan.nii.gz,2,3,4,10,15"
    assert run(data, f"a,{scan},", f"b,{scan},lung", "c,colour.png,,1,1,9,9,") == 0
    volume = read_volume(data / "scan.nii.gz")
    raw = stored_slice(volume.array, 2, 2)
    window = default_window(volume)
    assert window == CT_PRESETS["soft tissue"]
    assert np.array_equal(filler.pictures[0], to_uint8(raw, window))
    assert np.array_equal(filler.pictures[1], to_uint8(raw, CT_PRESETS["lung"]))
    assert np.array_equal(filler.pictures[2], rgb_picture((18, 26)).array[:, :, 0].swapaxes(0, 1))


def test_each_slice_is_encoded_once_and_each_image_read_once(
    data: Path, filler: BoxFiller, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def reading(path: Path) -> Any:
        opened.append(path.name)
        return read_volume(path)

    monkeypatch.setattr(predict, "read_volume", reading)
    rows = [
        "a,scan.nii.gz,4,1,1,9,9,",
        "b,grey.png,,1,1,9,9,",
        "c,scan.nii.gz,2,1,1,9,9,",
        "d,./scan.nii.gz,4,2,2,9,9,soft tissue",
        "e,grey.png,0,3,3,9,9,",
        "f,scan.nii.gz,4.0,2,2,9,9,lung",
        "g,scan.nii.gz,4,5,5,9,9,40/400",
    ]
    assert run(data, *rows) == 0
    assert opened == ["scan.nii.gz", "grey.png"]
    assert len(filler.pictures) == 4
    assert len(list((data / "out").iterdir())) == 7


def test_a_bad_row_is_reported_and_the_others_go_on(data: Path, filler: BoxFiller, capsys: Capture) -> None:
    (data / "broken.nii.gz").write_bytes(b"no image")
    rows = [
        "a,scan.nii.gz,2,3,4,10,15,",  # 2
        "b,scan.nii.gz,6,3,4,10,15,",  # 3: no such slice
        "c,scan.nii.gz,,3,4,10,15,",  # 4: no slice named
        "d,scan.nii.gz,2,5,5,5,9,",  # 5: nothing inside
        "e,scan.nii.gz,2,9,5,3,9,",  # 6: inverted
        "f,broken.nii.gz,0,1,1,5,5,",  # 7
        "g,broken.nii.gz,1,1,1,5,5,",  # 8
        "h,gone.nii.gz,1,1,1,5,5,",  # 9
        "a,scan.nii.gz,1,3,4,10,15,",  # 10: used twice
        "i/j,scan.nii.gz,1,3,4,10,15,",  # 11
        "k,grey.png,1,3,4,10,15,",  # 12: a picture has one slice
        "z,scan.nii.gz,3,3,4,10,15,",  # 13
    ]
    assert run(data, *rows) == 1
    said = capsys.readouterr()
    assert sorted(p.name for p in (data / "out").iterdir()) == ["a.png", "z.png"]
    for line in (3, 4, 5, 6, 9, 10, 11, 12):
        assert f"boxes.csv line {line}: " in said.err
    assert "boxes.csv lines 7, 8: " in said.err
    assert str(data) not in said.err
    assert "Traceback" not in said.err
    assert said.out.startswith("2 of 12 masks written")
    assert "10 rows failed" in said.out


def test_a_slice_the_network_fails_on_costs_only_its_rows(
    data: Path, filler: BoxFiller, capsys: Capture
) -> None:
    filler.fail_on = {1}
    assert run(data, "a,scan.nii.gz,1,1,1,9,9,", "b,scan.nii.gz,1,2,2,9,9,", "c,scan.nii.gz,2,1,1,9,9,") == 1
    assert "lines 2, 3: RuntimeError: the card is out of memory" in capsys.readouterr().err
    assert [p.name for p in (data / "out").iterdir()] == ["c.png"]


def test_one_volume_at_a_time_is_held(data: Path, filler: BoxFiller, monkeypatch: pytest.MonkeyPatch) -> None:
    write_volume(data / "second.nii.gz", ct_phantom((24, 20, 6), seed=1))
    held: list[weakref.ref[np.ndarray]] = []

    def reading(path: Path) -> Any:
        assert all(array() is None for array in held)
        volume = read_volume(path)
        held.append(weakref.ref(volume.array))
        return volume

    monkeypatch.setattr(predict, "read_volume", reading)
    rows = [
        "a,scan.nii.gz,1,1,1,9,9,",
        "b,grey.png,,1,1,9,9,",
        "c,colour.png,,1,1,9,9,",
        "d,second.nii.gz,1,1,1,9,9,",
    ]
    assert run(data, *rows) == 0
    assert len(held) == 4


def test_stopped_with_ctrl_c_keeps_what_is_done(
    data: Path, filler: BoxFiller, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def stop(prompts: Prompts) -> Any:
        if len(filler.pictures) == 2:
            raise KeyboardInterrupt
        return BoxFiller.predict(filler, prompts)

    monkeypatch.setattr(filler, "predict", stop)
    assert run(data, "a,scan.nii.gz,1,1,1,9,9,", "b,scan.nii.gz,2,1,1,9,9,") == 130
    assert capsys.readouterr().err == "medsam: stopped\n"
    assert [p.name for p in (data / "out").iterdir()] == ["a.png"]


def test_a_box_over_the_edge_is_clipped(data: Path, filler: BoxFiller) -> None:
    assert run(data, "a,grey.png,,-5,-5,4,3,") == 0
    assert mask_of(data, "a").sum() == 255 * 12


def test_a_window_on_colour_is_noted_and_not_used(data: Path, filler: BoxFiller, capsys: Capture) -> None:
    assert run(data, "a,colour.png,,1,1,9,9,lung") == 0
    assert "colour" in capsys.readouterr().err


def test_old_masks_are_replaced_whole(data: Path, filler: BoxFiller) -> None:
    (data / "out").mkdir()
    (data / "out" / "a.png").write_bytes(b"old")
    assert run(data, "a,grey.png,,1,1,4,3,") == 0
    assert mask_of(data, "a").sum() == 255 * 6
    assert [p.name for p in (data / "out").iterdir()] == ["a.png"]


def test_a_mask_that_cannot_be_written_leaves_nothing_half(
    data: Path, filler: BoxFiller, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def full(self: Image.Image, file: Any, **options: Any) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    assert run(data, "a,grey.png,,1,1,4,3,") == 1
    assert "line 2: The mask a.png could not be written: No space left on device" in capsys.readouterr().err
    assert list((data / "out").iterdir()) == []


class TestNothingCanBeDone:
    """Exit code 2 and one line."""

    def one_line(self, capsys: Capture) -> str:
        """What was said, which must be one sentence of ours."""
        said = capsys.readouterr()
        assert said.err.startswith("medsam: ") and said.err.count("\n") == 1
        assert said.out == ""
        return said.err

    def test_a_missing_column(self, data: Path, filler: BoxFiller, capsys: Capture) -> None:
        assert run(data, "a,grey.png", header="id,image") == 2
        assert "x0" in self.one_line(capsys)

    def test_no_table(self, tmp_path: Path, capsys: Capture) -> None:
        assert main(["predict", "--prompts", str(tmp_path / "no.csv"), "--out", str(tmp_path / "out")]) == 2
        assert "no.csv" in self.one_line(capsys)
        assert not (tmp_path / "out").exists()

    def test_out_is_a_file(self, data: Path, filler: BoxFiller, capsys: Capture) -> None:
        (data / "out").write_text("")
        assert run(data, "a,grey.png,,1,1,4,3,") == 2
        assert "--out" in self.one_line(capsys)

    def test_an_unknown_model(self, data: Path, capsys: Capture) -> None:
        assert run(data, "a,grey.png,,1,1,4,3,", extra=("--model", "medsam_vit_z")) == 2
        assert "medsam_vit_z" in self.one_line(capsys)

    def test_a_file_that_holds_no_weights(self, data: Path, capsys: Capture) -> None:
        (data / "bad.pth").write_bytes(b"nothing")
        assert run(data, "a,grey.png,,1,1,4,3,", extra=("--model", str(data / "bad.pth"))) == 2
        assert "bad.pth" in self.one_line(capsys)

    def test_missing_options_and_unknown_devices(self, data: Path, capsys: Capture) -> None:
        for arguments in (["predict"], ["predict", "--prompts", "x", "--out", "y", "--device", "tpu"]):
            with pytest.raises(SystemExit) as left:
                main(arguments)
            assert left.value.code == 2
            self.one_line(capsys)


@pytest.mark.parametrize(
    ("takes", "asked", "words"),
    [
        ({"points"}, {frozenset({"box"})}, "rows have box, which Some of it does not take"),
        ({"box"}, {frozenset({"points"}), frozenset({"box", "points"})}, "rows have points"),
        ({"box"}, {frozenset({"box"}), frozenset({"points"})}, ""),
        ({"box", "points", "mask"}, {frozenset({"points"})}, ""),
    ],
)
def test_a_model_is_refused_if_it_takes_the_prompts_of_no_row(
    monkeypatch: pytest.MonkeyPatch, takes: set[str], asked: set[frozenset[str]], words: str
) -> None:
    card = SimpleNamespace(prompts=frozenset(takes), title="Some of it")
    monkeypatch.setattr("medsam.model.load_model", lambda model, device: None)
    monkeypatch.setattr("medsam.inference.predictor.make_predictor", lambda *_: SimpleNamespace(card=card))
    if not words:
        assert predict.load_predictor("x", "cpu", asked).card is card
        return
    with pytest.raises(ModelError, match=words):
        predict.load_predictor("x", "cpu", asked)


def test_rows_have_a_box_or_points_or_both(data: Path, filler: BoxFiller) -> None:
    rows = ["a,grey.png,,1,2,9,8,", "b,grey.png,,,,,,5/6+ 7.5/8-", "c,grey.png,,1,2,9,8,3/3+"]
    assert run(data, *rows, header="id,image,slice,x0,y0,x1,y1,points") == 0
    box, points = Box(1, 2, 9, 8), Points.of([(5, 6)], [(7.5, 8)])
    assert filler.prompts == [Prompts(box), Prompts(points=points), Prompts(box, Points.of([(3, 3)]))]
    assert len(filler.pictures) == 1
    assert mask_of(data, "b").sum() == 2 * 255


class TestNothingHere:
    """Rows without an object are an empty mask, named in the summary; the guess only where it is wanted."""

    ROWS = ("a,grey.png,,1,1,4,3,", "b,scan.nii.gz,2,1,1,4,3,")

    def test_an_empty_mask_is_written_and_the_row_named(
        self, data: Path, filler: BoxFiller, capsys: Capture
    ) -> None:
        filler.nothing = True
        assert run(data, *self.ROWS) == 0
        assert mask_of(data, "a").sum() == mask_of(data, "b").sum() == 0
        said = capsys.readouterr().out
        assert said.startswith("2 of 2 masks written")
        assert '2 answered "nothing here" (an empty mask is written): a, b;' in said

    def test_the_guess_is_written_if_wanted(self, data: Path, filler: BoxFiller, capsys: Capture) -> None:
        filler.nothing = True
        assert run(data, *self.ROWS, extra=("--keep-guess",)) == 0
        assert mask_of(data, "a").sum() == 6 * 255
        assert '2 answered "nothing here" (the guess is written): a, b;' in capsys.readouterr().out

    def test_many_names_are_cut_short(self, data: Path, filler: BoxFiller, capsys: Capture) -> None:
        filler.nothing = True
        assert run(data, *(f"row{n},grey.png,,1,1,4,3," for n in range(13))) == 0
        said = capsys.readouterr().out
        assert "row9 and 3 more;" in said and "row10" not in said

    def test_nothing_is_said_where_all_was_found(
        self, data: Path, filler: BoxFiller, capsys: Capture
    ) -> None:
        assert run(data, *self.ROWS) == 0
        assert "nothing here" not in capsys.readouterr().out


def test_points_through_a_network_that_takes_them(data: Path, clicked_zoom: Path, capsys: Capture) -> None:
    """The real way, and what cannot be pointed at costs only its row."""
    rows = ["a,grey.png,,3,3,20,15,8/9+ 4/4-", "b,grey.png,,,,,,8/9+", "c,grey.png,,,,,,8/9-"]
    rows += ["d,grey.png,,,,,,80/9+", "e,grey.png,,3,3,20,15,5.1/5+ 5.4/5-"]
    header = "id,image,slice,x0,y0,x1,y1,points"
    assert run(data, *rows, header=header, extra=("--model", str(clicked_zoom), "--device", "cpu")) == 1
    said = capsys.readouterr()
    assert [mask_of(data, name).shape for name in "ab"] == [(18, 26), (18, 26)]
    assert "line 4: Points off the object" in said.err
    assert "line 5: A point lies on the 26×18 picture" in said.err
    assert "line 6: A point is on the object or off it" in said.err


def test_points_for_a_model_of_boxes_end_the_run_or_cost_their_rows(
    data: Path, untrained_zoom: Path, capsys: Capture
) -> None:
    header = "id,image,slice,x0,y0,x1,y1,points"
    extra = ("--model", str(untrained_zoom), "--device", "cpu")
    assert run(data, "a,grey.png,,,,,,8/9+", header=header, extra=extra) == 2
    assert "which Untrained zoom does not take" in capsys.readouterr().err
    assert run(data, "a,grey.png,,,,,,8/9+", "b,grey.png,,3,3,20,15,", header=header, extra=extra) == 1
    assert "line 2: Untrained zoom takes a box; points came" in capsys.readouterr().err
    assert [p.name for p in (data / "out").iterdir()] == ["b.png"]


def test_with_the_embedded_network(data: Path, zoom_weights: Path) -> None:
    """The real way: weights from a file, the real predictor, a real mask."""
    rows = ["a,scan.nii.gz,3,2,2,16,14,", "b,grey.png,,3,3,20,15,", "c,colour.png,,3,3,20,15,"]
    assert run(data, *rows, extra=("--model", str(zoom_weights), "--device", "cpu")) == 0
    assert [mask_of(data, name).shape for name in "abc"] == [(20, 24), (18, 26), (18, 26)]
