#!/usr/bin/env bash
# Three PyTorch programs share two CPUs, each with two threads, and do many small operations. One
# would expect the second thread to gain nothing. In fact each program runs tens to thousands of
# times slower than with ONE thread: in libgomp, the OpenMP runtime in torch's Linux wheels, a thread
# that waits spins, and so keeps the thread it waits for off the CPU. None of the programs asks for
# more threads than there are CPUs. With two programs it comes and goes; with three it stays.
# Seen with torch 2.14.1 on Linux. What to do: OMP_WAIT_POLICY=PASSIVE, or one thread a program,
# wherever such programs run side by side (parallel tests, a server beside a training).
# Linux with two CPUs or more; needs about 6 GB of free disk for the wheels of torch.
set -euo pipefail

if ! command -v taskset >/dev/null; then
  echo "skipped: this needs taskset, that is, Linux"
  exit 0
fi
cpus=$("${PYTHON:-python3}" -c 'import os; print(*sorted(os.sched_getaffinity(0))[:2], sep=",")')
if [ "${cpus#*,}" = "$cpus" ]; then
  echo "skipped: this needs two CPUs"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6 \
  || { echo "could not install the packages" >&2; exit 2; }
cd "$work"

cat >job.py <<'PY'
"""Add to a small vector for a second at each line read, and print the operations a second."""
import sys
import time

import torch

vector = torch.zeros(40_000)  # a little above the size from which torch uses a second thread
for _ in range(20):
    vector.add_(1.0)
print("ready", flush=True)
for _ in sys.stdin:
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < 1:
        for _ in range(10):
            vector.add_(1.0)
        done += 10
    print(done / (time.perf_counter() - start), flush=True)
PY

cat >look.py <<'PY'
import os
import statistics
import subprocess
import sys

import torch

CPUS = sys.argv[1]
PROGRAMS = 3
ROUNDS = 7
CASES = {
    "one thread each": {"OMP_NUM_THREADS": "1"},
    "two threads each": {"OMP_NUM_THREADS": "2"},
    "two threads each, OMP_WAIT_POLICY=PASSIVE": {
        "OMP_NUM_THREADS": "2",
        "OMP_WAIT_POLICY": "PASSIVE",
    },
}
BARE = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "GOMP_", "KMP_"))}
COMMAND = ["taskset", "-c", CPUS, sys.executable, "job.py"]


def side_by_side(extra: dict[str, str]) -> float:
    """Operations a second of one of the programs while all run: the median of the rounds."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    jobs = [subprocess.Popen(COMMAND, env={**BARE, **extra}, **pipes) for _ in range(PROGRAMS)]
    for job in jobs:
        assert job.stdout.readline().strip() == "ready"
    means = []
    for _ in range(ROUNDS):
        for job in jobs:
            job.stdin.write("go\n")
        means.append(statistics.mean(float(job.stdout.readline()) for job in jobs))
    for job in jobs:
        job.communicate(timeout=60)
    return statistics.median(means)


with open("/proc/self/maps") as maps:
    runtimes = {line.split("/")[-1].strip() for line in maps if "omp" in line and ".so" in line}
print("torch", torch.__version__, "with", *sorted(r for r in runtimes if "gomp" in r or "iomp" in r))
print(PROGRAMS, "programs at once on CPUs", CPUS)
rates = {}
for name, extra in CASES.items():
    rates[name] = side_by_side(extra)
    print(f"{name}: {rates[name]:,.0f} operations a second")
one, two, passive = rates.values()
print(f"two threads are {one / two:.0f} times slower than one; passive waiting helps {passive / two:.0f} times")
if one < 3 * two:
    sys.exit("No longer so: two threads each are not three times slower than one thread each.")
if passive < 3 * two:
    sys.exit("No longer so: passive waiting does not make two threads three times faster.")
PY

venv/bin/python look.py "$cpus"
echo "still so"
