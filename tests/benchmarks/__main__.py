"""Measure what README states, and print it as Markdown: ``make bench``.

What takes long is run by name: ``visitors.load`` (ten minutes), ``damage.kills``, ``damage.fuzz``,
``damage.disk``.
MNIST is looked for in $DPN_GATE_DATA, else in ../shared/data; without it its rows are left out.
"""

import importlib.metadata
import platform
from datetime import date
from pathlib import Path

import dpn
from dpn.models.devices import cpu_count
from tests.benchmarks.answers import (
    drawings,
    explaining,
    exported,
    first_stroke,
    inside,
    latency,
    numbers,
    onnx,
    strokes,
)
from tests.benchmarks.learning import growth, hands, memory, rivals, teaching, training
from tests.benchmarks.visitors import pictures, viewers
from tests.helpers import GATE_DATA


def main() -> None:
    """Run all measurements, one after the other."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("torch", "streamlit")]
    where = [f"{processor()}, {cpu_count()} cores", f"Python {platform.python_version()}"]
    print(" · ".join([str(date.today()), *where, *versions, f"DPN Lab {dpn.__version__}"]), "\n")
    data = GATE_DATA if GATE_DATA.is_dir() else None
    training.measure(data)
    rivals.measure(data)
    hands.measure(data)
    teaching.measure(data)
    drawings.measure()
    latency.measure()
    numbers.measure(data)
    memory.measure()
    growth.measure()
    explaining.measure()
    first_stroke.measure()
    strokes.measure()
    exported.measure()
    onnx.measure(data)
    inside.measure(data)
    viewers.measure(data)
    pictures.measure(data)


def processor() -> str:
    """Name the processor, as the system does."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name") and (name := line.partition(":")[2].strip()):
                return name
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
