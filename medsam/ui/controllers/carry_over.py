"""What goes along from case to case and from run to run: tool, label, rule, window, panes."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from medsam.document import PaintRule
from medsam.errors import InputError
from medsam.intensity import Window
from medsam.ui import settings
from medsam.ui.bench import Bench
from medsam.ui.panels.side import Workplace
from medsam.volume import Plane, Volume

_TOOL, _TAB, _WINDOW = "view/tool", "window/tab", "worklist/window"


@dataclass(frozen=True)
class _Left:
    """How a case was left.

    Attributes:
        label: Number of the active label.
        rule: What tools might take.
        alone: The plane that filled the panes' area; None for all of them.
    """

    label: int
    rule: PaintRule
    alone: Plane | None


class CarryOver:
    """Remembers the tool and the tab always, the rest between the cases of a list.

    Args:
        bench: The window's shared parts.
        workplace: The tabs.
    """

    def __init__(self, bench: Bench, workplace: Workplace) -> None:
        self._session, self._view = bench.session, bench.view
        self._area, self._workplace = bench.area, workplace
        self._left: _Left | None = None
        self._window = _read_window()

    def begin(self) -> None:
        """Choose the tool and the tab of the last run; every tool and tab is there by now."""
        tool = str(settings.value(_TOOL, self._view.tool_name))
        with contextlib.suppress(KeyError):
            self._view.choose_tool(tool)
        self._view.tool_chosen.connect(lambda name: settings.remember(_TOOL, name))
        side = self._workplace.side
        tab = settings.value(_TAB, 0)
        if 0 <= tab < side.count():
            side.setCurrentIndex(tab)
        side.currentChanged.connect(lambda index: settings.remember(_TAB, index))

    def note(self) -> None:
        """A case of the list is about to be left."""
        annotation, volume = self._session.annotation, self._session.volume
        if annotation is None or volume is None:
            return
        self._left = _Left(annotation.active_label, self._session.rule, self._area.alone)
        if _is_calibrated(volume) and self._view.window is not None:
            chosen = self._view.window != self._session.initial_window
            self._window = self._view.window if chosen else None
            window = self._window
            settings.remember(_WINDOW, f"{window.level:g}/{window.width:g}" if window else "")

    def apply(self) -> None:
        """Another case of the list is open."""
        annotation, volume = self._session.annotation, self._session.volume
        if annotation is None or volume is None:
            return
        if self._window is not None and _is_calibrated(volume):
            self._view.set_window(self._window)
        left = self._left
        if left is None:
            return
        if left.label in annotation.labels:
            annotation.set_active_label(left.label)
        if left.rule.inside is None or left.rule.inside in annotation.labels:
            self._session.set_rule(left.rule)
        if left.alone in volume.planes and len(volume.planes) > 1:
            self._view.toggle_alone(self._area.panes[left.alone].view)

    def forget(self) -> None:
        """The list was closed."""
        self._left = None


def _is_calibrated(volume: Volume) -> bool:
    """Whether a window means the same in another image: Hounsfield units do, MR intensities do not."""
    return volume.unit == "HU" and not volume.is_rgb


def _read_window() -> Window | None:
    text = str(settings.value(_WINDOW, ""))
    if not text:
        return None
    try:
        return Window.from_text(text)
    except InputError:
        return None
