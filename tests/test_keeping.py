"""Sets as files: none hides another of its name, of whatever world."""

import errno
import os
from pathlib import Path

import pytest

import dpn.items.sets
import dpn.mazes.sets
import dpn.series.sets
import dpn.texts.fetching
import dpn.texts.sets
from dpn.data.known import DATASETS
from dpn.errors import DataError
from dpn.keeping import ENDINGS, KNOWN, classes_of, keep, name_for, parts_beside


def test_a_name_is_used_once_whatever_its_world(tmp_path):
    (tmp_path / "mine.npz").write_bytes(b"pictures")
    kept = {end: keep(end.encode(), "mine", tmp_path, end) for end in ENDINGS[1:]}
    assert list(kept.values()) == ["mine 2", "mine 3", "mine 4"]
    for end, name in kept.items():
        assert keep(end.encode(), "mine", tmp_path, end) == name  # the same again
    assert keep(b"other", "mine", tmp_path, ".series") == "mine 5"
    assert keep(b"x", "clicks", tmp_path, ".series") == "clicks 2"  # of another world
    assert not list(tmp_path.glob(".*"))


def test_all_sets_that_are_known_by_name_are_so_here():
    of_others = {dpn.texts.sets.EMBEDDED, *dpn.texts.fetching.SOURCES, *dpn.series.sets.EMBEDDED}
    assert {*KNOWN} == {*DATASETS, *of_others, dpn.items.sets.EMBEDDED, dpn.mazes.sets.NAME}
    assert len(KNOWN) == len({*KNOWN})


def test_what_another_process_keeps_at_this_moment_is_not_touched(tmp_path, monkeypatch):
    link = os.link

    def late(partial, target):
        if target.name == "mine.series":
            target.write_bytes(b"another's")
        link(partial, target)

    monkeypatch.setattr(os, "link", late)
    assert keep(b"my own", "mine", tmp_path, ".series") == "mine 2"
    kept = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert kept == {"mine.series": b"another's", "mine 2.series": b"my own"}


def test_a_disk_without_links_keeps_sets_too(tmp_path, monkeypatch):
    def none(partial, target):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    assert keep(b"my own", "mine", tmp_path, ".series") == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["mine.series"]


def test_numbers_come_in_their_order_and_one_class_is_none():
    assert classes_of(["10", "b", "2", "a", "2"], "mine") == ("2", "10", "a", "b")
    with pytest.raises(DataError, match=r"mine must hold 2 to 10,000 classes, got 1: a\."):
        classes_of(["a", "a"], "mine")


def test_the_files_of_other_parts_are_found_once_each_with_their_use(tmp_path):
    for name in ("a_train.csv", "a_test.csv", "a_val.csv", "a_dev.csv", "b_test.csv"):
        (tmp_path / name).touch()
    found = [(file.name, part) for file, part, _ in parts_beside(tmp_path / "a_train.csv")]
    assert found == [("a_val.csv", "train"), ("a_test.csv", "test")]
    assert not [*parts_beside(tmp_path / "b_test.csv")]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("GunPoint_TRAIN.ts", "GunPoint"),
        ("GunPointTRAIN.ts", "GunPoint"),
        ("reviews-training.csv", "reviews"),
        ("train.csv", "texts"),
        ("strain.csv", "strain"),
        ("constrain.csv", "constrain"),
    ],
)
def test_a_set_is_called_as_its_file_without_train(file, name):
    assert name_for(Path(file), "texts") == name
