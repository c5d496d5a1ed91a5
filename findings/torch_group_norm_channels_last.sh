#!/usr/bin/env bash
# nn.GroupNorm on the CPU answers otherwise when the same numbers lie in channels_last: it then takes the
# variance as the mean of squares less the square of the mean, in float32, which it does not of what is
# contiguous. Of an input whose mean is 100 times its spread an answer is off by some hundredths, at 300 times
# by tenths, at 3,000 times by a thousand, where right answers lie between -5 and 5, and gradients are many
# thousand times too long. No error, no warning, no NaN. float16 and bfloat16 are off as well.
# InstanceNorm, BatchNorm and torch.var_mean keep to 0.02 in both orders.
# Nobody has to ask for it: NumPy pictures (N, H, W, C) that are permuted to (N, C, H, W) are channels_last,
# and so is what a convolution answers after model.to(memory_format=torch.channels_last), as advised for
# speed. Raw 16-bit pictures with a dark level, kelvins and pascals have such means.
# Seen with torch 2.14.1 on the CPU, one thread; needs about 6 GB of free disk.
# What to do: give GroupNorm x.contiguous(), or take a typical value from the input first.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import copy
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
N, C, SIDE, GROUPS = 4, 32, 28, 8
LAST = torch.channels_last
noise, towards = torch.randn(2, N, C, SIDE, SIDE)
print("torch", torch.__version__)
same = True


def expect(what: str, off: float, least: float, most: float) -> None:
    global same
    same = same and least <= off <= most
    print(f"  {what}: {off:.2g}" + ("" if least <= off <= most else f", not from {least} to {most}"))


def worst(got: torch.Tensor, x: torch.Tensor, groups: int = GROUPS) -> float:
    """Largest distance from group_norm of the same numbers in float64."""
    return (got.double() - F.group_norm(x.double().contiguous(), groups)).abs().max().item()


print("how far an answer is off, contiguous and then channels_last")
for mean, kind, least, most in (
    (0, torch.float32, 0, 1e-5),
    (100, torch.float32, 0.005, 0.1),
    (300, torch.float32, 0.05, 1),
    (3000, torch.float32, 100, 1e4),
    (3000, torch.float64, 0, 1e-6),
    (120, torch.float16, 0.005, 0.5),
    (120, torch.bfloat16, 0.02, 0.5),
):
    x = (noise + mean).to(kind)
    rounding = {torch.float16: 0.003, torch.bfloat16: 0.018}.get(kind, 1e-3)
    expect(f"mean {mean}, {kind}", worst(F.group_norm(x, GROUPS), x), 0, rounding)
    expect(f"mean {mean}, {kind}, channels_last", worst(F.group_norm(x.to(memory_format=LAST), GROUPS), x), least, most)


def by_hand(x: torch.Tensor) -> torch.Tensor:
    grouped = x.reshape(N, GROUPS, -1)
    variance, mean = torch.var_mean(grouped, -1, correction=0, keepdim=True)
    return ((grouped - mean) * torch.rsqrt(variance + 1e-5)).reshape(x.shape)


x = (noise + 3000).to(memory_format=LAST)
print("others, of the mean 3000 in channels_last")
expect("GroupNorm of x.contiguous()", worst(F.group_norm(x.contiguous(), GROUPS), x), 0, 1e-3)
expect("GroupNorm of x - 3000", worst(F.group_norm(x - 3000, GROUPS), x), 0, 1e-3)
expect("var_mean by hand", worst(by_hand(x), x), 0, 1e-3)
expect("InstanceNorm2d", worst(F.instance_norm(x), x, C), 0, 1e-3)
expect("GroupNorm of as many groups as channels", worst(F.group_norm(x, C), x, C), 0.1, 1e4)
batch = nn.BatchNorm2d(C)
expect("BatchNorm2d", (batch(x) - copy.deepcopy(batch).double()(x.double())).abs().max().item(), 0, 0.02)

print("gradient of the mean 3000: how far off, of its own norm")


def gradient(x: torch.Tensor) -> torch.Tensor:
    x = x.detach().requires_grad_()
    (F.group_norm(x, GROUPS) * towards).sum().backward()
    return x.grad


true = gradient(x.double())
expect("contiguous", ((gradient(x.contiguous()) - true).norm() / true.norm()).item(), 0, 1e-4)
expect("channels_last", ((gradient(x) - true).norm() / true.norm()).item(), 100, 1e9)

print("pictures of pascals (mean 101,325, spread 100) as NumPy has them, (N, H, W, C)")
pictures = 101_325 + 100 * np.random.default_rng(0).standard_normal((16, 64, 64, 3), np.float32)
x = torch.from_numpy(pictures).permute(0, 3, 1, 2)
expect("permuted", worst(F.group_norm(x, 1), x, 1), 100, 1e6)
expect("permuted and contiguous", worst(F.group_norm(x.contiguous(), 1), x, 1), 0, 1e-3)

print("a network for kelvins (mean 288, spread 1): how far its answers are off, of their norm")
network = nn.Sequential(nn.Conv2d(1, 16, 3), nn.GroupNorm(16, 16), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10))
x = 288 + torch.randn(200, 1, 28, 28)
plain = network(x)
exact = copy.deepcopy(network).double()(x.double())
moved = copy.deepcopy(network).to(memory_format=LAST)(x)
expect("as it is", ((plain - exact).norm() / exact.norm()).item(), 0, 0.001)
expect("the same, model.to(channels_last)", ((moved - exact).norm() / exact.norm()).item(), 0.01, 1e9)
print(f"  of 200 answers {int((moved.argmax(1) != plain.argmax(1)).sum())} have become another class")

if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
