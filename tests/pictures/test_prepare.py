"""Pixels -> model input: as MNIST and the 8x8 digits were made, whatever the drawing looks like."""

import functools
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits

from dpn.errors import ConfigError, ImageError
from dpn.pictures.ink import NORMAL_STROKE, THIN_STROKE, BlankDrawing, area_average, stroke_width
from dpn.pictures.prepare import PREPARATIONS, InputSpec, prepare

MNIST = InputSpec(1, 28, 28, "mnist")
DIGITS = InputSpec(1, 8, 8, "digits")
CIFAR = InputSpec(3, 32, 32, "photo")
BLACK, WHITE = (0, 0, 0), (255, 255, 255)

data_set = functools.cache(lambda: load_digits().images)


def drawing(ink, stroke=WHITE, ground=BLACK):
    """Ink (H, W) uint8 in one colour on another; on ``ground=None`` it is transparent."""
    share = ink[..., None] / 255
    if ground is None:
        flat = np.broadcast_to(np.array(stroke, np.uint8), (*ink.shape, 3))
        return np.dstack([flat, ink])
    mixed = np.rint(share * stroke + (1 - share) * ground).astype(np.uint8)
    return np.dstack([mixed, np.full(ink.shape, 255, np.uint8)])


@functools.cache
def big_digit(index, size=160, canvas=280, at=(60, 60)):
    """One of the 8x8 digits as smooth strokes on a large canvas."""
    small = Image.fromarray(np.rint(data_set()[index] * 255 / 16).astype(np.uint8))
    large = np.asarray(small.resize((size * 2, size * 2), Image.Resampling.BICUBIC))
    smooth = Image.fromarray((large > 127).astype(np.uint8) * 255).reduce(2)
    ink = np.zeros((canvas, canvas), np.uint8)
    ink[at[0] : at[0] + size, at[1] : at[1] + size] = smooth
    return ink


def pen(points, width, canvas=280):
    """A stroke with round joints, with soft edges."""
    image = Image.new("L", (canvas * 4, canvas * 4))
    scaled = [(x * 4, y * 4) for x, y in points]
    ImageDraw.Draw(image).line(scaled, fill=255, width=width * 4, joint="curve")
    return np.asarray(image.reduce(4))


SEVEN = [(70, 60), (200, 60), (120, 230)]


def as_jpeg(rgba, quality):
    out = io.BytesIO()
    Image.fromarray(rgba[..., :3]).save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out).convert("RGBA"))


def likeness(a, b):
    return np.corrcoef(a.ravel(), b.ravel())[0, 1]


def likeness_nearby(a, b):
    """The best of nine shifts: a centre of mass near .5 may round to either side."""
    shifts = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(likeness(np.roll(a, shift, (-2, -1)), b) for shift in shifts)


def centre_of_mass(image):
    grid = np.mgrid[: image.shape[0], : image.shape[1]]
    return (grid * image).sum(axis=(1, 2)) / image.sum()


def sides(image):
    return [int(np.ptp(np.flatnonzero(image.any(axis=axis)))) + 1 for axis in (1, 0)]


@pytest.mark.parametrize("index", range(40))
def test_mnist_has_its_box_peak_and_centre(index):
    image = prepare(drawing(big_digit(index)), MNIST).input
    assert image.shape == (1, 28, 28)
    assert image.dtype == np.uint8
    assert image.max() == 255
    assert max(sides(image[0])) == 20
    crop = prepare(drawing(big_digit(index)), MNIST).stages[2].image
    aspect = np.array(crop.shape) / max(crop.shape)
    assert np.abs(sides(image[0]) - 20 * aspect).max() <= 2
    # MNIST centres on 14, to the nearest whole pixel.
    assert np.abs(centre_of_mass(image[0]) - 14).max() <= 0.51
    assert ((image > 0) & (image < 255)).any(), "it is not binarised"


