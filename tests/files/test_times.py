"""Columns of times: what is read of each, and which are dates."""

import datetime
import time

import numpy as np
import pytest

from dpn.files.times import are_dates, dates_in, times_in
from dpn.items.reading import read_lists

EPOCH = datetime.datetime(1970, 1, 1)


def seconds(*date):
    return (datetime.datetime(*date) - EPOCH).total_seconds()


NANO = seconds(2019, 3, 1, 0, 0, 0, 123456)


@pytest.mark.parametrize(
    ("cells", "expected", "order"),
    [
        (("1066-10-14", "1215-06-15"), [seconds(1066, 10, 14), seconds(1215, 6, 15)], ""),
        (("0001-01-01", "9999-12-31"), [seconds(1, 1, 1), seconds(9999, 12, 31)], ""),
        (("1066-10-14", "2019-03-01 00:00:00.123456789"), [seconds(1066, 10, 14), NANO], ""),
        (("2-1", "10-12"), [seconds(1, 2, 1), seconds(1, 10, 12)], ""),
        (("2026年3月", "2026年12月"), [seconds(2026, 3, 1), seconds(2026, 12, 1)], ""),
        (
            ("3/4/2026", "13/4/2026"),
            [seconds(2026, 4, 3), seconds(2026, 4, 13)],
            "day, month, year",
        ),
        (("Mar-19", "Apr-68"), [seconds(2019, 3, 1), seconds(2068, 4, 1)], "month, year"),
    ],
)
def test_dates_of_any_year_are_seconds_since_1970(cells, expected, order):
    found, said = dates_in(cells)
    assert (found.tolist(), said) == (expected, order)
    assert are_dates(cells)
    np.testing.assert_array_equal(times_in(cells)[0], expected)


def test_a_clock_or_a_word_among_dates_is_none():
    cells = ["2026-03-01", "14:05", "soon", ""]
    found, _ = dates_in(cells)
    assert np.isnan(found).tolist() == [False, True, True, True]
    assert not are_dates(cells)
    assert not are_dates([])
    nearly = ["2026-03-01"] * 9 + ["unknown"]
    assert (are_dates(nearly, 0.9), are_dates(nearly), are_dates(nearly[1:], 0.9)) == (
        True,
        False,
        False,
    )


def test_a_list_with_scores_or_of_old_books_is_read(tmp_path):
    """Columns that could be dates of the years before 1677 broke every table that had one."""
    books = {"x": "1066-10-14", "y": "1215-06-15", "z": "1314-06-24"}
    rows = [f"{user},{item},{day},2-1" for user in "ab" for item, day in books.items()]
    (tmp_path / "old.csv").write_text("\n".join(["user,item,time,score", *rows[::-1]]))
    assert read_lists(tmp_path / "old.csv").lists == [["x", "y", "z"]] * 2


def test_long_texts_with_dates_in_them_are_told_at_once():
    """Mails of 20 kB each were searched for parts of dates word by word, 40 s of 3,000."""
    mails = [f"Thu, 22 Aug 2002 from {i} " + "a word and 12:30 more " * 2_000 for i in range(300)]
    start = time.perf_counter()
    assert not are_dates(mails, 0.9)
    assert np.isnan(dates_in(mails)[0]).all()
    assert time.perf_counter() - start < 2
