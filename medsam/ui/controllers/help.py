"""What the menu Help shows besides keys and models: the program, and its log."""

from __future__ import annotations

import platform

from PyQt5.QtCore import PYQT_VERSION_STR, QT_VERSION_STR, QObject, Qt, QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QWidget

from medsam.ui.actions import Actions
from medsam.ui.errors import log_file
from medsam.ui.panels.help import HelpDialog, about_html


class HelpController(QObject):
    """Answers the actions "about" and "log"."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        actions.on("about", self.show_about)
        actions.on("log", self.show_log)

    def show_about(self) -> None:
        """Show purpose, licence and versions."""
        versions = {"Python": platform.python_version(), "PyQt": PYQT_VERSION_STR, "Qt": QT_VERSION_STR}
        dialog = HelpDialog(self.tr("About MedSAM"), about_html(versions), self._window)
        dialog.setAttribute(Qt.WA_DeleteOnClose)
        dialog.show()

    def show_log(self) -> None:
        """Open the folder of the log."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file().parent)))
