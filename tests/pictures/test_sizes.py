"""How large a picture may be, and that a large one takes little memory."""

import os
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile, TiffImagePlugin

from dpn.errors import ImageError
from dpn.pictures import decode as decode_module
from dpn.pictures import size_limits
from dpn.pictures.decode import MAX_SIDE_PX, decode
from tests.pictures.saved import (
    FORMATS,
    RED,
    message_of,
    of_array,
    png_declaring,
    saved,
    two_halves,
)


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
    monkeypatch.setattr(size_limits, "MAX_BYTES", 2_000_000)
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


def test_a_webp_has_a_smaller_limit_for_its_decoder_needs_more_memory():
    width, height = 6_000, 4_001  # 24.006 megapixels
    data = saved(Image.new("RGB", (width, height)), "WEBP")
    with pytest.raises(ImageError, match="accepted are at most 24 megapixels"):
        decode(data, "large.webp")
