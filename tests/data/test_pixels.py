"""What numbers mean: read right and said, or refused with a line of numpy that mends it."""

import re

import numpy as np
import pytest
from PIL import Image

from dpn.data.npz import read_npz
from dpn.data.pixels import to_pixels
from dpn.errors import DataError


def strokes(count=60, seed=0, side=12):
    """White strokes on black, uint8 (N, side, side), with every grey between."""
    rng = np.random.default_rng(seed)
    images = np.zeros((count, side, side), np.uint8)
    for image in images:
        row, column = rng.integers(1, side - 3, 2)
        image[row : row + 2, :] = 255
        image[:, column : column + 2] = rng.integers(0, 256, (side, 2))
    return images


def read(train, test):
    (x_train, x_test), notes = to_pixels([("x_train", train), ("x_test", test)])
    return x_train, x_test, notes


def refusal(train, test, **how):
    with pytest.raises(DataError) as caught:
        to_pixels([("x_train", train), ("x_test", test)], **how)
    assert len(str(caught.value)) < 500
    return str(caught.value)


def mended(message, train, test):
    """The arrays after the line at the end of a message was run."""
    line = re.search(r"(?:Mend it with|white|clip): (.*)$", message)[1]
    names = {"numpy": np, "x_train": np.array(train), "x_test": np.array(test)}
    exec(line, names)
    return names["x_train"], names["x_test"]


TRAIN, TEST = strokes(), strokes(20, seed=1)

#: What stands for the bytes -> how they are turned into it, what is said, and the exactness.
SAID = {
    "0..1": (lambda x: x / 255, "lies in 0..1: read as 0 (black) to 1 (white)", 0),
    "0..1, half precision": (lambda x: (x / 255).astype(np.float16), "read as 0 (black) to 1", 0),
    "floats 0..255": (lambda x: x.astype(np.float32), "read as 0 (black) to 255 (white)", 0),
    "-1..1": (lambda x: x / 127.5 - 1, "lies in -1..1: read as -1 (black) to 1 (white)", 0),
    "-1..1 by 128": (lambda x: (x - 128.0) / 128, "read as -1 (black) to 1 (white)", 1),
    "0 and 1": (lambda x: (x > 127).astype(np.int64), "0 and 1: read as black and white", 127),
    "bytes 0 and 1": (lambda x: (x > 127).astype(np.uint8), "read as black and white", 127),
    "floats 0 and 1": (lambda x: (x > 127) * 1.0, "read as 0 (black) to 1 (white)", 127),
    "truth": (lambda x: x > 127, "True and False: read as white and black", 127),
    "-1 and 1": (lambda x: np.where(x > 127, 1, -1), "read as -1 (black) to 1 (white)", 127),
    "an overshoot": (lambda x: x / 250, "lies in 0..1.02: read as 0..1, and what lies outside", 6),
    "half of it": (lambda x: x / 1020, "Nothing in x_train is brighter than 0.25 of 1", 192),
    "0..100": (lambda x: (x / 2.55).astype(np.uint8), "brighter than 100 of 255", 156),
}


@pytest.mark.parametrize("case", SAID)
def test_a_scale_that_is_clear_is_read_and_said(case):
    change, words, error = SAID[case]
    x_train, x_test, notes = read(change(TRAIN), change(TEST))
    for read_, right in ((x_train, TRAIN), (x_test, TEST)):
        assert read_.dtype == np.uint8
        assert np.abs(read_.astype(int) - right).max() <= error
    assert words in " ".join(notes)
    assert all(note.startswith(("x_", "Nothing in x_train")) for note in notes)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.uint32, np.dtype(">i4")])
def test_whole_numbers_in_0_to_255_are_bytes_and_nothing_is_said(dtype):
    x_train, x_test, notes = read(TRAIN.astype(dtype), TEST)
    assert (x_train == TRAIN).all()
    assert (x_test == TEST).all()
    assert notes == ()


