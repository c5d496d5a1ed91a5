"""Tables in long form as people make them: the order of steps, what is no channel, which series."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.series.reading import is_of_series, read_series
from dpn.series.sets import bring
from tests.series.written import long, write


@pytest.mark.parametrize(
    ("head", "row", "left"),
    [
        ("series,time,x,label_id,label", "{i},{t},{x},{k},{word}", "label_id"),
        ("series,subject,age,time,x,label", "{i},{who},4{who},{t},{x},{word}", "subject, age"),
        ("series,time,x,fold,class", "{i},{t},{x},{who},{word}", "fold"),
        ("series,time,x,class,activity", "{i},{t},{x},{k},{word}", "class"),
    ],
)
def test_what_is_alike_within_each_series_is_no_channel(tmp_path, head, row, left):
    found = read_series(write(tmp_path, "a.csv", long(head, row)))
    assert found.channels == ("x",)
    assert found.labels == ["up", "down", "on"] * 2
    assert found.notes == (f"a.csv: alike within each series, so left out: {left}.",)


def test_channels_that_a_run_reads_may_stand_still(tmp_path):
    path = write(tmp_path, "a.csv", long("series,time,x,y,label", "{i},{t},1,2,{word}"))
    assert read_series(path).channels == ("x", "y")  # nothing else is left
    path = write(tmp_path, "b.csv", long("series,time,x,y,label", "{i},{t},{x},2,{word}"))
    assert read_series(path, ["x", "y"]).channels == ("x", "y")


def test_numbers_that_begin_anew_for_each_subject_are_series_of_their_own(tmp_path):
    rows = [(s, i, t) for s in range(3) for i in range(4) for t in range(5)]
    for name, order in (("a", rows), ("b", sorted(rows, key=lambda row: row[::-1]))):
        cells = (
            f"{s},{i},{t},{100 * s + 10 * i + t * t},{('up', 'down')[i % 2]}" for s, i, t in order
        )
        content = "subject,trial,time,x,label\n" + "\n".join(cells)
        found = read_series(write(tmp_path, f"{name}.csv", content))
        assert [one[:, 0].tolist() for one in found.values][:1] == [[0, 1, 4, 9, 16]]
        assert len(found.values) == 12
        assert found.channels == ("x",)
        said = f"{name}.csv: trial begins anew, so a series is one of each subject."
        assert found.notes == (said,)
        nobody = "\n".join(row.split(",", 1)[1] for row in content.splitlines())
        if name == "a":
            with pytest.raises(DataError, match="'0' comes to the time '0' twice, in row 22"):
                read_series(write(tmp_path, "c.csv", nobody))
        no_time = "\n".join(
            ",".join(row.split(",")[:2] + row.split(",")[3:]) for row in content.splitlines()
        )
        assert len(read_series(write(tmp_path, "d.csv", no_time)).values) == 12


@pytest.mark.parametrize(
    "row",
    ["{i},{first},{t},{x},{word}", "{i},{first},{t},{x},{label}", "{i},{number},{t},{x},{word}"],
)
def test_what_is_said_in_the_first_row_of_a_series_holds_for_all_of_it(tmp_path, row):
    lines = [
        row.format(
            i=i,
            t=t,
            x=10 * i + t * t,
            word=("up", "down")[i % 2],
            first=f"p{i // 2}" if t == 0 else "",
            number=f"{i // 2}" if t == 0 else "",
            label=("up", "down")[i % 2] if t == 0 else "",
        )
        for i in range(6)
        for t in range(8)
    ]
    path = write(tmp_path, "a.csv", "series,subject,time,x,label\n" + "\n".join(lines))
    found = read_series(path)
    assert [len(one) for one in found.values] == [8] * 6
    assert (found.channels, found.labels) == (("x",), ["up", "down"] * 3)


def test_subjects_of_several_classes_and_values_in_rows_of_their_own_are_told_apart(tmp_path):
    rows = [(s, i, t) for i in range(3) for s in range(4) for t in range(5)]
    cells = (f"s{s},{i},{t},{10 * i + t * t},{('up', 'down')[s % 2]}" for s, i, t in rows)
    path = write(tmp_path, "a.csv", "subject,trial,t,x,label\n" + "\n".join(cells))
    assert read_series(path).labels == ["up", "down"] * 6
    cells = (
        f"s{s},{i},{t},{of},{10 * s + t},{('up', 'down')[s % 2]}" for s, i, t in rows for of in "xy"
    )
    path = write(tmp_path, "b.csv", "subject,trial,t,channel,value,label\n" + "\n".join(cells))
    found = read_series(path)
    assert (len(found.values), found.channels) == (12, ("channel x", "channel y"))


def test_a_word_that_changes_within_a_series_is_not_its_class(tmp_path):
    rows = [
        f"{i},{t},{t * t + i},{['on', 'off'][t % 2]},{i % 2}" for i in range(6) for t in range(4)
    ]
    path = write(tmp_path, "a.csv", "series,time,x,button,code\n" + "\n".join(rows))
    assert is_of_series(path)
    assert read_series(path, label="code").labels == ["0", "1"] * 3
    with pytest.raises(DataError, match="no classes"):
        bring(path, tmp_path / "data")


def test_a_table_may_be_called_txt(tmp_path):
    words = long("series,time,x,label", "{i},{t},{x},{word}").replace(",", "\t")
    path = write(tmp_path, "a.txt", words)
    assert is_of_series(path)
    assert read_series(path).labels == ["up", "down", "on"] * 2


@pytest.mark.parametrize("head", ["partition", "set"])
def test_parts_are_told_by_what_the_column_holds(tmp_path, head):
    words = long(f"series,time,x,{head},label", "{i},{t},{x},part{who},{word}")
    words = words.replace("part0", "Training").replace("part1", "dev")
    found = read_series(write(tmp_path, "a.csv", words))
    assert (found.parts, found.channels) == (["train"] * 6, ("x",))
    found = read_series(write(tmp_path, "b.csv", words.replace("dev", "eval")))
    assert found.parts == ["train", "test"] * 3
    folds = words.replace("Training", "1").replace("dev", "2")
    found = read_series(write(tmp_path, "c.csv", folds))
    assert (found.parts, found.channels) == (["train"] * 6, ("x",))


def test_a_class_may_stand_in_the_first_row_of_a_series_alone(tmp_path):
    rows = [f"{i},{t},{t * t},{'' if t else 'ab'[i % 2]}" for i in range(4) for t in range(3)]
    path = write(tmp_path, "a.csv", "series,time,x,label\n" + "\n".join(rows))
    assert read_series(path).labels == ["a", "b"] * 2


def test_values_by_kind_as_tsfresh_has_them(tmp_path):
    rows = [
        f"{i},{t},{kind},{t * t},{'ab'[i % 2]}" for i in range(4) for t in range(3) for kind in "FT"
    ]
    path = write(tmp_path, "a.csv", "id,time,kind,value,y\n" + "\n".join(rows))
    found = read_series(path)
    assert (found.channels, found.labels) == (("channel F", "channel T"), ["a", "b"] * 2)


LONG = """series,time,x,y,label
b,1,0.5,2,up
a,2,3,4,down
b,0,1,1,up
a,1,5,6,down
a,3,7,8,down
"""


#: A row for each value, as sktime and aeon write series in long form.
BY_VALUE = """case_id,dim_id,reading_id,value,label
b,0,1,0.5,up
b,0,0,1,up
b,1,0,2,up
b,1,1,3,up
a,0,0,4,down
a,1,0,6,down
a,0,1,5,down
"""


def test_a_table_in_long_form_is_sorted_by_series_and_time(tmp_path):
    path = write(tmp_path, "a.csv", LONG)
    assert is_of_series(path)
    found = read_series(path)
    assert found.channels == ("x", "y")
    assert found.labels == ["up", "down"]
    np.testing.assert_array_equal(found.values[0], [[1, 1], [0.5, 2]])
    np.testing.assert_array_equal(found.values[1], [[5, 6], [3, 4], [7, 8]])
    again = read_series(write(tmp_path, "b.csv", LONG.replace(",", ";")), ["y"])
    np.testing.assert_array_equal(again.values[1], [[6], [4], [8]])
    other = write(tmp_path, "c.csv", LONG.replace("label", "kind"))
    assert read_series(other).labels == read_series(other, None, "kind").labels == found.labels
    more = LONG.replace("time,", "who,time,").replace("a,", "a,Ann,").replace("b,", "b,Ben,")
    path = write(tmp_path, "d.csv", more)
    assert is_of_series(path)
    assert read_series(path).channels == found.channels
    assert read_series(path).notes == ("d.csv: of words, so left out: who.",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("3,4,down", "3,four,down", "row 3: column 'y' holds 'four'"),
        ("3,4,down", "3,4,up", "series 'a' say down, up in column 'label'"),
        ("3,4,down", "3,4", "row 3: 4 cells, and the first row has 5"),
        ("series", "which", "one of them the series'"),  # whose rows stand apart
    ],
)
def test_a_table_that_is_wrong_says_where(tmp_path, old, new, said):
    with pytest.raises(DataError, match=said):
        read_series(write(tmp_path, "a.csv", LONG.replace(old, new, 1)))


def test_a_long_table_with_names_nobody_knows_is_told_by_its_rows(tmp_path):
    rows = [
        f"p{i};{20 * t};{i + t / 2};{t * t};{('up', 'down')[i % 2]}".replace(".", ",")
        for i in range(4)
        for t in range(5)
    ]
    words = "\ufeffwho-did;elapsedMs;ax;ay;Movement Type\n" + "\n".join(rows)
    found = read_series(path := write(tmp_path, "a.csv", words))
    assert is_of_series(path)
    assert (found.channels, found.labels) == (("ax", "ay"), ["up", "down"] * 2)
    np.testing.assert_array_equal(found.values[1][:, 0], 1 + np.arange(5) / 2)
    features = "length,width,kind\n" + "1,2,a\n2,1,a\n3,2,a\n" + "4,2,b\n5,1,b\n6,2,b\n"
    assert not is_of_series(write(tmp_path, "b.csv", features))


def test_a_row_for_each_value_is_put_together_by_channels(tmp_path):
    path = write(tmp_path, "a.csv", BY_VALUE)
    assert is_of_series(path)
    found = read_series(path)
    np.testing.assert_array_equal(found.values[0], [[1, 2], [0.5, 3]])
    np.testing.assert_array_equal(found.values[1], [[4, 6], [5, 6]])  # the last one goes on
    assert (found.labels, found.channels) == (["up", "down"], ("channel 0", "channel 1"))
    with_comma = write(tmp_path, "b.csv", BY_VALUE.replace(",", ";").replace(".", ","))
    np.testing.assert_array_equal(read_series(with_comma).values[0], found.values[0])
    unnumbered = BY_VALUE.replace("reading_id", "row_id")  # then as the rows stand
    found = read_series(write(tmp_path, "c.csv", unnumbered))
    np.testing.assert_array_equal(found.values[0], [[0.5, 2], [1, 3]])
    with pytest.raises(DataError, match="row 5: column 'value' holds 'x', which is no number"):
        read_series(write(tmp_path, "d.csv", BY_VALUE.replace("1,1,3", "1,1,x")))


def test_a_last_row_that_is_cut_off_is_left_out_and_said(tmp_path):
    path = write(tmp_path, "a.csv", long("series,time,x,label", "{i},{t},{x},{word}") + "5,4,0.")
    assert is_of_series(path)
    found = read_series(path)
    assert [len(one) for one in found.values] == [4] * 6
    assert found.notes == ("a.csv: the last row is cut off, so left out.",)


def test_a_row_of_too_few_cells_makes_no_text_of_a_table(tmp_path):
    rows = long("series,time,x,y,label", "{i},{t},{x},0.5{t},{word}").splitlines()
    rows[7] = "1,2,0.75"
    path = write(tmp_path, "a.csv", "\n".join(rows))
    assert is_of_series(path)
    with pytest.raises(DataError, match="row 8: 3 cells, and the first row has 5. Give each row"):
        read_series(path)


def test_channels_that_are_called_otherwise_are_said_to_be_taken(tmp_path):
    path = write(tmp_path, "a.csv", long("series,time,Y,X", "{i},{t},{x},0.5{t}"))
    (note,) = read_series(path, ["x", "y"]).notes
    assert note == "a.csv: Y, X were taken for x, y, in this order."
    assert read_series(path, ["channel 1", "channel 2"]).notes == ()
    one = write(tmp_path, "b.csv", "a,b\n1,0.5\n3,2\n2,7\n")
    assert read_series(one, ["x", "y"]).notes == (
        "b.csv: a, b were taken for x, y, in this order.",
    )


def test_channels_of_one_name_are_told_apart_again_for_a_run(tmp_path):
    path = write(tmp_path, "a.csv", long("series,time,x,y,x,label", "{i},{t},{x},0.5{t},9{x},{k}"))
    found = read_series(path)
    assert found.channels == ("x", "y", "x 2")
    again = read_series(path, found.channels)
    np.testing.assert_array_equal(again.values[1], found.values[1])
    assert again.values[1][1].tolist() == [11, np.float32(0.51), 911]


def test_rows_that_name_no_series_are_left_out_and_counted(tmp_path):
    rows = long("series,time,x,label", "{i},{t},{x},{word}").splitlines()
    rows[3], rows[8] = (row[1:] for row in (rows[3], rows[8]))
    found = read_series(write(tmp_path, "a.csv", "\n".join(rows)))
    assert [len(one) for one in found.values] == [3, 3, 4, 4, 4, 4]
    assert found.notes == ("a.csv: left out 2 of 24 rows, which name no series.",)


def test_what_32_bits_do_not_hold_of_a_channel_is_said(tmp_path):
    rows = long("series,time,north,y,label", "{i},{t},5700123.{t}{i},{t},{k}")
    (note,) = read_series(write(tmp_path, "a.csv", rows)).notes
    assert note.startswith("a.csv: channel 1 changes so little beside its size")
    assert read_series(write(tmp_path, "b.csv", rows.replace("5700123", "5"))).notes == ()


def test_classes_that_are_whole_numbers_with_a_point_are_called_without(tmp_path):
    rows = long("series,time,x,label", "{i},{t},{x},{k}.0")
    assert read_series(write(tmp_path, "a.csv", rows)).labels == ["0", "1", "2"] * 2
