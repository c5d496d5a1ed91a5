"""The archive's own formats: .ts with times beside the values, and .arff."""

import csv

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.series.archive.stamps import even_steps
from dpn.series.reading import is_of_series, read_series
from dpn.series.sets import bring, read_set
from tests.series.written import write

TIMED = """@timeStamps true
@classLabel true up down
@data
(2007-01-01 00:02:00,3),(2007-01-01 00:00:00,1),(2007-01-01 00:01:00,2):(0,5),(1,?),(2,7):up
(0,1),(1,2):(0,5),(1,6):down
"""
ARFF = """% a comment
@RELATION small
@attribute att0 numeric
@attribute 'att 1' REAL
@attribute att2 numeric
@attribute target {up,'a way down'}

@DATA
1,2.5,3,up
% another
4, 5, ?, 'a way down'
"""
CHANNELS = r"""@relation small
@attribute both relational
@attribute t0 numeric
@attribute t1 numeric
@end both
@attribute class {1,2}
@data
'1,2\n3,4',1
"5,6\n7,8",2
"""


def test_values_that_stand_with_their_times_are_read_in_their_order(tmp_path):
    first = TIMED.replace("(0,5),(1,?),(2,7):", "").replace(":(0,5),(1,6)", "")
    path = write(tmp_path, "a.ts", first)
    found = read_series(path)
    assert [one.ravel().tolist() for one in found.values] == [[1, 2, 3], [1, 2]]
    assert found.labels == ["up", "down"]
    assert found.notes == ()
    bare = path.read_text().replace("@classLabel true up down\n", "")
    assert read_series(write(tmp_path, "b.ts", bare)).labels == ["up", "down"]


def test_of_several_channels_each_has_its_times(tmp_path):
    one = TIMED.replace("(2007-01-01 00:02:00,3),(2007-01-01 00:00:00,1),(2007-01-01 00:01:00,2)",
                        "(0,1),(1,2),(2,3)")  # fmt: skip
    found = read_series(write(tmp_path, "a.ts", one))
    np.testing.assert_array_equal(found.values[0], [[1, 5], [2, 6], [3, 7]])  # the gap is drawn
    np.testing.assert_array_equal(found.values[1], [[1, 5], [2, 6]])


def test_times_that_are_not_even_give_as_many_even_steps(tmp_path):
    values, is_even = even_steps(["(0,0),(1,1),(4,4)", "(0,8),(4,0)"])
    np.testing.assert_allclose(values, [[0, 8], [2, 4], [4, 0]])
    assert not is_even
    values, is_even = even_steps(["(0,0),(1,1),(4,4)"])
    assert (values.ravel().tolist(), is_even) == ([0, 2, 4], False)
    alone, is_even = even_steps(["(7,1)"])
    assert (alone.tolist(), is_even) == ([[1.0]], True)
    found = read_series(write(tmp_path, "a.ts", TIMED.replace("(1,2):", "(1,2),(9,3):")))
    assert "the times of 2 of 2 series do not lie evenly" in found.notes[-1]


@pytest.mark.parametrize(
    "wrong", ["(0,1),(soon,2)", "(0,1),2", "(0,1),(1,two)", "(0,1),(nan,2)", "()", "(0,1) x"]
)
def test_what_is_no_time_or_no_number_says_where(tmp_path, wrong):
    words = TIMED.replace("(0,1),(1,2)", wrong)
    with pytest.raises(DataError, match="line 5: each value must stand with its time"):
        read_series(write(tmp_path, "a.ts", words))


def test_a_field_of_an_arff_file_may_be_as_long_as_all_channels_are(tmp_path):
    csv.field_size_limit(131_072)  # as it is in a new process
    head = CHANNELS[: CHANNELS.index("'1,2")]
    long = r"\n".join(",".join(f"{c + t / 8:.3f}" for t in range(5_000)) for c in range(6))
    found = read_series(write(tmp_path, "a.arff", f"{head}'{long}',1\n'{long}',2\n"))
    assert found.values[1].shape == (5_000, 6)
    assert found.values[1][8].tolist() == [1, 2, 3, 4, 5, 6]


