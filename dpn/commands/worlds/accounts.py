"""Accounts of scores, for the verb explain: as JSON holds them, and as lines that add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dpn.explain.explanation import Explanation

#: What adds to a score and is no part of an input.
OTHERS = ("bias", "smoothing", "readout")


def terms_of(found: Explanation, i: int, parts: int | None = None) -> dict[str, Any]:
    """Return what the first ``parts`` of input ``i`` added, all by default, and the rest."""
    return {
        "contributions": found.contributions[i, :parts].astype(float).tolist(),
        "bias": float(found.bias[i].sum()),
        "smoothing": float(found.smoothing[i].sum()),
        "readout": float(found.readout[i]),
    }


def account(head: str, parts: Sequence[str], answer: dict[str, Any]) -> str:
    """Return the lines of an answer: its ``head``, what each part added, the rest, the logit."""
    lines = list(zip(parts, answer["contributions"], strict=True))
    lines += [(name, answer[name]) for name in (*OTHERS, "logit")]
    width = max(len(name) for name, _ in lines)
    return "\n".join([head, *(f"  {name:<{width}} {value:+10.3f}" for name, value in lines)])
