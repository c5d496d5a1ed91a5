"""Names that people bring, fit for where they stand."""

import pytest

from dpn.names import apart, tally


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Acceleration x (m/s^2)", "Acceleration y (m/s^2)"], ["x", "y"]),
        (["left_wrist_x", "left_wrist_y", "right_wrist_x"], None),
        (["accelerometer_x", "accelerometer_y"], ["x", "y"]),
        (["channel 1", "channel 2"], None),  # short enough
        (["a very long name", "a very long"], ["long name", "long"]),
        (["a very long name", "a very long name"], None),
        (["Acceleration x (m/s^2)"], None),
    ],
)
def test_what_tells_long_names_apart(names, told):
    assert apart(names, 10) == (told or names)


def test_one_is_told_as_one():
    assert [tally(n, "row") for n in (0, 1, 2_000)] == ["0 rows", "1 row", "2,000 rows"]
    assert tally(1, "class", "classes") == "1 class"
    assert tally(2, "class", "classes") == "2 classes"
