"""How images are turned, slanted and scaled, as ``affine_grid`` takes it: in one place."""

from __future__ import annotations

import torch
from torch import Tensor


def theta_of(
    angle: Tensor, scale: Tensor | float, slant: Tensor | float, height: int, width: int
) -> Tensor:
    """Return (N, 2, 3) that turns, slants and scales images of H×W pixels about their middle.

    ``affine_grid`` works in units of half the side of each axis: where these differ, a turn in its
    units would be none of the picture. The last column, the move in these units, is 0.

    Args:
        angle: (N,) radians.
        scale: above 1 figures become larger.
        slant: pixels across for each pixel down.
        height: H.
        width: W.
    """
    cos, sin = angle.cos() / scale, angle.sin() / scale
    ratio = height / width
    theta = torch.zeros(len(angle), 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = cos, (slant * cos - sin) * ratio
    theta[:, 1, 0], theta[:, 1, 1] = sin / ratio, slant * sin + cos
    return theta
