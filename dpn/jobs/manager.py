"""Trainings in the background: a queue, and one process for each of them (``dpn.jobs.workers``).

One ``JobManager`` lives as long as the app. At most ``slots`` trainings take steps at the same
time on each device, and the others wait in order. A paused job gives its place up. A training
outlives the window it was started in; where ``Limits`` say so, it is stopped when its owner stays
away.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from pathlib import Path
from typing import Any

from dpn.errors import RunError
from dpn.jobs.job import Job, JobView, LiveWeights, read_live_weights
from dpn.jobs.limits import OWN, UNLIMITED, Limits
from dpn.jobs.look import Look
from dpn.jobs.presence import Presence
from dpn.jobs.queue import in_line, next_in_line
from dpn.jobs.sweeps import Sweeps
from dpn.jobs.workers.orders import to_resume, to_train
from dpn.jobs.workers.process import Starter
from dpn.models.config import ModelConfig
from dpn.models.train_config import TrainConfig
from dpn.runs.run import Run
from dpn.runs.start import new_run_id
from dpn.tracking import tools

log = logging.getLogger(__name__)


class JobManager:
    """Starts, pauses and stops trainings; every method may be called from any thread."""

    def __init__(self, limits: Limits = OWN) -> None:
        self._changed = threading.Condition()
        self._limits = limits
        self._presence = Presence(limits.grace)
        self._took: list[float] = []  # seconds, of the trainings that finished here
        self._jobs: dict[str, Job] = {}
        self._starter = Starter()
        self._is_shut = False
        self.sweeps = Sweeps(self, limits)
        atexit.register(self.shut_down)
        if limits.grace < UNLIMITED:
            threading.Thread(target=self._watch, name="grace", daemon=True).start()

    def prepare(self) -> None:
        """Have what takes seconds over before Start is pressed, where nothing trains yet."""
        with self._changed:
            if not self._is_shut and not any(job.view.live for job in self._jobs.values()):
                self._starter.prepare()

    def start(
        self,
        model: ModelConfig,
        training: TrainConfig,
        data_dir: Path,
        runs_dir: Path,
        owner: str | None = None,
    ) -> str:
        """Queue a new training of ``owner`` and return its run's id at once.

        Raises:
            DPNError: it is above the limits; see ``dpn.jobs.limits``.
        """
        self._limits.check(model, training)
        tools.check_allowed(training.track, self._limits.track)
        tools.check_installed(training.track)
        run = Run(runs_dir / new_run_id(model, training))
        order = to_train(model, training, data_dir, run, owner, self._limits)
        self._launch(run, order, owner, model.world)
        return run.id

    def resume_run(self, run: Run, data_dir: Path, owner: str | None = None) -> str:
        """Queue the rest of a run that was stopped, failed or interrupted.

        Raises:
            DPNError: it is already under way here, or above the limits.
        """
        config = run.config()
        self._limits.check_epochs(config.training)
        self._limits.check_seconds(run)
        with self._changed:
            job = self._jobs.get(run.id)
            if job and job.view.live:
                raise RunError(f"Run {run.id!r} is already training.")
            order = to_resume(run, data_dir, config.training.track, self._limits)
            self._launch(run, order, owner, config.model.world)
        return run.id

    def pause(self, job_id: str) -> None:
        """Stop taking steps after the one under way; the place goes to the next in the queue."""
        self._want(job_id, "pause")

    def resume(self, job_id: str) -> None:
        """Go on after a pause."""
        self._want(job_id, "run")

    def step(self, job_id: str) -> None:
        """Take one step, then pause."""
        self._want(job_id, "step")

    def stop(self, job_id: str) -> None:
        """End the training after the step under way; its run can be resumed later."""
        self._want(job_id, "stop")

    def forget(self, job_id: str) -> None:
        """Know nothing any more of a training that is over, after its run was deleted."""
        with self._changed:
            if job_id in self._jobs and not self._jobs[job_id].view.live:
                del self._jobs[job_id]

    def seen(self, owner: str) -> None:
        """Note that a visitor is still there."""
        self._presence.note(owner)

    def is_away(self, owner: str | None) -> bool:
        """Return whether a visitor left longer ago than the grace; never on one's own machine."""
        return self._presence.is_away(owner)

    def view(self, job_id: str) -> JobView | None:
        """Return the job's state, or None if this process does not know it."""
        job = self._jobs.get(job_id)
        if job is None or job.view.state != "queued":
            return job.view if job else None
        with self._changed:
            return in_line(job, self._jobs.values(), self._limits.slots, self._took)

    def views(self) -> list[JobView]:
        """Return all jobs of this process, newest first."""
        with self._changed:
            return [job.view for job in reversed(self._jobs.values())]

    def live_weights(self, job_id: str, timeout: float = 0.3) -> LiveWeights | None:
        """Return a fresh copy of a training model's weights.

        They are copied between two steps. While the training is busy for longer than ``timeout``
        seconds the last copy is returned, and None if there was none or the job is over.
        """
        with self._changed:
            job = self._jobs.get(job_id)
            if job is None or not job.is_loaded:
                return None
            asked = job.copies
            job.process.send({"do": "weights"})
            self._changed.wait_for(lambda: job.copies > asked or not job.view.live, timeout)
            step = job.copied_step
        return read_live_weights(job.run, step)

    def look(self, job_id: str, every: float) -> Look | None:
        """Return the last look at a training's model at once, None if there is none.

        A new one is asked for if the last was ``every`` seconds ago, whoever asked: however many
        watch, the training answers once. It does so between two steps, for a later call.
        """
        with self._changed:
            job = self._jobs.get(job_id)
            if job is not None and job.is_loaded:
                job.ask_for_look(every)
            return job.look if job else None

    def shut_down(self, timeout: float = 10.0) -> None:
        """Stop every job and wait until their runs are saved, ``timeout`` seconds in all."""
        atexit.unregister(self.shut_down)
        self.sweeps.close()
        with self._changed:
            self._is_shut = True
            processes = [job.process for job in self._jobs.values()]
        for process in processes:
            process.close()
        deadline = time.monotonic() + timeout
        for process in processes:
            process.wait(max(0.0, deadline - time.monotonic()))
        self._starter.discard()

    def _watch(self) -> None:
        """Stop the trainings of those who stay away, as long as the manager lives."""
        while not self._is_shut:
            time.sleep(min(self._limits.grace / 4, 15))
            with self._changed:
                for job in self._jobs.values():
                    if self._presence.abandons(job.view):
                        job.end("Nobody had watched it for a while. Resume goes on.")

    def _launch(self, run: Run, order: dict[str, Any], owner: str | None, world: str) -> None:
        with self._changed:
            live = [job.view for job in self._jobs.values() if job.view.live]
            self._limits.check_count(sum(view.owner == owner for view in live), len(live))
            process = self._starter.start()
            self._jobs.pop(run.id, None)  # a resumed run moves to the end: it is the newest
            self._jobs[run.id] = job = Job(run, process, JobView(run.id, owner=owner, world=world))
            if owner:
                self.seen(owner)
            process.send(order)
        log.info("%s: %s is asked for by %s", run.id, order["do"], owner or "this machine")
        threading.Thread(
            target=self._follow, args=(job,), name=f"job-{run.id}", daemon=True
        ).start()

    def _want(self, job_id: str, want: str) -> None:
        with self._changed:
            if job := self._jobs.get(job_id):
                job.is_to(want)
                self._schedule()

    def _schedule(self) -> None:
        """Give free places to those who wait, first come, first served."""
        for job in next_in_line(self._jobs.values(), self._limits.slots):
            job.update(state="running")
            job.process.send({"do": job.want})
        self._changed.notify_all()

    def _follow(self, job: Job) -> None:
        """Be the thread that hears one job's process; return when the process has ended."""
        try:
            for event in job.process.events():
                with self._changed:
                    job.take(event, self._limits.seconds)
                    if event["event"] == "over":
                        self._note_the_end(job.view)
                    self._schedule()
        except Exception:  # whatever it is, the place is given to the next
            log.exception("what the process of %s said was not understood", job.view.id)
            job.process.close()
        code = job.process.wait(5)
        with self._changed:
            if job.view.live:
                log.error("the process of %s ended with %s", job.view.id, code)
            job.ended(code)
            self.prepare()  # for the next Start
            self._schedule()

    def _note_the_end(self, view: JobView) -> None:
        if view.state == "finished":
            self._took = [*self._took[-9:], view.seconds]
        log.info("%s: %s after %d steps. %s", view.id, view.state, view.step, view.message)
