"""Bodies: what is painted later covers what was there, in the labels as in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from finetune.synthetic import phantom
from finetune.synthetic.drawing import star


def test_what_is_painted_later_covers_the_labels() -> None:
    rng = np.random.default_rng(1)
    body = phantom.new_body(rng, (80, 80), 0.0, 1.0)
    big, small = (star(rng, body.g, (0, 0), (r, r), rough=0.0) for r in (0.8, 0.3))
    body.add("fat", big, "first")
    body.add("bone", small)
    assert body.labels[40, 40] == 0
    assert body.labels[40, 15] == 1
    body.add("organ 1", small, "second", within=body.g.x < 0)
    assert set(np.unique(body.labels)) == {0, 1, 2}
    assert not body.labels[:, 40:][(small > 0)[:, 40:]].any()
    body.add("fluid", small, "first")
    assert body.labels[40, 40] == 1
    assert body.names == {1: "first", 2: "second"}
    assert [tissue for tissue, _ in body.covers] == ["fat", "bone", "organ 1", "fluid"]


@pytest.mark.parametrize("scene", [phantom.abdomen, phantom.chest, phantom.head, phantom.heart_short_axis])
def test_labels_lie_where_something_is_painted(scene: object) -> None:
    assert callable(scene)
    rng = np.random.default_rng(4)
    body = phantom.new_body(rng, (150, 170), 0.02, 1.5)
    scene(rng, body)
    painted = np.max([cover for _, cover in body.covers], axis=0)
    assert (painted[body.labels > 0] >= 0.5).all()
    assert set(np.unique(body.labels)) - {0} <= set(body.names)
    assert len(body.names) >= 2
