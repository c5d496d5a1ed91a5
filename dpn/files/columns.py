"""What is asked of the columns of any table: which is called so, and whether two say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


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


def say_the_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether each value of a column goes with one of the other, and none with two."""
    return len({*zip(one, other, strict=True)}) == len({*one}) == len({*other})
