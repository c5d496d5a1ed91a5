"""Random changes to training images, on tensors, on the device the images are on.

Each takes images (B, C, H, W), float in 0..1, and the random generator, and returns the same shape
and range. The ground of drawn digits is 0, so what comes in from outside the image is 0;
``on_ground`` makes it another one, or what is at the edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from dpn.doubt.turning import theta_of
from dpn.training.batches.series import SERIES_AUGMENTATIONS

Augmentation = Callable[[Tensor, torch.Generator], Tensor]


def none(images: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG001 - one signature
    """Return the images as they are."""
    return images


def shift(images: Tensor, generator: torch.Generator, *, edges: bool = False) -> Tensor:
    """Move each image by whole pixels, up to 1/14 of its side each way (2 pixels of 28)."""
    height, width = images.shape[2:]
    mode = "replicate" if edges else "constant"
    return _crop(images, max(1, height // 14), max(1, width // 14), generator, mode)


def affine(images: Tensor, generator: torch.Generator, *, edges: bool = False) -> Tensor:
    """Turn up to 12°, scale 0.88 to 1.12, slant up to 0.2, move up to 1/14 of the side."""
    batch, _, height, width = images.shape
    # Drawn on the CPU, so that one seed gives one sequence on every device.
    draw = torch.rand(5, batch, generator=generator) * 2 - 1
    angle = draw[0] * math.radians(12)
    scale = 1 + draw[1] * 0.12
    slant = draw[2] * 0.2
    theta = theta_of(angle, scale, slant, height, width)
    theta[:, :, 2] = draw[3:].t() / 7
    grid = F.affine_grid(theta.to(images.device), list(images.shape), align_corners=False)
    outside = "border" if edges else "zeros"
    return F.grid_sample(images, grid, padding_mode=outside, align_corners=False)


def affine_shift(images: Tensor, generator: torch.Generator, *, edges: bool = False) -> Tensor:
    """Change half of the batch as ``shift``, the others as ``affine``.

    What is turned or scaled is blurred a little: a model that is shown nothing else never sees an
    image as sharp as those that it is asked about.
    """
    half = len(images) // 2
    first, second = images[:half], images[half:]
    return torch.cat([shift(first, generator, edges=edges), affine(second, generator, edges=edges)])


def flip_crop(images: Tensor, generator: torch.Generator) -> Tensor:
    """Mirror half of the images, and move each by up to 1/16 of its side, mirrored at the edges.

    In trainings of a few epochs twice as far is worse by a point of accuracy: they learn too little
    as it is.
    """
    return _flip_crop(images, generator, 16)


def flip_crop_wide(images: Tensor, generator: torch.Generator) -> Tensor:
    """As ``flip_crop``, by up to 1/8 of the side: for trainings of many epochs."""
    return _flip_crop(images, generator, 8)


def _flip_crop(images: Tensor, generator: torch.Generator, share: int) -> Tensor:
    mirror = (torch.rand(len(images), generator=generator) < 0.5).to(images.device)
    images = torch.where(mirror.view(-1, 1, 1, 1), images.flip(3), images)
    down, across = (max(1, side // share) for side in images.shape[2:])
    return _crop(images, down, across, generator, mode="reflect")


def _crop(
    images: Tensor, down: int, across: int, generator: torch.Generator, mode: str = "constant"
) -> Tensor:
    """Pad by (down, across) and cut each image out again at a random place."""
    batch, channels, height, width = images.shape
    padded = F.pad(images, (across, across, down, down), mode=mode)
    top = torch.randint(0, 2 * down + 1, (batch, 1), generator=generator)
    left = torch.randint(0, 2 * across + 1, (batch, 1), generator=generator)
    rows = (top + torch.arange(height)).to(images.device)  # (B, H)
    columns = (left + torch.arange(width)).to(images.device)  # (B, W)
    padded = padded.gather(
        2, rows.view(batch, 1, height, 1).expand(-1, channels, -1, padded.shape[3])
    )
    return padded.gather(3, columns.view(batch, 1, 1, width).expand(-1, channels, height, -1))


AUGMENTATIONS: dict[str, Augmentation] = {
    "none": none,
    "shift": shift,
    "affine": affine,
    "affine_shift": affine_shift,
    "flip_crop": flip_crop,
    "flip_crop_wide": flip_crop_wide,
}
#: Those that let something in from outside, continuing the edges.
_AT_EDGES: dict[Augmentation, Augmentation] = {
    shift: partial(shift, edges=True),
    affine: partial(affine, edges=True),
    affine_shift: partial(affine_shift, edges=True),
}


def augmentation_of(name: str, world: str, ground: Sequence[int] | None) -> Augmentation:
    """Return the augmentation of this name for what a world holds; pictures as ``on_ground``."""
    return SERIES_AUGMENTATIONS[name] if world == "series" else on_ground(name, ground)


def on_ground(name: str, ground: Sequence[int] | None) -> Augmentation:
    """Return the augmentation of this name for images whose even ground is (C,) of 0..255.

    For photos, which have none (None), what comes in from outside continues their edges.
    """
    augmentation = AUGMENTATIONS[name]
    if ground is None:
        return _AT_EDGES.get(augmentation, augmentation)
    if not any(ground):
        return augmentation

    def vary(images: Tensor, generator: torch.Generator) -> Tensor:
        level = (torch.tensor(ground, device=images.device) / 255).view(-1, 1, 1)
        return augmentation(images - level, generator) + level

    return vary
