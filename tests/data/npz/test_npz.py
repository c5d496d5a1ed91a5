"""An .npz from anywhere: what fits is read exactly, what does not is refused with a sentence."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from dpn.data import npz, npz_layouts
from dpn.data.npz import peek_npz, read_npz
from dpn.errors import DataError
from tests.data.npz.written import save, small_set


def test_grey_images_are_read_exactly(path):
    arrays = small_set()
    read = read_npz(save(path, arrays))
    assert read.x_train.dtype == np.uint8
    assert read.y_train.dtype == np.int64
    np.testing.assert_array_equal(read.x_train, arrays["x_train"][:, None])
    np.testing.assert_array_equal(read.x_test, arrays["x_test"][:, None])
    np.testing.assert_array_equal(read.y_train, arrays["y_train"])
    np.testing.assert_array_equal(read.y_test, arrays["y_test"])
    assert read.class_names == ("0", "1", "2")


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("is_first", [True, False])
def test_channels_may_come_first_or_last(path, channels, is_first):
    shape = (channels, 8, 10) if is_first else (8, 10, channels)
    arrays = small_set(shape=shape)
    read = read_npz(save(path, arrays))
    expected = arrays["x_train"] if is_first else arrays["x_train"].transpose(0, 3, 1, 2)
    np.testing.assert_array_equal(read.x_train, expected)
    assert peek_npz(path).image_shape == (channels, 8, 10)


def test_fortran_order_and_labels_in_a_column_as_keras_writes_them(path):
    arrays = small_set(shape=(8, 9, 3))
    arrays["x_train"] = np.asfortranarray(arrays["x_train"])
    arrays["y_train"] = arrays["y_train"].reshape(-1, 1).astype(">u2")
    read = read_npz(save(path, arrays))
    np.testing.assert_array_equal(read.x_train, arrays["x_train"].transpose(0, 3, 1, 2))
    np.testing.assert_array_equal(read.y_train, arrays["y_train"][:, 0])


def test_peek_tells_shapes_without_reading_pixels(path):
    arrays = small_set(train=3000, shape=(64, 64, 3))
    arrays["class_names"] = np.array(["cat", "dog", "eel"])
    np.savez(path, **arrays)
    tracemalloc.start()
    assert peek_npz(path) == npz.Shapes((3, 64, 64), 3000, 5, 3)
    assert tracemalloc.get_traced_memory()[1] < arrays["x_train"].nbytes / 10
    tracemalloc.stop()


@settings(max_examples=25)
@given(hnp.arrays(np.uint8, (12, 8, 8)))
def test_unit_floats_come_back_as_the_bytes_they_were(tmp_path_factory, x):
    x[0, 0, 0] = 255
    arrays = small_set(shape=(8, 8)) | {"x_train": x, "y_train": np.arange(12) % 2}
    for dtype in (np.float16, np.float32, np.float64, np.dtype(">f4")):
        unit = {k: (v / 255).astype(dtype) if k[0] == "x" else v for k, v in arrays.items()}
        read = read_npz(save(tmp_path_factory.mktemp("npz") / "a.npz", unit))
        np.testing.assert_array_equal(read.x_train[:, 0], x)


@pytest.mark.parametrize("top", [1, 255])
def test_floats_are_rounded_to_the_nearest(path, top):
    arrays = small_set(dtype=np.float64)
    arrays["x_train"][0, 0, :6] = [0, 0.4, 0.6, 127.4, 127.6, 255]
    scaled = {name: a * top / 255 if name[0] == "x" else a for name, a in arrays.items()}
    read = read_npz(save(path, scaled))
    assert read.x_train[0, 0, 0, :6].tolist() == [0, 0, 1, 127, 128, 255]


@pytest.mark.parametrize("dtype", [np.int16, np.int64, np.uint32, np.float32])
def test_other_numbers_in_0_to_255_are_taken_as_they_are(path, dtype):
    arrays = small_set()
    read = read_npz(save(path, small_set(dtype=dtype)))
    np.testing.assert_array_equal(read.x_train, arrays["x_train"][:, None])


def test_class_names_give_k_even_when_the_last_class_is_empty(path):
    arrays = small_set() | {"class_names": np.array(["cat", "dog", "eel", "fox"])}
    assert read_npz(save(path, arrays)).class_names == ("cat", "dog", "eel", "fox")
    arrays["class_names"] = np.array([b"chat", "été".encode(), b"eel"])
    assert read_npz(save(path, arrays)).class_names == ("chat", "été", "eel")
    del arrays["class_names"]
    assert read_npz(save(path, arrays), default_names=("a", "b", "c")).class_names == tuple("abc")


def changed(**changes):
    return lambda arrays: arrays | changes


def with_value(name, value, dtype=None):
    def change(arrays):
        array = arrays[name].astype(dtype or arrays[name].dtype)
        array.flat[3] = value
        return arrays | {name: array}

    return change


def both_x(function):
    return lambda arrays: arrays | {name: function(arrays[name]) for name in ("x_train", "x_test")}


REFUSED = {
    "labels below 0": (with_value("y_train", -1), r"y_train holds -1, which is no class"),
    "test label without class": (
        lambda a: with_value("y_test", 5)(a) | {"class_names": np.array(["a", "b", "c"])},
        r"y_test must hold labels in 0..2, got 5",
    ),
    "one class": (
        lambda a: {k: v * 0 if k[0] == "y" else v for k, v in a.items()},
        r"2 to 10000 classes, got 1",
    ),
    "float labels": (lambda a: a | {"y_train": a["y_train"] / 2}, r"must be whole numbers, .* 0.5"),
    "labels of several": (changed(y_train=np.tri(20, dtype=int)), r"mark no class, or several"),
    "labels in a cube": (changed(y_train=np.zeros((20, 1, 1), int)), r"y_train must be 20 labels"),
    "labels a row": (
        changed(y_train=np.zeros((1, 20), int)),
        r"y_train must be 20 labels, one for",
    ),
    "no columns": (changed(y_train=np.zeros((20, 0), int)), r"y_train must be 20 labels"),
    "columns of words": (changed(y_train=np.full((20, 2), "a")), r"y_train must be 20 labels"),
    "times": (changed(y_train=np.arange(20).astype("M8[s]")), r"y_train must be 20 labels"),
    "long words": (changed(y_train=np.full(20, "a" * 300)), r"y_train must be names of 1 to 64"),
    "lengths": (
        changed(y_test=np.arange(4)),
        r"y_test must be 5 labels, one .*, got int64 of shape",
    ),
    "few": (
        lambda a: a | {"x_train": a["x_train"][:7], "y_train": a["y_train"][:7]},
        r"x_train must hold at least 8 images, got 7",
    ),
    "no test": (
        lambda a: a | {"x_test": a["x_test"][:0], "y_test": a["y_test"][:0]},
        r"x_test must hold at least 1 images, got 0",
    ),
    "sizes": (
        changed(x_test=np.zeros((5, 9, 9), np.uint8)),
        r"x_test must hold images of \(1, 8, 9\) like x_train, got shape \(5, 9, 9\)",
    ),
    "types": (
        lambda a: a | {"x_test": a["x_test"] / 255},
        r"x_train lies in 0..255 and x_test in 0..1: they have different scales",
    ),
    "too small": (both_x(lambda x: x[:, :7]), r"8 to 64 pixels a side, got 7 x 9"),
    "too large": (both_x(lambda x: np.repeat(x, 9, axis=1)), r"8 to 64 pixels a side, got 72 x 9"),
    "two channels": (
        both_x(lambda x: np.stack([x, x], axis=-1)),
        r"x_train must have shape .* got \(20, 8, 9, 2\)",
    ),
    "transparency": (
        both_x(lambda x: np.stack([x, x, x, x], axis=-1)),
        r"got \(20, 8, 9, 4\); without transparency: x_train\[..., :3\]$",
    ),
    "flat": (both_x(lambda x: x.reshape(len(x), -1)), r"x_train must have shape"),
    "scalar": (changed(x_train=np.uint8(3)), r"x_train must have shape"),
    "complex": (both_x(lambda x: x * 1j), r"x_train must be uint8, got complex128"),
    "text": (both_x(lambda x: x.astype("U3")), r"x_train must be uint8, got <U3"),
    "structured": (both_x(lambda x: x.view([("r", "u1")])), r"x_train must be uint8"),
    "nan": (both_x(lambda x: np.where(x == x[0, 0, 0], np.nan, x / 255)), r"x_train must be fin"),
    "infinite": (
        lambda a: with_value("x_test", np.inf)(both_x(lambda x: x / 255)(a)),
        r"x_test must be finite",
    ),
    "negative": (both_x(lambda x: x.astype(int) - 128), r"x_train lies in -128..127, which"),
    "standardised": (
        both_x(lambda x: x / 64 - 2),
        r"x_train lies in -2..1.98\d*, which is neither",
    ),
    "sixteen bits": (
        both_x(lambda x: x.astype(np.uint16) * 256),
        r"x_train lies in 0..65280, which is",
    ),
    "objects": (both_x(lambda x: x.astype(object)), r"x_train holds Python objects, which are nev"),
    "object names": (
        changed(class_names=np.array(["a", "b", "c"], dtype=object)),
        r"class_names holds Python objects.*save strings",
    ),
    "number names": (changed(class_names=np.arange(3)), r"class_names must be 2 to 10000 strings"),
    "names in a table": (changed(class_names=np.array([["a"], ["b"]])), r"class_names must be 2 "),
    "too few names": (changed(class_names=np.array(["a", "b"])), r"labels in 0..1, got 2"),
    "doubled names": (changed(class_names=np.array(["a", "b", "a"])), r"class_names must differ"),
    "empty name": (changed(class_names=np.array(["a", " ", "c"])), r"64 printable characters"),
    "long name": (changed(class_names=np.array(["a", "b" * 65, "c"])), r"1 to 64 printable"),
    "names in no known alphabet": (changed(class_names=np.array([b"a", b"\xff", b"c"])), "utf-8"),
    "line break": (changed(class_names=np.array(["a", "b\nc", "d"])), r"printable .* got 'b\\nc'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_by_name(path, case):
    change, sentence = REFUSED[case]
    save(path, change(small_set()))
    with pytest.raises(DataError, match=sentence) as caught:
        read_npz(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("name", npz_layouts.FIELDS)
def test_a_missing_field_is_named(path, name):
    arrays = small_set()
    del arrays[name]
    with pytest.raises(DataError, match=rf"{name} not found"):
        peek_npz(save(path, arrays))
