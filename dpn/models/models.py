"""Three classifiers from one ``ModelConfig``.

    DPN          logits = W D_n + w0, the recursion on raw pixels
    ResidualDPN  the same recursion on the rows of a residual encoder's feature map
    MLP          three linear layers, the baseline

All take images (B, C, H, W), float in 0..1, and return logits (B, K). They normalise inside, with
``mean`` and ``std`` kept among the weights, so that training and use cannot disagree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.config import MOST_POOLINGS, ModelConfig
from dpn.recursion.operators import OPERATORS
from dpn.recursion.recursion import count_parts, cut, final_value, rewards, transition_matrix


class Classifier(nn.Module, ABC):
    """Base: input normalisation and the shape contract."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", torch.zeros(config.channels, 1, 1))
        self.register_buffer("std", torch.ones(config.channels, 1, 1))

    @abstractmethod
    def summary(self, images: Tensor) -> Tensor:
        """Return what the last layer reads of images (B, C, H, W), (B, F)."""

    def normalise(self, images: Tensor) -> Tensor:
        """Return (images − mean) / std, (B, C, H, W)."""
        return (images - self.mean) / self.std

    def fit_normalisation(self, images: Tensor) -> None:
        """Set mean and std, each (C, 1, 1), from training images (N, C, H, W), uint8 0..255.

        Grey images keep a mean of 0: their ground stays exactly 0, so that empty paper neither
        adds to a score nor takes from it.
        """
        sample = images[:10_000].to(torch.float32) / 255
        if self.config.channels == 3:
            self.mean.copy_(sample.mean(dim=(0, 2, 3)).view(-1, 1, 1))
        scale = (sample - self.mean.to(sample.device)).square().mean(dim=(0, 2, 3)).sqrt()
        self.std.copy_(scale.clamp(min=1e-3).view(-1, 1, 1))


class DPN(Classifier):
    """The recursion on parts cut from the pixels."""

    def __init__(self, config: ModelConfig, map_shape: tuple[int, int, int] | None = None) -> None:
        super().__init__(config)
        channels, height, width = map_shape or config.image_shape
        size = min(config.part_size, max(height, width))
        n = count_parts(height, width, config.parts, size)
        with torch.device("meta"):
            k = cut(torch.empty(1, channels, height, width), config.parts, size).shape[2]
        states, actions = config.states, config.decisions
        steps = 1 if config.rewards == "shared" else n
        self.part_count, self.part_size = n, size
        self.R = nn.Parameter(torch.randn(steps, k, actions * states) / (k * n) ** 0.5)
        self.b = nn.Parameter(torch.zeros(steps, actions * states))
        # Near the identity, so that each state first remembers its own value; from dense random
        # transitions the values of all states blur into one and nothing is learned.
        diagonal, noise = (4.0, 0.2) if config.transitions == "stochastic" else (1.0, 0.02)
        identity = torch.eye(states).repeat(1, actions)
        self.P = nn.Parameter(diagonal * identity + noise * torch.randn(states, actions * states))
        self.W = nn.Parameter(torch.randn(config.classes, states) / states**0.5)
        self.w0 = nn.Parameter(torch.zeros(config.classes))

    def feature_map(self, images: Tensor) -> Tensor:
        """Return the map that is cut into parts: here the normalised pixels."""
        return self.normalise(images)

    def parts(self, images: Tensor) -> Tensor:
        """Return I (B, n, k)."""
        return cut(self.feature_map(images), self.config.parts, self.part_size)

    def transitions(self) -> Tensor:
        """Return P (S, A·S) as the recursion uses it."""
        return transition_matrix(self.P, self.config.transitions)

    def summary(self, images: Tensor) -> Tensor:
        """Return the final values D_n (B, S)."""
        r = rewards(self.parts(images), self.R, self.b)
        operator = OPERATORS[self.config.operator]
        return final_value(r, self.transitions(), operator, self.config.temperature)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (B, K)."""
        return F.linear(self.summary(images), self.W, self.w0)


class ResidualBlock(nn.Module):
    """x + conv(relu(bn(conv(relu(bn(x)))))): pre-activation (He et al., ECCV 2016)."""

    def __init__(self, inputs: int, outputs: int, halve: bool) -> None:
        super().__init__()
        stride = 2 if halve else 1
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        same = inputs == outputs and stride == 1
        self.shortcut = None if same else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outputs, H, W), or of ⌈H/2⌉ and ⌈W/2⌉ where the map is halved."""
        active = F.relu(self.bn1(x))
        skip = x if self.shortcut is None else self.shortcut(active)
        out = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return skip + out  # type: ignore[no-any-return]


