"""What is asked of the columns of any table: which is called so, and whether two say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dpn.files.times import are_dates


def usual(
    known: Sequence[str], wanted: Iterable[str], among: Iterable[int] | None = None
) -> int | None:
    """Return the column whose name comes first in ``wanted``; None where none is called so.

    Args:
        known: the names of the columns, written as the wanted ones are.
        wanted: names, the likeliest first.
        among: the columns that are looked at; all by default.
    """
    places = range(len(known)) if among is None else among
    first: dict[str, int] = {}
    for i in places:
        first.setdefault(known[i], i)
    return next((first[name] for name in wanted if name in first), None)


def is_name_of(cell: str, others: Sequence[str]) -> bool:
    """Return whether a cell is the name of those below, which are numbers or dates, as it is not.

    Of these there are two or more; blank ones are left aside.
    """
    filled = [one for other in others if (one := other.strip())]
    if len(filled) < 2 or not cell.strip():
        return False
    if _is_number(filled[0]):
        return not _is_number(cell) and all(map(_is_number, filled))
    return not are_dates([cell]) and not _is_number(cell) and are_dates(filled)


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def say_the_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether each value of a column goes with one of the other, and none with two."""
    return len({*zip(one, other, strict=True)}) == len({*one}) == len({*other})
