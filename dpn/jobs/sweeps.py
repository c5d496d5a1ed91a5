"""Sweeps: a line of trainings, of which a few at a time join the queue as any training does.

Each training that is under way has a process of its own, so that not all of them can wait there.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from dpn.errors import ConfigError, DPNError, TrainingError
from dpn.jobs.limits import Limits
from dpn.names import tally
from dpn.runs.run import CAN_GO_ON, Run
from dpn.runs.title import own_title, set_title
from dpn.sweeps.record import Sweep

if TYPE_CHECKING:
    from dpn.jobs.manager import JobManager

log = logging.getLogger(__name__)

#: Trainings of a sweep that are under way beside those that take steps: they read their data.
AHEAD = 1
#: Seconds between two looks at a sweep.
LOOK = 0.25


class _Line(threading.Thread):
    """Feeds one sweep's trainings to the manager, until all are over or it is stopped."""

    def __init__(
        self,
        manager: JobManager,
        limits: Limits,
        sweep: Sweep,
        again: list[Run],
        data_dir: Path,
        runs_dir: Path,
    ) -> None:
        super().__init__(name=f"sweep-{sweep.id}", daemon=True)
        self.sweep = sweep
        self._again = again
        self.ended = threading.Event()
        self._manager, self._data_dir, self._runs_dir = manager, data_dir, runs_dir
        self._most = min(limits.slots + AHEAD, limits.jobs)
        self._unnamed: dict[str, str] = {}

    def run(self) -> None:
        """Look again and again what is to be started."""
        try:
            while not self.ended.wait(LOOK):
                self._give_titles()
                live = self.under_way()
                waiting = bool(self._again or self.sweep.waiting)
                if not live and not waiting and not self._unnamed:
                    break
                if self._manager.is_away(self.sweep.owner):
                    break  # what is under way is stopped as any training is
                if waiting and len(live) < self._most:
                    self._start_next()
        except DPNError as error:
            log.warning("sweep %s ends: %s", self.sweep.id, error)
        except Exception:  # the others go on
            log.exception("sweep %s ends", self.sweep.id)
        finally:
            self.ended.set()

    def under_way(self) -> list[str]:
        """Return the ids of its trainings that are not over."""
        views = (self._manager.view(trial.run) for trial in self.sweep.trials if trial.run)
        return [view.id for view in views if view and view.live]

    def _start_next(self) -> None:
        if self._again:
            self._go_on(self._again[0])
            return
        place = next(i for i, trial in enumerate(self.sweep.trials) if trial.run is None)
        trial = self.sweep.trials[place]
        settings = self.sweep.settings(trial)
        try:
            run_id = self._manager.start(
                *settings, self._data_dir, self._runs_dir, self.sweep.owner
            )
        except TrainingError:
            return  # others have the places: again in a while
        self._unnamed[run_id] = self.sweep.title(trial)
        self.sweep = self.sweep.started(place, run_id)
        self.sweep.write(self._runs_dir)

    def _go_on(self, run: Run) -> None:
        try:
            self._manager.resume_run(run, self._data_dir, self.sweep.owner)
        except TrainingError:
            return  # others have the places: again in a while
        except DPNError as error:  # it is under way by now, or was deleted; the others go on
            log.warning("sweep %s leaves out %s: %s", self.sweep.id, run.id, error)
        self._again.pop(0)

    def _give_titles(self) -> None:
        """Give titles to runs that have their folder by now, unless somebody did."""
        for run_id, title in list(self._unnamed.items()):
            run, view = Run(self._runs_dir / run_id), self._manager.view(run_id)
            if (run.path / "config.json").exists():
                del self._unnamed[run_id]
                if not own_title(run):
                    set_title(run, title)
            elif view is None or not view.live:
                del self._unnamed[run_id]  # it failed before it had one


