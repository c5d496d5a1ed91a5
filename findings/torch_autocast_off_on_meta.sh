#!/usr/bin/env bash
# A block that turns autocast off for the device of its tensors, torch.autocast(x.device.type,
# enabled=False), runs on the CPU and is accepted for CUDA, MPS, XPU and XLA where there is none, but
# raises "unsupported scalarType" for the meta device, though there is nothing to turn off: so a
# model with such a block cannot be run on meta tensors to learn its shapes. The error comes from
# asking for the device's default type, before anybody looks at enabled; with a dtype given another
# one is raised. Autocast of the CPU around meta tensors is accepted and changes nothing of them.
# Seen with torch 2.14.1 without CUDA or as on PyPI; needs about 6 GB of free disk.
# What to do: enter the block only where torch.amp.is_autocast_available(x.device.type).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >look.py <<'PY'
import sys

import torch

print("torch", torch.__version__)
same = True


def expect(what: str, got: str, wanted: str) -> None:
    global same
    same = same and got == wanted
    print(f"  {what}: {got}" + ("" if got == wanted else f", not {wanted}"))


def entered(device: str, **how: object) -> str:
    try:
        with torch.autocast(device, **how):
            return "accepted"
    except RuntimeError as error:
        return str(error).splitlines()[0]


print("autocast turned off")
for device in ("cpu", "cuda", "mps", "xpu", "xla"):
    expect(device, entered(device, enabled=False), "accepted")
expect("meta", entered("meta", enabled=False), "unsupported scalarType")
expect(
    "meta, with a dtype",
    entered("meta", enabled=False, dtype=torch.float32),
    "User specified an unsupported autocast device_type 'meta'",
)
expect("available on meta", str(torch.amp.is_autocast_available("meta")), "False")

x = torch.empty(2, 2, device="meta")
with torch.autocast("cpu", dtype=torch.bfloat16):
    expect("a product of meta tensors in autocast of the CPU", str((x @ x).dtype), "torch.float32")

if not same:
    sys.exit("No longer so: see the lines above.")
PY
venv/bin/python look.py
echo "still so"
