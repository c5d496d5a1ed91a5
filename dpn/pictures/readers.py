"""Which of Pillow's readers opens a file, by its first bytes; and how they are kept quiet."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Iterator

from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin, TiffImagePlugin
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

#: What a sample of a TIFF means, 0 where zero is white, and how it is packed. Source: TIFF 6.0,
#: section 8.
_PHOTOMETRIC, _COMPRESSION = 262, 259


class _Tiff(TiffImageFile):
    """A TIFF that says whether zero is white, and gives its samples as they are stored.

    Pillow turns some of those pictures (1 to 8 bits), leaves others (16 bits, floats) and refuses
    the rest; so it is told that zero is black, and all are turned here.
    """

    zero_is_white = False

    def _setup(self) -> None:
        # Without the tag, which TIFF requires, libtiff takes only faxes so.
        is_fax = self.tag_v2.get(_COMPRESSION) in (2, 3, 4)
        meaning = self.tag_v2.get(_PHOTOMETRIC, 0 if is_fax else 1)
        self.zero_is_white = meaning == 0
        self.tag_v2[_PHOTOMETRIC] = meaning or 1
        super()._setup()


#: How files begin -> their reader and name. They are called directly because Image.open would warn
#: and refuse by Image.MAX_IMAGE_PIXELS, a global that other code may change.
_READERS: dict[bytes, tuple[type[ImageFile.ImageFile], str]] = {
    b"\x89PNG\r\n\x1a\n": (PngImageFile, "PNG"),
    b"\xff\xd8\xff": (JpegImageFile, "JPEG"),
    b"RIFF": (WebPImageFile, "WebP"),
    b"BM": (BmpImageFile, "BMP"),
    b"GIF87a": (GifImageFile, "GIF"),
    b"GIF89a": (GifImageFile, "GIF"),
    b"II*\x00": (_Tiff, "TIFF"),
    b"MM\x00*": (_Tiff, "TIFF"),
    b"II+\x00": (_Tiff, "TIFF"),
    b"MM\x00+": (_Tiff, "TIFF"),
}


#: The brands of pictures coded by HEVC.
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")


def reader_of(data: bytes) -> tuple[type[ImageFile.ImageFile], str] | None:
    """Return what reads a file, and the name of its kind; None of what is no such image."""
    if data.startswith(b"RIFF") and data[8:12] != b"WEBP":
        return None
    return next((found for start, found in _READERS.items() if data.startswith(start)), None)


def is_heic(data: bytes) -> bool:
    """Return whether a file is of the kind that iPhones save: HEVC in HEIF (ISO 23008-12)."""
    length = int.from_bytes(data[:4])
    return data[4:8] == b"ftyp" and any(
        data[i : i + 4] in _HEIC for i in range(8, min(length, 64), 4)
    )


class _Warnings(threading.local):
    """What Pillow's readers see as the module ``warnings``: silent in a thread that decodes.

    Odd metadata makes Pillow warn and go on, and so do we. ``warnings.catch_warnings`` would change
    the filters of every thread at once, and restore the wrong ones when two threads overlap.
    """

    silent = False

    def warn(
        self, message: str, category: type[Warning] = UserWarning, stacklevel: int = 1
    ) -> None:
        if not self.silent:
            warnings.warn(message, category, stacklevel + 1)


_warnings = _Warnings()
for _module in (Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin):
    vars(_module)["warnings"] = _warnings


_one_at_a_time = threading.Lock()


@contextlib.contextmanager
def alone_and_silent() -> Iterator[None]:
    """Decode in here: one file at a time, without Pillow's warnings."""
    with _one_at_a_time:
        _warnings.silent = True
        try:
            yield
        finally:
            _warnings.silent = False
