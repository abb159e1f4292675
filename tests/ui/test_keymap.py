"""Keys: layers, changes that last, files of keys, and what each school of users expects."""

from __future__ import annotations

import json

import pytest

from medsam.errors import InputError
from medsam.ui import settings
from medsam.ui.action_specs import all_specs
from medsam.ui.key_profiles import ITK_SNAP, OVERRIDES, PACS, PROFILES, RESEARCH, SLICER, profile_title
from medsam.ui.keymap import Keymap, laid_over, normal

DEFAULTS = {"box": ("B",), "brush": ("D", "Ctrl+D"), "undo": ("Ctrl+Z",), "about": ()}


@pytest.fixture
def keymap(qapp):
    """Four actions with the keys they come with."""
    return Keymap(DEFAULTS)


def unique(keymap):
    """Whether no key does two things."""
    keys = [key for name in keymap.names() for key in keymap.keys(name)]
    return len(keys) == len(set(keys))


# --- keys and layers ------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "key"),
    [("ctrl+z", "Ctrl+Z"), ("[", "["), ("Ctrl++", "Ctrl++"), ("<", "<"), ("pgdown", "PgDown"), ("?", "?")],
)
def test_keys_have_one_spelling(qapp, written, key):
    assert normal(written) == key == normal(key)


@pytest.mark.parametrize("written", ["", "Ctrl+", "nonsense", "Ctrl+K, Ctrl+L", "\x00"])
def test_what_is_no_key(qapp, written):
    assert normal(written) == ""


def test_upper_layer_takes_keys_from_the_lower_ones():
    lower = {"a": ("1", "2"), "b": ("3",), "c": ()}
    assert laid_over([lower, {"c": ("2", "3")}]) == {"a": ("1",), "b": (), "c": ("2", "3")}
    assert laid_over([lower, {"c": ("2",)}, {"b": ("2",)}]) == {"a": ("1",), "b": ("2",), "c": ()}
    assert laid_over([lower, {"of nobody": ("1",)}]) == lower


def test_key_given_twice_in_one_layer_stays_with_the_first():
    assert laid_over([{"a": ("1",), "b": ("1", "2")}]) == {"a": ("1",), "b": ("2",)}


# --- changes ------------------------------------------------------------------------


def test_change_is_told_and_remembered(qtbot, keymap):
    with qtbot.waitSignal(keymap.changed):
        keymap.set_keys("box", ["x", "Shift+B"])
    assert keymap.keys("box") == ("X", "Shift+B") and keymap.own_keys("box") == ("B",)
    assert keymap.is_changed("box") and not keymap.is_changed("undo")
    assert Keymap(DEFAULTS).keys("box") == ("X", "Shift+B")


def test_key_of_another_action_is_refused_until_taken_over(keymap):
    with pytest.raises(InputError, match="Ctrl\\+D belongs to another"):
        keymap.set_keys("box", ["Ctrl+D"])
    assert keymap.keys("box") == ("B",)
    keymap.set_keys("box", ["Ctrl+D"], take_over=True)
    assert (keymap.keys("box"), keymap.keys("brush")) == (("Ctrl+D",), ("D",))
    assert keymap.owner("Ctrl+D") == "box" and unique(keymap)
    assert keymap.is_changed("brush")


def test_taken_key_can_be_taken_back(keymap):
    keymap.set_keys("box", ["D"], take_over=True)
    keymap.set_keys("brush", ["D", "Q"], take_over=True)
    assert (keymap.keys("box"), keymap.keys("brush")) == ((), ("D", "Q")) and unique(keymap)


def test_reset_gives_the_profiles_keys_back(keymap):
    keymap.set_keys("box", ["D"], take_over=True)
    keymap.reset("brush")
    assert (keymap.keys("box"), keymap.keys("brush")) == ((), ("D", "Ctrl+D"))
    keymap.reset("box")
    assert keymap.keys("box") == ("B",)
    keymap.set_keys("undo", [])
    keymap.set_keys("about", ["F2"])
    keymap.reset_all()
    assert {n: keymap.keys(n) for n in keymap.names()} == DEFAULTS
    assert Keymap(DEFAULTS).keys("undo") == ("Ctrl+Z",)


