"""What a file is, by its first bytes; its name only breaks ties."""

from __future__ import annotations

import gzip
import zlib
from enum import Enum
from pathlib import Path

from medsam.errors import ReadError

HEAD = 512
"""Bytes that tell what a file is."""
_PICTURES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"GIF87a",
    b"GIF89a",
)
_VIDEOS = (b"\x1a\x45\xdf\xa3", b"\0\0\1\xba", b"\0\0\1\xb3", b"FLV", b"\x30\x26\xb2\x75")
_ARCHIVES = (b"PK\3\4", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd")
_KNOWN_SUFFIXES = {
    ".png": "a PNG picture",
    ".jpg": "a JPEG picture",
    ".jpeg": "a JPEG picture",
    ".bmp": "a BMP picture",
    ".tif": "a TIFF picture",
    ".tiff": "a TIFF picture",
    ".gif": "a GIF picture",
    ".dcm": "a DICOM file",
    ".nii": "a NIfTI image",
    ".nrrd": "a NRRD image",
    ".mha": "a MetaImage",
    ".mhd": "a MetaImage header",
    ".hdr": "an Analyze or NIfTI header",
}
FORMATS = "DICOM, NIfTI, NRRD, MetaImage, PNG, JPEG, BMP or TIFF"


class Kind(str, Enum):
    """Which reader a file needs."""

    DICOM = "dicom"
    DICOMDIR = "dicomdir"
    NIFTI = "nifti"
    ITK = "itk"
    PICTURE = "picture"
    UNKNOWN = "unknown"


def sniff(path: Path) -> Kind:
    """The reader for a file; ``UNKNOWN`` if there is none."""
    return kind_of(path, _head(path))


def sniff_quietly(path: Path) -> Kind:
    """As ``sniff``; ``UNKNOWN`` also for what is no file or cannot be read, as when a folder is walked."""
    try:
        return sniff(path) if path.is_file() else Kind.UNKNOWN
    except (OSError, ReadError):
        return Kind.UNKNOWN


def is_half(path: Path) -> bool:
    """Whether it is an .img whose header stands beside it: the two are one image."""
    return path.suffix.lower() == ".img" and path.with_suffix(".hdr").exists()


def why_unknown(path: Path) -> str:
    """A sentence on why a file cannot be opened."""
    head = _head(path)
    if not head:
        return f"{path.name} is empty (0 bytes). Copy or export it again."
    suffix = path.suffix.lower()
    what = _what(head)
    if what == "a video":
        return f"A video cannot be opened; {path.name} is one. Export the frames you need as pictures."
    if what == "an archive":
        return f"{path.name} is a packed archive. Unpack it, then open what is inside."
    if suffix in _KNOWN_SUFFIXES:
        return (
            f"{path.name} is named like {_KNOWN_SUFFIXES[suffix]}, but its content is {what}."
            " Check the name, or export the image again."
        )
    return f"An image is a {FORMATS} file; {path.name} is {what}. Convert it to one of these first."


def _what(head: bytes) -> str:
    if head.startswith(_VIDEOS) or head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:11] == b"AVI"):
        return "a video"
    if head.startswith(_ARCHIVES):
        return "an archive"
    if head.startswith(b"\x1f\x8b"):
        return "gzip-packed data of another kind, or damaged"
    if head.startswith(b"%PDF"):
        return "a PDF document"
    if head.startswith(b"\x89HDF"):
        return "an HDF5 file"
    if b"\0" not in head and sum(b < 9 or 13 < b < 32 for b in head) == 0:
        return "text"
    return "of an unknown kind"


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except PermissionError as error:
        raise ReadError(f"{path.name} may not be read by this user. Ask for the right to read it.") from error


def kind_of(path: Path, head: bytes) -> Kind:
    """The reader for a file whose first ``HEAD`` bytes are at hand."""
    head = head[:HEAD]
    if head[128:132] == b"DICM":
        return Kind.DICOMDIR if b"1.2.840.10008.1.3.10" in head else Kind.DICOM
    if head.startswith(_PICTURES) or (head[:2] == b"BM" and _is_bmp(head)):
        return Kind.PICTURE
    if head.startswith((b"NRRD0", b"ObjectType", b"NDims")) or _is_meta_image(path, head):
        return Kind.ITK
    if head.startswith(b"\x1f\x8b"):
        return Kind.NIFTI if _is_packed_nifti(path) else Kind.UNKNOWN
    if _is_nifti(head) or is_half(path):
        return Kind.NIFTI
    if _is_bare_dicom(head):
        return Kind.DICOM
    return Kind.UNKNOWN


def _is_bmp(head: bytes) -> bool:
    return len(head) > 30 and int.from_bytes(head[14:18], "little") in (12, 40, 52, 56, 64, 108, 124)


def _is_meta_image(path: Path, head: bytes) -> bool:
    return path.suffix.lower() in (".mha", ".mhd") and b"=" in head and b"DimSize" in head


def _is_packed_nifti(path: Path) -> bool:
    try:
        with gzip.open(path, "rb") as file:
            head = file.read(HEAD)
    except (OSError, EOFError, zlib.error):
        # Damaged or cut: let the NIfTI reader say so if the name claims NIfTI.
        return path.name.lower().endswith(".nii.gz")
    return _is_nifti(head)


def _is_nifti(head: bytes) -> bool:
    if head[344:348] in (b"n+1\0", b"ni1\0") or head[4:8] in (b"n+2\0", b"ni2\0"):
        return True
    sizes = (int.from_bytes(head[:4], order) for order in ("little", "big"))
    return len(head) >= 348 and 348 in sizes


def _is_bare_dicom(head: bytes) -> bool:
    """DICOM without its preamble starts with group 2 or 8, in either byte order."""
    if len(head) < 132:
        return False
    for order in ("little", "big"):
        group, element = int.from_bytes(head[:2], order), int.from_bytes(head[2:4], order)
        if group in (0x0002, 0x0008) and element <= 0x0100:
            return True
    return False
