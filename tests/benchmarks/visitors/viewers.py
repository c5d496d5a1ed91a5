"""What ten people who watch cost a training: ``python -m tests.benchmarks.visitors.viewers``.

Each viewer is a session over Streamlit's protocol that asks for the live curves as often as a
browser does. The viewers run on the same processors as the app and the training; a real one would
bring its own, so what decoding costs here counts against the app.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.record import note
from tests.benchmarks.visitors.processes import processor_seconds
from tests.benchmarks.visitors.protocol import Visitor, visit
from tests.browser.server import ROOT, App, running_app
from tests.helpers import GATE_DATA

VIEWERS = 10
TIMES = 3
EPOCHS = 3
#: Titles on the page of the data sets that are trained on.
TITLES = {"mnist": "MNIST", "digits": "Digits"}


@dataclass
class Watched:
    """A training that was watched: images/s, looks a second in all, and who used the processors."""

    speed: float
    looks: float
    server: float
    viewers: float


def measure(data: Path | None, *, viewers: int = VIEWERS, times: int = TIMES) -> None:
    """Print images/s of the same training alone and watched, in turns, and their ratio.

    ``data`` is a folder with MNIST; without it the embedded digits are trained on.
    """
    dataset, epochs = ("mnist", EPOCHS) if data else ("digits", 60)
    alone, watched = [], []
    with app_with(data) as app:
        for _ in range(times):
            alone.append(_alone(app, dataset, epochs))
            watched.append(asyncio.run(_watched(app, dataset, epochs, viewers)))
    ratio = statistics.mean(one.speed for one in watched) / statistics.mean(alone)
    each = [one.speed / base for one, base in zip(watched, alone, strict=True)]
    note(f"visitors.viewers, speed with {viewers} watching", each, "")
    print(
        f"Training ({dataset}, residual quick, {epochs} epochs), {viewers} watching live against "
        f"`python -m dpn train` alone, in turns, n = {times}: "
        f"{statistics.mean(one.speed for one in watched):,.0f} against "
        f"{statistics.mean(alone):,.0f} images/s, {ratio:.0%} "
        f"({min(each):.0%} to {max(each):.0%})\n"
    )
    print(
        f"While it is watched: {statistics.mean(one.looks for one in watched):.0f} looks a second, "
        f"the app uses {statistics.mean(one.server for one in watched):.0%} of a core, "
        f"the viewers {statistics.mean(one.viewers for one in watched):.0%}\n",
        flush=True,
    )


@contextlib.contextmanager
def app_with(data: Path | None, **how: Sequence[str]) -> Iterator[App]:
    """Start the app in a folder of its own, with ``data`` as its data folder.

    ``how`` is for ``running_app``.
    """
    with tempfile.TemporaryDirectory(prefix="dpn-bench-") as name:
        folder = Path(name)
        if data:
            (folder / "data").symlink_to(data.resolve())
        with running_app(folder, **how) as app:
            yield app


async def start_training(visitor: Visitor, dataset: str, epochs: float, model: str) -> str:
    """Choose and start a training as a person does; return its run's id."""
    await visitor.open("Train")
    await visitor.choose("dataset", TITLES[dataset])
    await visitor.choose("model", {"dpn": "DPN", "residual": "Residual"}[model])
    await visitor.number(f"{dataset}-{model}-quick-Epochs", epochs)
    await visitor.click("job_start")
    return visitor.page.query.rpartition("run=")[2]


def progress(run: Path) -> tuple[float, float]:
    """Return how many images a run has trained on, and in how many seconds of optimisation."""
    with contextlib.suppress(FileNotFoundError):
        for line in reversed((run / "metrics.jsonl").read_text().splitlines()):
            with contextlib.suppress(ValueError):  # still being written
                record = json.loads(line)
                if record["kind"] == "step":
                    return record["examples"], record["seconds"]
    return 0.0, 0.0


def _alone(app: App, dataset: str, epochs: float) -> float:
    # As nice as the app's own trainings are: else a busy machine would tell the two apart.
    command = ["nice", "-n", "10", sys.executable, "-m", "dpn", "train", "--json"]
    command += ["--dataset", dataset]
    command += ["--model", "residual", "--preset", "quick", "--set", f"epochs={epochs}"]
    command += ["--data-dir", str(app.data)]
    with tempfile.TemporaryDirectory() as runs:
        command += ["--runs-dir", runs]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1])["examples_per_second"])


async def _watched(app: App, dataset: str, epochs: float, viewers: int) -> Watched:
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(visit(app.url))
        run_id = await start_training(first, dataset, epochs, "residual")
        others = [visit(app.url, "Train", f"run={run_id}") for _ in range(viewers - 1)]
        watchers = [first, *[await stack.enter_async_context(other) for other in others]]
        while progress(app.runs / run_id)[0] == 0:
            await asyncio.sleep(0.1)
        runs, started = sum(one.runs for one in watchers), time.monotonic()
        server, mine = processor_seconds(app.pid), time.process_time()
        while not (app.runs / run_id / "result.json").exists():
            await asyncio.sleep(0.2)
            assert not first.page.problems(), first.page.problems()
        seconds = time.monotonic() - started
        looks = (sum(one.runs for one in watchers) - runs) / seconds
        images, spent = progress(app.runs / run_id)
        return Watched(
            images / spent,
            looks,
            (processor_seconds(app.pid) - server) / seconds,
            (time.process_time() - mine) / seconds,
        )


if __name__ == "__main__":
    measure(GATE_DATA if GATE_DATA.is_dir() else None)
