"""Numbers as people write them: decimal commas, thousands, and what looks like either."""

import numpy as np
import pytest

from dpn.series.reading import is_of_series, read_series
from tests.series.written import write


def german(value):
    return f"{value:.2f}".replace(".", ",")


@pytest.mark.parametrize(
    ("head", "front"),
    [
        ("id;Datum;x;y;label", "{i};01.02.2026 10:00:0{t};"),
        ("file;time;x;y;label", "lauf{i}.csv;{t};"),
    ],
)
def test_decimal_commas_stand_beside_dates_and_files_with_points(tmp_path, head, front):
    rows = [
        front.format(i=i, t=t) + f"{german(i + t / 4)};{german(-t)};{('up', 'down')[i % 2]}"
        for i in range(4)
        for t in range(5)
    ]
    path = write(tmp_path, "a.csv", "\n".join([head, *rows]))
    assert is_of_series(path)
    found = read_series(path)
    assert found.channels == ("x", "y")
    np.testing.assert_array_equal(found.values[1], [[1 + t / 4, -t] for t in range(5)])


@pytest.mark.parametrize("mark", [";", "\t", "|", "   "])
def test_decimal_commas_are_no_marks_where_no_line_names_the_columns(tmp_path, mark):
    for name in ("up/1.csv", "up/2.csv", "down/1.csv", "down/2.csv"):
        rows = (mark.join(map(german, (0.25 * t * t, -t / 8, 4))) for t in range(6))
        write(tmp_path / "set", name, "\n".join(rows))
    found = read_series(tmp_path / "set")
    assert len(found.channels) == 3
    np.testing.assert_allclose(found.values[0][:, 0], [0.25 * t * t for t in range(6)])


def test_a_series_a_row_with_decimal_commas_has_no_names(tmp_path):
    rows = (f"{i % 2};" + ";".join(german(i + t / 4) for t in range(9)) for i in range(6))
    found = read_series(write(tmp_path, "a.csv", "\n".join(rows)))
    assert found.labels == ["0", "1"] * 3
    np.testing.assert_array_equal(found.values[2][:, 0], [2 + t / 4 for t in range(9)])


def test_a_single_column_has_decimal_commas_too(tmp_path):
    for name in ("up/1.csv", "up/2.csv", "down/1.csv", "down/2.csv"):
        write(tmp_path / "set", name, "0,25\n-0,50\n1,05\n2,00\n")
    found = read_series(tmp_path / "set")
    np.testing.assert_array_equal(found.values[0], np.float32([[0.25], [-0.5], [1.05], [2]]))
    for name in ("up/1.csv", "up/2.csv", "down/1.csv", "down/2.csv"):
        write(tmp_path / "whole", name, "3,25\n4,50\n1,11\n2,10\n")  # as well two whole numbers
    assert read_series(tmp_path / "whole").values[0].shape == (4, 2)


@pytest.mark.parametrize(
    ("mark", "cells", "numbers"),
    [
        (",", ('"1,250.5"', '"999"', '"-1,000"', '"1,234,567"'), (1250.5, 999, -1000, 1234567)),
        (",", ('"1,25"', '"0,5"', '"-10,0"', '"3"'), (1.25, 0.5, -10, 3)),
        (";", ("1.250,5", "999", "-1.000,0", "1.234.567"), (1250.5, 999, -1000, 1234567)),
        (";", ("1,250.5", "999", "-1,000", "1,234,567"), (1250.5, 999, -1000, 1234567)),
    ],
)
def test_thousands_have_marks(tmp_path, mark, cells, numbers):
    rows = [
        mark.join((str(i), str(t), cell, "ab"[i % 2]))
        for i in range(4)
        for t, cell in enumerate(cells)
    ]
    head = mark.join(("id", "time", "force", "label"))
    found = read_series(write(tmp_path, "a.csv", "\n".join([head, *rows])))
    assert found.channels == ("force",)
    np.testing.assert_array_equal(found.values[0][:, 0], np.float32(numbers))


@pytest.mark.parametrize(
    ("before", "mark", "channels"),
    [
        ("% Raw data\n%Rate = 250 Hz\nt,x,y\n", ",", ("x", "y")),
        ("# t,x,y\n", ",", ("x", "y")),  # as numpy.savetxt writes them
        ("# made by me\n\n# t x y\n", "  ", ("x", "y")),
        ("# of a device, no. 7\n", ",", ("channel 2", "channel 3")),
        ("#t;x;y\n", ";", ("x", "y")),
    ],
)
def test_lines_of_comments_before_a_table_are_none_of_its_rows(tmp_path, before, mark, channels):
    for name in ("up/1.csv", "up/2.csv", "down/1.csv", "down/2.csv"):
        rows = (mark.join((str(t), f"{t * t}.5", f"-{t}.25")) for t in range(6))
        write(tmp_path / "set", name, before + "\n".join(rows) + "\n")
    found = read_series(tmp_path / "set")
    assert found.channels == channels
    assert found.values[0].tolist() == [[t * t + 0.5, -t - 0.25] for t in range(6)]


def test_a_first_name_may_begin_as_a_comment(tmp_path):
    rows = [f"{i},{t},{i + t * t},{('up', 'down')[i % 2]}" for i in range(4) for t in range(3)]
    found = read_series(write(tmp_path, "a.csv", "\n".join(["#id,time,x,label", *rows])))
    assert found.labels == ["up", "down"] * 2
    assert found.values[1].tolist() == [[1], [2], [5]]
