"""Blurs, and what moves, turns and bends an image, or makes its lines thin and thick.

Each function takes images (N, C, H, W) in 0..1, how strong, and the random generator (on the CPU),
and returns the same shape, not yet held to 0..1. What comes in from outside is what is at the edge.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from dpn.doubt.turning import theta_of


def blurred(x: Tensor, sigma: float) -> Tensor:
    """Return it blurred by a Gaussian of this many pixels."""
    reach = max(1, math.ceil(2.5 * sigma))
    line = torch.exp(-(torch.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    line = (line / line.sum()).expand(x.shape[1], 1, 1, -1)
    wide = F.conv2d(_padded(x, reach, 0), line, groups=x.shape[1])
    return F.conv2d(_padded(wide, 0, reach), line.transpose(2, 3), groups=x.shape[1])


def gaussian_blur(x: Tensor, sigma: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Blur it by a Gaussian of this many pixels."""
    return blurred(x, sigma)


def motion_blur(x: Tensor, length: float, generator: torch.Generator) -> Tensor:
    """Blur it along a line of this many pixels; a direction for each image, within 45° of flat."""
    angle = (torch.rand(len(x), generator=generator) - 0.5) * math.pi / 2
    steps, made = max(2, round(length)), torch.zeros_like(x)
    for step in torch.linspace(-0.5, 0.5, steps).tolist():
        made += _warped(x, dx=length * step * angle.cos(), dy=length * step * angle.sin())
    return made / steps


def glass_blur(x: Tensor, pixels: float, generator: torch.Generator) -> Tensor:
    """See it through ribbed glass: each pixel shows what is up to so far away, a little blurred."""
    jitter = torch.rand(len(x), *x.shape[2:], 2, generator=generator) * 2 - 1
    moved = _grid(x) + pixels * jitter * 2 / torch.tensor([x.shape[3], x.shape[2]])
    return blurred(_sampled(x, moved), 0.5)


def turn(x: Tensor, degrees: float, generator: torch.Generator) -> Tensor:
    """Turn it by so much, either way."""
    return _warped(x, angle=_either(x, generator) * math.radians(degrees))


def shear(x: Tensor, slant: float, generator: torch.Generator) -> Tensor:
    """Slant it: a pixel moves sideways by so much of its height above the middle, either way."""
    return _warped(x, slant=_either(x, generator) * slant)


def scale(x: Tensor, share: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Make it smaller, to this share of its sides."""
    return _warped(x, scale=share)


def shift(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Move it by this share of its sides, in a direction for each image."""
    angle = torch.rand(len(x), generator=generator) * 2 * math.pi
    side = share * x.shape[3]
    return _warped(x, dx=side * angle.cos(), dy=side * angle.sin())


def elastic(x: Tensor, pixels: float, generator: torch.Generator) -> Tensor:
    """Bend it smoothly, by up to about so many pixels (Simard, Steinkraus, Platt 2003)."""
    bend = blurred(torch.randn(len(x), 2, *x.shape[2:], generator=generator), 4.0)
    bend = bend / bend.abs().amax(dim=(1, 2, 3), keepdim=True) * pixels
    return _sampled(x, _grid(x) + bend.permute(0, 2, 3, 1) * 2 / x.shape[3])


def thick(x: Tensor, share: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Make light lines thicker, up to one pixel each way at 1, two at 2."""
    return _grown(x, share, 1)


def thin(x: Tensor, share: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Make light lines thinner, likewise."""
    return _grown(x, share, -1)


def edges(x: Tensor, share: float, generator: torch.Generator) -> Tensor:  # noqa: ARG001
    """Go so far from the image to its outlines alone (Sobel)."""
    kernel = torch.tensor([[1.0, 2, 1], [0, 0, 0], [-1, -2, -1]]).expand(x.shape[1], 1, 3, 3)
    down = F.conv2d(_padded(x, 1, 1), kernel, groups=x.shape[1])
    across = F.conv2d(_padded(x, 1, 1), kernel.transpose(2, 3), groups=x.shape[1])
    return x.lerp(((down**2 + across**2).sqrt() / 2).clamp(0, 1), share)


def _grown(x: Tensor, share: float, way: int) -> Tensor:
    for part in (min(share, 1.0), max(0.0, share - 1)):
        if part:
            x = x.lerp(way * F.max_pool2d(way * x, 3, 1, 1), part)
    return x


def _either(x: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randint(0, 2, (len(x),), generator=generator) * 2.0 - 1


def _padded(x: Tensor, across: int, down: int) -> Tensor:
    return F.pad(x, (across, across, down, down), mode="replicate")


def _grid(x: Tensor) -> Tensor:
    same = torch.eye(2, 3).expand(len(x), 2, 3)
    return F.affine_grid(same, list(x.shape), align_corners=False)


def _sampled(x: Tensor, grid: Tensor) -> Tensor:
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def _warped(
    x: Tensor,
    *,
    angle: Tensor | float = 0.0,
    slant: Tensor | float = 0.0,
    scale: float = 1.0,
    dx: Tensor | float = 0.0,
    dy: Tensor | float = 0.0,
) -> Tensor:
    """Turn (radians), slant, scale and move (pixels) each image about its middle."""
    height, width = x.shape[2:]
    angle, slant, dx, dy = (
        torch.as_tensor(value, dtype=torch.float32).expand(len(x))
        for value in (angle, slant, dx, dy)
    )
    theta = theta_of(angle, scale, slant, height, width)
    theta[:, 0, 2], theta[:, 1, 2] = -dx * 2 / width, -dy * 2 / height
    return _sampled(x, F.affine_grid(theta, list(x.shape), align_corners=False))