@pytest.mark.parametrize("scale", [1, 255])
@pytest.mark.parametrize("how", [Image.Resampling.LANCZOS, Image.Resampling.BICUBIC])
def test_what_a_resize_leaves_outside_is_clipped_and_said(how, scale):
    def enlarged(images):
        pictures = (Image.fromarray((image / 255 * scale).astype(np.float32)) for image in images)
        return np.stack([np.asarray(picture.resize((40, 40), how)) for picture in pictures])

    train = enlarged(TRAIN)
    assert train.min() < -0.1 * scale
    assert train.max() > 1.1 * scale
    x_train, _, notes = read(train, enlarged(TEST))
    right = np.rint(train.clip(0, scale) * (255 / scale))
    assert (x_train == right).all()
    assert f"read as 0..{scale}, and what lies outside" in notes[0]
    assert notes[1].startswith("x_test lies in -")
    rounded = np.rint(train * (255 / scale)).astype(np.int16)
    assert (read(rounded, TEST)[0] == right).all()


@pytest.mark.parametrize("value", [1.02, -0.03, 1.4])
def test_one_pixel_decides_nothing(value):
    train = TRAIN / 255
    train[3, 4, 5] = value
    x_train, x_test, notes = read(train, TEST / 255)
    assert (x_test == TEST).all()
    assert (np.delete(x_train, 3, 0) == np.delete(TRAIN, 3, 0)).all()
    assert x_train[3, 4, 5] == (255 if value > 1 else 0)
    assert "(0.01% of the values) is clipped" in notes[0]


def test_a_pixel_far_outside_is_refused_with_its_image():
    train = TRAIN / 255
    train[3, 4, 5] = 255
    said = refusal(train, TEST / 255)
    assert "x_train lies in 0..1 but for 1 of 60 images" in said
    assert "Look at images 3, or clip" in said
    assert (read(*mended(said, train, TEST / 255))[1] == TEST).all()
    test = TEST / 255
    test[7, 0, 0] = -40
    said = refusal(TRAIN / 255, test)
    assert "x_test lies in 0..1 but for 1 of 20 images" in said
    assert (read(*mended(said, TRAIN / 255, test))[0] == TRAIN).all()


