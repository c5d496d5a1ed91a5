"""Bytes -> pixels: every kind of file that people send, and the hostile ones."""

import io
import os
import struct
import subprocess
import sys
import threading
import time
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin, TiffImagePlugin

from dpn.errors import ImageError
from dpn.files.folders import PICTURES
from dpn.pictures import decode as decode_module
from dpn.pictures import size_limits
from dpn.pictures.decode import MAX_SIDE_PX, decode

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
RED, BLUE = (200, 30, 20), (10, 40, 180)


def two_halves(mode="RGB", size=(64, 32)):
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def saved(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def of_array(array, kind="PNG"):
    return saved(Image.fromarray(array), kind)


def message_of(data, name="mine.png"):
    with pytest.raises(ImageError) as caught:
        decode(data, name)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(name)
    return message


def png_declaring(width, height, data=None):
    """A PNG whose header claims another size, with a correct checksum."""
    data = data or saved(Image.new("L", (4, 4)))
    header = b"IHDR" + struct.pack(">II", width, height) + data[24:29]
    return data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:]


def with_chunk(png, kind, content):
    """The PNG with one chunk more, right after its header."""
    chunk = struct.pack(">I", len(content)) + kind + content
    chunk += struct.pack(">I", zlib.crc32(kind + content))
    return png[:33] + chunk + png[33:]


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
        b"\x00\x00\x00\x18ftypheic" + bytes(50),
        b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40),
        b"\x00",
    ],
)
def test_what_is_no_accepted_image_never_reaches_a_reader(data, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "__init__", lambda *_: pytest.fail("a reader ran"))
    assert message_of(data) == (
        "mine.png is not an image that can be read; save it as PNG, JPEG, WebP, BMP, GIF or TIFF"
    )


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


