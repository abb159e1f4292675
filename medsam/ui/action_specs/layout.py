"""How the panes share the room."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "layout_large",
            translate("Actions", "One &large, two small"),
            "mdi6.view-compact-outline",
            (),
            translate("Actions", "The axial plane large, the others beside it"),
            True,
        ),
        Spec(
            "layout_side",
            translate("Actions", "&Side by side"),
            "mdi6.view-column-outline",
            (),
            translate("Actions", "Three planes beside each other"),
            True,
        ),
        Spec(
            "layout_one",
            translate("Actions", "&One plane"),
            "mdi6.square-outline",
            ("M",),
            translate("Actions", "Only the plane under the mouse; again for all"),
            True,
        ),
        Spec(
            "side_panel",
            translate("Actions", "Side &panel"),
            "",
            ("F9",),
            translate("Actions", "Show or hide labels and window"),
            True,
        ),
    ]
