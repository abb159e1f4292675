"""Puts the tools, with their options and what works behind them, into a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from medsam.ui.canvas.tools.navigate import NavigateTool
from medsam.ui.controllers.candidate_view import CandidateView
from medsam.ui.controllers.measure import MeasureController
from medsam.ui.controllers.painting import PaintingController
from medsam.ui.controllers.rulers import RulerController
from medsam.ui.controllers.segmentation import SegmentationController
from medsam.ui.controllers.shapes import ShapesController
from medsam.ui.panels.options_brush import BrushOptions

if TYPE_CHECKING:
    from medsam.ui.main_window import MainWindow

_EXPLAINED_MS = 10_000
"""How long the status line says why a tool painted nothing."""


class Tools(NamedTuple):
    """What works behind the tools."""

    segmentation: SegmentationController
    choice: CandidateView
    painting: PaintingController
    shapes: ShapesController
    rulers: RulerController
    measure: MeasureController


def add_tools(window: MainWindow) -> Tools:
    """Add every tool of the bar and choose the box; views, labels and the preview of overlaps are there."""
    segmentation, choice = _prompts(window)
    window.view.add_tool("crosshair", NavigateTool(window))
    painting = _brush(window)
    window.view.tool_chosen.connect(window.options.choose_tool)
    window.options.left.connect(window.view.go_back)
    window.view.choose_tool("box")
    shapes = ShapesController(window.bench, window.overlap, window.options)
    for hand in (painting, shapes.ink):
        hand.explained.connect(lambda text: window.status.showMessage(text, _EXPLAINED_MS))
    rulers = RulerController(window.bench)
    measure = MeasureController(window.bench, rulers, window.measure_panel)
    return Tools(segmentation, choice, painting, shapes, rulers, measure)


def _prompts(window: MainWindow) -> tuple[SegmentationController, CandidateView]:
    segmentation = SegmentationController(window.bench, window.slices, window.overlap)
    window.view.add_tool("box", segmentation.tool)
    window.view.add_tool("points", segmentation.points_tool)
    choice = CandidateView(window.bench, segmentation)
    window.options.add_page(("box", "points"), choice.options)
    return segmentation, choice


def _brush(window: MainWindow) -> PaintingController:
    painting = PaintingController(window.bench)
    options = BrushOptions(painting.settings, window.session, window.actions_)
    window.options.add_page(("brush", "eraser"), options)
    return painting