def test_bad_key_is_refused(keymap):
    with pytest.raises(InputError, match="not a key"):
        keymap.set_keys("box", ["nonsense"])
    assert keymap.keys("box") == ("B",)


def test_each_profile_has_its_own_changes(keymap):
    keymap.set_keys("undo", ["F4"])
    keymap.choose_profile(SLICER)
    assert "F4" not in keymap.keys("undo") and "Z" in keymap.keys("undo")
    keymap.set_keys("about", ["F4"])
    keymap.choose_profile(RESEARCH)
    assert keymap.keys("undo") == ("F4",) and keymap.keys("about") == ()
    keymap.choose_profile(SLICER)
    again = Keymap(DEFAULTS)
    assert again.profile == SLICER and again.keys("about") == ("F4",)


@pytest.mark.parametrize(
    "damage", ["{", "[]", '{"research": 3}', '{"research": {"box": ["nonsense"]}}', "[" * 9999]
)
def test_damaged_settings_are_no_changes(keymap, damage):
    settings.remember("keys/changes", damage)
    settings.remember("keys/profile", "of nobody")
    again = Keymap(DEFAULTS)
    assert again.profile == RESEARCH and {n: again.keys(n) for n in again.names()} == DEFAULTS


def test_unknown_profile_is_refused(keymap):
    with pytest.raises(InputError, match="one of: research"):
        keymap.choose_profile("emacs")
    assert keymap.profile == RESEARCH


# --- files ------------------------------------------------------------------------------


def test_file_brings_profile_and_changes_back(keymap, tmp_path):
    keymap.set_keys("box", ["Ctrl+<", "é"])
    keymap.choose_profile(PACS)
    keymap.set_keys("undo", ["U"])
    path = tmp_path / "my keys.json"
    keymap.write(path)
    keymap.reset_all()
    keymap.choose_profile(RESEARCH)
    keymap.reset_all()
    assert keymap.read(path) == []
    assert keymap.profile == PACS and keymap.keys("undo") == ("U",)
    keymap.choose_profile(RESEARCH)
    assert keymap.keys("box") == ("Ctrl+<", "É")


def test_file_of_a_program_with_other_actions_is_read(keymap, tmp_path):
    path = tmp_path / "k.json"
    changes = {"research": {"undo": ["U"], "fly": ["F3"]}}
    content = {"format": "medsam-keys", "version": 1, "profile": "research", "changes": changes}
    path.write_text(json.dumps(content))
    assert keymap.read(path) == ["fly"]
    assert keymap.keys("undo") == ("U",)


GOOD = {"format": "medsam-keys", "version": 1, "profile": "research", "changes": {}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "not a file of keys"),
        (b"", "not a file of keys"),
        (b"[1, 2]", "not a file of keys"),
        (b"[" * 5000, "not a file of keys"),
        (json.dumps({**GOOD, "version": 2}), "newer version"),
        (json.dumps({**GOOD, "profile": "emacs"}), "emacs"),
        (json.dumps({**GOOD, "changes": {"vi": {}}}), "no keys of this program"),
        (json.dumps({**GOOD, "changes": {"research": {"box": "B"}}}), "box: B"),
        (json.dumps({**GOOD, "changes": {"research": {"box": ["Ctrl+"]}}}), "Ctrl"),
        (json.dumps({**GOOD, "changes": {"research": {"box": ["F2"], "undo": ["f2"]}}}), "F2: box, undo"),
        (b" " * (2 << 20), "not a file of keys"),
    ],
)
def test_bad_file_changes_nothing(keymap, tmp_path, content, said):
    keymap.set_keys("box", ["X"])
    path = tmp_path / "k.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=said) as failure:
        keymap.read(path)
    assert "k.json" in str(failure.value) and str(tmp_path) not in str(failure.value)
    assert keymap.keys("box") == ("X",)


def test_missing_file_and_folder_that_cannot_be_written(keymap, tmp_path):
    with pytest.raises(InputError, match="could not be read"):
        keymap.read(tmp_path / "nothing.json")
    with pytest.raises(InputError, match="could not be written"):
        keymap.write(tmp_path / "no folder" / "k.json")


