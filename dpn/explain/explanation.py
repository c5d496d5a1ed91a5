"""The account of a score as plain arrays, for pages and files that need no torch.

``dpn.explain.exact`` computes it and holds the mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn.language import msg, t
from dpn.models.config import ModelConfig

#: The class that comes second, as the one to set the target against.
RUNNER_UP = "runner_up"

Floats = npt.NDArray[np.floating[Any]]

#: What ``explain(details=False)`` leaves out: all that is larger than a number for each part.
DETAILS = (
    *("pixel_map", "composed_template", "cells", "parts", "rewards"),
    *("q", "policy", "values", "flow", "P"),
)
#: What has an entry for each of the n parts.
STEPS = (
    *("contributions", "bias", "smoothing", "parts", "rewards"),
    *("q", "policy", "values", "flow"),
)


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why B images scored as they did: an account that adds up.

        score = Σ_t contributions + Σ_t bias + Σ_t smoothing + readout      "dpn", "residual"
        score = pixels + encoder_bias + readout                             "mlp", where n = 0
        Σ_t contributions = pixels + encoder_bias                           "dpn", "residual"

    Inputs of different lengths have the n of the longest, and zeros where they have no part.

    Shapes: n parts of k numbers, S states, A decisions, K classes. Floats have the model's type.
    Images are in normalised units, (pixel − mean) / std. None: the model has no such thing, or it
    was left out as a detail.

    Attributes:
        target: (B,) int64, the class explained.
        contrast: (B,) int64, the class it is set against, or None.
        logits: (B, K).
        score: (B,) logit of the target, less that of the contrast.
        contributions: (B, n) what each part added; for "residual" a part is of the feature map.
        bias: (B, n) what the rewards' biases added at each step.
        smoothing: (B, n) −Σ_s u_t[s] Ω(π_t[·,s]); 0 for "hard".
        readout: (B,) w0; for "mlp" the last layer's bias.
        pixels: (B,) the sum of the pixel map.
        encoder_bias: (B,) what the biases before the parts, or inside the "mlp", added through the
            layers after them; 0 for "dpn".
        pixel_map: (B, C, H, W) gradient ⊙ image, what each pixel added.
        composed_template: (B, C, H, W) C* on the pixels, JᵀC* behind an encoder, and for "mlp" the
            gradient of the score; times the image it is the pixel map.
        cells: (B, h, w) what each cell of the map that is cut into parts added, of all channels;
            they add up to ``contributions``. For "dpn" a cell is a pixel, see ``part_boxes``.
        parts: (B, n, k) I_t.
        rewards: (B, n, A, S) ⟨R_t, I_t⟩ + b_t, what each decision earns at once.
        q: (B, n, A, S) the value of each decision: its reward, and what ``P`` brings along.
        policy: (B, n, A, S) π_t, which sums to 1 over A.
        values: (B, n, S) D_t.
        flow: (B, n, S) u_t, how much each value counts in the score.
        known: (B,) 0..1, how far each image is one of the classes at all, see ``dpn.doubt``; who
            asks a run adds it.
        P: (S, A, S) the transitions; from the state before, by a decision, to a state.
    """

    target: npt.NDArray[np.int64]
    contrast: npt.NDArray[np.int64] | None
    logits: Floats
    score: Floats
    contributions: Floats
    bias: Floats
    smoothing: Floats
    readout: Floats
    pixels: Floats
    encoder_bias: Floats
    pixel_map: Floats | None = None
    composed_template: Floats | None = None
    cells: Floats | None = None
    parts: Floats | None = None
    rewards: Floats | None = None
    q: Floats | None = None
    policy: Floats | None = None
    values: Floats | None = None
    flow: Floats | None = None
    P: Floats | None = None
    known: Floats | None = None

    @property
    def total(self) -> npt.NDArray[np.float64]:
        """(B,) the sum of the account, which is ``score`` but for rounding."""
        steps = (self.contributions + self.bias + self.smoothing).astype(np.float64)
        rest = self.readout if steps.shape[1] else self.pixels + self.encoder_bias + self.readout
        total: npt.NDArray[np.float64] = steps.sum(axis=1) + rest
        return total

    @property
    def probabilities(self) -> Floats:
        """(B, K) softmax of the logits."""
        weights = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
        shares: Floats = weights / weights.sum(axis=1, keepdims=True)
        return shares


def part_names(config: ModelConfig) -> list[str]:
    """Name the n parts for people, in order: "rows 1-4", or "around rows 1-4" behind an encoder.

    A part of an encoder's map is named by the pixels that it lies over, see ``part_boxes``. Parts
    that stick out end where the image does. An "mlp" has none.
    """
    if config.model == "mlp":
        return []
    shrink, size, *_ = _grid(config)
    down = _names(msg("row {high}"), msg("rows {low}-{high}"), config.height, shrink * size)
    across = _names(msg("column {high}"), msg("columns {low}-{high}"), config.width, shrink * size)
    names = down if config.parts == "rows" else across
    if config.parts == "patches":
        names = [t("{row}, {column}", row=row, column=column) for row in down for column in across]
    return names if shrink == 1 else [t("around {part}", part=name) for name in names]


def part_boxes(config: ModelConfig) -> list[tuple[int, int, int, int]]:
    """Return (top, bottom, left, right) in pixels of the n parts, in order.

    A part of an encoder's map gets the pixels that it lies over, each cell those of 4x4 or, if
    pooled, up to 8x8; what it sees of the image is larger. An "mlp" has none.
    """
    shrink, size, rows, columns = _grid(config)
    height, width = config.height, config.width
    down = [(shrink * low, min(shrink * high, height)) for low, high in _spans(rows, size)]
    across = [(shrink * low, min(shrink * high, width)) for low, high in _spans(columns, size)]
    if config.model == "mlp":
        return []
    down = down if config.parts != "columns" else [(0, height)]
    across = across if config.parts != "rows" else [(0, width)]
    return [(*row, *column) for row in down for column in across]


def _grid(config: ModelConfig) -> tuple[int, int, int, int]:
    """Return pixels a cell of what is cut into parts, the size of a part, and rows and columns."""
    shrink: int = 2**config.halvings
    rows, columns = -(-config.height // shrink), -(-config.width // shrink)
    return shrink, min(config.part_size, max(rows, columns)), rows, columns


def _spans(side: int, size: int) -> list[tuple[int, int]]:
    return [(start, min(start + size, side)) for start in range(0, side, size)]


def _names(one: str, many: str, side: int, size: int) -> list[str]:
    return [
        t(one if high - low == 1 else many, low=low + 1, high=high)
        for low, high in _spans(side, size)
    ]
