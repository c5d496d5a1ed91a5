"""The same recursion on the rows of a residual encoder's feature map."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.config import MOST_POOLINGS, ModelConfig
from dpn.models.dpn import DPN


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
