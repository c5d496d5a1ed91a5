"""What stands around a digit in a picture somebody brings: frames, lines, specks, a sheet, shadows.

Each picture must be prepared as the digit alone is.
"""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dpn.numbers.lines import find_lines
from dpn.numbers.sheet import find_sheet
from dpn.pictures.figures import without_marks
from dpn.pictures.paper import photo_ink
from dpn.pictures.prepare import prepare
from tests.pictures.photographs import blurred, inked, rgba, sheet
from tests.pictures.prepared.drawn import MNIST, SEVEN, likeness_nearby, pen

SIDE = 300
ZERO, ONE, FIVE = 0, 1, 5  # of the 8x8 digits


def drawn(index=FIVE):
    """A digit (H, W) 0..255, dark on white."""
    return np.rint(255 - 255 * inked(index, SIDE, 0.4)).astype(np.uint8)


def with_lines(index, *lines, width=4, fill=0):
    image = Image.fromarray(drawn(index))
    for line in lines:
        ImageDraw.Draw(image).line(line, fill=fill, width=width)
    return np.asarray(image)


def box(low, high):
    return [(low, low), (high, low), (high, high), (low, high), (low, low)]


def ring(index):
    image = Image.fromarray(drawn(index))
    ImageDraw.Draw(image).ellipse([50, 50, 250, 250], outline=0, width=5)
    return np.asarray(image)


def ruled(index):
    page = np.full((SIDE, SIDE), 255, np.uint8)
    page[10::32] = page[11::32] = 190
    return np.minimum(page, drawn(index))


def dusty(index):
    page = drawn(index).copy()
    for y, x in np.random.default_rng(0).integers(4, SIDE - 8, (12, 2)):
        page[y : y + 3, x : x + 3] = 60
    return page


def dark_edge(index):
    return (drawn(index) * np.clip(0.4 + np.arange(SIDE) / 20, 0, 1)).astype(np.uint8)


AROUND = {
    "a frame": lambda index: with_lines(index, box(12, 288)),
    "a frame at the edge": lambda index: with_lines(index, box(1, 298)),
    "the box of a form": lambda index: with_lines(index, box(70, 230)),
    "a ring": ring,
    "a line below": lambda index: with_lines(index, [(60, 250), (240, 250)]),
    "a margin": lambda index: with_lines(index, [(30, 0), (30, 300)]),
    "pale lines": ruled,
    "dust": dusty,
    "the dark edge of a scanner": dark_edge,
}


@pytest.mark.parametrize("index", [ZERO, ONE, FIVE])
@pytest.mark.parametrize("case", AROUND)
def test_what_stands_around_a_digit_is_no_part_of_it(case, index):
    alone = prepare(rgba(drawn(index)), MNIST)
    found = prepare(rgba(AROUND[case](index)), MNIST)
    assert likeness_nearby(found.input, alone.input) > 0.95
    assert found.figures == 1


def test_the_parts_of_a_digit_stay():
    """A 5 with its bar apart, a 0 with a dot in it, a 7 with its stroke apart."""
    five, zero, seven = (Image.new("L", (200, 200)) for _ in range(3))
    draw = ImageDraw.Draw(five)
    draw.line([(70, 40), (150, 40)], fill=255, width=14)
    draw.arc([50, 80, 150, 180], 200, 140, fill=255, width=14)
    ImageDraw.Draw(zero).ellipse([60, 30, 140, 170], outline=255, width=14)
    ImageDraw.Draw(zero).ellipse([92, 88, 108, 112], fill=255)
    draw = ImageDraw.Draw(seven)
    draw.line([(60, 40), (150, 40), (100, 170)], fill=255, width=12)
    draw.line([(60, 110), (100, 110)], fill=255, width=8)
    for image in (five, zero, seven):
        ink = np.asarray(image)
        np.testing.assert_array_equal(without_marks(ink), ink)


