#!/usr/bin/env bash
# Pillow has four modes of 16-bit grey, of which a PNG and a little-endian TIFF open as I;16 and a
# big-endian TIFF, as ImageJ writes it, as I;16B. convert() from one to another, or from F to any of
# them, goes by way of 8 bits: all above 255 becomes 255, a picture of 0 to 65535 nearly white. No error
# and no warning, and the mode says 16 bits. So convert("I;16"), which the notes of Pillow 13 advise
# before a picture of mode I is saved as PNG, spoils one of mode F or out of such a TIFF. To I or F
# all of them come whole, and from I to each of them.
# Seen with Pillow 13.0.0 and 12.3.0.
# What to do: convert("I").convert("I;16"), or Image.fromarray(numpy.asarray(image).astype("uint16")).
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

VALUES = [0, 100, 255, 256, 1000, 40000, 65535]
ENDED = [min(value, 255) for value in VALUES]
print("Pillow", PIL.__version__)


def opened(order: str) -> Image.Image:
    """A TIFF of one row of 16-bit grey, in either order of bytes."""
    numbers = np.array([VALUES], np.uint16).astype(order)
    file = io.BytesIO()
    Image.fromarray(numbers).save(file, "TIFF")
    return Image.open(file)


def row(image: Image.Image) -> list[int]:
    return [int(image.getpixel((x, 0))) for x in range(image.width)]


little, big = opened("<u2"), opened(">u2")
images = {
    "big-endian TIFF": (big, VALUES),
    "little-endian TIFF": (little, VALUES),
    "big-endian, convert I;16": (big.convert("I;16"), ENDED),
    "little-endian, convert I;16B": (little.convert("I;16B"), ENDED),
    "big-endian, convert I": (big.convert("I"), VALUES),
    "big-endian, convert F": (big.convert("F"), VALUES),
    "big-endian, convert I, I;16": (big.convert("I").convert("I;16"), VALUES),
    "little-endian, convert F, I;16": (little.convert("F").convert("I;16"), ENDED),
    "little-endian, convert F, I, I;16": (little.convert("F").convert("I").convert("I;16"), VALUES),
}
for what, (image, wanted) in images.items():
    got = row(image)
    print(f"  {what}: {image.mode} {got}" + ("" if got == wanted else f", not {wanted}"))
if any(row(image) != wanted for image, wanted in images.values()) or big.mode != "I;16B":
    sys.exit("No longer so: see the lines above.")
PY

for version in 12.3.0 13.0.0; do
  "$version/bin/python" look.py
done
echo "still so"
