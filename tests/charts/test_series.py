"""Figures of series: each piece has its frame's number, a way keeps its shape, names stay words."""

import base64

import numpy as np
import pytest

from dpn.charts.series.added import MOST_CHANNELS, MOST_PIECES, curves_chart, frames_chart
from dpn.charts.series.thumbs import HIGH, thumb
from dpn.charts.series.way import way_chart

NAMES = tuple(f"c{i}" for i in range(10))


def test_each_piece_of_a_curve_has_the_number_of_its_frame():
    values = np.arange(14.0).reshape(7, 2)
    data, spec = curves_chart(values, NAMES[:2], np.array([1, -2, 0.5, 3]), 2, (2, 3), dark=False)
    of_first = data[data["words"].str.startswith("c0")]
    assert list(of_first["added"]) == [1, -2, -2, 0.5, 0.5, 3]
    assert list(of_first["x"]) == [1, 2, 3, 4, 5, 6]
    assert of_first["y"].min() > 1 > data[data["words"].str.startswith("c1")]["y"].max()
    assert spec["layer"][0]["data"]["values"] == [{"from": 1.5, "to": 3.5}]
    colours = spec["layer"][-1]["encoding"]["color"]["scale"]
    assert (colours["domain"][0], colours["domain"][-1]) == (-3, 3)


def test_long_and_wide_series_are_drawn_in_part_and_short_ones_at_all():
    data, _ = curves_chart(np.zeros((5000, 10)), NAMES, np.zeros(40), 125, None, dark=True)
    assert len(data) == MOST_CHANNELS * MOST_PIECES
    assert data["x2"].max() == 5000
    for values in (np.ones((1, 1)), np.ones((1, 3))):
        data, _ = curves_chart(values, NAMES[: values.shape[1]], np.ones(1), 1, None, dark=True)
        assert len(data) == values.shape[1]
        assert np.isfinite(data["y"]).all()


def test_a_bar_covers_the_steps_of_its_frame():
    data, _ = frames_chart(np.array([1.0, -2.0]), 3, 2, dark=False)
    assert list(data["x"]) == [0.5, 2.5]
    assert list(data["x2"]) == [2.5, 3.5]
    assert list(data["words"]) == ["steps 1-2: +1.00", "step 3: -2.00"]
    assert list(data["role"]) == ["for", "against"]


def test_a_way_keeps_its_shape_and_knows_where_the_pen_was_lifted():
    values = np.array([[0, 0, 1], [4, 0, 1], [4, 1, 0], [4, 2, 1.0]])
    data, spec = way_chart(values, np.array([1, 2, 3, 4.0]), 1, dark=False)
    pieces = data[data["kind"] == "piece"]
    assert list(pieces["down"]) == [True, False, True]
    assert list(pieces["added"]) == [2, 3, 4]
    wide = [np.ptp(spec["layer"][-1]["encoding"][axis]["scale"]["domain"]) for axis in "xy"]
    assert wide[0] == pytest.approx(wide[1])


def test_a_small_drawing_says_what_it_is_and_no_more():
    drawn = thumb(np.array([[-1, 1, 1], [1, -1, 1], [0, 0, 0.0]]), ("x", "y", "pen"), '<b>"4"')
    assert 'alt="&lt;b&gt;&quot;4&quot;"' in drawn
    assert "<b>" not in drawn
    svg = lines_of(drawn)
    assert svg.count("L") == 1
    assert f"M{60 - HIGH / 2 + 5:.1f} 5.0" in svg
    assert lines_of(thumb(np.zeros((500, 3)), NAMES[:3], "a")).count("<polyline") == 3


def lines_of(image):
    return base64.b64decode(image.split("base64,")[1].split('"')[0]).decode()


def test_channels_are_called_by_what_tells_them_apart():
    names = [f"Acceleration {axis} (m/s^2)" for axis in "xyz"]
    data, spec = curves_chart(np.eye(12, 3), names, np.ones(4), 3, None, dark=False)
    told = spec["layer"][0]["encoding"]["y"]["axis"]["labelExpr"]
    assert (
        told
        == "datum.value == 2.5 ? 'x' : datum.value == 1.5 ? 'y' : datum.value == 0.5 ? 'z' : ''"
    )
    assert data["words"].str.startswith(names[0]).any()
