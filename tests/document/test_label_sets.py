"""Sets of labels: what is written is read back; what other programs write is understood."""

from __future__ import annotations

import json

import pytest

from medsam.document.label_sets import SetEntry, merged, read_label_set, write_label_set
from medsam.document.label_table import Label
from medsam.errors import InputError, WriteError

LABELS = (
    Label(3, "Left kidney", (230, 159, 0), opacity=0.3, locked=True),
    Label(1, 'Leber "rechts"', (1, 2, 3), visible=False),
    Label(65_535, "肝脏", (255, 255, 255), opacity=1.0),
)

SNAP = """################################################
# ITK-SnAP Label Description File
# File format: IDX   -R-  -G-  -B-  -A--  VIS MSH  LABEL
################################################
    0     0    0    0        0  0  0    "Clear Label"
    1   255    0    0        1  1  1    "Right lung"
\t2\t0\t255\t0\t0.5\t0\t1\t"Heart (left ventricle)"
"""
SLICER = """# Color table file my.ctbl
# 4 values
0 Background 0 0 0 0
1 left_kidney 128 174 128 255
2 (none) 0 0 0 255
17 Spleen 157 108 162 51
"""


def read(tmp_path, name, text, encoding="utf-8"):
    """What the file of that name and text holds."""
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_label_set(path)


