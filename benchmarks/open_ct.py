"""How long does a CT of 300 slices take to open, beside the fastest library that reads and decodes its bytes?

    python -m benchmarks.open_ct [--slices 300] [--compressed 40] [--rounds 5]

A series (512 x 512, int16, with a header as scanners write it) uncompressed
and in the compressions that hospitals keep, and the same voxels as .nii and
.nii.gz, lie in a temporary folder, in the system's page cache for all sides.
Ours is ``read_volume`` of the folder: which files there are, what belongs
together, where it lies, what its values are, and one array. The rivals only
read and decode the files whose names and order they are given: pydicom,
GDCM, SimpleITK's series reader and its file reader in one thread a core;
nibabel and SimpleITK for NIfTI. A first round warms up and checks that all
read the same; of the rivals, those within half as much again of the fastest
go on. Sides alternate; ratios are medians of the rounds, by the clock; that of
the processor's time is told beside it, since ours uses all cores where it can
and others may need them. All sides keep the memory that they free: fresh memory for
150 MB of voxels can take longer than reading them, and whoever comes after a
pause would pay for all. The floor is reading all bytes of the files.

Then, in a process of its own each, how far memory grows while a scan is
opened, beside the bytes of its voxels.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._quiet import Quiet
from benchmarks._rows import Row, row_of, tell
from benchmarks._series import SYNTAXES, UNCOMPRESSED, body, compress, write_series
from medsam.inference.allocator import keep_memory
from medsam.io import read_volume
from medsam.io.dicom_fill import threads
from medsam.io.itk import simpleitk

AIM, MEMORY_AIM = 2.0, 2.2
SIZE = 512
LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
Side = Callable[[], Any]

MEMORY = """
import json, sys
from pathlib import Path
import SimpleITK, gdcm, nibabel, pydicom
from pydicom.pixels import pixel_array
from medsam.io import read_volume
from medsam.io.dicom import read_dicom_file
from medsam.io.nifti import read_nifti

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

before = peak()
volume = read_volume(Path(sys.argv[1]))
# Touched, so that memory counts that was only promised.
total = int(volume.array.sum(dtype="int64"))
print(json.dumps([peak() - before, volume.array.nbytes]))
"""


def by_pydicom(paths: list[Path]) -> Any:
    """Every slice's stored values, by pydicom."""
    import pydicom

    found = []
    for path in paths:
        dataset = pydicom.dcmread(path)
        if dataset.file_meta.TransferSyntaxUID == LITTLE_ENDIAN:
            stored = np.frombuffer(dataset.PixelData, np.uint16).reshape(dataset.Rows, dataset.Columns)
        else:
            stored = dataset.pixel_array
        found.append(stored)
    return found


def by_gdcm(paths: list[Path]) -> Any:
    """Every slice's stored values, by GDCM."""
    import gdcm

    found = []
    for path in paths:
        reader = gdcm.ImageReader()
        reader.SetFileName(str(path))
        reader.Read()
        raw = reader.GetImage().GetBuffer().encode("utf-8", "surrogateescape")
        found.append(np.frombuffer(raw, np.uint16).reshape(SIZE, SIZE))
    return found


def by_series_reader(paths: list[Path]) -> Any:
    """The whole series, by SimpleITK; it applies the intercept, too."""
    sitk = simpleitk()
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames([str(p) for p in paths])
    image = reader.Execute()
    return [sitk.GetArrayFromImage(image[:, :, 0]) + 1024] if len(paths) == 1 else image


def by_threads(paths: list[Path]) -> Any:
    """Every slice, by SimpleITK in one thread a core."""
    sitk = simpleitk()

    def one(path: Path) -> Any:
        reader = sitk.ImageFileReader()
        reader.SetImageIO("GDCMImageIO")
        reader.SetFileName(str(path))
        return reader.Execute()

    with ThreadPoolExecutor(threads()) as pool:
        return list(pool.map(one, paths))


def by_nibabel(path: Path) -> Any:
    """All voxels, by nibabel, into memory."""
    import nibabel as nib

    image: Any = nib.load(path, mmap=False)
    return np.asarray(image.dataobj)


def by_simpleitk(path: Path) -> Any:
    """All voxels, by SimpleITK."""
    return simpleitk().ReadImage(str(path))


def bytes_of(paths: list[Path]) -> int:
    """Read every byte: the floor."""
    total = 0
    for path in paths:
        with path.open("rb", buffering=0) as file:
            total += len(file.read())
    return total


