"""An .npz from anywhere: what fits is read exactly, what does not is refused with a sentence."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dpn.data import npz, npz_layouts
from dpn.data.npz import peek_npz, read_npz
from dpn.errors import DataError


def small_set(train=20, test=5, shape=(8, 9), classes=3, dtype=np.uint8):
    """Arrays of a valid data set with every label present."""
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (train, *shape)).astype(dtype),
        "y_train": np.arange(train) % classes,
        "x_test": rng.integers(0, 256, (test, *shape)).astype(dtype),
        "y_test": np.arange(test) % classes,
    }


def save(path, arrays):
    np.savez_compressed(path, **arrays)
    return path


def npy(array):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), allow_pickle=True)
    return buffer.getvalue()


def save_raw(path, members, announced=None, **options):
    """Write a zip member by member, so that it can hold what numpy would not write."""
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        for name, size in (announced or {}).items():
            archive.getinfo(name).file_size = size
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mine.npz"


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


class Bomb:
    """Unpickling it would create a file."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return open, (str(self.target), "w")


def test_a_pickle_is_never_run(path, tmp_path):
    target = tmp_path / "was-run"
    array = np.empty(20, dtype=object)
    array[:] = [Bomb(target)] * 20
    save(path, small_set() | {"y_train": array})
    for function in (peek_npz, read_npz):
        with pytest.raises(DataError, match="y_train holds Python objects"):
            function(path)
    assert not target.exists()


def test_members_under_other_names_are_left_alone(path, tmp_path):
    members = {f"{name}.npy": npy(array) for name, array in small_set().items()}
    members |= {"../outside.npy": npy(np.arange(3)), "/etc/x_train.npy": b"junk", "notes": b"hello"}
    before = sorted(tmp_path.rglob("*"))
    assert read_npz(save_raw(path, members)).x_train.shape == (20, 1, 8, 9)
    assert sorted(tmp_path.rglob("*")) == sorted([*before, path])


def test_a_size_that_does_not_match_its_header_is_refused_before_memory_is_taken(path):
    members = {f"{name}.npy": npy(array) for name, array in small_set().items()}
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|u1", "fortran_order": False, "shape": (10**6, 28, 28)}
    )
    members["x_train.npy"] = header.getvalue() + bytes(100)
    save_raw(path, members)
    tracemalloc.start()
    with pytest.raises(DataError, match=r"x_train should be uint8 .* but 100 bytes are stored"):
        read_npz(path)
    assert tracemalloc.get_traced_memory()[1] < 10**7
    tracemalloc.stop()


def test_a_member_shorter_than_the_zip_announces_is_refused(path):
    members = {f"{name}.npy": npy(array) for name, array in small_set().items()}
    whole = members["x_train.npy"]
    for kept in (1, 100):
        members["x_train.npy"] = whole[: len(whole) - 20 * 8 * 9 + kept]
        save_raw(path, members, announced={"x_train.npy": len(whole)}, compression=8)
        with pytest.raises(DataError, match="x_train is cut short"):
            read_npz(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(path, monkeypatch):
    arrays = small_set(train=2000, shape=(64, 64))
    arrays["x_train"][:] = 0
    save(path, arrays)
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(npz, "MAX_BYTES", 2**20)
    with pytest.raises(DataError, match=r"at most 0.000976562 GiB are accepted, got 0.0 GiB"):
        read_npz(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_short_is_one_sentence(path, share):
    save(path, small_set())
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(DataError, match=r"mine.npz is damaged or not an .npz file \("):
        read_npz(path)


def test_a_changed_byte_is_found_by_the_checksum(path):
    np.savez(path, **small_set())
    data = bytearray(path.read_bytes())
    data[400] ^= 1  # inside the pixels of x_train, which are stored as they are
    path.write_bytes(data)
    with pytest.raises(DataError, match="Bad CRC-32"):
        read_npz(path)


def test_other_packings_and_headers_are_refused(path, tmp_path):
    members = {f"{name}.npy": npy(array) for name, array in small_set().items()}
    save_raw(path, members, compression=zipfile.ZIP_LZMA)
    with pytest.raises(DataError, match="x_train is not stored as numpy does"):
        peek_npz(path)
    save_raw(path, members | {"x_test.npy": b"\x93NUMPY\x03\x00" + members["x_test.npy"][8:]})
    with pytest.raises(DataError, match=r"damaged or not an \.npz"):
        peek_npz(path)
    with pytest.raises(DataError, match=r"cannot be read \(No such file"):
        peek_npz(tmp_path / "absent.npz")
    with pytest.raises(DataError, match=r"cannot be read \(Is a directory"):
        peek_npz(tmp_path)


@given(st.data())
def test_no_damage_escapes_as_anything_but_a_data_error(tmp_path_factory, data):
    """Whatever bytes are overwritten, the answer is a valid data set or a DataError."""

    def damaged(raw, end):
        raw = bytearray(raw)
        for _ in range(data.draw(st.integers(1, 4))):
            raw[data.draw(st.integers(0, min(end, len(raw)) - 1))] = data.draw(st.integers(0, 255))
        return bytes(raw)

    path = tmp_path_factory.mktemp("npz") / "a.npz"
    members = {f"{k}.npy": npy(v) for k, v in small_set(train=10, test=2, shape=(8, 8)).items()}
    if data.draw(st.booleans(), label="inside a member, where no checksum tells"):
        name = data.draw(st.sampled_from(sorted(members)))
        save_raw(path, members | {name: damaged(members[name], end=128)})
    else:
        save_raw(path, members, compression=zipfile.ZIP_DEFLATED)
        path.write_bytes(damaged(path.read_bytes(), end=10**9))
    try:
        read = read_npz(path)
    except DataError:
        return
    assert read.x_train.shape[0] == read.y_train.shape[0] >= 10
    assert 0 <= read.y_train.min() <= read.y_train.max() < len(read.class_names)
