"""Noise and light: what happens to each pixel by itself, and what a file format does to it.

Each function takes images (N, C, H, W) in 0..1, how strong, and the random generator (on the CPU),
and returns the same shape, not yet held to 0..1.
"""

from __future__ import annotations

import io

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor


def gaussian_noise(x: Tensor, sigma: float, generator: torch.Generator) -> Tensor:
    """Add noise of this standard deviation."""
    return x + sigma * torch.randn(x.shape, generator=generator)


def shot_noise(x: Tensor, photons: float, generator: torch.Generator) -> Tensor:
    """Count light as a sensor does that sees so many photons where it is white."""
    return torch.poisson(x * photons, generator=generator) / photons


def impulse_noise(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Turn a share of the values black or white."""
    draw = torch.rand(x.shape, generator=generator)
    return torch.where(draw < share / 2, 0.0, torch.where(draw < share, 1.0, x))


def brightness(x: Tensor, more: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Add the same to every value."""
    return x + more


def contrast(x: Tensor, share: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Bring all values nearer to their image's mean: so much of the difference stays."""
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return mean + share * (x - mean)


def saturation(x: Tensor, share: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Bring the colours nearer to grey, or beyond themselves above 1."""
    grey = x.mean(dim=1, keepdim=True)
    return grey + share * (x - grey)


def inverted(x: Tensor, share: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Go from the image so far towards its negative, all the way at 1."""
    return x.lerp(1 - x, share)


def fog(x: Tensor, thick: float, generator: torch.Generator) -> Tensor:
    """Lay clouds over it: noise of all sizes, the largest strongest."""
    count, _, height, width = x.shape
    cloud, weight, total = torch.zeros(count, 1, height, width), 1.0, 0.0
    for side in (2, 3, 5, 9, 17):
        layer = torch.rand(count, 1, side, side, generator=generator)
        cloud += weight * F.interpolate(
            layer, (height, width), mode="bilinear", align_corners=False
        )
        total, weight = total + weight, weight / 1.75
    most = x.amax(dim=(1, 2, 3), keepdim=True)
    return (x + thick * cloud / total) * most / (most + thick)


def pixelate(x: Tensor, share: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Average it down to this share of its sides, and enlarge it in blocks."""
    height, width = x.shape[2:]
    small = F.interpolate(
        x, (max(1, round(height * share)), max(1, round(width * share))), mode="area"
    )
    return F.interpolate(small, (height, width), mode="nearest-exact")


def jpeg(x: Tensor, quality: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Save it as JPEG of this quality (1 to 95), and read it again."""
    made = []
    for image in (x.clamp(0, 1) * 255).round().byte().numpy():
        file = io.BytesIO()
        shown = Image.fromarray(image[0] if len(image) == 1 else image.transpose(1, 2, 0))
        shown.save(file, "JPEG", quality=int(quality))
        again = np.asarray(Image.open(file))
        made.append(again[None] if again.ndim == 2 else again.transpose(2, 0, 1))
    return torch.from_numpy(np.stack(made)).float() / 255