# --- the profiles -----------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_names_each_key_once_and_spells_it_right(qapp, profile):
    keys = [key for keys in OVERRIDES[profile].values() for key in keys]
    assert len(keys) == len(set(keys)) and [normal(key) for key in keys] == keys
    assert profile_title(profile)


@pytest.fixture
def every_action(qapp):
    """The keys that all actions of the window come with."""
    defaults = {spec.name: spec.keys for spec in all_specs()}
    return {**defaults, "undo": ("Ctrl+Z",), "redo": ("Ctrl+Shift+Z", "Ctrl+Y")}


def test_actions_come_with_keys_of_their_own(every_action):
    owners: dict[str, list[str]] = {}
    for name, keys in every_action.items():
        for key in keys:
            assert normal(key) == key, name
            owners.setdefault(key, []).append(name)
    assert {key: names for key, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_is_whole_and_free_of_conflicts(every_action, profile):
    keymap = Keymap(every_action)
    keymap.choose_profile(profile)
    assert set(OVERRIDES[profile]) <= set(every_action)
    assert unique(keymap)
    for name, keys in OVERRIDES[profile].items():
        assert keymap.keys(name) == keys
    lost = [name for name, keys in every_action.items() if keys and not keymap.keys(name)]
    assert lost == []


EXPECTED = {
    RESEARCH: {
        "B": "tool_box",
        "P": "tool_points",
        "D": "tool_brush",
        "E": "tool_eraser",
        "G": "tool_polygon",
        "W": "tool_wand",
        "L": "tool_fill",
        "V": "tool_ruler",
        "C": "tool_crosshair",
        "[": "brush_smaller",
        "]": "brush_larger",
        "X": "overlay",
        "Q": "next_label",
        "1": "label_1",
        "Up": "slice_up",
        "PgDown": "slice_down",
        "?": "keys",
        "Ctrl+,": "preferences",
        "Tab": "candidate_next",
        "Return": "accept",
    },
    PACS: {
        "1": "preset_1",
        "4": "preset_4",
        "[": "brush_smaller",
        "]": "brush_larger",
        "B": "tool_brush",
        "E": "tool_eraser",
        "R": "reset_view",
        "Ctrl+F": "fit",
        "Home": "slice_first",
        "End": "slice_last",
        "A": "tool_points",
        "F": "tool_box",
        "D": "tool_polygon",
        "Return": "accept",
        "Esc": "cancel",
    },
    SLICER: {
        "Z": "undo",
        "Y": "redo",
        "Left": "slice_down",
        "Right": "slice_up",
        "G": "overlay",
        "-": "brush_smaller",
        "+": "brush_larger",
        "Space": "tool_last",
        "Q": "previous_label",
        "W": "next_label",
    },
    ITK_SNAP: {
        "S": "overlay",
        "A": "masks_fainter",
        "D": "masks_stronger",
        "X": "overlay",
        "Shift+X": "crosshair_lines",
        "C": "centre",
        "<": "previous_label",
        ">": "next_label",
        "-": "brush_smaller",
        "+": "brush_larger",
        "Up": "cursor_up",
        "Left": "cursor_left",
        "Shift+Up": "cursor_up_five",
        "PgUp": "slice_up",
        "R": "reset_view",
    },
}
"""What users of each school press without thinking."""


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_has_what_its_users_expect(every_action, profile):
    keymap = Keymap(every_action)
    keymap.choose_profile(profile)
    assert {key: keymap.owner(key) for key in EXPECTED[profile]} == EXPECTED[profile]


@pytest.mark.parametrize("profile", PROFILES)
def test_everybody_has_the_keys_of_every_program(every_action, profile):
    keymap = Keymap(every_action)
    keymap.choose_profile(profile)
    common = {
        "Ctrl+Z": "undo",
        "Ctrl+Y": "redo",
        "Ctrl+Shift+Z": "redo",
        "Ctrl+S": "save",
        "Ctrl+O": "open",
        "F1": "keys",
        "Del": "delete_box",
        "Esc": "cancel",
    }
    assert {key: keymap.owner(key) for key in common} == common
