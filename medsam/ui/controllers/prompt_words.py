"""What prompts and their masks are called: in the undo menu, in messages, in the status line."""

from __future__ import annotations

from PyQt5.QtCore import QCoreApplication

from medsam.engine.jobs import MaskAnswer
from medsam.prompts import Box
from medsam.volume import Volume

translate = QCoreApplication.translate


def on_slice(volume: Volume, index: int, with_slice: str, without: str) -> str:
    """A sentence with the slice's number for people; a plain picture has no slices to name."""
    single = volume.is_picture and volume.shape[2] == 1
    return without if single else with_slice.format(index + 1)


def made(volume: Volume, index: int, box: Box | None) -> str:
    """The step that a new prompt's mask makes."""
    if box is None:
        return on_slice(
            volume, index, translate("Prompts", "points on slice {0}"), translate("Prompts", "points")
        )
    return on_slice(volume, index, translate("Prompts", "box on slice {0}"), translate("Prompts", "box"))


def changed(volume: Volume, index: int, box: Box | None) -> str:
    """The step that a prompt's next mask makes."""
    if box is None:
        return on_slice(
            volume,
            index,
            translate("Prompts", "change of points on slice {0}"),
            translate("Prompts", "change of points"),
        )
    return on_slice(
        volume,
        index,
        translate("Prompts", "change of box on slice {0}"),
        translate("Prompts", "change of box"),
    )


def deleted(volume: Volume, index: int, box: Box | None) -> str:
    """The step that removes a prompt and its mask."""
    if box is None:
        return on_slice(
            volume,
            index,
            translate("Prompts", "delete points on slice {0}"),
            translate("Prompts", "delete points"),
        )
    return on_slice(
        volume, index, translate("Prompts", "delete box on slice {0}"), translate("Prompts", "delete box")
    )


def nothing_found(volume: Volume, index: int, box: Box | None, *, has_guess: bool) -> str:
    """The sentence for a prompt that the model found nothing for."""
    if box is None:
        found = on_slice(
            volume,
            index,
            translate("Prompts", "The model found nothing at the points on slice {0}."),
            translate("Prompts", "The model found nothing at the points."),
        )
    else:
        found = on_slice(
            volume,
            index,
            translate("Prompts", "The model found nothing in the box on slice {0}."),
            translate("Prompts", "The model found nothing in the box."),
        )
    if not has_guess:
        return found
    guess = translate("Prompts", "If something is there, use its guess.")
    return f"{found} {guess}"


def quality(answer: MaskAnswer, chosen: int) -> str:
    """Predicted quality of a candidate and how far the candidates agree."""
    number = f"{answer.scores[chosen]:.2f}"
    if answer.agreement is None:
        return translate("Prompts", "Quality {0}").format(number)
    share = f"{round(100 * answer.agreement)}"
    return translate("Prompts", "Quality {0}, candidates agree {1} %").format(number, share)
