"""What leads a model astray most easily: changes along the gradient of its own scores.

FGSM (I. Goodfellow, J. Shlens, C. Szegedy, "Explaining and Harnessing Adversarial Examples", ICLR
2015) takes one step, PGD (A. Madry et al., "Towards Deep Learning Models Resistant to Adversarial
Attacks", ICLR 2018) several from a random start. Both climb by how far the best wrong class is
ahead (N. Carlini, D. Wagner, 2017), whose slope does not fade where a model is sure.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from dpn.errors import ConfigError, did_you_mean, said
from dpn.language import msg
from dpn.models.base import Classifier

NORMS = ("linf", "l2")
#: Images that are attacked at once.
AT_ONCE = 50
#: So much of a grey level is lost where numbers are rounded.
ALMOST = 1e-4


@dataclass(frozen=True)
class Attack:
    """One way to lead a model astray.

    Attributes:
        words: what it is called on the screen.
        norm: "linf" (the pixel that changes most) or "l2" (the length of the whole change).
        steps: steps along the gradient; of 1 it starts from the image itself.
        for_grey, for_colour: radii for the strengths 1 to 5; pixels are 0..1.
    """

    words: str
    norm: str
    steps: int
    for_grey: tuple[float, ...]
    for_colour: tuple[float, ...]


_GREY, _COLOUR = (0.02, 0.05, 0.1, 0.2, 0.3), tuple(levels / 255 for levels in (1, 2, 4, 8, 16))
ATTACKS: dict[str, Attack] = {
    "fgsm": Attack(msg("One step uphill"), "linf", 1, _GREY, _COLOUR),
    "pgd": Attack(msg("Attack, each pixel a little"), "linf", 20, _GREY, _COLOUR),
    "pgd_l2": Attack(
        msg("Attack, in all a little"),
        "l2",
        20,
        (0.5, 1.0, 1.5, 2.0, 3.0),
        (0.1, 0.25, 0.5, 1.0, 2.0),
    ),
}


def check_attack(name: str) -> None:
    """Check that there is an attack of this name.

    Raises:
        ConfigError: there is none.
    """
    if name not in ATTACKS:
        hint = did_you_mean(name, list(ATTACKS))
        raise ConfigError(f"attack must be one of {', '.join(ATTACKS)}, got {said(name)}{hint}")


def radii(name: str, channels: int) -> tuple[float, ...]:
    """Return the radii of an attack's strengths 1 to 5 on grey or colour images."""
    check_attack(name)
    return ATTACKS[name].for_grey if channels == 1 else ATTACKS[name].for_colour


def attacking(
    model: Classifier, images: Tensor, labels: Tensor, name: str, radius: float, seed: int = 0
) -> Iterator[Tensor]:
    """Yield images that a model is attacked with, ``AT_ONCE`` at a time, uint8 on the CPU.

    A change is of whole grey levels, so that each is a picture that can be kept as a file, and no
    further than the radius.

    Args:
        model: in eval mode, on any device; not changed.
        images: (N, C, H, W) uint8 on the CPU.
        labels: (N,), which it should not answer.
        name: one of ``ATTACKS``.
        radius: in the attack's norm, pixels 0..1.
        seed: of the random starts.
    """
    check_attack(name)
    attack, device = ATTACKS[name], model.mean.device
    generator = torch.Generator().manual_seed(seed)
    for part, of in zip(torch.split(images, AT_ONCE), torch.split(labels, AT_ONCE), strict=True):
        x = (part.float() / 255).to(device)
        start = generator if attack.steps > 1 else None
        moved = led_astray(model, x, of.to(device), radius, attack.norm, attack.steps, start)
        yield (part + _whole_levels((moved - x).cpu() * 255, radius * 255, attack.norm)).byte()


