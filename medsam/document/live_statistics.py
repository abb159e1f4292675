"""The figures of all labels of an annotation, measured again only where it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medsam.document.annotation import Annotation
from medsam.document.statistics import LabelMap, LabelStatistics, Region, measure_label
from medsam.document.voxel_values import Check, slabs

_MOST_REGIONS = 32
"""Changed blocks that are remembered one by one; more become the block around them all."""


@dataclass(frozen=True)
class Plan:
    """What ``LiveStatistics`` wants measured; carry it out in any thread.

    The label map is read while the window may go on changing it. That is
    harmless: a plan that something was changed under is not accepted.

    Attributes:
        serial: Of the state that it measures.
        annotation, axis, surface: What, across which axis, with the surface or not.
        regions: Blocks that changed; None is everything.
        known: Figures of the state before.
    """

    serial: int
    annotation: Annotation
    axis: int
    surface: bool
    regions: tuple[Region, ...] | None
    known: dict[int, LabelStatistics]

    def run(self, check: Check = lambda: None) -> dict[int, LabelStatistics]:
        """Measure; the figures of all labels that have voxels.

        Args:
            check: Called now and then; what it raises ends the work.
        """
        label_map = self.annotation.label_map
        results = dict(self.known)
        for label_id, within in self._wanted(label_map, check).items():
            measured = measure_label(
                self.annotation.volume,
                label_map,
                label_id,
                axis=self.axis,
                within=within,
                surface=self.surface,
                check=check,
            )
            if measured is None:
                results.pop(label_id, None)
            else:
                results[label_id] = measured
        return results

    def _wanted(self, label_map: LabelMap, check: Check) -> dict[int, Region]:
        """Labels to measure again, and a block that holds each."""
        if self.regions is None:
            return _extents(label_map, self.annotation.slices_with_labels(2), check)
        wanted: dict[int, Region] = {}
        for region in self.regions:
            touched = {n for n, old in self.known.items() if _meet(old.extent, region)}
            for label_id in touched | labels_in(label_map[region], check):
                before = wanted.get(label_id)
                if before is None and label_id in self.known:
                    before = self.known[label_id].extent
                wanted[label_id] = region if before is None else _around((before, region))
        return wanted


class LiveStatistics:
    """The figures of all labels of an annotation, brought up to date where it changed.

    The window's thread notes changes (cheap), makes a plan, has it run
    elsewhere, and hands the results in.

    Attributes:
        results: By label; labels without voxels are absent. As old as the
            last plan accepted; ``is_current`` says whether that is now.
    """

    def __init__(self, annotation: Annotation, axis: int, *, surface: bool = False) -> None:
        self.results: dict[int, LabelStatistics] = {}
        self._annotation, self._axis, self._surface = annotation, axis, surface
        self._serial = 0
        self._regions: list[Region] | None = None
        self._is_current = False

    @property
    def is_current(self) -> bool:
        """Whether ``results`` are those of the document as it is now."""
        return self._is_current

    def note(self, region: Region | None) -> None:
        """Voxels of a block may have changed; None: all may have."""
        self._serial += 1
        self._is_current = False
        if region is None:
            self._regions = None
        elif self._regions is not None:
            shape = self._annotation.volume.shape
            ends = [part.indices(n)[:2] for part, n in zip(region, shape, strict=True)]
            self._regions.append((slice(*ends[0]), slice(*ends[1]), slice(*ends[2])))
            if len(self._regions) > _MOST_REGIONS:
                self._regions = [_around(self._regions)]

    def measure_across(self, axis: int) -> None:
        """Look for the largest diameters in slices across another array axis, from the next plan on."""
        if axis != self._axis:
            self._axis = axis
            self.note(None)

    def measure_surface(self) -> None:
        """Measure surfaces too, from the next plan on."""
        if not self._surface:
            self._surface = True
            self.note(None)

    def plan(self) -> Plan:
        """What has to be done to be current."""
        regions = None if self._regions is None else tuple(self._regions)
        known = {} if regions is None else dict(self.results)
        return Plan(self._serial, self._annotation, self._axis, self._surface, regions, known)

    def accept(self, plan: Plan, results: dict[int, LabelStatistics]) -> bool:
        """Take a plan's results; False, and nothing happens, if something changed since."""
        if plan.serial != self._serial:
            return False
        self.results, self._regions, self._is_current = results, [], True
        return True


def labels_in(block: LabelMap, check: Check = lambda: None) -> set[int]:
    """Numbers of the labels in a block, without the background."""
    present = np.zeros(65_536, bool)
    for part in slabs(block.shape):
        check()
        present[block[:, :, part].ravel(order="K")] = True
    present[0] = False
    return {int(n) for n in np.flatnonzero(present)}


def _extents(label_map: LabelMap, used: npt.NDArray[np.bool_], check: Check) -> dict[int, Region]:
    """The least block around every label; ``used`` tells the slices along the last axis that hold any."""
    from scipy.ndimage import find_objects

    result: dict[int, Region] = {}
    for part in slabs(label_map.shape):
        check()
        if not used[part].any():
            continue
        for number, found in enumerate(find_objects(label_map[:, :, part]), start=1):
            if found is not None:
                deep = slice(part.start + found[2].start, part.start + found[2].stop)
                here = (found[0], found[1], deep)
                result[number] = _around((result[number], here)) if number in result else here
    return result


def _around(regions: Iterable[Region]) -> Region:
    """The least block around others; empty ones do not count."""
    filled = [r for r in regions if all(part.stop > part.start for part in r)]
    if not filled:
        return slice(0, 0), slice(0, 0), slice(0, 0)
    sides = [slice(min(r[a].start for r in filled), max(r[a].stop for r in filled)) for a in range(3)]
    return sides[0], sides[1], sides[2]


def _meet(one: Region, other: Region) -> bool:
    return all(a.start < b.stop and b.start < a.stop for a, b in zip(one, other, strict=True))
