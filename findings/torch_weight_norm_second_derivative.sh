#!/usr/bin/env bash
# A second derivative through torch.nn.utils.parametrizations.weight_norm is wrong, though the first is right:
# what its backward computes depends on the norm of the direction, and that norm counts as a constant when the
# gradient is differentiated again. The Hessian of a small loss is off by about its own norm and is not even
# symmetric. hessian, hvp and jacrev of jacrev agree on it, nothing is raised, and no warning speaks of it.
# So it is with Linear and Conv1d, in float64, and with whatever differentiates through a step of learning, as
# MAML does. The same weight written out as g * v / v.norm() is right, and so is weight_norm with dim=None; so is
# a penalty on the gradient of the input, as in WGAN-GP, which needs the weight's first derivative alone.
# Seen with torch 2.14.1 on the CPU; needs about 6 GB of free disk.
# What to do: register a parametrization that writes the formula out. torch.autograd.gradgradcheck tells.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys

import torch
from torch import nn
from torch.autograd.functional import hessian, hvp
from torch.func import functional_call, grad, jacrev
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import weight_norm

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
print("torch", torch.__version__)
same = True
V = "parametrizations.weight.original1"  # the direction; original0 is the length


def expect(what: str, off: float, least: float, most: float) -> None:
    global same
    same = same and least <= off <= most
    print(f"  {what}: {off:.2g}" + ("" if least <= off <= most else f", not from {least} to {most}"))


class Written(nn.Module):
    """What weight_norm does, written out."""

    def forward(self, length: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        return length * v / v.flatten(1).norm(dim=1).reshape(length.shape)

    def right_inverse(self, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        norm = weight.flatten(1).norm(dim=1)
        return norm.reshape(-1, *[1] * (weight.dim() - 1)), weight


def written(module: nn.Module) -> nn.Module:
    return parametrize.register_parametrization(module, "weight", Written())


def slope(function, v: torch.Tensor, step: float = 1e-5) -> torch.Tensor:
    """Central differences of a function of v: a row for each number of v."""
    rows = []
    for i in range(v.numel()):
        by = torch.zeros(v.numel()).index_fill(0, torch.tensor([i]), step).reshape(v.shape)
        rows.append((function(v + by) - function(v - by)).detach().flatten() / (2 * step))
    return torch.stack(rows)


def off(got: torch.Tensor, true: torch.Tensor) -> float:
    """Distance of the two, of the true one's norm."""
    return ((got.reshape(true.shape) - true).norm() / true.norm()).item()


def loss_of(module: nn.Module, x: torch.Tensor, y: torch.Tensor):
    """The mean square as a function of the direction, and where it stands."""
    given = {name: p.detach() for name, p in module.named_parameters()}
    loss = lambda v: (functional_call(module, {**given, V: v}, (x,)) - y).square().mean()
    return loss, given[V]


torch.manual_seed(0)
line, series = (torch.randn(10, 4), torch.randn(10, 3)), (torch.randn(5, 2, 9), torch.randn(5, 3, 7))
print("how far off, of the norm of what central differences say: first derivative, Hessian")
for what, module, data, least, most in (
    ("Linear", lambda: weight_norm(nn.Linear(4, 3)), line, 0.1, 10),
    ("Linear, written out", lambda: written(nn.Linear(4, 3)), line, 0, 1e-6),
    ("Linear, dim=None", lambda: weight_norm(nn.Linear(4, 3), dim=None), line, 0, 1e-6),
    ("Conv1d", lambda: weight_norm(nn.Conv1d(2, 3, 3)), series, 0.1, 10),
    ("Conv1d, written out", lambda: written(nn.Conv1d(2, 3, 3)), series, 0, 1e-6),
):
    torch.manual_seed(0)
    loss, v = loss_of(module(), *data)
    expect(f"{what}, first", off(grad(loss)(v), slope(loss, v)), 0, 1e-6)
    expect(f"{what}, Hessian", off(hessian(loss, v), slope(grad(loss), v)), least, most)

torch.manual_seed(0)
loss, v = loss_of(weight_norm(nn.Linear(4, 3)), *line)
size = v.numel()
twice = hessian(loss, v).reshape(size, size)
print("the Hessian of the Linear")
expect("how far it is from its transpose", off(twice.T, twice), 0.01, 10)
expect("jacrev of jacrev beside it", off(jacrev(jacrev(loss))(v), twice), 0, 1e-9)
direction = torch.randn_like(v)
expect("hvp beside it", off(hvp(loss, v, direction)[1].flatten(), twice @ direction.flatten()), 0, 1e-9)

print("the loss after a step of learning, differentiated by where the step began: how far off")
for what, module, least, most in (("weight_norm", weight_norm, 0.01, 10), ("written out", written, 0, 1e-6)):
    torch.manual_seed(0)
    loss, v = loss_of(module(nn.Linear(4, 3)), *line)
    after = lambda v, loss=loss: loss(v - 0.5 * grad(loss)(v))
    expect(what, off(grad(after)(v), slope(after, v)), least, most)

print("a penalty on the gradient of the input: how far off")
torch.manual_seed(0)
module = weight_norm(nn.Linear(4, 3))
given = {name: p.detach() for name, p in module.named_parameters()}
score = lambda x, v: functional_call(module, {**given, V: v}, (x,)).tanh().sum()
penalty = lambda v: (grad(score)(line[0], v).norm(dim=1) - 1).square().mean()
expect("weight_norm", off(grad(penalty)(given[V]), slope(penalty, given[V])), 0, 1e-6)

if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
