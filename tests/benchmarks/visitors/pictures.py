"""What the test pictures and templates of Train cost the training that is watched.

``python -m tests.benchmarks.visitors.pictures``: the same training, in turns, left alone, watched
by one who sees the curves only, and by one who sees the page as it is. The first two apps differ in
nothing but the row. Speed is by the clock, between the first batch and the last: a look is taken
between two batches, where no optimisation is counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.visitors.processes import processor_seconds
from tests.benchmarks.visitors.protocol import visit
from tests.benchmarks.visitors.viewers import app_with, progress, start_training
from tests.browser.server import App
from tests.helpers import GATE_DATA

TIMES = 3
#: Model -> epochs on MNIST, on the digits: a quarter of a minute each.
EPOCHS = {"dpn": (5.0, 120.0), "residual": (0.6, 60.0)}
#: The app without the row: the same program, in which drawing it does nothing.
WITHOUT = (
    "import dpn.ui.train.watch as row; row.watch = lambda *_: None; "
    "from streamlit.web.cli import main; main()"
)


@dataclass
class Speed:
    """Images/s of a training by the clock, and how much of a core the app used meanwhile."""

    images: float
    server: float


def measure(data: Path | None, *, times: int = TIMES) -> None:
    """Print images/s of trainings that are watched, with the row and without, and the ratios."""
    dataset = "mnist" if data else "digits"
    with app_with(data) as whole, app_with(data, start=("-c", WITHOUT)) as bare:
        for model, (mnist, digits) in EPOCHS.items():
            given = (dataset, mnist if data else digits, model)
            alone, curves, row = [], [], []
            for _ in range(times):
                alone.append(asyncio.run(_train(whole, *given, watch=False)))
                curves.append(asyncio.run(_train(bare, *given, watch=True)))
                row.append(asyncio.run(_train(whole, *given, watch=True)))
            print(
                f"Training ({dataset}, {model} quick, {given[1]:g} epochs) by the clock, in turns, "
                f"n = {times}: watched by one with test pictures and templates against curves "
                f"alone: {_against(row, curves)}; against nobody: {_against(row, alone)}\n"
            )
            print(
                f"The app uses {_cores(row)} of a core meanwhile, {_cores(curves)} with curves "
                f"alone, {_cores(alone)} with nobody\n",
                flush=True,
            )


def _against(ours: list[Speed], theirs: list[Speed]) -> str:
    each = [one.images / base.images for one, base in zip(ours, theirs, strict=True)]
    means = [statistics.mean(one.images for one in many) for many in (ours, theirs)]
    return (
        f"{means[0]:,.0f} to {means[1]:,.0f} images/s, {means[0] / means[1]:.1%} "
        f"({min(each):.1%} to {max(each):.1%})"
    )


def _cores(many: list[Speed]) -> str:
    return f"{statistics.mean(one.server for one in many):.1%}"


async def _train(app: App, dataset: str, epochs: float, model: str, *, watch: bool) -> Speed:
    """Start a training, and stay to watch it or go away."""
    async with contextlib.AsyncExitStack() as stack:
        viewer = await stack.enter_async_context(visit(app.url))
        run = app.runs / await start_training(viewer, dataset, epochs, model)
        if not watch:
            await stack.aclose()
        while (images := progress(run)[0]) == 0:
            await asyncio.sleep(0.02)
        started, server = time.monotonic(), processor_seconds(app.pid)
        while not (run / "result.json").exists():
            ended, latest = time.monotonic(), progress(run)[0]
            await asyncio.sleep(0.1)
            assert not viewer.page.problems(), viewer.page.problems()
        seconds = ended - started
        return Speed((latest - images) / seconds, (processor_seconds(app.pid) - server) / seconds)


if __name__ == "__main__":
    measure(GATE_DATA if GATE_DATA.is_dir() else None)
