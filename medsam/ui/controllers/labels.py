"""The commands of the label table: keys, menus, sets in files, and what may be painted over."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PyQt5.QtCore import QObject, QPoint
from PyQt5.QtWidgets import QFileDialog, QMenu

from medsam.document import EVERYTHING, Change, PaintRule
from medsam.document.label_counts import middle_voxel
from medsam.document.label_sets import READ_SUFFIXES, read_label_set, write_label_set
from medsam.errors import LockedError, MedSAMError
from medsam.ui import first_labels, settings
from medsam.ui.action_specs.labels import CONTEXT, DIGITS, MORE, specs
from medsam.ui.bench import Bench
from medsam.ui.errors import Action
from medsam.ui.garbage import destroy_soon
from medsam.ui.panels.label_set_dialog import LabelSetDialog
from medsam.ui.panels.labels import LabelPanel
from medsam.ui.panels.rule_control import RuleButton, RuleCard, RuleChip
from medsam.ui.panels.status import voxel_of

_STEP = 0.1
"""Of opacity, a key press."""


class LabelsController(QObject):
    """Wires the label panel, its actions and the rule for painting to the session."""

    def __init__(self, bench: Bench, panel: LabelPanel) -> None:
        super().__init__(bench.window)
        self._session, self._actions, self._panel = bench.session, bench.actions, panel
        self._views, self._presenter, self._status = bench.view, bench.presenter, bench.status
        self._window = bench.window
        # Some of them depend on more than an image.
        special = ("merge_labels", "delete_label", "no_rule", "forget_labels")
        self._names = [spec.name for spec in specs() if spec.name not in special]
        self._probe: tuple[float, float, float] | None = None
        self.card = RuleCard(bench.session, lambda: bench.view.window, bench.window)
        self.rule_button = RuleButton(bench.session, self.card, bench.theme, panel)
        self.chip = RuleChip(bench.session, bench.theme)
        self.chip.opened.connect(lambda: self.card.open_at(self.chip))
        panel.add_row(self.rule_button)
        self._chip_action = self.chip.stand_in(bench.actions.toolbar)
        for pane in bench.area.panes.values():
            pane.view.probe_moved.connect(self._follow_probe)
        self._make_buttons()
        self._connect()
        bench.theme.changed.connect(self._follow_rule)
        bench.presenter.set_remedy(self._unlock_remedy)
        self._follow_rule()
        self._enable()

    # --- building -----------------------------------------------------------------

    def _make_buttons(self) -> None:
        for name in ("new_label", "delete_label", "merge_labels", "pick_label"):
            self._panel.add_action_button(self._actions[name])
        more = QMenu(self._panel)
        self._fill(more, MORE)
        more.setToolTipsVisible(True)
        self._panel.add_menu_button(self.tr("More commands for labels"), "mdi6.dots-horizontal", more)

    def _fill(self, menu: QMenu, names: tuple[str | None, ...]) -> None:
        for name in names:
            menu.addSeparator() if name is None else menu.addAction(self._actions[name])

    def _connect(self) -> None:
        on, panel, model = self._actions.on, self._panel, self._panel.model
        on("new_label", panel.add)
        on("next_label", partial(self.walk, 1))
        on("previous_label", partial(self.walk, -1))
        on("pick_label", self.pick)
        on("go_to_label", self.go_to_label)
        on("rename_label", panel.rename)
        on("label_color", panel.choose_colour)
        on("label_up", partial(panel.move, -1))
        on("label_down", partial(panel.move, 1))
        on("merge_labels", self.merge)
        on("delete_label", lambda: model.remove_many(panel.chosen()))
        on("show_label", panel.toggle_visible)
        on("solo_label", lambda: model.show_only(panel.chosen()))
        on("label_style", panel.cycle_style)
        on("masks_fainter", partial(model.fade, -_STEP))
        on("masks_stronger", partial(model.fade, _STEP))
        on("safe_colours", model.use_safe_colours)
        on("lock_label", panel.toggle_locked)
        on("lock_others", lambda: model.lock_others(panel.chosen()))
        on("load_labels", self.ask_load)
        on("save_labels", self.ask_save)
        on("keep_labels", self.keep)
        on("forget_labels", self.forget)
        on("paint_rule", self.show_rule)
        on("paint_inside", self.paint_inside)
        on("no_rule", lambda: self._session.set_rule(EVERYTHING))
        for row in range(len(DIGITS)):
            on(f"label_{row + 1}", partial(self.choose_row, row))
            on(f"show_label_{row + 1}", partial(self.toggle_row, row))
        panel.menu_requested.connect(self._show_menu)
        panel.left.connect(lambda: self._views.current.setFocus())
        panel.view.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        model.rows_changed.connect(self._enable)
        model.labels_changed.connect(self._enable)
        self._session.opened.connect(self._opened)
        self._session.changed.connect(self._follow)
        self._session.rule_changed.connect(lambda _: self._follow_rule())

    # --- which label ----------------------------------------------------------------

    def walk(self, steps: int) -> None:
        """Make the next or previous label of the list the active one, round the ends."""
        model = self._panel.model
        if model.rowCount():
            self.choose_row((model.active_row + steps) % model.rowCount())

    def choose_row(self, row: int) -> None:
        """Make the label of a row the active one and say which that is."""
        label = self._panel.model.label(row)
        if label is None:
            if self._session.annotation is not None:
                self._status.showMessage(self.tr("There is no label {0} in the list.").format(row + 1), 4000)
            return
        self._panel.model.set_active(row)
        self._status.showMessage(self.tr("Label: {0}").format(label.name), 4000)

    def toggle_row(self, row: int) -> None:
        """Hide or show the label of a row."""
        label = self._panel.model.label(row)
        if label is not None:
            text = self.tr("hide label") if label.visible else self.tr("show label")
            self._panel.model.change(row, text=text, visible=not label.visible)

    def pick(self) -> None:
        """Make the label under the mouse the active one."""
        number = self._under_mouse()
        if number:
            self.choose_row(self._panel.model.row_of(number))
        else:
            self._status.showMessage(self.tr("There is no label under the mouse."), 4000)

    def go_to_label(self) -> None:
        """Bring the crosshair into the active label, on the axial slice where it is largest."""
        annotation = self._session.annotation
        if annotation is None:
            return
        voxel = middle_voxel(annotation, annotation.active_label)
        if voxel is None:
            name = annotation.labels.get(annotation.active_label).name
            self._status.showMessage(self.tr("{0} has no voxels yet.").format(name), 4000)
        else:
            i, j, k = (float(n) for n in voxel)
            self._views.move_crosshair((i, j, k))

    def merge(self) -> None:
        """Make the chosen labels one; the active one stays."""
        annotation, ids = self._session.annotation, self._panel.chosen()
        if annotation is None:
            return
        # A row that was taken out of the choice is still the active one.
        into = annotation.active_label if annotation.active_label in ids else ids[0]
        if self._panel.model.merge(ids, into):
            name = annotation.labels.get(into).name
            self._status.showMessage(self.tr("{0} labels are now {1}.").format(len(ids), name), 6000)

    # --- sets ---------------------------------------------------------------------------

    def ask_load(self) -> None:
        """Let the user pick a file with a set of labels."""
        patterns = " ".join(f"*{suffix}" for suffix in READ_SUFFIXES)
        sets, everything = self.tr("Sets of labels"), self.tr("All files")
        filters = f"{sets} ({patterns});;{everything} (*)"
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Load label set"), self._folder(), filters
        )
        if name:
            self.load(Path(name))

    def load(self, path: Path) -> None:
        """Take in a set of labels after asking how."""
        annotation = self._session.annotation
        if annotation is None:
            return
        try:
            entries = read_label_set(path)
        except MedSAMError as error:
            self._presenter.error(error)
            return
        settings.remember("labels/folder", str(path.parent))
        dialog = LabelSetDialog(path.name, entries, annotation.labels.as_tuple(), self._window)
        if dialog.exec_() and self._panel.model.load_set(entries, dialog.match, dialog.drop_unused):
            self._presenter.news(self.tr("{0} labels taken from {1}").format(len(entries), path.name))

    def ask_save(self) -> None:
        """Let the user name a file for the table."""
        kinds = (
            (self.tr("Label set"), "json"),
            (self.tr("ITK-SNAP label descriptions"), "label"),
            (self.tr("3D Slicer colour table"), "ctbl"),
        )
        filters = ";;".join(f"{title} (*.{suffix})" for title, suffix in kinds)
        start = str(Path(self._folder()) / (self.tr("labels") + ".json"))
        name, chosen = QFileDialog.getSaveFileName(self._window, self.tr("Save label set"), start, filters)
        if name:
            path = Path(name)
            if not path.suffix:
                path = path.with_suffix("." + chosen.rpartition("*.")[2].rstrip(")"))
            self.save(path)

    def save(self, path: Path) -> None:
        """Write the table to a file."""
        annotation = self._session.annotation
        if annotation is None:
            return
        try:
            write_label_set(path, annotation.labels)
        except MedSAMError as error:
            self._presenter.error(error)
            return
        settings.remember("labels/folder", str(path.parent))
        self._presenter.news(self.tr("Label set saved: {0}").format(path.name))

    def keep(self) -> None:
        """Begin new images with the labels of this one."""
        annotation = self._session.annotation
        if annotation is not None:
            first_labels.remember(annotation.labels)
            self._presenter.news(
                self.tr("New images begin with these {0} labels.").format(len(annotation.labels))
            )
            self._enable()

    def forget(self) -> None:
        """Begin new images with one label again."""
        first_labels.forget()
        self._presenter.news(self.tr("New images begin with one label again."))
        self._enable()

    # --- what may be painted over ---------------------------------------------------------

    def show_rule(self) -> None:
        """Open the card with the choices: at its button or chip if one is seen, else over the picture."""
        anchor = next((a for a in (self.rule_button, self.chip) if a.isVisible()), None)
        if anchor is not None:
            self.card.open_at(anchor)
        else:
            self.card.open_over(self._views.current)

    def paint_inside(self) -> None:
        """Paint only inside the label under the mouse; if that is so already, everywhere."""
        rule, number = self._session.rule, self._under_mouse()
        if rule.over == "label" and number in (0, rule.inside):
            self._session.set_rule(PaintRule(intensity=rule.intensity))
        elif number:
            self._session.set_rule(PaintRule("label", number, rule.intensity))
        else:
            self._status.showMessage(self.tr("There is no label under the mouse."), 4000)

    # --- inside -----------------------------------------------------------------------------

    def _folder(self) -> str:
        remembered = str(settings.value("labels/folder", ""))
        source = self._session.source
        return remembered or str(source.parent if source is not None else Path.home())

    def _follow_probe(self, ijk: tuple[float, float, float] | None) -> None:
        self._probe = ijk

    def _under_mouse(self) -> int:
        annotation = self._session.annotation
        if annotation is None or self._probe is None:
            return 0
        voxel = voxel_of(annotation.volume, self._probe)
        return int(annotation.label_map[voxel]) if voxel is not None else 0

    def _opened(self) -> None:
        self._probe = None
        self.card.hide()
        self._follow_rule()
        self._enable()

    def _follow(self, change: Change) -> None:
        """A rule about a label that is gone would keep everything out."""
        annotation, rule = self._session.annotation, self._session.rule
        if change.kind != "labels" or annotation is None:
            return
        if rule.inside is not None and rule.inside not in annotation.labels:
            self._session.set_rule(PaintRule(intensity=rule.intensity))
        self._follow_rule()

    def _follow_rule(self) -> None:
        limits = self._session.annotation is not None and self._session.rule != EVERYTHING
        self._chip_action.setVisible(limits)
        self.rule_button.follow()
        self.chip.follow()
        if self.card.isVisible():
            self.card.follow()
        nothing = self.tr("There are no limits now.")
        self._actions.set_enabled("no_rule", limits, nothing)

    def _show_menu(self, at: QPoint) -> None:
        menu = self.context_menu()
        menu.popup(at)

    def context_menu(self) -> QMenu:
        """Everything that can be done to the chosen labels."""
        menu = QMenu(self._panel)
        menu.aboutToHide.connect(lambda: destroy_soon(menu))
        menu.setToolTipsVisible(True)
        self._fill(menu, CONTEXT)
        return menu

    def _enable(self) -> None:
        annotation, model = self._session.annotation, self._panel.model
        nothing = self.tr("Open an image first.")
        for name in self._names:
            self._actions.set_enabled(name, annotation is not None, nothing)
        unchosen = self.tr("They do so already.")
        self._actions.set_enabled("forget_labels", first_labels.are_chosen(), unchosen)
        chosen = [label for n in self._panel.chosen() if (label := model.label(model.row_of(n))) is not None]
        locked = next((label.name for label in chosen if label.locked), None)
        for name, enough, reason in (
            ("merge_labels", len(chosen) > 1, self.tr("Choose two or more rows of the list first.")),
            (
                "delete_label",
                0 < len(chosen) < model.rowCount(),
                self.tr("An annotation keeps at least one label."),
            ),
        ):
            if annotation is None:
                self._actions.set_enabled(name, False, nothing)
            elif locked is not None:
                self._actions.set_enabled(name, False, self.tr('Unlock "{0}" first.').format(locked))
            else:
                self._actions.set_enabled(name, enough, reason)

    def _unlock_remedy(self, error: BaseException) -> Action | None:
        """A button for the sentence that a label is locked."""
        if not isinstance(error, LockedError):
            return None
        return self.tr("Unlock"), partial(self._unlock, error.label_id, str(error))

    def _unlock(self, label_id: int, sentence: str) -> None:
        row = self._panel.model.row_of(label_id)
        if row >= 0 and self._panel.model.change(row, text=self.tr("unlock label"), locked=False):
            self._presenter.withdraw(sentence)
