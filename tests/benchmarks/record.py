"""The record of what was measured: a line a figure, in the file that DPN_BENCH_RECORD names.

``make bench`` names docs/bench.jsonl; a benchmark that is run by itself records nothing, unless the
variable is set.
"""

from __future__ import annotations

import functools
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "bench.jsonl"
VARIABLE = "DPN_BENCH_RECORD"
PACKAGES = ("torch", "streamlit", "numpy")
#: Values below which a 95th percentile says no more than the highest.
ENOUGH = 20


def note(figure: str, values: float | Sequence[float], unit: str) -> None:
    """Append a figure: the median of its values, how many there are, and how far apart.

    Args:
        figure: its name, which begins with its benchmark's: ``answers.command, 1,000 drawings``.
        values: one, or one for each repetition.
        unit: such as ms or MiB.
    """
    if file := os.environ.get(VARIABLE):
        values = [float(one) for one in (values if isinstance(values, Sequence) else [values])]
        line = {"figure": figure, "value": statistics.median(values), "unit": unit}
        line |= {"n": len(values), "low": min(values), "high": max(values)}
        if len(values) >= ENOUGH:
            line["p95"] = sorted(values)[int(0.95 * (len(values) - 1))]
        with open(file, "a", encoding="utf-8") as out:
            out.write(json.dumps({**line, **where()}) + "\n")


@functools.cache
def where() -> dict[str, Any]:
    """Return what a figure is worth nothing without: commit, day, machine, its rate, versions."""
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    versions["python"] = platform.python_version()
    return {"commit": commit(), "date": str(date.today()), **machine(), "versions": versions}


@functools.cache
def machine() -> dict[str, Any]:
    """Return the processor's name, its cores, and its GFLOP/s in float32 matrix products.

    And how many processes wanted to compute in the minute before, which should be none.
    """
    from dpn.models.devices import cpu_count
    from tests.benchmarks.learning.training import matrix_rate
    from tests.helpers import threads_of_torch

    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    with threads_of_torch(cpu_count()):
        rate = matrix_rate() / 1e9
    found = {"machine": processor(), "cores": cpu_count(), "gflops": round(rate, 1)}
    return found | ({} if load is None else {"load": load})


def commit() -> str:
    """Return the commit that is measured, with a + where files differ from it; "" without git."""
    try:
        found = _git("rev-parse", "--short=10", "HEAD")
        return found + "+" * bool(_git("status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.CalledProcessError):
        return ""


def processor() -> str:
    """Name the processor, as the system does."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name") and (name := line.partition(":")[2].strip()):
                return name
    return platform.processor() or platform.machine()


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
