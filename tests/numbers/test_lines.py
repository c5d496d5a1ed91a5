"""The lines of a sheet: which there are, what is left out, and where each pixel went."""

import numpy as np
import pytest
from PIL import Image

from dpn.errors import ImageError
from dpn.numbers.cuts import HEIGHT
from dpn.numbers.lines import find_lines
from tests.numbers.written import picture, strokes, written


def ink_of(pixels):
    return 255 - pixels[..., 0]


def test_lines_come_from_top_to_bottom():
    lines = [*strokes("42", 30, 20), *strokes("2026", 30, 170), *strokes("7", 30, 320)]
    found = find_lines(ink_of(picture(lines, 400, 450)))
    assert [line.corner[0] for line in found] == sorted(line.corner[0] for line in found)
    widths = [line.ink.shape[1] for line in found]
    assert len(found) == 3
    assert widths[2] < widths[0] < widths[1]


@pytest.mark.parametrize("gap", [78, 200])
def test_a_wide_gap_does_not_part_a_line(gap):
    lines = [*strokes("42"), *strokes("17", 150 + gap)]
    assert len(find_lines(ink_of(picture(lines, 700)))) == 1


def test_a_digit_in_two_halves_above_each_other_is_no_two_lines():
    ink = ink_of(written("433"))
    ink[108:114, 190:270] = 0  # through the last digit
    assert len(find_lines(ink)) == 1


def test_a_minus_and_a_point_are_left_out_and_a_broken_bar_is_not():
    (line,) = find_lines(ink_of(written("-4.2")))
    assert line.marks == ("a minus", "a point")
    detached = [[(50, 4), (16, 4)], [(14, 22), (12, 44), (38, 42), (50, 64), (40, 90), (10, 92)]]
    lines = [[(x + 30, y + 60) for x, y in stroke] for stroke in detached]
    (line,) = find_lines(ink_of(picture(lines, 200)))
    assert line.marks == ()
    assert line.ink[:8].max() > 200


@pytest.mark.parametrize("angle", [-10, 10])
def test_a_line_that_rises_is_made_level_and_every_pixel_is_found_again(angle):
    ink = ink_of(written("1111111111"))
    turned = np.asarray(Image.fromarray(ink).rotate(angle, expand=True))
    (line,) = find_lines(turned)
    rows = np.flatnonzero(line.ink.any(axis=1))
    assert rows[-1] - rows[0] <= HEIGHT + 2
    y, x = np.nonzero(line.ink > 128)
    top = line.corner[0] + line.scale[0] * (y + 0.5 - line.moved[x])
    left = line.corner[1] + line.scale[1] * (x + 0.5)
    assert (turned[top.astype(int), left.astype(int)] > 0).mean() > 0.97


def test_strokes_far_too_thin_are_made_as_thick_as_usual():
    thin, usual = (find_lines(ink_of(written("47", pen=pen)))[0].ink for pen in (2, 10))
    assert 0.5 < (thin > 128).mean() / (usual > 128).mean() < 1.5


def test_an_empty_sheet_has_no_lines():
    assert find_lines(np.zeros((40, 80), np.uint8)) == []


def test_a_frame_and_a_ruled_line_are_no_digits():
    frame = [[(10, 20), (250, 20), (250, 200), (10, 200), (10, 20)]]
    (line,) = find_lines(ink_of(picture([*strokes("42"), *frame], 280)))
    assert line.ink.shape[1] < 100
    ruled = [[(10, 175), (270, 175)]]
    (line,) = find_lines(ink_of(picture([*strokes("42"), *ruled], 280)))
    assert line.marks == ("a line",)
    assert line.ink.shape[1] < 100


def test_noise_is_refused_and_not_waited_for():
    noise = np.random.default_rng(0).random((400, 400)) < 0.1
    with pytest.raises(ImageError, match="marks"):
        find_lines((noise * 255).astype(np.uint8))
