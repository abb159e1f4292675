"""Saving the label map, and never losing one unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QMessageBox

from medsam.document import Annotation, Edit, load_label_map_edit
from medsam.ui import settings
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.controllers.undecided import UndecidedPrompts

MASK_FORMATS = (("NIfTI", (".nii.gz", ".nii")), ("NRRD", (".nrrd",)), ("PNG", (".png",)))
MASK_OF = "_mask"
"""Follows the name of the image in the name of its mask."""
_DOUBLE = (".nii.gz", ".img.gz", ".nrrd.gz", ".mha.gz")


def stem_of(path: Path) -> str:
    """A file's name without its extension, which may be a double one; dots elsewhere stay."""
    if path.is_dir():
        return path.name
    lower = path.name.lower()
    double = next((d for d in _DOUBLE if lower.endswith(d)), None)
    return path.name[: -len(double)] if double else path.stem


def default_target(source: Path | None, name: str, is_picture: bool) -> Path:
    """Where a mask is offered to be saved: beside its image, ``<stem>_mask``.

    Args:
        source: The image's file or folder; None for samples.
        name: What to call the mask without a source.
        is_picture: 2D pictures get PNG, volumes NIfTI.
    """
    suffix = ".png" if is_picture else ".nii.gz"
    if source is None:
        plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in name) or "image"
        return Path(str(settings.value("files/folder", str(Path.home())))) / f"{plain}{MASK_OF}{suffix}"
    return source.parent / f"{stem_of(source)}{MASK_OF}{suffix}"


def with_suffix(path: Path, chosen_filter: str) -> Path:
    """Give a typed name the extension of the chosen format, unless it has a known one."""
    lower = path.name.lower()
    if any(lower.endswith(s) for _, suffixes in MASK_FORMATS for s in suffixes):
        return path
    for title, suffixes in MASK_FORMATS:
        if chosen_filter.startswith(title):
            return path.with_name(path.name + suffixes[0])
    return path.with_name(path.name + ".nii.gz")


class Snapshot:
    """The label map at one moment, copied only where it holds labels."""

    def __init__(self, annotation: Annotation) -> None:
        self.shape = annotation.volume.shape
        used = np.flatnonzero(annotation.slices_with_labels(2))
        self.span = slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(0, 0)
        self.block = annotation.label_map[:, :, self.span].copy(order="F")

    def whole(self) -> npt.NDArray[np.uint16]:
        """The full label map."""
        result = np.zeros(self.shape, np.uint16, order="F")
        result[:, :, self.span] = self.block
        return result


