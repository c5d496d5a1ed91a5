#!/usr/bin/env bash
# The first torch.optim optimiser that a process makes imports torch's compiler, although nothing is
# compiled: torch._dynamo and with it SymPy, some 900 modules. `import torch` alone brings neither.
# What does it is a method of the optimiser that is marked "not for the compiler": the mark imports
# the compiler at its first call. The second or more that this takes passes after model and data are
# ready, so it looks like a slow first step, and it holds memory in each process that trains.
# Seen with torch 2.14.1; needs about 6 GB of free disk.
# What to do: a process that is started ahead of time imports torch._dynamo itself, before it is asked.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys
import time

import torch

print("torch", torch.__version__)
weight = torch.nn.Parameter(torch.zeros(3))
before = set(sys.modules)
if before & {"torch._dynamo", "sympy"}:
    sys.exit("No longer so: import torch brings them already.")
began = time.perf_counter()
torch.optim.AdamW([weight])
middle = time.perf_counter()
torch.optim.AdamW([weight])
ended = time.perf_counter()
new = set(sys.modules) - before
print(f"  the first optimiser: {len(new)} modules, {middle - began:.2f} s")
print(f"  the second: {ended - middle:.5f} s")
if len(new) < 300 or not {"torch._dynamo", "sympy"} <= new:
    sys.exit("No longer so: the first optimiser imports little.")
PY

venv/bin/python look.py
echo "still so"
