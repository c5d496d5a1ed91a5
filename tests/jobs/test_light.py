"""What an answer imports: in a process of its own, for the tests' has imported all."""

import subprocess
import sys

from tests.browser.server import ROOT

ANSWERS = """
import sys
from pathlib import Path
import numpy as np
from dpn.jobs.questions import Question
from dpn.jobs.serving import ModelServer
from dpn.runs.folder import find_run

class NoJobs:
    def live_weights(self, *_, **__): return None

server = ModelServer(NoJobs())
for name, shape in (("shipped-mnist-dpn", (1, 28, 28)), ("shipped-cifar10-residual", (3, 32, 32))):
    run = find_run(name, Path("none"))
    images = np.zeros((2, *shape), np.uint8)
    assert server.explain(run, images, Question()).contributions.shape[0] == 2
    assert server.predict(run, images).probabilities.shape == (2, 10)
heavy = {"sympy", "torch._dynamo", "torchvision", "pandas", "sklearn", "scipy"} & sys.modules.keys()
assert not heavy, heavy
"""


def test_an_answer_needs_no_sympy_pandas_or_scipy():
    """They would take a second and 100 MB of each server and of each command."""
    done = subprocess.run(
        [sys.executable, "-c", ANSWERS], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