def _whole_levels(change: Tensor, radius: float, norm: str) -> Tensor:
    """Return a change (N, C, H, W) in whole levels: cut, and in "l2" brought back to its length.

    There a small radius on a large image is less than a level a pixel, and all would be cut to
    none: those pixels go one level further that gain most for their length, as many as fit in.
    """
    if norm == "linf":  # rounding is no reason to cut a pixel that goes all the way
        is_all = change.abs() > radius - ALMOST
        return torch.where(is_all, change.sign() * math.floor(radius + ALMOST), change.trunc())
    whole = (change + ALMOST * change.sign()).trunc()
    short, flat = change.flatten(1).abs(), whole.flatten(1)
    costs = 2 * flat.abs() + 1  # of one level more, in squared length
    gains = torch.where(short > flat.abs() + ALMOST, short / costs, 0)
    order = gains.argsort(dim=1, descending=True, stable=True)
    left = radius**2 - flat.square().sum(dim=1, keepdim=True)
    fits = (costs.gather(1, order).cumsum(dim=1) <= left) & (gains.gather(1, order) > 0)
    more = torch.zeros_like(flat).scatter(1, order, fits.float())
    return whole + more.view_as(whole) * change.sign()


def led_astray(
    model: Classifier,
    x: Tensor,
    labels: Tensor,
    radius: float,
    norm: str,
    steps: int,
    generator: torch.Generator | None,
) -> Tensor:
    """Return images (N, C, H, W) in 0..1 moved by at most ``radius`` where a model errs most.

    Of all places it has been at it returns for each image the one where the best wrong class is
    furthest ahead.

    Args:
        model: in eval mode, on the device of the images; not changed.
        x: images in 0..1.
        labels: (N,), the classes that are to be left.
        radius: see ``norm``; pixels 0..1.
        norm: one of ``NORMS``.
        steps: along the slope.
        generator: of a random start, on the CPU; None to start from the image itself.
    """
    change = torch.zeros_like(x)
    if generator:
        chance = torch.rand(x.shape, generator=generator).to(x.device) * 2 - 1
        change = _within(x, radius * chance, radius, norm)
    stride = radius * (2.5 / steps if steps > 1 else 1.25 if generator else 1)
    best, lead = change, torch.full((len(x),), -torch.inf, device=x.device)
    for step in range(steps + 1):
        ahead, slope = _lead(model, x + change, labels, sloped=step < steps)
        better = ahead > lead
        lead = torch.where(better, ahead, lead)
        best = torch.where(better.view(-1, 1, 1, 1), change, best)
        if slope is not None:
            uphill = slope.sign() if norm == "linf" else slope / _lengths(slope).clamp(min=1e-12)
            change = _within(x, change + stride * uphill, radius, norm)
    return x + best


def _lead(
    model: Classifier, x: Tensor, labels: Tensor, *, sloped: bool
) -> tuple[Tensor, Tensor | None]:
    """Return how far the best other class is ahead of the labels, and its slope in the pixels."""
    with torch.enable_grad():
        x = x.detach().requires_grad_(sloped)
        logits = model(x)
        of = torch.nn.functional.one_hot(labels, logits.shape[1]).bool()
        ahead = logits.masked_fill(of, -torch.inf).amax(dim=1) - logits[of]
        slope = torch.autograd.grad(ahead.sum(), x)[0] if sloped else None
    return ahead.detach(), slope


def _within(x: Tensor, change: Tensor, radius: float, norm: str) -> Tensor:
    """Return the change held to the radius, and the image to 0..1."""
    if norm == "linf":
        change = change.clamp(-radius, radius)
    else:
        change = change * (radius / _lengths(change).clamp(min=radius))
    return (x + change).clamp(0, 1) - x


def _lengths(change: Tensor) -> Tensor:
    return sizes(change, "l2").view(-1, 1, 1, 1)


def sizes(change: Tensor, norm: str) -> Tensor:
    """Return the size (N,) of changes in a norm."""
    order = math.inf if norm == "linf" else 2.0
    found: Tensor = torch.linalg.vector_norm(change.flatten(1), order, dim=1)
    return found
