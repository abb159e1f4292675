"""What each kind draws: fair questions, and what is true of the anatomy they are modelled on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from finetune.data.modalities import MODALITIES
from finetune.synthetic.kinds import KINDS, chosen_kinds
from finetune.synthetic.sample import Sample
from finetune.synthetic.visible import LEAST_AREA
from finetune.synthetic.write import make_case
from medsam.errors import InputError

from .conftest import SEED

RECORD: dict[str, tuple[tuple[int, ...], float, list[int]]] = {
    "oct": ((556, 304), 112.8, [71702, 71702]),
    "mammography": ((553, 271), 124.7, [1580, 19855]),
    "pet": ((360, 156), 17.0, [1571]),
    "ct": ((459, 451), 55.1, [18652]),
    "mri": ((205, 212), 80.1, [2090]),
    "xray": ((472, 182), 110.3, [19196]),
    "ultrasound": ((374, 435), 134.4, [10599]),
    "fundus": ((487, 573, 3), 89.7, [8888, 842]),
    "shapes": ((300, 308, 3), 111.7, [2668]),
}
"""Shape, mean and labelled pixels of each kind's first case, as the default network was trained on."""


def where(sample: Sample, name: str) -> np.ndarray:
    """(H, W) bool: all that is labelled so."""
    found = [m.labels == v for m in sample.maps for v, n in m.names.items() if n == name]
    return np.any(found, axis=0) if found else np.zeros(sample.picture.shape[:2], bool)


def having(kind: str, *names: str) -> Sample:
    """The first case of a kind that shows all of these."""
    for number in range(40):
        sample = make_case(kind, number, SEED)
        if all(where(sample, name).any() for name in names):
            return sample
    raise AssertionError(f"no {names} in 40 pictures of {kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_is_a_picture_with_objects_worth_asking_for(drawn: dict[str, Sample], kind: str) -> None:
    sample = drawn[kind]
    assert sample.picture.dtype == np.uint8
    assert 128 <= min(sample.picture.shape[:2]) <= max(sample.picture.shape[:2]) <= 1000
    assert sample.picture.std() > 8
    assert (sample.picture.ndim == 3) == MODALITIES[sample.modality].color
    assert sample.maps
    for labels in sample.maps:
        assert labels.labels.dtype == np.uint8
        assert labels.labels.shape == sample.picture.shape[:2]
        assert set(np.unique(labels.labels)) - {0} == set(labels.names)
        for value in labels.names:
            parts, count = ndimage.label(labels.labels == value, np.ones((3, 3)))
            assert np.bincount(parts.ravel())[1:].min() >= LEAST_AREA
            assert count > 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_pictures_of_the_default_networks_record_are_drawn_again(
    drawn: dict[str, Sample], kind: str
) -> None:
    # A change of a kind is a change of what docs/default-model.md says was trained on.
    shape, mean, areas = RECORD[kind]
    assert drawn[kind].picture.shape == shape
    assert drawn[kind].picture.mean() == pytest.approx(mean, abs=0.5)
    assert [int((m.labels > 0).sum()) for m in drawn[kind].maps] == pytest.approx(areas, rel=0.01)


def test_layers_lie_in_order_within_the_retina() -> None:
    sample = having("oct", "fluid", "retina", "retinal layer 1", "retinal layer 2")
    rows = np.indices(sample.picture.shape)[0]
    first, second = (where(sample, f"retinal layer {n}") for n in (1, 2))
    both = first.any(0) & second.any(0)
    upper, lower = (np.where(m, rows, 0).sum(0) / np.maximum(m.sum(0), 1) for m in (first, second))
    assert (upper < lower)[both].all()
    retina = where(sample, "retina")
    for name in ("fluid", "retinal layer 1"):
        assert not (where(sample, name) & ~retina).any()
    assert len(sample.maps) == 2


def test_masses_are_denser_than_what_is_around_them() -> None:
    sample = having("mammography", "mass")
    mass = where(sample, "mass")
    ring = ndimage.binary_dilation(mass, iterations=8) & ~ndimage.binary_dilation(mass, iterations=2)
    assert abs(float(sample.picture[mass].mean()) - float(sample.picture[ring].mean())) > 8


def test_lesions_take_up_more_than_the_body(drawn: dict[str, Sample]) -> None:
    sample = having("pet", "lesion")
    lesion = where(sample, "lesion")
    labelled = np.any([m.labels > 0 for m in sample.maps], axis=0)
    inverted = sample.picture[0].mean() > 128
    picture = 255.0 - sample.picture if inverted else sample.picture.astype(float)
    assert picture[lesion].mean() > 3 * picture[~labelled].mean()


def test_lungs_are_dark_in_ct_and_in_radiographs() -> None:
    for kind, other in (("ct", "vertebra"), ("xray", "heart and mediastinum")):
        sample = having(kind, "left lung", "right lung", other)
        picture = sample.picture.astype(float)
        if picture[0, 0] > 128:
            picture = 255 - picture
        for side in ("left lung", "right lung"):
            assert picture[where(sample, side)].mean() + 20 < picture[where(sample, other)].mean()


def test_a_ring_encloses_its_cavity() -> None:
    sample = having("mri", "ring wall", "cavity")
    wall, cavity = where(sample, "ring wall"), where(sample, "cavity")
    assert not (wall & cavity).any()
    assert (ndimage.binary_fill_holes(wall | cavity) & cavity).sum() == cavity.sum()
    # All but a few pixels of what touches the cavity is its wall.
    touching = ndimage.binary_dilation(cavity) & ~cavity
    assert (touching & wall).sum() > 0.9 * touching.sum()


def test_cysts_are_darker_than_tissue() -> None:
    sample = having("ultrasound", "cyst")
    cyst = where(sample, "cyst")
    ring = ndimage.binary_dilation(cyst, iterations=10) & ~ndimage.binary_dilation(cyst, iterations=3)
    assert sample.picture[cyst].mean() + 20 < sample.picture[ring].mean()


def test_a_cup_lies_in_its_disc_in_a_map_of_its_own() -> None:
    sample = having("fundus", "optic disc", "optic cup")
    disc, cup = where(sample, "optic disc"), where(sample, "optic cup")
    assert not (cup & ~disc).any()
    assert cup.sum() < disc.sum()
    assert len(sample.maps) == 2


def test_shapes_are_of_three_modalities() -> None:
    found = {make_case("shapes", number, SEED).modality for number in range(6)}
    assert found == {"dermoscopy", "endoscopy", "pathology"}


def test_kinds_are_chosen_by_name() -> None:
    assert chosen_kinds(None) == list(KINDS)
    assert chosen_kinds([" pet", "oct", "pet", ""]) == ["pet", "oct"]
    with pytest.raises(InputError, match='"mr" came'):
        chosen_kinds(["oct", "mr"])
    with pytest.raises(InputError, match="none came"):
        chosen_kinds([" "])
