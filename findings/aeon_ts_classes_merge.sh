#!/usr/bin/env bash
# The readers of .ts files make class names lower case. Series of the classes A, a, B and b, written
# by aeon itself, come back as two classes, without a word: the written letters of a pen, for one,
# or units such as mV and MV. The header of the file still has all four. sktime's reader does it too.
# A name with a capital also comes back as another name, so labels before and after do not match.
# Seen with aeon 1.6.0 and sktime 1.2.0.
# What to do: give classes numbers before writing, or names that differ in more than their case.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check aeon==1.6.0 sktime==1.2.0 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys
import warnings

warnings.simplefilter("ignore")
import aeon
import numpy as np
import sktime
from aeon.datasets import load_from_ts_file, save_to_ts_file
from sktime.datasets import load_from_tsfile

print("aeon", aeon.__version__, "sktime", sktime.__version__)
series = np.arange(12.0).reshape(4, 1, 3)
classes = np.array(["A", "a", "B", "b"])
save_to_ts_file(series, y=classes, label_type="classification", path=".", problem_name="Letters")
header = next(line for line in open("Letters.ts") if line.startswith("@classLabel")).strip()
print("  written:", classes.tolist(), "header:", header)
back, read = load_from_ts_file("Letters.ts")
print("  aeon reads: ", read.tolist(), "series the same:", np.array_equal(back, series))
other = load_from_tsfile("Letters.ts")[1]
print("  sktime reads:", list(other))

if not (
    header == "@classLabel true A B a b"
    and read.tolist() == list(other) == ["a", "a", "b", "b"]
    and np.array_equal(back, series)
):
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
