"""Folders of classes in parts, whatever the parts are called."""

import pytest

from dpn.files.folders import class_folders


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"), ("20news-bydate-train", "20news-bydate-test"), ("TRAIN", "TEST"),
        ("seg_train/seg_train", "seg_test/seg_test"), ("TrainingSet", "TestSet"),
        ("bbc", "bbc-test"),
    ],
)  # fmt: skip
def test_parts_are_told_by_the_words_in_their_names(tmp_path, train, test):
    for above in (train, test):
        for label in ("good", "bad"):
            (tmp_path / above / label).mkdir(parents=True)
    (tmp_path / "seg_pred").mkdir()
    found = [(label, part) for _, label, part in class_folders(tmp_path)]
    assert sorted(found) == [("bad", "test"), ("bad", "train"), ("good", "test"), ("good", "train")]


def test_classes_that_are_called_alike_are_classes(tmp_path):
    for name in ("freight_train", "train", "test_tube"):
        (tmp_path / name).mkdir()
    assert {label for _, label, _ in class_folders(tmp_path)} == {
        "freight_train", "train", "test_tube"
    }  # fmt: skip
