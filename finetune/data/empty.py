"""Boxes on background: what a network should answer "nothing here" to.

A background box is as large as some object of its slice and holds no pixel of
any. Whether there is nothing *to be outlined* in it is another matter: where
a data set labels only some of what is visible (a tumour, but not the bone
beside it), only a box without distinct structure is certainly empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.transform import resize

from finetune.data.store import CaseRecord, Store
from medsam.prompts import Box

ALL_LABELLED = frozenset({"pathology", "dermoscopy", "endoscopy", "fundus"})
"""Modalities whose data sets label every object of the kind they are about."""

PLAIN = 0.3
"""A box is plain if its grey values deviate by less than this share of the picture's."""

_LEAST_PLAIN = 5.0
"""Grey values: what deviates less is plain in any picture."""
_MARGIN = 0.05
"""Of a box's sides: so near to it nothing is labelled either."""
_TRIES = 64
_THUMBNAIL = 32


@dataclass(frozen=True)
class EmptyTarget:
    """One box on background.

    Attributes:
        store: Where its picture is.
        case, slice: Of ``Store.cases``, and of that case's ``slices``.
        box: In the image frame.
        plain: Whether it shows no distinct structure.
    """

    store: Store
    case: int
    slice: int
    box: Box
    plain: bool

    @property
    def record(self) -> CaseRecord:
        """The case it lies in."""
        return self.store.cases[self.case]

    @property
    def key(self) -> tuple[str, str]:
        """Modality and data set, by which shares are averaged."""
        return self.record.modality, self.record.dataset

    @property
    def shape_hw(self) -> tuple[int, int]:
        """Of its slice."""
        return self.record.slices[self.slice].shape_hw

    @property
    def certain(self) -> bool:
        """Whether "nothing here" is certainly right: all is labelled, or nothing can be seen."""
        return self.plain or self.record.modality in ALL_LABELLED

    def picture(self) -> npt.NDArray[np.uint8]:
        """(H, W) or (H, W, 3), as the program shows it to a network."""
        return self.store.picture(self.case, self.slice)


def empty_targets(store: Store, split: str, seed: int, per_case: int = 4) -> list[EmptyTarget]:
    """Background boxes of a split's slices along the third axis, in a fixed order.

    A case's draw depends on its id and the seed alone. A case whose pictures
    are full of objects may give fewer, or none.

    Args:
        per_case: At most so many of one case, on as many of its slices as possible.
    """
    found = []
    for number, case in enumerate(store.cases):
        if case.split == split:
            rng = np.random.default_rng([seed, 0xE, *case.id.encode()])
            found += _of_case(store, number, per_case, rng)
    return found


def _of_case(store: Store, number: int, count: int, rng: np.random.Generator) -> list[EmptyTarget]:
    case = store.cases[number]
    members: dict[int, list[int]] = {}
    for n, item in enumerate(case.objects):
        if case.slices[item.slice].axis == 2:
            members.setdefault(item.slice, []).append(n)
    slices = sorted(members)
    if not slices:
        return []
    chosen = [slices[i] for i in rng.permutation(len(slices))[:count]]
    found = []
    for place, index in enumerate(chosen):
        share = count // len(chosen) + (place < count % len(chosen))
        labelled = np.zeros(case.slices[index].shape_hw, bool)
        for n in members[index]:
            labelled |= store.full_mask(number, n)
        sizes = [(b[2] - b[0], b[3] - b[1]) for b in (case.objects[n].box for n in members[index])]
        picture = np.asarray(store.picture(number, index))
        for box in empty_boxes(labelled, sizes, rng, share):
            found.append(EmptyTarget(store, number, index, box, is_plain(picture, box)))
    return found


def empty_boxes(
    labelled: npt.NDArray[np.bool_],
    sizes: Sequence[tuple[float, float]],
    rng: np.random.Generator,
    count: int,
) -> Iterator[Box]:
    """Up to ``count`` boxes inside a picture that hold no labelled pixel.

    Args:
        labelled: (H, W), any object's pixels.
        sizes: Width and height of boxes to draw from; each is varied by up to a third.
    """
    h, w = labelled.shape
    total = np.pad(labelled.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    for _ in range(count):
        for _ in range(_TRIES):
            width, height = np.array(sizes[int(rng.integers(len(sizes)))]) * rng.uniform(2 / 3, 4 / 3, 2)
            width, height = min(max(width, 2.0), w), min(max(height, 2.0), h)
            x, y = rng.uniform(0, w - width), rng.uniform(0, h - height)
            dx, dy = _MARGIN * width, _MARGIN * height
            x0, x1 = max(int(x - dx), 0), min(int(np.ceil(x + width + dx)), w)
            y0, y1 = max(int(y - dy), 0), min(int(np.ceil(y + height + dy)), h)
            if total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0] == 0:
                yield Box(x, y, x + width, y + height)
                break


def is_plain(picture_u8: npt.NDArray[np.uint8], box: Box) -> bool:
    """Whether a box shows no distinct structure: its coarse grey values hardly deviate.

    Coarse, because noise and fine texture are not a thing to be outlined.
    """
    grey = picture_u8 if picture_u8.ndim == 2 else picture_u8.mean(2)
    x0, y0, x1, y1 = int(box.x0), int(box.y0), int(np.ceil(box.x1)), int(np.ceil(box.y1))
    part = grey[y0:y1, x0:x1].astype(np.float32)
    if max(part.shape) > _THUMBNAIL:
        small = tuple(min(n, _THUMBNAIL) for n in part.shape)
        part = resize(part, small, order=1, anti_aliasing=True, preserve_range=True)
    part = ndimage.uniform_filter(part, 3)
    return float(part.std()) < max(PLAIN * float(grey.std()), _LEAST_PLAIN)
