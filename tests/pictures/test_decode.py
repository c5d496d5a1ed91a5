"""Bytes -> pixels: every kind of file that people send, upright; and the damaged ones."""

import io
import struct
import threading
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin

from dpn.errors import ImageError
from dpn.files.folders import PICTURES
from dpn.pictures.decode import decode
from tests.pictures.saved import (
    BLUE,
    FORMATS,
    RED,
    message_of,
    of_array,
    saved,
    two_halves,
    with_chunk,
)


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_gives_upright_opaque_pixels(kind):
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    pixels = decode(saved(two_halves(), kind, **options), "mine")
    assert pixels.shape == (32, 64, 4)
    assert pixels.dtype == np.uint8
    assert (pixels[..., 3] == 255).all()
    np.testing.assert_allclose(pixels[16, 8, :3], RED, atol=4)
    np.testing.assert_allclose(pixels[16, 56, :3], BLUE, atol=4)


def test_the_content_decides_and_not_the_name():
    assert decode(saved(two_halves()), "mine.jpg").shape == (32, 64, 4)
    jpegs = {".jpg", ".jpeg", ".jfif", ".jpe"}
    assert set(PICTURES) == {".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"} | jpegs


def test_an_empty_file_says_so():
    assert message_of(b"") == (
        "mine.png is empty (0 bytes); choose a PNG, JPEG, WebP, BMP, GIF or TIFF file"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"Dear diary, today I drew a seven.",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"%PDF-1.7\n",
        b"P6 2 2 255 " + bytes(12),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40),
        b"\x00",
    ],
)
def test_what_is_no_accepted_image_never_reaches_a_reader(data, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "__init__", lambda *_: pytest.fail("a reader ran"))
    assert message_of(data) == (
        "mine.png is not an image that can be read; save it as PNG, JPEG, WebP, BMP, GIF or TIFF"
    )


@pytest.mark.parametrize("brands", [b"heic\0\0\0\0mif1heic", b"mif1\0\0\0\0mif1heic"])
def test_of_an_iphones_picture_it_is_said_what_to_do(brands):
    said = message_of(b"\0\0\0\x18ftyp" + brands + bytes(50), "IMG_1.heic")
    assert said.startswith("IMG_1.heic is HEIC, which is not read here. Send it as JPEG")
    assert "Most Compatible" in said
    other = b"\0\0\0\x18ftypmp42" + bytes(12) + b"heic" * 20  # behind the brands
    assert "is not an image that can be read" in message_of(other)


def noise(kind):
    pixels = np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8)
    return of_array(pixels, kind)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_file_that_is_cut_off_is_called_that(kind, share):
    whole = noise(kind)
    message = message_of(whole[: max(16, int(len(whole) * share))])
    assert message.startswith("mine.png is damaged or cut off and cannot be read as ")
    assert message.endswith("; save or send it again")


@given(st.sampled_from(FORMATS), st.data())
def test_bytes_changed_anywhere_give_pixels_or_a_sentence(kind, data):
    whole = bytearray(saved(two_halves(size=(24, 20)), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        pixels = decode(bytes(whole), "mine")
    except ImageError as error:
        assert str(error).startswith("mine ")
    else:
        assert pixels.ndim == 3
        assert pixels.shape[2] == 4


def test_one_pixel_decodes():
    assert decode(of_array(np.array([[7]], np.uint8)), "dot").tolist() == [[[7, 7, 7, 255]]]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_several_frames_the_first_is_taken(kind):
    first, second = Image.new("RGB", (20, 10), RED), Image.new("RGB", (20, 10), BLUE)
    options = {"lossless": True} if kind == "WEBP" else {}
    data = saved(first, kind, save_all=True, append_images=[second, first], **options)
    np.testing.assert_allclose(decode(data, "film")[5, 5], (*RED, 255), atol=1)


#: How an upright picture is stored so that each EXIF orientation makes it upright. Source: TIFF
#: 6.0, "Orientation": on which sides of the picture row 0 and column 0 of the file are seen.
STORED = {
    1: lambda up: up,
    2: lambda up: up[:, ::-1],
    3: lambda up: up[::-1, ::-1],
    4: lambda up: up[::-1],
    5: lambda up: up.swapaxes(0, 1),
    6: lambda up: up[:, ::-1].swapaxes(0, 1),
    7: lambda up: up[::-1, ::-1].swapaxes(0, 1),
    8: lambda up: up[::-1].swapaxes(0, 1),
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_every_exif_orientation_comes_out_upright(kind, orientation):
    upright = np.full((32, 64, 3), 255, np.uint8)
    upright[:16, :16] = RED
    upright[:16, -16:] = BLUE
    image = Image.fromarray(np.ascontiguousarray(STORED[orientation](upright)))
    if kind == "TIFF":
        data = saved(image, kind, tiffinfo={274: orientation})
    else:
        exif = Image.Exif()
        exif[274] = orientation
        options = {"lossless": True} if kind == "WEBP" else {}
        data = saved(image, kind, exif=exif, **options)
    pixels = decode(data, "turned")[..., :3]
    assert pixels.shape == upright.shape
    assert np.abs(pixels.astype(int) - upright).mean() < 4


def test_odd_metadata_is_ignored_without_a_warning():
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x09\x00\x12\x01\x03\x00"
    odd = [
        saved(two_halves(), "JPEG", exif=exif),
        saved(two_halves(), "JPEG", exif=b"Exif\x00\x00nonsense"),
        with_chunk(saved(two_halves()), b"acTL", bytes(8)),
        with_chunk(saved(two_halves()), b"eXIf", b"II*\x00\xff\xff\xff\xff"),
        with_chunk(saved(two_halves()), b"eXIf", b"neither II nor MM"),
    ]
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for data in odd:
            assert decode(data, "odd").shape == (32, 64, 4)
    assert not seen


def test_pillow_still_warns_everyone_else():
    odd = with_chunk(saved(two_halves()), b"acTL", bytes(8))
    decode(odd, "odd")
    with pytest.warns(UserWarning, match="Invalid APNG"):
        PngImagePlugin.PngImageFile(io.BytesIO(odd))


def test_filters_of_other_threads_are_left_alone():
    """Decoding in four threads, as sessions of an app do, changes no filter and keeps silent."""
    odd = with_chunk(saved(two_halves()), b"acTL", bytes(8))
    before, failures = list(warnings.filters), []

    def work():
        try:
            for _ in range(20):
                decode(odd, "odd")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert warnings.filters == before


@pytest.mark.parametrize(
    "error",
    [struct.error, SyntaxError, ValueError, OSError, MemoryError, ZeroDivisionError, KeyError],
)
def test_whatever_a_reader_raises_becomes_one_sentence(error, monkeypatch):
    def fail(_):
        raise error("inside")

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
    assert "cannot be read as PNG" in message_of(saved(two_halves()))


def test_names_are_shortened_and_made_printable():
    with pytest.raises(ImageError) as caught:
        decode(b"", "a" * 300 + "\n\u202e\x00.png")
    shown = str(caught.value).removesuffix(str(caught.value).partition(" is empty")[2])
    shown = shown.removesuffix(" is empty")
    assert len(shown) == 60
    assert shown.startswith("aaa")
    assert shown.endswith("???.png")
    with pytest.raises(ImageError, match="^the file is empty"):
        decode(b"", "")
