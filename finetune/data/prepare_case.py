"""One case of a store: from its files to 8-bit slices, objects and a record. Runs in worker processes."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from finetune.data.layouts.base import CaseSource, LoadedCase, layout
from finetune.data.modalities import chosen_window, modality
from finetune.data.objects import (
    FoundObject,
    distinct,
    find_objects,
    objects_of_mask,
    split_instances,
    without_dust,
    without_labels,
)
from finetune.data.prepare_job import Job, write_record
from finetune.data.store import CaseRecord, ObjectRecord, SliceRecord, pack_mask
from finetune.words import array_size
from medsam.errors import InputError, MedSAMError, ReadError
from medsam.intensity import Window, to_uint8
from medsam.volume import Volume, stored_shape_hw, stored_slice


def prepare_case(job: Job, cases: Path) -> CaseRecord:
    """Write a case's folder, under another name first; returns its record.

    Raises:
        InputError: If the case cannot be read or does not fit together.
        OSError: If it cannot be written.
    """
    loaded = load_case(job)
    partial = cases / f".{job.id}.{os.getpid()}.part"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        record = _write(job, loaded, partial)
        write_record(partial, job, record)
        shutil.rmtree(cases / job.id, ignore_errors=True)
        partial.replace(cases / job.id)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return record


def load_case(job: Job) -> LoadedCase:
    """Read a case and check that its parts fit together.

    Raises:
        InputError: With the reason, if they do not.
    """
    source = job.source
    try:
        loaded = layout(source.declaration.layout).load(source)
    except MedSAMError:
        raise
    except MemoryError:
        raise InputError(
            f"A case must fit into the free memory; {source.name} does not."
            " Close other programs, or prepare with fewer workers."
        ) from None
    except Exception as error:
        # Whatever a reading library throws at a damaged file concerns this case alone.
        raise ReadError(
            f"{source.name} is damaged or of another form than its layout's ({type(error).__name__})."
            " Copy or export it again."
        ) from error
    shape = loaded.volume.shape
    kind = _kind(loaded.volume)
    if source.kind and source.kind != kind:
        raise InputError(
            f"A case of kind {source.kind} has {'one slice' if source.kind == '2d' else 'several slices'};"
            f" {source.name} has {shape[2]}. Correct its kind."
        )
    if loaded.labels is None and loaded.masks is None:
        raise InputError(f"A case has labels; {source.name} has none. Take it out, or add its label file.")
    if loaded.labels is not None and loaded.labels.shape != shape:
        raise InputError(
            f"A label map has the size of its image, {array_size(shape)}; that of {source.name} is"
            f" {array_size(loaded.labels.shape)}. Choose the label map of this image."
        )
    for mask in loaded.masks or ():
        if mask.mask.shape != stored_shape_hw(shape, mask.axis) or not 0 <= mask.index < shape[mask.axis]:
            raise InputError(
                f"A mask lies on a slice of its image, {array_size(shape)}; one of {source.name} has the size"
                f" {array_size(mask.mask.shape)}, slice {mask.index}. Choose the masks of this image."
            )
    chosen_window(loaded.volume, window_rule(source))
    return loaded


def window_rule(source: CaseSource) -> str:
    """How a case's raw values become 8 bit: its declaration's rule, else its modality's."""
    return source.declaration.window or modality(source.modality).window


def _kind(volume: Volume) -> str:
    return "2d" if volume.shape[2] == 1 else "3d"


@dataclass
class _Cut:
    """What is kept along one axis: slice numbers, and their objects in order."""

    axis: int
    indices: list[int]
    objects: list[FoundObject]


