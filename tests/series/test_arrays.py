"""Arrays of series: npz in the usual layouts, which axis is time, and what is refused."""

import numpy as np
import pytest

from dpn.errors import DataError
from dpn.series.axes import time_second
from dpn.series.reading import is_of_series, read_series
from tests.series.written import NAMED, pack

GOOD = np.arange(24.0).reshape(3, 4, 2)


@pytest.mark.parametrize(
    ("arrays", "parts"),
    [
        ({"x": GOOD, "y": NAMED}, 3 * ["train"]),
        ({"X": GOOD[:, :, 0], "y": np.array([1, 0, 1])}, 3 * ["train"]),
        ({"x_train": GOOD, "y_train": NAMED, "x_test": GOOD[:1], "y_test": NAMED[:1]}, None),
        ({"X_train": GOOD, "Y_train": NAMED, "X_test": GOOD[:1], "Y_test": NAMED[:1]}, None),
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
    if {"x_test", "X_test"} & {*arrays}:
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
        ({"x": WAVES[:, :5].swapaxes(1, 2)}, False, True),  # six channels of five steps, perhaps
        ({"x": WAVES[:, :6].swapaxes(1, 2)}, False, True),
        ({"x": WAVES[:, :6]}, False, False),
        ({"x": WAVES[:, :1]}, True, False),
        ({"x": (-1.0) ** np.arange(3 * 40).reshape(3, 1, 40)}, True, False),
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


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_series_without_a_value_are_no_matter_for_which_axis_is_time(value):
    x, _ = time_second(np.full((2, 5, 2), value, np.float32), "x", "a.npz", {})
    assert x.shape == (2, 5, 2)
    assert time_second(np.full((9, 8, 30), value), "x", "a.npz", {})[0].shape == (9, 8, 30)