def bombs():
    """Small files that declare 50,000 x 50,000 pixels (WebP: its largest, 16,384 x 16,384)."""
    gif = b"GIF89a" + struct.pack("<HHBBB", 50_000, 50_000, 0, 0, 0)
    gif += b"," + struct.pack("<HHHHB", 0, 0, 50_000, 50_000, 0) + b"\x08\x02\x4c\x01\x00;"
    bmp = bytearray(saved(Image.new("RGB", (4, 4)), "BMP"))
    bmp[18:26] = struct.pack("<ii", 50_000, 50_000)
    jpeg = bytearray(saved(Image.new("RGB", (16, 16)), "JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 50_000, 50_000)
    webp = b"VP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\xff\x3f\x00" * 2
    webp += saved(Image.new("RGB", (4, 4)), "WEBP")[12:]
    webp = b"RIFF" + struct.pack("<I", len(webp) + 4) + b"WEBP" + webp
    tiff = saved(Image.new("RGB", (4, 4)), "TIFF")
    for tag in (256, 257):
        start = tiff.index(struct.pack("<H", tag), 8)
        tiff = tiff[: start + 2] + struct.pack("<HII", 4, 1, 50_000) + tiff[start + 12 :]
    return {
        "PNG": png_declaring(50_000, 50_000),
        "GIF": gif,
        "BMP": bytes(bmp),
        "JPEG": bytes(jpeg),
        "WEBP": webp,
        "TIFF": tiff,
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_a_bomb_is_refused_from_its_header(kind, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("it was decoded"))
    started = time.monotonic()
    message = message_of(bombs()[kind])
    assert time.monotonic() - started < 2
    assert message.endswith("; make it smaller, 1000 x 1000 pixels are plenty")
    if kind != "WEBP":
        assert "declares 50000 x 50000 pixels; accepted are at most " in message


def test_the_limit_does_not_hang_on_pillows_global(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert "48 megapixels" in message_of(png_declaring(50_000, 50_000))
    assert "48 megapixels" in message_of(png_declaring(8_000, 6_001))
    assert "30000 a side" in message_of(png_declaring(30_001, 1))


def test_a_tiff_whose_tile_is_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("it was decoded"))
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    for private in (65_000, 65_001):
        tags[private], tags.tagtype[private] = 40_000, 4
    data = saved(Image.new("L", (4, 4)), "TIFF", tiffinfo=tags)
    for private, tag in ((65_000, 322), (65_001, 323)):  # TileWidth, TileLength
        data = data.replace(struct.pack("<HH", private, 4), struct.pack("<HH", tag, 4))
    assert "declares 40000 x 40000 pixels" in message_of(data)


def test_a_large_file_is_refused_by_its_bytes(monkeypatch):
    monkeypatch.setattr(decode_module, "MAX_BYTES", 2_000_000)
    message = message_of(saved(two_halves()) + bytes(3_000_000))
    assert "has 3 MB, accepted are at most 2 MB" in message


def jpeg(**options):
    return saved(two_halves(size=(4800, 1600)), "JPEG", quality=90, **options)


def test_a_large_jpeg_in_one_pass_is_decoded_reduced(monkeypatch):
    shrink, decoded = decode_module._shrink, []

    def watch(image, side):
        decoded.append(image.size)
        return shrink(image, side)

    monkeypatch.setattr(decode_module, "_shrink", watch)
    monkeypatch.setattr(size_limits, "MAX_PIXELS", 3_000_000)
    pixels = decode(jpeg(), "telephone.jpg")
    assert decoded == [(2400, 800)]
    assert pixels.shape == (267, 800, 4)
    np.testing.assert_allclose(pixels[100, 100, :3], RED, atol=4)
    assert "declares 4800 x 1600" in message_of(jpeg(progressive=True))
    one_component = jpeg()
    scan = one_component.index(b"\xff\xda")
    several_scans = one_component[: scan + 4] + b"\x01" + one_component[scan + 5 :]
    assert "declares 4800 x 1600" in message_of(several_scans)
    lossless = one_component.replace(b"\xff\xc0", b"\xff\xc3", 1)
    assert "declares 4800 x 1600" in message_of(lossless)


@pytest.mark.parametrize("size", [(1024, 3), (1025, 30), (3000, 700), (50, 2500)])
def test_the_longest_side_is_bounded_and_the_average_kept(size):
    ramp = np.linspace(0, 255, size[0] * size[1]).reshape(size[1], size[0]).astype(np.uint8)
    pixels = decode(of_array(ramp), "ramp")
    factor = -(-max(size) // MAX_SIDE_PX)
    assert pixels.shape[:2] == (-(-size[1] // factor), -(-size[0] // factor))
    assert max(pixels.shape) <= MAX_SIDE_PX
    assert abs(pixels[..., 0].mean() - ramp.mean()) < 1


def test_bands_join_without_a_seam(monkeypatch):
    pixels = np.random.default_rng(0).integers(0, 256, (2100, 300, 3), dtype=np.uint8)
    whole = decode(of_array(pixels), "noise")
    monkeypatch.setattr(decode_module, "_BAND_PIXELS", 7 * 300)
    np.testing.assert_array_equal(decode(of_array(pixels), "noise"), whole)


def test_a_large_palette_image_never_becomes_a_large_colour_image(tmp_path):
    """36 megapixels: 36 MB of palette indices; as RGBA they would be 144 MB."""
    pytest.importorskip("resource")
    file = tmp_path / "large.png"
    Image.new("P", (6000, 6000)).save(file, compress_level=1)
    program = """
import resource, sys
from pathlib import Path
from dpn.pictures.decode import decode
data = Path(sys.argv[1]).read_bytes()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
before = peak()
assert decode(data, "large").shape == (1000, 1000, 4)
print(peak() - before)
"""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", program, str(file)]
    done = subprocess.run(command, cwd=root, env=os.environ, capture_output=True, check=True)
    assert float(done.stdout) < 110


def test_one_pixel_decodes():
    assert decode(of_array(np.array([[7]], np.uint8)), "dot").tolist() == [[[7, 7, 7, 255]]]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_several_frames_the_first_is_taken(kind):
    first, second = Image.new("RGB", (20, 10), RED), Image.new("RGB", (20, 10), BLUE)
    options = {"lossless": True} if kind == "WEBP" else {}
    data = saved(first, kind, save_all=True, append_images=[second, first], **options)
    np.testing.assert_allclose(decode(data, "film")[5, 5], (*RED, 255), atol=1)


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


def test_a_webp_has_a_smaller_limit_for_its_decoder_needs_more_memory():
    width, height = 6_000, 4_001  # 24.006 megapixels
    data = saved(Image.new("RGB", (width, height)), "WEBP")
    with pytest.raises(ImageError, match="accepted are at most 24 megapixels"):
        decode(data, "large.webp")
