"""The bench: what nearly every controller of one window works with.

Controllers that need three or more of these take the bench; whatever only
some of them need - a panel, a queue, another controller - stays a parameter of
its own, so that a constructor still tells what its controller depends on.
"""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtWidgets import QWidget

from medsam.ui.actions import Actions
from medsam.ui.background import TaskRunner
from medsam.ui.controllers.view import ViewController
from medsam.ui.engine_bridge import EngineBridge
from medsam.ui.errors import Presenter
from medsam.ui.panels.status import StatusLine
from medsam.ui.panels.view_area import ViewArea
from medsam.ui.session import Session
from medsam.ui.theme import Theme


@dataclass(frozen=True)
class Bench:
    """One window's shared parts; complete once the view's controller is there, and never changed after that.

    Attributes:
        window: What dialogs open over, and what owns the controllers.
        session: The image that is open and its annotation.
        actions: Every command of menus, bars and keys.
        tasks: Runs work beside the window's thread.
        presenter: Where failures and news go.
        theme: Colours and icons.
        bridge: The engine's signals in the window's thread.
        area: The panes with their views and strips.
        status: The line at the bottom.
        view: Slice, window and tool of the views.
    """

    window: QWidget
    session: Session
    actions: Actions
    tasks: TaskRunner
    presenter: Presenter
    theme: Theme
    bridge: EngineBridge
    area: ViewArea
    status: StatusLine
    view: ViewController
