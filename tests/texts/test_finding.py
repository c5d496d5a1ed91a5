"""What lies beside a file of texts: its other parts, with classes or without, and their names."""

import pytest

from dpn.texts.finding import read_all

KINDS = ("good", "bad")


def put(file, rows, head="text,label"):
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [head, *(",".join(map(str, row)) for row in rows)]
    file.write_text("\n".join(lines) + "\n")
    return file


def rows(count, of=KINDS):
    return [(f"a text {i}", of[i % len(of)]) for i in range(count)]


def sizes(found):
    return found.parts.count("train"), found.parts.count("test")


@pytest.mark.parametrize("word", ["val", "validation", "dev", "valid"])
def test_a_file_that_validates_joins_the_training(tmp_path, word):
    for part, count in (("train", 20), (word, 6), ("test", 4)):
        put(tmp_path / "mine" / f"{part}.csv", rows(count))
    found = read_all(tmp_path / "mine" / "train.csv")
    assert sizes(found) == (26, 4)
    assert f"{word}.csv joins the training part." in found.notes


def test_a_test_part_without_classes_is_left_out_and_said(tmp_path):
    train = put(tmp_path / "train.csv", rows(20))
    for head, cells, words in (
        ("text", [(f"a text {i}, longer",) for i in range(9)], "test.csv is left out: "),
        ("id,text", [(i // 3, f"a text {i}") for i in range(9)], "it has no classes (label)."),
        ("text,label", rows(9, ("",)), "test.csv is left out: test.csv holds no text with a class"),
        ("text,label", rows(9, ("-1",)), "its classes (-1) are none of those to train on"),
    ):
        put(tmp_path / "test.csv", cells, head)
        found = read_all(train)
        assert sizes(found) == (20, 0)
        assert {*found.labels} == {*KINDS}
        assert words in found.notes[-1]


def test_a_column_of_parts_without_classes_in_the_test_is_one_too(tmp_path):
    cells = [(*row, "train") for row in rows(9)] + [("x y", -1, "test")] * 3
    found = read_all(put(tmp_path / "a.csv", cells, "text,label,split"))
    assert sizes(found) == (9, 0)


def test_the_parts_are_read_by_the_same_columns(tmp_path):
    head = "first,second,mood"
    train = put(
        tmp_path / "train.csv", [("a", f"a long text {i}", "xy"[i % 2]) for i in range(9)], head
    )
    put(
        tmp_path / "test.csv",
        [(f"a long, or longer text {i}".replace(",", ""), "b", "x") for i in range(4)],
        head,
    )
    assert read_all(train).texts[-1] == "b"


def test_a_folder_for_each_part_may_hold_a_table(tmp_path):
    for part, count in (("train", 20), ("test", 4)):
        put(tmp_path / "set" / part / f"{part}.csv", rows(count))
    assert sizes(read_all(tmp_path / "set" / "train" / "train.csv")) == (20, 4)


@pytest.mark.parametrize("first", [0, 1])
def test_classes_are_called_as_in_the_file_beside(tmp_path, first):
    put(tmp_path / "train.csv", rows(20, (first, first + 1)))
    (tmp_path / "classes.txt").write_text("World\nSci/Tech\n")
    found = read_all(tmp_path / "train.csv")
    assert {*found.labels} == {"World", "Sci/Tech"}
    assert found.labels[0] == "World"
    (tmp_path / "classes.txt").write_text("World\nSci/Tech\nSports\n")
    assert {*read_all(tmp_path / "train.csv").labels} == {str(first), str(first + 1)}


@pytest.mark.parametrize("name", ["classes.txt", "labels.txt"])
def test_names_of_classes_that_cannot_be_read_are_no_names(tmp_path, name):
    train = put(tmp_path / "train.csv", rows(20, (0, 1)))
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    assert {*read_all(train).labels} == {"0", "1"}
    (tmp_path / "label_names.txt").write_text("good\nbad\n")
    assert {*read_all(train).labels} == {*KINDS}
