"""The lines of a file of the archive."""

from __future__ import annotations

from pathlib import Path

from dpn.errors import DataError
from dpn.names import shown
from dpn.series.found import check_size


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file, without their ends.

    Raises:
        DataError: it cannot be read, is too large, or is no text.
    """
    check_size(path)
    try:
        return path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise DataError(f"{shown(path.name)} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{shown(path.name)} is no {path.suffix} file: it is no text in UTF-8."
        ) from error