def test_an_arff_file_of_one_channel_and_of_several(tmp_path):
    path = write(tmp_path, "a.arff", ARFF)
    assert is_of_series(path)
    found = read_series(path)
    assert [one.ravel().tolist() for one in found.values] == [[1, 2.5, 3], [4, 5]]
    assert found.labels == ["up", "a way down"]
    both = read_series(write(tmp_path, "b.ARFF", CHANNELS))
    np.testing.assert_array_equal(both.values[1], [[5, 7], [6, 8]])
    assert (both.labels, both.channels) == (["1", "2"], ("channel 1", "channel 2"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("@DATA", "", "no .arff file"),
        ("'att 1' REAL", "att1 string", "must hold series"),
        ("att2 numeric", "att2 {a,b}", "must hold series"),
        ("1,2.5,3,up", "1,2.5,up", "line 9: 3 values, and 4 attributes"),
        ("1,2.5,3,up", "1,two,3,up", "line 9: channels of one length, of numbers"),
        ("1,2.5,3,up", "?,?,?,up", "series 1 has no value"),
        ("1,2.5,3,up\n% another\n4, 5, ?, 'a way down'\n", "", "holds no series"),
    ],
)
def test_an_arff_file_that_is_wrong_says_where(tmp_path, old, new, said):
    with pytest.raises(DataError, match=said):
        read_series(write(tmp_path, "a.arff", ARFF.replace(old, new)))


def test_channels_of_different_lengths_are_refused(tmp_path):
    with pytest.raises(DataError, match="line 8: channels of one length"):
        read_series(write(tmp_path, "a.arff", CHANNELS.replace("3,4", "3")))


def test_its_test_part_stands_beside_it(tmp_path):
    rows = ARFF + "7,8,9,up\n1,1,1,'a way down'\n"
    write(tmp_path, "Small_TEST.arff", ARFF)
    name, notes = bring(write(tmp_path, "Small_TRAIN.arff", rows), tmp_path / "data")
    found = read_set(name, tmp_path / "data")
    assert (name, len(found.train), len(found.test)) == ("Small", 4, 2)
    assert notes == ("Small_TEST.arff is the test part.",)


def test_names_of_classes_in_a_ts_file_may_have_spaces(tmp_path):
    head = "@univariate true\n@classLabel true walk slowly sit down jog\n@data\n"
    path = tmp_path / "a.ts"
    path.write_text(head + "1,2:walk slowly\n3,4:sit down\n5,6: jog\n")
    assert read_series(path).labels == ["walk slowly", "sit down", "jog"]
    path.write_text(head + "1,2:walk\n3,4:slow\n")
    with pytest.raises(DataError, match="line 5: 'slow' is none of the classes that @classLabel"):
        read_series(path)


def test_attributes_of_several_names_are_said_to_be_taken_for_steps(tmp_path):
    path = tmp_path / "eeg.arff"
    path.write_text(ARFF.replace("'att 1'", "F7"))
    assert any("for its steps: att0, F7" in note for note in read_series(path).notes)
    path.write_text(ARFF)
    assert not any("for its steps" in note for note in read_series(path).notes)


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


def test_a_ts_file_with_gaps_padding_and_no_word_of_its_classes(tmp_path):
    words = TS.replace("1,2,3:0.5,0.25,0", "1,?,3,NaN:0.5,0.25,0,?")
    found = read_series(write(tmp_path, "a.ts", words))
    np.testing.assert_array_equal(found.values[0], [[1, 0.5], [2, 0.25], [3, 0]])
    assert "1 missing value in 1 of 2 series" in found.notes[0]
    bare = read_series(write(tmp_path, "b.ts", TS.replace("@classLabel true up down\n", "")))
    assert bare.labels == ["up", "down"]
