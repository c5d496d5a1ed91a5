"""Two commits measured against each other: ``python -m tests.benchmarks compare A B [names…]``.

Each commit is checked out aside, and measured by the benchmarks that are here now: what differs is
the lab. They take turns, A B, B A, so that what else the machine does meets both. All figures that
a benchmark records are told: the medians of the turns, and B / A with its spread over the turns.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.record import ROOT, VARIABLE
from tests.helpers import GATE_DATA

#: What the folders of checkouts are called, before the number of the process.
PREFIX = "dpn-compare-"
#: figure and unit -> commit (0 for A, 1 for B) -> its value in each turn.
Figures = dict[tuple[str, str], tuple[dict[int, float], dict[int, float]]]


def compare(a: str, b: str, names: Sequence[str], turns: int, root: Path = ROOT) -> Figures:
    """Measure two commits in turns; print and return what was found.

    Args:
        a: a commit as git takes it; "." is what is here, without files that git does not know.
        b: another.
        names: of benchmarks, as ``tests.benchmarks.__main__`` lists them.
        turns: how often each is measured.
        root: the repository.

    Raises:
        SystemExit: git does not know a commit; with one line.
    """
    found: Figures = defaultdict(lambda: ({}, {}))
    _remove_leftovers(root)
    with _checked_out(root, a) as first, _checked_out(root, b) as second:
        for turn in range(turns):
            for name in names:
                for side in (0, 1) if turn % 2 == 0 else (1, 0):
                    print(f"turn {turn + 1}: {name} of {(a, b)[side]}", file=sys.stderr)
                    for line in _measure((first, second)[side], name):
                        key = line["figure"], line["unit"]
                        found[key][side][turn] = line["value"]
                        if "p95" in line:
                            found[f"{key[0]}, p95", key[1]][side][turn] = line["p95"]
    print("\n".join(table(a, b, found)), flush=True)
    return found


def table(a: str, b: str, found: Figures) -> list[str]:
    """Return the lines of a Markdown table: medians, and ratios with their spread."""
    lines = [f"| figure | {a} | {b} | ratio (lowest to highest) | n |", "|---|---|---|---|---|"]
    for (figure, unit), sides in found.items():
        cells = [figure]
        for side in sides:
            cells.append(f"{statistics.median(side.values()):.4g} {unit}" if side else "–")
        both = sides[0].keys() & sides[1].keys()
        ratios = [sides[1][turn] / sides[0][turn] for turn in both if sides[0][turn]]
        if ratios:
            middle = statistics.median(sides[1].values()) / statistics.median(sides[0].values())
            cells.append(f"{middle:.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
        else:
            cells.append("–")
        lines.append(f"| {' | '.join([*cells, str(len(both))])} |")
    return lines


@contextmanager
def _checked_out(root: Path, name: str) -> Iterator[Path]:
    """Yield a folder with a commit, and with the tests that are here in place of its own."""
    if name == ".":
        name = _git(root, "stash", "create") or "HEAD"
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as folder:
        place = Path(folder) / "checkout"
        try:
            _git(root, "worktree", "add", "--detach", str(place), name)
        except subprocess.CalledProcessError as error:
            last = error.stderr.strip().splitlines()[-1]
            sys.exit(f"{name!r} cannot be checked out: {last}")
        try:
            shutil.rmtree(place / "tests", ignore_errors=True)
            shutil.copytree(root / "tests", place / "tests")
            yield place
        finally:
            _git(root, "worktree", "remove", "--force", str(place))


def _remove_leftovers(root: Path) -> None:
    """Remove the checkouts of comparisons that were killed: their process is gone."""
    for line in _git(root, "worktree", "list", "--porcelain").splitlines():
        folder = Path(line.removeprefix("worktree ")).parent
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if line.startswith("worktree ") and folder.name.startswith(PREFIX) and not _lives(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
    _git(root, "worktree", "prune")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def _measure(place: Path, name: str) -> list[dict]:
    """Return what one benchmark of one checkout recorded; nothing, and a line, if it failed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.jsonl"
        environment = {**os.environ, VARIABLE: str(file), "DPN_GATE_DATA": str(GATE_DATA.resolve())}
        command = [sys.executable, "-m", "tests.benchmarks", name]
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip() or "without a word").splitlines()[-1]
            print(f"{name} failed: {last}", file=sys.stderr, flush=True)
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _git(root: Path, *words: str) -> str:
    me = ["-c", "user.name=compare", "-c", "user.email=compare@localhost"]  # stash wants a name
    done = subprocess.run(
        ["git", *me, *words], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
