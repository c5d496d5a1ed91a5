"""Whether two models differ by luck, against sums written out by hand."""

import math
from itertools import product

import numpy as np
import pytest

from dpn.evaluation.compare import (
    McNemar,
    accuracy_with_error,
    mcnemar,
    mcnemar_words,
    p_words,
    standard_error,
)


def answers(both, first, second, neither):
    """Which images each of two models got right, (N,) and (N,)."""
    one = [True] * both + [True] * first + [False] * second + [False] * neither
    two = [True] * both + [False] * first + [True] * second + [False] * neither
    return np.array(one), np.array(two)


@pytest.mark.parametrize(("first", "second"), list(product((0, 1, 2, 5, 12), repeat=2)))
def test_p_is_that_of_so_uneven_tosses_of_a_coin(first, second):
    found = mcnemar(*answers(80, first, second, 3))
    assert (found.both, found.first, found.second, found.neither) == (80, first, second, 3)
    n = first + second
    tails = [k for k in range(n + 1) if abs(2 * k - n) >= abs(first - second)]
    assert found.p == pytest.approx(sum(math.comb(n, k) for k in tails) / 2**n)


def test_what_is_not_of_the_same_images_is_refused():
    with pytest.raises(ValueError, match="against"):
        mcnemar(np.ones(3, bool), np.ones(4, bool))


def test_the_sentence_says_luck_hardly_luck_or_nothing_seen():
    verdict, why = mcnemar_words("A", "B", McNemar(80, 1, 4, 0, 0.375))
    assert verdict == "It could be luck: this does not tell which is better."
    assert why == (
        "A alone is right on 1 image, B alone on 4. Were both equally good, tosses of a coin, one "
        "for each of those, would come out at least as unevenly in about 38 of 100 tries "
        "(p = 0.38)."
    )
    verdict, why = mcnemar_words("A", "B", McNemar(0, 23, 48, 0, 0.00412))
    assert verdict == "B is better, and that is hardly luck."
    assert why.endswith(" in fewer than 1 of 100 tries (p = 0.0041).")
    assert mcnemar_words("A", "B", McNemar(0, 48, 23, 0, 0.00412))[0].startswith("A is better")
    assert mcnemar_words("A", "B", McNemar(0, 9, 2, 0, 0.05))[0].startswith("It could be luck")
    same = mcnemar_words("A", "B", McNemar(80, 0, 0, 3, 1.0))
    assert same == ("No difference is seen.", "A and B are right on the same ones.")
    _, why = mcnemar_words("A", "B", McNemar(80, 3, 4, 0, 0.9), "text")
    assert why.startswith("A alone is right on 3 texts, B alone on 4.")


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (1, "p = 1"),
        (0.344, "p = 0.34"),
        (0.049, "p = 0.049"),
        (0.04996, "p = 0.04996"),
        (0.05, "p = 0.05"),
        (9e-4, "p < 0.001"),
    ],
)
def test_a_p_has_two_digits_and_more_where_two_would_hide_that_it_is_below_a_twentieth(p, words):
    assert p_words(p) == words


def test_the_standard_error_is_that_of_a_share_and_never_none():
    assert standard_error(0.9, 100) == pytest.approx(0.03)
    assert standard_error(1.0, 360) == pytest.approx(math.sqrt(362 / 364 * 2 / 364 / 364))
    assert standard_error(0.0, 10) == pytest.approx(standard_error(1.0, 10))


@pytest.mark.parametrize(
    ("share", "count", "words"),
    [
        (0.9937, 10_000, "99.37% ± 0.08"),
        (0.9806, 360, "98.1% ± 0.7 of 360"),
        (1.0, 359, "100% ± 0.4 of 359"),
        (1.0, 50_000, "100% ± 0.1"),
    ],
)
def test_an_accuracy_is_told_with_its_error(share, count, words):
    assert accuracy_with_error(share, count) == words
