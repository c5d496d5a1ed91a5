"""The bytes of a file -> what it says: UTF-8, or what is clearly something else."""

from __future__ import annotations

from pathlib import Path

from dpn.errors import DataError
from dpn.names import shown

#: What is said where a file is none of it.
ACCEPTED = (
    "Accepted: a CSV or TSV with a column of texts and one of classes, JSON lines with such "
    "fields, or lines with the class in front of the text."
)
#: Bytes of a file: far more than can be trained on in an hour.
MAX_BYTES = 500_000_000
#: Share of bytes that may be no UTF-8 in a file that is read as Western European instead.
MOSTLY_ASCII = 0.02


def decoded(path: Path) -> tuple[str, list[str]]:
    """Return what a file says, and what was assumed.

    Raises:
        DataError: it cannot be read, is too large, or is no text.
    """
    name = shown(path.name)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{name} has more than {MAX_BYTES / 1e6:,.0f} MB; bring a part of it")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{name} cannot be read ({error.strerror}).") from error
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), [f"{name} was read as UTF-16."]
        except UnicodeDecodeError as error:
            raise DataError(f"{name} begins as UTF-16 and goes on as something else.") from error
    if b"\0" in data:
        raise DataError(f"{name} is no text: it holds zero bytes. {ACCEPTED}")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"{name} is not UTF-8: line {line:,} holds the byte 0x{data[error.start]:02X}"
    if sum(byte > 127 for byte in data) > MOSTLY_ASCII * len(data):
        raise DataError(f"{where}. Save it as UTF-8, in an editor or with iconv.")
    return data.decode("latin-1"), [
        f"{where}, so it was read as ISO-8859-1 (Western European). If accents come out wrong, "
        "save it as UTF-8."
    ]


def lines_of(words: str) -> list[str]:
    """Return the lines of a file; no other sign parts them, as ``str.splitlines`` has it."""
    return words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