#: What cannot be told -> how it comes about, words of the refusal, and how far off the mended is.
REFUSED = {
    "standardised": (
        lambda x: (x / 255 - 0.1307) / 0.3081, r"-0.42\S*..2.82\S*, .* \(is it st", 1
    ),
    "standardised paper": (lambda x: (1 - x / 255 - 0.87) / 0.3, r"\(is it standardised\?\)", 1),
    "less its mean": (lambda x: x / 255 - 0.3, r"lies in -0.3..0.7, which is neither", 1),
    "-0.5..0.5": (lambda x: x / 255 - 0.5, r"lies in -0.5..0.5, which is neither", 1),
    "-128..127": (lambda x: x.astype(int) - 128, r"lies in -128..127, which is neither", 0),
    "int8": (lambda x: (x.astype(int) - 128).astype(np.int8), r"take x_train.view\('uint8'\)", 0),
    "divided twice": (lambda x: x / 255**2, r"read as 0\.\.1 is nearly black", 1),
    "16 levels": (lambda x: np.rint(x / 17).astype(int), r"0..15, which read as 0..255 is nea", 8),
    "17 levels": (lambda x: np.rint(x / 255 * 16), r"0..16, which read as 0..255 is nea", 8),
    "three levels": (lambda x: np.rint(x / 127).astype(np.uint8), r"0..2, .* nearly black", 64),
    "16 bits": (lambda x: x.astype(np.uint16) * 257, r"lies in 0..65535, which is neither", 0),
    "12 bits": (lambda x: x.astype(np.int16) * 16, r"lies in 0..4080, .* \(0, 4095\)", 1),
    "floats of 16 bits": (lambda x: x * 257.0, r"lies in 0..65535, which is neither", 0),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_may_mean_two_things_is_refused_with_the_line_that_mends_it(case):
    change, words, error = REFUSED[case]
    train, test = change(TRAIN), change(TEST)
    said = refusal(train, test)
    assert re.search(words, said)
    x_train, x_test, _ = read(*mended(said, train, test))
    for read_, right in ((x_train, TRAIN), (x_test, TEST)):
        right = 255 - right if case == "standardised paper" else right
        assert np.abs(read_.astype(int) - right).max() <= error


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused_with_how_many_images_hold_it(value):
    train = TRAIN / 255
    train[[2, 5], 3, 3] = value
    said = refusal(train, TEST / 255)
    assert "x_train must be finite, but NaN or infinity is in 2 of its 60 images" in said
    assert (read(*mended(said, train, TEST / 255))[1] == TEST).all()


#: Train and test as they are stored, and both ranges as the refusal names them.
DIFFER = {
    "255 and 1": (TRAIN, TEST / 255, "0..255", "0..1"),
    "floats, 255 and 1": (TRAIN * 1.0, TEST / 255, "0..255", "0..1"),
    "1 and 255": (TRAIN / 255, TEST * 1.0, "0..1", "0..255"),
    "1 and bytes": (TRAIN / 255, TEST, "0..1", "0..255"),
    "-1 and 1": (TRAIN / 127.5 - 1, TEST / 255, "-1..1", "0..1"),
    "1 and -1": (TRAIN / 255, TEST / 127.5 - 1, "0..1", "-1..1"),
    "255 and -1": (TRAIN, TEST / 127.5 - 1, "0..255", "-1..1"),
    "-1 and 255": (TRAIN / 127.5 - 1, TEST, "-1..1", "0..255"),
    "255 and 65535": (TRAIN, TEST.astype(np.uint16) * 257, "0..255", "0..65535"),
    "1 and twice divided": (TRAIN / 255, TEST / 255**2, "0..1", "0..0.00392157"),
    "255 and 16 levels": (TRAIN, TEST // 16, "0..255", "0..15"),
}


@pytest.mark.parametrize("case", DIFFER)
def test_parts_of_different_scales_are_refused_with_both_ranges(case):
    train, test, of_train, of_test = DIFFER[case]
    said = refusal(train, test)
    assert f"x_train lies in {of_train} and x_test in {of_test}: they have different" in said
    x_train, x_test, _ = read(*mended(said, train, test))
    assert np.abs(x_train.astype(int) - TRAIN).max() <= 1
    assert np.abs(x_test.astype(int) - TEST).max() <= (16 if "levels" in case else 1)


def test_truth_may_be_any_byte_in_a_strangers_file():
    train = np.full((20, 8, 8), 7, np.uint8).view(bool)
    train[:, 0] = False
    x_train, _, _ = read(train, train)
    assert np.unique(x_train).tolist() == [0, 255]


def test_truth_and_0_to_1_are_of_one_scale():
    x_train, x_test, _ = read(TRAIN / 255, TEST > 127)
    assert (x_train == TRAIN).all()
    assert set(np.unique(x_test)) == {0, 255}


def test_images_of_two_scales_in_one_part_are_refused():
    train, test = TRAIN * 1.0, TEST * 1.0
    train[::2] /= 255
    said = refusal(train, test)
    assert "x_train has images of two scales: 30 of 60 within 0..1, the others reach 255" in said
    assert (read(*mended(said, train, test))[0] == TRAIN).all()
    test[:5] /= 255
    assert "x_test has images of two scales: 5 of 20" in refusal(TRAIN, test)


def test_a_test_part_that_is_dark_or_small_by_chance_is_taken():
    dark = TRAIN.copy()
    dark[: len(dark) // 3] = dark[: len(dark) // 3] // 100  # 0..2: a third is nearly black
    _, x_test, notes = read(dark, dark[:3])
    assert (x_test == dark[:3]).all()
    assert notes == ()
    assert "different scales" in refusal(dark, dark[:12])  # which chance would do in 1 of 500,000
    assert (read(TRAIN[:10], np.ones_like(TEST[:1]))[1] == 1).all()
    assert (read(TRAIN, np.zeros_like(TEST))[1] == 0).all()


def test_black_images_are_said_and_a_lesson_may_be_dark():
    x_train, _, notes = read(np.zeros_like(TRAIN), TEST)
    assert not x_train.any()
    assert notes == ("Every pixel of x_train is 0.",)
    night = TRAIN // 16
    assert "nearly black" in refusal(night, TEST)
    for train, test in ((night, TEST), (TRAIN, night), (TRAIN // 255, TEST)):
        (x_train, x_test), notes = to_pixels([("x_train", train), ("x_test", test)], few=True)
        assert (x_train == train).all()
        assert (x_test == test).all()
        assert notes == ()


def test_the_line_names_the_arrays_of_the_file(tmp_path):
    arrays = {"train_images": TRAIN / 17, "test_images": TEST / 17, "val_images": TEST / 17}
    labels = {"train_labels": np.arange(60) % 3, "test_labels": np.arange(20) % 3}
    path = tmp_path / "own.npz"
    np.savez(path, **arrays, **labels, val_labels=np.arange(20) % 3)
    with pytest.raises(DataError, match=r"white: train_images, val_images, test_images = \["):
        read_npz(path)
