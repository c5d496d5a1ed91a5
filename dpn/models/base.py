"""What all classifiers share: what becomes of their input, and the shape contract."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.config import ModelConfig
from dpn.sampling.spread import spread

#: Training images that mean and std are of, spread over all.
MOST_MEASURED = 10_000


class Classifier(nn.Module, ABC):
    """Base: what becomes of the input, which is images unless a model says otherwise."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        if config.world != "picture":
            return
        self.register_buffer("mean", torch.zeros(config.channels, 1, 1))
        self.register_buffer("std", torch.ones(config.channels, 1, 1))

    @abstractmethod
    def summary(self, images: Tensor) -> Tensor:
        """Return what the last layer reads of images (B, C, H, W), (B, F)."""

    @abstractmethod
    def read(self, summary: Tensor) -> Tensor:
        """Return the logits (B, K) that the last layer reads from a summary (B, F)."""

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (B, K)."""
        return self.read(self.summary(images))

    def feature_map(self, images: Tensor) -> Tensor:
        """Return what is read of each place of images (B, C, H, W): here their pixels."""
        return images

    def summary_of(self, features: Tensor) -> Tensor:
        """Return the summary (B, F) of images by their ``feature_map``."""
        return self.summary(features)

    def prepared(self, batch: Tensor) -> Tensor:
        """Return what ``forward`` takes of a batch as data sets hold it: of images 0..1."""
        return batch.to(torch.float32) / 255

    def example(self) -> Tensor:
        """Return one input, to count with: of images (1, C, H, W)."""
        return torch.empty(1, *self.config.image_shape)

    def fits(self, weights: Mapping[str, Tensor]) -> bool:
        """Return whether these are weights of this model, in names, shapes and types."""
        found = {name: (weight.shape, weight.dtype) for name, weight in weights.items()}
        state = self.state_dict()
        return found == {name: (value.shape, value.dtype) for name, value in state.items()}

    def begin_step(self, done: float) -> None:
        """Take note of how much of a training is done, 0..1, before each of its steps."""

    def loss(self, logits: Tensor, labels: Tensor, smoothing: float) -> tuple[Tensor, Tensor]:
        """Return the loss of a batch, and the share of right answers.

        Args:
            logits: what ``forward`` returned.
            labels: as data sets hold them, (B,).
            smoothing: share of the target spread over all classes.
        """
        right = (logits.argmax(dim=1) == labels).float().mean()
        return F.cross_entropy(logits, labels, label_smoothing=smoothing), right

    def normalise(self, images: Tensor) -> Tensor:
        """Return (images − mean) / std, (B, C, H, W)."""
        return (images - self.mean) / self.std

    def begin(self, images: Tensor, labels: Tensor) -> None:  # noqa: ARG002 - some need the labels
        """Set what depends on the training data before the first step; both as data sets have."""
        self.fit_normalisation(images)

    def fit_normalisation(self, images: Tensor) -> None:
        """Set mean and std, each (C, 1, 1), from training images (N, C, H, W), uint8 0..255.

        Grey images keep a mean of 0: their ground stays exactly 0, so that empty paper neither
        adds to a score nor takes from it.
        """
        sample = images[spread(len(images), MOST_MEASURED)].to(torch.float32) / 255
        if self.config.channels == 3:
            self.mean.copy_(sample.mean(dim=(0, 2, 3)).view(-1, 1, 1))
        scale = (sample - self.mean.to(sample.device)).square().mean(dim=(0, 2, 3)).sqrt()
        self.std.copy_(scale.clamp(min=1e-3).view(-1, 1, 1))


def normal(*shape: int, times: float = 1.0, over: float = 1.0) -> Tensor:
    """Return standard normal numbers, multiplied and divided; on "meta" their shape alone.

    There torch's own ``randn`` and its arithmetic would import torch._dynamo and SymPy: a second,
    and 70 MB.
    """
    numbers = torch.empty(*shape)
    return numbers if numbers.is_meta else numbers.normal_().mul_(times).div_(over)
