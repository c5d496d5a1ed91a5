"""Which column is which: where names and contents mislead, as in files that publishers make."""

import pytest

from dpn.errors import DataError
from dpn.texts.reading import read_columns, read_texts
from tests.texts.layouts import write

KINDS = ("good", "bad", "so so")


def table(tmp_path, head, row, count=60):
    """A CSV whose rows are what ``row`` makes of a number and its class."""
    lines = [head, *(",".join(map(str, row(i, KINDS[i % 3]))) for i in range(count))]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


def kinds(found):
    return sorted({*found.labels})


def test_a_usual_name_counts_only_where_the_column_varies(tmp_path):
    file = table(
        tmp_path,
        "language,question,answer,mood",
        lambda i, of: ("en", "What would you say to a machine?", f"answer {i}", of),
    )
    found = read_texts(file, label="mood")
    assert (found.texts[1], read_columns(file).texts[1]) == ("answer 1", "answer 1")


def test_texts_with_their_entities_marked_are_not_those(tmp_path):
    file = table(
        tmp_path,
        "said,marked,intent",
        lambda i, of: (f"wake me at {i} sharp", f"wake me at [time : {i}] sharp", of),
    )
    assert read_texts(file).texts[7] == "wake me at 7 sharp"


def test_classes_in_words_are_taken_in_place_of_their_numbers(tmp_path):
    file = table(
        tmp_path, "text,label,label_text", lambda i, of: (f"text {i}", KINDS.index(of), of)
    )
    assert kinds(read_texts(file)) == sorted(KINDS)
    assert kinds(read_texts(file, label="label")) == ["0", "1", "2"]  # what is said is done
    file = table(
        tmp_path, "text,label,by", lambda i, of: (f"text {i}", KINDS.index(of), "xy"[i % 2])
    )
    assert kinds(read_texts(file)) == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("head", "values"),
    [
        (
            "user_id,stars,useful,day",
            lambda i: (f"u{i % 9}", i % 5, i % 2, f"2016-03-0{1 + i % 9}"),
        ),
        ("airline_sentiment,airline", lambda i: (i % 3, "ab"[i % 2])),
        ("Klasse,Datum", lambda i: (i % 4, f"0{1 + i % 9}.03.2024")),
        ("mood,reviewerID,reviewTime", lambda i: (i % 4, i % 9, f"02 {i % 9}, 2014")),
        ("mood,stamp", lambda i: (i % 4, f"Mon Apr 06 22:1{i % 9}:45 PDT 2009")),
        ("mood,score", lambda i: (i % 4, f"0.{i}37")),
    ],
)
def test_ids_dates_and_measures_are_no_classes(tmp_path, head, values):
    file = table(tmp_path, f"text,{head}", lambda i, of: (f"a text {i}", *values(i)))
    wanted = next(at for at, name in enumerate(head.split(",")) if name != "user_id")
    assert read_texts(file).labels == [str(values(i)[wanted]) for i in range(60)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("published", ("yes", "no")),
        ("is_sent", ("0", "1")),
        ("day", ("Mon", "Tue")),
        ("time", ("past", "future")),
    ],
)
def test_a_column_that_is_called_as_days_holds_the_classes_where_no_other_does(
    tmp_path, name, values
):
    file = table(tmp_path, f"text,{name}", lambda i, of: (f"a text {i}", values[i % 2]))
    assert kinds(read_texts(file)) == sorted(values)
    file = table(tmp_path, f"text,mood,{name}", lambda i, of: (f"a text {i}", of, values[i % 2]))
    assert kinds(read_texts(file)) == sorted(KINDS)
    file = table(tmp_path, f"text,{name}", lambda i, of: (f"a text {i}", f"2016-03-0{1 + i % 9}"))
    with pytest.raises(DataError, match="has no column of classes"):
        read_texts(file)


def test_numbers_that_are_measured_are_refused(tmp_path):
    file = table(tmp_path, "text,rating", lambda i, of: (f"a text {i}", f"{i / 7:.2f}"))
    with pytest.raises(
        DataError, match=r"a\.csv has numbers to be predicted \(0\.00, 0\.14, 0\.29"
    ):
        read_texts(file)
    halves = table(tmp_path, "text,rating", lambda i, of: (f"a text {i}", f"{i % 10 / 2}"))
    assert len(kinds(read_texts(halves))) == 10


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("partition", ("train", "test")),
        ("Set", ("training", "testing")),
        ("dataset", ("dev", "test")),
        ("is_test", ("False", "True")),
        ("is_test", ("0", "1")),
    ],
)
def test_each_column_of_parts_is_known(tmp_path, name, values):
    file = table(tmp_path, f"text,label,{name}", lambda i, of: (f"a {i}", of, values[i > 40]))
    assert read_texts(file).parts == ["train"] * 41 + ["test"] * 19


def test_other_texts_are_said_to_be_left_out(tmp_path):
    file = table(
        tmp_path,
        "label,title,description",
        lambda i, of: (of, f"the title is {i}", f"what is told of it is {i}"),
    )
    assert read_texts(file).notes == (
        "a.csv: the texts are those of description; left out: title.",
    )


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("sepal length,sepal width,petal length,species", "5.{0},3.{1},1.{0},{2}"),
        ("Jan,Feb,Mar,Apr,label", "0.1{0},0.2{1},-1.{0},0.5{1},{2}"),
        ("one;two;kind", "0,1{0};0,2{1};{2}"),
    ],
)
def test_measurements_beside_classes_are_no_texts(tmp_path, head, row):
    rows = [row.format(i % 7, i % 5, ("setosa", "virginica")[i % 2]) for i in range(30)]
    file = write(tmp_path, "a.csv", "\n".join([head, *rows]))
    with pytest.raises(DataError, match="holds numbers and no texts .*--text-column NAME"):
        read_texts(file)
    name = head.replace(";", ",").split(",")[0]
    label = head.replace(";", ",").split(",")[-1]
    assert len(read_texts(file, text=name, label=label).texts) == 30


def test_short_texts_that_recur_beside_a_number_are_texts(tmp_path):
    rows = [f"{('yes', 'no', 'stop')[i % 3]},{i % 2},0.{i}" for i in range(30)]
    found = read_texts(write(tmp_path, "a.csv", "\n".join(["text,label,sure", *rows])))
    assert {*found.texts} == {"yes", "no", "stop"}
