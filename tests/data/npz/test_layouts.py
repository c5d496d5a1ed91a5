"""Names of arrays: Keras' and MedMNIST's are read; of all others it is said what was found."""

import os

import numpy as np
import pytest

from dpn.data.catalogue import dataset_info
from dpn.data.loading import load_dataset
from dpn.data.npz import peek_npz, read_npz
from dpn.errors import DataError
from tests.data.npz.written import small_set

KEYS = ("x_train", "y_train", "x_test", "y_test")


def medmnist(shape=(28, 28), val=7):
    """A set as MedMNIST lays it out, and the same as we do."""
    ours, val_part = small_set(train=30, test=6, shape=shape), small_set(val, 1, shape)
    theirs = {"train_images": ours["x_train"], "train_labels": ours["y_train"][:, None]}
    theirs |= {"val_images": val_part["x_train"], "val_labels": val_part["y_train"][:, None]}
    theirs |= {"test_images": ours["x_test"], "test_labels": ours["y_test"][:, None]}
    return {name: array.astype(np.uint8) for name, array in theirs.items()}, ours, val_part


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 3)])
def test_medmnist_is_read_with_its_validation_images_among_the_training_images(tmp_path, shape):
    theirs, ours, val = medmnist(shape)
    np.savez(tmp_path / "own.npz", **theirs)
    read = read_npz(tmp_path / "own.npz")
    x_train = np.concatenate([ours["x_train"], val["x_train"]])
    x_train = x_train[:, None] if len(shape) == 2 else x_train.transpose(0, 3, 1, 2)
    assert (read.x_train == x_train).all()
    assert read.y_train.tolist() == [*ours["y_train"], *val["y_train"]]
    assert read.y_test.tolist() == ours["y_test"].tolist()
    assert read.x_test.shape == (6, *x_train.shape[1:])
    assert read.notes == (
        "The arrays are read as MedMNIST names them.",
        "The images of val_images (7) join the training images; validation images are held out of "
        "all of these.",
    )
    peeked = peek_npz(tmp_path / "own.npz")
    assert (peeked.image_shape, peeked.train, peeked.test) == (x_train.shape[1:], 37, 6)
    assert peeked.notes == dataset_info("own", tmp_path).notes == read.notes
    dataset = load_dataset("own", tmp_path)
    assert dataset.notes == read.notes
    assert len(dataset.x_train) + len(dataset.x_val) == 37


def test_keras_validation_images_join_too_but_only_with_their_labels(tmp_path):
    path, ours = tmp_path / "own.npz", small_set()
    np.savez(path, **ours, x_val=ours["x_train"][:4], y_val=ours["y_train"][:4])
    assert len(read_npz(path).x_train) == 24
    assert "The images of x_val (4) join" in read_npz(path).notes[0]
    np.savez(path, **ours, x_val=ours["x_train"][:4])
    assert len(read_npz(path).x_train) == 20
    assert read_npz(path).notes == ()
    np.savez(path, **ours, x_val=ours["x_train"][:4, :8, :8], y_val=ours["y_train"][:4])
    with pytest.raises(DataError, match=r"x_val must hold images of \(1, 8, 9\) like x_train"):
        read_npz(path)
    np.savez(path, **ours, x_val=ours["x_train"][:4], y_val=ours["y_train"][:3])
    with pytest.raises(DataError, match="y_val must be 4 labels, one for each image"):
        read_npz(path)


def test_capitals_make_no_difference_and_exact_names_come_first(tmp_path):
    path, ours = tmp_path / "own.npz", small_set()
    np.savez(path, **{name.upper(): array for name, array in ours.items()})
    assert (read_npz(path).x_train[:, 0] == ours["x_train"]).all()
    np.savez(path, **ours, X_train=np.zeros(3))
    assert (read_npz(path).x_train[:, 0] == ours["x_train"]).all()


def refusal(folder, arrays, name="own"):
    np.savez(folder / f"{name}.npz", **arrays)
    with pytest.raises(DataError) as caught:
        peek_npz(folder / f"{name}.npz")
    said = str(caught.value)
    assert len(said) < 700
    for array in list(arrays)[:8]:
        assert array in said
    return said


