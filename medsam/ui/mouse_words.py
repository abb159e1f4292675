"""What the mouse does over a picture, in words, for each scheme."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication, Qt

from medsam.ui.canvas.mouse_scheme import CROSSHAIR, PAN, WINDOW, ZOOM, MouseScheme

translate = QCoreApplication.translate

Words = tuple[str, list[tuple[str, str]]]
"""Of a tool: its name, then what to do and what happens."""


def mouse_words(scheme: MouseScheme, *, inverted: bool = False) -> list[tuple[str, str]]:
    """What to do with the mouse, and what happens then.

    Args:
        scheme: Of the buttons.
        inverted: A drag of the window upwards darkens.
    """
    said = {
        PAN: translate("Mouse", "move the picture"),
        ZOOM: translate("Mouse", "up and down: zoom"),
        WINDOW: translate("Mouse", "the window: wider to the right, brighter upwards"),
        CROSSHAIR: translate("Mouse", "move the crosshair in all planes"),
    }
    if inverted:
        said[WINDOW] = translate("Mouse", "the window: wider to the right, darker upwards")
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
        (translate("Mouse", "Middle drag"), said[PAN]),
        (translate("Mouse", "Wheel"), translate("Mouse", "next or previous slice")),
        (translate("Mouse", "Ctrl + wheel"), translate("Mouse", "zoom at the mouse")),
        (
            translate("Mouse", "Shift + move"),
            translate("Mouse", "the crosshair follows the mouse in all planes"),
        ),
        (translate("Mouse", "Double click"), translate("Mouse", "one plane large, and back")),
    ]
    if scheme.space_pans:
        rows.append((translate("Mouse", "Space + left drag"), said[PAN]))
    return rows


def tool_words() -> list[Words]:
    """What the mouse does with each tool."""
    drag, click = translate("Mouse", "Left drag"), translate("Mouse", "Left click")
    return [*_asking_words(drag, click), *_painting_words(drag, click), *_measuring_words(drag)]


def _asking_words(drag: str, click: str) -> list[Words]:
    return [
        (
            translate("Mouse", "Box"),
            [
                (drag, translate("Mouse", "draw a box; the mask follows")),
                (
                    translate("Mouse", "Drag a handle or the box"),
                    translate("Mouse", "adjust it; the mask is replaced"),
                ),
                (
                    translate("Mouse", "Ctrl + left drag"),
                    translate("Mouse", "draw a box inside of the selected one"),
                ),
            ],
        ),
        (
            translate("Mouse", "Points"),
            [
                (click, translate("Mouse", "this belongs to the object")),
                (
                    translate("Mouse", "Right click, or Shift + left click"),
                    translate("Mouse", "this does not belong to it"),
                ),
                (translate("Mouse", "Drag a point"), translate("Mouse", "move it; the mask is replaced")),
            ],
        ),
    ]


def _painting_words(drag: str, click: str) -> list[Words]:
    return [
        (
            translate("Mouse", "Brush and eraser"),
            [
                (drag, translate("Mouse", "paint or erase")),
                (
                    translate("Mouse", "Right drag, or Ctrl + left drag"),
                    translate("Mouse", "the opposite: erase or paint"),
                ),
                (
                    translate("Mouse", "Shift + left click"),
                    translate("Mouse", "a straight line from the end of the last stroke"),
                ),
                (
                    translate("Mouse", "Alt + left click"),
                    translate("Mouse", "take the label under the mouse"),
                ),
                (translate("Mouse", "Shift + wheel"), translate("Mouse", "size of the brush")),
            ],
        ),
        (
            translate("Mouse", "Lasso and polygon"),
            [
                (drag, translate("Mouse", "draw an outline freehand")),
                (click, translate("Mouse", "set corners; double click or Enter closes the outline")),
                (
                    translate("Mouse", "Begun with Ctrl or the right button"),
                    translate("Mouse", "take the area away"),
                ),
            ],
        ),
        (
            translate("Mouse", "Magic wand and fill"),
            [
                (
                    translate("Mouse", "Left drag (wand)"),
                    translate("Mouse", "begin on the object; to the side: more or less of it"),
                ),
                (
                    translate("Mouse", "Left click (fill)"),
                    translate("Mouse", "fill a hole, or give a region the active label"),
                ),
                (translate("Mouse", "With Ctrl"), translate("Mouse", "erase")),
            ],
        ),
    ]


def _measuring_words(drag: str) -> list[Words]:
    return [
        (
            translate("Mouse", "Ruler and angle"),
            [
                (drag, translate("Mouse", "draw a length, or the first side of an angle")),
                (
                    translate("Mouse", "Left click (angle)"),
                    translate("Mouse", "set an end, the corner, the other end"),
                ),
                (translate("Mouse", "Drag an end or the line"), translate("Mouse", "move it")),
            ],
        ),
    ]
