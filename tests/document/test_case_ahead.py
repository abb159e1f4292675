"""The identity of an image while it is being read."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from medsam.document.case_ahead import IdentityAhead
from medsam.document.case_identity import ImageIdentity
from medsam.errors import Cancelled
from medsam.volume import Volume
from tests.phantoms import ct_phantom, rgb_picture


def ends() -> bool:
    """Whether no thread of ours is left, after a while."""
    for thread in threading.enumerate():
        if thread.name == "identity":
            thread.join(10)
    return not any(t.name == "identity" for t in threading.enumerate())


@pytest.mark.parametrize("volume", [ct_phantom((14, 12, 9)), rgb_picture()])
def test_it_is_the_identity(volume: Volume) -> None:
    ahead = IdentityAhead()
    for slices in range(1, volume.shape[2] + 1, 4):
        ahead.take(volume.array, slices)
    ahead.finish(volume)
    assert ahead.identity(volume) == ImageIdentity.of(volume)
    assert ends()


def test_nothing_need_be_told_before_the_end() -> None:
    volume = ct_phantom((14, 12, 9))
    ahead = IdentityAhead()
    ahead.finish(volume)
    assert ahead.identity(volume) == ImageIdentity.of(volume)


def test_another_array_begins_anew() -> None:
    narrow = ct_phantom((14, 12, 9))
    wide = Volume(np.asfortranarray(narrow.array.astype(np.int32)), narrow.affine)
    ahead = IdentityAhead()
    ahead.take(narrow.array, 6)
    ahead.take(wide.array, 7)
    ahead.finish(wide)
    assert ahead.identity(wide) == ImageIdentity.of(wide)


def test_slices_are_hashed_before_the_last_is_there() -> None:
    volume = ct_phantom((14, 12, 9))
    filled = np.asfortranarray(volume.array.copy())
    hashed = threading.Event()
    seen = 0

    def is_cancelled() -> bool:
        nonlocal seen
        seen += 1
        if seen > 8:
            hashed.set()
        return False

    ahead = IdentityAhead(is_cancelled)
    ahead.take(filled, 8)
    assert hashed.wait(10)
    ahead.finish(Volume(filled, volume.affine))
    assert ahead.identity(volume) == ImageIdentity.of(volume)


def test_a_reading_that_failed_leaves_no_thread() -> None:
    ahead = IdentityAhead()
    ahead.take(ct_phantom((14, 12, 9)).array, 3)
    ahead.give_up()
    assert ends()


def test_a_reading_that_was_stopped_leaves_no_thread() -> None:
    stopped = threading.Event()
    volume = ct_phantom((14, 12, 9))
    ahead = IdentityAhead(stopped.is_set)
    ahead.take(volume.array, 3)
    stopped.set()
    assert ends()
    ahead.finish(volume)
    with pytest.raises(Cancelled):
        ahead.identity(volume)
