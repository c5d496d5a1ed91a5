"""A training keeps the memory that it frees, and gives it back when it is told to."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from dpn.models import devices
from tests.helpers import short_training, small_model, write_npz

ROOT = Path(__file__).parents[2]

# In a process of its own, for which this holds from then on.
MEASURE = """
import json, resource, sys
from pathlib import Path
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.models.devices import release_memory
from dpn.training.loop import run_training
from dpn.training.opening import open_training
import torch

def faulted():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.zeros(2**24)  # 64 MiB, as a batch of photos has
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def faults():
    # Of five, the least: now and then a small block takes a corner, and the heap must grow.
    return min(faulted() for _ in range(5))

def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20

model, training, folder = json.loads(sys.argv[1])
folder = Path(folder)
model, training = ModelConfig.from_dict(model), TrainConfig.from_dict(training)
before = faults()
trainer, run = open_training(model, training, folder / "data", folder / "runs")
list(run_training(trainer, run))
faults()
kept, held = faults(), resident()
release_memory()
print(json.dumps([before, kept, held - resident()]))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives it back")
def test_a_training_keeps_the_memory_it_frees_until_it_is_told_to_release_it(tmp_path):
    write_npz(tmp_path / "data")
    given = (small_model().to_dict(), short_training(steps=1).to_dict(), str(tmp_path))
    command = [sys.executable, "-c", MEASURE, json.dumps(given)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    before, kept, released = json.loads(done.stdout.splitlines()[-1])
    assert before > 5 * kept + 20
    assert released > 50  # of 64 MiB


@pytest.mark.parametrize(
    ("asked", "processes", "threads"),
    [
        (None, 1, 8),
        (None, 3, 2),
        (None, 20, 1),
        ("2", 1, 2),
        ("3,1", 1, 3),  # of nested regions: the first is the one that counts
        ("64", 1, 8),
        ("1", 2, 4),  # what torchrun says to each of its processes
        ("0", 1, 8),
        ("many", 1, 8),
    ],
)
def test_one_process_takes_no_more_threads_than_omp_num_threads_says(
    monkeypatch, asked, processes, threads
):
    monkeypatch.setattr(devices, "cpu_count", lambda: 8)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if asked:
        monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert devices.thread_count(processes) == threads
