"""The words in a view's corners."""

from __future__ import annotations

import math

from PyQt5.QtCore import QCoreApplication

from medsam.intensity import Window
from medsam.ui.canvas.overlays import PLANE_COLORS, TEXT, Caption
from medsam.volume import Plane, PlaneFrame, Volume

translate = QCoreApplication.translate


def title(volume: Volume, plane: Plane) -> str:
    """The plane's name for people; pictures have none."""
    if volume.is_picture:
        return translate("SliceView", "Picture")
    return {
        Plane.AXIAL: translate("SliceView", "Axial"),
        Plane.CORONAL: translate("SliceView", "Coronal"),
        Plane.SAGITTAL: translate("SliceView", "Sagittal"),
    }[plane]


def value_text(value: float, width: float) -> str:
    """A raw value, with as many decimals as the width of the window gives them meaning."""
    decimals = min(max(2 - math.floor(math.log10(max(abs(width), 1e-9))), 0), 8) if width < 20 else 0
    return f"{value:.{decimals}f}"


def caption(volume: Volume, frame: PlaneFrame, index: int, window: Window | None, zoom: float) -> Caption:
    """What the corners say.

    Args:
        volume, frame, index: What is shown; the number for people starts at 1.
        window: Looked through; None for colour.
        zoom: 1.0 is 100 %.
    """
    position, window_text = "", ""
    if frame.count > 1:
        position = translate("SliceView", "Slice {number}/{count}").format(
            number=index + 1, count=frame.count
        )
    if window is not None:
        width, level = (value_text(v, window.width) for v in (window.width, window.level))
        window_text = translate("SliceView", "W {width}  L {level}").format(width=width, level=level)
    color = TEXT if volume.is_picture else PLANE_COLORS[frame.plane]
    return Caption(title(volume, frame.plane), color, position, window_text, f"{zoom * 100:.0f} %")


def spoken(volume: Volume | None, frame: PlaneFrame | None, index: int) -> tuple[str, str]:
    """Name and description of a view for assistive software."""
    if volume is None or frame is None:
        return translate("SliceView", "Slice view, empty"), ""
    name = translate("SliceView", "{plane} slice view").format(plane=title(volume, frame.plane))
    text = translate("SliceView", "Slice {number} of {count}")
    return name, text.format(number=index + 1, count=frame.count)


def invitation() -> str:
    """What an empty view says unless it is told otherwise."""
    return translate("SliceView", "Open or drop a scan here")
