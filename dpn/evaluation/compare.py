"""Whether two models differ by more than luck, on the same images; arrays alone, without torch."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dpn.evaluation.counted import counted
from dpn.evaluation.scores import of_few, share_words
from dpn.language import joined, t

Bools = npt.NDArray[np.bool_]

#: Below this p a difference is called more than luck, as is usual.
LUCK = 0.05
#: What models that are compared are called, and so how many they may be.
LETTERS = "ABCDEF"


@dataclass(frozen=True)
class McNemar:
    """Two models on the same N images.

    Attributes:
        both: images that both answered right.
        first: images that only the first answered right.
        second: images that only the second answered right.
        neither: images that both answered wrong.
        p: how likely chance alone parts first and second so far or further, 0..1.
    """

    both: int
    first: int
    second: int
    neither: int
    p: float


def mcnemar(first: Bools, second: Bools) -> McNemar:
    """Test whether two models are right equally often, from which images (N,) each got right.

    p = P(|X − n/2| >= |b − n/2|) with X ~ Binomial(n, ½), where n = b + c images were answered
    right by one alone: the exact form of McNemar's test ("Note on the sampling error of the
    difference between correlated proportions or percentages", Psychometrika 12, 1947). It is 1
    where no image parts them.

    Raises:
        ValueError: the two are not of the same images.
    """
    if first.shape != second.shape:
        raise ValueError(f"{first.shape} answers against {second.shape}")
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    parted, p = only_first + only_second, 1.0
    if parted:
        from scipy.stats import binomtest

        p = float(binomtest(only_first, parted, 0.5).pvalue)
    both = int((first & second).sum())
    neither = len(first) - both - parted
    return McNemar(both, only_first, only_second, neither, p)


def p_words(p: float) -> str:
    """Return a p-value with two digits: "p = 0.33", "p = 0.042", or "p < 0.001".

    It has more where else it would read as if it were not below ``LUCK``.
    """
    if p < 0.001:
        return "p < 0.001"
    told = (f"{p:.{digits}g}" for digits in range(2, 18))
    return f"p = {next(text for text in told if (float(text) < LUCK) == (p < LUCK))}"


def mcnemar_words(
    first: str, second: str, test: McNemar, world: str = "picture"
) -> tuple[str, str]:
    """Return what the test says of two models with these names: whether it is luck, and why.

    "n of 100 tries" is p, rounded. ``world`` is that of the models.
    """
    if not test.first + test.second:
        same = t("{first} and {second} are right on the same ones.", first=first, second=second)
        return t("No difference is seen."), same
    better = first if test.first > test.second else second
    verdict = t("It could be luck: this does not tell which is better.")
    if test.p < LUCK:
        verdict = t("{better} is better, and that is hardly luck.", better=better)
    counts = t(
        "{first} alone is right on {some}, {second} alone on {others:,}.",
        first=first,
        second=second,
        some=counted(test.first, world),
        others=test.second,
    )
    coin = t(
        "Were both equally good, tosses of a coin, one for each of those, would come out "
        "at least as unevenly in {tries} of 100 tries ({p}).",
        tries=t("fewer than 1") if test.p < 0.01 else t("about {n}", n=round(100 * test.p)),
        p=p_words(test.p),
    )
    return verdict, joined([counts, coin])


def standard_error(share: float, count: int) -> float:
    """Return the standard error of a share (0..1) of ``count`` >= 1 images, 0..1.

    √(s(1−s)/N). Where none or all are right that would be 0, and s and N are taken with two right
    and two wrong answers more (Agresti & Coull, "Approximate is better than 'exact'", 1998).
    """
    right = round(share * count)
    if right in (0, count):
        share, count = (right + 2) / (count + 4), count + 4
    return math.sqrt(share * (1 - share) / count)


def accuracy_with_error(share: float, count: int) -> str:
    """Return an accuracy with its standard error: "99.4% ± 0.1" or "98.1% ± 0.7 of 360"."""
    text = share_words(share, count, 2)
    digits = 2 if "." in text and len(text.partition(".")[2]) > 2 else 1
    error = max(100 * standard_error(share, count), 10**-digits)
    return of_few(f"{text} ± {error:.{digits}f}", count)
