"""Lists -> what came before each item, and the item: what a model learns from and is judged by.

The last item of each list is for the test, the one before it for validation; all others are to
learn from. This is the usual split, "leave one out" (He et al., "Neural Collaborative Filtering",
WWW 2017; Kang & McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018). Of a list of two
items both are to learn from, and one of a single item tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: The row of no item; that of item k is k + 1.
NOTHING = 0
#: Items before the next that are read, the latest ones.
READ = 20
#: Numbers that rows hold beyond those, of items that came earlier: where nobody has an item twice
#: they are not named again. Of very many very long lists the earliest are passed over.
MOST_EARLIER = 20_000_000
#: Where the right next item may stand: four bands of places, and where each but the last ends.
BANDS, ENDS = ("first", "second or third", "fourth to tenth", "later"), (1, 3, 10)
#: Items of a list that is in all three parts.
WHOLE = 3

Ints = NDArray[np.int64]
#: x (N, n) int32, rows of what came before, and y (N,) int64, what came next. The first READ
#: columns are what is read; any behind them hold what came earlier, which is known and not read.
Part = tuple[NDArray[np.int32], Ints]


def rows_of(lists: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    """Return lists of items (0..K-1) as a model takes them, (N, n) int32.

    Of each the latest, in order; behind them, where a list is longer, each that came earlier, once.
    """
    kept = [list(one)[-READ:] for one in lists]
    early = [[*dict.fromkeys(one[:-READ])] for one in lists]
    more = max(map(len, early), default=0)
    rows = np.full((len(kept), READ + more if more else max(1, *map(len, kept))), NOTHING, np.int32)
    for row, items, before in zip(rows, kept, early, strict=True):
        row[: len(items)] = np.asarray(items, np.int32) + 1
        row[READ : READ + len(before)] = np.asarray(before, np.int32) + 1
    return rows


def parts_of(lists: Sequence[Ints], *, repeats: bool = True) -> tuple[Part, Part, Part]:
    """Return the examples to learn from, to validate with, and to test with.

    Those to learn from stand list by list, each from its second item on. Unless an item ``repeats``
    in a list, those to validate and to test with hold what came before what is read, too.
    """
    lists = [items for items in lists if len(items) > 1]
    sizes = np.array([len(items) for items in lists])
    flat = np.concatenate(lists).astype(np.int32)
    begins = np.cumsum(sizes) - sizes
    whole = sizes >= WHOLE
    learned = np.where(whole, sizes - 2, sizes)  # items of each that are to learn from
    place = np.arange(len(flat)) - np.repeat(begins, sizes)
    train = np.flatnonzero((place > 0) & (place < np.repeat(learned, sizes)))
    ends = (begins + sizes)[whole]
    owner = np.repeat(begins, sizes)
    made = [_examples(flat, owner, targets) for targets in (train, ends - 2, ends - 1)]
    if not repeats:
        made[1:] = [
            (np.concatenate([x, _earlier(flat, owner, targets)], axis=1), y)
            for (x, y), targets in zip(made[1:], (ends - 2, ends - 1), strict=True)
        ]
    return made[0], made[1], made[2]


def _examples(flat: NDArray[np.int32], owner: Ints, targets: Ints) -> Part:
    begins = np.maximum(owner[targets], targets - READ)
    places = begins[:, None] + np.arange(READ)
    there = places < targets[:, None]
    x = np.where(there, flat[np.minimum(places, len(flat) - 1)] + 1, NOTHING).astype(np.int32)
    return x, flat[targets].astype(np.int64)


def _earlier(flat: NDArray[np.int32], owner: Ints, targets: Ints) -> NDArray[np.int32]:
    """Return rows of what came before what is read, the latest first: (N, m) int32, m >= 0."""
    begins = owner[targets]
    count = np.maximum(targets - READ - begins, 0)
    most = min(int(count.max(initial=0)), MOST_EARLIER // max(1, len(targets)))
    back = np.arange(most)
    places = np.maximum((targets - READ - 1)[:, None] - back, 0)
    return np.where(back < count[:, None], flat[places] + 1, NOTHING).astype(np.int32)


def learned_lists(x: NDArray[np.int32], y: Ints) -> list[Ints]:
    """Return the lists that examples to learn from were made of, as far as they are learned."""
    begins = np.flatnonzero((x != NOTHING).sum(axis=1) == 1)  # each at its second item
    ends = [*begins[1:], len(y)]
    return [
        np.concatenate([x[begin, :1].astype(np.int64) - 1, y[begin:end]])
        for begin, end in zip(begins, ends, strict=True)
    ]
