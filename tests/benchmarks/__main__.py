"""Measure what README states, and print it as Markdown: ``make bench``.

    python -m tests.benchmarks [NAME…]                 these, by name; without one all of DAILY
    python -m tests.benchmarks compare A B [NAME…]     two commits, in turns (--turns 5)

Without a name each figure is also recorded, in docs/bench.jsonl. What takes long is run by its
module's name: ``visitors.load`` (ten minutes), ``damage.kills``, ``damage.fuzz``, ``damage.disk``.
MNIST is looked for in $DPN_GATE_DATA, else in ../shared/data; without it its rows are left out.
"""

import argparse
import importlib
import importlib.metadata
import inspect
import os
import platform
from datetime import date

import dpn
from tests.benchmarks import compare, record
from tests.helpers import GATE_DATA

#: What README states, in this order.
DAILY = (
    "learning.training",
    "learning.rivals",
    "learning.hands",
    "learning.teaching",
    "learning.worlds.mazes",
    "answers.drawings",
    "answers.latency",
    "answers.numbers",
    "learning.memory",
    "learning.steps",
    "learning.growth",
    "answers.explaining",
    "answers.first_stroke",
    "answers.strokes",
    "answers.exported",
    "answers.onnx",
    "answers.inside",
    "answers.plans",
    "pages.switches",
    "visitors.viewers",
    "visitors.pictures",
)
#: What `compare` measures unless it is told; a minute or so each.
COMPARED = ("answers.explaining", "learning.steps")


def main() -> None:
    """Run all measurements, or those that are named, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", help="benchmarks; or compare A B and benchmarks")
    parser.add_argument("--turns", type=int, default=5, help="of compare; 5 if you do not say")
    asked = parser.parse_args()
    if asked.names[:1] == ["compare"]:
        if len(asked.names) < 3 or asked.turns < 1:
            parser.error("compare takes two commits, and at least one turn")
        _, a, b, *names = asked.names
        compare.compare(a, b, names or COMPARED, asked.turns)
        return
    if not asked.names:
        os.environ.setdefault(record.VARIABLE, str(record.FILE))
        record.where()  # the machine's rate, while nothing else runs
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("torch", "streamlit")]
    where = [f"{record.processor()}, {os.cpu_count()} cores", f"Python {platform.python_version()}"]
    print(" · ".join([str(date.today()), *where, *versions, f"DPN Lab {dpn.__version__}"]), "\n")
    for name in asked.names or DAILY:
        measure = importlib.import_module(f"tests.benchmarks.{name}").measure
        if "data" in inspect.signature(measure).parameters:
            measure(GATE_DATA if GATE_DATA.is_dir() else None)
        else:
            measure()


if __name__ == "__main__":
    main()
