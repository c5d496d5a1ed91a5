"""How fast the shipped models answer: one picture, many at once, and how much memory that takes.

One picture is answered by one thread, as the app does it (``dpn.jobs.serving``); many also
by all cores, as ``python -m dpn`` does it. The models take turns, so that what else the machine
does meets all of them.
"""

import multiprocessing
import re
import statistics
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch

from dpn.jobs.serving import ModelServer
from dpn.models.base import Classifier
from dpn.models.devices import cpu_count, set_threads
from dpn.runs.folder import find_run
from dpn.runs.run import Run
from tests.benchmarks.record import note

RUNS = ("shipped-mnist-dpn", "shipped-mnist-residual", "shipped-cifar10-residual")
#: Answers to one picture: timed, and before that to warm up.
TIMES, WARM_UP = 500, 50
BATCHES = (64, 256, 1024, 4096)
#: How often each size of batch takes its turn, and the fewest images it then answers.
TURNS, IMAGES = 5, 1024
#: What was aimed at for the dpn: milliseconds for one picture, images a second in batches.
MILLISECONDS, RATE = 2.0, 20_000


class NoJobs:
    """What a ``JobManager`` says while nothing trains, without the process that it keeps ready."""

    def live_weights(self, run_id: str, timeout: float) -> None:
        """Return that there are none."""


def measure() -> None:
    """Print both tables."""
    runs = {name: find_run(name, Path("none")) for name in RUNS}
    models = {name: run.load_model() for name, run in runs.items()}
    before, memory = torch.get_num_threads(), _memory()
    set_threads(1)
    direct, served = _one_image(runs, models)
    threads = sorted({1, cpu_count()})
    rates = {count: _rates(models, count) for count in threads}
    set_threads(before)
    heads = ["one picture, 1 thread", "the model itself", "ModelServer.predict"]
    heads += ["most memory of its process", f"and with a batch of {BATCHES[-1]:,}"]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for name in RUNS:
        note(f"answers.latency, the model itself, {name}", direct[name], "ms")
        note(f"answers.latency, ModelServer.predict, {name}", served[name], "ms")
        print(f"| {name} | {_words(direct[name])} | {_words(served[name])} | {memory[name]} |")
    heads = ["images/s in batches of", "threads", *(f"{batch:,}" for batch in BATCHES), "best"]
    print(f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for name in RUNS:
        for count in threads:
            found = rates[count][name]
            note(f"answers.latency, batches, {count} threads, {name}", max(found.values()), "1/s")
            best = max(found, key=found.__getitem__)
            cells = [name, str(count), *(f"{rate:,.0f}" for rate in found.values())]
            print(f"| {' | '.join(cells)} | {found[best]:,.0f} at {best:,} |")
    median = np.median(direct[RUNS[0]])
    most = max(max(found[RUNS[0]].values()) for found in rates.values())
    print(
        f"\nAimed at for the dpn: one picture within {MILLISECONDS:g} ms "
        f"({'reached' if median <= MILLISECONDS else 'missed'}: {median:.2f} ms), {RATE:,} "
        f"images/s in batches ({'reached' if most >= RATE else 'missed'}: {most:,.0f}).\n",
        flush=True,
    )


def _one_image(
    runs: dict[str, Run], models: dict[str, Classifier]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return milliseconds of each answer, of the model itself and of the server, by run."""
    direct, served = defaultdict(list), defaultdict(list)
    server = ModelServer(NoJobs())  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    for turn in range(WARM_UP + TIMES):
        for name, model in models.items():
            image = rng.integers(0, 256, (1, *model.config.image_shape), dtype=np.uint8)
            ready = torch.from_numpy(image).float() / 255
            with torch.inference_mode():
                taken = _milliseconds(lambda: model(ready))  # noqa: B023 - called at once
            answer = _milliseconds(lambda: server.predict(runs[name], image))  # noqa: B023
            if turn >= WARM_UP:
                direct[name].append(taken)
                served[name].append(answer)
    server._executor.shutdown()
    return direct, served


@torch.inference_mode()
def _rates(models: dict[str, Classifier], threads: int) -> dict[str, dict[int, float]]:
    """Return images a second, by run and size of batch: medians over the turns."""
    set_threads(threads)
    taken = defaultdict(list)
    for turn in range(1 + TURNS):
        for name, model in models.items():
            for batch in BATCHES:
                images = torch.rand(batch, *model.config.image_shape)
                calls = max(1, IMAGES // batch)
                spent = _milliseconds(lambda: [model(images) for _ in range(calls)])  # noqa: B023
                if turn:  # the first warms up
                    taken[name, batch].append(spent / calls)
    return {
        name: {batch: 1000 * batch / statistics.median(taken[name, batch]) for batch in BATCHES}
        for name in models
    }


def _memory() -> dict[str, str]:
    """Return, by run, the two cells of memory: each model in a fresh process of its own."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as pool:
        return dict(zip(RUNS, pool.map(_memory_of, RUNS), strict=True))


@torch.inference_mode()
def _memory_of(name: str) -> str:
    """Answer one image, then the largest batch; be told what this process held at most."""
    model = find_run(name, Path("none")).load_model()
    held = []
    for batch in (1, BATCHES[-1]):
        model(torch.rand(batch, *model.config.image_shape))
        held.append(_peak())
    return " | ".join(held)


def _peak() -> str:
    """Return the most memory this process held so far, as Linux tells it."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return f"{int(found[1]) / 1024:,.0f} MiB" if found else "–"


def _words(milliseconds: list[float]) -> str:
    p50, p95 = np.percentile(milliseconds, (50, 95))
    return f"p50 {p50:.2f} ms, p95 {p95:.2f} ms (n = {len(milliseconds)})"


def _milliseconds(act) -> float:
    started = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    measure()
