#!/usr/bin/env bash
# PyTorch's SummaryWriter takes a bfloat16 tensor and writes it as a float16: a loss of 1,000,000
# is stored as inf, a gradient of 1e-9 as exactly 0, though bfloat16 holds both, and the event
# file has room for a float32. One would expect the number that print() shows. A histogram loses the
# large values: it counts three, and its buckets hold one. Nothing is raised or warned of.
# float(tensor) or tensor.item() of the same tensor is written right.
# Seen with torch 2.14.1 and tensorboard 2.21.0; needs about 6 GB of free disk.
# What to do: hand over tensor.item(), or tensor.float(), never a bfloat16 tensor itself.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  torch==2.14.1 tensorboard==2.21.0 numpy==2.4.6 || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import math
import sys

import tensorboard
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch.utils.tensorboard import SummaryWriter

print("torch", torch.__version__, "tensorboard", tensorboard.__version__)
values = {name: torch.tensor(v, dtype=torch.bfloat16) for name, v in (("large", 1e6), ("small", 1e-9))}
three = torch.tensor([1.0, 2e5, 3e5], dtype=torch.bfloat16)
with SummaryWriter("log") as writer:
    for name, value in values.items():
        writer.add_scalar(f"{name}/tensor", value)
        writer.add_scalar(f"{name}/float", value.float())
        writer.add_scalar(f"{name}/item", value.item())
    writer.add_histogram("three/tensor", three)
    writer.add_histogram("three/float", three.float())

log = EventAccumulator("log")
log.Reload()
read = {tag: log.Scalars(tag)[0].value for tag in log.Tags()["scalars"]}
for name, value in values.items():
    print(f"{name}: the tensor holds {value.item():g}; written from the tensor {read[name + '/tensor']:g},",
          f"from .float() {read[name + '/float']:g}, from .item() {read[name + '/item']:g}")
counts = {}
for how in ("tensor", "float"):
    histogram = log.Histograms(f"three/{how}")[0].histogram_value
    counts[how] = (histogram.num, sum(histogram.bucket))
    print(f"histogram of 3 values from {how}: counts {counts[how][0]:g}, in its buckets {counts[how][1]:g}, largest {histogram.max:g}")

if read["large/tensor"] != math.inf or read["small/tensor"] != 0:
    sys.exit("No longer so: bfloat16 tensors are not written as inf and 0.")
for name, value in values.items():
    for how in ("float", "item"):
        if not math.isclose(read[f"{name}/{how}"], value.item(), rel_tol=1e-6):
            sys.exit(f"No longer so: {how} is not written right either.")
if counts != {"tensor": (3, 1), "float": (3, 3)}:
    sys.exit("No longer so: the histogram of a bfloat16 tensor does not lose its large values.")
PY

venv/bin/python -W ignore look.py
echo "still so"
