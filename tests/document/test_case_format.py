"""The description of the case file is true: its reader, as printed, reads what the program writes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from medsam.document.case_format import MAGIC, MARK, PREAMBLE, VERSION
from medsam.document.case_recovery import open_case
from tests.document.case_support import act, image

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "case-format.md"


@pytest.fixture
def reader(tmp_path):
    """The reader of the description, as a file."""
    (code,) = re.findall(r"```python\n(.*?)```", DESCRIPTION.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "read_case.py"
    path.write_text(code, encoding="utf-8")
    return path


def test_the_reader_needs_numpy_and_nothing_else(reader):
    tree = ast.parse(reader.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert names == {"json", "struct", "sys", "zlib", "numpy"}
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("cut", [False, True])
def test_the_reader_reads_what_the_program_wrote(reader, tmp_path, seed, cut):
    path = tmp_path / "case.medsamcase"
    restored = open_case(path, image())
    rng = np.random.default_rng(seed)
    for n in range(150 + 60 * seed):
        act(restored.history, rng)
        if n == 100:
            restored.case.compact()
    label_map, labels = restored.annotation.label_map.copy(), list(restored.annotation.labels)
    position, count = restored.history.position, len(restored.history)
    whole = path.read_bytes()
    restored.case.close()
    if cut:
        # As a kill in the middle of the next write leaves it.
        path.write_bytes(whole + MARK + b"\x30\x00\x00")
    done = subprocess.run(
        [sys.executable, str(reader), str(path), str(tmp_path / "labels.npy")],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, *rest = done.stdout.splitlines()
    assert first == f"scan.nii.gz [9, 7, 5] {position} of {count} steps in effect"
    assert rest == [f"{la.id} {la.name} {int((label_map == la.id).sum())} voxels" for la in labels]
    np.testing.assert_array_equal(np.load(tmp_path / "labels.npy"), label_map)


def test_the_description_names_the_bytes_as_they_are():
    text = DESCRIPTION.read_text(encoding="utf-8")
    assert MAGIC.hex(" ").upper() in text and MARK.hex(" ").upper() in text
    assert len(PREAMBLE) == 16 and f"the version of the format: {VERSION} " in text


def test_the_description_names_every_kind_that_is_written(tmp_path):
    path = tmp_path / "case.medsamcase"
    restored = open_case(path, image())
    rng = np.random.default_rng(5)
    for _ in range(300):
        act(restored.history, rng)
    restored.case.close()
    written = set(re.findall(rb'\{"kind":"(\w+)","meta"', path.read_bytes()))
    described = set(re.findall(r"^\| `(\w+)` \|", DESCRIPTION.read_text(encoding="utf-8"), re.MULTILINE))
    assert {kind.decode() for kind in written} == described
