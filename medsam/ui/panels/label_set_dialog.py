"""Before a set of labels is taken in: what of it is known here, and how it is matched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PyQt5.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from medsam.document import Label
from medsam.document.label_sets import SetEntry, merged


class LabelSetDialog(QDialog):
    """Asks how the labels of a file meet those of the table."""

    def __init__(
        self, name: str, entries: Sequence[SetEntry], present: Sequence[Label], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Load label set"))
        self._entries, self._present = tuple(entries), tuple(present)
        heading = QLabel(self.tr("{0} holds {1} labels.").format(name, len(entries)))
        heading.setWordWrap(True)
        self.by_number = QRadioButton(self.tr("Match them by &number"))
        self.by_name = QRadioButton(self.tr("Match them by na&me"))
        numbered = any(entry.id is not None for entry in entries)
        self.by_number.setEnabled(numbered)
        if not numbered:
            self.by_number.setToolTip(self.tr("The labels in this file have no numbers."))
        (self.by_number if numbered else self.by_name).setChecked(True)
        self.drop = QCheckBox(self.tr("&Remove unused labels that the file lacks"))
        self.drop.setChecked(len(self._present) == 1)
        self.effect = QLabel()
        self.effect.setWordWrap(True)
        self.effect.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.Ok | QDialogButtonBox.Cancel)
        buttons.button(QDialogButtonBox.Ok).setText(self.tr("&Load"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for part in (heading, self.by_number, self.by_name, self.drop, self.effect, buttons):
            column.addWidget(part)
        self.by_number.toggled.connect(lambda _: self._tell())
        self.setMinimumWidth(400)
        self._tell()

    @property
    def match(self) -> Literal["number", "name"]:
        """What makes a label of the file and one of the table the same."""
        return "number" if self.by_number.isChecked() else "name"

    @property
    def drop_unused(self) -> bool:
        """Whether labels that nothing uses and the file lacks go."""
        return self.drop.isChecked()

    def _tell(self) -> None:
        known = {label.id for label in self._present}
        after = merged(self._present, self._entries, self.match)
        new = sum(label.id not in known for label in after)
        old = len(self._entries) - new
        self.effect.setText(
            self.tr(
                "{0} of them are here already and take name and colour from the file; {1} are added. "
                "No voxel changes, and undo brings the old names back."
            ).format(old, new)
        )
