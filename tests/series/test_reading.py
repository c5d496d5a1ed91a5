"""Files of series: each layout read, and what is none of it refused in words."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.series.reading import is_of_series, is_table_of_pixels, read_series

TS = """# a comment
@problemName Small
@timeStamps false
@univariate false
@dimensions 2
@classLabel true up down
@data
1,2,3:0.5,0.25,0:up

4.5e0,5:1,-1:down
"""
LONG = """series,time,x,y,label
b,1,0.5,2,up
a,2,3,4,down
b,0,1,1,up
a,1,5,6,down
a,3,7,8,down
"""
GOOD = np.arange(24.0).reshape(3, 4, 2)
NAMED = np.array(["up", "down", "up"])


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


def write(folder, name, content):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def pack(folder, name="a.npz", **arrays):
    np.savez(folder / name, **arrays)
    return folder / name


def test_a_ts_file_of_several_channels_and_lengths(tmp_path):
    found = read_series(write(tmp_path, "a.ts", TS))
    np.testing.assert_array_equal(found.values[0], [[1, 0.5], [2, 0.25], [3, 0]])
    assert [one.shape for one in found.values] == [(3, 2), (2, 2)]
    assert found.labels == ["up", "down"]
    one = TS.replace("false\n@dim", "true\n@xdim").replace("@classLabel true up down", "@missing x")
    found = read_series(write(tmp_path, "b.ts", one.split("@data")[0] + "@data\n1,2\n3\n"))
    assert found.labels == ["", ""]
    assert [len(values) for values in found.values] == [2, 1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1,2,3:", "?,?,?:", "series 1 has no value in channel 1"),
        ("1,2,3:", "1,two,3:", "holds no number"),
        ("1,2,3:", "1,inf,3:", "series 1 holds inf at step 2 of channel 1"),
        ("1,2,3:", "1,2:", "must be of one length, got 2, 3"),
        ("1,2,3:", "", "must have the same channels; series 2 has 2 and the first 1"),
        (":up", ":left", "'left' is none of the classes"),
        (":up", ":", "'nothing' is none of the classes"),
        ("@dimensions 2", "@dimensions 3", "says @dimensions 3, and its series have 2"),
        ("@classLabel true up down", "@targetLabel true", "no classes"),
        ("@data", "", "no .ts file"),
    ],
)
def test_a_ts_file_that_is_wrong_says_where(tmp_path, old, new, said):
    with pytest.raises(DataError, match=said.replace("?", r"\?")):
        read_series(write(tmp_path, "a.ts", TS.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("arrays", "parts"),
    [
        ({"x": GOOD, "y": NAMED}, 3 * ["train"]),
        ({"X": GOOD[:, :, 0], "y": np.array([1, 0, 1])}, 3 * ["train"]),
        ({"x_train": GOOD, "y_train": NAMED, "x_test": GOOD[:1], "y_test": NAMED[:1]}, None),
        ({"data": GOOD.astype(np.int16), "labels": np.eye(3)}, 3 * ["train"]),
        ({"x": GOOD, "y": np.array([1, 0, 1]), "class_names": np.array(["down", "up"])}, None),
    ],
)
def test_an_npz_in_the_usual_layouts(tmp_path, arrays, parts):
    path = pack(tmp_path, **arrays)
    assert is_of_series(path)
    found = read_series(path)
    assert found.parts == (parts or found.parts)
    assert found.values[0].shape == (4, 1 if arrays.get("X") is not None else 2)
    np.testing.assert_array_equal(found.values[0][:, 0], GOOD[0, :, 0])
    assert found.labels[0] in ("up", "1", "0")
    if "class_names" in arrays:
        assert found.labels == ["up", "down", "up"]
    if "x_test" in arrays:
        assert found.parts[-1] == "test"


def test_nan_behind_a_series_is_its_end_and_nan_within_is_missing(tmp_path):
    ragged = GOOD.copy()
    ragged[1, 2:] = np.nan
    found = read_series(pack(tmp_path, x=ragged, y=NAMED))
    assert [len(values) for values in found.values] == [4, 2, 4]
    ragged[0, 1:3, 1] = np.nan
    ragged[1, 0, 0] = np.nan
    found = read_series(pack(tmp_path, x=ragged, y=NAMED))
    np.testing.assert_array_equal(found.values[0], GOOD[0])  # which lies on lines
    np.testing.assert_array_equal(found.values[1][:, 0], [10, 10])
    assert "3 missing values in 2 of 3 series" in found.notes[0]
    given = read_series(pack(tmp_path, x=GOOD, y=NAMED, lengths=np.array([1, 2, 3])))
    assert [len(values) for values in given.values] == [1, 2, 3]


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"z": GOOD}, "must hold x"),
        ({"x": GOOD[0, 0], "y": NAMED}, "of shape"),
        ({"x": NAMED, "y": NAMED}, "must hold numbers"),
        ({"x": GOOD, "y": NAMED[:2]}, "must hold 3 classes, got 2"),
        ({"x": GOOD, "y": np.array([0.5, 1, 2])}, "whole numbers or words"),
        ({"x": GOOD[:0], "y": NAMED[:0]}, "holds no series"),
        ({"x": np.array([{}, {}, {}], dtype=object), "y": NAMED}, "never loaded"),
        ({"x": GOOD, "y": np.array([0, 1, 2]), "class_names": NAMED[:2]}, r"in 0\.\.1"),
    ],
)
def test_an_npz_that_is_wrong_says_what_it_must_hold(tmp_path, arrays, said):
    with pytest.raises(DataError, match=said):
        read_series(pack(tmp_path, **arrays))


def test_what_is_damaged_or_of_pictures_is_no_series(tmp_path):
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(DataError, match="damaged or no npz"):
        read_series(tmp_path / "bad.npz")
    assert not is_of_series(pack(tmp_path, x_train=np.zeros((3, 8, 8), np.uint8), y_train=NAMED))
    with pytest.raises(DataError, match="no file of series"):
        read_series(write(tmp_path, "a.wav", ""))
    with pytest.raises(DataError, match="cannot be read"):
        read_series(tmp_path / "none.ts")


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


def test_a_table_of_texts_is_none_of_series(tmp_path):
    assert not is_of_series(write(tmp_path, "a.csv", "id,text,label\n1,go left,up\n2,go on,up\n"))
    assert not is_of_series(write(tmp_path, "e.csv", "id,text,n,label\n1,go,5,up\n2,on,6,up\n"))
    assert not is_of_series(write(tmp_path, "b.csv", "text,label\ngo left,up\n"))
    assert not is_of_series(write(tmp_path, "c.csv", ""))


WAVES = np.sin(np.arange(40.0)[None, :, None] / 4 + np.array([0, 9, 4, 20, 13, 2.0])[None, None])
WAVES = WAVES * np.array([1, 3, 0.2, 1, 5, 1.0]) + np.arange(3.0)[:, None, None]
PADDED = np.where(np.arange(6.0)[None, :, None] < 4, WAVES.swapaxes(1, 2), np.nan)


@pytest.mark.parametrize(
    ("arrays", "is_swapped", "is_noted"),
    [
        ({"x": WAVES}, False, False),
        ({"x": WAVES.swapaxes(1, 2)}, True, True),
        ({"x": WAVES[:, :4]}, False, True),
        ({"x": WAVES.swapaxes(1, 2), "axes": np.array("NTC")}, False, False),
        ({"x": WAVES, "axes": np.array("NCT")}, True, False),
        ({"x": WAVES, "channel_names": np.array(["a"] * 40)}, True, False),
        ({"x": WAVES.swapaxes(1, 2), "lengths": np.array([3, 6, 2])}, False, False),
        ({"x": PADDED}, False, False),
    ],
)
def test_which_axis_is_time_is_told_or_found_out_and_then_said(
    tmp_path, arrays, is_swapped, is_noted
):
    found = read_series(pack(tmp_path, y=NAMED, **arrays))
    expected = arrays["x"].swapaxes(1, 2) if is_swapped else arrays["x"]
    long = len(found.values[0])
    np.testing.assert_allclose(found.values[0], expected[0, :long], rtol=1e-6)
    assert found.values[0].shape[1] == expected.shape[2]
    assert any("was read as series of" in note for note in found.notes) == is_noted


def test_a_file_that_says_its_axes_wrongly_is_refused(tmp_path):
    with pytest.raises(DataError, match="axes of a.npz must be NTC"):
        read_series(pack(tmp_path, x=WAVES, y=NAMED, axes=np.array("TCN")))


def test_a_ts_file_with_gaps_padding_and_no_word_of_its_classes(tmp_path):
    words = TS.replace("1,2,3:0.5,0.25,0", "1,?,3,NaN:0.5,0.25,0,?")
    found = read_series(write(tmp_path, "a.ts", words))
    np.testing.assert_array_equal(found.values[0], [[1, 0.5], [2, 0.25], [3, 0]])
    assert "1 missing value in 1 of 2 series" in found.notes[0]
    bare = read_series(write(tmp_path, "b.ts", TS.replace("@classLabel true up down\n", "")))
    assert bare.labels == ["up", "down"]


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


def test_what_only_looks_like_a_series_a_row_is_none(tmp_path):
    row = ",".join(str(i % 200) for i in range(64))
    pixels = "\n".join(f"{i % 2},{row}" for i in range(4))
    named = "a1,b2,c3,d4,e5,f6,g7,h8,kind\n" + "1,2,3,4,5,6,7,8,x\n" * 4
    short = "\n".join(["1,2,3,4,x"] * 4)
    words = "\n".join(["up go on and on and on and on"] * 4)
    for name, content in (("p", pixels), ("n", named), ("s", short), ("w", words)):
        assert not is_of_series(write(tmp_path, f"{name}.csv", content)), name
    assert is_table_of_pixels(tmp_path / "p.csv")
    assert not is_table_of_pixels(tmp_path / "n.csv")


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


def test_the_archives_files_once_had_no_ending(tmp_path):
    rows = "".join(f"{1 + i % 2},{','.join(str(i * j / 8) for j in range(9))}\n" for i in range(6))
    path = write(tmp_path, "Small_TRAIN", rows)
    assert is_of_series(path)
    assert len(read_series(path).values) == 6
    assert not is_of_series(write(tmp_path, "README", "What is here, and why\nit is so.\n"))
