"""Opening and saving."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.ui.action_specs.spec import Spec

translate = QCoreApplication.translate


def specs() -> list[Spec]:
    """The actions of this group, in the order of the help page."""
    return [
        Spec(
            "open",
            translate("Actions", "&Open…"),
            "mdi6.folder-open-outline",
            ("Ctrl+O",),
            translate("Actions", "Open an image or scan"),
        ),
        Spec(
            "open_folder",
            translate("Actions", "Open &folder…"),
            "mdi6.folder-multiple-outline",
            ("Ctrl+Shift+O",),
            translate("Actions", "Open a folder of DICOM files or pictures"),
        ),
        Spec(
            "save",
            translate("Actions", "&Save mask"),
            "mdi6.content-save-outline",
            ("Ctrl+S",),
            translate("Actions", "Save the label map and read it back"),
        ),
        Spec(
            "save_as",
            translate("Actions", "Save mask &as…"),
            "",
            ("Ctrl+Shift+S",),
            translate("Actions", "Save the label map elsewhere"),
        ),
        Spec(
            "load_mask",
            translate("Actions", "&Load mask…"),
            "",
            ("Ctrl+L",),
            translate("Actions", "Continue from a label map of this image"),
        ),
        Spec(
            "close",
            translate("Actions", "&Close image"),
            "",
            ("Ctrl+W",),
            translate("Actions", "Close the image"),
        ),
        Spec(
            "quit", translate("Actions", "&Quit"), "", ("Ctrl+Q",), translate("Actions", "Leave the program")
        ),
    ]