class SaveController(QObject):
    """Writes masks beside the window's thread and asks before work would be lost.

    Signals:
        saved(Path): a mask was written and read back.
        failed(str): it could not be; the sentence is on show already.
    """

    saved = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self, bench: Bench, undecided: UndecidedPrompts) -> None:
        super().__init__(bench.window)
        self._undecided = undecided
        self._session, self._tasks, self._presenter = bench.session, bench.tasks, bench.presenter
        self._window = bench.window
        self._is_saving = False
        self._complaint = ""

    @property
    def is_saving(self) -> bool:
        """Whether a mask is being written; another one is not begun before it ends."""
        return self._is_saving

    @property
    def has_undecided(self) -> bool:
        """Whether prompts wait beside the document."""
        return self._undecided.is_waiting

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save where it was saved before, or ask; ``then`` follows if it succeeded."""
        if self._session.annotation is None:
            return
        target = self._session.target or self._ask_target()
        if target is not None:
            self._write(target, then)

    def save_as(self) -> None:
        """Ask where to, and save."""
        target = self._ask_target() if self._session.annotation is not None else None
        if target is not None:
            self._write(target, None)

    def settle(self, then: Callable[[], None]) -> None:
        """Do ``then`` once there is no unsaved work: saved, kept for later, or given up by the user."""
        self._undecided.settle(lambda: self._settle_changes(then))

    def _settle_changes(self, then: Callable[[], None]) -> None:
        if not self._session.is_modified:
            then()
            return
        answer = self._ask_unsaved()
        if answer == QMessageBox.Save:
            self.save(then)
        elif answer == QMessageBox.Discard:
            then()

    def ask_load(self) -> None:
        """Let the user pick a label map of this image and continue from it."""
        annotation = self._session.annotation
        if annotation is None:
            return
        folder = self._session.source.parent if self._session.source is not None else Path.home()
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Load a mask of this image"), str(folder), self._filters(any_too=True)
        )
        if name:
            self.load(Path(name))

    def load(self, path: Path) -> None:
        """Put a label map from a file in the place of the present one; undoable."""
        annotation = self._session.annotation
        if annotation is None:
            return

        text = self.tr("load {0}").format(path.name)

        def work(_: Task) -> tuple[Annotation, Edit]:
            from medsam.io import read_label_map, read_label_names

            array, _geometry = read_label_map(path, annotation.volume.geometry)
            names = read_label_names(path)
            return annotation, load_label_map_edit(annotation, array, names, text)

        def done(result: tuple[Annotation, Edit]) -> None:
            if result[0] is self._session.annotation:
                self._session.push(result[1])

        self._tasks.start(self.tr("Loading {0}").format(path.name), work, done, self._presenter.error)

    def _write(self, target: Path, then: Callable[[], None] | None) -> None:
        annotation = self._session.annotation
        if annotation is None or self._is_saving:
            return
        self._is_saving = True
        snapshot, index = Snapshot(annotation), self._session.undo.index()
        volume = annotation.volume
        names = {label.id: label.name for label in annotation.labels}

        def work(_: Task) -> Path:
            from medsam.io import write_label_map

            return write_label_map(
                target, snapshot.whole(), volume.geometry, is_picture=volume.is_picture, names=names
            )

        def done(path: Path) -> None:
            self._is_saving = False
            self._presenter.withdraw(self._complaint)
            if annotation is self._session.annotation:
                self._session.target = Path(path)
                if self._session.undo.index() == index:
                    self._session.mark_saved(Path(path))
            self.saved.emit(Path(path))
            if then is not None:
                then()

        def failed(error: BaseException) -> None:
            self._is_saving = False
            again = (self.tr("Save as…"), self.save_as)
            self._complaint = self._presenter.error(error, again)
            self.failed.emit(self._complaint)

        self._tasks.start(
            self.tr("Saving {0} and reading it back").format(target.name),
            work,
            done,
            failed,
            cancellable=False,
        )

    def _ask_target(self) -> Path | None:
        volume = self._session.volume
        if volume is None:
            return None
        offered = self._session.target or default_target(
            self._session.source, volume.name, volume.is_picture and volume.shape[2] == 1
        )
        formats = self._filters()
        wanted = "PNG" if offered.suffix.lower() == ".png" else "NIfTI"
        first = next((f for f in formats.split(";;") if f.startswith(wanted)), "")
        name, chosen = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the mask"), str(offered), formats, first
        )
        return with_suffix(Path(name), chosen) if name else None

    def _filters(self, any_too: bool = False) -> str:
        volume = self._session.volume
        flat = any_too or volume is None or volume.shape[2] == 1
        offered = [(title, suffixes) for title, suffixes in MASK_FORMATS if flat or title != "PNG"]
        parts = [f"{title} ({' '.join('*' + s for s in suffixes)})" for title, suffixes in offered]
        if any_too:
            every = " ".join("*" + s for _, suffixes in MASK_FORMATS for s in suffixes)
            parts.insert(0, self.tr("Masks") + f" ({every} *.mha)")
        return ";;".join(parts)

    def _ask_unsaved(self) -> int:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Warning)
        box.setWindowTitle(self.tr("Unsaved mask"))
        box.setText(self.tr("The mask of {0} has changes that are not saved.").format(self._session.title))
        box.setStandardButtons(QMessageBox.Save | QMessageBox.Discard | QMessageBox.Cancel)
        if self._session.history is not None and self._session.history.is_stored:
            box.setInformativeText(
                self.tr("Kept for later, the work with all its steps is here again when the image is opened.")
            )
            box.button(QMessageBox.Save).setText(self.tr("Save mask"))
            box.button(QMessageBox.Discard).setText(self.tr("Keep for later"))
        else:
            box.button(QMessageBox.Discard).setText(self.tr("Don't save"))
        box.setDefaultButton(QMessageBox.Save)
        return box.exec_()
