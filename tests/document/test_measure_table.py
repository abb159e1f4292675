"""The table of measurements as other programs read it."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from medsam.document import Annotation, Label, LabelTable, Ruler, SetRuler
from medsam.document.measure_table import as_csv, as_text, columns_of, table_of
from medsam.document.statistics import measure_label
from medsam.volume import Volume, picture_affine


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def document(volume: Volume, *names: str) -> Annotation:
    labels = np.zeros(volume.shape, np.uint16)
    labels[1:4, 1:3, :2] = 1
    table = LabelTable(tuple(Label(n, name, (9, 9, 9)) for n, name in enumerate(names, start=1)))
    return Annotation(volume, labels, table)


def measured(annotation: Annotation, image: str = "scan.nii.gz", **options) -> list[dict[str, str]]:
    found = measure_label(annotation.volume, annotation.label_map, 1, surface=True)
    return read(as_csv(table_of(annotation, {1: found}, image, **options)))


@pytest.fixture
def scan() -> Volume:
    array = np.arange(6 * 5 * 4, dtype=np.int16).reshape(6, 5, 4)
    return Volume(array, np.diag([0.5, 1.0, 2.0, 1.0]), modality="CT", name="anonymous")


class TestVolume:
    def test_it_reads_back_as_it_was(self, scan: Volume) -> None:
        annotation = document(scan, "Liver", "Empty")
        first, second = measured(annotation)
        found = measure_label(scan, annotation.label_map, 1)
        assert first["image"] == "scan.nii.gz"
        assert (first["kind"], first["number"], first["name"]) == ("label", "1", "Liver")
        assert int(first["voxels"]) == 12
        assert float(first["volume_mL"]) == pytest.approx(12 / 1000)
        assert float(first["mean_HU"]) == pytest.approx(found.values[0].mean, rel=1e-9)
        assert float(first["sd_HU"]) == pytest.approx(found.values[0].sd, rel=1e-9)
        assert float(first["median_HU"]) == found.values[0].percentiles[2]
        assert float(first["long_axis_mm"]) == pytest.approx(found.diameters.long.length, rel=1e-9)
        assert (first["plane"], first["slice_index"], first["islands"]) == ("axial", "0", "1")
        assert float(first["centroid_R_mm"]) == pytest.approx(1.0)
        assert (second["name"], second["voxels"], second["mean_HU"]) == ("Empty", "0", "")

    def test_rulers_and_angles_follow_the_labels(self, scan: Volume) -> None:
        annotation = document(scan, "Liver")
        annotation.apply(SetRuler(1, Ruler(1, 2, 3, ((0.0, 0.0), (4.0, 0.0)))))
        annotation.apply(SetRuler(2, Ruler(2, 0, 1, ((2.0, 0.0), (0.0, 0.0), (0.0, 2.0)))))
        _, ruler, angle = measured(annotation)
        assert (ruler["kind"], ruler["plane"], ruler["slice_index"]) == ("ruler", "axial", "3")
        assert (ruler["length_mm"], ruler["angle_deg"]) == ("2", "")
        assert (angle["kind"], angle["plane"], angle["length_mm"], angle["angle_deg"]) == (
            "angle",
            "sagittal",
            "",
            "90",
        )

    def test_surfaces_are_a_column_where_they_were_measured(self, scan: Volume) -> None:
        annotation = document(scan, "Liver")
        assert "surface_mm2" not in measured(annotation)[0]
        assert float(measured(annotation, surface=True)[0]["surface_mm2"]) > 0

    def test_names_in_any_script_with_commas_and_quotes(self, scan: Volume) -> None:
        names = ('肝臓, "right" lobe', "Milz\nzwei")
        rows = measured(document(scan, *names), image="扫描.nii.gz")
        assert [row["name"] for row in rows] == list(names)
        assert rows[0]["image"] == "扫描.nii.gz"

    def test_a_name_is_never_a_formula(self, scan: Volume) -> None:
        rows = measured(document(scan, "=HYPERLINK(0)", "-3"))
        assert [row["name"] for row in rows] == ["'=HYPERLINK(0)", "'-3"]

    def test_the_bytes_are_what_excel_expects(self, scan: Volume) -> None:
        data = as_csv(table_of(document(scan, "Liver"), {}, "scan.nii"))
        assert data.startswith(b"\xef\xbb\xbfimage,kind,number,name,voxels,volume_mL,")
        assert data.endswith(b"\r\n")
        assert data.count(b"\r\n") == 2

    def test_the_clipboard_gets_tabs(self, scan: Volume) -> None:
        text = as_text(table_of(document(scan, "Liver"), {}, "scan.nii"), delimiter="\t")
        head, row, rest = text.split("\n")
        assert rest == ""
        assert head.split("\t")[:4] == ["image", "kind", "number", "name"]
        assert len(row.split("\t")) == len(head.split("\t"))


class TestPictures:
    def test_unknown_sizes_are_pixels(self) -> None:
        picture = Volume(np.zeros((6, 5, 1), np.uint8), picture_affine(), is_picture=True)
        names = columns_of(picture, surface=True)
        assert "area_px2" in names
        assert "long_axis_px" in names
        assert not [n for n in names if "mm" in n or "mL" in n]
        (row,) = measured(document(picture, "Cell"))
        assert (row["area_px2"], row["plane"], row["mean"]) == ("6", "", "0")

    def test_known_sizes_are_mm(self) -> None:
        picture = Volume(np.zeros((6, 5, 1), np.uint8), picture_affine((0.5, 0.5)), is_picture=True)
        (row,) = measured(document(picture, "Cell"))
        assert float(row["area_mm2"]) == pytest.approx(1.5)

    def test_colours_have_columns_of_their_own(self) -> None:
        array = np.zeros((6, 5, 1, 3), np.uint8)
        array[..., 1] = 7
        picture = Volume(array, picture_affine(), is_picture=True)
        (row,) = measured(document(picture, "Cell"))
        assert (row["mean_red"], row["mean_green"], row["max_green"]) == ("0", "7", "7")
