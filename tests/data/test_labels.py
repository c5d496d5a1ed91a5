"""Labels: each clear kind becomes 0..K-1 and K names, and no class exists that no image shows."""

import re

import numpy as np
import pytest

from dpn.data.labels import to_labels
from dpn.errors import DataError

TRAIN, TEST = np.arange(30) % 3, np.arange(9) % 3


def read(train, test, given=None, usual=()):
    columns = {"y_train": np.asarray(train), "y_test": np.asarray(test)}
    (y_train, y_test), names, notes = to_labels(columns, ["y_train"], given, usual)
    assert y_train.dtype == y_test.dtype == np.int64
    assert y_train.ndim == y_test.ndim == 1
    return y_train.tolist(), y_test.tolist(), names, notes


def refusal(train, test, given=None):
    with pytest.raises(DataError) as caught:
        read(train, test, given)
    assert len(str(caught.value)) < 400
    return str(caught.value)


SAME = {
    "int64": lambda y: y,
    "uint8": lambda y: y.astype(np.uint8),
    "high byte first": lambda y: y.astype(">u4"),
    "a column": lambda y: y[:, None],
    "floats": lambda y: y.astype(np.float32),
    "a column of floats": lambda y: y[:, None] / 1,
    "one-hot": lambda y: np.eye(3)[y],
    "one-hot bytes": lambda y: np.eye(3, dtype=np.uint8)[y],
    "one-hot truth": lambda y: np.eye(3, dtype=bool)[y],
    "words": lambda y: y.astype("U9"),
    "a column of bytes": lambda y: y.astype("S9")[:, None],
}


@pytest.mark.parametrize("case", SAME)
def test_labels_of_any_clear_kind_are_the_same(case):
    change = SAME[case]
    assert read(change(TRAIN), change(TEST)) == (TRAIN.tolist(), TEST.tolist(), ("0", "1", "2"), ())


#: Labels in place of 0, 1, 2 -> what is said of them.
MAPPED = {
    (1, 2, 3): "Labels are 1 to 3: each is a class of that name, and there is no other.",
    (0, 2, 5): "Labels are 0, 2, 5: each is a class of that name, and there is no other.",
    (10, 20, 2**62): f"Labels are 10, 20, {2**62}: each is a class of that name",
    (7, 8, 9): "Labels are 7 to 9: each",
}


@pytest.mark.parametrize("labels", MAPPED)
@pytest.mark.parametrize("kind", ["int", "float", "one-hot"])
def test_no_class_is_made_of_a_number_that_does_not_occur(labels, kind):
    values = np.array(labels)
    if kind == "float" and max(labels) > 2**53:
        values = values[:2]
    if kind == "one-hot":
        values = values % 11
    stored = {
        "int": lambda y: values[y % len(values)],
        "float": lambda y: values[y % len(values)] / 1,
        "one-hot": lambda y: np.eye(11)[values[y]],
    }[kind]
    y_train, y_test, names, notes = read(stored(TRAIN), stored(TEST))
    order = np.argsort(np.argsort(values))
    assert y_train == order[TRAIN % len(values)].tolist()
    assert y_test == order[TEST % len(values)].tolist()
    assert names == tuple(str(value) for value in sorted(values.tolist()))
    assert len(notes) == 1
    if kind == "int":
        assert notes[0].startswith(MAPPED[labels])


def test_minus_one_and_one_are_two_classes_and_other_labels_below_0_are_none():
    y_train, _, names, notes = read(TRAIN % 2 * 2 - 1, TEST % 2 * 2 - 1)
    assert y_train == (TRAIN % 2).tolist()
    assert names == ("-1", "1")
    assert notes[0].startswith("Labels are -1, 1: each")
    train = np.where(np.arange(30) < 4, -1, TRAIN)[:, None]
    said = refusal(train, TEST)
    assert said.startswith("y_train holds -1, which is no class")
    arrays = {"x_train": np.arange(30), "y_train": train}
    exec(said.split("leave them out: ")[1], arrays)
    assert arrays["y_train"].ravel().tolist() == TRAIN[4:].tolist()
    assert arrays["x_train"].tolist() == list(range(4, 30))


def test_a_class_that_training_does_not_show_is_named():
    _, y_test, names, notes = read(TRAIN, [0, 1, 3, 3])
    assert names == ("0", "1", "2", "3")
    assert y_test == [0, 1, 3, 3]
    assert notes == (
        "No training image shows the class 3: its test images (2) cannot be answered right.",
    )
    assert read(TRAIN, TEST, ("a", "b", "c", "d", "e"))[3] == (
        "No training image shows the classes d, e.",
    )
    assert read(TRAIN * 2, [0], usual=tuple("abcde"))[3] == (
        "No training image shows the classes b, d.",
    )
    columns = {"y_train": TRAIN % 2, "y_val": TRAIN, "y_test": TEST}
    assert to_labels(columns, ["y_train", "y_val"], None)[2] == ()


