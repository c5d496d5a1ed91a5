#!/usr/bin/env bash
# scatter_reduce and index_reduce with "amax" or "amin" and include_self=False leave the old value of
# the place out of the maximum, but not out of the gradient: where the old value happens to equal the
# result it counts as one more winner, so the one true winner gets half of its gradient and the rest
# is lost. Values are right and nothing is said. It happens as soon as one buffer is used again and
# still holds the maximum of last time; then every gradient is half. A buffer of another value, or
# segment_reduce of the same numbers, gives the whole gradient.
# Seen with torch 2.14.1 on the CPU, in float32 and float64; needs about 6 GB of free disk.
# What to do: fill the buffer with -inf (for amin: inf) before the call.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys
import warnings

import torch

warnings.simplefilter("ignore")  # index_reduce says that it is in beta
print("torch", torch.__version__)
same = True


def expect(what: str, got: tuple[list[float], list[float]], wanted: tuple) -> None:
    global same
    as_said = got == wanted
    same = same and as_said
    value, gradient = got
    print(f"  {what}: value {value}, gradient {gradient}" + ("" if as_said else f", not {wanted}"))


def reduce(name: str, old: float, how: str, dtype: torch.dtype) -> tuple[list[float], list[float]]:
    x = torch.tensor([1.0, 3.0], dtype=dtype, requires_grad=True)
    place = torch.zeros(2, dtype=torch.long)
    buffer = torch.full((1,), old, dtype=dtype)
    if name == "segment_reduce":
        out = torch.segment_reduce(x, how.removeprefix("a"), lengths=torch.tensor([2]))
    else:
        out = getattr(buffer, name)(0, place, x, how, include_self=False)
    out.sum().backward()
    return out.tolist(), x.grad.tolist()


for dtype in (torch.float32, torch.float64):
    print(dtype)
    for name in ("scatter_reduce", "index_reduce"):
        expect(f"{name} amax, old value 0", reduce(name, 0.0, "amax", dtype), ([3.0], [0.0, 1.0]))
        expect(f"{name} amax, old value 3", reduce(name, 3.0, "amax", dtype), ([3.0], [0.0, 0.5]))
        expect(f"{name} amin, old value 1", reduce(name, 1.0, "amin", dtype), ([1.0], [0.5, 0.0]))
    expect("segment_reduce", reduce("segment_reduce", 0.0, "amax", dtype), ([3.0], [0.0, 1.0]))

print("one buffer, used twice, of 1,000 numbers in 10 places")
torch.manual_seed(0)
x = torch.randn(1000, requires_grad=True)
place = torch.arange(1000) % 10
once = torch.zeros(10).scatter_reduce(0, place, x, "amax", include_self=False)
(first,) = torch.autograd.grad(once.sum(), x)
again = once.detach().scatter_reduce(0, place, x, "amax", include_self=False)
(second,) = torch.autograd.grad(again.sum(), x)
sums = [first.sum().item(), second.sum().item()]
print(f"  same values: {torch.equal(once, again)}; gradients add up to {sums}")
same = same and torch.equal(once, again) and sums == [10.0, 5.0]

if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
