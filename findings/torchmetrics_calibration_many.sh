#!/usr/bin/env bash
# The calibration error of torchmetrics, binary and multiclass, is right for some 100,000 predictions and
# goes wrong from a million on. Pixels are that many: four pictures of 512 by 512. Counts, confidences and
# hits of a bin are added up one by one in float32. Of 4 million pixels, a model that is as right as it is
# sure is told to be off by 0.011; of 33 million, one that is 90% sure and 50% right is told to be perfect,
# 0.0002 where it is 0.4: all three sums have stopped at 16,777,216. No warning. MONAI's
# CalibrationErrorMetric adds up the same way in each volume, and one of 128 by 512 by 512 is enough.
# Seen with torchmetrics 1.9.0, monai 1.6.1, torch 2.14.1 on the CPU; about 6 GB of free disk. (That a
# confidence of exactly 1.0 has a bin of its own is another matter, torchmetrics' issue 3510; here is none.)
# What to do: BinaryCalibrationError with preds.double(). The other two make float32 of them again; hand the
# binary one the highest probability and whether it is right, or a class's own and whether it is that one.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 torchmetrics==1.9.0 \
  monai==1.6.1 || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys

import monai
import numpy as np
import torch
import torchmetrics
from monai.metrics import CalibrationErrorMetric
from torchmetrics.classification import BinaryCalibrationError, MulticlassCalibrationError

torch.set_num_threads(1)
print("torchmetrics", torchmetrics.__version__, "monai", monai.__version__, "torch", torch.__version__)
same = True
SIDE, BINS = 512, 15


def say(what: str, found: object, as_said: bool) -> None:
    global same
    same = same and bool(as_said)
    print(f"  {what}: {found}" + ("" if as_said else "  <- not as said"))


def made(kind: str, shape: tuple[int, ...]) -> tuple[torch.Tensor, torch.Tensor]:
    """Make how sure a model is of each pixel, and whether it is right."""
    torch.manual_seed(0)
    sure = torch.full(shape, 0.9) if "90%" in kind else torch.randn(shape).mul_(1.5).add_(4).sigmoid_().clamp_(max=0.9999)
    often = 0.5 if "50%" in kind else sure - (0.1 if "less" in kind else 0)
    return sure, torch.rand(shape) < often


def counted(sure: torch.Tensor, hit: torch.Tensor) -> float:
    """Return the expected calibration error, added up in float64."""
    edges = np.linspace(0, 1, BINS + 1)
    sums = [np.histogram(sure.numpy(), edges, weights=w.numpy().astype(float))[0] for w in (sure, hit)]
    return float(np.abs(sums[0] - sums[1]).sum() / sure.numel())


def told(metric, sure: torch.Tensor, hit: torch.Tensor, dtype=torch.float32) -> float:
    for some, right in zip(sure.split(4), hit.split(4), strict=True):
        if isinstance(metric, MulticlassCalibrationError):
            metric.update(torch.stack([1 - some, some], 1).to(dtype), right.long())
        else:
            metric.update(some.to(dtype), right.long())
    return metric.compute().item()


print("kind, pictures of 512 by 512, pixels: float64's error, torchmetrics'")
for kind in ("90% sure, 50% right", "spread, as right as sure", "spread, less right"):
    for many in (1 / 4, 4, 16, 128):
        sure, hit = made(kind, (int(many), SIDE, SIDE) if many >= 1 else (1, SIDE // 2, SIDE // 2))
        true = counted(sure, hit)
        got = told(BinaryCalibrationError(BINS), sure, hit)
        off = abs(got - true)
        as_said = off < 0.002 if many < 1 else off > {4: 0.001, 16: 0.01, 128: 0.002}[many]
        say(f"{kind}, {many:g}, {sure.numel():,}", f"{true:.4f}, {got:.4f}", as_said)
sure, hit = made("90% sure, 50% right", (16, SIDE, SIDE))
true = counted(sure, hit)
for dtype in (torch.float32, torch.float64):
    for metric in (BinaryCalibrationError(BINS), MulticlassCalibrationError(2, n_bins=BINS)):
        got = told(metric, sure, hit, dtype)
        right = dtype == torch.float64 and isinstance(metric, BinaryCalibrationError)
        what = f"90% sure, 50% right, 16, {type(metric).__name__}, handed {str(dtype)[6:]}"
        say(what, f"{true:.4f}, {got:.4f}", (abs(got - true) < 1e-4) == right)

print("one volume of 512 by 512 and so many slices: float64's error, MONAI's")
for kind in ("90% sure, 50% right", "spread, less right"):
    for slices in (1, 16, 128):
        sure, hit = made(kind, (1, 1, slices, SIDE, SIDE))
        metric = CalibrationErrorMetric(num_bins=BINS)
        metric(sure, hit.float())
        true, got = counted(sure, hit), metric.aggregate().item()
        off = abs(got - true)
        say(f"{kind}, {slices}", f"{true:.4f}, {got:.4f}", off < 0.003 if slices == 1 else off > 0.01)
if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