def mended(folder, message, monkeypatch):
    """Run the line that a message ends with, and read the set it writes."""
    before = set(folder.iterdir())
    monkeypatch.chdir(folder)
    exec(message.split("Mend it with: ")[1], {"numpy": np})
    (made,) = set(folder.iterdir()) - before
    return read_npz(made)


#: Names of the four arrays, as others have them.
GUESSED = (
    ("train_x", "train_y", "test_x", "test_y"),
    ("trainX", "train_label", "testX", "test_label"),
    ("train_data", "train_targets", "test_data", "test_targets"),
    ("images_train", "labels_train", "images_test", "labels_test"),
    ("arr_0", "arr_1", "arr_2", "arr_3"),
)


@pytest.mark.parametrize("names", GUESSED)
def test_other_names_are_refused_with_the_line_that_renames_them(tmp_path, names, monkeypatch):
    ours = small_set()
    said = refusal(tmp_path, dict(zip(names, ours.values(), strict=True)))
    assert "x_train, y_train, x_test, y_test not found; it holds " in said
    read = mended(tmp_path, said, monkeypatch)
    assert (read.x_train[:, 0] == ours["x_train"]).all()
    assert read.y_test.tolist() == ours["y_test"].tolist()


def test_a_set_without_a_test_part_is_refused_with_the_line_that_parts_it(tmp_path, monkeypatch):
    ours = small_set()
    said = refusal(tmp_path, {name: ours[name] for name in KEYS[:2]})
    assert "x_test, y_test not found; it holds x_train, y_train" in said
    read = mended(tmp_path, said, monkeypatch)
    assert (len(read.x_train), len(read.x_test)) == (16, 4)
    assert read.y_test.tolist() == ours["y_train"][4::5].tolist()
    theirs, _, _ = medmnist()
    del theirs["test_labels"]
    assert "test_labels not found; it holds train_images" in refusal(tmp_path, theirs)


@pytest.mark.parametrize("name", ["k49", "kmnist"])
def test_the_four_files_of_kuzushiji_are_joined_by_the_line(tmp_path, name, monkeypatch):
    ours = small_set()
    files = ("train-imgs", "train-labels", "test-imgs", "test-labels")
    for file, array in zip(files, ours.values(), strict=True):
        said = refusal(tmp_path, {"arr_0": array}, f"{name}-{file}")
    assert "it holds arr_0. Mend it with: numpy.savez_compressed(" in said
    read = mended(tmp_path, said, monkeypatch)
    assert os.path.exists(tmp_path / f"{name}.npz")
    assert (read.x_train[:, 0] == ours["x_train"]).all()
    assert read.y_test.tolist() == ours["y_test"].tolist()


def test_what_cannot_be_guessed_is_refused_with_what_was_found_and_what_is_accepted(tmp_path):
    many = {f"part{i}": np.arange(3) for i in range(12)}
    said = refusal(tmp_path, many)
    assert "it holds part0, part1, " in said
    assert "part7 and 4 more. Accepted are x_train, y_train, x_test, y_test (Keras') and " in said
    assert "train_images, train_labels, test_images, test_labels (MedMNIST's); rename" in said
    assert "Accepted are" in refusal(tmp_path, {"arr_0": np.arange(3)})
    assert "it holds no arrays, but nothing" in refusal(tmp_path, {})


def test_a_name_is_never_part_of_a_line_unless_it_is_plain(tmp_path):
    names = ("train_x'];print(1)#", "train_y", "test_x", "test_y")
    said = refusal(tmp_path, dict(zip(names, small_set().values(), strict=True)))
    assert "Mend it" not in said
    long = {f"train_{'a' * 300}": np.arange(3), "b\u202e\n": np.arange(3)}
    np.savez(tmp_path / "own.npz", **long)
    with pytest.raises(DataError) as caught:
        peek_npz(tmp_path / "own.npz")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500
