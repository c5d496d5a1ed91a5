#!/usr/bin/env bash
# torch.onnx.export writes into each node of the file where in the source it comes from: the absolute
# path on the machine that made it, the function, and the line of code itself, word for word, also
# with verbose=False. A file of weights that is handed on so tells the folders and parts of the source
# of whoever made it; of a small model it is most of the file.
# Seen with torch 2.14.1, onnx 1.23.2 and onnxscript 0.7.2; needs about 6 GB of free disk.
# What to do: empty node.metadata_props of every node before the file is written. onnxruntime gives
# the same answers without it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 \
  onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 \
  || { echo "could not install the packages" >&2; exit 2; }
mkdir -p "$work/home/ada/unpublished"
cd "$work/home/ada/unpublished"

cat >look.py <<'PY'
import os
import sys

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x):
        our_trick = torch.relu(self.layer(x)) * 0.5
        return our_trick


print("torch", torch.__version__, "onnx", onnx.__version__)
torch.onnx.export(Net().eval(), (torch.rand(2, 4),), "net.onnx", dynamo=True, verbose=False, external_data=False)
with open("net.onnx", "rb") as file:
    data = file.read()
path, line = os.path.abspath("look.py").encode(), b"our_trick = torch.relu(self.layer(x)) * 0.5"
print(f"  a file of {len(data)} bytes for 15 numbers names {path.decode()} {data.count(path)} times")
print(f"  and holds the line {line.decode()!r} {data.count(line)} times")
if not data.count(path) or not data.count(line):
    sys.exit("No longer so: the file does not name the source.")

model = onnx.load_from_string(data)
for node in model.graph.node:
    del node.metadata_props[:]
bare = model.SerializeToString()
print(f"  without the metadata of its nodes it has {len(bare)} bytes and names it {bare.count(path)} times")
x = np.ones((2, 4), np.float32)
before, after = (onnxruntime.InferenceSession(each).run(None, {"x": x})[0] for each in (data, bare))
if bare.count(path) or not np.array_equal(before, after):
    sys.exit("No longer so: that is not all of it, or the answers differ.")
PY

"$work/venv/bin/python" look.py
echo "still so"
