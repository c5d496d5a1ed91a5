#!/usr/bin/env bash
# torchvision's Resize, RandomResizedCrop and resized_crop with BICUBIC overshoot at edges, as every
# bicubic filter does. Of uint8 tensors the overshoot is cut off; of uint16 and int16 it wraps round: a
# black margin gets pixels of 63,000, a white figure gets pixels of 3,000. No error and no warning, in
# transforms.v2 as in the older transforms. A 16-bit PNG becomes uint16 by pil_to_tensor and ToImage.
# BILINEAR does not overshoot, which hides it; Pillow resizes the same picture (I;16) within its range.
# Seen with torchvision 0.29.1, torch 2.14.1 on the CPU (x86-64); needs about 6 GB of free disk.
# What to do: to_dtype(torch.float32, scale=True) before the resize, and clamp(0, 1) after it; back to
# uint16 by mul(65535).round(), not by to_dtype, see torchvision_16bit_white_is_black.sh.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 torchvision==0.29.1 numpy==2.4.6 pillow==13.0.0 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import io
import sys
import warnings

import numpy as np
import torch
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode, functional, v2

warnings.simplefilter("error")
BICUBIC, BILINEAR = InterpolationMode.BICUBIC, InterpolationMode.BILINEAR
print("torch", torch.__version__, "torchvision", torchvision.__version__)
same = True


def look(what: str, got: torch.Tensor, true: torch.Tensor, wraps: bool) -> None:
    """Compare with what the same filter gives in float64, cut off at the ends of the type."""
    global same
    ends = torch.iinfo(got.dtype)
    off = (got.double() - true.clamp(ends.min, ends.max)).abs() > (ends.max - ends.min) / 2
    as_said = bool(off.any()) == wraps
    same = same and as_said
    edge = got.shape[1] // 3
    line = got[0, got.shape[1] // 2, edge - 4 : edge + 3].tolist()
    print(f"  {what}: {line}, {int(off.sum())} of {off.numel()} wrong by half the range" + ("" if as_said else "  <- not as said"))


square = np.zeros((24, 24), np.uint16)
square[8:16, 8:16] = 65535
file = io.BytesIO()
Image.fromarray(square).save(file, "PNG")
picture = v2.functional.pil_to_tensor(Image.open(file))
same = same and picture.dtype == torch.uint16 and picture.shape == (1, 24, 24)

ways = {
    "v2 resize": lambda x, how: v2.functional.resize(x, [17, 17], interpolation=how),
    "v2 larger": lambda x, how: v2.functional.resize(x, [40, 40], interpolation=how),
    "v2 resized_crop": lambda x, how: v2.functional.resized_crop(x, 2, 2, 20, 20, [24, 24], interpolation=how),
    "older resize": lambda x, how: functional.resize(x, [17, 17], interpolation=how),
}
for kind, values in {
    "uint8": (picture.int() >> 8).to(torch.uint8),
    "uint16": picture,
    "int16": (picture.int() >> 1).to(torch.int16),
}.items():
    for name, way in ways.items():
        look(f"{kind}, {name}, BICUBIC", way(values, BICUBIC), way(values.double(), BICUBIC), kind != "uint8")
    look(f"{kind}, v2 resize, BILINEAR", ways["v2 resize"](values, BILINEAR), ways["v2 resize"](values.double(), BILINEAR), False)

mended = v2.functional.resize(v2.functional.to_dtype(picture, torch.float32, scale=True), [17, 17], interpolation=BICUBIC).clamp(0, 1)
true = ways["v2 resize"](picture.double(), BICUBIC)
look("uint16 as float32, clamped", (mended * 65535).round().to(torch.int32).to(torch.uint16), true, False)
look("Pillow", torch.from_numpy(np.array(Image.fromarray(square).resize((17, 17), Image.Resampling.BICUBIC)))[None], true, False)

if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
