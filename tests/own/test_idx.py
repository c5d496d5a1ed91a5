"""Idx files: MNIST's own, EMNIST's, QMNIST's."""

import numpy as np
import pytest
import torch

from dpn.own.bringing import bring, suggested_name
from dpn.own.files import DISK, on_disk
from dpn.own.making import make
from dpn.own.parts import Refused
from tests.own.written import bars, gz, idx, made, said, zipped

MNIST = (
    ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    (
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ),
)


def mnist(pack=lambda data: data, ending="", start=""):
    files = {}
    for names, count in zip(MNIST, (24, 9), strict=True):
        for name, array in zip(names, bars(count), strict=True):
            files[f"{start}{name}{ending}"] = pack(idx(array))
    return files


@pytest.mark.parametrize(("pack", "ending"), [(lambda data: data, ""), (gz, ".gz")])
def test_mnists_four_files(pack, ending):
    own = made(mnist(pack, ending))
    assert own.counts.tolist() == [[8, 3]] * 3
    assert np.array_equal(own.arrays.x_train[:, 0], bars(24)[0])
    assert np.array_equal(own.arrays.y_test, bars(9)[1])


def test_the_same_file_under_two_names_is_one():
    again = {
        f"{name}/{name}".replace("-idx", ".idx"): data
        for name, data in mnist().items()
        if "images" in name
    }
    own = made({"archive.zip": zipped({**mnist(), **again})})
    assert own.counts.tolist() == [[8, 3]] * 3


def test_they_are_the_bytes_that_torchvision_reads(tmp_path):
    from torchvision.datasets.mnist import read_image_file, read_label_file

    for name, data in mnist().items():
        (tmp_path / name).write_bytes(data)
    images = read_image_file(str(tmp_path / MNIST[0][0]))
    labels = read_label_file(str(tmp_path / MNIST[0][1]))
    own = make(bring(on_disk(tmp_path), DISK)).arrays
    assert torch.equal(images, torch.from_numpy(own.x_train[:, 0]))
    assert torch.equal(labels, torch.from_numpy(own.y_train))


def test_emnist_is_turned_and_said_so_and_its_mapping_names_the_classes():
    images, labels = bars(26 * 2, classes=26)
    files = {}
    for part in ("train", "test"):
        start = f"emnist-letters-{part}"
        files[f"{start}-images-idx3-ubyte.gz"] = gz(idx(images.swapaxes(1, 2)))
        files[f"{start}-labels-idx1-ubyte.gz"] = gz(idx(labels + 1))
    files["emnist-letters-mapping.txt"] = b"".join(
        b"%d %d %d\n" % (k + 1, 65 + k, 97 + k) for k in range(26)
    )
    own = made({"gzip.zip": zipped(files)})
    assert np.array_equal(own.arrays.x_train[:, 0], images)
    assert own.arrays.class_names[:2] == ("Aa", "Bb")
    assert "mirrored at the diagonal" in said(own)
    as_it_lies = made({"gzip.zip": zipped(files)}, transposed=False)
    assert np.array_equal(as_it_lies.arrays.x_train[:, 0], images.swapaxes(1, 2))
    assert "bring EMNIST's mapping" not in said(own)
    del files["emnist-letters-mapping.txt"]
    numbers = made({"gzip.zip": zipped(files)})
    assert numbers.arrays.class_names[:2] == ("1", "2")
    assert "For letters in place of numbers bring EMNIST's mapping" in said(numbers)


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (["emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-…"], "emnist-letters"),
        (["train-images-idx3-ubyte", "train-labels-idx1-ubyte"], ""),
        (["train-images.idx3-ubyte"], ""),
        (["full_numpy_bitmap_cat.npy", "full_numpy_bitmap_hot dog.npy"], "cat hot dog"),
        (["full_numpy_bitmap_cat.npy", "trains.npy"], "full_numpy_bitmap_cat"),
        (["x_train.npy", "y_train.npy"], ""),
        (["Trained images of birds.zip"], "Trained images of birds"),
        (["train.csv.gz"], "train"),
    ],
)
def test_a_name_is_suggested_from_those_of_the_files(files, name):
    assert suggested_name(files) == name


def test_qmnists_first_column_is_the_class():
    images, labels = bars(30)
    columns = np.zeros((30, 8), int)
    columns[:, 0], columns[:, 1] = labels, np.arange(30)
    files = {"qmnist-train-images-idx3-ubyte": idx(images)}
    files["qmnist-train-labels-idx2-int"] = idx(columns, 0x0C)
    own = made(files)
    assert own.counts.tolist() == [[8, 2]] * 3
    assert "the first is the class" in said(own)


def test_each_file_that_is_wrong_is_named():
    files = mnist()
    files[MNIST[0][0]] = files[MNIST[0][0]][:-1]
    files[MNIST[1][0]] += b"x"
    with pytest.raises(Refused) as caught:
        made(files)
    first, second = caught.value.sentences
    assert first.startswith("train-images-idx3-ubyte: it says it holds 18,816 bytes")
    assert "fewer" in first
    assert "more" in second


BAD = {
    "alone": ({"train-images-idx3-ubyte": idx(bars(9)[0])}, "has no labels beside it"),
    "two sets": ({**mnist(), **mnist(start="emnist-digits-")}, "Several sets lie here"),
    "no idx": ({**mnist(), MNIST[0][1]: b"label"}, "is no idx file"),
    "a bomb": ({**mnist(), MNIST[0][1]: bytes([0, 0, 8, 1]) + b"\xff" * 4}, "says it holds"),
    "name": ({"digits-ubyte": idx(bars(9)[0])}, "neither images nor labels"),
    "gzip": ({**mnist(), "train-labels-idx1-ubyte.gz": b"\x1f\x8b?"}, "are both the train labels"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_refused_with_a_sentence(name):
    files, words = BAD[name]
    with pytest.raises(Refused, match=words):
        made(files)
