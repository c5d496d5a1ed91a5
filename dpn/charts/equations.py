"""One step of the recursion in the real numbers of an image, as formulas for KaTeX.

Indices are counted from 1, as in the mathematics.
"""

from __future__ import annotations

import numpy as np

from dpn.charts.style import TRAINING
from dpn.explain.explanation import Explanation
from dpn.language import t

#: With more decisions than this the least of them are left out.
SHOWN = 6


def decision_formulas(found: Explanation, step: int, s: int, index: int = 0) -> str:
    """Return q_t[a, s] of each decision a: what this part earns, and what was gathered before.

    Args:
        found: with its details.
        step: from 0.
        s: the state, from 0.
        index: which image.
    """
    assert found.q is not None
    assert found.rewards is not None
    assert found.policy is not None
    q, rewards = found.q[index, step, :, s], found.rewards[index, step, :, s]
    policy = found.policy[index, step, :, s]
    best = int(policy.argmax())
    kept = np.sort(np.argsort(-q, kind="stable")[:SHOWN])
    lines = []
    for place, a in enumerate(kept):
        earned, before = _number(rewards[a]), _number(q[a] - rewards[a], signed=True)
        if place == 0:
            earned = rf"\underbrace{{{earned}}}_{{\text{{{t('this part, bias')}}}}}"
            before = rf"\underbrace{{{before}}}_{{\text{{{t('before')}}}}}"
        line = rf"q_{{{step + 1}}}[{a + 1},{s + 1}] &= {earned} {before} &&= {_number(q[a])}"
        share = rf"&&\pi = {policy[a]:.2f}"
        if a == best:
            line = line.replace("&&= ", r"&&= \boldsymbol{") + "}"
            share = rf"&&\textcolor{{{TRAINING}}}{{\pi = {policy[a]:.2f}}}"
        lines.append(line + share)
    if len(kept) < len(q):
        more = t("{count} more", count=len(q) - len(kept))
        lines.append(rf"&\;\;\vdots \;(\text{{{more}}})")
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def value_formula(
    found: Explanation, step: int, s: int, operator: str, temperature: float, index: int = 0
) -> str:
    """Return D_t[s] = max^Ω_a q_t[a, s], written out for the operator."""
    assert found.q is not None
    assert found.values is not None
    assert found.policy is not None
    q, value = found.q[index, step, :, s], _number(found.values[index, step, s])
    policy = found.policy[index, step, :, s]
    order = np.argsort(-q, kind="stable")[:3]
    more = r",\dots" if len(q) > len(order) else ""
    name = rf"D_{{{step + 1}}}[{s + 1}]"
    if operator == "hard":
        terms = ", ".join(_number(q[a]) for a in order)
        return rf"{name} = \max({terms}{more}) = \boldsymbol{{{value}}}"
    tau = f"{temperature:g}"
    if operator == "soft":
        over, times = ("", "") if temperature == 1 else (f"/{tau}", rf"{tau}\,")
        terms = "+".join(rf"e^{{{_number(q[a])}{over}}}" for a in order)
        more = r"+\cdots" if more else ""
        return rf"{name} = {times}\log\big({terms}{more}\big) = \boldsymbol{{{value}}}"
    mean, square = float((policy * q).sum()), float(np.square(policy).sum())
    return (
        rf"{name} = \textstyle\sum_a \pi_a q_a - \tfrac{{\tau}}{{2}}\sum_a \pi_a^2 = "
        rf"{_number(mean)} - \tfrac{{{tau}}}{{2}}\cdot {square:.2f} = \boldsymbol{{{value}}}"
    )


def _number(value: float, *, signed: bool = False) -> str:
    """Return the number with two decimals, or three digits if it is small or large."""
    size = abs(float(value))
    text = f"{value:.2f}" if 0.1 <= size < 1e4 or size < 5e-4 else f"{value:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = rf"{mantissa}\cdot10^{{{int(exponent)}}}"
    if text.startswith("-0.00") and not text.strip("-0."):
        text = text[1:]
    return f"+ {text}" if signed and not text.startswith("-") else text
