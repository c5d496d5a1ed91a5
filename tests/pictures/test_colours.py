"""Colours, palettes, transparency and the numbers of grey: each file looks as it was meant."""

import struct

import numpy as np
import pytest
from PIL import Image

from dpn.pictures.decode import decode
from tests.pictures.saved import BLUE, RED, of_array, saved


def test_palettes_with_and_without_transparency():
    palette = Image.new("P", (2, 1))
    palette.putpalette([*RED, *BLUE])
    palette.putdata([0, 1])
    assert decode(saved(palette), "p")[0].tolist() == [[*RED, 255], [*BLUE, 255]]
    assert decode(saved(palette, transparency=1), "p")[0, :, 3].tolist() == [255, 0]
    half = decode(saved(palette, transparency=bytes([128, 255])), "p")
    assert half[0].tolist() == [[*RED, 128], [*BLUE, 255]]
    assert decode(saved(palette, "GIF", transparency=0), "p")[0, :, 3].tolist() == [0, 255]


@pytest.mark.parametrize(("mode", "kind"), [("LA", "PNG"), ("RGBA", "PNG"), ("RGBA", "TIFF")])
def test_transparency_is_kept(mode, kind):
    image = Image.new(mode, (3, 2), (90, 60) if mode == "LA" else (90, 90, 90, 60))
    assert decode(saved(image, kind), "glass")[1, 1].tolist() == [90, 90, 90, 60]


def test_premultiplied_grey_of_a_tiff():
    data = saved(Image.new("LA", (3, 2), (90, 255)), "TIFF")
    start = data.index(struct.pack("<HHI", 338, 3, 1))  # ExtraSamples: 2 free, 1 premultiplied
    data = data[: start + 8] + b"\x01" + data[start + 9 :]
    assert decode(data, "glass")[1, 1].tolist() == [90, 90, 90, 255]


def test_hidden_colours_do_not_bleed_when_shrunk():
    pixels = np.zeros((1100, 1100, 4), np.uint8)
    pixels[:, ::2] = (0, 200, 0, 255)
    pixels[:, 1::2, 0] = 255  # red, but fully transparent
    seen = decode(of_array(pixels), "stripes")[100, 100]
    np.testing.assert_allclose(seen, [0, 200, 0, 128], atol=1)


def test_one_bit_images():
    pixels = np.zeros((9, 9), bool)
    pixels[:, 4] = True
    for kind in ("PNG", "TIFF", "BMP"):
        grey = decode(of_array(pixels, kind), "bits")[..., 0]
        np.testing.assert_array_equal(grey, pixels * 255)


def test_cmyk_and_ycck_jpeg():
    data = saved(Image.new("CMYK", (32, 32), (155, 127, 127, 0)), "JPEG", quality=100)
    np.testing.assert_allclose(decode(data, "print")[9, 9], [100, 128, 128, 255], atol=2)
    # The same samples read as YCCK: Y is 100 with neutral colour, which libjpeg turns to CMY 100.
    adobe = data.index(b"Adobe") + 11
    data = data[:adobe] + b"\x02" + data[adobe + 1 :]
    np.testing.assert_allclose(decode(data, "print")[9, 9], [155, 155, 155, 255], atol=2)


def big_endian_tiff(values):
    image = Image.frombytes("I;16B", values.shape[::-1], values.astype(">u2").tobytes())
    return saved(image, "TIFF")


SIXTEEN_BITS = {"PNG": of_array, "TIFF": lambda v: of_array(v, "TIFF"), "MM": big_endian_tiff}


@pytest.mark.parametrize("kind", SIXTEEN_BITS)
def test_sixteen_bits_use_the_full_range_unless_dim(kind):
    bright = np.array([[0, 32_768, 65_535]], np.uint16)
    assert decode(SIXTEEN_BITS[kind](bright), "x")[0, :, 0].tolist() == [0, 128, 255]
    medium = np.array([[0, 16_384]], np.uint16)
    assert decode(SIXTEEN_BITS[kind](medium), "x")[0, :, 0].tolist() == [0, 64]
    twelve_bits = np.array([[0, 2048, 4095]], np.uint16)
    assert decode(SIXTEEN_BITS[kind](twelve_bits), "x")[0, :, 0].tolist() == [0, 128, 255]
    nothing = np.zeros((2, 2), np.uint16)
    assert not decode(SIXTEEN_BITS[kind](nothing), "x")[..., :3].any()


def test_thirty_two_bits_use_their_own_range():
    integers = np.array([[-1000, 0, 1000]], np.int32)
    assert decode(of_array(integers, "TIFF"), "x")[0, :, 0].tolist() == [0, 128, 255]
    floats = np.array([[0.5, np.nan, 1.5, np.inf, 1.0, -np.inf]], np.float32)
    assert decode(of_array(floats, "TIFF"), "x")[0, :, 0].tolist() == [0, 0, 255, 0, 128, 0]
    for value in (np.nan, 3e38):
        flat = np.full((2000, 2), value, np.float32)
        assert not decode(of_array(flat, "TIFF"), "x")[..., :3].any()


