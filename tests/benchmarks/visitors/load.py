"""Many visitors at once: ``python -m tests.benchmarks.visitors.load --minutes 10``.

One training runs in the app throughout. Visitors over Streamlit's protocol draw on Classify, watch
the training live, or walk about; beside them real Chromium pages draw. All share this machine's
processors, so what the visitors themselves compute counts against the app.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from tests.benchmarks.visitors.canvas import digit_like
from tests.benchmarks.visitors.processes import Process
from tests.benchmarks.visitors.protocol import Visitor, visit
from tests.benchmarks.visitors.viewers import app_with, progress, start_training
from tests.benchmarks.visitors.windows import THINKING, draw_in_windows
from tests.browser.server import CHROMIUM, App
from tests.helpers import GATE_DATA

STROKES_A_DRAWING = 3
SAMPLE_EVERY = 10.0
#: Streamlit keeps what a closed session held for two minutes, in case that it comes back,
KEPT_FOR = 130.0
#: and forgets it when the next visitor comes.
FORGETTING = 25.0


@dataclass
class Seen:
    """What was measured: seconds, and what went wrong.

    Attributes:
        protocol: from a stroke until its answer has come.
        whole: until the pictures and words below the answer have come as well.
        chromium: from the pen's lift until the answer is on the screen.
        looks: how often those who watch were shown the training.
        problems: what went wrong, and how often.
    """

    protocol: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    chromium: list[float] = field(default_factory=list)
    looks: int = 0
    problems: Counter[str] = field(default_factory=Counter)


def measure(
    data: Path | None,
    *,
    minutes: float = 10,
    sessions: int = 40,
    pages: int = 5,
    kept_for: float = KEPT_FOR,
) -> None:
    """Print answer times, what the load costs the training, and what the server holds.

    ``data`` is a folder with MNIST; without it the embedded digits are trained on. ``kept_for`` is
    how many seconds to wait after all have left before the server is looked at a last time.
    """
    pages = pages if CHROMIUM else 0
    seen = Seen()
    with app_with(data) as app:
        asyncio.run(_load(app, "mnist" if data else "digits", minutes, sessions, pages, seen))
        left = Process.of(app.pid)
        time.sleep(kept_for)
        asyncio.run(_look_in(app))
        time.sleep(FORGETTING)
        later = kept_for + FORGETTING
        print(f"- just after all have left: {left.words()}")
        print(f"- {later:.0f} s later, after one more visitor: {Process.of(app.pid).words()}\n")
        assert "Traceback" not in app.log.read_text(), app.log.read_text()


async def _look_in(app: App) -> None:
    """Be one more visitor, who comes and leaves."""
    async with visit(app.url):
        pass


async def _load(
    app: App, dataset: str, minutes: float, sessions: int, pages: int, seen: Seen
) -> None:
    async with visit(app.url) as visitor:
        await visitor.open("Classify")
        await visitor.draw(digit_like(random.Random(0)))  # torch is imported
        run = app.runs / await start_training(visitor, dataset, 400, "residual")
    while progress(run)[0] == 0:
        await asyncio.sleep(0.2)
    quiet = min(30.0, 10 * minutes)
    before = await _speed(run, quiet)
    idle = Process.of(app.pid)
    stop = asyncio.Event()
    chromium = threading.Thread(
        target=draw_in_windows, args=(app.url, pages, stop, seen.chromium, seen.problems)
    )
    people = [
        asyncio.create_task(_person(app.url, run.name, index, stop, seen))
        for index in range(sessions)
    ]
    if pages:
        chromium.start()
    await asyncio.sleep(min(15.0, 6 * minutes))  # all have come
    samples = asyncio.create_task(_samples(app.pid, stop, min(SAMPLE_EVERY, 4 * minutes)))
    during = await _speed(run, 60 * minutes)
    stop.set()
    await asyncio.gather(*people)
    if pages:
        await asyncio.to_thread(chromium.join)
    after = await _speed(run, quiet)
    _report(dataset, minutes, sessions, pages, seen, (before, during, after))
    print(f"The server's process:\n\n- before: {idle.words()}")
    _grown(await samples)


async def _person(url: str, run: str, index: int, stop: asyncio.Event, seen: Seen) -> None:
    """Be one visitor until it is time: of ten, four draw, three watch, three walk about."""
    rng = random.Random(index)
    act = (_draws, _watches, _walks, _draws, _watches, _walks, _draws, _watches, _walks, _draws)
    await asyncio.sleep(rng.uniform(0, 5))
    while not stop.is_set():
        try:
            query = f"run={run}" if act[index % 10] is _watches else ""
            page = {_draws: "Classify", _watches: "Train"}.get(act[index % 10], "")
            async with visit(url, page, query) as visitor:
                while not stop.is_set():
                    await act[index % 10](visitor, rng, seen)
                    seen.problems.update(visitor.page.problems())
                seen.looks += visitor.runs if act[index % 10] is _watches else 0
        except (OSError, LookupError, ConnectionClosed) as error:
            seen.problems[f"{type(error).__name__}: {error}"] += 1
            await asyncio.sleep(1)


async def _draws(visitor: Visitor, rng: random.Random, seen: Seen) -> None:
    for stroke in range(STROKES_A_DRAWING):
        await asyncio.sleep(rng.uniform(*THINKING))
        if not stroke and visitor.page.answer():
            seen.problems["an answer that stayed when its drawing was cleared"] += 1
        seen.whole.append(await visitor.draw(digit_like(rng)))
        if visitor.answered is not None:
            seen.protocol.append(visitor.answered)
        else:
            seen.problems["a stroke without an answer"] += 1
        await visitor.fetch_media()
    await asyncio.sleep(rng.uniform(*THINKING))
    await visitor.click("clear-draw")


async def _watches(visitor: Visitor, rng: random.Random, seen: Seen) -> None:
    await asyncio.sleep(1)


async def _walks(visitor: Visitor, rng: random.Random, seen: Seen) -> None:
    for page in ("Inside", ""):
        await asyncio.sleep(rng.uniform(*THINKING))
        await visitor.open(page)
        await visitor.fetch_media()


async def _speed(run: Path, seconds: float) -> float:
    """Return the images that a run trains on each second of optimisation, over the next seconds."""
    images, spent = progress(run)
    await asyncio.sleep(seconds)
    more, longer = progress(run)
    return (more - images) / max(longer - spent, 1e-9)


async def _samples(pid: int, stop: asyncio.Event, every: float) -> list[Process]:
    samples = [Process.of(pid)]
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)
        samples.append(Process.of(pid))
    return samples


def _report(
    dataset: str,
    minutes: float,
    sessions: int,
    pages: int,
    seen: Seen,
    speeds: tuple[float, float, float],
) -> None:
    before, during, after = speeds
    print(f"{sessions} visitors and {pages} Chromium windows for {minutes:g} minutes:\n")
    print(f"- from a stroke to its answer, protocol: {_quantiles(seen.protocol)}")
    print(f"- until all that belongs to it has come: {_quantiles(seen.whole)}")
    print(f"- from the pen's lift to the answer on the screen: {_quantiles(seen.chromium)}")
    unwatched = statistics.mean((before, after))
    print(
        f"- training ({dataset}, residual quick): {during:,.0f} images/s, {during / unwatched:.0%}"
    )
    print(f"  of {unwatched:,.0f} with nobody there ({before:,.0f} before, {after:,.0f} after)")
    print(f"- looks at the live training: {seen.looks / (60 * minutes):.0f} a second")
    print(f"- problems: {dict(seen.problems) or 'none'}\n", flush=True)


def _grown(samples: list[Process]) -> None:
    """Say how the server's process changed while the visitors were there."""
    half = samples[len(samples) // 2 :]
    minutes = [one.at / 60 for one in half]
    slope = statistics.linear_regression(minutes, [one.memory for one in half]).slope
    growth = slope * (minutes[-1] - minutes[0]) / half[0].memory
    print(f"- during: {samples[-1].words()}; at most {max(s.memory for s in samples):,.0f} MiB")
    print(f"- growth of memory over the last half: {growth:+.1%} ({slope:+.1f} MiB a minute)")


def _quantiles(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return f"n = {len(seconds)}"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    words = ", ".join(f"p{p} {1000 * cuts[p - 1]:,.0f} ms" for p in (50, 95, 99))
    return f"{words} (n = {len(seconds)})"


def main() -> None:
    """Measure with what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--sessions", type=int, default=40)
    parser.add_argument("--pages", type=int, default=5)
    parser.add_argument("--kept-for", type=float, default=KEPT_FOR, help="seconds at the end")
    given = vars(parser.parse_args())
    measure(GATE_DATA if GATE_DATA.is_dir() else None, **given)


if __name__ == "__main__":
    main()
