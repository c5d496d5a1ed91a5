"""Whether a column of a table holds texts, so that the table is one of texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dpn.files.times import are_dates

#: Words of a text on the average, at the least, and share of the cells that differ.
WORDS, DIFFERENT = 3, 0.9
#: Two letters or more between spaces; two Chinese signs are a word.
_WORD = re.compile(r"[\u4e00-\u9fff]{2}|(?<!\S)\S*[^\W\d_]{2}\S*")


def is_prose(cells: Sequence[str], different: float = DIFFERENT) -> bool:
    """Return whether cells are texts: of several words, nearly all different, and no dates.

    Blank ones are left aside; ``different`` is the share of the others that must differ.
    """
    filled = [one for cell in cells if (one := cell.strip())]
    if len({*filled}) < different * len(filled) or len(filled) < 2:
        return False
    if sum(len(_WORD.findall(cell)) for cell in filled) < WORDS * len(filled):
        return False
    return not are_dates(filled)  # Mon, 13 Jan 2020 10:00:01 GMT
