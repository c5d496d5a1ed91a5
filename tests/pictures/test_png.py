"""Small pictures: the pixels given, and a colour for each value."""

import base64
import io

import numpy as np
from PIL import Image

from dpn.charts.style import AGAINST_FOR
from dpn.pictures.png import data_url, diverging, enlarge, png, tinted, to_picture

RGB = np.random.default_rng(0).integers(0, 256, (3, 5, 7), dtype=np.uint8)


def test_grey_has_no_channel_and_colour_has_it_last():
    np.testing.assert_array_equal(to_picture(RGB[:1]), RGB[0])
    np.testing.assert_array_equal(to_picture(RGB)[4, 2], RGB[:, 4, 2])


def test_enlarged_pixels_stay_sharp():
    large = enlarge(to_picture(RGB), 22)  # 7 columns: 3 times
    assert large.shape == (15, 21, 3)
    np.testing.assert_array_equal(large[::3, ::3], to_picture(RGB))
    np.testing.assert_array_equal(large[2::3, 2::3], to_picture(RGB))
    assert enlarge(RGB[0], 3).shape == (5, 7)


def test_a_png_holds_the_pixels():
    for picture in (RGB[0], to_picture(RGB)):
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png(picture)))), picture)
    head, data = data_url(RGB[0], 7).split(",")
    assert head == "data:image/png;base64"
    read = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    np.testing.assert_array_equal(read, RGB[0])


def test_the_sign_decides_the_colour_and_the_size_its_depth():
    values = np.array([[-9.0, -2.0, -1.0, 0.0, 1.0, 2.0, 9.0]])
    colours = diverging(values, 2.0, AGAINST_FOR)[0].astype(int)
    hexes = ["#" + "".join(f"{c:02x}" for c in colour) for colour in colours]
    stops = [colour for _, colour in AGAINST_FOR]
    assert hexes == [stops[0], *stops, stops[-1]]


def test_a_tint_mixes_only_where_it_is_asked_for():
    mask = np.zeros((5, 7), bool)
    mask[1, 2] = True
    mixed = tinted(to_picture(RGB), mask, "#ff8000", share=0.5)
    expected = RGB[:, 1, 2] / 2 + np.array([255, 128, 0]) / 2
    np.testing.assert_allclose(mixed[1, 2], expected, atol=0.5)
    np.testing.assert_array_equal(mixed[~mask], to_picture(RGB)[~mask])
    grey = tinted(to_picture(RGB[:1]), mask, "#ff8000", share=1)
    assert grey[1, 2].tolist() == [255, 128, 0]
    np.testing.assert_array_equal(grey[~mask], np.stack([RGB[0][~mask]] * 3, axis=-1))
