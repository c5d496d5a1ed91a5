"""The account of one score as a list of terms that add up to it; plain numbers, without torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dpn.explain.explanation import Explanation, Floats, part_boxes, part_names
from dpn.language import t
from dpn.models.config import ModelConfig

#: Bands that the pixels of an "mlp", which has no parts, are summed over.
BANDS = 7

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Term:
    """One thing that was added to a score.

    Attributes:
        name: what it is, for people.
        value: what it added, in the unit of the logits.
        box: (top, bottom, left, right) in pixels, the part of the image it belongs to; None for
            what belongs to no part.
    """

    name: str
    value: float
    box: Box | None = None


def account(found: Explanation, config: ModelConfig, index: int = 0) -> list[Term]:
    """Return the terms that add up to the score of one image.

    They are the parts, the biases, the smoothing where there is any, and the read-out. An "mlp"
    has no parts: its pixel map is summed over bands of rows instead.
    """
    if config.model == "mlp":
        assert found.pixel_map is not None
        by_row = found.pixel_map[index].sum(axis=(0, 2))
        size = -(-config.height // BANDS)
        sums = np.add.reduceat(by_row, np.arange(0, config.height, size))
        bias = float(found.encoder_bias[index])
        return terms_of(sums, bias, 0.0, float(found.readout[index]), config)
    return terms_of(
        found.contributions[index],
        float(found.bias[index].sum()),
        float(found.smoothing[index].sum()),
        float(found.readout[index]),
        config,
    )


def terms_of(
    parts: Floats, bias: float, smoothing: float, readout: float, config: ModelConfig
) -> list[Term]:
    """Name what each of the n parts (n,), for an "mlp" each band, added, and all else that was."""
    cuts = config
    if config.model == "mlp":
        size = -(-config.height // BANDS)
        cuts = config.replace(model="dpn", parts="rows", part_size=size)
    named = zip(part_names(cuts), parts, part_boxes(cuts), strict=True)
    terms = [Term(name, float(value), box) for name, value, box in named]
    terms.append(Term(t("layer biases") if config.model == "mlp" else t("decision biases"), bias))
    if smoothing:
        terms.append(Term(t("smoothing"), smoothing))
    return [*terms, Term(t("read-out"), readout)]


def signed(value: float) -> str:
    """Return a number with its sign and two decimals; what rounds to nothing has no sign.

    From ten thousand on it has none: there they tell nothing.
    """
    text = f"{value:+,.2f}" if abs(value) < 10_000 else f"{value:+,.0f}"
    return text if text.strip("+-0.") else "0.00"


def adding_up(values: Sequence[float], into: int | None = None, *, digits: int = 2) -> list[float]:
    """Return numbers of a few decimals that add up to their rounded sum, as they are read.

    What rounding leaves over is in the number at ``into``; else it is shared out in units of the
    last decimal, first to the numbers that rounding changed most. So none of these is off by one.
    """
    unit = 10.0**-digits
    shown = [round(value, digits) for value in values]
    left = round((round(sum(values), digits) - sum(shown)) / unit)
    step = math.copysign(unit, left)
    off = sorted(range(len(shown)), key=lambda i: (shown[i] - values[i]) * step)
    for index in off[: abs(left)] if into is None else [into] * abs(left):
        shown[index] = round(shown[index] + step, digits)
    return shown


def deciding(terms: list[Term]) -> tuple[Term, Term]:
    """Return the part that speaks most for the answer, and the one that speaks most against it."""
    parts = [term for term in terms if term.box]
    return max(parts, key=lambda t: t.value), min(parts, key=lambda t: t.value)