class Sweeps:
    """Starts and stops sweeps; every method may be called from any thread."""

    def __init__(self, manager: JobManager, limits: Limits) -> None:
        self._manager, self._limits = manager, limits
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}

    def check(self, sweep: Sweep) -> None:
        """Refuse a sweep that is above the limits.

        Raises:
            ConfigError: it has too many trainings, or one of them is too large.
            TrainingError: its owner has another sweep under way.
        """
        most = self._limits.queue
        if len(sweep.trials) > most:
            raise ConfigError(
                f"A sweep has at most {tally(int(most), 'training')} on this "
                f"server, these are {len(sweep.trials)}. Take fewer values or seeds."
            )
        for trial in sweep.trials:
            self._limits.check(*sweep.settings(trial))
        if sweep.owner is not None and any(
            line.sweep.owner == sweep.owner for line in self._live()
        ):
            raise TrainingError("You have a sweep under way. Wait until it is done, or stop it.")

    def left(self, sweep: Sweep, runs_dir: Path) -> int:
        """Return how many trainings of a sweep ``start`` would start, or go on with."""
        sweep = self._without_nothing(sweep, runs_dir)
        return sweep.waiting + len(self._unfinished(sweep, runs_dir))

    def start(self, sweep: Sweep, data_dir: Path, runs_dir: Path) -> None:
        """Write a sweep, and train what is left of it, one after the other.

        That is what was stopped or interrupted or has failed, from where it was, and what was not
        started: of memory, a disk or a device there may be more by now.

        Raises:
            DPNError: it is above the limits, under way already, or cannot be written.
        """
        self.check(sweep)
        if sweep.owner:
            self._manager.seen(sweep.owner)
        with self._lock:
            if self.is_live(sweep.id):
                raise TrainingError("This sweep is under way already.")
            sweep = self._without_nothing(sweep, runs_dir)
            sweep.write(runs_dir)
            again = self._unfinished(sweep, runs_dir)
            line = _Line(self._manager, self._limits, sweep, again, data_dir, runs_dir)
            live = {name: of for name, of in self._lines.items() if not of.ended.is_set()}
            self._lines = {**live, sweep.id: line}
            line.start()
        log.info("sweep %s of %d trainings is asked for", sweep.id, len(sweep.trials))

    def stop(self, sweep_id: str) -> None:
        """Start no more of a sweep, and stop what is under way of it."""
        line = self._lines.get(sweep_id)
        if line is not None:
            line.ended.set()
            line.join(5)
            for run_id in line.under_way():
                self._manager.stop(run_id)

    def _without_nothing(self, sweep: Sweep, runs_dir: Path) -> Sweep:
        """Return it with what was over before it had a folder as what was not started."""
        for place, trial in enumerate(sweep.trials):
            view = self._manager.view(trial.run) if trial.run else None
            was_over = view is not None and view.state in ("stopped", "failed")
            if trial.run and was_over and not (runs_dir / trial.run).exists():
                sweep = sweep.started(place, None)
        return sweep

    def _unfinished(self, sweep: Sweep, runs_dir: Path) -> list[Run]:
        """Return its runs that can go on: stopped, interrupted or failed, and not at the limit."""
        found = []
        for run in [Run(runs_dir / trial.run) for trial in sweep.trials if trial.run]:
            view = self._manager.view(run.id)
            with contextlib.suppress(DPNError):
                is_over = run.status()["state"] in (*CAN_GO_ON, "failed")
                if is_over and not (view and view.live) and not self._limits.is_spent(run):
                    found.append(run)
        return found

    def is_live(self, sweep_id: str) -> bool:
        """Return whether trainings of a sweep are still to be started or under way."""
        line = self._lines.get(sweep_id)
        return line is not None and not line.ended.is_set()

    def any_live(self) -> bool:
        """Return whether any sweep is under way."""
        return bool(self._live())

    def close(self) -> None:
        """Start nothing more of any sweep; what is under way is the manager's."""
        for line in self._live():
            line.ended.set()
            line.join(5)

    def _live(self) -> list[_Line]:
        with self._lock:
            return [line for line in self._lines.values() if not line.ended.is_set()]
