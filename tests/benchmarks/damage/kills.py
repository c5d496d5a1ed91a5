"""Kill trainings at random moments: ``python -m tests.benchmarks.damage.kills``.

Each kill is ``kill -9`` of a server with its worker, of the worker alone, or of the server alone,
upon which the worker must save and end by itself. Half of the trainings are checkpointed at every
step, so that many kills fall into the middle of a write; the others every 5 s, as usual.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.folder import list_runs
from dpn.runs.processes import is_alive
from tests.faults.checks import answers, half_written, last_step, lost
from tests.faults.server import order, serving
from tests.helpers import short_training, small_model, until, write_npz

#: What is killed, and how often of ten kills.
TARGETS = ("all",) * 6 + ("worker",) * 2 + ("server",) * 2
#: Seconds of training before a kill, at most.
LONGEST = 6.0


class Tally:
    """What was counted."""

    def __init__(self) -> None:
        self.kills = dict.fromkeys(("all", "worker", "server"), 0)
        self.in_a_write = self.finished = self.resumed = 0
        self.damaged: list[str] = []
        self.half: list[str] = []
        self.lost: dict[str, list[float]] = {"all": [], "worker": [], "server": []}
        self.wall: list[float] = []


def settings(rng: random.Random) -> tuple[ModelConfig, TrainConfig]:
    """Return a training of digits that no kill is too late for."""
    model = ModelConfig(model=rng.choice(["dpn", "residual", "mlp"]), states=32, hidden=512)
    every = rng.choice([0.0, 5.0])
    return model, TrainConfig(
        steps=1_000_000, batch_size=64, threads=1, checkpoint_seconds=every, seed=rng.randrange(99)
    )


def run_one(folder: Path, rng: random.Random, broken: str | None, target: str, tally: Tally) -> str:
    """Start a training or go on with a broken one, kill it, and count; return its id."""
    what = ("resume", broken) if broken else ("start", order(*settings(rng)))
    with serving(folder, *what) as server:
        run = server.run
        already = last_step(run) if broken else 0
        until(lambda: server.popen.poll() is None and last_step(run) > already, 60)
        tally.resumed += bool(broken)
        time.sleep(rng.uniform(0, LONGEST))
        worker = run.status()
        killed = time.time()
        if target == "worker":
            os.kill(worker["pid"], signal.SIGKILL)
        else:
            server.kill(everything=target == "all")
        until(lambda: not is_alive(worker), 60)
        tally.kills[target] += 1
        tally.in_a_write += any(run.path.rglob(".*.partial"))
        seconds, _ = lost(run)
        tally.lost[target].append(seconds)
        if target != "server":
            written = (run.path / "checkpoint.safetensors").stat().st_mtime
            tally.wall.append(max(0.0, killed - written))
        wanted = "stopped" if target == "server" else "interrupted"
        if run.status()["state"] != wanted:
            tally.damaged.append(f"{run.id} is {run.status()['state']} and not {wanted}")
    return run.id


def look(folder: Path, kept: dict[str, bytes], tally: Tally) -> None:
    """Look at every file of every run, and ask the finished ones again."""
    for run in list_runs(folder / "runs"):
        if run.origin == "trained":
            found = half_written(run)
            tally.half += found
            if run.id in kept and (found or answers(run) != kept[run.id]):
                tally.damaged.append(f"{run.id} no longer answers as it did")


def finish_one(folder: Path, kept: dict[str, bytes]) -> None:
    """Train a small run to its end beside the broken ones, and keep its answers."""
    training = short_training(steps=200, checkpoint_seconds=5)
    with serving(folder, "start", order(small_model(), training)) as server:
        said = server.wait(120)
        assert said.startswith("finished"), said
        kept[server.run.id] = answers(server.run)


def measure(kills: int = 50, seed: int = 0) -> Tally:
    """Print what ``kills`` kills did, as Markdown."""
    rng, tally, kept, broken = random.Random(seed), Tally(), {}, None
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_npz(folder / "data")
        for _ in range(2):
            finish_one(folder, kept)
        for number in range(kills):
            if number % 5 == 0:
                broken = None  # else the run that was broken by the last kill goes on
            target = TARGETS[rng.randrange(len(TARGETS))]
            broken = run_one(folder, rng, broken, target, tally)
            look(folder, kept, tally)
            print(f"\r{number + 1} of {kills}", end="", file=sys.stderr, flush=True)
    killed = ", ".join(f"{count} x {what}" for what, count in tally.kills.items())
    hard = tally.lost["all"] + tally.lost["worker"]
    minutes = (time.monotonic() - started) / 60
    print(
        f"Kills: {sum(tally.kills.values())} ({killed}) in {minutes:.1f} minutes; "
        f"{tally.in_a_write} in the middle of a write; {tally.resumed} runs went on. "
        f"Damaged finished runs or wrong states: {len(tally.damaged)}. "
        f"Half-written files: {len(tally.half)}. "
        f"Largest loss: {max(hard, default=0):.2f} s of training "
        f"({max(tally.wall, default=0):.2f} s since the last checkpoint by the clock); "
        f"when only the server died {max(tally.lost['server'], default=0):.2f} s.\n",
        flush=True,
    )
    for line in (*tally.damaged, *tally.half):
        print("-", line)
    return tally


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    measure(options.kills, options.seed)
