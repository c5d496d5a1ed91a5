"""Arrays of numpy: Keras', MedMNIST's, a pair, and Quick, Draw!'s bitmaps."""

import numpy as np
import pytest

from dpn.own.parts import Refused
from tests.own.written import bars, made, npy, npz, read, said, zipped


def keras(train=24, test=9, **changes):
    (x_train, y_train), (x_test, y_test) = bars(train), bars(test, seed=1)
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return arrays | changes


def test_keras_layout_keeps_its_parts():
    own = made({"mnist.npz": npz(**keras())})
    assert own.counts.tolist() == [[8, 3]] * 3
    assert np.array_equal(own.arrays.x_train[:, 0], bars(24)[0])
    assert own.arrays.class_names == ("0", "1", "2")


def test_medmnist_as_it_is_published():
    parts = {}
    for part, count in (("train", 24), ("val", 6), ("test", 9)):
        images, labels = bars(count)
        parts[f"{part}_images"] = np.stack([images] * 3, axis=3)
        parts[f"{part}_labels"] = labels[:, None].astype(np.uint8)
    own = made({"pathmnist.npz": npz(**parts)})
    assert own.arrays.x_train.shape == (30, 3, 28, 28)
    assert own.counts.tolist() == [[10, 3]] * 3
    assert "validation images (6) join" in said(own)


@pytest.mark.parametrize("names", [("x", "y"), ("X", "Y"), ("images", "labels")])
def test_one_pair_gets_a_test_part(names):
    images, labels = bars(30)
    own = made({"own.npz": npz(**dict(zip(names, (images, labels), strict=True)))})
    assert own.counts.tolist() == [[8, 2]] * 3
    assert "a fifth of each class (6 images)" in said(own)
    again = made({"own.npz": npz(**dict(zip(names, (images, labels), strict=True)))})
    other = made({"own.npz": npz(x=images, y=labels)}, seed=1)
    assert np.array_equal(own.arrays.y_test, again.arrays.y_test)
    assert not np.array_equal(own.arrays.x_test, other.arrays.x_test)


def test_one_image_of_each_class_leaves_none_for_the_test():
    with pytest.raises(Refused, match="10 images of 10 classes .*; 2 classes of 5 images"):
        made({"own.npz": npz(x=bars(10)[0], y=np.arange(10))})


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (lambda y: y + 1, ("1", "2", "3")),
        (lambda y: y.astype(np.float32), ("0", "1", "2")),
        (lambda y: np.eye(3)[y], ("0", "1", "2")),
        (lambda y: np.array(["ant", "bee", "cow"])[y], ("ant", "bee", "cow")),
        (lambda y: y[:, None], ("0", "1", "2")),
    ],
)
def test_labels_of_every_clear_kind(labels, names):
    images, y = bars(30)
    own = made({"own.npz": npz(x=images, y=labels(y))})
    assert own.arrays.class_names == names
    order = np.argsort(own.arrays.x_train.reshape(24, -1).argmax(axis=1), kind="stable")
    assert (np.diff(own.arrays.y_train[order]) >= 0).all()  # a bar farther right is a later class


def test_large_images_are_resized_flat_ones_are_read_and_large_numbers_scaled():
    images, labels = bars(30, side=96)
    own = made({"own.npz": npz(x=images / 255.0, y=labels)})
    assert own.arrays.x_train.shape[1:] == (1, 28, 28)
    assert "resized to 28×28" in said(own)
    assert own.arrays.x_train.max() == 255
    flat = made({"own.npz": npz(x=bars(30)[0].reshape(30, 784), y=labels)})
    assert flat.arrays.x_train.shape[1:] == (1, 28, 28)
    assert "read as 28×28" in said(flat)


def test_npy_files_side_by_side():
    images, labels = bars(30)
    own = made({"X.npy": npy(images), "Y.npy": npy(np.eye(3)[labels])})
    assert own.counts.tolist() == [[8, 2]] * 3


def test_quick_draw_one_file_a_class():
    files = {}
    for index, name in enumerate(("cat", "The Eiffel Tower")):
        images = bars(60, classes=2)[0][index::2]
        files[f"full_numpy_bitmap_{name}.npy"] = npy(images.reshape(-1, 784))
    own = made(files, most=20)
    assert own.arrays.class_names == ("The Eiffel Tower", "cat")
    assert own.counts.tolist() == [[16, 4]] * 2
    assert "Taken of each class: at most 20. Left out: 20." in said(own)
    assert made({"drawings.zip": zipped(files)}).counts.sum() == 60


BAD = {
    "pickled": (lambda: {"x.npz": npz(x=np.array([{}] * 9), y=np.zeros(9))}, "Python objects"),
    "unknown": (lambda: {"x.npz": npz(a=np.zeros(3))}, "It holds a. Accepted are x_train"),
    "no numbers": (lambda: {"x.npz": npz(x=np.full((30, 9, 9), "a"), y=bars(30)[1])}, "numbers"),
    "a cube": (lambda: {"x.npz": npz(x=np.zeros((30, 9)), y=bars(30)[1])}, r"shape \(N, H, W\)"),
    "tiny": (lambda: {"x.npz": npz(x=np.ones((30, 5, 5)), y=bars(30)[1])}, "8 to 1024 pixels"),
    "labels": (lambda: {"x.npz": npz(x=bars(30)[0], y=bars(29)[1])}, "y must be 30 labels"),
    "halves": (lambda: {"x.npz": npz(x=bars(30)[0], y=bars(30)[1] / 2)}, "whole numbers"),
    "one class": (lambda: {"x.npz": npz(x=bars(30)[0], y=np.zeros(30, int))}, "of one class, 0"),
    "one named class": (
        lambda: {"x.npz": npz(x=bars(30)[0], y=np.ones(30, int), class_names=["cat", "dog"])},
        "of one class, dog;",
    ),
    "zip": (lambda: {"x.npz": b"PK\x03\x04 and no more"}, "x.npz is damaged"),
    "nothing": (lambda: {"x.bin": b"?"}, "Nothing here can be learned from: x.bin"),
    "an archive": (lambda: {"x.tar.gz": b"?"}, "1 archive inside left out: x.tar.gz. Unpack it"),
    "bitmaps": (lambda: {"cat.npy": npy(np.zeros((9, 5)))}, "cat.npy: a file of one class holds"),
    "several": (lambda: {"a.npz": npz(**keras()), "b.npz": npz(**keras())}, "Several npz files"),
    "sizes": (lambda: {"x.npz": npz(**keras(x_test=bars(9, 32)[0]))}, "images of different sizes"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_refused_with_a_sentence(name):
    files, words = BAD[name]
    with pytest.raises(Refused, match=words):
        made(files())


def test_all_that_is_wrong_is_said_at_once():
    bad = keras(x_train=np.full((24, 9, 9), "a"), y_test=np.zeros(5))
    with pytest.raises(Refused) as caught:
        made({"x.npz": npz(**bad)})
    said_of = " ".join(caught.value.sentences)
    assert "x_train must be numbers" in said_of
    assert "y_test must be 9 labels" in said_of
    files = {"cat.npy": npy(np.zeros((9, 5))), "dog.npy": b"\x93NUMPY"}
    with pytest.raises(Refused) as caught:
        read(files)
    assert [s.split()[0] for s in caught.value.sentences] == ["cat.npy:", "dog.npy"]
