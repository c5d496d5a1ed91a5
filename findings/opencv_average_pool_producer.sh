#!/usr/bin/env bash
# Whether average pooling of an ONNX file counts the zeros of its padding is said by count_include_pad, which
# nn.AvgPool2d sets to 1 by default. OpenCV 4.14 does not look at it: it counts them if the file says that
# "pytorch" made it, and otherwise never. So the same node in a file with another producer_name, as onnxruntime's
# quantisation writes, or that was made by hand, is answered otherwise at the edges: with a kernel of 3 and
# padding of 1, as in torchvision's Inception v3 and MaxViT, an edge is 3/2 and a corner 9/4 of what the model
# says; and count_include_pad=False of PyTorch is answered as True. 5.0 looks at it, but with ceil_mode=1 counts
# what lies beyond the padding: AvgPool2d(2, ceil_mode=True) of an odd size gives half at the right and at the
# bottom and a quarter in the corner. No error, no warning, and shapes agree. ONNX Runtime and onnx's own
# evaluator count as PyTorch does.
# Seen with opencv-python-headless 4.14.0.94 and 5.0.0.93, onnx 1.23.2, onnxruntime 1.32.0, and with files that
# torch 2.14.1 wrote.
# What to do: let nn.ZeroPad2d pad, and pool without padding and with count_include_pad=False, which is the
# same then and is right in both.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in 4.14.0.94 5.0.0.93; do
  "${PYTHON:-python3}" -m venv "$work/$version"
  "$work/$version/bin/pip" install --quiet --disable-pip-version-check "opencv-python-headless==$version" \
    numpy==2.4.6 onnx==1.23.2 onnxruntime==1.32.0 || { echo "could not install the packages" >&2; exit 2; }
done
cd "$work"

cat >look.py <<'PY'
import sys
import warnings

import cv2
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

warnings.simplefilter("error")
cv2.setNumThreads(1)
new = cv2.__version__.startswith("5")
print("OpenCV", cv2.__version__, "onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
same = True


def pooled(x: np.ndarray, kernel: int, stride: int, pad: int, ceil: int, include: int) -> np.ndarray:
    """Average pooling of a square (S, S) as nn.AvgPool2d defines it."""
    side = len(x)
    count = -(-(side + 2 * pad - kernel) // stride) if ceil else (side + 2 * pad - kernel) // stride
    starts = [s for s in range(-pad, -pad + (count + 1) * stride, stride) if s < side + pad]
    parts = [(max(s, 0), min(s + kernel, side), min(s + kernel, side + pad) - s) for s in starts]
    made = [
        [x[a:b, c:d].sum() / (high * wide if include else (b - a) * (d - c)) for c, d, wide in parts]
        for a, b, high in parts
    ]
    return np.array(made)


def look(side: int, kernel: int, stride: int, pad: int, ceil: int, include: int, wrong: str, by: str = "") -> None:
    """Ask all of a picture of random numbers, and OpenCV of a picture of ones, too."""
    global same
    how = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": [pad] * 4}
    node = helper.make_node("AveragePool", ["x"], ["y"], ceil_mode=ceil, count_include_pad=include, **how)
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 1, s, s]) for n, s in (("x", side), ("y", "s"))]
    graph = helper.make_graph([node], "graph", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10, producer_name=by)
    onnx.checker.check_model(model, full_check=True)
    data = model.SerializeToString()
    net = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])

    def cv(x: np.ndarray) -> np.ndarray:
        net.setInput(x)
        return net.forward().copy()

    x = np.random.default_rng(0).uniform(1, 2, (1, 1, side, side)).astype(np.float32)
    true = pooled(x[0, 0].astype(float), kernel, stride, pad, ceil, include)
    others = session.run(None, {"x": x})[0][0, 0], ReferenceEvaluator(model).run(None, {"x": x})[0][0, 0]
    got = cv(x)[0, 0]
    agree = got.shape == true.shape and np.allclose(got, true, atol=1e-5)
    factors = sorted({round(float(f), 2) for f in (got / true).ravel()}) if got.shape == true.shape else "another shape"
    ones = cv(np.ones_like(x))[0, 0]
    as_said = all(o.shape == true.shape and np.allclose(o, true, atol=1e-5) for o in others)
    as_said = as_said and agree == (("5" if new else "4") not in wrong) and got.shape == true.shape
    same = same and as_said
    what = f"made by {by!r}, size {side}, kernel {kernel}, stride {stride}, padding {pad}, ceil {ceil}, include {include}"
    print(f"  {what}: OpenCV's are the model's times {factors}; last row of ones: {ones[-1].astype(float).round(2).tolist()}" + ("" if as_said else "  <- not as said"))


def padded_apart(by: str) -> bool:
    """Whether OpenCV pools rightly what another node has padded with zeros."""
    x = np.random.default_rng(0).uniform(1, 2, (1, 1, 7, 7)).astype(np.float32)
    pads = onnx.numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1]), "pads")
    pad = helper.make_node("Pad", ["x", "pads"], ["padded"])
    pool = helper.make_node("AveragePool", ["padded"], ["y"], kernel_shape=[3, 3], strides=[1, 1], count_include_pad=0)
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 1, 7, 7]) for n in "xy"]
    graph = helper.make_graph([pad, pool], "graph", ends[:1], ends[1:], [pads])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10, producer_name=by)
    net = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))
    net.setInput(x)
    return np.allclose(net.forward()[0, 0], pooled(x[0, 0].astype(float), 3, 1, 1, 0, 1), atol=1e-5)


print("kernel 3 and padding 1: in 4.14 it matters who made the file")
for include, by, wrong in ((1, "pytorch", ""), (1, "", "4"), (1, "onnx.quantize", "4"), (0, "pytorch", "4"), (0, "", "")):
    look(7, 3, 1, 1, 0, include, wrong, by)
    look(7, 3, 2, 1, 0, include, wrong, by)
apart = [padded_apart(by) for by in ("pytorch", "")]
same = same and all(apart)
print("  padded by a node of its own:", "right" if all(apart) else "wrong  <- not as said")
print("in ceil mode, what lies beyond: wrong in 5.0")
for by in ("pytorch", ""):
    look(7, 2, 2, 0, 1, 1, "5", by)
    look(8, 3, 3, 0, 1, 1, "5", by)
    look(8, 3, 2, 1, 1, 1, "5" if by else "4 5", by)
print("right in both")
for by in ("pytorch", ""):
    look(8, 2, 2, 0, 1, 1, "", by)
    look(7, 2, 2, 0, 1, 0, "", by)
    look(7, 2, 2, 0, 0, 1, "", by)
if not same:
    sys.exit("No longer so: see the lines above.")
PY
for version in 4.14.0.94 5.0.0.93; do
  "$version/bin/python" look.py
done
echo "still so"
