"""``doctor``: what is broken is found, told in a sentence, and comes with a remedy."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import save_file

from medsam.cli import checks, checks_speed, doctor, smoke
from medsam.cli.checks import FAIL, OK, WARN, Check
from medsam.cli.main import main
from medsam.volume import stored_slice
from pretrain import own
from pretrain.catalogue import Entry, catalogue, entry, sha256_of

Capture = pytest.CaptureFixture[str]


def only(found: Iterator[Check]) -> Check:
    """The one finding of a check."""
    (check,) = found
    return check


class TestReport:
    """What is printed, and the exit code."""

    def replaced(self, monkeypatch: pytest.MonkeyPatch, *results: Check) -> None:
        """Have ``doctor`` find these."""
        monkeypatch.setattr(doctor, "CHECKS", {"one": lambda: iter(results)})

    def test_a_failure_is_told_with_its_remedy(
        self, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        self.replaced(
            monkeypatch, Check("Qt", FAIL, "It is broken.", "Mend it."), Check("memory", OK, "8 GB")
        )
        assert main(["doctor"]) == 1
        said = capsys.readouterr().out.splitlines()
        assert said[0].startswith("FAILED") and "Qt: It is broken." in said[0]
        assert said[1].strip() == "remedy: Mend it."
        assert said[-1] == "2 checks: 1 failed, 0 with a warning"

    def test_a_warning_is_no_failure(self, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
        self.replaced(monkeypatch, Check("memory", WARN, "1 GB", "Close programs."))
        assert main(["doctor"]) == 0
        assert "remedy: Close programs." in capsys.readouterr().out

    def test_json(self, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
        self.replaced(monkeypatch, Check("Qt", FAIL, "It is broken.", "Mend it."))
        assert main(["doctor", "--json"]) == 1
        assert json.loads(capsys.readouterr().out) == [
            {"name": "Qt", "state": "failed", "finding": "It is broken.", "remedy": "Mend it."}
        ]

    def test_a_check_that_breaks_keeps_no_other_from_its_turn(
        self, monkeypatch: pytest.MonkeyPatch, capsys: Capture
    ) -> None:
        def broken() -> Iterator[Check]:
            raise ZeroDivisionError("oh")
            yield

        monkeypatch.setattr(doctor, "CHECKS", {"a": broken, "b": lambda: iter([Check("b", OK, "fine")])})
        assert main(["doctor"]) == 1
        said = capsys.readouterr().out
        assert "ZeroDivisionError: oh" in said and "b: fine" in said


class TestPackages:
    """What setup.py lists."""

    def test_the_list_is_that_of_the_program(self) -> None:
        names = checks.requirements()
        assert {"torch", "pyqt5", "simpleitk", "pillow"} <= set(names)
        assert "pytest" not in names

    def test_the_list_is_read_from_the_checkout_too(self, repo_root: Path) -> None:
        lines = checks._from_setup(repo_root / "setup.py")
        assert any(line.startswith("torch") for line in lines)
        assert checks._from_setup(repo_root / "no such file.py") == []

    def test_all_are_here(self) -> None:
        check = only(checks.check_packages())
        assert check.state == OK and "torch" in check.finding

    def test_a_missing_one_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "requirements", lambda: ["numpy", "no-such-package"])
        failed, fine = checks.check_packages()
        assert (failed.state, fine.state) == (FAIL, OK)
        assert "no-such-package" in failed.finding and "no-such-package" in failed.remedy


class TestFolders:
    """Write access."""

    def test_the_users_folders_are_tried_and_left_as_they_were(self, own_folders: Path) -> None:
        found = list(checks.check_folders())
        assert len(found) == 5 and all(check.state in (OK, WARN) for check in found)
        assert not any(own_folders.rglob("*"))

    def test_a_folder_that_cannot_be_made_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setattr(checks, "folders", lambda: {"cache": tmp_path / "file" / "medsam"})
        check = only(checks.check_folders())
        assert check.state == FAIL and "cannot be written" in check.finding and check.remedy

    def test_a_full_disk_is_a_warning(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "folders", lambda: {"cache": tmp_path})
        monkeypatch.setattr(checks.shutil, "disk_usage", lambda folder: SimpleNamespace(free=5_000_000))
        assert only(checks.check_folders()).state == WARN

    def test_little_memory_is_a_warning(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            checks.psutil, "virtual_memory", lambda: SimpleNamespace(available=5e8, total=4e9)
        )
        check = only(checks.check_memory())
        assert check.state == WARN and "0.5 of 4.0 GB" in check.finding and check.remedy


class TestQt:
    """In a process of its own."""

    def test_offscreen_works(self) -> None:
        found, said = checks.probe_qt({**os.environ, "QT_QPA_PLATFORM": "offscreen"})
        assert said == "" and found is not None
        assert found["platform"] == "offscreen" and found["paints"] and found["qt"].startswith("5.15")

    def test_a_platform_that_ends_the_process_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense")
        check = only(checks.check_qt())
        assert check.state == FAIL and "nonsense" in check.finding and check.remedy

    def test_no_display_is_fine_for_pictures(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "has_display", lambda: False)
        qt, opengl = checks.check_qt()
        assert (qt.state, opengl.state) == (OK, OK)
        assert "no display" in qt.finding

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ("ModuleNotFoundError: No module named 'PyQt5'", "pip install"),
            ("qt.qpa.xcb: could not connect to display :9", "DISPLAY"),
            ("libGL.so.1: cannot open shared object file", "libgl1"),
        ],
    )
    def test_remedies_fit_what_was_said(self, said: str, words: str) -> None:
        assert words in checks.qt_remedy(said)


class TestWeights:
    """Files and their hashes."""

    @pytest.fixture
    def published(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
        """A catalogue of one model, whose right file is in a folder of weights."""
        path = tmp_path / "w.pth"
        path.write_bytes(b"weights")
        made = dataclasses.replace(entry("sam_vit_b"), name="w", file="w.pth", size=7, sha256=sha256_of(path))
        monkeypatch.setenv("MEDSAM_WEIGHTS", str(tmp_path))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        monkeypatch.setattr(checks, "catalogue", lambda: {"w": made})
        monkeypatch.setattr(own, "catalogue", lambda: {**catalogue(), "w": made})
        return made

    def test_the_right_file_is_verified(self, published: Entry) -> None:
        check = only(checks.check_weights())
        assert check.state == OK
        assert "verified" in check.finding and published.sha256[:16] in check.finding
        assert published.licence in check.finding

    def test_another_file_of_the_same_size_is_found_out(self, published: Entry, tmp_path: Path) -> None:
        (tmp_path / "w.pth").write_bytes(b"weighty")
        check = only(checks.check_weights())
        assert check.state == FAIL and "not the published file" in check.finding
        assert "pretrain get w" in check.remedy

    def test_half_a_file_is_found_out(self, published: Entry, tmp_path: Path) -> None:
        (tmp_path / "w.pth").write_bytes(b"wei")
        check = only(checks.check_weights())
        assert check.state == FAIL and "unfinished" in check.finding

    def test_one_that_was_never_fetched_is_no_failure(self, published: Entry, tmp_path: Path) -> None:
        (tmp_path / "w.pth").unlink()
        check = only(checks.check_weights())
        assert check.state == OK and "pretrain get w" in check.finding

    def test_the_embedded_one_must_be_there(
        self, published: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "w.pth").unlink()
        monkeypatch.setattr(checks, "catalogue", lambda: {"w": dataclasses.replace(published, bundled=True)})
        assert only(checks.check_weights()).state == FAIL

    def test_models_of_the_users_own_are_listed_and_damaged_ones_named(
        self, published: Entry, tmp_path: Path
    ) -> None:
        (tmp_path / "own").mkdir()
        card = {"card": '{"title": "Mine, adapted"}'}
        save_file({"w": np.zeros(2)}, tmp_path / "own" / "mine.safetensors", metadata=card)
        (tmp_path / "own" / "half.safetensors").write_bytes(b"half")
        found = list(checks.check_weights())[1:]
        assert [c.state for c in found] == [OK, WARN]
        assert "Mine, adapted" in found[0].finding and "mine.safetensors" in found[0].finding
        assert "half.safetensors" in found[1].finding and found[1].remedy


class TestSegmentation:
    """The sample with its known truth."""

    def test_the_case_is_a_box_around_the_organ(self) -> None:
        case = smoke.sample_case()
        inside = np.zeros_like(case.truth)
        inside[int(case.box.y0) : int(case.box.y1), int(case.box.x0) : int(case.box.x1)] = True
        assert case.truth.sum() > 300 and not (case.truth & ~inside).any()
        assert case.truth.shape == stored_slice(case.volume.array, 2, case.index).shape

    def test_dice(self) -> None:
        a, b = np.array([[True, True, False]]), np.array([[True, False, False]])
        assert smoke.dice(a, b) == pytest.approx(2 / 3)
        assert smoke.dice(a, ~a) == 0 and smoke.dice(~a & a, ~a & a) == 1

    def test_untrained_weights_are_found_out(self, untrained_zoom: Path) -> None:
        check = only(smoke.check_segmentation(str(untrained_zoom)))
        assert check.state == FAIL and "Dice" in check.finding

    def test_missing_weights_are_told(self) -> None:
        check = only(smoke.check_segmentation("no_such_model"))
        assert check.state == FAIL and "no_such_model" in check.finding


def test_everything_together(repo_root: Path, capsys: Capture) -> None:
    """On this machine, with the embedded weights of this checkout."""
    there = (repo_root / "pretrain" / "medsam_zoom.safetensors").exists()
    code = main(["doctor", "--json"])
    found = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    assert {"Python", "packages", "devices", "memory", "Qt", "weights medsam_zoom", "segmentation"} <= set(
        found
    )
    if there:
        failed = [check for check in found.values() if check["state"] == FAIL]
        assert (code, failed) == (0, [])
    else:
        assert code == 1 and found["weights medsam_zoom"]["state"] == FAIL


class TestArithmetic:
    """Precisions with their times, and whose attention is used."""

    @pytest.fixture
    def timed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two precisions, in times that no clock has measured."""
        from medsam.model import precision

        monkeypatch.setattr(precision, "milliseconds", lambda *_: {"exact": 9.25, "fast": 4.0})

    def test_times_and_the_automatic_choice(self, timed: None) -> None:
        first, second, *_ = checks_speed.check_arithmetic()
        assert (first.name, first.state) == ("precisions", OK)
        assert (
            first.finding
            == "exact 9.25 ms, fast 4.00 ms for a layer of ViT-B, 64 tokens; automatic takes fast"
        )
        assert (second.name, second.state) == ("attention", OK)

    def test_compiled_attention_is_named(self, timed: None, monkeypatch: pytest.MonkeyPatch) -> None:
        import torch

        from medsam.model import native

        monkeypatch.setattr(native, "dtypes", lambda: frozenset({torch.float32, torch.bfloat16}))
        assert list(checks_speed.check_arithmetic())[1].finding == "compiled, for bfloat16 and float32"
        monkeypatch.setattr(native, "dtypes", frozenset)
        assert list(checks_speed.check_arithmetic())[1].finding.startswith("PyTorch's; the compiled one")

    def test_real_times_are_there(self) -> None:
        assert "exact" in next(iter(checks_speed.check_arithmetic())).finding

    def test_broken_torch_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from medsam.model import precision

        def broken() -> dict[str, float]:
            raise RuntimeError("no kernel")

        monkeypatch.setattr(precision, "milliseconds", broken)
        found = only(checks_speed.check_arithmetic())
        assert found.state == FAIL and "no kernel" in found.finding and found.remedy


