"""Which column says when, and what is made of its cells."""

import datetime

import pytest

from dpn.texts.days import find_days


def day(*numbers):
    return datetime.date(*numbers)


@pytest.mark.parametrize(
    ("cells", "expected", "words"),
    [
        (("2026-01-03T12:00:00Z", "2026-01-04"), [day(2026, 1, 3), day(2026, 1, 4)], "column x:"),
        (("3/4/2026", "13/4/2026"), [day(2026, 4, 3), day(2026, 4, 13)], "read as day, month"),
        (("3/4/2026", "4/13/2026"), [day(2026, 3, 4), day(2026, 4, 13)], "read as month, day"),
        (("3.4.2026", "4.5.2026"), [day(2026, 4, 3), day(2026, 5, 4)], "read as day, month"),
        (("03-04-2026", "13-04-2026"), [day(2026, 4, 3), day(2026, 4, 13)], "read as day, month"),
        (("2026年3月1日", "2026年12月31日"), [day(2026, 3, 1), day(2026, 12, 31)], "column x:"),
        (("Mon Apr 06 22:19:45 PDT 2009",), [day(2009, 4, 6)], "column x:"),
        (("March 1, 2019 ", "1 May 2019"), [day(2019, 3, 1), day(2019, 5, 1)], "column x:"),
        (("2026-01-03", ""), [day(2026, 1, 3), None], "Rows without one: 1."),
        (
            ("2026-03-01T23:30:00-05:00", "2026-03-02 00:30:00+0100"),
            [day(2026, 3, 1), day(2026, 3, 2)],
            "each by the clock of its own zone",
        ),
        (("Sun Mar 01 2026 23:30:00 GMT-0500 (EST)",), [day(2026, 3, 1)], "its own zone"),
        (("2026-03-01T23:30:00-08:00[America/Los_Angeles]",), [day(2026, 3, 1)], "its own zone"),
        (("1. März 2026", "2 février 2026 10:00"), [day(2026, 3, 1), day(2026, 2, 2)], "column x:"),
        (("1 de abril de 2026", "Dienstag, 2. Mai 2026"), [day(2026, 4, 1), day(2026, 5, 2)], ":"),
        (
            ("2026年3月1日 下午3:00", "2026年3月2日"),
            [day(2026, 3, 1), day(2026, 3, 2)],
            "column x:",
        ),
        (("Sun, 01 Mar 2026 23:30:00 -0500",), [day(2026, 3, 1)], "its own zone"),
        (("2026-03-01 00:10+05:30", "2026-03-01T00:10:00.123+02"), [day(2026, 3, 1)] * 2, "zone"),
        (("Mon Apr 06 22:19:45 -0700 2009",), [day(2009, 4, 6)], "zone"),
    ],
)
def test_days_are_found_by_what_the_cells_hold(cells, expected, words):
    days, said = find_days(["text", "x"], [["2026-05-05", cell] for cell in cells], text=0)
    assert days == expected
    assert words in said


def test_a_column_that_is_called_so_comes_first_and_numbers_are_no_dates():
    rows = [["a", "2026-01-01", "Jan 5, 2026"]]
    days, said = find_days(["text", "due", "date"], rows, text=0)
    assert (days, "column date" in said) == ([day(2026, 1, 5)], True)
    assert find_days(["text", "stars"], [["a", "3"], ["b", "5"]], text=0) is None
    assert find_days(["text", "date"], [["a", "soon"], ["b", "later"]], text=0) is None


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("x", ("1-Mar-2019", "Mar-19"), [day(2019, 3, 1), day(2019, 3, 1)]),
        ("date", ("20190301T233000Z", "20190302 10:00"), [day(2019, 3, 1), day(2019, 3, 2)]),
        ("date", ("20190301", "2019"), [day(2019, 3, 1), day(2019, 1, 1)]),
        ("x", ("1066-10-14", "9999-12-31"), [day(1066, 10, 14), day(9999, 12, 31)]),
        ("date", ("2019-03-01", "9999-12-31T23:59:59-12:00"), [day(2019, 3, 1), day(9999, 12, 31)]),
        *((name, ("2019", "2020"), None) for name in ("x", "year")),
        *(("x", cells, None) for cells in (("5-3", "2-1"), ("10 20", "1 2"), ("3 May", "4 May"))),
    ],
)
def test_a_day_has_a_year(name, cells, expected):
    found = find_days(["text", name], [["a", cell] for cell in cells], text=0)
    assert (None if found is None else found[0]) == expected


def test_seconds_since_1970_are_days_and_times_alone_are_none():
    for cells in (("1551449100", "1551535500"), ("1551449100000", "1551535500123")):
        rows = [["a", cell] for cell in cells]
        for name in ("timestamp", "unixReviewTime"):
            days, said = find_days(["text", name], rows, text=0)
            assert days == [day(2019, 3, 1), day(2019, 3, 2)]
            assert ", by UTC:" in said
        assert find_days(["text", "number"], rows, text=0) is None
    for cells in (("14:05", "3:10 pm"), ("0.5", "12.25"), ("Monday", "Friday")):
        assert find_days(["text", "time"], [["a", cell] for cell in cells], text=0) is None
