"""The runs in a folder and those that are shipped: all of them, those under way, or one by name."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from dpn.errors import RunError, did_you_mean, said
from dpn.runs import run as on_disk
from dpn.runs.run import ACTIVE, Run

#: How an id begins; of sweeps without milliseconds, in earlier versions.
_TIME = re.compile(r"(?P<local>\d{8}-\d{6})(-\d{3})?(?P<utc>Z?)-")


def list_runs(runs_dir: Path, newest: int | None = None) -> list[Run]:
    """Return the runs in the folder, newest first, then the shipped ones.

    With ``newest`` at most so many of those in the folder, without a look at the others.
    """
    trained = itertools.islice(_trained(runs_dir), newest)
    shipped = [Run(path.parent) for path in on_disk.SHIPPED.glob("*/config.json")]
    return [*trained, *sorted(shipped, key=lambda run: run.id)]


def runs_under_way(runs_dir: Path, newest: int = 20) -> list[Run]:
    """Return those of the newest runs that are trained at this moment, by whatever process."""
    found = []
    for run in itertools.islice(_trained(runs_dir), newest):
        with contextlib.suppress(RunError):
            if run.status()["state"] in ACTIVE:
                found.append(run)
    return found


def world_of(run: Run) -> str:
    """Return what a run's model reads, a key of ``dpn.models.config.WORLDS``.

    Raises:
        RunError: its config.json is missing or damaged.
    """
    return run.config().model.world


def find_picture_run(name: str, runs_dir: Path, what: str) -> Run:
    """Return the run called ``name`` for ``what``, a verb that takes runs of pictures alone.

    Raises:
        RunError: there is no such run, it is damaged, or it reads something else.
    """
    run = find_run(name, runs_dir)
    model = run.config().model
    if model.world != "picture":
        raise RunError(
            f"{what} takes runs that read pictures, and run {run.id!r} reads another world: "
            f"{model.world}. Name another run; `python -m dpn runs` lists them."
        )
    return run


def find_run(name: str, runs_dir: Path) -> Run:
    """Return the run called ``name``: an id, a folder, or "latest".

    Raises:
        RunError: there is no such run.
    """
    found = _called(name, runs_dir) or _called(name, on_disk.SHIPPED)
    if found:  # without a look at all the others: pages ask often
        return found
    runs = list_runs(runs_dir)
    if name == "latest":
        usable = [run for run in runs if run.origin == "trained" and run.weights_stamp()]
        if not usable:
            raise RunError(f"There is no trained run in {str(runs_dir)!r} yet. Train one first.")
        return usable[0]
    if os.path.isfile(os.path.join(name, "config.json")):  # whatever the name, it never raises
        return Run(Path(name).resolve())
    hint = did_you_mean(name, [run.id for run in runs])
    raise RunError(
        f"There is no run {said(name)} in {str(runs_dir)!r}{hint or '.'} "
        "Accepted: an id from `python -m dpn runs`, a run's folder, or 'latest'."
    )


@functools.lru_cache(maxsize=4096)
def moment(name: str) -> str:
    """Return what an id sorts by: its time in UTC, and the rest of it; any other name as it is.

    Without a Z it is of a version that named runs and sweeps by the local time.
    """
    found = _TIME.match(name)
    if not found or found["utc"]:
        return name
    with contextlib.suppress(ValueError, OverflowError, OSError):
        local = datetime.strptime(found["local"], "%Y%m%d-%H%M%S").astimezone(UTC)
        return f"{local:%Y%m%d-%H%M%S}{name[found.end('local') :]}"
    return name


def _trained(runs_dir: Path) -> Iterator[Run]:
    """Yield the runs in a folder, newest first; each is looked for when it is asked for."""
    names: list[str] = []
    with contextlib.suppress(OSError):  # there is no such folder yet
        names = sorted(os.listdir(runs_dir), key=moment, reverse=True)
    yield from filter(None, (_called(name, runs_dir) for name in names))


def _called(name: str, folder: Path) -> Run | None:
    """Return the run of this id in a folder; None if there is none, or ``name`` is no id."""
    is_id = name == os.path.basename(name) and name not in ("", ".", "..", "latest")
    if is_id and os.path.exists(os.path.join(folder, name, "config.json")):  # never raises
        return Run(folder / name)
    return None
