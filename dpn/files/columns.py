"""What is asked of the columns of any table: which is called so, and whether two say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dpn.files.times import are_dates

#: Columns that pandas numbered count on over so many cells at least.
_COUNTED = 8


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
    if is_number(filled[0]):
        return not is_number(cell) and all(map(is_number, filled))
    return not are_dates([cell]) and not is_number(cell) and are_dates(filled)


def is_number(cell: str) -> bool:
    """Return whether a cell is a number, with a decimal point or comma."""
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def say_the_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether each value of a column goes with one of the other, and none with two."""
    return len({*zip(one, other, strict=True)}) == len({*one}) == len({*other})


def is_header(cells: list[str]) -> bool:
    """Return whether a first row holds names: words, or what pandas makes where there are none.

    It makes 0, 0.1, 0.2 of a row of zeros, and numbers columns that nobody named.
    """
    if is_numbered(cells):
        return True
    first, *others = [cell.strip() for cell in cells[:4]] or [""]
    if others and others == [f"{first}.{i}" for i in range(1, 4)]:
        return True
    inner = cells[1:-1] or cells
    return not any(is_number(cell) for cell in inner[:8])


def is_numbered(cells: list[str]) -> bool:
    """Return whether all cells but two at each end count on by one."""
    inner = [cell.strip() for cell in cells[2:-2]]
    if len(inner) < _COUNTED or not inner[0].isdecimal():
        return False
    return inner == [str(int(inner[0]) + i) for i in range(len(inner))]
