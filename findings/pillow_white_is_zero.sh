#!/usr/bin/env bash
# A grey TIFF may say that 0 is white (PhotometricInterpretation 0, as some scanners and X-ray
# devices write). Pillow turns such a picture the right way round when it has 8 bits, so one
# would expect it at every depth. With 16 bits or floats it leaves the values as stored: the same
# picture is a negative. The tag reads 0 in both cases, so it does not tell whether Pillow has
# turned the values. Saved again by Pillow, the negative is marked as a positive for good.
# Seen with Pillow 13.0.0, on files written by tifffile 2026.3.3.
# What to do: where tag 262 is 0 and the mode is "I;16" or "F", turn the values round yourself;
# in mode "L" or "1" never do.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  pillow==13.0.0 tifffile==2026.3.3 numpy==2.4.6 || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys

import numpy as np
import PIL
import tifffile
from PIL import Image

PHOTOMETRIC = 262
print("Pillow", PIL.__version__, "tifffile", tifffile.__version__)
turned, tags, saved = {}, {}, {}
for kind, top in (("uint8", 255), ("uint16", 65535), ("float32", 1)):
    stored = np.array([[0, 0.25 * top, top]]).astype(kind)
    tifffile.imwrite("white.tif", stored, photometric="miniswhite", byteorder="<")
    with Image.open("white.tif") as picture:
        tags[kind] = picture.tag_v2[PHOTOMETRIC]
        read = np.asarray(picture)
        picture.save("again.tif")
    if np.array_equal(read, stored):
        turned[kind] = False
    elif np.array_equal(read, top - stored):
        turned[kind] = True
    else:
        sys.exit(f"No longer so: {kind} is read as {read}, neither as stored nor turned round.")
    with Image.open("again.tif") as picture:
        saved[kind] = picture.tag_v2[PHOTOMETRIC], np.array_equal(np.asarray(picture), read)
    print(
        f"{kind:>8}: stored {stored.tolist()}, tag {tags[kind]}, read {read.tolist()}:",
        "turned round" if turned[kind] else "as stored, a negative",
        f"(saved again: tag {saved[kind][0]}, values {'as read' if saved[kind][1] else 'others'})",
    )
if turned != {"uint8": True, "uint16": False, "float32": False}:
    sys.exit("No longer so: it is no longer only the 8-bit picture that is turned round.")
if set(tags.values()) != {0}:
    sys.exit("No longer so: the tag now tells the pictures apart.")
if set(saved.values()) != {(1, True)}:
    sys.exit("No longer so: saved again, the pictures are not all marked as 0 is black.")
PY

venv/bin/python look.py
echo "still so"