def _write(job: Job, loaded: LoadedCase, folder: Path) -> CaseRecord:
    source, volume = job.source, loaded.volume
    history = [*volume.notes, *loaded.history]
    window = chosen_window(volume, window_rule(source))
    history.append(_say_window(volume, window))
    labels = _kept_labels(job, loaded.labels, history)
    slices: list[SliceRecord] = []
    objects: list[ObjectRecord] = []
    offset = 0
    with (folder / "masks.bin").open("wb") as masks:
        for cut in _cuts(job, volume, labels, loaded, history):
            first = len(slices)
            slices += _write_axis(folder, volume, labels, window, cut)
            number = {index: first + row for row, index in enumerate(cut.indices)}
            for item in cut.objects:
                packed = pack_mask(item.mask)
                masks.write(packed)
                objects.append(
                    ObjectRecord(number[item.index], item.label, item.component, item.box, item.area, offset)
                )
                offset += len(packed)
    names = {**loaded.labels_names, **source.declaration.label_names, **source.label_names}
    record = CaseRecord(
        id=job.id,
        modality=source.modality,
        dataset=source.dataset,
        group=job.group,
        split=job.split,
        kind=_kind(volume),
        image="",
        label="",
        licence="",
        attributes={},
        shape=tuple(volume.array.shape),
        spacing=volume.geometry.spacing,
        image_sha256=job.image_sha256,
        label_sha256=job.label_sha256,
        history=history,
        labels=_named(names, labels, objects),
        slices=slices,
        objects=objects,
    )
    return job.placed(record)


def _say_window(volume: Volume, window: Window | None) -> str:
    if window is None:
        return "8-bit colour was kept as it is."
    if volume.array.dtype == np.uint8 and window == Window(127.5, 255):
        return "8-bit values were kept as they are."
    return (
        f"Values from {window.low:g} to {window.high:g} {volume.unit}".rstrip() + " were mapped to 0 to 255."
    )


def _named(
    names: dict[int, str], labels: npt.NDArray[np.integer] | None, objects: list[ObjectRecord]
) -> dict[int, str]:
    found = {item.label for item in objects}
    if labels is not None:
        found |= {int(v) for v in distinct(labels)}
    rest = names.get(0, "")
    return {v: names.get(v) or rest or str(v) for v in sorted(found | {v for v in names if v > 0})}


def _kept_labels(
    job: Job, labels: npt.NDArray[np.integer] | None, history: list[str]
) -> npt.NDArray[np.integer] | None:
    """The label map without excluded values and dust."""
    if labels is None:
        return None
    d = job.source.declaration
    kept = without_labels(labels, d.exclude)
    if kept is not labels:
        history.append(f"Label values left out: {', '.join(str(v) for v in sorted(d.exclude))}.")
    least = job.config.least_volume if d.least_volume is None else d.least_volume
    if labels.shape[2] > 1:
        kept, count = without_dust(kept, least)
        if count:
            history.append(f"Parts of fewer than {least} voxels left out: {count}.")
    return kept


def _cuts(
    job: Job,
    volume: Volume,
    labels: npt.NDArray[np.integer] | None,
    loaded: LoadedCase,
    history: list[str],
) -> Iterator[_Cut]:
    """What is kept along each axis: all labelled slices along the third, those with objects along others."""
    config = job.config
    axes = [2]
    if _kind(volume) == "3d" and config.other_axes_step and not volume.is_picture and labels is not None:
        axes += [0, 1]
    instances = _instances(job, labels, history)
    dropped = 0
    for axis in axes:
        step = 1 if axis == 2 else config.other_axes_step
        found = [] if labels is None else _objects(job, labels, instances, axis, step)
        found += _extra(job, loaded, axis)
        chosen = _drawn(job, found, axis)
        dropped += len(found) - len(chosen)
        indices = {item.index for item in chosen}
        if axis == 2 and labels is not None:
            indices |= {int(k) for k in np.flatnonzero(labels.any(axis=(0, 1)))}
        if indices:
            yield _Cut(axis, sorted(indices), chosen)
    if dropped:
        history.append(f"Objects beyond {config.most_per_picture} of a slice left out at random: {dropped}.")


def _instances(
    job: Job, labels: npt.NDArray[np.integer] | None, history: list[str]
) -> npt.NDArray[np.integer] | None:
    values = job.source.declaration.instances
    if labels is None or not values or _object_rule(job) == "component":
        return None
    history.append(
        f"Labels taken apart by their parts in space: {', '.join(str(v) for v in sorted(values))}."
    )
    return split_instances(labels, values)