@pytest.mark.parametrize("index", range(20))
def test_an_mnist_image_comes_back_unchanged(index):
    image = prepare(drawing(big_digit(index)), MNIST).input[0]
    again = prepare(drawing(image), MNIST).input[0].astype(int)
    assert np.abs(again - image).max() <= 1


def test_mnist_is_proportional_at_other_sizes():
    image = prepare(drawing(big_digit(3)), InputSpec(1, 56, 70, "mnist")).input[0]
    assert image.shape == (56, 70)
    assert max(sides(image)) == 40
    small = prepare(drawing(pen(SEVEN, 14)), InputSpec(1, 14, 14, "mnist")).input
    assert small.max() == 255, "strokes of less than a pixel are made bright again"
    assert np.abs(centre_of_mass(image) - (28, 35)).max() <= 0.51


def test_the_box_never_leaves_the_image():
    """All the mass in one corner asks for a shift of more than there is room for."""
    ink = np.zeros((280, 280), np.uint8)
    ink[40:240, 40:44] = ink[40:44, 40:240] = 255
    ink[40:130, 40:130] = 255
    image = prepare(drawing(ink), MNIST).input[0]
    box = prepare(drawing(ink), MNIST).stages[-2]
    assert box.title == "box"
    assert image.sum() == box.image.sum()


def test_the_digits_come_back_nearly_as_they_are():
    made = [prepare(drawing(big_digit(i)), DIGITS).input[0] for i in range(200)]
    back = np.array(made) / 255 * 16
    assert back.shape == (200, 8, 8)
    np.testing.assert_allclose(back, np.rint(back), atol=0.05)  # counts of 16 pixels
    original = data_set()[:200]
    assert np.abs(back - original).mean() < 2  # of 16; between different digits it is 5
    assert np.mean([likeness(a, b) for a, b in zip(back, original, strict=True)]) > 0.86
    nearest = ((back[:, None] - original[None]) ** 2).sum(axis=(2, 3)).argmin(axis=1)
    labels = load_digits().target[:200]
    assert (labels[nearest] == labels).mean() > 0.93


def left_edges(counts, row):
    return (counts[:, row] > 0).argmax(axis=1)


def test_the_digits_have_what_marks_the_set():
    """Full height, even ink, no slant: in the set itself these are 100%, 313 +- 34 and 82%."""
    slanted = [Image.fromarray(big_digit(i, 130, at=(75, 75))) for i in range(60)]
    shear = (1, 0.4, -56, 0, 1, 0)
    slanted = [np.asarray(i.transform(i.size, Image.Transform.AFFINE, shear)) for i in slanted]
    counts = np.array([prepare(drawing(ink), DIGITS).input[0] for ink in slanted]) / 255 * 16
    assert (counts.sum(axis=2) > 0).all()
    assert abs(counts.sum(axis=(1, 2)).mean() - data_set().sum(axis=(1, 2)).mean()) < 3
    assert (left_edges(counts, 0) == left_edges(counts, 7)).mean() > 0.7
    original = data_set()
    assert (left_edges(original, 0) == left_edges(original, 7)).mean() == pytest.approx(
        0.82, abs=0.01
    )
    across = (counts * np.arange(8)).sum(axis=(1, 2)) / counts.sum(axis=(1, 2))
    assert np.abs(across - 3.5).max() < 0.2


@pytest.mark.parametrize("width", [2, 6, 14, 30])
def test_the_digits_have_even_ink_for_every_pen(width):
    counts = prepare(drawing(pen(SEVEN, width)), DIGITS).input / 255 * 16
    assert 300 < counts.sum() < 330


def test_digits_at_other_sizes():
    image = prepare(drawing(big_digit(2)), InputSpec(1, 16, 12, "digits")).input
    assert image.shape == (1, 16, 12)
    assert image[0].any(axis=1).all()


