"""Models and help."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "models",
            translate("Actions", "&Models…"),
            "mdi6.brain",
            ("Ctrl+M",),
            translate("Actions", "Choose or download a model"),
        ),
        Spec(
            "model_file",
            translate("Actions", "Model from &file…"),
            "",
            (),
            translate("Actions", "Use a checkpoint of your own"),
        ),
        Spec(
            "prepare",
            translate("Actions", "&Prepare this volume"),
            "mdi6.fast-forward",
            (),
            translate("Actions", "Encode every slice of the plane in view, so that masks appear at once"),
        ),
        Spec(
            "adapt",
            translate("Actions", "&Adapt to my annotations…"),
            "mdi6.school-outline",
            (),
            translate("Actions", "Let a copy of the model learn from your own masks"),
        ),
        Spec(
            "model_back",
            translate("Actions", "&Back to the model before"),
            "mdi6.undo-variant",
            (),
            translate("Actions", "Use the model again that was used before this one"),
        ),
        Spec(
            "model_card",
            translate("Actions", "Model &card"),
            "mdi6.card-text-outline",
            (),
            translate("Actions", "What the model in use is for, its scores, failures and data"),
        ),
        Spec(
            "keys",
            translate("Actions", "&Keys and mouse"),
            "mdi6.help-circle-outline",
            ("F1", "?"),
            translate("Actions", "What keys and mouse do"),
        ),
        Spec(
            "log",
            translate("Actions", "Show the &log"),
            "",
            (),
            translate("Actions", "Open the folder of the log"),
        ),
        Spec(
            "about",
            translate("Actions", "&About"),
            "",
            (),
            translate("Actions", "Versions, licence and purpose"),
        ),
    ]
