"""The table of answers, and its CSV: no cell is a formula."""

import csv
import io

import numpy as np
import pytest

from dpn.names import harmless
from dpn.ui.classify.answer_table import answer_table, to_csv


def test_the_table_has_the_three_likeliest_classes():
    p = np.array([[0.1, 0.7, 0.2], [0.4, 0.4, 0.2]], dtype=np.float32)
    table = answer_table(["a.png", "b.png"], p, ("left", "middle", "right"))
    assert list(table.columns) == ["file", "answer", "sure", "second", "third"]
    assert table["answer"].tolist() == ["middle", "left"]
    assert table["sure"].tolist() == pytest.approx([0.7, 0.4])
    assert table["second"].tolist() == ["right (20.0%)", "middle (40.0%)"]
    assert table["third"].tolist() == ["left (10.0%)", "right (20.0%)"]


def test_of_two_classes_there_is_no_third():
    table = answer_table(["a"], np.array([[0.25, 0.75]], dtype=np.float32), ("no", "yes"))
    assert list(table.columns) == ["file", "answer", "sure", "second"]
    assert table["second"].tolist() == ["no (25.0%)"]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_the_table_or_its_csv_is_a_formula(first):
    p = np.array([[0.75, 0.25]], dtype=np.float32)
    table = answer_table([f"{first}1+1"], p, (f"{first}cmd", f"{first}SUM(A1)"))
    assert not [c for c in table.iloc[0] if isinstance(c, str) and not c.startswith("'")]
    _, row = list(csv.reader(io.StringIO(to_csv(table).decode("utf-8-sig"), newline="")))
    assert row[0] == f"'{first}1+1"
    assert row[1] == f"'{first}cmd"
    assert row[2] == "0.75"
    assert row[3] == f"'{first}SUM(A1) (25.0%)"


def test_harmless_text_is_left_as_it_is():
    for text in ("a=b", "seven.png", "", "'=quoted", "1-2", "été, 数"):
        assert harmless(text) == text


def test_the_csv_keeps_commas_quotes_and_any_script():
    names = ['a,b".png', "数.png"]
    p = np.array([[0.5, 0.5], [1, 0]], dtype=np.float32)
    data = to_csv(answer_table(names, p, ("no", "yes")))
    assert data.startswith(b"\xef\xbb\xbf")  # without it Excel guesses the encoding
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["file", "answer", "sure", "second"]
    assert [row[0] for row in rows[1:]] == names
    assert [float(row[2]) for row in rows[1:]] == [0.5, 1]
