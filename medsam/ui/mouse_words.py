"""What the mouse does over a picture, in words, for each scheme."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication, Qt

from medsam.ui.canvas.mouse_scheme import CROSSHAIR, PAN, WINDOW, ZOOM, MouseScheme

translate = QCoreApplication.translate


def mouse_words(scheme: MouseScheme, *, inverted: bool = False) -> list[tuple[str, str]]:
    """What to do with the mouse, and what happens then.

    Args:
        scheme: Of the buttons.
        inverted: A drag of the window upwards darkens.
    """
    said = {
        PAN: translate("Mouse", "move the picture"),
        ZOOM: translate("Mouse", "up and down: zoom"),
        WINDOW: translate("Mouse", "left and right: window width; up and down: brighter and darker"),
        CROSSHAIR: translate("Mouse", "move the crosshair in all planes"),
    }
    if inverted:
        said[WINDOW] = translate("Mouse", "left and right: window width; up and down: darker and brighter")
    right, ctrl, shift = Qt.RightButton, Qt.ControlModifier, Qt.ShiftModifier
    rows = [
        (translate("Mouse", "Left drag"), translate("Mouse", "the tool that is chosen")),
        (
            translate("Mouse", "Left drag (crosshair tool)"),
            said[scheme.drag(Qt.LeftButton, navigates=True) or PAN],
        ),
        (
            translate("Mouse", "Left click (crosshair tool)"),
            translate("Mouse", "put the crosshair in all planes"),
        ),
        (
            translate("Mouse", "Shift + left drag (crosshair tool)"),
            said[scheme.drag(Qt.LeftButton, shift, navigates=True) or PAN],
        ),
        (translate("Mouse", "Right drag"), said[scheme.drag(right) or PAN]),
        (translate("Mouse", "Ctrl + right drag"), said[scheme.drag(right, ctrl) or PAN]),
        (translate("Mouse", "Shift + right drag"), said[scheme.drag(right, shift) or PAN]),
        (translate("Mouse", "Right drag (brush and eraser)"), translate("Mouse", "erase")),
        (translate("Mouse", "Middle drag"), said[PAN]),
        (translate("Mouse", "Wheel"), translate("Mouse", "next or previous slice")),
        (translate("Mouse", "Ctrl + wheel"), translate("Mouse", "zoom at the mouse")),
        (translate("Mouse", "Shift + wheel (brush and eraser)"), translate("Mouse", "size of the brush")),
        (
            translate("Mouse", "Shift + move"),
            translate("Mouse", "the crosshair follows the mouse in all planes"),
        ),
        (translate("Mouse", "Double click"), translate("Mouse", "one plane large, and back")),
    ]
    if scheme.space_pans:
        rows.append((translate("Mouse", "Space + left drag"), said[PAN]))
    return rows
