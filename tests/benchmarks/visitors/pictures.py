"""What the test pictures and templates of Train cost the training that is watched.

``python -m tests.benchmarks.visitors.pictures`` measures two things. What a look costs where it is
taken: in one training seconds with a look and seconds without take turns, so that a machine that is
slower for a while is so for both. And the whole: the same training, in turns, watched by one who
sees the page as it is, and by one who sees the curves only; the two apps differ in nothing but the
row. Speed is by the clock: a look is taken between two batches, where no optimisation is counted.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from dpn.data.catalogue import dataset_info
from dpn.jobs.workers.showing import Showing
from dpn.models.presets import preset, with_settings
from dpn.training.loop import run_training
from dpn.training.opening import open_training
from dpn.training.trainer import StepRecord
from tests.benchmarks.record import note
from tests.benchmarks.visitors.processes import processor_seconds
from tests.benchmarks.visitors.protocol import visit
from tests.benchmarks.visitors.viewers import app_with, progress, start_training
from tests.browser.server import App
from tests.helpers import GATE_DATA

TIMES = 8
#: Seconds of each turn of one training with looks and without, how many pairs, and how many turns
#: come before.
EVERY, PAIRS, WARM = 1.0, 40, 4
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
    for model in EPOCHS:
        ratios = _looks(data or Path(), dataset, model)
        note(f"visitors.pictures, a look, {model}", ratios, "")
        print(
            f"Seconds of a training ({dataset}, {model} quick) with a look against seconds "
            f"without, in turns, n = {len(ratios)} pairs: {_middle(ratios)} of the images\n",
            flush=True,
        )
    with app_with(data) as whole, app_with(data, start=("-c", WITHOUT)) as bare:
        for model, (mnist, digits) in EPOCHS.items():
            given = (dataset, mnist if data else digits, model)
            apps: dict[str, tuple[App, list[Speed]]] = {"row": (whole, []), "curves": (bare, [])}
            for turn in range(times):
                for app, speeds in list(apps.values())[:: -1 if turn % 2 else 1]:
                    speeds.append(asyncio.run(_train(app, *given)))
            row, curves = apps["row"][1], apps["curves"][1]
            print(
                f"Training ({dataset}, {model} quick, {given[1]:g} epochs) by the clock, in turns, "
                f"n = {times}: watched by one with test pictures and templates against curves "
                f"alone: {_against(row, curves)}\n"
            )
            print(
                f"The app uses {_cores(row)} of a core meanwhile, {_cores(curves)} with curves "
                "alone\n",
                flush=True,
            )


def _looks(data: Path, dataset: str, model: str) -> list[float]:
    """Return images learned in a second that begins with a look, over those of one without."""
    info = dataset_info(dataset, data)
    assert info.image_shape is not None
    assert info.classes is not None
    chosen = with_settings(*preset(dataset, info.image_shape, info.classes, model), {"epochs": 500})
    with tempfile.TemporaryDirectory() as folder:
        trainer, run = open_training(*chosen, data, Path(folder))
        showing, records = Showing(trainer, run), run_training(trainer, run)
        seconds: list[float] = []
        for _ in range(WARM + 2 * PAIRS):
            begun, learned = time.monotonic(), 0
            if len(seconds) % 2:
                json.dumps(showing.show("look"))
            while time.monotonic() - begun < EVERY:
                learned += isinstance(next(records), StepRecord)
            seconds.append(learned / (time.monotonic() - begun))
        records.close()
    measured = seconds[WARM:]
    return [look / none for none, look in zip(measured[::2], measured[1::2], strict=True)]


def _middle(ratios: list[float]) -> str:
    """Return the median and its 95% interval (order statistics: n/2 ± 0.98 √n)."""
    ordered, half = sorted(ratios), 0.98 * len(ratios) ** 0.5
    low, high = (round(len(ratios) / 2 + sign * half) for sign in (-1, 1))
    ends = ordered[max(low, 0)], ordered[min(high, len(ratios) - 1)]
    return f"median {statistics.median(ratios):.1%} (95%: {ends[0]:.1%} to {ends[1]:.1%})"


def _against(ours: list[Speed], theirs: list[Speed]) -> str:
    each = [one.images / base.images for one, base in zip(ours, theirs, strict=True)]
    means = [statistics.mean(one.images for one in many) for many in (ours, theirs)]
    return f"{means[0]:,.0f} to {means[1]:,.0f} images/s, {_middle(each)}"


def _cores(many: list[Speed]) -> str:
    return f"{statistics.mean(one.server for one in many):.1%}"


async def _train(app: App, dataset: str, epochs: float, model: str) -> Speed:
    """Start a training, and stay to watch it."""
    async with visit(app.url) as viewer:
        run = app.runs / await start_training(viewer, dataset, epochs, model)
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
