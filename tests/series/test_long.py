"""Tables in long form as people make them: the order of steps, what is no channel, which series."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.series.reading import is_of_series, is_table_of_pixels, read_series
from dpn.series.sets import bring


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def in_order(cells, head="time"):
    """A table of two series whose steps 0, 1, 2 … stand at times written so, the last one first."""
    rows = [f"{one},{cell},{x},{one * 2}" for one in "ab" for x, cell in enumerate(cells)]
    return f"series,{head},x,label\n" + "\n".join(rows[::-1]) + "\n"


@pytest.mark.parametrize(
    ("head", "cells", "said"),
    [
        ("time", ("25.01.2020 9:00", "01.02.2020 9:00", "02.02.2020 9:00"), "day, month, year"),
        ("time", ("25/01/2020", "01/02/2020", "03/02/2020"), "day, month, year"),
        ("time", ("01/25/2020", "02/01/2020", "11/03/2020"), "month, day, year"),
        ("date", ("Jan 25 2020", "Feb 1 2020", "Mar 1 2020"), None),
        ("time", ("9:57:00", "10:00:00", "10:03:00"), None),
        ("t", ("0:3.5", "0:10.5", "1:0.5"), None),
        ("time", ("12:05 am", "11:00 AM", "1:30 p.m."), None),
        ("date,time", ("2020-01-09,9:00 PM", "2020-01-10,12:10 AM", "2020-01-10,1:00 AM"), None),
        ("time", ("2s", "10s", "100s"), None),
        ("date,time", ("2020-01-09,23:59", "2020-01-10,0:00", "2020-01-10,7:00"), None),
        ("time", ("2020年1月9日 8:00", "2020年1月10日 7:00", "2020年11月1日 8:00"), None),
    ],
)
def test_steps_are_put_in_the_order_of_their_times_however_those_are_written(
    tmp_path, head, cells, said
):
    found = read_series(write(tmp_path, "a.csv", in_order(cells, head)))
    np.testing.assert_array_equal(np.concatenate(found.values)[:, 0], [0, 1, 2] * 2)
    assert found.channels == ("x",)
    assert [said in note for note in found.notes] == ([True] if said else [])


def test_where_a_cell_is_no_time_the_order_of_the_file_is_kept_and_said(tmp_path):
    path = write(tmp_path, "a.csv", in_order(("morning", "noon", "evening")))
    found = read_series(path)
    np.testing.assert_array_equal(found.values[0][:, 0], [2, 1, 0])
    assert found.notes == (
        "a.csv: column time holds 'evening', which is no time: the steps stand as in the file.",
    )


def test_recordings_in_files_of_their_own_are_put_in_the_order_of_dates_too(tmp_path):
    for label in ("run", "walk"):
        rows = [f"{day}.2024 8:00,{x}" for x, day in enumerate(("30.1", "1.2", "2.2"))]
        write(tmp_path, f"{label}/1.csv", "Timestamp,x\n" + "\n".join(rows[::-1]) + "\n")
    found = read_series(tmp_path)
    np.testing.assert_array_equal(np.concatenate(found.values)[:, 0], [0, 1, 2] * 2)
    assert found.notes == ("Column Timestamp was taken for the time.",)


def long(head, row, series=6, steps=4):
    """A table of series 0, 1 … with their steps, two of each of three classes."""
    names = ("up", "down", "on")
    rows = [
        row.format(i=i, t=t, x=10 * i + t, k=i % 3, who=i % 2, word=names[i % 3])
        for i in range(series)
        for t in range(steps)
    ]
    return head + "\n" + "\n".join(rows) + "\n"


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


def test_what_comes_again_within_a_series_is_refused_with_what_to_do(tmp_path):
    for name, cells in (("time", "abab"), ("position", "0101")):
        when = [{"a": "00:00", "b": "12:00"}.get(cell, cell) for cell in cells]
        rows = [
            f"{i},{cell},{x * x + i},{'ud'[i % 2]}" for i in range(4) for x, cell in enumerate(when)
        ]
        path = write(tmp_path, "a.csv", f"series,{name},x,label\n" + "\n".join(rows))
        told = f"Column {name} was taken for the time: if it is none, rename it; if it tells no day"
        with pytest.raises(DataError, match=told):
            read_series(path)


@pytest.mark.parametrize(
    "cells",
    [
        ("23:59:55", "23:59:58", "0:00:01", "0:00:04"),
        ("59:55.0", "59:58.0", "00:01.0", "00:04.0"),
        ("12:59:58", "12:59:59", "1:00:00", "1:00:01"),
        ("11:59:58 PM", "11:59:59 PM", "12:00:00 AM", "12:00:01 AM"),
    ],
)
def test_a_clock_that_runs_on_past_midnight_keeps_the_order_of_the_file(tmp_path, cells):
    lines = [f"{i},{cell},{x},{i}" for i in range(2) for x, cell in enumerate(cells)]
    path = write(tmp_path, "a.csv", "series,time,x,label\n" + "\n".join(lines))
    np.testing.assert_array_equal(np.concatenate(read_series(path).values)[:, 0], [0, 1, 2, 3] * 2)
    for label in ("run", "walk"):
        rows = [f"{cell},{x}" for x, cell in enumerate(cells)]
        write(tmp_path, f"b/{label}/1.csv", "time,x\n" + "\n".join(rows))
        rows = [f"10:00:0{x},{x}" for x in range(4)]
        write(tmp_path, f"b/{label}/2.csv", "time,x\n" + "\n".join(rows[::-1]))
    found = read_series(tmp_path / "b")
    assert found.channels == ("x",)
    np.testing.assert_array_equal(np.concatenate(found.values)[:, 0], [0, 1, 2, 3] * 4)


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


def test_a_clock_that_tells_whole_seconds_is_read_as_it_stands(tmp_path):
    row = "{i},2024-05-01 10:00:0{t},{x},{word}"
    words = long("series,time,x,label", row).replace(":03,", ":02,")
    found = read_series(write(tmp_path, "a.csv", words))
    assert [one[:, 0].tolist() for one in found.values][:2] == [[0, 1, 2, 3], [10, 11, 12, 13]]


def test_texts_beside_numbers_and_numbers_of_rows_are_none_of_series(tmp_path):
    heads = {
        "clips": "file,start,end,sentence,emotion",
        "meld": "no,said,speaker,emotion,episode,dialogue",
        "phrases": "phrase_id,sentence_id,phrase,sentiment",
    }
    rows = {
        "clips": "f{s},{n},{n}.5,{text},{word}",
        "meld": "{n},{text},ann,{word},21,{s}",
        "phrases": "{n},{s},{text},{k}",
    }
    for name, head in heads.items():
        lines = [
            rows[name].format(
                s=n // 4, n=n, text=f"it is thing {n} of all", word="ab"[n % 2], k=n % 2
            )
            for n in range(24)
        ]
        path = write(tmp_path, f"{name}.csv", head + "\n" + "\n".join(lines) + "\n")
        assert not is_of_series(path), name


def test_dates_in_words_are_no_texts(tmp_path):
    row = "{i}\tMon, 1{t} Jan 2020 10:0{i}:01 GMT\t{x}\t{word}"
    path = write(tmp_path, "a.tsv", long("series\ttime\tx\tlabel", row))
    assert is_of_series(path)
    assert [len(one) for one in read_series(path).values] == [4] * 6


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


@pytest.mark.parametrize("head", ["", "user,activity,timestamp,x,y"])
def test_measurements_without_a_column_of_their_series_are_told_from_texts(tmp_path, head):
    rows = [
        f"{33 + k % 3},{('Walking', 'Sitting')[k % 2]},{4910 + 5 * (30 * k + t)},0.{t},-{t}.5"
        for k in range(6)
        for t in range(30)
    ]
    content = "\n".join([head, *rows] if head else [f"{row};" for row in rows])
    path = write(tmp_path, "wisdm.txt", content)
    assert is_of_series(path)
    with pytest.raises(DataError, match="Number the recordings in a column called series"):
        read_series(path)
    assert not is_of_series(write(tmp_path, "b.csv", "\n".join(rows[::31])))  # of a row each


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


def test_a_series_a_row_may_have_several_channels(tmp_path):
    head = [f"{of}{t}" for of in "xy" for t in range(9)]
    rows = [
        [*(str(i + t * t) for t in range(9)), *["0.5"] * 7, "", "", "ab"[i % 2]] for i in range(6)
    ]
    content = "\n".join(",".join(row) for row in [[*head, "label"], *rows])
    found = read_series(write(tmp_path, "a.csv", content))
    assert (found.channels, found.labels) == (("x", "y"), ["a", "b"] * 3)
    np.testing.assert_array_equal(found.values[1][:3], [[1, 0.5], [2, 0.5], [5, 0.5]])
    head = ["label", *(f"{i}x{j}" for i in range(1, 9) for j in range(1, 9))]
    rows = [["1", *["255"] * 64] for _ in range(4)]
    path = write(tmp_path, "b.csv", "\n".join(",".join(row) for row in [head, *rows]))
    assert is_table_of_pixels(path)
    assert not is_of_series(path)
