"""What the images of a set look like is found from them, for every kind of set, and can be said."""

import json

import numpy as np
import pytest

from dpn.data.loading import load_dataset
from dpn.data.look import Look, is_alike, measure
from dpn.errors import RunError
from dpn.pictures.prepare import InputSpec, prepare
from tests.pictures.photographs import inked, rgba
from tests.pictures.sets import KINDS, made


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "tiny digits"])
def test_every_kind_of_set_is_found_from_its_images(kind):
    images, _ = made(kind, 0, 300)
    name, look = measure(images)
    assert name == KINDS[kind][1]
    assert (look is None) == (name == "photo")
    if look:
        others, _ = made(kind, 300, 500)
        assert np.mean([is_alike(image, look) for image in others]) > 0.97
        assert not is_alike(255 - others[0], look)


def test_where_figures_stand_and_how_they_are_painted_is_measured():
    look = measure(made("dark ink", 0, 300)[0])[1]
    assert look.ground == pytest.approx((245,), abs=2)
    assert look.ink == pytest.approx((35,), abs=15)
    assert look.side == pytest.approx(24 * 0.6, abs=1.5)
    assert look.centre == pytest.approx((24 * 0.42, 24 * 0.42), abs=1)
    moved = np.roll(made("dark ink", 300, 301)[0][0], 8, axis=1)
    assert not is_alike(moved, look)
    assert is_alike(moved, look, anywhere=True)
    assert measure(made("ink on grey", 0, 300)[0])[1].ground == (90,)
    colours = measure(made("colour drawings", 0, 300)[0])[1]
    assert colours.ground == (255, 255, 255)


def as_mnist(indices):
    spec = InputSpec(1, 28, 28, "mnist")
    return np.array([prepare(rgba(255 * inked(i)), spec, "drawing").input for i in indices])


def test_a_set_made_as_mnist_is_prepared_as_mnist_and_its_negative_is_not():
    images = as_mnist(range(100))
    assert measure(images) == ("mnist", None)
    name, look = measure(255 - images)
    assert (name, look.by_mass) == ("dark_ink", True)
    assert look.side == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize("said", ["mnist", "digits", "photo"])
def test_what_a_person_says_is_taken(said):
    assert measure(made("dark ink", 0, 50)[0], said) == (said, None)


def test_a_person_can_say_which_ink_it_is():
    images, _ = made("grey photos", 0, 100)
    for said in ("dark_ink", "light_ink"):
        name, look = measure(images, said)
        assert name == said
        assert isinstance(look, Look)


def test_only_training_images_decide(tmp_path):
    train, labels = made("dark ink", 0, 200)
    arrays = {"x_train": train[:, 0], "y_train": labels, "y_test": labels[:50]}
    np.savez(tmp_path / "own.npz", **arrays, x_test=255 - train[:50, 0])
    dataset = load_dataset("own", tmp_path)
    assert dataset.preparation == "dark_ink"
    assert dataset.look == load_dataset("own", tmp_path, seed=5).look
    assert load_dataset("own", tmp_path, preparation="photo").preparation == "photo"
    assert load_dataset("digits", tmp_path).preparation == "digits"


@pytest.mark.parametrize("images", [np.zeros((3, 1, 8, 8)), np.full((1, 3, 9, 8), 255)])
@pytest.mark.parametrize("said", ["auto", "dark_ink", "light_ink"])
def test_blank_images_have_a_look_that_can_be_kept(images, said):
    name, look = measure(images.astype(np.uint8), said)
    assert name == ("photo" if said == "auto" else said)
    if look:
        kept = json.loads(json.dumps(look.to_dict()))
        assert Look.from_dict(kept, images.shape[1]) == look


BAD = {
    "a ground too many": {"ground": [1, 2]},
    "a ground that no pixel has": {"ground": [300]},
    "text for a colour": {"ink": "x"},
    "no side": {"side": 0},
    "a side without end": {"side": float("inf")},
    "one end": {"sides": [3.0]},
    "a number for a truth": {"by_mass": 1},
    "nothing": {"centre": None},
}


@pytest.mark.parametrize("kind", BAD)
def test_a_damaged_look_is_refused(kind):
    good = measure(made("dark ink", 0, 50)[0])[1].to_dict()
    with pytest.raises(RunError, match="look"):
        Look.from_dict({**good, **BAD[kind]}, 1)
    with pytest.raises(RunError, match="missing"):
        Look.from_dict({}, 1)
