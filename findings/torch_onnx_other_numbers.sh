#!/usr/bin/env bash
# torch.onnx.export writes files that pass onnx's checker, run, and answer something else than the
# model, without an error or a warning about it, where a setting of a call has no counterpart in ONNX:
#   scatter_reduce(..., "mean")      the last value of each place, not the mean
#   avg_pool2d(divisor_override=1)   the mean, not the sum (likewise with dynamo=False)
#   interpolate(scale_factor=, antialias=True)  scales by out/in, not by the factor
#   uint8 << 1                       bytes above 127 come out negative
#   torch.hamming_window             0.087 at its ends, not 0.08
# With scatter_reduce's "sum", no divisor, a size, int32, hann_window the file is right. The exporter
# for TorchScript, dynamo=False, refuses the mean and shifts bytes rightly.
# Seen with torch 2.14.1, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0; needs about 6 GB of disk.
# What to do: torch.onnx.export(verify=True), which runs the file on the inputs and says how far it is off.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 \
  onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys
import warnings

import onnx
import onnxruntime
import torch
from torch.nn import functional as F

print("torch", torch.__version__, "onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
same = True


class Call(torch.nn.Module):
    def __init__(self, function) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x)


def look(what: str, function, x: torch.Tensor, agrees: bool) -> None:
    global same
    wanted = function(x)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        program = torch.onnx.export(Call(function).eval(), (x,), dynamo=True, verbose=False)
    said = [str(w.message) for w in said if issubclass(w.category, UserWarning)]
    file = program.model_proto
    onnx.checker.check_model(file, full_check=True)
    data, providers = file.SerializeToString(), ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(data, providers=providers)
    (array,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    got = torch.from_numpy(array)
    close = got.shape == wanted.shape and torch.allclose(got.double(), wanted.double(), atol=1e-4)
    as_said = close == agrees and not said
    same = same and as_said
    model, answer = ([round(v, 3) for v in t.flatten()[:5].tolist()] for t in (wanted, got))
    print(f"  {what}: model {model}, file {answer}" + ("" if as_said else f"  <- not as said {said}"))


values, place = torch.tensor([1.0, 2.0, 3.0, 4.0, 6.0]), torch.tensor([0, 0, 1, 1, 1])
for how in ("mean", "sum"):
    reduced = lambda x, how=how: torch.zeros(2).scatter_reduce(0, place, x, how, include_self=False)
    look(f"scatter_reduce {how}", reduced, values, how == "sum")

square = torch.arange(16.0).reshape(1, 1, 4, 4)
look("avg_pool2d, divisor_override=1", lambda x: F.avg_pool2d(x, 2, divisor_override=1), square, False)
look("avg_pool2d", lambda x: F.avg_pool2d(x, 2), square, True)

step = torch.zeros(1, 1, 28, 28)
step[..., 14:] = 1.0
for what, agrees, how in (
    ("scale_factor=0.6, antialias", False, {"scale_factor": 0.6, "antialias": True}),
    ("scale_factor=0.6", True, {"scale_factor": 0.6}),
    ("size=16, antialias", True, {"size": (16, 16), "antialias": True}),
):
    shrunk = lambda x, how=how: F.interpolate(x, mode="bilinear", **how)[0, 0, 0, 6:11]
    look(f"interpolate, {what}", shrunk, step, agrees)

for kind in (torch.uint8, torch.int32):
    numbers = torch.tensor([1, 63, 64, 100], dtype=kind)
    look(f"{kind} << 1", lambda x: x << 1, numbers, kind == torch.int32)

look("hamming_window", lambda x: x * torch.hamming_window(8), torch.ones(8), False)
look("hann_window", lambda x: x * torch.hann_window(8), torch.ones(8), True)

if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py 2>stderr.txt || { cat stderr.txt; exit 1; }
echo "still so"
