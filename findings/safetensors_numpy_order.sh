#!/usr/bin/env bash
# safetensors.numpy.save and save_file write what lies in an array's memory, in the order it lies
# there, under the array's shape. A transposed, sliced or broadcast array, or one in Fortran order,
# such as many of SciPy's and scikit-learn's results, is read back with other numbers in the same
# shape. No error and no warning, where safetensors.torch.save refuses such a tensor. Up to 0.7.0 all
# of them came back as they were.
# Seen with safetensors 0.8.0 (issue 825 of its repository), right with 0.7.0; numpy 2.4.6.
# What to do: np.ascontiguousarray(a) of all that is saved (of an array without axes: a.copy(order="C")).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in 0.7.0 0.8.0; do
  "${PYTHON:-python3}" -m venv "$work/$version"
  "$work/$version/bin/pip" install --quiet --disable-pip-version-check safetensors==$version numpy==2.4.6 \
    || { echo "could not install the packages" >&2; exit 2; }
done
cd "$work"

cat >look.py <<'PY'
import sys

import numpy as np
import safetensors
from safetensors.numpy import load, load_file, save, save_file

version = safetensors.__version__
print("safetensors", version)
base = np.arange(6, dtype=np.float32).reshape(2, 3)
arrays = {
    "as usual": base,
    "transposed": base.T,
    "sliced": base[:, ::2],
    "Fortran order": np.asfortranarray(base),
    "broadcast": np.broadcast_to(base[:1], (2, 3)),
}
wrong = []
for name, array in arrays.items():
    back = load(save({"a": array}))["a"]
    save_file({"a": array}, "a.safetensors")
    again = load_file("a.safetensors")["a"]
    same = np.array_equal(back, array)
    if back.shape != array.shape or not np.array_equal(back, again):
        sys.exit("No longer so: the shape is another, or save and save_file differ.")
    wrong += [] if same else [name]
    print(f"  {name}: {array.tolist()} is read as {back.tolist()}" + ("" if same else "  <- wrong"))

expected = [] if version == "0.7.0" else [name for name in arrays if name != "as usual"]
if wrong != expected:
    sys.exit(f"No longer so: wrong are {wrong}, not {expected}.")
PY

for version in 0.7.0 0.8.0; do
  "$version/bin/python" look.py
done
echo "still so"