@pytest.mark.parametrize("index", range(20))
def test_the_bitmap_of_a_digit_fills_the_height(index):
    prepared = prepare(drawing(big_digit(index)), DIGITS)
    titles = [stage.title for stage in prepared.stages]
    assert titles == ["drawing", "ink", "crop", "bitmap", "upright", "block counts"]
    bitmap = prepared.stages[3].image
    assert bitmap.shape == (32, 32)
    assert np.isin(bitmap, (0, 255)).all()
    assert bitmap[0].any()
    assert bitmap[-1].any()


GROUNDS = [
    (BLACK, WHITE, True),
    (WHITE, BLACK, False),
    ((200, 40, 30), (250, 250, 240), True),
    ((250, 240, 0), WHITE, True),  # yellow on white: only the blue channel tells
    ((90, 255, 90), (20, 40, 70), False),
    (BLACK, None, True),
    (WHITE, None, False),
]


@pytest.mark.parametrize(("stroke", "ground", "inverted"), GROUNDS)
@pytest.mark.parametrize("spec", [MNIST, DIGITS], ids=["mnist", "digits"])
def test_every_colour_and_ground_gives_the_same_input(stroke, ground, inverted, spec):
    ink = pen(SEVEN, 18)
    expected = prepare(drawing(ink), spec).input
    prepared = prepare(drawing(ink, stroke, ground), spec)
    assert prepared.inverted is inverted
    assert likeness(prepared.input, expected) > 0.995


def test_transparent_corners_and_a_thin_frame_are_no_ink():
    rgba = drawing(pen(SEVEN, 18), BLACK, WHITE)
    expected = prepare(rgba, MNIST)
    rgba[:9, :9] = (0, 0, 0, 0)  # round corners, as of a screenshot
    np.testing.assert_array_equal(prepare(rgba, MNIST).input, expected.input)
    rgba[:2] = rgba[-2:] = rgba[:, :2] = rgba[:, -2:] = (0, 0, 0, 255)
    assert prepare(rgba, MNIST).inverted is True


@pytest.mark.parametrize("index", range(0, 60, 2))
def test_a_figure_cut_tightly_is_read_the_right_way(index):
    ink = big_digit(index)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    tight = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert prepare(drawing(tight), MNIST).inverted is False
    assert prepare(drawing(tight, BLACK, WHITE), MNIST).inverted is True


def test_a_person_can_say_which_is_the_ink():
    rgba = drawing(pen(SEVEN, 18), BLACK, WHITE)
    found = prepare(rgba, MNIST)
    np.testing.assert_array_equal(prepare(rgba, MNIST, dark_on_light=True).input, found.input)
    other = prepare(rgba, MNIST, dark_on_light=False)
    assert other.inverted is False
    ink = other.stages[1].image
    assert ink[5, 5] == 255
    assert ink[60, 100] == 0


@given(st.integers(0, 120), st.integers(0, 120), st.integers(0, 9))
def test_where_it_is_drawn_makes_no_difference(top, left, index):
    expected = prepare(drawing(big_digit(index, at=(60, 60))), MNIST).input
    moved = prepare(drawing(big_digit(index, at=(top, left))), MNIST).input
    np.testing.assert_array_equal(moved, expected)


@settings(max_examples=40)
@given(st.sampled_from([90, 130, 200, 280, 500]), st.integers(0, 29))
def test_how_large_it_is_drawn_makes_little_difference(size, index):
    expected = prepare(drawing(big_digit(index)), MNIST).input
    scaled = prepare(drawing(big_digit(index, size, 560, (20, 30))), MNIST).input
    assert likeness_nearby(scaled, expected) > 0.97


def dot(radius, canvas=280):
    y, x = np.ogrid[:canvas, :canvas]
    return (np.hypot(y - 90, x - 130) <= radius).astype(np.uint8) * 255