def refusal(tmp_path, name, text):
    """The sentence with which a file is refused."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, name, text)
    return str(caught.value)


def as_labels(entries):
    """Labels of entries that have numbers."""
    return tuple(e.as_label(e.id) for e in entries)


def test_json_keeps_everything(tmp_path):
    write_label_set(tmp_path / "a.json", LABELS)
    assert as_labels(read_label_set(tmp_path / "a.json")) == LABELS
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"], "no half-written neighbour stays"


def test_json_needs_only_names(tmp_path):
    text = '{"labels": [{"name": "Liver"}, {"name": " Spleen ", "color": [1, 2, 3]}]}'
    entries = read(tmp_path, "a.json", text)
    assert entries == (SetEntry("Liver"), SetEntry("Spleen", None, {"color": (1, 2, 3)}))


def test_list_of_suggestions_is_a_set(tmp_path):
    entries = read(tmp_path, "a.json", '[{"name": "Liver", "color": "#aB12ff", "occurrence": "unique"}]')
    assert entries == (SetEntry("Liver", None, {"color": (171, 18, 255)}),)


@pytest.mark.parametrize("name", ["a.label", "a.txt"])
def test_snap_file_is_read(tmp_path, name):
    lung, heart = read(tmp_path, name, SNAP)
    assert (lung.id, lung.name, lung.stated["color"]) == (1, "Right lung", (255, 0, 0))
    assert lung.stated["visible"] and lung.stated["opacity"] == Label(1, "x", (0, 0, 0)).opacity
    assert (heart.id, heart.name) == (2, "Heart (left ventricle)")
    assert heart.stated["opacity"] == 0.5 and not heart.stated["visible"]


def test_snap_file_is_written_and_read_back(tmp_path):
    write_label_set(tmp_path / "a.label", LABELS)
    first, second, third = read_label_set(tmp_path / "a.label")
    assert (first.id, first.name, first.stated["color"]) == (3, "Left kidney", (230, 159, 0))
    assert first.stated["opacity"] == 0.3 and first.stated["visible"]
    assert second.name == "Leber 'rechts'" and not second.stated["visible"]
    assert (third.id, third.name) == (65_535, "肝脏")


@pytest.mark.parametrize("name", ["a.ctbl", "a.txt"])
def test_slicer_table_is_read(tmp_path, name):
    kidney, spleen = read(tmp_path, name, SLICER)
    assert (kidney.id, kidney.name, kidney.stated) == (1, "left kidney", {"color": (128, 174, 128)})
    assert (spleen.id, spleen.name, spleen.stated["opacity"]) == (17, "Spleen", 51 / 255)


def test_slicer_table_is_written_and_read_back(tmp_path):
    write_label_set(tmp_path / "a.ctbl", LABELS)
    assert [(e.id, e.name) for e in read_label_set(tmp_path / "a.ctbl")] == [
        (1, 'Leber "rechts"'),
        (3, "Left kidney"),
        (65_535, "肝脏"),
    ]
    text = (tmp_path / "a.ctbl").read_text("utf-8")
    assert "3 Left_kidney 230 159 0 255\n" in text and text.startswith("# Color table file a.ctbl\n")


def test_slicer_csv_is_read(tmp_path):
    text = (
        "LabelValue,Name,Color_R,Color_G,Color_B,Color_A,Category_CodingScheme\n"
        "0,Background,0,0,0,0,\n"
        '5,"Vein, portal",0,151,206,255,SCT\n'
        "6,Bare,,,,,\n\n"
    )
    assert read(tmp_path, "a.csv", text) == (
        SetEntry("Vein, portal", 5, {"color": (0, 151, 206)}),
        SetEntry("Bare", 6),
    )


def test_csv_of_a_spreadsheet_with_semicolons_and_no_numbers(tmp_path):
    assert read(tmp_path, "a.csv", "Name;Color_R;Color_G;Color_B\nLiver;1;2;3\n") == (
        SetEntry("Liver", None, {"color": (1, 2, 3)}),
    )


def test_freesurfer_table_is_read(tmp_path):
    text = "#No. Label Name: R G B A\n\n0   Unknown  0 0 0 0\n2   Left-Cerebral-White-Matter 245 245 245 0\n"
    (entry,) = read(tmp_path, "lut.txt", text)
    assert (entry.id, entry.name, entry.stated) == (
        2,
        "Left-Cerebral-White-Matter",
        {"color": (245, 245, 245)},
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_and_line_ends(tmp_path, encoding, end):
    text = SNAP.replace("Right lung", "Leber größer").replace("\n", end)
    assert read(tmp_path, "a.label", text, encoding)[0].name == "Leber größer"


def test_windows_code_page(tmp_path):
    assert read(tmp_path, "a.ctbl", "1 Größe 1 2 3 255", "cp1252")[0].name == "Größe"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.label", '# x\n1 300 0 0 1 1 1 "Lung"', ["a.label, line 2", "0 and 255", "300"]),
        ("a.label", '1 3 0 0 1 1 1 "A"\n1 3 0 0 1 1 1 "B"', ["line 2", "number of its own", "line 1"]),
        ("a.label", '70000 3 0 0 1 1 1 "A"', ["line 1", "65535", "70000"]),
        ("a.label", '1 3 0 0 1 1 1 ""', ["line 1", "needs a name"]),
        ("a.ctbl", "1 kidney red", ["line 1", "number name red green blue alpha"]),
        ("a.ctbl", "x kidney 1 2 3 4", ["line 1", '"x" came']),
        ("a.ctbl", "1.5 kidney 1 2 3 4", ["line 1", "whole"]),
        ("a.ctbl", "-4 kidney 1 2 3 4", ["line 1", "-4 came"]),
        ("a.ctbl", "0 Background 0 0 0 0", ["a.ctbl has none"]),
        ("a.json", '{"labels": [\n}', ["a.json, line 2"]),
        ("a.json", '{"labels": [{"id": 1}]}', ["label 1", '"name"']),
        ("a.json", '{"labels": [{"name": "a", "color": "red"}]}', ["#rrggbb", "'red'"]),
        ("a.json", '{"labels": [{"name": "a", "visible": 1}]}', ["true or false"]),
        ("a.json", '{"labels": [{"name": "a", "opacity": NaN}]}', ["label 1", "between 0 and 1"]),
        ("a.json", '{"labels": [{"name": "a", "style": "dots"}]}', ["outline", "'dots'"]),
        ("a.json", '{"labels": [{"name": "a", "id": "1"}]}', ["whole number"]),
        ("a.json", '{"labels": [3]}', ["label 1", "object"]),
        ("a.json", '{"version": 9, "labels": [{"name": "a"}]}', ["version 9", "update"]),
        ("a.json", "{}", ['list under "labels"']),
        ("a.csv", "Number,Colour\n1,red", ['"Name"']),
        ("a.csv", "LabelValue,Name,Color_R\n1,a,1000", ["line 2", "255"]),
    ],
)
def test_refusals_name_the_place_and_the_rule(tmp_path, name, text, words):
    said = refusal(tmp_path, name, text)
    assert all(word in said for word in words), said
    assert str(tmp_path) not in said


def test_binary_and_missing_files_are_refused_with_a_sentence(tmp_path):
    (tmp_path / "a.label").write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="text file"):
        read_label_set(tmp_path / "a.label")
    with pytest.raises(InputError, match=r"b\.label cannot be read"):
        read_label_set(tmp_path / "b.label")


def test_unknown_ending_and_missing_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.json"):
        write_label_set(tmp_path / "a.doc", LABELS)
    with pytest.raises(WriteError, match="cannot be written"):
        write_label_set(tmp_path / "no" / "a.json", LABELS)


class TestMerge:
    present = (Label(1, "Label 1", (9, 9, 9)), Label(4, "left_Kidney", (8, 8, 8), locked=True, opacity=0.9))

    def test_by_number_takes_names_and_keeps_what_the_file_does_not_say(self):
        entries = (SetEntry("Spleen", 4, {"color": (1, 1, 1)}), SetEntry("Liver", 2))
        spleen, liver, first = merged(self.present, entries, "number")
        assert spleen == Label(4, "Spleen", (1, 1, 1), locked=True, opacity=0.9)
        assert (liver.id, liver.name) == (2, "Liver") and first == self.present[0]

    def test_by_name_keeps_the_numbers_of_the_table(self):
        entries = (SetEntry("LEFT kidney", 1, {"color": (1, 1, 1)}), SetEntry("Liver", 1))
        kidney, liver, first = merged(self.present, entries, "name")
        assert (kidney.id, kidney.color, kidney.locked) == (4, (1, 1, 1), True)
        assert (liver.id, liver.name) == (2, "Liver"), "number 1 has voxels of another label"
        assert first == self.present[0]

    def test_unnumbered_entries_never_take_a_number_of_the_set(self):
        ids = [x.id for x in merged((Label(9, "x", (0, 0, 0)),), (SetEntry("a"), SetEntry("b", 1)), "number")]
        assert ids == [2, 1, 9]

    def test_dropped_labels_go_only_where_the_set_lacks_them(self):
        result = merged(self.present, (SetEntry("Label 1", 1),), "number", dropped=(1, 4))
        assert [label.id for label in result] == [1]

    def test_two_entries_of_one_name_stay_two_labels(self):
        names = merged((Label(1, "vessel", (0, 0, 0)),), (SetEntry("Vessel"), SetEntry("Vessel")), "name")
        assert [(x.id, x.name) for x in names] == [(1, "Vessel"), (2, "Vessel")]


def test_what_is_written_is_valid_json(tmp_path):
    write_label_set(tmp_path / "a.json", LABELS)
    data = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert data["format"] == "medsam-labels" and data["version"] == 1 and len(data["labels"]) == 3
