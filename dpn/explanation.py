"""The account of a score as plain arrays, for pages and files that need no torch.

``dpn.explain`` computes it and holds the mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dpn.config import ModelConfig

Floats = npt.NDArray[np.floating[Any]]

#: What ``explain(details=False)`` leaves out: all that is larger than a number for each part.
DETAILS = ("pixel_map", "composed_template", "parts", "q", "policy", "values", "flow")


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why B images scored as they did: an account that adds up.

        score = Σ_t contributions + Σ_t bias + Σ_t smoothing + readout      "dpn", "residual"
        score = pixels + encoder_bias + readout                             "mlp", where n = 0
        Σ_t contributions = pixels + encoder_bias                           "dpn", "residual"

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
        composed_template: (B, C, H, W) C*; for "dpn" only, whose parts are pixels.
        parts: (B, n, k) I_t.
        q: (B, n, A, S) the value of each decision.
        policy: (B, n, A, S) π_t, which sums to 1 over A.
        values: (B, n, S) D_t.
        flow: (B, n, S) u_t, how much each value counts in the score.
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
    parts: Floats | None = None
    q: Floats | None = None
    policy: Floats | None = None
    values: Floats | None = None
    flow: Floats | None = None

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
    """Name the n parts for people, in order: "rows 1-4", or "feature row 1" of an encoder's map.

    Parts that stick out end where the image does. An "mlp" has none.
    """
    if config.model == "mlp":
        return []
    encoded = config.model == "residual"
    shrink, word = (4, "feature ") if encoded else (1, "")
    height, width = -(-config.height // shrink), -(-config.width // shrink)
    size = min(config.part_size, max(height, width))
    rows, columns = _spans("row", height, size), _spans("column", width, size)
    if config.parts == "patches":
        return [f"{word}{row}, {column}" for row in rows for column in columns]
    return [word + name for name in (rows if config.parts == "rows" else columns)]


def _spans(word: str, side: int, size: int) -> list[str]:
    starts = range(1, side + 1, size)
    ends = [min(start + size - 1, side) for start in starts]
    return [
        f"{word} {start}" if start == end else f"{word}s {start}-{end}"
        for start, end in zip(starts, ends, strict=True)
    ]
