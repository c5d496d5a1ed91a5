"""Teaching an eye which images are strangers."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dpn.doubt.eye import KERNELS, Eye

#: Channels of the three convolutions, hidden numbers, known and strange images a batch.
CHANNELS, HIDDEN, HALF = (16, 32, 32), 64, 64


class _Net(nn.Module):
    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        before, height, width = shape
        self.convolutions, self.norms = nn.ModuleList(), nn.ModuleList()
        for (side, stride), channels in zip(KERNELS, CHANNELS, strict=True):
            layer = nn.Conv2d(before, channels, side, stride, side // 2, bias=False)
            self.convolutions.append(layer)
            self.norms.append(nn.BatchNorm2d(channels))
            before, height, width = channels, -(-height // stride), -(-width // stride)
        self.hidden = nn.Linear(before * height * width, HIDDEN)
        self.out = nn.Linear(HIDDEN, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = F.relu(norm(convolution(x)))
        score: Tensor = self.out(F.relu(self.hidden(x.flatten(1))))[:, 0]
        return score


def fit_eye(known: Tensor, strange: Tensor, steps: int, seed: int) -> Eye:
    """Return an eye that tells known images from strange ones, both (N, C, H, W) in 0..1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(seed)  # the layers start from the global one
        net = _Net(tuple(known.shape[1:]))
        optimizer = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=0.05)
        rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
        truth = torch.cat([torch.ones(HALF), torch.zeros(HALF)])
        for _ in range(steps):
            batch = [
                images[torch.randint(len(images), (HALF,), generator=generator)]
                for images in (known, strange)
            ]
            loss = F.binary_cross_entropy_with_logits(net(torch.cat(batch)), truth)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            rate.step()
    return _folded(net)


def _folded(net: _Net) -> Eye:
    """Return the weights with each normalisation inside the kernel before it."""
    kernels, biases = [], []
    for layer, norm in zip(net.convolutions, net.norms, strict=True):
        assert isinstance(layer, nn.Conv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        assert norm.running_var is not None
        assert norm.running_mean is not None
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        kernels.append(layer.weight * scale.view(-1, 1, 1, 1))
        biases.append(norm.bias - norm.running_mean * scale)
    rest = (net.hidden.weight, net.hidden.bias, net.out.weight[0])
    return Eye(*(value.detach().numpy().copy() for value in (*kernels, *biases, *rest)))
