#!/usr/bin/env bash
# ONNX Runtime's Sigmoid on the CPU, of float32, is good to 1e-7 of one, not of its own size: from about
# -14 down a probability is wrong by some per cent, then by half or twice itself, a smaller input may get
# a larger one, and from -18 down it is 0, where torch and NumPy go on to -88 and beyond. A logarithm of
# it is -inf: F.logsigmoid and binary_cross_entropy_with_logits, which torch.onnx.export (2.14.1) writes
# as Log(Sigmoid(x)), answer -inf and inf where the model says -20 and 0. Softplus and Softmax of the
# same library keep six digits. np.allclose, whose atol is 1e-8, sees nothing below -18.
# Seen with onnxruntime 1.32.0 on x86-64 Linux, onnx 1.23.2.
# What to do: export logits, or log sigmoid as -softplus(-x); torch.onnx.export(verify=True) tells.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

print("onnxruntime", onnxruntime.__version__)


def run(x: np.ndarray, *names: str) -> np.ndarray:
    """Answer of the operators in a row."""
    kind = helper.np_dtype_to_tensor_dtype(x.dtype)
    nodes = [helper.make_node(name, [f"v{i}"], [f"v{i + 1}"]) for i, name in enumerate(names)]
    ends = [helper.make_tensor_value_info(f"v{i}", kind, [None]) for i in (0, len(names))]
    graph = helper.make_graph(nodes, "graph", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"v0": x})[0]


x = np.array([-10, -14, -15, -16, -16.5, -17, -18.5, -20, -30, -80], np.float32)
true = 1 / (1 + np.exp(-x.astype(float)))
got, logs = run(x, "Sigmoid"), run(x, "Sigmoid", "Log")
soft = -run(x, "Neg", "Softplus")
two = np.array([run(np.array([v, 0], np.float32), "Softmax")[0] for v in x])
print("  x      sigmoid   Sigmoid   Softmax   its log   -Softplus(-x)")
for row in zip(x, true, got, two, logs, soft):
    print("  {:<6} {:<9.3g} {:<9.3g} {:<9.3g} {:<9.5g} {:.5g}".format(*map(float, row)))

far = x < -18
as_said = (
    np.allclose(two, true, rtol=1e-5, atol=0)
    and np.allclose(soft, np.log(true), rtol=1e-5, atol=0)
    and np.allclose(got, true, rtol=0, atol=1.2e-7)
    and not np.isclose(got, true, rtol=0.1, atol=0)[x <= -16].all()
    and not np.isclose(got, true, rtol=0.9, atol=0)[far].any()
    and not np.isclose(logs, x, rtol=0.1, atol=0)[far].any()
)
if not as_said:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