@pytest.mark.parametrize("index", [ZERO, ONE, FIVE])
@pytest.mark.parametrize("ground", ["clear", "dark", "turned", "wood"])
def test_a_sheet_that_lies_in_the_picture_is_the_ground_of_the_digit(ground, index):
    rng = np.random.default_rng(1)
    card = Image.fromarray(rgba(0.9 * drawn(index) + 20))
    if ground == "turned":
        card = card.rotate(9, expand=True, resample=Image.Resampling.BICUBIC)
    page = Image.new("RGBA", (440, 440), (0, 0, 0, 0) if ground == "clear" else (52, 40, 34, 255))
    if ground == "wood":
        grain = 90 + 14 * np.sin(np.arange(440) / 5)[:, None] + rng.normal(0, 5, (440, 440))
        page = Image.fromarray(rgba(grain))
    page.paste(card, ((440 - card.width) // 2, (440 - card.height) // 2), card)
    alone = prepare(rgba(drawn(index)), MNIST).input
    assert likeness_nearby(prepare(np.asarray(page), MNIST).input, alone) > (
        0.6 if ground == "turned" else 0.9
    )


@pytest.mark.parametrize("case", ["hard", "fingers", "touching", "yellow", "far", "grainy", "dots"])
def test_photos_of_paper_are_read_in_hard_light_and_odd_places(case):
    rng = np.random.default_rng(2)
    ink = pen(SEVEN, 18) / 255
    alone = prepare(rgba(255 - 255 * ink), MNIST).input
    y, x = np.mgrid[: len(ink), : len(ink)]
    if case == "hard":
        picture = sheet(ink, rng, falls=0.2)
        picture[..., :3] = picture[..., :3] * np.where(y + 0.4 * x > 200, 0.5, 1)[..., None]
    elif case == "fingers":
        picture = sheet(ink, rng, falls=0.2)
        shadow = (y > 110) & (np.abs(x + 0.3 * y - 230) < 25) | (y > 255) & (x > 100)
        soft = blurred(255.0 * shadow, 3) / 255
        picture[..., :3] = picture[..., :3] * (1 - 0.4 * soft)[..., None]
    elif case == "touching":
        picture = sheet(np.roll(ink, 46, axis=0), rng)
        for place in (30, 120, 240):
            picture[20:25, place : place + 5, :3] = 90
    elif case == "yellow":
        paper = np.array([228.0, 224, 212]) * (1 - 0.3 * x / len(ink))[..., None]
        ink_colour = np.array([238.0, 220, 60]) / (228, 224, 212)
        picture = rgba(paper * (1 + ink[..., None] * (ink_colour - 1)) + rng.normal(0, 2, (1,)))
    elif case == "far":
        far = np.zeros((800, 800))
        far[300:356, 500:556] = np.asarray(Image.fromarray(ink.astype(np.float32)).resize((56, 56)))
        picture = sheet(far, rng, falls=0.2)
    elif case == "dots":
        dots = Image.fromarray((215 - 155 * ink).astype(np.uint8)).convert("1")
        picture = np.asarray(dots.convert("RGBA"))
    else:
        picture = rgba(255 - 255 * ink + rng.normal(0, 40, ink.shape))
    assert likeness_nearby(prepare(picture, MNIST).input, alone) > 0.85


def test_yellow_paper_without_writing_stays_blank():
    rng = np.random.default_rng(3)
    paper = np.array([240.0, 220, 120]) + rng.normal(0, 3, (SIDE, SIDE, 3))
    with pytest.raises(Exception, match="No writing stands out"):
        photo_ink(rgba(paper), None)


def test_a_dark_digit_that_fills_a_small_light_picture_is_no_stripe():
    small = np.full((28, 28), 255, np.uint8)
    image = Image.fromarray(small)
    ImageDraw.Draw(image).ellipse([6, -1, 21, 28], outline=0, width=5)
    assert prepare(rgba(np.asarray(image)), MNIST).kind == "drawing"


def test_figures_at_the_edge_of_a_shadow_stay_on_a_sheet_of_many():
    image = Image.new("L", (700, 260))
    ImageDraw.Draw(image).text((60, 50), "20814", 255, font=ImageFont.load_default(130))
    ink = np.asarray(image) / 255
    grey = 235 * (1 - 0.8 * ink) * np.where(np.arange(700) < 370, 0.55, 1)
    grey += np.random.default_rng(4).normal(0, 3, ink.shape)
    found, dark = photo_ink(rgba(grey), None, many=True)
    assert dark
    for start in range(60, 420, 72):
        part = slice(start, start + 72)
        assert (found[:, part] > 127)[ink[:, part] > 0.5].mean() > 0.9


def test_numbers_are_read_from_a_note_on_a_table():
    card = Image.new("RGBA", (460, 180), (240, 238, 230, 255))
    for place, index in enumerate((ONE, FIVE, ZERO)):
        ink = Image.fromarray(np.rint(255 * inked(index, 140, 0.7)).astype(np.uint8))
        card.paste((30, 30, 60, 255), (20 + 140 * place, 20), ink)
    card = card.rotate(6, expand=True, resample=Image.Resampling.BICUBIC)
    table = Image.new("RGBA", (700, 420), (60, 48, 40, 255))
    table.paste(card, (90, 80), card)
    found = find_sheet(np.asarray(table))
    assert found.ink.shape == (420, 700)  # boxes are where the picture has them
    lines = find_lines(found.ink)
    assert len(lines) == 1
    assert 300 < lines[0].ink.shape[1] / lines[0].ink.shape[0] * 98 < 460
