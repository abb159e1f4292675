"""The main window: builds the parts, wires them, remembers its place. It decides nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PyQt5.QtCore import QByteArray, Qt, QTimer
from PyQt5.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QShowEvent,
)
from PyQt5.QtWidgets import (
    QApplication,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsam.ui import settings, translation
from medsam.ui.action_specs import LANGUAGES, THEMES
from medsam.ui.actions import Actions
from medsam.ui.background import TaskRunner
from medsam.ui.bench import Bench
from medsam.ui.controllers.adapt import AdaptController
from medsam.ui.controllers.cases_on_disk import CasesOnDisk
from medsam.ui.controllers.files import FilesController
from medsam.ui.controllers.help import HelpController
from medsam.ui.controllers.labels import LabelsController
from medsam.ui.controllers.models import ModelsController
from medsam.ui.controllers.navigation import NavigationController
from medsam.ui.controllers.overlap import OverlapPreview
from medsam.ui.controllers.preferences import PreferencesController
from medsam.ui.controllers.prompt_status import PromptStatus
from medsam.ui.controllers.saving import SaveController
from medsam.ui.controllers.slices import SliceStates
from medsam.ui.controllers.undecided import UndecidedPrompts
from medsam.ui.controllers.view import ViewController
from medsam.ui.engine_bridge import EngineBridge, EngineFactory
from medsam.ui.errors import Presenter
from medsam.ui.language_switch import LanguageSwitch
from medsam.ui.mnemonics import settle_pages
from medsam.ui.panels.banners import BannerArea
from medsam.ui.panels.drop_hint import DropHint
from medsam.ui.panels.floating import Floating
from medsam.ui.panels.history import HistoryPanel
from medsam.ui.panels.label_model import LabelModel
from medsam.ui.panels.labels import LabelPanel
from medsam.ui.panels.measure import MeasurePanel
from medsam.ui.panels.options_bar import OptionsBar
from medsam.ui.panels.preferences import ACCEPT
from medsam.ui.panels.side import Workplace, titled_column
from medsam.ui.panels.status import StatusLine
from medsam.ui.panels.view_area import ViewArea
from medsam.ui.panels.welcome import WelcomePage
from medsam.ui.panels.window_level import WindowPanel
from medsam.ui.session import Session
from medsam.ui.speed_parts import add_speed
from medsam.ui.theme import Theme
from medsam.ui.tool_parts import add_tools
from medsam.ui.worklist_parts import add_worklist

MODEL_BUTTON_WIDTH = 210


class MainWindow(QMainWindow):
    """Everything in one window.

    Args:
        theme: The application's look.
        presenter: Where failures go.
        model: Catalogue name or file of the first model; None for the last one.
        device: "auto", "cpu", "cuda" or "mps".
        engine: Makes the engine's client; a worker process by default.
    """

    def __init__(
        self,
        theme: Theme,
        presenter: Presenter,
        *,
        model: str | None = None,
        device: str = "auto",
        engine: EngineFactory | None = None,
    ) -> None:
        super().__init__()
        self.theme, self.presenter = theme, presenter
        self._first_model, self._device, self._engine = model, device, engine
        self._has_begun = self._may_close = self._is_asking = False
        self.tasks = TaskRunner(self)
        self.session = Session(self)
        self.actions_ = Actions(self, theme, self.session.undo)
        self._build()
        self.bridge = EngineBridge(presenter, engine, self)
        self.view = ViewController(
            self.session, self.actions_, self.area, self.window_panel, self.status, self
        )
        bench = self.bench = self._make_bench()
        self.overlap = OverlapPreview(bench)
        self.labels = LabelsController(bench, self.label_panel)
        self.history_panel = HistoryPanel(bench, self.workplace)
        self.workplace.add_tab("history", self.tr("History"), self.history_panel)
        self.slices = SliceStates(bench)
        tools = add_tools(self)
        self.segmentation, self.choice = tools.segmentation, tools.choice
        self.floating.keep_clear_of(lambda: self.choice.strips, self.segmentation.candidates.offer_changed)
        self.painting, self.shapes = tools.painting, tools.shapes
        self.rulers, self.measure = tools.rulers, tools.measure
        self.navigation = NavigationController(bench)
        self.language = LanguageSwitch(self)
        self.help = HelpController(self.actions_, self)
        self.preferences = PreferencesController(bench)
        self.undecided = UndecidedPrompts(bench, self.segmentation)
        self.saving = SaveController(bench, self.undecided)
        self.cases = CasesOnDisk(bench, self.banners, self.saving)
        self.files = FilesController(bench, self.saving, self.cases)
        self.models = ModelsController(bench)
        PromptStatus(bench, self.segmentation, self.models)
        self.adapt = AdaptController(bench, self.models)
        self._wire()
        self.worklist = add_worklist(self)
        self.prepare = add_speed(self)
        settle_pages(self.actions_.bar_letters, self.workplace.tabs(), self.options.pages())
        self._restore()
        self._follow_session()

    # --- building -----------------------------------------------------------

    def _build(self) -> None:
        self.setObjectName("MainWindow")
        self.setAcceptDrops(True)
        self.setMinimumSize(720, 480)
        room = QApplication.primaryScreen().availableGeometry()
        self.resize(min(1360, round(room.width() * 0.95)), min(860, round(room.height() * 0.9)))
        self.banners = BannerArea(self.theme, self.tasks)
        self.area = ViewArea()
        self.welcome = WelcomePage(self.theme, self.actions_.sample_menu)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.window_panel = WindowPanel()
        self.label_panel = LabelPanel(LabelModel(self.session, self.presenter, self), self.theme)
        self.workplace = Workplace(self.area)
        labels = titled_column([("", self.label_panel, 1), (self.tr("Window"), self.window_panel, 0)])
        self.workplace.add_tab("labels", self.tr("Labels"), labels)
        self.measure_panel = MeasurePanel(self.theme)
        self.workplace.add_tab("measure", self.tr("Measure"), self.measure_panel)
        self.pages.addWidget(self.workplace)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        self.floating = Floating(self.banners, self.theme, centre)
        self.floating.watch(pane.view for pane in self.area.panes.values())
        self.drop_hint = DropHint(centre)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self._add_model_button()
        self.addToolBarBreak()
        self.options = OptionsBar(lambda tool: self.actions_[f"tool_{tool}"].statusTip(), self)
        self.addToolBar(self.options)

    def _make_bench(self) -> Bench:
        return Bench(
            self, self.session, self.actions_, self.tasks, self.presenter, self.theme, self.bridge,
            self.area, self.status, self.view,
        )  # fmt: skip

    def _add_model_button(self) -> None:
        bar = self.actions_.toolbar
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Preferred)
        bar.addWidget(spacer)
        self.model_button = QToolButton()
        self.model_button.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        self.model_button.setMaximumWidth(MODEL_BUTTON_WIDTH)
        self.model_button.clicked.connect(self.actions_["models"].trigger)
        bar.addWidget(self.model_button)

    def _wire(self) -> None:
        on = self.actions_.on
        on("open", self.files.ask_open)
        on("open_folder", self.files.ask_open_folder)
        on("save", self.saving.save)
        on("save_as", self.saving.save_as)
        on("load_mask", self.saving.ask_load)
        on("close", self.files.close)
        on("quit", self.close)
        on("history", partial(self.workplace.show_tab, "history"))
        self.actions_["side_panel"].toggled.connect(self.workplace.side.setVisible)
        self.workplace.came_up.connect(partial(self.actions_["side_panel"].setChecked, True))
        self.label_panel.sight_wanted.connect(partial(self.workplace.show_tab, "labels"))
        for name, choice in THEMES.items():
            on(name, partial(self.theme.apply, choice))
        for name, choice in LANGUAGES.items():
            on(name, partial(self.language.choose, choice))
        self.preferences.language_chosen.connect(self.language.choose)
        self.preferences.bind(ACCEPT, self.segmentation.candidates.set_mode)
        self.segmentation.candidates.mode_changed.connect(lambda _: self.preferences.refresh())
        self.actions_.recent_menu.aboutToShow.connect(
            lambda: self.files.fill_recent(self.actions_.recent_menu)
        )
        self.actions_.sample_menu.aboutToShow.connect(
            lambda: self.files.fill_samples(self.actions_.sample_menu)
        )
        self.welcome.open_requested.connect(self.files.ask_open)
        self.welcome.folder_requested.connect(self.files.ask_open_folder)
        self.welcome.recent_requested.connect(self.files.open)
        self.presenter.message.connect(self.banners.show_message)
        self.presenter.passing.connect(self.banners.show_passing)
        self.presenter.withdrawn.connect(self.banners.withdraw)
        self.session.opened.connect(self._follow_session)
        self.session.opened.connect(self._hand_over)
        self.session.modified_changed.connect(self.setWindowModified)
        self.saving.saved.connect(self._say_saved)
        self.models.title_changed.connect(self._show_model)
        self.theme.changed.connect(self._refresh_icons)
        self._refresh_icons()

    # --- what follows the session ---------------------------------------------

    def _follow_session(self) -> None:
        volume = self.session.volume
        self.pages.setCurrentWidget(self.workplace if volume is not None else self.welcome)
        name = self.session.title
        self.setWindowTitle(f"{name}[*] — MedSAM" if name else "MedSAM[*]")
        self.setWindowModified(self.session.is_modified)
        self.floating.lie_over(self.area if volume is not None else self.welcome)
        self.banners.set_notes(volume.notes if volume is not None else ())
        self.options.set_wanted(volume is not None)
        self.actions_.tool_bar.setVisible(volume is not None)
        nothing = self.tr("Open an image first.")
        for name in ("save", "save_as", "load_mask", "close", "side_panel"):
            self.actions_.set_enabled(name, volume is not None, nothing)
        if volume is None:
            self.welcome.refresh()
        else:
            self.banners.clear_messages()
            self.view.current.setFocus()

    def _hand_over(self) -> None:
        self.bridge.attach(self.session.volume)

    def _say_saved(self, path: Path) -> None:
        self.status.showMessage(self.tr("Saved and verified: {0}").format(path.name), 15_000)
        missing = len(self.segmentation.queue)
        if missing:
            self.presenter.warning(
                self.tr("{0} boxes have no mask yet; the file lacks them.").format(missing)
            )

    def _show_model(self, title: str) -> None:
        metrics = self.model_button.fontMetrics()
        shown = metrics.elidedText(title, Qt.ElideRight, MODEL_BUTTON_WIDTH - 44)
        self.model_button.setText(shown)
        tip = self.tr("Model: {0}. Click to choose another").format(title)
        self.model_button.setToolTip(tip)
        self.model_button.setAccessibleName(tip)

    def _refresh_icons(self) -> None:
        self.model_button.setIcon(self.theme.icon("mdi6.brain"))
        for name, choice in THEMES.items():
            self.actions_[name].setChecked(self.theme.choice == choice)

    def another(self) -> MainWindow:
        """A window like this one, in the language that is in use now, with nothing open."""
        model = self.models.wanted or self._first_model
        return MainWindow(self.theme, self.presenter, model=model, device=self._device, engine=self._engine)

    # --- beginning and end ------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """The first time: start the engine once the window has been painted."""
        super().showEvent(event)
        if not self._has_begun:
            self._has_begun = True
            QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        if self._may_close:
            return
        self.bridge.start()
        self.models.start(self._first_model, self._device)

    def _restore(self) -> None:
        for name, choice in LANGUAGES.items():
            self.actions_[name].setChecked(translation.chosen() == choice)
        geometry, split = settings.value("window/geometry"), settings.value("window/split")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(split, QByteArray):
            self.workplace.restoreState(split)
        self.actions_["side_panel"].setChecked(settings.value("window/side_panel", True))
        self.workplace.side.setVisible(self.actions_["side_panel"].isChecked())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders are welcome."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.drop_hint.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self.drop_hint.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped; the drag ends first, so that a question may be asked."""
        self.drop_hint.hide()
        urls = event.mimeData().urls()
        event.acceptProposedAction()
        QTimer.singleShot(0, lambda: self.files.drop(urls))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work, then end threads and worker before the window goes."""
        # Before the mask: its answer ends the questions.
        if not self._may_close and not self.adapt.may_close():
            event.ignore()
            return
        if not self._may_close and (self.session.is_modified or self.undecided.is_waiting):
            # Qt ignores a close within a close: a saved mask closes later, a
            # mask given up falls through.
            self._is_asking = True
            self.undecided.settle_offered(lambda: self.worklist.leaving.settle(self.close_unasked))
            self._is_asking = False
            if not self._may_close:
                event.ignore()
                return
        self._may_close = True
        self.remember_place()
        # A worker in the middle of an encode takes seconds to end; nobody has to look at that.
        self.hide()
        self.worklist.shutdown()
        self.adapt.shutdown()
        self.tasks.shutdown()
        self.files.shutdown()
        if self.session.history is not None:
            self.session.history.close()
        self.bridge.close()
        event.accept()

    def remember_place(self) -> None:
        """Let the next window begin where this one is."""
        settings.remember("window/geometry", self.saveGeometry())
        settings.remember("window/split", self.workplace.saveState())
        settings.remember("window/side_panel", self.actions_["side_panel"].isChecked())

    def close_unasked(self) -> None:
        """Close without a question about unsaved work."""
        self._may_close = True
        if not self._is_asking:
            self.close()
