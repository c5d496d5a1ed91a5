"""A series in small, for lists of them: its way in the plane, or its curves."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

import numpy as np

from dpn.charts.series.added import MOST_CHANNELS
from dpn.charts.style import DASHES, RUNS, FloatArray

#: Of the drawing, in units of its own; points that a curve has at most.
WIDE, HIGH, MOST_POINTS = 120, 72, 120


def thumb(values: FloatArray, channels: Sequence[str], name: str) -> str:
    """Return a series (n, C) as an ``img`` with an SVG in it; ``name`` is what it is called."""
    body = _way(values) if is_way(channels) else _curves(values)
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" fill="none" '
        f'stroke-width="1.6" stroke-linejoin="round">{body}</svg>'
    )
    content = base64.b64encode(drawn.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{content}" alt="{html.escape(name, quote=True)}" '
        f'width="{WIDE}" height="{HIGH}">'
    )


def is_way(channels: Sequence[str]) -> bool:
    """Return whether a series is a way in the plane: x, y, and perhaps whether a pen is down."""
    return tuple(channels) in (("x", "y"), ("x", "y", "pen"))


def _way(values: FloatArray) -> str:
    at = values[:, :2].astype(np.float64)
    middle = (at.min(axis=0) + at.max(axis=0)) / 2
    half = max(float(np.ptp(at, axis=0).max()) / 2, 1e-9)
    at = (at - middle) / half * (HIGH / 2 - 5) * [1, -1] + [WIDE / 2, HIGH / 2]
    down = values[:, 2] > 0.5 if values.shape[1] > 2 else np.ones(len(at), np.bool_)
    parts = [
        f"{'L' if i and down[i] else 'M'}{x:.1f} {y:.1f}" for i, (x, y) in enumerate(at.tolist())
    ]
    return f'<path d="{"".join(parts)}" stroke="{RUNS[0]}"/>'


def _curves(values: FloatArray) -> str:
    some = np.unique(np.linspace(0, len(values) - 1, MOST_POINTS).round().astype(int))
    shown = values[some, :MOST_CHANNELS].astype(np.float64)
    low, wide = shown.min(), float(np.ptp(shown)) or 1.0
    x = np.linspace(3, WIDE - 3, len(some))
    y = HIGH - 5 - (HIGH - 10) * (shown - low) / wide
    lines = []
    for number, line in enumerate(y.T):
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, line, strict=True))
        colour = RUNS[number % len(RUNS)]
        dash = DASHES[number % len(DASHES)]
        more = "" if dash == (1, 0) else f' stroke-dasharray="{dash[0]} {dash[1]}"'
        lines.append(f'<polyline points="{points}" stroke="{colour}"{more}/>')
    return "".join(lines)
