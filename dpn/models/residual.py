"""The same recursion on the rows of a residual encoder's feature map."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.config import MOST_POOLINGS, ModelConfig
from dpn.models.dpn import DPN


class Scaling(nn.Module):
    """x · weight / rms(x), a channel: batch normalisation that adds and subtracts nothing.

    While training rms² is the mean square of the batch, and its moving average afterwards; so in
    eval mode it is linear, where batch normalisation is affine. Source: S. Mohan et al., "Robust
    and interpretable blind image denoising via bias-free CNNs", ICLR 2020, who take the deviation.
    """

    momentum, eps = 0.1, 1e-5

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.running_square: Tensor
        self.register_buffer("running_square", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Return a map of the same shape (B, C, H, W)."""
        square = self.running_square
        if self.training:
            square = self.mean_square(x.float())  # of many thousands, which bfloat16 would round
            with torch.no_grad():
                self.running_square.lerp_(square, self.momentum)
        scale = torch.rsqrt(square + self.eps) * self.weight
        return x * scale.to(x.dtype).view(1, -1, 1, 1)

    def mean_square(self, x: Tensor) -> Tensor:
        """Return the mean square (C,) of each channel of a batch (B, C, H, W)."""
        return x.square().mean(dim=(0, 2, 3))


class ResidualBlock(nn.Module):
    """x + conv(relu(bn(conv(relu(bn(x)))))): pre-activation (He et al., ECCV 2016)."""

    def __init__(self, inputs: int, outputs: int, halve: bool, norm: type[nn.Module]) -> None:
        super().__init__()
        stride = 2 if halve else 1
        self.bn1 = norm(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn2 = norm(outputs)
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

    def __init__(self, inputs: int, outputs: int, halve: bool, norm: type[nn.Module]) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        # In an odd map the last row and column are pooled, too.
        self.pool = nn.MaxPool2d(2, ceil_mode=True) if halve else nn.Identity()
        self.bn1 = norm(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = norm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outputs, H, W), or of ⌈H/2⌉ and ⌈W/2⌉ where the map is halved."""
        y = F.relu(self.bn1(self.pool(self.conv1(x))))
        return y + F.relu(self.bn2(self.conv2(y)))


class ResidualDPN(DPN):
    """The recursion on the feature map of a residual encoder (He et al., CVPR 2016).

    A 3x3 stem of C channels, then blocks. In the "strided" encoder all blocks have 2·C, and the map
    is halved twice, in the stem and the first block or, where the stem's stride is 1, in the first
    two blocks: 28x28 pixels become 7 rows of 7 cells. In the "pooled" encoder each of the first
    three blocks halves the map and doubles the channels. In eval mode both are piecewise linear,
    and without ``encoder_bias`` nothing is added on the way.
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
        norm = nn.BatchNorm2d if config.encoder_bias else Scaling
        kind = PooledBlock if pooled else ResidualBlock
        halving = config.halvings - (stem == 2)  # so many of the blocks
        self.blocks = nn.Sequential(
            *(kind(widths[i], widths[i + 1], i < halving, norm) for i in range(count))
        )
        self.norm = nn.Identity() if pooled else norm(widths[-1])
        # Channels side by side: convolutions and normalisation take a fifth less time for a step.
        self.to(memory_format=torch.channels_last)

    def feature_map(self, images: Tensor) -> Tensor:
        """Return (B, C, ⌈H/2^h⌉, ⌈W/2^h⌉), non-negative, of h halvings."""
        features = F.relu(self.norm(self.blocks(self.stem(self.normalise(images)))))
        # The recursion adds n steps up: it keeps the full precision of the weights.
        return features.to(self.R.dtype)
