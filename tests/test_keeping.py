"""Sets as files: none hides another of its name, of whatever world."""

import pytest

from dpn.errors import DataError
from dpn.keeping import ENDINGS, classes_of, keep, parts_beside


def test_a_name_is_used_once_whatever_its_world(tmp_path):
    (tmp_path / "mine.npz").write_bytes(b"pictures")
    kept = {end: keep(end.encode(), "mine", tmp_path, end, "built-in") for end in ENDINGS[1:]}
    assert list(kept.values()) == ["mine 2", "mine 3", "mine 4"]
    for end, name in kept.items():
        assert keep(end.encode(), "mine", tmp_path, end, "built-in") == name  # the same again
    assert keep(b"other", "mine", tmp_path, ".series", "built-in") == "mine 5"
    assert keep(b"x", "built-in", tmp_path, ".series", "built-in") == "built-in 2"
    assert not list(tmp_path.glob(".*"))


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