def tiff(values, bits, kind, order="<", meaning=None, **more):
    """A TIFF of one strip, by hand: ``kind`` is 1 unsigned, 2 signed or 3 float."""
    height, width = values.shape
    if bits < 8:
        body = np.packbits(
            np.unpackbits(values[..., None], axis=2)[..., 8 - bits :].reshape(height, -1), axis=1
        )
    else:
        body = values.astype(f"{order}{ {1: 'u', 2: 'i', 3: 'f'}[kind] }{bits // 8}")
    tags = {
        256: width,
        257: height,
        258: bits,
        259: 1,
        277: 1,
        278: height,
        279: body.nbytes,
        339: kind,
    }
    tags |= {} if meaning is None else {262: meaning}
    tags |= more
    tags[273] = 8 + 2 + 12 * (len(tags) + 1) + 4  # where the strip begins
    entries = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, n) for tag, n in sorted(tags.items()))
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(f"{order}HIH", 42, 8, len(tags))
    return head + entries + bytes(4) + body.tobytes()


#: bits, kind, the values of black, grey and white where zero is black.
SAMPLES = {
    "1 bit": (1, 1, (0, 0, 1)),
    "2 bits": (2, 1, (0, 1, 3)),
    "4 bits": (4, 1, (0, 5, 15)),
    "8 bits": (8, 1, (0, 85, 255)),
    "16 bits": (16, 1, (0, 21_845, 65_535)),
    "12 of 16 bits": (16, 1, (0, 1365, 4095)),
    "16 bits, signed": (16, 2, (0, 100, 300)),
    "32 bits": (32, 1, (0, 1000, 3000)),
    "32 bits, signed": (32, 2, (-1000, 0, 2000)),
    "float": (32, 3, (0.0, 0.25, 0.75)),
}


#: But for unsigned 32 bits with the high byte first, which Pillow does not read.
STORED_SO = [
    (name, order) for name in SAMPLES for order in "<>" if (name, order) != ("32 bits", ">")
]


@pytest.mark.parametrize(("name", "order"), STORED_SO)
def test_a_tiff_is_upright_whichever_of_black_and_white_zero_is(name, order):
    bits, kind, levels = SAMPLES[name]
    values = np.array([levels], np.float64 if kind == 3 else np.int64)
    values = values.astype(np.uint8) if bits < 8 else values
    grey = [0, 0, 255] if bits == 1 else [0, 85, 255]
    assert decode(tiff(values, bits, kind, order, 1), "x")[0, :, 0].tolist() == grey
    for stored in (values, (values.max() + values.min() - values).astype(values.dtype)):
        as_black, as_white = (
            decode(tiff(stored, bits, kind, order, meaning), "x")[0, :, 0] for meaning in (1, 0)
        )
        assert as_white.tolist() == (255 - as_black).tolist()
    pixels = decode(tiff(values, bits, kind, order, 0), "x")
    assert (pixels[..., 3] == 255).all()
    assert pixels[0, :, 0].tolist() == pixels[0, :, 1].tolist() == [255 - g for g in grey]


def test_a_packed_tiff_whose_zero_is_white_is_upright_too():
    for mode, black in (("1", 0), ("L", 0), ("I;16", 0)):
        for packing in ("tiff_lzw", "tiff_adobe_deflate", *(["group4"] if mode == "1" else [])):
            image = Image.new("1" if mode == "1" else "L", (8, 8), 0)
            image.paste(255, (4, 0, 8, 8))
            if mode == "I;16":
                image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
            data = saved(image, "TIFF", compression=packing)
            tag = data.index(struct.pack("<HHI", 262, 3, 1)) + 8
            before = struct.unpack_from("<H", data, tag)[0]
            flipped = data[:tag] + struct.pack("<H", 1 - before) + data[tag + 2 :]
            seen, turned = (decode(d, "x")[0, :, 0].tolist() for d in (data, flipped))
            assert seen == [black] * 4 + [255] * 4
            assert turned == [255] * 4 + [black] * 4


def test_without_the_tag_zero_is_black_as_everywhere():
    for bits, kind, levels in (SAMPLES["8 bits"], SAMPLES["16 bits"], SAMPLES["float"]):
        values = np.array([levels], np.float64)
        assert decode(tiff(values, bits, kind), "x")[0, :, 0].tolist() == [0, 85, 255]


def test_what_is_no_number_counts_as_the_smallest_value_whatever_that_means():
    floats = np.array([[0.5, np.nan, 1.5]])
    assert decode(tiff(floats, 32, 3, meaning=0), "x")[0, :, 0].tolist() == [255, 255, 0]
