"""The colour of a word by what it added, and the colour of letters that are read on it."""

from __future__ import annotations

import numpy as np

from dpn.charts.style import against_for

#: Letters: on any ground one of the two has 4.5:1.
LETTERS = ("#000000", "#ffffff")
#: Share of the scale that the word which added most has: beyond it letters are hard to read.
MOST = 0.9


def shade(share: float, *, dark: bool) -> tuple[str, str]:
    """Return the ground of a word and the colour of its letters, as CSS.

    Args:
        share: -1..1, what it added as a part of the most that a word added; below 0 against.
        dark: whether the page is.
    """
    at = 0.5 + 0.5 * MOST * max(-1.0, min(1.0, share))
    stops = against_for(dark)
    where = [stop for stop, _ in stops]
    red, green, blue = (
        round(float(np.interp(at, where, [int(colour[i : i + 2], 16) for _, colour in stops])))
        for i in (1, 3, 5)
    )
    letters = max(LETTERS, key=lambda colour: contrast((red, green, blue), colour))
    return f"rgb({red}, {green}, {blue})", letters


def contrast(ground: tuple[int, int, int], letters: str) -> float:
    """Return the contrast ratio of "#rrggbb" on a ground 0..255, 1..21 (WCAG 2.2, 1.4.3)."""
    other = tuple(int(letters[i : i + 2], 16) for i in (1, 3, 5))
    high, low = sorted((_luminance(ground), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    parts = [value / 255 for value in colour]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
