"""Rulers and angles: tools, document and views together."""

from __future__ import annotations

from PyQt5.QtCore import QObject

from medsam.document import Change, Ruler, SetRuler
from medsam.ui.bench import Bench
from medsam.ui.canvas.ruler_layer import Points, RulerLayer
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.angle import AngleTool
from medsam.ui.canvas.tools.ruler import RulerTool


class RulerController(QObject):
    """Turns what the tools draw into undoable steps.

    Attributes:
        layer: Paints rulers in all views.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.window)
        self._session, self._area, self._view = bench.session, bench.area, bench.view
        self.layer = RulerLayer([pane.view for pane in bench.area.panes.values()], self)
        for name, tool in (("ruler", RulerTool(self.layer, self)), ("angle", AngleTool(self.layer, self))):
            tool.drawn.connect(self._add)
            tool.adjusted.connect(self._change)
            tool.remove_requested.connect(self.remove)
            bench.view.add_tool(name, tool)
        bench.session.opened.connect(self._open)
        bench.session.changed.connect(self._follow)

    def remove(self, ruler_id: int) -> None:
        """Delete a ruler or angle; undo brings it back."""
        annotation = self._session.annotation
        if annotation is None or ruler_id not in annotation.rulers:
            return
        is_angle = annotation.rulers[ruler_id].is_angle
        text = self.tr("delete angle") if is_angle else self.tr("delete ruler")
        self._session.push(SetRuler(ruler_id, None, text))

    def go_to(self, ruler_id: int) -> None:
        """Show the slice of a ruler and select it."""
        annotation = self._session.annotation
        ruler = annotation.rulers.get(ruler_id) if annotation is not None else None
        if ruler is not None:
            self.show_slice(ruler.axis, ruler.index)
            self.layer.select(ruler_id)

    def show_slice(self, axis: int, index: int) -> None:
        """Show a stored slice in the view of its plane; a view that hides that one makes room."""
        view = self._view.view_of_axis(axis)
        if view is None:
            return
        if self._area.alone is not None and self._area.alone != view.plane:
            self._area.show_alone(view.plane)
        view.set_index(index)

    def _add(self, view: SliceView, points: Points) -> None:
        annotation = self._session.annotation
        if annotation is None:
            return
        ruler = self.layer.stored(view, points, annotation.next_ruler_id())
        self._session.push(SetRuler(ruler.id, ruler, self._name(ruler)))
        self.layer.select(ruler.id)

    def _change(self, view: SliceView, points: Points, ruler_id: int) -> None:
        ruler = self.layer.stored(view, points, ruler_id)
        text = self.tr("change angle") if ruler.is_angle else self.tr("change ruler")
        self._session.push(SetRuler(ruler_id, ruler, text))

    def _open(self) -> None:
        self.layer.select(None)
        self.layer.set_axes(None)
        self.layer.set_live(None)

    def _follow(self, change: Change) -> None:
        annotation = self._session.annotation
        if change.kind == "rulers" and annotation is not None:
            if self.layer.selected not in annotation.rulers:
                self.layer.select(None)
            self.layer.refresh()

    def _name(self, ruler: Ruler) -> str:
        return self.tr("angle") if ruler.is_angle else self.tr("ruler")