@pytest.mark.parametrize(
    ("rgba", "words"),
    [
        (drawing(np.zeros((280, 280), np.uint8)), "Nothing is drawn yet"),
        (drawing(np.zeros((280, 280), np.uint8), BLACK, WHITE), "Nothing is drawn yet"),
        (np.zeros((280, 280, 4), np.uint8), "Nothing is drawn yet"),
        (drawing(pen(SEVEN, 18), (240, 240, 240), WHITE), "Nothing is drawn yet"),
        (np.full((1, 1, 4), 255, np.uint8), "Nothing is drawn yet"),
        (drawing(dot(0)), "Only a dot"),
        (drawing(dot(4)), "Only a dot"),
        (drawing(dot(10)), "Only a dot"),
    ],
)
@pytest.mark.parametrize("dark_on_light", [None, True, False])
def test_a_blank_drawing_is_told_gently(rgba, words, dark_on_light):
    if dark_on_light is not None and words != "Nothing is drawn yet":
        dark_on_light = False  # with black for the ink, a dot is a hole in a large square
    with pytest.raises(BlankDrawing, match=words):
        prepare(rgba, MNIST, dark_on_light=dark_on_light)
    assert issubclass(BlankDrawing, ImageError)


def test_a_small_figure_and_a_solid_one_are_no_dots():
    small = Image.fromarray(pen(SEVEN, 40)).reduce(8)
    canvas = np.zeros((280, 280), np.uint8)
    canvas[100:135, 100:135] = small
    assert prepare(drawing(canvas), MNIST).input.max() == 255
    assert prepare(drawing(dot(40)), MNIST).input.max() == 255


@pytest.mark.parametrize("quality", [30, 60, 90])
@pytest.mark.parametrize("colours", [(WHITE, BLACK), (BLACK, WHITE), ((0, 0, 160), WHITE)])
def test_the_ripples_of_jpeg_are_no_ink(quality, colours):
    clean = drawing(pen(SEVEN, 14), *colours)
    expected = prepare(clean, MNIST)
    rippled = prepare(as_jpeg(clean, quality), MNIST)
    taller, wider = np.subtract(rippled.stages[2].image.shape, expected.stages[2].image.shape)
    assert max(abs(taller), abs(wider)) <= 5
    assert likeness_nearby(rippled.input, expected.input) > 0.96


def test_soft_edges_are_kept():
    ink = pen(SEVEN, 14)
    np.testing.assert_array_equal(prepare(drawing(ink), MNIST).stages[1].image, ink)


@pytest.mark.parametrize("width", [2, 3, 5])
def test_thin_strokes_become_as_wide_as_mnists(width):
    prepared = prepare(drawing(pen(SEVEN, width)), MNIST)
    titles = [stage.title for stage in prepared.stages]
    assert titles == ["drawing", "ink", "crop", "thicker strokes", "square", "box", "centred input"]
    before, after = prepared.stages[2].image, prepared.stages[3].image
    assert stroke_width(before) < THIN_STROKE
    assert stroke_width(after) == pytest.approx(NORMAL_STROKE, abs=0.2)
    assert after[after > 0].mean() > 230, "a thin line would average to grey"
    normal = prepare(drawing(pen(SEVEN, 20)), MNIST)
    assert "thicker strokes" not in [stage.title for stage in normal.stages]
    assert likeness_nearby(prepared.input, normal.input) > 0.85


@pytest.mark.parametrize("width", [10, 20, 50])
def test_stroke_width_measures_a_bar(width):
    """2 area / perimeter of a bar is width x length / (width + length)."""
    bar = np.full((400, width), 255, np.uint8)
    assert stroke_width(bar) == pytest.approx(20 * width / (width + 400), rel=0.01)
    soft = area_average(np.pad(bar, 7), 230, round((width + 14) * 230 / 414)).astype(np.uint8)
    soft = soft[soft.any(axis=1)][:, soft.any(axis=0)]
    assert stroke_width(soft) == pytest.approx(stroke_width(bar), rel=0.1)


