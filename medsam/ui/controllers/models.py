"""Which model is in use: loading, choosing, downloading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtWidgets import QFileDialog

from medsam.engine.jobs import (
    Failed,
    ModelChanged,
    ModelInfo,
    ModelLoaded,
    SliceProgress,
    SliceState,
    WorkerLost,
)
from medsam.errors import Cancelled, MedSAMError
from medsam.ui import settings
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.panels.model_dialog import ModelDialog
from medsam.ui.panels.model_facts import say_size
from medsam.ui.precision_words import AUTO, PRECISION, model_text

if TYPE_CHECKING:
    from pretrain.catalogue import Entry

WEIGHTS_FILTER = "*.pth *.pt *.safetensors"


class ModelsController(QObject):
    """Loads models through the engine and tells how it stands.

    Signals:
        loaded(ModelInfo): A model is in use. failed(str): It could not be.
        title_changed(str): What to call the model in use, or its state.
    """

    loaded = pyqtSignal(object)
    failed = pyqtSignal(str)
    title_changed = pyqtSignal(str)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.window)
        self._bridge, self._tasks, self._presenter = bench.bridge, bench.tasks, bench.presenter
        self._status, self._window = bench.status, bench.window
        self._wanted, self._in_use, self._device, self._remember = "", "", "auto", False
        self._token: int | None = None
        self._precision, self._refused = AUTO, ""
        self._loss = self._complaint = ""
        self._download: Task | None = None
        self._dialog: ModelDialog | None = None
        self._own_titles: dict[str, str] = {}
        self.info: ModelInfo | None = None
        self._actions = bench.actions
        self._before: tuple[str, str] | None = None
        bench.actions.on("model_back", self.go_back)
        bench.actions.on("models", self.show_picker)
        bench.actions.on("model_file", self.ask_file)
        bench.actions.on("model_card", self.show_card)
        self._show_way_back()
        bench.bridge.model_loaded.connect(self._loaded)
        bench.bridge.model_changed.connect(self._changed)
        bench.bridge.failed.connect(self._failed)
        bench.bridge.lost.connect(self._lost)
        bench.bridge.ready.connect(lambda _: self._show_state())
        bench.bridge.progressed.connect(self._progressed)

    @property
    def is_coming(self) -> bool:
        """Whether a model will be there without the user's doing: being loaded, or being restarted."""
        bridge = self._bridge
        restarting = bridge.client is not None and not bridge.is_ready and not bridge.is_down
        return self._token is not None or restarting

    @property
    def in_use(self) -> str:
        """Catalogue name or file of the model in use; "" without one."""
        return self._in_use

    @property
    def wanted(self) -> str:
        """The same of the model that is being loaded, or else is in use."""
        return self._wanted

    def go_back(self) -> None:
        """Use the model before this one again; once more comes back to this one."""
        if self._before is not None:
            self.use(self._before[0])

    def start(self, name: str | None, device: str) -> None:
        """Load the first model.

        Args:
            name: Catalogue name or file; None for the last one used.
            device: "auto", "cpu", "cuda" or "mps".
        """
        from pretrain.catalogue import DEFAULT

        self._device = device
        remembered = str(settings.value("model/name", DEFAULT))
        self._load(name or remembered, remember=False)

    def use(self, name: str) -> None:
        """Load another model, and begin with it next time."""
        self._load(name, remember=True)

    def reload(self) -> None:
        """Another precision was chosen: load the model anew if that makes a difference to it."""
        if self._token is not None or (self.info is not None and self.info.needs_encoding):
            self._load(self._wanted, remember=self._token is not None and self._remember)

    def ask_file(self) -> None:
        """Let the user pick a checkpoint."""
        name, _ = QFileDialog.getOpenFileName(
            self._dialog if self._dialog is not None else self._window,
            self.tr("Choose a checkpoint"),
            str(Path.home()),
            self.tr("Checkpoints") + f" ({WEIGHTS_FILTER})",
        )
        if name:
            self.use(name)

    def show_picker(self) -> None:
        """Show the list of models."""
        if self._dialog is None:
            dialog = ModelDialog(self._window)
            dialog.use_requested.connect(self.use)
            dialog.download_requested.connect(self.download)
            dialog.card_requested.connect(self.show_card_of)
            dialog.file_requested.connect(self.ask_file)
            dialog.cancel_requested.connect(self.cancel)
            self._dialog = dialog
        if not self._dialog.isVisible():
            # Shown anew it begins at the model in use: Return must not fetch what was looked at last.
            self._dialog.table.setCurrentCell(-1, -1)
        self._fill_dialog()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.table.setFocus()

    def show_card(self) -> None:
        """Show the card of the model in use; without one, that of the model which comes with the program."""
        from pretrain.catalogue import DEFAULT, catalogue
        from pretrain.own import own_entry

        known = catalogue()
        name = self._in_use or DEFAULT
        try:
            self.show_card_of(known[name] if name in known else own_entry(Path(name).expanduser()))
        except (MedSAMError, OSError) as error:
            self._presenter.error(error)

    def show_card_of(self, entry: Entry) -> None:
        """Show the card of a model, above the list of models where that is on show."""
        from medsam.ui.panels.model_card import ModelCardDialog

        is_listed = self._dialog is not None and self._dialog.isVisible()
        dialog = ModelCardDialog(entry, self._dialog if is_listed else self._window)
        dialog.setAttribute(Qt.WA_DeleteOnClose)
        dialog.show()

    def download(self, name: str) -> None:
        """Fetch a model's weights, then use it."""
        from pretrain.catalogue import entry

        wanted = entry(name)
        title = self.tr("Downloading {0}").format(wanted.title)

        def work(task: Task) -> str:
            from pretrain.download import download

            def on_progress(done: int, total: int) -> None:
                size = f"{say_size(done)} / {say_size(total)}" if total else say_size(done)
                task.report(done / total if total else -1.0, size)

            download(wanted, on_progress=on_progress, is_cancelled=task.is_cancelled)
            return name

        self._download = self._tasks.start(
            title, work, self._downloaded, self._download_failed, on_stopped=self._download_stopped
        )
        self._download.reported.connect(lambda fraction, text: self._show_download(name, fraction, text))
        self._show_download(name, -1.0, self.tr("Connecting…"))

    def cancel(self) -> None:
        """Stop the download (what has come stays for the next try), or go back to the model in use."""
        if self._download is not None:
            self._download.cancel()
        elif self._token is not None and self._in_use:
            self._load(self._in_use, remember=False)

    def _load(self, name: str, *, remember: bool, precision: str = "") -> None:
        if not precision:
            precision, self._refused = str(settings.value(PRECISION, AUTO)), ""
        self._precision = precision
        self._wanted, self._remember = name, remember
        if self._bridge.client is not None:
            self._token = self._bridge.client.load_model(name, self._device, precision)
        self._show_state()

    def _loaded(self, message: ModelLoaded) -> None:
        self._token = None
        if self.info is not None and self._in_use != self._wanted:
            self._before = (self._in_use, self.info.title)
        self.info, self._in_use = message.info, self._wanted
        self._show_way_back()
        if self._remember:
            settings.remember("model/name", self._wanted)
        if self._dialog is not None:
            self._dialog.show_message("")
        self._fill_dialog()
        self._show_state()
        self._settle_loss()
        self._presenter.withdraw(self._complaint)
        if self._refused:
            self._presenter.warning(self._refused)
            self._refused = ""
        self.loaded.emit(message.info)

    def _changed(self, message: ModelChanged) -> None:
        """The model left the graphics card by itself, or its quick arithmetic."""
        self.info = message.info
        self._show_state()
        self._presenter.warning(message.sentence)

    def _show_way_back(self) -> None:
        nothing = self.tr("No other model was used since the program started.")
        self._actions.set_enabled("model_back", self._before is not None, nothing)
        if self._before is not None:
            # A single & would be taken for the key of the menu.
            title = self._before[1].replace("&", "&&")
            self._actions["model_back"].setText(self.tr("&Back to {0}").format(title))

    def _failed(self, message: Failed) -> None:
        if message.token is None:
            # It belongs to no request: the volume could not be handed over, say.
            self._presenter.error(message.sentence)
            return
        if message.token != self._token:
            return
        if self._precision != AUTO:
            # The settings may come from another processor: better in another precision than not at all.
            self._refused = message.sentence
            self._load(self._wanted, remember=self._remember, precision=AUTO)
            return
        self._token = None
        self._show_state()
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.show_message(self._presenter.sentence(message.sentence))
        else:
            self._presenter.withdraw(self._complaint)
            self._complaint = message.sentence
            self._presenter.error(message.sentence, (self.tr("Choose a model…"), self.show_picker))
        self.failed.emit(message.sentence)

    def _lost(self, message: WorkerLost) -> None:
        action = None
        if not message.restarting:
            self._token = None
            action = (self.tr("Start again"), self._restart)
        self._presenter.withdraw(self._loss)
        self._loss = message.sentence
        self._presenter.warning(message.sentence, action)
        self._show_state(
            self.tr("Restarting the engine…") if message.restarting else self.tr("Engine stopped")
        )
        if not message.restarting:
            self.failed.emit(message.sentence)

    def _settle_loss(self) -> None:
        """The model is back: a banner that says it will come would be wrong from now on."""
        if self._loss:
            self._presenter.withdraw(self._loss)
            self._presenter.news(self.tr("The model's process ended and is back. Nothing was lost."))
            self._loss = ""

    def _restart(self) -> None:
        self._bridge.start()
        self._load(self._wanted, remember=False)

    def _progressed(self, message: SliceProgress) -> None:
        if message.state is SliceState.ENCODING:
            text = self.tr("{0} · slice {1}").format(self._name(), message.slice.index + 1)
            self._status.show_engine(text, message.fraction)
        elif message.state is SliceState.READY:
            self._show_state()

    def _name(self) -> str:
        return model_text(self.info) if self.info is not None else ""

    def _show_state(self, text: str = "") -> None:
        self._show_loading()
        if text:
            self._status.show_engine(text, -1.0)
        elif self._bridge.client is None:
            self._status.show_engine(self.tr("No engine"))
        elif not self._bridge.is_ready:
            self._status.show_engine(self.tr("Starting the engine…"), -1.0)
        elif self._token is not None:
            self._status.show_engine(self.tr("Loading {0}…").format(self._title_of(self._wanted)), -1.0)
        else:
            self._status.show_engine(self._name() or self.tr("No model"))
        title = (
            self._title_of(self._wanted)
            if self._token is not None
            else (self.info.title if self.info else "")
        )
        self.title_changed.emit(title or self.tr("No model"))

    def _title_of(self, name: str) -> str:
        from pretrain.catalogue import catalogue

        found = catalogue().get(name)
        return found.title if found is not None else self._own_titles.get(name, Path(name).name)

    def _fill_dialog(self) -> None:
        if self._dialog is None:
            return
        from pretrain.catalogue import catalogue, find_file
        from pretrain.own import own_models

        entries = catalogue()
        installed = {name: find_file(entry) is not None for name, entry in entries.items()}
        damaged: list[str] = []
        own = own_models(damaged.append)
        self._own_titles = {entry.name: entry.title for entry in own}
        current = self.info.name if self.info is not None else ""
        if current and current not in entries:
            # A file's model is called by the file; its row, by the path.
            used = Path(self._in_use).expanduser().resolve()
            current = next((e.name for e in own if e.path is not None and e.path.resolve() == used), current)
        self._dialog.set_entries(entries, installed, current, own, damaged)

    def _show_download(self, name: str, fraction: float | None, text: str = "") -> None:
        if self._dialog is not None:
            self._dialog.show_work(name, fraction, text)

    def _show_loading(self) -> None:
        """Let the dialog say that a model is being loaded; back to the one before is a way out."""
        if self._dialog is None or self._download is not None:
            return
        if self._token is None:
            self._dialog.show_work("", None)
        else:
            text = self.tr("Loading {0}…").format(self._title_of(self._wanted))
            way_back = bool(self._in_use) and self._in_use != self._wanted
            self._dialog.show_work(self._wanted, -1.0, text, can_cancel=way_back)

    def _downloaded(self, name: str) -> None:
        self._download_stopped()
        self._fill_dialog()
        self.use(name)

    def _download_failed(self, error: BaseException) -> None:
        self._download_stopped()
        if self._dialog is not None and self._dialog.isVisible() and not isinstance(error, Cancelled):
            self._dialog.show_message(self._presenter.sentence(error))
        else:
            self._presenter.error(error)

    def _download_stopped(self) -> None:
        self._download = None
        self._show_download("", None)
