"""The undo model: what menus and toolbar know of the history."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QObject

from medsam.document import AddLabel, Annotation, History, paint_edit
from medsam.ui.undo_model import UndoModel
from medsam.volume import Volume


def annotation() -> Annotation:
    return Annotation(Volume(np.zeros((5, 4, 3), np.int16), np.eye(4)))


def test_actions_follow_the_history(qapp) -> None:
    owner = QObject()
    model = UndoModel(owner)
    undo, redo = model.make_undo_action(owner), model.make_redo_action(owner)
    assert not undo.isEnabled() and not redo.isEnabled() and model.is_clean
    document = annotation()
    model.follow(History(document))
    model.push(paint_edit(document, 2, 1, np.ones((4, 5), bool), 1, text="ink"))
    assert undo.text() == "&Undo ink" and undo.isEnabled() and not redo.isEnabled()
    undo.trigger()
    assert document.is_empty and redo.text() == "&Redo ink" and undo.text() == "&Undo"
    redo.trigger()
    assert not document.is_empty
    model.follow(None)
    assert not undo.isEnabled() and model.count() == 0


def test_clean_is_told_once(qapp) -> None:
    owner = QObject()
    model, heard = UndoModel(owner), []
    model.clean_changed.connect(heard.append)
    document = annotation()
    model.follow(History(document))
    model.push(AddLabel(document.labels.proposal()))
    model.push(AddLabel(document.labels.proposal()))
    assert heard == [False]
    model.jump(0)
    assert heard == [False, True]
    model.redo()
    model.history.mark_clean()
    assert heard == [False, True, False, True] and model.is_clean