class PooledBlock(nn.Module):
    """y + relu(bn(conv(y))) of y = relu(bn(pool(conv(x)))).

    The kernels read the map before it is halved, and widen it: what a strided kernel saves, it
    does not see. Source: the layers of D. Page, "How to Train Your ResNet", 2018.
    """

    def __init__(self, inputs: int, outputs: int, halve: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        # In an odd map the last row and column are pooled, too.
        self.pool = nn.MaxPool2d(2, ceil_mode=True) if halve else nn.Identity()
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outputs, H, W), or of ⌈H/2⌉ and ⌈W/2⌉ where the map is halved."""
        y = F.relu(self.bn1(self.pool(self.conv1(x))))
        return y + F.relu(self.bn2(self.conv2(y)))


class ResidualDPN(DPN):
    """The recursion on the feature map of a residual encoder (He et al., CVPR 2016).

    A 3x3 stem of C channels, then blocks. In the "strided" encoder all blocks have 2·C, and the map
    is halved twice, in the stem and the first block or, where the stem's stride is 1, in the first
    two blocks: 28x28 pixels become 7 rows of 7 cells. In the "pooled" encoder each of the first
    three blocks halves the map and doubles the channels. In eval mode both are piecewise linear.
    """

    def __init__(self, config: ModelConfig) -> None:
        narrow, count = config.encoder_channels, config.encoder_blocks
        pooled = config.encoder == "pooled"
        doublings = [min(i, MOST_POOLINGS if pooled else 1) for i in range(count + 1)]
        widths = [narrow * 2**times for times in doublings]
        height, width = (-(-side // 2**config.halvings) for side in (config.height, config.width))
        super().__init__(config, (widths[-1], height, width))
        stem = 1 if pooled else config.stem_stride
        self.stem = nn.Conv2d(config.channels, narrow, 3, stride=stem, padding=1, bias=False)
        kind = PooledBlock if pooled else ResidualBlock
        halving = config.halvings - (stem == 2)  # so many of the blocks
        self.blocks = nn.Sequential(
            *(kind(widths[i], widths[i + 1], halve=i < halving) for i in range(count))
        )
        self.norm = nn.Identity() if pooled else nn.BatchNorm2d(widths[-1])
        # Channels side by side: convolutions and normalisation take a fifth less time for a step.
        self.to(memory_format=torch.channels_last)

    def feature_map(self, images: Tensor) -> Tensor:
        """Return (B, C, ⌈H/2^h⌉, ⌈W/2^h⌉), non-negative, of h halvings."""
        features = F.relu(self.norm(self.blocks(self.stem(self.normalise(images)))))
        # The recursion adds n steps up: it keeps the full precision of the weights.
        return features.to(self.R.dtype)


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

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (B, K)."""
        return self.fc3(self.summary(images))  # type: ignore[no-any-return]


MODELS: dict[str, type[Classifier]] = {"dpn": DPN, "residual": ResidualDPN, "mlp": MLP}


def build_model(config: ModelConfig, seed: int = 0) -> Classifier:
    """Return a freshly initialised model on the CPU; the same seed gives the same weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MODELS[config.model](config)


@lru_cache(maxsize=256)
def model_size(config: ModelConfig) -> tuple[int, int]:
    """Return (trainable parameters, multiply-adds of one image), computed without any data."""
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):
        model = MODELS[config.model](config).eval()
        counter = FlopCounterMode(display=False)
        with counter, torch.no_grad():
            model(torch.empty(1, *config.image_shape))
    parameters = sum(weight.numel() for weight in model.parameters())
    return parameters, counter.get_total_flops() // 2
