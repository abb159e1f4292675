"""One case to be prepared: what identifies it, and whether it is there already. Picklable."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from finetune.config import PrepareConfig
from finetune.data.layouts.base import CaseSource
from finetune.data.modalities import modality
from finetune.data.store import STORE_VERSION, CaseRecord

CASE_FILE = "case.json"


@dataclass(frozen=True)
class Job:
    """One case to be prepared; picklable.

    Attributes:
        id: Its folder's name in the store.
        source: Where its files are.
        group, split: As decided for it.
        image_sha256, label_sha256: Of its files.
        config: The settings.
    """

    id: str
    source: CaseSource
    group: str
    split: str
    image_sha256: str
    label_sha256: str
    config: PrepareConfig

    @property
    def key(self) -> str:
        """SHA-256 over all that the case's arrays depend on: a folder of the same key is kept."""
        d = self.source.declaration
        facts = {
            "version": STORE_VERSION,
            "config": dataclasses.asdict(self.config),
            "id": self.id,
            "image": self.image_sha256,
            "label": self.label_sha256,
            "layout": [d.layout, d.images, d.labels],
            "source": [self.source.member, self.source.kind, self.source.values],
            "modality": dataclasses.asdict(modality(self.source.modality)),
            "names": [d.label_names, self.source.label_names],
            "rules": [d.exclude, d.instances, d.objects, d.least_area, d.least_volume],
            "reading": [d.masks, d.window, d.frame],
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()

    def placed(self, record: CaseRecord) -> CaseRecord:
        """A record with what is said of the case now: that may change without its arrays being remade."""
        source, d = self.source, self.source.declaration
        fields = {**d.attributes, **source.fields}
        return dataclasses.replace(
            record,
            dataset=source.dataset,
            group=self.group,
            split=self.split,
            image=relative_name(source.images, d.root),
            label=relative_name(source.labels, d.root),
            licence=source.licence or d.licence,
            attributes={k: v for k, v in sorted(fields.items()) if v != ""},
        )


def relative_name(paths: tuple[Path, ...], root: Path) -> str:
    """Where a case's files are below a data set's folder: the file, or the folder of several; "" for none."""
    if not paths:
        return ""
    path = paths[0] if len(paths) == 1 else Path(os.path.commonpath([p.parent for p in paths]))
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.name


def write_record(folder: Path, job: Job, record: CaseRecord) -> None:
    """Write ``case.json``, the last file of a case's folder; it tells the others' sizes."""
    files = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    text = json.dumps({"key": job.key, "files": files, **record.to_dict()})
    (folder / CASE_FILE).write_text(text, encoding="utf-8")


def kept_record(folder: Path, job: Job) -> CaseRecord | None:
    """The record of a case that is already there, whole and made the same way; else None."""
    try:
        data = json.loads((folder / CASE_FILE).read_text(encoding="utf-8"))
        sizes = {name: (folder / name).stat().st_size for name in data["files"]}
        if data.pop("key") != job.key or data.pop("files") != sizes:
            return None
        return job.placed(CaseRecord.from_dict(data))
    except (OSError, ValueError, KeyError, TypeError):
        return None
