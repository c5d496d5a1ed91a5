"""A dozen images, some of each class, of any data set, without reading all of it."""

import zipfile

import numpy as np
import pytest

from dpn.data import npz_members
from dpn.data.loading import load_dataset
from dpn.data.npz import read_npz
from dpn.data.samples import one_of_each, read_samples
from dpn.errors import DataError
from tests.data.mirror import put_idx
from tests.data.npz.written import save, small_set


def test_one_of_each_class_comes_before_a_second_of_any():
    labels = np.array([2, 2, 0, 2, 0, 5])
    assert one_of_each(labels, 3).tolist() == [2, 0, 5]
    assert one_of_each(labels, 5).tolist() == [2, 0, 5, 4, 1]
    assert one_of_each(labels, 99).tolist() == [2, 0, 5, 4, 1, 3]  # all there are
    assert one_of_each(np.arange(40), 12).tolist() == list(range(12))


def test_a_seed_chooses_others_and_always_the_same():
    labels = np.arange(300) % 10
    chosen = [one_of_each(labels, 12, seed) for seed in (None, 0, 0, 1)]
    assert [labels[one].tolist() for one in chosen] == [[*range(10), 0, 1]] * 4
    assert chosen[1].tolist() == chosen[2].tolist()
    assert len({tuple(one.tolist()) for one in chosen}) == 3
    assert len(set(chosen[1].tolist())) == 12


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32])
@pytest.mark.parametrize("order", ["C", "F"])
def test_samples_of_an_npz_are_those_of_the_whole(tmp_path, dtype, order):
    arrays = small_set(40, shape=(8, 9, 3), classes=5, dtype=dtype)
    arrays["y_train"] = np.sort(arrays["y_train"])  # class by class: the last ones are far in
    if dtype == np.float32:
        arrays["x_train"] /= 255
        arrays["x_test"] /= 255
    arrays["x_train"] = np.asarray(arrays["x_train"], order=order)
    arrays["class_names"] = np.array(list("abcde"))
    whole = read_npz(save(tmp_path / "mine.npz", arrays))
    found = read_samples("mine", tmp_path)
    chosen = one_of_each(whole.y_train)
    np.testing.assert_array_equal(found.images, whole.x_train[chosen])
    assert found.labels.tolist() == whole.y_train[chosen].tolist()
    assert set(found.labels.tolist()) == set(range(5))
    assert found.class_names == tuple("abcde")


def test_what_lies_behind_the_samples_is_not_unpacked(tmp_path, monkeypatch):
    arrays = small_set(20_000, shape=(32, 32))
    arrays["y_train"] = np.repeat([2, 1, 0, 0], 5_000)  # the first of each lie one after the other
    save(tmp_path / "mine.npz", arrays)
    read, unpack = [], zipfile.ZipExtFile._read1

    def counted(member, size):
        data = unpack(member, size)
        read.append((member.name, len(data)))
        return data

    monkeypatch.setattr(zipfile.ZipExtFile, "_read1", counted)
    assert read_samples("mine", tmp_path).labels.tolist() == [0, 1, 2] * 4
    unpacked = sum(size for name, size in read if name == "x_train.npy")
    assert 10_000 <= unpacked / (32 * 32) < 12_000


def test_only_the_beginning_of_a_large_file_is_looked_through(tmp_path, monkeypatch):
    arrays = small_set(40, shape=(8, 8), classes=4)
    arrays["y_train"] = np.sort(arrays["y_train"])
    save(tmp_path / "mine.npz", arrays)
    monkeypatch.setattr("dpn.data.npz.SAMPLED_BYTES", 20 * 8 * 8)
    assert read_samples("mine", tmp_path, 4).labels.tolist() == [0, 1, 0, 1]


def test_samples_of_the_embedded_digits_and_of_files_on_disk_are_training_images(tmp_path):
    found = read_samples("digits", tmp_path)
    assert found.images.shape == (12, 1, 8, 8)
    assert found.labels.tolist() == [*range(10), 0, 1]
    data = load_dataset("digits", tmp_path)
    known = np.concatenate([data.x_train.numpy(), data.x_val.numpy()])
    assert all((known == image).all(axis=(1, 2, 3)).any() for image in found.images)
    put_idx(tmp_path)
    assert read_samples("mnist", tmp_path).images.shape[1:] == (1, 28, 28)


def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path):
    with pytest.raises(DataError, match="mnist is not on this machine"):
        read_samples("mnist", tmp_path)
    with pytest.raises(DataError, match="must be a name"):
        read_samples("../mine", tmp_path)
    arrays = small_set()
    arrays["y_train"] = arrays["y_train"] + 7
    arrays["class_names"] = np.array(["a", "b", "c"])
    save(tmp_path / "mine.npz", arrays)
    with pytest.raises(DataError, match="labels in 0"):
        read_samples("mine", tmp_path)


def test_a_row_that_is_cut_off_is_no_picture(tmp_path):
    path = save(tmp_path / "mine.npz", small_set())
    with zipfile.ZipFile(path) as archive, pytest.raises(EOFError, match="cut short"):
        npz_members.read_rows(archive, "x_train", np.array([20]))