class TestSpeed:
    """Threads, memory and what is kept, in words for a letter to support."""

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Embeddings go to a folder of the test's."""
        monkeypatch.setenv("MEDSAM_EMBEDDINGS", str(tmp_path / "kept"))
        monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", str(4 * 10**9))
        return tmp_path / "kept"

    def test_kept_slices_are_told_with_place_number_size_and_limit(self, folder: Path) -> None:
        from medsam.inference.embedding_files import EmbeddingFiles

        files = EmbeddingFiles(folder)
        for n in range(3):
            files.put(f"{n}" * 64, np.random.default_rng(n).normal(size=(1, 256, 32, 32)).astype(np.float16))
        found = only(checks_speed.check_embeddings())
        size = f"{files.usage().bytes / 1e9:.2f} of 4.0 GB allowed, set by MEDSAM_EMBEDDINGS_BYTES"
        assert found == Check("encoded slices", OK, f"{folder}, 3 slices, {size}")

    def test_folder_that_does_not_exist_yet_is_fine(self, folder: Path) -> None:
        found = only(checks_speed.check_embeddings())
        assert found.state == OK and "0 slices" in found.finding and not folder.exists()

    def test_little_room_is_a_warning_with_a_remedy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", str(16_000_000))
        found = only(checks_speed.check_embeddings())
        assert (
            found.state == WARN
            and "room for 10 slices" in found.finding
            and "raise the limit" in found.remedy
        )
        monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", "0")
        assert "none are kept" in only(checks_speed.check_embeddings()).finding

    def test_threads_and_allocator_are_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MEDSAM_THREADS", "3")
        threads, allocator = checks_speed.check_threads()
        assert threads.finding.startswith("3 of ") and threads.finding.endswith("set by MEDSAM_THREADS")
        monkeypatch.setattr("medsam.inference.allocator.library_name", lambda: "glibc 2.36")
        assert list(checks_speed.check_threads())[1].finding.startswith("glibc 2.36; the model keeps memory")
        monkeypatch.setattr("medsam.inference.allocator.library_name", lambda: "")
        assert "not kept" in list(checks_speed.check_threads())[1].finding
        assert allocator.name == "memory allocator"

    def test_kernel_that_is_switched_off_is_said_to_be(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from medsam.model import native

        monkeypatch.setattr(native, "dtypes", frozenset)
        monkeypatch.setenv(native.VARIABLE, "0")
        assert "switched off by MEDSAM_NATIVE=0" in list(checks_speed.check_arithmetic())[1].finding
