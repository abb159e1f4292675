"""Window level and width."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.intensity import CT_PRESETS
from medsam.ui.action_specs.spec import Spec
from medsam.ui.data_words import preset_title

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    presets = [
        Spec(
            f"preset_{n}",
            preset_title(name),
            "",
            (f"Alt+{n}",),
            translate("Actions", "Window: {0}, level {1:g} HU, width {2:g} HU").format(
                preset_title(name), window.level, window.width
            ),
        )
        for n, (name, window) in enumerate(CT_PRESETS.items(), start=1)
    ]
    return [
        *presets,
        Spec(
            "auto_window",
            translate("Actions", "&Auto window"),
            "mdi6.brightness-auto",
            ("A",),
            translate("Actions", "Fit the window to this slice"),
        ),
        Spec(
            "reset_window",
            translate("Actions", "Reset &window"),
            "",
            ("Shift+A",),
            translate("Actions", "The window this image opened with"),
        ),
    ]
