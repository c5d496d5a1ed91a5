"""How many pages a scan has: only the first is read, and that is said.

Source of the layout: TIFF 6.0, section 2; BigTIFF's wider fields: libtiff, "BigTIFF Design".
"""

from __future__ import annotations

import struct

from dpn.language import t

#: Pages counted at most.
MOST = 999


def count_pages(data: bytes) -> int:
    """Return how many pages a TIFF has, at most ``MOST``; 1 for every other file.

    Only the chain of directories is followed: one that is damaged, or leads back, ends there.
    """
    sign = {b"II": "<", b"MM": ">"}.get(data[:2])
    if sign is None or len(data) < 16:
        return 1
    (version,) = struct.unpack_from(f"{sign}H", data, 2)
    if version not in (42, 43):
        return 1
    # The number of a directory's entries, the bytes of one, and the place of the next directory.
    count, entry, place = ("H", 12, "I") if version == 42 else ("Q", 20, "Q")
    first = 4 if version == 42 else 8
    seen: set[int] = set()
    try:
        (at,) = struct.unpack_from(sign + place, data, first)
        while at and at not in seen and len(seen) < MOST:
            (entries,) = struct.unpack_from(sign + count, data, at)
            seen.add(at)
            at += struct.calcsize(sign + count) + entries * entry
            (at,) = struct.unpack_from(sign + place, data, at)
    except (struct.error, OverflowError):
        pass
    return max(1, len(seen))


def first_of(data: bytes) -> str:
    """Return what is said of a file with several pages: ", the first of its 3 pages", or ""."""
    pages = count_pages(data)
    if pages == 1:
        return ""
    if pages < MOST:
        return t(", the first of its {count} pages", count=pages)
    return t(", the first of its {count} or more pages", count=pages)