def test_labels_from_1_count_the_class_names_too():
    y_train, y_test, names, notes = read(TRAIN + 1, TEST + 1, ("cat", "dog", "eel"))
    assert (y_train, y_test) == (TRAIN.tolist(), TEST.tolist())
    assert names == ("cat", "dog", "eel")
    assert notes == ("Labels are 1 to 3: taken for the class names in their order.",)
    assert read(TRAIN + 1, TEST + 1, ("1", "2", "3"))[0] == TRAIN.tolist()
    # 1 would become "0": of digits that count from 1, the last one often stands for 0.
    said = refusal(TRAIN + 1, TEST + 1, ("0", "1", "2"))
    assert said == "y_train must hold labels in 0..2, got 3; if 3 stands for 0, take y_train % 3"
    assert "y_test must hold labels in 0..2, got 5" in refusal(TRAIN, [5], ("a", "b", "c"))
    assert "y_train must hold labels in 0..2, got -1" in refusal(TRAIN - 1, [0], ("a", "b", "c"))


def test_words_are_classes_in_the_order_of_the_alphabet_the_numbers_or_class_names():
    words = np.array(["dog", "cat", "eel"])
    assert read(words[TRAIN], words[TEST])[2] == ("cat", "dog", "eel")
    assert read(words[TRAIN], words[TEST])[0][:3] == [1, 0, 2]
    given = ("eel", "dog", "cat", "yak")
    assert read(words[TRAIN], words[TEST], given)[0][:3] == [1, 2, 0]
    assert read(words[TRAIN], words[TEST], given)[3] == ("No training image shows the class yak.",)
    numbers = np.array(["2", "10", "1"])
    assert read(numbers[TRAIN], numbers[TEST])[2] == ("1", "2", "10")
    said = refusal(words[TRAIN], ["dog", "zebra"], ("cat", "dog", "eel"))
    assert said == "y_test holds 'zebra', which class_names does not name"


def test_a_word_is_one_class_however_its_accents_are_written():
    words = np.array(
        ["e\u0301te\u0301", "\u00e9t\u00e9", "hiver"]
    )  # as a Mac stores it, and others
    y_train, _, names, _ = read(words[TRAIN], words[TEST])
    assert names == ("hiver", "\u00e9t\u00e9")
    assert y_train[:3] == [1, 1, 0]


REFUSED = {
    "fractions": (TRAIN + 0.5, r"y_train must be whole numbers, one for each class, got 0.5"),
    "nan": (np.where(TRAIN == 1, np.nan, TRAIN), r"y_train must be finite"),
    "shares": (np.full((30, 3), 1 / 3), r"holds shares of 3 classes. Mend it with: y_train = y_t"),
    "several": (np.tile([1, 1, 0], (30, 1)), r"3 columns and rows that mark no class, or several"),
    "none": (np.zeros((30, 14), np.uint8), r"14 columns .* such as y_train = y_train\[:, 0\]"),
    "counts": (np.tile([0, 2, 0], (30, 1)), r"3 columns and rows that mark no class"),
    "beyond": (np.full(30, 2**63, np.uint64), r"y_train holds 9223372036854775808, which is no c"),
    "one class": (TRAIN * 0, r"2 to 10000 classes, got 1"),
    "words and numbers": (TRAIN.astype("U1"), r"only y_train holds words"),
    "an empty word": (np.array(["a", "", "b"])[TRAIN], r"1 to 64 printable"),
    "a hidden word": (np.array(["a", "\u202eb", "c"])[TRAIN], r"1 to 64 printable"),
    "no text": (np.array([b"a", b"\xff", b"c"])[TRAIN], r"utf-8"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_clear_is_refused(case):
    train, words = REFUSED[case]
    test = TEST * 0 if case == "one class" else TEST
    test = np.full(9, "a") if "word" in case and "numbers" not in case else test
    test = np.full(9, b"a") if case == "no text" else test
    with pytest.raises((DataError, UnicodeDecodeError), match=words):
        read(train, test)


def test_there_may_be_ten_thousand_classes_and_no_more():
    many = np.arange(10_000) * 3
    assert len(read(many, many[:5])[2]) == 10_000
    assert re.search("2 to 10000 classes", refusal(np.arange(10_001) * 3, [0]))
