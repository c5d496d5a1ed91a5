"""How many pages a scan has."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from dpn.pictures.pages import MOST, count_pages, first_of


def scan(pages, **how):
    """A TIFF of some pages, each of another mode, as a scanner with a feeder makes it."""
    grey = Image.fromarray(np.arange(48 * 64, dtype=np.uint8).reshape(48, 64))
    images = [grey.convert(("L", "RGB", "1")[page % 3]) for page in range(pages)]
    out = io.BytesIO()
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:], **how)
    return out.getvalue()


@pytest.mark.parametrize("pages", [1, 2, 7])
@pytest.mark.parametrize("how", [{}, {"compression": "tiff_lzw"}, {"big_tiff": True}])
def test_the_pages_of_a_scan_are_counted(pages, how):
    data = scan(pages, **how)
    with Image.open(io.BytesIO(data)) as image:
        assert count_pages(data) == image.n_frames == pages
    assert first_of(data) == ("" if pages == 1 else f", the first of its {pages} pages")


def test_from_the_other_end_of_the_bytes():
    directory = struct.pack(">H12xI", 1, 26) + struct.pack(">H12xI", 1, 0)
    assert count_pages(b"MM\0*" + struct.pack(">I", 8) + directory) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II*\0",
        b"II*\0" + bytes(20),
        b"II*\0" + struct.pack("<I", 2**32 - 1) + bytes(20),
        b"II+\0" + struct.pack("<HHQ", 8, 0, 16) + struct.pack("<Q", 2**64 - 1) + bytes(20),
        b"II*\0" + struct.pack("<I", 8) + struct.pack("<H12xI", 1, 8),  # leads back to itself
        b"\x89PNG\r\n\x1a\n" + bytes(40),
    ],
)
def test_what_is_no_tiff_damaged_or_a_circle_has_one(data):
    assert count_pages(data) == 1


def test_an_endless_chain_is_counted_so_far():
    chain = b"".join(struct.pack("<HI", 0, 14 + 6 * i) for i in range(MOST + 5))
    data = b"II*\0" + struct.pack("<I", 8) + chain
    assert count_pages(data) == MOST
    assert first_of(data) == f", the first of its {MOST} or more pages"
