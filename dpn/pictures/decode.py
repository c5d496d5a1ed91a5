"""Bytes of an uploaded file -> pixels, safely.

A file is judged by its content, never by its name. The size in its header is checked before
anything is decoded, only the first frame or page is read, it is shrunk band by band, and one file
is decoded at a time. The worst case, a WebP of 24 megapixels, takes about 0.4 GB.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from dpn.errors import ImageError
from dpn.language import msg, t
from dpn.names import shown
from dpn.pictures.readers import alone_and_silent, is_heic, reader_of
from dpn.pictures.size_limits import (
    MAX_JPEG_PIXELS,
    SMALLER,
    check_bytes,
    check_size,
    is_stored_in_one_pass,
    most_pixels,
)

#: Longest side of what ``decode`` returns: plenty for a 64-pixel model, and quick to show.
MAX_SIDE_PX = 1024

#: 16-bit greys that stay below this are stretched to their own maximum: sensors store 10, 12 or 14
#: bits in 16, and against the full range such a picture would be nearly black.
DIM_16_BIT = 16_384

_ACCEPTED = msg("PNG, JPEG, WebP, BMP, GIF or TIFF")

_BAND_PIXELS = 2_000_000  # converted at a time: 8 MB

#: The EXIF tag that says how the camera was held, and what makes the picture upright again.
#: Source: TIFF 6.0, section 8, "Orientation".
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(data: bytes, name: str) -> NDArray[np.uint8]:
    """Return the first frame or page of an image file, upright, at most MAX_SIDE_PX a side.

    It is what ``decode_to`` returns first; its arguments and errors are the same.
    """
    return decode_to(data, name, MAX_SIDE_PX)[0]


def decode_to(data: bytes, name: str, side: int) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Return the first frame or page of an image file, upright, and the (H, W) that it has there.

    Args:
        data: the whole file.
        name: what the person calls it; used in messages only.
        side: pixels, the longest side of what is returned; small ones are decoded sooner.

    Returns:
        (H, W, 4) uint8 RGBA with 1 <= H, W <= ``side``, opaque if the file has no transparency.
        A larger image is averaged over blocks of k x k pixels, k as small as possible (JPEG: after
        decoding at 1/2, 1/4 or 1/8). Grey values of 16 bits are scaled by their full range (but see
        DIM_16_BIT), of 32 bits by their own; values that are not finite count as the minimum. Black
        is black, whether a TIFF calls it zero or not.

    Raises:
        ImageError: the file is empty, too large, of another kind, damaged or cut off.
    """
    called = shown(name)
    if not data:
        raise ImageError(
            t("{name} is empty (0 bytes); choose a {kinds} file", name=called, kinds=t(_ACCEPTED))
        )
    check_bytes(called, len(data))
    found = reader_of(data)
    if found is None and data.startswith(b"PK\x03\x04"):
        raise ImageError(
            t("{name} is a zip or an Office file; take the pictures out of it first", name=called)
        )
    if found is None and is_heic(data):
        raise ImageError(
            t(
                "{name} is HEIC, which is not read here. Send it as JPEG: on an iPhone choose "
                "Settings, Camera, Formats, Most Compatible, or export it from Photos as JPEG.",
                name=called,
            )
        )
    if found is None:
        raise ImageError(
            t(
                "{name} is not an image that can be read; save it as {kinds}",
                name=called,
                kinds=t(_ACCEPTED),
            )
        )
    reader, kind = found
    try:
        with alone_and_silent(), reader(BytesIO(data)) as image:
            one_pass = kind == "JPEG" and is_stored_in_one_pass(data)
            most = MAX_JPEG_PIXELS if one_pass else most_pixels(image, kind, data)
            check_size(image, called, most)
            width, height = image.size
            if one_pass:
                spare = max(1, max(image.size) // (2 * side))
                image.draft(None, (image.width // spare, image.height // spare))
            image.load()
            small = _shrink(image, side)
            if getattr(image, "zero_is_white", False):
                small = _negative(small)
            turn = _UPRIGHT.get(_orientation(image))
            upright = small if turn is None else small.transpose(turn)
            turned = turn in (_UPRIGHT[5], _UPRIGHT[6], _UPRIGHT[7], _UPRIGHT[8])
            return np.array(upright), (width, height) if turned else (height, width)
    except ImageError:
        raise
    except Image.DecompressionBombError as error:  # a reader's own check, made before ours
        raise ImageError(
            t("{name} declares too many pixels; {smaller}", name=called, smaller=t(SMALLER))
        ) from error
    except Exception as error:  # a damaged file can provoke nearly anything in a reader
        raise ImageError(
            t(
                "{name} is damaged or cut off and cannot be read as {kind}; save or send it again",
                name=called,
                kind=kind,
            )
        ) from error


def _shrink(image: Image.Image, side: int) -> Image.Image:
    """Return RGBA of at most ``side`` a side, converted band by band to keep memory low."""
    numbers = image.mode in ("I", "F") or image.mode.startswith("I;16")
    factor = -(-max(image.size) // side)
    if factor == 1 and not numbers and image.width * image.height <= _BAND_PIXELS:
        return _as_rgba(image)
    rows = factor * max(1, _BAND_PIXELS // (factor * image.width))
    size = -(-image.width // factor), -(-image.height // factor)
    small = Image.new("F" if numbers else "RGBA", size)
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        # What is not finite stays so in every average.
        band = Image.fromarray(np.asarray(band).astype(np.float32)) if numbers else _as_rgba(band)
        small.paste(band.reduce(factor), (0, top // factor))
    return _stretch(small, image.mode) if numbers else small


def _as_rgba(band: Image.Image) -> Image.Image:
    if band.mode == "La":  # premultiplied grey knows only the way to LA
        band = band.convert("LA")
    return band.convert("RGBA" if band.has_transparency_data else "RGB").convert("RGBA")


def _stretch(small: Image.Image, mode: str) -> Image.Image:
    """Turn numbers into grey 0..255: 16 bits from zero, 32 bits from their own minimum."""
    values = np.asarray(small).astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    if mode.startswith("I;16"):
        low, high = 0.0, high if high < DIM_16_BIT else 65_535.0
    values[~np.isfinite(values)] = low
    grey = (values - low) * (255 / (high - low) if high > low else 0.0)
    return Image.fromarray(np.rint(grey).astype(np.uint8)).convert("RGBA")


def _negative(small: Image.Image) -> Image.Image:
    """Return RGBA with black and white exchanged."""
    pixels = np.array(small)
    pixels[..., :3] = 255 - pixels[..., :3]
    return Image.fromarray(pixels)


def _orientation(image: ImageFile.ImageFile) -> int:
    """Return the EXIF orientation, 1 (upright) if there is none or it cannot be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # the picture is fine, only its metadata is not
        return 1
