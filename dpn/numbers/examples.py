"""Pieces of strings whose digits are known, with what each shows: a digit, or none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dpn.numbers.cuts import HEIGHT, find_cuts
from dpn.numbers.pieces import ALONE, cut_pieces
from dpn.numbers.strings import KINDS, Made, make_strings
from dpn.pictures.ink import Pixels, area_average, spread

#: The share of ink that a piece and a digit have in common, of both, from which the piece shows it,
#: and up to which it shows none; what is in between teaches neither.
SAME, OTHER = 0.8, 0.7
#: Of the pieces that show none, which are many, so many are kept.
KEPT = 0.35
#: What a piece shows that is no digit.
NONE = 10
#: Lengths of the strings, and heights in pixels before they are brought to ``HEIGHT``.
LENGTHS, HEIGHTS = (1, 5), (20, 28, 40)
#: Strings that touch have more pieces to tell apart.
MIXTURE = (KINDS[0], *2 * KINDS[1:])


def make_examples(
    images: Pixels, labels: NDArray[np.int64], strings: range, seed: int
) -> tuple[Pixels, NDArray[np.int64]]:
    """Return pieces (P, 3, 28, 28) of strings of all kinds, and what each shows (P,): 0..9 or NONE.

    Args:
        images: (N, h, w) of single digits, bright on black.
        labels: (N,), which digits they are.
        strings: their numbers; one of the same number and seed is the same.
        seed: of all that is random.
    """
    pieces, shown = [], []
    for index in strings:
        rng = np.random.default_rng([seed, index])
        kind = MIXTURE[index % len(MIXTURE)]
        height = int(rng.choice(HEIGHTS))
        (made,) = make_strings(images, labels, 1, kind, rng, LENGTHS, height)
        ink, digits = _as_line(_other_pen(made, rng))
        found = cut_pieces(ink, find_cuts(ink), ALONE)
        same = _in_common(ink, digits, found.seams, found.edges)
        is_digit, is_none = same.max(axis=1) >= SAME, same.max(axis=1) <= OTHER
        used = is_digit | (is_none & (rng.random(len(same)) < KEPT))
        pieces.append(found.around[used])
        of = np.array([int(digit) for digit in made.text])[same.argmax(axis=1)]
        shown.append(np.where(is_digit, of, NONE)[used])
    return np.concatenate(pieces), np.concatenate(shown)


def _other_pen(made: Made, rng: np.random.Generator) -> Made:
    """Return the string as a thicker pen writes it, now and then."""
    if made.ink.shape[0] < 50 or rng.random() < 0.5:
        return made
    digits = np.stack([spread(digit) for digit in made.digits])
    return Made(digits.max(axis=0), digits, made.text)


def _as_line(made: Made) -> tuple[Pixels, Pixels]:
    """Return the ink (h, w) and each digit's (L, h, w) as tall as a line that is cut."""
    rows, columns = (np.flatnonzero(made.ink.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    w = max(1, round((columns[-1] + 1 - columns[0]) * HEIGHT / (rows[-1] + 1 - rows[0])))
    planes = [area_average(plane[box], HEIGHT, w) for plane in (made.ink, *made.digits)]
    ink, *digits = (np.pad(np.rint(plane).astype(np.uint8), 2) for plane in planes)
    return ink, np.stack(digits)


def _in_common(
    ink: Pixels, digits: Pixels, seams: NDArray[np.int64], edges: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return of each piece and digit (P, L) the ink in common over the ink of either."""
    h, w = ink.shape
    rows = np.arange(h)

    def left_of(plane: NDArray[np.generic]) -> NDArray[np.float64]:
        running = np.zeros((h, w + 1))
        np.cumsum(plane, axis=1, out=running[:, 1:])
        sums: NDArray[np.float64] = running[rows, seams].sum(axis=1)
        return sums

    own = left_of(ink)
    common = np.stack([left_of(np.minimum(ink, digit)) for digit in digits], axis=1)
    both = common[edges[:, 1]] - common[edges[:, 0]]
    piece = own[edges[:, 1]] - own[edges[:, 0]]
    whole = digits.sum(axis=(1, 2), dtype=np.float64)
    shares: NDArray[np.float64] = both / (piece[:, None] + whole - both)
    return shares
