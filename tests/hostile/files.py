"""What strangers may send: valid files, and how each kind of them is spoilt.

A case is drawn by Hypothesis and a tuple of plain values; see ``SURFACES`` in ``hostile_cases``.
"""

import io
import json
import struct
import zipfile
import zlib

import numpy as np
from hypothesis import strategies as some
from PIL import Image, ImageDraw

#: Each looks harmless to a program and is markup, a formula, or a trap for a page.
NAMES = (
    "**b** _i_ `c` ~~s~~", "# h", "- l", "1. l", "| a | b |", "> q", "a\n===", "a\n\n    code",
    "[l](http://x.y)", "![i](http://x.y/z.png)", "www.evil.com", "https://evil.com", "a@b.co",
    "<b>b</b>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;",
    "$x^2$", "$$x$$", ":red[x]", ":material/home:", ":smile:", ":red-badge[x]", "a -> b -- c",
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "'=1", '"=1"',
    "\u202eabc\u202c", "a\u200bb", "\ufeffa", "a\x00b", "\x1b[31m", "\ud800", "\U0010ffff",
    "../../etc/passwd", "/etc/passwd", "C:\\x", "..", ".", "", " ", "NaN", "a" * 10_000,
)  # fmt: skip


def picture(mode="L", size=(40, 30)):
    """A small picture with a stroke, in any of Pillow's modes."""
    grey = Image.new("L", size, 255)
    ImageDraw.Draw(grey).line([(5, 4), (30, 9), (12, 26)], 0, 4)
    if mode == "I;16":
        return Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    return grey.convert("RGB").convert(mode) if mode not in ("I", "F", "La") else grey.convert(mode)


def written(image, kind, **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def images():
    """Valid files of every kind that is accepted, small."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x011A] = 6, "x" * 300, 72.0
    frames = [picture("P", (40, 30 + 0 * i)) for i in range(5)]
    yield from (
        written(picture(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
    )
    yield written(picture("RGB"), "PNG", exif=exif)
    yield from (written(picture(mode), "JPEG", exif=exif) for mode in ("L", "RGB", "CMYK"))
    yield written(picture("RGB"), "JPEG", progressive=True)
    yield from (written(picture("RGBA"), "WEBP", lossless=lossless) for lossless in (True, False))
    yield written(picture("RGB"), "WEBP", exif=exif, save_all=True, append_images=frames)
    yield from (written(picture(mode), "BMP") for mode in ("1", "L", "P", "RGB", "RGBA"))
    yield bmp_rle(16, 4, bytes([4, 7, 0, 0]) * 4 + b"\0\1")
    yield written(picture("P"), "GIF", save_all=True, append_images=frames)
    for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "F"):
        yield written(picture(mode), "TIFF", exif=exif if mode == "RGB" else Image.Exif())
    for packing in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        yield written(picture("RGB"), "TIFF", compression=packing)


def bmp_rle(width, height, body):
    """A BMP of 256 colours whose pixels are run-length encoded."""
    palette = bytes(range(256)) * 4
    start = 54 + len(palette)
    head = struct.pack("<IHHI", start + len(body), 0, 0, start)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    return b"BM" + head + info + palette + body


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height, bits=8, colour=2):
    """A PNG that declares a size and holds a few bytes."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(bytes(5000))) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + body


def jpeg_of_passes(side, passes):
    """A progressive JPEG that repeats its last pass, of a few bytes, again and again."""
    data = written(Image.new("L", (side, side), 128), "JPEG", progressive=True)
    last, end = data.rfind(b"\xff\xda"), data.rfind(b"\xff\xd9")
    return data[:end] + data[last:end] * passes + data[end:]


def of_size(mode, kind, at, packing, **how):
    """A small picture that declares 60,000 x 60,000 in ``packing``, at a place or behind a mark."""
    data = bytearray(written(picture(mode), kind, **how))
    at = at if isinstance(at, int) else data.index(at) + 5
    data[at : at + 4] = struct.pack(packing, 60_000, 60_000)
    return bytes(data)


def png_of_text(megabytes):
    """A small PNG with a text of zeros, packed."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10**6)) for _ in range(megabytes)) + packer.flush()
    png = written(picture(), "PNG")
    return png[:33] + png_chunk(b"zTXt", b"a\0\0" + packed) + png[33:]


def gif_of_frames(count):
    frames = [Image.new("1", (2, 2), i % 2) for i in range(count)]
    return written(frames[0], "GIF", save_all=True, append_images=frames[1:])


#: Files that would take far more room or time than they look like: by name, what makes each, for
#: some take a second.
BOMBS = {
    "png of 60,000 x 60,000": lambda: png_header(60_000, 60_000),
    "png of 2^31 x 2^31": lambda: png_header(2**31 - 1, 2**31 - 1),
    "bmp of 60,000 x 60,000": lambda: bmp_rle(60_000, 60_000, b"\0\1"),
    "gif of 60,000 x 60,000": lambda: of_size("P", "GIF", 6, "<HH"),
    "jpeg of 60,000 x 60,000": lambda: of_size("RGB", "JPEG", b"\xff\xc2", ">HH", progressive=True),
    "jpeg of 2,000 passes": lambda: jpeg_of_passes(6_000, 2_000),
    "bmp with a pixel a line": lambda: bmp_rle(
        30_000, 1_600, bytes([1, 0, 0, 0]) * 1_600 + b"\0\1"
    ),
    "png with 300 MB of text": lambda: png_of_text(300),
    "gif of 10,000 frames": lambda: gif_of_frames(10_000),
}


def npz(**arrays):
    """A small data set as npz, with these arrays in place of its own."""
    labels = np.arange(12) % 3
    usual = {"x_train": np.zeros((12, 8, 8), np.uint8), "y_train": labels}
    usual |= {"x_test": usual["x_train"], "y_test": labels, "class_names": np.array(list("abc"))}
    out = io.BytesIO()
    np.savez_compressed(out, **{**usual, **arrays})
    return out.getvalue()


def npy(shape, descr="|u1", body=b"", order=False):
    """An array whose header claims what it likes."""
    header = repr({"descr": descr, "fortran_order": order, "shape": shape}) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + body


def with_member(data, name, content):
    """The archive with one member replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, content)
    return out.getvalue()