def _object_rule(job: Job) -> str:
    settings = job.config.objects
    table = modality(job.source.modality).objects
    return job.source.declaration.objects or (table if settings == "modality" else settings)


def _least_area(job: Job) -> int:
    declared = job.source.declaration.least_area
    return job.config.least_area if declared is None else declared


def _objects(
    job: Job,
    labels: npt.NDArray[np.integer],
    instances: npt.NDArray[np.integer] | None,
    axis: int,
    step: int,
) -> list[FoundObject]:
    found = find_objects(
        labels,
        axis,
        objects="component" if _object_rule(job) == "component" else "label",
        least_area=_least_area(job),
        whole_picture=job.config.whole_picture,
        step=step,
        instances=instances,
    )
    return list(found)


def _extra(job: Job, loaded: LoadedCase, axis: int) -> list[FoundObject]:
    """The objects of masks that came as such, numbered by slice and label."""
    least, whole = _least_area(job), job.config.whole_picture
    found: list[FoundObject] = []
    counts: dict[tuple[int, int], int] = {}
    for extra in loaded.masks or ():
        if extra.axis != axis or extra.label in job.source.declaration.exclude:
            continue
        apart = not extra.is_object and _object_rule(job) == "component"
        for item in objects_of_mask(extra.mask, axis, extra.index, extra.label, apart=apart):
            place = (item.index, item.label)
            counts[place] = counts.get(place, 0) + 1
            if item.area >= least and item.mask.size <= whole * extra.mask.size:
                found.append(dataclasses.replace(item, component=counts[place]))
    return found


def _drawn(job: Job, found: list[FoundObject], axis: int) -> list[FoundObject]:
    """At most so many objects of each slice, drawn by the case's id, axis and slice number alone."""
    most = job.config.most_per_picture
    by_slice: dict[int, list[FoundObject]] = {}
    for item in found:
        by_slice.setdefault(item.index, []).append(item)
    chosen = []
    for index, items in sorted(by_slice.items()):
        if most and len(items) > most:
            rng = np.random.default_rng([job.config.seed, axis, index, *job.id.encode()])
            items = [items[i] for i in sorted(rng.choice(len(items), most, replace=False))]
        chosen += items
    return chosen


def _write_axis(
    folder: Path, volume: Volume, labels: npt.NDArray[np.integer] | None, window: Window | None, cut: _Cut
) -> list[SliceRecord]:
    """Pictures and labels of the slices along one axis; one slice is in memory at a time."""
    shape_hw = stored_shape_hw(volume.shape, cut.axis)
    shape = (len(cut.indices), *shape_hw, *((3,) if volume.is_rgb else ()))
    with (folder / f"pictures-{cut.axis}.npy").open("wb") as pictures:
        np.lib.format.write_array_header_1_0(
            pictures, {"descr": "|u1", "fortran_order": False, "shape": shape}
        )
        for index in cut.indices:
            raw = stored_slice(volume.array, cut.axis, index)
            picture = raw if window is None else to_uint8(raw, window)
            pictures.write(np.ascontiguousarray(picture).tobytes())
    if labels is not None:
        planes = np.stack([stored_slice(labels, cut.axis, index) for index in cut.indices])
        narrow = planes.astype(np.min_scalar_type(int(planes.max(initial=0))))
        np.savez_compressed(folder / f"labels-{cut.axis}.npz", labels=narrow)
    pair = None if window is None else (window.level, window.width)
    return [SliceRecord(cut.axis, index, row, pair, shape_hw) for row, index in enumerate(cut.indices)]


def try_case(job: Job, cases: Path | None) -> dict[str, Any]:
    """``prepare_case`` for another process: {"record"} or {"failed": sentence}; ``cases`` None only loads.

    Raises:
        OSError: If the case cannot be written; that concerns all of them.
    """
    try:
        if cases is None:
            load_case(job)
            return {}
        return {"record": prepare_case(job, cases).to_dict()}
    except MedSAMError as error:
        return {"failed": str(error)}
