"""What is asked of an account: which images, which class, and set against which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from dpn.errors import ConfigError, ImageError
from dpn.explain.explanation import RUNNER_UP

Classes = int | npt.ArrayLike | Tensor


@dataclass(frozen=True)
class Asked:
    """Which score of each image: target and contrast, (B,) int64 where they were given."""

    target: Tensor | None
    contrast: Tensor | None
    runner_up: bool

    def of(self, rows: slice) -> Asked:
        """Return the question about some of the images."""
        target, contrast = (x if x is None else x[rows] for x in (self.target, self.contrast))
        return Asked(target, contrast, self.runner_up)

    def ask(self, logits: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return how the score reads the logits, (B, K) of 1, −1 and 0, and what was asked."""
        target = logits.argmax(dim=1) if self.target is None else self.target.to(logits.device)
        ones = torch.ones_like(logits[:, :1])
        reading = torch.zeros_like(logits).scatter(1, target.unsqueeze(1), ones)
        asked = {"target": target, "logits": logits}
        contrast = self.contrast
        if self.runner_up:
            contrast = logits.masked_fill(reading > 0, -torch.inf).argmax(dim=1)
        if contrast is not None:
            asked["contrast"] = contrast = contrast.to(logits.device)
            reading = reading.scatter_add(1, contrast.unsqueeze(1), -ones)
        return reading, {**asked, "score": (reading * logits).sum(dim=1)}


def check_images(images: npt.NDArray[Any] | Tensor, shape: tuple[int, int, int]) -> Tensor:
    """Return images (B, C, H, W) as a tensor, uint8 or float."""
    x = images.detach() if isinstance(images, Tensor) else torch.from_numpy(np.array(images))
    if x.shape[1:] != shape or len(x) == 0:
        wanted = f"(B, {', '.join(map(str, shape))}) with B >= 1"
        raise ImageError(f"images must have the shape {wanted}, got {tuple(x.shape)}")
    if x.dtype == torch.uint8:
        return x
    if not x.is_floating_point():
        raise ImageError(f"images must be uint8 or float, got {x.dtype}; convert them to uint8")
    low, high = float(x.min()), float(x.max())
    if not (low >= 0 and high <= 1):  # NaN as well
        raise ImageError(
            f"images of floats must lie in 0..1, got {low:g}..{high:g}; for 0..255 use uint8"
        )
    return x


def check_classes(name: str, value: Classes | None, images: int, classes: int) -> Tensor | None:
    """Return one class for each image, (B,) int64, or None."""
    if value is None:
        return None
    labels = value.cpu().numpy() if isinstance(value, Tensor) else np.asarray(value)
    fits = labels.dtype.kind in "ui" and labels.shape in ((), (images,))
    if not fits or labels.min() < 0 or labels.max() >= classes:
        word = f", or {RUNNER_UP!r}" if name == "contrast" else ""
        raise ConfigError(
            f"{name} must be a class 0..{classes - 1}, or {images} of them{word}, got {value!r}"
        )
    return torch.from_numpy(np.broadcast_to(labels, (images,)).astype(np.int64))
