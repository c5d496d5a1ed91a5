"""Pictures that are none of a data set's classes, made by rule to teach doubt with.

Drawings of random strokes, and training images put together or turned as none of the classes is. A
few look like one of the classes all the same: they are few beside the training images that do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from dpn.doubt.curves import along, long_curves

#: Strokes a drawing at most, points a stroke.
STROKES, POINTS = 5, 9
#: Drawings made together, at most; and distances from a pixel to a segment, of all of them, which
#: take 200 MB: 250 drawings of 28x28 pixels.
TOGETHER, DISTANCES = 250, 250 * 28 * 28 * STROKES * (POINTS - 1)


@dataclass(frozen=True)
class Ink:
    """How figures stand in a set's images, each colour (C,) of 0..1; None in a photo has ink.

    Attributes:
        ground: the even ground.
        ink: full ink.
        share: the longer side of the box around a figure, of the image's shorter side.
    """

    ground: Tensor
    ink: Tensor
    share: float


def drawings(count: int, height: int, width: int, ink: Ink, generator: torch.Generator) -> Tensor:
    """Return random strokes (count, C, H, W), float 0..1, centred by mass as figures stand."""
    starts, ends = _curves(count, generator)
    side = min(height, width)
    half = (0.6 + 1.7 * torch.rand(count, generator=generator) ** 1.3) * side / 28
    return _draw(starts, ends, half, height, width, ink)


def tents(count: int, height: int, width: int, ink: Ink, generator: torch.Generator) -> Tensor:
    """Return two legs that meet at the top, or nearly, and a bar, as in an A; as ``drawings``.

    A digit of a closed loop above a stem is near: a 4, or a 9.
    """

    def rand(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, generator=generator)

    gap = rand(-0.1, 0.14).clamp(min=0)
    apex = 0.5 + rand(-0.1, 0.1)
    tops = [torch.stack([apex + way * gap, rand(0, 0.03)], dim=1) for way in (-1, 1)]
    feet = [
        torch.stack([0.5 + way * rand(0.22, 0.6), 1 + rand(-0.06, 0.06)], dim=1) for way in (-1, 1)
    ]
    height_of_bar = rand(0.4, 0.78)
    ends = [
        top.lerp(foot, (height_of_bar + rand(-0.06, 0.06))[:, None])
        for top, foot in zip(tops, feet, strict=True)
    ]
    over = rand(0, 0.15)[:, None] * (ends[1] - ends[0])
    begins = torch.stack([tops[0], tops[1], ends[0] - over, tops[0]], dim=1)
    stops = torch.stack([feet[0], feet[1], ends[1] + over, tops[1]], dim=1)
    half = rand(0.6, 2.0) * min(height, width) / 28
    return _draw(begins, stops, half, height, width, ink)


def _draw(starts: Tensor, ends: Tensor, half: Tensor, height: int, width: int, ink: Ink) -> Tensor:
    """Draw segments (N, M, 2) with a pen of half a width (N,) in pixels, a few drawings at once."""
    most = max(1, min(TOGETHER, DISTANCES // (height * width * starts.shape[1])))
    parts = [slice(at, at + most) for at in range(0, len(starts), most)]
    return torch.cat([_drawn(starts[p], ends[p], half[p], height, width, ink) for p in parts])


def _drawn(starts: Tensor, ends: Tensor, half: Tensor, height: int, width: int, ink: Ink) -> Tensor:
    low = torch.minimum(starts, ends).amin(dim=1)
    high = torch.maximum(starts, ends).amax(dim=1)
    room = (ink.share * min(height, width) - 2 * half).clamp(min=1)
    scale = (room / (high - low).amax(dim=1).clamp(min=1e-3)).view(-1, 1, 1)
    starts, ends = starts * scale, ends * scale
    lengths = (ends - starts).norm(dim=2, keepdim=True) + 1e-3
    centre = ((starts + ends) / 2 * lengths).sum(dim=1) / lengths.sum(dim=1)
    a, d = starts - centre[:, None], ends - starts
    y, x = torch.meshgrid(
        torch.arange(height) + 0.5 - height / 2,
        torch.arange(width) + 0.5 - width / 2,
        indexing="ij",
    )
    pixels = torch.stack([x, y], dim=-1).view(-1, 2)
    # The squared distance of a pixel p to a + u·d, u in 0..1 where it is least.
    square = d.square().sum(dim=2).clamp(min=1e-6)[:, None]
    along = pixels @ d.transpose(1, 2) - (a * d).sum(dim=2)[:, None]
    u = (along / square).clamp(0, 1)
    away = pixels.square().sum(dim=1)[None, :, None] - 2 * pixels @ a.transpose(1, 2)
    away = away + a.square().sum(dim=2)[:, None] - 2 * u * along + u.square() * square
    nearest = away.amin(dim=2).clamp(min=0).sqrt()
    mask = (half[:, None] - nearest + 0.5).clamp(0, 1).view(-1, 1, height, width)
    way = (ink.ink - ink.ground).view(-1, 1, 1)
    return torch.lerp(ink.ground.view(-1, 1, 1), ink.ground.view(-1, 1, 1) + way, mask)


def _curves(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return where the segments of each drawing start and end, both (count, M, 2)."""

    def rand(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    shape = (count, STROKES)
    t = torch.linspace(0, 1, POINTS)

    neat = torch.where(rand(count, 1, 1, 1) < 0.5, 1.0, 0.4)

    def polyline(corners: int, *, closed: bool = False) -> Tensor:
        points = rand(*shape, corners, 2)
        snapped = torch.round(points * 2) / 2  # to corners and middles, as in letters and boxes
        points = torch.where(rand(*shape, corners, 1) < neat, snapped, points)
        if closed:
            points = torch.cat([points, points[:, :, :1]], dim=2)
        return along(points, t)

    sweep = (rand(*shape, 1) * 2 - 1) * 2 * math.pi
    sweep = torch.where(rand(*shape, 1) < 0.25, torch.sign(sweep) * 2 * math.pi, sweep)
    angle = rand(*shape, 1) * 2 * math.pi + sweep * t
    arc = torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)
    arc = rand(*shape, 1, 2) + (0.15 + 0.4 * rand(*shape, 1, 2)) * arc
    triangle, box = polyline(3, closed=True), polyline(4, closed=True)
    at, to = rand(2, *shape, 2)  # opposite corners of a box that is true
    turn = torch.tensor([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    true = along(torch.where(turn > 0, to[..., None, :], at[..., None, :]), t)
    box = torch.where(rand(*shape, 1, 1) < 0.5, true, box)
    loop = torch.where(rand(*shape, 1, 1) < 0.5, triangle, box)
    choices = torch.stack([polyline(2), polyline(3), polyline(4), arc, loop])
    kind = torch.randint(len(choices), shape, generator=generator).view(1, *shape, 1, 1)
    points = choices.gather(0, kind.expand(1, -1, -1, POINTS, 2))[0]
    dabs = rand(count, 1, 1, 1) < 0.08
    points = torch.where(
        dabs, rand(*shape, 1, 2) + 0.12 * (points - points.mean(dim=2, keepdim=True)), points
    )
    joined = (rand(*shape) < 0.6) & ~dabs.view(-1, 1)
    rows = torch.arange(count)
    for stroke in range(1, STROKES):  # begins where one before it has a point
        before = points[:, :stroke].flatten(1, 2)
        at = before[rows, torch.randint(before.shape[1], (count,), generator=generator)]
        moved = points[:, stroke] + (at - points[:, stroke, 0])[:, None]
        points[:, stroke] = torch.where(joined[:, stroke, None, None], moved, points[:, stroke])
    used = torch.randint(1, STROKES + 1, (count, 1), generator=generator)
    used = torch.where(rand(count, 1) < 0.15, 1, used)
    drawn = (torch.arange(STROKES) < used).view(count, STROKES, 1, 1)
    points = torch.where(drawn, points, points[:, :1, :1])
    # In some, strokes come back mirrored: many signs are alike on both sides.
    twin = points[:, [0, 1, 0, 1, 4]].clone()
    middle = points[:, :2].amax(dim=(1, 2))[:, 0].view(-1, 1, 1)
    twin[:, 2:4, :, 0] = 2 * torch.where(rand(count, 1, 1) < 0.6, middle, 0.5) - twin[:, 2:4, :, 0]
    points = torch.where(rand(count, 1, 1, 1) < 0.3, twin, points)
    starts, ends = (part.flatten(1, 2) for part in (points[:, :, :-1], points[:, :, 1:]))
    special = rand(count).view(-1, 1, 1)
    bounds = (0, 0.03, 0.06, 0.14, 0.24, 0.29)
    for low, high, curve in zip(
        bounds[:-1], bounds[1:], long_curves(count, starts.shape[1] + 1, rand), strict=True
    ):
        chosen = (special >= low) & (special < high)
        starts, ends = (
            torch.where(chosen, new, old)
            for new, old in ((curve[:, :-1], starts), (curve[:, 1:], ends))
        )
    stretch, turn = torch.exp(rand(count) * 1.2 - 0.6).sqrt(), rand(count) * 0.5 - 0.25
    slant = rand(count) * 0.4 - 0.2
    across = torch.stack([stretch * turn.cos(), slant - turn.sin()], dim=-1)
    down = torch.stack([turn.sin(), turn.cos() / stretch], dim=-1)
    form = torch.stack([across, down], dim=-2)
    return starts @ form, ends @ form


def mixtures(
    images: Tensor, labels: Tensor, count: int, ink: Ink | None, generator: torch.Generator
) -> Tensor:
    """Return about ``count`` pictures (M, C, H, W) made of images (N, C, H, W), float 0..1.

    Halves of two classes joined, two laid over each other, two or three side by side, turned ones
    and mirrored ones (photos are not mirrored left to right: they stay what they are), and noise.
    """

    def rand(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    ground = ink.ground.view(-1, 1, 1) if ink else images.new_zeros(1, 1, 1)
    way = (ink.ink - ink.ground).view(-1, 1, 1) if ink else images.new_ones(1, 1, 1)
    way = torch.where(way.abs() < 1 / 255, 1.0, way)  # a channel without ink stays as it is

    def some(share: float) -> tuple[Tensor, Tensor]:
        index = torch.randint(len(images), (max(1, round(count * share)),), generator=generator)
        return (images[index] - ground) / way, labels[index]

    height, width = images.shape[2:]
    made = []
    for dim, side in ((2, height), (3, width)):
        (a, of_a), (b, of_b) = some(0.16), some(0.16)
        cut = (0.35 + 0.3 * rand(len(a), 1, 1, 1)) * side
        line = torch.arange(side).view([-1 if d == dim else 1 for d in range(4)])
        made.append(torch.where(line < cut, a, b)[of_a != of_b])
    (a, _), (b, _) = some(0.08), some(0.08)
    b = _placed(b, torch.ones(len(b)), 0.4 * rand(len(b)) - 0.2, 0.4 * rand(len(b)) - 0.2)
    made.append(torch.maximum(a, b) if ink else (a + b) / 2)
    if ink:
        made.append(some(0.08)[0].flip(3))
    made += [some(0.06)[0].flip(2), some(0.06)[0].flip(2, 3)]
    if height == width:
        made += [some(0.06)[0].transpose(2, 3), some(0.06)[0].transpose(2, 3).flip(2)]
    for share, size, more, out in ((0.12, 0.45, 0.2, 0.27), (0.06, 0.3, 0.12, 0.45)):
        a, _ = some(share)
        scale, apart = size + more * rand(len(a)), out + 0.15 * rand(len(a))
        row = torch.maximum(_placed(a, scale, -apart), _placed(some(share)[0], scale, apart))
        made.append(
            torch.maximum(row, _placed(some(share)[0], scale, 0 * apart)) if out > 0.4 else row
        )
    blank, _ = some(0.06)
    noise = F.interpolate(rand(len(blank), blank.shape[1], 7, 7), (height, width), mode="bicubic")
    noise = (noise - 0.5) * (1 + 3 * rand(len(blank), 1, 1, 1)) + 0.4 + 0.2 * rand(*blank.shape)
    inside = [round(side * (1 - ink.share) / 2) if ink else 0 for side in (width, height)]
    frame = F.pad(
        torch.ones(1, 1, height - 2 * inside[1], width - 2 * inside[0]),
        [inside[0], inside[0], inside[1], inside[1]],
    )
    made.append(noise.clamp(0, 1) * frame)
    return (torch.cat(made) * way + ground).clamp(0, 1)


def _placed(images: Tensor, scale: Tensor, across: Tensor, down: Tensor | None = None) -> Tensor:
    """Return images, ground 0, made smaller by (N,) and moved by (N,), in halves of a side."""
    theta = torch.zeros(len(images), 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = 1 / scale
    theta[:, 0, 2] = -across / scale
    if down is not None:
        theta[:, 1, 2] = -down / scale
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)
