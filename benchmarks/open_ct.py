"""How long does a CT series of 300 slices take to open, beside SimpleITK reading the same files?

Writes the series (512 x 512, int16, uncompressed) into a temporary folder,
then reads it in turn with ``medsam.io.read_volume``, with SimpleITK's
``ImageSeriesReader`` given the sorted names, and with SimpleITK as a program
would use it (find the series, sort the names, read). Each figure is the best
of ``--repeats``; the ratios are what counts.

    python -m benchmarks.open_ct [--slices 300] [--size 512] [--repeats 3]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from medsam.io import read_volume
from medsam.io.itk import simpleitk
from medsam.volume import Volume
from tests.phantoms import write_ct_series


def phantom(size: int, slices: int) -> Volume:
    """Smooth values and noise, as a CT packs; int16 HU."""
    rng = np.random.default_rng(0)
    plane = np.add.outer(np.arange(size), np.arange(size)) % 700 - 200
    array = np.empty((size, size, slices), np.int16, order="F")
    for k in range(slices):
        array[:, :, k] = plane + rng.integers(-20, 20, (size, size))
    return Volume(array, np.diag([-0.8, -0.8, 1.5, 1.0]), modality="CT")


def best_of(repeats: int, call: Callable[[], object]) -> float:
    """Shortest wall time in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--slices", type=int, default=300)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    sitk = simpleitk()
    volume = phantom(args.size, args.slices)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [str(p) for p in write_ct_series(folder, volume)]
        np.testing.assert_array_equal(read_volume(folder).array, volume.array)

        def bare() -> object:
            reader = sitk.ImageSeriesReader()
            reader.SetFileNames(paths)
            return reader.Execute()

        def whole() -> object:
            reader = sitk.ImageSeriesReader()
            uid = sitk.ImageSeriesReader.GetGDCMSeriesIDs(name)[0]
            reader.SetFileNames(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(name, uid))
            return reader.Execute()

        ours = best_of(args.repeats, lambda: read_volume(folder))
        sorted_names = best_of(args.repeats, bare)
        found_names = best_of(args.repeats, whole)
    megabytes = volume.array.nbytes / 1e6
    print(f"{args.slices} slices of {args.size} x {args.size}, {megabytes:.0f} MB, best of {args.repeats}")
    print(f"medsam.io.read_volume            {ours:6.2f} s   {megabytes / ours:6.0f} MB/s")
    print(f"SimpleITK, finds the series too  {found_names:6.2f} s   ratio {ours / found_names:.2f}")
    print(f"SimpleITK, names given           {sorted_names:6.2f} s   ratio {ours / sorted_names:.2f}")


if __name__ == "__main__":
    main()
