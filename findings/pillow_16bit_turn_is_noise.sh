#!/usr/bin/env bash
# A 16-bit grey picture (mode I;16, as Pillow opens 16-bit PNG and TIFF, and makes of a uint16 array)
# is turned into noise by rotate() and transform() with BILINEAR or BICUBIC: each result is a number
# below 256, so a flat 40000 turned by 10 degrees is 72 and 66. No error, the mode stays I;16. Quarter
# turns and NEAREST are right, and so is resize() with any filter, which hides it: augmentation that
# was tried with small pictures or right angles looks fine.
# Seen with Pillow 13.0.0 and 12.3.0.
# What to do: convert("I") or "F" before rotate or transform; back from F by way of I, see
# pillow_16bit_modes_meet_at_255.sh.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in 12.3.0 13.0.0; do
  "${PYTHON:-python3}" -m venv "$work/$version"
  "$work/$version/bin/pip" install --quiet --disable-pip-version-check pillow==$version numpy==2.4.6 \
    || { echo "could not install the packages" >&2; exit 2; }
done
cd "$work"

cat >look.py <<'PY'
import io
import sys

import numpy as np
import PIL
from PIL import Image

print("Pillow", PIL.__version__)
file = io.BytesIO()
Image.fromarray(np.full((8, 8), 40000, np.uint16)).save(file, "PNG")
picture = Image.open(file)
half = (1, 0, 0.5, 0, 1, 0)  # along by half a pixel
seen = {}
for name in ("NEAREST", "BILINEAR", "BICUBIC"):
    filter = Image.Resampling[name]
    made = {
        "turned by 90": picture.rotate(90, filter),
        "turned by 10": picture.rotate(10, filter),
        "moved": picture.transform((8, 8), Image.Transform.AFFINE, half, filter),
        "resized": picture.resize((5, 5), filter),
        "as I, turned by 10": picture.convert("I").rotate(10, filter),
    }
    seen[name] = {what: int(np.asarray(image)[4, 4]) for what, image in made.items()}
    print(f"  {picture.mode}, 40000 everywhere, {name}: {seen[name]}")

right = dict.fromkeys(seen["NEAREST"], 40000)
as_said = (
    seen["NEAREST"] == right
    and seen["BILINEAR"] == right | {"turned by 10": 72, "moved": 110}
    and seen["BICUBIC"] == right | {"turned by 10": 66, "moved": 110}
)
if not as_said:
    sys.exit("No longer so: the numbers are others.")
PY

for version in 12.3.0 13.0.0; do
  "$version/bin/python" look.py
done
echo "still so"
