"""The same recursion on the rows of a residual encoder's feature map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.models.config import MIN_SIDE, ModelConfig
from dpn.models.dpn import DPN

#: Share of a training after which images that are shrunk at first have their whole size.
GROWN = 0.7
#: Sides of shrunk images are multiples of so many pixels: what an encoder halves three times.
STEP = 8
#: encoder -> channels of its stem, of its first block's map, and so on, in times encoder_channels;
#: further blocks have as many as the last.
WIDTHS = {
    "strided": (1, 2),
    "pooled": (1, 2, 4, 8),
    "direct": (1, 2, 4, 8),
    "wide": (1, 2, 8),
}
#: What a state calls the size that images are shrunk to, (2,) int64; one that has grown has none.
READS = "reads"


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


class Shortcut(nn.Conv2d):
    """A kernel of 1x1 that reads the pixels of its stride alone, and is then one without a stride.

    With one, oneDNN (of torch 2.14.1) has wrong gradients, or ends the process, on processors
    without AVX-512 where there are few channels.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outputs, ⌈H/s⌉, ⌈W/s⌉) of x (B, inputs, H, W)."""
        down, across = self.stride
        return F.conv2d(x[:, :, ::down, ::across], self.weight)


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
        self.shortcut = None if same else Shortcut(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outputs, H, W), or of ⌈H/2⌉ and ⌈W/2⌉ where the map is halved."""
        active = F.relu(self.bn1(x))
        skip = x if self.shortcut is None else self.shortcut(active)
        out = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return skip + out  # type: ignore[no-any-return]


class PooledBlock(nn.Module):
    """y + relu(bn(conv(y))) of y = relu(bn(pool(conv(x)))), or of relu(bn(pool(x))).

    The kernels read the map before it is halved, and widen it: what a strided kernel saves, it
    does not see. Source: the layers of D. Page, "How to Train Your ResNet", 2018.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        halve: bool,
        norm: type[nn.Module],
        widened: bool = False,
    ) -> None:
        super().__init__()
        wide = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.conv1 = nn.Identity() if widened else wide
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
    three blocks halves the map and doubles the channels. In eval mode all are piecewise linear,
    and without ``encoder_bias`` nothing is added on the way.

    Nothing stands between the stem of "pooled" and the first block's kernels: together they are
    linear, of 5x5 pixels. In "direct" they are one layer, which is half as many operations. In
    "wide" the second block is as wide as the third (as in K. Jordan, "94% on CIFAR-10 in 3.29
    seconds on a single GPU", 2024): most of what it learns is learned on the halved map.

    With a ``first_size`` below 1 a training begins on shrunk images: what is coarse is learned at a
    fraction of the cost (progressive resizing, of fast.ai's entry to DAWNBench, 2018). They are
    shrunk here, so that a half-trained model answers as well as it has learned to, and as this is
    linear its answers are accounted for as exactly.

    Attributes:
        map_size: (height, width) of the map that the recursion reads, in cells.
        reads: (height, width) in pixels that images are shrunk to, or None.
    """

    def __init__(self, config: ModelConfig) -> None:
        narrow, count = config.encoder_channels, config.encoder_blocks
        pooled, direct = config.encoder != "strided", config.encoder == "direct"
        times = WIDTHS[config.encoder]
        widths = [narrow * times[min(i, len(times) - 1)] for i in range(count + 1)]
        height, width = (-(-side // 2**config.halvings) for side in (config.height, config.width))
        super().__init__(config, (widths[-1], height, width))
        self.map_size = (height, width)
        self.reads: tuple[int, int] | None = None
        # torch leaves these two untyped
        self.register_state_dict_post_hook(_keep_size)  # type: ignore[no-untyped-call]
        self.register_load_state_dict_pre_hook(_take)  # type: ignore[no-untyped-call]
        stem = 1 if pooled else config.stem_stride
        size, width = (5, widths[1]) if direct else (3, narrow)
        self.stem = nn.Conv2d(config.channels, width, size, stem, padding=size // 2, bias=False)
        norm = nn.BatchNorm2d if config.encoder_bias else Scaling
        kind = PooledBlock if pooled else ResidualBlock
        halving = config.halvings - (stem == 2)  # so many of the blocks
        blocks = [kind(widths[i], widths[i + 1], i < halving, norm) for i in range(count)]
        if direct:
            blocks[0] = PooledBlock(widths[1], widths[1], True, norm, widened=True)
        self.blocks = nn.Sequential(*blocks)
        self.norm = nn.Identity() if pooled else norm(widths[-1])
        # Channels side by side: convolutions and normalisation take a fifth less time for a step.
        self.to(memory_format=torch.channels_last)

    def feature_map(self, images: Tensor) -> Tensor:
        """Return (B, C, ⌈H/2^h⌉, ⌈W/2^h⌉), non-negative, of h halvings."""
        images = self.normalise(images)
        if self.reads:
            images = F.interpolate(images, size=self.reads, mode="bilinear", antialias=True)
        features = F.relu(self.norm(self.blocks(self.stem(images))))
        # The recursion adds n steps up: it keeps the full precision of the weights.
        features = features.to(self.R.dtype)
        if self.reads:  # a map of fewer cells is made as large as the recursion's
            features = F.interpolate(features, size=self.map_size, mode="bilinear")
        return features

    def begin_step(self, done: float) -> None:
        """Take note of how much of a training is done, 0..1: its images grow."""
        config = self.config
        height, width = (grown(side, config.first_size, done) for side in config.image_shape[1:])
        self.reads = None if (height, width) == config.image_shape[1:] else (height, width)

    def fits(self, weights: Mapping[str, Tensor]) -> bool:
        """Return whether these are weights of this model, in names, shapes and types."""
        others = dict(weights)
        size = others.pop(READS, None)
        if size is not None:
            if size.dtype != torch.int64 or size.shape != (2,):
                return False
            sides = zip(size.tolist(), self.config.image_shape[1:], strict=True)
            if not all(MIN_SIDE <= side <= whole for side, whole in sides):
                return False
        if self.reads:  # its own state has a size as well
            others[READS] = torch.tensor(self.reads)
        return super().fits(others)


def grown(side: int, first: float, done: float) -> int:
    """Return the side, in pixels, that images of the side ``side`` have so far in a training.

    They grow by ``STEP`` pixels at a time, each size for as long, up to ``GROWN`` of the training.

    Args:
        side: in pixels.
        first: share of it at the start.
        done: how much of the training is done, 0..1.
    """
    smaller = range(max(STEP, round(first * side / STEP) * STEP), side, STEP)
    stage = int(done / GROWN * len(smaller))
    return smaller[stage] if first < 1 and stage < len(smaller) else side


def _keep_size(model: nn.Module, state: dict[str, Any], prefix: str, _: Any) -> None:
    assert isinstance(model, ResidualDPN)
    if model.reads:
        state[prefix + READS] = torch.tensor(model.reads)


def _take(model: nn.Module, state: dict[str, Any], prefix: str, *_: Any) -> None:
    """Take the size from a state; lay out its kernels as the model's, also to be assigned."""
    assert isinstance(model, ResidualDPN)
    for name, weight in state.items():
        if weight.ndim == 4:
            state[name] = weight.contiguous(memory_format=torch.channels_last)
    size = state.pop(prefix + READS, None)
    model.reads = None if size is None else tuple(size.tolist())
