#!/usr/bin/env bash
# A picture of floats from 0 to 1 is stored black: wandb.Image cuts them to whole numbers, so that 0.999
# becomes 0 and only 1.0 becomes 1, of 255. Up to 0.26 the same call stretched them to 0..255, and
# matplotlib and torchvision still do. Nothing is raised or warned of, and the file looks like a model
# that draws nothing. (The documentation of the argument says that values are expected in [0, 255].)
# Seen with wandb 0.31.0 against 0.26.1, numpy 2.4.6 and Pillow 13.0.0.
# What to do: hand over uint8, (picture * 255).round().astype("uint8").
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" WANDB_ERROR_REPORTING=false
for version in 0.26.1 0.31.0; do
  "${PYTHON:-python3}" -m venv "$work/$version"
  "$work/$version/bin/pip" install --quiet --disable-pip-version-check \
    "wandb==$version" numpy==2.4.6 pillow==13.0.0 || { echo "could not install the packages" >&2; exit 2; }
done
cd "$work"

cat >look.py <<'PY'
import sys
import warnings

import numpy as np
import wandb

expected = [int(value) for value in sys.argv[1].split(",")]
floats = np.array([[0, 0.25, 0.5, 0.75, 1]] * 2, dtype=np.float32)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    seen = np.asarray(wandb.Image(floats).image)[0].tolist()
whole = np.asarray(wandb.Image((floats * 255).round().astype(np.uint8)).image)[0].tolist()
print(f"wandb {wandb.__version__}: of 0, 0.25, 0.5, 0.75, 1 it stores {seen}, and of the same as uint8 {whole};"
      f" warnings: {len(said)}")
if seen != expected:
    sys.exit(f"No longer so: {expected} was expected.")
if whole != [0, 64, 128, 191, 255]:
    sys.exit("No longer so: uint8 is not kept as it is either.")
if said:
    sys.exit("No longer so: it warns.")
PY

0.26.1/bin/python look.py 0,63,127,191,255
0.31.0/bin/python look.py 0,0,0,0,1
echo "still so"
