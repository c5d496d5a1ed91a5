"""A set of one's own in the data folder: its name, its owner, its quota."""

import errno
import os

import numpy as np
import pytest

from dpn.data.catalogue import list_datasets
from dpn.data.npz import read_npz
from dpn.errors import DataError
from dpn.keeping import ENDINGS
from dpn.own import keeping
from tests.own.written import bars, made, npz

OWN = dict(zip("xy", bars(30), strict=True))


@pytest.fixture
def own():
    return made({"bars.npz": npz(**OWN)})


def test_it_is_read_as_it_was_made(own, tmp_path):
    path = keeping.keep(own, "bars", tmp_path / "data")
    again = read_npz(path)
    for name in ("x_train", "y_train", "x_test", "y_test"):
        assert np.array_equal(getattr(again, name), getattr(own.arrays, name)), name
    assert again.class_names == own.arrays.class_names
    assert "bars" in [info.name for info in list_datasets(tmp_path / "data")]
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["bars.npz"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../bars", "must be a name of letters"),
        ("mnist", "already"),
        ("clicks", "already"),  # a built-in set of lists
        ("maze", "already"),
        ("there", "already"),
        ("a" * 101, "at most 100"),
        ("", "must be a name"),
    ],
)
def test_names_that_cannot_be_given(own, tmp_path, name, words):
    (tmp_path / "there.npz").write_bytes(b"kept")
    with pytest.raises(DataError, match=words):
        keeping.keep(own, name, tmp_path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [
        ("there.npz", b"kept")
    ]


def test_a_set_that_came_meanwhile_stays_its_owners(own, tmp_path, monkeypatch):
    path = keeping.keep(own, "bars", tmp_path, "ada")
    monkeypatch.setattr(keeping, "check_free", lambda *_: None)  # as it was a moment before
    with pytest.raises(DataError, match="already; choose another name"):
        keeping.keep(own, "bars", tmp_path, "bob")
    assert keeping.owner_of("bars", tmp_path) == "ada"
    assert path.is_file()
    (tmp_path / "lines.owner").mkdir()  # cannot be written
    with pytest.raises(DataError):
        keeping.keep(own, "lines", tmp_path, "ada")
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        *("bars.npz", "bars.owner", "lines.owner"),
    ]


def test_a_disk_without_links_keeps_it_all_the_same(own, tmp_path, monkeypatch):
    """As those of cameras and some shared folders."""

    def no_links(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    path = keeping.keep(own, "bars", tmp_path / "data", "ada")
    assert len(read_npz(path).x_train) == len(own.arrays.x_train)
    assert sorted(file.name for file in path.parent.iterdir()) == ["bars.npz", "bars.owner"]


def test_an_owner_has_a_quota_and_others_have_theirs(own, tmp_path):
    size = len(own.to_npz(compress=True))
    keeping.keep(own, "one", tmp_path, "ada", quota=1.5 * size)
    with pytest.raises(DataError, match="Remove a set first"):
        keeping.keep(own, "two", tmp_path, "ada", quota=1.5 * size)
    keeping.keep(own, "two", tmp_path, "bob", quota=1.5 * size)
    assert keeping.owner_of("one", tmp_path) == "ada"
    keeping.remove("one", tmp_path)
    assert keeping.kept_bytes(tmp_path, "ada") == 0
    keeping.keep(own, "three", tmp_path, "ada", quota=1.5 * size)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        *("three.npz", "three.owner", "two.npz", "two.owner"),
    ]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_name_that_a_set_of_another_world_has_is_taken(own, tmp_path, ending):
    (tmp_path / f"reviews{ending}").write_bytes(b"the server's")
    with pytest.raises(DataError, match="already"):
        keeping.keep(own, "reviews", tmp_path, "ada")
    assert keeping.owner_of("reviews", tmp_path) is None


@pytest.mark.parametrize("mark", ["ada", "ada\n.npz"])
def test_what_is_removed_is_the_file_of_its_owner_and_no_other(tmp_path, mark):
    for ending in (".npz", ".texts.jsonl"):
        (tmp_path / f"reviews{ending}").write_bytes(b"kept")
    (tmp_path / "reviews.owner").write_text(mark)
    keeping.remove("reviews", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["reviews.texts.jsonl"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_kept_here_of_any_world_can_be_removed_here(tmp_path, ending):
    for mark in (f"here\n{ending}", "here"):
        (tmp_path / f"mine{ending}").write_bytes(b"kept")
        (tmp_path / "mine.owner").write_text(mark)
        keeping.remove("mine", tmp_path)
        assert not [*tmp_path.iterdir()]
    (tmp_path / "mine.npz").write_bytes(b"the server's")
    keeping.mark_as_mine("mine", tmp_path, ".series")
    assert keeping.owner_of("mine", tmp_path) == keeping.HERE
    keeping.remove("mine", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.npz"]


def test_a_folder_that_cannot_be_written_is_named(own, tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(DataError, match="cannot be written"):
        keeping.keep(own, "bars", tmp_path / "data")
