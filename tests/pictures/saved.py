"""Picture files made in memory."""

import io
import struct
import zlib

import pytest
from PIL import Image

from dpn.errors import ImageError
from dpn.pictures.decode import decode

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
