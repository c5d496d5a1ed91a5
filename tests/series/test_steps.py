"""The order of the steps of a series: by times however they are written, or as the file has it."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.series.reading import read_series
from tests.series.written import long, write


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


def test_a_clock_that_tells_whole_seconds_is_read_as_it_stands(tmp_path):
    row = "{i},2024-05-01 10:00:0{t},{x},{word}"
    words = long("series,time,x,label", row).replace(":03,", ":02,")
    found = read_series(write(tmp_path, "a.csv", words))
    assert [one[:, 0].tolist() for one in found.values][:2] == [[0, 1, 2, 3], [10, 11, 12, 13]]


def test_what_is_measured_is_no_time_though_it_is_called_so(tmp_path):
    rows = [f"{i},{x * (1 - i % 2) + 0.5},{x},{'ud'[i % 2]}" for i in range(4) for x in (3, 1, 2)]
    found = read_series(write(tmp_path, "a.csv", "id,position,x,label\n" + "\n".join(rows)))
    assert found.channels == ("position", "x")
    assert found.values[0].tolist() == [[3.5, 3], [1.5, 1], [2.5, 2]]
    heads = ("Position x,Position y", "Step length (cm),width", "T (degC),p", "reading,p")
    for i, head in enumerate(heads):
        for label in ("run", "walk"):
            write(tmp_path, f"b{i}/{label}/1.csv", head + "\n3.5,1\n1.5,2\n2.5,9\n")
        found = read_series(tmp_path / f"b{i}")
        assert found.channels == tuple(head.split(","))
        assert found.values[0][:, 0].tolist() == [3.5, 1.5, 2.5]


def test_times_in_any_column_put_the_rows_in_order(tmp_path):
    for label in ("run", "walk"):
        write(tmp_path, f"b/{label}/1.csv", "x,timestamp\n2,170\n0,150\n1,160\n")
    found = read_series(tmp_path / "b")
    assert found.channels == ("x",)
    assert found.values[0].tolist() == [[0], [1], [2]]
    cells = ("2026-01-01T10:00:02Z", "2026-01-01T10:00:10Z", "2026-01-01T10:01:00Z")
    found = read_series(write(tmp_path, "a.csv", in_order(cells, "time_utc")))
    np.testing.assert_array_equal(np.concatenate(found.values)[:, 0], [0, 1, 2] * 2)
    assert found.notes == ("Column time_utc was taken for the time.",)
    again = read_series(write(tmp_path, "c.csv", in_order(("2026-01-01",) * 3, "recorded date")))
    assert again.notes == ("c.csv: of words, so left out: recorded date.",)


def test_a_column_that_grows_evenly_is_said_to_be_the_time(tmp_path):
    rows = [f"{i},{x / 4},{x * x},{'ud'[i % 2]}" for i in range(4) for x in range(3)]
    found = read_series(write(tmp_path, "a.csv", "id,way,x,label\n" + "\n".join(rows)))
    assert found.channels == ("x",)
    assert found.notes == ("Column way was taken for the time.",)


def test_times_that_are_not_even_are_times_by_their_unit(tmp_path):
    for label in ("run", "walk"):
        write(tmp_path, f"b/{label}/1.csv", "epoch (ms),speed (m/sec)\n150,2\n160,7\n171,1\n")
    found = read_series(tmp_path / "b")
    assert found.channels == ("speed (m/sec)",)
    assert found.notes == ("Column epoch (ms) was taken for the time.",)
