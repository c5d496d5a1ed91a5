"""How large a picture may be, said before its pixels are read."""

from __future__ import annotations

from PIL import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

from dpn.errors import ImageError
from dpn.language import msg, t

_TILE_WIDTH, _TILE_LENGTH = 322, 323  # TIFF 6.0, section 15

#: Largest file. WebP and TIFF decoders each hold one more copy of it.
MAX_BYTES = 100_000_000


#: Largest image, width times height.
MAX_PIXELS = 48_000_000


#: Largest WebP, which needs 16 bytes a pixel while it is decoded: 384 MB.
MAX_WEBP_PIXELS = 24_000_000


#: Largest JPEG that is stored in one pass, for it is decoded reduced: telephones make such ones. In
#: several passes (progressive) all coefficients are held in memory, so there MAX_PIXELS holds.
MAX_JPEG_PIXELS = 200_000_000


#: Pixels times passes of such a JPEG: it can repeat a pass of a few bytes without end.
MAX_JPEG_VISITS = 20 * MAX_PIXELS


#: Largest run-length encoded BMP, which Pillow decodes pixel by pixel in Python.
MAX_RLE_PIXELS = 2_000_000


#: Longest side accepted, so that no row alone is large.
MAX_DECLARED_SIDE = 30_000


_START_OF_SCAN = b"\xff\xda"  # and nothing else within what a JPEG encodes


SMALLER = msg("make it smaller, 1000 x 1000 pixels are plenty")


def check_bytes(called: str, size: int) -> None:
    """Refuse a file by its size, before it is read."""
    if size > MAX_BYTES:
        raise ImageError(
            t(
                "{name} has {size:.0f} MB, accepted are at most {most:.0f} MB; save it with fewer "
                "pixels",
                name=called,
                size=size / 1e6,
                most=MAX_BYTES / 1e6,
            )
        )


def most_pixels(image: ImageFile.ImageFile, kind: str, data: bytes) -> int:
    """Return how many pixels such a file may have, so that a second or two decode it."""
    if kind == "JPEG":  # each pass visits all pixels; what it stores may be next to nothing
        return min(MAX_PIXELS, MAX_JPEG_VISITS // max(1, data.count(_START_OF_SCAN)))
    if kind == "BMP" and image.tile and image.tile[0].codec_name == "bmp_rle":
        return MAX_RLE_PIXELS
    return MAX_WEBP_PIXELS if kind == "WebP" else MAX_PIXELS


def check_size(image: ImageFile.ImageFile, called: str, most: int) -> None:
    """Refuse by what the header declares; a TIFF's tile may be larger than its image."""
    sizes = [image.size]
    if isinstance(image, TiffImageFile):
        sizes.append((image.tag_v2.get(_TILE_WIDTH, 1), image.tag_v2.get(_TILE_LENGTH, 1)))
    for width, height in sizes:
        if max(width, height) > MAX_DECLARED_SIDE or width * height > most:
            raise ImageError(
                t(
                    "{name} declares {width} x {height} pixels; accepted are at most {most:.3g} "
                    "megapixels, {side} a side; {smaller}",
                    name=called,
                    width=width,
                    height=height,
                    most=most / 1e6,
                    side=MAX_DECLARED_SIDE,
                    smaller=t(SMALLER),
                )
            )


def is_stored_in_one_pass(data: bytes) -> bool:
    """Tell whether a JPEG is sequential with all its components in one scan.

    Only those are decoded reduced and line by line: several scans need memory for the whole image,
    and the lossless kind (SOF3) ignores a reduction. Anything unusual on the way counts as no.
    """
    position, components = 2, 0
    while data[position : position + 1] == b"\xff" and position + 10 < len(data):
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4])
        if marker in (0xC0, 0xC1) and not components:  # SOF0, SOF1: baseline, extended sequential
            components = data[position + 9]
        elif marker == 0xDA:  # SOS, start of scan
            return components == data[position + 4]
        elif not (marker in (0xC4, 0xDB, 0xDD, 0xFE) or 0xE0 <= marker <= 0xEF):
            return False  # not a table, a comment or an application's segment
        position += 2 + length
    return False
