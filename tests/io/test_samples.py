"""The samples: one made up, the others really there."""

from __future__ import annotations

import numpy as np
import pytest

from medsam.errors import InputError
from medsam.intensity import CT_PRESETS, default_window
from medsam.io.samples import list_samples, load_sample, load_sample_labels
from medsam.io.torso import LABELS, torso_with_labels

DENSITY_HU = {1: 108, 2: 175, 3: 175, 4: 122, 5: 165, 7: 58}


@pytest.fixture(scope="module")
def torso() -> tuple[object, np.ndarray]:
    return torso_with_labels()


def test_the_torso_is_a_ct_of_the_promised_size(torso: tuple) -> None:
    volume, labels = torso
    assert volume.array.dtype == np.int16 and volume.array.flags.f_contiguous
    assert volume.shape == labels.shape == (192, 192, 80)
    assert volume.geometry.spacing == pytest.approx((1.8, 1.8, 4.0)) and volume.geometry.orientation == "LPS"
    assert (volume.modality, volume.unit) == ("CT", "HU")
    assert default_window(volume) == CT_PRESETS["soft tissue"]
    assert -1100 < volume.array.min() <= -1000 and 300 < volume.array.max() < 1500


def test_the_torso_is_the_same_at_every_call(torso: tuple) -> None:
    volume, labels = torso
    np.testing.assert_array_equal(load_sample("torso").array, volume.array)
    again, names = load_sample_labels("torso")
    np.testing.assert_array_equal(again, labels)
    assert names == LABELS


def test_every_organ_has_its_density(torso: tuple) -> None:
    volume, labels = torso
    assert set(np.unique(labels)) == {0, *LABELS}
    for label, hu in DENSITY_HU.items():
        assert np.median(volume.array[labels == label]) == pytest.approx(hu, abs=12), LABELS[label]


def test_organs_lie_on_their_sides(torso: tuple) -> None:
    volume, labels = torso
    right = {
        LABELS[n]: volume.geometry.voxel_to_world(np.argwhere(labels == n)).mean(axis=0)[0] for n in LABELS
    }
    assert right["liver"] > 20 and right["right kidney"] > 40
    assert right["spleen"] < -40 and right["left kidney"] < -40
    assert abs(right["spine"]) < 3


def test_every_listed_sample_loads_and_is_of_its_kind() -> None:
    samples = list_samples()
    assert samples[0].id == "torso" and len({s.id for s in samples}) == len(samples) >= 8
    for sample in samples[1:]:
        volume = load_sample(sample.id)
        assert volume.name == sample.title and volume.array.size > 4000
        assert volume.is_picture == (sample.kind == "picture")
        assert sample.licence.endswith(".")


def test_unknown_samples_are_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"torso, retina.*nothing came"):
        load_sample("nothing")
    with pytest.raises(InputError, match="retina was asked for"):
        load_sample_labels("retina")
