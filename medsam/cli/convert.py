"""Write an image in another format, or a label map in the geometry of its image."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from medsam.cli.progress import ProgressLine
from medsam.errors import InputError
from medsam.io import read_label_map, read_label_names, read_volume, write_label_map, write_volume

HELP = "another format, for images and label maps"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``convert``."""
    parser.add_argument("source", type=Path, metavar="IN", help="file or folder to read")
    parser.add_argument(
        "target",
        type=Path,
        metavar="OUT",
        help="file to write; its ending says the format (.nii.gz, .nrrd, .png ...)",
    )
    parser.add_argument(
        "--reference",
        type=Path,
        metavar="IMAGE",
        help="IN is a label map of this image: it is checked against the image and written in its geometry",
    )


def run(args: argparse.Namespace) -> int:
    """Convert one file and say what was written.

    Raises:
        ReadError: If something cannot be read.
        GeometryError: If a label map does not fit its image.
        WriteError: If the format cannot hold it, or it read back differently.
    """
    if args.source.resolve() == args.target.resolve():
        raise InputError("IN and OUT are the same file; give OUT another name.")
    if args.reference is None:
        print(_convert_image(args.source, args.target))
    else:
        print(_convert_labels(args.source, args.target, args.reference))
    return 0


def _convert_image(source: Path, target: Path) -> str:
    line = ProgressLine()
    volume = read_volume(source, on_progress=lambda fraction, text: line.show(f"{fraction:4.0%} {text}"))
    line.show(f"Writing {target.name}")
    written = write_volume(target, volume)
    line.clear()
    size = "×".join(map(str, volume.shape))
    notes = "".join(f"\nnote: {note}" for note in volume.notes)
    return f"{Path(written or target).name}: {size}, {volume.array.dtype}{' colour' * volume.is_rgb}{notes}"


def _convert_labels(source: Path, target: Path, reference: Path) -> str:
    image = read_volume(reference)
    labels, _ = read_label_map(source, image.geometry)
    names = read_label_names(source)
    written = write_label_map(target, labels, image.geometry, is_picture=image.is_picture, names=names)
    ids, counts = np.unique(labels, return_counts=True)
    found = ", ".join(
        f"{i}{' ' + names[i] if i in names else ''} ({n} voxels)"
        for i, n in zip(ids.tolist(), counts.tolist(), strict=True)
        if i
    )
    size = "×".join(map(str, image.shape))
    return f"{Path(written or target).name}: {size}, labels {found or 'none'}"
