"""Three linear layers, the baseline."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.base import Classifier
from dpn.models.config import ModelConfig


class MLP(Classifier):
    """Linear, ReLU, linear, ReLU, linear: the baseline.

    It is trained on its logits. ``ModelConfig.double_softmax`` puts a softmax before the loss,
    which applies a second one: gradients fade and training slows down.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        channels, height, width = config.image_shape
        self.fc1 = nn.Linear(channels * height * width, config.hidden)
        self.fc2 = nn.Linear(config.hidden, config.hidden)
        self.fc3 = nn.Linear(config.hidden, config.classes)

    def summary(self, images: Tensor) -> Tensor:
        """Return the last hidden layer (B, hidden)."""
        x = self.normalise(images).flatten(1)
        x = F.relu(self.fc1(x))
        return F.relu(self.fc2(x))

    def read(self, summary: Tensor) -> Tensor:
        """Return logits (B, K)."""
        return self.fc3(summary)  # type: ignore[no-any-return]