def compare(what: str, ours: Side, rivals: dict[str, Side], floor: Side, rounds: int, quiet: Quiet) -> Row:
    """Warm up, choose the rivals that matter, and measure in turn."""
    quiet.sample(ours)
    first = {name: quiet.sample(side).seconds for name, side in rivals.items()}
    kept = {n: rivals[n] for n, s in first.items() if s <= 1.5 * min(first.values())}
    sides = {"ours": ours, **kept, "floor": floor}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    work: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            sample = quiet.sample(side)
            seconds[name].append(sample.seconds)
            work[name].append(sample.processor)
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    fastest = min(kept, key=lambda name: medians[name])
    row = row_of(f"open {what}", seconds["ours"], seconds[fastest], fastest, AIM)
    processor = statistics.median(work["ours"]) / statistics.median(work[fastest])
    print(f"{what}: {row.ratio:.2f} of {fastest}, by the processor's time {processor:.2f}")
    for name in ("ours", *rivals, "floor"):
        spent = f"processor {statistics.median(work[name]):.3f} s" if name in sides else "once"
        print(f"    {name:30s} {medians.get(name, first.get(name, 0)):.3f} s, {spent}", flush=True)
    return row


def series_row(what: str, paths: list[Path], truth: Any, rounds: int, quiet: Quiet) -> Row:
    """One series, all sides, after a look at whether they agree."""
    np.testing.assert_array_equal(read_volume(paths[0].parent).array, truth[..., : len(paths)])
    first = truth[..., 0].T
    for by in (by_pydicom, by_gdcm, by_series_reader):
        np.testing.assert_array_equal(np.asarray(by(paths[:1])[0]).reshape(first.shape) - 1024.0, first)
    rivals = {
        "pydicom": by_pydicom,
        "GDCM": by_gdcm,
        "SimpleITK, its series reader": by_series_reader,
        f"SimpleITK in {threads()} threads": by_threads,
    }
    return compare(
        what,
        lambda: read_volume(paths[0].parent),
        {name: partial(by, paths) for name, by in rivals.items()},
        lambda: bytes_of(paths),
        rounds,
        quiet,
    )


def nifti_row(path: Path, truth: Any, rounds: int, quiet: Quiet) -> Row:
    """One NIfTI file, all sides."""
    np.testing.assert_array_equal(read_volume(path).array, truth)
    rivals = {"nibabel": lambda: by_nibabel(path), "SimpleITK": lambda: by_simpleitk(path)}
    return compare(
        "".join(path.suffixes), lambda: read_volume(path), rivals, lambda: bytes_of([path]), rounds, quiet
    )


def memory_row(what: str, source: Path) -> Row | None:
    """How far memory grows; None where the system does not tell."""
    if not Path("/proc/self/status").exists():
        return None
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(source)], capture_output=True, text=True, check=True, timeout=300
    )
    grown, voxels = json.loads(done.stdout)
    row = row_of(
        f"memory to open {what}", [grown], [voxels], "the bytes of the voxels", MEMORY_AIM, "MB", 1e-6
    )
    print(f"{what}: memory grows by {row.ours}, {row.ratio:.2f} of the voxels' {row.rival}", flush=True)
    return row


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--slices", type=int, default=300)
    parser.add_argument("--compressed", type=int, default=40, help="slices of every compressed series")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    quiet, rows = Quiet(patience=20), []
    keep_memory()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        volume = body(SIZE, args.slices)
        truth = volume.array
        paths = write_series(folder / UNCOMPRESSED, volume)
        print(
            f"{SIZE} x {SIZE} x {args.slices} int16, {truth.nbytes / 1e6:.0f} MB; page cache warm", flush=True
        )
        rows.append(series_row(f"{args.slices} slices, uncompressed", paths, truth, args.rounds, quiet))
        fewer = paths[: args.compressed]
        for syntax in SYNTAXES:
            compressed = compress(fewer, folder / syntax, syntax)
            what = f"{len(fewer)} slices, {syntax}"
            rows.append(series_row(what, compressed, truth, args.rounds, quiet))
        for suffix in (".nii", ".nii.gz"):
            path = folder / f"scan{suffix}"
            write_nifti(path, volume)
            rows.append(nifti_row(path, truth, args.rounds, quiet))
        sources = {
            f"{args.slices} slices, uncompressed": folder / UNCOMPRESSED,
            f"{len(fewer)} slices, JPEG lossless": folder / "JPEG lossless",
            ".nii.gz": folder / "scan.nii.gz",
        }
        rows += [row for what, source in sources.items() if (row := memory_row(what, source)) is not None]
    print(quiet.line())
    tell(rows)


def write_nifti(path: Path, volume: Any) -> None:
    """By nibabel, with the packing it chooses."""
    import nibabel as nib

    nib.save(nib.Nifti1Image(volume.array, volume.affine), path)


if __name__ == "__main__":
    main()
