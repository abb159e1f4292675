"""What each mouse button does over a picture: one scheme for each school of programs."""

from __future__ import annotations

from dataclasses import dataclass, field

from PyQt5.QtCore import Qt

TOOL, PAN, ZOOM, WINDOW, CROSSHAIR = "tool", "pan", "zoom", "window", "crosshair"
"""What a drag does: the tool in use, or the view itself."""

_MODIFIERS = Qt.ShiftModifier | Qt.ControlModifier | Qt.AltModifier


@dataclass(frozen=True)
class MouseScheme:
    """The buttons of one school.

    Attributes:
        name: The same as that of the key profile.
        drags: By button and modifier, what a drag does; the tools have the
            left button in every scheme.
        navigate: What the left button drags while the navigation tool is
            chosen; a click there always puts the crosshair.
        navigate_shift: The same with Shift held.
        space_pans: Whether the space bar held makes the left button pan.
    """

    name: str
    right: str
    right_ctrl: str
    navigate: str = CROSSHAIR
    navigate_shift: str = CROSSHAIR
    space_pans: bool = True
    drags: dict[tuple[int, int], str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        none, ctrl, shift = int(Qt.NoModifier), int(Qt.ControlModifier), int(Qt.ShiftModifier)
        middle, right = int(Qt.MiddleButton), int(Qt.RightButton)
        drags = {
            (middle, none): PAN,
            (right, none): self.right,
            (right, ctrl): self.right_ctrl,
            (right, shift): PAN,
        }
        object.__setattr__(self, "drags", drags)

    def drag(
        self,
        button: Qt.MouseButton,
        modifiers: Qt.KeyboardModifiers = Qt.NoModifier,
        *,
        navigates: bool = False,
    ) -> str | None:
        """What a press begins; None for a button that means nothing.

        Args:
            button: The one that was pressed.
            modifiers: Those that are held. An unknown combination counts as the button alone.
            navigates: Whether the navigation tool, or none, has the left button.
        """
        held = int(modifiers & _MODIFIERS)
        if button == Qt.LeftButton:
            if not navigates:
                return TOOL
            return self.navigate_shift if held == int(Qt.ShiftModifier) else self.navigate
        return self.drags.get((int(button), held), self.drags.get((int(button), 0)))


RESEARCH = MouseScheme("research", right=WINDOW, right_ctrl=ZOOM)
PACS = MouseScheme("pacs", right=ZOOM, right_ctrl=WINDOW, navigate=WINDOW)
SLICER = MouseScheme(
    "slicer", right=ZOOM, right_ctrl=WINDOW, navigate=WINDOW, navigate_shift=PAN, space_pans=False
)
ITK_SNAP = MouseScheme("itksnap", right=ZOOM, right_ctrl=WINDOW)

SCHEMES: dict[str, MouseScheme] = {scheme.name: scheme for scheme in (RESEARCH, PACS, SLICER, ITK_SNAP)}
"""By the name of the key profile that they belong to."""
