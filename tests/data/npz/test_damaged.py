"""An .npz that is hostile or damaged: never run, never unpacked without bounds, one sentence."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpn.data import npz
from dpn.data.npz import peek_npz, read_npz
from dpn.errors import DataError
from tests.data.npz.written import Bomb, npy, save, save_raw, small_set


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
