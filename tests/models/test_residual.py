"""The encoder on processors of all kinds."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Prints how far the gradients of one step are from those of twice the digits, of the largest.
COMPARE = """
import copy
import torch
from dpn.models.build import build_model
from tests.helpers import small_model

worst = 0.0
for channels in (2, 4, 16):
    torch.manual_seed(0)
    sizes = {"height": 16, "width": 16, "channels": 3}
    single = build_model(small_model("residual", encoder_channels=channels, **sizes))
    double = copy.deepcopy(single).double()
    images = torch.rand(10, 3, 16, 16)
    for model, x in ((single, images), (double, images.double())):
        model.train()
        for _ in range(3):
            model.zero_grad()
            model(x).square().sum().backward()
    for one, other in zip(single.parameters(), double.parameters(), strict=True):
        far = (one.grad - other.grad).abs().max() / other.grad.abs().max().clamp(min=1e-6)
        worst = max(worst, float(far))
print(worst)
"""


def test_gradients_are_right_on_processors_without_avx512():
    """Those of oneDNN's kernel of 1x1 with a stride are not, and it may end the process."""
    older = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
    done = subprocess.run(
        [sys.executable, "-c", COMPARE],
        cwd=ROOT,
        env={**os.environ, **older},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) < 1e-3
