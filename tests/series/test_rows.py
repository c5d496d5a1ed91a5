"""A series a row, as UCR's archive and spreadsheets have them."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.series.reading import is_of_series, is_table_of_pixels, read_series
from tests.series.written import write

LINES = np.linspace(0, 1, 12) + np.arange(6.0)[:, None]


@pytest.mark.parametrize(
    ("mark", "names", "is_last", "name"),
    [
        ("\t", "", False, "Gestures_TRAIN.tsv"),
        ("  ", "", False, "Gestures_TRAIN.txt"),
        (",", "", True, "a.csv"),
        (",", "id,label,t_0", False, "a.csv"),
        (";", "0", True, "a.csv"),
    ],
)
def test_a_series_a_row_in_each_dialect(tmp_path, mark, names, is_last, name):
    rows = [[f"{value:.4f}" for value in line] for line in LINES]
    rows[1][5] = "NaN"
    rows[2][9:] = 3 * ["NaN"]
    if mark == ";":
        rows = [[cell.replace(".", ",") for cell in row] for row in rows]
    classes = ["1", "2"] * 3 if mark.isspace() else ["up", "down"] * 3
    front = [[str(i + 7)] if names.startswith("id") else [] for i in range(6)]
    rows = [
        [*row, one] if is_last else [*before, one, *row]
        for row, one, before in zip(rows, classes, front, strict=True)
    ]
    if names:
        stem = names.removesuffix("0")
        rows.insert(0, [f"{stem if i == 0 else stem[9:]}{i}" for i in range(12)])
        rows[0] = ",".join(rows[0]).split(",") + (["kind"] if is_last else [])
    path = write(tmp_path, name, "\n".join(mark.join(row) for row in rows))
    assert is_of_series(path)
    found = read_series(path)
    assert found.labels == classes
    assert [len(one) for one in found.values] == [12, 12, 9, 12, 12, 12]
    np.testing.assert_allclose(found.values[1][:, 0], LINES[1], atol=1e-4)
    assert found.channels == ("value",)


@pytest.mark.parametrize(
    ("head", "front", "back"),
    [
        ("label,{counted}", "{k},", ""),  # as pandas names columns of numbers
        ("kind,{counted}", "{word},", ""),
        (",label,{counted}", "{i},{k},", ""),
        (",{counted},label", "{i},", ",{k}"),
        ("class,{times}", "{word},", ""),
        ("0,{one_up}", "{k},", ""),
        (",0,{one_up}", "{i},{word},", ""),
        (",{counted}", "{word},", ""),
        ("{counted},9", "", ",{k}"),
    ],
)
def test_names_of_columns_that_are_numbers_are_no_series(tmp_path, head, front, back):
    counted = ",".join(map(str, range(9)))
    one_up = ",".join(map(str, range(1, 10)))
    times = ",".join(f"{t / 30:.3f}" for t in range(9))
    values = [[i * t / 8 for t in range(9)] for i in range(6)]
    rows = [
        front.format(i=i, k=i % 2, word=("up", "down")[i % 2])
        + ",".join(map(str, row))
        + back.format(k=i % 2)
        for i, row in enumerate(values)
    ]
    head = head.format(counted=counted, one_up=one_up, times=times)
    path = write(tmp_path, "a.csv", "\n".join([head, *rows]))
    assert is_of_series(path)
    found = read_series(path)
    assert found.labels in (["0", "1"] * 3, ["up", "down"] * 3)
    np.testing.assert_array_equal(np.stack(found.values)[..., 0], values)


@pytest.mark.parametrize("head", ["label,{}", "id,label,{}"])
def test_rows_of_series_that_end_early_may_be_short_below_names(tmp_path, head):
    names = ",".join(f"t{t}" if "id" in head else str(t) for t in range(12))
    rows = [
        (f"{i}," if "id" in head else "") + f"{'ab'[i % 2]},"
        f"{','.join(map(str, line[: 12 - i % 3]))}"
        for i, line in enumerate(LINES.round(3))
    ]
    path = write(tmp_path, "a.csv", "\n".join([head.format(names), *rows]))
    assert is_of_series(path)
    found = read_series(path)
    assert [len(one) for one in found.values] == [12, 11, 10] * 2
    assert found.labels == ["a", "b"] * 3


def test_a_column_of_classes_that_is_not_there_is_named(tmp_path):
    head = "kind," + ",".join(f"t{t}" for t in range(12))
    rows = [f"{'ab'[i % 2]},{','.join(map(str, line))}" for i, line in enumerate(LINES.round(3))]
    path = write(tmp_path, "a.csv", "\n".join([head, *rows]))
    assert read_series(path, label="kind").labels == ["a", "b"] * 3
    with pytest.raises(DataError, match="--label-column must be one of kind, t0, .*, got 'sort'"):
        read_series(path, label="sort")
    assert read_series(path, ["value"], "sort").labels == [""] * 6  # of what lies beside another


def test_a_first_row_of_a_class_of_its_own_is_a_series(tmp_path):
    for rows in ("up,{}", "{},up"):
        lines = [rows.format(",".join(map(str, line))) for line in LINES.round(3) ** 2]
        lines = [lines[1], *(line.replace("up", "down") for line in lines[2:])]
        path = write(tmp_path, "a.csv", "\n".join(lines))
        assert is_of_series(path)
        assert read_series(path).labels == ["up", *["down"] * 4]


def test_the_archives_files_once_had_no_ending(tmp_path):
    rows = "".join(f"{1 + i % 2},{','.join(str(i * j / 8) for j in range(9))}\n" for i in range(6))
    path = write(tmp_path, "Small_TRAIN", rows)
    assert is_of_series(path)
    assert len(read_series(path).values) == 6
    assert not is_of_series(write(tmp_path, "README", "What is here, and why\nit is so.\n"))


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
