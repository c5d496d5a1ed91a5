#!/usr/bin/env bash
# On the CPU the fused optimisers (Adam, AdamW, SGD, Adagrad with fused=True) pair a weight, its gradient
# and what they remember of it as these lie in memory, not by index. Where one of them lies otherwise, each
# number is moved by the gradient of another one, and nothing is said. So it is for kernels in channels_last
# whose gradients come as slices of one flat vector, as those of several machines do, and for an optimiser
# whose memory was kept in a safetensors file, which has only one order, or was made contiguous by hand.
# By backward(), torch.autograd.grad, torch.save and torch.load all is right, since they keep the order of
# the weight. Without fused, and with foreach, it is right in any order.
# Seen with torch 2.14.1 on the CPU; about 6 GB of free disk.
# What to do: p.grad = torch.empty_like(p).copy_(g), and likewise for each tensor of a loaded state.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 safetensors==0.8.0 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys

import safetensors.torch
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
print("torch", torch.__version__)
LAST = torch.channels_last
ADAMW = torch.optim.AdamW, {}
same = True


def expect(what: str, got: float, *, right: bool) -> None:
    """Tell how far weights are from those without fused, and note whether it is as it was."""
    global same
    same = same and (got < 1e-5 if right else got > 1e-3)
    print(f"  {what}: off by {got:.2g}")


def flat(weights: list[nn.Parameter]) -> None:
    """Give each weight its gradient anew, as a slice of one vector."""
    together = torch.cat([weight.grad.reshape(-1) for weight in weights])
    for weight, part in zip(weights, together.split([w.numel() for w in weights]), strict=True):
        weight.grad = part.view(weight.shape)


def through_safetensors(optimizer: torch.optim.Optimizer) -> None:
    """Bring what an optimiser remembers into a file and back."""
    state = optimizer.state_dict()
    named = {f"{i}.{k}": t.contiguous() for i, slots in state["state"].items() for k, t in slots.items()}
    safetensors.torch.save_file(named, "state.safetensors")
    for name, tensor in safetensors.torch.load_file("state.safetensors").items():
        index, key = name.split(".")
        state["state"][int(index)][key] = tensor
    optimizer.load_state_dict(state)


def through_torch(optimizer: torch.optim.Optimizer) -> None:
    torch.save(optimizer.state_dict(), "state.pt")
    optimizer.load_state_dict(torch.load("state.pt"))


def trained(kind, options, given=None, kept=None, order=LAST, **how) -> torch.Tensor:
    """Train a small network for 20 steps; return its first kernels."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.Flatten(), nn.Linear(128, 10))
    network.to(memory_format=order)
    x, target = torch.randn(64, 3, 8, 8), torch.randint(0, 10, (64,))
    weights = list(network.parameters())
    optimizer = kind(weights, lr=0.01, **options, **how)
    for step in range(20):
        optimizer.zero_grad()
        F.cross_entropy(network(x), target).backward()
        if given:
            given(weights)
        optimizer.step()
        if kept and step == 9:
            kept(optimizer)
    return network[0].weight.detach()


def off(case, **more) -> float:
    """Largest distance of a weight from where it comes to without fused."""
    kind, options = case
    plain = trained(kind, options, **more, fused=False, foreach=False)
    return (trained(kind, options, **more, fused=True) - plain).abs().max().item()


print("kernels in channels_last, gradients as backward() leaves them")
expect("AdamW", off(ADAMW), right=True)
expect("AdamW, its memory through torch.save", off(ADAMW, kept=through_torch), right=True)
print("its memory through a safetensors file after 10 of 20 steps")
expect("AdamW", off(ADAMW, kept=through_safetensors), right=False)
expect("AdamW, contiguous kernels", off(ADAMW, kept=through_safetensors, order=torch.contiguous_format), right=True)
print("gradients as slices of one vector")
for kind, options in (
    (torch.optim.Adam, {}),
    ADAMW,
    (torch.optim.SGD, {}),
    (torch.optim.SGD, {"momentum": 0.9}),
    (torch.optim.Adagrad, {}),
):
    expect(" ".join([kind.__name__, *map(str, options.values())]), off((kind, options), given=flat), right=False)
expect("AdamW, contiguous kernels", off(ADAMW, given=flat, order=torch.contiguous_format), right=True)
plain = trained(*ADAMW, given=flat, fused=False, foreach=False)
expect("AdamW, foreach", (trained(*ADAMW, given=flat, foreach=True) - plain).abs().max().item(), right=True)

if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
