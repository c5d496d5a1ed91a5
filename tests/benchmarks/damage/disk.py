"""Fill the disk under trainings at random moments: ``python -m tests.benchmarks.damage.disk``.

The disk is real and small (a tmpfs in a namespace of its own, so no rights are needed; Linux only).
Trainings are checkpointed at every step. Each time the disk is filled to the last byte, the
training must end with advice, no file may be half-written, a finished run must answer as before,
and with the space free again the broken run must go on.
"""

import argparse
import errno
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from tests.benchmarks.damage.kills import Tally, finish_one, look
from tests.faults.checks import last_step, lost
from tests.faults.server import order, serving
from tests.helpers import until, write_npz

DISK = 32 * 2**20
#: Set for the process that has the small disk to itself.
INSIDE = "DPN_SMALL_DISK"


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def fill_once(folder: Path, rng: random.Random, broken: str | None, tally: Tally) -> str:
    """Start a training or go on with the broken one, fill the disk under it; return its id."""
    model = ModelConfig(model=rng.choice(["dpn", "residual"]), states=32)
    training = TrainConfig(steps=1_000_000, batch_size=64, threads=1, checkpoint_seconds=0)
    what = ("resume", broken) if broken else ("start", order(model, training))
    with serving(folder, *what) as server:
        run = server.run
        already = last_step(run) if broken else 0
        until(lambda: server.popen.poll() is None and last_step(run) > already, 60)
        tally.resumed += bool(broken)
        time.sleep(rng.uniform(0, 3))
        ballast = folder / "ballast"
        fill(ballast)
        said = server.wait(60)
        if not (said.startswith("failed") and "No space left" in said and "resume" in said):
            tally.damaged.append(f"{run.id} said {said!r}")
        ballast.unlink()
        tally.lost["all"].append(lost(run)[0])
    return run.id


def measure(times: int = 20, seed: int = 0) -> Tally:
    """Print what ``times`` full disks did, as Markdown."""
    rng, tally, kept, broken = random.Random(seed), Tally(), {}, None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", name], check=True)
        write_npz(folder / "data")
        finish_one(folder, kept)
        for number in range(times):
            broken = fill_once(folder, rng, broken if number % 4 else None, tally)
            look(folder, kept, tally)
        subprocess.run(["umount", name], check=True)
    print(
        f"Full disks: {times}; {tally.resumed} runs went on. Damaged finished runs or wrong words: "
        f"{len(tally.damaged)}. Half-written files: {len(tally.half)}. "
        f"Largest loss: {max(tally.lost['all']):.2f} s of training.\n"
    )
    for line in (*tally.damaged, *tally.half):
        print("-", line)
    return tally


def main() -> None:
    """Measure in a process that may mount a disk of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if os.environ.get(INSIDE):
        measure(options.times, options.seed)
        return
    unshare = ["unshare", "--user", "--map-root-user", "--mount"]
    again = [sys.executable, "-m", "tests.benchmarks.damage.disk", *sys.argv[1:]]
    sys.exit(subprocess.run([*unshare, *again], env=os.environ | {INSIDE: "1"}).returncode)


if __name__ == "__main__":
    main()