def test_averages_over_areas_are_exact():
    image = np.arange(9.0).reshape(3, 3)
    fine = image.repeat(2, axis=0).repeat(2, axis=1)  # 3 -> 2 is 6 -> 2 by blocks of 3
    expected = fine.reshape(2, 3, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(area_average(image, 2, 2), expected, rtol=1e-6)
    np.testing.assert_array_equal(area_average(image, 3, 3), image)
    grown = area_average(image, 7, 5)
    assert grown.mean() == pytest.approx(image.mean())


def test_a_photo_is_cut_to_its_middle_and_averaged():
    rng = np.random.default_rng(0)
    rgba = rng.integers(0, 256, (64, 100, 4), dtype=np.uint8)
    rgba[..., 3] = 255
    prepared = prepare(rgba, CIFAR)
    middle = rgba[:, 18:82, :3].astype(float)
    expected = middle.reshape(32, 2, 32, 2, 3).mean(axis=(1, 3)).transpose(2, 0, 1)
    assert prepared.input.shape == (3, 32, 32)
    assert np.abs(prepared.input - expected).max() <= 0.51
    assert prepared.inverted is None
    same = prepare(rgba[:32, :32], CIFAR).input
    np.testing.assert_array_equal(same, rgba[:32, :32, :3].transpose(2, 0, 1))


def test_photos_become_grey_wide_or_white_behind():
    rgba = np.zeros((50, 90, 4), np.uint8)
    rgba[...] = (200, 100, 0, 255)
    grey = prepare(rgba, InputSpec(1, 32, 32, "photo")).input
    assert grey.shape == (1, 32, 32)
    assert (grey == round(0.299 * 200 + 0.587 * 100)).all()
    assert prepare(rgba, InputSpec(3, 20, 36, "photo")).stages[1].image.shape == (50, 90, 3)
    rgba[..., 3] = 0
    assert (prepare(rgba, CIFAR).input == 255).all()
    assert prepare(np.full((1, 1, 4), 255, np.uint8), CIFAR).input.shape == (3, 32, 32)


def test_a_drawing_for_three_channels_is_grey_ink_in_each():
    spec = InputSpec(3, 32, 32, "mnist")
    prepared = prepare(drawing(pen(SEVEN, 18), (200, 0, 0), WHITE), spec, "drawing")
    assert prepared.input.shape == (3, 32, 32)
    assert prepared.inverted is True
    for plane in prepared.input[1:]:
        np.testing.assert_array_equal(plane, prepared.input[0])


def test_a_model_of_photos_sees_a_drawing_as_it_was_drawn():
    rgba = drawing(pen(SEVEN, 18), (200, 0, 0), WHITE)
    prepared = prepare(rgba, CIFAR, "drawing")
    np.testing.assert_array_equal(prepared.input, prepare(rgba, CIFAR, "plain").input)
    assert (prepared.kind, prepared.inverted) == ("drawing", True)
    clear = prepare(drawing(pen(SEVEN, 18), (200, 0, 0), None), CIFAR, "drawing")
    np.testing.assert_array_equal(clear.input, prepared.input)
    light = prepare(drawing(pen(SEVEN, 18), (250, 240, 0), (0, 0, 60)), CIFAR, "drawing")
    assert (light.input[:, 0, 0].tolist(), light.inverted) == ([0, 0, 60], False)
    with pytest.raises(BlankDrawing):
        prepare(np.full((280, 280, 4), 255, np.uint8), CIFAR, "drawing")


def photograph(ink, paper=225.0, contrast=0.7, shadow=True, seed=0):
    """A figure on paper: light falls off, a soft shadow, grain, a speck and a dark table edge."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:280, :280] / 280
    light = 0.7 + 0.3 * x - 0.2 * y
    if shadow:
        light *= 0.6 + 0.4 / (1 + np.exp(-15 * (x + y - 0.9)))
    seen = paper * light * (1 - contrast * ink / 255) + rng.normal(0, 5, ink.shape)
    seen[262:268, 40:46] *= 0.4
    seen[:, :6] *= 0.3
    grey = np.clip(seen, 0, 255).astype(np.uint8)
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])


@pytest.mark.parametrize("spec", [MNIST, DIGITS], ids=["mnist", "digits"])
@pytest.mark.parametrize("width", [8, 16, 26])
@pytest.mark.parametrize("contrast", [0.4, 0.8])
def test_a_photographed_figure_is_read_like_a_drawn_one(spec, width, contrast):
    ink = pen(SEVEN, width)
    prepared = prepare(photograph(ink, contrast=contrast), spec, "photo")
    assert prepared.inverted is True
    assert prepared.stages[0].title == "photo"
    expected = prepare(drawing(ink), spec).input
    assert likeness_nearby(prepared.input, expected) > 0.9
    as_drawing = prepare(photograph(ink, contrast=contrast), spec, "drawing").input
    assert likeness_nearby(as_drawing, expected) < 0.8, "this is not as easy as a drawing"


def test_chalk_on_a_board_is_light_on_dark():
    ink = pen(SEVEN, 16)
    prepared = prepare(photograph(ink, paper=60.0, contrast=-2.5), MNIST, "photo")
    assert prepared.inverted is False
    assert likeness_nearby(prepared.input, prepare(drawing(ink), MNIST).input) > 0.9
    forced = prepare(photograph(ink), MNIST, "photo", dark_on_light=True)
    assert forced.inverted is True


def test_a_photo_of_empty_paper_is_blank():
    nothing = np.zeros((280, 280), np.uint8)
    rgba = photograph(nothing)[20:250, 20:]
    with pytest.raises(BlankDrawing, match="No writing stands out"):
        prepare(rgba, MNIST, "photo")
    with pytest.raises(BlankDrawing):
        prepare(np.full((1, 1, 4), 255, np.uint8), MNIST, "photo")


def test_kinds_and_preparations_are_named_when_wrong():
    rgba = drawing(pen(SEVEN, 18))
    with pytest.raises(
        ConfigError, match="kind must be one of auto, drawing, photo, plain, got 'foto'"
    ):
        prepare(rgba, MNIST, "foto")
    with pytest.raises(ConfigError, match="got 'mnis'; did you mean 'mnist'"):
        prepare(rgba, InputSpec(1, 28, 28, "mnis"))
    assert list(PREPARATIONS) == ["mnist", "digits", "dark_ink", "light_ink", "photo"]


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("kind", ["drawing", "photo"])
def test_stages_lead_from_what_came_in_to_the_input(preparation, kind):
    prepared = prepare(photograph(pen(SEVEN, 16)), InputSpec(1, 24, 20, preparation), kind)
    assert prepared.stages[0].title == kind
    for stage in prepared.stages:
        assert stage.image.dtype == np.uint8
        assert stage.image.ndim == 2 or stage.image.shape[2:] == (3,)
    np.testing.assert_array_equal(prepared.stages[-1].image, prepared.input[0])
    assert prepared.input.flags.c_contiguous


shapes = st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(4))


@given(
    arrays(np.uint8, shapes, elements=st.sampled_from([0, 3, 120, 250, 255])),
    st.sampled_from([MNIST, DIGITS, CIFAR, InputSpec(3, 9, 13, "mnist")]),
    st.sampled_from(["auto", "drawing", "photo"]),
    st.sampled_from([None, True, False]),
)
def test_any_pixels_give_an_input_or_a_blank_drawing(rgba, spec, kind, dark_on_light):
    before = rgba.copy()
    try:
        prepared = prepare(rgba, spec, kind, dark_on_light)
    except BlankDrawing:
        pass
    else:
        assert prepared.input.shape == (spec.channels, spec.height, spec.width)
        assert prepared.input.dtype == np.uint8
    np.testing.assert_array_equal(rgba, before)
