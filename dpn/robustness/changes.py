"""The kinds of change, each in five strengths.

The fifteen kinds of MNIST-C (N. Mu, J. Gilmer, "MNIST-C: A Robustness Benchmark for Computer
Vision", 2019) are among them, and those of CIFAR-10-C (D. Hendrycks, T. Dietterich, "Benchmarking
Neural Network Robustness to Common Corruptions and Perturbations", ICLR 2019) that need no pictures
of frost or snow. Written anew by their descriptions; the strengths are this project's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from dpn.errors import ConfigError, did_you_mean, said
from dpn.language import msg
from dpn.robustness import light, marks, shapes

#: Strengths of each kind: 1 to this.
STRENGTHS = 5


@dataclass(frozen=True)
class Kind:
    """One kind of change.

    Attributes:
        words: what it is called on the screen.
        change: images (N, C, H, W) in 0..1, strength and generator -> the same shape.
        strengths: what ``change`` takes for 1 to 5; pixels are those of an image 28 wide.
        for_grey, for_colour: which images it is measured on by default.
        in_pixels: whether a strength is a length in pixels, to be scaled with the image.
    """

    words: str
    change: Callable[[Tensor, float, torch.Generator], Tensor]
    strengths: tuple[float, float, float, float, float]
    for_grey: bool = True
    for_colour: bool = True
    in_pixels: bool = False


KINDS: dict[str, Kind] = {
    "gaussian_noise": Kind(
        msg("Noise"), light.gaussian_noise, (0.06, 0.1, 0.14, 0.18, 0.26), False
    ),
    "shot_noise": Kind(msg("Shot noise"), light.shot_noise, (60, 25, 12, 5, 3)),
    "impulse_noise": Kind(msg("Specks"), light.impulse_noise, (0.03, 0.06, 0.1, 0.17, 0.27)),
    "gaussian_blur": Kind(
        msg("Blur"), shapes.gaussian_blur, (0.4, 0.7, 1.0, 1.4, 1.8), False, in_pixels=True
    ),
    "glass_blur": Kind(
        msg("Ribbed glass"), shapes.glass_blur, (0.7, 1.2, 1.7, 2.3, 3.0), in_pixels=True
    ),
    "motion_blur": Kind(msg("Motion"), shapes.motion_blur, (2, 4, 6, 8, 10), in_pixels=True),
    "shear": Kind(msg("Slant"), shapes.shear, (0.1, 0.2, 0.3, 0.45, 0.6), for_colour=False),
    "scale": Kind(msg("Smaller"), shapes.scale, (0.9, 0.8, 0.7, 0.6, 0.5), for_colour=False),
    "turn": Kind(msg("Turn"), shapes.turn, (6, 12, 20, 30, 40), for_colour=False),
    "shift": Kind(msg("Shift"), shapes.shift, (0.04, 0.08, 0.12, 0.16, 0.2), for_colour=False),
    "brightness": Kind(msg("Brightness"), light.brightness, (0.1, 0.2, 0.3, 0.4, 0.5)),
    "contrast": Kind(msg("Contrast"), light.contrast, (0.75, 0.5, 0.4, 0.3, 0.15), False),
    "fog": Kind(msg("Fog"), light.fog, (0.4, 0.8, 1.2, 1.6, 2.2)),
    "stripe": Kind(msg("Stripe"), marks.stripe, (0.2, 0.4, 0.6, 0.8, 1.0), for_colour=False),
    "spatter": Kind(msg("Spatter"), marks.spatter, (0.03, 0.06, 0.1, 0.15, 0.2)),
    "dotted_line": Kind(msg("Dotted line"), marks.dotted_line, (1, 2, 3, 4, 5), for_colour=False),
    "zigzag": Kind(msg("Zigzag"), marks.zigzag, (0.5, 0.75, 1.0, 1.5, 2.0), for_colour=False),
    "edges": Kind(msg("Outlines"), shapes.edges, (0.2, 0.4, 0.6, 0.8, 1.0), for_colour=False),
    "elastic": Kind(msg("Bent"), shapes.elastic, (0.6, 1.0, 1.5, 2.0, 2.6), False, in_pixels=True),
    "pixelate": Kind(msg("Pixels"), light.pixelate, (0.5, 0.4, 0.32, 0.22, 0.15), False),
    "jpeg": Kind(msg("JPEG"), light.jpeg, (60, 40, 25, 15, 8), False),
    "saturation": Kind(msg("Saturation"), light.saturation, (0.6, 0.3, 0.0, 2.0, 4.0), False),
    "occlusion": Kind(msg("Covered"), marks.occlusion, (0.15, 0.22, 0.3, 0.38, 0.45), False),
    "thick": Kind(msg("Thicker"), shapes.thick, (0.3, 0.6, 1.0, 1.5, 2.0), False, False),
    "thin": Kind(msg("Thinner"), shapes.thin, (0.2, 0.4, 0.6, 0.8, 1.0), False, False),
    "inverted": Kind(msg("Inverted"), light.inverted, (0.2, 0.4, 0.6, 0.8, 1.0), False, False),
}


def usual(channels: int) -> tuple[str, ...]:
    """Return the kinds that are measured by default: MNIST-C's for grey, others for colour."""
    return tuple(
        name
        for name, kind in KINDS.items()
        if (kind.for_grey if channels == 1 else kind.for_colour)
    )


def check_kind(name: str) -> None:
    """Check that there is a kind of change of this name.

    Raises:
        ConfigError: there is none.
    """
    if name not in KINDS:
        known = ", ".join(KINDS)
        near = did_you_mean(name, list(KINDS))
        raise ConfigError(f"kind must be one of {known}, got {said(name)}{near}")


def changed(images: Tensor, kind: str, strength: int, seed: int = 0) -> Tensor:
    """Return images (N, C, H, W) uint8 on the CPU under a change; the same for the same seed.

    Raises:
        ConfigError: there is no such kind or strength.
    """
    check_kind(kind)
    if type(strength) is not int or not 1 <= strength <= STRENGTHS:
        raise ConfigError(f"strength must be 1 to {STRENGTHS}, got {said(strength)}")
    found = KINDS[kind]
    amount = found.strengths[strength - 1] * (images.shape[3] / 28 if found.in_pixels else 1)
    generator = torch.Generator().manual_seed(seed)
    made = found.change(images.float() / 255, amount, generator)
    return (made.clamp(0, 1) * 255).round().byte()
