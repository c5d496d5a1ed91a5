"""The bytes of a file that holds words or tables -> what it says, or what else it is."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path
from typing import IO

from dpn.errors import DataError
from dpn.files.archives import open_zip
from dpn.names import shown

#: Bytes of a file: far more than can be trained on in an hour.
MAX_BYTES = 500_000_000
#: Share of bytes that may be no UTF-8 in a file that is read as Western European instead.
MOSTLY_ASCII = 0.02
#: How documents begin that hold no plain table, and what is said of them.
_DOCUMENTS = {
    b"%PDF": "is a PDF. Copy its table into a spreadsheet, and save that as CSV (UTF-8).",
    b"\xd0\xcf\x11\xe0": "is a file of an old Office. Open it there, and save it as CSV (UTF-8).",
    b"SQLite format 3": "is a database. Save its table as CSV (UTF-8).",
    b"PAR1": "is a Parquet file. Save it as CSV (UTF-8).",
}
_PICTURE = (
    "is a picture. Put pictures to learn from into a folder for each class, zip those, and drop it "
    "under Files, or `python -m dpn datasets add` it."
)
#: Likewise of what others read.
_OTHERS = {
    b"\x1f\x8b": "is packed with gzip. Unpack it, and bring what is in it.",
    b"PK\x03\x04": "is a zip. Unpack it, and bring what is in it.",
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def document(file: IO[bytes]) -> str:
    """Return which document a file is that holds no plain table, and what to do; "" of others.

    Raises:
        OSError: it cannot be read.
    """
    start = file.read(16)
    if start.startswith(b"PK\x03\x04"):
        names: list[str] = []
        with contextlib.suppress(DataError, zipfile.BadZipFile, ValueError, NotImplementedError):
            names = open_zip(file).namelist()
        if not {"[Content_Types].xml", "mimetype"} & {*names}:
            return _said(_DOCUMENTS, start)  # a folder of a zip may have any name
        if any(name.startswith("xl/") for name in names):
            return "is an Excel workbook. In Excel choose Save as, CSV UTF-8, and bring that."
        if any(name.startswith(("word/", "ppt/")) or name == "content.xml" for name in names):
            return "is an Office document. Save its table as CSV (UTF-8), and bring that."
    return _said(_DOCUMENTS, start)


def _said(of: dict[bytes, str], start: bytes) -> str:
    return next((said for head, said in of.items() if start.startswith(head)), "")


def opened(path: Path) -> IO[str]:
    """Open a file whose first lines are looked at; what is no text in it comes as U+FFFD.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        is_wide = file.read(2) in _UTF_16
    encoding = "utf-16" if is_wide else "utf-8-sig"
    return path.open(encoding=encoding, newline="", errors="replace")


def decoded(path: Path, accepted: str, most: int = MAX_BYTES) -> tuple[str, list[str]]:
    """Return what a file says, and what was assumed.

    Args:
        path: the file.
        accepted: what is said where it is no text.
        most: bytes that it may have.

    Raises:
        DataError: it cannot be read, is too large, or is no text.
    """
    name = shown(path.name)
    try:
        if path.stat().st_size > most:
            raise DataError(f"{name} has more than {most / 1e6:,.0f} MB; bring a part of it.")
        with path.open("rb") as file:
            said = document(file)
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{name} cannot be read ({error.strerror}).") from error
    if said := said or _said(_OTHERS, data):
        raise DataError(f"{name} {said}")
    if data[:2] in _UTF_16:
        try:
            return data.decode("utf-16"), [f"{name} was read as UTF-16."]
        except UnicodeDecodeError as error:
            raise DataError(f"{name} begins as UTF-16 and goes on as something else.") from error
    if b"\0" in data:
        raise DataError(f"{name} is no text: it holds zero bytes. {accepted}")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"{name} is not UTF-8: line {line:,} holds the byte 0x{data[error.start]:02X}"
    if len(data.translate(None, bytes(range(128)))) > MOSTLY_ASCII * len(data):
        raise DataError(f"{where}. Save it as UTF-8, in an editor or with iconv.")
    return data.decode("latin-1"), [
        f"{where}, so it was read as ISO-8859-1 (Western European). If accents come out wrong, "
        "save it as UTF-8."
    ]


def lines_of(words: str) -> list[str]:
    """Return the lines of a file; no other sign parts them, as ``str.splitlines`` has it."""
    return words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