def lesson_zip(names=("7/a.png", "star/b.png"), content=None, packing=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name in dict.fromkeys(names):
            archive.writestr(name.replace("\ud800", "?"), content or written(picture(), "PNG"))
    return out.getvalue()


def many_members(count):
    """An archive whose directory lists this many members of no bytes."""
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    size = len(entry) * count
    return entry * count + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0, 0, size, 0, 0)


def safetensors(header, body=b"", length=None):
    """A file of weights whose header says what it likes."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


#: JSON as strangers write it: deep, huge, of the wrong type, not finite.
JSON_TRAPS = (
    "[" * 100_000, "[" * 700 + "]" * 700, '{"a":' * 600 + "1" + "}" * 600, "1" * 4_000,
    "1" * 5_000, "1e999", "-1e999", "NaN", "Infinity", "null", "true", "{}", "[]", '""', "-1",
    '"\\ud800"', '"\\u0000"', "9" * 30, "1.5", '"' + "a" * 10_000 + '"', "", "\x00", "\ufeff{}",
)  # fmt: skip

_NUMBERS = 0, 1, 2**15, 2**31, 2**32 - 1
_positions = some.floats(0, 1, exclude_max=True)
_edit = some.one_of(
    some.tuples(some.just("flip"), _positions, some.integers(1, 255)),
    some.tuples(some.just("cut"), _positions, some.just(0)),
    some.tuples(some.just("drop"), _positions, some.integers(1, 64)),
    some.tuples(some.just("double"), _positions, some.integers(1, 512)),
    some.tuples(some.just("number"), _positions, some.sampled_from(_NUMBERS)),
    some.tuples(some.just("zeros"), _positions, some.integers(1, 64)),
)
edits = some.lists(_edit, max_size=6)


def spoilt(data, changes):
    """Bytes after some edits: bits flipped, cut off, dropped, doubled, sizes that lie."""
    for what, where, how in changes:
        at = int(where * len(data))
        if what == "flip" and data:
            data = data[:at] + bytes([data[at] ^ how]) + data[at + 1 :]
        elif what == "cut":
            data = data[:at]
        elif what == "drop":
            data = data[:at] + data[at + how :]
        elif what == "double":
            data = data[: at + how] + data[at:]
        elif what == "number":
            endian = "little" if at % 2 else "big"
            data = data[:at] + how.to_bytes(4, endian) + data[at + 4 :]
        elif what == "zeros":
            data = data[:at] + bytes(how) + data[at + how :]
    return data
