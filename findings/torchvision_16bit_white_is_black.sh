#!/usr/bin/env bash
# ToDtype(torch.uint16, scale=True) of torchvision makes white black: 1.0 becomes 0, 0.9999 is 65,529. It
# multiplies by 65,536 - 0.001, which float32 rounds to 65,536, and that wraps round. So a 16-bit PNG that is
# read, made float for a transform, and made uint16 again has holes in its white, and
# 127 other values are one higher. float64 is right, as are int16 and uint8; from float32 to int32, where the
# same would happen, it raises instead. From float16 and bfloat16, as models answer under autocast, uint8 has
# such holes, too, in bfloat16 of all above 0.998, and int16 has -32,768. So it is in transforms.v2, in
# convert_image_dtype, and within equalize, thus in AutoAugment, of such pictures. No error and no warning.
# Seen with torchvision 0.29.1, torch 2.14.1 on the CPU (x86-64); float16 is issue 6799 of torchvision, uint16 is
# not in it. Needs about 6 GB of free disk.
# What to do: x.float().clamp(0, 1).mul(65535).round().to(torch.uint16).
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
from torchvision.transforms import v2
from torchvision.transforms.functional import convert_image_dtype

warnings.simplefilter("error")
torch.set_num_threads(1)
print("torchvision", torchvision.__version__, "torch", torch.__version__)
same = True


def say(what: str, found: object, as_said: bool) -> None:
    global same
    same = same and bool(as_said)
    print(f"  {what}: {found}" + ("" if as_said else "  <- not as said"))


def made(x: torch.Tensor, kind: torch.dtype) -> torch.Tensor:
    """The picture in another dtype; both functions must agree."""
    one, other = v2.ToDtype(kind, scale=True)(x), convert_image_dtype(x, kind)
    assert torch.equal(one.long(), other.long())
    return one.long()


print("0.5, 0.99, 0.9999 and 1")
wrong = {
    ("float32", "uint16"): 0,
    ("float16", "uint8"): 0,
    ("float16", "uint16"): 0,
    ("float16", "int16"): -32768,
    ("bfloat16", "uint8"): 0,
    ("bfloat16", "uint16"): 0,
    ("bfloat16", "int16"): -32768,
}
for source in ("float64", "float32", "float16", "bfloat16"):
    for name in ("uint8", "int16", "uint16"):
        kind, top = getattr(torch, name), {"uint8": 255, "int16": 32767, "uint16": 65535}[name]
        x = torch.tensor([0.5, 0.99, 0.9999, 1.0], dtype=getattr(torch, source)).reshape(1, 1, 4)
        got, white = made(x, kind).flatten().tolist(), made(torch.ones(3, 200, 200, dtype=x.dtype), kind).unique().tolist()
        expected = wrong.get((source, name), top)
        near = all(abs(g - w * top) < 0.01 * top for g, w in zip(got[:2], (0.5, 0.99)))
        say(f"{source} to {name}", f"{got}, a white picture {white}", got[3] == expected and white == [expected] and near)
try:
    made(torch.ones(1, 1, 1), torch.int32)
    say("float32 to int32", "accepted", False)
except RuntimeError as error:
    say("float32 to int32", error, "safely" in str(error))

print("each number of 16 bits, in a PNG read by pil_to_tensor, to float32 and back")
numbers = np.arange(65536, dtype=np.uint16).reshape(256, 256)
file = io.BytesIO()
Image.fromarray(numbers).save(file, "PNG")
read = v2.functional.pil_to_tensor(Image.open(file))
floats = v2.ToDtype(torch.float32, scale=True)(read)
back = made(floats, torch.uint16) - read.long()
kinds = {int(v): int((back == v).sum()) for v in back.unique()}
say("difference, and of how many numbers", kinds, read.dtype == torch.uint16 and kinds == {-65535: 1, 0: 65408, 1: 127})
advised = floats.float().clamp(0, 1).mul(65535).round().to(torch.uint16)
say("as advised above", "all the same", torch.equal(advised.long(), read.long()))

print("equalize of a picture of three grays and white")
grays = torch.tensor([0.25, 0.5, 0.75, 1.0]).repeat(3, 4, 1)
for source in ("float32", "float16", "bfloat16"):
    got = v2.functional.equalize(grays.to(getattr(torch, source)))[0, 0].tolist()
    say(source, [round(g, 2) for g in got], (got[3] == 1) == (source == "float32") and (got[3] == 0) == (source != "float32"))
if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
