#!/usr/bin/env bash
# torch.logcumsumexp of a row that BEGINS with -inf (a log of zero, or an additive mask) gives the
# right values, and a loss made of the last one is finite. Its gradient is not: every -inf in
# front gets NaN, where 0 is right. A -inf further back gets its 0, and torch.logsumexp of the
# same row, which is the same number, gives 0 in front too. One optimizer step with such a NaN
# spoils a weight for good. A score + (-inf) mask passes the NaN on to the finite score.
# Seen with torch 2.14.1 on the CPU, in float32 and float64; needs about 6 GB of free disk.
# What to do: mask with a finite number such as -1e30, or with masked_fill, which stops the NaN.
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

INF = float("inf")
RIGHT = torch.softmax(torch.tensor([0.0, 1.0], dtype=torch.float64), 0).tolist()
print("torch", torch.__version__)
same = True


def expect(what: str, got: torch.Tensor, wanted: list[float]) -> None:
    global same
    target = torch.tensor(wanted, dtype=got.dtype)
    as_said = torch.allclose(got, target, equal_nan=True, atol=1e-6)
    same = same and as_said
    print(f"  {what}: {[round(x, 4) for x in got.tolist()]}" + ("" if as_said else f", not {wanted}"))


def last(row: torch.Tensor) -> torch.Tensor:
    return torch.logcumsumexp(row, 0)[-1]


def gradient(function, row: list[float], kind: torch.dtype) -> torch.Tensor:
    x = torch.tensor(row, dtype=kind, requires_grad=True)
    loss = function(x)
    if not torch.isfinite(loss):
        sys.exit("No longer so: the value itself is not finite.")
    loss.backward()
    return x.grad


for kind in (torch.float32, torch.float64):
    print(kind)
    front, back = [-INF, 0.0, 1.0], [0.0, -INF, 1.0]
    expect("value, -inf in front", torch.logcumsumexp(torch.tensor(front, dtype=kind), 0), [-INF, 0.0, 1.313262])
    expect("gradient, -inf in front", gradient(last, front, kind), [float("nan"), *RIGHT])
    expect("gradient, -inf further back", gradient(last, back, kind), [RIGHT[0], 0.0, RIGHT[1]])
    expect("gradient, -1e30 in front", gradient(last, [-1e30, 0.0, 1.0], kind), [0.0, *RIGHT])
    expect("gradient of logsumexp, -inf in front", gradient(lambda x: torch.logsumexp(x, 0), front, kind), [0.0, *RIGHT])
    scores = [5.0, 0.0, 1.0]
    mask = torch.tensor([True, False, False])
    added = torch.zeros(3, dtype=kind).masked_fill(mask, -INF)
    expect("gradient of finite scores + mask", gradient(lambda x: last(x + added), scores, kind), [float("nan"), *RIGHT])
    expect("gradient of masked_fill", gradient(lambda x: last(x.masked_fill(mask, -INF)), scores, kind), [0.0, *RIGHT])
if not same:
    sys.exit("No longer so: values or gradients are not as described.")
PY

venv/bin/python look.py
echo "still so"
