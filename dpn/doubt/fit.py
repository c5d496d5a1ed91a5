"""Teaching a model's second read-out which pictures are strangers.

It learns from training images, varied as other hands would, and from pictures that are none of the
classes (outlier exposure: Hendrycks, Mazeika and Dietterich, "Deep Anomaly Detection with Outlier
Exposure", ICLR 2019); the model itself is not changed. The threshold is set on validation images,
of which a share of ``REFUSED`` falls below it. This was chosen by measurement: see "Doubt" in
docs/measurements.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.doubt.known import Doubt, Floats
from dpn.doubt.look import fit_eye
from dpn.doubt.strangers import Ink, drawings, mixtures, tents
from dpn.doubt.turning import theta_of
from dpn.evaluation.evaluate import ask_whole
from dpn.models.base import Classifier

#: Of validation images, the share that may be taken for strangers.
REFUSED = 0.01
#: Validation images below which no threshold for that share can be told: with n images the k-th
#: lowest score has a share of k/(n + 1) below it.
LEAST = round(1 / REFUSED) - 1
#: ``known`` of an image whose score is as low as that of one in twenty of the validation images.
LOW, KNOWN_AT_LOW = 0.05, 0.98


@dataclass(frozen=True)
class Effort:
    """How much is made and learned.

    Attributes:
        images: training images taken.
        drawings: random drawings made, where figures of ink are what a model takes.
        mixtures: pictures made of training images.
        tents: drawings like an A, which the read-out alone is taught: without them models whose
            encoder was trained on lines over digits take one for a 4, and so all models of a set
            keep the same eye.
        hidden: hidden numbers of the read-out.
        steps: batches of 256 that it learns from.
        eye_steps: batches that an eye learns from, for figures of ink; 0 for no eye.
    """

    images: int = 4_000
    drawings: int = 2_500
    mixtures: int = 3_000
    tents: int = 0
    hidden: int = 96
    steps: int = 400
    eye_steps: int = 0


#: After every training: seconds. For the models that are shipped.
QUICK, THOROUGH = Effort(), Effort(40_000, 20_000, 20_000, 4_000, 192, 3_000, 4_500)


def fit_doubt(
    model: Classifier,
    images: Tensor,
    labels: Tensor,
    validation: Tensor,
    ink: Ink | None,
    *,
    seed: int = 0,
    effort: Effort = QUICK,
) -> Doubt | None:
    """Teach doubt of a model; None where there are fewer than ``LEAST`` validation images.

    The same arguments give the same doubt, on one machine with one number of threads.

    Args:
        model: trained, on any device; not changed.
        images: training images (N, C, H, W) uint8, N >= 2, on any device.
        labels: (N,) int64, their classes.
        validation: (M, C, H, W) uint8, images that the model did not learn from.
        ink: how figures stand in them, or None for photos.
        seed: 0 or more.
        effort: how much is made and learned.
    """
    if len(validation) < LEAST:
        return None
    generator = torch.Generator().manual_seed(seed)
    pool = torch.randperm(len(images), generator=generator)[: effort.images]
    own = images[pool.to(images.device)].cpu().float() / 255
    strange = mixtures(own, labels[pool.to(labels.device)].cpu(), effort.mixtures, ink, generator)
    if ink:
        height, width = own.shape[2:]
        drawn = drawings(effort.drawings, height, width, ink, generator)
        # What is turned is blurred a little: if only one side were, the blur would tell.
        own, strange = (_varied(x, ink, generator) for x in (own, torch.cat([strange, drawn])))
    told = strange
    if ink and effort.tents:
        more = tents(effort.tents, height, width, ink, generator)
        told = torch.cat([strange, _varied(more, ink, generator)])
    numbers = [torch.cat(ask_whole(model, (x * 255).round().byte()), 1) for x in (own, told)]
    truth = torch.cat([torch.ones(len(own)), torch.zeros(len(told))])
    doubt = _learn(torch.cat(numbers), truth, effort, generator)
    if ink and effort.eye_steps:
        # Of the images alone, not of the model: two models of one set have the same eye.
        doubt = replace(doubt, eye=fit_eye(own, strange, effort.eye_steps, seed))
    values, logits = (part.numpy() for part in ask_whole(model, validation))
    scores = doubt.score(values, logits, validation.cpu().numpy())
    return _with_threshold(doubt, scores)


def _varied(images: Tensor, ink: Ink, generator: torch.Generator) -> Tensor:
    """Turn, slant, scale and move most of (N, C, H, W), and thicken or thin the ink of some."""
    count = len(images)
    draw = torch.rand(7, count, generator=generator) * 2 - 1
    ground, way = ink.ground.view(-1, 1, 1), (ink.ink - ink.ground).view(-1, 1, 1)
    way = torch.where(way.abs() < 1 / 255, 1.0, way)
    flat = (images - ground) / way
    angle, scale, slant = 0.21 * draw[0], 1 + 0.12 * draw[1], 0.2 * draw[2]
    theta = theta_of(angle, scale, slant, *images.shape[2:])
    theta[:, :, 2] = draw[3:5].t() / 7
    turned = F.grid_sample(
        flat, F.affine_grid(theta, list(flat.shape), align_corners=False), align_corners=False
    )
    turned = torch.where((draw[5] < 0.2).view(-1, 1, 1, 1), turned, flat)  # three in five
    thick = F.max_pool2d(turned, 3, 1, 1)
    thin = -F.max_pool2d(-turned, 3, 1, 1)
    share = torch.rand(count, 1, 1, 1, generator=generator)
    other = torch.where((draw[6] < 0).view(-1, 1, 1, 1), thick, thin)
    some = (draw[6].abs() > 0.65).view(-1, 1, 1, 1)
    return (torch.where(some, turned.lerp(other, 0.7 * share), turned) * way + ground).clamp(0, 1)


def _learn(x: Tensor, truth: Tensor, effort: Effort, generator: torch.Generator) -> Doubt:
    """Fit the read-out to numbers (N, F) of which ``truth`` (N,) are 1, of training images."""
    mean, spread = x.mean(dim=0), x.std(dim=0)
    spread = spread + 0.05 * spread.mean() + 1e-6
    x = (x - mean) / spread
    features, hidden = x.shape[1], effort.hidden
    start = torch.randn(hidden, features, generator=generator) / features**0.5
    w1, b1 = nn.Parameter(start), nn.Parameter(torch.zeros(hidden))
    w2 = nn.Parameter(torch.randn(hidden, generator=generator) / hidden**0.5)
    b2 = nn.Parameter(torch.zeros(()))
    optimizer = torch.optim.AdamW([w1, b1, w2, b2], lr=4e-3, weight_decay=0.02)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=effort.steps)
    with torch.enable_grad():
        for _ in range(effort.steps):
            rows = torch.randint(len(x), (min(256, len(x)),), generator=generator)
            inside = F.relu(F.linear(x[rows], w1, b1))
            kept = torch.rand(inside.shape, generator=generator) < 0.9
            score = (inside * kept / 0.9) @ w2 + b2
            loss = F.binary_cross_entropy_with_logits(score, truth[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            rate.step()
    m, s, a, b, c, d = (value.detach().numpy() for value in (mean, spread, w1, b1, w2, b2))
    nothing, one = (np.array(value, np.float32) for value in (0, 1))
    return Doubt(m, s, a, b, c, d, nothing, one)


def _with_threshold(doubt: Doubt, scores: Floats) -> Doubt:
    """Set threshold and scale by the scores (N,) of validation images."""
    scores = np.sort(scores)
    lowest = int(REFUSED * (len(scores) + 1))
    threshold = scores[lowest - 1]
    low = scores[max(int(LOW * len(scores)), lowest)]
    scale = max((low - threshold) / math.log(KNOWN_AT_LOW / (1 - KNOWN_AT_LOW)), 1e-3)
    return replace(
        doubt, threshold=np.array(threshold, np.float32), scale=np.array(scale, np.float32)
    )
