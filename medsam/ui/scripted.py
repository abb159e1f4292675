"""Work named on the command line, done through the controllers that a mouse uses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from medsam.errors import InputError, MedSAMError, WriteError
from medsam.prompts import Box
from medsam.ui.main_window import MainWindow
from medsam.volume import stored_shape_hw

_STORED_AXIS = 2
_PAINT_MS = 60


@dataclass(frozen=True)
class Work:
    """What to do.

    Attributes:
        path: File or folder to open.
        slice_index: Stored index along the third array axis.
        box: In that stored slice picture.
        screenshot: Where to write the window's picture; None leaves the window to the user.
    """

    path: Path | None = None
    slice_index: int | None = None
    box: Box | None = None
    screenshot: Path | None = None


class ScriptedRun(QObject):
    """Opens, goes to the slice, draws the box, waits for the mask, takes the picture.

    Signals:
        finished(str): All done; "" or the sentence that says what failed.
    """

    finished = pyqtSignal(str)

    def __init__(self, window: MainWindow, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window, self._work = window, work
        self._is_done = False
        self._waits_for_mask = self._waits_for_model = False

    def start(self) -> None:
        """Begin; the window must be visible."""
        window = self._window
        # A picture shows what was asked for, and not what somebody did before.
        window.files.keeps_cases = self._work.screenshot is None
        window.files.failed.connect(self._end)
        window.segmentation.committed.connect(self._mask_ready)
        window.segmentation.offered.connect(self._accept)
        window.segmentation.rejected.connect(self._end)
        window.models.failed.connect(self._end)
        window.models.loaded.connect(lambda _: self._model_ready())
        if self._work.path is None:
            self._opened()
        else:
            window.files.opened.connect(self._opened)
            window.files.open(self._work.path)

    def _opened(self) -> None:
        try:
            self._point()
        except MedSAMError as error:
            self._window.presenter.error(error)
            self._end(str(error))
            return
        if self._work.box is None:
            self._waits_for_model = self._window.models.info is None
            self._photograph_if_ready()

    def _point(self) -> None:
        work, volume = self._work, self._window.session.volume
        if volume is None or (work.slice_index is None and work.box is None):
            return
        view = self._window.view.view_of_axis(_STORED_AXIS)
        if view is None or view.frame is None:
            raise InputError(
                "--slice counts along the third array axis, and this image is not shown along it."
            )
        count = volume.shape[_STORED_AXIS]
        index = work.slice_index if work.slice_index is not None else view.index
        if not 0 <= index < count:
            raise InputError(f"--slice is a number from 0 to {count - 1} for this image; {index} came.")
        view.set_index(index)
        if work.box is not None:
            box = work.box.require_area(stored_shape_hw(volume.shape, _STORED_AXIS))
            shown = view.frame.box_from_stored(box)
            # The other planes then cut through the box, so the picture shows its mask in each.
            view.point_crosshair(*shown.center)
            self._waits_for_mask = True
            self._window.segmentation.tool.drawn.emit(view, shown)

    def _accept(self) -> None:
        """The user's preference is to look first; here nobody looks."""
        if self._waits_for_mask:
            self._window.segmentation.accept()

    def _mask_ready(self) -> None:
        if self._waits_for_mask:
            self._waits_for_mask = False
            self._photograph_if_ready()

    def _model_ready(self) -> None:
        if self._waits_for_model:
            self._waits_for_model = False
            self._photograph_if_ready()

    def _photograph_if_ready(self) -> None:
        if not self._waits_for_mask and not self._waits_for_model:
            # The panes repaint when control returns to the event loop.
            QTimer.singleShot(_PAINT_MS, self._photograph)

    def _photograph(self) -> None:
        path = self._work.screenshot
        if path is None:
            self._end("")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if self._window.grab().save(str(path)):
            self._end("")
        else:
            self._end(str(WriteError(f"The picture could not be written to {path.name}; use .png or .jpg.")))

    def _end(self, sentence: str) -> None:
        if not self._is_done:
            self._is_done = True
            self.finished.emit(sentence)
